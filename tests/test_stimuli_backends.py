"""Simulating, building and mixing give the same bits by one process, several, or a cluster, whoever dies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from dask_support import LoopbackCluster, loopback_cluster

from evalkit import clusters
from evalkit.cli import main
from evalkit.errors import ConfigError, DataError
from evalkit.parallel import Workers
from evalkit.provenance import sha256_file
from evalkit.study import Study, read_study
from stimuli import build as build_module
from stimuli.build import build_session
from stimuli.datasets.simulated import simulate
from stimuli.plan import make_plan
from stimuli.rendering import rendering_device

needs_dask = pytest.mark.skipif(find_spec("distributed") is None, reason="the extra 'dask' is not installed")
SEED = 7
STUDY = """\
schema: evalkit-study/1
title: Backends
data: {manifest: data/manifest.jsonl, items: [%s]}
excerpt: {seconds: 2}
conditions:
  - {id: human, label: Human, system: human_mix, task: wet, role: reference}
  - {id: anchor, label: Anchor, system: overhead_anchor, role: anchor}
  - {id: forest, label: Forest, system: random_forest, task: wet, options: {trees: 10}}
  - {id: network, label: Network, system: wave_u_net, task: dry}
page: {question: How good?}
texts: {consent: Listen.}
"""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the tiny data set, made by this process alone."""
    folder = tmp_path_factory.mktemp("tiny") / "data"
    simulate(folder, preset="tiny", seed=SEED)
    return folder


@pytest.fixture(scope="module")
def study(tiny: Path) -> Study:
    """Return a study of four items of the tiny data set."""
    from evalkit.manifest import read_manifest

    items = [item.id for item in read_manifest(tiny / "manifest.jsonl").items if item.kind != "hits"]
    (tiny.parent / "study.yaml").write_text(STUDY % ", ".join(items), encoding="utf-8")
    return read_study(tiny.parent)


