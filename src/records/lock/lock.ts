/**
 * The lock of the record: a passphrase, a recovery code and passkeys, each of which seals the data key. Setting,
 * changing and taking it off seals 32 bytes anew, never a picture.
 * Longer than 300 lines: every way to lock and unlock changes the same row under the same rules.
 */
import { Failure } from '../../failure';
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
import { derivationInWorker, normalised, type Argon2Parameters, type KeyDerivation } from './passphrase';
import {
  newRecoveryCode,
  readRecoveryCode,
  openByRecovery,
  recoveryKey,
  sealedRecovery,
  unsealedCode,
} from './recovery';
import { again, guarded, type RecordStore } from '../rows/record-store';

type Raw = Uint8Array<ArrayBuffer>;

export interface LockStatus {
  /** `open`: no passphrase is set. */
  readonly state: 'open' | 'locked' | 'unlocked';
  readonly passkeys: number;
  /** Whether a recovery code was shown whose groups nobody has typed back yet. */
  readonly unconfirmed: boolean;
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
  readonly #derivation: KeyDerivation;
  #shutting: Promise<boolean> | undefined;
  /**
   * What this tab does before it forgets the key, whichever tab locks; false keeps the key, because the person
   * has opened the record again meanwhile.
   */
  beforeShutting: () => Promise<boolean> = () => Promise.resolve(true);

  constructor(store: RecordStore, derivation: KeyDerivation = derivationInWorker) {
    this.#store = store;
    this.#derivation = derivation;
    store.changes.listen(({ kind }) => {
      if (kind === 'locked') void this.shut();
    });
  }

