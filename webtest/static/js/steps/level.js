/** Level setting: a sound of the study in a loop, the page's volume, and a check of left and right. */

/** @import {Session} from "../session.js" */
/** @import {LevelStep} from "../types.js" */

import { onlyChannel, peakOf } from "../audio.js";
import { part, template } from "../dom.js";
import { listenForKeys } from "../keys.js";
import { loadSounds } from "../loading.js";
import { Player } from "../player.js";
import { mountSoundNotice } from "../soundnotice.js";
import { t } from "../strings.js";
import { mountVolume } from "../volume.js";

/** @param {LevelStep} step @param {Session} session @param {AbortSignal} signal */
export async function show(step, session, signal) {
  const { frame, events, help, output } = session;
  const expected = { samples: step.samples, rateHz: step.rate_hz };
  const loaded = await loadSounds(session, { title: t("level.title") }, [{ key: "both", slot: null, served: step }], expected, signal);
  const both = loaded?.get("both");
  if (!both) return;
  const buffers = new Map([
    ["both", both],
    ["left", onlyChannel(both, 0)],
    ["right", onlyChannel(both, 1)],
  ]);
  const content = template("level");
  const panel = part(content, "panel");
  const play = part(content, "play");
  const notice = part(content, "notice");
  /** @type {HTMLInputElement} */
  const set = part(content, "set");
  const distorts = part(content, "distorts");
  const sides = [...content.querySelectorAll("[data-side]")].map((one) => /** @type {HTMLElement} */ (one));
  frame.fill(content, { next: t("next.continue") });

  let played = false;
  const player = new Player(output, buffers, step.samples, (kind, side, data) => {
    if (kind !== "blocked") events.add(kind, { data: { ...data, side } });
    if (kind === "play") played = true;
    sayNotice(kind === "blocked" ? "sound.blocked" : null);
    refresh();
  });
  const sayNotice = mountSoundNotice(output, player, notice, signal);
  const refresh = () => {
    panel.dataset.playing = String(player.playing);
    play.setAttribute("aria-label", t(player.playing ? "level.pause" : "level.play"));
    for (const one of sides) {
      one.setAttribute("aria-pressed", String(player.playing && player.selected === one.dataset.side));
    }
    const missing = [];
    if (!played) missing.push(t("level.missing_play"));
    if (!set.checked) missing.push(t("level.missing_set"));
    frame.gate(missing, t("level.done"));
  };
  const toggle = () => {
    if (player.playing) {
      player.pause();
    } else {
      player.select("both");
      void player.play();
    }
  };
  const listenTo = (/** @type {string} */ side) => {
    player.select(player.playing && player.selected === side ? "both" : side);
    void player.play();
  };

  player.select("both");
  play.addEventListener("click", toggle, { signal });
  for (const one of sides) one.addEventListener("click", () => listenTo(one.dataset.side ?? "both"), { signal });
  set.addEventListener("change", refresh, { signal });
  listenForKeys((key) => ({ " ": toggle, "?": () => help.open() })[key], { enabled: () => help.singleKeys, signal });
  mountVolume(session, distorts, { peak: peakOf([both]), signal });
  signal.addEventListener("abort", () => player.close());
  frame.onnext = () => {
    if (!played) play.focus();
    else if (!set.checked) set.focus();
    else {
      player.pause();
      void session.send("advance", { step: "level", state_version: session.known.state_version });
    }
  };
  refresh();
  void session.ahead.prepare(session.known.ahead);
}
