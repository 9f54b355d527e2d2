/** What to do: the study's text. */

/** @import {Session} from "../session.js" */
/** @import {InstructionsStep} from "../types.js" */

import { part, sanitised, template } from "../dom.js";
import { t } from "../strings.js";

/** @param {InstructionsStep} step @param {Session} session */
export function show(step, session) {
  const { frame } = session;
  const content = template("instructions");
  const text = part(content, "text");
  if (step.html) text.append(sanitised(step.html));
  else text.textContent = t("instructions.text");
  frame.fill(content, { next: t("next.start") });
  frame.onnext = () => void session.send("advance", { step: "instructions", state_version: session.known.state_version });
  void session.ahead.prepare(session.known.ahead);
}
