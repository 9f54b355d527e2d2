"""The command measure: what it compares, what it leaves out, what it prints and writes."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from multitrack_support import RATE_HZ, make_multitrack

from analysis.measure import Measured, any_simulated, condition_names, measure_mixes
from analysis.measure_tables import as_json, as_text, cautions, reading, write_values
from evalkit.audio import write_audio
from evalkit.cli import main
from evalkit.errors import DataError
from evalkit.intervals import bootstrap_mean
from evalkit.manifest import DRUM_ROLES, Manifest, read_manifest, write_manifest
from evalkit.mixes import Mixes, read_mixes

ITEMS = ("a", "b", "c", "d")


def run(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    try:
        main([str(word) for word in words])
        code = 0
    except SystemExit as stop:
        code = int(stop.code or 0)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the manifest of four simulated items of 3.5 s."""
    folder = tmp_path_factory.mktemp("data")
    items = tuple(
        make_multitrack(folder, name, split="test", seconds=3.5, seed=seed) for seed, name in enumerate(ITEMS)
    )
    manifest = Manifest(name="small", rate_hz=RATE_HZ, roles=DRUM_ROLES, licence="CC0-1.0", simulated=True, items=items)
    write_manifest(folder / "manifest.jsonl", manifest)
    return folder / "manifest.jsonl"


