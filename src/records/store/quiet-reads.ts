/** Reads that the browser ends, as when storage is cleared while the app is open. */
import { unwrap, wrap, type IDBPDatabase } from 'idb';

/**
 * A database whose reading transactions fail by their requests alone. idb promises the end of each transaction, too,
 * which nobody waits for when reading, so its rejection would count as unhandled. Writing is as before.
 */
export function quietReads<S>(database: IDBPDatabase<S>): IDBPDatabase<S> {
  const native = unwrap(database);
  native.transaction = (...stores: Parameters<IDBDatabase['transaction']>) => {
    const transaction = IDBDatabase.prototype.transaction.apply(native, stores);
    if (transaction.mode === 'readonly') wrap(transaction).done.catch(() => undefined);
    return transaction;
  };
  return database;
}
