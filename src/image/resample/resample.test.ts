import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkSide, resampleCrop, resampleSquare, toNetworkInput, type PixelSource } from './resample';

/** "lentigo-area-1" as it is defined, pixel by pixel, with no thought of speed. */
function slowly(rgb: Uint8Array, side: number, outputs: number): Uint8Array {
  const weightOf = (i: number, k: number): number => {
    if (side >= outputs) {
      const overlap = (j: number): number =>
        Math.max(0, Math.min((i + 1) * side, (j + 1) * outputs) - Math.max(i * side, j * outputs));
      let before = 0;
      for (let j = 0; j < k; j++) before += overlap(j);
      const share = (c: number): number => Math.floor((c * 16384 + Math.floor(side / 2)) / side);
      return share(before + overlap(k)) - share(before);
    }
    const left = Math.floor(((2 * i + 1) * side - outputs) / (2 * outputs));
    const rest = (2 * i + 1) * side - outputs - left * 2 * outputs;
    const right = Math.floor((rest * 16384 + outputs) / (2 * outputs));
    const clamped = (j: number): number => Math.min(Math.max(j, 0), side - 1);
    return (clamped(left) === k ? 16384 - right : 0) + (clamped(left + 1) === k ? right : 0);
  };
  const weights = Array.from({ length: outputs }, (_, i) =>
    Array.from({ length: side }, (_, k) => weightOf(i, k)),
  );
  const sum = (i: number, value: (k: number) => number): number =>
    (weights[i] ?? []).reduce((total, weight, k) => total + (weight === 0 ? 0 : weight * value(k)), 0);
  const result = new Uint8Array(outputs * outputs * 3);
  for (let channel = 0; channel < 3; channel++) {
    const along = Array.from({ length: side }, (_, y) =>
      Array.from({ length: outputs }, (_, i) =>
        Math.floor((sum(i, (k) => rgb[(y * side + k) * 3 + channel] ?? 0) + 32) / 64),
      ),
    );
    for (let i = 0; i < outputs; i++) {
      for (let x = 0; x < outputs; x++) {
        const value = sum(i, (y) => along[y]?.[x] ?? 0);
        result[(i * outputs + x) * 3 + channel] = Math.floor((value + 2 ** 21) / 2 ** 22);
      }
    }
  }
  return result;
}

/** A square of RGB bytes with its side. */
function square(maxSide: number): fc.Arbitrary<{ side: number; rgb: Uint8Array }> {
  return fc
    .integer({ min: 1, max: maxSide })
    .chain((side) =>
      fc.uint8Array({ minLength: side * side * 3, maxLength: side * side * 3 }).map((rgb) => ({ side, rgb })),
    );
}

function quadratic(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let j = 0; j < length; j++) bytes[j] = (j * j * 31 + j * 7) % 251;
  return bytes;
}

/** Mean of all bytes. */
function mean(bytes: Uint8Array): number {
  return bytes.reduce((sum, value) => sum + value, 0) / bytes.length;
}

function mirrored(rgb: Uint8Array, side: number): Uint8Array {
  return rgb.map((_, at) => {
    const [pixel, channel] = [Math.floor(at / 3), at % 3];
    const [y, x] = [Math.floor(pixel / side), pixel % side];
    return rgb[(y * side + side - 1 - x) * 3 + channel] ?? 0;
  });
}

interface Golden {
  readonly side: number;
  readonly rgb?: string;
  readonly formula?: 'quadratic';
  readonly sha256: string;
  readonly row0: readonly number[];
}

