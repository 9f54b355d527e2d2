/** Consent: the study's text and its statements, each to be ticked; or decline. */

/** @import {Session} from "../session.js" */
/** @import {ConsentStep} from "../types.js" */

import { element, part, sanitised, template } from "../dom.js";
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
  const statements = step.agree.length > 0 ? step.agree : [t("consent.agree")];
  const boxes = statements.map((statement) => {
    const box = element("input", { type: "checkbox" });
    part(content, "statements").append(element("label", { class: "choice" }, box, element("span", {}, statement)));
    return box;
  });
  const decline = part(content, "decline");
  frame.fill(content, { next: t("next.begin") });

  const open = () => boxes.find((box) => !box.checked);
  const gate = () => frame.gate(open() ? [t("consent.missing")] : [], "");
  const send = async (/** @type {boolean} */ agreed) => {
    frame.working(true);
    await session.events.flush();
    await session.send("consent", { version: step.version, agreed, state_version: session.known.state_version });
  };
  for (const box of boxes) box.addEventListener("change", gate, { signal });
  decline.addEventListener("click", () => void send(false), { signal });
  frame.onnext = () => {
    const missing = open();
    if (missing) missing.focus();
    else void send(true);
  };
  gate();
}
