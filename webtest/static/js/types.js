/**
 * What the server sends: the shapes of the HTTP interface, version 1.
 *
 * @typedef {{title: string, rate_hz: number, simulated: boolean, rehearsal: boolean, contact: string, locale: string}} Study
 * @typedef {{study: Study, assessor: string, state: string, state_version: number,
 *   progress: {done: number, total: number, page_s: number, break_s: number}, step: Step, ahead: Step | null}} State
 *   progress: pages; page_s: seconds of sound on one, on average; break_s: the least time of the breaks to come
 *   ahead: what follows, if it can be shown before the present page is acknowledged
 *
 * @typedef {{kind: "consent", key: string, html: string, version: string, agree: string[]}} ConsentStep
 * @typedef {{kind: "questions", key: string, questions: Question[], earlier: Record<string, any>}} QuestionsStep
 * @typedef {{kind: "level", key: string, audio: string, samples: number, rate_hz: number, bytes: number,
 *   sha256: string}} LevelStep
 * @typedef {{kind: "instructions", key: string, html: string}} InstructionsStep
 * @typedef {{kind: "training", key: string, page: string}} TrainingStep
 * @typedef {{kind: "break", key: string, minimum_s: number}} BreakStep
 * @typedef {{kind: "page", key: string, page: string, index: number, count: number}} PageStep
 * @typedef {{kind: "comments", key: string}} CommentsStep
 * @typedef {{kind: "finish", key: string, outcome: string, html: string, code: string | null, url: string | null}} FinishStep
 * @typedef {ConsentStep | QuestionsStep | LevelStep | InstructionsStep | TrainingStep | PageStep | BreakStep |
 *   CommentsStep | FinishStep} Step
 *
 * @typedef {"text" | "number" | "choice" | "choices" | "scale"} QuestionKind
 * @typedef {{id: string, kind: QuestionKind, label: string, required: boolean,
 *   options: string[] | Record<string, any>, show_if: Record<string, any> | null}} Question
 *
 * @typedef {{id: string, audio: string, bytes: number, sha256: string}} Sound
 * @typedef {Sound & {slot: number, label: string, initials: Record<string, number>}} Slot
 *   initials: where its slider starts, by scale; none where sliders start unset
 * @typedef {{value: number | null, moved: boolean, n_moves: number}} ScaleRating
 * @typedef {{ratings: Record<string, ScaleRating>, n_plays: number, listened_ms: number}} Rating  ratings: by scale
 * @typedef {{slot: string, at_ms: number, text: string}} Moment  a comment on a moment of a sound
 * @typedef {{values: Record<string, Rating>, comments: Record<string, string>, moments: Moment[], page_ms: number,
 *   n_switches: number, reference_plays: number}} Draft
 * @typedef {{id: string, index: number, count: number, method: string, question: string,
 *   options: Record<string, any>, gates: Record<string, any>, scales: string[], rate_hz: number, samples: number,
 *   slots: Slot[], open_reference: Sound | null, draft: Draft | null}} RatingPage
 * @typedef {{gate: string, slots: string[], scale?: string, left?: number}} Missing
 *
 * @typedef {object} GateView  a page as gates look at it
 * @property {Record<string, any>} gates
 * @property {string[]} scales
 * @property {SlotState[]} slots
 * @property {number} duration_s  of one sound
 * @property {number} page_s  time on the page
 * @property {number} n_switches
 * @property {number} reference_plays
 * @property {(id: string) => boolean} isCommented  a slot, or "page"
 *
 * What a method (`methods/NAME/page.js`) gets and gives; METHODS.md tells more.
 *
 * @typedef {Slot & Rating} SlotState  a slot and what the listener did with it so far
 * @typedef {object} MethodContext
 * @property {RatingPage} page
 * @property {SlotState[]} slots  in the order of their labels; only the rating page changes them
 * @property {string} noun  what one stimulus is called, for example "mix"
 * @property {string} describedBy  id of the element that explains the keys
 * @property {AbortSignal} signal  aborted when the page is left: pass it to every listener
 * @property {(id: string, options?: {play?: boolean}) => void} select  the listener chose a stimulus, or the reference
 * @property {(id: string) => boolean} mayRate  false: a gate wants it to be heard while it is moved, or the page's time is
 *   over; a drag that is under way then has ended
 * @property {(id: string, scale: string, value: number, how: {input: "pointer" | "key", phase: "move" | "end"}) => void} rate
 * @property {(id: string) => boolean} heard  whether the gate for listening is met
 * @property {(id: string) => boolean} commented
 *
 * @typedef {object} Method
 * @property {string} how  one sentence under the question
 * @property {string} keys  what the keys do, for assistive technology
 * @property {string} help  a paragraph for the help window
 * @property {"place" | "rate"} verb  what is done with a stimulus
 * @property {string[]} legend  names of the signs used: "new", "loose", "empty", "noted"
 * @property {(scale: string, wanted: number) => string} [least]  the gate one_at_least in words, where the page shows no
 *   numbers
 * @property {(scale: string, what: string) => string} [on]  says on which of several scales something is to be done
 * @property {(selected: string | null) => void} refresh  draw the state of all slots anew
 * @property {(id: string, scale?: string) => void} focus  move the keyboard's focus to the control of a slot
 */

export {};
