/** A rating page: loads the sounds, lets the method draw its scale, and keeps play, gates, comments and drafts in step. */

/** @import {Session} from "../session.js" */
/** @import {Method, PageStep, RatingPage} from "../types.js" */

import { Problem } from "../api.js";
import { peakOf } from "../audio.js";
import { part, template, element } from "../dom.js";
import { DraftKeeper, forgetDrafts, keptDraft, newer } from "../drafts.js";
import { uuid } from "../ids.js";
import { listenForKeys } from "../keys.js";
import { loadSounds } from "../loading.js";
import { mountPlayback } from "../playback.js";
import { Player } from "../player.js";
import { Rating } from "../rating.js";
import { mountSoundNotice } from "../soundnotice.js";
import { capital, t } from "../strings.js";
import { mountVolume } from "../volume.js";

/** @param {PageStep} step @param {Session} session @param {AbortSignal} signal */
export async function show(step, session, signal) {
  const { events, frame } = session;
  events.add("page.enter");
  const title = t("where.page", { index: step.index, count: step.count });
  frame.loading(title, t("page.loading"));
  /** @type {RatingPage} */
  const served = session.ahead.takePage(step.page) ?? (await session.get(`pages/${encodeURIComponent(step.page)}`, signal));
  const page = { ...served, draft: newer(served.draft, await keptDraft(session.database, session.id, step.page)) };
  const sounds = page.slots.map((slot) => ({ key: slot.id, slot: slot.id, served: slot }));
  const [buffers, method] = await Promise.all([
    loadSounds(session, title, sounds, { samples: page.samples, rateHz: page.rate_hz }, signal),
    import(new URL(`../../../methods/${page.method}/page.js`, import.meta.url).href),
  ]);
  if (!buffers || signal.aborted) return;
  const content = template("page");
  const parts = Object.fromEntries(PARTS.map((name) => [name, part(content, name)]));
  frame.fill(content, { wide: true, next: t("next.next") });
  mount(page, buffers, method.mount, parts, session, signal);
  events.add("page.ready");
  void session.ahead.prepare(session.known.ahead);
}

const PARTS = [
  "question", "how", "keys", "method", "legend", "playback", "play", "now", "notice", "distorts", "comment", "comment-label",
];

/**
 * @param {RatingPage} page @param {Map<string, AudioBuffer>} buffers
 * @param {(root: HTMLElement, context: import("../types.js").MethodContext) => Method} mountMethod
 * @param {Record<string, HTMLElement>} parts @param {Session} session @param {AbortSignal} signal
 */
function mount(page, buffers, mountMethod, parts, session, signal) {
  const { events, frame, help, output } = session;
  const noun = String(page.options.noun ?? t("noun"));
  const rating = new Rating(page, events);
  const comment = /** @type {HTMLTextAreaElement} */ (parts.comment);
  const player = new Player(output, buffers, page.samples, (kind, slot, data) => {
    if (kind !== "blocked") events.add(kind, { slot, data });
    if ((kind === "play" || kind === "switch") && slot) rating.played(slot);
    sayNotice(kind === "blocked" ? "sound.blocked" : null);
    drafts.touch();
    refresh();
  });
  const sayNotice = mountSoundNotice(output, player, parts.notice, signal);
  const collect = () => {
    for (const slot of rating.slots) rating.listened(slot.id, player.listened_s(slot.id));
    return rating.draft();
  };
  // before the keeper listens for the same: what was heard up to now belongs into the last draft
  addEventListener("pagehide", () => player.pause(), { signal });
  const drafts = new DraftKeeper(session, page.id, collect, signal);
  session.draft = collect;
  session.saveDraft = () => drafts.hand();
  signal.addEventListener("abort", () => {
    session.draft = () => null;
    session.saveDraft = async () => {};
  });

  const select = (/** @type {string} */ id, { play = true } = {}) => {
    player.select(id);
    if (play) void player.play();
    refresh();
  };
  const method = mountMethod(parts.method, {
    page,
    slots: rating.slots,
    noun,
    describedBy: parts.keys.id,
    signal,
    select,
    rate: (id, value, how) => {
      rating.rate(id, value, how);
      drafts.touch();
      refresh();
    },
    heard: (id) => rating.heard(id),
    commented: (id) => rating.comment(id) !== "",
  });
  const toggle = () => (player.playing ? player.pause() : void player.play());
  const bar = mountPlayback(parts.playback, player, {
    toggle,
    ontick: () => {
      const selected = player.selected;
      if (selected && !rating.heard(selected)) {
        rating.listened(selected, player.listened_s(selected));
        if (rating.heard(selected)) refresh();
      }
    },
    signal,
  });
  /** @type {string | null} */
  let commenting = null;
  const refresh = () => {
    const selected = player.selected;
    const slot = rating.slots.find((one) => one.id === selected);
    parts.now.textContent = slot ? `${capital(noun)} ${slot.label}` : "";
    parts["comment-label"].textContent = slot ? t("comment.on", { label: slot.label }) : t("comment");
    if (selected !== commenting) {
      commenting = selected;
      comment.value = selected ? rating.comment(selected) : "";
    }
    method.refresh(selected);
    bar.refresh();
    frame.gate(rating.missing(noun), rating.done());
  };

  comment.addEventListener(
    "input",
    () => {
      if (commenting === null) return;
      rating.write(commenting, comment.value);
      drafts.touch();
      method.refresh(commenting);
    },
    { signal },
  );
  comment.addEventListener("keydown", (event) => event.key === "Escape" && commenting && method.focus(commenting), { signal });
  listenForKeys(
    (key) => {
      const slot = rating.slots.find((one) => one.label === key);
      if (slot) {
        return () => {
          select(slot.id);
          method.focus(slot.id);
        };
      }
      return {
        " ": toggle,
        L: () => player.setLooping(!player.looping),
        N: () => comment.focus(),
        "?": () => help.open(),
      }[key];
    },
    { enabled: () => help.singleKeys, signal },
  );
  frame.onnext = async () => {
    const open = rating.firstMissing();
    if (open !== null) {
      events.add("gate.blocked", { slot: open, data: { missing: rating.unmet() } });
      select(open);
      method.focus(open);
      return;
    }
    frame.working(true);
    player.pause();
    collect();
    events.add("page.submit");
    drafts.close();
    const sent = await session.send("submissions", rating.submission(id), {
      onrefused: (problem) => problem.status === 422 && refused(problem),
    });
    if (sent) await forgetDrafts(session.database, session.id, page.id);
  };
  const refused = (/** @type {Problem} */ problem) => {
    frame.gate(rating.phrases(problem.missing, noun), problem.message);
    drafts.reopen();
    id = uuid();
    return true;
  };

  let id = uuid();
  parts.question.textContent = page.question;
  parts.how.textContent = method.how;
  parts.keys.textContent = method.keys;
  parts.legend.append(...method.legend.map((name) => element("li", { class: `is-${name}` }, t(`legend.${name}`))));
  const labels = rating.slots.map((slot) => slot.label);
  help.describe(method.help, { first: labels[0], last: labels[labels.length - 1] });
  mountVolume(session, parts.distorts, { peak: peakOf(buffers.values()), signal });
  signal.addEventListener("abort", () => player.close());
  player.select(rating.slots[0].id);
  refresh();
}
