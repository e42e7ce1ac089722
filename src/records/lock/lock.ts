/**
 * The lock of the record: a passphrase, a recovery code and passkeys, each of which seals the data key. Setting,
 * changing and taking it off seals 32 bytes anew, never a picture.
 */
import { Failure } from '../../failure';
import { convertAll } from '../crypto/conversion';
import type { DataKeyRow, SealedByPasskey } from '../store/database';
import {
  dataKeyRow,
  deviceKey,
  imported,
  importKey,
  keyFromSecret,
  newDeviceKey,
  rawByDevice,
  unwrap,
  wrap,
} from '../crypto/keys';
import { askPasskey, makePasskey } from './passkey';
import { calibrate, deriveInWorker, normalised, type Argon2Parameters, type Derive } from './passphrase';
import { newRecoveryCode, readRecoveryCode } from './recovery';
import { again, guarded, type RecordStore } from '../store/store';

type Raw = Uint8Array<ArrayBuffer>;

export interface LockStatus {
  /** `open`: no passphrase is set. */
  readonly state: 'open' | 'locked' | 'unlocked';
  readonly passkeys: number;
  /** Passphrases that were wrong since the last right one. */
  readonly mistakes: number;
  /** Before this time no passphrase is tried; milliseconds of the epoch. */
  readonly waitUntil: number;
}

/** Mistakes that cost nothing but the derivation. */
const freeMistakes = 3;
const firstWait = 5_000;
const longestWait = 5 * 60_000;

/** How long to wait after so many mistakes, in milliseconds. */
export function waitAfter(mistakes: number): number {
  if (mistakes < freeMistakes) return 0;
  return Math.min(firstWait * 2 ** (mistakes - freeMistakes), longestWait);
}

export class RecordLock {
  readonly #store: RecordStore;
  readonly #derive: Derive;

  constructor(store: RecordStore, derive: Derive = deriveInWorker) {
    this.#store = store;
    this.#derive = derive;
  }

