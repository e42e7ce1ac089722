/** A small database beside the record's own: opened when it is first used, and again after its connection has ended. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { quietReads } from './quiet-reads';

export class SideDatabase<S extends DBSchema> {
  readonly #name: string;
  readonly #create: (database: IDBPDatabase<S>) => void;
  #connection: Promise<IDBPDatabase<S>> | undefined;

  /** @param create makes its stores, the first time */
  constructor(name: string, create: (database: IDBPDatabase<S>) => void) {
    this.#name = name;
    this.#create = create;
  }

  open(): Promise<IDBPDatabase<S>> {
    this.#connection ??= openDB<S>(this.#name, 1, {
      upgrade: (database) => this.#create(database),
      // "Delete all" may delete the whole database, perhaps in another tab.
      blocking: () => void this.close(),
      terminated: () => (this.#connection = undefined),
    })
      .then(quietReads)
      .catch((error: unknown) => {
        this.#connection = undefined;
        throw error;
      });
    return this.#connection;
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    (await connection)?.close();
  }
}
