"""The network has the published shape; its variants differ as they are named."""

from __future__ import annotations

import pytest
import torch

from evalkit.errors import ConfigError
from stimuli.models.autoencoder import make_autoencoder, parameter_count
from stimuli.models.autoencoder_plan import PRESETS, AutoencoderConfig, AutoencoderPlan

FRAMES = torch.rand(7, 1025, generator=torch.Generator().manual_seed(1)) * 50


def test_the_papers_network_has_4200449_parameters() -> None:
    """1025-1024-1024-1024-1025, weights and biases: 1025 * 1024 + 2 * 1024**2 + 1024 * 1025 + 3 * 1024 + 1025."""
    network = make_autoencoder(AutoencoderConfig(group="bass"), dropout=0.2, seed=1)
    assert network.config.sizes == (1025, 1024, 1024, 1024, 1025)
    assert parameter_count(network) == 1025 * 1024 + 2 * 1024**2 + 1024 * 1025 + 3 * 1024 + 1025 == 4_200_449


def test_the_programs_network_has_3152899_parameters() -> None:
    network = make_autoencoder(AutoencoderConfig(group="bass", layers="code"), dropout=0.2, seed=1)
    assert network.config.sizes == (1025, 1025, 1024, 1025)
    assert parameter_count(network) == 3_152_899


def test_the_papers_preset_is_as_published() -> None:
    preset = PRESETS["paper"]
    plan = preset.plan
    assert (preset.layers, preset.hidden, preset.magnitudes, preset.output) == ("paper", 1024, "linear", "spectrum")
    assert (plan.pretraining, plan.iterations, plan.dropout, len(plan.shifts)) == ("greedy", 100, 0.2, 17)


@pytest.mark.parametrize("magnitudes", ["linear", "log1p"])
@pytest.mark.parametrize("output", ["spectrum", "ratio"])
def test_magnitudes_are_never_negative(magnitudes: str, output: str) -> None:
    config = AutoencoderConfig(group="bass", hidden=16, magnitudes=magnitudes, output=output)  # type: ignore[arg-type]
    assert bool((make_autoencoder(config, dropout=0.0, seed=3)(FRAMES) >= 0).all())


def test_ratios_start_at_one() -> None:
    config = AutoencoderConfig(group="bass", hidden=16, output="ratio")
    torch.testing.assert_close(make_autoencoder(config, dropout=0.0, seed=3)(FRAMES), FRAMES)


def test_a_ratio_leaves_silent_bins_silent() -> None:
    network = make_autoencoder(AutoencoderConfig(group="bass", hidden=16, output="ratio"), dropout=0.0, seed=3)
    torch.nn.init.normal_(network.layers[-1].weight)
    silent = FRAMES.clone()
    silent[:, 500:] = 0
    assert not network(silent)[:, 500:].any()


def test_dropout_is_for_training_only() -> None:
    network = make_autoencoder(AutoencoderConfig(group="bass", hidden=16), dropout=0.5, seed=3).eval()
    torch.testing.assert_close(network(FRAMES), network(FRAMES), rtol=0, atol=0)
    network.train()
    assert not torch.equal(network(FRAMES), network(FRAMES))


def test_the_seed_decides_the_weights() -> None:
    config = AutoencoderConfig(group="bass", hidden=16)
    first, same, other = (make_autoencoder(config, dropout=0.0, seed=seed).layers[0].weight for seed in (3, 3, 4))
    assert torch.equal(first, same) and not torch.equal(first, other)


def test_a_configuration_survives_being_written_down() -> None:
    config = AutoencoderConfig(group="keys", layers="code", hidden=99, magnitudes="log1p", output="ratio")
    assert AutoencoderConfig.from_json(config.as_json()) == config


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"batch": 0}, "batch: found 0, expected at least 1"),
        ({"learning_rate": 0.0}, "learning_rate: found 0, expected above 0"),
        ({"dropout": 1.0}, "dropout: found 1, expected 0 to below 1"),
        ({"shift_range": 13.0}, "shift_range, shift_step: found 13, 0.5"),
    ],
)
def test_impossible_settings_are_refused(settings: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        AutoencoderPlan(**settings)
