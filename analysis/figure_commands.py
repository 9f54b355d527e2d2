"""The command figures: pictures of an item's sounds, and a page to look at them and listen."""

from __future__ import annotations

from pathlib import Path

import click

from evalkit.folders import fresh_folder

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.argument("study", type=FOLDER)
@click.option("--item", required=True, help="Which item's sounds.")
@click.option("--out", type=FOLDER, help="Folder of the pictures; STUDY/figures/ITEM without it.")
@click.option("--force", is_flag=True, help="Replace what is in the folder.")
def figures(study: Path, item: str, out: Path | None, force: bool) -> None:
    """Draw waveforms and spectrograms of all systems for an item, and its strongest onset.

    Writes PNG, SVG, PDF and a page with players that works from disk. All of it names the systems: it is for the
    researcher, never for listeners.

    Example: evalkit figures my_study --item song_1
    """
    from analysis.figures import PAGE, page_of, write_figures
    from evalkit.study import read_study

    read = read_study(study)
    page_of(read, item)
    target = out or read.folder / "figures" / item.replace("/", "__")
    with fresh_folder(target, force=force) as folder:
        write_figures(read, item, folder, shown_from=target)
    click.echo(f"{target / PAGE}: names the systems, not for listeners")
