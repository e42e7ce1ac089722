/**
 * Runs inside a page of the app's origin: fills the record through the app's own repositories, times what the
 * catalogue costs beside the least that it could, and how fast the app answers a key.
 */
import type { RecordDatabase, Sealed } from '../../src/records/store/database';
import type { BodyView } from '../../src/domain/lesion';
import { HealthRecord } from '../../src/records/record';
import { unseal } from '../../src/records/crypto/vault';
import { drawn, newVisit } from '../../e2e/support/records-page';
import type { Pairs } from './pairs';

const firsts = 'Ada Bertha Carlo Dora Emil Frida Gustav Hanna Ivo Jana Karl Lene Mats Nora Otto Paula'.split(
  ' ',
);
const lasts =
  'Quill Brown Castle Dunn Ember Falk Gray Holm Iversen Jansen Kramer Lind Moor Novak Oak Pell'.split(' ');
const views: readonly BodyView[] = ['front', 'back', 'left', 'right'];

/** What is written side by side; the database takes it one after the other all the same. */
const atOnce = 40;

export interface Filling {
  readonly patients: number;
  /** One lesion for each patient. */
  readonly visits: number;
  readonly picture: readonly [width: number, height: number];
}

/** Bytes of one picture, on average. @param name of the database */
export async function fill(
  { patients, visits, picture }: Filling,
  name = 'lentigo-records',
): Promise<number> {
  let clock = Date.now();
  const threeHours = 3 * 60 * 60 * 1000;
  const clinic = new HealthRecord(name, () => new Date((clock -= threeHours)));
  const kinds = await Promise.all(
    Array.from({ length: 24 }, async (_, seed) => ({
      picture: await drawn(seed, ...picture, true),
      thumbnail: await drawn(seed, 192, 192),
    })),
  );
  const people: string[] = [];
  const lesions: string[] = [];
  await inBatches(patients, async (at) => {
    const patient = await clinic.patients.add({
      name: `${firsts[at % firsts.length] ?? ''} ${lasts[Math.floor(at / firsts.length) % lasts.length] ?? ''}`,
      reference: `K-${1000 + at}`,
      born: `${1930 + (at % 80)}-0${1 + (at % 9)}-1${at % 10}`,
      sex: at % 2 === 0 ? 'female' : 'male',
      skinType: null,
      note: '',
    });
    people[at] = patient;
    const place = {
      view: views[at % views.length] ?? 'front',
      x: 0.3 + (at % 5) * 0.1,
      y: 0.2 + (at % 7) * 0.1,
    };
    lesions[at] = await clinic.lesions.add({ name: '', place, note: '', nextCheck: null }, patient);
  });
  await inBatches(visits, async (at) => {
    const kind = kinds[at % kinds.length];
    if (!kind) throw new Error('no picture');
    const lesion = lesions[at % lesions.length];
    await clinic.visits.add({
      ...newVisit(at, kind.picture, kind.thumbnail, picture),
      ...(lesion !== undefined && { lesion }),
    });
  });
  await clinic.close();
  return kinds.reduce((sum, each) => sum + each.picture.size, 0) / kinds.length;
}

async function inBatches(count: number, work: (at: number) => Promise<void>): Promise<void> {
  for (let from = 0; from < count; from += atOnce) {
    const length = Math.min(atOnce, count - from);
    await Promise.all(Array.from({ length }, (_, at) => work(from + at)));
  }
}

/** The address of some lesion's page. */
export async function lesionPage(): Promise<string> {
  const clinic = new HealthRecord('lentigo-records');
  const { database } = await clinic.store.open();
  const [id] = await database.getAllKeys('lesions');
  await clinic.close();
  if (id === undefined) throw new Error('no lesion');
  return `#/lesion/${encodeURIComponent(id)}`;
}

/** Reads the whole catalogue, in turn with reading and decrypting the same rows and no more. */
export async function catalogue(rounds: number, warmUp: number): Promise<Pairs> {
  const times = { ours: [] as number[], bare: [] as number[] };
  for (let round = -warmUp; round < rounds; round++) {
    const clinic = new HealthRecord('lentigo-records');
    const { database, key } = await clinic.store.open();
    const start = performance.now();
    await clinic.catalogue.build();
    const built = performance.now();
    await decryptAll(database, key);
    const end = performance.now();
    await clinic.close();
    if (round < 0) continue;
    times.ours.push(built - start);
    times.bare.push(end - built);
  }
  return times;
}

/** Reads and decrypts every row of the catalogue at once and drops the result: the least that building it can cost. */
async function decryptAll(database: RecordDatabase, key: CryptoKey): Promise<void> {
  const [patients, lesions, visits] = await Promise.all([
    database.getAll('patients'),
    database.getAll('lesions'),
    database.getAll('examinations'),
  ]);
  const open = (field: string, { id, createdAt, content }: Row): unknown =>
    content && unseal(key, { version: 2, field, id, createdAt }, content);
  await Promise.all([
    ...patients.map((row) => open('patient', row)),
    ...lesions.map((row) => open('lesion', row)),
    ...visits.map((row) => open('examination', row)),
  ]);
}

interface Row {
  readonly id: string;
  readonly createdAt?: Date;
  readonly content?: Sealed;
}

interface Opened {
  /** From the change of address to the first picture. */
  readonly milliseconds: number;
  /** Rows that are in the document then. */
  readonly rows: number;
}

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

/** Milliseconds from the change of address to the first picture on a lesion's page. */
export async function openLesion(page: string): Promise<number> {
  location.hash = '#/settings';
  while (document.querySelector('main li time')) await nextFrame();
  const start = performance.now();
  location.hash = page;
  while (!document.querySelector('main li img[src]')) await nextFrame();
  return performance.now() - start;
}

/** Goes to the history and waits for the first row with its picture. */
export async function openList(): Promise<Opened> {
  location.hash = '#/';
  while (document.querySelector('[role="listitem"]')) await nextFrame();
  const start = performance.now();
  location.hash = '#/history';
  while (!document.querySelector('[role="listitem"] img[src]')) await nextFrame();
  return {
    milliseconds: performance.now() - start,
    rows: document.querySelectorAll('[role="listitem"]').length,
  };
}

/**
 * Types into the search field of the page, letter by letter, and takes it away again.
 * @returns for each change the milliseconds to the frame in which all rows on the screen are there
 */
export async function typeSearch(text: string): Promise<number[]> {
  const field = document.querySelector<HTMLInputElement>('input[type="search"]');
  if (!field) throw new Error('no search field');
  const longer = Array.from(text, (_, at) => text.slice(0, at + 1));
  const times: number[] = [];
  for (const value of [...longer, ...longer.slice(0, -1).reverse(), '']) {
    await nextFrame();
    const start = performance.now();
    field.value = value;
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    do await nextFrame();
    while (document.querySelector('[role="listitem"] .pending'));
    times.push(performance.now() - start);
  }
  return times;
}
