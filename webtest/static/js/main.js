/** Start: the words, the frame, what this browser lacks, then the session. */

import { missingFeatures } from "./capability.js";
import { Frame } from "./frame.js";
import { SaveState } from "./savestate.js";
import { Session } from "./session.js";
import { Store } from "./store.js";
import { loadStrings, t, translate } from "./strings.js";
import { show as comments } from "./steps/comments.js";
import { show as consent } from "./steps/consent.js";
import { show as finish } from "./steps/finish.js";
import { show as instructions } from "./steps/instructions.js";
import { show as level } from "./steps/level.js";
import { show as page } from "./steps/page.js";
import { show as questions } from "./steps/questions.js";

const BASE = new URL("../../api/v1/", import.meta.url).href;

async function start() {
  await loadStrings(document.documentElement.lang);
  translate(document.body);
  const frame = new Frame();
  const missing = missingFeatures();
  if (missing.length > 0) {
    frame.message(t("cannot.title"), t("cannot.text"), { list: missing.map((key) => t(`cannot.${key}`)) });
    return;
  }
  const session = new Session({
    base: BASE,
    frame,
    saveState: new SaveState(),
    store: new Store(location.pathname + location.search),
    steps: { consent, questions, level, instructions, page, comments, finish },
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  await session.open();
}

await start();
