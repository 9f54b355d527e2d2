/** The way out: one audio context at the study's rate for the whole visit, and the volume of the page. */

import { gainOf } from "./timing.js";

const RESUME_MS = 2000;
const VOLUME_S = 0.02;
const SHORTEST_LEAD_S = 0.02;

export class Output {
  /** @param {number} rateHz @param {number} volumeDb */
  constructor(rateHz, volumeDb) {
    this.rateHz = rateHz;
    this.volumeDb = volumeDb;
    /** @type {(() => void) | null}  called when the browser stops or restarts the sound by itself */
    this.onstate = null;
    /** @type {AudioContext | null} */
    this.made = null;
    /** @type {GainNode | null} */
    this.gain = null;
    this.failed = false;
  }

  /** Made when first needed, which is after a click: before it browsers keep a context silent. */
  get context() {
    if (this.made === null) {
      const context = new AudioContext({ sampleRate: this.rateHz, latencyHint: "interactive" });
      context.addEventListener("statechange", () => this.onstate?.());
      context.addEventListener("error", () => this.fail());
      this.gain = new GainNode(context, { gain: gainOf(this.volumeDb) });
      this.gain.connect(context.destination);
      this.made = context;
    }
    return this.made;
  }

  /** Where sounds connect to. @returns {AudioNode} */
  get entry() {
    const context = this.context;
    return this.gain ?? context.destination;
  }

  /** Time of the audio clock at which a change made now is heard whole: a busy machine renders blocks ahead in bursts. */
  get soon() {
    return this.context.currentTime + Math.max(SHORTEST_LEAD_S, 2 * (this.context.baseLatency || 0));
  }

  get isRunning() {
    return this.made !== null && this.made.state === "running" && !this.failed;
  }

  /** The context is of no use any more, whatever it says of itself: the next start makes another. */
  fail() {
    this.failed = true;
    this.onstate?.();
  }

  /** Wake the context, or replace a lost one; call it in answer to a click or key. @returns {Promise<boolean>}  whether sound can be heard */
  async running() {
    if (this.made?.state === "closed" || this.failed) this.#drop();
    const context = this.context;
    if (context.state === "running") return true;
    const late = new Promise((resolve) => setTimeout(resolve, RESUME_MS));
    await Promise.race([context.resume().catch(() => {}), late]);
    return this.isRunning;
  }

  /** @param {number} db */
  setVolume(db) {
    this.volumeDb = db;
    if (this.made && this.gain) this.gain.gain.setTargetAtTime(gainOf(db), this.made.currentTime, VOLUME_S / 3);
  }

  #drop() {
    if (this.made && this.made.state !== "closed") this.made.close().catch(() => {});
    this.made = null;
    this.failed = false;
  }
}
