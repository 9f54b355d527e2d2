"""Trained Wave-U-Nets: the network for all items, beside it perhaps one for each group, as a folder.

``FOLDER/model.safetensors`` and ``card.json`` are the network for all; ``FOLDER/GROUP/`` holds the
same two files of the network that only learned from that group (a drummer with one kit and engineer).
A group of other data is another group, even if it has the same name: its items are mixed by the network for all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from evalkit.manifest import Multitrack
from evalkit.provenance import sha256_file
from stimuli.models.checkpoints import (
    MODEL_FILE,
    Facts,
    check_facts,
    load_weights,
    read_checkpoint,
    write_checkpoint,
)
from stimuli.models.training_data import TargetScale
from stimuli.models.wave_u_net import WaveUNet
from stimuli.models.wave_u_net_config import WaveUNetConfig

SYSTEM = "wave_u_net"
ConfigFor = Callable[[int], WaveUNetConfig]


@dataclass(frozen=True, kw_only=True, slots=True)
class FittedWaveUNet:
    """A trained network, what it is for, how it was trained, and those for single groups.

    ``source`` names it in errors.
    """

    network: WaveUNet
    facts: Facts
    source: str
    weights_sha256: str = ""
    story: Mapping[str, Any] = field(default_factory=dict)
    by_group: Mapping[str, FittedWaveUNet] = field(default_factory=dict)

    @property
    def card(self) -> dict[str, Any]:
        """All that is known of it: its facts, and how it was trained where it was just trained."""
        groups = {"networks_of_groups": sorted(self.by_group)} if self.by_group else {}
        return {**self.facts.as_json(), **self.story, **groups}

    def for_item(self, item: Multitrack) -> FittedWaveUNet:
        """Return the network of an item's group if it learned from data of the item's kind, else that for all."""
        own = self.by_group.get(item.group)
        return own if own is not None and own.learned_from_data_as_of(item) else self

    def learned_from_data_as_of(self, item: Multitrack) -> bool:
        """Tell whether an item is recorded, or of one version of the simulator, as what was learned from is."""
        simulated = item.provenance.get("source") == "simulated"
        version = str(item.provenance.get("generator_version") or "")
        return (simulated, version) == (self.facts.simulated, self.facts.generator_version)

    def save(self, folder: Path, *, dtype: Literal["float32", "float16"] = "float32") -> None:
        """Write ``model.safetensors`` and ``card.json`` into an existing folder, and a folder for each group."""
        write_checkpoint(folder, self.network.state_dict(), self.facts, card=self.story, half=dtype == "float16")
        for group, fitted in self.by_group.items():
            place = folder / folder_of(group)
            place.mkdir(exist_ok=True)
            fitted.save(place, dtype=dtype)


def folder_of(group: str) -> str:
    """Return the folder's name of a group's network."""
    return group.replace("/", "__")


def read_networks(folder: Path, *, target_scale: TargetScale, config_for: ConfigFor) -> FittedWaveUNet:
    """Read what :meth:`FittedWaveUNet.save` wrote.

    Parameters
    ----------
    config_for : function from a number of inputs to the :class:`WaveUNetConfig` that the weights must have

    Raises
    ------
    DataError
        If weights are missing, damaged, or of another system, shape or target scale.
    """
    found = _read_network(folder, target_scale=target_scale, config_for=config_for)
    places = sorted(path.parent for path in folder.glob(f"*/{MODEL_FILE}"))
    by_group = {
        place.name.replace("__", "/"): _read_network(place, target_scale=target_scale, config_for=config_for)
        for place in places
    }
    return replace(found, by_group=by_group)


def _read_network(folder: Path, *, target_scale: TargetScale, config_for: ConfigFor) -> FittedWaveUNet:
    path = folder / MODEL_FILE
    weights, facts = read_checkpoint(folder, {"system": SYSTEM, "target_scale": target_scale})
    check_facts(facts, {"config": config_for(len(facts.channel_order)).as_json()}, name=str(path))
    network = WaveUNet(WaveUNetConfig.from_json(facts.config))
    load_weights(network, weights, name=str(path))
    return FittedWaveUNet(network=network, facts=facts, source=str(path), weights_sha256=sha256_file(path))
