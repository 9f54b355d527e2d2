/** Consent: the study's text, agree or decline. */

/** @import {Session} from "../session.js" */
/** @import {ConsentStep} from "../types.js" */

import { part, sanitised, template } from "../dom.js";
import { t } from "../strings.js";

/** @param {ConsentStep} step @param {Session} session @param {AbortSignal} signal */
export function show(step, session, signal) {
  const { frame } = session;
  const { study } = session.known;
  const content = template("consent");
  part(content, "title").textContent = study.title;
  part(content, "text").append(sanitised(step.html));
  if (study.contact) {
    const contact = part(content, "contact");
    contact.hidden = false;
    contact.textContent = t("consent.contact", { contact: study.contact });
  }
  /** @type {HTMLInputElement} */
  const agree = part(content, "agree");
  const decline = part(content, "decline");
  frame.fill(content, { next: t("next.begin") });

  const gate = () => frame.gate(agree.checked ? [] : [t("consent.missing")], "");
  const send = async (/** @type {boolean} */ agreed) => {
    frame.working(true);
    await session.events.flush();
    await session.send("consent", { version: step.version, agreed, state_version: session.known.state_version });
  };
  agree.addEventListener("change", gate, { signal });
  decline.addEventListener("click", () => void send(false), { signal });
  frame.onnext = () => {
    if (agree.checked) void send(true);
    else agree.focus();
  };
  gate();
}
