/** How fast a record is saved to a backup, and restored from it. */
import { HealthRecord } from '../../src/records/record';
import { newIdentity } from '../../src/records/exchange/age';
import { Restoration } from '../../src/records/exchange/backup/restore';
import { saveBackup } from '../../src/records/exchange/backup/save';
import { writtenFile } from '../../src/records/exchange/backup/temporary-file';
import { fill } from './records';

export interface BackupTimes {
  /** Of the file. */
  readonly bytes: number;
  /** Milliseconds to the file. */
  readonly saving: number;
  /** Milliseconds to check the whole file and write all of it into an empty record. */
  readonly restoring: number;
}

/** Saves a drawn record to a file that is encrypted for a key, and restores it beside. */
export async function timeBackup(visits: number): Promise<BackupTimes> {
  await fill({ patients: visits / 2, visits, picture: [640, 480] }, 'bench-saved');
  const saved = new HealthRecord('bench-saved');
  const restored = new HealthRecord('bench-restored');
  const { identity, recipient } = await newIdentity();
  try {
    const start = performance.now();
    const file = await writtenFile(async (write) => {
      await saveBackup(saved, write, { lock: { recipients: [recipient] } });
    });
    const written = performance.now();
    const restoration = await Restoration.prepare(restored, file, { identity });
    if (restoration.plan.visit.added !== visits) throw new Error('visits are missing');
    await restoration.apply();
    return { bytes: file.size, saving: written - start, restoring: performance.now() - written };
  } finally {
    await Promise.all([saved.close(), restored.close()]);
    for (const name of ['bench-saved', 'bench-restored']) indexedDB.deleteDatabase(name);
  }
}
