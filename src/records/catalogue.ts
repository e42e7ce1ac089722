/**
 * What lists and searches go by: everything that is not a picture, decrypted once and kept in memory while the
 * record is open. A visit takes some 300 bytes here, however large its pictures are. What this tab writes is taken
 * as it was written; what other tabs write is read.
 */
import { asFailure, type Failure } from '../failure';
import type { Entity, RecordChange, Written } from './changes';
import type { LesionRow, PatientRow, RecordDatabase, VisitRow } from './store/database';
import type { DamagedVisit, VisitSummary } from '../domain/visit/visit';
import { damaged } from './rows/visit-rows';
import type { DamagedLesion, Lesion } from '../domain/lesion';
import type { DamagedPatient, Patient } from '../domain/patient';
import { openLesion, openPatient, openSummary, whole } from './crypto/sealed';
import { guarded, type RecordStore } from './rows/record-store';

export type PatientEntry = Patient | DamagedPatient;
export type LesionEntry = Lesion | DamagedLesion;
export type VisitEntry = VisitSummary | DamagedVisit;
type Entry = PatientEntry | LesionEntry | VisitEntry;

/** Gets rows; undefined for one that is gone. */
type Read<R> = (database: RecordDatabase) => Promise<readonly (R | undefined)[]>;

/** Rows that are decrypted between two breaths of the page. */
const chunk = 250;

export class Catalogue {
  readonly #store: RecordStore;
  readonly #listeners = new Set<(of?: Entity) => void>();
  readonly patients = new Map<string, PatientEntry>();
  readonly lesions = new Map<string, LesionEntry>();
  readonly visits = new Map<string, VisitEntry>();
  #building: Promise<void> | undefined;
  #complete = false;
  #failure: Failure | undefined;
  /** Counts removals, so that what was read before one can be told from what was read after it. */
  #moment = 0;
  /** The moment at which a row was removed last, by id. */
  readonly #removed = new Map<string, number>();
  /** The moment at which everything was removed last. */
  #cleared = 0;

  constructor(store: RecordStore) {
    this.#store = store;
    store.changes.listen((change) => this.#follow(change));
  }

  /** Whether everything has been read; until then the maps grow. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Why something could not be read, until `build` has read it. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** Reads everything that is not known yet. @throws Failure */
  build(): Promise<void> {
    if (this.#building) return this.#building;
    const building = guarded(() => this.#build());
    this.#building = building;
    building.catch((error: unknown) => {
      if (this.#building === building) this.#fail(error);
    });
    return building;
  }

  /** Tells whenever something in a map has changed; in any of them where it does not say which. Returns what ends the listening. */
  onUpdate(listener: (of?: Entity) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #build(): Promise<void> {
    const cleared = this.#cleared;
    const { database } = await this.#store.open();
    const inChunks = async <K>(keys: readonly K[], read: (first: K, last: K) => Promise<void>) => {
      for (let at = 0; at < keys.length && this.#cleared === cleared; at += chunk) {
        const [first, last] = [keys[at], keys[Math.min(at + chunk, keys.length) - 1]];
        if (first !== undefined && last !== undefined) await read(first, last);
        await new Promise((resolve) => setTimeout(resolve));
      }
    };
    await inChunks(await database.getAllKeys('patients'), (from, to) =>
      this.#readPatients((rows) => rows.getAll('patients', IDBKeyRange.bound(from, to))),
    );
    await inChunks(await database.getAllKeys('lesions'), (from, to) =>
      this.#readLesions((rows) => rows.getAll('lesions', IDBKeyRange.bound(from, to))),
    );
    // The newest first: they are asked for first.
    await inChunks((await database.getAllKeys('examinations')).reverse(), (to, from) =>
      this.#readVisits((rows) => rows.getAll('examinations', IDBKeyRange.bound(from, to))),
    );
    // Callers that wait get the later state.
    if (this.#cleared !== cleared) return this.build();
    this.#complete = true;
    this.#failure = undefined;
    this.#tell();
  }

  #follow(change: RecordChange): void {
    if (change.kind === 'cleared' || change.kind === 'locked') this.#clear();
    else if (change.kind === 'removed') this.#drop(change.of, change.ids);
    else if ('ids' in change && this.#building) this.#update(change);
    else if (this.#failure) void this.build().catch(() => undefined);
  }

  #update({ of, ids, saved = [] }: Written): void {
    // A row that was removed and is here again may have been removed since it was written: only reading tells.
    const taken = saved.filter(({ id }) => !this.#removed.has(id));
    for (const entry of taken) this.#keep(of, entry, entry.revision, this.#moment);
    if (taken.length > 0) this.#tell(of);
    const known = new Set(taken.map(({ id }) => id));
    const others = ids.filter((id) => !known.has(id));
    if (others.length === 0) return;
    const cleared = this.#cleared;
    this.#reread(of, others).catch((error: unknown) => {
      if (this.#cleared === cleared) this.#fail(error);
    });
  }

  #reread(of: Entity, ids: readonly string[]): Promise<void> {
    const each = <R>(read: (id: string) => Promise<R>) => Promise.all(ids.map(read));
    if (of === 'patient') return this.#readPatients((rows) => each((id) => rows.get('patients', id)));
    if (of === 'lesion') return this.#readLesions((rows) => each((id) => rows.get('lesions', id)));
    return this.#readVisits((rows) => each((id) => rows.getFromIndex('examinations', 'id', id)));
  }

  #readPatients(read: Read<PatientRow>): Promise<void> {
    return this.#read('patient', read, (key, row) =>
      whole<Patient, DamagedPatient>(openPatient(key, row), { id: row.id, damaged: true }),
    );
  }

  #readLesions(read: Read<LesionRow>): Promise<void> {
    return this.#read('lesion', read, (key, row) =>
      whole<Lesion, DamagedLesion>(openLesion(key, row), { id: row.id, patient: row.patient, damaged: true }),
    );
  }

