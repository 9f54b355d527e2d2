/** Autosave of one page: a moment after each change, and at once when the page is hidden. Best effort, latest wins. */

/** @import {Api} from "./api.js" */
/** @import {SaveState, Saving} from "./savestate.js" */
/** @import {Draft} from "./types.js" */

import { Problem } from "./api.js";

const QUIET_MS = 400;
const AGAIN_MS = 3000;

export class DraftKeeper {
  /**
   * @param {Api} api @param {SaveState} saveState @param {string} page @param {() => Draft} collect
   * @param {AbortSignal} signal  ends it
   */
  constructor(api, saveState, page, collect, signal) {
    this.api = api;
    this.saveState = saveState;
    this.path = `pages/${encodeURIComponent(page)}/draft`;
    this.collect = collect;
    this.signal = signal;
    this.timer = 0;
    this.changed = false;
    this.closed = false;
    /** @type {Promise<void> | null} */
    this.sending = null;
    /** @type {Saving | null} */
    this.saving = null;
    const hurry = () => {
      if (this.changed && !this.closed) void this.#send(true);
    };
    addEventListener("pagehide", hurry, { signal });
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && hurry(), { signal });
    addEventListener("online", () => this.changed && this.#later(0), { signal });
    signal.addEventListener("abort", () => this.#stop());
  }

  /** Something changed. */
  touch() {
    if (this.signal.aborted || this.closed) return;
    this.changed = true;
    this.saving ??= this.saveState.begin();
    this.#later(QUIET_MS);
  }

  /** Save once more, then rest: the page itself is about to be sent, and a draft must not come after it. */
  async close() {
    this.closed = true;
    clearTimeout(this.timer);
    await this.sending;
    if (this.changed) await this.#send(false);
    this.#done("dropped");
  }

  /** Go on saving: the page was not accepted. */
  reopen() {
    this.closed = false;
  }

  /** @param {number} wait_ms */
  #later(wait_ms) {
    clearTimeout(this.timer);
    if (this.closed || this.signal.aborted) return;
    this.timer = setTimeout(() => void this.#send(false), wait_ms);
  }

  /** @param {boolean} leaving  at once, even while an earlier one is on its way */
  async #send(leaving) {
    if (this.signal.aborted || (this.sending && !leaving)) return;
    clearTimeout(this.timer);
    this.sending = this.#put(leaving).finally(() => {
      this.sending = null;
      if (this.changed) this.#later(AGAIN_MS);
    });
    await this.sending;
  }

  /** @param {boolean} leaving */
  async #put(leaving) {
    this.changed = false;
    try {
      await this.api.request("PUT", this.path, { body: this.collect() }, { keepalive: leaving, signal: this.signal });
      if (!this.changed) this.#done("saved");
    } catch (error) {
      if (this.signal.aborted) return;
      if (error instanceof Problem && error.retryable) {
        this.changed = true;
        this.saving?.failed();
      } else {
        this.#done("dropped");
      }
    }
  }

  /** @param {"saved" | "dropped"} how */
  #done(how) {
    this.saving?.[how]();
    this.saving = null;
  }

  #stop() {
    clearTimeout(this.timer);
    this.#done("dropped");
  }
}
