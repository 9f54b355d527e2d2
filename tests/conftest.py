"""Fixtures shared by all tests: small studies whose audio is made in a moment."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from store_support import PAGES, STIMULI, STUDY, empty, postgresql_schema

from evalkit.audio import write_audio
from evalkit.loudness import integrated_lufs, match_loudness, true_peak_dbtp
from evalkit.provenance import sha256_file
from evalkit.session import AUDIO_FOLDER, Page, Session, Stimulus, opaque_id, write_session
from evalkit.study import Study, read_study
from webtest.storage.engine import open_database, store_url
from webtest.storage.sql import SqlStore

if TYPE_CHECKING:
    from playwright.sync_api import Browser

RATE_HZ = 44_100
CONDITIONS = (
    ("reference_dry", "Reference Dry", "human_mix", "dry", "reference"),
    ("reference_wet", "Reference Wet", "human_mix", "wet", "reference"),
    ("wave_u_net_dry", "Wave-U-Net Dry", "wave_u_net", "dry", "test"),
    ("wave_u_net_wet", "Wave-U-Net Wet", "wave_u_net", "wet", "test"),
    ("random_forest_dry", "Random Forest Dry", "random_forest", "dry", "test"),
    ("random_forest_wet", "Random Forest Wet", "random_forest", "wet", "test"),
    ("anchor", "Anchor", "overhead_anchor", "", "anchor"),
)
STUDY_HEAD = """\
schema: evalkit-study/1
title: Drum mixes
seed: 7
rate_hz: 44100
data: {manifest: data/manifest.jsonl}
excerpt: {seconds: 1}
page:
  method: ape
  question: How much do you like each mix?
flow: [consent, "questions:about", level, instructions, pages, comments]
texts:
  consent: |
    You will hear **drum loops**. It takes about ten minutes.
  instructions: Move every bar.
  debrief: Thank you.
questions:
  - {block: about, id: age, kind: number, label: Your age}
  - {block: about, id: gender, kind: choice, label: Your gender, options: [Female, Male, Other, No answer]}
  - {block: about, id: skill, kind: choice, label: Critical listening, options: [None, Some, Much], required: true}
conditions:
"""


def study_yaml(conditions: int = len(CONDITIONS)) -> str:
    """Write a study of the paper's shape, with its first conditions."""
    rows = [
        f"  - {{id: {i}, label: {label}, system: {system}, task: {task or 'null'}, role: {role}}}\n"
        for i, label, system, task, role in CONDITIONS[-conditions:]
    ]
    reference = (
        "analysis:\n  reference: {dry: reference_dry, wet: reference_wet}\n" if conditions == len(CONDITIONS) else ""
    )
    return STUDY_HEAD + "".join(rows) + reference


def build_study(
    folder: Path, *, pages: int = 2, conditions: int = 3, seconds: float = 1.0, yaml: str | None = None
) -> Study:
    """Make a study folder with a bundle: noise bursts at -28 LUFS, no system is run."""
    folder.mkdir(parents=True)
    (folder / "study.yaml").write_text(yaml or study_yaml(conditions), encoding="utf-8")
    study = read_study(folder)
    rng = np.random.default_rng(3)
    samples = round(seconds * RATE_HZ)
    built = []
    for number in range(pages):
        stimuli = []
        for i, _, system, task, role in CONDITIONS[-conditions:]:
            noise = rng.standard_normal((samples, 2)) * np.exp(-6 * (np.arange(samples) % 11_025) / 11_025)[:, None]
            audio = match_loudness(noise * 0.1, RATE_HZ)
            name = opaque_id() + ".flac"
            path = study.session_folder / AUDIO_FOLDER / name
            write_audio(path, audio, RATE_HZ)
            stimuli.append(
                Stimulus(
                    id=opaque_id(),
                    condition=i,
                    system=system,
                    task=task or None,
                    role=role,
                    file=name,
                    samples=samples,
                    lufs=integrated_lufs(audio, RATE_HZ),
                    dbtp=true_peak_dbtp(audio),
                    gain_db=0.0,
                    clipped=0,
                    sha256=sha256_file(path),
                )
            )
        built.append(
            Page(id=f"p{number + 1}", item=f"sim/drummer_{number}/phrase", method="ape", stimuli=tuple(stimuli))
        )
    session = Session(build_sha256=study.build_sha256, rate_hz=RATE_HZ, pages=tuple(built), simulated=True)
    write_session(study.session_folder, session)
    return study


@pytest.fixture
def make_built_study(tmp_path: Path) -> Callable[..., Study]:
    """Return a maker of study folders with a bundle: see `build_study`."""

    def make(*, folder: Path | None = None, **settings: Any) -> Study:
        return build_study(tmp_path / "study" if folder is None else folder, **settings)

    return make


@pytest.fixture(scope="session")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Make the study that `built_study` copies; not to be changed."""
    return build_study(tmp_path_factory.mktemp("bundled") / "study")


@pytest.fixture
def built_study(bundled: Study, tmp_path: Path) -> Study:
    """Return a study folder with a bundle of two pages of three conditions."""
    shutil.copytree(bundled.folder, tmp_path / "study")
    return read_study(tmp_path / "study")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return a headless Chromium, one for all browser tests."""
    from browser_support import launched  # imports Playwright, which other tests do not need

    with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """Yield the URL of a schema of our own, dropped afterwards."""
    with postgresql_schema() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty store, for each kind of database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    url: str = request.getfixturevalue("postgresql_url")
    empty(url)
    return url


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[SqlStore]:
    """Yield a store of the small study of `store_support`, for each kind of database."""
    opened = SqlStore(open_database(store_url(database_url, tmp_path), create=True))
    opened.bind(STUDY, PAGES, STIMULI)
    yield opened
    opened.close()
