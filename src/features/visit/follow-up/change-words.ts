import type { FigureName, LeftOut } from '../../../domain/follow-up/follow-up';
import { decimal, percent } from '../../../i18n/format';
import { m } from '../../../i18n/paraglide/messages.js';

interface FollowUpMeasure {
  readonly title: string;
  readonly format: (value: number) => string;
}

/** How the figures of a course are called and written. */
export const followUpMeasures: Readonly<Record<FigureName, FollowUpMeasure>> = {
  diameter: { title: m.course_diameter(), format: (value) => m.unit_mm({ value: decimal(value) }) },
  area: { title: m.course_area(), format: (value) => m.unit_mm2({ value: decimal(value) }) },
  asymmetry: { title: m.course_asymmetry(), format: percent },
  probability: { title: m.course_probability(), format: percent },
};

export const figureNames = Object.keys(followUpMeasures) as FigureName[];

/** Why a probability is not compared with earlier ones. */
export const leftOutWords: Readonly<Record<LeftOut, () => string>> = {
  kind: m.course_other_kind,
  model: m.course_other_model,
  views: m.course_other_views,
};