def write_mixes(
    folder: Path,
    data: Path,
    *,
    noise: float,
    system: str = "mean_gain",
    task: str | None = "wet",
    options: dict[str, Any] | None = None,
    items: Sequence[str] = ITEMS,
    split: str = "test",
    **facts: Any,
) -> Path:
    """Write mixes as ``evalkit mix`` does: the wet target with so much noise (in 32-bit float)."""
    manifest = read_manifest(data)
    rows = []
    for number, name in enumerate(items):
        item = manifest.item(f"drummer_1/{name}")
        rng = np.random.default_rng(number)
        audio = item.load_target("wet") + noise * rng.standard_normal((item.samples, 2))
        write_audio(folder / f"{name}.wav", audio, RATE_HZ, subtype="FLOAT")
        rows.append({"id": item.id, "file": f"{name}.wav", "split": split, "clipped": 0})
    record = {
        "schema": "evalkit-mixes/1", "manifest_sha256": manifest.sha256, "system": system, "task": task,
        "options": options or {}, "simulated": True, "items": rows, **facts,
    }  # fmt: skip
    (folder / "mixes.json").write_text(json.dumps(record), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def three(data: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return three folders: noisy mixes, noisier ones, and copies of the target."""
    folder = tmp_path_factory.mktemp("mixes")
    return [
        write_mixes(folder / "noisy", data, noise=0.01),
        write_mixes(folder / "noisier", data, noise=0.03, system="random_forest"),
        write_mixes(folder / "same", data, noise=0.0, system="human_mix"),
    ]


def words_for(data: Path, folders: Sequence[Path], task: str = "wet") -> list[str | Path]:
    return ["measure", "--manifest", data, "--task", task, *(word for f in folders for word in ("--mixes", f))]


def strict(text: str) -> Any:
    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    return json.loads(text, parse_constant=refuse)


@pytest.fixture(scope="module")
def measured(data: Path, three: list[Path]) -> Measured:
    return measure_mixes(data, three, "wet")


def test_the_terminal_shows_systems_measures_intervals_and_that_all_is_simulated(measured: Measured) -> None:
    out = as_text(measured)
    assert out.startswith("Simulated recordings: no instrument was played.")
    assert out.count(". Simulated recordings\n") == 7
    for words in ("4 items, 3 systems", "SI-SDR", "MR-STFT", "Crest factor [dB]", "Loudness range [LU]"):
        assert words in out
    assert "identical" in out and "10000 resamples" in out
    assert "nan" not in out.lower() and " inf" not in out


def test_differences_to_the_first_system_are_read_in_words(measured: Measured) -> None:
    out = as_text(measured).partition("Differences of MR-STFT to mean_gain")[2]
    lines = {line.split()[0]: line for line in out.splitlines() if line}
    assert lines["random_forest"].endswith("clear of zero: farther")
    assert lines["human_mix"].endswith("clear of zero: nearer")


def test_a_difference_that_changes_sign_from_item_to_item_is_not_clear_of_zero(measured: Measured) -> None:
    """By turns 0.2 above and 0.2 below: the mean is zero, whatever the resamples."""
    shifts = dict(zip(measured.items, (0.2, -0.2, 0.2, -0.2), strict=True))
    rows = []
    for row in measured.rows:
        if row.condition == "mean_gain" and row.found.name == "mr_stft":
            shifted = replace(row.found, value=row.found.value + shifts[row.item])  # type: ignore[operator]
            rows += [row, replace(row, condition="random_forest", found=shifted)]
    gap = replace(measured, rows=tuple(rows)).differences[0]
    assert gap.interval.mean == pytest.approx(0.0, abs=1e-12)
    assert reading(gap) == "not clear of zero"


def test_intervals_are_bootstraps_over_the_items_values(measured: Measured) -> None:
    """Another seed moves the ends by the resamples' chance alone."""
    key = ("mean_gain", "mr_stft", "both")
    values = [r.found.value for r in measured.rows if (r.condition, r.found.name, r.found.channel) == key]
    summary = next(s for s in measured.summaries if (s.condition, s.name) == ("mean_gain", "mr_stft"))
    expected = bootstrap_mean(values, rng=np.random.default_rng(1))  # type: ignore[arg-type]
    assert summary.n == len(values) == 4
    assert summary.mean == pytest.approx(expected.mean)
    assert summary.interval is not None
    chance = 0.05 * (expected.high - expected.low)
    assert summary.interval.low == pytest.approx(expected.low, abs=chance)
    assert summary.interval.high == pytest.approx(expected.high, abs=chance)


def test_json_is_strict_and_tells_every_value_with_its_status(measured: Measured) -> None:
    found = strict(as_json(measured))
    assert found["schema"] == "evalkit-measures/1"
    assert found["input"]["simulated"] is True
    assert list(found["measures"][0]) == ["item", "condition", "name", "channel", "value", "unit", "status"]
    assert len(found["measures"]) == 4 * 3 * (
        len(found["definitions"]) + 4 + 3 + 3
    )  # mr_stft in five channels, panning in four bands
    identical = [row for row in found["measures"] if row["status"] == "identical"]
    assert {row["condition"] for row in identical} == {"human_mix"}
    assert {row["value"] for row in identical} == {None}
    assert {row["status"] for row in found["measures"]} == {"ok", "identical", "too_short"}  # for a loudness range


def test_out_writes_a_row_per_value_and_leaves_missing_ones_empty(measured: Measured, tmp_path: Path) -> None:
    path = tmp_path / "new" / "measures.csv"
    write_values(measured, path)
    assert b"\r\n" in path.read_bytes()
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["item", "condition", "name", "channel", "value", "unit", "status"]
    assert {row["status"] for row in rows if row["value"] == ""} == {"identical", "too_short"}
    told = strict(as_json(measured))["measures"]
    assert [row["value"] for row in rows] == ["" if row["value"] is None else repr(row["value"]) for row in told]


def test_the_command_prints_the_tables_and_replaces_a_file_only_by_force(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_mixes(tmp_path / "one", data, noise=0.01, items=("a",))
    words, path = words_for(data, [folder]), tmp_path / "measures.csv"
    path.write_text("mine")
    code, _, error = run(capsys, *words, "--out", path)
    assert (code, path.read_text()) == (1, "mine")
    assert "exists; choose another name, or replace it with --force" in error
    code, out, _ = run(capsys, *words, "--out", path, "--force")
    assert (code, out) == (0, as_text(measure_mixes(data, [folder], "wet")))
    assert path.read_text().startswith("item,condition")


def test_items_that_not_all_folders_hold_are_left_out_and_named(data: Path, three: list[Path], tmp_path: Path) -> None:
    fewer = write_mixes(tmp_path / "fewer", data, noise=0.02, system="fewer", items=("c",))
    measured = measure_mixes(data, [three[0], fewer], "wet")
    assert measured.items == ("drummer_1/c",)
    assert measured.left_out == {f"drummer_1/{name}": f"no mix in {fewer}" for name in ("a", "b", "d")}
    assert cautions(measured)[0].startswith(f"3 items left out: drummer_1/a: no mix in {fewer}, drummer_1/b: ")


def test_the_order_of_folders_changes_no_value(data: Path, three: list[Path], measured: Measured) -> None:
    turned = measure_mixes(data, three[1::-1], "wet")
    assert {(r.item, r.condition, r.found) for r in turned.rows} == {
        (r.item, r.condition, r.found) for r in measured.rows if r.condition != "human_mix"
    }


def test_mixes_that_aim_at_another_task_are_said_to(data: Path, tmp_path: Path) -> None:
    dry = write_mixes(tmp_path / "dry", data, noise=0.01, task="dry", items=("a",))
    anchor = write_mixes(tmp_path / "anchor", data, noise=0.01, system="overhead_anchor", task=None, items=("a",))
    notes = cautions(measure_mixes(data, [dry, anchor], "wet"))
    assert notes == ["mean_gain aims at dry, measured against the target wet."]


def learned(ids: str, **facts: Any) -> dict[str, Any]:
    """Return the facts of a state that learned from the items of this hash."""
    card = {"data_name": "small", "data_sha256": "1", "train_ids_sha256": ids, "items": 5}
    return {"origin": "given weights", "card": card, **facts}


def test_systems_that_learned_from_other_items_are_told_apart(data: Path, tmp_path: Path) -> None:
    folders = [
        write_mixes(tmp_path / ids, data, noise=0.01, system=f"net_{ids}", items=("a",), fitted=learned(ids))
        for ids in ("a", "b")
    ]
    assert cautions(measure_mixes(data, folders, "wet")) == [
        "Conditions did not all learn from the same items: net_a from 5 items of small (given weights); "
        "net_b from 5 items of small (given weights)."
    ]


def test_systems_that_learned_from_the_same_items_are_compared_without_a_word(data: Path, tmp_path: Path) -> None:
    folders = [
        write_mixes(tmp_path / name, data, noise=0.01, system=name, items=("a",), fitted=learned("same"))
        for name in ("net", "forest")
    ]
    assert cautions(measure_mixes(data, folders, "wet")) == []


def test_a_system_that_learned_from_another_kind_of_data_is_named(data: Path, tmp_path: Path) -> None:
    facts = learned("a", warning="net-wet learned from recorded data, the data set small is simulated")
    folder = write_mixes(tmp_path / "net", data, noise=0.01, system="net", items=("a",), fitted=facts)
    assert cautions(measure_mixes(data, [folder], "wet")) == [
        "Learned from other data (net): net-wet learned from recorded data, the data set small is simulated."
    ]


@pytest.mark.parametrize(("fitted", "told"), [(learned("a"), True), (None, False)], ids=["learns", "does not learn"])
def test_training_items_are_counted_where_a_system_learns(
    data: Path, tmp_path: Path, fitted: dict[str, Any] | None, told: bool
) -> None:
    folder = write_mixes(tmp_path / "m", data, noise=0.01, items=("a", "b"), split="train", fitted=fitted)
    notes = cautions(measure_mixes(data, [folder], "wet"))
    expected = "2 of 2 items are of the train/validation split, from which mean_gain may have learned"
    assert any(note.startswith(expected) for note in notes) is told


def test_mixes_say_what_their_system_learned_from(data: Path, tmp_path: Path) -> None:
    manifest = read_manifest(data)
    halves = tuple(replace(item, split="test" if n else "train") for n, item in enumerate(manifest.items))
    write_manifest(data.with_name("halves.jsonl"), replace(manifest, items=halves))
    out = tmp_path / "mixes"
    words = ("--system", "mean_gain", "--task", "wet", "--seed", "7", "--split", "all", "--out", str(out))
    main(["mix", str(data.with_name("halves.jsonl")), *words])
    written = json.loads((out / "mixes.json").read_text(encoding="utf-8"))
    assert (written["seed"], written["fitted"]["origin"]) == (7, "fitted now")
    assert written["fitted"]["card"]["items"] == 1
    notes = cautions(measure_mixes(data.with_name("halves.jsonl"), [out], "wet"))
    assert notes[0].startswith("1 of 4 items are of the train/validation split, from which mean_gain may have learned")


def test_one_item_has_no_interval(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders = [
        write_mixes(tmp_path / name, data, noise=0.01, system=name, items=("a",)) for name in ("first", "second")
    ]
    found = strict(run(capsys, *words_for(data, folders), "--json")[1])
    valued = [row for row in found["summary"] if not row["missing"]]
    assert {(row["n"], row["low"], row["high"]) for row in valued} == {(1, None, None)}
    assert found["differences"] == []


def test_what_evalkit_mix_writes_is_measured(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "human"
    assert run(capsys, "mix", data, "--system", "human_mix", "--task", "wet", "--out", out)[0] == 0
    found = strict(run(capsys, *words_for(data, [out]), "--json")[1])
    ratios = [row["value"] for row in found["measures"] if row["name"] == "si_sdr"]
    assert min(ratios) > 110  # what 24 bits leave of it


def made(
    system: str = "forest", task: str | None = "wet", folder: str = "m", non_default: Sequence[str] = (), **options: Any
) -> Mixes:
    return Mixes(
        folder=Path(folder), system=system, task=task, options=options, manifest_sha256="", simulated=True, files={},
        non_default={key: options[key] for key in non_default},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sets", "names"),
    [
        ([made(trees=20), made("net")], ["forest", "net"]),
        ([made(trees=20, seed=1), made(trees=50, seed=1)], ["forest (trees=20)", "forest (trees=50)"]),
        ([made(task="dry"), made(task="wet")], ["forest (dry)", "forest (wet)"]),
        ([made(task=None, cut=[1, 2]), made(cut=None)], ["forest (no task, cut=[1, 2])", "forest (wet, cut=null)"]),
        ([made(folder="m1"), made(folder="m2")], ["forest in m1", "forest in m2"]),
        ([made(a=1), made(b="x")], ["forest (a=1)", "forest (b=x)"]),
        ([made(trees=20, seed=1, non_default=("trees",)), made("net")], ["forest (trees=20)", "net"]),
    ],
    ids=["different systems", "options", "tasks", "both", "nothing but the folder", "other keys", "not the default"],
)
def test_folders_are_named_by_options_of_their_own_and_by_what_differs(sets: list[Mixes], names: list[str]) -> None:
    assert condition_names(sets) == names


def test_mixes_of_another_manifest_are_refused(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_mixes(tmp_path / "m", data, noise=0.01, manifest_sha256="0" * 64)
    code, _, error = run(capsys, *words_for(data, [folder]))
    assert code == 1
    assert "made from another manifest: found SHA-256 00000000" in error
    assert error.count("\n") == 1


def test_folders_without_a_common_item_are_refused(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = [write_mixes(tmp_path / name, data, noise=0.01, items=(name,)) for name in ("a", "b")]
    code, _, error = run(capsys, *words_for(data, folders))
    assert code == 1
    assert "no item can be compared (drummer_1/a: no mix in" in error


def test_a_task_that_no_item_has_is_refused(data: Path, three: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    code, _, error = run(capsys, *words_for(data, three, task="stem"))
    assert code == 1
    assert "no target 'stem' (it has dry, wet)" in error


def test_a_folder_named_twice_is_a_wrong_call(
    data: Path, three: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, error = run(capsys, *words_for(data, [three[0], three[0]]))
    assert code == 2
    assert "--mixes: a folder is named twice" in error


def test_a_mix_of_another_length_is_named(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_mixes(tmp_path / "m", data, noise=0.01)
    write_audio(folder / "b.wav", np.full((100, 2), 0.1), RATE_HZ)
    code, _, error = run(capsys, *words_for(data, [folder]))
    assert code == 1
    assert f"{folder / 'b.wav'}: found 100 samples, expected 154350" in error


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "no such file; 'evalkit mix MANIFEST"),
        ("{", "mixes.json:1: not JSON"),
        ("[]", "schema: found None, expected 'evalkit-mixes/1'"),
        ('{"schema": "evalkit-mixes/2"}', "schema: found 'evalkit-mixes/2'"),
        ('{"schema": "evalkit-mixes/1", "system": "x"}', "damaged"),
    ],
    ids=["missing", "cut off", "a list", "another schema", "fields missing"],
)
def test_a_folder_without_a_good_record_of_its_mixes_is_refused(tmp_path: Path, text: str | None, message: str) -> None:
    if text is not None:
        (tmp_path / "mixes.json").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        read_mixes(tmp_path)


def test_data_are_labelled_simulated_if_the_mixes_say_so(data: Path) -> None:
    real = replace(read_manifest(data), simulated=False)
    assert any_simulated(real, [made()])
    assert not any_simulated(real, [replace(made(), simulated=False)])
