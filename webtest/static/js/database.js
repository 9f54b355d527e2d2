/**
 * What outlives this page: IndexedDB, each write on the disk before it counts. `durability: "strict"` because what is
 * written relaxed, or to localStorage, can be gone when the browser is killed within the next seconds.
 *
 * Two tables: "messages" in the order in which they were written, and "kept", values by name. There is none in some
 * private windows, nor when the disk is full: then `openDatabase` gives null, or a write fails.
 */

const NAME = "evalkit";
const VERSION = 1;
const OPEN_MS = 3000;

/** @typedef {"messages" | "kept"} Table */

/** @returns {Promise<Database | null>}  null where this browser keeps nothing */
export async function openDatabase() {
  try {
    const late = new Promise((resolve) => setTimeout(resolve, OPEN_MS, null));
    const opened = await Promise.race([open(), late]);
    return opened && new Database(opened);
  } catch {
    return null;
  }
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("messages", { keyPath: "seq", autoIncrement: true }).createIndex("session", "session");
      asked.result.createObjectStore("kept");
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

export class Database {
  /** @param {IDBDatabase} opened */
  constructor(opened) {
    this.opened = opened;
    opened.onversionchange = () => opened.close(); // a newer page wants to change the tables
  }

  /** Write a message, or write it again. @param {{seq?: number}} message @returns {Promise<number>}  its number */
  putMessage(message) {
    return this.#write("messages", (table) => table.put(message));
  }

  /** @param {number} seq */
  deleteMessage(seq) {
    return this.#write("messages", (table) => table.delete(seq));
  }

  /** @param {string} session @returns {Promise<any[]>}  in the order in which they were written */
  messages(session) {
    return this.#read("messages", (table) => table.index("session").getAll(session));
  }

  /** @param {string} name @param {unknown} value */
  keep(name, value) {
    return this.#write("kept", (table) => table.put(value, name));
  }

  /** @param {string} name @returns {Promise<any>}  undefined if there is none */
  kept(name) {
    return this.#read("kept", (table) => table.get(name));
  }

  /** Values by name, of all names that begin so. @param {string} beginning @returns {Promise<[string, any][]>} */
  async keptUnder(beginning) {
    const names = await this.#read("kept", (table) => table.getAllKeys(under(beginning)));
    const values = await this.#read("kept", (table) => table.getAll(under(beginning)));
    return names.map((/** @type {string} */ name, /** @type {number} */ index) => [name, values[index]]);
  }

  /** Forget all values whose name begins with this. @param {string} beginning */
  forget(beginning) {
    return this.#write("kept", (table) => table.delete(under(beginning)));
  }

  /** @param {Table} name @param {(table: IDBObjectStore) => IDBRequest} ask @returns {Promise<any>} */
  #write(name, ask) {
    return new Promise((resolve, reject) => {
      const change = this.opened.transaction(name, "readwrite", { durability: "strict" });
      const asked = ask(change.objectStore(name));
      change.commit?.(); // a page that goes now has no time to answer once more
      change.oncomplete = () => resolve(asked.result);
      change.onabort = () => reject(change.error);
    });
  }

  /** @param {Table} name @param {(table: IDBObjectStore) => IDBRequest} ask @returns {Promise<any>} */
  #read(name, ask) {
    return new Promise((resolve, reject) => {
      const asked = ask(this.opened.transaction(name).objectStore(name));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  }
}

/** All names that begin so. @param {string} beginning */
const under = (beginning) => IDBKeyRange.bound(beginning, `${beginning}\uffff`);
