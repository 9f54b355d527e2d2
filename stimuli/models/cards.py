"""Cards of learned gains: ``card.json`` beside the model file says what it is and what it was fitted on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evalkit.errors import DataError
from evalkit.manifest import Manifest, Multitrack
from evalkit.provenance import sha256_file, sha256_json

SCHEMA = "evalkit-card/1"
CARD_FILE = "card.json"


def data_facts(items: Sequence[Multitrack], manifest: Manifest | None = None) -> dict[str, Any]:
    """Say what was fitted on: how many items, which, of which data, and whether it is simulated.

    Parameters
    ----------
    items : what was fitted on
    manifest : where they come from; without it, only what the items' own provenance tells is known
    """
    sources = {str(item.provenance.get("source", "")) for item in items}
    generators = {str(item.provenance.get("generator_version", "")) for item in items}
    return {
        "items": len(items),
        "train_ids_sha256": sha256_json([item.id for item in items]),
        "data_name": manifest.name if manifest else sources.pop() if len(sources) == 1 else "",
        "data_sha256": manifest.sha256 if manifest else "",
        "generator_version": generators.pop() if len(generators) == 1 else "",
        "simulated": manifest.simulated
        if manifest
        else all(item.provenance.get("source") == "simulated" for item in items),
        "licence": manifest.licence if manifest else "",
    }


def write_card(folder: Path, card: Mapping[str, Any], *, model_file: str) -> None:
    """Write the card of a model file that is in the folder already."""
    whole = {"schema": SCHEMA, **card, "model_file": model_file, "model_sha256": sha256_file(folder / model_file)}
    text = json.dumps(whole, indent=1, allow_nan=False, ensure_ascii=False)
    (folder / CARD_FILE).write_text(text + "\n", encoding="utf-8")


def read_card(folder: Path, *, system: str, model_file: str) -> dict[str, Any]:
    """Read a card as it was given to be written.

    Checks that it is of this system and that the model file is the one it describes.

    Raises
    ------
    DataError
        If a file is missing or damaged, or belongs to another system.
    """
    path, model = folder / CARD_FILE, folder / model_file
    for needed in (path, model):
        if not needed.is_file():
            raise DataError(f"{needed}: missing: {folder} holds no {system} that was fitted")
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise DataError(f"{path}:{error.lineno}: not JSON: {error.msg}") from error
    found = card.get("system") if isinstance(card, dict) and card.get("schema") == SCHEMA else None
    if found != system:
        raise DataError(f"{path}: system: found {found!r}, expected {system!r}: point to the folder of a {system}")
    if card.get("model_sha256") != sha256_file(model):
        raise DataError(f"{model}: not the file that {path.name} describes: it is damaged; fit again")
    return {key: value for key, value in card.items() if key not in ("schema", "model_file", "model_sha256")}
