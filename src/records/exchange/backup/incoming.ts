/**
 * Rows of a file that this record did not write, made fit to be added: nothing that is here is changed by them. An id
 * that is taken here by something else is exchanged for a new one, the same each time the file is opened; times and days
 * of the future become those of today, and stay so when the file is opened again; where a field comes from is left out,
 * for another record's devices mean nothing here.
 */
import { isoDay, type IsoDay } from '../../../domain/calendar/calendar';
import { Failure } from '../../../failure';
import { same } from '../../../domain/three-way';
import { whole, openContent, openLesion, openPatient } from '../../crypto/sealed';
import type { Opened } from '../../rows/record-store';
import type { Opinion } from '../../../domain/visit/visit';
import { saysSame } from '../../rows/opinions';
import { lesionFields, ownerOfVisit, patientFields, visitFields } from '../../../domain/lineage/fields';
import { derivedId } from '../derived-id';
import { isGenuine } from '../opinion-signature';
import { dayOf, untracedVisit, type LesionFile, type PatientFile, type VisitFile } from './format';
import type { Item } from './read';

type Finding = VisitFile['diagnosis'];

export class Incoming {
  readonly #opened: Opened;
  readonly #now: number;
  readonly #today: IsoDay;
  /** A case that comes again, with names or without, is the same case: only pictures make a new visit of one. */
  readonly #isCase: boolean;
  /** Patients and lesions that got another id, by the one in the file. */
  readonly #renamed = new Map<string, string>();
  /** Rows that are here in another version, and are added beside it. */
  copies = 0;

  constructor(opened: Opened, now: Date, isCase: boolean) {
    this.#opened = opened;
    this.#now = now.getTime();
    this.#today = isoDay(now);
    this.#isCase = isCase;
  }

