"""How long an archive of a hundred million reports takes on a cluster whose processors are slow at times and whose nodes are lost.

usage: python -m benchmarks.plan [--reports 100000000] [--seconds S] [--conflict-seconds S] [--json]
A simulation of what the program does: shards in a row, one processor each, a lost node's shards begun again, no state but what is done.
Its numbers come from ``benchmarks.archive`` (processor seconds) and from what is said of clouds below; the seed is fixed. What it prints
is the table of benchmarks/plan.md.
"""

from __future__ import annotations

import argparse
import heapq
import json
import random
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

REPORTS = 100_000_000
MIX_S, CONFLICT_S = 0.084, 0.161  # processor seconds a report, as benchmarks/plan.md has them
SHARD_REPORTS = 500
CORES_PER_NODE = 16
STRAGGLERS, SLOWER = 0.05, 4.0  # of shards; how much longer they take (a neighbour's load, a cold disk)
LOST_PER_NODE_HOUR = 0.05  # of nodes, on spot machines
RESTART_S = 120.0  # until a lost node is replaced
START_S = 10.0  # of a process: the model and the lexicon are loaded
DOLLARS_PER_CORE_HOUR = 0.04


@dataclass(frozen=True)
class Run:
    """What the simulation found. ``overhead``: the time beyond what the same work takes on processors that never fail, perfectly shared."""

    hours: float
    core_hours: float
    dollars: float
    nodes_lost: int
    shards_repeated: int
    overhead: float


def simulate(
    *, reports: int, cores: int, seconds_each: float, lost_per_node_hour: float, stragglers: float = STRAGGLERS, seed: int = 0
) -> Run:
    """One run. lost_per_node_hour: chance that a node is lost within an hour (spot machines: about .05)."""
    chance = random.Random(seed)
    shards = -(-reports // SHARD_REPORTS)
    nodes = max(1, cores // CORES_PER_NODE)
    losses = Losses(chance, nodes, lost_per_node_hour)
    free = [(START_S, core) for core in range(nodes * CORES_PER_NODE)]
    heapq.heapify(free)
    waiting, busy, repeated, end, lost = shards, 0.0, 0, 0.0, 0
    while waiting:
        at, core = heapq.heappop(free)
        takes = SHARD_REPORTS * seconds_each * chance.uniform(0.7, 1.3) * (SLOWER if chance.random() < stragglers else 1.0)
        death = losses.next_after(core // CORES_PER_NODE, at)
        if death < at + takes:  # the shard is begun again somewhere, the processor comes back with its node
            busy += death - at
            repeated += 1
            lost += core % CORES_PER_NODE == 0
            heapq.heappush(free, (death + RESTART_S + START_S, core))
            continue
        busy += takes
        waiting -= 1
        end = max(end, at + takes)
        heapq.heappush(free, (at + takes, core))
    ideal = reports * seconds_each / (nodes * CORES_PER_NODE)
    core_hours = end * nodes * CORES_PER_NODE / 3600
    return Run(
        round(end / 3600, 2), round(core_hours, 1), round(core_hours * DOLLARS_PER_CORE_HOUR, 2), lost, repeated, round(end / ideal - 1, 3)
    )


class Losses:
    """When each node is lost, again and again; found as far ahead as is asked for."""

    def __init__(self, chance: random.Random, nodes: int, per_hour: float) -> None:
        self._chance, self._per_s = chance, per_hour / 3600
        self._moments: list[list[float]] = [[] for _ in range(nodes)]

    def next_after(self, node: int, at: float) -> float:
        if not self._per_s:
            return float("inf")
        moments = self._moments[node]
        while not moments or moments[-1] < at:
            moments.append((moments[-1] if moments else 0.0) + self._chance.expovariate(self._per_s))
        return next(moment for moment in moments if moment >= at)


FAULTS = {"nothing": (0.0, 0.0), "stragglers": (0.0, STRAGGLERS), "stragglers, lost nodes": (LOST_PER_NODE_HOUR, STRAGGLERS)}


def runs(reports: int, mix_s: float, conflict_s: float) -> Iterator[tuple[str, str, Run]]:
    """The cases of the plan: what runs on how many cores, what fails, and what comes of it."""
    for cores in (64, 256):
        for fails, (lost, stragglers) in FAULTS.items():
            run = simulate(reports=reports, cores=cores, seconds_each=mix_s, lost_per_node_hour=lost, stragglers=stragglers)
            yield str(cores), fails, run
    *_, (fails, (lost, stragglers)) = FAULTS.items()
    run = simulate(reports=reports, cores=64, seconds_each=conflict_s, lost_per_node_hour=lost, stragglers=stragglers)
    yield f"64, conflict reports only ({conflict_s} s)", fails, run


def table(found: Iterable[tuple[str, str, Run]]) -> str:
    """The cases as the table of benchmarks/plan.md."""
    lines = ["| cores | what fails | hours | core-hours | $ | nodes lost | shards begun again | beyond ideal |", f"|{'---|' * 8}"]
    for cores, fails, run in found:
        cost = f"{run.hours:.1f} | {run.core_hours:,.0f} | {run.dollars:,.0f}"
        beyond = round(run.overhead, 2) + 0.0  # no minus before nothing
        lines.append(f"| {cores} | {fails} | {cost} | {run.nodes_lost} | {run.shards_repeated} | {beyond:.0%} |")
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=REPORTS)
    parser.add_argument("--seconds", type=float, default=MIX_S, help="processor seconds for a report of the mix, from benchmarks.archive")
    parser.add_argument("--conflict-seconds", type=float, default=CONFLICT_S, help="for a report of conflict")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    found = list(runs(options.reports, options.seconds, options.conflict_seconds))
    if options.json:
        print(json.dumps([{"cores": cores, "fails": fails, **vars(run)} for cores, fails, run in found]))
        return 0
    print(f"{options.reports:,} reports, {options.seconds} processor seconds each, nodes of {CORES_PER_NODE} cores")
    print(table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
