/** Start: the words, the frame, what this browser lacks, one window only, then the session. */

import { readArrival } from "./arrival.js";
import { missingFeatures } from "./capability.js";
import { openDatabase } from "./database.js";
import { Frame } from "./frame.js";
import { SaveState } from "./savestate.js";
import { Session } from "./session.js";
import { Store } from "./store.js";
import { loadStrings, t, translate } from "./strings.js";
import { tabLock } from "./tablock.js";
import { show as pause } from "./steps/break.js";
import { show as comments } from "./steps/comments.js";
import { show as consent } from "./steps/consent.js";
import { show as finish } from "./steps/finish.js";
import { show as instructions } from "./steps/instructions.js";
import { show as level } from "./steps/level.js";
import { show as page } from "./steps/page.js";
import { show as questions } from "./steps/questions.js";

const BASE = new URL("../../api/v1/", import.meta.url).href;
const STEPS = { consent, questions, level, instructions, training: page, page, break: pause, comments, finish };

async function start() {
  await loadStrings(document.documentElement.lang);
  translate(document.body);
  const frame = new Frame();
  const missing = await missingFeatures();
  if (missing.length > 0) {
    frame.message(t("cannot.title"), t("cannot.text"), { list: missing.map((key) => t(`cannot.${key}`)) });
    return;
  }
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  const { arrivalNames = "" } = document.documentElement.dataset;
  const arrival = readArrival(arrivalNames.split(" ").filter(Boolean));
  /** @type {Session | null} */
  let session = null;
  const take = async () => {
    await lock.take();
    location.reload();
  };
  const lock = tabLock(`evalkit:${arrival.key}`, async () => session?.yield(take));
  if (!(await lock.claim())) {
    frame.message(t("tab.title"), t("tab.text"), { actions: [{ label: t("tab.take"), run: () => void take() }] });
    return;
  }
  session = new Session({
    base: BASE,
    arrival,
    frame,
    saveState: new SaveState(),
    store: new Store(arrival.key),
    database: await openDatabase(),
    steps: STEPS,
  });
  await session.open();
}

await start();
