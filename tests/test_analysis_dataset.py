"""Reading ratings of a study folder, or of a file alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import study_yaml
from rated_studies import dataset_of, rated_study, ratings_table, write_csv

from analysis.dataset import read_ratings_file, read_study_ratings
from evalkit.errors import ConfigError, DataError


def test_a_studys_conditions_keep_its_order_labels_and_roles(tmp_path: Path) -> None:
    dataset = read_study_ratings(rated_study(tmp_path / "study"))
    assert [c.label for c in dataset.conditions][:3] == ["Reference Dry", "Reference Wet", "Wave-U-Net Dry"]
    assert {c.role for c in dataset.conditions} == {"reference", "test", "anchor"}
    assert (dataset.scale, dataset.n_ratings, dataset.seed) == ((0, 100), 840, 7)


def test_a_files_conditions_are_sorted(tmp_path: Path) -> None:
    assert dataset_of(ratings_table(("z", "a", "m")), tmp_path).ids == ["a", "m", "z"]


def test_each_condition_is_compared_with_the_reference_of_its_task(tmp_path: Path) -> None:
    dataset = read_study_ratings(rated_study(tmp_path / "study"))
    assert dataset.references_of("wave_u_net_wet") == ["reference_wet"]
    assert dataset.references_of("anchor") == ["reference_dry", "reference_wet"]  # it has no task
    assert dataset.references_of("reference_dry") == []


def test_roles_of_a_file_come_from_the_options(tmp_path: Path) -> None:
    path = write_csv(ratings_table(), tmp_path / "r.csv")
    dataset = read_ratings_file(path, references=["B"], anchors=["A"])
    assert [c.role for c in dataset.conditions] == ["anchor", "reference", ""]
    assert dataset.references_of("C") == ["B"]


def test_an_unknown_reference_is_named_with_the_nearest(tmp_path: Path) -> None:
    path = write_csv(ratings_table(("opus", "mp3")), tmp_path / "r.csv")
    with pytest.raises(ConfigError, match="no condition 'opsu'; there are mp3, opus; did you mean 'opus'"):
        read_ratings_file(path, references=["opsu"])


def test_before_an_export_the_command_to_run_is_named(tmp_path: Path) -> None:
    folder = rated_study(tmp_path / "study", source="rehearsal")
    with pytest.raises(
        DataError, match=r"no ratings yet; 'evalkit export .*' writes them; a rehearsal's are read with"
    ):
        read_study_ratings(folder)


def test_robots_ratings_are_never_read_as_peoples(tmp_path: Path) -> None:
    folder = rated_study(tmp_path / "study")
    write_csv(ratings_table().assign(source="rehearsal"), folder / "export" / "ratings.csv")
    with pytest.raises(DataError, match="found ratings of source 'rehearsal'"):
        read_study_ratings(folder)


def test_a_file_that_mixes_people_and_robots_is_refused(tmp_path: Path) -> None:
    table = ratings_table()
    table["source"] = ["rehearsal" if name == "a0" else "listener" for name in table["assessor"]]
    with pytest.raises(DataError, match="mixes ratings of listener and rehearsal"):
        dataset_of(table, tmp_path)


def test_a_masked_export_is_refused(tmp_path: Path) -> None:
    folder = rated_study(tmp_path / "study")
    write_csv(ratings_table().assign(source="listener"), folder / "export" / "ratings.csv")
    with pytest.raises(DataError, match=r"condition 'A' does not stand in .*without --masked"):
        read_study_ratings(folder)


def test_a_scale_without_any_score_is_refused(tmp_path: Path) -> None:
    table = ratings_table()
    table["scale"] = ["punch" if item == "item 0" else "clarity" for item in table["item"]]
    table.loc[table["scale"] == "punch", "score"] = None
    with pytest.raises(DataError, match="every score of scale 'punch' is empty"):
        dataset_of(table, tmp_path)


def test_ratings_outside_the_scale_are_refused_with_their_line(tmp_path: Path) -> None:
    table = ratings_table()
    table.loc[4, "score"] = 101
    with pytest.raises(DataError, match=r"ratings\.csv:6: score: found 101, the scale is 0 to 100"):
        dataset_of(table, tmp_path)


def test_a_condition_that_nobody_rated_is_named(tmp_path: Path) -> None:
    folder = rated_study(tmp_path / "study")
    path = folder / "export" / "ratings.csv"
    text = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line for line in text if ",anchor," not in line), encoding="utf-8")
    dataset = read_study_ratings(folder)
    assert len(dataset.conditions) == 6
    assert dataset.notes == ("not rated: Anchor",)


def test_a_plan_changed_after_the_first_listener_is_told(tmp_path: Path) -> None:
    folder = rated_study(tmp_path / "study")
    assert read_study_ratings(folder).notes == ()
    changed = study_yaml().replace("analysis:\n", "analysis:\n  margin: 20\n")
    (folder / "study.yaml").write_text(changed, encoding="utf-8")
    assert "changed after the first listener was admitted" in read_study_ratings(folder).notes[0]


def test_a_damaged_export_record_is_named_with_its_line(tmp_path: Path) -> None:
    folder = rated_study(tmp_path / "study")
    (folder / "export" / "export.json").write_text("{\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"export\.json:2: not JSON"):
        read_study_ratings(folder)
