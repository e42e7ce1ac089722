/** The figures of an evaluation. For the worker: a thousand samples of thousands of pictures take seconds. */
import type { Outcome } from '../domain/evaluation/outcome';
import { makeReport, type Report } from '../domain/evaluation/report';
import type { Manifest } from '../domain/pack/manifest';
import { Failure } from '../failure';
import { alertLevels } from './evaluation-prior';

/** @throws Failure `internal` before there is a pack */
export function figuresOf(
  manifest: Manifest | undefined,
  outcomes: readonly Outcome[],
  careful: boolean,
): Report {
  if (!manifest) throw new Failure('internal', 'figures before prepare');
  return makeReport(outcomes, manifest, alertLevels('domain', manifest, careful ? 8 : 1));
}
