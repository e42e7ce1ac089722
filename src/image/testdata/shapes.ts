/** Drawn lesions whose measures are known. */
import type { Mask } from '../../domain/mask';

export const side = 224;

type Inside = (x: number, y: number) => boolean;

/** Pixels whose centre, seen from the middle of the frame, is inside. */
export function draw(inside: Inside): Mask {
  const data = new Uint8Array(side * side);
  for (let i = 0; i < data.length; i++) {
    data[i] = inside((i % side) + 0.5 - side / 2, Math.floor(i / side) + 0.5 - side / 2) ? 1 : 0;
  }
  return { width: side, height: side, data };
}

/** `inside` turned clockwise by `angle` (radians), `scale` times as large, moved by `x`, `y`. */
export function placed(inside: Inside, { angle = 0, scale = 1, x = 0, y = 0 }): Inside {
  const cos = Math.cos(angle) / scale;
  const sin = Math.sin(angle) / scale;
  return (atX, atY) => inside(cos * (atX - x) + sin * (atY - y), -sin * (atX - x) + cos * (atY - y));
}

export const ellipse =
  (a: number, b: number): Inside =>
  (x, y) =>
    (x / a) ** 2 + (y / b) ** 2 <= 1;

export const circle = (radius: number): Inside => ellipse(radius, radius);

/** An L of two bars, 90 long and 30 wide, around the middle. */
export const letterL: Inside = (x, y) =>
  (x >= -45 && x < -15 && y >= -45 && y < 45) || (x >= -45 && x < 45 && y >= 15 && y < 45);

export type Colour = readonly [number, number, number];
export const skin: Colour = [222, 178, 158];
export const lightBrown: Colour = [153, 102, 20];
export const darkBrown: Colour = [60, 12, 8];

/** A picture whose pixels have the colour that `colourAt` gives for their centre. */
export function paint(colourAt: (x: number, y: number) => Colour): Uint8Array {
  const rgb = new Uint8Array(side * side * 3);
  for (let i = 0; i < side * side; i++) {
    rgb.set(colourAt((i % side) + 0.5 - side / 2, Math.floor(i / side) + 0.5 - side / 2), i * 3);
  }
  return rgb;
}

/** A lesion of one colour on skin. */
export function spot(inside: Inside, colour: Colour = darkBrown): Uint8Array {
  return paint((x, y) => (inside(x, y) ? colour : skin));
}

/** How much two masks overlap, 0..1 (Dice). */
export function dice(a: Mask, b: Mask): number {
  let both = 0;
  let sum = 0;
  a.data.forEach((value, i) => {
    both += value & (b.data[i] ?? 0);
    sum += value + (b.data[i] ?? 0);
  });
  return sum === 0 ? 1 : (2 * both) / sum;
}
