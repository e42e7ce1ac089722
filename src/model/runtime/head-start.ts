/** What a start can do before tfjs is there: the stored pack, read, checked and unpacked, and WASM, started. */
import { openPackStore, type PackStore } from '../packs/store';
import type { BackendChoice, StoredState } from '../packs/store-schema';
import { unpack, type UnpackedPack } from '../packs/unpack';
import { openWasm, threadCounts, type OpenedWasm } from './wasm-module';

export interface HeadStart {
  readonly store: Promise<PackStore | undefined>;
  /** Key of the pack that was in use before this start took a newer version into use; undefined where it did not. */
  readonly replaced: Promise<string | undefined>;
  /** What the store has of the current pack. */
  readonly stored: Promise<StoredState | undefined>;
  /** That pack; undefined when there is none, or when its files are not what they should be. */
  readonly unpacked: Promise<UnpackedPack | undefined>;
  /** What the races of that pack on this device ended in. */
  readonly choice: Promise<BackendChoice | undefined>;
  /** WASM on as many threads as were fastest; undefined where something else computes. */
  readonly opened: Promise<OpenedWasm | undefined>;
}

/**
 * @param wasmFile as for `configureTensorflow`
 * @param takeStaged whether a newer version that waits is taken into use; not where a worker is replaced in mid-session
 */
export function startAhead(wasmFile: string, takeStaged = false): HeadStart {
  const found = openPackStore();
  const replaced = found
    .then((opened) => (takeStaged ? opened?.takeStaged() : undefined))
    .catch(() => undefined);
  const store = replaced.then(() => found);
  // Started first, because reading the pack takes a while.
  const choice = store.then((ready) => ready?.currentChoice()).catch(() => undefined);
  const opened = choice.then((known) => openAhead(known, wasmFile)).catch(() => undefined);
  const stored = store.then((ready) => ready?.current()).catch(() => undefined);
  const unpacked = stored
    .then((current) => (current?.state === 'intact' ? unpack(current.pack) : undefined))
    // The caller that needs the pack unpacks it again, and gets the error.
    .catch(() => undefined);
  return { store, replaced, stored, unpacked, choice, opened };
}

function openAhead(choice: BackendChoice | undefined, wasmFile: string): OpenedWasm | undefined {
  if (choice?.backend !== undefined && choice.backend !== 'wasm') return undefined;
  const { threads = 1 } = choice ?? {};
  const possible = threadCounts().includes(threads) ? threads : 1;
  const module = openWasm(possible, wasmFile);
  // The caller that uses it gets the error.
  module.catch(() => undefined);
  return { threads: possible, module };
}
