"""A dry drum mix through the automatic compressor and the automatic reverberator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from evalkit.audio import Audio
from stimuli.effects import automatic_compressor, automatic_reverb

Chain = Callable[..., tuple[Audio, dict[str, Any]]]


def as_described(dry: Audio, rate_hz: int, *, tempo_bpm: float) -> tuple[Audio, dict[str, Any]]:
    """Compress and reverberate as the effects' authors describe; the settings stand beside the audio."""
    return _compressed(dry, rate_hz, automatic_reverb.as_described, tempo_bpm)


def rule_published(dry: Audio, rate_hz: int, *, tempo_bpm: float) -> tuple[Audio, dict[str, Any]]:
    """Do as :func:`as_described`, with the reverberation time of the published line."""
    return _compressed(dry, rate_hz, automatic_reverb.rule_published, tempo_bpm)


def as_published(dry: Audio, rate_hz: int, *, tempo_bpm: float) -> tuple[Audio, dict[str, Any]]:
    """Reverberate as the published stimuli, in which no level-dependent gain was found."""
    wet, reverb = automatic_reverb.as_published(dry, rate_hz, tempo_bpm=tempo_bpm)
    return wet, {"compressor": None, "reverb": asdict(reverb)}


CHAINS: dict[str, Chain] = {
    "as_described": as_described,
    "rule_published": rule_published,
    "as_published": as_published,
}


def _compressed(
    dry: Audio, rate_hz: int, reverberate: Callable[..., Any], tempo_bpm: float
) -> tuple[Audio, dict[str, Any]]:
    compressed, compressor = automatic_compressor.as_described(dry, rate_hz, tempo_bpm=tempo_bpm)
    # the make-up is for a steady 0 dBFS and lifts passing transients far above it; what is heard is matched later
    output_gain_db = -compressor.makeup_db
    wet, reverb = reverberate(compressed * 10 ** (output_gain_db / 20), rate_hz, tempo_bpm=tempo_bpm)
    return wet, {
        "compressor": asdict(compressor) | {"output_gain_db": output_gain_db},
        "reverb": asdict(reverb),
    }
