"""A network that starts as a linear mix is that mix, to rounding."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from evalkit.errors import ConfigError
from stimuli.models.linear_start import nearest_filters, start_as_linear_mix
from stimuli.models.training import train
from stimuli.models.training_data import Example
from stimuli.models.training_plan import TrainingPlan
from stimuli.models.wave_u_net import WaveUNet
from stimuli.models.wave_u_net_config import WaveUNetConfig

CONFIG = WaveUNetConfig(inputs=3, initial_filters=5, levels=2)


def filters() -> np.ndarray:
    return 0.1 * np.random.default_rng(2).standard_normal((2, 3, CONFIG.down_kernel))


def filtered_example(seed: int, samples: int = 6000) -> Example:
    """Return noise microphones and what the filters make of them, by the definition of a correlation."""
    inputs = 0.1 * np.random.default_rng(seed).standard_normal((3, samples))
    half = CONFIG.down_kernel // 2
    padded = np.pad(inputs, ((0, 0), (half, half)))
    target = np.array([sum(np.correlate(padded[k], filters()[c, k], mode="valid") for k in range(3)) for c in range(2)])
    return Example(id=f"noise {seed}", inputs=inputs, target=target, sha256=str(seed), material_sha256=str(seed))


def test_the_filters_of_a_filtered_mix_are_found() -> None:
    found = nearest_filters([filtered_example(1), filtered_example(2)], taps=CONFIG.down_kernel)
    assert found == pytest.approx(filters(), abs=1e-3)


def test_a_microphone_that_is_never_there_gets_no_filter() -> None:
    silent = filtered_example(1)
    silent.inputs[1] = 0.0
    assert not nearest_filters([silent], taps=CONFIG.down_kernel)[:, 1].any()


def test_the_started_network_is_the_filtered_mix_exactly() -> None:
    network = WaveUNet(CONFIG, generator=torch.Generator().manual_seed(1)).double()
    start_as_linear_mix(network, filters())
    outputs = CONFIG.output_samples(300)
    signal = np.random.default_rng(3).standard_normal((3, CONFIG.input_samples(outputs)))
    with torch.inference_mode():
        mix = network(torch.from_numpy(signal[None]))[0].numpy()
    half = CONFIG.down_kernel // 2
    near = signal[:, CONFIG.margin - half : CONFIG.margin + outputs + half]
    expected = [sum(np.correlate(near[k], filters()[c, k], mode="valid") for k in range(3)) for c in range(2)]
    assert mix == pytest.approx(np.array(expected), abs=1e-12)


def test_what_does_not_carry_the_mix_starts_at_random_and_without_effect() -> None:
    network = WaveUNet(CONFIG, generator=torch.Generator().manual_seed(1))
    start_as_linear_mix(network, filters())
    assert network.down[0].weight[4:].abs().max() > 0.01
    assert not network.output.weight[:, CONFIG.inputs + 4 :].any()


def test_a_training_can_start_as_the_linear_mix() -> None:
    plan = TrainingPlan(
        batch=1, snippet_samples=64, steps_per_epoch=1, max_epochs=(1,), learning_rates=(1e-30,), start="linear_mix"
    )
    items = [filtered_example(1), filtered_example(2)]
    started = train(items, [filtered_example(3)], config=CONFIG, plan=plan, seed=1, show_progress=False)
    assert started.validation_loss < 1e-4


def test_too_few_filters_for_it_is_a_config_error() -> None:
    small = WaveUNet(WaveUNetConfig(inputs=3, initial_filters=3, levels=2))
    with pytest.raises(ConfigError, match="initial_filters: found 3, a start as a linear mix needs 4"):
        start_as_linear_mix(small, filters())
