/** What must be done before going on, by name; the server checks the same again (methods/_gates.py). */

/** @import {GateView, Missing, SlotState} from "./types.js" */

/** @typedef {Omit<Missing, "gate">} Found */

const LAST_CALL = 0.8; // of the time: then the listener is told

/** @param {SlotState[]} slots @param {(slot: SlotState) => boolean} isMet @returns {Found[]} */
const eachSlot = (slots, isMet) => {
  const open = slots.filter((slot) => !isMet(slot)).map((slot) => slot.id);
  return open.length ? [{ slots: open }] : [];
};

/** @param {boolean} isMet @param {Partial<Found>} [facts] @returns {Found[]} */
const once = (isMet, facts = {}) => (isMet ? [] : [{ slots: [], ...facts }]);

/**
 * Stimuli that are still open, scale by scale; once, and without a scale, where they are the same on all.
 *
 * @param {GateView} view @param {(slot: SlotState, scale: string) => boolean} isMet @returns {Found[]}
 */
function onScales({ slots, scales }, isMet) {
  const found = scales.flatMap((scale) => eachSlot(slots, (slot) => isMet(slot, scale)).map((one) => ({ ...one, scale })));
  const isSame = found.length === scales.length && new Set(found.map((one) => one.slots.join())).size === 1;
  return isSame ? [{ slots: found[0].slots }] : found;
}

/** In the order in which what is missing is said. @type {Record<string, (view: GateView, setting: any) => Found[]>} */
const GATES = {
  play_reference: ({ reference_plays }) => once(reference_plays > 0),
  play_all: ({ slots, duration_s }, setting) => eachSlot(slots, (slot) => hasHeard(slot, setting, duration_s)),
  move_all: (view) => onScales(view, (slot, scale) => slot.ratings[scale].moved),
  one_at_least: ({ slots, scales }, wanted) =>
    scales.flatMap((scale) => once(slots.some((slot) => (slot.ratings[scale].value ?? -1) >= wanted), { scale, left: wanted })),
  comment_required: ({ slots, isCommented }, which) =>
    which === "each" ? eachSlot(slots, (slot) => isCommented(slot.id)) : once(isCommented("page")),
  min_switches: ({ n_switches }, wanted) => once(n_switches >= wanted, { left: wanted - n_switches }),
  min_page_s: ({ page_s }, wanted) => once(page_s >= wanted, { left: Math.ceil(wanted - page_s) }),
};

/** @param {SlotState} slot @param {any} setting @param {number} duration_s */
function hasHeard(slot, setting, duration_s) {
  if (typeof setting === "boolean" || setting === undefined || setting === null) return slot.n_plays > 0;
  const wanted_s = typeof setting === "number" ? setting : setting.fraction * duration_s;
  return slot.listened_ms >= wanted_s * 1000;
}

/** Whether a slot counts as heard, also where no gate asks for it. @param {SlotState} slot @param {GateView} view */
export function isHeard(slot, view) {
  return hasHeard(slot, view.gates.play_all, view.duration_s);
}

/** @param {GateView} view @returns {Missing[]}  unmet gates; none when the page's time is over */
export function unmet(view) {
  if (isOver(view)) return [];
  return Object.entries(GATES)
    .filter(([gate]) => view.gates[gate] !== undefined && view.gates[gate] !== null && view.gates[gate] !== false)
    .flatMap(([gate, find]) => find(view, view.gates[gate]).map((found) => ({ gate, ...found })));
}

/** @param {GateView} view */
export function isOver({ gates, page_s }) {
  return Boolean(gates.max_page_s) && page_s >= gates.max_page_s;
}

/** Seconds left of the page's time, once it is time to say so; null before. @param {GateView} view @returns {number | null} */
export function lastCall({ gates, page_s }) {
  if (!gates.max_page_s || page_s < LAST_CALL * gates.max_page_s) return null;
  return Math.max(0, Math.ceil(gates.max_page_s - page_s));
}
