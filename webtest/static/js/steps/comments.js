/** Remarks at the end: one optional text. */

/** @import {Session} from "../session.js" */
/** @import {CommentsStep} from "../types.js" */

import { part, template } from "../dom.js";
import { uuid } from "../ids.js";
import { t } from "../strings.js";

/** @param {CommentsStep} step @param {Session} session @param {AbortSignal} signal */
export function show(step, session, signal) {
  const { frame, store } = session;
  const content = template("comments");
  /** @type {HTMLTextAreaElement} */
  const remarks = part(content, "remarks");
  const kept = `form:${step.key}`;
  remarks.value = store.get(kept) ?? "";
  remarks.addEventListener("input", () => store.set(kept, remarks.value), { signal });
  frame.fill(content, { next: t("next.finish") });
  const id = uuid();
  frame.onnext = async () => {
    const sent = await session.send("answers", { id, step: step.key, answers: { comment: remarks.value.trim() } });
    if (sent) store.set(kept, undefined);
  };
}
