/** Words for the names of a pack's figures; what the app does not know keeps the pack's own. */
import type { Figure } from '../../../app/evidence/figures';
import { m } from '../../../i18n/paraglide/messages.js';
import type { Manifest } from '../../../domain/pack/manifest';
import { conditionInfo } from '../../../i18n/conditions';

const figures: ReadonlyMap<string, () => string> = new Map([
  ['accepted', m.model_figure_accepted],
  ['refused', m.model_figure_refused],
  ['accuracy', m.model_figure_accuracy],
  ['balancedAccuracy', m.model_figure_balanced_accuracy],
  ['calibrationError', m.model_figure_calibration_error],
  ['auc.suspicious', m.model_figure_auc_suspicious],
  ['setCoverage', m.model_figure_set_coverage],
  ['setSize', m.model_figure_set_size],
  ['stability.flips', m.model_figure_stability_flips],
  ['stability.turns', m.model_figure_stability_turns],
  ['stability.crops', m.model_figure_stability_crops],
  ['stability.light', m.model_figure_stability_light],
  ['stability.any', m.model_figure_stability_any],
  ['stability.each', m.model_figure_stability_each],
]);

const measures: ReadonlyMap<string, () => string> = new Map([
  ['sensitivity', m.model_sensitivity],
  ['specificity', m.model_specificity],
  ['ppv', m.model_ppv],
  ['npv', m.model_npv],
]);

const factors: Readonly<Record<NonNullable<Figure['group']>['factor'], () => string>> = {
  skinType: m.model_factor_skin_type,
  sex: m.model_factor_sex,
  age: m.model_factor_age,
  site: m.model_factor_site,
};

export function factorWords(factor: keyof typeof factors): string {
  return factors[factor]();
}

export function pointWords(id: string): string {
  if (id === 'screening') return m.point_screening();
  return id === 'balanced' ? m.point_balanced() : id;
}

/** @param fallback the pack's own label */
export function figureWords(name: string, manifest: Manifest, fallback: string): string {
  const known = figures.get(name);
  if (known) return known();
  const [head = '', tail = '', ...rest] = name.split('.');
  if (head === 'careful') {
    return m.model_figure_careful({ figure: figureWords([tail, ...rest].join('.'), manifest, fallback) });
  }
  if (rest.length > 0) return fallback;
  if (head === 'auc') return m.model_figure_auc({ name: conditionInfo(tail, manifest).name });
  if (head === 'recall') return m.model_figure_recall({ name: conditionInfo(tail, manifest).name });
  if (head === 'specificity') return m.model_figure_specificity({ name: conditionInfo(tail, manifest).name });
  const measure = measures.get(tail);
  return measure ? m.model_figure_point({ measure: measure(), point: pointWords(head) }) : fallback;
}
