/**
 * Arithmetic of the player: gains over time, positions in a loop, the edges of a loop. Pure functions, proved in the
 * browser tests. Times in seconds of the audio clock, positions in samples.
 *
 * A weight says how much of a sound is open: 1 whole, 0 nothing. When all weights of a page leave together and end at 1
 * for one and 0 for the rest, they add up to 1 at every instant, however often a fade is left half-way. A law makes a
 * gain of a weight: then the gains add up to 1 (equal gain), or their squares do (equal power).
 *
 * @typedef {{from: number, to: number, start: number, end: number}} Ramp  the way between two weights
 * @typedef {{rise: (share: number) => number, gain: (weight: number) => number, pieces: number}} Law
 *   rise: how far a weight has come after a share of the time; pieces: straight lines that draw one ramp
 * @typedef {{from: number, to: number}} Loop
 * @typedef {{start: number, offset: number, samples: number, rateHz: number, loop: Loop | null}} Clock
 */

/** By the name in the study. Mixes of one recording add up coherently: equal power makes them 3 dB louder half-way. */
export const LAWS = {
  /** @type {Law}  straight lines */
  equal_gain: { rise: (share) => share, gain: (weight) => weight, pieces: 1 },
  /** @type {Law}  sine and cosine; 128 lines stay within 2e-5 of them */
  equal_power: { rise: (share) => Math.sin((share * Math.PI) / 2) ** 2, gain: Math.sqrt, pieces: 128 },
};

/** A weight that stays. @param {number} weight @returns {Ramp} */
export function steady(weight) {
  return { from: weight, to: weight, start: 0, end: 0 };
}

/** @param {Ramp} ramp @param {number} time @param {Law} law @returns {number} */
export function weightAt(ramp, time, law) {
  if (time >= ramp.end) return ramp.to;
  if (time <= ramp.start) return ramp.from;
  return ramp.from + (ramp.to - ramp.from) * law.rise((time - ramp.start) / (ramp.end - ramp.start));
}

/**
 * Leave a ramp at a time, whether or not it has ended, for another weight.
 * @param {Ramp} ramp @param {number} weight @param {number} time @param {number} seconds @param {Law} law @returns {Ramp}
 */
export function leaveFor(ramp, weight, time, seconds, law) {
  return { from: weightAt(ramp, time, law), to: weight, start: time, end: time + seconds };
}

/**
 * Write a ramp into an audio parameter that follows an earlier ramp up to this one's start. The point at the start is
 * written before the rest of the earlier ramp is cancelled, so that the audio thread never sees a gap between the two.
 * All points lie on whole samples, for Firefox takes them to the nearest: what is cancelled begins beyond half of one.
 * @param {AudioParam} parameter @param {Ramp} ramp @param {Law} law @param {number} rateHz
 */
export function schedule(parameter, ramp, law, rateHz) {
  parameter.linearRampToValueAtTime(law.gain(ramp.from), ramp.start);
  parameter.cancelScheduledValues(ramp.start + 0.75 / rateHz);
  const samples = Math.round((ramp.end - ramp.start) * rateHz);
  const pieces = ramp.from === ramp.to ? 1 : Math.max(1, Math.min(law.pieces, samples));
  for (let piece = 1; piece <= pieces; piece += 1) {
    const time = piece === pieces ? ramp.end : ramp.start + Math.round((samples * piece) / pieces) / rateHz;
    parameter.linearRampToValueAtTime(law.gain(weightAt(ramp, time, law)), time);
  }
}

/** @param {Clock} clock @param {number} time @returns {number} position in samples, fractional */
export function positionAt(clock, time) {
  const elapsed = Math.max(0, (time - clock.start) * clock.rateHz);
  const position = clock.offset + elapsed;
  if (!clock.loop) return Math.min(position, clock.samples);
  const { from, to } = clock.loop;
  return position < to ? position : from + ((position - to) % (to - from));
}

/**
 * Gains, sample by sample, under which every round of a loop begins and ends in silence: first the way to the loop's
 * end from wherever it is entered, then one round, to be repeated.
 * @param {number} offset  where it is entered @param {Loop} loop @param {number} edge  samples
 * @returns {{gains: Float32Array<ArrayBuffer>, entry: number}}  entry: samples of the first way
 */
export function loopEdges(offset, { from, to }, edge) {
  const entry = to - offset;
  const round = to - from;
  const gains = new Float32Array(entry + round).fill(1);
  for (let n = 0; n < edge; n += 1) {
    if (n < entry) gains[entry - 1 - n] = n / edge;
    gains[entry + n] = n / edge;
    gains[entry + round - 1 - n] = n / edge;
  }
  return { gains, entry };
}

/** The next whole sample of the audio clock. @param {number} time @param {number} rateHz @returns {number} */
export function onSample(time, rateHz) {
  return Math.ceil(time * rateHz) / rateHz;
}

/** A length of whole samples. @param {number} seconds @param {number} rateHz @returns {number} in seconds */
export function wholeSamples(seconds, rateHz) {
  return Math.round(seconds * rateHz) / rateHz;
}

/** @param {number} db @returns {number} */
export function gainOf(db) {
  return 10 ** (db / 20);
}
