/** Trying again: 1, 2, 4 … 30 s with jitter, at once when the browser says that the network is back. */

import { Problem } from "./api.js";

const FIRST_S = 1;
const LONGEST_S = 30;

/**
 * @template T
 * @param {() => Promise<T>} attempt
 * @param {{onfail?: (problem: Problem, tries: number) => void, tries?: number, signal?: AbortSignal}} [options]
 *   onfail hears of every failure that will be tried again
 * @returns {Promise<T>}  fails with the first problem that is not retryable, or after `tries`
 */
export async function retry(attempt, { onfail = () => {}, tries = Infinity, signal } = {}) {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Problem) || !error.retryable || count >= tries || signal?.aborted) throw error;
      onfail(error, count);
      await pause(error.wait_s ?? backOff(count), signal);
      signal?.throwIfAborted();
    }
  }
}

/** @param {number} count  failures so far @returns {number} seconds */
function backOff(count) {
  const whole = Math.min(LONGEST_S, FIRST_S * 2 ** (count - 1));
  return whole * (0.75 + Math.random() / 2);
}

/** @param {number} seconds @param {AbortSignal} [signal] @returns {Promise<void>} */
function pause(seconds, signal) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, seconds * 1000);
    addEventListener("online", done);
    signal?.addEventListener("abort", done);
  });
}
