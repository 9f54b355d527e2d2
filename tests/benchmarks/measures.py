"""How fast all objective measures are taken, on one core: a mix alone, and with its reference prepared for a page.

Processor time of all threads: what a core of its own would do.

python tests/benchmarks/measures.py [--json]
"""

from __future__ import annotations

import argparse

import numpy as np
from figures import Figure, fastest, show

from analysis.metrics import families, measure_mix
from analysis.sound import Sound
from evalkit.audio import Audio

RATE_HZ, SECONDS = 44_100, 15.0
UNIT = "x real time, one core"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    as_json = parser.parse_args().json
    reference, mix = _mix(0), _mix(1)
    shared = Sound(reference, RATE_HZ)
    measure_mix(Sound(mix, RATE_HZ), shared)  # prepares the reference, filters and windows
    alone_s = fastest(lambda: measure_mix(Sound(mix, RATE_HZ), Sound(reference, RATE_HZ)))
    shared_s = fastest(lambda: measure_mix(Sound(mix, RATE_HZ), shared))
    figures = [
        Figure(name="alone", value=SECONDS / alone_s, unit=UNIT, at_least=8),
        Figure(name="reference_shared", value=SECONDS / shared_s, unit=UNIT, at_least=15),
    ]
    for family, module in families().items():
        taken_s = fastest(lambda module=module: module.values(Sound(mix, RATE_HZ), shared))
        figures.append(Figure(name=family, value=1000 * taken_s, unit="ms, its spectra included"))
    show(f"All measures of {SECONDS:g} s at {RATE_HZ} Hz, processor time", figures, as_json=as_json)


def _mix(seed: int) -> Audio:
    rng = np.random.default_rng(seed)
    samples = round(SECONDS * RATE_HZ)
    common = np.random.default_rng(100).standard_normal((samples, 2))
    strokes = np.exp(-8 * (np.arange(samples) % (RATE_HZ // 3)) / RATE_HZ)
    return 0.1 * (common + 0.3 * rng.standard_normal((samples, 2))) * strokes[:, None]


if __name__ == "__main__":
    main()
