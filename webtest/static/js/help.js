/** The help window: how the page works, its keys, whom to ask, and the way out of the test. */

/** @import {Session} from "./session.js" */

import { byId, element, say } from "./dom.js";
import { t } from "./strings.js";

const ARROWS = ["←", "→"];

export class Help {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    this.dialog = /** @type {HTMLDialogElement} */ (byId("help"));
    this.single = /** @type {HTMLInputElement} */ (byId("single-keys"));
    this.single.checked = session.store.get("single_keys") !== false;
    this.single.addEventListener("change", () => session.store.set("single_keys", this.single.checked));
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
   * @param {{first: string, last: string, reference: boolean} | null} letters  of the stimuli; null: a page without keys
   */
  describe(text, letters) {
    say(byId("help-text"), text);
    byId("help-single").hidden = letters === null;
    byId("help-keys").hidden = letters === null;
    if (letters === null) return;
    /** @type {[(Node | string)[], string][]} */
    const rows = [
      [[key(letters.first), "–", key(letters.last)], "help.key_select"],
      ...(letters.reference ? [reference()] : []),
      [[key(t("key.space"))], "help.key_play"],
      [ARROWS.map(key), "help.key_small"],
      [[key(t("key.shift")), ` + ${t("key.arrow")}`], "help.key_large"],
      [[key(t("key.home")), key(t("key.end"))], "help.key_ends"],
      [[key("L")], "help.key_loop"],
      [["[", "]"].map(key), "help.key_region"],
      [[key("N")], "help.key_note"],
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

/** @returns {[(Node | string)[], string]} */
function reference() {
  return [[key("0"), key("R")], "help.key_reference"];
}
