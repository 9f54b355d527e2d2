/** What the listener did on a page: values, moves, plays, listening times, comments; what is missing; what is sent. */

/** @import {EventLog} from "./events.js" */
/** @import {Draft, Missing, RatingPage, SlotState} from "./types.js" */

import { isHeard, unmet } from "./gates.js";
import { listed, t } from "./strings.js";

const SCALE = "score";
const KEY_QUIET_MS = 400;
const UNTOUCHED = { value: null, moved: false, n_moves: 0, n_plays: 0, listened_ms: 0 };

export class Rating {
  /** @param {RatingPage} page @param {EventLog} events */
  constructor(page, events) {
    this.page = page;
    this.events = events;
    const { values = {}, comments = {}, page_ms = 0 } = page.draft ?? {};
    /** @type {SlotState[]} */
    this.slots = page.slots.map((slot) => ({ ...slot, ...(values[slot.id] ?? UNTOUCHED) }));
    this.comments = new Map(Object.entries(comments));
    this.before_ms = page_ms;
    this.entered = performance.now();
    /** Listening time of earlier visits to this page. @type {Map<string, number>} */
    this.earlier_ms = new Map(this.slots.map((slot) => [slot.id, slot.listened_ms]));
    /** @type {{id: string, timer: number} | null} */
    this.typing = null;
  }

  /** @param {string} id @returns {SlotState} */
  slot(id) {
    const found = this.slots.find((slot) => slot.id === id);
    if (!found) throw new Error(`no slot ${id}`);
    return found;
  }

  /** @param {string} id */
  played(id) {
    this.slot(id).n_plays += 1;
  }

  /** @param {string} id @param {number} seconds  since the page was opened this time */
  listened(id, seconds) {
    this.slot(id).listened_ms = (this.earlier_ms.get(id) ?? 0) + Math.round(seconds * 1000);
  }

  /** @param {string} id @returns {boolean} */
  heard(id) {
    return isHeard(this.slot(id), this.page.gates);
  }

  /**
   * Take a value over. Keys pressed in quick succession are one move.
   * @param {string} id @param {number} value @param {{input: "pointer" | "key", phase: "move" | "end"}} how
   */
  rate(id, value, { input, phase }) {
    const slot = this.slot(id);
    slot.value = Math.round(value * 10) / 10;
    slot.moved = true;
    if (phase === "move") return;
    if (input === "key") {
      if (this.typing?.id !== id) {
        this.#endTyping();
        slot.n_moves += 1;
      }
      clearTimeout(this.typing?.timer);
      this.typing = { id, timer: setTimeout(() => this.#endTyping(), KEY_QUIET_MS) };
      return;
    }
    this.#endTyping();
    slot.n_moves += 1;
    this.#log(id, input);
  }

  /** @param {string} id @returns {string} */
  comment(id) {
    return this.comments.get(id) ?? "";
  }

  /** @param {string} id @param {string} text */
  write(id, text) {
    if (text.trim() === "") this.comments.delete(id);
    else this.comments.set(id, text);
  }

  /** @returns {Missing[]} */
  unmet() {
    return unmet(this.page.gates, this.slots);
  }

  /** What to say when nothing is missing. @returns {string} */
  done() {
    const { play_all, move_all } = this.page.gates;
    return play_all && move_all ? t("gate.done") : "";
  }

  /** Phrases for what is missing. @param {string} noun @returns {string[]} */
  missing(noun) {
    return this.phrases(
      this.unmet().map(({ gate, slots }) => ({ gate, slots: slots.map((id) => this.slot(id).label) })),
      noun,
    );
  }

  /** @param {Missing[]} missing  with labels @param {string} noun @returns {string[]} */
  phrases(missing, noun) {
    return missing.map(({ gate, slots }) =>
      slots.length === this.slots.length && slots.length > 2
        ? t(`gate.${gate}.every`, { noun })
        : t(`gate.${gate}`, { slots: listed(slots) }),
    );
  }

  /** Id of the slot to do next, null when nothing is missing. @returns {string | null} */
  firstMissing() {
    const open = this.unmet();
    return open.length ? open[0].slots[0] : null;
  }

  get page_ms() {
    return this.before_ms + Math.round(performance.now() - this.entered);
  }

  /** @returns {Draft} */
  draft() {
    const values = Object.fromEntries(
      this.slots.map(({ id, value, moved, n_moves, n_plays, listened_ms }) => [
        id,
        { value, moved, n_moves, n_plays, listened_ms },
      ]),
    );
    return { values, comments: Object.fromEntries(this.comments), page_ms: this.page_ms };
  }

  /** @param {string} id  made before the first sending, the same at every repetition */
  submission(id) {
    this.#endTyping();
    const ratings = this.slots.map((slot) => ({
      slot: slot.id,
      scale: SCALE,
      value: slot.value,
      n_moves: slot.n_moves,
      n_plays: slot.n_plays,
      listened_ms: slot.listened_ms,
    }));
    const comments = [...this.comments].map(([slot, text]) => ({ slot: slot === "page" ? null : slot, text: text.trim() }));
    return { id, page: this.page.id, revision: 1, page_ms: this.page_ms, ratings, comments };
  }

  #endTyping() {
    if (!this.typing) return;
    clearTimeout(this.typing.timer);
    const { id } = this.typing;
    this.typing = null;
    this.#log(id, "key");
  }

  /** @param {string} id @param {string} input */
  #log(id, input) {
    this.events.add("rate", { slot: id, data: { value: this.slot(id).value, input } });
  }
}
