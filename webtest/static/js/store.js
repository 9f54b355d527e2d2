/**
 * What this browser remembers: the token, the volume, an unsent form. One entry per session, which is named by how the
 * listener came. Without storage it lasts as long as the page.
 */
export class Store {
  /** @param {string} session */
  constructor(session) {
    this.key = `evalkit:${session}`;
    /** @type {Record<string, any>} */
    this.values = this.#read();
  }

  /** @param {string} name @returns {any} */
  get(name) {
    return this.values[name];
  }

  /** @param {string} name @param {unknown} value  undefined removes it */
  set(name, value) {
    if (value === undefined) delete this.values[name];
    else this.values[name] = value;
    this.#write();
  }

  clear() {
    this.values = {};
    this.#write();
  }

  #read() {
    try {
      const found = JSON.parse(localStorage.getItem(this.key) ?? "{}");
      return found !== null && typeof found === "object" ? found : {};
    } catch {
      return {};
    }
  }

  #write() {
    try {
      localStorage.setItem(this.key, JSON.stringify(this.values));
    } catch {
      // storage is switched off or full: the values stay in memory
    }
  }
}
