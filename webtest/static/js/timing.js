/**
 * Arithmetic of the player: gains over time and positions in a loop. Pure functions, proved in the browser tests.
 * Times in seconds of the audio clock, positions in samples.
 *
 * @typedef {{from: number, to: number, start: number, end: number}} Ramp  a straight line between two gains
 * @typedef {{from: number, to: number}} Loop
 * @typedef {{start: number, offset: number, samples: number, rateHz: number, loop: Loop | null}} Clock
 */

/** A gain that stays. @param {number} gain @returns {Ramp} */
export function steady(gain) {
  return { from: gain, to: gain, start: 0, end: 0 };
}

/** @param {Ramp} ramp @param {number} time @returns {number} */
export function gainAt(ramp, time) {
  if (time >= ramp.end) return ramp.to;
  if (time <= ramp.start) return ramp.from;
  return ramp.from + ((ramp.to - ramp.from) * (time - ramp.start)) / (ramp.end - ramp.start);
}

/**
 * Leave a ramp at a time, whether or not it has ended, for another gain. When all gains of a page leave together and
 * end at 1 for one and 0 for the rest, they add up to 1 at every instant: an equal-gain cross-fade.
 * @param {Ramp} ramp @param {number} gain @param {number} time @param {number} seconds @returns {Ramp}
 */
export function leaveFor(ramp, gain, time, seconds) {
  return { from: gainAt(ramp, time), to: gain, start: time, end: time + seconds };
}

/**
 * Write a ramp into an audio parameter that follows an earlier ramp up to this one's start. The point at the start is
 * written before the rest of the earlier ramp is cancelled, so that the audio thread never sees a gap between the two.
 * @param {AudioParam} parameter @param {Ramp} ramp
 */
export function schedule(parameter, ramp) {
  parameter.linearRampToValueAtTime(ramp.from, ramp.start);
  parameter.cancelScheduledValues(ramp.start + 1e-6);
  parameter.linearRampToValueAtTime(ramp.to, ramp.end);
}

/** @param {Clock} clock @param {number} time @returns {number} position in samples, fractional */
export function positionAt(clock, time) {
  const elapsed = Math.max(0, (time - clock.start) * clock.rateHz);
  const position = clock.offset + elapsed;
  if (!clock.loop) return Math.min(position, clock.samples);
  const { from, to } = clock.loop;
  return position < to ? position : from + ((position - to) % (to - from));
}

/** The next whole sample of the audio clock. @param {number} time @param {number} rateHz @returns {number} */
export function onSample(time, rateHz) {
  return Math.ceil(time * rateHz) / rateHz;
}

/** @param {number} db @returns {number} */
export function gainOf(db) {
  return 10 ** (db / 20);
}
