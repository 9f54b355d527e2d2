"""Render the items of a plan: every condition of one item, cut to the same span.

What is here runs in the workers. The number of workers changes nothing in the result.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evalkit.audio import Audio, check_audio
from evalkit.errors import ConfigError
from evalkit.manifest import Multitrack
from evalkit.parallel import Workers
from evalkit.seeds import stream
from evalkit.study import Condition, Study
from stimuli.excerpts import Cut, choose_cut, cut_audio
from stimuli.plan import FILES, Plan, PlannedItem, ReadyCondition, file_path
from stimuli.preloaded import preloaded
from stimuli.systems import Rendering, files


@dataclass(frozen=True, kw_only=True, slots=True)
class RenderedExcerpt:
    """One condition's excerpt of an item: (samples, 2) float64, not yet scaled."""

    condition: Condition
    audio: Audio
    clipped: int
    provenance: dict[str, Any]


def rendering_device(device: str, workers: Workers) -> str:
    """Return the device to render on: a GPU is opened by this process only, never by several workers.

    Parameters
    ----------
    device : ``auto`` is the CPU where several workers render, else what it finds

    Raises
    ------
    ConfigError
        If a GPU is asked for by name, and others than this process would render.
    """
    if workers.alone:
        return device
    if device.startswith("cuda"):
        raise ConfigError(
            f"device: found '{device}' with {workers.jobs} job(s) of {workers.backend}: a GPU is used by one process "
            "only: leave out --jobs and --backend, or use --device cpu"
        )
    return "cpu" if device == "auto" else device


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch compute with one thread, where it is loaded.

    Its convolutions round differently with another number of threads: with one, a mix has the same
    bits whatever the number of workers, and as many workers as cores do not crowd each other out.
    """
    torch = sys.modules.get("torch")
    if torch is None:
        yield
        return
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def render_item(plan: Plan, item: PlannedItem) -> Iterator[RenderedExcerpt]:
    """Render an item by one condition after another, and cut the same span of each.

    The item's inputs are read once; besides them, one rendering at a time is in memory. Finished
    files alone are all read before the cut, which is found on them.
    """
    if item.multitrack is None:
        renderings = [_read_files(plan.study, ready.condition, item.id, plan.rate_hz) for ready in plan.conditions]
        cut = _cut(np.mean([np.mean(one.audio**2, axis=1) for one in renderings], axis=0), plan, item)
        for ready, rendering in zip(plan.conditions, renderings, strict=True):
            yield _excerpt(ready, rendering, cut)
        return
    multitrack = preloaded(item.multitrack)
    cut = _cut(np.sum(multitrack.audio, axis=1) ** 2, plan, item)
    for ready in plan.conditions:
        yield _excerpt(ready, _render(plan, ready, multitrack), cut)


def _cut(power: npt.NDArray[np.float64], plan: Plan, item: PlannedItem) -> Cut:
    return choose_cut(power, plan.rate_hz, plan.study.spec.excerpt, name=item.id)


def _excerpt(ready: ReadyCondition, rendering: Rendering, cut: Cut) -> RenderedExcerpt:
    return RenderedExcerpt(
        condition=ready.condition,
        audio=cut_audio(rendering.audio, cut),
        clipped=rendering.clipped,
        provenance={
            "start_sample": cut.start,
            **rendering.provenance,
            **({} if ready.state is None else {"fitted": ready.state.origin}),
        },
    )


def _render(plan: Plan, ready: ReadyCondition, item: Multitrack) -> Rendering:
    condition = ready.condition
    if condition.system == FILES:
        rendering = _read_files(plan.study, condition, item.id, plan.rate_hz)
    else:
        with one_thread():
            rendering = ready.system.render(
                item,
                condition.task,
                fitted=None if ready.state is None else ready.state.fitted,
                rng=stream(plan.study.spec.seed, "render", condition.id, item.id),
                device=plan.device,
            )
    check_audio(rendering.audio, name=f"item {item.id}, condition {condition.id}", channels=2, samples=item.samples)
    return rendering


def _read_files(study: Study, condition: Condition, item_id: str, rate_hz: int) -> Rendering:
    number = [one.id for one in study.spec.conditions].index(condition.id)
    return files.read(file_path(study, number, item_id), rate_hz)
