"""Sentences for a paper: APA style results, and a methods paragraph made from what was run."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.comparison import Comparison
from analysis.corrections import Correction
from analysis.differences import Difference, Method
from analysis.inference import mixed_model
from analysis.numerals import counted, fixed, fraction, in_words, listed, p_statement
from analysis.resampling import REPLICATES
from analysis.results import TestResult
from analysis.tables import EFFECT_SYMBOLS, statistic_of

REFERENCES = {
    "paper": (
        "M. A. Martínez Ramírez, D. Stoller and D. Moffat, “A deep learning approach to intelligent drum mixing with "
        "the Wave-U-Net”, Journal of the Audio Engineering Society 69(3), 142–151 (2021)."
    ),
    "friedman": (
        "M. Friedman, “The use of ranks to avoid the assumption of normality implicit in the analysis of variance”, "
        "Journal of the American Statistical Association 32, 675–701 (1937)."
    ),
    "signed_rank": ("F. Wilcoxon, “Individual comparisons by ranking methods”, Biometrics Bulletin 1, 80–83 (1945)."),
    "kruskal_wallis": (
        "W. H. Kruskal and W. A. Wallis, “Use of ranks in one-criterion variance analysis”, Journal of the American "
        "Statistical Association 47, 583–621 (1952)."
    ),
    "mann_whitney": (
        "H. B. Mann and D. R. Whitney, “On a test of whether one of two random variables is stochastically larger than "
        "the other”, Annals of Mathematical Statistics 18, 50–60 (1947)."
    ),
    "shapiro_wilk": (
        "S. S. Shapiro and M. B. Wilk, “An analysis of variance test for normality (complete samples)”, Biometrika 52, "
        "591–611 (1965)."
    ),
    "baayen": (
        "R. H. Baayen, D. J. Davidson and D. M. Bates, “Mixed-effects modeling with crossed random effects for "
        "subjects and items”, Journal of Memory and Language 59, 390–412 (2008)."
    ),
    "icc": (
        "K. O. McGraw and S. P. Wong, “Forming inferences about some intraclass correlation coefficients”, "
        "Psychological Methods 1, 30–46 (1996)."
    ),
    "holm": (
        "S. Holm, “A simple sequentially rejective multiple test procedure”, Scandinavian Journal of Statistics 6, "
        "65–70 (1979)."
    ),
    "fdr_bh": (
        "Y. Benjamini and Y. Hochberg, “Controlling the false discovery rate”, Journal of the Royal Statistical "
        "Society B 57, 289–300 (1995)."
    ),
    "cliff": (
        "N. Cliff, “Dominance statistics: ordinal analyses to answer ordinal questions”, Psychological Bulletin 114, "
        "494–509 (1993)."
    ),
    "tost": (
        "D. J. Schuirmann, “A comparison of the two one-sided tests procedure and the power approach for assessing the "
        "equivalence of average bioavailability”, Journal of Pharmacokinetics and Biopharmaceutics 15, 657–680 (1987)."
    ),
    "bs1770": (
        "Recommendation ITU-R BS.1770, “Algorithms to measure audio programme loudness and true-peak audio level”."
    ),
}
CORRECTED: dict[Correction, str] = {
    "holm": "with Holm’s correction {cite[holm]}",
    "bonferroni": "with Bonferroni’s correction",
    "fdr_bh": "with Benjamini and Hochberg’s control of the false discovery rate {cite[fdr_bh]}",
    "none": "without correction for their number",
}
SAMENESS_OF: dict[Method, str] = {
    "matched_means": "of assessors’ means",
    "independent_means": "(Welch’s) of assessors’ means",
    "mixed_model": "of the mixed model’s differences",
}


@dataclass(frozen=True, slots=True)
class Methods:
    """A methods paragraph whose ``[1]`` refer to ``references``, in the order of citation."""

    paragraph: str
    references: tuple[str, ...]


class _Citations:
    """Numbers references in the order in which they are cited."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def __getitem__(self, key: str) -> str:
        if key not in self.keys:
            self.keys.append(key)
        return f"[{self.keys.index(key) + 1}]"


def apa(test: TestResult) -> str:
    """Return an omnibus result, for example ``χ²(6, N = 20) = 97.42, p < .001, W = .81``."""
    if test.p is None:
        return statistic_of(test)
    named = [effect for effect in test.effects if effect.name in EFFECT_SYMBOLS]
    effects = [f"{EFFECT_SYMBOLS[effect.name]} = {fraction(effect.value)}" for effect in named[:1]]
    return ", ".join([statistic_of(test), p_statement(test.p), *effects])


def excluded(comparison: Comparison) -> str:
    """Say how many assessors the declared screening rules excluded, and which rules did."""
    screened = comparison.screened
    if not screened.excluded:
        what = "declared" if comparison.dataset.study is not None else "named"
        return "nobody excluded" if screened.outcomes else f"nobody excluded: no screening rule was {what}"
    rules = [outcome.rule.name for outcome in screened.outcomes if outcome.assessors("exclude")]
    return f"{counted(len(screened.excluded), 'other')} excluded by the declared screening, {listed(rules)}"


def methods(default: Comparison, as_paper: Comparison, differences: list[Difference]) -> Methods:
    """Describe what was rated and which analyses were run, ready to paste."""
    cite = _Citations()
    sentences = [
        *_rated(default),
        *_stimuli(default),
        *_default_analysis(default),
        *_equivalence(default, differences),
        *_beside(default),
        *_sensitivity(default),
        (
            "For comparison with {cite[paper]}, all ratings were also pooled and analysed as if they were independent: "
            "Shapiro–Wilk tests {cite[shapiro_wilk]}, a Kruskal–Wallis test {cite[kruskal_wallis]} and "
            f"Mann–Whitney tests {{cite[mann_whitney]}} of {_pairs(as_paper)} with Bonferroni’s correction."
        ),
    ]
    paragraph = " ".join(sentence.format(cite=cite) for sentence in sentences)
    return Methods(paragraph, tuple(REFERENCES[key] for key in cite.keys))


