/** Sounds from the server: fetched whole, checked, decoded to the study's rate exactly. */

/** @import {Api} from "./api.js" */

import { Problem } from "./api.js";
import { retry } from "./retry.js";

const TRIES = 4;

/** @typedef {{audio: string, bytes: number, sha256?: string}} Served */

/**
 * @param {Api} api @param {Served} served @param {{samples: number, rateHz: number}} expected
 * @param {{signal?: AbortSignal, onfail?: (problem: Problem, tries: number) => void}} [options]
 * @returns {Promise<AudioBuffer>}  fails with a `Problem` after three further tries
 */
export function loadSound(api, served, expected, { signal, onfail } = {}) {
  return retry(
    async () => {
      const data = await api.bytes(served.audio, signal);
      await verify(data, served);
      return decode(data, expected);
    },
    { tries: TRIES, signal, onfail },
  );
}

/** @param {ArrayBuffer} data @param {Served} served */
async function verify(data, served) {
  if (data.byteLength !== served.bytes) throw damaged(`${data.byteLength} of ${served.bytes} bytes`);
  // subtle is there in secure contexts only: https, or this machine
  if (!served.sha256 || !globalThis.crypto?.subtle) return;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  const found = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (found !== served.sha256) throw damaged("checksum differs");
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
