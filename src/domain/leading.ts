/**
 * What a visit is called by: histology comes before the clinical diagnosis, and that before the prediction. The
 * urgency follows: a malignant diagnosis is never calm, and only histology takes the urgency from a visit.
 */
import { atLeast, type Advice, type Urgency } from './advice';
import { namesOf, type ConditionKind } from './pack/words';
import type { Prediction } from './prediction';
import { diagnosisCode, type VisitRecord, type VisitSummary } from './visit/visit';
import { leadingPicture } from './visit/visit-advice';

type LeadSource = 'histology' | 'diagnosis' | 'prediction';

type NamedPicture = Pick<VisitRecord['pictures'][0], 'kind' | 'reading'>;

export interface Lead {
  readonly source: LeadSource;
  /** A condition's code; empty for a finding outside the pack's conditions. */
  readonly code: string;
}

/** What a visit's name and urgency go by. */
export type Named = Pick<
  VisitSummary,
  'histology' | 'diagnosis' | 'top' | 'probability' | 'accepted' | 'triage' | 'flagged' | 'words'
> &
  Partial<Pick<VisitSummary, 'waits'>>;

/** The same of a whole visit, with the prediction of its leading picture. */
export function namedBy({
  pictures,
  diagnosis,
  histology,
  triage,
}: Pick<VisitRecord, 'diagnosis' | 'histology' | 'triage'> & {
  readonly pictures: readonly [NamedPicture, ...NamedPicture[]];
}): Named {
  return {
    histology: diagnosisCode(histology),
    diagnosis: diagnosisCode(diagnosis),
    triage: triage?.step,
    ...predictedBy(leadingPicture(pictures).reading),
  };
}

/** What a prediction gives to it. */
export function predictedBy(
  reading: Prediction,
): Pick<VisitSummary, 'top' | 'probability' | 'accepted' | 'flagged' | 'words'> {
  const { top, accepted, probabilities, operatingPoints, words } = reading;
  return {
    top,
    probability: probabilities.find(({ code }) => code === top)?.probability ?? 0,
    accepted,
    flagged: operatingPoints.some(({ id, flagged }) => id === 'screening' && flagged),
    ...(words && { words: namesOf(words) }),
  };
}

/** @returns undefined where nobody has said anything and the model saw no lesion */
export function leadOf({
  histology,
  diagnosis,
  top,
  accepted,
}: Pick<VisitSummary, 'histology' | 'diagnosis' | 'top' | 'accepted'>): Lead | undefined {
  if (histology !== undefined) return { source: 'histology', code: histology };
  if (diagnosis !== undefined) return { source: 'diagnosis', code: diagnosis };
  return accepted ? { source: 'prediction', code: top } : undefined;
}

/** Advice that a diagnosis has changed: what the picture alone said would contradict it. */
export function ledBy(advice: Advice, urgency: Urgency): Advice {
  return { ...advice, step: urgency, reasons: urgency === advice.step ? advice.reasons : [] };
}

const urgencyOfKind: Readonly<Record<ConditionKind, Urgency>> = {
  malignant: 'soon',
  premalignant: 'weeks',
  benign: 'watch',
};

/**
 * How urgent a visit is once its diagnosis counts.
 * @param advised what was advised by the prediction and the warning signs; undefined where that was not kept
 * @param kindOf what a condition calls for; an unknown one should count as malignant
 * @returns undefined where nothing is known
 */
export function urgencyOf(
  visit: Pick<VisitSummary, 'histology' | 'diagnosis' | 'top' | 'accepted'>,
  advised: Urgency | undefined,
  kindOf: (code: string) => ConditionKind,
): Urgency | undefined {
  const lead = leadOf(visit);
  // A finding outside the pack's conditions says nothing about urgency.
  if (!lead || lead.source === 'prediction' || lead.code === '') return advised;
  const found = urgencyOfKind[kindOf(lead.code)];
  if (lead.source === 'diagnosis') return advised === undefined ? found : atLeast(found, advised);
  // A sample that is benign where the clinician saw a cancer may have missed it: that is never calm.
  const doubted =
    visit.diagnosis !== undefined && visit.diagnosis !== '' && kindOf(visit.diagnosis) !== 'benign';
  return doubted ? atLeast(found, 'weeks') : found;
}
