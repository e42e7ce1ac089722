import { describe, expect, it } from 'vitest';
import { abilitiesOf, zoomRange } from './abilities';

describe('what a camera can do', () => {
  it('is nothing where it does not say', () => {
    for (const said of [undefined, {}, { zoom: { min: 1, max: 1 } }, { zoom: {} }]) {
      expect(abilitiesOf(said)).toEqual({ torch: false, zoom: undefined, refocus: false });
    }
  });

  it('is taken as it is told, the zoom up to five times', () => {
    const told = { torch: true, zoom: { min: 2, max: 40 }, focusMode: ['manual', 'continuous'] };
    expect(abilitiesOf(told)).toEqual({ torch: true, zoom: { min: 2, max: 10 }, refocus: true });
  });

  it('leaves a zoom by cropping to those without one', () => {
    expect(zoomRange(abilitiesOf({}))).toBe(5);
    expect(zoomRange(abilitiesOf({ zoom: { min: 1, max: 3 } }))).toBe(3);
  });
});
