/** A rating page: loads the sounds, lets the method draw its scale, and keeps play, gates, comments and drafts in step. */

/** @import {Session} from "../session.js" */
/** @import {MountMethod} from "../methodfiles.js" */
/** @import {Missing, PageStep, RatingPage, TrainingStep} from "../types.js" */

import { Problem } from "../api.js";
import { peakOf } from "../audio.js";
import { mountComments } from "../comments.js";
import { byId, element, part, template } from "../dom.js";
import { DraftKeeper, forgetDrafts, keptDraft, newer } from "../drafts.js";
import { done, phrases } from "../gatewords.js";
import { uuid } from "../ids.js";
import { keysOfPage, listenForKeys, pointersIn } from "../keys.js";
import { loadSounds } from "../loading.js";
import { loadMethod } from "../methodfiles.js";
import { mountPageClock } from "../pageclock.js";
import { mountPlayback } from "../playback.js";
import { Player } from "../player.js";
import { Rating } from "../rating.js";
import { mountSoundNotice } from "../soundnotice.js";
import { capital, t } from "../strings.js";
import { mountVolume } from "../volume.js";

/** @param {PageStep | TrainingStep} step  of training: the same, but nothing is handed in @param {Session} session @param {AbortSignal} signal */
export async function show(step, session, signal) {
  const { events, frame } = session;
  events.add("page.enter");
  const title =
    step.kind === "training" ? t("where.training") : t("where.page", { index: step.index, count: step.count });
  frame.loading(title, t("page.loading"), { wide: true });
  /** @type {RatingPage} */
  const served = session.ahead.takePage(step.page) ?? (await session.get(`pages/${encodeURIComponent(step.page)}`, signal));
  const page = { ...served, draft: newer(served.draft, await keptDraft(session.database, session.id, step.page)) };
  const all = page.open_reference ? [...page.slots, page.open_reference] : page.slots;
  const sounds = all.map((sound) => ({ key: sound.id, slot: sound.id, served: sound }));
  const [buffers, mountMethod] = await Promise.all([
    loadSounds(session, { title, wide: true }, sounds, { samples: page.samples, rateHz: page.rate_hz }, signal),
    loadMethod(page.method),
  ]);
  if (!buffers || signal.aborted) return;
  const content = template("page");
  const parts = Object.fromEntries(PARTS.map((name) => [name, part(content, name)]));
  frame.fill(content, { wide: true, next: t("next.next") });
  mount(page, buffers, mountMethod, parts, session, signal);
  events.add("page.ready");
  void session.ahead.prepare(session.known.ahead);
}

const EVENTS_MS = 1500;
const OTHERWISE = ["play", "switch", "stop"]; // from here on something else is heard
const PARTS = ["question", "how", "keys", "method", "legend", "playback", "now", "notice", "distorts", "clock", "notes"];

/**
 * @param {RatingPage} page @param {Map<string, AudioBuffer>} buffers @param {MountMethod} mountMethod
 * @param {Record<string, HTMLElement>} parts @param {Session} session @param {AbortSignal} signal
 */
