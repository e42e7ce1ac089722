import type { Mask } from '../../domain/mask';
import type { AbcdScore, Extent, LesionStructure, Measures } from '../../domain/measures';
import type { Outline } from '../../domain/outline';
import { filled, piecesOf } from '../segment/morphology';
import { asymmetryOf, axesOf, type Axes } from './asymmetry';
import { borderOf } from './border';
import { coloursOf } from './colours';
import type { Point } from '../../domain/point';
import { areaWithin, contoursOf } from './contour';
import { diametersOf, type Span } from './diameters';

/** What is drawn of the measures over the picture, in pixels of the mask. */
interface Drawing {
  /** The line around the lesion. */
  readonly contour: readonly Point[];
  readonly axes: Axes;
  readonly longest: Span;
  readonly shortest: Span;
}

export interface Measured {
  readonly measures: Measures;
  readonly drawing: Drawing;
  /** How many pieces the mask has; only the largest is measured. */
  readonly pieces: number;
}

/**
 * Measures a lesion; undefined when the mask is empty. A lesion is one piece without holes: of a mask that
 * has several, everything is measured of the largest.
 * @param rgb the frame at the size of the mask, 3 bytes a pixel
 * @param drawn the outline as it was found or drawn
 * @param side what the frame spans from side to side
 * @param structures what the person sees of the differential structures, where they have said
 */
export function measure(
  rgb: Uint8Array,
  drawn: Mask,
  side: Pick<Outline, 'sidePixels' | 'sideMillimetres'>,
  structures?: readonly LesionStructure[],
): Measured | undefined {
  const { mask, pieces } = largestPiece(drawn);
  const contour = largest(contoursOf(mask));
  if (!contour) return undefined;
  const axes = axesOf(mask);
  const { longest, shortest } = diametersOf(contour);
  const area = mask.data.reduce((sum, value) => sum + value, 0);
  const extent = (pixels: number, power: 1 | 2): Extent => ({
    pixels: pixels * (side.sidePixels / mask.width) ** power,
    ...(side.sideMillimetres === undefined
      ? {}
      : { millimetres: pixels * (side.sideMillimetres / mask.width) ** power }),
  });
  const asymmetry = asymmetryOf(mask, axes);
  const border = borderOf(rgb, mask, contour, axes.centre);
  const colours = coloursOf(rgb, mask);
  return {
    measures: {
      area: extent(area, 2),
      longestDiameter: extent(longest.length, 1),
      shortestDiameter: extent(shortest.length, 1),
      asymmetry,
      border,
      colours,
      ...(structures ? { structures } : {}),
      abcd: scoreOf({
        asymmetry: asymmetry.axes,
        border: border.abrupt.filter(Boolean).length,
        // A lesion has one colour at least, also where that is much like the skin's.
        colours: Math.max(1, colours.length),
        ...(structures?.length ? { structures: structures.length } : {}),
      }),
    },
    drawing: { contour, axes, longest, shortest },
    pieces,
  };
}

/** The largest piece of a mask, its holes filled; empty when the mask is. */
function largestPiece(mask: Mask): { readonly mask: Mask; readonly pieces: number } {
  const { labels, pieces } = piecesOf(mask);
  const biggest = pieces.reduce((best, piece) => (piece.area > best.area ? piece : best), {
    area: 0,
    label: 0,
  });
  if (biggest.label === 0) return { mask, pieces: 0 };
  const data = mask.data.map((_, i) => (labels[i] === biggest.label ? 1 : 0));
  return { mask: filled({ ...mask, data }), pieces: pieces.length };
}

/**
 * The total dermoscopy score: Stolz et al., Eur. J. Dermatol. 4, 521 (1994); Nachbar et al., J. Am. Acad.
 * Dermatol. 30, 551 (1994). Below 4.75 their lesions were mostly benign, above 5.45 mostly melanoma.
 */
export function scoreOf(parts: Omit<AbcdScore, 'total'>): AbcdScore {
  const { asymmetry, border, colours, structures = 0 } = parts;
  return { ...parts, total: 1.3 * asymmetry + 0.1 * border + 0.5 * colours + 0.5 * structures };
}

function largest(contours: readonly (readonly Point[])[]): readonly Point[] | undefined {
  return contours.reduce<readonly Point[] | undefined>(
    (best, line) => (!best || areaWithin(line) > areaWithin(best) ? line : best),
    undefined,
  );
}
