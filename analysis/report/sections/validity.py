"""How far objective measures of the stimuli go along with the people who heard them."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.dataset import Dataset
from analysis.half_panels import FEWEST_ASSESSORS
from analysis.measurement import Measurement
from analysis.measures_file import FILE_NAME, misfit, read_measures
from analysis.metrics.loudness import INTEGRATED
from analysis.numerals import counted
from analysis.plots.validity import draw_validity
from analysis.report.analysed import Analysed
from analysis.report.blocks import Block, Drawn, Fold, Section, Tabled, Text
from analysis.validity import FEWEST_STIMULI, Validity, rated_stimuli, validity
from analysis.validity_tables import validity_table
from evalkit.seeds import stream

EVERYTHING, TESTED = "all stimuli", "without references and anchors"
LEAD = (
    "Objective measures of the stimuli as they were built (‘evalkit measure’) against their mean ratings. Integrated "
    "loudness is left out: the stimuli were matched in it."
)
WITHOUT = (
    "Almost any distance tells references and anchors from the rest: what a measure is worth among the conditions "
    "under test shows without them."
)
ROBOTS = (
    "Robots rated: they like conditions as they were told to and hear nothing. Agreement with them says nothing about "
    "a measure."
)
CAPTION = (
    "The measures that agree or disagree most inside pages, over all stimuli. A mark is a stimulus, its height the "
    "mean rating; references and anchors are grey. What is identical to its reference has no place on a ratio’s axis."
)


def section(analysed: Analysed) -> Section | None:
    """Return each measure against the ratings.

    Nothing where nothing was measured, no bundle lies beside the ratings, or conditions were ranked, where less
    is better; a caution alone where the measures are not of the bundle or too few stimuli were rated.

    Raises
    ------
    DataError
        If the measures are damaged.
    """
    dataset, session = analysed.dataset, analysed.session
    if dataset.study is None or session is None or dataset.method == "ranking":
        return None
    path = dataset.study.folder / FILE_NAME
    if not path.is_file():
        return None
    rows = read_measures(path)
    why = misfit(rows, session)
    if why is not None:
        text = f"{FILE_NAME} is not of the stimuli that were rated: {why}. ‘evalkit measure’ takes the measures again."
        return _section(Text(text=text, tone="caution"))
    rows = tuple(row for row in rows if row.found.name != INTEGRATED.name)
    tested = [condition.id for condition in dataset.conditions if condition.role == "test"]
    if _rated(dataset, rows, dataset.ids) < FEWEST_STIMULI:
        text = f"Fewer than {FEWEST_STIMULI} stimuli were rated: too few to hold measures against."
        return _section(Text(text=text, tone="caution"))
    whole = _against(dataset, rows, dataset.ids, "all")
    drawn = _drawn(dataset, rows, whole)
    every = Tabled(table=validity_table(whole, name="validity", which=EVERYTHING), shape="long")
    if tested == dataset.ids or _rated(dataset, rows, tested) < FEWEST_STIMULI:
        return _section(Text(text=LEAD), *_cautions(dataset), drawn, every)
    table = validity_table(_against(dataset, rows, tested, "tested"), name="validity_tested", which=TESTED)
    return _section(
        Text(text=f"{LEAD} {WITHOUT}"),
        *_cautions(dataset),
        drawn,
        Tabled(table=table, shape="long"),
        Fold(summary="References and anchors included", blocks=(every,)),
    )


def _section(*blocks: Block) -> Section:
    return Section(name="validity", title="Do measures agree with the ratings?", blocks=blocks)


def _rated(dataset: Dataset, rows: Sequence[Measurement], conditions: Sequence[str]) -> int:
    return len(rated_stimuli(dataset.ratings, _keys(rows, conditions)).keys)


def _against(dataset: Dataset, rows: Sequence[Measurement], conditions: Sequence[str], which: str) -> Validity:
    return validity(rows, dataset.ratings, conditions, rng=stream(dataset.seed, "analysis", "validity", which))


def _drawn(dataset: Dataset, rows: Sequence[Measurement], found: Validity) -> Drawn:
    stimuli = rated_stimuli(dataset.ratings, _keys(rows, dataset.ids))
    return Drawn(
        name="validity",
        title="Measures against mean ratings",
        caption=CAPTION,
        draw=lambda columns: draw_validity(found, stimuli, rows, dataset.conditions, columns),
    )


def _keys(rows: Sequence[Measurement], conditions: Sequence[str]) -> list[tuple[str, str]]:
    return sorted({(row.item, row.condition) for row in rows if row.condition in conditions})


def _cautions(dataset: Dataset) -> list[Text]:
    """Return what limits these figures: who rated, and what."""
    if dataset.is_rehearsal:
        return [Text(text=ROBOTS, tone="caution")]
    few = (
        f" Fewer than {FEWEST_ASSESSORS} assessors cannot be halved: there are no intervals and no ceiling."
        if len(dataset.assessors) < FEWEST_ASSESSORS
        else ""
    )
    return [
        Text(
            text=(
                f"This rests on {counted(len(dataset.items), 'item')} and these systems only; of the two intervals one "
                f"speaks of other assessors, one of other recordings too, none of other systems.{few}"
            ),
            tone="caution",
        )
    ]
