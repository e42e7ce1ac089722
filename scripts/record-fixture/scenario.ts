/**
 * A record with something of every kind that the app can write, through the app's own repositories, and the list of
 * what was written. Whoever reads the list back from a migrated database has lost nothing.
 */
import type { Finding, NewExamination, NewPicture, Opinion, Remarks } from '../../src/records/examination';
import type { LesionFields } from '../../src/records/lesion';
import type { Derive } from '../../src/records/passphrase';
import type { PatientFields } from '../../src/records/patient';
import { ClinicRecord } from '../../src/records/repository';
import { SharingRepository } from '../../src/records/sharing/repository';
import { argon2Here } from '../../src/test/argon2';
import { writeFirstVersion } from '../../src/test/first-version';
import { drawn, eightViews, outlined } from './pictures';

export const passphrase = 'seven quiet freckles';

type Written<T> = T & { readonly id: string; updatedAt: number };
type WrittenPicture = Omit<NewPicture, 'picture'> & { readonly id: string; readonly image: Blob };

interface WrittenExamination extends Remarks {
  readonly id: string;
  readonly createdAt: Date;
  updatedAt: number;
  patient: string | undefined;
  lesion: string | undefined;
  opinions: Opinion[];
  readonly pictures: WrittenPicture[];
  readonly thumbnail: Blob;
}

const noRemarks: Remarks = { note: '', diagnosis: null, histology: null, checklist: null, triage: null };

/** As on a device that is too slow for more than the least cost, so that tests can afford to unlock. */
const derive: Derive = async (request) => {
  const key = await argon2Here(request);
  if (request.passphrase === 'calibration') await new Promise((resolve) => setTimeout(resolve, 1100));
  return key;
};

export class Scenario {
  #now = new Date(0);
  readonly record: ClinicRecord;
  readonly #sharing: SharingRepository;
  readonly patients: Written<PatientFields>[] = [];
  readonly lesions: Written<LesionFields & { patient: string | undefined }>[] = [];
  readonly examinations: WrittenExamination[] = [];
  readonly damaged: string[] = [];
  readonly gone: string[] = [];

