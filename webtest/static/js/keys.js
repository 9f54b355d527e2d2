/** Single-key shortcuts of a page; they can be switched off (WCAG 2.1.4) and never take a key from a text field. */

/** @import {Slot, Sound} from "./types.js" */

import { byId } from "./dom.js";

export const WRITING = "textarea, select, input:not([type='range']):not([type='checkbox']):not([type='radio'])";
// letters and the reference play on Enter; on them, as everywhere, space plays or pauses
const PRESSABLE = "button:not(.tag, .ref), a[href], summary, input[type='checkbox'], input[type='radio']";

/**
 * @param {(key: string) => (() => void) | undefined} actionOf  for a key in capitals
 * @param {{enabled: () => boolean, signal: AbortSignal}} options
 */
export function listenForKeys(actionOf, { enabled, signal }) {
  const help = /** @type {HTMLDialogElement} */ (byId("help"));
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.defaultPrevented || help.open || !enabled()) return;
      const isCharacter = event.getModifierState("AltGraph"); // brackets need it on many keyboards
      if (!isCharacter && (event.ctrlKey || event.metaKey || event.altKey)) return;
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

/**
 * The pointers that hold something in an element.
 * @param {HTMLElement} root @param {AbortSignal} signal @returns {Set<number>}
 */
export function pointersIn(root, signal) {
  /** @type {Set<number>} */
  const held = new Set();
  root.addEventListener("pointerdown", ({ button, pointerId }) => button === 0 && held.add(pointerId), { signal });
  for (const name of /** @type {const} */ (["pointerup", "pointercancel"])) {
    document.addEventListener(name, ({ pointerId }) => held.delete(pointerId), { signal });
  }
  return held;
}

/**
 * What the keys of a rating page do: letters and digits play a stimulus, 0 and R the reference, brackets end the loop.
 * @param {Slot[]} slots @param {Sound | null} reference
 * @param {{select: (id: string) => void, toggle: () => void, loop: () => void, loopHere: (end: "from" | "to") => void,
 *   note: () => void, help: () => void}} actions
 * @returns {(key: string) => (() => void) | undefined}
 */
export function keysOfPage(slots, reference, { select, toggle, loop, loopHere, note, help }) {
  /** @type {Record<string, () => void>} */
  const others = { " ": toggle, L: loop, "[": () => loopHere("from"), "]": () => loopHere("to"), N: note, "?": help };
  return (key) => {
    const slot = slots.find((one) => one.label === key) ?? slots.find((_, index) => String(index + 1) === key);
    if (slot) return () => select(slot.id);
    if (reference && (key === "0" || key === "R")) return () => select(reference.id);
    return others[key];
  };
}
