"""Mix microphones to stereo as a drummer's engineer does: dry, wet, or dry with gains and pans alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from evalkit.audio import Audio
from evalkit.manifest import DRUM_ROLES
from stimuli.datasets.simulated.chains import Band, Chain, Compression, Strip, Variation
from stimuli.datasets.simulated.version import RATE_HZ
from stimuli.effects import filters
from stimuli.effects.compressor import compress
from stimuli.effects.panning import constant_power
from stimuli.effects.plate import reverberate


def mix_dry(microphones: Audio, chain: Chain, variation: Variation) -> Audio:
    """Mix with gain, panning and a touch of equalisation; (samples, 8) to (samples, 2)."""
    mix = np.zeros((microphones.shape[0], 2), order="F")
    for role, strip in chain.dry.items():
        channel = _equalised(microphones[:, [DRUM_ROLES.index(role)]], strip.bands)
        _add_panned(mix, channel, strip, strip.fader_db + variation.dry_fader_db[role])
    return mix * 10 ** (chain.dry_gain_db / 20)


def mix_dry_static(microphones: Audio, chain: Chain, variation: Variation) -> Audio:
    """Mix as :func:`mix_dry` without its equalisers: one gain from each microphone to each side.

    What finds gains alone can reach this mix exactly, and the dry mix only roughly.
    """
    plain = {role: replace(strip, bands=()) for role, strip in chain.dry.items()}
    return mix_dry(microphones, replace(chain, dry=plain), variation)


def mix_wet(microphones: Audio, chain: Chain, variation: Variation) -> Audio:
    """Mix with equalisers, compressors, a plate and a bus compressor; (samples, 8) to (samples, 2)."""
    mix = np.zeros((microphones.shape[0], 2), order="F")
    send = np.zeros((microphones.shape[0], 2), order="F")
    for role, strip in chain.wet.items():
        channel = _equalised(microphones[:, [DRUM_ROLES.index(role)]], strip.bands)
        if strip.compression is not None:
            channel = _compressed(channel, strip.compression, variation.threshold_db)
        fader_db = strip.fader_db + variation.wet_fader_db[role]
        _add_panned(mix, channel, strip, fader_db)
        if strip.send_db is not None:
            _add_panned(send, channel, strip, fader_db + strip.send_db + variation.send_db)
    reverb = chain.reverb
    send = filters.apply(filters.high_pass(reverb.low_cut_hz, RATE_HZ), send)
    send = np.mean(send, axis=1, keepdims=True)  # what the plate hears, in half the memory
    mix += reverberate(
        send, RATE_HZ, t60_s=reverb.t60_s, pre_delay_s=reverb.pre_delay_s, high_cut_hz=reverb.high_cut_hz
    )
    mix = _equalised(mix, chain.bus_bands)
    return _compressed(mix, chain.bus, variation.threshold_db) * 10 ** (chain.wet_gain_db / 20)


MIXES: Mapping[str, Callable[[Audio, Chain, Variation], Audio]] = {
    "dry": mix_dry,
    "wet": mix_wet,
    "dry_static": mix_dry_static,
}


def _add_panned(mix: Audio, channel: Audio, strip: Strip, gain_db: float) -> None:
    """Add a channel to a mix, in place: columns apart, as that is twice as fast."""
    for side, gain in enumerate(constant_power(strip.pan)):
        mix[:, side] += gain * 10 ** (gain_db / 20) * channel[:, 0]


def _equalised(audio: Audio, bands: Sequence[Band]) -> Audio:
    return filters.apply(np.concatenate([_section(band) for band in bands]), audio) if bands else audio


def _section(band: Band) -> filters.Sections:
    if band.shape == "bell":
        return filters.peaking(band.frequency_hz, band.gain_db, band.q, RATE_HZ)
    if band.shape == "low_shelf":
        return filters.low_shelf(band.frequency_hz, band.gain_db, RATE_HZ)
    if band.shape == "high_shelf":
        return filters.high_shelf(band.frequency_hz, band.gain_db, RATE_HZ)
    return filters.high_pass(band.frequency_hz, RATE_HZ)


def _compressed(audio: Audio, setting: Compression, shift_db: float) -> Audio:
    return compress(
        audio,
        RATE_HZ,
        threshold_db=setting.threshold_db + shift_db,
        ratio=setting.ratio,
        attack_s=setting.attack_s,
        release_s=setting.release_s,
        knee_db=setting.knee_db,
        makeup_db=setting.makeup_db,
    )
