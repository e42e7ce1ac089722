import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Inspection } from '../../../worker/protocol';
import { AutoCapture, motion } from './auto-capture';

const glimpse = Uint8Array.from({ length: 784 }, (_, i) => (i * 7) % 200);
const good: Inspection = { issues: [], spot: { x: 0.2, y: 0.2, width: 0.5, height: 0.5 }, glimpse };
const moved: Inspection = { ...good, glimpse: glimpse.map((_, i) => glimpse[(i + 5) % 784] ?? 0) };

describe('the automatic release', () => {
  it('waits until all has been well for a moment', () => {
    const capture = new AutoCapture();
    expect(capture.look(good, 0, true)).toBe(0);
    expect(capture.look(good, 100, true)).toBe(0);
    expect(capture.look(good, 550, true)).toBe(0.5);
    expect(capture.look(good, 1000, true)).toBe(1);
  });

  it.each<[string, Inspection]>([
    ['a fault', { ...good, issues: ['blurred'] }],
    ['no spot', { ...good, spot: undefined }],
    ['a movement', moved],
  ])('begins anew after %s', (_, bad) => {
    const capture = new AutoCapture();
    capture.look(good, 0, true);
    expect(capture.look(good, 100, true)).toBe(0);
    expect(capture.look(good, 900, true)).toBeGreaterThan(0.8);
    expect(capture.look(bad, 950, true)).toBe(0);
    capture.look(good, 1000, true);
    expect(capture.look(good, 1100, true)).toBeLessThan(0.2);
  });

  it('waits from when it is switched on, however long all was well before', () => {
    const capture = new AutoCapture();
    for (let now = 0; now < 3000; now += 100) expect(capture.look(good, now, false)).toBe(0);
    expect(capture.look(good, 3000, true)).toBe(0);
    expect(capture.look(good, 3100, true)).toBe(0);
    expect(capture.look(good, 3550, true)).toBe(0.5);
    expect(capture.look(good, 3900, false)).toBe(0);
    expect(capture.look(good, 4000, true)).toBe(0);
  });

  it('begins anew when it is told to', () => {
    const capture = new AutoCapture();
    capture.look(good, 0, true);
    capture.look(good, 100, true);
    capture.reset();
    expect(capture.look(good, 2000, true)).toBe(0);
  });
});

describe('motion', () => {
  const glimpses = fc.uint8Array({ minLength: 784, maxLength: 784 });

  it('is none between a glimpse and itself, and the same both ways', () => {
    fc.assert(
      fc.property(glimpses, glimpses, (a, b) => {
        expect(motion(a, a)).toBe(0);
        expect(motion(a, b)).toBeCloseTo(motion(b, a), 6);
      }),
    );
  });

  it('is not the light', () => {
    expect(
      motion(
        glimpse,
        glimpse.map((value) => value + 40),
      ),
    ).toBeCloseTo(0, 6);
  });
});
