/** The last resort: what this browser holds of the listener's answers, as a file to be sent to the researcher. */

/** @import {Session} from "./session.js" */

import { element } from "./dom.js";

const SCHEMA = "evalkit-own-data/1";
const KEEP_MS = 60_000;

/** Nothing in it lets anybody act as the listener. @param {Session} session */
export function ownData({ state, outbox, draft }) {
  const tell = (/** @type {import("./outbox.js").Message} */ { path, body, queued_at, refused }) => ({
    path,
    body,
    queued_at,
    refused: refused ?? null,
  });
  return {
    schema: SCHEMA,
    study: state?.study.title ?? null,
    listener: state?.assessor ?? null,
    made_at: new Date().toISOString(),
    not_delivered: outbox.queue.map(({ message }) => tell(message)),
    refused: outbox.refused.map(tell),
    unfinished_page: draft(),
  };
}

/** Save it as a file. @param {Session} session */
export function saveOwnData(session) {
  const text = JSON.stringify(ownData(session), null, 1);
  const href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  element("a", { href, download: `answers_${session.state?.assessor ?? "unknown"}.json` }).click();
  setTimeout(() => URL.revokeObjectURL(href), KEEP_MS);
}
