/** Single-key shortcuts of a page; they can be switched off (WCAG 2.1.4) and never take a key from a text field. */

import { byId } from "./dom.js";

const WRITING = "textarea, select, input:not([type='range']):not([type='checkbox']):not([type='radio'])";
const PRESSABLE = "button, a[href], summary, input[type='checkbox'], input[type='radio']";

/**
 * @param {(key: string) => (() => void) | undefined} actionOf  for a key in capitals
 * @param {{enabled: () => boolean, signal: AbortSignal}} options
 */
export function listenForKeys(actionOf, { enabled, signal }) {
  const help = /** @type {HTMLDialogElement} */ (byId("help"));
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || help.open || !enabled()) return;
      const target = /** @type {Element} */ (event.target);
      if (target.matches(WRITING) || (event.key === " " && target.matches(PRESSABLE))) return;
      const act = actionOf(event.key.toUpperCase());
      if (!act) return;
      event.preventDefault();
      act();
    },
    { signal },
  );
}
