/** A block of questions: required ones hold the button back, conditional ones come and go. */

/** @import {Session} from "../session.js" */
/** @import {Field} from "../questions.js" */
/** @import {QuestionsStep} from "../types.js" */

import { part, template } from "../dom.js";
import { uuid } from "../ids.js";
import { makeField } from "../questions.js";
import { listed, t } from "../strings.js";

const NAMED = 2;

/** @param {QuestionsStep} step @param {Session} session @param {AbortSignal} signal */
export function show(step, session, signal) {
  const { frame, store } = session;
  const content = template("questions");
  const form = part(content, "fields");
  const kept = `form:${step.key}`;
  const fields = step.questions.map((question) => makeField(question));
  const before = store.get(kept) ?? {};
  for (const field of fields) {
    if (before[field.question.id] !== undefined) field.write(before[field.question.id]);
    form.append(field.root);
  }
  if (session.known.progress.done > 0) {
    part(content, "title").textContent = t("questions.title_later");
    part(content, "why").hidden = true;
  }
  frame.fill(content, { next: t("next.continue") });

  const answers = () => {
    /** @type {Record<string, any>} */
    const found = { ...step.earlier };
    for (const field of fields) {
      field.root.hidden = !isShown(field.question.show_if, found);
      const value = field.root.hidden ? null : field.read();
      if (value !== null) found[field.question.id] = value;
    }
    for (const name of Object.keys(step.earlier)) delete found[name];
    return found;
  };
  const open = () => {
    const found = answers();
    return fields.filter(
      ({ root, question, wrong }) => !root.hidden && (wrong() || (question.required && !(question.id in found))),
    );
  };
  const gate = () => frame.gate(missingWords(open()), t("questions.done"));

  form.addEventListener("submit", (event) => event.preventDefault(), { signal });
  for (const name of ["input", "change"]) {
    form.addEventListener(
      name,
      () => {
        store.set(kept, answers());
        for (const field of fields) field.mark(false);
        gate();
      },
      { signal },
    );
  }
  const id = uuid();
  frame.onnext = () => {
    const missing = open();
    if (missing.length > 0) {
      for (const field of missing) field.mark(true);
      missing[0].focus();
      return;
    }
    void session.send("answers", { id, step: step.key, answers: answers() }).then((sent) => {
      if (sent) store.set(kept, undefined);
    });
  };
  gate();
  void session.ahead.prepare(session.known.ahead);
}

/** @param {Field[]} missing @returns {string[]} */
function missingWords(missing) {
  if (missing.length === 0) return [];
  if (missing.length > NAMED) return [t("questions.missing_many", { count: missing.length })];
  const labels = missing.map(({ question }) => t("questions.quoted", { label: question.label }));
  return [t("questions.missing", { questions: listed(labels) })];
}

/** @param {Record<string, any> | null} rule  question id to the value, or values, that show this one @param {Record<string, any>} found */
function isShown(rule, found) {
  return Object.entries(rule ?? {}).every(([id, wanted]) => {
    const wants = Array.isArray(wanted) ? wanted : [wanted];
    const given = Array.isArray(found[id]) ? found[id] : [found[id]];
    return given.some((value) => wants.includes(value));
  });
}
