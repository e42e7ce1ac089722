/** What a visit is called by, in words: its diagnosis leads, the prediction stands small beside it. */
import type { Urgency } from '../../domain/advice';
import { leadOf, namedBy, urgencyOf, type Named } from '../../domain/leading';
import type { Manifest } from '../../domain/pack/manifest';
import type { VisitSummary } from '../../domain/visit/visit';
import type { Mode } from '../../app/settings';
import { conditionInfo } from '../../i18n/conditions';
import { conditionFigure, namedFigure } from './figures';
import { shortDiagnosis } from './diagnosis/diagnosis-words';
import { m } from '../../i18n/paraglide/messages.js';

/** The name of what leads: of histology, of the clinical diagnosis, or of the likeliest condition. */
export function leadName(visit: Parameters<typeof leadOf>[0], manifest?: Manifest): string {
  const lead = leadOf(visit);
  if (!lead) return m.reading_refused_title();
  return lead.code === '' ? m.finding_other_short() : conditionInfo(lead.code, manifest).name;
}

/** The prediction with its figure where the visit's urgency allows one; undefined where the model saw no lesion. */
export function predictionWords(visit: Named, manifest?: Manifest): string | undefined {
  if (!visit.accepted) return undefined;
  return namedFigure(visit.top, visit.probability, visitUrgency(visit), manifest);
}

/** The same in a line of its own, for beside a diagnosis. */
export function predictionLine(visit: Named, manifest?: Manifest): string | undefined {
  const prediction = predictionWords(visit, manifest);
  return prediction && m.lead_prediction({ prediction });
}

/** The figure alone, for beside the name of a prediction that leads. */
export function leadFigure(visit: Named): string | undefined {
  if (leadOf(visit)?.source !== 'prediction') return undefined;
  return conditionFigure(visit.top, visit.probability, visitUrgency(visit));
}

/**
 * How urgent a visit is, its diagnosis counted. Before urgencies were kept, the alert level says so.
 * @returns undefined where nothing is known
 */
export function visitUrgency(
  visit: Pick<VisitSummary, 'histology' | 'diagnosis' | 'top' | 'accepted' | 'triage' | 'flagged'>,
): Urgency | undefined {
  const advised = visit.triage ?? (visit.flagged && visit.accepted ? 'weeks' : undefined);
  return urgencyOf(visit, advised, (code) => conditionInfo(code).advice);
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
  manifest?: Manifest,
): LeadWords | undefined {
  const named = namedBy({ ...visit, triage: null });
  const words = shortDiagnosis(named, mode, manifest);
  if (words === undefined) return undefined;
  const kindOf = (code: string) => conditionInfo(code, manifest).advice;
  const urgency = urgencyOf(named, advised, kindOf) ?? advised;
  const itself = urgencyOf(named, undefined, kindOf);
  return { words, urgency, decides: itself === urgency };
}
