"""A study whose names cannot occur by chance and whose conditions differ in size, and all that would betray them."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from pathlib import Path

import conftest
import numpy as np
import pytest
import soundfile

from evalkit.audio import write_audio
from evalkit.provenance import sha256_file
from evalkit.session import AUDIO_FOLDER, Session, read_session, write_session
from evalkit.study import Study, read_study
from webtest.blinding import frames_sha256, read_flac

CONDITIONS = (
    ("kestrel_one", "Kestrel Number One", "sys_quagga", "taskumber", "reference"),
    ("merlin_two", "Merlin Number Two", "sys_quagga", "taskochre", "test"),
    ("gannet_three", "Gannet Number Three", "sys_okapi", "taskumber", "test"),
    ("plover_four", "Plover Number Four", "sys_okapi", "taskochre", "test"),
    ("curlew_five", "Curlew Number Five", "sys_bongo", "", "anchor"),
)
MARKED = "curlew_five"  # the condition that planted leaks betray
BITS = (24, 20, 16, 12, 10)  # of each condition: the fewer, the smaller its file
HEAD = """\
schema: evalkit-study/1
title: Drum mixes
seed: 7
rate_hz: 44100
data: {manifest: data/manifest.jsonl}
excerpt: {seconds: 0.5}
page: {method: ape, question: How much do you like each mix?}
flow: [consent, level, instructions, pages, comments]
texts: {consent: You will hear drum loops., instructions: Move every bar., debrief: Thank you.}
conditions:
"""


def build_telling_study(folder: Path, *, pages: int) -> Study:
    """Make the study with its bundle."""
    rows = (
        f"  - {{id: {i}, label: {label}, system: {system}, task: {task or 'null'}, role: {role}}}\n"
        for i, label, system, task, role in CONDITIONS
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(conftest, "CONDITIONS", CONDITIONS)
        conftest.build_study(folder, pages=pages, conditions=len(CONDITIONS), seconds=0.5, yaml=HEAD + "".join(rows))
    study = read_study(folder)
    session = read_session(study.session_folder)
    changed = []
    for page in session.pages:
        stimuli = []
        for one, bits in zip(page.stimuli, BITS, strict=True):
            path = study.session_folder / AUDIO_FOLDER / one.file
            audio, rate_hz = soundfile.read(str(path))
            write_audio(path, np.round(audio * 2 ** (bits - 1)) / 2 ** (bits - 1), rate_hz)
            stimuli.append(replace(one, sha256=sha256_file(path)))
        changed.append(replace(page, stimuli=tuple(stimuli)))
    write_session(study.session_folder, replace(session, pages=tuple(changed)))
    return study


def needles(study: Study, session: Session) -> tuple[bytes, ...]:
    """List what must not leave the server: names however spelt, their hashes, files, and what identifies a sound."""
    found: set[bytes] = set()
    for name in {part for row in CONDITIONS for part in row[:4] if part}:
        words = name.replace("_", " ").split()
        spellings = {name, *(between.join(words) for between in (" ", "_", "-", ""))}
        spellings |= {turn(one) for one in spellings for turn in (str.lower, str.upper, str.title)}
        found |= {one.encode() for one in spellings}
        found |= {base64.b64encode(one.encode()).rstrip(b"=") for one in spellings}
        for kind in ("md5", "sha1", "sha256"):
            digests = [hashlib.new(kind, one.encode()) for one in spellings]
            found |= {digest.hexdigest().encode() for digest in digests} | {digest.digest() for digest in digests}
    for page in session.pages:
        for one in page.stimuli:
            path = study.session_folder / AUDIO_FOLDER / one.file
            md5 = read_flac(path).streaminfo[18:]
            frames = frames_sha256(path.read_bytes())
            words = (one.id, Path(one.file).stem, one.sha256, frames, md5.hex())
            found |= {word.encode() for word in words} | {bytes.fromhex(word) for word in words}
    return tuple(sorted(found))
