"""What a gain predictor learns from: features of the microphones and gains of the mix, each item read once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.manifest import Multitrack
from stimuli.models.gain_features import feature_row
from stimuli.models.gain_table import GainTable, table_of
from stimuli.models.unmixing import DOUBTFUL_RESIDUAL_DB, GainsOf, gains_of_mix


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasuredGains:
    """Items whose mix gains describe, and the residuals in dB of those ``left_out`` because they do not.

    ``rows`` is (items, microphones * features) float64, ``table`` their gains, in the same order.
    """

    items: tuple[Multitrack, ...]
    rows: npt.NDArray[np.float64]
    table: GainTable
    left_out: dict[str, float]

    @property
    def residuals(self) -> dict[str, float]:
        """Residual of each item in dB re its mix, by id, of those left out as well."""
        return {**self.table.residuals, **self.left_out}


def measure_gains(items: Sequence[Multitrack], task: str, *, gains: GainsOf = "static") -> MeasuredGains | None:
    """Measure every item; None if there are none, or gains describe no mix of them.

    Raises
    ------
    DataError
        If an item has no such target, or roles or rates differ.
    AudioError
        If a file does not fit, or a mix or all microphones of an item are silent.
    """
    kept, unmixed, rows = [], [], []
    left_out: dict[str, float] = {}
    for item in items:
        inputs = item.load_inputs()
        found = gains_of_mix(inputs, item.load_target(task), gains=gains, name=f"item {item.id}, {task}")
        if found.residual_db > DOUBTFUL_RESIDUAL_DB:
            left_out[item.id] = found.residual_db
            continue
        kept.append(item)
        unmixed.append(found)
        rows.append(feature_row(inputs, item.rate_hz))
    if not kept:
        return None
    return MeasuredGains(items=tuple(kept), rows=np.array(rows), table=table_of(kept, unmixed), left_out=left_out)
