"""Commands around a test: power, to plan the next one, and papercheck, to check printed results."""

from __future__ import annotations

from pathlib import Path

import click

from evalkit.errors import DataError

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("file", required=False, type=FILE)
@click.option("--example", metavar="NAME", help="A paper that ships with evalkit: drum_mixing.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option("--out", type=FILE, help="Also write the findings here, as Markdown.")
@click.option("--force", is_flag=True, help="Replace the Markdown file.")
def papercheck(file: Path | None, example: str | None, as_json: bool, out: Path | None, force: bool) -> None:
    """Check whether the numbers that a paper prints fit each other; no data are needed.

    FILE is YAML (schema evalkit-papercheck/1; analysis/papers/drum_mixing.yaml shows every part): design,
    sums, tables of counts, means and SDs, Shapiro-Wilk W and p, H or Q with df and p, star matrices with
    their legend, and what the text concludes. Each cell is consistent, impossible or undecidable, and why.

    Example: evalkit papercheck --example drum_mixing --out findings.md
    """
    from analysis.papercheck import check_claims
    from analysis.papercheck import example as example_file
    from analysis.papercheck.claims import read_claims
    from analysis.papercheck.text import as_json as json_text
    from analysis.papercheck.text import as_markdown, as_text

    if (file is None) == (example is None):
        raise click.UsageError("expected either a FILE or --example NAME")
    if out is not None and out.exists() and not force:
        raise DataError(f"{out}: exists; choose another name, or replace it with --force")
    claims = read_claims(file if file is not None else example_file(example or ""))
    findings = check_claims(claims)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(as_markdown(claims, findings), encoding="utf-8")
    click.echo(json_text(claims, findings) if as_json else as_text(claims, findings), nl=False)
