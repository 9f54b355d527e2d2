/**
 * Plays the sounds of one page: all run together from one start on one clock, one gain each, one of them open.
 * Switching keeps the position and cross-fades, however fast the listener is.
 *
 * Seeking and changing the loop begin a new run in the very sample in which the old one begins to fade out; so does
 * switching where the study wants every sound from its start.
 *
 * @typedef {"play" | "switch" | "stop" | "seek" | "loop" | "blocked"} PlayerEvent
 * @typedef {{fade_ms: number, fade: "equal_gain" | "equal_power", restart_on_switch: boolean}} Playback
 *   the study's `page.options.playback`
 */

/** @import {Loop} from "./timing.js" */
/** @import {Output} from "./output.js" */

import { edge_s, Run } from "./run.js";
import { LAWS, onSample, wholeSamples } from "./timing.js";

const SHORTEST_LOOP_S = 0.5; // as webMUSHRA has it: in less, little can be judged
/** @type {Playback} */
const USUAL = { fade_ms: 10, fade: "equal_gain", restart_on_switch: false };

export class Player {
  /** @type {Run | null} */
  #run = null;
  /** Runs that fade out. @type {Set<Run>} */
  #leaving = new Set();
  #offset = 0;
  #intent = 0;
  #since = 0;

  /**
   * @param {Output} output @param {Map<string, AudioBuffer>} buffers  of equal length @param {number} samples
   * @param {(event: PlayerEvent, slot: string | null, data: Record<string, any>) => void} notify @param {Playback} playback
   */
  constructor(output, buffers, samples, notify, playback = USUAL) {
    this.output = output;
    this.buffers = buffers;
    this.samples = samples;
    this.rateHz = output.rateHz;
    this.notify = notify;
    this.law = LAWS[playback.fade];
    this.fade_s = wholeSamples(playback.fade_ms / 1000, this.rateHz);
    this.edge_s = edge_s(this.rateHz);
    this.restarts = playback.restart_on_switch;
    /** @type {string | null} */
    this.selected = null;
    this.looping = true;
    /** @type {Loop}  what is looped */
    this.region = { from: 0, to: samples };
    /** @type {Map<string, number>} */
    this.heard_s = new Map();
  }

  get playing() {
    return this.#run !== null;
  }

  /** Position in samples. */
  get position() {
    return this.#run ? this.#run.positionAt(this.output.context.currentTime) : this.#offset;
  }

  /** Seconds for which a sound was open. @param {string} id @returns {number} */
  listened_s(id) {
    this.#account();
    return this.heard_s.get(id) ?? 0;
  }

