/** One visit: enrols or resumes, shows the step that the server names, carries answers there and the next step back. */

/** @import {Arrival} from "./arrival.js" */
/** @import {Database} from "./database.js" */
/** @import {Frame} from "./frame.js" */
/** @import {SaveState} from "./savestate.js" */
/** @import {Store} from "./store.js" */
/** @import {Draft, State} from "./types.js" */

import { Ahead } from "./ahead.js";
import { Api, Problem } from "./api.js";
import { canUseRate } from "./capability.js";
import { forgetDrafts } from "./drafts.js";
import { enrol, remember } from "./enrolment.js";
import { EventLog } from "./events.js";
import { Help } from "./help.js";
import { hex32 } from "./ids.js";
import { Outbox } from "./outbox.js";
import { Output } from "./output.js";
import { saveOwnData } from "./owndata.js";
import { Pace } from "./pace.js";
import { retry } from "./retry.js";
import { t } from "./strings.js";

/** @typedef {(step: any, session: Session, signal: AbortSignal) => void | Promise<void>} ShowStep */

const YIELD_MS = 1500;
const ANSWERS = ["submissions", "answers"]; // a repetition of these is no 409: what they carry has an id

export class Session {
  /**
   * @param {{base: string, arrival: Arrival, frame: Frame, saveState: SaveState, store: Store, database: Database | null,
   *   steps: Record<string, ShowStep>}} parts
   */
  constructor({ base, arrival, frame, saveState, store, database, steps }) {
    this.arrival = arrival;
    this.frame = frame;
    this.saveState = saveState;
    this.store = store;
    this.database = database;
    this.steps = steps;
    this.clientSession = hex32();
    this.api = new Api(base);
    this.ahead = new Ahead(this.api);
    this.pace = new Pace(store);
    this.outbox = new Outbox(this.api, saveState, database);
    this.events = new EventLog(this.api, database, this.clientSession, () => this.outbox.waiting);
    this.help = new Help(this);
    this.leaving = new AbortController();
    /** What belongs to one listener on this device carries this name. */
    this.id = "";
    /** @type {State | null} */
    this.state = null;
    /** @type {Output | null} */
    this.made = null;
    /** What is on the present page and not sent. @type {() => Draft | null} */
    this.draft = () => null;
    /** Save that at once. @type {() => Promise<void>} */
    this.saveDraft = async () => {};
  }

  /** The sound's way out, at the study's rate and at the volume set before. */
  get output() {
    this.made ??= new Output(this.known.study.rate_hz, Number(this.store.get("volume_db") ?? 0));
    return this.made;
  }

  /** @returns {State} */
  get known() {
    if (!this.state) throw new Error("no state yet");
    return this.state;
  }

