/** Warning signs that no picture shows: the questions that the person is asked. */
import * as v from 'valibot';

/** In the order in which they are asked: those that call for a doctor soon by themselves come first. */
export const warningSigns = [
  'bleeding',
  'fast-growth',
  'changing',
  'not-healing',
  'nail-palm-sole',
  'new-after-40',
  'unlike-others',
  'sore-or-itching',
  'higher-risk',
] as const;

export type WarningSign = (typeof warningSigns)[number];

export const answers = ['yes', 'no', 'not-asked'] as const;

/** `not-asked` also means that a question was shown and left open. */
type Answer = (typeof answers)[number];

/** Every sign has an answer, so that "no" is never mixed up with "nobody asked". */
export type WarningSigns = Readonly<Record<WarningSign, Answer>>;

/** A checklist of an earlier version lacks signs that are asked now: those were not asked. */
const answer = v.optional(v.picklist(answers), 'not-asked');

export const WarningSignsSchema = v.object({
  bleeding: answer,
  'fast-growth': answer,
  changing: answer,
  'not-healing': answer,
  'nail-palm-sole': answer,
  'new-after-40': answer,
  'unlike-others': answer,
  'sore-or-itching': answer,
  'higher-risk': answer,
} satisfies Record<WarningSign, typeof answer>);

/** Nothing asked yet. */
export const noAnswers: WarningSigns = v.parse(WarningSignsSchema, {});

export function signsPresent(checklist: WarningSigns): WarningSign[] {
  return warningSigns.filter((sign) => checklist[sign] === 'yes');
}

/** Signs that nobody has answered yet. */
export function signsOpen(checklist: WarningSigns): WarningSign[] {
  return warningSigns.filter((sign) => checklist[sign] === 'not-asked');
}

/** `checklist` with "no" for everything that was left open. */
export function noToTheRest(checklist: WarningSigns): WarningSigns {
  const rest = signsOpen(checklist).map((sign) => [sign, 'no'] as const);
  return { ...checklist, ...(Object.fromEntries(rest) as Partial<WarningSigns>) };
}
