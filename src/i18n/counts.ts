/** What a record, a file or a deletion holds, in words. */
import { listOf } from './format';
import { m } from './paraglide/messages.js';

interface Counts {
  readonly patients?: number;
  readonly lesions?: number;
  readonly visits: number;
}

/** "1 patient, 2 spots and 3 visits", without zero counts; "0 visits" if all are zero. */
export function countsOf({ patients = 0, lesions = 0, visits }: Counts): string {
  const parts = [
    ...(patients > 0 ? [m.count_patients({ count: patients })] : []),
    ...(lesions > 0 ? [m.count_spots({ count: lesions })] : []),
    ...(visits > 0 ? [m.count_visits({ count: visits })] : []),
  ];
  return parts.length > 0 ? listOf(parts) : m.count_visits({ count: 0 });
}
