/** A page with a least or a longest time: refreshes what is missing, and says when the time is nearly over, and over. */

/** @import {Rating} from "./rating.js" */

import { element } from "./dom.js";
import { t } from "./strings.js";

const EVERY_MS = 500;

/**
 * @param {HTMLElement} notice  where the time left is said: once for assistive technology, each second for the eye
 * @param {Rating} rating
 * @param {{ontick: () => void, onover: () => void, signal: AbortSignal}} options
 */
export function mountPageClock(notice, rating, { ontick, onover, signal }) {
  const { min_page_s, max_page_s } = rating.page.gates;
  if (!min_page_s && !max_page_s) return;
  const left = element("strong", { class: "figures", "aria-hidden": "true" });
  const timer = setInterval(() => {
    const seconds = rating.lastCall;
    if (seconds !== null && notice.hidden) {
      notice.hidden = false;
      notice.replaceChildren(t("clock.nearly", { seconds }), " ", left);
    }
    left.textContent = seconds === null ? "" : t("clock.left", { seconds });
    ontick();
    if (!rating.isOver) return;
    clearInterval(timer);
    notice.textContent = t("clock.over");
    onover();
  }, EVERY_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
}
