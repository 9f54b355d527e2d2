/** What sliders of all methods share: their keys, and values to a tenth. */

const SMALL = 1;
const LARGE = 10;
const LOWEST = 0;
const HIGHEST = 100;
const MIDDLE = 50;

/** @param {number} value @returns {number} */
export function within(value) {
  return Math.min(HIGHEST, Math.max(LOWEST, value));
}

/** What the server keeps. @param {number} value @returns {number} */
export function tenths(value) {
  return Math.round(within(value) * 10) / 10;
}

/**
 * Where a key moves a slider; null for keys that move none. One without a value starts in the middle, whichever arrow.
 * @param {KeyboardEvent} event @param {number | null} value @returns {number | null}
 */
export function keyTarget(event, value) {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const step = event.shiftKey ? LARGE : SMALL;
  const from = value ?? MIDDLE;
  /** @type {Record<string, number>} */
  const targets = {
    ArrowRight: from + step,
    ArrowUp: from + step,
    ArrowLeft: from - step,
    ArrowDown: from - step,
    PageUp: from + LARGE,
    PageDown: from - LARGE,
    Home: LOWEST,
    End: HIGHEST,
  };
  if (!(event.key in targets)) return null;
  const isEnd = event.key === "Home" || event.key === "End";
  return tenths(value === null && !isEnd ? MIDDLE : targets[event.key]);
}
