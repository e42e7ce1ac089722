/** From what a threshold finds to one lesion without holes and ragged edges. */
import { marked, type Mask } from '../../domain/outline/mask';
import type { Point } from '../../domain/point';
import { blurred } from './blur';
import { filled, grown, piecesOf, type Pieces } from './morphology';

export interface CleanUp {
  /** A point in the piece that is wanted; without one the largest near the middle. */
  readonly tap?: Point | undefined;
  /** Pixels by which the result is made larger. */
  readonly grow?: number;
}

/** Deviation, in pixels of a mask of 224, of the blur that rounds an outline. */
const rounding = 1.5;

/** Smoothed, the piece that is meant, its holes filled; empty when nothing is found. */
export function cleaned(mask: Mask, { tap, grow = 0 }: CleanUp): Mask {
  const soft = blurred(Float32Array.from(mask.data), mask.width, (rounding * mask.width) / 224);
  const smooth = { ...mask, data: marked(soft, (value) => value >= 0.5) };
  const found = piecesOf(smooth);
  const wanted = tap ? pieceAt(found, mask, tap) : centralPiece(found, mask);
  if (wanted === 0) return { ...mask, data: new Uint8Array(mask.data.length) };
  const one = filled({ ...mask, data: smooth.data.map((_, i) => (found.labels[i] === wanted ? 1 : 0)) });
  return grow > 0 ? filled(grown(one, grow)) : one;
}

/** The label of the piece under a point, or of the nearest; 0 without pieces. */
function pieceAt({ labels }: Pieces, { width }: Mask, { x, y }: Point): number {
  let nearest = 0;
  let least = Infinity;
  labels.forEach((label, i) => {
    if (label === 0) return;
    const distance = ((i % width) - x) ** 2 + (Math.floor(i / width) - y) ** 2;
    if (distance >= least) return;
    least = distance;
    nearest = label;
  });
  return nearest;
}

/** Shares of a side within which a lesion mostly lies: the fall-off of the mean training mask, squared. */
const reach = 0.25;

/** Weight of a pixel as a part of the lesion, by its distance from the middle: people put the lesion there. */
export function centrality(i: number, width: number, height: number): number {
  const x = ((i % width) + 0.5) / width - 0.5;
  const y = (Math.floor(i / width) + 0.5) / height - 0.5;
  return Math.exp(-(x * x + y * y) / (reach * reach));
}

function centralPiece({ labels, pieces }: Pieces, { width, height }: Mask): number {
  const weights = new Float64Array(pieces.length + 1);
  labels.forEach((label, i) => {
    if (label > 0) weights[label] = (weights[label] ?? 0) + centrality(i, width, height);
  });
  return weights.indexOf(Math.max(...weights));
}
