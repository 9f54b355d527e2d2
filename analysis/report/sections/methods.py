"""Words for a paper, made from what was run."""

from __future__ import annotations

from analysis.report.analysed import Analysed
from analysis.report.blocks import Points, Section, Text
from analysis.sentences import sentences
from analysis.text import methods


def section(analysed: Analysed) -> Section:
    """Return a methods paragraph with references, and the results as sentences in APA style."""
    made = methods(analysed.default, analysed.as_paper, analysed.default.to_reference)
    return Section(
        name="methods",
        title="Methods and results, ready to paste",
        blocks=(
            Text(text=made.paragraph, tone="paste"),
            Points(texts=tuple(sentences(analysed.default, analysed.coefficients))),
            Points(texts=made.references, numbered=True),
        ),
    )