function mount(page, buffers, mountMethod, parts, session, signal) {
  const { events, frame, help, output } = session;
  const noun = String(page.options.noun ?? t("noun"));
  const rating = new Rating(page, events);
  const player = new Player(output, buffers, page.samples, (kind, slot, data) => {
    // a move belongs to what was heard with it
    if (OTHERWISE.includes(kind)) {
      rating.endTyping();
      rating.letGo(mayRate);
    }
    if (kind !== "blocked") events.add(kind, { slot, data });
    if ((kind === "play" || kind === "switch") && slot) rating.played(slot, { switched: kind === "switch" });
    sayNotice(kind === "blocked" ? "sound.blocked" : null);
    drafts.touch();
    refresh();
  }, page.options.playback);
  const sayNotice = mountSoundNotice(output, player, parts.notice, signal);
  const collect = () => {
    for (const slot of rating.slots) rating.listened(slot.id, player.listened_s(slot.id));
    return rating.draft();
  };
  // before the keeper listens for the same: what was done up to now belongs into the last draft
  const closing = () => {
    player.pause();
    rating.endMoves();
  };
  addEventListener("pagehide", closing, { signal });
  const drafts = new DraftKeeper(session, page.id, collect, signal);
  session.draft = collect;
  session.saveDraft = () => drafts.hand();
  signal.addEventListener("abort", () => {
    session.draft = () => null;
    session.saveDraft = async () => {};
  });

  const select = (/** @type {string} */ id, { play = true } = {}) => {
    if (rating.isOver) return;
    player.select(id);
    if (play) void player.play();
    refresh();
  };
  const toggle = () => {
    if (player.playing) player.pause();
    else if (!rating.isOver) void player.play();
  };
  const mayRate = (/** @type {string} */ id) =>
    !rating.isOver && (!page.gates.rate_only_active || (player.playing && player.selected === id));
  const method = mountMethod(parts.method, {
    page,
    slots: rating.slots,
    noun,
    describedBy: parts.keys.id,
    signal,
    select,
    mayRate,
    rate: (id, scale, value, how) => {
      if (!mayRate(id)) return;
      rating.rate(id, scale, value, how);
      drafts.touch();
      refresh();
    },
    heard: (id) => rating.heard(id),
    commented: (id) => rating.isCommented(id),
  });
  const bar = mountPlayback(parts.playback, player, {
    toggle,
    ontick: () => {
      const selected = player.selected;
      if (selected && selected !== page.open_reference?.id && !rating.heard(selected)) {
        rating.listened(selected, player.listened_s(selected));
        if (rating.heard(selected)) refresh();
      }
    },
    signal,
  });
  const notes = mountComments(parts.notes, rating, player, {
    timeline: part(parts.playback, "timeline"),
    onwrite: () => {
      drafts.touch();
      refresh();
    },
    onescape: (id) => method.focus(id),
    signal,
  });
  const words = { noun, verb: method.verb, least: method.least, on: method.on };
  const gate = () =>
    frame.gate(phrases(page, rating.unmet(), words), rating.isOver ? t("clock.over") : done(page, method.verb));
  const refresh = () => {
    const selected = player.selected;
    const slot = rating.slots.find((one) => one.id === selected);
    parts.now.textContent = slot ? `${capital(noun)} ${slot.label}` : t("reference");
    method.refresh(selected);
    bar.refresh();
    notes.refresh();
    gate();
  };
  mountPageClock(parts.clock, rating, {
    ontick: gate,
    onover: () => {
      closing();
      for (const one of [parts.method, parts.playback, parts.notes]) one.inert = true;
      gate();
    },
    signal,
  });
  const holding = pointersIn(parts.method, signal);
  listenForKeys(
    keysOfPage(rating.slots, page.open_reference, {
      select: (id) => {
        select(id);
        method.focus(id);
      },
      toggle,
      loop: () => player.setLooping(!player.looping),
      loopHere: (end) => player.moveLoop(end, player.position),
      note: () => notes.focus(player.selected),
      help: () => help.open(),
    }),
    { enabled: () => help.singleKeys && holding.size === 0, signal },
  );

  /** Lead to what is missing: never a dead button. @param {Missing} missing */
  const lead = ({ gate: name, slots: [slot], scale }) => {
    if (name === "comment_required") {
      if (slot) select(slot, { play: false });
      notes.focus(slot ?? "page");
    } else if (name === "play_reference" && page.open_reference) {
      select(page.open_reference.id);
      method.focus(page.open_reference.id);
    } else if (slot) {
      select(slot);
      method.focus(slot, scale);
    } else byId("gate").focus();
  };
  byId("gate").tabIndex = -1;
  let id = uuid();
  frame.onnext = async () => {
    const missing = rating.unmet();
    if (missing.length > 0) {
      events.add("gate.blocked", { slot: missing[0].slots[0] ?? null, data: { missing } });
      lead(missing[0]);
      return;
    }
    frame.working(true);
    player.pause();
    collect();
    const rated = rating.submission(id);
    events.add("page.submit");
    const submission = {
      ...rated,
      sending: { client_session: session.clientSession, events_made: events.next, at: new Date().toISOString() },
    };
    drafts.close();
    if (session.known.step.kind === "training") {
      const left = await session.send("advance", { step: "training", state_version: session.known.state_version });
      if (left) await forgetDrafts(session.database, session.id, page.id);
      return;
    }
    // the server counts plays and moves itself, from the events, if it has them
    await Promise.race([events.flush(), new Promise((resolve) => setTimeout(resolve, EVENTS_MS))]);
    const sent = await session.send("submissions", submission, {
      onrefused: (problem) => problem.status === 422 && refused(problem),
    });
    if (sent) await forgetDrafts(session.database, session.id, page.id);
  };
  const refused = (/** @type {Problem} */ problem) => {
    frame.gate(phrases(page, problem.missing, words), problem.message);
    drafts.reopen();
    id = uuid();
    return true;
  };

  parts.question.textContent = page.question;
  parts.how.textContent = method.how;
  parts.keys.textContent = method.keys;
  parts.legend.append(...method.legend.map((name) => element("li", { class: `is-${name}` }, t(`legend.${name}`))));
  const labels = rating.slots.map((slot) => slot.label);
  help.describe(method.help, { labels, reference: page.open_reference !== null });
  mountVolume(session, parts.distorts, { peak: peakOf(buffers.values()), signal });
  signal.addEventListener("abort", () => player.close());
  player.select(page.open_reference?.id ?? rating.slots[0].id);
  refresh();
}
