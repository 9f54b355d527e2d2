"""Mix the items of a manifest by one system: 24-bit WAV files and ``mixes.json``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from evalkit.audio import write_whole_audio
from evalkit.folders import fresh_folder
from evalkit.manifest import Manifest, Multitrack
from evalkit.mixes import FILE_NAME, SCHEMA
from evalkit.parallel import ONE_WORKER, Workers, spread
from evalkit.progress import progress
from evalkit.seeds import stream
from stimuli.fitting import FittedState
from stimuli.rendering import one_thread, rendering_device
from stimuli.systems import MixingSystem


def mix_items(
    out: Path,
    items: Sequence[Multitrack],
    *,
    manifest: Manifest,
    system: MixingSystem,
    name: str,
    task: str | None,
    options: BaseModel,
    state: FittedState | None,
    seed: int,
    device: str,
    workers: Workers = ONE_WORKER,
    force: bool = False,
) -> None:
    """Mix items into a folder, which appears whole or not at all.

    Parameters
    ----------
    out : folder to make, ``<item id, / as __>.wav`` and ``mixes.json``
    items : of ``manifest``
    system, name, task, options, state : what mixes, as what, at what it aims, and what it learned
    seed : of what the system draws; each item has a stream of its own
    device : ``auto`` is the CPU where several workers mix
    workers : who mixes; the result does not depend on it
    force : replace a folder that is not empty

    Raises
    ------
    ConfigError
        If several workers would mix on a GPU.
    DataError
        If ``out`` is not empty and ``force`` is false.
    """
    device = rendering_device(device, workers)
    fitted = None if state is None else state.fitted
    with fresh_folder(out, force=force) as folder:
        common = (folder, system, name, task, fitted, seed, device)
        rows = spread(_mix_item, [(item,) for item in items], common=common, workers=workers, folder=folder)
        facts = {
            "schema": SCHEMA,
            "manifest_sha256": manifest.sha256,
            "system": name,
            "task": task,
            "options": options.model_dump(mode="json"),
            "non_default_options": options.model_dump(mode="json", exclude_defaults=True),
            "seed": seed,
            "fitted": None if state is None else state.facts(),
            "simulated": manifest.simulated,
            "items": list(progress(rows, total=len(items), what="mixing")),
        }
        (folder / FILE_NAME).write_text(json.dumps(facts, indent=1, allow_nan=False) + "\n", encoding="utf-8")


def _mix_item(
    folder: Path,
    system: MixingSystem,
    name: str,
    task: str | None,
    fitted: Any,
    seed: int,
    device: str,
    item: Multitrack,
) -> dict[str, Any]:
    """Mix one item into its file, and return its row of ``mixes.json``."""
    rng = stream(seed, "render", name, item.id)
    with one_thread():
        rendering = system.render(item, task, fitted=fitted, rng=rng, device=device)
    file = item.id.replace("/", "__") + ".wav"
    write_whole_audio(folder / file, rendering.audio, item.rate_hz)
    return {"id": item.id, "file": file, "split": item.split, "clipped": rendering.clipped}
