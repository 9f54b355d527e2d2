/** What the listener writes: on the selected stimulus, on the page, on moments of a stimulus; as the study asks. */

/** @import {Player} from "./player.js" */
/** @import {Rating} from "./rating.js" */

import { part } from "./dom.js";
import { mountMoments } from "./moments.js";
import { t } from "./strings.js";

/**
 * @param {HTMLElement} root @param {Rating} rating @param {Player} player
 * @param {{timeline: HTMLElement, onwrite: () => void, onescape: (id: string) => void, signal: AbortSignal}} options
 *   onescape: the listener wants to go back to a stimulus
 * @returns {{refresh: () => void, focus: (id: string | null) => void}}  focus: null or "page" for the page
 */
export function mountComments(root, rating, player, { timeline, onwrite, onescape, signal }) {
  const kinds = /** @type {string[]} */ (rating.page.options.comments ?? []);
  const isAsked = (/** @type {string} */ which) => kinds.includes(which) || rating.page.gates.comment_required === which;
  const rows = {
    stimulus: isAsked("stimulus") || isAsked("each"),
    page: isAsked("page"),
    moments: isAsked("moment"),
  };
  for (const [name, shown] of Object.entries(rows)) part(root, `${name}-note`).hidden = !shown;
  root.hidden = !Object.values(rows).some(Boolean);

  const ofStimulus = /** @type {HTMLTextAreaElement} */ (part(root, "comment"));
  const ofPage = /** @type {HTMLTextAreaElement} */ (part(root, "page-comment"));
  const moments = rows.moments ? mountMoments(part(root, "moments-note"), rating, player, { timeline, onwrite, signal }) : null;
  /** @type {string | null} */
  let about = null;
  const refresh = () => {
    const slot = rating.slots.find((one) => one.id === player.selected) ?? null;
    part(root, "comment-label").textContent = slot ? t("comment.on", { label: slot.label }) : t("comment");
    ofStimulus.disabled = slot === null;
    ofStimulus.placeholder = t(slot ? "optional" : "comment.select_first");
    if (slot?.id !== about) {
      about = slot?.id ?? null;
      ofStimulus.value = about ? rating.comment(about) : "";
    }
    moments?.refresh();
  };
  ofPage.value = rating.comment("page");
  const write = (/** @type {string | null} */ id, /** @type {string} */ text) => {
    if (id === null) return;
    rating.write(id, text);
    onwrite();
  };
  ofStimulus.addEventListener("input", () => write(about, ofStimulus.value), { signal });
  ofPage.addEventListener("input", () => write("page", ofPage.value), { signal });
  root.addEventListener("keydown", (event) => event.key === "Escape" && about && onescape(about), { signal });
  return {
    refresh,
    focus: (id) => (id === null || id === "page" ? (rows.page ? ofPage : ofStimulus) : ofStimulus).focus(),
  };
}
