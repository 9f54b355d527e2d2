"""The paper check: what the drum-mixing paper prints, and properties that true numbers must have."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.papercheck import all_checks, check_claims, example
from analysis.papercheck.checks.separation import largest_h
from analysis.papercheck.checks.shapiro_wilk import royston_p
from analysis.papercheck.claims import Claims, read_claims
from analysis.papercheck.finding import Finding
from analysis.papercheck.marks import implied
from analysis.papercheck.printed_number import read_printed
from evalkit.cli import main
from evalkit.errors import DataError

HEAD = {"schema": "evalkit-papercheck/1", "title": "t", "source": "s"}
LEGEND = [{"mark": "o", "at_least": 0.05}, {"mark": "*", "below": 0.05}, {"mark": "**", "below": 0.01}]


@pytest.fixture(scope="module")
def drums() -> tuple[Finding, ...]:
    return check_claims(read_claims(example("drum_mixing")))


def checked(**parts: object) -> tuple[Finding, ...]:
    return check_claims(Claims.model_validate({**HEAD, **parts}))


def verdicts(findings: tuple[Finding, ...], *cells: str) -> list[str]:
    return [next(finding for finding in findings if finding.cell == cell).verdict for cell in cells]


def reason(findings: tuple[Finding, ...], cell: str, check: str) -> str:
    return next(finding.reason for finding in findings if (finding.cell, finding.check) == (cell, check))


@pytest.mark.parametrize(
    ("row", "words"),
    [("Hits", "= 108, not 103"), ("Phrase", "= 135"), ("Solo", "= 11"), ("Minus-One", "= 64"), ("Total", "= 318")],
)
def test_the_totals_of_table_2_leave_out_the_test_set(drums: tuple[Finding, ...], row: str, words: str) -> None:
    found = reason(drums, f"{row}, Total", "totals")
    assert words in found
    assert "leaves out Test" in found


def test_the_percentages_of_table_2_are_of_the_true_total(drums: tuple[Finding, ...]) -> None:
    assert verdicts(drums, "Training, per cent", "Validation, per cent", "Test, per cent") == ["consistent"] * 3
    assert "of the printed total 304 it would be 93.42 %" in reason(drums, "Training, per cent", "percentages")


def test_all_rows_of_table_3_fit_120_ratings_and_no_other_number(drums: tuple[Finding, ...]) -> None:
    rows = [finding for finding in drums if finding.check == "shapiro_wilk"]
    assert [finding.verdict for finding in rows] == ["consistent"] * 8
    assert "together fit n = 120;" in rows[-1].reason


def test_the_printed_p_of_kruskal_wallis_needs_484_98_to_484_99(drums: tuple[Finding, ...]) -> None:
    found = reason(drums, "Kruskal-Wallis, p", "omnibus")
    assert "484.980 to 484.994" in found


def test_five_or_seven_degrees_of_freedom_do_not_fit_the_printed_p() -> None:
    test = {"where": "4", "test": "kruskal_wallis", "statistic": "485", "p": "1.44e-101"}
    found = [checked(omnibus=[{**test, "df": df}])[0] for df in (5, 6, 7)]
    assert [finding.verdict for finding in found] == ["impossible", "consistent", "impossible"]
    assert "it would fit df = 6" in found[0].reason


@pytest.mark.parametrize(
    ("statistic", "p", "found"),
    # chi-square of 3 degrees of freedom: P(> 7.815) = .05, P(> 16.27) = .001; 10 assessors allow Q up to 30
    [
        ("7.815", ".050", ["consistent"] * 3),
        ("16.5", "< .001", ["consistent"] * 3),
        ("7.815", "< .001", ["consistent", "impossible", "consistent"]),
        ("31.0", "8.5e-7", ["consistent", "consistent", "impossible"]),
    ],
)
def test_friedmans_statistic_fits_its_p_and_its_assessors(statistic: str, p: str, found: list[str]) -> None:
    test = {"where": "x", "test": "friedman", "statistic": statistic, "df": 3, "p": p}
    cells = checked(design={"assessors": 10, "conditions": 4}, omnibus=[test])
    assert [finding.verdict for finding in cells] == found


def test_what_is_not_told_leaves_a_cell_undecidable() -> None:
    matrix = {"where": "T", "test": "mann_whitney", "correction": "holm", "diagonal": "-", "legend": LEGEND}
    test = {"where": "x", "test": "kruskal_wallis", "statistic": "5.0", "p": ".08"}
    found = checked(matrices=[{**matrix, "rows": {"A": ["-", "o"], "B": ["o", "-"]}}], omnibus=[test])
    assert verdicts(found, "Kruskal-Wallis, p", "A – B") == ["undecidable"] * 2


def test_a_text_that_contradicts_its_table_is_impossible() -> None:
    matrix = {"where": "T", "test": "mann_whitney", "correction": "none", "diagonal": "-", "legend": LEGEND}
    rows = {"A": ["-", "**", "o"], "B": ["**", "-", "*"], "C": ["o", "*", "-"]}
    said = {"where": "text", "text": "t"}
    found = checked(
        design={"ratings_per_condition": 50, "alpha": 0.05},
        matrices=[{**matrix, "rows": rows}],
        statements=[
            {**said, "says": "different", "pairs": [["A", "C"]]},
            {**said, "says": "same", "pairs": [["B", "A"]]},
        ],
    )
    assert [finding.verdict for finding in found if finding.check == "statements"] == ["impossible"] * 2


def test_the_legend_of_table_4_has_a_hole_and_an_unusual_star(drums: tuple[Finding, ...]) -> None:
    hole = next(finding for finding in drums if finding.cell == "legend, gap")
    assert (hole.printed, hole.verdict) == (".010 ≤ p < .050", "undecidable")
    star = reason(drums, "legend, *", "legend")
    assert "by custom it is p < .050" in star
    assert "alpha .001 lies inside" in star
    assert "never used, though *** is" in reason(drums, "legend, **", "legend")


def test_a_usual_legend_is_consistent() -> None:
    legend = [*LEGEND, {"mark": "***", "below": 0.001}]
    matrix = {"where": "T", "test": "mann_whitney", "correction": "holm", "diagonal": "-", "legend": legend}
    found = checked(matrices=[{**matrix, "rows": {"A": ["-", "*"], "B": ["*", "-"]}}])
    assert {finding.verdict for finding in found if finding.check == "legend"} == {"consistent"}


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        ("Reference Dry – Wave-U-Net Dry", "|z| below 3.04: any |delta| below .227"),
        ("Anchor – Random Forest Wet", "|z| 3.49 to 4.58, |delta| .261 to .342"),
        ("Anchor – Reference Wet", "|z| above 4.58, |delta| above .342"),
    ],
)
def test_each_mark_of_table_4_implies_a_range_of_deltas(drums: tuple[Finding, ...], mark: str, words: str) -> None:
    assert words in reason(drums, mark, "star_matrix")


def test_one_star_does_not_tell_significance_at_the_stated_alpha(drums: tuple[Finding, ...]) -> None:
    found = next(f for f in drums if f.check == "statements" and f.cell == "Anchor – Random Forest Wet")
    assert found.verdict == "undecidable"
    assert "|delta| is above .304" in found.reason


def test_not_significant_does_not_make_the_same(drums: tuple[Finding, ...]) -> None:
    same = [finding for finding in drums if finding.where == "Section 5"]
    assert [finding.verdict for finding in same] == ["undecidable"] * 2


def test_shapiro_wilk_does_not_test_homogeneity(drums: tuple[Finding, ...]) -> None:
    found = [finding for finding in drums if "homogeneity" in finding.printed]
    assert [finding.verdict for finding in found] == ["impossible"]


def test_slips_of_the_text_and_ratings_that_nobody_can_see_are_named(drums: tuple[Finding, ...]) -> None:
    found = {finding.printed: finding for finding in drums if finding.cell in ("slip", "unpublished")}
    assert len(found) == 4
    assert {finding.verdict for finding in found.values()} == {"undecidable"}
    assert "probably ITU-R BS.1770-2" in found["“in accordance with ITU-R BS177-2”"].reason
    assert "not public" in found["“Tables 3 and 4”"].reason


def test_pooled_ratings_of_few_assessors_are_named(drums: tuple[Finding, ...]) -> None:
    found = [finding for finding in drums if finding.check == "independence"]
    assert {finding.where for finding in found} == {"Section 4.1", "Table 4"}
    assert "120 ratings a condition come from 20 assessors" in found[0].reason


@pytest.mark.parametrize("n", [3, 4, 7, 11, 12, 30, 120, 900, 5000])
def test_p_of_w_is_what_scipy_computes_from_data(n: int) -> None:
    for seed, shape in ((1, 1.0), (2, 2.0), (3, 0.7)):
        found = stats.shapiro(np.random.default_rng(seed).normal(size=n) ** int(shape * 2 // 1))
        if 1e-15 < found.pvalue < 1:
            assert royston_p(found.statistic, np.array([n]))[0] == pytest.approx(found.pvalue, rel=1e-5, abs=1e-9)


def test_the_implied_delta_is_what_the_test_of_such_samples_gives() -> None:
    first, second = np.arange(60.0), np.arange(60.0) + 14.5
    test = stats.mannwhitneyu(second, first, method="asymptotic")
    reach = implied(float(test.pvalue), 1.0, n=60, n_tests=1, correction="none")
    assert reach.delta_high == pytest.approx(2 * test.statistic / 3600 - 1, rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(18, 70), min_size=2, max_size=40))
def test_the_mean_and_sd_of_real_whole_numbers_are_never_impossible(ages: list[int]) -> None:
    mean, sd = f"{np.mean(ages):.2f}", f"{np.std(ages, ddof=1):.2f}"
    found = checked(means=[{"where": "x", "what": "age", "n": len(ages), "mean": mean, "sd": sd, "minimum": 18}])
    assert [finding.verdict for finding in found] == ["consistent"] * 2


def test_a_mean_that_no_whole_numbers_have_is_impossible() -> None:
    # Brown and Heathers 2017: 5.19 is no mean of 28 whole numbers; 145/28 = 5.18 and 146/28 = 5.21 are
    found = checked(means=[{"where": "x", "what": "age", "n": 28, "mean": "5.19"}])
    assert found[0].verdict == "impossible"
    assert "145 / 28 = 5.179 and 146 / 28 = 5.214" in found[0].reason


def test_a_sum_of_squares_of_the_wrong_parity_is_impossible() -> None:
    # two whole numbers with the mean 3.5 differ by an odd number: SD 0.71, 2.12, 3.54; never 1.41
    found = checked(means=[{"where": "x", "what": "age", "n": 2, "mean": "3.5", "sd": "1.41"}])
    assert [finding.verdict for finding in found] == ["consistent", "impossible"]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(10, 60), st.integers(2, 6))
def test_what_real_ratings_give_is_never_impossible(seed: int, n: int, k: int) -> None:
    values = np.random.default_rng(seed).normal(np.arange(k) * 0.4, 1, (n, k))
    h, p = stats.kruskal(*values.T)
    rows = [stats.shapiro(column) for column in values.T]
    found = checked(
        design={"assessors": n, "items": 1, "conditions": k},
        omnibus=[{"where": "x", "test": "kruskal_wallis", "statistic": f"{h:.2f}", "df": k - 1, "p": f"{p:.2e}"}],
        normality=[
            {"where": "x", "condition": str(i), "w": f"{row.statistic:.4f}", "p": f"{row.pvalue:.3g}"}
            for i, row in enumerate(rows)
        ],
    )
    assert [finding.reason for finding in found if finding.verdict == "impossible"] == []


def test_the_printed_h_is_within_what_the_marks_of_table_4_allow(drums: tuple[Finding, ...]) -> None:
    found = next(finding for finding in drums if finding.check == "separation")
    assert (found.verdict, found.reason) == (
        "consistent",
        "the marks of Table 4 allow an H of at most 670 without ties",
    )


def test_the_largest_h_is_that_of_samples_that_do_not_overlap() -> None:
    samples = np.arange(28.0).reshape(4, 7)
    assert largest_h(1 - np.eye(4), 7) == pytest.approx(stats.kruskal(*samples).statistic, rel=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 12), st.integers(2, 5))
def test_no_h_is_larger_than_its_own_deltas_allow(seed: int, n: int, k: int) -> None:
    values = np.random.default_rng(seed).normal(size=(k, n))
    above = np.sign(values[:, None, :, None] - values[None, :, None, :]).sum(axis=(2, 3)) / n**2
    assert float(stats.kruskal(*values).statistic) <= largest_h(np.abs(above), n) * (1 + 1e-9)


def test_an_h_beyond_the_marks_is_undecidable_as_ties_are_not_known() -> None:
    matrix = {"where": "T", "test": "mann_whitney", "correction": "none", "diagonal": "-", "legend": LEGEND}
    rows = {"A": ["-", "o", "o"], "B": ["o", "-", "o"], "C": ["o", "o", "-"]}
    test = {"where": "x", "test": "kruskal_wallis", "statistic": "50", "p": "1.4e-11"}
    design = {"ratings_per_condition": 40, "conditions": 3}
    found = checked(design=design, matrices=[{**matrix, "rows": rows}], omnibus=[test])
    assert [finding.verdict for finding in found if finding.check == "separation"] == ["undecidable"]


def test_a_mark_out_of_the_tests_reach_is_impossible() -> None:
    matrix = {"where": "T", "test": "mann_whitney", "correction": "bonferroni", "diagonal": "-", "legend": LEGEND}
    rows = {"A": ["-", "**", "o"], "B": ["**", "-", "o"], "C": ["o", "*", "-"]}
    found = checked(design={"ratings_per_condition": 4}, matrices=[{**matrix, "rows": rows}])
    assert verdicts(found, "A – B", "A – C", "B – C") == ["impossible", "consistent", "impossible"]
    assert "smallest attainable" in reason(found, "A – B", "star_matrix")
    assert "o above the diagonal, * below it" in reason(found, "B – C", "star_matrix")


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("0.950", 0.9495, 0.9505),
        ("1.44 × 10^−101", 1.435e-101, 1.445e-101),
        ("< .001", 0, 0.001),
        ("485", 484.5, 485.5),
    ],
)
def test_a_printed_number_stands_for_all_that_rounds_to_it(text: str, low: float, high: float) -> None:
    assert (read_printed(text).low, read_printed(text).high) == (pytest.approx(low), pytest.approx(high))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("schema: evalkit-papercheck/1\ntitle: t\nsource: s\nomnibuss: []\n", ":4: omnibuss: unknown field"),
        ("schema: evalkit-papercheck/1\ntitle: t\nsource: [\n", "not valid YAML"),
        (
            "schema: evalkit-papercheck/1\ntitle: t\nsource: s\nmeans:\n- {where: x, what: a, n: 3, mean: 2.50}\n",
            ":5: means.0.mean: write 2.5 in quotes",
        ),
    ],
)
def test_an_unreadable_file_is_an_error_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "paper.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=words.replace("(", r"\(")):
        read_claims(tmp_path / "paper.yaml")


def test_each_check_has_a_place_of_its_own_a_title_and_a_source() -> None:
    assert len({check.PLACE for check in all_checks()}) == len(all_checks()) == 10
    assert [check.__name__ for check in all_checks() if not (check.TITLE and check.SOURCE)] == []


def test_findings_exit_0_and_are_written_as_json_and_markdown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "findings.md"
    main(["papercheck", "--example", "drum_mixing", "--json", "--out", str(out)])
    data = json.loads(capsys.readouterr().out)
    assert data["counts"]["impossible"] == sum(f["verdict"] == "impossible" for f in data["findings"]) == 7
    assert "| Hits, Total | 103 | **impossible** |" in out.read_text(encoding="utf-8")
    assert "- Shapiro-Wilk tests: Royston 1995" in out.read_text(encoding="utf-8")
    assert [check["name"] for check in data["checks"]][:2] == ["totals", "percentages"]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["nowhere.yaml"], 1, "nowhere.yaml: no such file"),
        (["--example", "drum_mixin"], 1, "did you mean 'drum_mixing'?"),
        ([], 2, "either a FILE or --example"),
    ],
)
def test_wrong_calls_of_papercheck(
    words: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["papercheck", *words])
    assert (stop.value.code, message in capsys.readouterr().err) == (code, True)
