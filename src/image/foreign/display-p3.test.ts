import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { toSrgb } from './display-p3';

function converted(...rgb: [number, number, number]): number[] {
  const rgba = Uint8ClampedArray.of(...rgb, 77);
  toSrgb(rgba);
  return [...rgba];
}

const byte = fc.integer({ min: 0, max: 255 });

describe('toSrgb', () => {
  it('leaves every grey as it is, and what is not colour', () => {
    for (let grey = 0; grey < 256; grey++) {
      expect(converted(grey, grey, grey)).toEqual([grey, grey, grey, 77]);
    }
  });

  it('makes the strongest colours those of sRGB', () => {
    expect(converted(255, 0, 0)).toEqual([255, 0, 0, 77]);
    expect(converted(0, 255, 0)).toEqual([0, 255, 0, 77]);
  });

  it('is what a colour engine makes of it, within three levels', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(byte, byte, byte), { minLength: 1, maxLength: 50 }),
        async (pixels) => {
          const data = Buffer.from(pixels.flat());
          const raw = { width: pixels.length, height: 1, channels: 3 } as const;
          const png = await sharp(data, { raw }).withIccProfile('p3', { attach: true }).png().toBuffer();
          // The pixels as sharp wrote them into the space, and what they are in sRGB.
          const stored = await sharp(png, { ignoreIcc: true }).raw().toBuffer();
          const shown = await sharp(png).toColourspace('srgb').raw().toBuffer();
          for (let at = 0; at < stored.length; at += 3) {
            const [r = 0, g = 0, b = 0] = stored.subarray(at, at + 3);
            const found = converted(r, g, b);
            for (let channel = 0; channel < 3; channel++) {
              expect(Math.abs((found[channel] ?? 0) - (shown[at + channel] ?? 0))).toBeLessThanOrEqual(3);
            }
          }
        },
      ),
      { numRuns: 20 },
    );
  });
});
