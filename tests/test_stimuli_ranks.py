"""One network trained by two processes, as torchrun starts them: the curve of one process alone.

Run as a program, this file is one of the processes.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from evalkit.errors import ConfigError
from stimuli.models.ranks import Ranks, joined, of_environment
from stimuli.models.training import train
from stimuli.models.training_data import Example
from stimuli.models.training_plan import TrainingPlan
from stimuli.models.wave_u_net_config import WaveUNetConfig

Losses = list[list[float]]
GAINS = np.array([[0.5, 0.2, 0.0], [0.1, 0.4, -0.3]], dtype="float32")


def example(seed: int, samples: int) -> Example:
    inputs = 0.2 * np.random.default_rng(seed).standard_normal((3, samples)).astype("float32")
    return Example(id=str(seed), inputs=inputs, target=GAINS @ inputs, sha256=str(seed), material_sha256=str(seed))


def losses_here(folder: Path, last_epochs: int) -> Losses:
    """Train a moment in this process, and return the training and validation losses of every step.

    The loss is relative to the target of the whole batch, and the batch is augmented: neither may be
    taken of one process's rows alone.
    """
    plan = TrainingPlan(
        loss="l1_mrstft", batch=4, snippet_samples=600, steps_per_epoch=1, patience=9, learning_rates=(1e-3, 1e-4),
        max_epochs=(4, last_epochs), microphone_gain_db=6.0, polarity_inversion=0.5, microphone_dropout=0.1,
    )  # fmt: skip
    config = WaveUNetConfig(inputs=3, levels=2, initial_filters=4)
    items, held_out = [example(1, 3000), example(2, 2000)], [example(seed, 400 * seed) for seed in (3, 4, 5)]
    with joined("cpu") as (ranks, device):
        trained = train(
            items, held_out, config=config, plan=plan, seed=1, device=device, folder=folder, show_progress=False,
            ranks=ranks,
        )  # fmt: skip
    return [[row["training_loss"], row["validation_loss"]] for row in trained.log]


def losses_of_two(folder: Path, last_epochs: int) -> list[Losses]:
    """Train by two processes on the loopback interface, and return what each of them saw."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    started = []
    for rank in ("0", "1"):
        own = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port,
               "GLOO_SOCKET_IFNAME": "lo", "OMP_NUM_THREADS": "1"}  # fmt: skip
        command = [sys.executable, "-W", "error", __file__, str(folder), str(last_epochs)]
        started.append(subprocess.Popen(command, env={**os.environ, **own}, stdout=subprocess.PIPE, text=True))
    try:
        return [json.loads(process.communicate(timeout=240)[0]) for process in started]
    finally:
        for process in started:
            process.kill()


@pytest.fixture(scope="module")
def of_one(tmp_path_factory: pytest.TempPathFactory) -> Losses:
    return losses_here(tmp_path_factory.mktemp("one"), 2)


@pytest.fixture(scope="module")
def of_two(tmp_path_factory: pytest.TempPathFactory) -> list[Losses]:
    """Return the losses that two processes saw; they were stopped in the second stage, and went on."""
    folder = tmp_path_factory.mktemp("two")
    assert len(losses_of_two(folder, 1)[0]) == 5
    return losses_of_two(folder, 2)


@pytest.mark.slow
def test_two_processes_see_the_losses_of_one_also_after_they_were_stopped(of_one: Losses, of_two: list[Losses]) -> None:
    assert np.asarray(of_two[0]).shape == (6, 2)
    np.testing.assert_allclose(of_two[0], of_one, rtol=1e-5)


@pytest.mark.slow
def test_both_processes_see_the_same_losses_and_so_decide_alike(of_two: list[Losses]) -> None:
    assert of_two[0] == of_two[1]


def test_a_batch_that_cannot_be_shared_is_a_config_error() -> None:
    with pytest.raises(ConfigError, match="batch: found 4, expected a multiple of 3"):
        Ranks(rank=0, count=3).share(4)


def test_shares_make_up_the_batch() -> None:
    rows = list(range(12))
    assert [row for rank in range(3) for row in rows[Ranks(rank=rank, count=3).share(12)]] == rows


def test_without_torchrun_a_process_is_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RANK", raising=False)
    monkeypatch.setenv("WORLD_SIZE", "8")  # as some schedulers of clusters set it
    assert of_environment() == Ranks(rank=0, count=1)


if __name__ == "__main__":
    print(json.dumps(losses_here(Path(sys.argv[1]), int(sys.argv[2]))))
