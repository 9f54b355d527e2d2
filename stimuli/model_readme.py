"""Write a model card for people from ``card.json``: what, on what, how, how good, under which licence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

README = "README.md"
TARGET_TASK = "wet"


def write_readme(folder: Path) -> Path:
    """Write ``README.md`` beside a card; return its path."""
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    path = folder / README
    path.write_text(_text(card), encoding="utf-8")
    return path


def _text(card: Mapping[str, Any]) -> str:
    config, plan, scores = card["config"], card["training"], card["scores"]
    steps = plan["steps_per_epoch"]
    stages = ", then ".join(
        f"{rate:g} for up to {epochs * steps} steps"
        for rate, epochs in zip(plan["learning_rates"], plan["max_epochs"], strict=True)
    )
    systems = [name for name in scores if isinstance(scores[name], dict) and "distance" in scores[name]]
    measures = list(scores[systems[0]])
    lines = [
        f"# {card['system']}, {card['task']} mix",
        "",
        f"Wave-U-Nets with {config['levels']} levels and {config['initial_filters']} initial filters that mix "
        f"{config['inputs']} drum microphones to stereo at {card['rate_hz']} Hz: one for all drummers, and one for "
        f"each of {', '.join(card['groups'])} (in folders of that name), which mixes that drummer's items. The paper "
        "has one network for all. Small: for the demo and for tests. They learned from simulated drums only; train "
        "your own for recordings.",
        "",
        "| | |",
        "|---|---|",
        f"| Licence | {card['licence']} |",
        f"| Microphones, in order | {', '.join(card['channel_order'])} |",
        f"| Data | {card['data_name']}; {len(card['training_items'])} training and "
        f"{len(card['validation_items'])} validation items |",
        f"| Generator version | {card['generator_version']} |",
        f"| Data hash | manifest {card['data_sha256']}; each item's hash stands in `card.json` |",
        f"| Loss | {plan['loss']} |",
        f"| Adam | batch {plan['batch']}, snippets of {plan['snippet_samples']} samples, learning rate {stages} |",
        f"| Start | {plan['start']} |",
        f"| Target scale | {card['target_scale']} |",
        f"| Steps | {card['steps']} (the best on validation) of {card['steps_taken']} taken; "
        "the paper's networks: 460,000 dry, 1,108,000 wet, batch 16 |",
        f"| Arithmetic | {card['precision']} training, stored as {card['stored_as']}, float32 rendering |",
        f"| Hardware | {card['hardware']}, {card['seconds'] / 60:.0f} min |",
        f"| Largest true peak at -28 LUFS | {card['largest_dbtp_at_-28_lufs']} dBTP |",
        "",
        "## Held-out scores",
        "",
        f"Means over {scores['items']} test items of the demo preset, of other seeds than the training data. "
        "`wave_u_net` is what the options of the weights give: the drummer's own network; "
        "`wave_u_net_one_for_all` is the other one alone. "
        "Distance: multi-resolution STFT distance to the human mix after matching energy, lower is better; "
        "ratios in dB, higher is better. The other systems were fitted on the same training items.",
        "",
        "| | " + " | ".join(systems) + " |",
        "|---|" + "---|" * len(systems),
        *(f"| {measure} | " + " | ".join(f"{scores[s][measure]:.3f}" for s in systems) + " |" for measure in measures),
        "",
    ]
    lines += _comparison(card)
    lines += [
        "",
        "## Validation loss of the network for all",
        "",
        "| step | learning rate | training | validation |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {row['step']} | {row['learning_rate']:g} | {row['training_loss']:.4f} | {row['validation_loss']:.4f} |"
        for row in card["curve"]
    ]
    return "\n".join(lines) + "\n"


def _comparison(card: Mapping[str, Any]) -> list[str]:
    """Say how our networks differ from the other systems, and whether they reach the target."""
    scores, tested = card["scores"], card["test_items"]
    gaps, rival = scores["differences"], scores["target"]["than"]
    seeds = {item["seed"] for item in tested}
    lines = [
        f"Paired differences over items from `{rival}`, with 95 % bootstrap intervals (nearer: distance below 0, "
        f"ratios above 0). The {len(tested)} items come from {len(seeds)} seeds, all of the "
        f"{len(card['groups'])} drummers of the training: the intervals take them for independent of each other, and "
        "say nothing of other drummers.",
        "",
        "| | " + " | ".join(gaps) + " |",
        "|---|" + "---|" * len(gaps),
    ]
    for measure in gaps[next(iter(gaps))][rival]:
        cells = " | ".join(_interval(gaps[ours][rival][measure]) for ours in gaps)
        lines.append(f"| {measure} | {cells} |")
    lines += ["", *_verdict(card), ""]
    for ours, others in gaps.items():
        told = ", ".join(
            f"{_interval(gap['distance'])} from `{other}`" for other, gap in others.items() if other != rival
        )
        lines.append(f"Distance of `{ours}` minus that of the others: {told}.  ")
    return lines


def _verdict(card: Mapping[str, Any]) -> list[str]:
    """Say of each network whether it reaches the target, and where it does not."""
    scores, plan = card["scores"], card["training"]
    target = scores["target"]
    rival = target["than"]
    whose = "" if card["task"] == TARGET_TASK else f" (set for {TARGET_TASK} mixes)"
    lines = [
        f"Target reached? Nearer than `{rival}` in distance and in every band above 1 kHz, with intervals clear of "
        f"zero{whose}:",
        "",
    ]
    for ours, gaps in scores["differences"].items():
        missed = ", ".join(f"{name} {_interval(gaps[rival][name])}" for name in target[ours]["missed"])
        lines.append(f"- `{ours}`: " + (f"**no**, not in {missed}" if missed else "**yes**"))
    tried = f"the start {plan['start']}, the loss {plan['loss']}, a network for each drummer, the steps above"
    return [*lines, "", f"Tried towards it: {tried}."]


def _interval(gap: Mapping[str, float]) -> str:
    return f"{gap['mean']:+.3f} [{gap['low']:+.3f}, {gap['high']:+.3f}]"
