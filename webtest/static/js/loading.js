/** Loading the sounds of a step: progress in words, every load logged, and a clear way out when one cannot be had. */

/** @import {Served} from "./audio.js" */
/** @import {Session} from "./session.js" */

import { Problem } from "./api.js";
import { loadSound } from "./audio.js";
import { t } from "./strings.js";

/**
 * @param {Session} session @param {{title: string, wide?: boolean}} heading  while loading
 * @param {{key: string, slot: string | null, served: Served}[]} sounds
 * @param {{samples: number, rateHz: number}} expected @param {AbortSignal} signal
 * @returns {Promise<Map<string, AudioBuffer> | null>}  by key; null when the step is left or a sound is lost, which is
 *   then said on the page
 */
export async function loadSounds(session, { title, wide = false }, sounds, expected, signal) {
  const { frame, events, api, ahead } = session;
  const text = (/** @type {number} */ done) => t("sound.loading", { done, count: sounds.length });
  const line = frame.loading(title, text(0), { wide });
  let done = 0;
  const load = async (/** @type {typeof sounds[number]} */ { key, slot, served }) => {
    const began = performance.now();
    const buffer = await loadSound(api, served, expected, {
      ahead: await ahead.takeSound(served.audio),
      signal,
      onfail: (problem, tries) => events.add("audio.error", { slot, data: { reason: problem.message, tries } }),
    });
    events.add("audio.load", { slot, data: { ms: Math.round(performance.now() - began), bytes: served.bytes } });
    done += 1;
    line.textContent = text(done);
    return /** @type {[string, AudioBuffer]} */ ([key, buffer]);
  };
  try {
    return new Map(await Promise.all(sounds.map(load)));
  } catch (error) {
    if (signal.aborted) return null;
    if (!(error instanceof Problem)) throw error;
    if (error.status === 401) throw error;
    if (error.status === 404 || error.status === 409) {
      await session.refresh();
      return null;
    }
    events.add("audio.error", { data: { reason: error.message, lost: true } });
    const { study, assessor } = session.known;
    const list = study.contact ? [t("fail.contact", { contact: study.contact, assessor })] : [];
    frame.message(t("sound.lost_title"), t("sound.lost_text"), {
      list,
      actions: [
        { label: t("fail.again"), run: () => void session.retryStep() },
        { label: t("sound.end"), run: () => void session.end("technical") },
      ],
    });
    return null;
  }
}
