"""Pictures of the sounds of one item of a study, and a local page to look at them and listen.

They name the condition of every sound: they are for the researcher and unblind whoever sees them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import jinja2

from analysis.origin import Origin
from analysis.plots.look import look, save, tag
from analysis.plots.stimuli import draw_onset, draw_sounds
from evalkit.audio import Audio, read_audio
from evalkit.errors import ConfigError, DataError
from evalkit.registry import did_you_mean
from evalkit.session import AUDIO_FOLDER, Page, read_session
from evalkit.study import Study

PAGE = "sounds.html"
PUBLISHED = {"identity": "raw input (a, b)", "human_mix": "stem target (c, d)", "autoencoder": "output (e, f)"}


def page_of(study: Study, item: str) -> Page:
    """Return the page of an item.

    Raises
    ------
    ConfigError
        If the study has no such item.
    """
    pages = {page.item: page for page in read_session(study.session_folder).pages}
    if item not in pages:
        raise ConfigError(
            f"--item: found '{item}'{did_you_mean(item, pages)}; expected one of {', '.join(sorted(pages))}"
        )
    return pages[item]


def write_figures(study: Study, item: str, folder: Path, *, shown_from: Path) -> None:
    """Write the pictures of an item (PNG, SVG, PDF) and the page into a folder.

    Parameters
    ----------
    folder : an empty folder
    shown_from : where the folder will lie: the page refers to the audio from there

    Raises
    ------
    ConfigError
        If the study has no such item.
    DataError
        If a sound of it is missing.
    """
    session = read_session(study.session_folder)
    page = page_of(study, item)
    labels = {condition.id: condition.label for condition in study.spec.conditions}
    files = {labels[s.condition]: study.session_folder / AUDIO_FOLDER / s.file for s in page.stimuli}
    sounds = {label: _read(path, session.rate_hz) for label, path in _in_order(files, list(labels.values())).items()}
    origin = Origin(rehearsal=False, simulated=session.simulated)
    references = [condition.label for condition in study.spec.conditions if condition.role == "reference"]
    with look():
        onset = draw_onset(sounds, session.rate_hz, references=references, fade_s=study.spec.excerpt.fade_ms / 1000)
        for name, figure, title in (
            ("sounds", draw_sounds(sounds, session.rate_hz), f"Waveforms and spectrograms of {item}"),
            ("onset", onset, f"An onset of {item}"),
        ):
            if origin.mark:
                tag(figure, origin.mark)
            save(figure, folder / name, title=title)
    players = [
        (label, Path(os.path.relpath(files[label].resolve(), shown_from.resolve())).as_posix()) for label in sounds
    ]
    (folder / PAGE).write_text(_page(study.spec.title, item, players, origin, _as_published(study)), encoding="utf-8")


def _as_published(study: Study) -> str:
    """Say which panels are those of Figures 1 to 4 of the intelligent-mixing paper, if all three of them are there."""
    labels = {condition.system: condition.label for condition in study.spec.conditions}
    if not PUBLISHED.keys() <= labels.keys():
        return ""
    told = ", ".join(f"{what} is {labels[system]}" for system, what in PUBLISHED.items())
    return (
        "As in Figures 1 (bass), 2 (guitar), 3 (vocal) and 4 (keys) of Martinez Ramirez and Reiss, Deep learning and "
        f"intelligent audio mixing: {told}."
    )


def _in_order(files: Mapping[str, Path], order: list[str]) -> dict[str, Path]:
    return {label: files[label] for label in order if label in files}


def _read(path: Path, rate_hz: int) -> Audio:
    if not path.is_file():
        raise DataError(f"{path}: missing; build the study again with 'evalkit build --force'")
    return read_audio(path, rate_hz=rate_hz)[0]


def _page(title: str, item: str, players: list[tuple[str, str]], origin: Origin, published: str) -> str:
    loader = jinja2.FileSystemLoader(Path(__file__).with_name("templates"))
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    return environment.get_template(PAGE).render(
        title=title, item=item, players=players, banner=origin.banner, published=published
    )
