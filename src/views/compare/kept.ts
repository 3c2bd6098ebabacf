/**
 * The runs that were compared with, kept by the browser: the next run of a
 * cell replaces what it showed, and a file that was chosen is not seen again.
 */

/** Keeps messages by the key of their profile; forgets where it may not keep. */
export interface IRunMemory {
  /** Null: it is not there. */
  read(key: string): Promise<unknown>;
  write(key: string, message: unknown): Promise<void>;
}

const DATABASE = 'nativeprofile';
const STORE = 'runs';
const BY_AGE = 'at';
/** Runs kept; those chosen longest ago are forgotten. */
const MOST = 12;

interface IEntry {
  readonly message: unknown;
  /** When it was chosen, in ms since the epoch. */
  readonly [BY_AGE]: number;
}

/** The browser's own database. */
export const browserRuns: IRunMemory = {
  read: async key => {
    try {
      const store = await openStore('readonly');
      const entry = (await settled(store.get(key))) as IEntry | undefined;
      return entry?.message ?? null;
    } catch {
      return null;
    }
  },
  write: async (key, message) => {
    try {
      const store = await openStore('readwrite');
      const entry: IEntry = { message, [BY_AGE]: Date.now() };
      await settled(store.put(entry, key));
      const keys = await settled(store.index(BY_AGE).getAllKeys());
      for (const old of keys.slice(0, -MOST)) {
        store.delete(old);
      }
    } catch {
      return;
    }
  }
};

// Databases may be forbidden (private windows, sandboxed pages) or full: then
// nothing is kept.
async function openStore(mode: IDBTransactionMode): Promise<IDBObjectStore> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(STORE).createIndex(BY_AGE, BY_AGE);
  };
  const database = await settled(opening);
  const transaction = database.transaction(STORE, mode);
  transaction.oncomplete = transaction.onabort = () => database.close();
  return transaction.objectStore(STORE);
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('refused'));
  });
}
