/** Which pictures are read again, and the new advice of a visit. */
import type { Urgency } from '../../../domain/advice';
import type { Manifest } from '../../../domain/pack/manifest';
import type { PackWords } from '../../../domain/pack/words';
import type { Prediction } from '../../../domain/prediction';
import type { VisitRecord } from '../../../domain/visit/visit';
import { judgeVisit } from '../../visit/signs/answers';

/** A visit whose advice has become more urgent. */
export interface Raised extends Pick<VisitRecord, 'id' | 'day'> {
  readonly step: Urgency;
  /** Of the pack, for what the advice is called. */
  readonly words: PackWords | undefined;
}

/** Whether another version of this model has read it. */
export function needsReading(
  { pack }: Pick<Prediction, 'pack'>,
  { id, version }: Pick<Manifest, 'id' | 'version'>,
): boolean {
  return pack.id === id && pack.version !== version;
}

/** What the pictures and answers of a visit ask for. */
export function stepOf({ pictures, checklist }: VisitRecord, manifest: Manifest): Urgency {
  return judgeVisit(pictures, manifest, checklist).step;
}
