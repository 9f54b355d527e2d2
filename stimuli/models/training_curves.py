"""A picture of a training: both losses over the steps, its stages, its best network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

CURVES_FILE = "curves.png"
TRAINING, VALIDATION = "#8c8c8c", "#0b5394"


def draw_curves(log: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Draw a training's log into a PNG file, which appears whole or not at all.

    Parameters
    ----------
    log : rows of at least one epoch, as :data:`stimuli.models.training_state.LOG_FIELDS` names them
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import NullFormatter

    steps = [row["step"] for row in log]
    best = min(log, key=lambda row: row["validation_loss"])
    figure = Figure(figsize=(7.0, 4.0), dpi=150, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    for name, label, colour in (
        ("training_loss", "training snippets", TRAINING),
        ("validation_loss", "whole validation items", VALIDATION),
    ):
        axes.plot(steps, [row[name] for row in log], color=colour, label=label, marker=".", markersize=4, linewidth=1.2)
    axes.plot(best["step"], best["validation_loss"], "o", color=VALIDATION, fillstyle="none", label="best")
    for before, after in pairwise(log):
        if after["stage"] != before["stage"]:
            axes.axvline(before["step"], color="black", linewidth=0.8, linestyle=":")
            axes.annotate(
                f"learning rate {after['learning_rate']:g}",
                (before["step"], 1.0), xycoords=("data", "axes fraction"), xytext=(3, -3), textcoords="offset points",
                va="top", fontsize="x-small",
            )  # fmt: skip
    axes.set_yscale("log")
    low, high = axes.get_ylim()
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter("{x:g}" if high < 10 * low else NullFormatter())
    axes.set_xlabel("step")
    axes.set_ylabel("loss")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize="small")
    partial = path.with_name(path.name + ".partial")
    figure.savefig(partial, format="png", metadata={"Software": None})
    partial.replace(path)
