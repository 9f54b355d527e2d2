/**
 * One axis with a bar for each stimulus.
 *
 * The letter is the control, the stem only draws, its foot on the line is the exact value. Letters that would meet take
 * rows: the moved one takes the first free row, the others only ever rise into free space. Values never change for layout.
 */

/** @import {MethodContext, SlotState} from "../../static/js/types.js" */

import { element, flag } from "../../static/js/dom.js";
import { settle } from "../../static/js/rows.js";
import { keyTarget, tenths, within } from "../../static/js/slider.js";
import { capital, number, t } from "../../static/js/strings.js";

const CLICK_PX = 3;
const REACH_PX = 22;
const APART_PX = 48;

/** @typedef {{slot: SlotState, root: HTMLElement, tag: HTMLElement, row: number, value: number}} Bar */

export class Axis {
  /** @param {MethodContext} context @param {string} scale @param {string[]} anchors @param {string} [question] */
  constructor(context, scale, anchors, question = "") {
    this.context = context;
    this.scale = scale;
    this.anchors = anchors;
    this.question = question;
    this.field = element("div", { class: "bars" }, element("span", { class: "axis-middle" }));
    this.bars = context.slots.map((slot) => this.#bar(slot));
    this.field.append(...this.bars.map((bar) => bar.root));
    this.field.style.setProperty("--count", String(this.bars.length));
    /** @type {{bar: Bar, x: number, value: number, moved: boolean} | null} */
    this.drag = null;
  }

  /** Place the bars and listen; the field must be in the page. */
  start() {
    const { signal } = this.context;
    for (const bar of this.bars) this.#place(bar, bar.value);
    this.#settle(null);
    const observer = new ResizeObserver(() => this.#settle(null));
    observer.observe(this.field);
    signal.addEventListener("abort", () => observer.disconnect());
    const on = (/** @type {string} */ name, /** @type {(event: any) => void} */ listener) =>
      this.field.addEventListener(name, listener, { signal });
    on("pointerdown", (event) => this.#press(event));
    on("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) on(name, () => this.#drop());
    on("pointerleave", () => this.#near(null));
    on("keydown", (event) => this.#key(event));
  }

  /** @param {string | null} selected */
  refresh(selected) {
    if (this.drag?.moved && !this.context.mayRate(this.drag.bar.slot.id)) this.#drop();
    for (const bar of this.bars) {
      const { id } = bar.slot;
      flag(bar.root, "on", id === selected);
      flag(bar.root, "heard", this.context.heard(id));
      flag(bar.root, "rated", this.#isMoved(bar));
      flag(bar.root, "comment", this.context.commented(id));
      if (id === selected) bar.tag.setAttribute("aria-current", "true");
      else bar.tag.removeAttribute("aria-current");
      bar.tag.setAttribute("aria-valuetext", this.#words(bar));
    }
  }

  /** @param {string} id */
  focus(id) {
    this.bars.find((bar) => bar.slot.id === id)?.tag.focus();
  }

  /** That a bar is to stand at a value or above, without a number: the axis shows none. @param {number} wanted */
  least(wanted) {
    const { noun } = this.context;
    const high = this.anchors[this.anchors.length - 1];
    const share = 100 - wanted;
    const values = { noun, high, share: number(share, share % 1 === 0 ? 0 : 1) };
    return t(share === 0 ? "ape.least_end" : "ape.least", values);
  }

  /** Whether a bar was not moved yet. @param {string} id @returns {boolean} */
  isOpen(id) {
    return this.bars.some((bar) => bar.slot.id === id && !this.#isMoved(bar));
  }

  /** @param {Bar} bar @returns {boolean} */
  #isMoved(bar) {
    return bar.slot.ratings[this.scale].moved;
  }

  /** @param {SlotState} slot @returns {Bar} */
  #bar(slot) {
    const name = `${capital(this.context.noun)} ${slot.label}`;
    const tag = element(
      "div",
      {
        class: "tag",
        role: "slider",
        tabindex: 0,
        "aria-label": this.question ? `${name}: ${this.question}` : name,
        "aria-orientation": "horizontal",
        "aria-valuemin": 0,
        "aria-valuemax": 100,
        "aria-describedby": this.context.describedBy,
      },
      slot.label,
    );
    const root = element("div", { class: "bar" }, element("span", { class: "stem" }), tag);
    return { slot, root, tag, row: Infinity, value: slot.ratings[this.scale].value ?? slot.initials[this.scale] };
  }

  /** @param {Bar} bar @param {number} value */
  #place(bar, value) {
    bar.value = within(value);
    bar.root.style.setProperty("--x", String(bar.value));
    bar.tag.setAttribute("aria-valuenow", bar.value.toFixed(1));
  }

  /** @param {Bar | null} moved */
  #settle(moved) {
    settle(this.bars, moved, (100 * APART_PX) / Math.max(1, this.field.clientWidth));
    for (const bar of this.bars) bar.root.style.setProperty("--y", String(bar.row));
    this.field.style.setProperty("--rows", String(1 + Math.max(...this.bars.map((bar) => bar.row))));
  }

  /** @param {PointerEvent} event @returns {Bar | null}  the letter pressed, else the nearest stem within reach */
  #barAt(event) {
    const tag = /** @type {Element} */ (event.target).closest(".tag");
    const pressed = this.bars.find((bar) => bar.tag === tag);
    if (pressed) return pressed;
    const box = this.field.getBoundingClientRect();
    const away = (/** @type {Bar} */ bar) => Math.abs(box.left + (bar.value / 100) * box.width - event.clientX);
    const nearest = this.bars.reduce((best, bar) => (away(bar) < away(best) ? bar : best));
    return away(nearest) <= REACH_PX ? nearest : null;
  }

  /** @param {Bar | null} near */
  #near(near) {
    for (const bar of this.bars) flag(bar.root, "near", bar === near);
  }

  /** @param {PointerEvent} event */
  #press(event) {
    const bar = event.button === 0 ? this.#barAt(event) : null;
    if (!bar) return;
    event.preventDefault();
    this.#drop();
    this.field.setPointerCapture(event.pointerId);
    bar.tag.focus({ preventScroll: true, focusVisible: false });
    this.drag = { bar, x: event.clientX, value: bar.value, moved: false };
    this.context.select(bar.slot.id);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.drag) {
      if (event.pointerType === "mouse") this.#near(this.#barAt(event));
      return;
    }
    const { bar, x, value } = this.drag;
    const dx = event.clientX - x;
    // a trembling hand is no rating
    if ((!this.drag.moved && Math.abs(dx) < CLICK_PX) || !this.context.mayRate(bar.slot.id)) return;
    this.drag.moved = true;
    flag(bar.root, "dragging", true);
    this.#place(bar, value + (100 * dx) / this.field.clientWidth);
    this.context.rate(bar.slot.id, this.scale, bar.value, { input: "pointer", phase: "move" });
  }

  #drop() {
    if (!this.drag) return;
    const { bar, moved } = this.drag;
    this.drag = null;
    flag(bar.root, "dragging", false);
    if (moved) this.#finish(bar, "pointer");
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const bar = this.bars.find((one) => one.tag === event.target);
    if (!bar || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") {
      event.preventDefault();
      this.context.select(bar.slot.id);
      return;
    }
    const target = keyTarget(event, bar.value);
    if (target === null) return;
    event.preventDefault();
    const mayRate = this.context.mayRate(bar.slot.id);
    this.context.select(bar.slot.id, { play: !mayRate });
    if (!mayRate) return;
    this.#place(bar, target);
    this.#finish(bar, "key");
  }

  /** @param {Bar} bar @param {"pointer" | "key"} input */
  #finish(bar, input) {
    // the server keeps tenths: what is drawn is what is stored
    this.#place(bar, tenths(bar.value));
    this.#settle(bar);
    this.context.rate(bar.slot.id, this.scale, bar.value, { input, phase: "end" });
  }

  /** @param {Bar} bar @returns {string} */
  #words(bar) {
    const [low, middle, high] = this.anchors;
    const value = Math.round(bar.value);
    const words = [number(value)];
    if (this.anchors.length === 3) {
      if (value === 0 || value === 50 || value === 100) words.push({ 0: low, 50: middle, 100: high }[value]);
      else words.push(t("ape.between", value < 50 ? { low, high: middle } : { low: middle, high }));
    }
    if (!this.context.heard(bar.slot.id)) words.push(t("ape.not_heard"));
    if (!this.#isMoved(bar)) words.push(t("ape.not_placed"));
    return words.join(", ");
  }
}
