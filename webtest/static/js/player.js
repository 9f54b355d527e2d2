/**
 * Plays the sounds of one page: all run together from one start on one clock, one gain each, one of them open.
 * Switching keeps the position and cross-fades with equal gain, however fast the listener is.
 *
 * Every start makes a run: sources, gains and a bus of its own. Seeking and changing the loop begin a new run in the
 * very sample in which the old one fades out.
 *
 * @typedef {{sources: AudioBufferSourceNode[], gains: Map<string, {node: GainNode, ramp: Ramp}>, bus: GainNode,
 *   busRamp: Ramp, clock: Clock}} Run
 * @typedef {"play" | "switch" | "stop" | "seek" | "loop" | "blocked"} PlayerEvent
 */

/** @import {Clock, Loop, Ramp} from "./timing.js" */
/** @import {Output} from "./output.js" */

import { leaveFor, onSample, positionAt, schedule, steady } from "./timing.js";

const FADE_S = 0.01;
const EDGE_S = 0.005;

export class Player {
  /** @type {Run | null} */
  #run = null;
  #offset = 0;
  #intent = 0;
  #since = 0;

  /**
   * @param {Output} output @param {Map<string, AudioBuffer>} buffers  of equal length @param {number} samples
   * @param {(event: PlayerEvent, slot: string | null, data: Record<string, any>) => void} notify
   */
  constructor(output, buffers, samples, notify) {
    this.output = output;
    this.buffers = buffers;
    this.samples = samples;
    this.rateHz = output.rateHz;
    this.notify = notify;
    /** @type {string | null} */
    this.selected = null;
    this.looping = true;
    /** @type {Loop}  the whole sound */
    this.region = { from: 0, to: samples };
    /** @type {Map<string, number>} */
    this.heard_s = new Map();
  }

  get playing() {
    return this.#run !== null;
  }

  /** Position in samples. */
  get position() {
    return this.#run ? positionAt(this.#run.clock, this.output.context.currentTime) : this.#offset;
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
    if (!this.#run) return;
    const time = onSample(this.output.soon, this.rateHz);
    for (const [name, gain] of this.#run.gains) {
      gain.ramp = leaveFor(gain.ramp, name === id ? 1 : 0, time, FADE_S);
      schedule(gain.node.gain, gain.ramp);
    }
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
    this.#begin(this.#offset, onSample(this.output.soon, this.rateHz));
    this.notify("play", this.selected, { position: Math.round(this.#offset) });
  }

  pause() {
    this.#intent += 1;
    if (!this.#run) return;
    this.#account();
    const time = onSample(this.output.soon, this.rateHz);
    this.#offset = this.#sampleAt(time);
    this.#fadeOut(time);
    this.notify("stop", this.selected, { position: this.#offset });
  }

  /** @param {number} position  in samples */
  seek(position) {
    const target = Math.round(Math.min(Math.max(position, 0), this.samples - 1));
    if (this.#run) this.#restart(target);
    else this.#offset = target;
    this.notify("seek", this.selected, { position: target });
  }

  /** @param {boolean} looping */
  setLooping(looping) {
    if (looping === this.looping) return;
    this.looping = looping;
    if (this.#run) this.#restart(null);
    this.notify("loop", this.selected, { on: looping, from: this.region.from, to: this.region.to });
  }

  /** Stop for good and let the buffers go. */
  close() {
    this.pause();
    this.notify = () => {};
    this.buffers = new Map();
  }

  /** @param {number} time @returns {number} whole sample at a time of the audio clock */
  #sampleAt(time) {
    if (!this.#run) return Math.round(this.#offset);
    const position = Math.round(positionAt(this.#run.clock, time));
    return position >= this.samples ? 0 : position;
  }

  /** @param {number | null} position  null: go on where the old run is */
  #restart(position) {
    this.#account();
    const time = onSample(this.output.soon, this.rateHz);
    const target = position ?? this.#sampleAt(time);
    this.#fadeOut(time);
    this.#begin(target, time);
  }

  /** @param {number} offset @param {number} time */
  #begin(offset, time) {
    const context = this.output.context;
    const loop = this.looping ? this.region : null;
    const start = loop && offset >= loop.to ? loop.from : offset;
    const bus = new GainNode(context, { gain: 0 });
    bus.gain.setValueAtTime(0, time);
    bus.gain.linearRampToValueAtTime(1, time + EDGE_S);
    bus.connect(this.output.entry);
    /** @type {Run} */
    const run = {
      sources: [],
      gains: new Map(),
      bus,
      busRamp: { from: 0, to: 1, start: time, end: time + EDGE_S },
      clock: { start: time, offset: start, samples: this.samples, rateHz: this.rateHz, loop },
    };
    for (const [id, buffer] of this.buffers) {
      const gain = id === this.selected ? 1 : 0;
      const node = new GainNode(context, { gain });
      node.gain.setValueAtTime(gain, time);
      node.connect(bus);
      const source = new AudioBufferSourceNode(context, { buffer, loop: loop !== null });
      if (loop) {
        source.loopStart = loop.from / this.rateHz;
        source.loopEnd = loop.to / this.rateHz;
      }
      source.connect(node);
      source.start(time, start / this.rateHz);
      run.sources.push(source);
      run.gains.set(id, { node, ramp: steady(gain) });
    }
    if (run.sources.length > 0) run.sources[0].onended = () => this.#ended(run);
    this.#run = run;
    this.#since = time;
  }

  /** @param {number} time */
  #fadeOut(time) {
    if (!this.#run) return;
    const { bus, busRamp, sources } = this.#run;
    schedule(bus.gain, leaveFor(busRamp, 0, time, EDGE_S));
    for (const source of sources) source.stop(time + EDGE_S);
    this.#run = null;
  }

  /** @param {Run} run */
  #ended(run) {
    run.bus.disconnect();
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
