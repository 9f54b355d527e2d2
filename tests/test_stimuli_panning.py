"""Constant-power panning against the sine law."""

from __future__ import annotations

import numpy as np
import pytest

from evalkit.errors import ConfigError
from stimuli.effects.panning import constant_power


@pytest.mark.parametrize("position", np.linspace(-1, 1, 9))
def test_power_is_the_same_at_every_position(position: float) -> None:
    left, right = constant_power(position)
    assert left**2 + right**2 == pytest.approx(1, abs=1e-12)


def test_ends_and_centre_are_left_right_and_equal() -> None:
    assert constant_power(-1) == pytest.approx((1, 0), abs=1e-12)
    assert constant_power(1) == pytest.approx((0, 1), abs=1e-12)
    assert constant_power(0) == pytest.approx((0.5**0.5, 0.5**0.5), abs=1e-12)


def test_position_outside_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"found position 1\.5"):
        constant_power(1.5)
