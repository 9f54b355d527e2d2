/**
 * Autosave of one page: a moment after each change, and at once when the page is hidden; latest wins. It is written to
 * this device first, then sent, best effort: what must not be lost is the finished page, and that goes by the outbox.
 */

/** @import {Database} from "./database.js" */
/** @import {Saving} from "./savestate.js" */
/** @import {Session} from "./session.js" */
/** @import {Draft} from "./types.js" */

import { Problem } from "./api.js";

const QUIET_MS = 400;
const AGAIN_MS = 3000;

/** The newer of two drafts: the one with more time spent on the page. @param {Draft | null} one @param {Draft | null} other */
export function newer(one, other) {
  if (!one || !other) return one ?? other;
  return other.page_ms > one.page_ms ? other : one;
}

export class DraftKeeper {
  /**
   * @param {Session} session @param {string} page @param {() => Draft} collect
   * @param {AbortSignal} signal  ends it
   */
  constructor(session, page, collect, signal) {
    this.session = session;
    this.path = `pages/${encodeURIComponent(page)}/draft`;
    this.name = draftName(session.id, page);
    this.collect = collect;
    this.signal = signal;
    this.timer = 0;
    this.changed = false;
    this.closed = false;
    this.request = new AbortController();
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
    signal.addEventListener("abort", () => this.close());
  }

  /** Something changed. */
  touch() {
    if (this.signal.aborted || this.closed) return;
    this.changed = true;
    this.saving ??= this.session.saveState.begin();
    this.#later(QUIET_MS);
  }

  /** Save at once, for another window. */
  async hand() {
    if (this.changed && !this.closed) await this.#send(true);
  }

  /** Rest: the page itself is about to be sent, and a draft must not come after it. */
  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.request.abort();
    this.#done("dropped");
  }

  /** Go on saving: the page was not accepted. */
  reopen() {
    this.closed = false;
    this.request = new AbortController();
  }

  /** @param {number} wait_ms */
  #later(wait_ms) {
    clearTimeout(this.timer);
    if (this.closed) return;
    this.timer = setTimeout(() => void this.#send(false), wait_ms);
  }

  /** @param {boolean} leaving  at once, even while an earlier one is on its way */
  async #send(leaving) {
    if (this.closed || (this.sending && !leaving)) return;
    clearTimeout(this.timer);
    this.sending = this.#put(leaving).finally(() => {
      this.sending = null;
      if (this.changed) this.#later(AGAIN_MS);
    });
    await this.sending;
  }

  /** @param {boolean} leaving */
  async #put(leaving) {
    const { api, database, outbox } = this.session;
    const { signal } = this.request;
    this.changed = false;
    const body = this.collect();
    const kept = database?.keep(this.name, body).catch(() => {});
    if (!leaving) await kept;
    if (outbox.waiting > 0) {
      this.changed = true; // later: the server is still at an earlier page
      return;
    }
    try {
      await api.request("PUT", this.path, { body }, { keepalive: leaving, signal });
      if (!this.changed) this.#done("saved");
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Problem && error.retryable) {
        this.changed = true;
        this.saving?.failed();
      } else {
        this.#done("dropped");
        this.session.refused(error);
      }
    }
  }

  /** @param {"saved" | "dropped"} how */
  #done(how) {
    this.saving?.[how]();
    this.saving = null;
  }
}

/** @param {Database | null} database @param {string} session @param {string} page @returns {Promise<Draft | null>} */
export async function keptDraft(database, session, page) {
  const found = await database?.kept(draftName(session, page)).catch(() => null);
  return found ?? null;
}

/** Forget the drafts of a page, or of all. @param {Database | null} database @param {string} session @param {string} [page] */
export async function forgetDrafts(database, session, page = "") {
  await database?.forget(draftName(session, page)).catch(() => {});
}

/** @param {string} session @param {string} page */
const draftName = (session, page) => `draft:${session}:${page}`;
