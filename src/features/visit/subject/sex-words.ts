import { m } from '../../../i18n/paraglide/messages.js';

export const sexWords = {
  female: m.patient_sex_female,
  male: m.patient_sex_male,
  other: m.patient_sex_other,
} as const;
