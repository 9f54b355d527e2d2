/**
 * How a listener came: by a plain address, by an invitation, or from a platform with its own names for people. Each is a
 * session of its own. The names go to the server when the listener enrols and out of the address bar after that, where
 * a screenshot or a shared link would spread them.
 */

const INVITE = "invite";
const TAB = "evalkit:session";

/**
 * @typedef {object} Arrival
 * @property {string} key  of the session in this browser
 * @property {Record<string, string> | null} external  name to value, only names that the study knows
 * @property {string | null} invite
 */

/** @param {string[]} known  names of the study's platform @returns {Arrival} */
export function readArrival(known) {
  const query = new URLSearchParams(location.search);
  const named = known.filter((name) => query.get(name)).map((name) => [name, query.get(name) ?? ""]);
  const invite = query.get(INVITE) || null;
  const arrival = { external: named.length > 0 ? Object.fromEntries(named) : null, invite };
  const words = [...named.map(([name, value]) => `${name}=${value}`), ...(invite ? [`${INVITE}=${invite}`] : [])];
  if (words.length > 0) return { key: keyOf(words.join("&")), ...arrival };
  return { key: lastKey(), ...arrival };
}

/** Remember the session for a reload, here and in a new window, and tidy the address. @param {Arrival} arrival */
export function settle(arrival) {
  try {
    sessionStorage.setItem(TAB, arrival.key);
    localStorage.setItem(TAB, arrival.key);
  } catch {
    return; // nothing is remembered: the address is what leads back
  }
  if (location.search) history.replaceState(history.state, "", location.pathname + location.hash);
}

/** @param {string} words */
const keyOf = (words) => `${location.pathname}?${words}`;

function lastKey() {
  try {
    const last = sessionStorage.getItem(TAB) ?? localStorage.getItem(TAB);
    if (last?.startsWith(`${location.pathname}?`)) return last;
  } catch {
    // no storage
  }
  return location.pathname;
}
