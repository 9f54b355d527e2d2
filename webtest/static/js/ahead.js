/** The page after the present one, with its sounds, fetched while the present one is rated: the network may go away. */

/** @import {Api} from "./api.js" */
/** @import {RatingPage, Step} from "./types.js" */

import { fetchSound } from "./audio.js";
import { retry } from "./retry.js";

export class Ahead {
  /** @param {Api} api */
  constructor(api) {
    this.api = api;
    /** @type {string | null} */
    this.wanted = null;
    /** @type {RatingPage | null} */
    this.page = null;
    /** By address. @type {Map<string, ArrayBuffer>} */
    this.sounds = new Map();
    this.leaving = new AbortController();
  }

  /** Fetch what a step needs, in the background. @param {Step | null} step */
  async prepare(step) {
    const wanted = step?.kind === "page" ? step.page : null;
    if (wanted === this.wanted) return;
    this.leaving.abort();
    this.leaving = new AbortController();
    const { signal } = this.leaving;
    this.wanted = wanted;
    this.page = null;
    this.sounds.clear();
    if (wanted === null) return;
    try {
      const page = await retry(() => this.api.request("GET", `pages/${wanted}`, undefined, { signal }), { signal });
      for (const slot of page.reference ? [...page.slots, page.reference] : page.slots) {
        const data = await retry(() => fetchSound(this.api, slot, signal), { signal });
        if (signal.aborted) return;
        this.sounds.set(slot.audio, data);
      }
      this.page = page;
    } catch {
      // not ahead, then: the page is fetched when its turn comes, and says there what is wrong
      if (!signal.aborted) this.wanted = null;
    }
  }

  /** Whether a step can be shown without the server. @param {Step} step @returns {boolean} */
  has(step) {
    return step.kind === "page" ? this.page?.id === step.page : true;
  }

  /** Hand over a page, if it is here whole. @param {string} id @returns {RatingPage | null} */
  takePage(id) {
    const { page } = this;
    if (page?.id !== id) return null;
    this.page = null;
    return page;
  }

  /** Hand over a sound. @param {string} address @returns {ArrayBuffer | null} */
  takeSound(address) {
    const data = this.sounds.get(address) ?? null;
    this.sounds.delete(address);
    return data;
  }
}
