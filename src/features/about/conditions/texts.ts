/** The app's own texts about its seven conditions. */
import { m } from '../../../i18n/paraglide/messages.js';
import type { NamedConditions } from '../../../i18n/conditions';
import { sourcesOf } from './sources';

export interface ClassText {
  readonly icd10: readonly string[];
  readonly what: string;
  /** Signs without and with a dermatoscope. */
  readonly eye: readonly string[];
  readonly dermatoscope: readonly string[];
  readonly course: string;
  readonly done: string;
  readonly sources: readonly string[];
}

const texts: Readonly<Record<string, () => ClassText>> = {
  mel: () => ({
    icd10: ['C43', 'D03'],
    what: m.class_mel_what(),
    eye: [m.class_mel_eye_1(), m.class_mel_eye_2(), m.class_mel_eye_3(), m.class_mel_eye_4()],
    dermatoscope: [
      m.class_mel_dermatoscope_1(),
      m.class_mel_dermatoscope_2(),
      m.class_mel_dermatoscope_3(),
      m.class_mel_dermatoscope_4(),
    ],
    course: m.class_mel_course(),
    done: m.class_mel_done(),
    sources: sourcesOf('referral', 'melanoma', 's3Melanoma', 'duckling'),
  }),
  bcc: () => ({
    icd10: ['C44'],
    what: m.class_bcc_what(),
    eye: [m.class_bcc_eye_1(), m.class_bcc_eye_2(), m.class_bcc_eye_3(), m.class_bcc_eye_4()],
    dermatoscope: [m.class_bcc_dermatoscope_1(), m.class_bcc_dermatoscope_2(), m.class_bcc_dermatoscope_3()],
    course: m.class_bcc_course(),
    done: m.class_bcc_done(),
    sources: sourcesOf('basal', 's2Basal', 'referral'),
  }),
  akiec: () => ({
    icd10: ['L57.0', 'D04'],
    what: m.class_akiec_what(),
    eye: [m.class_akiec_eye_1(), m.class_akiec_eye_2(), m.class_akiec_eye_3()],
    dermatoscope: [
      m.class_akiec_dermatoscope_1(),
      m.class_akiec_dermatoscope_2(),
      m.class_akiec_dermatoscope_3(),
    ],
    course: m.class_akiec_course(),
    done: m.class_akiec_done(),
    sources: sourcesOf('keratosis', 's3Keratosis'),
  }),
  bkl: () => ({
    icd10: ['L82', 'L81.4', 'L43'],
    what: m.class_bkl_what(),
    eye: [m.class_bkl_eye_1(), m.class_bkl_eye_2(), m.class_bkl_eye_3()],
    dermatoscope: [
      m.class_bkl_dermatoscope_1(),
      m.class_bkl_dermatoscope_2(),
      m.class_bkl_dermatoscope_3(),
      m.class_bkl_dermatoscope_4(),
    ],
    course: m.class_bkl_course(),
    done: m.class_bkl_done(),
    sources: sourcesOf('seborrhoeic'),
  }),
  df: () => ({
    icd10: ['D23'],
    what: m.class_df_what(),
    eye: [m.class_df_eye_1(), m.class_df_eye_2(), m.class_df_eye_3()],
    dermatoscope: [m.class_df_dermatoscope_1(), m.class_df_dermatoscope_2(), m.class_df_dermatoscope_3()],
    course: m.class_df_course(),
    done: m.class_df_done(),
    sources: sourcesOf('fibroma'),
  }),
  nv: () => ({
    icd10: ['D22'],
    what: m.class_nv_what(),
    eye: [m.class_nv_eye_1(), m.class_nv_eye_2(), m.class_nv_eye_3()],
    dermatoscope: [m.class_nv_dermatoscope_1(), m.class_nv_dermatoscope_2(), m.class_nv_dermatoscope_3()],
    course: m.class_nv_course(),
    done: m.class_nv_done(),
    sources: sourcesOf('duckling', 's3Melanoma'),
  }),
  vasc: () => ({
    icd10: ['D18.0', 'I78.1', 'L98.0'],
    what: m.class_vasc_what(),
    eye: [m.class_vasc_eye_1(), m.class_vasc_eye_2(), m.class_vasc_eye_3()],
    dermatoscope: [
      m.class_vasc_dermatoscope_1(),
      m.class_vasc_dermatoscope_2(),
      m.class_vasc_dermatoscope_3(),
    ],
    course: m.class_vasc_course(),
    done: m.class_vasc_done(),
    sources: sourcesOf('vascular'),
  }),
};

/** Those with a page, the most pressing first. */
const describedClasses: readonly string[] = Object.keys(texts);

/** The conditions of a pack: those that the app describes first; the described ones while no pack is known. */
export function conditionsOf(pack: NamedConditions | undefined): readonly string[] {
  if (!pack) return describedClasses;
  const codes = pack.classes.map(({ code }) => code);
  const described = describedClasses.filter((code) => codes.includes(code));
  return [...described, ...codes.filter((code) => !described.includes(code))];
}

export function classText(code: string): ClassText | undefined {
  return Object.hasOwn(texts, code) ? texts[code]?.() : undefined;
}
