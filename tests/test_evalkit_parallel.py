"""Work spread over processes: in order, as it comes, and with one line where it cannot go on."""

from __future__ import annotations

import os
import signal
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from evalkit import clusters, parallel
from evalkit.cli import main
from evalkit.errors import ConfigError, DataError, MissingExtraError
from evalkit.parallel import Workers, spread
from evalkit.whole_files import UNFINISHED, remove_unfinished, whole_file

needs_dask = pytest.mark.skipif(find_spec("distributed") is None, reason="the extra 'dask' is not installed")
needs_ray = pytest.mark.skipif(find_spec("ray") is None, reason="the extra 'ray' is not installed (200 MB)")
KINDS = [
    pytest.param({"jobs": 1}, id="here"),
    pytest.param({"jobs": 2}, id="loky"),
    pytest.param({"jobs": 2, "backend": "dask"}, id="dask", marks=needs_dask),
    pytest.param({"jobs": 2, "backend": "ray"}, id="ray", marks=needs_ray),
]
PATIENCE_S = 60


@pytest.fixture(autouse=True)
def workers_find_this_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))


def product(factor: int, number: int) -> int:
    return factor * number


def refuse(number: int) -> int:
    if number == 1:
        raise DataError(f"number {number}: not wanted")
    return number


def wait_for(path: Path, number: int) -> int:
    """Return at once for 0; else wait until the path is there."""
    deadline = time.monotonic() + PATIENCE_S
    while number and not path.exists() and time.monotonic() < deadline:
        os.sched_yield()
    return number if not number or path.exists() else -1


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("settings", KINDS)
def test_results_come_in_order(settings: dict[str, Any]) -> None:
    calls = [(number,) for number in range(7)]
    assert list(spread(product, calls, common=(3,), workers=Workers(**settings))) == [0, 3, 6, 9, 12, 15, 18]


@pytest.mark.parametrize("settings", KINDS[1:])
def test_a_result_comes_before_the_others_are_done(tmp_path: Path, settings: dict[str, Any]) -> None:
    """The second call ends only after the first result was seen."""
    results = spread(wait_for, [(tmp_path / "seen", number) for number in (0, 1)], workers=Workers(**settings))
    assert next(results) == 0
    (tmp_path / "seen").touch()
    assert list(results) == [1]


@pytest.mark.parametrize("settings", KINDS)
def test_an_error_in_a_worker_arrives_as_it_was_raised(settings: dict[str, Any]) -> None:
    with pytest.raises(DataError, match=r"^number 1: not wanted$"):
        list(spread(refuse, [(number,) for number in range(3)], workers=Workers(**settings)))


def test_a_killed_process_is_one_line() -> None:
    with pytest.raises(DataError, match=r"one of 2 worker processes was killed, .* try fewer --jobs"):
        list(spread(die, [(), ()], workers=Workers(jobs=2)))


@needs_dask
def test_work_that_kills_every_dask_worker_is_given_up_in_one_line() -> None:
    import dask

    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        pytest.raises(DataError, match="every worker that took it died"),
    ):
        list(spread(die, [()], workers=Workers(jobs=1, backend="dask")))


@needs_dask
def test_a_scheduler_that_does_not_answer_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "CONNECT_S", 0.2)
    workers = Workers(backend="dask", scheduler="tcp://127.0.0.1:9")  # the discard port
    with pytest.raises(DataError, match=r"--scheduler tcp://127\.0\.0\.1:9: no dask scheduler answers: start one"):
        list(spread(product, [(1, 2)], workers=workers))


@needs_dask
def test_a_scheduler_without_workers_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from distributed import LocalCluster

    monkeypatch.setattr(clusters, "WORKERS_S", 0.2)
    with LocalCluster(
        n_workers=0, host="127.0.0.1", processes=True, dashboard_address="127.0.0.1:0", local_directory=tmp_path
    ) as cluster:
        workers = Workers(backend="dask", scheduler=cluster.scheduler_address)
        with pytest.raises(DataError, match=r"no worker within 0\.2 s: start some with 'dask worker tcp://"):
            list(spread(product, [(1, 2)], workers=workers))


def test_a_worker_that_does_not_see_the_folder_says_so(tmp_path: Path) -> None:
    mark = tmp_path / "elsewhere" / "mark"
    with pytest.raises(DataError, match=r"the worker on \S+ does not see .*elsewhere: workers must share the file"):
        clusters._call((product, (1,), mark), (2,))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"jobs": 0}, "jobs: found 0, expected at least 1"),
        ({"backend": "slurm"}, "backend: found 'slurm', expected one of loky, dask, ray"),
        ({"scheduler": "tcp://host:8786"}, "scheduler: found tcp://host:8786 with the backend loky"),
    ],
)
def test_workers_that_cannot_be_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Workers(**settings)


@pytest.mark.parametrize(("backend", "package"), [("dask", "distributed"), ("ray", "ray")])
def test_a_missing_extra_is_one_line_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    backend: str,
    package: str,
) -> None:
    monkeypatch.setattr(parallel, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=f"needs the package '{package}'"):
        Workers(backend=backend)  # type: ignore[arg-type]
    with pytest.raises(SystemExit) as stop:
        main(["data", "simulate", "--preset", "tiny", "--out", str(tmp_path / "out"), "--backend", backend])
    assert stop.value.code == 1
    assert f"pip install 'mix-evalkit[{backend}]'" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_path_is_absolute_for_workers_that_started_elsewhere() -> None:
    assert Workers().visible(Path("drums")) == Path("drums")
    if find_spec("distributed") is not None:
        there = Workers(backend="dask", scheduler="tcp://127.0.0.1:9")
        assert there.visible(Path("drums")) == Path.cwd() / "drums"


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    with whole_file(tmp_path / "a.txt") as unfinished:
        unfinished.write_text("all of it", encoding="utf-8")
        assert not (tmp_path / "a.txt").exists()
    with pytest.raises(KeyError), whole_file(tmp_path / "b.txt") as unfinished:
        unfinished.write_text("half of", encoding="utf-8")
        raise KeyError
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_what_killed_workers_left_is_removed_when_all_is_done(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / f"{UNFINISHED}0123-kick.flac").touch()
    (tmp_path / "deep" / "snare.flac").touch()
    list(spread(product, [(1, 2)], workers=Workers(), folder=tmp_path))
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["snare.flac"]
    remove_unfinished(tmp_path)
    assert (tmp_path / "deep" / "snare.flac").exists()
