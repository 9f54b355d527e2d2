/** What this browser can do: asked before consent, and told to the server in coarse terms. */

const RATE_HZ = 44100;
/** The smallest sound as the server sends them: 16 samples, two channels, 24 bit. */
const FLAC =
  "ZkxhQ4AAACIQABAAAABaAABaCsRDcAAAABBJIHGG2jsaeq3YWKhtlC0Q//hpjAAPkBGhGAABR64Y9cDrhTR6564UJmZoAAFHrhj1wOuFNHrnrhQmZmgA" +
  "AUeuCNCOj1uj1uj1o64U0et0et0et0et0et0et0etHXCmj1uj1uj1uj1uj1oD/g";
const FLAC_SAMPLES = 16;

/** @returns {Promise<string[]>}  keys of what is missing, for the texts `cannot.KEY` */
export async function missingFeatures() {
  const missing = [];
  if (typeof AudioContext !== "function" || typeof OfflineAudioContext !== "function") missing.push("audio");
  else if (!canUseRate(RATE_HZ)) missing.push("rate");
  else if (!(await canDecode())) missing.push("flac");
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

/** Whether the browser reads FLAC. */
async function canDecode() {
  const data = Uint8Array.from(atob(FLAC), (letter) => letter.charCodeAt(0));
  try {
    const sound = await new OfflineAudioContext(2, 1, RATE_HZ).decodeAudioData(data.buffer);
    return sound.length === FLAC_SAMPLES && sound.numberOfChannels === 2;
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
