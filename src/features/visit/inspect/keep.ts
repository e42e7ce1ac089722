import { Failure } from '../../../failure';
import type { Figures } from '../../../domain/visit';
import { examinations } from '../../../records/record';

/**
 * Keeps what was measured in the first picture of an examination.
 * @throws Failure `internal` when the examination is gone
 */
export async function keepFigures(id: string, figures: Figures): Promise<void> {
  const found = await examinations.get(id);
  const kept = found && !found.damaged && (await examinations.measure(id, found.pictures[0].id, figures));
  if (!kept) throw new Failure('internal', 'the examination is gone');
}
