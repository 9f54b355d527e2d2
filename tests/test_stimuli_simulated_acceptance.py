"""Simulated mixes against real ones: ranges of 18 published reference mixes, and bleed of one session.

The ranges are those of the nine dry and nine wet reference mixes that were published with the
drum-mixing study; the stand-in may leave them by no more than the margins below. Tests of sampled
kits need the packages that hold them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from scipy import signal

from evalkit.audio import Audio
from evalkit.loudness import integrated_lufs, true_peak_dbtp
from evalkit.manifest import DRUM_ROLES
from stimuli.datasets.simulated.drummers import DRUMMERS, drummer_on_kit
from stimuli.datasets.simulated.hits import Hit
from stimuli.datasets.simulated.items import Item, make_item
from stimuli.datasets.simulated.kit_choice import RECOMMENDED, SAMPLED_HELD_OUT, assigned_kits
from stimuli.datasets.simulated.presets import Kind, Planned, planned_items
from stimuli.datasets.simulated.recording import record
from stimuli.datasets.simulated.sampled import installed_kits, known_kits
from stimuli.datasets.simulated.version import RATE_HZ

KINDS: tuple[Kind, ...] = ("phrase", "solo", "accompaniment")
EXCERPT_SAMPLES = 15 * RATE_HZ


@dataclass(frozen=True)
class Range:
    """A measured range, and by how much the simulated mixes may leave it."""

    low: float
    high: float
    margin: float = 0.0


RANGES = {
    "crest dB": Range(16.6, 27.4),
    "side/mid dB": Range(-20.2, -10.2, margin=2.0),
    "correlation": Range(0.86, 0.98, margin=0.01),
    "centroid Hz": Range(112, 526),
    "<150 Hz dB": Range(-1.8, -0.1),
    "150-2k dB": Range(-17.0, -5.2),
    "2-8k dB": Range(-26.0, -16.0, margin=2.0),
    ">8k dB": Range(-34.0, -17.0),
}

# what the sampled kits need beside the drummers' unchanged chains, measured on enst318 after the kits' own correction
SAMPLED_MARGINS = {
    "crest dB": 1.0,
    "side/mid dB": 2.0,
    "correlation": 0.03,
    "centroid Hz": 25.0,
    "<150 Hz dB": 1.0,
    "150-2k dB": 1.5,
    "2-8k dB": 2.0,
    ">8k dB": 1.0,
}
SAMPLED_RANGES = {name: replace(limits, margin=SAMPLED_MARGINS[name]) for name, limits in RANGES.items()}


def _db(power: float) -> float:
    return float(10 * np.log10(power))


def statistics(mix: Audio) -> dict[str, float]:
    """Return the statistics of RANGES, measured as in the notes on real mixes (power-weighted centroid)."""
    frequencies, power = signal.welch(mix.T, RATE_HZ, nperseg=8192)
    spectrum = power.sum(axis=0)
    middle, side = mix.sum(axis=1), mix[:, 0] - mix[:, 1]

    def band(low: float, high: float) -> float:
        return _db(spectrum[(frequencies >= low) & (frequencies < high)].sum() / spectrum.sum())

    return {
        "crest dB": _db(np.max(mix**2) / np.mean(mix**2)),
        "side/mid dB": _db(np.sum(side**2) / np.sum(middle**2)),
        "correlation": float(np.corrcoef(mix.T)[0, 1]),
        "centroid Hz": float(np.sum(frequencies * spectrum) / spectrum.sum()),
        "<150 Hz dB": band(0, 150),
        "150-2k dB": band(150, 2000),
        "2-8k dB": band(2000, 8000),
        ">8k dB": band(8000, RATE_HZ),
    }


@pytest.fixture(scope="module")
def mixes() -> dict[tuple[str, str], Audio]:
    """Return dry and wet mixes of nine items of 16 s: every drummer, every kind that is rated."""
    made: dict[tuple[str, str], Audio] = {}
    for drummer in DRUMMERS:
        for kind in KINDS:
            planned = Planned(drummer=drummer, kind=kind, number=1, split="test", seconds=(16.0, 16.0))
            item = make_item(planned, seed=3)
            made |= {(f"{drummer}/{item.name}", task): mix for task, mix in item.mixes.items()}
    return made


def check(mixes: dict[tuple[str, str], Audio], ranges: dict[str, Range], what: str) -> None:
    """Print the statistics of mixes beside the real ones, and hold each mix to them."""
    found = {key: statistics(mix) for key, mix in mixes.items()}
    print(f"\nstatistic     real range        margin  {what}, {len(mixes)} mixes   outside")
    for name, limits in ranges.items():
        values = np.array([row[name] for row in found.values()])
        outside = int(np.sum((values < limits.low) | (values > limits.high)))
        print(
            f"{name:12s} {limits.low:8.2f} {limits.high:8.2f} {limits.margin:6.2f} "
            f"{values.min():8.2f} {values.max():8.2f} {outside:4d}"
        )
    for (item, task), row in found.items():
        for name, limits in ranges.items():
            assert limits.low - limits.margin <= row[name] <= limits.high + limits.margin, f"{item}, {task}: {name}"


def test_simulated_mixes_lie_in_the_ranges_of_real_ones(mixes: dict[tuple[str, str], Audio]) -> None:
    check(mixes, RANGES, "simulated")


def need(kits: tuple[str, ...]) -> None:
    """Skip a test where one of the sampled kits is not installed."""
    absent = [known_kits()[kit] for kit in kits if kit in known_kits() and kit not in installed_kits()]
    if absent:
        pytest.skip("; ".join(f"kit {kit.name} is not installed (package {kit.package})" for kit in absent))


@pytest.fixture(
    scope="module",
    params=[("procedural",), RECOMMENDED, (SAMPLED_HELD_OUT,), ("cc0",)],
    ids=lambda kits: "-".join(kits),
)
def sample(request: pytest.FixtureRequest) -> tuple[tuple[str, ...], dict[str, Item]]:
    """Return twelve items of enst318 of 16 s, every drummer and kind that is rated, and the kits that are played."""
    kits: tuple[str, ...] = request.param
    need(kits)
    assigned = assigned_kits(kits)
    made: dict[str, Item] = {}
    for drummer in DRUMMERS:
        for kind, count in (("phrase", 2), ("solo", 1), ("accompaniment", 1)):
            own = [p for p in planned_items("enst318") if (p.drummer, p.kind) == (drummer, kind)]
            for planned in own[-count:]:
                item = make_item(replace(planned, kit=assigned[drummer], seconds=(16.0, 16.0)), seed=2020)
                made[f"{drummer}/{item.name}"] = item
    return kits, made


@pytest.mark.slow
def test_a_sample_of_enst318_lies_in_the_ranges_of_real_mixes(sample: tuple[tuple[str, ...], dict[str, Item]]) -> None:
    kits, items = sample
    mixes = {(name, task): item.mixes[task] for name, item in items.items() for task in ("dry", "wet")}
    check(mixes, RANGES if kits == ("procedural",) else SAMPLED_RANGES, " ".join(kits))


@pytest.mark.slow
def test_no_microphone_and_no_mix_of_enst318_comes_near_full_scale(
    sample: tuple[tuple[str, ...], dict[str, Item]],
) -> None:
    _, items = sample
    for name, item in items.items():
        for what, audio in {"microphones": item.microphones, **item.mixes}.items():
            assert _db(np.max(audio**2)) < -2.0, f"{name}, {what}"


def test_every_mix_reaches_minus_28_lufs_with_2_db_to_spare(mixes: dict[tuple[str, str], Audio]) -> None:
    for key, mix in mixes.items():
        excerpt = mix[:EXCERPT_SAMPLES]
        assert -28 - integrated_lufs(excerpt, RATE_HZ) + true_peak_dbtp(excerpt) <= -2.0, key


def test_no_mix_comes_near_full_scale(mixes: dict[tuple[str, str], Audio]) -> None:
    assert max(_db(np.max(mix**2)) for mix in mixes.values()) < -3.0


def bleed_db(drummer: str, kit: str, articulation: str) -> dict[str, float]:
    """Return the level at each microphone over 80 ms round a stroke, re the loudest, median of four."""
    need((kit,))
    hits = [Hit(time_s=0.3 + n, articulation=articulation, velocity=0.85) for n in range(4)]
    recorded = record(hits, drummer_on_kit(drummer, kit), samples=5 * RATE_HZ, rng=np.random.default_rng(1))
    spans = [slice(round((hit.time_s - 0.01) * RATE_HZ), round((hit.time_s + 0.07) * RATE_HZ)) for hit in hits]
    levels = np.median([np.mean(recorded[span] ** 2, axis=0) for span in spans], axis=0)
    levels_db = 10 * np.log10(levels + 1e-20) - _db(levels.max())
    return {role: float(levels_db[DRUM_ROLES.index(role)]) for role in DRUMMERS[drummer].roles}


# each drummer on the own kit, on the sampled kit that is recommended, and on both held-out kits
ON_KITS = [
    (drummer, kit)
    for drummer, recommended in zip(DRUMMERS, RECOMMENDED, strict=True)
    for kit in ("procedural", recommended, "procedural_held_out", SAMPLED_HELD_OUT)
]


@pytest.mark.parametrize(("drummer", "kit"), ON_KITS)
def test_each_drum_is_loudest_at_its_own_microphone(drummer: str, kit: str) -> None:
    for role in ("kick", "snare", *DRUMMERS[drummer].toms):
        levels = bleed_db(drummer, kit, role)
        assert max(levels, key=levels.__getitem__) == role


@pytest.mark.parametrize(("drummer", "kit"), ON_KITS)
@pytest.mark.parametrize("articulation", ["kick", "snare"])
def test_tom_microphones_hear_kick_and_snare_15_db_down(drummer: str, kit: str, articulation: str) -> None:
    levels = bleed_db(drummer, kit, articulation)
    assert max(levels[role] for role in levels if role.startswith("tom")) <= -15.0


@pytest.mark.parametrize(("drummer", "kit"), ON_KITS)
def test_the_hi_hat_microphone_hears_the_snare_more_than_the_kick(drummer: str, kit: str) -> None:
    # real session: snare hit -6 dB, kick hit -15 dB at the hi-hat's microphone
    assert bleed_db(drummer, kit, "snare")["hi_hat"] > bleed_db(drummer, kit, "kick")["hi_hat"]
