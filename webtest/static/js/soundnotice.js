/** One line that says when the browser keeps the sound silent or has stopped it, and how to go on. */

/** @import {Output} from "./output.js" */
/** @import {Player} from "./player.js" */

import { t } from "./strings.js";

/**
 * @param {Output} output @param {Player} player @param {HTMLElement} notice @param {AbortSignal} signal
 * @returns {(key: "sound.blocked" | null) => void}  show a text, or none
 */
export function mountSoundNotice(output, player, notice, signal) {
  const show = (/** @type {"sound.blocked" | "sound.stopped" | null} */ key) => {
    notice.hidden = key === null;
    notice.textContent = key === null ? "" : t(key);
  };
  output.onstate = () => {
    if (output.isRunning || !player.playing) return;
    player.pause();
    show("sound.stopped");
  };
  signal.addEventListener("abort", () => {
    output.onstate = null;
  });
  return show;
}
