/** Checks a pack before it is installed: who made it, and what installing would change. Stores nothing. */
import { Failure } from '../../failure';
import { compareVersions } from '../../domain/pack/manifest';
import { isTrusted, type PackTrust } from '../../domain/pack/trust';
import type { ArrivedPack } from './archive';
import { packKey } from '../../domain/pack/key';
import { sha256, type Pack } from './pack';
import { signerOf } from './signature';
import type { KeptPack } from './store-schema';
import { requireOldEnough } from './app-version';

/** What the build trusts. */
export interface TrustRoots {
  /** SHA-256 of the manifests that came with the app. */
  readonly bundledPacks: readonly string[];
  /** Ed25519 public keys, in hexadecimal. */
  readonly trustedKeys: readonly string[];
}

export interface Provenance {
  readonly trust: PackTrust;
  readonly publicKey?: string;
}

/** What installing does to what is there. */
export type PackChange = 'new' | 'same' | 'update' | 'downgrade';

/** @throws Failure `pack-tampered` when there is a signature that does not fit */
export async function provenanceOf(
  { pack, signature }: { pack: Pick<Pack, 'manifestBytes'>; signature: ArrayBuffer | undefined },
  { bundledPacks, trustedKeys }: TrustRoots,
): Promise<Provenance> {
  const publicKey = signature && signerOf(pack.manifestBytes, signature);
  const key = publicKey === undefined ? {} : { publicKey };
  if (bundledPacks.includes(await sha256(pack.manifestBytes))) return { trust: 'bundled', ...key };
  if (publicKey === undefined) return { trust: 'unsigned' };
  return { trust: trustedKeys.includes(publicKey) ? 'trusted' : 'unknown', ...key };
}

/**
 * @param kept every pack that is installed
 * @throws Failure `pack-too-new`; `pack-other-key` when the installed pack of this name is from somebody else;
 *   `pack-same-version` when one with this name and version has other content
 */
export async function changeBy(
  { pack }: Pick<ArrivedPack, 'pack'>,
  provenance: Provenance,
  kept: readonly KeptPack[],
  appVersion: string,
): Promise<PackChange> {
  const { manifest } = pack;
  requireOldEnough(manifest, { appVersion });
  const versions = kept.filter((each) => each.manifest.id === manifest.id);
  for (const { origin } of versions) requireSameMaker(provenance, origin);
  const same = versions.find(({ key }) => key === packKey(manifest));
  if (same) {
    const [arrived, present] = await Promise.all([manifest, same.manifest].map(contentOf));
    if (arrived !== present) throw new Failure('pack-same-version', packKey(manifest));
    return 'same';
  }
  if (versions.length === 0) return 'new';
  const isNewest = versions.every((each) => compareVersions(manifest.version, each.manifest.version) > 0);
  return isNewest ? 'update' : 'downgrade';
}

/** Every file of a pack has its hash in the manifest. */
function contentOf(manifest: object): Promise<string> {
  return sha256(new TextEncoder().encode(JSON.stringify(manifest)).buffer);
}

/**
 * Other versions must come from the maker of the installed pack; packs of the app itself are always accepted.
 * @throws Failure `pack-other-key`
 */
export function requireSameMaker({ trust, publicKey }: Provenance, installed: KeptPack['origin']): void {
  if (trust === 'bundled') return;
  if (installed?.publicKey !== undefined) {
    if (installed.publicKey === publicKey) return;
  } else if (isTrusted(trust) || installed?.trust === 'unsigned') return;
  throw new Failure('pack-other-key', `signed by ${publicKey ?? 'nobody'}`);
}
