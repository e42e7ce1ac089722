import { ed25519 } from '@noble/curves/ed25519.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { changeBy, provenanceOf, type Provenance, type TrustRoots } from './offers';
import { packKey } from '../../domain/pack/key';
import { sha256, type Pack } from './pack';
import type { KeptPack, PackOrigin } from './store-schema';
import { makeCellPack, signedBy } from '../testdata/cell-pack';

const secretKey = new Uint8Array(32).fill(7);
const key = Array.from(ed25519.getPublicKey(secretKey), (byte) => byte.toString(16).padStart(2, '0')).join(
  '',
);
const nothing: TrustRoots = { bundledPacks: [], trustedKeys: [] };
let old: Pack;
let present: Pack;
let next: Pack;

beforeAll(async () => {
  [old, present, next] = (await Promise.all(
    ['0.9.0', '1.0.0', '1.1.0'].map(async (version) => (await makeCellPack({ version })).pack),
  )) as [Pack, Pack, Pack];
});

describe('provenanceOf', () => {
  const signed = (pack: Pack) => ({
    pack,
    signature: Uint8Array.from(signedBy(secretKey, pack.manifestBytes)).buffer,
  });

  it.each<[string, () => TrustRoots | Promise<TrustRoots>, Provenance]>([
    [
      'a key that was built in',
      () => ({ ...nothing, trustedKeys: [key] }),
      { trust: 'trusted', publicKey: key },
    ],
    ['another key', () => nothing, { trust: 'unknown', publicKey: key }],
    [
      'the build itself',
      async () => ({ ...nothing, bundledPacks: [await sha256(present.manifestBytes)] }),
      { trust: 'bundled', publicKey: key },
    ],
  ])('knows %s', async (_what, roots, expected) => {
    expect(await provenanceOf(signed(present), await roots())).toEqual(expected);
  });

  it('knows that nobody signed it', async () => {
    expect(await provenanceOf({ pack: present, signature: undefined }, nothing)).toEqual({
      trust: 'unsigned',
    });
  });

  it('refuses the signature of another pack, whoever made that', async () => {
    const { signature } = signed(next);
    const roots = { ...nothing, trustedKeys: [key] };
    await expect(provenanceOf({ pack: present, signature }, roots)).rejects.toMatchObject({
      code: 'pack-tampered',
    });
  });
});

describe('changeBy', () => {
  const kept = (pack: Pack, origin: Omit<PackOrigin, 'installedAt'> | undefined): KeptPack => ({
    key: packKey(pack.manifest),
    manifest: pack.manifest,
    origin: origin && { ...origin, installedAt: 1 },
  });
  const unsigned: Provenance = { trust: 'unsigned' };
  const mine: Provenance = { trust: 'unknown', publicKey: key };
  const other: Provenance = { trust: 'unknown', publicKey: '0'.repeat(64) };

  it('tells new from newer, older and the same', async () => {
    const installed = [kept(present, mine)];
    expect(await changeBy({ pack: present }, mine, [], '0.1.0')).toBe('new');
    expect(await changeBy({ pack: next }, mine, installed, '0.1.0')).toBe('update');
    expect(await changeBy({ pack: old }, mine, installed, '0.1.0')).toBe('downgrade');
    expect(await changeBy({ pack: present }, mine, installed, '0.1.0')).toBe('same');
  });

  it('refuses other content under the same name and version', async () => {
    const { pack } = await makeCellPack({ name: 'Something else' });
    await expect(changeBy({ pack }, mine, [kept(present, mine)], '0.1.0')).rejects.toMatchObject({
      code: 'pack-same-version',
    });
  });

  it('refuses what needs a later app', async () => {
    const { pack } = await makeCellPack({ minimumAppVersion: '9.0.0' });
    await expect(changeBy({ pack }, mine, [], '0.1.0')).rejects.toMatchObject({ code: 'pack-too-new' });
  });

  it.each<[string, Provenance, Omit<PackOrigin, 'installedAt'> | undefined, boolean]>([
    ['the same key', mine, mine, true],
    ['another key', other, mine, false],
    ['a trusted key over another one', { trust: 'trusted', publicKey: key }, other, false],
    ['no key over a key', unsigned, mine, false],
    ['no key over no key', unsigned, unsigned, true],
    ['a key over no key', mine, unsigned, true],
    ['no key over what came with the app', unsigned, { trust: 'bundled' }, false],
    ['an unknown key over what came with the app', mine, { trust: 'bundled' }, false],
    [
      'a trusted key over what came with the app',
      { trust: 'trusted', publicKey: key },
      { trust: 'bundled' },
      true,
    ],
    ['what comes with the app over anything', { trust: 'bundled' }, mine, true],
    ['no key over what was stored before origins were kept', unsigned, undefined, false],
  ])('an update by %s', async (_what, provenance, installed, allowed) => {
    const change = changeBy({ pack: next }, provenance, [kept(present, installed)], '0.1.0');
    if (allowed) expect(await change).toBe('update');
    else await expect(change).rejects.toMatchObject({ code: 'pack-other-key' });
  });
});
