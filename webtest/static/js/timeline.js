/** The plain time line (a waveform would betray the stimulus): press to go there, drag the head or an end of the loop. */

/** @import {Player} from "./player.js" */
/** @import {End} from "./loopends.js" */

import { element } from "./dom.js";
import { mountLoopEnds } from "./loopends.js";
import { number, t } from "./strings.js";

const SMALL_S = 0.1;
const LARGE_S = 1;
const CLICK_PX = 3; // a smaller movement drags nothing
const MARK_STEPS_S = [0.5, 1, 2, 3, 5, 10, 15, 20, 30, 60];
const MOST_MARKS = 5;

/**
 * @param {HTMLElement} timeline @param {HTMLElement} head @param {HTMLElement} list  for marks @param {Player} player
 * @param {{ondraw: (at_s: number) => void, signal: AbortSignal}} options  ondraw: the head was drawn at a time
 */
export function mountTimeline(timeline, head, list, player, { ondraw, signal }) {
  const line = /** @type {HTMLElement} */ (head.parentElement);
  const length_s = player.samples / player.rateHz;
  /** What the pointer holds. @type {"head" | End | null} */
  let held = null;
  const stepOf = (/** @type {KeyboardEvent} */ event, /** @type {number} */ at_s) => {
    const step = event.shiftKey ? LARGE_S : SMALL_S;
    /** @type {Record<string, number>} */
    const targets = {
      ArrowRight: at_s + step,
      ArrowUp: at_s + step,
      ArrowLeft: at_s - step,
      ArrowDown: at_s - step,
      PageUp: at_s + LARGE_S,
      PageDown: at_s - LARGE_S,
      Home: 0,
      End: length_s,
    };
    return event.key in targets ? targets[event.key] : undefined;
  };
  const ends = mountLoopEnds(line, timeline, player, { stepOf, signal });
  const draw = (/** @type {number} */ at_s) => {
    timeline.style.setProperty("--at", String((100 * at_s) / length_s));
    ondraw(at_s);
  };
  const showTime = () => {
    if (held === "head") return;
    const at_s = player.position / player.rateHz;
    draw(at_s);
    // a moving value would be spoken all the time: a playing head is told only when it has the focus
    if (player.playing && head !== document.activeElement) return;
    head.setAttribute("aria-valuenow", at_s.toFixed(1));
    head.setAttribute("aria-valuetext", t("playback.seconds", { seconds: number(at_s, 1) }));
  };
  listenToLine(line, timeline, {
    signal,
    grab: ends.pressed,
    preview: (share, end) => {
      held = end ?? "head";
      if (end) ends.preview(end, share);
      else draw(share * length_s);
    },
    commit: (share, end) => {
      held = null;
      if (end) ends.move(end, share);
      else player.seek(share * player.samples);
      showTime();
    },
  });
  head.addEventListener(
    "keydown",
    (event) => {
      const target_s = stepOf(event, player.position / player.rateHz);
      if (target_s === undefined) return;
      event.preventDefault();
      player.seek(target_s * player.rateHz);
      showTime();
    },
    { signal },
  );
  head.setAttribute("aria-valuemin", "0");
  head.setAttribute("aria-valuemax", length_s.toFixed(1));
  list.append(...marks(length_s));
  return {
    showTime,
    refresh() {
      if (held === null || held === "head") ends.refresh();
      showTime();
    },
  };
}

/**
 * Press on the line to go there; drag along it and go there on release; drag an end of the loop.
 * @param {HTMLElement} line @param {HTMLElement} timeline
 * @param {{signal: AbortSignal, grab: (target: EventTarget | null) => End | null, preview: (share: number, end: End | null) => void,
 *   commit: (share: number, end: End | null) => void}} options  grab: the end whose bracket was pressed
 */
function listenToLine(line, timeline, { signal, grab, preview, commit }) {
  let share = 0;
  let pressed_px = 0;
  let grabbed = false;
  /** @type {End | null} */
  let near = null;
  /** @type {End | null}  only a movement takes it: a press on it goes there, as everywhere */
  let end = null;
  const follow = (/** @type {PointerEvent} */ event) => {
    const box = line.getBoundingClientRect();
    share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    if (Math.abs(event.clientX - pressed_px) >= CLICK_PX) end = near;
    if (near === null || end !== null) preview(share, end);
  };
  timeline.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button !== 0) return;
      grabbed = true;
      pressed_px = event.clientX;
      near = grab(event.target);
      end = null;
      timeline.setPointerCapture(event.pointerId);
      follow(event);
    },
    { signal },
  );
  timeline.addEventListener("pointermove", (event) => grabbed && follow(event), { signal });
  timeline.addEventListener(
    "lostpointercapture",
    () => {
      if (grabbed) commit(share, end);
      grabbed = false;
    },
    { signal },
  );
}

/** Round times along the line. @param {number} length_s @returns {HTMLElement[]} */
function marks(length_s) {
  const step = MARK_STEPS_S.find((one) => length_s / one <= MOST_MARKS) ?? length_s / MOST_MARKS;
  return Array.from({ length: Math.floor(length_s / step + 1e-6) + 1 }, (_, index) => {
    const mark = element("li", {}, step < 1 ? stamp(index * step) : stamp(index * step).slice(0, -2));
    mark.style.setProperty("--at", String((100 * index * step) / length_s));
    return mark;
  });
}

/** "0:04.2". @param {number} seconds @returns {string} */
export function stamp(seconds) {
  const tenths = Math.floor(seconds * 10 + 1e-6);
  const minutes = Math.floor(tenths / 600);
  return `${minutes}:${((tenths - minutes * 600) / 10).toFixed(1).padStart(4, "0")}`;
}
