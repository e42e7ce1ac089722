/**
 * What a colleague need not know of a case. Left out: name, reference, day of birth, notes, names of spots, the words
 * of findings, the day of the next check. Kept: sex, skin type, the place on the body map, pictures, times, readings, measures,
 * answers about warning signs, the classes of findings and of the sender's own impression, and opinions, which are written to be sent.
 */
import type { Disguise, WrittenVisit } from '../backup/save';
import { untracedVisit, type VisitFile } from '../backup/format';

type Found = VisitFile['diagnosis'];

/** @param nameOf what a patient of this code is called */
export function pseudonyms(nameOf: (code: string) => string): Disguise {
  return {
    patient: ({ id, updatedAt, sex, skinType }) => ({
      id,
      updatedAt,
      sex,
      skinType,
      name: nameOf(codeOf(id)),
      reference: '',
      born: null,
      note: '',
    }),
    lesion: ({ id, patient, updatedAt, place }) => ({
      id,
      patient,
      updatedAt,
      place,
      name: '',
      note: '',
      nextCheck: null,
    }),
    visit: (file) => ({
      ...file,
      ...untracedVisit,
      pictures: untraced(file.pictures),
      note: '',
      diagnosis: wordless(file.diagnosis),
      histology: wordless(file.histology),
    }),
  };
}

/** With names, but without earlier versions of them, and without what tells the sender's devices apart. */
export const asSent: Disguise = {
  patient: (file) => ({ ...file, lineage: undefined }),
  lesion: (file) => ({ ...file, lineage: undefined }),
  visit: (file) => ({
    ...file,
    ...untracedVisit,
    pictures: untraced(file.pictures),
  }),
};

/** Pictures without earlier versions of what was read of them. */
function untraced(pictures: WrittenVisit['pictures']): WrittenVisit['pictures'] {
  return pictures.map((picture) => ({ ...picture, lineage: undefined }));
}

/** The condition's code alone; a diagnosis outside the pack's conditions is free text and left out. */
export function wordless(found: Found): Found {
  return found?.code ? { ...found, text: '' } : null;
}

/** What a patient is called by without a name: the beginning of its id, which the sender sees as well. */
export function codeOf(id: string): string {
  return id.slice(0, 8).toUpperCase();
}