  #readVisits(read: Read<VisitRow>): Promise<void> {
    return this.#read('visit', read, (key, row) =>
      whole<VisitSummary, DamagedVisit>(openSummary(key, row), damaged(row)),
    );
  }

  async #read<R extends PatientRow>(
    of: Entity,
    read: Read<R>,
    open: (key: CryptoKey, row: R) => Promise<Entry>,
  ): Promise<void> {
    const { database, key } = await this.#store.open();
    const began = this.#moment;
    const rows = (await read(database)).filter((row) => row !== undefined);
    await Promise.all(rows.map(async (row) => this.#keep(of, await open(key, row), row.revision, began)));
    this.#tell(of);
  }

  /**
   * Keeps an entry, unless the row was removed since it was read. What was read later may have been changed
   * earlier: the higher revision counts.
   */
  #keep(of: Entity, entry: Entry, revision: number, began: number): void {
    if (began < this.#cleared || began < (this.#removed.get(entry.id) ?? 0)) return;
    const entries = this.#entries(of);
    const known = entries.get(entry.id);
    if (known && !known.damaged && known.revision > revision) return;
    entries.set(entry.id, entry);
  }

  #drop(of: Entity, ids: readonly string[]): void {
    this.#moment += 1;
    for (const id of ids) {
      this.#entries(of).delete(id);
      this.#removed.set(id, this.#moment);
    }
    this.#tell(of);
  }

  #clear(): void {
    this.#moment += 1;
    this.#cleared = this.#moment;
    for (const entries of [this.patients, this.lesions, this.visits, this.#removed]) entries.clear();
    this.#building = undefined;
    this.#complete = false;
    this.#failure = undefined;
    this.#tell();
  }

  #fail(error: unknown): void {
    this.#failure = asFailure(error);
    this.#building = undefined;
    this.#complete = false;
    this.#tell();
  }

  #entries(of: Entity): Map<string, Entry> {
    return { patient: this.patients, lesion: this.lesions, visit: this.visits }[of];
  }

  #tell(of?: Entity): void {
    for (const listener of this.#listeners) listener(of);
  }
}
