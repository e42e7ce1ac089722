import { Failure } from '../../../failure';
import type { Measurement } from '../../../domain/visit/visit';
import { record } from '../../../app/record';

/**
 * Keeps what was measured in a picture of a visit.
 * @throws Failure `internal` when it is gone
 */
export async function keepMeasured(id: string, picture: string, measurement: Measurement): Promise<void> {
  const kept = await record.visits.measure(id, picture, measurement);
  if (!kept) throw new Failure('internal', 'the picture is gone');
}
