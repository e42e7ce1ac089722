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
    expect(capture.look(good, 0)).toBe(0);
    expect(capture.look(good, 100)).toBe(0);
    expect(capture.look(good, 550)).toBe(0.5);
    expect(capture.look(good, 1000)).toBe(1);
  });

  it.each<[string, Inspection]>([
    ['a fault', { ...good, issues: ['blurred'] }],
    ['no spot', { ...good, spot: undefined }],
    ['a movement', moved],
  ])('begins anew after %s', (_, bad) => {
    const capture = new AutoCapture();
    capture.look(good, 0);
    expect(capture.look(good, 100)).toBe(0);
    expect(capture.look(good, 900)).toBeGreaterThan(0.8);
    expect(capture.look(bad, 950)).toBe(0);
    capture.look(good, 1000);
    expect(capture.look(good, 1100)).toBeLessThan(0.2);
  });

  it('begins anew when it is told to', () => {
    const capture = new AutoCapture();
    capture.look(good, 0);
    capture.look(good, 100);
    capture.reset();
    expect(capture.look(good, 2000)).toBe(0);
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
