"""Speed of the deep autoencoder: training against the rate of plain matrix products, processing with its transforms.

    python tests/benchmarks/autoencoder.py [--json]

The network is the paper's, 1025-1024-1024-1024-1025, but for the last figures. A training step of n frames takes
6 n operations for each weight: 2 forward, 2 for the gradient of the weights, 2 for that of the inputs (which the
first layer does without).
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.update({name: "2" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")})

import numpy as np
import torch
from figures import Figure, fastest, show

from evalkit.audio import write_audio
from evalkit.manifest import Multitrack, Track
from stimuli.models.autoencoder import Autoencoder, make_autoencoder
from stimuli.models.autoencoder_plan import AutoencoderConfig, AutoencoderPlan
from stimuli.models.autoencoder_rendering import gains_of
from stimuli.models.autoencoder_training import train
from stimuli.models.stem_features import FrameTable
from stimuli.models.stem_rendering import render_stem

BATCH = AutoencoderPlan().batch
FRAMES = 6 * BATCH
SECONDS = 60.0
RATE_HZ = 44_100
PAPER = AutoencoderConfig(group="bass")
SMALL = AutoencoderConfig(group="bass", hidden=256, magnitudes="log1p", output="ratio")
SPEED = "x real time"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    words = parser.parse_args()
    figures = training_figures()
    with tempfile.TemporaryDirectory() as folder:
        item = make_item(Path(folder))
        for name, config in (("paper", PAPER), ("small", SMALL)):
            figures += processing_figures(name, make_autoencoder(config, dropout=0.0, seed=1), item)
    notes = [
        f"Training: batches of {BATCH} frames, one thread, processor time of the fastest of several passes.",
        f"Processing: a mono recording of {SECONDS:g} s, file read, choice, loudness and transforms included. One "
        "core: processor time; a goal for two cores that one reaches alone. Two cores: the clock, which also counts "
        "what else the machine does.",
    ]
    show("Deep autoencoder", figures, as_json=words.json, notes=notes)


def training_figures() -> list[Figure]:
    """Measure an iteration of training, and matrix products of the sizes that it consists of, in turn."""
    torch.set_num_threads(1)
    say("timing training")
    rng = np.random.default_rng(1)
    clip = rng.uniform(0, 50, (2, FRAMES, 1025)).astype(np.float16)
    table = FrameTable(clips=(clip,), keys=("noise",), ids=("noise",))
    nothing = FrameTable(clips=(), keys=(), ids=())
    plan = AutoencoderPlan(pretraining="none", iterations=1)

    def learn() -> None:
        train(table, nothing, config=PAPER, plan=plan, seed=1, show_progress=False)

    def begin() -> None:
        make_autoencoder(PAPER, dropout=plan.dropout, seed=1)

    a, weights = torch.rand(BATCH, 1024), torch.rand(1024, 1024)

    def products() -> None:
        for _ in range(30):
            a @ weights

    for work in (learn, products):
        work()
    learning_s, starting_s, products_s = fastest(learn), fastest(begin), fastest(products)
    frames_s = FRAMES / (learning_s - starting_s)
    matrix_rate = 30 * 2 * BATCH * 1024**2 / products_s
    weights_count = sum(inner * outer for inner, outer in zip(PAPER.sizes, PAPER.sizes[1:], strict=False))
    operations = 6 * weights_count - 2 * PAPER.sizes[0] * PAPER.sizes[1]
    bound = matrix_rate / operations
    return [
        Figure(name="training, one core", value=round(frames_s), unit="frames/s"),
        Figure(name="matrix products alone, one core", value=round(matrix_rate / 1e9, 1), unit="GFLOP/s"),
        Figure(name="frames/s that these would allow", value=round(bound), unit="frames/s"),
        Figure(name="training of what they would allow", value=round(frames_s / bound, 2), unit="of 1"),
    ]


def processing_figures(name: str, network: Autoencoder, item: Multitrack) -> list[Figure]:
    """Measure the whole way from files to audio, on one core and on two."""
    say(f"timing the {name} network")
    gains = gains_of(network, device="cpu")

    def work() -> None:
        render_stem(item, gains)

    torch.set_num_threads(1)
    work()
    one_s = fastest(work)
    torch.set_num_threads(2)
    work()
    two_s = quickest(work)
    return [
        Figure(name=f"{name} network, one core", value=round(SECONDS / one_s), unit=SPEED, at_least=100),
        Figure(name=f"{name} network, two cores by the clock", value=round(SECONDS / two_s), unit=SPEED),
    ]


def quickest(work: Callable[[], object]) -> float:
    """Return the seconds on the clock of the fastest of several runs."""
    seconds = []
    for _ in range(7):
        before = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - before)
    return min(seconds)


def make_item(folder: Path) -> Multitrack:
    """Write a mono recording of noise bursts."""
    time_s = np.arange(round(SECONDS * RATE_HZ)) / RATE_HZ
    noise = 0.2 * np.random.default_rng(2).standard_normal(time_s.size) * np.exp(-4 * (time_s % 0.5))
    write_audio(folder / "raw.wav", np.clip(noise, -1, 1)[:, None], RATE_HZ)
    return Multitrack(
        id="noise",
        group="noise",
        kind="electric bass",
        split="test",
        samples=time_s.size,
        rate_hz=RATE_HZ,
        roles=("raw_1",),
        inputs={"raw_1": Track(path=folder / "raw.wav")},
        targets={},
    )


def say(text: str) -> None:
    """Tell on standard error what is done; standard output holds figures alone."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
