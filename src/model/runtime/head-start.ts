/** What a start can do before tfjs is there: the stored pack, read, checked and unpacked. */
import { openPackStore, type PackStore } from '../packs/store';
import type { StoredState } from '../packs/store-schema';
import { unpack, type UnpackedPack } from '../packs/unpack';

export interface HeadStart {
  readonly store: Promise<PackStore | undefined>;
  /** What the store has of the current pack. */
  readonly stored: Promise<StoredState | undefined>;
  /** That pack; undefined when there is none, or when its files are not what they should be. */
  readonly unpacked: Promise<UnpackedPack | undefined>;
}

export function startAhead(): HeadStart {
  const store = openPackStore();
  const stored = store.then((found) => found?.current()).catch(() => undefined);
  const unpacked = stored
    .then((found) => (found?.state === 'intact' ? unpack(found.pack) : undefined))
    // Whoever needs the pack unpacks it again, and hears why that fails.
    .catch(() => undefined);
  return { store, stored, unpacked };
}
