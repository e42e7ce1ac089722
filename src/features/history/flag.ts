import type { VisitSummary } from '../../domain/visit';

/**
 * Whether a visit asks for a doctor: by its step, which knows the warning signs as well; by the screening
 * point where it was kept before there were steps.
 */
export function asksForDoctor({
  triage,
  flagged,
  accepted,
}: Pick<VisitSummary, 'triage' | 'flagged' | 'accepted'>): boolean {
  return triage === undefined ? flagged && accepted : triage === 'weeks' || triage === 'soon';
}
