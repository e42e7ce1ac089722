/** The words for advice, its reasons and the warning signs. */
import { listOf } from '../../../i18n/format';
import { textIn } from '../../../i18n/local-text';
import { m } from '../../../i18n/paraglide/messages.js';
import type { PackNames, PackWords } from '../../../domain/pack/words';
import type { Mode } from '../../../app/settings';
import type { WarningSign } from '../../../domain/warning-signs';
import type { Advice, AdviceReason, Urgency } from '../../../domain/advice';

interface SignWords {
  /** In a list of what was found. */
  readonly name: () => string;
  readonly question: () => string;
}

export const signWords: Readonly<Record<WarningSign, SignWords>> = {
  bleeding: { name: m.sign_bleeding, question: m.sign_bleeding_question },
  'fast-growth': { name: m.sign_fast_growth, question: m.sign_fast_growth_question },
  changing: { name: m.sign_changing, question: m.sign_changing_question },
  'not-healing': { name: m.sign_not_healing, question: m.sign_not_healing_question },
  'nail-palm-sole': { name: m.sign_nail_palm_sole, question: m.sign_nail_palm_sole_question },
  'new-after-40': { name: m.sign_new_after_40, question: m.sign_new_after_40_question },
  'unlike-others': { name: m.sign_unlike_others, question: m.sign_unlike_others_question },
  'sore-or-itching': { name: m.sign_sore_or_itching, question: m.sign_sore_or_itching_question },
  'higher-risk': { name: m.sign_higher_risk, question: m.sign_higher_risk_question },
};

interface UrgencyWords {
  readonly name: () => string;
  /** For lists where the whole name has no room. */
  readonly short: () => string;
  readonly advice: Readonly<Record<Mode, () => string>>;
}

export const urgencyWords: Readonly<Record<Urgency, UrgencyWords>> = {
  'cannot-tell': {
    name: m.triage_cannot_tell,
    short: m.triage_cannot_tell,
    advice: { self: m.triage_cannot_tell_self, clinician: m.triage_cannot_tell_clinician },
  },
  watch: {
    name: m.triage_watch,
    short: m.triage_watch_short,
    advice: { self: m.triage_watch_self, clinician: m.triage_watch_clinician },
  },
  weeks: {
    name: m.triage_weeks,
    short: m.triage_weeks,
    advice: { self: m.triage_weeks_self, clinician: m.triage_weeks_clinician },
  },
  soon: {
    name: m.triage_soon,
    short: m.triage_soon,
    advice: { self: m.triage_soon_self, clinician: m.triage_soon_clinician },
  },
};

/** Names of advice: the pack's own words where it has them. */
export function urgencyName(step: Urgency, pack?: Pick<PackNames, 'urgencies'>): string {
  return textIn(pack?.urgencies?.[step]) ?? urgencyWords[step].name();
}

/** Advice in words: its name, and what to do. */
export function adviceWords(
  step: Urgency,
  mode: Mode,
  pack?: Pick<PackWords, 'texts'>,
): { readonly name: string; readonly text: string } {
  const own = pack?.texts?.advice?.[step];
  if (own) return { name: textIn(own.title), text: textIn(own.text) };
  const words = urgencyWords[step];
  return { name: words.name(), text: words.advice[mode]() };
}

/** What holds whatever the advice is. */
export const alwaysWords: Readonly<Record<Mode, () => string>> = {
  self: m.triage_always_self,
  clinician: m.triage_always_clinician,
};

const reasonWords: Readonly<Record<Exclude<AdviceReason, 'signs'>, () => string>> = {
  refused: m.triage_reason_refused,
  'poor-picture': m.triage_reason_poor_picture,
  'views-differ': m.triage_reason_views_differ,
  'likely-malignant': m.triage_reason_likely_malignant,
  'likely-premalignant': m.triage_reason_likely_premalignant,
  'balanced-point': m.triage_reason_balanced_point,
  'screening-point': m.triage_reason_screening_point,
  'open-class': m.triage_reason_open_class,
  'nothing-found': m.triage_reason_nothing_found,
};

/** Why this is the advice: a sentence for each reason. Warning signs come first: they override the picture. */
export function reasonsOf({ reasons, signs }: Advice): string[] {
  const first = reasons.filter((reason) => reason === 'signs');
  return [...first, ...reasons.filter((reason) => reason !== 'signs')].map((reason) =>
    reason === 'signs'
      ? m.triage_reason_signs({ signs: listOf(signs.map((sign) => signWords[sign].name())) })
      : reasonWords[reason](),
  );
}
