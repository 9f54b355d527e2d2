"""Building reads an item's microphones once, and no system hears what another did to them."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from multitrack_support import make_multitrack
from test_contract_systems import SMALL, of_kind

from evalkit import multitrack, registry
from evalkit.audio import Audio, read_audio
from evalkit.manifest import DRUM_ROLES, Manifest, Multitrack, write_manifest
from evalkit.study import read_study
from stimuli.plan import Plan, make_plan
from stimuli.preloaded import preloaded
from stimuli.rendering import one_thread, render_item
from stimuli.systems import KIND, Rendering, TrainableSystem, load_system

STUDY = """\
schema: evalkit-study/1
title: Sums
data: {manifest: manifest.jsonl, items: [drummer_1/a]}
excerpt: {seconds: 1}
conditions:
  - {id: first, label: First, system: unity_sum}
  - {id: second, label: Second, system: unity_sum}
  - {id: third, label: Third, system: unity_sum}
page: {question: How good?}
texts: {consent: Listen.}
"""


class Watcher:
    """A system that mixes a plain sum and tells what it was given."""

    def __init__(self, seen: list[Audio]) -> None:
        self.seen = seen

    def render(self, item: Multitrack, task: str | None, **_: Any) -> Rendering:
        self.seen.append(item.load_inputs())
        return Rendering(audio=np.repeat(self.seen[-1].sum(axis=1, keepdims=True), 2, axis=1))


def watched(plan: Plan, seen: list[Audio]) -> Plan:
    """Return the plan with a watcher as the system of every condition."""
    system: Any = Watcher(seen)
    return dataclasses.replace(plan, conditions=tuple(dataclasses.replace(r, system=system) for r in plan.conditions))


@pytest.fixture
def item(tmp_path: Path) -> Multitrack:
    return make_multitrack(tmp_path, "a", split="test", missing=("tom_3",))


@pytest.fixture
def plan(item: Multitrack, tmp_path: Path) -> Plan:
    manifest = Manifest(
        name="one item", rate_hz=item.rate_hz, roles=DRUM_ROLES, licence="none", simulated=True, items=(item,)
    )
    write_manifest(tmp_path / "manifest.jsonl", manifest)
    (tmp_path / "study.yaml").write_text(STUDY, encoding="utf-8")
    return make_plan(read_study(tmp_path), device="cpu", say=[].append)


def test_each_microphone_is_read_once_for_the_cut_and_all_conditions(
    plan: Plan, item: Multitrack, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []

    def counting(path: Path, **settings: Any) -> tuple[Audio, int]:
        read.append(path.resolve())
        return read_audio(path, **settings)

    monkeypatch.setattr(multitrack, "read_audio", counting)
    assert len(list(render_item(plan, plan.items[0]))) == 3
    assert sorted(read) == sorted(track.path.resolve() for track in item.inputs.values() if track is not None)


def test_a_system_cannot_change_what_the_next_one_hears(plan: Plan) -> None:
    seen: list[Audio] = []
    list(render_item(watched(plan, seen), plan.items[0]))
    assert len(seen) == 3
    for inputs in seen:
        with pytest.raises(ValueError, match="read-only"):
            inputs[0] = 7.0


def test_a_preloaded_item_is_the_item_without_its_files(item: Multitrack) -> None:
    expected = item.load_inputs()
    loaded = preloaded(item)
    for track in item.inputs.values():
        if track is not None:
            track.path.unlink()
    np.testing.assert_array_equal(loaded.load_inputs(), expected)
    for field in dataclasses.fields(Multitrack):
        assert getattr(loaded, field.name) == getattr(item, field.name)


def test_one_rendering_at_a_time_is_made(plan: Plan) -> None:
    """Memory does not grow with the number of conditions."""
    seen: list[Audio] = []
    excerpts = render_item(watched(plan, seen), plan.items[0])
    for made in (1, 2, 3):
        next(excerpts)
        assert len(seen) == made


@pytest.mark.parametrize("name", [name for name in registry.names(KIND) if name != "files"])
def test_a_system_mixes_inputs_that_it_cannot_change_as_those_it_could(name: str, item: Multitrack) -> None:
    item = of_kind(item, name)
    kind = load_system(name)
    system = kind(kind.Options(**SMALL.get(name, {})))
    fitted = None
    if isinstance(system, TrainableSystem) and system.trainable:
        fitted = system.fit(
            [dataclasses.replace(item, split="train")], "dry", rng=np.random.default_rng(5), device="cpu"
        )
    first, second = (
        system.render(one, "dry", fitted=fitted, rng=np.random.default_rng(9), device="cpu").audio
        for one in (item, preloaded(item))
    )
    np.testing.assert_array_equal(second, first)


def test_torch_has_one_thread_while_it_renders_and_as_many_as_before_afterwards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads = [6]
    torch = SimpleNamespace(get_num_threads=lambda: threads[-1], set_num_threads=threads.append)
    monkeypatch.setitem(sys.modules, "torch", torch)
    with one_thread():
        assert threads[-1] == 1
    assert threads == [6, 1, 6]
