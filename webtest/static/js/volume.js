/** The page's own volume: −12 to +12 dB, kept for the visit, every change logged; it belongs to no stimulus. */

/** @import {Session} from "./session.js" */

import { byId } from "./dom.js";
import { number, t } from "./strings.js";
import { gainOf } from "./timing.js";

const LOG_QUIET_MS = 300;

/**
 * @param {Session} session @param {HTMLElement} notice  where to say that loud moments would distort
 * @param {{peak: number, signal: AbortSignal}} options  peak: highest sample value of what can be heard
 */
export function mountVolume(session, notice, { peak, signal }) {
  const slider = /** @type {HTMLInputElement} */ (byId("volume"));
  const { output, store, events } = session;
  let timer = 0;
  const log = () => events.add("volume", { data: { db: output.volumeDb } });

  const show = () => {
    const text = t("volume.db", { db: signed(output.volumeDb) });
    byId("volume-text").textContent = text;
    slider.setAttribute("aria-valuetext", text);
    notice.hidden = peak * gainOf(output.volumeDb) <= 1;
    notice.textContent = notice.hidden ? "" : t("volume.distorts");
  };
  slider.value = String(output.volumeDb);
  show();
  slider.addEventListener(
    "input",
    () => {
      output.setVolume(Number(slider.value));
      store.set("volume_db", output.volumeDb);
      show();
      clearTimeout(timer);
      timer = setTimeout(() => {
        timer = 0;
        log();
      }, LOG_QUIET_MS);
    },
    { signal },
  );
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    if (timer) log();
  });
}

/** "+3.0", "−3.0", "0.0". @param {number} db @returns {string} */
function signed(db) {
  const sign = db > 0 ? "+" : db < 0 ? "−" : "";
  return sign + number(Math.abs(db), 1);
}
