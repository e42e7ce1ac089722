/** What a camera can do besides showing a picture; the DOM's types lack these. */
export interface Abilities {
  readonly torch: boolean;
  /** The camera's own zoom, from 1; undefined where the picture must be cropped instead. */
  readonly zoom: { readonly min: number; readonly max: number } | undefined;
  /** It can be told to keep focusing. */
  readonly refocus: boolean;
}

interface Capabilities {
  readonly torch?: boolean;
  readonly zoom?: { readonly min: number; readonly max: number };
  readonly focusMode?: readonly string[];
}

/** More would only enlarge the noise. */
const mostZoom = 5;

/** @param capabilities of the video's track; some browsers give none */
export function abilitiesOf(capabilities: unknown): Abilities {
  const { torch, zoom, focusMode } = (capabilities ?? {}) as Capabilities;
  const usable = zoom && Number.isFinite(zoom.min) && zoom.max > zoom.min;
  return {
    torch: torch === true,
    zoom: usable ? { min: zoom.min, max: Math.min(zoom.max, zoom.min * mostZoom) } : undefined,
    refocus: focusMode?.includes('continuous') ?? false,
  };
}

/** How far one can zoom, as a factor from 1. */
export function zoomRange({ zoom }: Abilities): number {
  return zoom ? zoom.max / zoom.min : mostZoom;
}
