/** What can be measured of a lesion whose outline is known. */

/** A length or an area: in pixels of the picture as it was read and, where a scale was marked, in millimetres. */
export interface Extent {
  /** Pixels, or square pixels. */
  readonly pixels: number;
  /** Millimetres, or square millimetres. */
  readonly millimetres?: number;
}

/** The six colours of the ABCD rule. */
export type LesionColour = 'white' | 'red' | 'light-brown' | 'dark-brown' | 'blue-grey' | 'black';

/** The five differential structures of the ABCD rule, which are seen by a person, not measured. */
export type LesionStructure = 'network' | 'structureless' | 'streaks' | 'dots' | 'globules';

export interface Asymmetry {
  /** Share of the area, 0..1, that does not overlap when mirrored on the long and on the short axis. */
  readonly shares: readonly [number, number];
  /** On how many of the two axes that is too much: the A of the ABCD rule. */
  readonly axes: 0 | 1 | 2;
}

export interface Border {
  /** Perimeter² / (4 π area): 1 for a circle, more for every other shape. */
  readonly irregularity: number;
  /** Which of the eight segments, clockwise from the top, end abruptly; their number is the B of the ABCD rule. */
  readonly abrupt: readonly boolean[];
}

export interface ColourShare {
  readonly colour: LesionColour;
  /** Share of the lesion, 0..1. */
  readonly share: number;
}

/** The parts of the total dermoscopy score, unweighted. */
export interface AbcdScore {
  /** 0..2 */
  readonly asymmetry: number;
  /** 0..8 */
  readonly border: number;
  /** 1..6 */
  readonly colours: number;
  /** 1..5; absent until a person has said which structures are seen: Lentigo cannot tell. */
  readonly structures?: number;
  /** 1.3 A + 0.1 B + 0.5 C + 0.5 D, from 1 to 8.9; without D when that is absent. */
  readonly total: number;
}

export interface Measures {
  readonly area: Extent;
  /** Longest and shortest distance between two parallel lines that touch the lesion from both sides. */
  readonly longestDiameter: Extent;
  readonly shortestDiameter: Extent;
  readonly asymmetry: Asymmetry;
  readonly border: Border;
  /** The colours that are present, the largest share first. */
  readonly colours: readonly ColourShare[];
  /** What the person saw of the differential structures; absent when nobody has said. */
  readonly structures?: readonly LesionStructure[];
  readonly abcd: AbcdScore;
}
