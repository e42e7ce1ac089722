/**
 * What to do about a lesion, from its prediction and the warning signs. Advice is calm only if nothing argues
 * against it; a warning sign can only make it more urgent.
 */
import * as v from 'valibot';
import type { ConditionKind } from './pack/words';
import type { ConditionProbability, PlainResult, Prediction } from './prediction';
import {
  noAnswers,
  signsOpen,
  signsPresent,
  warningSigns,
  type WarningSigns,
  type WarningSign,
} from './warning-signs';

/** From the least to the most pressing. A picture that tells nothing asks for another one first. */
export const urgencies = ['cannot-tell', 'watch', 'weeks', 'soon'] as const;

export type Urgency = (typeof urgencies)[number];

/** Why advice has its urgency; each reason has its own words on screen. */
const adviceReasons = [
  'refused',
  'poor-picture',
  'views-differ',
  'likely-malignant',
  'likely-premalignant',
  'balanced-point',
  'screening-point',
  'open-class',
  'nothing-found',
  'signs',
] as const;

export type AdviceReason = (typeof adviceReasons)[number];

export interface Advice {
  readonly step: Urgency;
  /** In the order of `adviceReasons`; at least one. */
  readonly reasons: readonly AdviceReason[];
  /** The warning signs that were answered with "yes". */
  readonly signs: readonly WarningSign[];
}

/** For the record: what was shown stays readable when the rules change. */
export const AdviceSchema = v.object({
  step: v.picklist(urgencies),
  reasons: v.array(v.picklist(adviceReasons)),
  signs: v.array(v.picklist(warningSigns)),
});

/** What the advice is based on. */
export type AdvisedPrediction = PlainResult & Pick<Prediction, 'views' | 'plain' | 'earlier'>;

/**
 * Signs that call for a doctor soon by themselves. Bleeding, growth, change and a sore that does not heal
 * are what guidelines of referral ask for first (NICE NG12; the seven-point checklist); what is under a nail or
 * on palm or sole is outside of what the model has learned. Any other sign asks for a doctor in weeks.
 */
const pressing: ReadonlySet<WarningSign> = new Set<WarningSign>([
  'bleeding',
  'fast-growth',
  'changing',
  'not-healing',
  'nail-palm-sole',
]);

/**
 * @param kindOf the kind of a condition; unknown ones should count as malignant
 * @returns the urgency, and every reason for it or for a lower one
 */
export function adviceFor(
  reading: AdvisedPrediction,
  kindOf: (code: string) => ConditionKind,
  checklist: WarningSigns = noAnswers,
): Advice {
  const found = settled(reading, kindOf);
  const signs = signsPresent(checklist);
  if (signs.length === 0) return { ...found, signs };
  const reasons = found.reasons.filter((reason) => reason !== 'nothing-found');
  return { step: raised(found.step, signs), reasons: [...reasons, 'signs'], signs };
}

/**
 * Whether calm advice waits for the questions to be answered: at home an answer can make it more urgent, and urgent
 * advice never waits.
 */
export function waitsForAnswers({ step }: Pick<Advice, 'step'>, signs: WarningSigns): boolean {
  return step === 'watch' && signsOpen(signs).length > 0;
}

/** The more pressing of two steps. */
export function atLeast(a: Urgency, b: Urgency): Urgency {
  return urgencies.indexOf(a) >= urgencies.indexOf(b) ? a : b;
}

/** The urgency after `signs` (one or more): a lesser sign counts more with another sign or with a prediction of concern. */
function raised(step: Urgency, signs: readonly WarningSign[]): Urgency {
  const soon = signs.length > 1 || step === 'weeks' || signs.some((sign) => pressing.has(sign));
  return atLeast(step, soon ? 'soon' : 'weeks');
}

/** Whether fewer than three quarters of the views of a double-check name the likeliest class. */
function differ(views: Prediction['views']): boolean {
  return views !== undefined && views.agree < 0.75 * views.count;
}

type Found = Pick<Advice, 'step' | 'reasons'>;

/** The advice from a prediction, from the one-view prediction that it replaced, and from those of earlier models. */
function settled(
  { plain, earlier = [], ...reading }: AdvisedPrediction,
  kindOf: (code: string) => ConditionKind,
): Found {
  const found = stepOf(reading, kindOf);
  const alone = plain ? noCalmer(found, stepOf(plain, kindOf)) : found;
  return earlier.reduce((now, before) => noCalmer(now, settled(before, kindOf)), alone);
}

/** A prediction that replaced another never lowers the urgency that was shown, and is calm only if both are. */
function noCalmer(found: Found, before: Found): Found {
  if (found.step === 'watch') return before;
  return before.step === 'watch' || atLeast(found.step, before.step) === found.step ? found : before;
}

/** The codes that a picture looks most like, whatever the prior; none without likelihoods. */
function mostAlike(likelihoods: readonly ConditionProbability[] = []): string[] {
  const most = Math.max(...likelihoods.map(({ probability }) => probability));
  return likelihoods.filter(({ probability }) => probability === most).map(({ code }) => code);
}

function stepOf(
  {
    accepted,
    top,
    set,
    operatingPoints,
    quality,
    views,
    likelihoods,
  }: Omit<AdvisedPrediction, 'plain' | 'earlier'>,
  kindOf: (code: string) => ConditionKind,
): Pick<Advice, 'step' | 'reasons'> {
  // Where the model sees no lesion, its conditions mean nothing.
  if (!accepted) return { step: 'cannot-tell', reasons: ['refused'] };
  const flagged = (id: string): boolean => operatingPoints.some((point) => point.id === id && point.flagged);
  // A rare condition may still be what the picture looks most like: a prior never makes advice calmer.
  const kinds = [top, ...mostAlike(likelihoods)].map(kindOf);
  const concerns = {
    'likely-malignant': kinds.includes('malignant'),
    'likely-premalignant': kinds.includes('premalignant'),
    'balanced-point': flagged('balanced'),
    'screening-point': flagged('screening'),
    'open-class': set.some((code) => code !== top && kindOf(code) !== 'benign'),
  };
  const reasons = adviceReasons.filter(
    (reason) => reason in concerns && concerns[reason as keyof typeof concerns],
  );
  // A poor picture, or views that differ, rule out calm advice but keep urgent advice.
  const poor = quality.some((issue) => issue !== 'spot-cut');
  if (differ(views)) reasons.unshift('views-differ');
  if (poor) reasons.unshift('poor-picture');
  if (concerns['likely-malignant'] || concerns['balanced-point']) return { step: 'soon', reasons };
  if (Object.values(concerns).includes(true)) return { step: 'weeks', reasons };
  if (reasons.length > 0) return { step: 'cannot-tell', reasons };
  return { step: 'watch', reasons: ['nothing-found'] };
}
