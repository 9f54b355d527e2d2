/** The page after the present one, with its sounds, fetched while the present one is rated: the network may go away. */

/** @import {Api} from "./api.js" */
/** @import {RatingPage, Sound, Step} from "./types.js" */

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
    /** Whether the page is here with all its sounds. */
    this.isWhole = false;
    /** Whether the page was handed over: it fetches what is missing itself. */
    this.isTaken = false;
    /** By address; the last of them may be on its way. @type {Map<string, Promise<ArrayBuffer>>} */
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
    this.isWhole = false;
    this.isTaken = false;
    this.sounds.clear();
    if (wanted === null) return;
    try {
      const page = await retry(() => this.api.request("GET", `pages/${wanted}`, undefined, { signal }), { signal });
      if (signal.aborted) return;
      this.page = page;
      for (const slot of page.open_reference ? [...page.slots, page.open_reference] : page.slots) {
        await retry(() => this.#fetch(slot, signal), { signal });
        if (signal.aborted || this.isTaken) return;
      }
      this.isWhole = true;
    } catch {
      // not ahead, then: the page is fetched when its turn comes, and says there what is wrong
      if (!signal.aborted) this.wanted = null;
    }
  }

  /** Whether a step can be shown without the server. @param {Step} step @returns {boolean} */
  has(step) {
    return step.kind === "page" ? this.isWhole && this.page?.id === step.page : true;
  }

  /** Hand over a page, if it is here, be it without some of its sounds. @param {string} id @returns {RatingPage | null} */
  takePage(id) {
    const { page } = this;
    if (page?.id !== id) return null;
    this.page = null;
    this.isTaken = true;
    return page;
  }

  /** Hand over a sound that is here or on its way. @param {string} address @returns {Promise<ArrayBuffer | null>} */
  async takeSound(address) {
    const data = this.sounds.get(address);
    this.sounds.delete(address);
    return data?.catch(() => null) ?? null;
  }

  /** @param {Sound} sound @param {AbortSignal} signal */
  async #fetch(sound, signal) {
    if (this.isTaken) return;
    const data = fetchSound(this.api, sound, signal);
    this.sounds.set(sound.audio, data);
    await data;
  }
}
