"""``evalkit check``: verify a study before a listener sees it.

Each package brings ``verify.run(study)``, a list of findings (name, "ok" | "note" | "warning" | "error",
message). They are imported here only when the command runs.
"""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import click

from evalkit.study import read_study

PACKAGES = ("stimuli", "webtest", "analysis")
SIGNS = {"ok": "ok     ", "note": "note   ", "warning": "warning", "error": "ERROR  "}


@click.command()
@click.argument("study", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_context
def check(context: click.Context, study: Path, as_json: bool) -> None:
    """Verify a study's files, loudness, presentation and analysis plan.

    Example: evalkit check my_study
    """
    opened = read_study(study)
    findings = [
        {"package": package, "name": name, "status": status, "message": message}
        for package in PACKAGES
        for name, status, message in importlib.import_module(f"{package}.verify").run(opened)
    ]
    if as_json:
        click.echo(json.dumps({"schema": "evalkit-check/1", "findings": findings}, indent=1))
    else:
        width = max(len(finding["name"]) for finding in findings)
        for finding in findings:
            click.echo(f"{SIGNS[finding['status']]}  {finding['name']:<{width}}  {finding['message']}")
    if any(finding["status"] == "error" for finding in findings):
        context.exit(1)
