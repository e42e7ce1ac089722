/** A pack in words. */
import type { Manifest } from '../../../domain/pack/manifest';
import { listOf } from '../../../i18n/format';
import { conditionInfo } from '../../../i18n/conditions';
import { textIn } from '../../../i18n/local-text';
import { m } from '../../../i18n/paraglide/messages.js';
import type { InstalledPack, PackOffer } from '../../../worker/protocol';

/** What it reads, in one line. */
export function readsWords({ texts, classes }: Pick<Manifest, 'texts' | 'classes'>): string {
  return textIn(texts?.reads) ?? m.packs_skin({ count: classes.length });
}

export function conditionWords(manifest: Manifest): string {
  return listOf(manifest.classes.map(({ code }) => conditionInfo(code, manifest).name));
}

/** Who made a pack. */
export function trustWords({ trust, publicKey = '' }: Pick<PackOffer, 'trust' | 'publicKey'>): string {
  // The first digits are enough to compare by eye.
  const key = publicKey.slice(0, 16).replaceAll(/(.{4})(?=.)/g, '$1 ');
  if (trust === 'bundled') return m.packs_trust_bundled();
  if (trust === 'trusted') return m.packs_trust_trusted({ key });
  return trust === 'unknown' ? m.packs_trust_unknown({ key }) : m.packs_trust_unsigned();
}

/** As `trustWords`, of a pack that is installed; the app's own is not signed. */
export function originWords({ origin }: InstalledPack): string {
  if (!origin || (origin.trust === 'unsigned' && origin.address !== undefined)) return m.packs_trust_host();
  return trustWords(origin);
}
