"""Losses by name: what each of them sees and does not see."""

from __future__ import annotations

from typing import get_args

import pytest
import torch
from torch import Tensor

from stimuli.models.losses import LOSSES
from stimuli.models.training_plan import Loss

SILENCE = torch.zeros(2, 2, 10_000)


def noise(seed: int = 1) -> Tensor:
    """Make stereo noise whose difference signal is 20 dB below its sum."""
    generator = torch.Generator().manual_seed(seed)
    middle, side = 0.1 * torch.randn(2, 2, 1, 10_000, generator=generator)
    return torch.cat((middle + 0.1 * side, middle - 0.1 * side), dim=1)


def test_every_loss_of_a_plan_is_there() -> None:
    assert set(LOSSES) == set(get_args(Loss))


@pytest.mark.parametrize("name", get_args(Loss))
def test_a_perfect_mix_costs_nothing_and_another_something(name: str) -> None:
    assert float(LOSSES[name](noise(), noise())) == pytest.approx(0.0, abs=1e-7)
    assert float(LOSSES[name](noise(2), noise())) > 0.01


@pytest.mark.parametrize("name", get_args(Loss))
def test_gradients_on_silence_are_finite(name: str) -> None:
    estimate = SILENCE.clone().requires_grad_()
    LOSSES[name](estimate, SILENCE).backward()  # type: ignore[no-untyped-call]
    assert estimate.grad is not None and bool(torch.isfinite(estimate.grad).all())


@pytest.mark.parametrize("name", ["mrstft", "sum_difference_mrstft"])
def test_magnitudes_alone_do_not_see_a_turned_polarity(name: str) -> None:
    assert float(LOSSES[name](-noise(), noise())) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(("name", "plain"), [("sum_difference_l1", "l1"), ("sum_difference_mrstft", "mrstft")])
def test_the_difference_counts_as_much_as_the_sum(name: str, plain: str) -> None:
    """Of a mono copy the sum is right and the difference is gone: half of a mix that is silent altogether."""
    target = noise()
    mono = target.mean(dim=1, keepdim=True).expand(-1, 2, -1)
    nothing = torch.zeros_like(target)
    share = float(LOSSES[name](mono, target)) / float(LOSSES[name](nothing, target))
    hidden = float(LOSSES[plain](mono, target)) / float(LOSSES[plain](nothing, target))
    assert share == pytest.approx(0.5, abs=0.1)
    assert hidden < 0.2


@pytest.mark.parametrize("name", ["sum_difference_l1", "sum_difference_mrstft"])
def test_swapped_channels_leave_sum_and_the_size_of_the_difference(name: str) -> None:
    target = noise()
    cost = float(LOSSES[name](target.flip(1), target))
    # magnitudes of the difference are the same; its samples are all wrong, by twice their size
    assert cost == pytest.approx(0.0 if name == "sum_difference_mrstft" else 1.0, abs=0.01)
