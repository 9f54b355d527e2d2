/** What must be done before going on, by name; the server checks the same again. */

/** @import {Missing, SlotState} from "./types.js" */

/** In the order in which what is missing is said. @type {Record<string, (slot: SlotState, setting: any) => boolean>} */
const GATES = {
  play_all: (slot, setting) => (typeof setting === "number" ? slot.listened_ms >= setting * 1000 : slot.n_plays > 0),
  move_all: (slot) => slot.moved,
};

/** Whether a slot counts as heard, also where no gate asks for it. @param {SlotState} slot @param {Record<string, any>} gates */
export function isHeard(slot, gates) {
  return GATES.play_all(slot, gates.play_all);
}

/**
 * @param {Record<string, any>} gates @param {SlotState[]} slots
 * @returns {Missing[]}  unmet gates with the ids of their slots
 */
export function unmet(gates, slots) {
  return Object.entries(GATES)
    .filter(([gate]) => gates[gate])
    .map(([gate, isMet]) => ({ gate, slots: slots.filter((slot) => !isMet(slot, gates[gate])).map((slot) => slot.id) }))
    .filter(({ slots: open }) => open.length > 0);
}