  status(): Promise<LockStatus> {
    return guarded(async () => {
      let row = await dataKeyRow(await this.#store.database());
      if (row?.mistakes && row.mistakes.last > this.#store.now()) row = await this.#changed(sinceNow);
      const { count, last } = row?.mistakes ?? noMistakes;
      return {
        state: !row?.byPassphrase ? 'open' : this.#store.unlocked ? 'unlocked' : 'locked',
        passkeys: row?.byPasskeys?.length ?? 0,
        unconfirmed: row?.nextRecovery !== undefined,
        mistakes: count,
        waitUntil: last.getTime() + waitAfter(count),
      };
    });
  }

  /**
   * Sets a passphrase where there is none, and gives a recovery code that is to be confirmed. Stopped in between, by
   * whatever, all is open as before; stopped afterwards, `recoveryCode` gives the same code again.
   */
  protect(passphrase: string): Promise<string> {
    return guarded(async () => {
      const { database } = await this.#store.open();
      const [row, device] = await Promise.all([dataKeyRow(database), deviceKey(database)]);
      const raw = row && (await rawByDevice(row, device));
      if (!raw || row.byPassphrase) throw new Failure('internal', 'there is a passphrase already');
      const code = newRecoveryCode();
      const byPassphrase = await this.#byPassphrase(row.id, passphrase, raw);
      const nextRecovery = await sealedRecovery(code, row.id, raw);
      const key = await imported(row.id, raw);
      await this.#replace(row, { id: row.id, byPassphrase, nextRecovery }, 'no device');
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
   * Unlocks with the recovery code, or with one that was shown and not confirmed, and sets a new passphrase.
   * @returns a new recovery code; the one that was typed goes on opening the record until the new one is confirmed
   * @throws Failure `recovery-wrong`
   */
  recover(typed: string, passphrase: string): Promise<string> {
    return guarded(async () => {
      const row = await this.#row();
      const code = readRecoveryCode(typed);
      const found = code && (await openByRecovery(row, code));
      if (!found) throw new Failure('recovery-wrong');
      const { raw, byRecovery } = found;
      const next = newRecoveryCode();
      const byPassphrase = await this.#byPassphrase(row.id, passphrase, raw);
      const nextRecovery = await sealedRecovery(next, row.id, raw);
      const key = await imported(row.id, raw);
      await this.#replace(row, { ...row, byPassphrase, byRecovery, nextRecovery });
      await this.#changed(forgiven);
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

  /**
   * The recovery code that is still to be confirmed, or a new one for whoever has lost theirs. Until the new one is
   * confirmed the old one goes on opening the record.
   * @throws Failure `passphrase-wrong`
   */
  recoveryCode(passphrase: string): Promise<string> {
    return guarded(async () => {
      const { row, raw } = await this.#tried(passphrase);
      try {
        const shown = row.nextRecovery && (await unsealedCode(row.nextRecovery, row.id, raw));
        if (shown) return shown;
        const code = newRecoveryCode();
        await this.#replace(row, { ...row, nextRecovery: await sealedRecovery(code, row.id, raw) });
        this.#store.changes.announce({ kind: 'relocked' });
        return code;
      } finally {
        raw.fill(0);
      }
    });
  }

  /** Puts `code`, which was shown and typed back, in the place of the one before. @throws Failure `record-stale` */
  confirmRecoveryCode(code: string): Promise<void> {
    return guarded(async () => {
      const row = await this.#row();
      const { nextRecovery, ...rest } = row;
      const raw =
        nextRecovery && (await unwrap(await recoveryKey(code), row.id, 'recovery', nextRecovery.sealed));
      // Another tab has shown another one since.
      if (!raw) throw new Failure('record-stale', 'recovery code');
      raw.fill(0);
      await this.#replace(row, { ...rest, byRecovery: nextRecovery.sealed });
      this.#store.changes.announce({ kind: 'relocked' });
    });
  }

  removePasskeys(): Promise<void> {
    return guarded(async () => {
      const row = await this.#row();
      await this.#replace(row, without(row, 'byPasskeys'));
    });
  }

  /** Locks every tab; each forgets the key once it has done what it must not be interrupted in. */
  async lock(): Promise<void> {
    this.#store.changes.announce({ kind: 'locked' });
    await this.shut();
  }

  /** Forgets the key in this tab, once what is being written is written. False where it was kept after all. */
  shut(): Promise<boolean> {
    this.#shutting ??= (async () => {
      try {
        if (!(await this.beforeShutting())) return false;
        await this.#store.settled();
        this.#store.forgetKey();
        return true;
      } finally {
        this.#shutting = undefined;
      }
    })();
    return this.#shutting;
  }

  /** The bytes of the data key by the passphrase; a wrong one is counted before it is known to be wrong. */
  async #tried(passphrase: string): Promise<{ row: DataKeyRow; raw: Raw }> {
    const now = this.#store.now();
    let waits = false as boolean;
    // Read and counted in one transaction: tabs that try at the same time count each on top of the other.
    const row = await this.#changed((present) => {
      const { count, last } = sinceNow(present, now).mistakes ?? noMistakes;
      waits = now.getTime() < last.getTime() + waitAfter(count);
      return { ...present, mistakes: waits ? { count, last } : { count: count + 1, last: now } };
    });
    if (!row.byPassphrase) throw new Failure('internal', 'there is no passphrase');
    if (waits) throw new Failure('passphrase-wait');
    const { salt, parameters, sealed } = row.byPassphrase;
    const key = await this.#key(passphrase, salt, parameters);
    const raw = await unwrap(key, row.id, 'passphrase', sealed);
    if (!raw) throw new Failure('passphrase-wrong');
    return { row: await this.#changed(forgiven), raw };
  }

  async #byPassphrase(id: string, passphrase: string, raw: Raw) {
    const parameters = await this.#derivation.calibrate();
    const salt = crypto.getRandomValues(new Uint8Array(16));
    const sealed = await wrap(await this.#key(passphrase, salt, parameters), id, 'passphrase', raw);
    return { salt, parameters, sealed };
  }

  async #key(passphrase: string, salt: Raw, parameters: Argon2Parameters): Promise<CryptoKey> {
    return importKey(await this.#derivation.derive({ passphrase: normalised(passphrase), salt, parameters }));
  }

  async #row(): Promise<DataKeyRow> {
    const row = await dataKeyRow(await this.#store.database());
    if (!row) throw new Failure('internal', 'there is no key');
    return row;
  }

  /**
   * Changes the mistakes in the row as it stands now, in a transaction of its own.
   * @returns the row as it was left
   */
  #changed(change: (present: DataKeyRow, now: Date) => DataKeyRow): Promise<DataKeyRow> {
    return this.#store.change(['keys'], async (writing) => {
      const keys = writing.objectStore('keys');
      const present = (await keys.get('data')) as DataKeyRow | undefined;
      if (!present) throw new Failure('internal', 'there is no key');
      const next = change(present, this.#store.now());
      // Mistakes belong to a passphrase.
      if (!present.byPassphrase) return present;
      await keys.put(next, 'data');
      return next;
    });
  }

  /** Puts `next` in the place of `row`, unless another tab has changed it; mistakes stay as they were counted. */
  async #replace(
    row: DataKeyRow,
    next: DataKeyRow,
    device?: 'no device' | Awaited<ReturnType<typeof newDeviceKey>>,
  ) {
    const done = await this.#store.change(['keys'], async (writing) => {
      const keys = writing.objectStore('keys');
      const present = (await keys.get('data')) as DataKeyRow | undefined;
      if (!present || !sameSeals(present, row)) return again;
      const mistakes = next.byPassphrase && present.mistakes;
      await keys.put({ ...without(next, 'mistakes'), ...(mistakes && { mistakes }) }, 'data');
      if (device === 'no device') await keys.delete('device');
      else if (device) await keys.put(device, 'device');
      return undefined;
    });
    if (done === again) throw new Failure('record-stale', 'keys');
  }
}

const noMistakes = { count: 0, last: new Date(0) };

const forgiven = (row: DataKeyRow): DataKeyRow => without(row, 'mistakes');

/**
 * Takes a last mistake that lies in the future as one of now: the clock was set back, and nobody is to wait until
 * a date that was wrong.
 */
function sinceNow(row: DataKeyRow, now: Date): DataKeyRow {
  if (!row.mistakes || row.mistakes.last <= now) return row;
  return { ...row, mistakes: { ...row.mistakes, last: now } };
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** Whether two states of the row are sealed alike; mistakes aside, which another tab may have counted. */
function sameSeals(a: DataKeyRow, b: DataKeyRow): boolean {
  const seals = ({ id, byDevice, byPassphrase, byRecovery, nextRecovery, byPasskeys }: DataKeyRow) =>
    [
      byDevice,
      byPassphrase?.sealed,
      byRecovery,
      nextRecovery?.sealed,
      ...(byPasskeys ?? []).map(({ sealed }) => sealed),
    ]
      .map((sealed) => sealed?.join())
      .join(`;${id};`);
  return seals(a) === seals(b);
}

function without(row: DataKeyRow, field: 'mistakes' | 'byPasskeys'): DataKeyRow {
  return Object.fromEntries(Object.entries(row).filter(([name]) => name !== field)) as unknown as DataKeyRow;
}