  async fit(item: Item): Promise<Item> {
    switch (item.kind) {
      case 'patient':
        return { ...item, patient: await this.#patient(item.patient) };
      case 'lesion':
        return { ...item, lesion: await this.#lesion(item.lesion) };
      case 'visit':
        return { ...item, file: await this.#visit(item.file) };
      case 'opinions': {
        const { examination: visit, opinions: sent } = item.opinions;
        const row = await this.#opened.database.getFromIndex('examinations', 'id', visit);
        const content = row && (await whole(openContent(this.#opened.key, row), undefined));
        return {
          ...item,
          opinions: { examination: visit, opinions: await this.#opinions(sent, content?.opinions) },
        };
      }
      default:
        return item;
    }
  }

  async #patient(sent: PatientFile): Promise<PatientFile> {
    const file = { ...sent, lineage: undefined, updatedAt: this.#capped(sent.updatedAt) };
    const row = await this.#opened.database.get('patients', file.id);
    const present = row && (await whole(openPatient(this.#opened.key, row), undefined));
    if (!row || this.#isCase || (present && alike(present, file, patientFields))) return file;
    return { ...file, id: await this.#copy(file, patientFields) };
  }

  async #lesion(sent: LesionFile): Promise<LesionFile> {
    const file = {
      ...sent,
      lineage: undefined,
      patient: this.#idOf(sent.patient),
      updatedAt: this.#capped(sent.updatedAt),
    };
    const row = await this.#opened.database.get('lesions', file.id);
    const present = row && (await whole(openLesion(this.#opened.key, row), undefined));
    const owned = { ...file, owner: file.patient };
    const here = present && { ...present, owner: present.patient ?? null };
    if (!row || this.#isCase || (here && alike(here, owned, lesionFields))) return file;
    return { ...file, id: await this.#copy(owned, lesionFields) };
  }

  async #visit(sent: VisitFile): Promise<VisitFile> {
    const createdAt = new Date(this.#capped(Date.parse(sent.createdAt))).toISOString();
    const row = await this.#opened.database.getFromIndex('examinations', 'id', sent.id);
    const content = row && (await whole(openContent(this.#opened.key, row), undefined));
    const file = {
      ...sent,
      ...untracedVisit,
      createdAt,
      updatedAt: this.#capped(sent.updatedAt),
      patient: this.#idOf(sent.patient),
      lesion: this.#idOf(sent.lesion),
      day: this.#past(dayOf(sent), row?.day),
      diagnosis: this.#pastFinding(sent.diagnosis, content?.diagnosis),
      histology: this.#pastFinding(sent.histology, content?.histology),
      impression: sent.impression && {
        ...sent.impression,
        writtenAt: this.#capped(sent.impression.writtenAt, content?.impression?.writtenAt),
      },
      pictures: sent.pictures.map(({ capturedOn, ...picture }) => ({
        ...picture,
        lineage: undefined,
        ...(capturedOn && { capturedOn: this.#past(capturedOn) }),
      })),
      opinions: await this.#opinions(sent.opinions, content?.opinions),
    };
    if (!row) return this.#withFreePictures(file);
    const known = content && file.pictures.every(({ id }) => content.pictures.includes(id));
    const here = content && { ...content, owner: ownerOfVisit(row), day: row.day };
    const there = { ...file, owner: ownerOf(file) };
    const remarks = visitFields.filter((name) => name !== 'pictures' && name !== 'measures');
    if (known && (this.#isCase || (here && alike(here, there, remarks)))) return file;
    const asSent = {
      ...sent,
      owner: there.owner,
      day: dayOf(sent),
      pictures: sent.pictures.map(({ id }) => id),
    };
    const id = await this.#copy(asSent, [...remarks, 'pictures']);
    const pictures = file.pictures.map(async (picture) => ({
      ...picture,
      id: await derivedId(`picture ${picture.id} of ${id}`),
    }));
    return { ...file, id, pictures: await Promise.all(pictures) };
  }

  /** A picture whose id is taken by a picture of another visit gets a new id. */
  async #withFreePictures(file: VisitFile): Promise<VisitFile> {
    const pictures = file.pictures.map(async (picture) => {
      const taken = await this.#opened.database.get('pictures', picture.id);
      if (!taken || taken.examination === file.id) return picture;
      return { ...picture, id: await derivedId(`picture ${picture.id} of ${file.id}`) };
    });
    return { ...file, pictures: await Promise.all(pictures) };
  }

  /** A new id for a row whose id is taken here. */
  async #copy(row: { readonly id: string }, names: readonly string[]): Promise<string> {
    const values = names.map((name) => (row as Readonly<Record<string, unknown>>)[name]);
    const id = await derivedId(`beside ${row.id}: ${JSON.stringify(values)}`);
    this.#renamed.set(row.id, id);
    this.copies += 1;
    return id;
  }

  #idOf(id: string | null): string | null {
    return id === null ? null : (this.#renamed.get(id) ?? id);
  }

  /**
   * Opinions as they are kept; of signed ones the signed time counts.
   * @param known those that are here: one whose time is still to come has the time that it was given when it first came
   * @throws Failure `opinion-tampered` where a signature does not fit
   */
  #opinions(sent: readonly Opinion[], known: readonly Opinion[] = []): Promise<Opinion[]> {
    return Promise.all(
      sent.map(async (one) => {
        const opinion = { ...one, writtenAt: one.signature?.writtenAt ?? one.writtenAt };
        if (opinion.signature && !(await isGenuine(opinion))) throw new Failure('opinion-tampered', one.id);
        if (opinion.writtenAt <= this.#now) return opinion;
        const before = known.find((each) => saysSame(each, opinion));
        return { ...opinion, writtenAt: before?.writtenAt ?? this.#now };
      }),
    );
  }

  /** @param known what stands here in its place: where that came from the same future, it stays */
  #capped(time: number, known = this.#now): number {
    return time > this.#now ? Math.min(known, this.#now) : Math.max(time, 0);
  }

  #past(day: IsoDay, known = this.#today): IsoDay {
    if (day <= this.#today) return day;
    return known <= this.#today ? known : this.#today;
  }

  #pastFinding(sent: Finding, known: Finding | undefined): Finding {
    const today: string = this.#today;
    if (!sent || sent.date <= today) return sent;
    return { ...sent, date: known && known.date <= today ? known.date : today };
  }
}

function ownerOf({ patient, lesion }: VisitFile) {
  return ownerOfVisit({ patient: patient ?? undefined, lesion: lesion ?? undefined });
}

function alike(a: object, b: object, names: readonly string[]): boolean {
  const [left, right] = [a, b] as Readonly<Record<string, unknown>>[];
  return names.every((name) => same(left?.[name], right?.[name]));
}
