/** What the database of packs holds. */
import type { DBSchema } from 'idb';
import type { Manifest } from '../../domain/pack/manifest';
import type { PackTrust } from '../../domain/pack/trust';
import type { Backend, BackendTrial } from '../../domain/prediction';
import type { Pack } from './pack';

export interface StoredPack {
  readonly manifest: ArrayBuffer;
  readonly manifestSha256: string;
  readonly files: Readonly<Record<string, ArrayBuffer>>;
}

/** Keys of `packs`: the one in use and, until that has worked once, the one before. */
export interface Pointer {
  readonly current: string;
  readonly previous?: string;
}

/** A newer version that has passed its self-test and waits for the next start. */
export interface StagedPack {
  readonly key: string;
  readonly stored: StoredPack;
  readonly origin: PackOrigin;
  readonly bank?: ArrayBuffer | undefined;
}

/** How a pack came here. */
export interface PackOrigin {
  readonly trust: PackTrust;
  /** The key that it is signed with, in hexadecimal. */
  readonly publicKey?: string;
  /** Absolute address of its folder; absent for a pack from a file. */
  readonly address?: string;
  /** Milliseconds of the epoch. */
  readonly installedAt: number;
}

/** A pack in the store, without its files. */
export interface KeptPack {
  readonly key: string;
  readonly manifest: Manifest;
  readonly origin: PackOrigin | undefined;
}

/** What the races on this device ended in. */
export interface BackendChoice {
  /** Absent where only WASM was tried, as was asked for. */
  readonly backend?: Backend | undefined;
  /** On how many threads WASM is fastest; absent where only one was possible. */
  readonly threads?: number | undefined;
  readonly trials: readonly BackendTrial[];
}

export interface PackSchema extends DBSchema {
  packs: { key: string; value: StoredPack };
  pointer: { key: 'pointer'; value: Pointer };
  /** By the key of the pack. */
  choices: { key: string; value: BackendChoice };
  /** By the key of the pack: its bank, where that has been fetched. */
  banks: { key: string; value: ArrayBuffer };
  /** By the key of the pack; absent for what was stored before this was kept. */
  origins: { key: string; value: PackOrigin };
  /** By the id of the pack. */
  staged: { key: string; value: StagedPack };
  /** By the id of the pack: the version that the person went back from. It and older ones are installed only on request. */
  refused: { key: string; value: string };
}

/** What the store says of a pack that it should have. */
export type StoredState =
  | { readonly state: 'intact'; readonly key: string; readonly pack: Pack }
  | { readonly state: 'damaged'; readonly key: string; readonly detail: string };
