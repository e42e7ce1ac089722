/** Places on the body map in words. Left and right are the person's own. */
import { regionOf, type Part } from '../domain/body-regions';
import type { BodyPlace, BodyView } from '../domain/lesion';
import { m } from './paraglide/messages.js';

const partNames: Readonly<Record<Part, () => string>> = {
  head: m.body_head,
  neck: m.body_neck,
  shoulder: m.body_shoulder,
  'upper-arm': m.body_upper_arm,
  forearm: m.body_forearm,
  hand: m.body_hand,
  chest: m.body_chest,
  'upper-back': m.body_upper_back,
  abdomen: m.body_abdomen,
  'lower-back': m.body_lower_back,
  hip: m.body_hip,
  buttock: m.body_buttock,
  thigh: m.body_thigh,
  knee: m.body_knee,
  'lower-leg': m.body_lower_leg,
  foot: m.body_foot,
  palm: m.body_palm,
  sole: m.body_sole,
};

const viewNames: Readonly<Record<BodyView, () => string>> = {
  front: m.body_view_front,
  back: m.body_view_back,
  left: m.body_view_left,
  right: m.body_view_right,
  'left-palm': m.body_view_left_palm,
  'right-palm': m.body_view_right_palm,
  'left-sole': m.body_view_left_sole,
  'right-sole': m.body_view_right_sole,
};

export function viewName(view: BodyView): string {
  return viewNames[view]();
}

/** "left forearm", "abdomen". */
export function placeName(place: BodyPlace): string {
  const { part, side } = regionOf(place);
  const name = partNames[part]();
  if (side === undefined) return name;
  return side === 'left' ? m.body_on_left({ part: name }) : m.body_on_right({ part: name });
}
