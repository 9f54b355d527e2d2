/** The event log: numbered without gaps in this page's life, sent every two seconds, kept until acknowledged. */

/** @import {Api} from "./api.js" */

import { Problem } from "./api.js";

const EVERY_MS = 2000;
const BATCH = 200;
const LEAVING_BATCH = 150;

export class EventLog {
  /** @param {Api} api @param {string} clientSession @param {() => number} waiting  how many answers are not delivered */
  constructor(api, clientSession, waiting) {
    this.api = api;
    this.clientSession = clientSession;
    this.waiting = waiting;
    this.next = 0;
    /** @type {{seq: number, t_ms: number, page: string | null, kind: string, slot: string | null, data: object}[]} */
    this.queue = [];
    /** @type {string | null} */
    this.page = null;
    this.closed = false;
    /** @type {Promise<void> | null} */
    this.sending = null;
    setInterval(() => void this.flush(), EVERY_MS);
    addEventListener("pagehide", () => void this.#send(LEAVING_BATCH, true));
    document.addEventListener("visibilitychange", () => {
      this.add("visibility", { data: { state: document.visibilityState } });
      if (document.visibilityState === "hidden") void this.flush();
    });
  }

  /** @param {string} kind @param {{slot?: string | null, data?: object}} [what] */
  add(kind, { slot = null, data = {} } = {}) {
    if (this.closed) return;
    const t_ms = Math.round(performance.now());
    this.queue.push({ seq: this.next, t_ms, page: this.page, kind, slot, data });
    this.next += 1;
  }

  /** The visit is over, nothing more is taken. */
  close() {
    this.closed = true;
    this.queue = [];
  }

  /** Send what is there; what is not acknowledged stays for the next time. @returns {Promise<void>} */
  async flush() {
    while (this.sending) await this.sending;
    this.sending = this.#send(BATCH, false).finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  /** @param {number} most @param {boolean} leaving */
  async #send(most, leaving) {
    while (this.api.token !== null && this.queue.length > 0) {
      const events = this.queue.slice(0, most);
      try {
        const body = { client_session: this.clientSession, events, waiting: this.waiting() };
        const { acked_upto } = await this.api.request("POST", "events", body, { keepalive: leaving });
        this.queue = this.queue.filter((event) => event.seq > acked_upto);
        if (leaving || acked_upto < events[events.length - 1].seq) return;
      } catch (error) {
        // a refused batch would be refused again
        if (error instanceof Problem && !error.retryable) this.queue = this.queue.filter((event) => !events.includes(event));
        return;
      }
    }
  }
}
