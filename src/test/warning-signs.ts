import * as fc from 'fast-check';
import { answers, warningSigns, type Checklist } from '../domain/warning-signs';

/** Any checklist, filled in or not. */
export const checklists: fc.Arbitrary<Checklist> = fc
  .array(fc.constantFrom(...answers), { minLength: warningSigns.length, maxLength: warningSigns.length })
  .map((given) => Object.fromEntries(warningSigns.map((sign, i) => [sign, given[i]])) as Checklist);
