/** The frame around every step: where one is, how far, what is missing, and the button that goes on. */

/** @import {State, Step} from "./types.js" */

import { byId, element, say, template, part } from "./dom.js";
import { t } from "./strings.js";

/** @typedef {{label: string, run: () => void, isQuiet?: boolean}} Action */

export class Frame {
  constructor() {
    this.main = byId("main");
    this.bottom = byId("bottom");
    this.gateLine = byId("gate");
    this.nextButton = /** @type {HTMLButtonElement} */ (byId("next"));
    /** @type {() => void} */
    this.onnext = () => {};
    this.busy = false;
    this.first = true;
    this.nextButton.addEventListener("click", () => {
      if (!this.busy) this.onnext();
    });
  }

  /** Title, progress and honest labels. @param {State} state @param {number | null} minutes  that are left, if known */
  show({ study, progress, step }, minutes) {
    this.main.dataset.step = step.key;
    say(byId("study"), study.title);
    const labels = [];
    if (step.kind === "training") labels.push(t("label.training"));
    if (study.rehearsal) labels.push(t("label.rehearsal"));
    if (study.simulated) labels.push(t("label.simulated"));
    say(byId("label"), labels.join(" · "));
    byId("label").hidden = labels.length === 0;
    const where = whereabouts(step, progress);
    say(byId("where"), where);
    say(byId("where-more"), step.kind === "finish" ? "" : outlook(step, progress, minutes));
    document.title = `${where} · ${study.title}`;
    const here = step.kind === "page" ? progress.done : -1;
    byId("steps").replaceChildren(
      ...Array.from({ length: progress.total }, (_, index) =>
        element("li", { class: index < progress.done ? "done" : index === here ? "here" : "" }),
      ),
    );
  }

  /**
   * Put a step's content on the page.
   * @param {DocumentFragment} content @param {{wide?: boolean, next?: string | null}} [options]
   *   wide: the rating page; next: the button's word, none if null
   */
  fill(content, { wide = false, next = null } = {}) {
    this.main.classList.toggle("frame-text", !wide);
    this.bottom.classList.toggle("bottom-text", !wide);
    this.main.replaceChildren(content);
    this.bottom.hidden = next === null;
    this.nextButton.textContent = next ?? "";
    this.onnext = () => {};
    this.working(false);
    this.gate([], "");
    scrollTo(0, 0);
    const heading = this.main.querySelector("h1");
    if (heading && !this.first) {
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    }
    this.first = false;
  }

  /**
   * Say what is missing beside the button, which is outlined until nothing is.
   * @param {string[]} missing  phrases @param {string} done  what to say when nothing is missing
   */
  gate(missing, done) {
    const text = missing.length ? `${t("gate.todo")} ${missing.join("; ")}.` : done;
    this.nextButton.setAttribute("aria-disabled", String(missing.length > 0));
    if (this.gateLine.dataset.text === text) return;
    this.gateLine.dataset.text = text;
    if (missing.length) {
      this.gateLine.replaceChildren(element("strong", {}, t("gate.todo")), ` ${missing.join("; ")}.`);
    } else {
      this.gateLine.replaceChildren(done);
    }
  }

  /** Lock the button while an answer is on its way. @param {boolean} busy */
  working(busy) {
    this.busy = busy;
    this.nextButton.toggleAttribute("data-busy", busy);
    this.nextButton.setAttribute("aria-busy", String(busy));
  }

  /**
   * Say that something is loading; style shows it only when that takes a while.
   * @param {string} title @param {string} text @param {{actions?: Action[], wide?: boolean}} [options]
   *   wide: the heading stands where the rating page will have its own
   * @returns {HTMLElement}  the line of text, for news
   */
  loading(title, text, options = {}) {
    const line = this.message(title, text, options);
    this.main.firstElementChild?.classList.add("late");
    return line;
  }

  /**
   * A page that only says something.
   * @param {string} title @param {string} text
   * @param {{list?: string[], actions?: Action[], wide?: boolean}} [options]  the first action is the main one, unless it is quiet
   * @returns {HTMLElement}  the line of text, for news
   */
  message(title, text, { list = [], actions = [], wide = false } = {}) {
    const content = template("message");
    part(content, "title").textContent = title;
    const line = part(content, "text");
    line.textContent = text;
    const items = part(content, "list");
    items.hidden = list.length === 0;
    items.append(...list.map((entry) => element("li", {}, entry)));
    part(content, "actions").hidden = actions.length === 0;
    for (const [index, { label, run, isQuiet }] of actions.entries()) {
      const looks = index === 0 && !isQuiet ? "button button-main" : "button";
      const button = element("button", { class: looks, type: "button" }, label);
      button.addEventListener("click", run);
      part(content, "actions").append(button);
    }
    this.fill(content, { wide });
    return line;
  }
}

/** @param {Step} step @param {State["progress"]} progress */
function whereabouts(step, progress) {
  if (step.kind === "page") return t("where.page", { index: step.index, count: step.count });
  return t(step.kind === "questions" && progress.done > 0 ? "where.questions_later" : `where.${step.kind}`);
}

/** What is still to come. @param {Step} step @param {State["progress"]} progress @param {number | null} minutes */
function outlook(step, { done, total }, minutes) {
  if (minutes !== null) return t(minutes === 1 ? "where.one_minute" : "where.minutes", { count: minutes });
  if (step.kind === "page" || done > 0 || total === 0) return "";
  return t(total === 1 ? "where.one_page" : "where.pages", { count: total });
}
