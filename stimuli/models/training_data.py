"""Training material: whole items, and random snippets with their context cut from them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from evalkit.errors import AudioError
from evalkit.manifest import Multitrack
from stimuli.models.wave_u_net_config import WaveUNetConfig

TargetScale = Literal["none", "peak"]
HASHED_ROLES = ("kick", "snare")
Float = np.floating


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A whole item: ``inputs`` (inputs, samples), ``target`` (outputs, samples), and hashes of its audio.

    ``sha256`` tells performances apart (:func:`audio_sha256`), ``material_sha256`` everything that is trained on.
    """

    id: str
    inputs: npt.NDArray[Float]
    target: npt.NDArray[Float]
    sha256: str
    material_sha256: str


def load_example(item: Multitrack, task: str, *, target_scale: TargetScale, storage: str) -> Example:
    """Read an item's microphones and target mix.

    Parameters
    ----------
    target_scale : ``peak`` divides the target by its own peak, as in the authors' code
    storage : numpy name of the type to hold it in

    Raises
    ------
    AudioError
        If the target is silent and ``target_scale`` is ``peak``, or a file does not fit.
    DataError
        If the item has no target for the task.
    """
    microphones, target = item.load_inputs(), item.load_target(task)
    if target_scale == "peak":
        peak = float(np.max(np.abs(target)))
        if peak == 0.0:
            raise AudioError(f"item {item.id}: the target '{task}' is silent: it cannot be scaled to its peak")
        target = target / peak
    inputs = np.ascontiguousarray(microphones.T, dtype=storage)
    wanted = np.ascontiguousarray(target.T, dtype=storage)
    return Example(
        id=item.id,
        inputs=inputs,
        target=wanted,
        sha256=audio_sha256(microphones, item.roles),
        material_sha256=hashlib.sha256(inputs.tobytes() + wanted.tobytes()).hexdigest(),
    )


def content_sha256(item: Multitrack) -> str:
    """Read an item's microphones and hash what was played: see :func:`audio_sha256`."""
    return audio_sha256(item.load_inputs(), item.roles)


def audio_sha256(microphones: npt.NDArray[np.float64], roles: Sequence[str]) -> str:
    """Hash what was played: kick and snare microphones (else all) rounded to 16 bit.

    Two items with one hash are the same performance, whatever they are called.

    Parameters
    ----------
    microphones : float64 (samples, roles)
    """
    columns = [roles.index(role) for role in HASHED_ROLES if role in roles]
    heard = microphones[:, columns] if columns else microphones
    rounded = np.round(np.clip(heard, -1.0, 1.0) * 32_767).astype("<i2")
    return hashlib.sha256(rounded.tobytes()).hexdigest()


def snippets(
    examples: Sequence[Example],
    config: WaveUNetConfig,
    output_samples: int,
    batch: int,
    rng: np.random.Generator,
    rows: slice = slice(None),
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Cut random snippets: items in proportion to their lengths, any start, zeros outside the item.

    Parameters
    ----------
    rows : of the batch whose inputs are wanted; what is drawn does not depend on it

    Returns
    -------
    inputs : float32 (rows, inputs, output_samples + context)
    targets : float32 (batch, outputs, output_samples), aligned to the centre of the inputs
    """
    lengths = np.array([example.target.shape[1] for example in examples], dtype=np.float64)
    chosen = rng.choice(len(examples), size=batch, p=lengths / lengths.sum())
    wanted = range(batch)[rows]
    inputs = np.zeros((len(wanted), config.inputs, config.input_samples(output_samples)), dtype=np.float32)
    targets = np.zeros((batch, config.outputs, output_samples), dtype=np.float32)
    for row, index in enumerate(chosen):
        example = examples[index]
        start = int(rng.integers(max(1, example.target.shape[1] - output_samples + 1)))
        if row in wanted:
            _copy(example.inputs, inputs[row - wanted.start], start - config.margin)
        _copy(example.target, targets[row], start)
    return inputs, targets


def _copy(source: npt.NDArray[Float], destination: npt.NDArray[np.float32], start: int) -> None:
    first, last = max(0, start), min(source.shape[1], start + destination.shape[1])
    if last > first:
        destination[:, first - start : last - start] = source[:, first:last]
