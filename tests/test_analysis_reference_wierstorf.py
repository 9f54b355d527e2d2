"""Wierstorf's coloration ratings, heard twice: his published means and intervals, and the two runs' agreement.

H. Wierstorf, "Perceptual assessment of sound field synthesis", PhD thesis, TU Berlin (2014), figure 5.10.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rated_studies import write_csv
from scipy import stats

from analysis.dataset import Dataset, read_ratings_file
from analysis.describe import describe
from analysis.inference.signed_rank import asymptotic_p, nonzero_differences
from analysis.reliability.summary import reliability_of

pytestmark = pytest.mark.reference

ASSESSORS = {"noise_center": 15, "speech_center": 9}
# The conditions of a block of twelve rows, by their numbers in the table of means: WFS from 14 to 3584
# loudspeakers, stereo, anchor, hidden reference.
ORDER = (10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 11, 0)


def public(*parts: str) -> Path:
    folder = os.environ.get("EVALKIT_REFERENCE")
    if not folder:
        pytest.skip("EVALKIT_REFERENCE names no folder with the public ratings")
    return Path(folder, *parts)


def heard_twice(folder: Path, stimulus: str) -> Dataset:
    """Write the two runs as a long table with two replicates, and read it; the scale is from -1 to 1."""
    table = pd.read_csv(public("data", "wierstorf_testretest.tsv"), sep="\t").query("set == @stimulus")
    rows = [
        {
            "assessor": f"a{place // 12:02}",
            "item": stimulus,
            "condition": f"c{ORDER[place % 12]:02}",
            "replicate": run,
            "score": float(row[f"m{run}"]),
        }
        for place, row in enumerate(table.to_dict(orient="records"))
        for run in (1, 2)
    ]
    return read_ratings_file(write_csv(pd.DataFrame(rows), folder / f"{stimulus}.csv"), scale=(-1, 1))


def published(title: str) -> pd.DataFrame:
    """Read a block of the first part of the published table: number, system, mean, half-width."""
    text = public("ratings", "wierstorf_coloration", "wfs_coloration.txt").read_text(encoding="utf-8")
    block = text.split("off-center")[0].split(f"# {title}\n")[1]
    rows = [line.split() for line in block.splitlines() if line.strip() and not line.startswith("#")]
    found = pd.DataFrame(rows[:12], columns=["number", "system", "mean", "half"])
    return found.astype({"number": int, "mean": float, "half": float}).sort_values("number")


def test_the_published_means_and_intervals_are_those_of_the_description(tmp_path: Path) -> None:
    """The half-widths are two standard errors of the assessors' means; ours are Student's of the same errors."""
    described, expected = describe(heard_twice(tmp_path, "noise_center")), published("noise")
    assert described["n_assessors"].tolist() == [15] * 12
    assert described["assessor_mean"].to_numpy() == pytest.approx(expected["mean"].to_numpy(), abs=1e-9)
    half = (described["assessor_mean_high"] - described["assessor_mean_low"]).to_numpy() / 2
    errors = half / stats.t.ppf(0.975, 14)
    assert 2 * errors == pytest.approx(expected["half"].to_numpy(), abs=1e-9)


@pytest.mark.parametrize("stimulus", ASSESSORS)
def test_lins_coefficient_of_the_two_runs_is_that_of_its_definition(tmp_path: Path, stimulus: str) -> None:
    """Lin (1989), equation 2, from the published columns: moments divide by n."""
    table = pd.read_csv(public("data", "wierstorf_testretest.tsv"), sep="\t").query("set == @stimulus")
    covariance = np.cov(table["m1"], table["m2"], ddof=0)
    expected = 2 * covariance[0, 1] / (np.trace(covariance) + (table["m1"].mean() - table["m2"].mean()) ** 2)
    found = {one.name: one for one in reliability_of(heard_twice(tmp_path, stimulus))}
    assert found["retest_ccc"].value == pytest.approx(expected, rel=1e-9)
    assert (found["retest_ccc"].n, found["retest_ccc"].n_assessors) == (len(table), ASSESSORS[stimulus])
    difference = (table["m2"] - table["m1"]).abs().mean()
    assert found["retest_mean_absolute_difference"].value == pytest.approx(difference, rel=1e-9)


def test_the_two_runs_differ_on_the_same_trials_though_not_as_two_samples() -> None:
    """SOURCE.md: the thesis' unpaired rank sum gives .115, the signed rank of the same trials .0010."""
    table = pd.read_csv(public("ratings", "wierstorf_coloration", "noise_center.csv"))
    assert stats.ranksums(table["m1"], table["m2"]).pvalue == pytest.approx(0.115, abs=5e-4)
    assert asymptotic_p(nonzero_differences(table[["m1", "m2"]].to_numpy()))[0] == pytest.approx(0.0010, abs=5e-5)
