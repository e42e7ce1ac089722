import type { ExaminationSummary } from '../../domain/visit';

/**
 * Whether an examination asks for a doctor: by its step, which knows the warning signs as well; by the screening
 * point where it was kept before there were steps.
 */
export function asksForDoctor({
  triage,
  flagged,
  accepted,
}: Pick<ExaminationSummary, 'triage' | 'flagged' | 'accepted'>): boolean {
  return triage === undefined ? flagged && accepted : triage === 'weeks' || triage === 'soon';
}