  /** Select a sound without playing it, unless something plays already: then it takes over. @param {string} id */
  select(id) {
    if (id === this.selected) return;
    this.#account();
    const from = this.selected;
    this.selected = id;
    if (!this.#run) {
      if (this.restarts) this.#offset = this.#first;
      return;
    }
    const time = this.#soon;
    if (this.restarts) this.#restart(this.#first, time, this.fade_s);
    else this.#run.open(id, time, this.fade_s);
    this.notify("switch", id, { from, position: this.#sampleAt(time) });
  }

  /** Play the selected sound from where it stopped. @returns {Promise<void>} */
  async play() {
    if (this.#run) return;
    this.#intent += 1;
    const intent = this.#intent;
    const audible = await this.output.running();
    if (intent !== this.#intent || this.#run) return;
    if (!audible) {
      this.notify("blocked", this.selected, {});
      return;
    }
    this.#begin(this.#offset, this.#soon, this.edge_s);
    this.notify("play", this.selected, { position: Math.round(this.#offset) });
  }

  pause() {
    this.#intent += 1;
    if (!this.#run) return;
    this.#account();
    const time = this.#soon;
    this.#offset = this.#sampleAt(time);
    this.#leave(time, this.edge_s);
    this.notify("stop", this.selected, { position: this.#offset });
  }

  /** @param {number} position  in samples */
  seek(position) {
    const target = Math.round(Math.min(Math.max(position, 0), this.samples - 1));
    this.#account();
    if (this.#run) this.#restart(target, this.#soon, this.edge_s);
    else this.#offset = target;
    this.notify("seek", this.selected, { position: target });
  }

  /** @param {boolean} looping */
  setLooping(looping) {
    if (looping === this.looping) return;
    this.looping = looping;
    this.#loopAnew();
  }

  /**
   * Where an end of the loop can lie: within the sound, and not too near to the other end.
   * @param {"from" | "to"} end @param {number} position  wanted, in samples @returns {number}
   */
  fittedEnd(end, position) {
    const { from, to } = this.region;
    const low = end === "from" ? 0 : from + this.#shortestLoop;
    const high = end === "from" ? to - this.#shortestLoop : this.samples;
    return Math.round(Math.min(Math.max(position, low), high));
  }

  /** Loop a part: move an end of the loop. @param {"from" | "to"} end @param {number} position  in samples */
  moveLoop(end, position) {
    const place = this.fittedEnd(end, position);
    if (place === this.region[end] && this.looping) return;
    this.region = { ...this.region, [end]: place };
    this.looping = true;
    this.#loopAnew();
  }

  /** Stop for good and let the buffers go. */
  close() {
    this.pause();
    this.notify = () => {};
    this.buffers = new Map();
  }

  get #shortestLoop() {
    return Math.min(Math.round(SHORTEST_LOOP_S * this.rateHz), this.samples);
  }

  /** Where sounds begin. */
  get #first() {
    return this.looping ? this.region.from : 0;
  }

  get #soon() {
    return onSample(this.output.soon, this.rateHz);
  }

  /** @param {number} time @returns {number} whole sample at a time of the audio clock */
  #sampleAt(time) {
    if (!this.#run) return Math.round(this.#offset);
    const position = Math.round(this.#run.positionAt(time));
    return position >= this.samples ? 0 : position;
  }

  /** Go on where it is, if that is in the loop. */
  #loopAnew() {
    const { from, to } = this.looping ? this.region : { from: 0, to: this.samples };
    const within = (/** @type {number} */ at) => (at >= from && at < to ? at : from);
    if (this.#run) {
      this.#account();
      const time = this.#soon;
      this.#restart(within(this.#sampleAt(time)), time, this.edge_s);
    } else this.#offset = within(this.#offset);
    this.notify("loop", this.selected, { on: this.looping, from: this.region.from, to: this.region.to });
  }

  /** @param {number} position @param {number} time @param {number} fade_s */
  #restart(position, time, fade_s) {
    this.#leave(time, fade_s);
    this.#begin(position, time, fade_s);
  }

  /** @param {number} offset @param {number} time @param {number} rise_s */
  #begin(offset, time, rise_s) {
    const loop = this.looping ? this.region : null;
    const start = loop && offset >= loop.to ? loop.from : offset;
    const clock = { start: time, offset: start, samples: this.samples, rateHz: this.rateHz, loop };
    const run = new Run(this.output, this.buffers, clock, {
      open: this.selected,
      law: this.law,
      rise_s,
      onended: () => this.#ended(run),
    });
    this.#run = run;
    this.#since = time;
  }

  /** All that sounds fades out together, so that with what begins it adds up to one. @param {number} time @param {number} fade_s */
  #leave(time, fade_s) {
    if (this.#run) this.#leaving.add(this.#run);
    this.#run = null;
    for (const run of this.#leaving) run.leave(time, fade_s);
  }

  /** @param {Run} run */
  #ended(run) {
    this.#leaving.delete(run);
    if (run !== this.#run) return;
    this.#account();
    this.#run = null;
    this.#offset = 0;
    this.notify("stop", this.selected, { position: this.samples });
  }

  #account() {
    if (!this.#run || this.selected === null) return;
    const now = this.output.context.currentTime;
    const passed = Math.max(0, now - this.#since);
    this.heard_s.set(this.selected, (this.heard_s.get(this.selected) ?? 0) + passed);
    this.#since = Math.max(now, this.#since);
  }
}
