import type { PatientFields } from '../../domain/patient';

/** An empty form. */
export const newPatient: PatientFields = {
  name: '',
  reference: '',
  born: null,
  sex: null,
  skinType: null,
  note: '',
};

/** The name of a patient's form among the drafts. @param id absent for a new patient */
export function patientForm(id?: string): string {
  return `patient:${id ?? 'new'}`;
}
