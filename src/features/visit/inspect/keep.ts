import { Failure } from '../../../failure';
import type { Measurement } from '../../../domain/visit';
import { record } from '../../../app/record';

/**
 * Keeps what was measured in the first picture of a visit.
 * @throws Failure `internal` when the visit is gone
 */
export async function keepMeasured(id: string, measurement: Measurement): Promise<void> {
  const found = await record.visits.get(id);
  const kept =
    found && !found.damaged && (await record.visits.measure(id, found.pictures[0].id, measurement));
  if (!kept) throw new Failure('internal', 'the examination is gone');
}
