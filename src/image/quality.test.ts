import { readFileSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { assessQuality, measureQuality } from './quality';
import { networkSide, resampleSquare } from './resample';

const sample = new URL('../../public/sample/synthetic-lesion.jpg', import.meta.url);
const frame = { x: 0, y: 0, side: 1000 };

/** The centre of the sample picture as the network sees it. */
function sampleFrame(change = (picture: Sharp) => picture): Promise<Uint8Array> {
  const square = sharp(readFileSync(sample)).resize(networkSide, networkSide, { fit: 'cover' });
  return change(square).raw().toBuffer();
}

describe('quality', () => {
  it('has nothing to say of a good picture', async () => {
    expect(assessQuality(await sampleFrame(), frame)).toEqual([]);
  });

  it('finds blur', async () => {
    expect(assessQuality(await sampleFrame((picture) => picture.blur(4)), frame)).toEqual(['blurred']);
  });

  it('finds more blur the more there is', async () => {
    const blur = async (sigma: number): Promise<number> =>
      measureQuality(await sampleFrame((picture) => picture.blur(sigma))).blur;
    const [one, two, three] = [await blur(1), await blur(2), await blur(3)];
    expect(measureQuality(await sampleFrame()).blur).toBeLessThan(one);
    expect(one).toBeLessThan(two);
    expect(two).toBeLessThan(three);
  });

  it('finds too little and too much light', async () => {
    expect(assessQuality(await sampleFrame((picture) => picture.linear(0.2)), frame)).toContain('too-dark');
    expect(assessQuality(await sampleFrame((picture) => picture.linear(1.8, 60)), frame)).toContain(
      'too-bright',
    );
  });

  it('calls a small frame small, not blurred as well', () => {
    const small = resampleSquare(
      Uint8Array.from({ length: 27 }, (_, i) => i * 9),
      3,
    );
    expect(assessQuality(small, { x: 0, y: 0, side: 3 })).toEqual(['low-resolution']);
    expect(assessQuality(small, { x: 0, y: 0, side: 224 })).toEqual(['blurred']);
  });

  it('sees no detail in a plain colour', () => {
    expect(measureQuality(new Uint8Array(networkSide ** 2 * 3).fill(128)).blur).toBe(1);
  });
});
