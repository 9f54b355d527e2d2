/**
 * The event log: numbered without gaps in this page's life, sent every two seconds, kept until acknowledged. What cannot
 * be sent is written to this device, and sent by the next visit if this one ends before the network is back.
 */

/** @import {Api} from "./api.js" */
/** @import {Database} from "./database.js" */

import { Problem } from "./api.js";

const EVERY_MS = 2000;
const BATCH = 200;
const LEAVING_BATCH = 150;
const MOST = 1500; // of one request, which may have 256 KiB

export class EventLog {
  /**
   * @param {Api} api @param {Database | null} database @param {string} clientSession
   * @param {() => number} waiting  how many answers are not delivered
   */
  constructor(api, database, clientSession, waiting) {
    this.api = api;
    this.database = database;
    this.clientSession = clientSession;
    this.waiting = waiting;
    this.session = "";
    this.kept = false;
    this.next = 0;
    /** @type {{seq: number, t_ms: number, page: string | null, kind: string, slot: string | null, data: object}[]} */
    this.queue = [];
    /** @type {string | null} */
    this.page = null;
    this.closed = false;
    /** @type {Promise<void> | null} */
    this.sending = null;
    setInterval(() => void this.flush(), EVERY_MS);
    /** What is to be noted before the last sending. @type {() => void} */
    this.onleave = () => {};
    addEventListener("pagehide", () => {
      this.onleave();
      void this.#send(LEAVING_BATCH, true);
    });
    document.addEventListener("visibilitychange", () => {
      this.add("visibility", { data: { state: document.visibilityState } });
      if (document.visibilityState === "hidden") void this.flush();
    });
  }

  /** Send what earlier visits of a session could not. @param {string} session */
  async open(session) {
    this.session = session;
    try {
      for (const [name, body] of (await this.database?.keptUnder(`events:${session}:`)) ?? []) {
        await this.api.request("POST", "events", body);
        await this.database?.forget(name);
      }
    } catch {
      // the next visit tries again
    }
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
        if (this.kept && this.queue.length === 0) await this.#forget();
        if (leaving || acked_upto < events[events.length - 1].seq) return;
      } catch (error) {
        // a refused batch would be refused again
        if (error instanceof Problem && !error.retryable) this.queue = this.queue.filter((event) => !events.includes(event));
        else if (!leaving) await this.#keep();
        return;
      }
    }
  }

  /** The body of a request, as the next visit will send it. */
  async #keep() {
    this.kept = true;
    const body = { client_session: this.clientSession, events: this.queue.slice(0, MOST), waiting: this.waiting() };
    await this.database?.keep(this.#name, body).catch(() => {});
  }

  async #forget() {
    this.kept = false;
    await this.database?.forget(this.#name).catch(() => {});
  }

  get #name() {
    return `events:${this.session}:${this.clientSession}`;
  }
}
