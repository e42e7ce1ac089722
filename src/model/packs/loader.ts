/** Where a pack comes from: the store first, else its host; and how a newer one is found. */
import { asFailure, Failure } from '../../failure';
import { compareVersions, replaces, type Manifest } from '../../domain/pack/manifest';
import { checkFile, packKey, type Pack, type PackStorage } from './pack';
import { fetchFile, fetchManifest, fetchPack, type FetchOptions, type HostedManifest } from './source';
import type { PackStore, StoredState } from './store';

export interface PackHost {
  /** Absolute address of the pack's folder, with a slash at the end. */
  readonly packUrl: string;
  /** Version of the app, which the pack may be too new for. */
  readonly appVersion: string;
  /** False for a pack that is only tried: it is fetched, used and forgotten. */
  readonly keepPack: boolean;
}

export interface LoadedPack {
  readonly pack: Pack;
  readonly source: 'store' | 'network';
  /** True when the stored copy was damaged and this one was fetched in its place. */
  readonly repaired: boolean;
  readonly storage: PackStorage;
}

/**
 * Loads the current pack: from the store when it is there and intact, else from the host, into the store.
 * @param store undefined when there is no store, or none is wanted
 * @param early what the store has, when that was asked before
 * @throws Failure `pack-offline` when the pack was never stored and the host is out of reach;
 *   `pack-damaged` when the stored copy is and cannot be fetched anew, or when the host's is;
 *   `pack-too-new`, `aborted`
 */
export async function loadPack(
  host: PackHost,
  store: PackStore | undefined,
  options: FetchOptions,
  early?: Promise<StoredState | undefined>,
): Promise<LoadedPack> {
  const stored = await (early ?? store?.current().catch(() => undefined));
  if (stored?.state === 'intact' && isOldEnough(stored.pack.manifest, host)) {
    return { pack: stored.pack, source: 'store', repaired: false, storage: 'kept' };
  }
  const repaired = stored?.state === 'damaged';
  try {
    const hosted = await fetchManifest(host.packUrl, options);
    requireOldEnough(hosted.manifest, host);
    const pack = await fetchPack(host.packUrl, hosted, options);
    const storage = await keepPack(host, store, pack, { key: stored?.key, keep: false });
    return { pack, source: 'network', repaired, storage };
  } catch (thrown) {
    const failure = asFailure(thrown);
    if (!repaired || failure.code !== 'pack-offline') throw failure;
    throw new Failure('pack-damaged', `${stored.detail}; ${failure.detail}`, { cause: thrown });
  }
}

/** Stores a pack as the current one; `seen` is the one that was current, kept until the new one has worked. */
export async function keepPack(
  host: PackHost,
  store: PackStore | undefined,
  pack: Pack,
  seen: { readonly key: string | undefined; readonly keep: boolean },
): Promise<PackStorage> {
  if (!host.keepPack) return 'unwanted';
  return (await store?.adopt(pack, seen.key, seen.keep)) ?? 'unavailable';
}

/**
 * The bytes of a pack's bank: from the store, else from the host, into the store.
 * @returns undefined where the pack has none
 * @throws Failure `pack-offline`, `pack-damaged` or `aborted`
 */
export async function loadBank(
  host: PackHost,
  store: PackStore | undefined,
  manifest: Manifest,
  options: FetchOptions,
): Promise<ArrayBuffer | undefined> {
  const { bank } = manifest;
  if (!bank) return undefined;
  const key = packKey(manifest);
  const stored = await store?.bank(key);
  const intact =
    stored &&
    (await checkFile(bank, stored).then(
      () => true,
      () => false,
    ));
  if (intact) return stored;
  const bytes = await fetchFile(host.packUrl, bank, options);
  await store?.keepBank(key, bytes);
  return bytes;
}

/**
 * What the host has in place of the running pack, if that is newer.
 * @throws Failure `pack-offline`, `pack-damaged`, `pack-too-new` or `aborted`
 */
export async function findUpdate(
  host: PackHost,
  running: Manifest,
  options: FetchOptions,
): Promise<HostedManifest | undefined> {
  const hosted = await fetchManifest(host.packUrl, options);
  if (!replaces(hosted.manifest, running)) return undefined;
  requireOldEnough(hosted.manifest, host);
  return hosted;
}

function isOldEnough({ minimumAppVersion }: Manifest, { appVersion }: PackHost): boolean {
  return compareVersions(appVersion, minimumAppVersion) >= 0;
}

function requireOldEnough(manifest: Manifest, host: PackHost): void {
  if (isOldEnough(manifest, host)) return;
  throw new Failure(
    'pack-too-new',
    `needs Lentigo ${manifest.minimumAppVersion}, this is ${host.appVersion}`,
  );
}
