"""The generator's output is pinned: facts of the tiny preset that no platform's rounding moves.

Run this file as a script to write the facts anew, after GENERATOR_VERSION was raised.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import signal

from evalkit.audio import Audio
from evalkit.distances import BANDS_HZ
from evalkit.manifest import Manifest, Multitrack
from evalkit.provenance import sha256_json
from stimuli.datasets.simulated import GENERATOR_VERSION, simulate

GOLDEN = Path(__file__).parent / "data" / "simulated_tiny.json"
SEED = 20
TOLERANCE_DB = 0.1
FIXED = ("feel", "kit", "room", "microphones", "chain")
WHAT_TO_DO = (
    "the simulated drum sessions changed: raise GENERATOR_VERSION in stimuli/datasets/simulated/version.py, "
    "run `make weights`, and write these facts anew with `python tests/test_stimuli_simulated_golden.py`"
)


def band_levels_db(audio: Audio, rate_hz: int) -> list[float]:
    """Return the energy in each band in dB, summed over channels, from -120 dB up."""
    frequencies, power = signal.welch(audio.T, rate_hz, nperseg=4096)
    total = power.sum(axis=0)
    return [
        round(float(10 * np.log10(total[(frequencies >= low) & (frequencies < high)].sum() + 1e-12)), 2)
        for low, high in BANDS_HZ
    ]


def facts(manifest: Manifest) -> dict[str, Any]:
    """Return what is pinned: strokes, parameters and levels of every item."""
    return {
        "generator_version": GENERATOR_VERSION,
        "items": {item.id: _item_facts(item) for item in manifest.items},
    }


def _item_facts(item: Multitrack) -> dict[str, Any]:
    inputs = item.load_inputs()
    return {
        "split": item.split,
        "samples": item.samples,
        "tempo_bpm": item.tempo_bpm,
        "hits": item.provenance["hits"],
        "hits_sha256": item.provenance["hits_sha256"],
        "drummer_sha256": sha256_json({name: item.provenance[name] for name in FIXED}),
        "variation": item.provenance["variation"],
        "levels_db": {
            **{role: band_levels_db(inputs[:, [n]], item.rate_hz) for n, role in enumerate(item.roles)},
            **{task: band_levels_db(item.load_target(task), item.rate_hz) for task in item.targets},
        },
    }


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the facts of the tiny preset as it is made now."""
    return facts(simulate(tmp_path_factory.mktemp("golden") / "tiny", preset="tiny", seed=SEED))


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    """Return the facts on file."""
    content: dict[str, Any] = json.loads(GOLDEN.read_text(encoding="utf-8"))
    return content


def test_the_facts_on_file_are_those_of_this_generator_version(expected: dict[str, Any]) -> None:
    assert expected["generator_version"] == GENERATOR_VERSION, WHAT_TO_DO


def test_strokes_and_parameters_have_not_changed(found: dict[str, Any], expected: dict[str, Any]) -> None:
    def without_levels(items: dict[str, Any]) -> dict[str, Any]:
        return {name: {k: v for k, v in item.items() if k != "levels_db"} for name, item in items.items()}

    assert without_levels(found["items"]) == without_levels(expected["items"]), WHAT_TO_DO


def test_levels_in_five_bands_have_not_changed(found: dict[str, Any], expected: dict[str, Any]) -> None:
    for name, item in expected["items"].items():
        for column, levels in item["levels_db"].items():
            now = found["items"][name]["levels_db"][column]
            assert now == pytest.approx(levels, abs=TOLERANCE_DB), f"{name}, {column}: {WHAT_TO_DO}"


def _write() -> None:
    with tempfile.TemporaryDirectory() as folder:
        now = facts(simulate(Path(folder) / "tiny", preset="tiny", seed=SEED))
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{GOLDEN}\n")


if __name__ == "__main__":
    _write()
