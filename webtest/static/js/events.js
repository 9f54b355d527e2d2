/**
 * The event log: numbered without gaps in this page's life, sent every two seconds, kept until acknowledged. What cannot
 * be sent, or not before the page goes, is written to this device in chunks, and sent by the next visit.
 */

/** @import {Api} from "./api.js" */
/** @import {Database} from "./database.js" */

import { Problem } from "./api.js";

const EVERY_MS = 2000;
const BATCH = 200;
const LEAVING_BYTES = 32 * 1024; // all that outlives a page together may have 64 KiB (Fetch standard, 4.6)
const CHUNK = 500; // events, some 100 KiB; a request may have 256
const CHUNKS = 20; // of one visit on this device: an hour and more off-line; beyond it the oldest go
const REFUSED = [400, 413, 422]; // for what a batch holds

/**
 * @typedef {{seq: number, t_ms: number, page: string | null, kind: string, slot: string | null, data: object}} LoggedEvent
 * @typedef {{client_session: string, events: LoggedEvent[]}} Kept
 */

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
    /** How many events each chunk on this device holds. @type {Map<number, number>} */
    this.kept = new Map();
    /** How many events there were: the number of the next one. */
    this.next = 0;
    /** @type {LoggedEvent[]} */
    this.queue = [];
    /** @type {string | null} */
    this.page = null;
    this.closed = false;
    this.full = false;
    this.leaving = false;
    /** The first event that was not sent as the page goes. */
    this.unsent = 0;
    /** @type {Promise<void> | null} */
    this.sending = null;
    setInterval(() => void this.flush(), EVERY_MS);
    addEventListener("pagehide", () => {
      this.leaving = true;
      this.#leave();
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
      /** @type {[string, Kept][]} */
      const left = (await this.database?.keptUnder(`events:${session}:`)) ?? [];
      for (const [name, { client_session, events }] of left) {
        if (client_session === this.clientSession) continue;
        await this.#deliver(client_session, events);
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
    if (!this.full) this.queue.push({ seq: this.next, t_ms, page: this.page, kind, slot, data });
    this.next += 1;
    if (this.leaving) this.#leave(); // others hear later that the page goes, and log what that ends
  }

  /** The visit is over, nothing more is taken. */
  close() {
    this.closed = true;
    this.queue = [];
  }

  /** Send what is there; what is not acknowledged stays for the next time. @returns {Promise<void>} */
  async flush() {
    while (this.sending) await this.sending;
    this.sending = this.#send().finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  async #send() {
    try {
      while (this.api.token !== null && this.queue.length > 0) {
        const events = this.queue.slice(0, BATCH);
        const isFull = await this.#deliver(this.clientSession, events);
        const { seq } = events[events.length - 1];
        this.queue = isFull ? [] : this.queue.filter((event) => event.seq > seq);
        this.full ||= isFull;
      }
      if (this.kept.size > 0 && this.queue.length === 0) await this.#forget();
    } catch (error) {
      if (error instanceof Problem && error.status === 409) this.close(); // whoever withdrew leaves nothing more
      else await this.#keep();
    }
  }

  /**
   * Deliver events; of a batch that is refused only what is refused by itself is given up.
   * @param {string} clientSession @param {LoggedEvent[]} events @returns {Promise<boolean>}  whether no more is taken
   */
  async #deliver(clientSession, events) {
    try {
      const { full } = await this.api.request("POST", "events", this.#body(clientSession, events));
      return full === true;
    } catch (error) {
      if (!(error instanceof Problem) || !REFUSED.includes(error.status)) throw error;
      if (events.length < 2) return false;
      const half = Math.ceil(events.length / 2);
      const isFull = await this.#deliver(clientSession, events.slice(0, half));
      return isFull || this.#deliver(clientSession, events.slice(half));
    }
  }

  /** @param {string} clientSession @param {LoggedEvent[]} events */
  #body(clientSession, events) {
    return { client_session: clientSession, events, waiting: this.waiting() };
  }

  /** The page goes: send what can outlive it, and write down all, for the next visit if the sending fails. */
  #leave() {
    if (this.api.token === null || this.queue.length === 0) return;
    void this.#keep();
    const events = this.queue.filter((event) => event.seq >= this.unsent);
    let bytes = Infinity;
    while (events.length > 0 && (bytes = new Blob([JSON.stringify(events)]).size) > LEAVING_BYTES) {
      events.length = Math.floor((events.length * LEAVING_BYTES) / bytes);
    }
    if (events.length === 0) return;
    this.unsent = events[events.length - 1].seq + 1;
    this.api.request("POST", "events", this.#body(this.clientSession, events), { keepalive: true }).catch(() => {});
  }

  /** Write what waits to this device: chunks by the events' numbers, each only if it has grown. */
  async #keep() {
    /** @type {Map<number, LoggedEvent[]>} */
    const chunks = new Map();
    for (const event of this.queue) {
      const number = Math.floor(event.seq / CHUNK);
      const chunk = chunks.get(number) ?? [];
      chunk.push(event);
      chunks.set(number, chunk);
    }
    const changed = [...chunks].filter(([number, events]) => this.kept.get(number) !== events.length).slice(-CHUNKS);
    const last = Math.floor((this.next - 1) / CHUNK);
    /** @type {Promise<unknown>[]} */
    const writing = [];
    for (const [number, events] of changed) {
      this.kept.set(number, events.length);
      writing.push(Promise.resolve(this.database?.keep(this.#name(number), { client_session: this.clientSession, events })));
    }
    for (const number of this.kept.keys()) {
      if (number > last - CHUNKS) continue;
      this.kept.delete(number);
      writing.push(Promise.resolve(this.database?.forget(this.#name(number))));
    }
    await Promise.allSettled(writing);
  }

  async #forget() {
    this.kept.clear();
    await this.database?.forget(`events:${this.session}:${this.clientSession}:`).catch(() => {});
  }

  /** @param {number} chunk */
  #name(chunk) {
    return `events:${this.session}:${this.clientSession}:${chunk};`;
  }
}
