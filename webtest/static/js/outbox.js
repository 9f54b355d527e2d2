/**
 * What must reach the server: delivered in order, tried until acknowledged. The queue lives in memory.
 * Every message carries an id made before its first sending, so that a repeated one is stored once.
 */

/** @import {Api} from "./api.js" */
/** @import {SaveState} from "./savestate.js" */

import { retry } from "./retry.js";

export class Outbox {
  /** @param {Api} api @param {SaveState} saveState */
  constructor(api, saveState) {
    this.api = api;
    this.saveState = saveState;
    this.waiting = 0;
    /** @type {Promise<unknown>} */
    this.last = Promise.resolve();
    addEventListener("beforeunload", (event) => {
      if (this.waiting > 0) event.preventDefault();
    });
  }

  /**
   * @param {string} method @param {string} path @param {unknown} body
   * @returns {Promise<any>}  the server's answer; fails only with a problem that trying again cannot mend
   */
  deliver(method, path, body) {
    this.waiting += 1;
    const sent = this.last.then(() => this.#send(method, path, body));
    this.last = sent.catch(() => {});
    return sent;
  }

  /** @param {string} method @param {string} path @param {unknown} body */
  async #send(method, path, body) {
    const done = this.saveState.begin();
    try {
      const answer = await retry(() => this.api.request(method, path, body), { onfail: () => done.failed() });
      done.saved();
      return answer;
    } catch (error) {
      done.dropped();
      throw error;
    } finally {
      this.waiting -= 1;
    }
  }
}
