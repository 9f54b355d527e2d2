/** What this browser can do: asked before consent, and told to the server in coarse terms. */

const RATE_HZ = 44100;

/** @returns {string[]}  keys of what is missing, for the texts `cannot.KEY` */
export function missingFeatures() {
  const missing = [];
  if (typeof AudioContext !== "function" || typeof OfflineAudioContext !== "function") missing.push("audio");
  else if (!canUseRate(RATE_HZ)) missing.push("rate");
  if (typeof PointerEvent !== "function") missing.push("pointer");
  if (typeof HTMLDialogElement !== "function") missing.push("dialog");
  if (!globalThis.crypto?.getRandomValues) missing.push("random");
  return missing;
}

/** Whether sound can be decoded and played at a rate. @param {number} rateHz @returns {boolean} */
export function canUseRate(rateHz) {
  try {
    return new OfflineAudioContext(2, 1, rateHz).sampleRate === rateHz;
  } catch {
    return false;
  }
}

/** @returns {Record<string, string | number>} */
export function capabilities() {
  const context = new AudioContext();
  const found = {
    sample_rate_hz: context.sampleRate,
    base_latency_s: context.baseLatency || 0,
    output_latency_s: context.outputLatency || 0,
    max_channels: context.destination.maxChannelCount,
    browser: family(navigator.userAgent),
    width: innerWidth,
    height: innerHeight,
  };
  void context.close();
  return found;
}

/** @param {string} agent @returns {string} */
function family(agent) {
  if (/Firefox\//.test(agent)) return "firefox";
  if (/Edg\//.test(agent)) return "edge";
  if (/Chrom(e|ium)\//.test(agent)) return "chromium";
  if (/Safari\//.test(agent)) return "safari";
  return "other";
}
