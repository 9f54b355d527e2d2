"""What systems learned from, told by the facts of their learned states."""

from __future__ import annotations

from typing import Any

from evalkit.learning import learned_items, other_training_items


def facts(origin: str, **card: Any) -> dict[str, Any]:
    return {"origin": origin, "card": card}


def test_conditions_that_learned_from_other_items_are_named_with_their_data() -> None:
    here = {"data_name": "small", "data_sha256": "1", "train_ids_sha256": "a", "items": 5}
    shipped = {"data_name": "train", "data_sha256": "2", "train_ids_sha256": "b"}
    said = other_training_items(
        {
            "net": facts("shipped weights", **shipped),
            "a": facts("fitted now", **here),
            "sum": None,
            "b": facts("x", **here),
        }
    )
    assert said == (
        "conditions did not all learn from the same items: net from train (shipped weights); "
        "a, b from 5 items of small (fitted now, x)"
    )


def test_other_ids_of_the_same_data_are_other_items() -> None:
    said = other_training_items(
        {name: facts("fitted now", data_sha256="1", train_ids_sha256=name) for name in ("a", "b")}
    )
    assert said is not None and said.count("unnamed data") == 2


def test_the_same_ids_of_other_data_are_other_items() -> None:
    assert other_training_items({name: facts("x", data_sha256=name, train_ids_sha256="a") for name in ("1", "2")})


def test_states_that_do_not_say_what_they_learned_from_are_not_taken_for_the_same() -> None:
    assert other_training_items({"a": facts("given weights"), "b": facts("given weights")}) is not None


def test_conditions_of_which_none_or_one_learns_are_no_matter() -> None:
    assert other_training_items({"a": None, "b": None}) is None
    assert other_training_items({"a": None, "b": facts("x")}) is None


def test_items_that_systems_learn_from_are_counted() -> None:
    said = learned_items({"train": 4, "validation": 1, "test": 2}, ["forest", "net"])
    assert said is not None
    assert said.startswith("5 of 7 items are of the train/validation split, from which forest, net may have learned")


def test_items_held_out_or_without_a_system_that_learns_are_no_matter() -> None:
    assert learned_items({"test": 2}, ["net"]) is None
    assert learned_items({"train": 2}, []) is None
