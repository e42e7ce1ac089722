/** The fields of patients, lesions and visits by name, and their values in words. */
import { conditionInfo, type NamedConditions } from '../../../i18n/conditions';
import { placeName } from '../../../i18n/body-words';
import { dayOf, listOf, whole } from '../../../i18n/format';
import { m } from '../../../i18n/paraglide/messages.js';
import type { Advice } from '../../../domain/advice';
import type { Impression } from '../../../domain/impression';
import type { SkinType } from '../../../domain/patient';
import type { BodyPlace } from '../../../domain/lesion';
import type { PictureKind } from '../../../domain/picture-kind';
import type { ReadVersion } from '../../../records/picture-lineage';
import type { Diagnosis } from '../../../domain/visit/visit';
import { signsPresent, type WarningSigns } from '../../../domain/warning-signs';
import { catalogue } from '../../../app/catalogue.svelte';
import type { Mode } from '../../../app/settings';
import { diagnosisLine, diagnosisWords } from '../diagnosis/diagnosis-words';
import { kindWords } from '../pictures/kind-words';
import { lesionName } from '../lesion-name';
import { signWords, urgencyWords } from '../signs/wording';
import { sexWords } from '../subject/sex-words';
import { skinTypeName } from '../subject/skin-type-words';
import { impressionLine } from '../impression/words';

const names: Readonly<Record<string, () => string>> = {
  name: m.patient_name,
  reference: m.patient_reference,
  born: m.patient_born,
  sex: m.patient_sex,
  skinType: m.patient_skin_type,
  note: m.patient_note,
  place: m.lesion_place,
  nextCheck: m.lesion_next_check,
  owner: m.belonging_title,
  checklist: m.versions_signs,
  triage: m.versions_advice,
  impression: m.impression_title,
  day: m.picture_day_label,
  pictures: m.versions_pictures,
  kind: m.picture_kind,
  capturedOn: m.picture_day_label,
  reading: m.versions_reading,
};

export function fieldName(field: string, mode: Mode): string {
  if (field === 'diagnosis' || field === 'histology') return diagnosisWords[mode][field].title();
  return names[field]?.() ?? field;
}

/** A value as the row keeps it; may be empty. */
export function valueWords(field: string, value: unknown, pack?: NamedConditions): string {
  if (value === null || value === undefined || value === '') return '';
  switch (field) {
    case 'born':
    case 'nextCheck':
    case 'day':
    case 'capturedOn':
      return dayOf(value as string);
    case 'sex':
      return sexWords[value as keyof typeof sexWords]();
    case 'skinType':
      return skinTypeName(value as SkinType);
    case 'impression':
      return impressionLine(value as Impression, pack);
    case 'place':
      return placeName(value as BodyPlace);
    case 'diagnosis':
    case 'histology':
      return diagnosisLine(value as Diagnosis, pack);
    case 'checklist': {
      const present = signsPresent(value as WarningSigns);
      return present.length > 0 ? listOf(present.map((sign) => signWords[sign].name())) : m.checklist_none();
    }
    case 'triage':
      return urgencyWords[(value as Advice).step].name();
    case 'owner':
      return ownerName(value);
    case 'kind':
      return kindWords[value as PictureKind]();
    case 'reading':
      return readWords(value as ReadVersion, pack);
    case 'pictures':
      return whole((value as readonly string[]).length);
    default:
      return typeof value === 'string' ? value : '';
  }
}

/** What a picture looks most like in one of its crops, and whether it was measured in it. */
function readWords({ reading, outline, measures }: ReadVersion, pack?: NamedConditions): string {
  const { name } = conditionInfo(reading.top, reading.words ?? pack);
  const result = reading.accepted ? name : m.reading_refused_title();
  return outline || measures ? m.versions_measured({ result }) : result;
}

function ownerName(owner: unknown): string {
  const { patient, lesion } =
    typeof owner === 'string' ? { patient: owner } : (owner as { patient?: string; lesion?: string });
  if (lesion !== undefined) {
    const found = catalogue.lesion(lesion);
    return found && !found.damaged ? lesionName(found) : m.lesion_unnamed();
  }
  const found = patient === undefined ? undefined : catalogue.patient(patient);
  const name = found && !found.damaged ? found.name : '';
  return name === '' ? m.patient_unnamed() : name;
}
