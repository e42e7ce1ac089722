/** What is said of a diagnosis by a person and of a laboratory's result: in a clinic, and at home. */
import { dayOf } from '../../../i18n/format';
import { m } from '../../../i18n/paraglide/messages.js';
import type { Manifest } from '../../../model/packs/manifest';
import type { ExaminationSummary, Finding } from '../../../domain/visit';
import type { Mode } from '../../../app/settings';
import { classInfo } from '../result/conditions';

export type FindingKind = 'diagnosis' | 'histology';

interface FindingWords {
  readonly title: () => string;
  /** Of what its day is. */
  readonly date: () => string;
  /** With the name of what was found. */
  readonly short: (found: { name: string }) => string;
}

export const findingWords: Readonly<Record<Mode, Readonly<Record<FindingKind, FindingWords>>>> = {
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
export function findingLine({ code, text, date }: Finding, manifest?: Manifest): string {
  const name = code === null ? '' : classInfo(code, manifest).name;
  return m.finding_line({ found: [name, text].filter(Boolean).join(': '), date: dayOf(date) });
}

/** The weightiest finding of an examination in a few words, the laboratory's before the person's. */
export function shortFinding(
  { histology, diagnosis }: Pick<ExaminationSummary, 'histology' | 'diagnosis'>,
  mode: Mode,
  manifest?: Manifest,
): string | undefined {
  const code = histology ?? diagnosis;
  if (code === undefined) return undefined;
  const name = code === '' ? m.finding_other_short() : classInfo(code, manifest).name;
  return findingWords[mode][histology === undefined ? 'diagnosis' : 'histology'].short({ name });
}
