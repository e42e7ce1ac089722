import fc from 'fast-check';
import sharp, { type JpegOptions, type Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkJpeg, hasTooManyScans } from './jpeg';

const size = { width: 203, height: 161 };

/** A drawn spot on mottled skin. */
function drawn(channels: 1 | 3 | 4 = 3): Sharp {
  const { width, height } = size;
  const data = Buffer.alloc(width * height * channels);
  let state = 1;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const pixel = Math.floor(i / channels);
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const isSpot = Math.hypot(x - 90, y - 80) < 40 + 5 * Math.sin(x / 9);
    data[i] = (isSpot ? 90 : 190) - 25 * (i % channels) + 10 * Math.sin(y / 7) + (state >>> 28);
  }
  return sharp(data, { raw: { width, height, channels } });
}

function jpeg(options: JpegOptions = {}, picture = drawn()): Promise<Uint8Array> {
  return picture.jpeg({ quality: 85, ...options }).toBuffer();
}

const kinds: readonly (readonly [string, () => Promise<Uint8Array>])[] = [
  ['baseline, 4:2:0', () => jpeg()],
  ['baseline, 4:4:4', () => jpeg({ chromaSubsampling: '4:4:4' })],
  ['baseline, of plain tables', () => jpeg({ optimiseCoding: false })],
  ['progressive', () => jpeg({ progressive: true })],
  ['progressive, of MozJPEG', () => jpeg({ mozjpeg: true })],
  ['progressive, 4:4:4', () => jpeg({ progressive: true, chromaSubsampling: '4:4:4', quality: 98 })],
  ['grey', () => jpeg({}, drawn().greyscale())],
  ['CMYK', () => jpeg({}, drawn().toColourspace('cmyk'))],
];

async function stateOf(bytes: Uint8Array): Promise<string> {
  return (await checkJpeg(bytes)).state;
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;
}

/** Where the data of the first scan begin. */
function dataOf(bytes: Uint8Array): number {
  const scan = Buffer.from(bytes).indexOf(Buffer.from([0xff, 0xda]));
  return scan + 2 + Buffer.from(bytes).readUInt16BE(scan + 2);
}

describe.each(kinds)('a JPEG, %s', (_name, make) => {
  let bytes: Uint8Array;
  beforeAll(async () => {
    bytes = await make();
  });

  it('is whole', async () => {
    expect(await checkJpeg(bytes)).toEqual({ state: 'whole' });
  });

  it('is whole without its end marker, and with anything behind it', async () => {
    expect(await stateOf(bytes.subarray(0, -2))).toBe('whole');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 20 }), async (behind) => {
        expect(await stateOf(Buffer.concat([bytes, behind]))).toBe('whole');
        expect(
          await stateOf(Buffer.concat([bytes.subarray(0, -2), Buffer.alloc(3), bytes.subarray(-2)])),
        ).toBe('whole');
      }),
      { numRuns: 20 },
    );
  });

  it('is damaged wherever it is cut, closed by an end marker or not', async () => {
    for (let length = 0; length < bytes.length - 4; length += Math.ceil(bytes.length / 60)) {
      const cut = bytes.subarray(0, length);
      expect(await stateOf(cut), `${length} bytes`).toBe('damaged');
      const closed = Buffer.concat([cut, bytes.subarray(-2)]);
      expect(await stateOf(closed), `${length} bytes and an end marker`).toBe('damaged');
    }
  });

  it('is not whole with zeros in it, nor where something is missing or comes twice', async () => {
    const pixels = await sharp(bytes).raw().toBuffer();
    const start = dataOf(bytes);
    const rest = bytes.length - start - 300;
    for (let i = 0; i < 40; i++) {
      const from = start + Math.floor((rest * i) / 40);
      const damages = {
        zeros: Buffer.from(bytes).fill(0, from, from + 200),
        missing: Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 200)]),
        twice: Buffer.concat([bytes.subarray(0, from + 200), bytes.subarray(from)]),
      };
      for (const [what, damaged] of Object.entries(damages)) {
        if ((await stateOf(damaged)) !== 'whole') continue;
        // Decoders step over what is no segment between two scans, and a run of blocks that end early may end earlier.
        const found = await sharp(damaged, { failOn: 'none' }).raw().toBuffer();
        expect(meanDifference(found, pixels), `${what} from ${from}`).toBeLessThan(2);
      }
    }
  });
});

