"""How long a listener waits for a rating page of seven sounds of 15 s: on loopback, and at 20 Mbit/s.

    python tests/benchmarks/page.py [--json]

A real server, a real Chromium; the sounds are simulated drum mixes at -28 LUFS, as padded 24-bit FLAC. A page is
ready when all sounds are fetched, their checksums compared, decoded, and the page stands there; the clock starts
when the page is asked for. Each visit is another listener with an empty cache. The speed of 20 Mbit/s, with a latency
of 20 ms, is Chromium's own emulation. The page comes first in its study, or after instructions that are read for 15 s,
while its sounds come already: then the clock starts when Start is pressed. Needs the test extra and a Chromium.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(1, str(Path(__file__).parents[1]))  # the tests' server and browser

import numpy as np
from browser_support import heading, launched, pages_only, press_next, served, visit, wait_for_page
from conftest import build_study
from figures import Figure, show
from playwright.sync_api import Browser, Page

from evalkit.audio import read_audio, write_audio
from evalkit.loudness import match_loudness
from evalkit.provenance import sha256_file
from evalkit.session import AUDIO_FOLDER, read_session, write_session
from evalkit.study import Study, read_study

CONDITIONS, SECONDS = 7, 15.0
RATE_HZ = 44_100
READING_S = 15
VISITS = {"loopback": 7, "20 Mbit/s": 3}
LINK = {"offline": False, "latency": 20, "downloadThroughput": 20e6 / 8, "uploadThroughput": 20e6 / 8}

# Notes when the page stands there, and what decoding took: from the first sound handed over to the last one back.
CLOCK = """
window.spent = { decoding: 0, running: 0, since: 0 };
const decode = BaseAudioContext.prototype.decodeAudioData;
BaseAudioContext.prototype.decodeAudioData = async function (data) {
  if (spent.running++ === 0) spent.since = performance.now();
  try {
    return await decode.call(this, data);
  } finally {
    if (--spent.running === 0) spent.decoding += performance.now() - spent.since;
  }
};
document.addEventListener("click", () => { window.pressed_ms = performance.now(); }, true);
new MutationObserver((_, observer) => {
  if (!document.querySelector("main [data-part=playback]")) return;
  window.ready_ms = performance.now();
  observer.disconnect();
}).observe(document, { childList: true, subtree: true });
"""
READ = """() => {
  const entries = performance.getEntriesByType("resource");
  const asked = window.pressed_ms ?? entries.find((one) => one.name.includes("/api/v1/pages/")).startTime;
  const sounds = entries.filter((one) => one.name.includes("/api/v1/audio/"));
  return {
    ready_s: (ready_ms - asked) / 1000,
    fetch_s: (Math.max(...sounds.map((one) => one.responseEnd)) - asked) / 1000,
    decode_s: spent.decoding / 1000,
    mib: sounds.reduce((sum, one) => sum + one.encodedBodySize, 0) / 2 ** 20,
  };
}"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wait:
    """What one visit took, in seconds; the fetching and the decoding overlap."""

    ready_s: float
    fetch_s: float
    decode_s: float
    mib: float


def main() -> None:
    """Measure both links."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        say("simulating drums")
        study = build_study(
            folder / "study", pages=1, conditions=CONDITIONS, seconds=SECONDS, yaml=pages_only(CONDITIONS)
        )
        put_drums(study, folder / "drums")
        told = with_instructions(study, folder / "told")
        with served(study) as address, served(told) as told_address, launched() as browser:
            waits = {link: measure(browser, address, link) for link in VISITS}
            after = measure(browser, told_address, "20 Mbit/s", first=read_instructions)
    listed = figures(waits)
    ready_s = float(np.median([one.ready_s for one in after]))
    unit = f"s, median of {len(after)}"
    listed.append(Figure(name="ready_20_mbit_per_s_after_instructions", value=ready_s, unit=unit, at_most=5.0))
    show("A rating page of seven sounds of 15 s, from asking for it to seeing it", listed, as_json=words.json)


def put_drums(study: Study, folder: Path) -> None:
    """Replace the tests' noise by simulated drum mixes, repeated to 15 s."""
    command = [sys.executable, "-m", "evalkit", "data", "simulate", "--preset", "tiny", "--out", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    mixes = sorted([*folder.glob("*/dry/*.flac"), *folder.glob("*/wet/*.flac")])
    session = read_session(study.session_folder)
    stimuli = []
    for stimulus, path in zip(session.pages[0].stimuli, mixes, strict=False):
        mix, _ = read_audio(path)
        times = -(-stimulus.samples // len(mix))
        audio = match_loudness(np.tile(mix, (times, 1))[: stimulus.samples], RATE_HZ)
        target = study.session_folder / AUDIO_FOLDER / stimulus.file
        write_audio(target, audio, RATE_HZ)
        stimuli.append(replace(stimulus, sha256=sha256_file(target)))
    pages = (replace(session.pages[0], stimuli=tuple(stimuli)),)
    write_session(study.session_folder, replace(session, pages=pages))


def with_instructions(study: Study, folder: Path) -> Study:
    """Copy a study and put instructions before its page."""
    shutil.copytree(study.folder, folder)
    text = pages_only(CONDITIONS).replace("flow: [pages]", "flow: [instructions, pages]")
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    return read_study(folder)


def read_instructions(page: Page) -> None:
    """Take the time that reading takes, then go on."""
    heading(page, "What to do")
    page.wait_for_timeout(READING_S * 1000)
    press_next(page)


def measure(
    browser: Browser, address: str, link: str, *, first: Callable[[Page], None] = lambda page: None
) -> list[Wait]:
    """Visit the page several times over a link, after what comes first."""
    found = []
    for number in range(VISITS[link]):
        say(f"{link}: visit {number + 1} of {VISITS[link]}")
        with visit(browser, "about:blank", init_script=CLOCK) as page:
            found.append(one_wait(page, address, link, first=first))
    return found


def one_wait(page: Page, address: str, link: str, *, first: Callable[[Page], None]) -> Wait:
    """Open the page and read what it took."""
    if link != "loopback":
        page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", LINK)
    page.set_default_timeout(60_000)
    page.goto(address)
    first(page)
    page.locator("main [data-part=playback]").wait_for()
    wait_for_page(page, 1)
    return Wait(**page.evaluate(READ))


def figures(waits: dict[str, list[Wait]]) -> list[Figure]:
    """Sum the visits up: the median of each link."""
    goals = {"loopback": 2.0, "20 Mbit/s": 5.0}
    listed = [Figure(name="page_sounds", value=waits["loopback"][0].mib, unit="MiB")]
    for link, found in waits.items():
        name = link.replace(" ", "_").replace("/s", "_per_s").lower()
        parts = {part: float(np.median([getattr(one, f"{part}_s") for one in found])) for part in ("fetch", "decode")}
        ready = float(np.median([one.ready_s for one in found]))
        listed.append(Figure(name=f"ready_{name}", value=ready, unit=f"s, median of {len(found)}", at_most=goals[link]))
        listed += [Figure(name=f"{part}_{name}", value=value, unit="s of it") for part, value in parts.items()]
    return listed


def say(text: str) -> None:
    """Tell what is going on, beside the figures."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
