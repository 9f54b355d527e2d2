/** The monitor refreshes its list every few seconds while it is looked at; a button pauses it. */

import { parsed } from "../dom.js";

const EVERY_MS = 5000;

const bar = /** @type {HTMLElement} */ (document.getElementById("refresh"));
const said = /** @type {HTMLElement} */ (document.getElementById("refreshed"));
const button = /** @type {HTMLButtonElement} */ (document.getElementById("pause"));
let paused = false;

/** Put the server's list in place of the present one; who has the focus keeps it. */
async function refresh() {
  if (paused || document.hidden) return;
  try {
    const answer = await fetch(bar.dataset.from ?? "", { redirect: "manual", cache: "no-store" });
    if (!answer.ok) {
      stop(answer.type === "opaqueredirect" ? "Logged out. Load the page again." : "The server does not answer.");
      return;
    }
    const fresh = parsed(await answer.text()).getElementById("live");
    const present = document.getElementById("live");
    if (!fresh || !present) return;
    const focused = document.activeElement instanceof HTMLAnchorElement ? document.activeElement.href : null;
    present.replaceWith(fresh);
    if (focused) [...fresh.querySelectorAll("a")].find((link) => link.href === focused)?.focus({ preventScroll: true });
    said.textContent = `As of ${new Date().toLocaleTimeString()}`;
  } catch {
    said.textContent = "The server cannot be reached; trying again.";
  }
}

/** @param {string} why */
function stop(why) {
  paused = true;
  button.hidden = true;
  said.textContent = why;
}

button.addEventListener("click", () => {
  paused = !paused;
  button.setAttribute("aria-pressed", String(paused));
  button.textContent = paused ? "Go on" : "Pause";
  if (paused) said.textContent = "Paused";
  else void refresh();
});
document.addEventListener("visibilitychange", () => void refresh());
bar.hidden = false;
setInterval(() => void refresh(), EVERY_MS);
