"""Trained networks on disk: a folder with ``model.safetensors`` and ``card.json``.

The header of the safetensors file holds what must fit before the weights may be used, and where
they come from, as strings; the card holds the same and the story (settings, curve, scores).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from evalkit.errors import DataError

SCHEMA = "evalkit-checkpoint/1"
MODEL_FILE = "model.safetensors"
CARD_FILE = "card.json"
MUST_MATCH = ("schema", "system", "config", "task", "rate_hz", "channel_order", "target_scale")


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What a checkpoint is, and where it comes from.

    The first seven fields must match whatever it is used for; the others are provenance.
    ``generator_version`` is empty for data that no generator made.
    """

    schema: str = SCHEMA
    system: str
    config: Mapping[str, Any]
    task: str
    rate_hz: int
    channel_order: tuple[str, ...]
    target_scale: str
    steps: int = 0
    seed: int = 0
    data_name: str = ""
    data_sha256: str = ""
    train_ids_sha256: str = ""
    generator_version: str = ""
    simulated: bool = False
    scores: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    licence: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the facts as plain JSON values."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        plain: dict[str, Any] = json.loads(json.dumps(values, default=dict))
        return plain


def write_checkpoint(
    folder: Path, weights: Mapping[str, Tensor], facts: Facts, *, card: Mapping[str, Any], half: bool = False
) -> None:
    """Write the weights and their card into an existing folder.

    Parameters
    ----------
    card : what the card says beyond the facts
    half : store float16 instead of float32
    """
    dtype = torch.float16 if half else torch.float32
    tensors = {name: tensor.detach().cpu().to(dtype).contiguous() for name, tensor in weights.items()}
    header = {name: value if isinstance(value, str) else json.dumps(value) for name, value in facts.as_json().items()}
    partial = folder / (MODEL_FILE + ".partial")
    save_file(tensors, str(partial), metadata=header)
    partial.chmod(0o644)  # safetensors makes it private
    partial.replace(folder / MODEL_FILE)
    text = json.dumps({**facts.as_json(), **card}, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / CARD_FILE).write_text(text + "\n", encoding="utf-8")


def read_facts(folder: Path) -> Facts:
    """Read a checkpoint's facts from the header of its weights, without the weights.

    Raises
    ------
    DataError
        If the file is missing or damaged, or of another schema.
    """
    path = folder / MODEL_FILE
    if not path.is_file():
        raise DataError(f"{path}: no such file; expected a folder of trained weights ({MODEL_FILE}, {CARD_FILE})")
    try:
        with safe_open(str(path), framework="pt") as file:
            header = file.metadata() or {}
    except (SafetensorError, OSError) as error:
        raise DataError(f"{path}: not a readable safetensors file ({error})") from error
    if header.get("schema") != SCHEMA:
        raise DataError(
            f"{path}: schema: found {header.get('schema')!r}, expected {SCHEMA!r}: train again, or use other weights"
        )
    try:
        values = {f.name: _parsed(header[f.name], str(f.type)) for f in fields(Facts)}
    except (KeyError, json.JSONDecodeError) as error:
        raise DataError(f"{path}: its header is damaged at {error}") from error
    return Facts(**values)


def check_facts(facts: Facts, expected: Mapping[str, Any], *, name: str) -> None:
    """Refuse weights that were made for something else.

    Parameters
    ----------
    expected : the value that some of ``MUST_MATCH`` should have
    name : what to call the weights in an error

    Raises
    ------
    DataError
        If one of the facts is another.
    """
    for key in MUST_MATCH:
        if key in expected and _plain(getattr(facts, key)) != _plain(expected[key]):
            raise DataError(
                f"{name}: {key}: found {_shown(getattr(facts, key))}, expected {_shown(expected[key])}: "
                "these weights are for something else; train again, or name others"
            )


def read_checkpoint(folder: Path, expected: Mapping[str, Any]) -> tuple[dict[str, Tensor], Facts]:
    """Read weights as float32, and refuse those made for something else.

    Raises
    ------
    DataError
        If the file is missing or damaged, holds NaN, or its facts are not as expected.
    """
    facts = read_facts(folder)
    path = folder / MODEL_FILE
    check_facts(facts, expected, name=str(path))
    with safe_open(str(path), framework="pt") as file:
        weights = {name: file.get_tensor(name).to(torch.float32) for name in file.keys()}  # noqa: SIM118
    for name, tensor in weights.items():
        if not np.isfinite(tensor.numpy()).all():
            raise DataError(f"{path}: {name}: holds NaN or infinity: the weights are damaged")
    return weights, facts


def load_weights(network: torch.nn.Module, weights: Mapping[str, Tensor], *, name: str) -> None:
    """Put weights into a network, all or none.

    Raises
    ------
    DataError
        If a layer is missing, unknown or of another shape.
    """
    own = network.state_dict()
    for layer in sorted(set(own) | set(weights)):
        if layer not in weights or layer not in own or own[layer].shape != weights[layer].shape:
            found = tuple(weights[layer].shape) if layer in weights else "nothing"
            wanted = tuple(own[layer].shape) if layer in own else "nothing"
            raise DataError(f"{name}: layer {layer}: found {found}, expected {wanted}")
    network.load_state_dict(dict(weights))


def _parsed(text: str, kind: str) -> Any:
    if kind == "str":
        return text
    value = json.loads(text)
    return tuple(value) if kind.startswith("tuple") else value


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=dict))


def _shown(value: Any) -> str:
    text = json.dumps(value, default=dict)
    return text if len(text) <= 120 else text[:117] + "..."
