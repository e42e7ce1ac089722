/** The only door to the record: what is plain on this side is ciphertext in the database. */
import { removeTemporaryFile } from './exchange/backup/temporary-file';
import type { ChangeListener } from './changes';
import { VisitRepository } from './visits';
import { LesionRepository } from './lesions';
import { PatientRepository } from './patients';
import { Catalogue } from './catalogue';
import { RecordLock } from './lock/lock';
import type { Derive } from './lock/passphrase';
import { releaseReserve } from './upkeep/reserve';
import { RecordStore, type Obstacle } from './store/store';

export { leastLength } from './lock/passphrase';
export { passkeysPossible } from './lock/passkey';
export type { VisitRepository, Obstacle };
export type { Page } from './visit-reader';
export type { Removal, Undoable } from './upkeep/removal';

/** All that Lentigo keeps of people, over one connection. */
export class ClinicRecord {
  /** For what moves whole rows, in this folder; pages have the repositories. */
  readonly store: RecordStore;
  readonly patients: PatientRepository;
  readonly lesions: LesionRepository;
  readonly visits: VisitRepository;

  readonly lock: RecordLock;
  /** For lists and searches. */
  readonly catalogue: Catalogue;

  constructor(name?: string, now?: () => Date, derive?: Derive) {
    this.store = new RecordStore(name, now);
    this.patients = new PatientRepository(this.store);
    this.lesions = new LesionRepository(this.store);
    this.visits = new VisitRepository(this.store);
    this.catalogue = new Catalogue(this.store);
    this.lock = new RecordLock(this.store, derive);
  }

  /**
   * Deletes everything and the keys, so that what the disk may still hold stays unreadable; also the file that a
   * backup was written to, and the room that was held.
   */
  async removeAll(): Promise<void> {
    await this.store.removeAll();
    await removeTemporaryFile();
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

  close(): Promise<void> {
    return this.store.close();
  }
}

export const record = new ClinicRecord();
