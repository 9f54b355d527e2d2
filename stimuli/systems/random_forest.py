"""Gains by a random forest, then for wet mixes an automatic compressor and an automatic reverberator.

The forest predicts one gain per microphone and channel from features of the microphones; it learns
from the gains found in people's dry mixes. A wet mix has the same gains, then both effects.

Two modes. ``as_described``: stereo gains, effects as their authors describe them. ``as_published``: what
the published stimuli were measured to hold: one gain per microphone without panning, no
level-dependent gain, and a plate of two seconds about as loud as the dry sound.

In the mode ``as_described`` the option ``reverb`` chooses how long the reverberation lasts, all else of it
being equal: two beats (``as_described``, ours) or the authors' published line from the tempo
(``rule_published``), which hardly leaves its limits. Both mix with the same forest.

The option ``gains`` says what the forest learns: the ``static`` gains that come nearest to each dry mix, as
published as far as the published mixes tell, or what the ``filtered`` microphones of an equalised mix amount
to (filters of 33 taps). On the dry mixes of the simulated preset ``demo``, some of them equalised, the latter
came nearer (distance 0.186 for 0.226, SI-SDR 20.4 dB for 18.2, R2 of test items 0.97 for 0.90). ``static`` is
the default as the published forest's mixes fit static gains, and the README's figures are of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field, model_validator

from evalkit.audio import Audio
from evalkit.config import StrictModel
from evalkit.errors import AudioError, ConfigError, DataError
from evalkit.manifest import Manifest, Multitrack
from evalkit.provenance import versions
from stimuli.systems import Rendering

if TYPE_CHECKING:
    import numpy.typing as npt
    from sklearn.ensemble import RandomForestRegressor

    from stimuli.models.gain_table import GainTable

NAME = "random_forest"
MODEL_FILE = "forest.skops"
LEARNED_TASK = "dry"
TASKS = ("dry", "wet")


class RandomForestOptions(StrictModel):
    """Mode, the wet mixes' reverberation, which gains are learned, and size.

    The published number of trees is not known.
    """

    mode: Literal["as_described", "as_published"] = "as_described"
    reverb: Literal["as_described", "rule_published"] = "as_described"
    gains: Literal["static", "filtered"] = "static"
    trees: int = Field(default=400, ge=10, le=2000)

    @model_validator(mode="after")
    def _reverb_belongs_to_the_mode(self) -> RandomForestOptions:
        if self.mode == "as_published" and self.reverb != "as_described":
            raise ValueError("reverb: the mode as_published has the plate of the published stimuli: leave reverb out")
        return self


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

    def summary(self) -> str:
        """Return what it scores, on items seen and unseen, as a table for people."""
        from stimuli.models.forest_scores import as_table
        from stimuli.models.gain_table import told_residuals

        left_out = self.card["left_out"]
        lines = [as_table(self.card["r2"]), told_residuals(self.card["residual_db"])]
        if left_out["items"]:
            lines.append(
                f"left out, as gains hardly describe their dry mix (residual above "
                f"{left_out['residual_above_db']:g} dB): {', '.join(left_out['items'])}"
            )
        return "\n".join(lines)


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

        Items whose dry mix gains hardly describe (residual above -10 dB) teach nothing and are left
        out, where ``mean_gain`` keeps them; the card names them, and has the residual of every item.

        Parameters
        ----------
        manifest : where the items come from, for the card; its test items are scored, never learned from

        Raises
        ------
        DataError
            If an item has no dry target, as the gains of a wet mix are learned from the dry one, or
            static gains describe none of the dry mixes.
        """
        from stimuli.models.cards import data_facts
        from stimuli.models.forest_scores import as_json, scores
        from stimuli.models.gain_features import FEATURE_NAMES
        from stimuli.models.gain_forest import fit_forest
        from stimuli.models.gain_table import residual_facts
        from stimuli.models.measured_gains import measure_gains
        from stimuli.models.unmixing import DOUBTFUL_RESIDUAL_DB

        _needed(task)
        learned = measure_gains(items, LEARNED_TASK, gains=self.options.gains)
        if learned is None:
            raise DataError(
                f"random_forest: static gains describe the dry mix of none of {len(items)} items "
                f"(residual above {DOUBTFUL_RESIDUAL_DB:g} dB): there is nothing to learn; check that the dry mixes "
                "are mixes of these microphones"
            )
        table = learned.table
        targets = _targets(table, self.options.mode)
        forest = fit_forest(learned.rows, targets, trees=self.options.trees)
        test = None if manifest is None else measure_gains(_scored(manifest), LEARNED_TASK, gains=self.options.gains)
        found = scores(
            forest,
            learned.rows,
            targets,
            table.groups,
            test=None if test is None else (test.rows, _targets(test.table, self.options.mode)),
        )
        card = {
            "system": NAME,
            "task": LEARNED_TASK,
            "mode": self.options.mode,
            "rate_hz": table.rate_hz,
            "channel_order": list(table.roles),
            **data_facts(learned.items, manifest),
            "norm": table.typical_norm,
            "trees": self.options.trees,
            "features": list(FEATURE_NAMES),
            "r2": as_json(found),
            "gains": self.options.gains,
            "residual_db": residual_facts(learned.residuals),
            "left_out": {"residual_above_db": DOUBTFUL_RESIDUAL_DB, "items": list(learned.left_out)},
            "left_out_of_test": [] if test is None else list(test.left_out),
            "versions": versions(("numpy", "scipy", "scikit-learn", "skops")),
        }
        return FittedForest(
            forest=forest,
            mode=self.options.mode,
            roles=table.roles,
            rate_hz=table.rate_hz,
            norm=table.typical_norm,
            card=card,
        )

    def learned_task(self, task: str | None) -> str | None:
        """Return ``dry``: a wet mix has the gains of the dry one, so that both are fitted once."""
        _needed(task)
        return LEARNED_TASK

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
            ("gains", card.get("gains", "static"), self.options.gains),
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
        audio, effects = _with_effects(dry, item, mode=fitted.mode, reverb=self.options.reverb)
        return Rendering(audio=audio, provenance=provenance | effects)


