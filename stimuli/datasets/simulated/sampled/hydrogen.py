"""Read the list of a Hydrogen drum kit: its instruments, and which file sounds at which velocity.

A kit is a folder with ``drumkit.xml`` and sound files. Older kits have no XML namespace, newer
ones nest layers in components: both are read. Gains, envelopes, filters and pan are not:
levels of strokes are set elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree  # nosec B405: see where it is used

from evalkit.errors import DataError

LIST_NAME = "drumkit.xml"


@dataclass(frozen=True, kw_only=True, slots=True)
class HydrogenLayer:
    """One sound file and the velocities from ``low`` to ``high`` (0 to 1) at which it sounds."""

    low: float
    high: float
    path: Path


@dataclass(frozen=True, kw_only=True, slots=True)
class HydrogenInstrument:
    """An instrument and its layers, from soft to hard."""

    name: str
    layers: tuple[HydrogenLayer, ...]


def read_hydrogen(folder: Path) -> tuple[HydrogenInstrument, ...]:
    """Return the instruments of a kit that have a sound, in its order.

    Raises
    ------
    DataError
        If the list is not there, is no XML or no drum kit's, or names a file that is not there.
    """
    path = folder / LIST_NAME
    try:
        root = ElementTree.parse(path).getroot()  # nosec B314: a kit on this disk; expat bounds what entities expand to
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}), expected a Hydrogen drum kit's list") from error
    except ElementTree.ParseError as error:
        raise DataError(f"{path}: no XML ({error}), expected a Hydrogen drum kit's list") from error
    if _tag(root) != "drumkit_info":
        raise DataError(f"{path}: found <{_tag(root)}>, expected <drumkit_info> of a Hydrogen drum kit")
    instruments = (
        HydrogenInstrument(name=_text(element, "name", path), layers=_layers(element, path))
        for element in root.iter()
        if _tag(element) == "instrument"
    )
    return tuple(instrument for instrument in instruments if instrument.layers)


def _layers(instrument: ElementTree.Element, path: Path) -> tuple[HydrogenLayer, ...]:
    layers = []
    for element in instrument.iter():
        if _tag(element) != "layer":
            continue
        sound = path.parent / _text(element, "filename", path)
        if not sound.is_file():
            raise DataError(f"{path}: names {sound.name}, which is not in {path.parent}; is the kit complete?")
        layers.append(HydrogenLayer(low=_number(element, "min", path), high=_number(element, "max", path), path=sound))
    return tuple(sorted(layers, key=lambda layer: layer.low))


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _text(element: ElementTree.Element, name: str, path: Path) -> str:
    found = next((child.text for child in element if _tag(child) == name and child.text), None)
    if found is None:
        raise DataError(f"{path}: a <{_tag(element)}> has no <{name}>")
    return found.strip()


def _number(element: ElementTree.Element, name: str, path: Path) -> float:
    text = _text(element, name, path)
    try:
        return float(text)
    except ValueError as error:
        raise DataError(
            f"{path}: <{name}> of a <{_tag(element)}> is '{text}', expected a number from 0 to 1"
        ) from error
