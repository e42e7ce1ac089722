import { record } from '../../../app/record';

/** Adds a patient of whom only the name is known so far. @returns the new id @throws Failure */
export function addNamed(name: string): Promise<string> {
  return record.patients.add({ name, reference: '', born: null, sex: null, skinType: null, note: '' });
}
