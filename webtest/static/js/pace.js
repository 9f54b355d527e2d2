/**
 * The time that is left: the middle one of the times that the listener's pages took so far, for each that is left, and
 * the breaks. Before the first page is done, a page is taken to last as long as all its sounds.
 */

/** @import {Store} from "./store.js" */
/** @import {State} from "./types.js" */

const MINUTE_MS = 60_000;

export class Pace {
  /** @param {Store} store  keeps the times: a reload does not begin anew */
  constructor(store) {
    this.store = store;
  }

  /** The listener is at a step. @param {State} state @returns {number | null}  minutes that are left, from the first page on */
  at({ step, progress }) {
    const known = this.store.get("pace") ?? { page: null, began: 0, took: [] };
    const here = step.kind === "page" ? step.page : null;
    if (known.page !== here) {
      const now = Date.now();
      if (known.page !== null && now > known.began) known.took.push(now - known.began);
      this.store.set("pace", { page: here, began: now, took: known.took });
    }
    const left = progress.total - progress.done;
    if (left === 0 || (here === null && progress.done === 0)) return null;
    const page_ms = known.took.length > 0 ? middle(known.took) : progress.page_s * 1000;
    return Math.ceil((page_ms * left + progress.break_s * 1000) / MINUTE_MS);
  }
}

/** @param {number[]} values */
function middle(values) {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)];
}
