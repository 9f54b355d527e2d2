/** The time that is left, from the listener's own pace: the middle one of the times that the pages took so far. */

/** @import {Store} from "./store.js" */
/** @import {State} from "./types.js" */

const MINUTE_MS = 60_000;

export class Pace {
  /** @param {Store} store  keeps the times: a reload does not begin anew */
  constructor(store) {
    this.store = store;
  }

  /** The listener is at a step. @param {State} state @returns {number | null}  minutes for the pages that are left */
  at({ step, progress }) {
    const known = this.store.get("pace") ?? { page: null, began: 0, took: [] };
    const here = step.kind === "page" ? step.page : null;
    if (known.page !== here) {
      const now = Date.now();
      if (known.page !== null && now > known.began) known.took.push(now - known.began);
      this.store.set("pace", { page: here, began: now, took: known.took });
    }
    const left = progress.total - progress.done;
    if (known.took.length === 0 || left === 0) return null;
    return Math.ceil((middle(known.took) * left) / MINUTE_MS);
  }
}

/** @param {number[]} values */
function middle(values) {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)];
}
