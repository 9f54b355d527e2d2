"""A measure against mean ratings: a mark a stimulus, roles by grey, pages joined by nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from analysis.conditions import RatedCondition
from analysis.measurement import Measurement
from analysis.metrics import BOTH, measures
from analysis.numerals import fraction
from analysis.plots.arrangement import arrange
from analysis.plots.lettering import fitted, fitted_apart
from analysis.plots.look import MUTED, TWO_COLUMNS, Columns
from analysis.validity import Stimuli, Validity

PANEL_IN = 2.1
LARGEST = 6  # panels


def draw_validity(
    found: Validity,
    stimuli: Stimuli,
    rows: Sequence[Measurement],
    conditions: Sequence[RatedCondition],
    columns: Columns,
) -> Figure:
    """Draw the measures that agree most inside pages; call it inside :func:`analysis.plots.look.look`.

    Parameters
    ----------
    found : of the same stimuli
    stimuli : as :func:`analysis.validity.rated_stimuli` returns them
    rows : the measurements
    conditions : for the marks and the legend, in the study's order
    columns : the width; half as wide, two panels stand side by side instead of three
    """
    best = sorted((row for row in found.rows if row.within is not None), key=lambda row: -abs(row.within or 0.0))
    chosen = best[:LARGEST]
    across = min(3 if columns is TWO_COLUMNS else 2, max(1, len(chosen)))
    lines = max(1, -(-len(chosen) // across))
    figure = Figure(figsize=(columns.width_in, PANEL_IN * lines + 0.4), layout="constrained")
    axes = figure.subplots(lines, across, squeeze=False, sharey=True).ravel()
    panel_in = (columns.width_in - 0.5) / across
    known = measures()
    places = {place.condition.id: place for place in arrange(conditions)}
    for ax, row in zip(axes, chosen, strict=False):
        measure = known[row.name]
        values = {
            (m.item, m.condition): m.found.value
            for m in rows
            if (m.found.name, m.found.channel) == (row.name, row.channel) and m.found.value is not None
        }
        for key, place in places.items():
            marks = [(values[k], mean) for k, mean in zip(stimuli.keys, stimuli.means, strict=True)
                     if k[1] == key and k in values]  # fmt: skip
            if marks:
                x, y = np.array(marks).T
                ax.plot(x, y, "o", ms=4, mfc=place.face, mec=place.colour, mew=1.0, label=place.condition.label)
        where = "" if row.channel == BOTH else f" {row.channel}"
        name = f"{measure.label}{where}" + (f" ({measure.unit})" if measure.unit else "")
        ax.set_xlabel(fitted(name, panel_in - 0.2, 7, lines=2), fontsize=7)
        ax.set_title(f"ρ in pages {fraction(row.within)}", fontsize=7, color=MUTED)
    for ax in axes[len(chosen) :]:
        ax.axis("off")
    for ax in axes[::across]:
        ax.set_ylabel("Mean rating")
    marks_of = {label: mark for ax in axes for mark, label in zip(*ax.get_legend_handles_labels(), strict=True)}
    shown = [place.condition.label for place in places.values() if place.condition.label in marks_of]
    ncols = 4 if columns is TWO_COLUMNS else 2
    names = fitted_apart(shown, columns.width_in / ncols - 0.45, 6.5, lines=2)
    figure.legend(
        [marks_of[label] for label in shown],
        [names[label] for label in shown],
        loc="outside upper center",
        ncols=ncols,
        fontsize=6.5,
        frameon=False,
    )  # above: the strip below may be taken by a tag
    return figure
