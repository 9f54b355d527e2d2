"""Gains by a random forest, then for wet mixes an automatic compressor and an automatic reverberator.

The forest predicts one gain per microphone and channel from features of the microphones; it learns
from the gains found in people's dry mixes. A wet mix has the same gains, then both effects.

Two modes. ``as_described``: stereo gains, effects as their authors describe them. ``as_published``: what
the published stimuli were measured to hold: one gain per microphone without panning, no
level-dependent gain, and a plate of two seconds about as loud as the dry sound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field

from evalkit.audio import Audio
from evalkit.config import StrictModel
from evalkit.errors import AudioError, ConfigError, DataError
from evalkit.manifest import Manifest, Multitrack
from evalkit.provenance import versions
from stimuli.systems import Rendering

if TYPE_CHECKING:
    from sklearn.ensemble import RandomForestRegressor

NAME = "random_forest"
MODEL_FILE = "forest.skops"
LEARNED_TASK = "dry"
TASKS = ("dry", "wet")


class RandomForestOptions(StrictModel):
    """Mode and size. The published number of trees is not known."""

    mode: Literal["as_described", "as_published"] = "as_described"
    trees: int = Field(default=400, ge=10, le=2000)


@dataclass(frozen=True, kw_only=True, slots=True)
class FittedForest:
    """A forest of relative gains, and the norm that makes its mixes about as loud as those it learned from."""

    forest: RandomForestRegressor
    mode: str
    roles: tuple[str, ...]
    rate_hz: int
    norm: float
    card: Mapping[str, Any]

    def save(self, folder: Path) -> None:
        """Write ``forest.skops`` and ``card.json`` into an existing folder."""
        from stimuli.models.cards import write_card
        from stimuli.models.gain_forest import save_forest

        save_forest(folder / MODEL_FILE, self.forest)
        write_card(folder, self.card, model_file=MODEL_FILE)


class System:
    """Forest gains, dry or with effects."""

    trainable = True
    Options = RandomForestOptions

    def __init__(self, options: RandomForestOptions) -> None:
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
    ) -> FittedForest:
        """Learn gains from the items' dry mixes, whatever the task; ``rng`` is not used.

        Parameters
        ----------
        manifest : where the items come from, for the card

        Raises
        ------
        DataError
            If an item has no dry target: the gains of a wet mix are learned from the dry one.
        """
        from stimuli.models.cards import data_facts
        from stimuli.models.gain_features import FEATURE_NAMES, feature_row
        from stimuli.models.gain_forest import fit_forest, scores, without_gaps
        from stimuli.models.gain_table import table_of
        from stimuli.models.unmixing import static_gains

        _needed(task)
        signature = (self.options, manifest.sha256 if manifest else "", tuple(_files(item) for item in items))
        if (known := _LAST_FIT.get(signature)) is not None:
            return known
        unmixed, measured = [], []
        for item in items:
            inputs = item.load_inputs()
            unmixed.append(static_gains(inputs, item.load_target(LEARNED_TASK)))
            measured.append(feature_row(inputs, item.rate_hz))
        table, rows = table_of(items, unmixed), np.array(measured)
        gains = without_gaps(table)
        if self.options.mode == "as_published":
            gains = np.linalg.norm(gains, axis=2, keepdims=True)
        targets = gains.reshape(len(items), -1)
        forest = fit_forest(rows, targets, trees=self.options.trees)
        card = {
            "system": NAME,
            "task": LEARNED_TASK,
            "mode": self.options.mode,
            "rate_hz": table.rate_hz,
            "channel_order": list(table.roles),
            **data_facts(items, manifest),
            "norm": table.typical_norm,
            "trees": self.options.trees,
            "features": list(FEATURE_NAMES),
            "r2": scores(forest, rows, targets),
            "residual_db": {"median": float(np.median(table.residual_db)), "largest": float(table.residual_db.max())},
            "doubtful_items": table.doubtful,
            "versions": versions(("numpy", "scipy", "scikit-learn", "skops")),
        }
        fitted = FittedForest(
            forest=forest,
            mode=self.options.mode,
            roles=table.roles,
            rate_hz=table.rate_hz,
            norm=table.typical_norm,
            card=card,
        )
        _LAST_FIT.clear()
        _LAST_FIT[signature] = fitted
        return fitted

    def load(self, folder: Path) -> FittedForest:
        """Read a forest that was saved.

        Raises
        ------
        DataError
            If it is missing, damaged, of another system, mode or list of features, or was written by
            another scikit-learn.
        """
        from stimuli.models.cards import read_card
        from stimuli.models.gain_features import FEATURE_NAMES
        from stimuli.models.gain_forest import load_forest

        card = read_card(folder, system=NAME, model_file=MODEL_FILE)
        library = "scikit-learn"
        for what, found, expected in (
            ("mode", card["mode"], self.options.mode),
            ("features", card["features"], list(FEATURE_NAMES)),
            (library, card["versions"].get(library), versions((library,)).get(library)),
        ):
            if found != expected:
                raise DataError(f"{folder}: {what}: found {found}, expected {expected}: fit it again")
        roles = tuple(card["channel_order"])
        forest = load_forest(
            folder / MODEL_FILE,
            features=len(roles) * len(FEATURE_NAMES),
            outputs=len(roles) * _channels(card["mode"]),
        )
        kept = {key: card[key] for key in card if key not in ("schema", "model_file", "model_sha256")}
        return FittedForest(
            forest=forest, mode=card["mode"], roles=roles, rate_hz=card["rate_hz"], norm=card["norm"], card=kept
        )

    def shipped(self, task: str | None) -> Path | None:
        """Return None: nothing ships, as fitting takes seconds."""
        return None

    def render(
        self,
        item: Multitrack,
        task: str | None,
        *,
        fitted: FittedForest,
        rng: np.random.Generator,
        device: str,
    ) -> Rendering:
        """Predict gains and mix; for wet, compress and reverberate.

        Raises
        ------
        AudioError
            If all microphones are silent, or a wet mix needs a tempo and none is given or found.
        DataError
            If it was fitted for other microphones or another rate.
        """
        from stimuli.models.gain_features import feature_row

        wet = _needed(task) == "wet"
        if (item.roles, item.rate_hz) != (fitted.roles, fitted.rate_hz):
            raise DataError(
                f"item {item.id}: {', '.join(item.roles)} at {item.rate_hz} Hz; random_forest was fitted on "
                f"{', '.join(fitted.roles)} at {fitted.rate_hz} Hz: fit it again"
            )
        inputs = item.load_inputs()
        if not inputs.any():
            raise AudioError(f"item {item.id}: all microphones are silent")
        row = feature_row(inputs, item.rate_hz)
        relative = fitted.forest.predict(row[None])[0].reshape(len(item.roles), _channels(fitted.mode))
        gains = fitted.norm * np.broadcast_to(relative, (len(item.roles), 2))
        dry = inputs @ gains
        provenance: dict[str, Any] = {
            "mode": fitted.mode,
            "gains": dict(zip(item.roles, gains.tolist(), strict=True)),
        }
        if not wet:
            return Rendering(audio=dry, provenance=provenance)
        audio, effects = _with_effects(dry, item, mode=fitted.mode)
        return Rendering(audio=audio, provenance=provenance | effects)


_LAST_FIT: dict[Any, FittedForest] = {}  # dry and wet of one study are the same fit: measured once


def _with_effects(dry: Audio, item: Multitrack, *, mode: str) -> tuple[Audio, dict[str, Any]]:
    """Compress and reverberate a dry mix, and say how."""
    from stimuli.effects import automatic_compressor, automatic_reverb
    from stimuli.effects.tempo import estimate_tempo_bpm

    try:
        tempo_bpm = item.tempo_bpm or estimate_tempo_bpm(dry, item.rate_hz)
    except AudioError as error:
        raise AudioError(f"item {item.id}: {error}") from error
    facts: dict[str, Any] = {"tempo_bpm": tempo_bpm, "tempo_from": "manifest" if item.tempo_bpm else "tracker"}
    if mode == "as_published":
        wet, reverb = automatic_reverb.as_published(dry, item.rate_hz, tempo_bpm=tempo_bpm)
        return wet, facts | {"compressor": None, "reverb": asdict(reverb)}
    compressed, compressor = automatic_compressor.as_described(dry, item.rate_hz, tempo_bpm=tempo_bpm)
    # the make-up is for a steady 0 dBFS and lifts passing transients far above it; what is heard is matched later
    output_gain_db = -compressor.makeup_db
    wet, reverb = automatic_reverb.as_described(
        compressed * 10 ** (output_gain_db / 20), item.rate_hz, tempo_bpm=tempo_bpm
    )
    return wet, facts | {
        "compressor": asdict(compressor) | {"output_gain_db": output_gain_db},
        "reverb": asdict(reverb),
    }


def _needed(task: str | None) -> str:
    if task not in TASKS:
        raise ConfigError(f"random_forest: task: found {task!r}, expected dry or wet")
    return task


def _channels(mode: str) -> int:
    return 1 if mode == "as_published" else 2


def _files(item: Multitrack) -> tuple[Any, ...]:
    """Return what tells this item's microphones and dry mix from any other's: names, gains, files and their times."""
    tracks = [
        (role, None if track is None else (_stamp(track.path), track.channel, track.gain_db))
        for role, track in item.inputs.items()
    ]
    target = item.targets.get(LEARNED_TASK)
    return (item.id, item.roles, tuple(tracks), None if target is None else _stamp(target))


def _stamp(path: Path) -> tuple[str, int, int]:
    if not path.is_file():
        raise AudioError(f"{path}: no such audio file")
    status = path.stat()
    return str(path), status.st_mtime_ns, status.st_size
