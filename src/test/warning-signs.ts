import * as fc from 'fast-check';
import { answers, warningSigns, type WarningSigns } from '../domain/warning-signs';

/** Any checklist, filled in or not. */
export const checklists: fc.Arbitrary<WarningSigns> = fc
  .array(fc.constantFrom(...answers), { minLength: warningSigns.length, maxLength: warningSigns.length })
  .map((given) => Object.fromEntries(warningSigns.map((sign, i) => [sign, given[i]])) as WarningSigns);
