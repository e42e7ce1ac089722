/**
 * Reads a backup twice: once to check all of it and to say what it would do, once to do it. Every transaction takes
 * a bounded piece; after a stop half-way, doing it again goes on where it stopped, because what is there already
 * stays as it is.
 */
import { Failure } from '../../failure';
import type { Entity } from '../changes';
import type { ClinicRecord } from '../repository';
import { guarded } from '../store';
import { AgeFile, type AgeKey } from './age';
import { standingExamination, standingLesion, standingPatient, type Fate } from './merge';
import { readBackup, type Item, type ReadOptions } from './read';
import { writeExaminations, writeLesions, writePatients } from './write';

type Tally = Readonly<Record<Fate, number>>;

/** What restoring does to the record. */
export interface Plan {
  /** When the backup was made. */
  readonly createdAt: Date;
  readonly patient: Tally;
  readonly lesion: Tally;
  readonly examination: Tally;
  /** Room that its new pictures need. */
  readonly bytes: number;
}

/** Pieces of one transaction end at either. */
const mostRows = 50;
const mostBytes = 4 << 20;

export class Restoration {
  readonly #clinic: ClinicRecord;
  readonly #file: AgeFile;
  readonly plan: Plan;

  private constructor(clinic: ClinicRecord, file: AgeFile, plan: Plan) {
    this.#clinic = clinic;
    this.#file = file;
    this.plan = plan;
  }

  /**
   * Checks the whole file; changes nothing.
   * @throws Failure, among them `backup-passphrase`, `backup-not-for-us`, `backup-foreign`, `backup-damaged` and `backup-too-new`
   */
  static prepare(
    clinic: ClinicRecord,
    backup: Blob,
    key: AgeKey,
    options: ReadOptions = {},
  ): Promise<Restoration> {
    return guarded(async () => {
      const file = await AgeFile.open(backup, key, options.signal);
      return new Restoration(clinic, file, await planOf(clinic, readBackup(file, options)));
    });
  }

  /** Does what the plan says. @throws Failure; what was restored until then stays, and is whole. */
  apply(options: ReadOptions = {}): Promise<void> {
    return guarded(async () => {
      await expectRoom(this.plan.bytes);
      const batch = new Batch(this.#clinic);
      for await (const item of readBackup(this.#file, options)) await batch.add(item);
      await batch.write();
    });
  }
}

async function planOf(clinic: ClinicRecord, items: AsyncGenerator<Item>): Promise<Plan> {
  const none = () => ({ added: 0, changed: 0, same: 0 });
  const tallies = { patient: none(), lesion: none(), examination: none() };
  const opened = await clinic.store.open();
  let createdAt = new Date(0);
  let bytes = 0;
  for await (const item of items) {
    switch (item.kind) {
      case 'header':
        createdAt = new Date(item.header.createdAt);
        break;
      case 'patient':
        tallies.patient[(await standingPatient(opened, item.patient)).fate] += 1;
        break;
      case 'lesion':
        tallies.lesion[(await standingLesion(opened, item.lesion)).fate] += 1;
        break;
      case 'examination': {
        for (const { id } of item.examination.pictures) {
          const present = await opened.database.get('pictures', id);
          if (present && present.examination !== item.examination.id) {
            throw new Failure('backup-damaged', 'a picture of another examination');
          }
        }
        const { fate } = await standingExamination(clinic.store, opened, item.examination);
        tallies.examination[fate] += 1;
        if (fate !== 'same') bytes += sizeOf(item);
      }
    }
  }
  return { createdAt, ...tallies, bytes };
}

/** Rows that are written together: always of one kind, in the order of the file. */
class Batch {
  readonly #clinic: ClinicRecord;
  #items: Item[] = [];
  #bytes = 0;

  constructor(clinic: ClinicRecord) {
    this.#clinic = clinic;
  }

  async add(item: Item): Promise<void> {
    const [first] = this.#items;
    const full = this.#items.length >= mostRows || this.#bytes >= mostBytes;
    if (first && (full || first.kind !== item.kind)) await this.write();
    this.#items.push(item);
    this.#bytes += sizeOf(item);
  }

  async write(): Promise<void> {
    const items = this.#items;
    this.#items = [];
    this.#bytes = 0;
    const { store } = this.#clinic;
    const of = <K extends Entity>(kind: K) =>
      items.filter((item): item is Extract<Item, { kind: K }> => item.kind === kind);
    await writePatients(
      store,
      of('patient').map(({ patient }) => patient),
    );
    await writeLesions(
      store,
      of('lesion').map(({ lesion }) => lesion),
    );
    await writeExaminations(store, of('examination'));
  }
}

function sizeOf(item: Item): number {
  if (item.kind !== 'examination') return 0;
  return item.images.reduce((sum, { length }) => sum + length, item.thumbnail.length);
}

/** Full before it begins is better than full half-way. */
async function expectRoom(bytes: number): Promise<void> {
  // Not in every browser, and not where the page is not secure.
  const storage = navigator.storage as StorageManager | undefined;
  const { quota, usage } = (await storage?.estimate()) ?? {};
  if (quota !== undefined && usage !== undefined && quota - usage < bytes) {
    throw new Failure('storage-full', `${bytes} bytes`);
  }
}
