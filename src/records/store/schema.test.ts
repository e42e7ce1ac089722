import * as v from 'valibot';
import { expect, it } from 'vitest';
import { PatientHeader } from './schema';

const patient = (born: string | null) => ({
  updatedAt: 0,
  name: 'Ada Quill',
  reference: '',
  born,
  sex: null,
  note: '',
});

it.each([null, '1960-02-29', '0085-03-04', '2026-02-30'])('a patient born %s stays readable', (born) => {
  expect(v.parse(PatientHeader, patient(born)).born).toBe(born);
});

it.each(['040385', '85-03-04', '4 Mar 1985', ''])('no day is %j', (born) => {
  expect(v.is(PatientHeader, patient(born))).toBe(false);
});
