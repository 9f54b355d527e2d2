"""How fast all objective measures are taken, on one core: a mix alone, and with its reference prepared for a page.

CPU time of all threads: what a core of its own would do.

python tests/benchmarks/measures.py [--json]
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import time

import numpy as np

from analysis.metrics import families, measure_mix
from analysis.sound import Sound
from evalkit.audio import Audio
from evalkit.provenance import versions

RATE_HZ, SECONDS, REPEATS = 44_100, 15.0, 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    as_json = parser.parse_args().json
    reference, *mixes = (_mix(seed) for seed in range(REPEATS + 2))
    shared = Sound(reference, RATE_HZ)
    measure_mix(Sound(mixes[0], RATE_HZ), shared)  # prepares the reference, filters and windows
    alone, beside = [], []
    for mix in mixes[1:]:
        alone.append(_speed(lambda mix=mix: measure_mix(Sound(mix, RATE_HZ), Sound(reference, RATE_HZ))))
        beside.append(_speed(lambda mix=mix: measure_mix(Sound(mix, RATE_HZ), shared)))
    figures = {
        "alone": {"value": statistics.median(alone), "unit": "x real time, one core", "goal": ">= 8"},
        "reference_shared": {"value": statistics.median(beside), "unit": "x real time, one core", "goal": ">= 15"},
    }
    if as_json:
        print(json.dumps({"figures": figures, "machine": platform.platform(), "versions": versions()}))
        return
    print(f"All measures of {SECONDS:g} s, {RATE_HZ} Hz, CPU time, median of {REPEATS}")
    for label, figure in figures.items():
        print(f"{label:<20}{figure['value']:8.1f} {figure['unit']} (goal {figure['goal']})")
    print("CPU time of each family, its spectra included where it is the first to ask for them:")
    mix, reference_sound = Sound(mixes[1], RATE_HZ), Sound(reference, RATE_HZ)
    for family, module in families().items():
        speed = _speed(lambda module=module: module.values(mix, reference_sound))
        print(f"  {family:<18}{1000 * SECONDS / speed:8.0f} ms")


def _mix(seed: int) -> Audio:
    rng = np.random.default_rng(seed)
    samples = round(SECONDS * RATE_HZ)
    common = np.random.default_rng(100).standard_normal((samples, 2))
    strokes = np.exp(-8 * (np.arange(samples) % (RATE_HZ // 3)) / RATE_HZ)
    return 0.1 * (common + 0.3 * rng.standard_normal((samples, 2))) * strokes[:, None]


def _speed(work: object) -> float:
    start = time.process_time()
    work()  # type: ignore[operator]
    return SECONDS / (time.process_time() - start)


if __name__ == "__main__":
    main()