def _targets(table: GainTable, mode: str) -> npt.NDArray[np.float64]:
    """Return what the forest learns, (items, outputs): relative gains by channel, or one a microphone."""
    gains = table.relative
    if mode == "as_published":
        gains = np.linalg.norm(gains, axis=2, keepdims=True)
    return gains.reshape(len(gains), -1)


def _scored(manifest: Manifest) -> list[Multitrack]:
    return [item for item in manifest.of_split("test") if LEARNED_TASK in item.targets]


def _with_effects(dry: Audio, item: Multitrack, *, mode: str, reverb: str) -> tuple[Audio, dict[str, Any]]:
    """Compress and reverberate a dry mix at the item's tempo, and say how."""
    from stimuli.effects import drum_bus
    from stimuli.effects.tempo import estimate_tempo_bpm

    try:
        tempo_bpm = item.tempo_bpm or estimate_tempo_bpm(dry, item.rate_hz)
    except AudioError as error:
        raise AudioError(f"item {item.id}: {error}") from error
    chain = drum_bus.CHAINS["as_published" if mode == "as_published" else reverb]
    wet, facts = chain(dry, item.rate_hz, tempo_bpm=tempo_bpm)
    return wet, {"tempo_bpm": tempo_bpm, "tempo_from": "manifest" if item.tempo_bpm else "tracker", **facts}


def _needed(task: str | None) -> str:
    if task not in TASKS:
        raise ConfigError(f"random_forest: task: found {task!r}, expected dry or wet")
    return task


def _channels(mode: str) -> int:
    return 1 if mode == "as_published" else 2
