/** Loads a pack from the store, or else from its host, and looks for a newer one. */
import { asFailure, Failure } from '../../failure';
import { replaces, type Manifest } from '../../domain/pack/manifest';
import { isOldEnough, requireOldEnough } from './app-version';
import { packKey } from '../../domain/pack/key';
import { checkFile, sha256, type Pack, type PackStorage } from './pack';
import type { Provenance, TrustRoots } from './offers';
import {
  fetchFile,
  fetchManifest,
  fetchPack,
  fetchSignature,
  type FetchOptions,
  type HostedManifest,
} from './source';
import type { PackStore } from './store';
import type { PackOrigin, StoredState } from './store-schema';

export interface PackHost {
  /** Absolute address of the pack's folder, with a slash at the end. */
  readonly packUrl: string;
  /** Version of the app, which the pack may be too new for. */
  readonly appVersion: string;
  /** False for a pack that is only tried: it is fetched, used and forgotten. */
  readonly keepPack: boolean;
  /** What the build trusts. */
  readonly roots: TrustRoots;
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
  // A damaged pack is fetched again from its host; one that came from a file is replaced by the app's own.
  const origin = stored && (await store?.origin(stored.key));
  const address = origin?.address ?? host.packUrl;
  try {
    const hosted = await fetchManifest(address, options);
    requireOldEnough(hosted.manifest, host);
    const pack = await fetchPack(address, hosted, options);
    const provenance = await hostedProvenance(host, address, pack, options);
    const kept = { ...provenance, address, installedAt: Date.now() };
    const storage = await keepPack(host, store, pack, kept, { key: stored?.key, keep: false });
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
  origin: PackOrigin,
  seen: { readonly key: string | undefined; readonly keep: boolean },
): Promise<PackStorage> {
  if (!host.keepPack) return 'unwanted';
  return (await store?.adopt(pack, origin, seen.key, seen.keep)) ?? 'unavailable';
}

/**
 * The bytes of a pack's bank: from the store, else from where the pack came, into the store.
 * @returns undefined where the pack has none, or came in a file without it
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
  const origin = await store?.origin(key);
  const address = origin ? origin.address : host.packUrl;
  if (address === undefined) return undefined;
  const bytes = await fetchFile(address, bank, options);
  await store?.keepBank(key, bytes);
  return bytes;
}

/** A newer version where the running pack came from. */
export interface FoundUpdate {
  readonly hosted: HostedManifest;
  readonly origin: PackOrigin & { readonly address: string };
}

/**
 * What there is in place of the running pack where that came from, if it is newer.
 * @throws Failure `pack-offline`, `pack-damaged`, `pack-too-new`, `pack-tampered`, `pack-other-key` or `aborted`
 */
export async function findUpdate(
  host: PackHost,
  store: PackStore | undefined,
  running: Manifest,
  options: FetchOptions,
): Promise<FoundUpdate | undefined> {
  const from = await store?.origin(packKey(running));
  const address = from ? from.address : host.packUrl;
  if (address === undefined) return undefined;
  const hosted = await fetchManifest(address, options);
  if (!replaces(hosted.manifest, running)) return undefined;
  requireOldEnough(hosted.manifest, host);
  const provenance = await hostedProvenance(host, address, hosted, options);
  if (address !== host.packUrl) {
    const { requireSameMaker } = await import('./offers');
    requireSameMaker(provenance, from);
  }
  return { hosted, origin: { ...provenance, address, installedAt: Date.now() } };
}

/** The app's own pack has no signature: it comes from the same host as the app. */
async function hostedProvenance(
  { packUrl, roots }: PackHost,
  address: string,
  hosted: HostedManifest,
  options: FetchOptions,
): Promise<Provenance> {
  if (address === packUrl) {
    const bundled = roots.bundledPacks.includes(await sha256(hosted.manifestBytes));
    return { trust: bundled ? 'bundled' : 'unsigned' };
  }
  const { provenanceOf } = await import('./offers');
  return provenanceOf({ pack: hosted, signature: await fetchSignature(address, options) }, roots);
}
