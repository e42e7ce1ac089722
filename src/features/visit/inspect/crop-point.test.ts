import { describe, expect, it } from 'vitest';
import { clampPlace, cropMillimetres, placeAfterKey, wholeView } from './crop-point';

describe('places', () => {
  it('show a whole picture in the middle of a square', () => {
    expect(wholeView({ width: 400, height: 300 })).toEqual({ x: 0, y: -50, side: 400 });
    expect(wholeView({ width: 300, height: 400 })).toEqual({ x: -50, y: 0, side: 400 });
  });

  it('stay in the view, whatever is pressed', () => {
    expect(clampPlace({ x: -1, y: 2 })).toEqual({ x: 0, y: 1 });
    const key = (name: string, shiftKey = false): KeyboardEvent => ({ key: name, shiftKey }) as KeyboardEvent;
    expect(placeAfterKey({ x: 0.5, y: 0.5 }, key('ArrowLeft'))?.x).toBeCloseTo(0.49);
    expect(placeAfterKey({ x: 0.5, y: 0.5 }, key('ArrowDown', true))?.y).toBeCloseTo(0.6);
    expect(placeAfterKey({ x: 0, y: 0 }, key('ArrowUp'))).toEqual({ x: 0, y: 0 });
    expect(placeAfterKey({ x: 0, y: 0 }, key('a'))).toBeUndefined();
  });

  it('give the millimetres of the frame from two of them', () => {
    const marks = [
      { x: 0.25, y: 0.5 },
      { x: 0.75, y: 0.5 },
    ] as const;
    const view = { x: 0, y: -50, side: 400 };
    // 200 pixels are 20 mm, so 300 are 30.
    expect(cropMillimetres(marks, 20, view, { x: 50, y: 0, side: 300 })).toBeCloseTo(30);
    expect(cropMillimetres([marks[0], marks[0]], 20, view, { x: 50, y: 0, side: 300 })).toBeUndefined();
    expect(cropMillimetres(marks, 0, view, { x: 50, y: 0, side: 300 })).toBeUndefined();
  });
});
