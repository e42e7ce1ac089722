import { describe, expect, it } from 'vitest';
import { cameraFailure, isSaneStill, nextCamera } from './choice';

describe('the camera', () => {
  it.each([
    ['NotAllowedError', 'denied'],
    ['NotFoundError', 'missing'],
    ['NotReadableError', 'busy'],
    ['NotSupportedError', 'unsupported'],
    ['UnknownError', 'other'],
  ])('knows what %s means', (name, reason) => {
    expect(cameraFailure(new DOMException('', name))).toBe(reason);
  });

  it('knows a page that may not ask', () => {
    expect(cameraFailure(new TypeError('no getUserMedia'))).toBe('unsupported');
    expect(cameraFailure('?')).toBe('other');
  });

  it('goes round', () => {
    expect(nextCamera(['a', 'b', 'c'], 'a')).toBe('b');
    expect(nextCamera(['a', 'b', 'c'], 'c')).toBe('a');
    expect(nextCamera(['a', 'b'], undefined)).toBe('a');
    expect(nextCamera([], 'a')).toBeUndefined();
  });

  it('takes a still only when it is no worse than the video', () => {
    const video = { width: 1920, height: 1080 };
    expect(isSaneStill({ width: 4000, height: 3000 }, video)).toBe(true);
    expect(isSaneStill({ width: 320, height: 240 }, video)).toBe(false);
    expect(isSaneStill({ width: 3000, height: 4000 }, video)).toBe(false);
    expect(isSaneStill({ width: 1080, height: 1080 }, { width: 1080, height: 1080 })).toBe(true);
  });
});
