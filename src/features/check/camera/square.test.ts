import { describe, expect, it } from 'vitest';
import { squareOf } from './square';

describe('the square', () => {
  const video = { videoWidth: 1920, videoHeight: 1000 };

  it('lies in the middle, and shrinks as the picture is cropped', () => {
    expect(squareOf(video, 1)).toEqual({ x: 540, y: 80, side: 840 });
    expect(squareOf(video, 2)).toEqual({ x: 750, y: 290, side: 420 });
  });

  it('is not there before the video is', () => {
    expect(squareOf({ videoWidth: 0, videoHeight: 0 }, 1)).toBeUndefined();
  });
});
