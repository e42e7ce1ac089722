/** Days on which something can have been done. */
import { asIsoDay, isoDay, type IsoDay } from './calendar';

/** No photograph of a lesion is older. */
const firstDay = '1900-01-01';

/** What was typed as a day from 1900 to `today`; undefined for any other text. */
export function pastDay(text: string, today: IsoDay = isoDay()): IsoDay | undefined {
  const day = asIsoDay(text);
  return day && day >= firstDay && day <= today ? day : undefined;
}
