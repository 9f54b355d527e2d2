/**
 * One window at a time: two would write over each other's page. The second is told and may take over; the first then
 * saves, lets go and says so. Web Locks decide without a race, but are there in secure contexts only; elsewhere the
 * windows of a browser ask one another. Windows of other browsers the server tells apart.
 */

import { hex32 } from "./ids.js";

const ANSWER_MS = 250;
const YIELD_MS = 2000;

/** @typedef {{claim: () => Promise<boolean>, take: () => Promise<void>}} TabLock */

/**
 * @param {string} name  the same for all windows of one session @param {() => Promise<void>} onlost  called when another
 *   window takes over; it waits until this has saved
 * @returns {TabLock}
 */
export function tabLock(name, onlost) {
  if (typeof BroadcastChannel !== "function") return { claim: async () => true, take: async () => {} };
  return navigator.locks ? new WebLock(name, onlost) : new AskedLock(name, onlost);
}

class WebLock {
  /** @param {string} name @param {() => Promise<void>} onlost */
  constructor(name, onlost) {
    this.name = name;
    this.onlost = onlost;
    /** @type {(() => void) | null} */
    this.release = null;
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = () => void this.#lose();
  }

  /** @returns {Promise<boolean>}  false if another window has it */
  claim() {
    return this.#request({ ifAvailable: true });
  }

  /** Have it in any case. */
  async take() {
    this.channel.postMessage("yield");
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), YIELD_MS);
    const given = await this.#request({ signal: patience.signal }).catch(() => false);
    clearTimeout(timer);
    if (!given) await this.#request({ steal: true });
  }

  /** @param {LockOptions} options @returns {Promise<boolean>} */
  #request(options) {
    return new Promise((resolve, reject) => {
      const held = navigator.locks.request(this.name, options, (lock) => {
        resolve(lock !== null);
        if (lock === null) return undefined;
        return new Promise((release) => {
          this.release = () => release(undefined);
        });
      });
      held.catch((error) => {
        reject(error);
        void this.#lose(); // stolen
      });
    });
  }

  async #lose() {
    const { release } = this;
    if (!release) return;
    this.release = null;
    await this.onlost();
    release();
  }
}

class AskedLock {
  /** @param {string} name @param {() => Promise<void>} onlost */
  constructor(name, onlost) {
    this.id = hex32();
    this.onlost = onlost;
    this.holds = false;
    this.asking = false;
    /** @type {(kind: string) => void} */
    this.onanswer = () => {};
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = ({ data }) => void this.#hear(data);
  }

  /** @returns {Promise<boolean>} */
  async claim() {
    this.asking = true;
    this.holds = !(await this.#ask("ask", "held", ANSWER_MS));
    this.asking = false;
    return this.holds;
  }

  async take() {
    await this.#ask("yield", "yielded", YIELD_MS);
    this.holds = true;
  }

  /** @param {string} kind @param {string} wanted @param {number} patience_ms @returns {Promise<boolean>}  whether it came */
  #ask(kind, wanted, patience_ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), patience_ms);
      this.onanswer = (heard) => {
        if (heard !== wanted) return;
        clearTimeout(timer);
        resolve(true);
      };
      this.channel.postMessage({ kind, from: this.id });
    });
  }

  /** @param {{kind: string, from: string}} message */
  async #hear({ kind, from }) {
    const first = this.asking && this.id < from; // of two that ask at once
    if (kind === "ask" && (this.holds || first)) this.channel.postMessage({ kind: "held", from: this.id });
    else if (kind === "yield" && this.holds) {
      this.holds = false;
      await this.onlost();
      this.channel.postMessage({ kind: "yielded", from: this.id });
    } else this.onanswer(kind);
  }
}