@pytest.fixture(scope="module")
def built_here(study: Study) -> dict[tuple[str, str], str]:
    """Return the hashes of the study's stimuli, built by this process alone, which has two threads."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        return build_hashes(study, Workers())
    finally:
        torch.set_num_threads(before)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[LoopbackCluster]:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    with loopback_cluster(folder) as cluster:
        yield cluster


def killing(kill: Callable[[], Any], killed: list[Any]) -> Any:
    """Return a progress bar that kills while the first things are made."""

    def progress(things: Iterable[Any], *, total: int, what: str) -> Iterator[Any]:
        if killed:
            yield from things
            return
        with ThreadPoolExecutor(1) as aside:
            end = aside.submit(kill)
            yield from things
            killed.append(end.result())

    return progress


def file_hashes(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): sha256_file(path) for path in folder.rglob("*") if path.is_file()}


def build_hashes(study: Study, workers: Workers) -> dict[tuple[str, str], str]:
    plan = make_plan(study, device="cpu", say=[].append)
    session = build_session(plan, workers=workers, force=True, say=[].append)
    expected = {"session.json", *(f"audio/{s.file}" for page in session.pages for s in page.stimuli)}
    assert set(file_hashes(study.session_folder)) == expected, "nothing else lies in the bundle"
    return {(page.item, stimulus.condition): stimulus.sha256 for page in session.pages for stimulus in page.stimuli}


@pytest.mark.slow  # kills processes of a real cluster
@needs_dask
def test_simulating_on_a_cluster_that_loses_a_worker_gives_the_same_files(
    tiny: Path, cluster: LoopbackCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed: list[Any] = []
    monkeypatch.setitem(simulate.__globals__, "progress", killing(cluster.kill_a_busy_worker, killed))
    workers = Workers(backend="dask", scheduler=cluster.address)
    simulate(tmp_path / "data", preset="tiny", seed=SEED, workers=workers)
    assert len(killed) == 1
    assert file_hashes(tmp_path / "data") == file_hashes(tiny)


@pytest.mark.slow  # kills processes of a real cluster
@needs_dask
def test_a_cluster_that_loses_its_scheduler_is_one_line_and_leaves_nothing(
    cluster: LoopbackCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def progress(things: Iterable[Any], *, total: int, what: str) -> Iterator[Any]:
        for thing in things:
            cluster.kill_the_scheduler()
            yield thing

    monkeypatch.setitem(simulate.__globals__, "progress", progress)
    workers = Workers(backend="dask", scheduler=cluster.address)
    with pytest.raises(DataError, match=r"the dask scheduler tcp://127\.0\.0\.1:\d+ is gone: start again"):
        simulate(tmp_path / "new" / "data", preset="tiny", seed=SEED, workers=workers)
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.slow  # kills processes of a real cluster
@needs_dask
def test_a_cluster_that_loses_its_last_worker_is_one_line_and_leaves_nothing(
    cluster: LoopbackCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def progress(things: Iterable[Any], *, total: int, what: str) -> Iterator[Any]:
        for thing in things:
            cluster.kill_all_workers()
            yield thing

    monkeypatch.setattr(clusters, "WORKERS_S", 5)
    monkeypatch.setattr(clusters, "LEAVE_S", 1)
    monkeypatch.setitem(simulate.__globals__, "progress", progress)
    workers = Workers(backend="dask", scheduler=cluster.address)
    with pytest.raises(DataError, match=r"the dask scheduler tcp://127\.0\.0\.1:\d+ has no worker left: start some"):
        simulate(tmp_path / "new" / "data", preset="tiny", seed=SEED, workers=workers)
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.slow  # kills processes of a real cluster
@needs_dask
def test_building_on_a_cluster_that_loses_a_worker_gives_the_same_stimuli(
    study: Study,
    built_here: dict[tuple[str, str], str],
    cluster: LoopbackCluster,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    killed: list[Any] = []
    monkeypatch.setattr(build_module, "progress", killing(cluster.kill_a_busy_worker, killed))
    built = build_hashes(study, Workers(backend="dask", scheduler=cluster.address))
    assert len(killed) == 1
    assert built == built_here


def test_building_by_two_processes_gives_the_same_stimuli(study: Study, built_here: dict[tuple[str, str], str]) -> None:
    """Also those of a network, whose arithmetic rounds differently with another number of threads."""
    assert build_hashes(study, Workers(jobs=2)) == built_here


@needs_dask
def test_mixing_on_a_cluster_gives_the_same_files(tiny: Path, cluster: LoopbackCluster, tmp_path: Path) -> None:
    words = ["mix", str(tiny / "manifest.jsonl"), "--system", "mean_gain", "--task", "dry", "--split", "all", "--out"]
    ways = {"here": [], "two": ["--jobs", "2"], "cluster": ["--backend", "dask", "--scheduler", cluster.address]}
    for name, way in ways.items():
        main_ok([*words, str(tmp_path / name), *way])
    first, *others = (file_hashes(tmp_path / name) for name in ways)
    assert len(first) == 7, "six mixes and mixes.json"
    assert others == [first, first]


def main_ok(words: list[str]) -> None:
    try:
        main(words)
    except SystemExit as stop:
        assert not stop.code, words


@pytest.mark.parametrize("command", ["mix", "build"])
def test_a_gpu_by_name_and_several_workers_exclude_each_other(
    study: Study, capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str
) -> None:
    manifest = str(study.folder / "data" / "manifest.jsonl")
    words = {
        "mix": ["mix", manifest, "--system", "mean_gain", "--task", "dry", "--out", str(tmp_path / "out")],
        "build": ["build", str(study.folder), "--force"],
    }[command]
    with pytest.raises(SystemExit) as stop:
        main([*words, "--device", "cuda", "--jobs", "2"])
    assert stop.value.code == 2
    assert "device: found 'cuda' with 2 job(s) of loky: a GPU is used by one process only" in capsys.readouterr().err


def test_only_this_process_may_find_a_gpu_by_itself() -> None:
    assert rendering_device("auto", Workers()) == "auto"
    assert rendering_device("cuda:1", Workers()) == "cuda:1"
    assert rendering_device("auto", Workers(jobs=2)) == "cpu"
    with pytest.raises(ConfigError, match="a GPU is used by one process only"):
        rendering_device("cuda:1", Workers(jobs=2))


def test_a_worker_that_outlives_the_command_does_not_make_its_folder_again(tmp_path: Path) -> None:
    from stimuli.datasets.simulated.presets import planned_items
    from stimuli.datasets.simulated.simulate import _write_item

    with pytest.raises(FileNotFoundError):
        _write_item(tmp_path / ".data.partial", planned_items("tiny")[0], SEED)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_a_killed_worker_left_half_written_is_replaced(tiny: Path, tmp_path: Path) -> None:
    """An item made again writes the same bytes over it."""
    from stimuli.datasets.simulated.presets import planned_items
    from stimuli.datasets.simulated.simulate import _write_item

    planned = planned_items("tiny")[0]
    item = _write_item(tmp_path, planned, SEED)
    half = item.targets["wet"]
    whole = half.read_bytes()
    half.write_bytes(whole[: len(whole) // 2])
    _write_item(tmp_path, planned, SEED)
    assert half.read_bytes() == whole == (tiny / half.relative_to(tmp_path)).read_bytes()
