/** One visit: enrols or resumes, shows the step that the server names, carries answers there and the next step back. */

/** @import {Frame} from "./frame.js" */
/** @import {SaveState} from "./savestate.js" */
/** @import {Store} from "./store.js" */
/** @import {State} from "./types.js" */

import { Api, Problem } from "./api.js";
import { canUseRate, capabilities } from "./capability.js";
import { EventLog } from "./events.js";
import { Help } from "./help.js";
import { hex32 } from "./ids.js";
import { Outbox } from "./outbox.js";
import { Output } from "./output.js";
import { retry } from "./retry.js";
import { t } from "./strings.js";

/** @typedef {(step: any, session: Session, signal: AbortSignal) => void | Promise<void>} ShowStep */

export class Session {
  /**
   * @param {{base: string, frame: Frame, saveState: SaveState, store: Store, steps: Record<string, ShowStep>}} parts
   */
  constructor({ base, frame, saveState, store, steps }) {
    this.frame = frame;
    this.saveState = saveState;
    this.store = store;
    this.steps = steps;
    this.clientSession = hex32();
    this.api = new Api(base);
    this.outbox = new Outbox(this.api, saveState);
    this.events = new EventLog(this.api, this.clientSession);
    this.help = new Help(this);
    this.leaving = new AbortController();
    /** @type {State | null} */
    this.state = null;
    /** @type {Output | null} */
    this.made = null;
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

  /** Resume with the token kept here, or enrol. */
  async open() {
    this.api.token = this.store.get("token") ?? null;
    await this.#guard(async () => {
      const state = (await this.#resume()) ?? (await this.#enrol());
      if (state === null) this.frame.message(t("closed.title"), t("closed.text"));
      else await this.go(state);
    });
  }

  /** Ask the server, with patience. @param {string} path @param {AbortSignal} [signal] @returns {Promise<any>} */
  async get(path, signal) {
    const saving = this.saveState.begin();
    try {
      return await retry(() => this.api.request("GET", path, undefined, { signal }), {
        onfail: () => saving.failed(),
        signal,
      });
    } finally {
      saving.dropped();
    }
  }

  /**
   * Deliver an answer and show the step that follows.
   * @param {string} path @param {object} body
   * @param {{onrefused?: (problem: Problem) => boolean}} [options]  true: the step deals with it
   */
  async send(path, body, { onrefused = () => false } = {}) {
    this.frame.working(true);
    await this.#guard(async () => {
      try {
        const answer = await this.outbox.deliver("POST", path, body);
        await this.go(answer.state && typeof answer.state === "object" ? answer.state : answer);
      } catch (error) {
        if (error instanceof Problem && onrefused(error)) this.frame.working(false);
        else if (error instanceof Problem && error.status === 409) await this.refresh();
        else throw error;
      }
    });
  }

  /** Show what the server says is next. */
  async refresh() {
    await this.go(await this.get("state"));
  }

  /** Show the same step again, after something failed in it. */
  async retryStep() {
    await this.#guard(() => this.go(this.known));
  }

  async withdraw() {
    this.leaving.abort();
    await this.events.flush();
    await this.send("withdraw", {});
  }

  /** @param {State} state */
  async go(state) {
    this.leaving.abort();
    this.leaving = new AbortController();
    const { signal } = this.leaving;
    this.state = state;
    const { study, step } = state;
    this.frame.show(state);
    this.help.show({ contact: study.contact, leaving: step.kind !== "finish" && step.kind !== "consent" });
    this.help.describe(t("help.text"), null);
    this.events.page = step.kind === "page" ? step.page : null;
    if (step.kind === "finish" && step.outcome !== "complete") this.events.close();
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

  /** @returns {Promise<State | null>} */
  async #resume() {
    if (this.api.token === null) return null;
    try {
      const state = await this.get("state");
      this.events.add("session.resume");
      return state;
    } catch (error) {
      if (!(error instanceof Problem) || ![401, 403, 404].includes(error.status)) throw error;
      this.store.clear();
      this.api.token = null;
      return null;
    }
  }

  /** @returns {Promise<State | null>}  null when the study takes nobody at present */
  async #enrol() {
    const query = Object.fromEntries(new URLSearchParams(location.search));
    const external = Object.keys(query).length > 0 ? query : null;
    const body = { client_session: this.clientSession, capabilities: capabilities(), external };
    try {
      const { token, state } = await retry(() => this.api.request("POST", "enrol", body));
      this.api.token = token;
      this.store.set("token", token);
      this.events.add("session.start");
      return state;
    } catch (error) {
      if (error instanceof Problem && error.status === 403) return null;
      throw error;
    }
  }

  /** @param {() => Promise<void>} work */
  async #guard(work) {
    try {
      await work();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Say that something went wrong, with a way on. @param {unknown} error */
  fail(error) {
    const detail = error instanceof Error ? error.message : String(error);
    const { contact = "" } = this.state?.study ?? {};
    const list = [detail];
    if (contact) list.push(t("fail.contact", { contact, assessor: this.state?.assessor ?? "" }));
    this.frame.message(t("fail.title"), t("fail.text"), {
      list,
      action: { label: t("fail.again"), run: () => location.reload() },
    });
  }
}
