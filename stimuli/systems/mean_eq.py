"""One fixed equaliser for each group of instruments: the mean spectrum of the stems over that of the raw recordings.

The honest baseline of anything that processes stems. For every bin of the spectrum, the gain is the mean
magnitude of the training items' stems over that of their raw recordings, both in the ten seconds that
the autoencoder learns from and of equal loudness. An item whose instrument is in no group, or in one that
was not seen in training, gets the gains over all items.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt

from evalkit.config import StrictModel
from evalkit.errors import DataError
from evalkit.manifest import Manifest, Multitrack
from evalkit.provenance import versions
from stimuli.systems import Rendering, needed_task

NAME = "mean_eq"
MODEL_FILE = "gains.json"
Gains = npt.NDArray[np.float64]


class MeanEqOptions(StrictModel):
    """None."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FittedMeanEq:
    """Linear gains (bins,), over all items and by group of instruments."""

    task: str
    rate_hz: int
    overall: Gains
    by_group: Mapping[str, Gains]
    card: Mapping[str, Any]

    def save(self, folder: Path) -> None:
        """Write ``gains.json`` and ``card.json`` into an existing folder."""
        from stimuli.models.cards import write_card

        by_group = {group: gains.tolist() for group, gains in self.by_group.items()}
        model = {"overall": self.overall.tolist(), "by_group": by_group}
        (folder / MODEL_FILE).write_text(json.dumps(model, allow_nan=False) + "\n", encoding="utf-8")
        write_card(folder, self.card, model_file=MODEL_FILE)


class System:
    """Mean spectral ratios of the training stems."""

    trainable = True
    Options = MeanEqOptions

    def __init__(self, options: MeanEqOptions) -> None:
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
    ) -> FittedMeanEq:
        """Average the spectra of the items' raw recordings and stems; ``rng`` is not used.

        Parameters
        ----------
        manifest : where the items come from, for the card

        Raises
        ------
        AudioError
            If a file does not fit its item or is not finite.
        DataError
            If all items are silent.
        """
        from stimuli.models.cards import data_facts
        from stimuli.models.mean_equaliser import mean_ratio
        from stimuli.models.stem_features import frame_table
        from stimuli.models.stem_groups import GROUPS, group_of

        task = needed_task(task, NAME)
        with TemporaryDirectory(prefix="evalkit-") as folder:
            table = frame_table(items, task, shifts=(0.0,), folder=Path(folder))
            if len(table) == 0:
                raise DataError(f"{NAME}: nothing to learn from: {'; '.join(table.left_out) or 'no items'}")
            group_by_id = {item.id: group_of(item.kind) for item in items}
            tables = {group: table.of([i for i in table.ids if group_by_id[i] == group]) for group in GROUPS}
            overall = mean_ratio(table)
            by_group = {group: mean_ratio(one) for group, one in tables.items() if len(one)}
        card = {
            "system": NAME,
            "task": task,
            "rate_hz": items[0].rate_hz,
            **data_facts(items, manifest),
            "groups": {group: len(one.ids) for group, one in tables.items() if len(one)},
            "left_out": list(table.left_out),
            "versions": versions(),
        }
        return FittedMeanEq(task=task, rate_hz=items[0].rate_hz, overall=overall, by_group=by_group, card=card)

    def load(self, folder: Path) -> FittedMeanEq:
        """Read gains that were saved.

        Raises
        ------
        DataError
            If they are missing, damaged, or of another system.
        """
        from stimuli.models.cards import read_card

        card = read_card(folder, system=NAME, model_file=MODEL_FILE)
        model = json.loads((folder / MODEL_FILE).read_text(encoding="utf-8"))
        return FittedMeanEq(
            task=card["task"],
            rate_hz=card["rate_hz"],
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
        fitted: FittedMeanEq,
        rng: np.random.Generator,
        device: str,
    ) -> Rendering:
        """Apply the gains of the instrument's group to the loudest raw recording.

        Raises
        ------
        AudioError
            If a file does not fit the item or is not finite, or the recording is too quiet to have a loudness.
        DataError
            If it was fitted for another task or rate.
        """
        from stimuli.models.stem_groups import group_of
        from stimuli.models.stem_rendering import render_stem

        if (fitted.task, fitted.rate_hz) != (needed_task(task, NAME), item.rate_hz):
            raise DataError(
                f"item {item.id}: mean_eq was fitted for {fitted.task} at {fitted.rate_hz} Hz; "
                f"asked for {task} at {item.rate_hz} Hz: fit it again"
            )
        group = group_of(item.kind)
        known = group in fitted.by_group
        gains = (fitted.by_group[str(group)] if known else fitted.overall).astype(np.float32)
        audio, facts = render_stem(item, lambda magnitudes: gains)
        return Rendering(audio=audio, provenance={"gains_of": group if known else "all groups", **facts})
