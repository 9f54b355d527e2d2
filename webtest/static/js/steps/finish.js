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
  if (step.outcome === "complete" && state !== "complete") {
    frame.loading(t("finish.saving"), "");
    await session.send("finish", {});
    return;
  }
  const content = template("finish");
  part(content, "title").textContent = t(`finish.${step.outcome}_title`);
  part(content, "text").textContent = t(`finish.${step.outcome}_text`);
  if (step.outcome === "complete") part(content, "debrief").append(sanitised(step.html));
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
