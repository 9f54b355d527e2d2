"""Time of the whole report of a study of the paper's size: 20 assessors, 6 items, 7 conditions.

    python tests/benchmarks/report.py [--json]

Ratings as the tests', with positions and plays beside them and a declared margin, so that no section is left out.
A fresh process writes each report, as ``evalkit report`` does: the time includes start and imports.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

THREADS = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
os.environ.update(THREADS)  # before numpy is imported
sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from conftest import study_yaml  # noqa: E402
from figures import Figure, show  # noqa: E402
from rated_studies import rated_study, write_bundle  # noqa: E402

RUNS = 3
GOAL_S = 15


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        study = paper_sized(Path(folder) / "study")
        times = [one_report(study) for _ in range(RUNS)]
        page = study / "report" / "report.html"
        size, files = page.stat().st_size, len(list(page.parent.iterdir()))
    wall, processor = (min(one[place] for one in times) for place in (0, 1))
    figures = [
        Figure(name="report of a paper-sized study, wall clock", value=wall, unit="s", at_most=GOAL_S),
        Figure(name="the same, processor time", value=processor, unit="s"),
        Figure(name="its page", value=size / 1e6, unit="MB"),
        Figure(name="its files", value=files, unit="files"),
    ]
    notes = [f"20 assessors x 6 items x 7 conditions; one core, the fastest of {RUNS} runs of a fresh process."]
    show("The report", figures, as_json=words.json, notes=notes)


def paper_sized(folder: Path) -> Path:
    """Write a study with ratings and everything that a listener's page records."""
    yaml = study_yaml().replace("analysis:\n", "analysis:\n  margin: 10\n  screening: [agreement, straight_lining]\n")
    write_bundle(rated_study(folder, yaml=yaml))
    path = folder / "export" / "ratings.csv"
    ratings, rng = pd.read_csv(path), np.random.default_rng(2)
    pages = ratings.groupby(["assessor", "item"])
    ratings["slot"] = pages["condition"].transform(lambda some: rng.permutation(len(some)) + 1)
    ratings["page_position"] = pages.ngroup() % ratings["item"].nunique() + 1
    ratings["page_s"] = pages["score"].transform(lambda _: float(rng.uniform(60, 120)))
    ratings["n_plays"] = rng.poisson(3, len(ratings)) + 1
    ratings.to_csv(path, index=False)
    return folder


def one_report(study: Path) -> tuple[float, float]:
    """Write a report in a process of its own; return its wall clock and processor time."""
    before, began = os.times(), time.perf_counter()
    subprocess.run([sys.executable, "-m", "evalkit", "report", str(study)], check=True, capture_output=True)
    after = os.times()
    return time.perf_counter() - began, sum(after[2:4]) - sum(before[2:4])


if __name__ == "__main__":
    main()
