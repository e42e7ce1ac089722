/**
 * Three wordings of one language. `en.json` speaks to people at home; `en-x-clinic.json` holds the messages that
 * differ for clinicians ("lesion" where people at home read "spot", advice addressed to a clinician). `en-x-sample.json` has
 * the messages that differ for packs of samples, which speak of no skin. A message that they lack is that of `en.json`.
 */
import { overwriteGetLocale } from './paraglide/runtime.js';

/**
 * Asked for each message, so that a page follows a change.
 * @param isOfSamples whether the words are for a pack of samples
 */
export function chooseWording(
  isForClinicians: () => boolean,
  isOfSamples: () => boolean = () => false,
): void {
  overwriteGetLocale(() => (isOfSamples() ? 'en-x-sample' : isForClinicians() ? 'en-x-clinic' : 'en'));
}
