/** A newer version of the model in use: found on its host, or kept on this device until the next start. */
import { asFailure } from '../../failure';
import { packKey } from '../../domain/pack/key';
import { replaces, type Manifest } from '../../domain/pack/manifest';
import { findUpdate, type PackHost } from './loader';
import type { Pack } from './pack';
import { fetchFile, fetchPack, type FetchOptions } from './source';
import type { PackStore } from './store';
import type { PackOrigin } from './store-schema';

/**
 * - `look`: only asks whether there is a newer version
 * - `stage`: fetches and tests it and keeps it for the next start, unless somebody went back from it
 * - `apply`: takes it into use now
 */
export type UpdateStep = 'look' | 'stage' | 'apply';

/** A newer version, and how far it is. */
export interface NewerModel {
  readonly manifest: Manifest;
  readonly state: 'available' | 'staged' | 'applied';
}

export interface FoundNewer {
  readonly manifest: Manifest;
  readonly origin: PackOrigin;
  /** Whether it is stored already and has passed its self-test. */
  readonly staged: boolean;
  readonly fetch: (options: FetchOptions) => Promise<Pack>;
  /** Its bank; undefined if it has none or it cannot be fetched now. */
  readonly fetchBank: (options: FetchOptions) => Promise<ArrayBuffer | undefined>;
}

/**
 * The version that is newer than the running one; without a network, the stored one.
 * @returns undefined where there is none
 * @throws Failure as `findUpdate`
 */
export async function findNewer(
  host: PackHost,
  store: PackStore | undefined,
  running: Manifest,
  options: FetchOptions,
): Promise<FoundNewer | undefined> {
  const staged = await store?.staged(running.id);
  const waiting: FoundNewer | undefined =
    staged?.state === 'intact' && replaces(staged.pack.manifest, running)
      ? {
          manifest: staged.pack.manifest,
          origin: staged.origin,
          staged: true,
          fetch: () => Promise.resolve(staged.pack),
          fetchBank: () => Promise.resolve(undefined),
        }
      : undefined;
  try {
    const found = await findUpdate(host, store, running, options);
    if (!found) return undefined;
    const { hosted, origin } = found;
    const { manifest } = hosted;
    if (waiting && packKey(waiting.manifest) === packKey(manifest)) return waiting;
    return {
      manifest,
      origin,
      staged: false,
      fetch: (wanted) => fetchPack(origin.address, hosted, wanted),
      fetchBank: async (wanted) =>
        manifest.bank && fetchFile(origin.address, manifest.bank, wanted).catch(() => undefined),
    };
  } catch (thrown) {
    if (waiting && asFailure(thrown).code === 'pack-offline') return waiting;
    throw thrown;
  }
}

/**
 * Keeps a version that was found for the next start, where that may be.
 * @param tryOut runs its self-test
 * @returns whether it is kept
 * @throws Failure of the download or the self-test
 */
export async function stage(
  found: FoundNewer,
  store: PackStore | undefined,
  running: Manifest,
  tryOut: (pack: Pack) => Promise<void>,
  options: FetchOptions,
): Promise<boolean> {
  if (found.staged) return true;
  const { manifest, origin } = found;
  if (!store || manifest.id !== running.id || (await store.isRefused(manifest))) return false;
  const pack = await found.fetch(options);
  await tryOut(pack);
  return (await store.stage(pack, origin, await found.fetchBank(options))) === 'kept';
}
