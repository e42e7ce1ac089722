import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readable, unreadable } from '../../../e2e/fixtures/pictures';
import { sniff, type PictureType } from '../../domain/picture-header/sniff';
import { checkWhole } from './whole';

function fixture(file: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`../../../e2e/fixtures/pictures/${file}`, import.meta.url)));
}

const types: PictureType[] = [
  'image/jpeg',
  'image/png',
  'image/gif',
  'image/webp',
  'image/bmp',
  'image/avif',
  'image/heic',
];

async function stateOf(bytes: Uint8Array<ArrayBuffer>, type: PictureType): Promise<string> {
  return (await checkWhole(bytes, type)).state;
}

/** Files in which every byte counts, so that every beginning is a damaged file. */
const dense = readable.filter(
  ({ file, type }) =>
    !['image/gif', 'image/avif', 'image/heic', 'image/tiff', 'image/jpeg'].includes(type) &&
    file !== 'trailing-bytes.jpg',
);

describe('checkWhole', () => {
  it.each(readable)('finds $file whole', async ({ file, type }) => {
    expect(await checkWhole(fixture(file), type)).toEqual({ state: 'whole' });
  });

  it.each(unreadable.filter(({ file }) => file.startsWith('truncated')))(
    'finds $file cut',
    async ({ file }) => {
      const bytes = fixture(file);
      const type = sniff(bytes)?.type;
      expect(type && (await stateOf(bytes, type))).toBe('damaged');
    },
  );

  it.each(dense)('notices when anything is missing of $file', async ({ file, type }) => {
    const bytes = fixture(file);
    for (let length = 0; length < bytes.length; length += bytes.length > 1000 ? 97 : 1) {
      expect(await stateOf(bytes.slice(0, length), type), `${length} of ${bytes.length} bytes`).toBe(
        'damaged',
      );
    }
  });

  it.each(readable)('does not mind what follows the end of $file', async ({ file, type }) => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 7 }), async (padding) => {
        expect(await stateOf(Uint8Array.from([...fixture(file), ...padding]), type)).toBe('whole');
      }),
      { numRuns: 20 },
    );
  });

  it('wants only the first frame of a GIF', async () => {
    const bytes = fixture('animated.gif');
    expect(await stateOf(bytes.slice(0, bytes.length - 1), 'image/gif')).toBe('whole');
    expect(await stateOf(bytes.slice(0, 60), 'image/gif')).toBe('damaged');
  });

  it('counts the pixels of a GIF', async () => {
    const bytes = fixture('animated.gif');
    // The first frame begins behind the extensions; its sub-blocks stay, their codes do not.
    const frame = bytes.indexOf(0x2c, 13 + 3 * 2 ** (((bytes[10] ?? 0) & 7) + 1));
    const local = bytes[frame + 9] ?? 0;
    const data = frame + 12 + (local & 0x80 ? 3 * 2 ** ((local & 7) + 1) : 0);
    bytes.fill(0, data + 8, data + 14);
    expect(await stateOf(bytes, 'image/gif')).toBe('damaged');
  });

  it('finds any flipped bit of a PNG', async () => {
    const bytes = fixture('one-pixel.png');
    for (let bit = 8 * 8; bit < bytes.length * 8; bit++) {
      const damaged = bytes.slice();
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(await stateOf(damaged, 'image/png'), `bit ${bit}`).toBe('damaged');
    }
  });

  it('notices that chunks of a PNG are missing, though the rest is right', async () => {
    const bytes = fixture('display-p3.png');
    const at = Buffer.from(bytes).indexOf('IDAT') - 4;
    const length = Buffer.from(bytes).readUInt32BE(at);
    const without = Uint8Array.from([...bytes.slice(0, at), ...bytes.slice(at + 12 + length)]);
    expect(await stateOf(without, 'image/png')).toBe('damaged');
  });

  it('notices that an item of an AVIF lies past its end', async () => {
    const bytes = fixture('still.avif');
    const file = Buffer.from(bytes);
    // The data box ends early and says so: only the table of items knows better.
    const at = file.indexOf('mdat') - 4;
    const shorter = file.subarray(0, bytes.length - 20);
    shorter.writeUInt32BE(file.readUInt32BE(at) - 20, at);
    expect(await stateOf(Uint8Array.from(shorter), 'image/avif')).toBe('damaged');
  });

  describe('a WebP', () => {
    /** Of many kinds: flat, smooth, noisy, see-through, lossy and lossless. */
    const made = async (): Promise<Uint8Array<ArrayBuffer>[]> => {
      const size = { width: 320, height: 240 };
      const flat = sharp({ create: { ...size, channels: 3, background: '#d9a48c' } });
      const noise = sharp({
        create: {
          ...size,
          channels: 3,
          background: '#000',
          noise: { type: 'gaussian', mean: 128, sigma: 40 },
        },
      });
      const smooth = noise.clone().blur(12);
      const clear = sharp({ create: { ...size, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } });
      const ways = [{ quality: 5 }, { quality: 90 }, { lossless: true }];
      const files = [flat, noise, smooth, clear].flatMap((picture) =>
        ways.map((way) =>
          picture
            .clone()
            .webp({ ...way, effort: 1 })
            .toBuffer(),
        ),
      );
      return (await Promise.all(files)).map((file) => new Uint8Array(file));
    };

    it('is whole however it was written', async () => {
      for (const file of await made()) expect(await stateOf(file, 'image/webp')).toBe('whole');
    });

    it('is suspect at most where one colour fills it at the highest quality', async () => {
      const create = { width: 512, height: 384, channels: 3, background: '#d9a48c' } as const;
      const file = new Uint8Array(await sharp({ create }).webp({ quality: 100, effort: 1 }).toBuffer());
      expect(await stateOf(file, 'image/webp')).toBe('suspect');
    });

    it('is suspect where a part was never written, in the middle or to the end', async () => {
      const large = (await made()).filter(({ length }) => length > 5000);
      expect(large.length).toBeGreaterThan(2);
      for (const file of large) {
        const half = file.length >> 1;
        for (const end of [half + 200, file.length])
          expect(await stateOf(file.slice().fill(0, half, end), 'image/webp')).toBe('suspect');
      }
    });

    it('is damaged where a chunk is longer than the file, or the picture is missing', async () => {
      const file = fixture('lossy.webp');
      const longer = file.slice();
      new DataView(longer.buffer).setUint32(16, file.length, true);
      expect(await stateOf(longer, 'image/webp')).toBe('damaged');
      const without = Uint8Array.from([...file.slice(0, 12)]);
      new DataView(without.buffer).setUint32(4, 4, true);
      expect(await stateOf(without, 'image/webp')).toBe('damaged');
    });
  });

  it('never throws and always ends', async () => {
    const made = readable.map(({ file, type }) => ({ bytes: fixture(file), type }));
    const mutated = fc
      .tuple(fc.constantFrom(...made), fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { maxLength: 12 }))
      .map(([{ bytes, type }, changes]) => {
        const file = bytes.slice();
        for (const [at, value] of changes) file[at % file.length] = value;
        return { file, type };
      });
    const random = fc.record({ type: fc.constantFrom(...types), file: fc.uint8Array({ maxLength: 400 }) });
    await fc.assert(
      fc.asyncProperty(fc.oneof(mutated, random), async ({ type, file }) => {
        expect(['whole', 'suspect', 'damaged']).toContain(await stateOf(Uint8Array.from(file), type));
      }),
      { numRuns: 1500 },
    );
  });
});
