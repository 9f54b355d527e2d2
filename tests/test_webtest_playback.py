"""What a study can say about playback reaches the page, and mistakes are told with their line."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import study_yaml

from evalkit.errors import ConfigError
from evalkit.study import Study
from webtest.methods import load_method

Make = Callable[..., Study]


def with_playback(text: str) -> str:
    """Return the tests' small study with options of playback."""
    return study_yaml(2).replace("page:\n", "page:\n  options: {playback: " + text + "}\n", 1)


def playback(study: Study) -> object:
    """Return what the page is told."""
    return load_method(study).options.model_dump()["playback"]


def test_without_a_word_sounds_cross_fade_in_ten_milliseconds_with_equal_gain(make_built_study: Make) -> None:
    study = make_built_study(conditions=2)
    assert playback(study) == {"fade_ms": 10.0, "fade": "equal_gain", "restart_on_switch": False}


def test_the_studys_cross_fade_and_restart_reach_the_page(make_built_study: Make) -> None:
    text = "{fade_ms: 25, fade: equal_power, restart_on_switch: true}"
    study = make_built_study(conditions=2, yaml=with_playback(text))
    assert playback(study) == {"fade_ms": 25.0, "fade": "equal_power", "restart_on_switch": True}


@pytest.mark.parametrize(("text", "found"), [
    ("{fade: linear}", "fade"), ("{fade_ms: 200}", "fade_ms"), ("{fade_ms: -1}", "fade_ms"), ("{fades: 1}", "fades"),
])  # fmt: skip
def test_a_mistake_is_told_with_file_and_line(make_built_study: Make, text: str, found: str) -> None:
    study = make_built_study(conditions=2, yaml=with_playback(text))
    with pytest.raises(ConfigError, match=rf"study\.yaml:\d+: page\.options\.playback\.{found}"):
        load_method(study)
