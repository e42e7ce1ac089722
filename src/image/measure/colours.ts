import type { Mask } from '../../domain/mask';
import type { ColourShare, LesionColour } from '../../domain/measures';
import { labOf, type LabPlanes } from '../segment/lab';
import { squaredDistances } from '../segment/morphology';

/**
 * The six colours as computer readings of the ABCD rule take them: Kasmi & Mokrani, IET Image Process.
 * 10, 448 (2016). sRGB.
 */
const references: readonly (readonly [LesionColour, number, number, number])[] = [
  ['white', 255, 255, 255],
  ['red', 204, 51, 51],
  ['light-brown', 153, 102, 0],
  ['dark-brown', 51, 0, 0],
  ['blue-grey', 51, 153, 153],
  ['black', 0, 0, 0],
];
const referenceLab = labOf(Uint8Array.from(references.flatMap(([, red, green, blue]) => [red, green, blue])));

/** A colour counts as present from this share of the lesion on. */
const leastShare = 0.05;
/** Nearer than this to the skin around (Lab) a pixel is skin that shows through, and no colour. */
const skinLike = 8;
/** White is none unless it is lighter than the skin around: Stolz et al., Eur. J. Dermatol. 4, 521 (1994). */
const lighter = 5;
/** Pixels (of 224) beyond the outline in which the skin is looked for. */
const ring = { from: 6, to: 24 };

/** The colours that are present inside of a mask, the largest share first. */
export function coloursOf(rgb: Uint8Array, mask: Mask): ColourShare[] {
  const lab = labOf(rgb);
  const skin = skinAround(lab, mask);
  const counts = new Map<LesionColour, number>();
  let area = 0;
  mask.data.forEach((value, i) => {
    if (!value) return;
    area += 1;
    const pixel = [lab.lightness[i] ?? 0, lab.a[i] ?? 0, lab.b[i] ?? 0] as const;
    if (skin && distance(pixel, skin) < skinLike) return;
    const colour = nearest(pixel, skin !== undefined && pixel[0] < skin[0] + lighter);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  });
  return [...counts]
    .map(([colour, count]) => ({ colour, share: count / area }))
    .filter(({ share }) => share >= leastShare)
    .sort((a, b) => b.share - a.share);
}

type Lab = readonly [number, number, number];

/** The mean colour of the ring around a lesion; undefined where the frame leaves none. */
function skinAround({ lightness, a, b }: LabPlanes, mask: Mask): Lab | undefined {
  const scale = mask.width / 224;
  let n = 0;
  const sums = [0, 0, 0];
  squaredDistances(mask, 1).forEach((square, i) => {
    if (square < (ring.from * scale) ** 2 || square > (ring.to * scale) ** 2) return;
    n += 1;
    [lightness, a, b].forEach((plane, k) => (sums[k] = (sums[k] ?? 0) + (plane[i] ?? 0)));
  });
  const [l = 0, u = 0, v = 0] = sums;
  return n === 0 ? undefined : [l / n, u / n, v / n];
}

function nearest(pixel: Lab, notWhite: boolean): LesionColour {
  let best: LesionColour = 'light-brown';
  let least = Infinity;
  references.forEach(([colour], k) => {
    if (notWhite && colour === 'white') return;
    const reference = [
      referenceLab.lightness[k] ?? 0,
      referenceLab.a[k] ?? 0,
      referenceLab.b[k] ?? 0,
    ] as const;
    const found = distance(pixel, reference);
    if (found >= least) return;
    least = found;
    best = colour;
  });
  return best;
}

function distance(p: Lab, q: Lab): number {
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}
