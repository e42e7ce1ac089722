/**
 * Columns of the training set with the names and values of the ISIC archive's data dictionary, so that its tools and
 * ours read the table alike. What is not known stays empty.
 */
import { daysBetween, type IsoDay } from '../../../domain/calendar/calendar';
import { regionOf, type Part } from '../../../domain/body-regions';
import { isicNames } from '../../../domain/isic-names';
import type { BodyPlace } from '../../../domain/lesion';
import type { PatientFields, SkinType } from '../../../domain/patient';
import type { PictureKind } from '../../../domain/picture-kind';
import type { PictureRecord } from '../../../domain/visit/visit';
import type { Cell } from './csv';

export const isicColumns = [
  'diagnosis',
  'diagnosis_confirm_type',
  'image_type',
  'fitzpatrick_skin_type',
  'anatom_site_general',
  'age_approx',
  'sex',
  'acquisition_day',
  'clin_size_long_diam_mm',
] as const;

const confirmTypes = {
  histology: 'histopathology',
  diagnosis: 'single contributor clinical assessment',
} as const;

const imageTypes: Readonly<Record<PictureKind, string>> = {
  overview: 'clinical: overview',
  'close-up': 'clinical: close-up',
  dermatoscope: 'dermoscopic',
};

const fitzpatrick: Readonly<Record<SkinType, string>> = {
  1: 'I',
  2: 'II',
  3: 'III',
  4: 'IV',
  5: 'V',
  6: 'VI',
};

const sites: Readonly<Record<Part, string>> = {
  head: 'head/neck',
  neck: 'head/neck',
  shoulder: 'upper extremity',
  'upper-arm': 'upper extremity',
  forearm: 'upper extremity',
  hand: 'upper extremity',
  chest: 'anterior torso',
  abdomen: 'anterior torso',
  'upper-back': 'posterior torso',
  'lower-back': 'posterior torso',
  buttock: 'posterior torso',
  hip: 'lower extremity',
  thigh: 'lower extremity',
  knee: 'lower extremity',
  'lower-leg': 'lower extremity',
  foot: 'lower extremity',
  palm: 'palms/soles',
  sole: 'palms/soles',
};

export interface Known {
  readonly code: string;
  readonly by: keyof typeof confirmTypes;
  readonly picture: Pick<PictureRecord, 'kind' | 'capturedOn' | 'measures'>;
  readonly place: BodyPlace | null | undefined;
  readonly patient: Pick<PatientFields, 'born' | 'sex' | 'skinType'> | undefined;
  /** Day of the patient's first picture in the set. */
  readonly firstDay: IsoDay;
}

/** The cells of `isicColumns`. */
export function isicCells({ code, by, picture, place, patient, firstDay }: Known): Cell[] {
  return [
    isicNames[code]?.[0] ?? code,
    confirmTypes[by],
    imageTypes[picture.kind],
    patient?.skinType ? fitzpatrick[patient.skinType] : null,
    place ? siteOf(place) : null,
    patient?.born ? ageAt(patient.born, picture.capturedOn) : null,
    patient?.sex,
    daysBetween(firstDay, picture.capturedOn),
    picture.measures?.longestDiameter.millimetres,
  ];
}

function siteOf(place: BodyPlace): string {
  const site = sites[regionOf(place).part];
  return site.endsWith('torso') && (place.view === 'left' || place.view === 'right') ? 'lateral torso' : site;
}

/** Full years, to the next five: nobody is known by it. */
function ageAt(born: string, day: IsoDay): number {
  const years = (Date.parse(day) - Date.parse(born)) / (365.25 * 24 * 60 * 60 * 1000);
  return Math.max(0, Math.round(years / 5) * 5);
}
