"""Gains of the finished mixes of many items: what gain-based systems learn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evalkit.errors import DataError
from evalkit.manifest import Multitrack
from stimuli.models.unmixing import DOUBTFUL_RESIDUAL_DB, FilteredUnmixing, GainsOf, Unmixing, gains_of_mix


@dataclass(frozen=True, kw_only=True, slots=True)
class GainTable:
    """Gains by item, relative to each item's norm, so that a loud mix counts as much as a soft one.

    ``relative`` (items, microphones, 2) is NaN where a microphone is silent; ``norms`` (items,) are
    the norms that the gains were divided by.
    """

    ids: tuple[str, ...]
    groups: tuple[str, ...]
    roles: tuple[str, ...]
    rate_hz: int
    relative: npt.NDArray[np.float64]
    norms: npt.NDArray[np.float64]
    residual_db: npt.NDArray[np.float64]

    @property
    def typical_norm(self) -> float:
        """Geometric mean of the norms: the level of a typical mix."""
        return float(np.exp(np.mean(np.log(self.norms))))

    @property
    def residuals(self) -> dict[str, float]:
        """Residual of each item in dB re its mix, by id."""
        return dict(zip(self.ids, self.residual_db.tolist(), strict=True))

    @property
    def doubtful(self) -> list[str]:
        """Ids of the items whose mix is hardly described (residual above -10 dB)."""
        return [name for name, db in zip(self.ids, self.residual_db, strict=True) if db > DOUBTFUL_RESIDUAL_DB]

    def of_group(self, group: str) -> GainTable:
        """Return the table of the items of one group."""
        chosen = [number for number, name in enumerate(self.groups) if name == group]
        return GainTable(
            ids=tuple(self.ids[number] for number in chosen),
            groups=tuple(self.groups[number] for number in chosen),
            roles=self.roles,
            rate_hz=self.rate_hz,
            relative=self.relative[chosen],
            norms=self.norms[chosen],
            residual_db=self.residual_db[chosen],
        )

    def mean(self) -> npt.NDArray[np.float64]:
        """Return the mean relative gains, (microphones, 2), leaving silent microphones out.

        A microphone that is silent in every item has the gain 0.
        """
        heard = ~np.isnan(self.relative)
        total = np.where(heard, self.relative, 0.0).sum(axis=0)
        return np.asarray(total / np.maximum(heard.sum(axis=0), 1))


def residual_facts(residual_db: Mapping[str, float]) -> dict[str, Any]:
    """Return what a card keeps of the residuals of items: their middle, the largest, and each, in dB re the mix."""
    values = np.array(list(residual_db.values()))
    return {
        "median": float(np.median(values)),
        "largest": float(values.max()),
        "by_item": {item: round(db, 2) for item, db in residual_db.items()},
    }


def told_residuals(residual_db: Mapping[str, Any]) -> str:
    """Say in a line what a card keeps of the residuals."""
    by_item = residual_db["by_item"]
    worst = max(by_item, key=by_item.__getitem__)
    return (
        f"residual re the mix, of {len(by_item)} items: median {residual_db['median']:.1f} dB, "
        f"largest {residual_db['largest']:.1f} dB ({worst})"
    )


def gain_table(items: Sequence[Multitrack], task: str, *, gains: GainsOf = "static") -> GainTable:
    """Reverse-engineer the gains of every item's target mix.

    Parameters
    ----------
    gains : ``static`` ones, or what the ``filtered`` microphones of an equalised mix amount to

    Raises
    ------
    DataError
        If there are no items, an item has no such target, or roles or rates differ.
    AudioError
        If a file does not fit, or a mix or all microphones of an item are silent.
    """
    check_same_microphones(items)
    unmixed = [
        gains_of_mix(item.load_inputs(), item.load_target(task), gains=gains, name=f"item {item.id}, {task}")
        for item in items
    ]
    return table_of(items, unmixed)


def table_of(items: Sequence[Multitrack], unmixed: Sequence[Unmixing | FilteredUnmixing]) -> GainTable:
    """Make the table of items whose mixes were unmixed already; raises as :func:`gain_table`."""
    check_same_microphones(items)
    for item, one in zip(items, unmixed, strict=True):
        if one.norm == 0.0:
            raise DataError(f"item {item.id}: its mix holds nothing of its microphones: every gain is zero")
    relative = np.array([np.where(one.active[:, None], one.gains / one.norm, np.nan) for one in unmixed])
    return GainTable(
        ids=tuple(item.id for item in items),
        groups=tuple(item.group for item in items),
        roles=items[0].roles,
        rate_hz=items[0].rate_hz,
        relative=relative,
        norms=np.array([one.norm for one in unmixed]),
        residual_db=np.array([one.residual_db for one in unmixed]),
    )


def check_same_microphones(items: Sequence[Multitrack]) -> None:
    """Check that there are items to learn from, all of the same microphones and rate.

    Raises
    ------
    DataError
        If not.
    """
    if not items:
        raise DataError("no items to learn from: items with a target mix are needed")
    first = items[0]
    for item in items:
        if (item.roles, item.rate_hz) != (first.roles, first.rate_hz):
            raise DataError(f"item {item.id}: its microphones or rate differ from those of item {first.id}")
