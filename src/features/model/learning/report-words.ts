/** What the guard found, in words. */
import type { AtAlertLevel, Change, HeadSource, Refusal } from '../../../domain/learning/head';
import type { HeadUpdate } from '../../../domain/learning/read-head-update';
import type { UpdateNoise } from '../../../domain/learning/noise';
import { dayOf, decimal, decimals, sharePercent, whole } from '../../../i18n/format';
import { m } from '../../../i18n/paraglide/messages.js';
import type { KeyOwner } from '../../../records/exchange/case/address-book';

const refusals: Readonly<Record<Refusal, () => string>> = {
  'corrections-not-better': m.learning_refused_corrections,
  'bank-worse': m.learning_refused_bank,
  'sensitivity-lower': m.learning_refused_sensitivity,
};

export function refusalWords(refusal: Refusal): string {
  return refusals[refusal]();
}

/** When an update was exported, what it learnt from, and what noise it has. */
export function sourceWords({ day, lesions, epsilon }: Omit<HeadSource, 'name' | 'outlier'>): string {
  const words = m.merge_source({ day: dayOf(day), count: lesions });
  return epsilon === undefined ? words : `${words}. ${m.merge_noisy({ epsilon: decimal(epsilon) })}`;
}

/** The same of an update that was opened. */
export function updateWords({ day, lesions, noise }: HeadUpdate): string {
  return sourceWords({ day, lesions, ...(noise && { epsilon: noise.epsilon }) });
}

/** Whose device has signed an update. */
export function signerWords(signer: KeyOwner | undefined): string {
  if (!signer) return m.merge_signed_none();
  return signer.by === 'colleague'
    ? m.merge_signed_colleague({ name: signer.name })
    : m.merge_signed_unknown();
}

/** What noise was added. */
export function noiseWords({ clip, sigma, epsilon, delta }: UpdateNoise): string {
  return m.noise_added({
    epsilon: decimal(epsilon),
    delta: whole(Math.round(1 / delta)),
    clip: decimal(clip),
    sigma: decimals(sigma, 2),
  });
}

/** Figure, before, after, and the interval of the difference in percentage points. */
export function figureRows(accuracy: Change, { sensitivity, specificity }: AtAlertLevel): string[][] {
  const pair = (name: string, found: AtAlertLevel['sensitivity']): string[][] =>
    found ? [[name, sharePercent(found.before), sharePercent(found.after), '–']] : [];
  return [
    [
      m.learning_figure_accuracy(),
      sharePercent(accuracy.before),
      sharePercent(accuracy.after),
      m.learning_interval({ low: points(accuracy.low), high: points(accuracy.high) }),
    ],
    ...pair(m.learning_figure_sensitivity(), sensitivity),
    ...pair(m.learning_figure_specificity(), specificity),
  ];
}

function points(difference: number): string {
  const rounded = Math.round(difference * 1000) / 10;
  return `${rounded < 0 ? '−' : '+'}${Math.abs(rounded).toFixed(1)}`;
}
