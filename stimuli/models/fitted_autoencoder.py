"""Trained autoencoders, one for each group of instruments, as a folder.

A single group's network is ``FOLDER/model.safetensors`` and ``card.json``. Those of several groups lie in
``FOLDER/GROUP/``, beside a ``card.json`` of what they share; networks that were trained one by one into the
folders of one parent are read from that parent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from evalkit.errors import DataError
from evalkit.manifest import Multitrack
from evalkit.provenance import sha256_file
from stimuli.models.autoencoder import Autoencoder
from stimuli.models.autoencoder_plan import AutoencoderConfig
from stimuli.models.checkpoints import (
    CARD_FILE,
    MODEL_FILE,
    Facts,
    check_facts,
    load_weights,
    read_checkpoint,
    write_checkpoint,
)
from stimuli.models.stem_groups import needed_group

SYSTEM = "autoencoder"
ConfigFor = Callable[[str], AutoencoderConfig]


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupNetwork:
    """The network of one group, what it is for, and how it was trained; ``source`` names it in errors."""

    network: Autoencoder
    facts: Facts
    source: str
    weights_sha256: str = ""
    story: Mapping[str, Any] = field(default_factory=dict)

    @property
    def card(self) -> dict[str, Any]:
        """All that is known of it: its facts, and how it was trained where it was just trained."""
        return {**self.facts.as_json(), **self.story}


@dataclass(frozen=True, kw_only=True, slots=True)
class FittedAutoencoder:
    """The networks by group; ``source`` names their folder in errors."""

    by_group: Mapping[str, GroupNetwork]
    source: str

    @property
    def card(self) -> dict[str, Any]:
        """The facts that all networks share, how many items they learned from, and each group's scores."""
        cards = [one.card for one in self.by_group.values()]
        shared = {key: value for key, value in cards[0].items() if all(card.get(key) == value for card in cards)}
        items = {"items": sum(card["items"] for card in cards)} if all("items" in card for card in cards) else {}
        scores = {group: one.facts.as_json()["scores"] for group, one in self.by_group.items()}
        return {**shared, **items, "scores": scores}

    def network_for(self, item: Multitrack) -> tuple[str, GroupNetwork]:
        """Return the group of an item's instrument and its network.

        Raises
        ------
        DataError
            If the instrument is in no group, or the group has no network here.
        """
        group = needed_group(item)
        if group not in self.by_group:
            raise DataError(
                f"item {item.id}: kind '{item.kind}' is of the group {group}; {self.source} holds "
                f"{', '.join(self.by_group)}: train it with --group {group}, or leave the item out"
            )
        return group, self.by_group[group]

    def save(self, folder: Path, *, dtype: Literal["float32", "float16"] = "float32") -> None:
        """Write the networks and cards into an existing folder."""
        half = dtype == "float16"
        if len(self.by_group) == 1:
            (one,) = self.by_group.values()
            write_checkpoint(folder, one.network.state_dict(), one.facts, card=one.story, half=half)
            return
        for group, one in self.by_group.items():
            (folder / group).mkdir(exist_ok=True)
            write_checkpoint(folder / group, one.network.state_dict(), one.facts, card=one.story, half=half)
        text = json.dumps({**self.card, "groups": list(self.by_group)}, indent=1, ensure_ascii=False, allow_nan=False)
        (folder / CARD_FILE).write_text(text + "\n", encoding="utf-8")

    def summary(self) -> str:
        """Return each group's scores beside those of the baselines, as a table for people."""
        lines = [f"{'group':8}{'items':12}{'system':14}{'MAE':>9}{'LSD dB':>9}"]
        for group, one in self.by_group.items():
            for split, scores in one.facts.as_json()["scores"].items():
                lines += [
                    f"{group:8}{split:12}{name:14}{score['mae']:9.4f}{score['lsd_db']:9.3f}"
                    for name, score in scores.items()
                ]
        return "\n".join(lines)


def read_autoencoder(folder: Path, *, config_for: ConfigFor) -> FittedAutoencoder:
    """Read what :meth:`FittedAutoencoder.save` wrote.

    Parameters
    ----------
    config_for : function from a group to the configuration that its weights must have

    Raises
    ------
    DataError
        If there are no weights, they are damaged or of another system or shape, or two are of one group.
    """
    places = [folder] if (folder / MODEL_FILE).is_file() else sorted(p.parent for p in folder.glob(f"*/{MODEL_FILE}"))
    if not places:
        raise DataError(f"{folder}: holds no trained weights ({MODEL_FILE}), nor do the folders in it")
    by_group: dict[str, GroupNetwork] = {}
    for place in places:
        one = _read_network(place, config_for)
        group = str(one.facts.config["group"])
        if group in by_group:
            raise DataError(f"{one.source}: group {group}: {by_group[group].source} is of this group, too: remove one")
        by_group[group] = one
    return FittedAutoencoder(by_group=by_group, source=str(folder))


def _read_network(place: Path, config_for: ConfigFor) -> GroupNetwork:
    path = place / MODEL_FILE
    weights, facts = read_checkpoint(place, {"system": SYSTEM})
    expected = config_for(str(facts.config.get("group")))
    check_facts(facts, {"config": expected.as_json()}, name=str(path))
    network = Autoencoder(expected)
    load_weights(network, weights, name=str(path))
    network.eval()
    return GroupNetwork(network=network, facts=facts, source=str(path), weights_sha256=sha256_file(path))
