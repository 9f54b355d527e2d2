/** A break: a clock that counts down, and then on as soon as the listener wants to. A reload does not begin it anew. */

/** @import {Session} from "../session.js" */
/** @import {BreakStep} from "../types.js" */

import { part, template } from "../dom.js";
import { t } from "../strings.js";

const EVERY_MS = 500;
const SECOND_MS = 1000;
const MINUTE_S = 60;

/** @param {BreakStep} step @param {Session} session @param {AbortSignal} signal */
export function show(step, session, signal) {
  const { frame, events, store } = session;
  const content = template("break");
  const clock = part(content, "clock");
  const kept = store.get("break");
  const isGoingOn = kept?.key === step.key;
  // a device's clock that was set back says nothing of the time before a reload
  const before_ms = isGoingOn ? Math.max(Date.now() - kept.began, 0) : 0;
  if (before_ms === 0) store.set("break", { key: step.key, began: Date.now() });
  if (!isGoingOn) events.add("break.begin", { data: { step: step.key } });
  const shown = performance.now(); // goes on evenly
  const left_s = () => {
    const passed_ms = before_ms + performance.now() - shown;
    return Math.max(step.minimum_s - Math.floor(passed_ms / SECOND_MS), 0);
  };
  const tick = () => {
    const seconds = left_s();
    clock.textContent = `${Math.floor(seconds / MINUTE_S)}:${String(seconds % MINUTE_S).padStart(2, "0")}`;
    frame.gate(seconds > 0 ? [t("break.missing")] : [], t("break.done"));
    if (seconds === 0) clearInterval(timer);
  };
  frame.fill(content, { next: t("next.continue") });
  const timer = setInterval(tick, EVERY_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
  frame.onnext = () => {
    if (left_s() > 0) return;
    events.add("break.end", { data: { step: step.key } });
    void session.send("advance", { step: step.key, state_version: session.known.state_version });
  };
  tick();
  void session.ahead.prepare(session.known.ahead);
}
