"""Record a performance: strokes to instruments, instruments through the room to microphones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from scipy import fft, signal

from evalkit.audio import Audio
from evalkit.manifest import DRUM_ROLES
from stimuli.datasets.simulated.drummer import Drummer
from stimuli.datasets.simulated.hits import INSTRUMENT_OF, Hit
from stimuli.datasets.simulated.kits import VARIANTS, one_shot
from stimuli.datasets.simulated.room import response_bank
from stimuli.datasets.simulated.synthesis import Signal
from stimuli.datasets.simulated.version import RATE_HZ

_BLOCK = 65_536
_CHOKE_S = 0.02
_UNEVEN_DB = 0.7  # spread of single strokes of one strength
_responses: dict[str, tuple[int, dict[tuple[str, str], np.ndarray]]] = {}


def record(hits: Iterable[Hit], drummer: Drummer, *, samples: int, rng: np.random.Generator) -> Audio:
    """Return what the microphones hear, (samples, 8) in network order; an absent microphone is silent.

    Parameters
    ----------
    hits : strokes in order of time
    drummer : whose kit, room and microphones
    samples : length of the item
    rng : varies strokes, wires and noise
    """
    played = play(hits, drummer, samples=samples, rng=rng)
    microphones = _microphone_signals(played, drummer, samples)
    for column, role in enumerate(DRUM_ROLES):
        if role in drummer.microphones:
            level = 10 ** (drummer.microphones[role].noise_dbfs / 20)
            microphones[:, column] += level * rng.standard_normal(samples)
    return microphones


def play(hits: Iterable[Hit], drummer: Drummer, *, samples: int, rng: np.random.Generator) -> dict[str, Signal]:
    """Return the sound of each instrument that plays, and of the snare wires that rattle along."""
    tracks: dict[str, Signal] = {}
    for hit in hits:
        instrument = INSTRUMENT_OF[hit.articulation]
        track = tracks.setdefault(instrument, np.zeros(samples))
        start = round(hit.time_s * RATE_HZ)
        sound = one_shot(drummer.kit, hit.articulation, hit.velocity, variant=int(rng.integers(VARIANTS)))
        sound = sound * 10 ** (_UNEVEN_DB * float(np.clip(rng.standard_normal(), -2, 2)) / 20)
        if instrument == "hi_hat":
            _choke(track, start)
        end = min(samples, start + sound.size)
        track[start:end] += sound[: end - start]
    _rattle(tracks, drummer, samples, rng)
    return tracks


def _choke(track: Signal, start: int) -> None:
    """Stop what still rings, as the same pair of cymbals is struck again or closed."""
    length = min(round(_CHOKE_S * RATE_HZ), track.size - start)
    track[start : start + length] *= np.linspace(1, 0, length)
    track[start + length :] = 0.0


def _rattle(tracks: dict[str, Signal], drummer: Drummer, samples: int, rng: np.random.Generator) -> None:
    """Let the snare wires answer the kick and the toms."""
    others = [tracks[name] for name in tracks if name in ("kick", *drummer.kit.toms)]
    if not others:
        return
    envelope = np.sqrt(np.maximum(signal.sosfilt(_SLOW, np.square(np.sum(others, axis=0))), 0.0))
    wires = signal.sosfilt(_WIRES, rng.standard_normal(samples))
    snare = tracks.setdefault("snare", np.zeros(samples))
    snare += 10 ** (drummer.rattle_db / 20) * envelope * wires


_SLOW = signal.butter(1, 18, fs=RATE_HZ, output="sos")
_WIRES = signal.butter(2, (900, 5500), "bandpass", fs=RATE_HZ, output="sos")


def _microphone_signals(tracks: Mapping[str, Signal], drummer: Drummer, samples: int) -> Audio:
    """Convolve instruments with their responses, summed at each microphone block by block."""
    taps, responses = _spectra(drummer)
    hop = _BLOCK - taps
    names = sorted(tracks)
    microphones = np.zeros((samples + _BLOCK, len(DRUM_ROLES)), order="F")
    for start in range(0, samples, hop):
        spectra = {}
        for name in names:
            part = tracks[name][start : start + hop]
            if np.any(part):
                spectra[name] = fft.rfft(part, _BLOCK)
        if not spectra:
            continue
        for column, role in enumerate(DRUM_ROLES):
            if role in drummer.microphones:
                total = np.zeros(_BLOCK // 2 + 1, dtype=np.complex128)
                for name, spectrum in spectra.items():
                    total += spectrum * responses[name, role]
                microphones[start : start + _BLOCK, column] += fft.irfft(total, _BLOCK)
    return microphones[:samples]


def _spectra(drummer: Drummer) -> tuple[int, dict[tuple[str, str], np.ndarray]]:
    """Return the length of the drummer's room responses and their spectra; those of the last drummer are kept."""
    if drummer.name not in _responses:
        _responses.clear()
        bank = response_bank(drummer.room, drummer.sources, drummer.microphones, name=drummer.name)
        taps = max(response.size for response in bank.values())
        _responses[drummer.name] = (taps, {pair: fft.rfft(response, _BLOCK) for pair, response in bank.items()})
    return _responses[drummer.name]
