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
  }

  /** Made when first needed, which is after a click: before it browsers keep a context silent. */
  get context() {
    if (this.made === null || this.made.state === "closed") {
      this.made = new AudioContext({ sampleRate: this.rateHz, latencyHint: "interactive" });
      this.made.addEventListener("statechange", () => this.onstate?.());
      this.gain = new GainNode(this.made, { gain: gainOf(this.volumeDb) });
      this.gain.connect(this.made.destination);
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
    return this.made !== null && this.made.state === "running";
  }

  /** Wake the context; call it in answer to a click or key. @returns {Promise<boolean>}  whether sound can be heard */
  async running() {
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
}
