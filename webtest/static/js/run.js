/** One start of a page's sounds: they run together from one sample on, a gain each, under one gain for the whole run. */

/** @import {Clock, Law, Loop, Ramp} from "./timing.js" */

import { leaveFor, loopEdges, positionAt, schedule, steady, weightAt, wholeSamples } from "./timing.js";

const EDGE_S = 0.005;

/** What begins or ends somewhere within a sound does so in 5 ms. @param {number} rateHz @returns {number} seconds */
export function edge_s(rateHz) {
  return wholeSamples(EDGE_S, rateHz);
}

/** A gain node that goes from weight to weight. */
class Fader {
  /** @param {BaseAudioContext} context @param {number} weight @param {Clock} clock @param {Law} law */
  constructor(context, weight, { start, rateHz }, law) {
    this.law = law;
    this.rateHz = rateHz;
    /** @type {Ramp} */
    this.ramp = steady(weight);
    this.node = new GainNode(context, { gain: law.gain(weight) });
    this.node.gain.setValueAtTime(law.gain(weight), start);
  }

  /** @param {number} weight @param {number} time @param {number} seconds */
  go(weight, time, seconds) {
    this.ramp = leaveFor(this.ramp, weight, time, seconds, this.law);
    schedule(this.node.gain, this.ramp, this.law, this.rateHz);
  }

  /** @param {number} time @returns {boolean} */
  isSilentAt(time) {
    return weightAt(this.ramp, time, this.law) === 0;
  }
}

export class Run {
  /** @type {AudioBufferSourceNode[]} */
  sources = [];

  /**
   * @param {{context: BaseAudioContext, entry: AudioNode}} output @param {Map<string, AudioBuffer>} buffers
   * @param {Clock} clock  when and where it begins
   * @param {{open: string | null, law: Law, rise_s: number, onended: () => void}} how  open: the sound that is heard
   */
  constructor(output, buffers, clock, { open, law, rise_s, onended }) {
    const { context } = output;
    this.context = context;
    this.clock = clock;
    this.whole = new Fader(context, 0, clock, law);
    this.whole.go(1, clock.start, rise_s);
    this.exit = this.#withEdges(this.whole.node);
    this.exit.connect(output.entry);
    /** @type {Map<string, Fader>} */
    this.faders = new Map();
    for (const [id, buffer] of buffers) {
      const fader = new Fader(context, id === open ? 1 : 0, clock, law);
      fader.node.connect(this.whole.node);
      this.faders.set(id, fader);
      this.sources.push(this.#start(buffer, clock.offset, clock.loop, fader.node));
    }
    if (this.sources.length > 0) {
      this.sources[0].onended = () => {
        this.exit.disconnect();
        onended();
      };
    }
  }

  /** Position in samples. @param {number} time @returns {number} */
  positionAt(time) {
    return positionAt(this.clock, time);
  }

  /** Cross-fade to another of the sounds. @param {string} id @param {number} time @param {number} seconds */
  open(id, time, seconds) {
    for (const [name, fader] of this.faders) fader.go(name === id ? 1 : 0, time, seconds);
  }

  /** Fade out and end. @param {number} time @param {number} seconds */
  leave(time, seconds) {
    if (this.whole.isSilentAt(time) && this.whole.ramp.to === 0) return;
    this.whole.go(0, time, seconds);
    for (const source of this.sources) source.stop(time + seconds);
  }

  /**
   * The whole of a sound has the ends that the study gave it; a part of it may begin and end anywhere.
   * @param {AudioNode} from @returns {AudioNode}
   */
  #withEdges(from) {
    const { offset, samples, rateHz, loop } = this.clock;
    if (!loop || (loop.from === 0 && loop.to === samples)) return from;
    const edge = Math.min(Math.round(edge_s(rateHz) * rateHz), Math.floor((loop.to - loop.from) / 2));
    const { gains, entry } = loopEdges(offset, loop, edge);
    const buffer = new AudioBuffer({ numberOfChannels: 1, length: gains.length, sampleRate: rateHz });
    buffer.copyToChannel(gains, 0);
    const edges = new GainNode(this.context, { gain: 0 });
    this.sources.push(this.#start(buffer, 0, { from: entry, to: gains.length }, edges.gain));
    from.connect(edges);
    return edges;
  }

  /**
   * @param {AudioBuffer} buffer @param {number} offset @param {Loop | null} loop
   * @param {AudioNode | AudioParam} to @returns {AudioBufferSourceNode}
   */
  #start(buffer, offset, loop, to) {
    const { start, rateHz } = this.clock;
    const source = new AudioBufferSourceNode(this.context, { buffer, loop: loop !== null });
    if (loop) {
      source.loopStart = loop.from / rateHz;
      source.loopEnd = loop.to / rateHz;
    }
    if (to instanceof AudioParam) source.connect(to);
    else source.connect(to);
    source.start(start, offset / rateHz);
    return source;
  }
}
