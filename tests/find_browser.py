"""Find a Chromium for the browser tests, or install one: Debian's package, else Playwright's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ENVIRONMENT = "EVALKIT_CHROMIUM"


def find_browser() -> str | None:
    """Return the path of a Chromium: the environment's, one on the path, or Playwright's."""
    given = os.environ.get(ENVIRONMENT)
    if given:
        return given if Path(given).is_file() else None
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    return _playwright_browser()


def _playwright_browser() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


def install_browser() -> None:
    """Try Debian's package where root and apt are there, then Playwright's download."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", *words], check=False, env=environment, stdout=subprocess.DEVNULL)
        if find_browser():
            return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> int:
    """Print the browser; with --install make sure that there is one."""
    if not find_browser() and "--install" in sys.argv:
        install_browser()
    path = find_browser()
    if path:
        print(f"browser: {path}")
        return 0
    print(
        f"No Chromium for the browser tests. Install one (Debian: apt install chromium) or name it in {ENVIRONMENT}; "
        "to run everything but the browser tests: make test-fast",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
