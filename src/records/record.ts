/** The record's public API: the app passes plain objects, the database receives ciphertext. */
import { deleteDB } from 'idb';
import { keyRows } from './exchange/sharing-rows';
import type { ChangeListener } from './changes';
import { DraftRepository } from './drafts';
import { VisitRepository } from './visits';
import { LesionRepository } from './lesions';
import { PatientRepository } from './patients';
import { Catalogue } from './catalogue';
import { RecordLock } from './lock/lock';
import type { KeyDerivation } from './lock/passphrase';
import { releaseReserve } from './upkeep/reserve';
import { headDatabase } from './head-database';
import { guarded, RecordStore, type Obstacle } from './rows/record-store';

export { passkeysPossible } from './lock/passkey';
export type { VisitRepository, Obstacle };
export type { Page } from './visit-reader';
export type { Advise } from './visit-pictures';
export type { Removal, Undoable } from './rows/removal';

/** How much there is of what. */
export interface Contents {
  readonly patients: number;
  readonly lesions: number;
  readonly visits: number;
  /** For sharing: this device's own and those of colleagues. */
  readonly addresses: number;
}

/** All that Lentigo keeps of people, over one connection. */
export class HealthRecord {
  /** For what moves whole rows, in this folder; pages have the repositories. */
  readonly store: RecordStore;
  readonly patients: PatientRepository;
  readonly lesions: LesionRepository;
  readonly visits: VisitRepository;
  /** What was typed and is not saved yet. */
  readonly drafts: DraftRepository;
  readonly lock: RecordLock;
  /** For lists and searches. */
  readonly catalogue: Catalogue;

  constructor(name?: string, now?: () => Date, derivation?: KeyDerivation) {
    this.store = new RecordStore(name, now);
    this.patients = new PatientRepository(this.store);
    this.lesions = new LesionRepository(this.store);
    this.visits = new VisitRepository(this.store);
    this.drafts = new DraftRepository(this.store);
    this.catalogue = new Catalogue(this.store);
    this.lock = new RecordLock(this.store, derivation);
  }

  /** Counts what is kept; needs no key. @throws Failure */
  contents(): Promise<Contents> {
    return guarded(async () => {
      const database = await this.store.database();
      const [patients, lesions, visits, shared] = await Promise.all(
        (['patients', 'lesions', 'examinations', 'sharing'] as const).map((name) => database.count(name)),
      );
      const keys = await Promise.all(keyRows.map((row) => database.count('sharing', row)));
      const of = (count: number | undefined): number => count ?? 0;
      return {
        patients: of(patients),
        lesions: of(lesions),
        visits: of(visits),
        addresses: of(shared) - keys.reduce((sum, count) => sum + count, 0),
      };
    });
  }

  /**
   * Deletes everything and the keys, so that what the disk may still hold stays unreadable; also what was
   * typed and not saved, what was learnt, the file that a backup was written to, and the room that was held.
   */
  async removeAll(): Promise<void> {
    await this.store.removeAll();
    await this.drafts.clear();
    await deleteDB(headDatabase);
    const { removeTemporaryFiles } = await import('./exchange/backup/temporary-file');
    await removeTemporaryFiles();
    await releaseReserve();
  }

  /** Tells of every change of the record, in this tab or another. Returns what ends the listening. */
  onChange(listener: ChangeListener): () => void {
    return this.store.changes.listen(listener);
  }

  /** Tells when two tabs of different versions stand in each other's way. Returns what ends the listening. */
  onObstacle(listener: (obstacle: Obstacle) => void): () => void {
    return this.store.onObstacle(listener);
  }

  async close(): Promise<void> {
    await Promise.all([this.store.close(), this.drafts.close()]);
  }
}
