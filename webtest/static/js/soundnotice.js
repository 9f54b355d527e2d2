/** One line that says when the sound is kept silent, has stopped or may come from elsewhere, and how to go on. */

/** @import {Output} from "./output.js" */
/** @import {Player} from "./player.js" */

import { t } from "./strings.js";

const LOOK_MS = 500;
const STUCK_MS = 2000;

/** @typedef {"sound.blocked" | "sound.stopped" | "sound.device"} Notice */

/**
 * @param {Output} output @param {Player} player @param {HTMLElement} notice @param {AbortSignal} signal
 * @returns {(key: Notice | null) => void}  show a text, or none
 */
export function mountSoundNotice(output, player, notice, signal) {
  const show = (/** @type {Notice | null} */ key) => {
    notice.hidden = key === null;
    notice.textContent = key === null ? "" : t(key);
  };
  // suspended, or interrupted by a call; or closed; or failed, for example as its device went
  output.onstate = () => {
    if (output.isRunning || !player.playing) return;
    player.pause();
    show("sound.stopped");
  };
  const timer = watch(output, player);
  // unknown where the address is no secure one
  navigator.mediaDevices?.addEventListener("devicechange", () => output.made && show("sound.device"), { signal });
  signal.addEventListener("abort", () => {
    output.onstate = null;
    clearInterval(timer);
  });
  return show;
}

/** A context whose device is gone may say that it runs while its clock stands. @param {Output} output @param {Player} player */
function watch(output, player) {
  let audio_s = -1;
  let moved_ms = 0;
  return setInterval(() => {
    const now_ms = Number(document.timeline.currentTime);
    const reached_s = player.playing ? output.context.currentTime : -1;
    if (reached_s !== audio_s || reached_s === -1) moved_ms = now_ms;
    audio_s = reached_s;
    if (now_ms - moved_ms >= STUCK_MS) output.fail();
  }, LOOK_MS);
}