describe('resampling', () => {
  it('gives the bytes that the training code gives', () => {
    const file = new URL('../testdata/resample-golden.json', import.meta.url);
    const vectors = JSON.parse(readFileSync(file, 'utf8')) as Golden[];
    expect(vectors.length).toBeGreaterThan(5);
    for (const { side, rgb, sha256, row0 } of vectors) {
      const pixels = rgb === undefined ? quadratic(side * side * 3) : Buffer.from(rgb, 'base64');
      const result = resampleSquare(pixels, side);
      expect([...result.subarray(0, row0.length)], `side ${side}`).toEqual(row0);
      expect(createHash('sha256').update(result).digest('hex'), `side ${side}`).toBe(sha256);
    }
  });

  it('follows its definition, shrinking and enlarging', () => {
    fc.assert(
      fc.property(square(24), fc.integer({ min: 1, max: 20 }), ({ side, rgb }, outputs) => {
        expect(Buffer.compare(resampleSquare(rgb, side, outputs), slowly(rgb, side, outputs))).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('follows its definition over several strips', () => {
    const side = 500;
    const rgb = quadratic(side * side * 3);
    expect(Buffer.compare(resampleSquare(rgb, side, 12), slowly(rgb, side, 12))).toBe(0);
  });

  it('keeps one colour as it is', () => {
    const sides = fc.integer({ min: 1, max: 700 });
    fc.assert(
      fc.property(sides, fc.integer({ min: 0, max: 255 }), (side, level) => {
        const result = resampleSquare(new Uint8Array(side * side * 3).fill(level), side);
        expect(result.every((value) => value === level)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('keeps the mean when it shrinks', () => {
    for (const side of [224, 225, 300, 448, 777]) {
      const rgb = quadratic(side * side * 3);
      expect(Math.abs(mean(resampleSquare(rgb, side)) - mean(rgb))).toBeLessThan(0.5);
    }
  });

  it('stays within the values of the picture', () => {
    fc.assert(
      fc.property(square(40), ({ side, rgb }) => {
        const result = resampleSquare(rgb, side);
        expect(Math.min(...result.subarray(0, 3000))).toBeGreaterThanOrEqual(Math.min(...rgb));
        expect(Math.max(...result.subarray(0, 3000))).toBeLessThanOrEqual(Math.max(...rgb));
      }),
      { numRuns: 30 },
    );
  });

  it('treats left and right alike, to within rounding', () => {
    for (const side of [100, 224, 301, 450]) {
      const rgb = quadratic(side * side * 3);
      const there = mirrored(resampleSquare(rgb, side), networkSide);
      const mirror = resampleSquare(mirrored(rgb, side), side);
      const furthest = there.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - (mirror[i] ?? 0))),
        0,
      );
      expect(furthest).toBeLessThanOrEqual(1);
    }
  });

  it('refuses what is no square', () => {
    expect(() => resampleSquare(new Uint8Array(5), 1)).toThrow(RangeError);
    expect(() => resampleSquare(new Uint8Array(), 0)).toThrow(RangeError);
    expect(() => resampleSquare(new Uint8Array(3), 1, 225)).toThrow(RangeError);
  });

  it('notices rows that are missing', async () => {
    const source: PixelSource = {
      order: 'rgbx',
      turn: 0,
      readRows(_frame, _strip, consume) {
        consume(1);
        return Promise.resolve();
      },
    };
    await expect(resampleCrop(source, { x: 0, y: 0, side: 2 })).rejects.toThrow(RangeError);
  });

  it('does not mix up two pictures that are read at the same time', async () => {
    const plain = (level: number): PixelSource => ({
      order: 'rgbx',
      turn: 0,
      async readRows(frame, strip, consume) {
        for (let y = 0; y < frame.side; y++) {
          strip.fill(level, 0, frame.side * 4);
          await Promise.resolve();
          consume(1);
        }
      },
    });
    const frame = { x: 0, y: 0, side: 50 };
    const [dark, light] = await Promise.all([
      resampleCrop(plain(10), frame),
      resampleCrop(plain(200), frame),
    ]);
    expect(dark.every((value) => value === 10)).toBe(true);
    expect(light.every((value) => value === 200)).toBe(true);
  });
});

describe('network input', () => {
  it('spans -1 to 1', () => {
    expect([...toNetworkInput(Uint8Array.of(0, 51, 255))]).toEqual([-1, Math.fround(51 / 127.5 - 1), 1]);
  });
});
