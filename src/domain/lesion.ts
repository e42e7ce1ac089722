import type { Lineage } from './lineage/lineage';

/** The drawings of the body map; left and right are the person's own. */
export const bodyViews = [
  'front',
  'back',
  'left',
  'right',
  'left-palm',
  'right-palm',
  'left-sole',
  'right-sole',
] as const;

export type BodyView = (typeof bodyViews)[number];

/** A place on the body map. */
export interface BodyPlace {
  readonly view: BodyView;
  /** From the left and from the top of the drawing, as shares 0..1 of its width and height. */
  readonly x: number;
  readonly y: number;
}

export interface LesionFields {
  readonly name: string;
  readonly place: BodyPlace | null;
  readonly note: string;
  /** Day of the next check, an ISO date. */
  readonly nextCheck: string | null;
}

/** One spot of one person, seen once or many times. */
export interface Lesion extends LesionFields {
  readonly id: string;
  readonly damaged: false;
  readonly revision: number;
  /** Time of the last change, milliseconds of the epoch. */
  readonly updatedAt: number;
  /** Where each field comes from; absent in what was written before that was kept. */
  readonly lineage?: Lineage | undefined;
  /** Absent for the person whose device this is. */
  readonly patient: string | undefined;
}

/** A lesion whose data can no longer be read; its visits may be whole all the same. */
export interface DamagedLesion {
  readonly id: string;
  readonly damaged: true;
  readonly patient: string | undefined;
}
