import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Spot } from './locate';
import { proposedCrop } from './propose-crop';

const at = (x: number, y: number, width: number, height: number, contrast = 20): Spot => ({
  box: { x, y, width, height },
  area: 0.7 * width * height,
  cut: 0,
  contrast,
});

describe('the proposed frame', () => {
  const size = { width: 4000, height: 3000 };

  it('is the largest centred square where no spot is found, or none that is sure', () => {
    const whole = { x: 500, y: 0, side: 3000 };
    expect(proposedCrop(undefined, size)).toEqual(whole);
    expect(proposedCrop(at(0.5, 0.5, 0.05, 0.05, 5), size)).toEqual(whole);
  });

  it('stays the largest one for a spot that fills it', () => {
    expect(proposedCrop(at(0.3, 0.2, 0.4, 0.6), size)).toEqual({ x: 500, y: 0, side: 3000 });
  });

  it('goes closer around a small spot, with skin on every side', () => {
    expect(proposedCrop(at(0.45, 0.45, 0.1, 0.1), size)).toEqual({ x: 1692, y: 1192, side: 615 });
  });

  it('follows a spot out of the middle', () => {
    expect(proposedCrop(at(0, 0.4, 0.3, 0.4), size)).toMatchObject({ x: 0 });
  });

  it('lies in the picture, holds the spot where it can, and enough pixels where there are enough', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const side = fc.integer({ min: 1, max: 5000 });
    fc.assert(
      fc.property(share, share, share, share, side, side, (x, y, w, h, width, height) => {
        const spot = at(x * (1 - w), y * (1 - h), w, h);
        const frame = proposedCrop(spot, { width, height });
        expect(frame.x).toBeGreaterThanOrEqual(0);
        expect(frame.y).toBeGreaterThanOrEqual(0);
        expect(frame.x + frame.side).toBeLessThanOrEqual(width);
        expect(frame.y + frame.side).toBeLessThanOrEqual(height);
        expect(frame.side).toBeGreaterThanOrEqual(Math.min(224, width, height));
        if (Math.max(w * width, h * height) > Math.min(width, height)) return;
        expect(frame.x).toBeLessThanOrEqual(spot.box.x * width + 1);
        expect(frame.x + frame.side).toBeGreaterThanOrEqual((spot.box.x + w) * width - 1);
      }),
    );
  });
});