describe('checkJpeg', () => {
  it('follows restart markers, and wants them in turn', async () => {
    const bytes = withRestarts(await jpeg({ chromaSubsampling: '4:4:4' }, drawn().greyscale()));
    expect(await stateOf(bytes)).toBe('damaged');
  });

  it('does not mind what Samsung writes into the scan of a baseline picture', async () => {
    const bytes = Buffer.from(await jpeg());
    bytes.set([63, 0, 0x11], dataOf(bytes) - 3);
    expect(await checkJpeg(bytes)).toEqual({ state: 'whole' });
  });

  it('leaves what no browser decodes to the browser', async () => {
    const bytes = Buffer.from(await jpeg());
    const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]));
    bytes[frame + 1] = 0xc9;
    expect(await stateOf(bytes)).toBe('whole');
  });

  it('is not taken in by a thumbnail, nor by a second picture behind the first', async () => {
    const bytes = await jpeg();
    const thumbnail = await jpeg({}, drawn().resize(32));
    const header = Buffer.from([0xff, 0xe1, (thumbnail.length + 2) >> 8, (thumbnail.length + 2) & 255]);
    const file = Buffer.concat([bytes.subarray(0, 2), header, thumbnail, bytes.subarray(2)]);
    expect(await stateOf(file)).toBe('whole');
    expect(await stateOf(file.subarray(0, file.length - 500))).toBe('damaged');
    expect(await stateOf(Buffer.concat([bytes, thumbnail]))).toBe('whole');
    expect(await stateOf(Buffer.concat([bytes.subarray(0, -500), thumbnail]))).toBe('damaged');
  });

  it('suspects a picture whose level changes in mid-row, with codes that stay in step', async () => {
    const { data, info } = await drawn().raw().toBuffer({ resolveWithObject: true });
    const stepped = (from: number): Promise<Uint8Array> => {
      const raw = Buffer.from(data);
      for (let pixel = 0; pixel < info.width * info.height; pixel++) {
        const unit = Math.floor(pixel / info.width / 8) * 26 + Math.floor((pixel % info.width) / 8);
        for (let c = 0; c < 3 && unit >= from; c++) raw[pixel * 3 + c] = (raw[pixel * 3 + c] ?? 0) - 24;
      }
      return jpeg({ chromaSubsampling: '4:4:4' }, sharp(raw, { raw: { ...size, channels: 3 } }));
    };
    expect(await stateOf(await stepped(26 * 9 + 11))).toBe('suspect');
    expect(await stateOf(await stepped(1e6))).toBe('whole');
  });

  it.each([false, true])(
    'takes up its levels after each turn of others, progressive: %s',
    async (progressive) => {
      const large = drawn().resize(1600, 1200, { kernel: 'nearest' });
      const bytes = await jpeg({ progressive }, large);
      expect(await checkJpeg(bytes)).toEqual({ state: 'whole' });
      expect(await stateOf(bytes.subarray(0, -500))).toBe('damaged');
    },
  );

  it('does not take a bar along the picture for damage', async () => {
    const bar = { create: { width: size.width, height: 32, channels: 3, background: '#000' } } as const;
    const pictures = [
      drawn().composite([{ input: bar, top: 0, left: 0 }]),
      drawn().composite([{ input: bar, top: 128, left: 0 }]),
    ];
    for (const picture of pictures) expect(await stateOf(await jpeg({}, picture))).toBe('whole');
  });
});

/** Announces restarts that never come. */
function withRestarts(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, 2), Buffer.from([0xff, 0xdd, 0, 4, 0, 8]), bytes.subarray(2)]);
}

describe('hasTooManyScans', () => {
  it('lets every usual picture pass, whatever its size', async () => {
    for (const [, make] of kinds) expect(hasTooManyScans(await make(), 120e6)).toBe(false);
  });

  it('counts no further than the end of the picture', async () => {
    const bytes = await jpeg();
    const scan = Buffer.from([0xff, 0xda, 0, 2]);
    const scans = Buffer.concat(Array.from({ length: 101 }, () => scan));
    expect(hasTooManyScans(Buffer.concat([bytes, scans]), 1e6)).toBe(false);
    expect(hasTooManyScans(Buffer.concat([bytes.subarray(0, -2), scans]), 1e6)).toBe(true);
  });
});
