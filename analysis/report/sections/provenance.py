"""Where every number comes from."""

from __future__ import annotations

from analysis.comparison import LIBRARIES
from analysis.learned import learned_from, session_notes
from analysis.report.analysed import Analysed
from analysis.report.blocks import Facts, Section
from evalkit.provenance import record


def section(analysed: Analysed) -> Section:
    """Return the command, the hashes of what was read, what systems learned from, the seed and the versions."""
    dataset, session = analysed.everybody, analysed.session
    about = record(LIBRARIES)
    facts = [
        ("Command", " ".join(about["command"])),
        ("Made at", about["created_at"]),
        ("Ratings", f"{dataset.name}, source: {dataset.source}"),
        ("SHA-256", dataset.sha256),
    ]
    if dataset.study is not None:
        facts.append(("Study hash", dataset.study.study_sha256))
    if session is not None:
        changed = dataset.study is not None and session.build_sha256 != dataset.study.build_sha256
        facts.append(("Bundle hash", session.build_sha256))
        facts += [(f"Learned: {condition}", words) for condition, words in learned_from(session).items()]
        facts += [("Warning", note) for note in session_notes(session)]
        if changed:
            facts.append(("Warning", "study.yaml was changed in what is built after the bundle was built"))
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    facts += [("Seed", str(dataset.seed)), ("Platform", about["platform"]), ("Versions", versions)]
    code = ("Command", "SHA-256", "Study hash", "Bundle hash")
    return Section(name="provenance", title="Provenance", blocks=(Facts(facts=tuple(facts), columns=1, code=code),))
