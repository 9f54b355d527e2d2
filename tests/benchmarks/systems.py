"""Speed and memory of every mixing system on one simulated item of 20 s, of its effects, and of simulating.

    python tests/benchmarks/systems.py [--json]

Each system renders in a process of its own, on one core, files read and all; what has to be learned
first is learned before, from a few short simulated items. Systems are found by their names. Simulating
is timed on every fortieth item of the preset enst318; its memory is that of the longest.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

THREADS = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")}
os.environ.update(THREADS)  # before numpy is imported, here and in the processes of the systems

import numpy as np  # noqa: E402
from figures import Figure, fastest, peak_memory_mib, show  # noqa: E402

from evalkit import registry  # noqa: E402
from evalkit.manifest import Manifest, Multitrack, read_manifest  # noqa: E402

SECONDS = 20.0
TASKS = ("dry", "wet")
SEED = 1
NOT_OF_DRUMS = ("files", "autoencoder")  # the latter processes stems, and has a benchmark of its own
READING = "reading the item alone"
SPEED = "x real time"
SIMULATED = "enst318"
EVERY = 40  # items of the preset that are timed
SIMULATED_SEED = 2020


def main() -> None:
    """Run everything, or as a process of its own one system."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--simulate", nargs=2, metavar=("WHICH", "FOLDER"), help=argparse.SUPPRESS)
    parser.add_argument("--one", nargs=3, metavar=("SYSTEM", "TASK", "FOLDER"), help=argparse.SUPPRESS)
    words = parser.parse_args()
    if words.one is not None:
        system, task, folder = words.one
        print(json.dumps(measure_one(system, task, Path(folder))))
        return
    if words.simulate is not None:
        which, folder = words.simulate
        print(json.dumps(measure_simulation(which, Path(folder))))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        say("simulating the items")
        item = test_item(simulate(folder / "data"))
        figures = [*system_figures(folder), *effect_figures(item), *simulation_figures(folder)]
    notes = [
        f"Simulated item of {SECONDS:g} s, 44.1 kHz, 8 microphones. Processor time on one core, the fastest of several "
        "runs after a first one; the process's peak memory, libraries included.",
        "Learned from a few short items: what is learned may be smaller than in a study.",
        "Simulating: twice the speed of a worker that has its drum kits, as two workers share nothing.",
    ]
    show("Mixing systems and effects", figures, as_json=words.json, notes=notes)


def simulate(folder: Path) -> Manifest:
    """Simulate short items to learn from, and one test item of 20 s."""
    from stimuli.datasets.simulated import simulate
    from stimuli.datasets.simulated.presets import PRESETS, Row

    learned_from = tuple(row for row in PRESETS["tiny"] if row.split != "test")
    test = Row(kind="accompaniment", split="test", count=1, seconds=(SECONDS, SECONDS), drummers=("drummer_1",))
    PRESETS["benchmark"] = (*learned_from, test)
    return simulate(folder, preset="benchmark", seed=SEED)


def test_item(manifest: Manifest) -> Multitrack:
    """Return the item that is mixed."""
    (item,) = manifest.of_split("test")
    return item


def prepare(name: str, task: str, folder: Path, manifest: Manifest) -> tuple[Any, Any]:
    """Return a system and what it learned, from the folder if it is there already."""
    from stimuli.fitting import resolve_fitted
    from stimuli.systems import load_system

    kind = load_system(name)
    options = kind.Options()
    system = kind(options)
    state = resolve_fitted(
        system, name, task, options, manifest=manifest, trained=folder / "trained", weights=None, seed=SEED,
        device="cpu", say=say,
    )  # fmt: skip
    return system, None if state is None else state.fitted


def measure_one(name: str, task: str, folder: Path) -> dict[str, Any]:
    """Render the item by one system again and again, in this process."""
    manifest = read_manifest(folder / "data" / "manifest.jsonl")
    item = test_item(manifest)
    if name == READING:

        def work() -> Any:
            return item.load_inputs()
    else:
        system, fitted = prepare(name, task, folder, manifest)

        def work() -> Any:
            return system.render(item, task, fitted=fitted, rng=np.random.default_rng(SEED), device="cpu").audio

    digest = hashlib.sha256(np.ascontiguousarray(work())).hexdigest()  # compiles, and fills caches
    return {"cpu_s": fastest(work), "peak_mib": peak_memory_mib(), "sha256": digest}


