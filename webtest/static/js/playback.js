/** The playback bar: play or pause, a plain time line (a waveform would betray the stimulus), loop on or off. */

/** @import {Player} from "./player.js" */

import { element, part } from "./dom.js";
import { number, t } from "./strings.js";

const STILL_MS = 250;
const SMALL_S = 0.1;
const LARGE_S = 1;
const MARK_STEPS_S = [0.5, 1, 2, 3, 5, 10, 15, 20, 30, 60];
const MOST_MARKS = 5;

/**
 * @param {HTMLElement} root  the bar @param {Player} player
 * @param {{toggle: () => void, ontick: () => void, signal: AbortSignal}} options  ontick: while sound plays
 * @returns {{refresh: () => void}}  call it when playing began or ended
 */
export function mountPlayback(root, player, { toggle, ontick, signal }) {
  const timeline = part(root, "timeline");
  const head = part(root, "head");
  const line = /** @type {HTMLElement} */ (head.parentElement);
  const loop = part(root, "loop");
  const length_s = player.samples / player.rateHz;
  const stillness = matchMedia("(prefers-reduced-motion: reduce)");
  let drawn = 0;
  let frame = 0;
  let dragging = false;

  const draw = (/** @type {number} */ at_s) => {
    timeline.style.setProperty("--at", String((100 * at_s) / length_s));
    part(root, "time").textContent = stamp(at_s);
  };
  const showTime = () => {
    if (dragging) return;
    const at_s = player.position / player.rateHz;
    draw(at_s);
    // a moving value would be spoken all the time: a playing head is told only when it has the focus
    if (player.playing && head !== document.activeElement) return;
    head.setAttribute("aria-valuenow", at_s.toFixed(1));
    head.setAttribute("aria-valuetext", t("playback.seconds", { seconds: number(at_s, 1) }));
  };
  const tick = (/** @type {number} */ now) => {
    frame = 0;
    if (signal.aborted) return;
    if (!stillness.matches || now - drawn >= STILL_MS) {
      drawn = now;
      showTime();
    }
    if (!player.playing) return;
    ontick();
    frame = requestAnimationFrame(tick);
  };
  const refresh = () => {
    root.dataset.playing = String(player.playing);
    part(root, "play").setAttribute("aria-label", t(player.playing ? "playback.pause" : "playback.play"));
    loop.setAttribute("aria-pressed", String(player.looping));
    timeline.dataset.loop = String(player.looping);
    showTime();
    if (player.playing && frame === 0) frame = requestAnimationFrame(tick);
  };

  part(root, "play").addEventListener("click", toggle, { signal });
  loop.addEventListener("click", () => player.setLooping(!player.looping), { signal });
  listenToLine(line, timeline, {
    signal,
    preview: (share) => {
      dragging = true;
      draw(share * length_s);
    },
    commit: (share) => {
      dragging = false;
      player.seek(share * player.samples);
      showTime();
    },
  });
  head.addEventListener(
    "keydown",
    (event) => {
      const at_s = player.position / player.rateHz;
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
      if (!(event.key in targets)) return;
      event.preventDefault();
      player.seek(targets[event.key] * player.rateHz);
      showTime();
    },
    { signal },
  );

  head.setAttribute("aria-valuemin", "0");
  head.setAttribute("aria-valuemax", length_s.toFixed(1));
  part(root, "length").textContent = stamp(length_s);
  part(root, "marks").append(...marks(length_s));
  refresh();
  return { refresh };
}

/**
 * Press on the line to go there, or drag along it and go there on release.
 * @param {HTMLElement} line @param {HTMLElement} timeline
 * @param {{signal: AbortSignal, preview: (share: number) => void, commit: (share: number) => void}} options
 */
function listenToLine(line, timeline, { signal, preview, commit }) {
  let share = 0;
  let grabbed = false;
  const follow = (/** @type {PointerEvent} */ event) => {
    const box = line.getBoundingClientRect();
    share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    preview(share);
  };
  timeline.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button !== 0) return;
      grabbed = true;
      timeline.setPointerCapture(event.pointerId);
      follow(event);
    },
    { signal },
  );
  timeline.addEventListener("pointermove", (event) => grabbed && follow(event), { signal });
  timeline.addEventListener(
    "lostpointercapture",
    () => {
      if (grabbed) commit(share);
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
function stamp(seconds) {
  const tenths = Math.floor(seconds * 10 + 1e-6);
  const minutes = Math.floor(tenths / 600);
  return `${minutes}:${((tenths - minutes * 600) / 10).toFixed(1).padStart(4, "0")}`;
}
