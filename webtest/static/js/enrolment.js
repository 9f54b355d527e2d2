/** Enrolling: a new listener, or one who comes back with the same invitation or the same name on a platform. */

/** @import {Session} from "./session.js" */
/** @import {State} from "./types.js" */

import { Problem } from "./api.js";
import { settle } from "./arrival.js";
import { capabilities } from "./capability.js";
import { retry } from "./retry.js";
import { t } from "./strings.js";

/** What the page says for the reasons that the server gives; "paused" for all others. */
const SAID = ["closed", "full", "invite_missing", "invite_unknown", "external_missing", "external_invalid"];

/** @param {Session} session @returns {Promise<State | null>}  null when nobody is admitted, which is then said on the page */
export async function enrol(session) {
  const { arrival, api, clientSession, events, frame, saveState } = session;
  const { external, invite } = arrival;
  const body = { client_session: clientSession, capabilities: capabilities(), external, invite };
  const asking = saveState.ask();
  try {
    const { token, state } = await retry(() => api.request("POST", "enrol", body), { onfail: () => asking.failed() });
    await session.adopt(token, state);
    settle(arrival);
    events.add("session.start");
    return state;
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 403) throw error;
    const reason = SAID.includes(error.code ?? "") ? error.code : "paused";
    frame.message(t(`refused.${reason}_title`), t(`refused.${reason}_text`));
    return null;
  } finally {
    asking.ended();
  }
}
