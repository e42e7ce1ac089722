import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { archiveLimit, readArchive } from './archive';
import { packKey } from '../../domain/pack/key';
import { signerOf } from './signature';
import { makeCellPack, signedBy, zipped, type CellPack } from '../testdata/cell-pack';

const secretKey = Uint8Array.from({ length: 32 }, (_, at) => at + 1);
const publicKey = Buffer.from(ed25519.getPublicKey(secretKey)).toString('hex');
let cell: CellPack;

beforeAll(async () => {
  cell = await makeCellPack();
});

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('readArchive', () => {
  it('gives the pack, its bank and its signature', async () => {
    const arrived = await readArchive(zipped(cell, secretKey).buffer);
    expect(arrived.pack).toEqual(cell.pack);
    expect(arrived.bank).toEqual(cell.bank);
    expect(signerOf(arrived.pack.manifestBytes, arrived.signature ?? new ArrayBuffer(0))).toBe(publicKey);
  });

  it('takes a pack without bank and signature', async () => {
    const arrived = await readArchive(zipped(cell, undefined, { 'bank.bin': undefined }).buffer);
    expect(packKey(arrived.pack.manifest)).toBe('made-cells@1.0.0');
    expect(arrived).toMatchObject({ bank: undefined, signature: undefined });
  });

  it.each([
    ['what is no zip', 'pack-none', () => encode('hello')],
    ['a zip of something else', 'pack-none', () => zipSync({ 'holiday.jpg': encode('x') })],
    ['a zip with folders', 'pack-none', () => zipped(cell, undefined, { 'a/manifest.json': encode('{}') })],
    ['a name that leads elsewhere', 'pack-none', () => zipped(cell, undefined, { '../x': encode('x') })],
    ['a file that is not listed', 'pack-damaged', () => zipped(cell, undefined, { 'run.js': encode('x') })],
    ['a missing file', 'pack-damaged', () => zipped(cell, undefined, { 'weights.bin': undefined })],
    [
      'a file of another length',
      'pack-damaged',
      () => zipped(cell, undefined, { 'weights.bin': encode('x') }),
    ],
    ['a manifest of something else', 'pack-damaged', () => zipSync({ 'manifest.json': encode('{}') })],
    ['a later format', 'pack-too-new', () => zipSync({ 'manifest.json': encode('{"format":3}') })],
    ['a large file', 'pack-too-large', () => new Uint8Array(archiveLimit + 1)],
    [
      'what unpacks to a lot',
      'pack-too-large',
      () => zipped(cell, undefined, { 'big.bin': new Uint8Array(archiveLimit) }),
    ],
    [
      'a long manifest',
      'pack-too-large',
      () => zipped(cell, undefined, { 'manifest.json': new Uint8Array(1024 * 1024 + 1).fill(32) }),
    ],
  ])('refuses %s: %s', async (_what, code, make) => {
    await expect(readArchive(Uint8Array.from(make()).buffer)).rejects.toMatchObject({ code });
  });

  it('gives the very same files or nothing, whichever byte is changed', async () => {
    const whole = zipped(cell, secretKey);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const changed = whole.slice();
        changed[at] = (changed[at] ?? 0) ^ by;
        const arrived = await readArchive(changed.buffer).catch((thrown: unknown) => thrown);
        if (arrived instanceof Error) {
          expect(arrived).toMatchObject({ code: expect.stringMatching(/^pack-/) as string });
          return;
        }
        const { pack, bank = cell.bank, signature } = arrived as Awaited<ReturnType<typeof readArchive>>;
        // A manifest without a signature proves nothing: whoever installs it is asked. What is signed is unchanged.
        if (!signature) return;
        const signer = await Promise.resolve()
          .then(() => signerOf(pack.manifestBytes, signature))
          .catch(() => undefined);
        if (signer !== publicKey) return;
        expect(pack).toEqual(cell.pack);
        expect(bank).toEqual(cell.bank);
      }),
      { numRuns: 300 },
    );
  });
});

describe('signerOf', () => {
  const signature = (): Uint8Array<ArrayBuffer> =>
    Uint8Array.from(signedBy(secretKey, cell.pack.manifestBytes));

  it('refuses a manifest of which any byte is changed', () => {
    fc.assert(
      fc.property(
        fc.nat(cell.pack.manifestBytes.byteLength - 1),
        fc.integer({ min: 1, max: 255 }),
        (at, by) => {
          const changed = new Uint8Array(cell.pack.manifestBytes.slice(0));
          changed[at] = (changed[at] ?? 0) ^ by;
          expect(() => signerOf(changed.buffer, signature().buffer)).toThrow('pack-tampered');
        },
      ),
      { numRuns: 40 },
    );
  });

  it('refuses a signature of which any digit is changed, and names no other key', () => {
    const whole = signature();
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = whole.slice();
        changed[at] = (changed[at] ?? 0) ^ by;
        expect(() => signerOf(cell.pack.manifestBytes, changed.buffer)).toThrow('pack-tampered');
      }),
      { numRuns: 60 },
    );
  });

  it('refuses a signature of the bare manifest, which stands for nothing', () => {
    const bare = {
      algorithm: 'ed25519',
      publicKey,
      signature: Buffer.from(ed25519.sign(new Uint8Array(cell.pack.manifestBytes), secretKey)).toString(
        'hex',
      ),
    };
    const bytes = Uint8Array.from(encode(JSON.stringify(bare))).buffer;
    expect(() => signerOf(cell.pack.manifestBytes, bytes)).toThrow('pack-tampered');
  });

  it('refuses the key that fits everything', () => {
    // The neutral point and a signature of zeros: lax verifiers take it for any message.
    const weak = {
      algorithm: 'ed25519',
      publicKey: `01${'00'.repeat(31)}`,
      signature: `01${'00'.repeat(63)}`,
    };
    const bytes = Uint8Array.from(encode(JSON.stringify(weak))).buffer;
    expect(() => signerOf(cell.pack.manifestBytes, bytes)).toThrow('pack-tampered');
  });
});
