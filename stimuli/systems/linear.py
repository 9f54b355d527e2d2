"""The same short filter per microphone and channel for every item: the nearest linear mix.

One filter for each microphone and output channel, fitted by least squares to all training mixes of a
group (drummer, engineer) together, and applied to that group's other items; a group that was not
seen gets the filters over all items. Gain, panning and equalisers are within its reach, dynamics and
long reverberation are not: what a network adds is what it does better than this. Between two
recorded dry mixes of one drummer it reached 47 to 53 dB SI-SDR, static gains 17 to 22 dB.

Items are not normalised in level: a mix counts by its energy, as its error does when all items are
heard one after the other. An engineer's hand that moves a fader by a decibel from item to item
averages out. Weighting every item alike was tried on simulated sessions, and did worse on items that
were held out, by 1 to 2.5 dB for dry mixes: single strokes tell little and would count for much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import Field, field_validator

from evalkit.config import StrictModel
from evalkit.errors import DataError
from evalkit.manifest import Manifest, Multitrack
from evalkit.progress import progress
from evalkit.provenance import versions
from stimuli.systems import Rendering, needed_task

NAME = "linear"
MODEL_FILE = "filters.npz"
Filters = npt.NDArray[np.float64]


class LinearOptions(StrictModel):
    """Length of the filters in samples, centred on no delay: 1 is a static gain, 193 are +-2.2 ms at 44.1 kHz.

    Working memory grows by the square of length times microphones: 270 MB for 513 and eight.
    """

    taps: int = Field(default=193, ge=1, le=513)

    @field_validator("taps")
    @classmethod
    def _odd(cls, taps: int) -> int:
        if taps % 2 == 0:
            raise ValueError(f"found {taps}, expected an odd number: the filters are centred on no delay")
        return taps


@dataclass(frozen=True, kw_only=True, slots=True)
class FittedLinear:
    """Filters (microphones, 2, taps) over all items and by group; a microphone never heard has zeros."""

    task: str
    roles: tuple[str, ...]
    rate_hz: int
    overall: Filters
    by_group: Mapping[str, Filters]
    card: Mapping[str, Any]

    def save(self, folder: Path) -> None:
        """Write ``filters.npz`` and ``card.json`` into an existing folder."""
        from stimuli.models.cards import write_card

        groups = list(self.by_group)
        np.savez(
            folder / MODEL_FILE,
            overall=self.overall,
            groups=np.array(groups),
            by_group=np.stack([self.by_group[group] for group in groups]),
        )
        write_card(folder, self.card, model_file=MODEL_FILE)


class System:
    """Filters that come nearest to the training mixes."""

    trainable = True
    Options = LinearOptions

    def __init__(self, options: LinearOptions) -> None:
        self.options = options

    def fit(
        self,
        items: Sequence[Multitrack],
        task: str | None,
        *,
        rng: np.random.Generator,
        device: str,
        manifest: Manifest | None = None,
        work: Path | None = None,
    ) -> FittedLinear:
        """Add up the items' correlations and solve for the filters, by group and over all; ``rng`` is not used.

        Parameters
        ----------
        manifest : where the items come from, for the card

        Raises
        ------
        DataError
            If there are no items, or their microphones or rates differ.
        AudioError
            If a file does not fit, or the mix or all microphones of an item are silent.
        """
        from stimuli.models.cards import data_facts
        from stimuli.models.correlations import Correlations, total
        from stimuli.models.gain_table import check_same_microphones
        from stimuli.models.unmixing import correlations_of_mix, solve_filters

        task = needed_task(task, NAME)
        check_same_microphones(items)
        sums: dict[str, Correlations] = {}
        counts: dict[str, int] = {}
        for item in progress(items, total=len(items), what="correlating"):
            name = f"item {item.id}, {task}"
            found = correlations_of_mix(item.load_inputs(), item.load_target(task), taps=self.options.taps, name=name)
            sums[item.group] = total([sums[item.group], found]) if item.group in sums else found
            counts[item.group] = counts.get(item.group, 0) + 1
        solved = {group: solve_filters(sums[group]) for group in sorted(sums)}
        overall = solve_filters(total(sums.values()))
        card = {
            "system": NAME,
            "task": task,
            "taps": self.options.taps,
            "rate_hz": items[0].rate_hz,
            "channel_order": list(items[0].roles),
            **data_facts(items, manifest),
            "groups": {group: counts[group] for group in solved},
            "residual_db": {
                "over all groups": overall.residual_db,
                "by group": {group: found.residual_db for group, found in solved.items()},
            },
            "versions": versions(("numpy", "scipy")),
        }
        return FittedLinear(
            task=task,
            roles=items[0].roles,
            rate_hz=items[0].rate_hz,
            overall=overall.filters,
            by_group={group: found.filters for group, found in solved.items()},
            card=card,
        )

    def load(self, folder: Path) -> FittedLinear:
        """Read filters that were saved.

        Raises
        ------
        DataError
            If they are missing, damaged, of another system, or of another length than the options say.
        """
        from stimuli.models.cards import read_card

        card = read_card(folder, system=NAME, model_file=MODEL_FILE)
        if card["taps"] != self.options.taps:
            raise DataError(f"{folder}: taps: found {card['taps']}, expected {self.options.taps}: fit it again")
        with np.load(folder / MODEL_FILE, allow_pickle=False) as model:
            overall, groups, by_group = (model[name] for name in ("overall", "groups", "by_group"))
        return FittedLinear(
            task=card["task"],
            roles=tuple(card["channel_order"]),
            rate_hz=card["rate_hz"],
            overall=overall,
            by_group=dict(zip(groups.tolist(), by_group, strict=True)),
            card=card,
        )

    def shipped(self, task: str | None) -> Path | None:
        """Return None: nothing ships, as fitting takes seconds."""
        return None

    def render(
        self,
        item: Multitrack,
        task: str | None,
        *,
        fitted: FittedLinear,
        rng: np.random.Generator,
        device: str,
    ) -> Rendering:
        """Apply the filters of the item's group, or those over all if the group was not seen.

        Raises
        ------
        DataError
            If they were fitted for another task, other microphones or another rate.
        """
        from stimuli.models.convolution import filtered_mix

        wanted = (needed_task(task, NAME), item.roles, item.rate_hz)
        if (fitted.task, fitted.roles, fitted.rate_hz) != wanted:
            raise DataError(
                f"item {item.id}: {NAME} was fitted for {fitted.task} on {', '.join(fitted.roles)} at {fitted.rate_hz} "
                f"Hz; asked for {task} on {', '.join(item.roles)} at {item.rate_hz} Hz: fit it again"
            )
        known = item.group in fitted.by_group
        filters = fitted.by_group[item.group] if known else fitted.overall
        inputs = item.load_inputs()
        left_out = [
            role
            for role, own, response in zip(item.roles, inputs.T, filters, strict=True)
            if own.any() and not response.any()
        ]
        return Rendering(
            audio=filtered_mix(inputs, filters),
            provenance={
                "filters_of": item.group if known else "all groups",
                "taps": filters.shape[2],
                "left_out": left_out,
            },
        )
