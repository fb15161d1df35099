"""Trains one of the two networks: ``python -m training.train parser|signals --out FILE``.

Everything is counted in steps and drawn from fixed seeds; a checkpoint after each epoch lets a stopped run go on (``--resume``).
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import nn

from training.base import Sizes, find_base
from training.batches import Item, collate, make_batches
from training.losses import batch_losses, weighted_sum
from training.model import Network, Shape
from training.restore import restore_signals
from training.tasks import TASKS, Task

WARM_UP, LOWEST, CLIP = 100, 0.02, 2.0
REPORT_EVERY = 50


def main() -> None:
    options = _options()
    torch.manual_seed(options.seed)
    random.seed(options.seed)
    torch.set_num_threads(options.threads)
    task = TASKS[options.task](options)
    network = new_network(task, options)
    train(network, task, options)
    print(json.dumps({"final": task.evaluate(network)}), flush=True)


def new_network(task: Task, options: argparse.Namespace) -> Network:
    """A new network on the base weights or the branch that ``--branch`` names, or the one that ``--start`` names."""
    if options.start is None:
        sizes = find_base().sizes
        if options.layers > sizes.layers:
            raise SystemExit(f"the base has {sizes.layers} layers, --layers asks for {options.layers}")
        network = Network(Shape(layers=options.layers, frozen=options.frozen, quotes=task.quotes, labels=task.labels, encoder=sizes))
        if options.branch is not None:
            network.branch.load_state_dict(load_network(options.branch).branch.state_dict(), strict=False)  # the parser's has no quotes
        return network
    network = restore_signals(options.start, frozen=options.frozen) if options.start.is_dir() else load_network(options.start)
    if network.shape.labels != task.labels:
        raise SystemExit(f"{options.start}: its heads are not those of '{options.task}'; start from a checkpoint of the same task")
    return network


def train(network: Network, task: Task, options: argparse.Namespace) -> None:
    """Runs the schedule to its end, with a checkpoint after every epoch."""
    optimizer = make_optimizer(network, options)
    base_rates = [group["lr"] for group in optimizer.param_groups]
    steps_each = len(list(_epoch(task, 0, options)))
    total = options.epochs * steps_each
    first = _resume(network, optimizer, options)
    started = time.process_time()
    print(json.dumps({"steps": total, "items": {name: len(items) for name, items in task.train.items()}}), flush=True)
    for epoch in range(first, min(options.epochs, options.stop_after or options.epochs)):
        losses: dict[str, float] = defaultdict(float)
        counts: Counter[str] = Counter()
        for number, group in enumerate(_epoch(task, epoch, options)):
            step = epoch * steps_each + number
            factor = min(1.0, (step + 1) / WARM_UP) * max(LOWEST, 1 - step / total)
            for rates, base in zip(optimizer.param_groups, base_rates, strict=True):
                rates["lr"] = base * factor
            for name, value in _step(network, optimizer, group, options).items():
                losses[name] += value
                counts[name] += 1
            if (step + 1) % REPORT_EVERY == 0:
                means = {name: round(losses[name] / counts[name], 3) for name in losses}
                print(f"step {step + 1}/{total} cpu {time.process_time() - started:.0f}s {means}", flush=True)
                losses.clear()
                counts.clear()
        save(network, optimizer, epoch + 1, options)
        if options.watch and (epoch + 1) % options.watch == 0 and epoch + 1 < options.epochs:
            print(json.dumps({"epoch": epoch + 1, "scores": task.evaluate(network, quick=True)}), flush=True)


def _epoch(task: Task, epoch: int, options: argparse.Namespace) -> Iterator[list[Item]]:
    """The batches of one epoch: every set as often as its share says, shuffled together."""
    batches: list[list[Item]] = []
    for number, (name, items) in enumerate(sorted(task.train.items())):
        times = task.repeats.get(name, 1.0)
        for turn in range(int(times)):
            batches += make_batches(items, options.pieces, seed=options.seed + 1000 * epoch + 10 * number + turn)
        if times % 1:
            extra = make_batches(items, options.pieces, seed=options.seed + 1000 * epoch + 10 * number + 9)
            batches += extra[: round(len(extra) * (times % 1))]
    random.Random(options.seed + epoch).shuffle(batches)
    yield from batches


def _step(network: Network, optimizer: torch.optim.Optimizer, group: list[Item], options: argparse.Namespace) -> dict[str, float]:
    network.train()
    network.trunk.eval()
    batch = collate(group)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=not options.float32):
        losses = batch_losses(network, batch)
        loss = weighted_sum(losses)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_([each for each in network.parameters() if each.requires_grad], CLIP)
    optimizer.step()
    optimizer.zero_grad()
    return {name: value.item() for name, value in losses.items()}


def make_optimizer(network: Network, options: argparse.Namespace) -> torch.optim.Optimizer:
    """AdamW with one rate for the encoder's layers and a higher one for the new parts."""
    encoder = list(network.branch.layers.parameters())
    known = {id(each) for each in encoder}
    new = [each for each in network.parameters() if each.requires_grad and id(each) not in known]
    groups = [{"params": encoder, "lr": options.rate}, {"params": new, "lr": options.new_rate}]
    return torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=0.01, fused=True)


def save(network: Network, optimizer: torch.optim.Optimizer, epoch: int, options: argparse.Namespace) -> None:
    """Writes the checkpoint: shape, weights, optimiser and the number of epochs done."""
    state: dict[str, Any] = {"shape": asdict(network.shape), "network": network.state_dict(), "epoch": epoch}
    state["optimizer"] = optimizer.state_dict()
    temporary = Path(f"{options.out}.part")
    torch.save(state, temporary)
    temporary.replace(options.out)


def load_network(path: Path) -> Network:
    """A trained network from its checkpoint, ready to evaluate."""
    state = torch.load(path, weights_only=True)
    shape = state["shape"]
    network = Network(Shape(**{**shape, "encoder": Sizes(**shape["encoder"])}))
    network.load_state_dict(state["network"])
    return network.eval()


def _resume(network: Network, optimizer: torch.optim.Optimizer, options: argparse.Namespace) -> int:
    if not options.resume or not options.out.exists():
        return 0
    state = torch.load(options.out, weights_only=True)
    network.load_state_dict(state["network"])
    optimizer.load_state_dict(state["optimizer"])
    return int(state["epoch"])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", choices=sorted(TASKS))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="weights to go on from: a checkpoint, or a model folder for its signals")
    parser.add_argument("--branch", type=Path, help="checkpoint of as many layers whose branch to begin from, in the base's place")
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--frozen", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument(
        "--stop-after", type=int, default=0, help="epochs after which to stop before the schedule ends; go on with --resume"
    )
    parser.add_argument("--pieces", type=int, default=1500, help="padded word pieces in a batch")
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--new-rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--watch", type=int, default=2, help="epochs between looks at the development sets")
    parser.add_argument("--skip", nargs="*", default=[], help="sets to leave out, for ablations")
    parser.add_argument("--float32", action="store_true", help="no bfloat16, for processors without it")
    parser.add_argument("--resume", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
