/** What is said of a diagnosis by a person and of a laboratory's result: in a clinic, and at home. */
import { dayOf } from '../../../i18n/format';
import { m } from '../../../i18n/paraglide/messages.js';
import type { VisitSummary, Diagnosis } from '../../../domain/visit/visit';
import type { Mode } from '../../../app/settings';
import { conditionInfo, type NamedConditions } from '../../../i18n/conditions';

export type DiagnosisKind = 'diagnosis' | 'histology';

interface DiagnosisWords {
  readonly title: () => string;
  /** Of what its day is. */
  readonly date: () => string;
  /** With the name of what was found. */
  readonly short: (found: { name: string }) => string;
}

export const diagnosisWords: Readonly<Record<Mode, Readonly<Record<DiagnosisKind, DiagnosisWords>>>> = {
  clinician: {
    diagnosis: {
      title: m.finding_diagnosis,
      date: m.finding_diagnosis_date,
      short: m.finding_diagnosis_short,
    },
    histology: {
      title: m.finding_histology,
      date: m.finding_histology_date,
      short: m.finding_histology_short,
    },
  },
  self: {
    diagnosis: { title: m.finding_doctor, date: m.finding_doctor_date, short: m.finding_doctor_short },
    histology: { title: m.finding_sample, date: m.finding_sample_date, short: m.finding_sample_short },
  },
};

/** A finding in one line: its class, what was written to it, its day. */
export function diagnosisLine({ code, text, date }: Diagnosis, pack?: NamedConditions): string {
  const name = code === null ? '' : conditionInfo(code, pack).name;
  return m.finding_line({ found: [name, text].filter(Boolean).join(': '), date: dayOf(date) });
}

/** The weightiest finding of a visit in a few words, the laboratory's before the person's. */
export function shortDiagnosis(
  { histology, diagnosis, words }: Pick<VisitSummary, 'histology' | 'diagnosis' | 'words'>,
  mode: Mode,
  pack?: NamedConditions,
): string | undefined {
  const code = histology ?? diagnosis;
  if (code === undefined) return undefined;
  const name = code === '' ? m.finding_other_short() : conditionInfo(code, words ?? pack).name;
  return diagnosisWords[mode][histology === undefined ? 'diagnosis' : 'histology'].short({ name });
}
