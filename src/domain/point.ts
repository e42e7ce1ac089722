/** A place in a plane whose y axis points down: in a mask, 0,0 is the upper left corner of the first pixel. */
export interface Point {
  readonly x: number;
  readonly y: number;
}
