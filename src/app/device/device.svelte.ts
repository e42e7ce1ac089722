import type { Obstacle } from '../../records/record';
import { record } from '../record';
import { keepReserve } from '../../records/upkeep/reserve';

/** Share of the quota from which the person is warned. */
const nearlyFull = 0.8;

/** Kept outside of the database, so that it survives when the browser clears that; says only that there is a record. */
const markKey = 'lentigo-kept';

/** The state of the device: network, and storage (persistent or not, used, nearly full). */
class Device {
  #online = $state(navigator.onLine);
  #persisted = $state<boolean>();
  #usage = $state<number>();
  #quota = $state<number>();
  #obstacle = $state<Exclude<Obstacle, 'cleared'>>();
  #evicted = $state(false);
  #keeps = $state(marked());

  get online(): boolean {
    return this.#online;
  }

  /** Whether the browser has promised not to clear the record by itself; undefined where it does not say. */
  get persisted(): boolean | undefined {
    return this.#persisted;
  }

  /** Bytes that this origin uses, as the browser estimates them. */
  get usage(): number | undefined {
    return this.#usage;
  }

  /** Bytes that this origin may use, as the browser estimates them. */
  get quota(): number | undefined {
    return this.#quota;
  }

  get nearlyFull(): boolean {
    return this.#usage !== undefined && !!this.#quota && this.#usage / this.#quota >= nearlyFull;
  }

  /** Set when a tab of another version keeps the record from being opened. */
  get obstacle(): Exclude<Obstacle, 'cleared'> | undefined {
    return this.#obstacle;
  }

  /** True when the browser has cleared the record away by itself. */
  get evicted(): boolean {
    return this.#evicted;
  }

  /** Whether anything was kept here, as far as is known before the record is opened. */
  get keeps(): boolean {
    return this.#keeps;
  }

  dismissEviction(): void {
    this.#evicted = false;
    this.#mark(false);
  }

  start(): void {
    const connection = () => (this.#online = navigator.onLine);
    addEventListener('online', connection);
    addEventListener('offline', connection);
    record.onObstacle((obstacle) => {
      if (obstacle === 'cleared') this.#evicted = true;
      else this.#obstacle = obstacle;
    });
    record.visits.onChange(({ kind }) => {
      // Requested when there is something to keep, because some browsers ask the person.
      if (kind === 'added' && this.#persisted === false) void this.askToPersist();
      else void this.refresh();
      if (kind === 'added') void keepReserve();
      void this.#watchEviction();
    });
    void this.refresh();
    void this.#watchEviction(true);
    void import('../../records/exchange/backup/temporary-file').then(
      ({ removeLeftOvers }) => removeLeftOvers(),
      () => undefined,
    );
  }

  /** Remembers whether there is a record, and notices when it is gone though nobody deleted it. */
  async #watchEviction(atStart = false): Promise<void> {
    try {
      const any = (await record.visits.count()) > 0;
      if (atStart && !any && marked()) this.#evicted = true;
      else if (!this.#evicted || any) this.#mark(any);
    } catch {
      // Without storage nothing was kept in the first place.
    }
  }

  #mark(any: boolean): void {
    this.#keeps = any;
    try {
      if (any) localStorage.setItem(markKey, 'yes');
      else localStorage.removeItem(markKey);
    } catch {
      // Known until the page closes.
    }
  }

  /** Asks the browser to keep the record even when storage runs low. */
  async askToPersist(): Promise<void> {
    try {
      this.#persisted = await navigator.storage.persist();
    } catch {
      // Not offered here; the panel says that nothing is promised.
    }
    await this.refresh();
  }

  /** Reads the figures again; they stay undefined if the browser does not give them. */
  async refresh(): Promise<void> {
    try {
      this.#persisted = await navigator.storage.persisted();
      const { usage, quota } = await navigator.storage.estimate();
      this.#usage = usage;
      this.#quota = quota;
    } catch {
      // As before.
    }
  }
}

function marked(): boolean {
  try {
    return localStorage.getItem(markKey) !== null;
  } catch {
    return false;
  }
}

export const device = new Device();
