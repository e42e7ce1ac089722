import type { Mode } from '../../../app/settings';
import type { FigureName, FollowUp } from '../../../domain/follow-up/follow-up';
import { namedBy } from '../../../domain/leading';
import type { VisitRecord } from '../../../domain/visit/visit';
import { shortDiagnosis } from '../diagnosis/diagnosis-words';

export interface ChartPoint {
  readonly date: Date;
  readonly value: number;
  /** The diagnosis of its visit, in a few words. */
  readonly found: string | undefined;
}

/** The values of one figure that can be compared, oldest first, each with the diagnosis that leads its visit. */
export function seriesOf(
  { comparable }: FollowUp,
  visits: readonly VisitRecord[],
  figure: FigureName,
  mode: Mode,
): ChartPoint[] {
  return comparable.flatMap(({ id, date, [figure]: value }) => {
    const visit = visits.find((each) => each.id === id);
    const found = visit && shortDiagnosis(namedBy(visit), mode);
    return value === undefined ? [] : [{ date, value, found }];
  });
}
