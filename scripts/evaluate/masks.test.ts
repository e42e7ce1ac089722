import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeMask } from '../../src/domain/mask.ts';
import { maskPath, overlapOf, readMask } from './masks.ts';

let folder: string;

/** A white box on black, 300 x 200: in the centred square it covers the left half. */
async function drawMask(name: string): Promise<void> {
  const box = await sharp({ create: { width: 100, height: 200, channels: 3, background: '#fff' } })
    .png()
    .toBuffer();
  await sharp({ create: { width: 300, height: 200, channels: 3, background: '#000' } })
    .composite([{ input: box, left: 50, top: 0 }])
    .toColourspace('b-w')
    .png({ palette: true, colours: 2 })
    .toFile(join(folder, name));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'masks-'));
  await drawMask('a.png');
  await drawMask('b_segmentation.png');
});
afterAll(() => rm(folder, { recursive: true }));

describe('masks', () => {
  it('are found by either name', () => {
    expect(maskPath(folder, 'a.jpg')).toBe(join(folder, 'a.png'));
    expect(maskPath(folder, 'b.jpg')).toBe(join(folder, 'b_segmentation.png'));
    expect(maskPath(folder, 'c.jpg')).toBeUndefined();
  });

  it('are cut and brought to size as the picture is', async () => {
    const { width, data } = await readMask(join(folder, 'a.png'));
    expect(width).toBe(224);
    expect(data.subarray(0, 224).every((value, x) => value === (x < 112 ? 1 : 0))).toBe(true);
    expect(data.filter(Boolean)).toHaveLength(112 * 224);
  });

  it('overlap with what was drawn, and hold their share of the attention', async () => {
    const truth = await readMask(join(folder, 'a.png'));
    const attention = [0, 0, 0, 1];
    const whole = { ...truth, data: truth.data.map(() => 1) };
    const none = { ...truth, data: truth.data.map(() => 0) };
    expect(overlapOf({ mask: encodeMask(truth), attention: [1, 1, 1, 1] }, truth)).toEqual({
      dice: 1,
      iou: 1,
      attention: 0.5,
    });
    const { dice, iou } = overlapOf({ mask: encodeMask(whole), attention }, truth);
    expect(dice).toBeCloseTo(2 / 3);
    expect(iou).toBeCloseTo(1 / 2);
    const off = overlapOf({ mask: encodeMask(none), attention }, truth);
    expect(off.dice).toBe(0);
    expect(off.attention).toBeLessThan(0.3);
    expect(overlapOf({ mask: encodeMask(none), attention }, none).dice).toBe(1);
  });
});
