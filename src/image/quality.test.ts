import { readFileSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { assessQuality, issuesOf, measureQuality } from './quality';
import { networkSide, resampleSquare } from './resample/resample';

const sample = new URL('../../public/sample/synthetic-lesion.jpg', import.meta.url);
const frame = { x: 0, y: 0, side: 1000 };

/** The centre of the sample picture as the network sees it. */
function sampleCrop(change = (picture: Sharp) => picture): Promise<Uint8Array> {
  const square = sharp(readFileSync(sample)).resize(networkSide, networkSide, { fit: 'cover' });
  return change(square).raw().toBuffer();
}

describe('quality', () => {
  it('has nothing to say of a good picture', async () => {
    expect(assessQuality(await sampleCrop(), frame)).toEqual([]);
  });

  it('finds blur', async () => {
    expect(assessQuality(await sampleCrop((picture) => picture.blur(4)), frame)).toEqual(['blurred']);
  });

  it('finds more blur the more there is', async () => {
    const blur = async (sigma: number): Promise<number> =>
      measureQuality(await sampleCrop((picture) => picture.blur(sigma))).blur;
    const [one, two, three] = [await blur(1), await blur(2), await blur(3)];
    expect(measureQuality(await sampleCrop()).blur).toBeLessThan(one);
    expect(one).toBeLessThan(two);
    expect(two).toBeLessThan(three);
  });

  it('finds too little and too much light', async () => {
    expect(assessQuality(await sampleCrop((picture) => picture.linear(0.2)), frame)).toContain('too-dark');
    expect(assessQuality(await sampleCrop((picture) => picture.linear(1.8, 60)), frame)).toContain(
      'too-bright',
    );
  });

  it('calls a small frame small, not blurred as well', () => {
    const small = resampleSquare(
      Uint8Array.from({ length: 27 }, (_, i) => i * 9),
      3,
    );
    const issues = (side: number) => assessQuality(small, { x: 0, y: 0, side });
    expect(issues(3)).toContain('low-resolution');
    expect(issues(3)).not.toContain('blurred');
    expect(issues(224)).toContain('blurred');
    expect(issues(224)).not.toContain('low-resolution');
  });

  it('finds glare on the skin', async () => {
    const light = await sharp({
      create: { width: 60, height: 60, channels: 3, background: 'white' },
    })
      .png()
      .toBuffer();
    const glaring = await sampleCrop((picture) => picture.composite([{ input: light, left: 90, top: 60 }]));
    expect(assessQuality(glaring, frame)).toContain('glare');
  });

  it('finds a spot that is far away', async () => {
    const skin = { r: 226, g: 178, b: 158 };
    const far = sharp(
      await sharp(await sampleCrop(), { raw: { width: networkSide, height: networkSide, channels: 3 } })
        .resize(44)
        .extend({ top: 90, bottom: 90, left: 90, right: 90, background: skin })
        .png()
        .toBuffer(),
    );
    expect(assessQuality(await far.raw().toBuffer(), frame)).toContain('spot-small');
  });

  it('believes a cut only of a spot that stands out well', () => {
    const measures = measureQuality(new Uint8Array(networkSide ** 2 * 3).fill(128));
    const box = { x: 0, y: 0.2, width: 0.4, height: 0.5 };
    const issues = (cut: number, contrast: number) =>
      issuesOf({ ...measures, blur: 0, spot: { box, area: 0.2, cut, contrast } }, frame);
    expect(issues(1.2, 20)).toEqual(['spot-cut']);
    expect(issues(0.9, 20)).toEqual([]);
    expect(issues(1.2, 12)).toEqual([]);
  });

  it('sees no detail in a plain colour', () => {
    expect(measureQuality(new Uint8Array(networkSide ** 2 * 3).fill(128)).blur).toBe(1);
  });
});
