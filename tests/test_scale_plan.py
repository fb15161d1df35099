"""The plan for very large archives rests on a simulation; it rests on this."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.plan import CONFLICT_S, MIX_S, REPORTS, SHARD_REPORTS, runs, simulate, table

PLAN = Path(__file__).resolve().parent.parent / "benchmarks/plan.md"


def test_without_failures_the_work_is_shared_perfectly() -> None:
    run = simulate(reports=SHARD_REPORTS * 16 * 200, cores=16, seconds_each=0.1, lost_per_node_hour=0.0, stragglers=0.0)
    assert run.overhead == pytest.approx(0.0, abs=0.03)
    assert run.hours == pytest.approx(200 * SHARD_REPORTS * 0.1 / 3600, rel=0.03)
    assert (run.nodes_lost, run.shards_repeated) == (0, 0)


def test_stragglers_and_lost_nodes_cost_time() -> None:
    calm, slow, lossy = (
        simulate(reports=5_000_000, cores=64, seconds_each=0.1, lost_per_node_hour=lost, stragglers=share)
        for lost, share in ((0.0, 0.0), (0.0, 0.05), (2.0, 0.05))
    )
    assert calm.hours < slow.hours < lossy.hours
    assert lossy.nodes_lost > 0
    assert lossy.shards_repeated >= lossy.nodes_lost


def test_the_same_seed_gives_the_same_run() -> None:
    one, two = (simulate(reports=1_000_000, cores=32, seconds_each=0.05, lost_per_node_hour=0.1, seed=3) for _ in range(2))
    assert one == two


@pytest.mark.slow
def test_the_plan_has_what_the_simulation_says() -> None:
    text = PLAN.read_text(encoding="utf-8")
    assert table(runs(REPORTS, MIX_S, CONFLICT_S)) in text
    assert f"{MIX_S} processor seconds a report" in text
