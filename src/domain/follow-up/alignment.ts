/** How one picture of a lesion is laid over another, so that the two can be compared. */
import { decodeMask, type EncodedMask } from '../mask';
import { momentsOf } from '../moments';

/** Shift, turn and growth of the second picture about the middle of its frame. */
export interface Alignment {
  /** Shares of the frame's side. */
  readonly x: number;
  readonly y: number;
  /** Radians, clockwise. */
  readonly turn: number;
  readonly scale: number;
}

export const unaligned: Alignment = { x: 0, y: 0, turn: 0, scale: 1 };

/** Of the lesion in a square frame. */
interface Shape {
  /** Centre in shares of the frame, from its middle. */
  readonly x: number;
  readonly y: number;
  /** Share of the frame that is lesion. */
  readonly area: number;
  /** Direction of the long axis, radians from the x axis, -π/2..π/2. */
  readonly axis: number;
  /** Short by long axis, 0..1. */
  readonly roundness: number;
}

/** A lesion rounder than this has no direction to go by. */
const tooRound = 0.85;
/** Pictures are taken roughly the same way up; a greater turn is a mistake of the axes. */
const mostTurn = Math.PI / 4;

/**
 * Lays the lesion of `second` over that of `first`: same centre, same area, same long axis. Scale is left alone
 * where both frames have a known width in millimetres: there a difference in area is growth, not distance.
 * @param millimetres of the two frames from side to side, where known
 * @returns undefined when one of the masks is empty
 */
export function align(
  first: EncodedMask,
  second: EncodedMask,
  millimetres?: readonly [number, number],
): Alignment | undefined {
  const [a, b] = [shapeOf(first), shapeOf(second)];
  if (!a || !b) return undefined;
  const scale = millimetres ? millimetres[1] / millimetres[0] : Math.sqrt(a.area / b.area);
  const turn = a.roundness > tooRound || b.roundness > tooRound ? 0 : turnBetween(b.axis, a.axis);
  const [cos, sin] = [Math.cos(turn) * scale, Math.sin(turn) * scale];
  return { x: a.x - (cos * b.x - sin * b.y), y: a.y - (sin * b.x + cos * b.y), turn, scale };
}

function shapeOf(encoded: EncodedMask): Shape | undefined {
  const mask = decodeMask(encoded);
  const moments = momentsOf(mask);
  if (!moments) return undefined;
  const { area, centre, angle, roundness } = moments;
  const { width, height } = mask;
  return {
    x: centre.x / width - 0.5,
    y: centre.y / height - 0.5,
    area: area / (width * height),
    axis: angle,
    roundness,
  };
}

/** The smaller of the two turns that bring one axis onto the other; none when that is too far. */
function turnBetween(from: number, to: number): number {
  let turn = to - from;
  if (turn > Math.PI / 2) turn -= Math.PI;
  if (turn < -Math.PI / 2) turn += Math.PI;
  return Math.abs(turn) > mostTurn ? 0 : turn;
}
