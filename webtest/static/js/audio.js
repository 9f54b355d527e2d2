/** Sounds from the server: fetched whole, checked, decoded to the study's rate exactly. */

/** @import {Api} from "./api.js" */

import { Problem } from "./api.js";
import { retry } from "./retry.js";
import { sha256 } from "./sha256.js";

const TRIES = 4;

/** @typedef {{audio: string, bytes: number, sha256: string}} Served */

/**
 * @param {Api} api @param {Served} served @param {{samples: number, rateHz: number}} expected
 * @param {{ahead?: ArrayBuffer | null, signal?: AbortSignal, onfail?: (problem: Problem, tries: number) => void}} [options]
 *   ahead: the sound, if it was fetched before
 * @returns {Promise<AudioBuffer>}  fails with a `Problem` after three further tries
 */
export function loadSound(api, served, expected, { ahead = null, signal, onfail } = {}) {
  return retry(async () => decode(takeOver() ?? (await fetchSound(api, served, signal)), expected), {
    tries: TRIES,
    signal,
    onfail,
  });

  function takeOver() {
    const data = ahead;
    ahead = null; // decoding uses it up
    return data;
  }
}

/** Fetch a sound and check length and checksum. @param {Api} api @param {Served} served @param {AbortSignal} [signal] */
export async function fetchSound(api, served, signal) {
  const data = await api.bytes(served.audio, signal);
  if (data.byteLength !== served.bytes) throw damaged(`${data.byteLength} of ${served.bytes} bytes`);
  if ((await sha256(data)) !== served.sha256) throw damaged("checksum differs");
  return data;
}

/**
 * Decode in an offline context of the study's rate: the browser would resample to any other, and needs no click for this.
 * @param {ArrayBuffer} data @param {{samples: number, rateHz: number}} expected @returns {Promise<AudioBuffer>}
 */
export async function decode(data, { samples, rateHz }) {
  let buffer;
  try {
    buffer = await new OfflineAudioContext(2, 1, rateHz).decodeAudioData(data);
  } catch {
    throw damaged("not decodable");
  }
  if (buffer.sampleRate !== rateHz || buffer.length !== samples || buffer.numberOfChannels !== 2) {
    throw damaged(`decoded to ${buffer.length} samples, ${buffer.numberOfChannels} channels, ${buffer.sampleRate} Hz`);
  }
  return buffer;
}

/** @param {string} detail @returns {Problem}  retryable */
function damaged(detail) {
  return new Problem(0, { detail });
}

/** Highest absolute sample value. @param {Iterable<AudioBuffer>} buffers @returns {number} */
export function peakOf(buffers) {
  let peak = 0;
  for (const buffer of buffers) {
    for (let channel = 0; channel < buffer.numberOfChannels; channel += 1) {
      for (const value of buffer.getChannelData(channel)) peak = Math.max(peak, Math.abs(value));
    }
  }
  return peak;
}

/** A copy with one channel silent. @param {AudioBuffer} buffer @param {0 | 1} channel  the one that is kept */
export function onlyChannel(buffer, channel) {
  const copy = new AudioBuffer({ numberOfChannels: 2, length: buffer.length, sampleRate: buffer.sampleRate });
  copy.copyToChannel(buffer.getChannelData(channel), channel);
  return copy;
}
