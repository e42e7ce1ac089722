/**
 * The chances of the conditions in the setting where a picture was taken, and which may be shown. Advice does not use
 * them, so they cannot make it calmer.
 */
import type { Urgency } from '../advice';
import type { SettingPriors } from '../pack/manifest';
import type { ConditionKind } from '../pack/words';
import { likelihoodsOf, type ConditionProbability, type Prediction } from '../prediction';
import { underPrior, type Prior } from './priors';

/** Where Lentigo is used. */
export const settingNames = ['home', 'practice', 'clinic'] as const satisfies (keyof SettingPriors)[];

/** The chances of the conditions under a prior; undefined where it does not know each of them. */
export function chancesUnder(
  prediction: Pick<Prediction, 'likelihoods' | 'probabilities'>,
  prior: Prior,
): ConditionProbability[] | undefined {
  const likelihoods = likelihoodsOf(prediction);
  const known = likelihoods.length > 0 && likelihoods.every(({ code }) => (prior[code] ?? 0) > 0);
  return known ? underPrior(likelihoods, prior) : undefined;
}

/** The chance, 0..1, of the conditions that are or can become a cancer, together. */
export function cancerChance(
  chances: readonly ConditionProbability[],
  kindOf: (code: string) => ConditionKind,
): number {
  const sum = chances
    .filter(({ code }) => kindOf(code) !== 'benign')
    .reduce((total, { probability }) => total + probability, 0);
  return Math.min(sum, 1);
}

/** A chance in pictures of a hundred. */
export interface Frequency {
  /** 1 to 99. */
  readonly count: number;
  /** Rounding never makes a chance none or certain: it is then fewer than 1, or more than 99. */
  readonly bound: 'fewer' | 'about' | 'more';
}

/** @param chance 0..1 */
export function frequencyOf(chance: number): Frequency {
  if (chance < 0.005) return { count: 1, bound: 'fewer' };
  if (chance >= 0.995) return { count: 99, bound: 'more' };
  return { count: Math.round(chance * 100), bound: 'about' };
}

/** Below this chance of cancer urgent advice needs an explanation, from there on calm advice does. */
const small = 0.1;

/**
 * Whether the chance of a condition may be shown. A benign one has no figure beside advice that is not calm: it would undo
 * the advice.
 * @param step undefined where the advice is not known
 */
export function mayShowFigure(kind: ConditionKind, step: Urgency | undefined): boolean {
  return kind !== 'benign' || step === 'watch';
}

/**
 * What must be explained: a small chance beside urgent advice, or a large one beside calm advice.
 * @param chance of cancer, 0..1; undefined where it is not known
 */
export function toExplain(
  step: Urgency,
  chance: number | undefined,
): 'small-but-urgent' | 'large-though-calm' | undefined {
  if (chance === undefined) return undefined;
  if ((step === 'weeks' || step === 'soon') && chance < small) return 'small-but-urgent';
  return step === 'watch' && chance >= small ? 'large-though-calm' : undefined;
}

/** Whether a prior that a person typed can be used: every share above 0, together 1 (within half a thousandth). */
export function isSoundPrior(prior: Prior): boolean {
  const shares = Object.values(prior);
  const sum = shares.reduce((total, share) => total + share, 0);
  return shares.length > 0 && shares.every((share) => share > 0) && Math.abs(sum - 1) <= 0.0005;
}

/** The person's own prior where they have one for the same conditions, else the pack's. */
export function priorIn(pack: Prior, own: Prior | undefined): Prior {
  const codes = Object.keys(pack);
  const fits = own && isSoundPrior(own) && codes.length === Object.keys(own).length;
  return fits && codes.every((code) => code in own) ? own : pack;
}
