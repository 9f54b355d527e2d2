/** The quiet line in the header: saving, saved at a time, or offline with what waits; and one sentence above Next. */

import { byId, element, say } from "./dom.js";
import { t } from "./strings.js";

/** @typedef {{saved: () => void, failed: () => void, dropped: () => void}} Saving */

export class SaveState {
  constructor() {
    /** What is on its way to the server. @type {Set<{failing: boolean}>} */
    this.open = new Set();
    /** Questions to the server that find no answer. @type {Set<object>} */
    this.unanswered = new Set();
    /** @type {Date | null} */
    this.savedAt = null;
    this.onDisk = true;
    this.line = byId("save");
    this.away = byId("away");
    for (const name of ["online", "offline"]) addEventListener(name, () => this.#show());
    this.#show();
  }

  /** How many things the server has not acknowledged. */
  get waiting() {
    return this.open.size;
  }

  /** Something is on its way. @returns {Saving} */
  begin() {
    const one = { failing: false };
    this.open.add(one);
    this.#show();
    return {
      saved: () => {
        this.open.delete(one);
        this.savedAt = new Date();
        this.#show();
      },
      failed: () => {
        one.failing = true;
        this.#show();
      },
      dropped: () => {
        this.open.delete(one);
        this.#show();
      },
    };
  }

  /** The server is asked for something. @returns {{failed: () => void, ended: () => void}} */
  ask() {
    const one = {};
    return {
      failed: () => {
        this.unanswered.add(one);
        this.#show();
      },
      ended: () => {
        this.unanswered.delete(one);
        this.#show();
      },
    };
  }

  /** This browser keeps nothing once the page is closed. */
  inMemoryOnly() {
    this.onDisk = false;
    this.#show();
  }

  #show() {
    const { waiting } = this;
    const failing = this.unanswered.size > 0 || [...this.open].some((one) => one.failing);
    const offline = failing || !navigator.onLine;
    if (offline) {
      this.#write("offline", t("save.offline"), waiting > 0 ? `, ${t("save.waiting", { count: waiting })}` : "");
    } else if (waiting > 1) {
      this.#write("saving", t("save.waiting", { count: waiting }));
    } else if (waiting > 0) {
      this.#write("saving", t("save.saving"));
    } else if (this.savedAt) {
      const time = this.savedAt.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
      this.#write("saved", t("save.saved"), ` ${time}`);
    } else {
      this.#write("idle", "");
    }
    say(this.away, offline ? t(this.onDisk ? "save.away" : "save.away_memory") : "");
  }

  /** @param {string} state @param {string} text @param {string} [more]  where there is room for it */
  #write(state, text, more = "") {
    this.line.dataset.state = state;
    this.line.replaceChildren(element("span", {}, text, element("span", { class: "save-more" }, more)));
  }
}
