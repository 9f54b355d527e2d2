/** The kinds of question, each as a field: text, number, choice, choices, scale. */

/** @import {Question} from "./types.js" */

import { element } from "./dom.js";
import { t } from "./strings.js";

/**
 * @typedef {object} Field
 * @property {Question} question
 * @property {HTMLElement} root
 * @property {() => any} read  the answer, null when there is none
 * @property {(value: any) => void} write
 * @property {() => boolean} wrong  filled, but not a valid answer
 * @property {(on: boolean) => void} mark  point out that something is missing here
 * @property {() => void} focus
 */

const SHORT = 16;

/** @param {Question} question @returns {Field} */
export function makeField(question) {
  if (question.kind === "text") return textField(question);
  if (question.kind === "number") return numberField(question);
  return optionField(question, question.kind === "choices");
}

/** @param {Question} question @returns {Field} */
function textField(question) {
  const input = element("input", { type: "text", maxlength: 2000, autocomplete: "off" });
  return writtenField(question, input, {
    read: () => input.value.trim() || null,
    wrong: () => false,
  });
}

/** @param {Question} question @returns {Field} */
function numberField(question) {
  const { minimum = -Infinity, maximum = Infinity } = limits(question.options);
  const input = element("input", { type: "text", inputmode: "decimal", maxlength: 12, autocomplete: "off" });
  const value = () => Number(input.value.trim().replace(",", "."));
  const wrong = () =>
    input.value.trim() !== "" &&
    (!Number.isFinite(value()) || value() < minimum || value() > maximum);
  const field = writtenField(question, input, {
    read: () => (input.value.trim() === "" || wrong() ? null : value()),
    wrong,
  });
  field.root.classList.add("field-short");
  return field;
}

/**
 * @param {Question} question @param {HTMLInputElement} input
 * @param {{read: () => any, wrong: () => boolean}} rules @returns {Field}
 */
function writtenField(question, input, { read, wrong }) {
  input.id = `question-${question.id}`;
  const hint = element("p", { class: "hint small", id: `${input.id}-hint`, hidden: true });
  input.setAttribute("aria-describedby", hint.id);
  if (question.required) input.setAttribute("aria-required", "true");
  const label = element("label", { for: input.id }, ...caption(question));
  return {
    question,
    root: element("div", { class: "field" }, label, input, hint),
    read,
    write: (value) => {
      input.value = String(value);
    },
    wrong,
    mark: (on) => {
      hint.hidden = !on;
      hint.textContent = on ? t(wrong() ? "questions.wrong_number" : "questions.needed") : "";
      if (on) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    },
    focus: () => input.focus(),
  };
}

/** @param {Question} question @param {boolean} several @returns {Field} */
function optionField(question, several) {
  const { values, labels } = question.kind === "scale" ? steps(question.options) : words(question.options);
  const inputs = values.map((value) =>
    element("input", { type: several ? "checkbox" : "radio", name: `question-${question.id}`, value }),
  );
  const rows = inputs.map((input, index) => element("label", { class: "choice" }, input, element("span", {}, labels[index])));
  const inRow = labels.length <= 4 && labels.every((label) => label.length <= SHORT);
  const hint = element("p", { class: "hint small", hidden: true });
  const group = element("div", { class: inRow && question.kind !== "scale" ? "choices choices-row" : "choices" }, ...rows);
  const shown = question.kind === "scale" ? asScale(question, group, inputs) : group;
  const root = element("fieldset", { class: "field" }, element("legend", {}, ...caption(question)), shown, hint);
  const chosen = () => inputs.flatMap((input, index) => (input.checked ? [values[index]] : []));
  return {
    question,
    root,
    read: () => (several ? (chosen().length ? chosen() : null) : (chosen()[0] ?? null)),
    write: (value) => {
      const wanted = Array.isArray(value) ? value : [value];
      inputs.forEach((input, index) => {
        input.checked = wanted.includes(values[index]);
      });
    },
    wrong: () => false,
    mark: (on) => {
      hint.hidden = !on;
      hint.textContent = on ? t("questions.needed") : "";
    },
    focus: () => inputs[0].focus(),
  };
}

/**
 * Lay the steps of a scale out: in one row where it is wide enough, else one below the other, the words at the ends.
 * @param {Question} question @param {HTMLElement} group @param {HTMLInputElement[]} inputs @returns {HTMLElement}
 */
function asScale({ id, options }, group, inputs) {
  group.classList.add("choices-scale");
  [...group.children].forEach((row, index) => /** @type {HTMLElement} */ (row).style.setProperty("--step", String(index + 1)));
  const ends = [inputs[0], inputs[inputs.length - 1]];
  for (const [index, word] of (limits(options).labels ?? []).entries()) {
    const name = `question-${id}-end-${index + 1}`;
    ends[index].setAttribute("aria-describedby", name);
    group.append(element("span", { class: "end small quiet", id: name }, word));
  }
  const room = element("div", { class: "choices-room" }, group);
  room.style.setProperty("--count", String(inputs.length));
  return room;
}

/** @param {Question} question @returns {(Node | string)[]} */
function caption(question) {
  if (question.required) return [question.label];
  return [`${question.label} `, element("span", { class: "quiet" }, t("optional"))];
}

/** @param {Question["options"]} options @returns {{values: (string | number)[], labels: string[]}} */
function words(options) {
  const labels = Array.isArray(options) ? options : [];
  return { values: labels, labels };
}

/** A scale: whole numbers. @param {Question["options"]} options @returns {{values: number[], labels: string[]}} */
function steps(options) {
  const { minimum = 1, maximum = 5 } = limits(options);
  const values = Array.from({ length: maximum - minimum + 1 }, (_, index) => minimum + index);
  return { values, labels: values.map(String) };
}

/** @param {Question["options"]} options @returns {{minimum?: number, maximum?: number, labels?: string[]}} */
function limits(options) {
  return Array.isArray(options) ? {} : options;
}
