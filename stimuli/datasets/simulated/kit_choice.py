"""Which kit each drummer plays, which is held out for test items, and what licence follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from evalkit.errors import ConfigError
from stimuli.datasets.simulated.held_out import HELD_OUT
from stimuli.datasets.simulated.rows import EVERYBODY, OWN_KIT, Planned
from stimuli.datasets.simulated.sampled import installed_kits, known_kits
from stimuli.datasets.simulated.sampled.installed import choose_kit
from stimuli.datasets.simulated.version import LICENCE

SplitName = Literal["paper", "kit_held_out"]
SAMPLED_HELD_OUT = "bja_pacific"
RECOMMENDED = ("black_pearl", "red_zeppelin", "forzee")
# from free to strict: how a licence begins, and what may be done with audio made of such a kit
_PERMISSIONS = (
    ("CC0", "do with the audio as you like"),
    ("CC-BY-SA", "the audio may be published with the credits given here and under the same licence"),
    ("GPL", "keep the audio to yourself: what this licence asks of published audio is unclear"),
)


def assigned_kits(names: Sequence[str]) -> dict[str, str]:
    """Return the kit of each drummer: one name for all, or one for each.

    Raises
    ------
    ConfigError
        If the number of names is neither 1 nor 3, or a kit is unknown or not installed.
    """
    if len(names) not in (1, len(EVERYBODY)):
        raise ConfigError(
            f"kits: found {len(names)} names, expected one for all drummers or {len(EVERYBODY)}, one for each"
        )
    for name in names:
        _check(name)
    return dict(zip(EVERYBODY, names if len(names) > 1 else [*names] * len(EVERYBODY), strict=True))


def held_out_kit(kits: Mapping[str, str]) -> str:
    """Return the kit that test items are played on, so that none to train on shares it.

    Raises
    ------
    ConfigError
        If a drummer plays that kit already, or it is not installed.
    """
    if set(kits.values()) == {OWN_KIT}:
        return HELD_OUT
    if SAMPLED_HELD_OUT in kits.values():
        raise ConfigError(f"kits: found {SAMPLED_HELD_OUT}, which the split kit_held_out keeps for test items")
    _check(SAMPLED_HELD_OUT)
    return SAMPLED_HELD_OUT


def on_kits(plan: Iterable[Planned], *, kits: Mapping[str, str], split: SplitName) -> tuple[Planned, ...]:
    """Return planned items with the kit that each is played on.

    Raises
    ------
    ConfigError
        If a kit is to be held out for test items and there are none, or no kit is left for them.
    """
    items = tuple(replace(planned, kit=kits[planned.drummer]) for planned in plan)
    if split == "paper":
        return items
    if not any(planned.split == "test" for planned in items):
        raise ConfigError("split: found kit_held_out, but this preset has no test items; expected paper")
    held_out = held_out_kit(kits)
    return tuple(replace(planned, kit=held_out) if planned.split == "test" else planned for planned in items)


def licence_of(kits: Iterable[str]) -> str:
    """Return the licence of audio made with some kits: the strictest, what it allows, and every kit's credit."""
    sampled = [known_kits()[name] for name in dict.fromkeys(kits) if name in known_kits()]
    if not sampled:
        return LICENCE
    strictest = max(sampled, key=lambda kit: _strictness(kit.licence))
    credits = "; ".join(f"{kit.name}: {kit.licence}, {kit.credit}" for kit in sampled)
    return f"{strictest.licence}: {_PERMISSIONS[_strictness(strictest.licence)][1]} (sampled kits: {credits})"


def hint_of_unused_kits(kits: Iterable[str]) -> str | None:
    """Return a line that names installed kits, if every kit in use is procedural and there are any."""
    there = list(installed_kits())
    if not there or set(kits) != {OWN_KIT}:
        return None
    recommended = ",".join(name for name in RECOMMENDED if name in there)
    example = recommended if recommended.count(",") == len(RECOMMENDED) - 1 else there[0]
    return f"sampled drum kits are installed and not used: {', '.join(there)} (--kits {example})"


def _strictness(licence: str) -> int:
    return next(rank for rank, (begins, _) in enumerate(_PERMISSIONS) if licence.startswith(begins))


def _check(name: str) -> None:
    if name == OWN_KIT:
        return
    if name not in known_kits():
        raise ConfigError(f"kits: found '{name}', expected {OWN_KIT} or some of {', '.join(known_kits())}")
    choose_kit(name, installed_kits())
