import { birthDateProblem, type BirthDateProblem } from '../../domain/calendar/birth-date';
import { m } from '../../i18n/paraglide/messages.js';

const words: Record<BirthDateProblem, () => string> = {
  'no-such-day': m.patient_born_no_day,
  'too-early': m.patient_born_too_early,
  'in-the-future': m.patient_born_future,
};

/** Why a birth date cannot be saved; empty when it can. @param born an ISO date, empty where it is not known */
export function birthDateWords(born: string): string {
  const problem = birthDateProblem(born);
  return problem ? words[problem]() : '';
}