  constructor(name: string) {
    this.record = new ClinicRecord(name, () => this.#now, derive);
    this.#sharing = new SharingRepository(this.record.store);
  }

  at(time: string): this {
    this.#now = new Date(time);
    return this;
  }

  async patient(fields: PatientFields): Promise<Written<PatientFields>> {
    const written = { id: await this.record.patients.add(fields), updatedAt: +this.#now, ...fields };
    this.patients.push(written);
    return written;
  }

  async lesion(fields: LesionFields, patient?: string): Promise<Scenario['lesions'][number]> {
    const id = await this.record.lesions.add(fields, patient);
    const written = { id, updatedAt: +this.#now, ...fields, patient };
    this.lesions.push(written);
    return written;
  }

  async examination(made: NewExamination): Promise<WrittenExamination> {
    const id = await this.record.examinations.add(made);
    const stored = await this.record.examinations.get(id);
    if (!stored || stored.damaged) throw new Error('not written');
    const { thumbnail, patient, lesion, picture, source, reading, size, frame, outline, measures } = made;
    const figures = { ...(outline && { outline }), ...(measures && { measures }) };
    const { note = '', diagnosis = null, histology = null, checklist = null, triage = null } = made;
    const written: WrittenExamination = {
      ...{ id, createdAt: this.#now, updatedAt: +this.#now, patient, lesion },
      ...{ note, diagnosis, histology, checklist, triage, opinions: [] },
      pictures: [{ id: stored.pictures[0].id, source, reading, size, frame, ...figures, image: picture }],
      thumbnail,
    };
    this.examinations.push(written);
    return written;
  }

  async anotherPicture(of: WrittenExamination, picture: NewPicture): Promise<void> {
    const id = await this.record.examinations.addPicture(of.id, picture);
    const { picture: image, source, reading, size, frame, outline, measures } = picture;
    const figures = { ...(outline && { outline }), ...(measures && { measures }) };
    of.pictures.push({ id: id ?? '', source, reading, size, frame, ...figures, image });
    of.updatedAt = +this.#now;
  }

  async edit(of: WrittenExamination, change: Partial<Remarks>): Promise<void> {
    await this.record.examinations.edit(of.id, change, of);
    Object.assign(of, change, { updatedAt: +this.#now });
  }

  async opinion(of: WrittenExamination, author: string, code: string | null, note: string): Promise<Opinion> {
    const opinion = { id: crypto.randomUUID(), author, writtenAt: +this.#now - 60_000, code, note };
    await this.record.examinations.opine(of.id, opinion);
    of.opinions.push(opinion);
    of.updatedAt = +this.#now;
    return opinion;
  }

  async introduce(name: string) {
    const card = await this.#sharing.introduce(name);
    return { card, identity: (await this.#sharing.identity()) ?? '' };
  }

  async colleague(name: string) {
    // An address that somebody else has the identity of.
    const other = new ClinicRecord(`other device of ${name}`);
    const { address } = await new SharingRepository(other.store).introduce(name);
    await other.close();
    return { id: await this.#sharing.keep({ name, address }), name, address };
  }

  /** What the first version wrote: one examination that can be converted, one whose body is broken. */
  async firstVersion(name: string): Promise<void> {
    const one = await drawn({ seed: 1, top: 'nv', probability: 0.875, source: 'file' });
    const first = { id: crypto.randomUUID(), createdAt: new Date('2024-02-29T23:30:00.000Z'), ...one };
    const broken = { ...first, id: crypto.randomUUID(), createdAt: new Date('2024-03-01T08:00:00.000Z') };
    const note = 'From the first version: left calf.';
    await writeFirstVersion(name, [
      { ...first, note },
      {
        ...broken,
        note: 'broken',
        reading: { ...one.reading, top: 'nobody checks this', accepted: 3 as never },
      },
    ]);
    const { picture: image, thumbnail, ...read } = one;
    this.examinations.push({
      ...{ id: first.id, createdAt: first.createdAt, updatedAt: +first.createdAt },
      ...{ patient: undefined, lesion: undefined, ...noRemarks, note, opinions: [], thumbnail },
      pictures: [{ id: first.id, ...read, image }],
    });
    this.damaged.push(broken.id);
  }

  /** Everything but the lock. */
  async fill(): Promise<void> {
    const ada = await this.at('2025-03-04T09:15:00.000Z').patient({
      ...{ name: 'Ada Quill', reference: 'K-4711', born: '1961-02-03', sex: 'female' },
      note: 'Fair skin, burns easily.\nMother had a melanoma.',
    });
    const bjorn = await this.at('2025-03-04T10:00:00.000Z').patient({
      ...{ name: 'Bjørn Łukasiewicz-O’Neill', reference: '', born: null, sex: null, note: '' },
    });
    // Two digits of a year were once taken for the whole of it.
    const ines = await this.at('2025-03-05T08:00:00.000Z').patient({
      ...{ name: 'İnes Æther 𝒥', reference: '0007', born: '0085-03-04', sex: 'other', note: '' },
    });
    const back = await this.at('2025-03-04T09:16:00.000Z').lesion(
      {
        ...{ name: 'below the shoulder', place: { view: 'back', x: 0.4, y: 0.3 }, note: 'Since childhood?' },
        nextCheck: '2025-09-01',
      },
      ada.id,
    );
    const chest = await this.lesion(
      { name: '', place: { view: 'front', x: 0.625, y: 0.25 }, note: '', nextCheck: null },
      ada.id,
    );
    const sole = await this.at('2025-03-04T10:05:00.000Z').lesion(
      { name: 'heel', place: { view: 'left-sole', x: 0.5, y: 0.875 }, note: '', nextCheck: '2027-01-31' },
      bjorn.id,
    );
    const own = await this.at('2025-03-06T20:00:00.000Z').lesion({
      ...{
        name: 'my arm',
        place: null,
        note: 'No patient: the person whose device this is.',
        nextCheck: null,
      },
    });

    await this.#firstVisit(ada.id, back.id);
    await this.at('2025-09-01T07:30:00.000Z').examination({
      ...(await drawn({ seed: 5, top: 'nv', probability: 0.75, source: 'file' })),
      ...outlined('automatic'),
      ...{ patient: ada.id, lesion: back.id, note: 'Unchanged to the eye.' },
    });
    const flagged = await this.at('2025-09-01T07:45:00.000Z').examination({
      ...(await drawn({ seed: 6, top: 'mel', probability: 0.5, source: 'shared' })),
      ...{ patient: ada.id, lesion: chest.id },
      triage: { step: 'soon', reasons: ['likely-malignant', 'balanced-point'], signs: [] },
    });
    await this.at('2025-09-08T12:00:00.000Z').edit(flagged, {
      diagnosis: finding(null, 'Collision of two lesions', '2025-09-08'),
    });
    await this.at('2025-03-04T10:10:00.000Z').examination({
      ...(await drawn({
        ...{ seed: 7, top: 'vasc', probability: 0.25 },
        reading: {
          accepted: false,
          set: ['vasc', 'df', 'nv'],
          gate: { dermatoscope: 0.0625, phone: 0.0625, none: 0.875 },
          quality: ['low-resolution', 'blurred', 'glare', 'spot-cut'],
          backend: 'webgl',
        },
      })),
      ...{ patient: bjorn.id, lesion: sole.id },
      triage: { step: 'cannot-tell', reasons: ['refused', 'poor-picture'], signs: [] },
    });
    await this.at('2025-03-04T10:20:00.000Z').examination({
      ...(await drawn({ seed: 8, top: 'bkl', probability: 0.625, source: 'file' })),
      ...{ patient: bjorn.id, note: 'Of a patient, of no lesion.' },
    });
    await this.at('2025-03-06T20:01:00.000Z').examination({
      ...(await drawn({ seed: 9, top: 'df', probability: 0.8125, source: 'sample' })),
      ...{ lesion: own.id, triage: { step: 'watch', reasons: ['nothing-found'], signs: [] } },
    });
    // In the same millisecond, as a queue may save them.
    const unassigned = await this.examination({
      ...(await drawn({ seed: 10, top: 'akiec', probability: 0.5, source: 'file' })),
      note: 'Nobody’s, with histology alone.',
      histology: finding('bcc', 'Basal cell carcinoma, nodular, R0', '2025-03-20'),
    });
    await this.at('2025-03-21T06:00:00.000Z').opinion(unassigned, 'Dr. Noor Haddad', null, '');

    await this.#movedAbout(ines.id);
  }

  /** Three pictures and all that can be said of them. */
  async #firstVisit(patient: string, lesion: string): Promise<void> {
    const visit = await this.at('2025-03-04T09:20:00.000Z').examination({
      ...(await drawn({
        ...{ seed: 2, top: 'bkl', probability: 0.6875 },
        reading: { views: eightViews('bkl', 0.6875), set: ['bkl', 'nv', 'mel'], quality: ['too-dark'] },
      })),
      ...outlined('brush', 12),
      ...{ patient, lesion },
      checklist: {
        ...{ bleeding: 'yes', 'fast-growth': 'no', changing: 'not-asked', 'not-healing': 'no' },
        ...{ 'nail-palm-sole': 'no', 'new-after-40': 'yes', 'unlike-others': 'not-asked' },
        ...{ 'sore-or-itching': 'no', 'higher-risk': 'yes' },
      },
      triage: { step: 'soon', reasons: ['screening-point', 'signs'], signs: ['bleeding', 'new-after-40'] },
    });
    await this.at('2025-03-04T09:22:00.000Z').anotherPicture(visit, {
      ...(await drawn({ seed: 3, top: 'mel', probability: 0.4375, source: 'file' })),
      ...outlined('threshold', 15.5),
    });
    await this.at('2025-03-04T09:24:00.000Z').anotherPicture(
      visit,
      await drawn({
        ...{ seed: 4, top: 'nv', probability: 0.5625 },
        reading: { pack: { id: 'lentigo-skin-lesions', version: '0.2.0' } },
      }),
    );
    await this.at('2025-03-04T09:30:00.000Z').edit(visit, {
      note: 'Seen with the dermatoscope.\n\tTwo colours.',
    });
    await this.at('2025-03-04T09:31:00.000Z').edit(visit, {
      diagnosis: finding('bkl', 'Seborrhoeic keratosis', '2025-03-04'),
    });
    await this.at('2025-03-10T15:00:00.000Z').opinion(
      visit,
      'Dr. Noor Haddad',
      'mel',
      'Please excise: “blue” area.',
    );
    const withdrawn = await this.at('2025-03-10T15:05:00.000Z').opinion(visit, 'Sam', 'nv', 'Too quick.');
    await this.at('2025-03-10T16:00:00.000Z').opinion(visit, 'Dr. Mira Okonkwo', 'mel', '');
    await this.at('2025-03-10T16:10:00.000Z').record.examinations.withdraw(visit.id, withdrawn.id);
    visit.opinions = visit.opinions.filter(({ id }) => id !== withdrawn.id);
    await this.at('2025-03-18T11:00:00.000Z').edit(visit, {
      histology: finding('mel', 'Melanoma in situ, Clark I', '2025-03-17'),
    });
  }

  /** Rows that were given to somebody else, merged or removed. */
  async #movedAbout(patient: string): Promise<void> {
    const twin = await this.at('2025-04-01T08:00:00.000Z').patient({
      ...{ name: 'Ines Aether', reference: '', born: null, sex: null, note: 'twin' },
    });
    const hand = await this.lesion(
      { name: 'palm', place: { view: 'right-palm', x: 1, y: 0 }, note: '', nextCheck: '2025-04-02' },
      twin.id,
    );
    const visit = await this.examination(await drawn({ seed: 11, top: 'nv', probability: 0.9375 }));
    await this.record.examinations.assign([visit.id], { patient: twin.id, lesion: hand.id });
    const kept = this.patients.find(({ id }) => id === patient);
    if (!kept) throw new Error('no patient');
    const { name, reference, born, sex } = kept;
    const fields = { name, reference, born, sex, note: 'Had two entries.' };
    await this.at('2025-04-01T08:30:00.000Z').record.patients.merge(patient, twin.id, fields);
    for (const row of [hand, visit]) Object.assign(row, { patient, updatedAt: +this.#now });
    Object.assign(visit, { lesion: hand.id });
    Object.assign(kept, fields, { updatedAt: +this.#now });

    const leaves = await this.patient({ ...fields, name: 'Removed', reference: 'gone' });
    const lesion = await this.lesion({ name: '', place: null, note: '', nextCheck: null }, leaves.id);
    const seen = await this.examination({
      ...(await drawn({ seed: 12, top: 'nv', probability: 0.5 })),
      ...{ patient: leaves.id, lesion: lesion.id },
    });
    await this.record.patients.remove(leaves.id);
    this.gone.push(twin.id, leaves.id, lesion.id, seen.id);
  }
}

function finding(code: string | null, text: string, date: string): Finding {
  return { code, text, date };
}
