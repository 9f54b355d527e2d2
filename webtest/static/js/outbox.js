/**
 * What must reach the server: written to this device, delivered in order, tried until acknowledged.
 *
 * A message is on the disk before it is first sent, and it carries an id made before that, so that one that is sent
 * again is stored once. It leaves the disk only when the server has it (200, 201) or has kept it aside (409). What the
 * server refuses for another reason, or has not kept, stays, marked, for the listener's own download.
 */

/** @import {Api} from "./api.js" */
/** @import {Database} from "./database.js" */
/** @import {SaveState, Saving} from "./savestate.js" */

import { Problem } from "./api.js";
import { retry } from "./retry.js";

const LATE_MS = 3000;
const KEEPALIVE_BYTES = 16 * 1024; // all that outlives a page together may have 64 KiB (Fetch standard, 4.6)

/**
 * @typedef {{seq?: number, session: string, path: string, body: any, queued_at: string,
 *   refused?: {status: number, detail: string}}} Message
 * @typedef {{message: Message, kept: Promise<void>, saving: Saving, accept: (answer: any) => void,
 *   refuse: (problem: unknown) => void, onlate: () => void}} Entry
 * @typedef {{answer: Promise<any>, late: Promise<void>}} Delivery  the server's answer; and that it takes its time, known
 *   once the message is on the disk
 */

export class Outbox {
  /** @param {Api} api @param {SaveState} saveState @param {Database | null} database */
  constructor(api, saveState, database) {
    this.api = api;
    this.saveState = saveState;
    this.database = database;
    this.session = "";
    /** @type {Entry[]} */
    this.queue = [];
    /** @type {Message[]} */
    this.refused = [];
    this.failing = false;
    this.flying = false;
    this.stopped = false;
    /** @type {Promise<void> | null} */
    this.running = null;
    addEventListener("beforeunload", (event) => {
      if (this.waiting > 0 && !this.stopped) event.preventDefault();
    });
    addEventListener("pagehide", () => this.#sendLast());
  }

  /** How many messages the server has not acknowledged. */
  get waiting() {
    return this.queue.length;
  }

  /** Take over what an earlier visit of a session left. @param {string} session */
  async open(session) {
    this.session = session;
    for (const { saving } of this.queue.splice(0)) saving.dropped();
    /** @type {Message[]} */
    const left = (await this.database?.messages(session).catch(() => [])) ?? [];
    this.refused = left.filter((message) => message.refused);
    for (const message of left) if (!message.refused) this.#enter(message, Promise.resolve()).answer.catch(() => {});
  }

  /** @param {string} path @param {unknown} body @returns {Delivery} */
  deliver(path, body) {
    /** @type {Message} */
    const message = { session: this.session, path, body, queued_at: new Date().toISOString() };
    const delivery = this.#enter(message, this.#keep(message));
    this.flush().catch(() => {}); // the delivery says so, too
    return delivery;
  }

  /** Deliver what waits. @returns {Promise<void>}  resolves when nothing waits; fails where the token is not known any more */
  flush() {
    this.running ??= this.#run().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  /** Send nothing more: another window has taken over. */
  stop() {
    this.stopped = true;
  }

  /** Forget what was refused and then corrected: the visit is over, and the server agrees. */
  async clear() {
    const isOnlyCopy = (/** @type {Message} */ { refused }) => refused?.status === 409;
    for (const message of this.refused) {
      if (message.seq !== undefined && !isOnlyCopy(message)) await this.database?.deleteMessage(message.seq);
    }
    this.refused = this.refused.filter(isOnlyCopy);
  }

  /** @param {Message} message @param {Promise<void>} kept @returns {Delivery} */
  #enter(message, kept) {
    /** @type {Entry} */
    const entry = { message, kept, saving: this.saveState.begin(), accept: () => {}, refuse: () => {}, onlate: () => {} };
    if (this.failing) entry.saving.failed();
    const answer = new Promise((accept, refuse) => Object.assign(entry, { accept, refuse }));
    /** @type {Promise<void>} */
    const slow = new Promise((resolve) => {
      entry.onlate = resolve;
      setTimeout(resolve, LATE_MS);
      if (this.failing) resolve();
    });
    this.queue.push(entry);
    return { answer, late: kept.then(() => slow) };
  }

  /** Write a message; where that fails it stays in memory, and the page says so. @param {Message} message */
  async #keep(message) {
    try {
      if (!this.database) throw new Error("no database");
      message.seq = await this.database.putMessage(message);
    } catch {
      this.saveState.inMemoryOnly();
    }
  }

  async #run() {
    while (this.queue.length > 0 && !this.stopped) {
      const [entry] = this.queue;
      const { message, saving } = entry;
      await entry.kept;
      try {
        const answer = await retry(() => this.#send(message), { onfail: () => this.#late() });
        await this.#leave(entry);
        saving.saved();
        entry.accept(answer);
      } catch (error) {
        if (!(error instanceof Problem) || error.status === 401) {
          entry.refuse(error);
          throw error;
        }
        if (error.status === 409 && error.kept) await this.#leave(entry);
        else await this.#setAside(entry, error);
        saving.dropped();
        entry.refuse(error);
      }
      this.failing = false;
    }
  }

  /** @param {Message} message */
  async #send({ path, body }) {
    if (this.stopped) return new Promise(() => {});
    this.flying = true;
    try {
      return await this.api.request("POST", path, body, { keepalive: isSmall(body) });
    } finally {
      this.flying = false;
    }
  }

  #late() {
    this.failing = true;
    for (const { saving, onlate } of this.queue) {
      saving.failed();
      onlate();
    }
  }

  /** @param {Entry} entry */
  async #leave({ message }) {
    this.queue.shift();
    // if it cannot be deleted it is sent once more at the next visit, and stored once
    if (message.seq !== undefined) await this.database?.deleteMessage(message.seq).catch(() => {});
  }

  /** @param {Entry} entry @param {Problem} problem */
  async #setAside({ message }, problem) {
    this.queue.shift();
    message.refused = { status: problem.status, detail: problem.message };
    this.refused.push(message);
    if (message.seq !== undefined) await this.database?.putMessage(message).catch(() => {});
  }

  /** One more try as the page goes, if none is under way: the rest follows in order when the page is opened again. */
  #sendLast() {
    const [entry] = this.queue;
    if (!entry || this.flying || this.stopped || !isSmall(entry.message.body)) return;
    this.api.request("POST", entry.message.path, entry.message.body, { keepalive: true }).catch(() => {});
  }
}

/** @param {unknown} body @returns {boolean}  whether its sending may outlive the page */
function isSmall(body) {
  return new Blob([JSON.stringify(body)]).size <= KEEPALIVE_BYTES;
}
