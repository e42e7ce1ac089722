/**
 * What lists and searches go by: everything that is not a picture, decrypted once and kept in memory while the
 * record is open. A visit takes some 300 bytes here, however large its pictures are.
 */
import type { Entity, RecordChange } from './changes';
import { convertStored } from './crypto/conversion';
import type { VisitRow, LesionRow, PatientRow } from './store/database';
import type { DamagedVisit, VisitSummary } from '../domain/visit';
import { damaged } from './visit-rows';
import type { DamagedLesion, Lesion } from '../domain/lesion';
import type { DamagedPatient, Patient } from '../domain/patient';
import { openLesion, openPatient, openSummary, whole } from './crypto/sealed';
import { guarded, type Opened, type RecordStore } from './store/store';

export type PatientEntry = Patient | DamagedPatient;
export type LesionEntry = Lesion | DamagedLesion;
export type VisitEntry = VisitSummary | DamagedVisit;

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
  /** Rows that went while they were being read. */
  readonly #gone = new Set<string>();

  constructor(store: RecordStore) {
    this.#store = store;
    store.changes.listen((change) => void this.#follow(change));
  }

  /** Whether everything has been read; until then the maps grow. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Reads everything that is not known yet. */
  build(): Promise<void> {
    this.#building ??= guarded(() => this.#build()).catch((error: unknown) => {
      this.#building = undefined;
      throw error;
    });
    return this.#building;
  }

  /** Tells whenever something in a map has changed; in any of them where it does not say which. Returns what ends the listening. */
  onUpdate(listener: (of?: Entity) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #build(): Promise<void> {
    const opened = await this.#store.open();
    const { database } = opened;
    this.#gone.clear();
    await this.#read('patient', await database.getAllKeys('patients'), async (from, to) =>
      this.#keepPatients(opened, await database.getAll('patients', IDBKeyRange.bound(from, to))),
    );
    await this.#read('lesion', await database.getAllKeys('lesions'), async (from, to) =>
      this.#keepLesions(opened, await database.getAll('lesions', IDBKeyRange.bound(from, to))),
    );
    // The newest first: they are asked for first.
    await this.#read('examination', (await database.getAllKeys('examinations')).reverse(), async (to, from) =>
      this.#keepVisits(opened, await database.getAll('examinations', IDBKeyRange.bound(from, to))),
    );
    this.#complete = true;
    this.#tell();
  }

  async #read<K>(of: Entity, keys: readonly K[], read: (first: K, last: K) => Promise<void>): Promise<void> {
    for (let at = 0; at < keys.length; at += chunk) {
      const [first, last] = [keys[at], keys[Math.min(at + chunk, keys.length) - 1]];
      if (first !== undefined && last !== undefined) await read(first, last);
      this.#tell(of);
      await new Promise((resolve) => setTimeout(resolve));
    }
  }

  async #follow(change: RecordChange): Promise<void> {
    if (change.kind === 'cleared' || change.kind === 'locked') this.#clear();
    else if (change.kind === 'removed') this.#drop(change.of, change.ids);
    else if ('ids' in change && this.#building)
      await this.#reread(change.of, change.ids).catch(() => undefined);
  }

  async #reread(of: Entity, ids: readonly string[]): Promise<void> {
    const opened = await this.#store.open();
    const { database } = opened;
    for (const id of ids) this.#gone.delete(id);
    if (of === 'patient') {
      await this.#keepPatients(
        opened,
        there(await Promise.all(ids.map((id) => database.get('patients', id)))),
      );
    } else if (of === 'lesion') {
      await this.#keepLesions(opened, there(await Promise.all(ids.map((id) => database.get('lesions', id)))));
    } else {
      const rows = await Promise.all(ids.map((id) => database.getFromIndex('examinations', 'id', id)));
      await this.#keepVisits(opened, there(rows));
    }
    this.#tell(of);
  }

  async #keepPatients({ key }: Opened, rows: readonly PatientRow[]): Promise<void> {
    await Promise.all(
      rows.map(async (row) => {
        const entry = await whole<Patient, DamagedPatient>(openPatient(key, row), {
          id: row.id,
          damaged: true,
        });
        this.#keep(this.patients, entry);
      }),
    );
  }

  async #keepLesions({ key }: Opened, rows: readonly LesionRow[]): Promise<void> {
    await Promise.all(
      rows.map(async (row) => {
        const { id, patient } = row;
        const entry = await whole<Lesion, DamagedLesion>(openLesion(key, row), {
          id,
          patient,
          damaged: true,
        });
        this.#keep(this.lesions, entry);
      }),
    );
  }

  async #keepVisits(opened: Opened, rows: readonly VisitRow[]): Promise<void> {
    await Promise.all(
      rows.map(async (row) => {
        const converted = row.content ? undefined : await convertStored(this.#store, opened, row);
        const opening = openSummary(opened.key, converted?.row ?? row);
        const entry = await whole<VisitSummary, DamagedVisit>(opening, damaged(row));
        this.#keep(this.visits, entry);
      }),
    );
  }

  /** What was read later may have been changed earlier: the higher revision counts. */
  #keep<E extends { id: string; revision?: number }>(map: Map<string, E>, entry: E): void {
    if (this.#gone.has(entry.id)) return;
    const known = map.get(entry.id);
    if ((known?.revision ?? 0) > (entry.revision ?? Infinity)) return;
    map.set(entry.id, entry);
  }

  #drop(of: Entity, ids: readonly string[]): void {
    const map = { patient: this.patients, lesion: this.lesions, examination: this.visits }[of];
    for (const id of ids) {
      map.delete(id);
      if (!this.#complete) this.#gone.add(id);
    }
    this.#tell(of);
  }

  #clear(): void {
    for (const map of [this.patients, this.lesions, this.visits]) map.clear();
    this.#building = undefined;
    this.#complete = false;
    this.#tell();
  }

  #tell(of?: Entity): void {
    for (const listener of this.#listeners) listener(of);
  }
}

function there<T>(rows: readonly (T | undefined)[]): T[] {
  return rows.filter((row) => row !== undefined);
}
