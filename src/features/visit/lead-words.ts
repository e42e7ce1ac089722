/** The words that name a visit: its diagnosis first, with the prediction in small type. */
import type { Urgency } from '../../domain/advice';
import { leadOf, namedBy, urgencyOf, type Named } from '../../domain/leading';
import type { VisitSummary } from '../../domain/visit/visit';
import type { Mode } from '../../app/settings';
import { conditionInfo, type NamedConditions } from '../../i18n/conditions';
import { conditionFigure, namedFigure } from './figures';
import { shortDiagnosis } from './diagnosis/diagnosis-words';
import { m } from '../../i18n/paraglide/messages.js';

/**
 * Whether a visit is not told yet: at home calm advice, and what the picture looks like, wait until the questions
 * about the warning signs are answered. Neither a row nor a title says it before.
 */
export function untold(visit: Omit<Named, 'probability'>, mode: Mode): boolean {
  return mode === 'self' && visit.waits === true && visitUrgency(visit) === 'watch';
}

/** The name of what leads: of histology, of the clinical diagnosis, or of the likeliest condition. */
export function leadName(visit: Omit<Named, 'probability'>, mode: Mode, pack?: NamedConditions): string {
  const lead = leadOf(visit);
  if (lead?.source === 'prediction' && untold(visit, mode)) return m.visit_untold();
  if (!lead) return m.reading_refused_title();
  return lead.code === '' ? m.finding_other_short() : conditionInfo(lead.code, visit.words ?? pack).name;
}

/**
 * The prediction with its figure where the visit's urgency allows one; undefined where the model saw no lesion, or
 * where it is not told yet.
 */
export function predictionWords(visit: Named, mode: Mode, pack?: NamedConditions): string | undefined {
  if (!visit.accepted || untold(visit, mode)) return undefined;
  return namedFigure(visit.top, visit.probability, visitUrgency(visit), visit.words ?? pack);
}

/** The same in a line of its own, for beside a diagnosis. */
export function predictionLine(visit: Named, mode: Mode, pack?: NamedConditions): string | undefined {
  const prediction = predictionWords(visit, mode, pack);
  return prediction && m.lead_prediction({ prediction });
}

/** The figure alone, for beside the name of a prediction that leads. */
export function leadFigure(visit: Named, mode: Mode): string | undefined {
  if (leadOf(visit)?.source !== 'prediction' || untold(visit, mode)) return undefined;
  return conditionFigure(visit.top, visit.probability, visitUrgency(visit), visit.words);
}

/**
 * How urgent a visit is, its diagnosis counted. Before urgencies were kept, the alert level says so.
 * @returns undefined where nothing is known
 */
export function visitUrgency(
  visit: Pick<VisitSummary, 'histology' | 'diagnosis' | 'top' | 'accepted' | 'triage' | 'flagged' | 'words'>,
): Urgency | undefined {
  const advised = visit.triage ?? (visit.flagged && visit.accepted ? 'weeks' : undefined);
  return urgencyOf(visit, advised, (code) => conditionInfo(code, visit.words).advice);
}

/** Whether a visit asks for a doctor. */
export function asksForDoctor(visit: Parameters<typeof visitUrgency>[0]): boolean {
  const urgency = visitUrgency(visit);
  return urgency === 'weeks' || urgency === 'soon';
}

/** What a diagnosis makes of a visit. */
export interface LeadWords {
  /** The diagnosis in a few words. */
  readonly words: string;
  readonly urgency: Urgency;
  /** Whether the diagnosis calls for that urgency itself; else the picture or a warning sign does. */
  readonly decides: boolean;
}

/** @returns undefined without a diagnosis */
export function leadOver(
  visit: Omit<Parameters<typeof namedBy>[0], 'triage'>,
  advised: Urgency,
  mode: Mode,
  inUse?: NamedConditions,
): LeadWords | undefined {
  const named = namedBy({ ...visit, triage: null });
  const pack = named.words ?? inUse;
  const words = shortDiagnosis(named, mode, pack);
  if (words === undefined) return undefined;
  const kindOf = (code: string) => conditionInfo(code, pack).advice;
  const urgency = urgencyOf(named, advised, kindOf) ?? advised;
  const itself = urgencyOf(named, undefined, kindOf);
  return { words, urgency, decides: itself === urgency };
}
