/**
 * One stimulus: its score, its slider, and the letter that plays it.
 *
 * Unset is no number: the thumb is dashed, the score "–", and nothing is sent. A press on the line puts the thumb there; the
 * first arrow key starts in the middle. Upright or lying is the style's choice: the drag follows the longer side.
 */

/** @import {MethodContext, SlotState} from "../../static/js/types.js" */

import { element, flag } from "../../static/js/dom.js";
import { keyTarget, tenths, within } from "../../static/js/slider.js";
import { capital, number, t } from "../../static/js/strings.js";

const MIDDLE = 50;
const UNSET = "–";
const CLICK_PX = 3;

export class Fader {
  /** @param {SlotState} slot @param {MethodContext} context @param {string[]} words  of the scale, the highest first */
  constructor(slot, context, words) {
    this.slot = slot;
    this.context = context;
    this.words = words;
    this.scale = context.page.scales[0];
    const name = `${capital(context.noun)} ${slot.label}`;
    this.score = element("span", { class: "score small figures", "aria-hidden": "true" });
    this.thumb = element("div", {
      class: "thumb",
      role: "slider",
      tabindex: 0,
      "aria-label": name,
      "aria-valuemin": 0,
      "aria-valuemax": 100,
      "aria-describedby": context.describedBy,
    });
    this.track = element("div", { class: "track" }, this.thumb);
    this.letter = element(
      "button",
      { class: "tag", type: "button", "aria-label": t("mushra.play", { name }), "aria-keyshortcuts": slot.label },
      slot.label,
    );
    this.root = element("div", { class: "rate" }, this.score, this.track, this.letter);
    /** @type {{offset: number, at: number, moved: boolean, held: boolean} | null} */
    this.drag = null;
    this.#listen();
  }

  /** @returns {number | null} */
  get value() {
    return this.slot.ratings[this.scale].value;
  }

  focus() {
    this.thumb.focus();
  }

  /** @param {string | null} selected */
  refresh(selected) {
    const { id } = this.slot;
    if (this.drag?.moved && !this.context.mayRate(id)) this.#drop();
    flag(this.root, "on", id === selected);
    flag(this.root, "heard", this.context.heard(id));
    flag(this.root, "rated", this.value !== null);
    flag(this.root, "comment", this.context.commented(id));
    if (id === selected) this.letter.setAttribute("aria-current", "true");
    else this.letter.removeAttribute("aria-current");
    this.root.style.setProperty("--at", String(this.value ?? 0));
    this.score.textContent = this.value === null ? UNSET : number(Math.round(this.value));
    // ARIA has no slider without a number: an unset one has the default of the standard, and says that it is unset
    this.thumb.setAttribute("aria-valuenow", (this.value ?? MIDDLE).toFixed(1));
    this.thumb.setAttribute("aria-valuetext", this.#said());
    this.thumb.setAttribute("aria-orientation", this.#isUpright() ? "vertical" : "horizontal");
  }

  #listen() {
    const { signal } = this.context;
    const on = (/** @type {string} */ name, /** @type {(event: any) => void} */ act) =>
      this.track.addEventListener(name, act, { signal });
    this.letter.addEventListener("click", () => this.context.select(this.slot.id), { signal });
    on("pointerdown", (event) => this.#press(event));
    on("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) on(name, () => this.#drop());
    this.thumb.addEventListener("keydown", (event) => this.#key(event), { signal });
  }

  #isUpright() {
    return this.track.clientHeight > this.track.clientWidth;
  }

  /** Where on the scale a pointer is. @param {PointerEvent} event @returns {number} */
  #at(event) {
    const box = this.track.getBoundingClientRect();
    const half = this.thumb.offsetWidth / 2;
    return this.#isUpright()
      ? (100 * (box.bottom - half - event.clientY)) / (box.height - 2 * half)
      : (100 * (event.clientX - box.left - half)) / (box.width - 2 * half);
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.track.setPointerCapture(event.pointerId);
    this.thumb.focus({ preventScroll: true });
    const held = event.target === this.thumb && this.value !== null;
    const at = this.#at(event);
    this.drag = { offset: held ? (this.value ?? 0) - at : 0, at: this.#along(event), moved: false, held };
    this.context.select(this.slot.id);
    if (!held && event.target !== this.thumb) this.#place(at, "move");
  }

  /** @param {PointerEvent} event @returns {number} */
  #along(event) {
    return this.#isUpright() ? event.clientY : event.clientX;
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.drag) return;
    // a trembling hand is no rating
    if (!this.drag.moved && Math.abs(this.#along(event) - this.drag.at) < CLICK_PX) return;
    flag(this.root, "dragging", true);
    this.#place(this.#at(event) + this.drag.offset, "move");
  }

  /** @param {number} value @param {"move" | "end"} phase */
  #place(value, phase) {
    if (!this.context.mayRate(this.slot.id)) return;
    if (this.drag) this.drag.moved = true;
    this.context.rate(this.slot.id, this.scale, tenths(within(value)), { input: "pointer", phase });
  }

  #drop() {
    if (!this.drag) return;
    const { moved } = this.drag;
    this.drag = null;
    flag(this.root, "dragging", false);
    if (moved && this.value !== null) this.#place(this.value, "end");
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { id } = this.slot;
    if (event.key === "Enter") {
      event.preventDefault();
      this.context.select(id);
      return;
    }
    const target = keyTarget(event, this.value);
    if (target === null) return;
    event.preventDefault();
    const mayRate = this.context.mayRate(id);
    this.context.select(id, { play: !mayRate });
    if (mayRate) this.context.rate(id, this.scale, target, { input: "key", phase: "end" });
  }

  /** Value and word of the scale, or that there is none yet. @returns {string} */
  #said() {
    const words = [];
    if (this.value === null) words.push(t("mushra.unset"));
    else {
      const interval = Math.min(this.words.length - 1, Math.floor(((100 - this.value) * this.words.length) / 100));
      words.push(number(Math.round(this.value)), this.words[interval]);
    }
    if (!this.context.heard(this.slot.id)) words.push(t("ape.not_heard"));
    return words.join(", ");
  }
}
