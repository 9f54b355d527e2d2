/** Comments on moments: a mark on the plain time line, and a line of text for each. */

/** @import {Player} from "./player.js" */
/** @import {Rating} from "./rating.js" */

import { element, part } from "./dom.js";
import { number, t } from "./strings.js";

const MOST = 50; // on a page

/**
 * @param {HTMLElement} root @param {Rating} rating @param {Player} player
 * @param {{timeline: HTMLElement, onwrite: () => void, signal: AbortSignal}} options
 * @returns {{refresh: () => void}}  call it when another stimulus was selected
 */
export function mountMoments(root, rating, player, { timeline, onwrite, signal }) {
  const list = part(root, "moments");
  const add = /** @type {HTMLButtonElement} */ (part(root, "moment-add"));
  const layer = element("div", { class: "moment-marks", "aria-hidden": "true" });
  part(timeline, "head").before(layer);
  const length_ms = (1000 * player.samples) / player.rateHz;
  /** @type {string | null | undefined} */
  let shown;

  const draw = () => {
    const here = rating.moments.filter(({ slot }) => slot === player.selected);
    list.replaceChildren(...here.map((moment) => line(moment)));
    layer.replaceChildren(
      ...here.map(({ at_ms }) => {
        const mark = element("span");
        mark.style.setProperty("--at", String((100 * at_ms) / length_ms));
        return mark;
      }),
    );
    const isOnSlot = rating.slots.some((slot) => slot.id === player.selected);
    part(root, "select-first").hidden = isOnSlot;
    add.disabled = !isOnSlot || rating.moments.length >= MOST;
  };
  const line = (/** @type {import("./types.js").Moment} */ moment) => {
    const seconds = number(moment.at_ms / 1000, 1);
    const go = element("button", { class: "button figures", type: "button", "aria-label": t("moment.go", { seconds }) }, `${seconds} s`);
    const text = element("textarea", { rows: 1, maxlength: 2000, "aria-label": t("moment.text", { seconds }) });
    const remove = element("button", { class: "button button-plain", type: "button", "aria-label": t("moment.remove", { seconds }) }, "×");
    text.value = moment.text;
    go.addEventListener("click", () => player.seek((moment.at_ms / 1000) * player.rateHz));
    text.addEventListener("input", () => {
      moment.text = text.value;
      onwrite();
    });
    remove.addEventListener("click", () => {
      rating.moments = rating.moments.filter((one) => one !== moment);
      draw();
      onwrite();
      add.focus();
    });
    return element("li", {}, go, text, remove);
  };
  add.addEventListener(
    "click",
    () => {
      if (player.selected === null) return;
      const at_ms = Math.round((1000 * player.position) / player.rateHz);
      rating.moments = [...rating.moments, { slot: player.selected, at_ms, text: "" }];
      draw();
      onwrite();
      /** @type {HTMLElement | null} */ (list.querySelector("li:last-child textarea"))?.focus();
    },
    { signal },
  );
  return {
    refresh: () => {
      if (player.selected === shown) return;
      shown = player.selected;
      draw();
    },
  };
}
