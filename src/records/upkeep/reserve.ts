/**
 * Room that is held for the way out of a full disk: even a smaller picture needs some, because it is written before
 * the larger one goes. In a database of its own, which gives its room back at once when it is deleted.
 */
import { deleteDB, openDB } from 'idb';

const name = 'lentigo-reserve';
const store = 'reserve';

/** Bytes: a shrunk picture has some hundred thousand at most, but a full disk may stand some megabytes over its quota. */
const size = 1 << 22;
/** Bytes that `getRandomValues` gives at once. */
const most = 1 << 16;

let kept: Promise<void> | undefined;

/** Sees to it that there is a reserve; where there is no room for one, or no storage, there is none. */
export function keepReserve(): Promise<void> {
  kept ??= hold().catch(() => {
    kept = undefined;
  });
  return kept;
}

/** Gives its room to whoever writes next. */
export async function releaseReserve(): Promise<void> {
  await kept;
  kept = undefined;
  await deleteDB(name).catch(() => undefined);
}

async function hold(): Promise<void> {
  const database = await openDB(name, 1, { upgrade: (fresh) => void fresh.createObjectStore(store) });
  try {
    if ((await database.count(store)) > 0) return;
    // Random, or the browser would store it in less.
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; at += most) crypto.getRandomValues(bytes.subarray(at, at + most));
    await database.put(store, bytes, 0);
  } finally {
    database.close();
  }
}
