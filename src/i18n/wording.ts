/**
 * Two wordings of one language. `en.json` speaks to people at home; `en-x-clinic.json` holds the messages that
 * differ for clinicians ("lesion" where people at home read "spot", advice addressed to a clinician). A message that
 * it lacks is that of `en.json`.
 */
import { overwriteGetLocale } from './paraglide/runtime.js';

/** @param isForClinicians asked for each message, so that a page follows a change of the setting */
export function chooseWording(isForClinicians: () => boolean): void {
  overwriteGetLocale(() => (isForClinicians() ? 'en-x-clinic' : 'en'));
}
