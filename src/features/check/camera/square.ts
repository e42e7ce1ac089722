/** The square of the video that is looked at, in its pixels. */
export interface Square {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

/** Share of the video's short side that the square spans. */
export const squareShare = 0.84;

/**
 * The square in the middle of the video; undefined before the video has any pixels.
 * @param crop how much closer than the camera sees, from 1
 */
export function squareOf(
  { videoWidth, videoHeight }: Pick<HTMLVideoElement, 'videoWidth' | 'videoHeight'>,
  crop: number,
): Square | undefined {
  const side = (squareShare * Math.min(videoWidth, videoHeight)) / crop;
  return side > 0 ? { x: (videoWidth - side) / 2, y: (videoHeight - side) / 2, side } : undefined;
}