  status(): Promise<LockStatus> {
    return guarded(async () => {
      const row = await dataKeyRow(await this.#store.database());
      const { count, last } = row?.mistakes ?? { count: 0, last: new Date(0) };
      return {
        state: !row?.byPassphrase ? 'open' : this.#store.unlocked ? 'unlocked' : 'locked',
        passkeys: row?.byPasskeys?.length ?? 0,
        mistakes: count,
        waitUntil: last.getTime() + waitAfter(count),
      };
    });
  }

  /**
   * Sets a passphrase where there is none, and gives the recovery code, which is shown once. What the first
   * version sealed with the device's key is brought over before, because that key goes. Stopped in between, by
   * whatever, all is open as before and goes on where it was when this is called again.
   * @param onProgress visits brought over, of how many
   */
  protect(passphrase: string, onProgress?: (done: number, count: number) => void): Promise<string> {
    return guarded(async () => {
      const { database } = await this.#store.open();
      await convertAll(this.#store, onProgress);
      const [row, device] = await Promise.all([dataKeyRow(database), deviceKey(database)]);
      const raw = row && (await rawByDevice(row, device));
      if (!raw || row.byPassphrase) throw new Failure('internal', 'there is a passphrase already');
      const code = newRecoveryCode();
      const byPassphrase = await this.#byPassphrase(row.id, passphrase, raw);
      const byRecovery = await wrap(await recoveryKey(code), row.id, 'recovery', raw);
      const key = await imported(row.id, raw);
      await this.#replace(row, { id: row.id, byPassphrase, byRecovery }, 'no device');
      this.#store.use(key);
      this.#store.changes.announce({ kind: 'relocked' });
      return code;
    });
  }

  /** @throws Failure `passphrase-wrong`, or `passphrase-wait` while too many mistakes were made just now */
  unlock(passphrase: string): Promise<void> {
    return guarded(async () => {
      const { row, raw } = await this.#tried(passphrase);
      this.#store.use(await imported(row.id, raw));
    });
  }

  /** @throws Failure `passkey-failed` */
  unlockWithPasskey(): Promise<void> {
    return guarded(async () => {
      const row = await this.#row();
      const { credential, secret } = await askPasskey(row.byPasskeys ?? []);
      const found = row.byPasskeys?.find((each) => sameBytes(each.credential, credential));
      const key = await keyFromSecret(secret, 'passkey');
      const raw = found && (await unwrap(key, row.id, 'passkey', found.sealed));
      if (!raw) throw new Failure('passkey-failed', 'not of this record');
      this.#store.use(await imported(row.id, raw));
    });
  }

  /**
   * Unlocks with the recovery code and sets a new passphrase.
   * @returns a new recovery code; the old one is used up
   * @throws Failure `recovery-wrong`
   */
  recover(typed: string, passphrase: string): Promise<string> {
    return guarded(async () => {
      const row = await this.#row();
      const code = readRecoveryCode(typed);
      const raw =
        code && row.byRecovery && (await unwrap(await recoveryKey(code), row.id, 'recovery', row.byRecovery));
      if (!raw) throw new Failure('recovery-wrong');
      const next = newRecoveryCode();
      const kept = without(row, 'mistakes');
      const byPassphrase = await this.#byPassphrase(row.id, passphrase, raw);
      const byRecovery = await wrap(await recoveryKey(next), row.id, 'recovery', raw);
      const key = await imported(row.id, raw);
      await this.#replace(row, { ...kept, byPassphrase, byRecovery });
      this.#store.use(key);
      return next;
    });
  }

  /** @throws Failure `passphrase-wrong` when `before` is not the present one */
  change(before: string, passphrase: string): Promise<void> {
    return guarded(async () => {
      const { row, raw } = await this.#tried(before);
      const byPassphrase = await this.#byPassphrase(row.id, passphrase, raw);
      raw.fill(0);
      await this.#replace(row, { ...row, byPassphrase });
    });
  }

  /** Takes the lock off: from now on the device's own key opens the record. */
  unprotect(passphrase: string): Promise<void> {
    return guarded(async () => {
      const { row, raw } = await this.#tried(passphrase);
      const device = await newDeviceKey();
      const byDevice = await wrap(device.key, row.id, 'device', raw);
      const key = await imported(row.id, raw);
      await this.#replace(row, { id: row.id, byDevice }, device);
      this.#store.use(key);
      this.#store.changes.announce({ kind: 'relocked' });
    });
  }

  /** Lets a passkey of this device unlock as well. @throws Failure `passphrase-wrong`, `passkey-failed` */
  addPasskey(passphrase: string): Promise<void> {
    return guarded(async () => {
      const { row, raw } = await this.#tried(passphrase);
      const { secret, credential, salt } = await makePasskey(row.byPasskeys ?? []);
      const key = await keyFromSecret(secret, 'passkey');
      const made: SealedByPasskey = { credential, salt, sealed: await wrap(key, row.id, 'passkey', raw) };
      raw.fill(0);
      await this.#replace(row, { ...row, byPasskeys: [...(row.byPasskeys ?? []), made] });
    });
  }

  removePasskeys(): Promise<void> {
    return guarded(async () => {
      const row = await this.#row();
      await this.#replace(row, without(row, 'byPasskeys'));
    });
  }

  /** Forgets the key in every tab, once what is being written is written. */
  async lock(): Promise<void> {
    await this.#store.settled();
    this.#store.forgetKey();
    this.#store.changes.announce({ kind: 'locked' });
  }

  /** The bytes of the data key by the passphrase; a wrong one is counted before it is known to be wrong. */
  async #tried(passphrase: string): Promise<{ row: DataKeyRow; raw: Raw }> {
    const row = await this.#row();
    if (!row.byPassphrase) throw new Failure('internal', 'there is no passphrase');
    const now = this.#store.now();
    const { count, last } = row.mistakes ?? { count: 0, last: new Date(0) };
    if (now.getTime() < last.getTime() + waitAfter(count)) throw new Failure('passphrase-wait');
    const counted = { ...row, mistakes: { count: count + 1, last: now } };
    await this.#replace(row, counted);
    const { salt, parameters, sealed } = row.byPassphrase;
    const key = await this.#key(passphrase, salt, parameters);
    const raw = await unwrap(key, row.id, 'passphrase', sealed);
    if (!raw) throw new Failure('passphrase-wrong');
    const clean = without(row, 'mistakes');
    await this.#replace(counted, clean);
    return { row: clean, raw };
  }

  async #byPassphrase(id: string, passphrase: string, raw: Raw) {
    const parameters = await calibrate(this.#derive);
    const salt = crypto.getRandomValues(new Uint8Array(16));
    const sealed = await wrap(await this.#key(passphrase, salt, parameters), id, 'passphrase', raw);
    return { salt, parameters, sealed };
  }

  async #key(passphrase: string, salt: Raw, parameters: Argon2Parameters): Promise<CryptoKey> {
    return importKey(await this.#derive({ passphrase: normalised(passphrase), salt, parameters }));
  }

  async #row(): Promise<DataKeyRow> {
    const row = await dataKeyRow(await this.#store.database());
    if (!row) throw new Failure('internal', 'there is no key');
    return row;
  }

  /** Puts `next` in the place of `row`, unless another tab has changed it. */
  async #replace(
    row: DataKeyRow,
    next: DataKeyRow,
    device?: 'no device' | Awaited<ReturnType<typeof newDeviceKey>>,
  ) {
    const done = await this.#store.change(['keys'], async (writing) => {
      const keys = writing.objectStore('keys');
      const present = (await keys.get('data')) as DataKeyRow | undefined;
      if (!present || !sameSeals(present, row)) return again;
      await keys.put(next, 'data');
      if (device === 'no device') await keys.delete('device');
      else if (device) await keys.put(device, 'device');
      return undefined;
    });
    if (done === again) throw new Failure('record-stale', 'keys');
  }
}

async function recoveryKey(code: string): Promise<CryptoKey> {
  return keyFromSecret(new TextEncoder().encode(code), 'recovery');
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** Whether two states of the row are sealed alike; mistakes aside, which another tab may have counted. */
function sameSeals(a: DataKeyRow, b: DataKeyRow): boolean {
  const seals = ({ id, byDevice, byPassphrase, byRecovery, byPasskeys }: DataKeyRow) =>
    [byDevice, byPassphrase?.sealed, byRecovery, ...(byPasskeys ?? []).map(({ sealed }) => sealed)]
      .map((sealed) => sealed?.join())
      .join(`;${id};`);
  return seals(a) === seals(b);
}

function without(row: DataKeyRow, field: 'mistakes' | 'byPasskeys'): DataKeyRow {
  return Object.fromEntries(Object.entries(row).filter(([name]) => name !== field)) as unknown as DataKeyRow;
}
