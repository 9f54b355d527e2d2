/** The help window: how the page works, its keys, whom to ask, and the way out of the test. */

/** @import {Session} from "./session.js" */

import { byId, element, flag, say } from "./dom.js";
import { WRITING } from "./keys.js";
import { t } from "./strings.js";

const ARROWS = ["←", "→", "↑", "↓"];
const DIGITS = 9;

export class Help {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    this.dialog = /** @type {HTMLDialogElement} */ (byId("help"));
    this.single = /** @type {HTMLInputElement} */ (byId("single-keys"));
    this.single.checked = session.store.get("single_keys") !== false;
    this.single.addEventListener("change", () => session.store.set("single_keys", this.single.checked));
    document.addEventListener("keydown", ({ target }) => {
      if (!(target instanceof Element && target.matches(WRITING))) flag(this.dialog, "keyboard", true);
    });
    byId("help-open").addEventListener("click", () => this.open());
    byId("leave").addEventListener("click", () => this.#ask(true));
    byId("leave-no").addEventListener("click", () => this.#ask(false));
    byId("leave-yes").addEventListener("click", () => {
      this.dialog.close();
      void session.end("withdraw");
    });
    this.dialog.addEventListener("close", () => this.#ask(false));
    this.describe(t("help.text"), null);
  }

  get singleKeys() {
    return this.single.checked;
  }

  open() {
    if (!this.dialog.open) this.dialog.showModal();
  }

  /** Show the way in, with contact, once there is a session. @param {{contact: string, leaving: boolean}} options */
  show({ contact, leaving }) {
    byId("help-open").hidden = !leaving;
    byId("help-contact").hidden = contact === "";
    say(byId("help-contact"), t("help.contact", { contact }));
  }

  /**
   * @param {string} text
   * @param {{labels: string[], reference: boolean} | null} stimuli  null: a page without keys
   */
  describe(text, stimuli) {
    say(byId("help-text"), text);
    byId("help-single").hidden = stimuli === null;
    byId("help-keys").hidden = stimuli === null;
    if (stimuli === null) return;
    const { labels, reference } = stimuli;
    // a stimulus takes its letter from what else it would do
    const isFree = (/** @type {string} */ letter) => !labels.includes(letter);
    const digits = labels.slice(0, DIGITS).map((_, index) => String(index + 1));
    /** @type {[(Node | string)[], string][]} */
    const rows = [
      [[range(labels), range(digits)], "help.key_select"],
      ...row(reference ? ["0", "R"].filter(isFree) : [], "help.key_reference"),
      [[key(t("key.space"))], "help.key_play"],
      [ARROWS.map(key), "help.key_small"],
      [[key(t("key.shift")), ` + ${t("key.arrow")}`], "help.key_large"],
      [[key(t("key.home")), key(t("key.end"))], "help.key_ends"],
      ...row(["L"].filter(isFree), "help.key_loop"),
      [["[", "]"].map(key), "help.key_region"],
      ...row(["N"].filter(isFree), "help.key_note"),
      [[key("?")], "help.key_help"],
    ];
    byId("help-keys").replaceChildren(
      ...rows.flatMap(([keys, what]) => [element("dt", {}, ...keys), element("dd", {}, t(what))]),
    );
  }

  /** @param {boolean} asking */
  #ask(asking) {
    byId("leave-ask").hidden = asking;
    byId("leave-confirm").hidden = !asking;
    if (asking) byId("leave-question").focus();
    else if (this.dialog.open) byId("leave").focus();
  }
}

/** @param {string} name */
function key(name) {
  return element("kbd", {}, name);
}

/** From the first of several keys to the last. @param {string[]} names @returns {Node} */
function range(names) {
  return element("span", {}, key(names[0]), " – ", key(names[names.length - 1]));
}

/** A row for keys that do the same, if there are any. @param {string[]} names @param {string} what @returns {[Node[], string][]} */
function row(names, what) {
  return names.length > 0 ? [[names.map(key), what]] : [];
}
