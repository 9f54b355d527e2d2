"""The same static gains for every item: the mean of those found in the training items' finished mixes.

The honest baseline of anything that predicts gains. Per group (drummer, engineer) where that group
was seen in training, else over all. Gains are averaged relative to each item's norm, and scaled
back by the typical norm, so that the mix is about as loud as the training mixes.

An item whose mix gains hardly describe (residual above -10 dB) is averaged like any other, where the
random forest leaves it out: wet mixes often are such, and their nearest gains are still what this
baseline is to average. The card has the residual of every item and flags those; training names them.

The option ``gains`` says what is averaged: the ``static`` gains that come nearest to each mix, or what
the ``filtered`` microphones of an equalised mix amount to (filters of 33 taps). On the dry mixes of the
simulated preset ``demo``, some of them equalised, the latter came nearer (distance 0.163 for 0.181, SI-SDR
21.5 dB for 20.0). ``static`` is the default as the published figures and those of the README are of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from evalkit.config import StrictModel
from evalkit.errors import DataError
from evalkit.manifest import Manifest, Multitrack
from evalkit.provenance import versions
from stimuli.systems import Rendering, needed_task

NAME = "mean_gain"
MODEL_FILE = "gains.json"
Gains = npt.NDArray[np.float64]


class MeanGainOptions(StrictModel):
    """Which gains of the training mixes are averaged."""

    gains: Literal["static", "filtered"] = "static"


@dataclass(frozen=True, kw_only=True, slots=True)
class FittedMeanGain:
    """Linear gains (microphones, 2), over all items and by group."""

    task: str
    roles: tuple[str, ...]
    overall: Gains
    by_group: Mapping[str, Gains]
    card: Mapping[str, Any]

    def save(self, folder: Path) -> None:
        """Write ``gains.json`` and ``card.json`` into an existing folder."""
        from stimuli.models.cards import write_card

        model = {
            "roles": list(self.roles),
            "overall": self.overall.tolist(),
            "by_group": {group: gains.tolist() for group, gains in self.by_group.items()},
        }
        (folder / MODEL_FILE).write_text(json.dumps(model, indent=1, allow_nan=False) + "\n", encoding="utf-8")
        write_card(folder, self.card, model_file=MODEL_FILE)

    def summary(self) -> str:
        """Return how well the gains describe the mixes, as lines for people."""
        from stimuli.models.gain_table import told_residuals
        from stimuli.models.unmixing import DOUBTFUL_RESIDUAL_DB

        lines = [told_residuals(self.card["residual_db"])]
        if self.card["doubtful_items"]:
            lines.append(
                f"kept, though gains hardly describe their mix (residual above {DOUBTFUL_RESIDUAL_DB:g} dB): "
                f"{', '.join(self.card['doubtful_items'])}"
            )
        return "\n".join(lines)


class System:
    """Mean gains of the training mixes."""

    trainable = True
    Options = MeanGainOptions

    def __init__(self, options: MeanGainOptions) -> None:
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
    ) -> FittedMeanGain:
        """Find the gains of every item's target mix and average them.

        Parameters
        ----------
        manifest : where the items come from, for the card
        """
        from stimuli.models.cards import data_facts
        from stimuli.models.gain_table import gain_table, residual_facts

        task = needed_task(task, NAME)
        table = gain_table(items, task, gains=self.options.gains)
        groups = {name: table.of_group(name) for name in sorted(set(table.groups))}
        card = {
            "system": NAME,
            "task": task,
            "rate_hz": table.rate_hz,
            "channel_order": list(table.roles),
            **data_facts(items, manifest),
            "groups": {name: len(group.ids) for name, group in groups.items()},
            "gains": self.options.gains,
            "residual_db": residual_facts(table.residuals),
            "doubtful_items": table.doubtful,
            "versions": versions(),
        }
        return FittedMeanGain(
            task=task,
            roles=table.roles,
            overall=table.typical_norm * table.mean(),
            by_group={name: group.typical_norm * group.mean() for name, group in groups.items()},
            card=card,
        )

    def load(self, folder: Path) -> FittedMeanGain:
        """Read gains that were saved.

        Raises
        ------
        DataError
            If they are missing, damaged, of another system, or other gains than the options say.
        """
        from stimuli.models.cards import read_card

        card = read_card(folder, system=NAME, model_file=MODEL_FILE)
        found = card.get("gains", "static")
        if found != self.options.gains:
            raise DataError(f"{folder}: gains: found {found}, expected {self.options.gains}: fit it again")
        model = json.loads((folder / MODEL_FILE).read_text(encoding="utf-8"))
        return FittedMeanGain(
            task=card["task"],
            roles=tuple(model["roles"]),
            overall=np.array(model["overall"]),
            by_group={group: np.array(gains) for group, gains in model["by_group"].items()},
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
        fitted: FittedMeanGain,
        rng: np.random.Generator,
        device: str,
    ) -> Rendering:
        """Apply the gains of the item's group, or those over all if the group was not seen.

        Raises
        ------
        DataError
            If it was fitted for another task or other microphones.
        """
        if (fitted.task, fitted.roles) != (needed_task(task, NAME), item.roles):
            raise DataError(
                f"item {item.id}: mean_gain was fitted for {fitted.task} on {', '.join(fitted.roles)}; "
                f"asked for {task} on {', '.join(item.roles)}: fit it again"
            )
        known = item.group in fitted.by_group
        gains = fitted.by_group[item.group] if known else fitted.overall
        return Rendering(
            audio=item.load_inputs() @ gains,
            provenance={
                "gains_of": item.group if known else "all groups",
                "gains": dict(zip(item.roles, gains.tolist(), strict=True)),
            },
        )
