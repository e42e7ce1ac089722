import type { Lineage } from './lineage/lineage';

/** The Fitzpatrick types, from I (very fair) to VI (very dark). */
export const skinTypes = [1, 2, 3, 4, 5, 6] as const;

export type SkinType = (typeof skinTypes)[number];

/** What can be written down of a person. A day is an ISO date, `2026-05-31`. */
export interface PatientFields {
  /** As the practice writes it; also a pseudonym. */
  readonly name: string;
  /** The patient ID of the practice; may be empty. */
  readonly reference: string;
  /** Day of birth. */
  readonly born: string | null;
  readonly sex: 'female' | 'male' | 'other' | null;
  /** Null where nobody has said it: it is never guessed. */
  readonly skinType: SkinType | null;
  readonly note: string;
}

export interface Patient extends PatientFields {
  readonly id: string;
  readonly damaged: false;
  /** Rises with every change; tells whether what a page shows is still what is stored. */
  readonly revision: number;
  /** Time of the last change, milliseconds of the epoch. */
  readonly updatedAt: number;
  /** Where each field comes from; absent in what was written before that was kept. */
  readonly lineage?: Lineage | undefined;
}

/** What two patients say who are one person: what the one does not say, the other may. A second ID goes to the note. */
export function joined(patient: PatientFields, twin: PatientFields): PatientFields {
  const otherId = patient.reference && twin.reference !== patient.reference ? twin.reference : '';
  return {
    name: patient.name || twin.name,
    reference: patient.reference || twin.reference,
    born: patient.born ?? twin.born,
    sex: patient.sex ?? twin.sex,
    skinType: patient.skinType ?? twin.skinType,
    note: [...new Set([patient.note, twin.note, otherId])].filter(Boolean).join('\n'),
  };
}

/** A patient whose data can no longer be read; lesions and visits may be whole all the same. */
export interface DamagedPatient {
  readonly id: string;
  readonly damaged: true;
}
