/**
 * APE: one horizontal axis, one bar per stimulus.
 *
 * The letter is the control, the stem only draws, its foot on the line is the exact value. Letters that would meet take
 * rows: the moved one takes the first free row, the others only ever rise into free space. Values never change for layout.
 */

/** @import {MethodContext, Method, SlotState} from "../../static/js/types.js" */

import { element, flag } from "../../static/js/dom.js";
import { capital, number, t } from "../../static/js/strings.js";
import { settle } from "../../static/js/rows.js";

const CLICK_PX = 3;
const REACH_PX = 22;
const APART_PX = 48;
const SMALL = 1;
const LARGE = 10;

/** @param {HTMLElement} root @param {MethodContext} context @returns {Method} */
export function mount(root, context) {
  const { page, noun } = context;
  const anchors = /** @type {string[]} */ (page.options.anchors ?? []);
  const axis = new Axis(context, anchors);
  root.append(
    element(
      "div",
      { class: "panel axis", role: "group", "aria-labelledby": "question" },
      axis.field,
      element("ol", { class: "anchors" }, ...anchors.map((word) => element("li", {}, word))),
    ),
  );
  axis.start();
  return {
    how: t("ape.how"),
    keys: t("ape.keys", { noun }),
    help: t("ape.help", { noun, high: anchors[anchors.length - 1] ?? "" }),
    legend: ["new", "loose", "noted"],
    refresh: (selected) => axis.refresh(selected),
    focus: (id) => axis.focus(id),
  };
}

/** @typedef {{slot: SlotState, root: HTMLElement, tag: HTMLElement, row: number, value: number}} Bar */

class Axis {
  /** @param {MethodContext} context @param {string[]} anchors */
  constructor(context, anchors) {
    this.context = context;
    this.anchors = anchors;
    this.field = element("div", { class: "bars" }, element("span", { class: "axis-middle" }));
    this.bars = context.slots.map((slot) => this.#bar(slot));
    this.field.append(...this.bars.map((bar) => bar.root));
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
    for (const bar of this.bars) {
      const { id, moved } = bar.slot;
      flag(bar.root, "on", id === selected);
      flag(bar.root, "heard", this.context.heard(id));
      flag(bar.root, "rated", moved);
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

  /** @param {SlotState} slot @returns {Bar} */
  #bar(slot) {
    const tag = element(
      "div",
      {
        class: "tag",
        role: "slider",
        tabindex: 0,
        "aria-label": `${capital(this.context.noun)} ${slot.label}`,
        "aria-orientation": "horizontal",
        "aria-valuemin": 0,
        "aria-valuemax": 100,
        "aria-describedby": this.context.describedBy,
      },
      slot.label,
    );
    const root = element("div", { class: "bar" }, element("span", { class: "stem" }), tag);
    return { slot, root, tag, row: Infinity, value: slot.value ?? slot.initial };
  }

  /** @param {Bar} bar @param {number} value */
  #place(bar, value) {
    bar.value = Math.min(100, Math.max(0, value));
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
    if (!this.drag.moved && Math.abs(dx) < CLICK_PX) return;
    this.drag.moved = true;
    flag(bar.root, "dragging", true);
    this.#place(bar, value + (100 * dx) / this.field.clientWidth);
    this.context.rate(bar.slot.id, bar.value, { input: "pointer", phase: "move" });
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
    const step = event.shiftKey ? LARGE : SMALL;
    /** @type {Record<string, number>} */
    const targets = {
      ArrowRight: bar.value + step,
      ArrowUp: bar.value + step,
      ArrowLeft: bar.value - step,
      ArrowDown: bar.value - step,
      PageUp: bar.value + LARGE,
      PageDown: bar.value - LARGE,
      Home: 0,
      End: 100,
    };
    if (!(event.key in targets)) return;
    event.preventDefault();
    this.context.select(bar.slot.id, { play: false });
    this.#place(bar, targets[event.key]);
    this.#finish(bar, "key");
  }

  /** @param {Bar} bar @param {"pointer" | "key"} input */
  #finish(bar, input) {
    // the server keeps tenths: what is drawn is what is stored
    this.#place(bar, Math.round(bar.value * 10) / 10);
    this.#settle(bar);
    this.context.rate(bar.slot.id, bar.value, { input, phase: "end" });
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
    if (!bar.slot.moved) words.push(t("ape.not_placed"));
    return words.join(", ");
  }
}
