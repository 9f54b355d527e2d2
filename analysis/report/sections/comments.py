"""What people wrote, counted: the texts themselves may name somebody and stay in the export."""

from __future__ import annotations

from analysis.comments import comments_of, comments_table
from analysis.report.analysed import Analysed
from analysis.report.blocks import Section, Tabled, Text

LEAD = (
    "Comments are counted, not printed: free text may name a person. They stand word for word in answers.csv beside "
    "the ratings, to be read before the results are interpreted."
)


def section(analysed: Analysed) -> Section | None:
    """Return how many comments there are on what."""
    comments = comments_of(analysed.dataset)
    if comments is None or comments.empty:
        return None
    table = Tabled(table=comments_table(comments, analysed.dataset))
    return Section(name="comments", title="Comments", blocks=(Text(text=LEAD), table))
