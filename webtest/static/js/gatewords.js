/** Gates in words: what is still to do, and that everything is done. */

/** @import {Method, Missing, RatingPage} from "./types.js" */

import { listed, number, t } from "./strings.js";

/**
 * @param {RatingPage} page
 * @param {Missing[]} missing  with ids or labels of slots
 * @param {{noun: string, verb: "place" | "rate", least?: Method["least"], on?: Method["on"]}} words
 * @returns {string[]} phrases
 */
export function phrases(page, missing, { noun, verb, least, on = (_, what) => what }) {
  const label = (/** @type {string} */ name) => page.slots.find((slot) => slot.id === name)?.label ?? name;
  const said = missing.map(({ gate, slots = [], scale, left = 0 }) => {
    const values = { noun, slots: listed(slots.map(label)), left: number(left) };
    const whole = page.slots.length > 2 && slots.length === page.slots.length;
    if (gate === "play_all") return t(whole ? "gate.play_all.every" : "gate.play_all", values);
    if (gate === "move_all") {
      const what = t(whole ? `gate.move_all.${verb}.every` : `gate.move_all.${verb}`, values);
      return scale ? on(scale, what) : what;
    }
    if (gate === "comment_required" && slots.length > 0) return t(whole ? "gate.comment.every" : "gate.comment", values);
    if (gate === "one_at_least" && least && scale) return on(scale, least(scale, left));
    return t(`gate.${gate}`, values);
  });
  return [...new Set(said)];
}

/** What to say when nothing is missing. @param {RatingPage} page @param {"place" | "rate"} verb @returns {string} */
export function done(page, verb) {
  const { play_all, move_all } = page.gates;
  return play_all && move_all ? t(`gate.done.${verb}`) : "";
}
