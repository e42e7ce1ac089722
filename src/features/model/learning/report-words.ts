/** What the guard found, in words. */
import type { Change, LearningReport, Refusal } from '../../../domain/learning/head';
import { sharePercent } from '../../../i18n/format';
import { m } from '../../../i18n/paraglide/messages.js';

const refusals: Readonly<Record<Refusal, () => string>> = {
  'corrections-not-better': m.learning_refused_corrections,
  'bank-worse': m.learning_refused_bank,
  'sensitivity-lower': m.learning_refused_sensitivity,
};

export function refusalWords(refusal: Refusal): string {
  return refusals[refusal]();
}

/** Figure, before, after, and the interval of the difference in percentage points. */
export function reportRows({ corrections, bank, alert }: LearningReport): string[][] {
  const pair = (name: string, found: { before: number; after: number } | null): string[][] =>
    found ? [[name, sharePercent(found.before), sharePercent(found.after), '']] : [];
  return [
    changeRow(m.learning_figure_corrections(), corrections),
    changeRow(m.learning_figure_bank(), bank),
    ...pair(m.learning_figure_sensitivity(), alert.corrections.sensitivity),
    ...pair(m.learning_figure_specificity(), alert.corrections.specificity),
    ...pair(m.learning_figure_bank_sensitivity(), alert.bank.sensitivity),
    ...pair(m.learning_figure_bank_specificity(), alert.bank.specificity),
  ];
}

export function changeRow(name: string, { before, after, low, high }: Change): string[] {
  return [
    name,
    sharePercent(before),
    sharePercent(after),
    m.learning_points({ low: points(low), high: points(high) }),
  ];
}

function points(difference: number): string {
  const rounded = Math.round(difference * 1000) / 10;
  return `${rounded < 0 ? '−' : '+'}${Math.abs(rounded).toFixed(1)}`;
}