def _rated(comparison: Comparison) -> list[str]:
    dataset = comparison.dataset
    noun = "robot listener" if dataset.is_rehearsal else "assessor"
    who = in_words(len(dataset.assessors), noun)
    name = dataset.scale_name.replace("{", "{{").replace("}", "}}")  # the sentence is a format
    article = f"the scale ‘{name}’" if name else "a scale"
    ends = f" from {dataset.scale[0]:g} to {dataset.scale[1]:g}" if dataset.scale else ""
    scale = f" on {article}{ends}" if name or ends else ""
    method = f" by the method ‘{dataset.method}’" if dataset.method else ""
    missing = f", {dataset.n_missing} missing" if dataset.n_missing else ", none missing"
    rehearsal = " This was a rehearsal: no person took part." if dataset.is_rehearsal else ""
    return [
        f"{who[0].upper()}{who[1:]} rated {in_words(len(dataset.conditions), 'condition')} of "
        f"{in_words(len(dataset.items), 'item')}{scale}{method} ({counted(dataset.n_ratings, 'rating')}{missing})."
        f"{rehearsal} {excluded(comparison)[0].upper()}{excluded(comparison)[1:]}."
    ]


def _stimuli(comparison: Comparison) -> list[str]:
    study = comparison.dataset.study
    if study is None:
        return []
    target = fixed(study.spec.loudness.target_lufs, 0)
    return [f"Stimuli were matched to an integrated loudness of {target} LUFS {{cite[bs1770]}}."]


def _default_analysis(comparison: Comparison) -> list[str]:
    correction = CORRECTED[comparison.correction]
    if comparison.omnibus.test == "kruskal_wallis":
        return [
            "Each assessor’s ratings were averaged over items, and the conditions, rated by different assessors, "
            "compared by a Kruskal–Wallis test {cite[kruskal_wallis]} and two-sided Mann–Whitney tests "
            f"{{cite[mann_whitney]}} of {_pairs(comparison)} {correction}."
        ]
    if comparison.omnibus.test == mixed_model.NAME:
        return [
            "Not every assessor rated every condition. Conditions were therefore compared by a linear mixed model with "
            "crossed random effects of assessors and items and of their interactions with the condition "
            "{cite[baayen]}, fitted by restricted maximum likelihood, with Satterthwaite’s degrees of freedom: an F "
            f"test, and t tests of {_pairs(comparison)} {correction}."
        ]
    omnibus = "a Friedman test {cite[friedman]} and by " if comparison.omnibus.status != "not_applicable" else ""
    return [
        "Ratings were averaged over items within assessors, and the conditions compared by "
        f"{omnibus}exact two-sided Wilcoxon signed-rank tests {{cite[signed_rank]}} of {_pairs(comparison)} "
        f"{correction}; differences were rounded to nine decimals before ranking.",
        "Effect sizes are mean differences with Student’s 95 % intervals over assessors, and Cliff’s δ {cite[cliff]} "
        f"of all ratings with 95 % BCa intervals from {REPLICATES} resamples of whole assessors.",
    ]


def _equivalence(comparison: Comparison, differences: list[Difference]) -> list[str]:
    margin = comparison.dataset.plan.margin
    if margin is None or not differences:
        return []
    is_declared = comparison.dataset.study is not None
    where = "declared in the study before the data" if is_declared else "named for the analysis"
    return [
        f"Equivalence to the reference was tested by two one-sided t tests {SAMENESS_OF[differences[0].method]} "
        f"{{cite[tost]}} against a margin of ±{margin:g} scale points, {where}, "
        f"{CORRECTED[comparison.correction]} over these pairs."
    ]


def _beside(comparison: Comparison) -> list[str]:
    """Say which other tests of all conditions were run, and how agreement was measured."""
    sentences = []
    if any(test.id == mixed_model.NAME for test in comparison.omnibus_tests[1:]):
        sentences.append(
            "Beside it, a linear mixed model with crossed random effects of assessors and items and of their "
            "interactions with the condition {cite[baayen]}, fitted by restricted maximum likelihood with "
            "Satterthwaite’s degrees of freedom, takes the items, too, as a sample."
        )
    return [*sentences, "Agreement of the assessors is given as ICC {cite[icc]}, Kendall’s W and Krippendorff’s α."]


def _sensitivity(comparison: Comparison) -> list[str]:
    """Say with which other choices the analysis was repeated."""
    kinds = dict.fromkeys(alternative.kind for alternative in comparison.sensitivity)
    words: dict[str, str] = {
        "unit": "other units",
        "method": "other methods",
        "correction": "other corrections",
        "assessor": "each assessor left out in turn",
        "item": "each item left out in turn",
    }
    named = [words[kind] for kind in words if kind in kinds]
    if not named:
        return []
    screening = ", and with and without screening" if "screening" in kinds else ""
    return [f"The analysis was repeated with {listed(named)}{screening}."]


def _pairs(comparison: Comparison) -> str:
    sizes: dict[str | None, int] = {}
    for test in comparison.pairs:
        sizes[test.family] = sizes.get(test.family, 0) + 1
    if list(sizes) == ["all pairs"]:
        (n,) = sizes.values()
        return "the one pair" if n == 1 else f"all {n} pairs"
    return " and ".join(f"{counted(n, 'pair')} ({family})" for family, n in sizes.items())
