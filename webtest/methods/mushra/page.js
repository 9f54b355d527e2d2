/** MUSHRA: one slider per stimulus, upright side by side, in rows on narrow screens; unset until it is moved. */

/** @import {MethodContext, Method} from "../../static/js/types.js" */

import { element } from "../../static/js/dom.js";
import { capital, spelled, t } from "../../static/js/strings.js";
import { Fader } from "./fader.js";

/** @param {HTMLElement} root @param {MethodContext} context @returns {Method} */
export function mount(root, context) {
  const { page, noun } = context;
  const asks = String(page.options.asks);
  /** From the top of the scale down. @type {string[]} */
  const words = page.options.labels ?? WORDS.map((name) => t(`mushra.${asks}.${name}`));
  const faders = context.slots.map((slot) => new Fader(slot, context, words));
  const list = element("ol", { class: "scale-words", "aria-hidden": "true" }, ...words.map((word) => element("li", {}, word)));
  list.style.setProperty("--words", String(words.length));
  list.toggleAttribute("data-long", words.length > 5 || words.some((word) => word.length > LONG));
  const rates = element("div", { class: "rates" }, ...faders.map((fader) => fader.root));
  const reference = page.open_reference ? referenceButton(page.open_reference.id, context) : null;
  const panel = element("div", { class: "panel scale", role: "group", "aria-labelledby": "question" }, list, ...(reference ? [reference] : []), rates);
  const room = element("div", { class: "rates-room" }, panel);
  room.style.setProperty("--count", String(faders.length));
  root.append(room);

  const kind = page.open_reference ? `${asks}_reference` : asks;
  return {
    how: t(`mushra.how.${kind}`, { noun, count: spelled(faders.length) }),
    keys: t("mushra.keys", { noun }),
    help: t(page.open_reference ? "mushra.help_reference" : "mushra.help", { noun }),
    verb: "rate",
    legend: ["new", "empty", "noted"],
    refresh: (selected) => {
      for (const fader of faders) fader.refresh(selected);
      if (!reference || !page.open_reference) return;
      reference.toggleAttribute("data-heard", context.heard(page.open_reference.id));
      if (page.open_reference.id === selected) reference.setAttribute("aria-current", "true");
      else reference.removeAttribute("aria-current");
    },
    focus: (id) => {
      if (id === page.open_reference?.id) reference?.focus();
      else faders.find((fader) => fader.slot.id === id)?.focus();
    },
  };
}

const LONG = 9; // letters: on narrow screens only the ends of such a scale are named
const WORDS = ["1", "2", "3", "4", "5"]; // intervals of the scale, the best first

/** @param {string} id @param {MethodContext} context @returns {HTMLButtonElement} */
function referenceButton(id, { select, signal }) {
  const button = element("button", { class: "button ref", type: "button", "aria-keyshortcuts": "R 0" }, capital(t("reference")));
  button.addEventListener("click", () => select(id), { signal });
  return button;
}
