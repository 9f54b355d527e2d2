/** The end: complete, declined, screened out or withdrawn. The completion code comes only from the server, at the end. */

/** @import {Session} from "../session.js" */
/** @import {FinishStep} from "../types.js" */

import { part, sanitised, template } from "../dom.js";
import { t } from "../strings.js";

const COPIED_MS = 1500;

/** @param {FinishStep} step @param {Session} session @param {AbortSignal} signal */
export async function show(step, session, signal) {
  const { frame, events } = session;
  const { study, assessor, state } = session.known;
  await events.flush();
  if (signal.aborted) return;
  const isTakenOut = state === "withdrawn";
  if (step.outcome === "complete" && state !== "complete" && !isTakenOut) {
    frame.loading(t("finish.saving"), "");
    await session.send("finish", {});
    return;
  }
  const content = template("finish");
  const said = isTakenOut && step.outcome !== "withdrawn" ? "taken_out" : step.outcome;
  part(content, "title").textContent = t(`finish.${said}_title`);
  part(content, "text").textContent = t(`finish.${said}_text`);
  if (step.outcome === "complete") part(content, "debrief").append(sanitised(step.html));
  part(content, "own").hidden = step.outcome === "declined";
  part(content, "assessor").textContent = assessor;
  mountRemoval(content, session, isTakenOut, signal);
  const contact = part(content, "contact");
  if (study.contact) {
    contact.hidden = false;
    contact.textContent = t("finish.contact", { contact: study.contact, assessor });
  }
  if (step.code) {
    const { code } = step;
    const copy = part(content, "copy");
    part(content, "code-field").hidden = false;
    part(content, "code").textContent = code;
    copy.addEventListener("click", () => void copied(copy, code), { signal });
  }
  if (step.url) {
    part(content, "return-row").hidden = false;
    part(content, "return").setAttribute("href", step.url);
  }
  frame.fill(content);
}

/** Answers can be taken out of the study, after a second question. @param {ParentNode} content @param {Session} session
 * @param {boolean} isTakenOut  it is done already @param {AbortSignal} signal */
function mountRemoval(content, session, isTakenOut, signal) {
  const [ask, confirm] = [part(content, "remove-ask"), part(content, "remove-confirm")];
  const [open, question] = [part(content, "remove"), part(content, "remove-question")];
  const show = (/** @type {boolean} */ asking) => {
    ask.hidden = asking;
    confirm.hidden = !asking;
    (asking ? question : open).focus();
  };
  ask.hidden = isTakenOut;
  open.addEventListener("click", () => show(true), { signal });
  part(content, "remove-no").addEventListener("click", () => show(false), { signal });
  part(content, "remove-yes").addEventListener("click", () => void session.end("withdraw"), { signal });
}

/** @param {HTMLElement} button @param {string} text */
async function copied(button, text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // no clipboard here, or not allowed: the code stays on the page to be copied by hand
    return;
  }
  button.textContent = t("finish.copied");
  setTimeout(() => {
    button.textContent = t("finish.copy");
  }, COPIED_MS);
}
