import sharp, { type TiffOptions } from 'sharp';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../failure';
import { seeded } from '../../domain/seeded';
import { decodeTiff } from './tiff';

const [width, height] = [150, 110];

/** Something like skin: a slope with grain, so that each compression has work to do. */
const pixels = ((): Buffer => {
  const random = seeded(1);
  return Buffer.from(
    Array.from({ length: width * height * 3 }, (_, at) => 110 + 50 * Math.sin(at / 900) + 25 * random()),
  );
})();

const kinds: readonly TiffOptions[] = (['none', 'lzw', 'deflate', 'packbits'] as const).flatMap(
  (compression) => [false, true].map((tile) => ({ compression, tile, tileWidth: 64, tileHeight: 64 })),
);

function written(options: TiffOptions): Promise<Buffer> {
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .tiff(options)
    .toBuffer();
}

async function read(file: Buffer): Promise<Buffer | string> {
  try {
    const { rgba } = await decodeTiff(new Uint8Array(file));
    return Buffer.from(rgba.filter((_, at) => at % 4 !== 3));
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(Failure);
    return (thrown as Failure).code;
  }
}

/** As many programs write it, and sharp does not: the directory before the picture. */
function directoryFirst(): Buffer {
  const tags = [
    [256, 4, 1, width],
    [257, 4, 1, height],
    [258, 3, 1, 8],
    [259, 3, 1, 1],
    [262, 3, 1, 1],
    [273, 4, 1, 8 + 2 + 9 * 12 + 4],
    [277, 3, 1, 1],
    [278, 4, 1, height],
    [279, 4, 1, width * height],
  ] as const;
  const head = Buffer.alloc(8 + 2 + tags.length * 12 + 4);
  head.write('II*\0', 'latin1');
  head.writeUInt32LE(8, 4);
  head.writeUInt16LE(tags.length, 8);
  tags.forEach(([tag, type, count, value], at) => {
    head.writeUInt16LE(tag, 10 + 12 * at);
    head.writeUInt16LE(type, 12 + 12 * at);
    head.writeUInt32LE(count, 14 + 12 * at);
    head.writeUInt32LE(value, 18 + 12 * at);
  });
  return Buffer.concat([head, pixels.subarray(0, width * height)]);
}

describe('decodeTiff', () => {
  it.each(kinds)('reads $compression, in tiles: $tile', async (options) => {
    expect(Buffer.compare((await read(await written(options))) as Buffer, pixels)).toBe(0);
    const predicted = await written({ ...options, predictor: 'horizontal' });
    expect(Buffer.compare((await read(predicted)) as Buffer, pixels)).toBe(0);
  });

  it('refuses what is cut or ends in zeros, whatever the compression', async () => {
    const random = seeded(2);
    for (const options of kinds) {
      const file = await written(options);
      for (let round = 0; round < 12; round++) {
        const at = Math.floor(file.length * (0.01 + 0.98 * random()));
        expect(await read(file.subarray(0, at)), `cut at ${at}`).toMatch(/^picture-/);
        // The directory is the last in the file.
        expect(await read(Buffer.from(file).fill(0, at)), `zeros from ${at}`).toMatch(/^picture-/);
      }
    }
  });

  it('refuses a file that is cut behind its directory', async () => {
    const file = directoryFirst();
    expect(await read(file)).toHaveLength(3 * width * height);
    for (const share of [0.02, 0.3, 0.7, 0.99]) {
      expect(await read(file.subarray(0, Math.floor(share * file.length)))).toBe('picture-damaged');
    }
    expect(await read(file.subarray(0, -1))).toBe('picture-damaged');
    // A whole row less.
    expect(await read(file.subarray(0, -width))).toBe('picture-damaged');
  });

  it('refuses zeros inside of compressed data, and ends on any of them', async () => {
    const random = seeded(3);
    for (const compression of ['lzw', 'deflate', 'packbits'] as const) {
      const file = await written({ compression });
      for (let round = 0; round < 30; round++) {
        const at = 8 + Math.floor((file.length - 3000) * random());
        const found = await read(Buffer.from(file).fill(0, at, at + 1500));
        expect(found, `${compression} at ${at}`).toBe('picture-damaged');
      }
    }
  });
});
