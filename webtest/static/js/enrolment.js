/**
 * Enrolling: a new listener, or one who comes back with the same invitation or the same name on a platform; and what this
 * browser remembers of it. The token is on the disk before the first step is shown.
 */

/** @import {Session} from "./session.js" */
/** @import {State} from "./types.js" */

import { Problem } from "./api.js";
import { settle } from "./arrival.js";
import { capabilities } from "./capability.js";
import { hex32 } from "./ids.js";
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
  const ask = async () => {
    const key = await keyOf(session);
    return retry(() => api.request("POST", "enrol", { ...body, key }), { onfail: () => asking.failed() });
  };
  try {
    const { token, state } = await ask().catch(async (error) => {
      if (!(error instanceof Problem) || error.code !== "key_used") throw error;
      await forgetKey(session);
      return ask();
    });
    await adopt(session, token, state);
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

/** Take over what this browser remembers: the session's name, its token, and what was not delivered. @param {Session} session */
export async function remember(session) {
  const { api, arrival, database, outbox, store } = session;
  const kept = store.get("token") ? null : await database?.kept(keptName(session)).catch(() => null);
  if (kept) for (const [name, value] of Object.entries(kept)) store.set(name, value);
  session.id = store.get("id") ?? "";
  api.token = store.get("token") ?? null;
  arrival.external ??= store.get("external") ?? null;
  arrival.invite ??= store.get("invite") ?? null;
  if (session.id) await outbox.open(session.id);
}

/** Remember a new token, and what it takes to get another. @param {Session} session @param {string} token @param {State} state */
async function adopt(session, token, state) {
  const { api, arrival, database, outbox, store } = session;
  const isSame = store.get("assessor") === state.assessor;
  if (!isSame) store.clear();
  const id = isSame ? session.id : hex32();
  const values = { id, token, assessor: state.assessor, external: arrival.external, invite: arrival.invite };
  for (const [name, value] of Object.entries(values)) store.set(name, value);
  await database?.keep(keptName(session), values).catch(() => {});
  await forgetKey(session);
  api.token = token;
  session.id = id;
  if (!isSame) await outbox.open(id);
}

/**
 * What this enrolment is asked for by, however often: on the disk before it is first sent, so that one whose answer was
 * lost is not a second listener, not even after a reload.
 * @param {Session} session @returns {Promise<string>}
 */
async function keyOf(session) {
  const { database } = session;
  const found = await database?.kept(keyName(session)).catch(() => null);
  if (found) return found;
  const key = hex32();
  await database?.keep(keyName(session), key).catch(() => {});
  return key;
}

/** @param {Session} session */
const forgetKey = async (session) => session.database?.forget(keyName(session)).catch(() => {});

/** @param {Session} session */
const keyName = ({ arrival }) => `enrolling:${arrival.key};`;

/** @param {Session} session */
const keptName = ({ arrival }) => `session:${arrival.key}`;
