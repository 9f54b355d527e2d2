"""Comments beside the ratings: how many, by how many, on what. Their words are never printed."""

from __future__ import annotations

import pandas as pd

from analysis.dataset import Dataset
from analysis.export_table import ANSWERS, read_export_table
from analysis.numerals import short
from analysis.tabular import Column, Table

WHOLE = "the whole test"


def comments_of(dataset: Dataset) -> pd.DataFrame | None:
    """Return the comments of those who rated, one a row, with their numbers of words; None without answers.

    Raises
    ------
    DataError
        If the file of answers is damaged.
    """
    answers = read_export_table(dataset.path.parent / ANSWERS, ("assessor", "kind", "value"))
    if answers is None:
        return None
    comments = answers[(answers["kind"] == "comment") & answers["assessor"].isin(dataset.assessors)]
    comments = comments[comments["value"].str.strip() != ""]
    comments = comments.reindex(columns=["assessor", "item", "condition", "value"], fill_value="")
    return comments.assign(words=[len(text.split()) for text in comments["value"]]).drop(columns="value")


def comments_table(comments: pd.DataFrame, dataset: Dataset) -> Table:
    """Tabulate comments by what they are on: the whole test, a page of an item, a condition."""
    on = comments["item"].where(comments["item"] != "", WHOLE)
    named = comments["condition"].map(dataset.labels).fillna("the page")
    rows, data = [], []
    for (item, condition), some in comments.groupby([on, named.where(on != WHOLE, "")], sort=False):
        words = float(some["words"].median())
        rows.append((str(item), str(condition), str(len(some)), str(some["assessor"].nunique()), short(words)))
        data.append({"item": item, "condition": condition, "comments": len(some)})
        data[-1] |= {"assessors": some["assessor"].nunique(), "median_words": words}
    return Table(
        name="comments",
        caption="Comments",
        columns=(
            Column("On", "l"),
            Column("Condition", "l"),
            Column("Comments"),
            Column("Assessors"),
            Column("Words (median)"),
        ),
        rows=tuple(rows),
        data=pd.DataFrame(data),
    )
