"""The Wave-U-Net's configuration and the arithmetic of its lengths; free of torch.

All convolutions are valid, an encoder level keeps every second sample and a decoder level turns N
samples into 2N - 1, so only some lengths fit. With period P = 2**levels they are, for every k >= 1,

    outputs   k P + up_kernel
    inputs    the same plus a fixed context, half of which lies on each side

which for the paper's network [1]_ gives 121843 inputs, 89093 outputs and a bottleneck of 92.

References
----------
.. [1] M. A. Martinez Ramirez, D. Stoller, D. Moffat, "A deep learning approach to intelligent drum
   mixing with the Wave-U-Net", J. Audio Eng. Soc. 69(3), 2021, Table 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from evalkit.errors import ConfigError


@dataclass(frozen=True, kw_only=True, slots=True)
class WaveUNetConfig:
    """Shape of a Wave-U-Net; the defaults are the paper's, with 6,183,450 parameters.

    ``initial_filters`` is the number of filters added per level; ``leak`` is the slope of the
    leaky rectifier below zero (0.2 in the authors' graph; the paper does not state it).
    """

    inputs: int = 8
    outputs: int = 2
    levels: int = 10
    initial_filters: int = 24
    down_kernel: int = 15
    up_kernel: int = 5
    leak: float = 0.2

    def __post_init__(self) -> None:
        for name in ("inputs", "outputs", "levels", "initial_filters"):
            if getattr(self, name) < 1:
                raise ConfigError(f"Wave-U-Net: {name}: found {getattr(self, name)}, expected at least 1")
        for name in ("down_kernel", "up_kernel"):
            if getattr(self, name) < 1 or getattr(self, name) % 2 == 0:
                raise ConfigError(f"Wave-U-Net: {name}: found {getattr(self, name)}, expected an odd number")
        if not 0 <= self.leak < 1:
            raise ConfigError(f"Wave-U-Net: leak: found {self.leak}, expected 0 to below 1")

    @property
    def period(self) -> int:
        """Samples after which a shift of the input shifts the output alike: 2**levels."""
        return int(2**self.levels)

    @property
    def context(self) -> int:
        """Input samples more than output samples: 32750 at the default."""
        return self.period * (self.down_kernel - 1) + (self.period - 1) * (self.down_kernel - 2 + self.up_kernel)

    @property
    def margin(self) -> int:
        """Context on each side of the output: 16375 at the default."""
        return self.context // 2

    def output_samples(self, at_least: int) -> int:
        """Return the smallest legal output length that holds ``at_least`` samples."""
        whole_periods = max(1, -(-(at_least - self.up_kernel) // self.period))
        return whole_periods * self.period + self.up_kernel

    def input_samples(self, output_samples: int) -> int:
        """Return the input length for a legal output length.

        Raises
        ------
        ConfigError
            If the output length is not legal.
        """
        if output_samples != self.output_samples(output_samples):
            raise ConfigError(
                f"Wave-U-Net: no output of {output_samples} samples: the lengths are "
                f"{self.period} k + {self.up_kernel} with k >= 1"
            )
        return output_samples + self.context

    def bottleneck_samples(self, output_samples: int) -> int:
        """Return the length after the bottleneck's convolution: 92 for the paper's 89093 outputs."""
        self.input_samples(output_samples)
        return (output_samples - self.up_kernel) // self.period + self.up_kernel

    def as_json(self) -> dict[str, Any]:
        """Return the configuration as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> WaveUNetConfig:
        """Read what :meth:`as_json` wrote.

        Raises
        ------
        ConfigError
            If a field is unknown or out of range.
        """
        unknown = sorted(set(values) - {field.name for field in fields(cls)})
        if unknown:
            raise ConfigError(f"Wave-U-Net: unknown configuration field '{unknown[0]}'")
        return cls(**values)