  /** Deliver what an earlier visit left; then resume with the token kept here, or enrol. */
  async open() {
    await this.#guard(async () => {
      await remember(this);
      let state = (await this.#resume()) ?? (await enrol(this));
      if (state && this.outbox.waiting > 0) state = await this.#deliverLeft(); // with a new token
      if (!state) return;
      void this.events.open(this.id);
      await this.go(state);
    });
  }

  /** Ask the server, with patience. @param {string} path @param {AbortSignal} [signal] @returns {Promise<any>} */
  async get(path, signal) {
    const asking = this.saveState.ask();
    try {
      return await retry(() => this.api.request("GET", path, undefined, { signal }), {
        onfail: () => asking.failed(),
        signal,
      });
    } finally {
      asking.ended();
    }
  }

  /**
   * Deliver an answer and show the step that follows: the server's, or, while the server cannot be reached, the page
   * that was fetched ahead.
   * @param {string} path @param {object} body
   * @param {{onrefused?: (problem: Problem) => boolean}} [options]  true: the step deals with it
   * @returns {Promise<boolean>}  whether the server has it
   */
  async send(path, body, { onrefused = () => false } = {}) {
    this.frame.working(true);
    const { signal } = this.leaving;
    const { answer, late } = this.outbox.deliver(path, body);
    const settled = answer.then(
      async (got) => {
        await this.#guard(() => this.#arrive(got.state && typeof got.state === "object" ? got.state : got));
        return true;
      },
      async (problem) => {
        const isHere = !signal.aborted;
        await this.#guard(() => this.#takeBack(problem, path, isHere ? onrefused : () => false));
        return false;
      },
    );
    const answered = answer.then(() => true, () => true);
    if (!(await Promise.race([late, answered]))) await this.#guard(() => this.#goAhead(path));
    return settled;
  }

  /** Show what the server says is next. */
  async refresh() {
    await this.#guard(async () => this.go(await this.get("state")));
  }

  /** Show the same step again, after something failed in it. */
  async retryStep() {
    await this.#guard(() => this.go(this.known));
  }

  /** End the test before its end. @param {"withdraw" | "technical"} how */
  async end(how) {
    this.leaving.abort();
    await this.events.flush();
    await this.send(how, {});
  }

  /** Save, send nothing more and say that another window goes on. @param {() => void} onback  the listener wants to go on here */
  async yield(onback) {
    this.outbox.stop();
    const patience = new Promise((resolve) => setTimeout(resolve, YIELD_MS));
    await Promise.race([Promise.all([this.saveDraft(), this.events.flush()]), patience]);
    this.leaving.abort();
    this.frame.message(t("tab.lost_title"), t("tab.lost_text"), {
      actions: [{ label: t("tab.take"), run: onback }],
    });
  }

  /** @param {State} state */
  async go(state) {
    this.leaving.abort();
    this.leaving = new AbortController();
    const { signal } = this.leaving;
    this.state = state;
    const { study, step } = state;
    this.frame.show(state, this.pace.at(state));
    this.help.show({ contact: study.contact, leaving: step.kind !== "finish" && step.kind !== "consent" });
    this.help.describe(t("help.text"), null);
    this.events.page = step.kind === "page" ? step.page : null;
    const hasEnded = step.kind === "finish" && (step.outcome !== "complete" || state.state !== "running");
    if (hasEnded && state.state !== "complete") this.events.close();
    if (hasEnded) await this.#tidy();
    if (!canUseRate(study.rate_hz)) {
      this.frame.message(t("cannot.title"), t("cannot.rate"));
      return;
    }
    try {
      await this.steps[step.kind](step, this, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** The server refused something in a way that says whose turn it is. @param {unknown} problem */
  refused(problem) {
    if (problem instanceof Problem && [401, 409].includes(problem.status)) this.fail(problem);
  }

  /** Say that something went wrong, with a way on. @param {unknown} error */
  fail(error) {
    this.leaving.abort();
    const status = error instanceof Problem ? error.status : 0;
    if (status === 409 || (status === 401 && (this.arrival.external || this.arrival.invite))) {
      this.#elsewhere();
      return;
    }
    const detail = error instanceof Error ? error.message : String(error);
    const { contact = "" } = this.state?.study ?? {};
    const list = [detail];
    if (contact) list.push(t("fail.contact", { contact, assessor: this.state?.assessor ?? "" }));
    /** @type {import("./frame.js").Action[]} */
    const actions = [{ label: t("fail.again"), run: () => location.reload() }];
    if (this.saveState.waiting + this.outbox.refused.length > 0) actions.push(this.#download());
    this.frame.message(t("fail.title"), t(this.saveState.waiting > 0 ? "fail.text_waiting" : "fail.text"), { list, actions });
  }

  /** @returns {Promise<State | null>} */
  async #resume() {
    if (this.api.token === null) return null;
    try {
      const state = await this.#deliverLeft();
      this.events.add("session.resume");
      return state;
    } catch (error) {
      if (!(error instanceof Problem) || ![401, 403, 404].includes(error.status)) throw error;
      this.api.token = null;
      return null;
    }
  }

  /** Deliver what waits from before. @returns {Promise<State>}  where the listener stands then */
  async #deliverLeft() {
    if (this.outbox.waiting > 0) {
      this.#sayWaiting();
      await this.outbox.flush();
    }
    return this.get("state");
  }

  /** An answer was accepted. @param {State} state */
  async #arrive(state) {
    if (this.outbox.waiting > 0) return; // what was sent after it brings a later state
    if (state.step.key !== this.known.step.key || state.state !== this.known.state) {
      await this.go(state);
      return;
    }
    this.state = state; // the page is shown already, ahead of this answer
    void this.ahead.prepare(state.ahead);
  }

  /**
   * An answer was not accepted.
   * @param {unknown} problem @param {string} path @param {(problem: Problem) => boolean} onrefused
   */
  async #takeBack(problem, path, onrefused) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 409 && !ANSWERS.includes(path)) {
      // it was done before: the answer to an earlier sending was lost
      if (problem.state && this.outbox.waiting === 0) await this.go(problem.state);
    } else if (onrefused(problem)) this.frame.working(false);
    else throw problem;
  }

  /** Go on without the server's answer, if what follows is here. @param {string} path  of what waits */
  async #goAhead(path) {
    const { step, ahead, progress } = this.known;
    if (path === "submissions" && ahead && this.ahead.has(ahead)) {
      const done = progress.done + (step.kind === "page" ? 1 : 0);
      await this.go({ ...this.known, step: ahead, ahead: null, progress: { ...progress, done } });
    } else this.#sayWaiting();
  }

  /** What follows is not here: say what is waited for. */
  #sayWaiting() {
    this.leaving.abort();
    const text = t(this.saveState.onDisk ? "waiting.text" : "waiting.text_memory");
    this.frame.loading(t("waiting.title"), text, { actions: [this.#download()] });
  }

  /** The same listener goes on in another window or on another device. */
  #elsewhere() {
    /** @type {import("./frame.js").Action[]} */
    const actions = [{ label: t("tab.take"), run: () => location.reload() }];
    if (this.saveState.waiting + this.outbox.refused.length > 0) actions.push(this.#download());
    this.frame.message(t("elsewhere.title"), t("elsewhere.text"), { actions });
  }

  #download() {
    return { label: t("own.download"), run: () => saveOwnData(this), isQuiet: true };
  }

  /** Everything is delivered: what this device kept of the answers can go. */
  async #tidy() {
    await forgetDrafts(this.database, this.id);
    await this.outbox.clear();
  }

  /** @param {() => Promise<void>} work */
  async #guard(work) {
    try {
      await work();
    } catch (error) {
      this.fail(error);
    }
  }
}
