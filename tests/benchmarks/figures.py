"""What all benchmarks share: figures with their goals, facts of the machine, a table or JSON of both."""

from __future__ import annotations

import json
import os
import platform
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evalkit.provenance import LIBRARIES, versions

MODELS = ("torch", "scikit-learn", "numba", "numpy", "scipy")


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One number, its unit, and what it should at least or at most be, if there is a goal."""

    name: str
    value: float
    unit: str
    at_least: float | None = None
    at_most: float | None = None

    @property
    def goal(self) -> str:
        """Return the goal as text, empty if there is none."""
        if self.at_least is not None:
            return f">= {self.at_least:g}"
        return "" if self.at_most is None else f"<= {self.at_most:g}"

    @property
    def verdict(self) -> str:
        """Say whether the goal was met in this run."""
        if not self.goal:
            return ""
        low = float("-inf") if self.at_least is None else self.at_least
        high = float("inf") if self.at_most is None else self.at_most
        return "met" if low <= self.value <= high else "missed"


def fastest(work: Callable[[], object], *, runs: int = 5, budget_s: float = 20.0) -> float:
    """Return the processor seconds of the fastest of several runs: what else the machine does counts little.

    Runs end when there are enough of them, or when the clock has spent the budget. Warm the work up before.
    """
    seconds = []
    start = time.perf_counter()
    while len(seconds) < runs and (not seconds or time.perf_counter() - start < budget_s):
        before = time.process_time()
        work()
        seconds.append(time.process_time() - before)
    return min(seconds)


def peak_memory_mib() -> float:
    """Return this process's largest resident memory in MiB.

    On Linux from the process's own memory map: ``getrusage`` counts the parent's, too, across an exec.
    """
    if Path("/proc/self/status").is_file():
        return peak_memory_of_mib("self")
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def peak_memory_of_mib(pid: int | str) -> float:
    """Return another process's largest resident memory in MiB (Linux)."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def processor_seconds_of(pid: int) -> float:
    """Return the processor seconds that another process has used (Linux): other work on the machine counts little."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def machine() -> dict[str, Any]:
    """Return what a figure depends on: processor, cores, and how busy they were with other work."""
    return {
        "platform": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load_average": [round(load, 1) for load in os.getloadavg()],
    }


def show(title: str, figures: Sequence[Figure], *, as_json: bool, notes: Sequence[str] = ()) -> None:
    """Print the figures: one JSON object, or a table for people."""
    facts = machine()
    used = versions((*LIBRARIES, *(name for name in MODELS if name not in LIBRARIES)))
    if as_json:
        listed = {f.name: {"value": f.value, "unit": f.unit, "goal": f.goal} for f in figures}
        print(json.dumps({"figures": listed, "machine": facts, "versions": used}, indent=1, allow_nan=False))
        return
    rows = [(f.name, f"{f.value:.4g}", f.unit, f.goal, f.verdict) for f in figures]
    widths = [max(len(row[place]) for row in rows) for place in range(3)]
    print(title)
    for name, value, unit, goal, verdict in rows:
        told = f"  goal {goal}: {verdict}" if goal else ""
        print(f"  {name:{widths[0]}}  {value:>{widths[1]}}  {unit:{widths[2]}}{told}".rstrip())
    for note in notes:
        print(note)
    print(
        f"{facts['processor']}, {facts['cores']} cores, load {facts['load_average'][0]:.1f}; "
        + ", ".join(f"{name} {number}" for name, number in used.items())
    )


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"
