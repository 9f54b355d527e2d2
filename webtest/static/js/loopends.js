/** The two brackets of the loop on the time line: shown where it begins and ends, moved by drag or by keys. */

/** @import {Player} from "./player.js" */

import { element } from "./dom.js";
import { number, t } from "./strings.js";

/** @typedef {"from" | "to"} End */

/** @type {End[]} */
const ENDS = ["from", "to"];

/**
 * @param {HTMLElement} line @param {HTMLElement} timeline @param {Player} player
 * @param {{stepOf: (event: KeyboardEvent, at_s: number) => number | undefined, signal: AbortSignal}} options
 *   stepOf: the place that a key asks for, in seconds
 */
export function mountLoopEnds(line, timeline, player, { stepOf, signal }) {
  const length_s = player.samples / player.rateHz;
  const ends = Object.fromEntries(ENDS.map((end) => [end, bracket(end, length_s)]));
  const draw = (/** @type {End} */ end, /** @type {number} */ sample) => {
    const at_s = sample / player.rateHz;
    timeline.style.setProperty(`--${end}`, String((100 * sample) / player.samples));
    ends[end].setAttribute("aria-valuenow", at_s.toFixed(1));
    ends[end].setAttribute("aria-valuetext", t("playback.seconds", { seconds: number(at_s, 1) }));
  };
  const refresh = () => {
    timeline.dataset.loop = String(player.looping);
    for (const end of ENDS) draw(end, player.region[end]);
  };
  for (const end of ENDS) {
    ends[end].addEventListener(
      "keydown",
      (event) => {
        const target_s = stepOf(event, player.region[end] / player.rateHz);
        if (target_s === undefined) return;
        event.preventDefault();
        player.moveLoop(end, target_s * player.rateHz);
        refresh();
      },
      { signal },
    );
  }
  line.prepend(ends.from);
  line.append(ends.to);

  return {
    refresh,
    /** The end whose bracket was pressed. @param {EventTarget | null} target @returns {End | null} */
    pressed: (target) => ENDS.find((end) => ends[end] === target) ?? null,
    /** Show an end at a place before it is moved there. @param {End} end @param {number} share */
    preview(end, share) {
      draw(end, player.fittedEnd(end, share * player.samples));
    },
    /** @param {End} end @param {number} share */
    move(end, share) {
      player.moveLoop(end, share * player.samples);
      refresh();
    },
  };
}

/** @param {End} end @param {number} length_s @returns {HTMLElement} */
function bracket(end, length_s) {
  return element("div", {
    class: `bracket bracket-${end}`,
    role: "slider",
    tabindex: "0",
    "aria-label": t(`playback.loop_${end}`),
    "aria-keyshortcuts": end === "from" ? "[" : "]",
    "aria-valuemin": "0",
    "aria-valuemax": length_s.toFixed(1),
  });
}
