/** The playback bar: play or pause, the time line, loop on or off. */

/** @import {Player} from "./player.js" */

import { part } from "./dom.js";
import { t } from "./strings.js";
import { mountTimeline, stamp } from "./timeline.js";

const STILL_MS = 250;

/**
 * @param {HTMLElement} root  the bar @param {Player} player
 * @param {{toggle: () => void, ontick: () => void, signal: AbortSignal}} options  ontick: while sound plays
 * @returns {{refresh: () => void}}  call it when playing began or ended, or the loop changed
 */
export function mountPlayback(root, player, { toggle, ontick, signal }) {
  const loop = part(root, "loop");
  const stillness = matchMedia("(prefers-reduced-motion: reduce)");
  const timeline = mountTimeline(part(root, "timeline"), part(root, "head"), part(root, "marks"), player, {
    ondraw: (at_s) => {
      part(root, "time").textContent = stamp(at_s);
    },
    signal,
  });
  let drawn = 0;
  let frame = 0;

  const tick = (/** @type {number} */ now) => {
    frame = 0;
    if (signal.aborted) return;
    if (!stillness.matches || now - drawn >= STILL_MS) {
      drawn = now;
      timeline.showTime();
    }
    if (!player.playing) return;
    ontick();
    frame = requestAnimationFrame(tick);
  };
  const refresh = () => {
    root.dataset.playing = String(player.playing);
    part(root, "play").setAttribute("aria-label", t(player.playing ? "playback.pause" : "playback.play"));
    loop.setAttribute("aria-pressed", String(player.looping));
    timeline.refresh();
    if (player.playing && frame === 0) frame = requestAnimationFrame(tick);
  };

  part(root, "play").addEventListener("click", toggle, { signal });
  loop.addEventListener("click", () => player.setLooping(!player.looping), { signal });
  part(root, "length").textContent = stamp(player.samples / player.rateHz);
  refresh();
  return { refresh };
}
