"""Commands of the stimuli package that need multitracks: train, mix, build."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import click

from evalkit.errors import ConfigError, DataError
from evalkit.folders import fresh_folder, refuse_taken
from evalkit.manifest import read_manifest
from evalkit.parallel import Workers
from evalkit.seeds import stream
from evalkit.study import read_study
from evalkit.worker_options import workers_options
from stimuli.models.ranks import of_environment
from stimuli.options import (
    FILE,
    FOLDER,
    device_option,
    force_option,
    parse_options,
    rendering_device_option,
)


def _say(text: str) -> None:
    click.echo(text, err=True)


@click.command()
@click.argument("name")
@click.argument("manifest", type=FILE)
@click.option("--task", required=True, help="Target to learn: a key of the items' targets, such as dry or wet.")
@click.option("--preset", metavar="NAME", help="Short for --option preset=NAME, such as paper for wave_u_net.")
@click.option("--group", metavar="NAME", help="Short for --option group=NAME, such as bass for autoencoder.")
@click.option(
    "--as-published",
    is_flag=True,
    help="Short for --option fine_tune_from=last: wave_u_net's authors fine-tune the last network, not the best.",
)
@click.option("--option", "options", multiple=True, metavar="KEY=VALUE", help="Option of the system; repeatable.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0))
@click.option("--out", required=True, type=FOLDER, help="Folder for the trained system.")
@device_option
@force_option
def train(
    name: str,
    manifest: Path,
    task: str,
    preset: str | None,
    group: str | None,
    as_published: bool,
    options: tuple[str, ...],
    seed: int,
    out: Path,
    device: str,
    force: bool,
) -> None:
    """Train a system on the train and validation items of a manifest.

    Stopped half-way, a long training goes on where it was when the same command is given again. Several GPUs
    train a Wave-U-Net together: torchrun --nproc-per-node 4 -m evalkit train wave_u_net ...

    Example: evalkit train random_forest drums/manifest.jsonl --task dry --out trained/forest
    """
    from stimuli.fitting import learned_task
    from stimuli.systems import Summarised, TrainableSystem, load_system

    kind = load_system(name)
    named = {"preset": preset, "group": group, "fine_tune_from": "last" if as_published else None}
    short = [f"{key}={value}" for key, value in named.items() if value is not None]
    system = kind(parse_options(kind.Options, (*short, *options)))
    if not isinstance(system, TrainableSystem) or not system.trainable:
        raise ConfigError(f"the system '{name}' does not learn: there is nothing to train")
    table = read_manifest(manifest)
    learned = learned_task(system, task)
    items = [item for item in table.of_split("train", "validation") if learned in item.targets]
    if not items:
        raise DataError(f"{manifest}: no train or validation item has the target '{learned}'")
    work = out.with_name(f".{out.name}.training")
    rng = stream(seed, "fit", name, task)
    learn = partial(system.fit, items, task, rng=rng, device=device, manifest=table, work=work)
    if not of_environment().first:  # one of several processes of torchrun: the first writes what all have learned
        learn()
        return
    refuse_taken(out, force=force)
    try:
        fitted = learn()
    except KeyboardInterrupt:
        if work.is_dir():
            _say(f"the same command goes on from what was learned so far; to start again, delete {work}")
        raise
    with fresh_folder(out, force=force) as folder:
        fitted.save(folder)
    shutil.rmtree(work, ignore_errors=True)
    click.echo(f"{out}: {name} ({task}), trained on {fitted.card.get('items', len(items))} items")
    if isinstance(fitted, Summarised):
        click.echo(fitted.summary())


@click.command()
@click.argument("manifest", type=FILE)
@click.option("--system", "name", required=True, help="System, such as random_forest.")
@click.option("--task", default=None, help="Target to aim at, such as dry or wet.")
@click.option("--option", "options", multiple=True, metavar="KEY=VALUE", help="Option of the system; repeatable.")
@click.option("--weights", type=FOLDER, help="Folder of a trained system.")
@click.option("--split", default="test", show_default=True, type=click.Choice(["test", "all"]))
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0))
@click.option("--out", required=True, type=FOLDER, help="Folder for the mixes.")
@rendering_device_option
@workers_options
@force_option
def mix(
    manifest: Path,
    name: str,
    task: str | None,
    options: tuple[str, ...],
    weights: Path | None,
    split: str,
    seed: int,
    out: Path,
    device: str,
    workers: Workers,
    force: bool,
) -> None:
    """Mix the items of a manifest by one system: 24-bit WAV files and mixes.json.

    Example: evalkit mix drums/manifest.jsonl --system mean_gain --task wet --out mixes
    """
    from stimuli.fitting import resolve_fitted
    from stimuli.mix import mix_items
    from stimuli.rendering import rendering_device
    from stimuli.systems import load_system

    rendering_device(device, workers)  # what cannot work is said before anything is fitted
    table = read_manifest(workers.visible(manifest))
    kind = load_system(name)
    settings = parse_options(kind.Options, options)
    system = kind(settings)
    items = table.items if split == "all" else table.of_split("test")
    if not items:
        raise DataError(f"{manifest}: holds no test items; --split all mixes every item")
    state = resolve_fitted(
        system, name, task, settings, manifest=table, trained=None, weights=weights, seed=seed, device=device, say=_say
    )
    mix_items(
        workers.visible(out),
        items,
        manifest=table,
        system=system,
        name=name,
        task=task,
        options=settings,
        state=state,
        seed=seed,
        device=device,
        workers=workers,
        force=force,
    )
    click.echo(f"{out}: {len(items)} mixes by {name}")


@click.command()
@click.argument("study", type=click.Path(path_type=Path))
@workers_options
@rendering_device_option
@force_option
def build(study: Path, workers: Workers, device: str, force: bool) -> None:
    """Make a study's session bundle: aligned stimuli, matched in loudness.

    Example: evalkit build my_study --jobs 2
    """
    from stimuli.build import build_session
    from stimuli.plan import make_plan
    from stimuli.rendering import rendering_device

    rendering_device(device, workers)  # what cannot work is said before anything is fitted
    plan = make_plan(read_study(workers.visible(study)), device=device, say=_say)
    session = build_session(plan, workers=workers, force=force, say=_say)
    stimuli = [stimulus for page in session.pages for stimulus in page.stimuli]
    room = plan.study.spec.loudness.ceiling_dbtp - max(stimulus.dbtp for stimulus in stimuli)
    click.echo(
        f"{plan.study.session_folder}: {len(session.pages)} pages, {len(stimuli)} stimuli at "
        f"{min(s.lufs for s in stimuli):.2f} to {max(s.lufs for s in stimuli):.2f} LUFS, "
        f"{room:.1f} dB below the ceiling"
    )
