/** Why there is no camera picture; each has words of its own. */
export type CameraFailure = 'denied' | 'missing' | 'busy' | 'unsupported' | 'other';

const reasons: ReadonlyMap<string, CameraFailure> = new Map(
  Object.entries({
    NotAllowedError: 'denied',
    SecurityError: 'denied',
    NotFoundError: 'missing',
    OverconstrainedError: 'missing',
    NotReadableError: 'busy',
    AbortError: 'busy',
    NotSupportedError: 'unsupported',
    TypeError: 'unsupported',
  } satisfies Record<string, CameraFailure>),
);

/** What a failed `getUserMedia` means to the person. */
export function cameraFailure(thrown: unknown): CameraFailure {
  return thrown instanceof Error ? (reasons.get(thrown.name) ?? 'other') : 'other';
}

/** The camera after `current` in the round; the first when `current` is not among them. */
export function nextCamera(ids: readonly string[], current: string | undefined): string | undefined {
  return ids[(ids.indexOf(current ?? '') + 1) % ids.length];
}

/**
 * Whether a still is worth more than a frame of the video: some devices give a thumbnail
 * or a picture turned by a quarter.
 */
export function isSaneStill(
  still: { readonly width: number; readonly height: number },
  video: { readonly width: number; readonly height: number },
): boolean {
  const sameWay = still.width > still.height === video.width > video.height;
  return sameWay && Math.min(still.width, still.height) >= Math.min(video.width, video.height);
}
