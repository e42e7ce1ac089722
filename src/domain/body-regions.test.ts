import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyViews } from './lesion';
import { landmarks, regionOf } from './body-regions';
import { placeName, viewName } from './../i18n/body-words';

describe('places in words', () => {
  it('have the left and right of the person, not of the picture', () => {
    expect(placeName({ view: 'front', x: 0.2, y: 0.45 })).toBe('right forearm');
    expect(placeName({ view: 'back', x: 0.2, y: 0.45 })).toBe('left forearm');
    expect(placeName({ view: 'left-sole', x: 0.9, y: 0.5 })).toBe('left sole');
    expect(placeName({ view: 'front', x: 0.5, y: 0.05 })).toBe('head');
    expect(placeName({ view: 'back', x: 0.4, y: 0.25 })).toBe('left upper back');
  });

  it('are found everywhere', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...bodyViews), share, share, (view, x, y) => {
        expect(placeName({ view, x, y })).not.toBe('');
      }),
    );
  });

  it('stand in the list once each', () => {
    const names = landmarks.map((place) => `${viewName(place.view)}: ${placeName(place)}`);
    expect(new Set(names).size).toBe(names.length);
    const parts = new Set(landmarks.map((place) => regionOf(place).part));
    expect(parts.size).toBe(18);
  });
});