def system_figures(folder: Path) -> list[Figure]:
    """Measure all systems, each in a process of its own; tasks that are mixed alike count once."""
    manifest = read_manifest(folder / "data" / "manifest.jsonl")
    figures = []
    for name in (READING, *(name for name in registry.names("stimuli.systems") if name not in NOT_OF_DRUMS)):
        found: dict[str, dict[str, Any]] = {}
        for task in TASKS if name != READING else TASKS[:1]:
            if name != READING:
                prepare(name, task, folder, manifest)
            say(f"timing {name} {task}" if name != READING else f"timing {READING}")
            found[task] = in_own_process("--one", name, task, str(folder))
        same = len({one["sha256"] for one in found.values()}) == 1
        for task, one in list(found.items())[: 1 if same else None]:
            label = name if same else f"{name} {task}"
            figures += [
                Figure(name=f"{label}: speed", value=round(SECONDS / one["cpu_s"], 1), unit=SPEED),
                Figure(name=f"{label}: peak memory", value=round(one["peak_mib"]), unit="MiB"),
            ]
    return figures


def in_own_process(*words: str) -> dict[str, Any]:
    """Run this program in a fresh process, to measure one thing."""
    done = subprocess.run([sys.executable, __file__, *words], stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure_simulation(which: str, folder: Path) -> dict[str, Any]:
    """Simulate the longest item of the preset or some of all lengths, in this process."""
    from stimuli.datasets.simulated.items import compose_item
    from stimuli.datasets.simulated.presets import planned_items
    from stimuli.datasets.simulated.simulate import _write_item

    for part in ("first", which):
        (folder / part).mkdir()
    planned = planned_items(SIMULATED)
    chosen = planned[::EVERY]
    if which == "longest":
        chosen = (max(planned, key=lambda one: compose_item(one, seed=SIMULATED_SEED).seconds),)
    else:
        for drummer in {one.drummer for one in chosen}:  # makes the kits, once for all items of a worker
            _write_item(folder / "first", next(one for one in planned if one.drummer == drummer), SIMULATED_SEED)
    before = time.process_time()
    items = [_write_item(folder / which, one, SIMULATED_SEED) for one in chosen]
    seconds = sum(item.samples / item.rate_hz for item in items)
    return {"speed": seconds / (time.process_time() - before), "peak_mib": peak_memory_mib()}


def simulation_figures(folder: Path) -> list[Figure]:
    """Measure what a worker that simulates takes, in processes of their own."""
    say("timing simulation")
    some = in_own_process("--simulate", "some", str(folder))
    longest = in_own_process("--simulate", "longest", str(folder))
    return [
        Figure(name=f"simulating {SIMULATED} on two cores", value=round(2 * some["speed"], 1), unit=SPEED, at_least=8),
        Figure(
            name="simulating its longest item: peak memory",
            value=round(longest["peak_mib"] * 2**20 / 1e6),
            unit="MB",
            at_most=1000,
        ),
    ]


def effect_figures(item: Multitrack) -> list[Figure]:
    """Measure the compressor, the plate and the features on the item, after compilation."""
    from stimuli.effects import plate
    from stimuli.effects.compressor import compress
    from stimuli.models.gain_features import feature_row

    say("timing effects")
    stereo, inputs = item.load_target("dry"), item.load_inputs()

    def compressor() -> None:
        compress(stereo, item.rate_hz, threshold_db=-24.0, ratio=4.0, attack_s=0.01, release_s=0.1, knee_db=6.0)

    def fresh_plate() -> None:
        plate.impulse_response.cache_clear()
        plate.reverberate(stereo, item.rate_hz, t60_s=1.0, pre_delay_s=0.02, high_cut_hz=5000.0)

    def features() -> None:
        feature_row(inputs, item.rate_hz)

    timings = []
    for work in (compressor, fresh_plate, features):
        work()
        timings.append(fastest(work))
    squeezed, ringing, heard = timings
    return [
        Figure(name="compressor on 20 s stereo", value=round(1000 * squeezed, 1), unit="ms", at_most=60),
        Figure(
            name="plate with its impulse response",
            value=round(SECONDS / ringing, 1),
            unit=SPEED,
            at_least=50,
        ),
        Figure(name="features of 8 microphones", value=round(SECONDS / heard, 1), unit=SPEED),
    ]


def say(text: str) -> None:
    """Tell on standard error what is done; standard output holds figures alone."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
