/** What the listener did on a page: values, moves, plays, listening times, comments; what is missing; what is sent. */

/** @import {EventLog} from "./events.js" */
/** @import {Draft, GateView, Missing, RatingPage, SlotState} from "./types.js" */

import { isHeard, isOver, lastCall, unmet } from "./gates.js";

const KEY_QUIET_MS = 400;
const UNTOUCHED = { value: null, moved: false, n_moves: 0 };

export class Rating {
  /** @param {RatingPage} page @param {EventLog} events */
  constructor(page, events) {
    this.page = page;
    this.events = events;
    const { values = {}, comments = {}, moments = [], page_ms = 0, n_switches = 0, reference_plays = 0 } = page.draft ?? {};
    /** @type {SlotState[]} */
    this.slots = page.slots.map((slot) => {
      const { ratings = {}, n_plays = 0, listened_ms = 0 } = values[slot.id] ?? {};
      const fresh = page.scales.map((scale) => [scale, { ...UNTOUCHED, ...ratings[scale] }]);
      return { ...slot, ratings: Object.fromEntries(fresh), n_plays, listened_ms };
    });
    this.comments = new Map(Object.entries(comments));
    /** @type {import("./types.js").Moment[]} */
    this.moments = moments;
    this.n_switches = n_switches;
    this.reference_plays = reference_plays;
    this.before_ms = page_ms;
    this.entered = performance.now();
    /** Listening time of earlier visits to this page. @type {Map<string, number>} */
    this.earlier_ms = new Map(this.slots.map((slot) => [slot.id, slot.listened_ms]));
    /** @type {{id: string, scale: string, timer: number} | null} */
    this.typing = null;
    /** Moves by a pointer that has not let go. @type {Map<string, {id: string, scale: string, value: number}>} */
    this.held = new Map();
  }

  /** @param {string} id @returns {SlotState} */
  slot(id) {
    const found = this.slots.find((slot) => slot.id === id);
    if (!found) throw new Error(`no slot ${id}`);
    return found;
  }

  /** @param {string} id  of a slot or of the reference @param {{switched: boolean}} how */
  played(id, { switched }) {
    if (switched) this.n_switches += 1;
    if (id === this.page.open_reference?.id) this.reference_plays += 1;
    else this.slot(id).n_plays += 1;
  }

  /** @param {string} id @param {number} seconds  since the page was opened this time */
  listened(id, seconds) {
    this.slot(id).listened_ms = (this.earlier_ms.get(id) ?? 0) + Math.round(seconds * 1000);
  }

  /** @param {string} id  of a slot or of the reference @returns {boolean} */
  heard(id) {
    if (id === this.page.open_reference?.id) return this.reference_plays > 0;
    return isHeard(this.slot(id), this.#view());
  }

  /**
   * Take a value over. Keys pressed in quick succession are one move.
   * @param {string} id @param {string} scale @param {number} value
   * @param {{input: "pointer" | "key", phase: "move" | "end"}} how
   */
  rate(id, scale, value, { input, phase }) {
    const rating = this.slot(id).ratings[scale];
    rating.value = Math.round(value * 10) / 10;
    rating.moved = true;
    if (phase === "move") {
      this.held.set(`${scale} ${id}`, { id, scale, value });
      return;
    }
    if (input === "key") {
      if (this.typing?.id !== id || this.typing.scale !== scale) {
        this.endTyping();
        rating.n_moves += 1;
      }
      clearTimeout(this.typing?.timer);
      this.typing = { id, scale, timer: setTimeout(() => this.endTyping(), KEY_QUIET_MS) };
      return;
    }
    this.endTyping();
    this.held.delete(`${scale} ${id}`);
    rating.n_moves += 1;
    this.#log(id, scale, input);
  }

  /** What is held ends as it is, where it may not be moved any more. @param {(id: string) => boolean} mayRate */
  letGo(mayRate) {
    for (const { id, scale, value } of [...this.held.values()]) {
      if (!mayRate(id)) this.rate(id, scale, value, { input: "pointer", phase: "end" });
    }
  }

  /** Every move under way ends as it is. */
  endMoves() {
    this.endTyping();
    this.letGo(() => false);
  }

  /** Keys that come now are another move. */
  endTyping() {
    if (!this.typing) return;
    clearTimeout(this.typing.timer);
    const { id, scale } = this.typing;
    this.typing = null;
    this.#log(id, scale, "key");
  }

  /** @param {string} id  of a slot, or "page" @returns {string} */
  comment(id) {
    return this.comments.get(id) ?? "";
  }

  /** @param {string} id  of a slot, or "page" @returns {boolean} */
  isCommented(id) {
    return this.comment(id) !== "" || this.moments.some(({ slot, text }) => slot === id && text.trim() !== "");
  }

  /** @param {string} id  of a slot, or "page" @param {string} text */
  write(id, text) {
    if (text.trim() === "") this.comments.delete(id);
    else this.comments.set(id, text);
  }

  /** @returns {Missing[]} */
  unmet() {
    return unmet(this.#view());
  }

  /** Whether the time for this page is over. */
  get isOver() {
    return isOver(this.#view());
  }

  /** Seconds left, once the listener is to know; null before. */
  get lastCall() {
    return lastCall(this.#view());
  }

  get page_ms() {
    return this.before_ms + Math.round(performance.now() - this.entered);
  }

  /** @returns {Draft} */
  draft() {
    const values = Object.fromEntries(
      this.slots.map(({ id, ratings, n_plays, listened_ms }) => [id, { ratings, n_plays, listened_ms }]),
    );
    const { n_switches, reference_plays, page_ms } = this;
    const comments = Object.fromEntries(this.comments);
    return { values, comments, moments: this.moments, page_ms, n_switches, reference_plays };
  }

  /** @param {string} id  made before the first sending, the same at every repetition */
  submission(id) {
    this.endMoves();
    const ratings = this.slots.flatMap(({ id: slot, ratings: given, n_plays, listened_ms }) =>
      Object.entries(given).map(([scale, { value, n_moves }]) => ({ slot, scale, value, n_moves, n_plays, listened_ms })),
    );
    const whole = [...this.comments].map(([slot, text]) => ({ slot: slot === "page" ? null : slot, text: text.trim() }));
    const noted = this.moments.map((moment) => ({ ...moment, text: moment.text.trim() }));
    const comments = [...whole, ...noted].filter(({ text }) => text !== "");
    const { n_switches, reference_plays, page_ms } = this;
    return { id, page: this.page.id, revision: 1, page_ms, n_switches, reference_plays, ratings, comments };
  }

  /** @returns {GateView} */
  #view() {
    const { gates, scales, samples, rate_hz } = this.page;
    return {
      gates,
      scales,
      slots: this.slots,
      duration_s: samples / rate_hz,
      page_s: this.page_ms / 1000,
      n_switches: this.n_switches,
      reference_plays: this.reference_plays,
      isCommented: (id) => this.isCommented(id),
    };
  }

  /** @param {string} id @param {string} scale @param {string} input */
  #log(id, scale, input) {
    this.events.add("rate", { slot: id, data: { value: this.slot(id).ratings[scale].value, input, scale } });
  }
}
