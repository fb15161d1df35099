"""Archives under fire: drivers killed, workers killed, nodes lost. What comes out is what an undisturbed run writes, byte for byte."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from onrecord.pipeline import Options
from onrecord.scale import Engine, shards
from onrecord.scale.storage import Store
from tests.scale_runs import code, contents, die_over_the_first, make_job, poison, rows, write_reports

__all__ = ["poison"]

KILLS, SHARDS = 20, 100
DRIVER = """
import sys
from onrecord.scale import shards
from tests.scale_runs import POISONED, code, make_job
if __name__ == "__main__":
    shards.SHARD_FILES = 1
    code(make_job(sys.argv[2], POISONED), [sys.argv[1]], processes=2)
"""


def done_of(out: Path) -> list[str]:
    """The shards of an archive that are done."""
    return Store(str(out)).names("done")


def _wait_for_shards(out: Path, number: int, *, seconds: float = 300.0) -> None:
    end = time.monotonic() + seconds
    while len(done_of(out)) < number:
        assert time.monotonic() < end
        time.sleep(0.02)


def states(out: Path) -> Counter[object]:
    """How many inputs of an archive became what."""
    found = Counter(row["state"] for row in rows(out, "documents"))
    print(", ".join(f"{number} {state}" for state, number in sorted(found.items())))
    return found


def two_bad() -> dict[int, str]:
    return {321: "RAISES", 1234: "KILLS"}


@pytest.mark.slow
def test_a_driver_killed_twenty_times_ends_with_the_same_bytes(tmp_path: Path, poison: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every kill comes at another moment of the run; the one that is let go finishes what is left."""
    monkeypatch.setattr(shards, "SHARD_FILES", 1)
    reports = write_reports(tmp_path / "in", SHARDS * 20, poison={321: "RAISES"}, file_of=20)
    code(make_job(tmp_path / "calm", poison), [str(reports)], processes=2)
    driver = tmp_path / "driver.py"
    driver.write_text(DRIVER)
    environment = {**os.environ, "POISON_SLEEP": "0.01", "PYTHONPATH": f"{os.environ['PYTHONPATH']}{os.pathsep}{Path.cwd()}"}
    command = [sys.executable, str(driver), str(reports), str(tmp_path / "killed")]
    moments = random.Random(11)
    done = []
    for _ in range(KILLS):
        step = moments.randrange(3)
        process = subprocess.Popen(command, env=environment, start_new_session=True)
        _wait_for_shards(tmp_path / "killed", (done[-1] if done else 0) + step)
        time.sleep(moments.uniform(0.0, 0.4))
        assert process.poll() is None, "the kill must hit a run that is under way"
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        done.append(len(done_of(tmp_path / "killed")))
    print(f"killed {KILLS} times, with {', '.join(map(str, done))} of {SHARDS} shards done")
    assert done == sorted(done)
    assert 0 < done[-1] < SHARDS
    subprocess.run(command, env={**environment, "POISON_SLEEP": "0"}, check=True)
    assert contents(tmp_path / "killed") == contents(tmp_path / "calm")


@pytest.mark.slow
def test_a_worker_killed_from_outside_costs_nothing_but_time(tmp_path: Path, poison: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    from onrecord.scale import News, Report, prepare, run

    monkeypatch.setattr(shards, "SHARD_FILES", 1)
    reports = write_reports(tmp_path / "in", 400, file_of=100)
    code(make_job(tmp_path / "calm", poison), [str(reports)])
    monkeypatch.setenv("POISON_SLEEP", "0.02")
    job = make_job(tmp_path / "hit", poison)
    killed = 0
    for heard in run(job, prepare(job, [str(reports)]).shards, processes=2):
        if isinstance(heard, News) and killed < 2:
            children = subprocess.run(["pgrep", "-P", str(os.getpid()), "-f", "spawn_main"], capture_output=True, text=True, check=False)
            os.kill(int(children.stdout.split()[0]), signal.SIGKILL)
            killed += 1
        assert not isinstance(heard, Report) or heard.problem is None
    assert killed == 2
    assert contents(tmp_path / "hit") == contents(tmp_path / "calm")


# ── Ray ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A head and one more node, on this machine."""
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("POISON_SLEEP", "0.01")
    ray = pytest.importorskip("ray")
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    ray.init(address=cluster.address, logging_level="error", log_to_driver=False)
    yield cluster
    ray.shutdown()
    cluster.shutdown()


@pytest.mark.slow
def test_a_ray_cluster_that_loses_a_worker_and_a_node_writes_what_one_machine_writes(
    tmp_path: Path, poison: Options, monkeypatch: pytest.MonkeyPatch, cluster: Any
) -> None:
    """2,000 reports; a worker is killed at a fifth, a node at half; one report raises, one kills its process."""
    from onrecord.scale import prepare, run

    node = cluster.add_node(num_cpus=1)
    cluster.wait_for_nodes()
    monkeypatch.setattr(shards, "SHARD_FILES", 1)
    reports = write_reports(tmp_path / "in", 2000, poison=two_bad())
    code(make_job(tmp_path / "local", poison), [str(reports)], processes=2)
    job = make_job(tmp_path / "ray", poison)
    planned = prepare(job, [str(reports)]).shards
    for number, heard in enumerate(run(job, planned, engine=Engine.RAY), 1):
        assert getattr(heard, "problem", None) is None
        if number == len(planned) // 5:
            workers = subprocess.run(["pgrep", "-f", "^ray::attempt"], capture_output=True, text=True, check=False).stdout.split()
            os.kill(int(workers[0]), signal.SIGKILL)
        if number == len(planned) // 2:
            cluster.remove_node(node, allow_graceful=False)
    assert contents(tmp_path / "ray") == contents(tmp_path / "local")
    assert states(tmp_path / "ray") == {"coded": 1998, "failed": 1, "quarantined": 1}


REPORTS, WARS_ONE_IN, NEW_WORDS = 200_000, 50, 60
CALM = (
    "The home team won the race for the best cake and got a record number of votes from visitors, the county fair said on its website. "
    "The baker, who runs a small shop near the school, would see whether sugar and butter left any money to open a second shop."
)


def write_archive_of_many_words(folder: Path) -> Path:
    """Made-up reports, no two alike: one in fifty of a shelling with names and figures of its own, the rest of nothing that matters."""
    folder.mkdir()
    names = random.Random(200_000)
    for first in range(0, REPORTS, 5_000):
        lines = []
        for number in range(first, first + 5_000):
            words = ["".join(names.choices("abdeiklmnorstu", k=names.randrange(4, 10))).capitalize() for _ in range(NEW_WORDS)]
            town, district, group, speaker = words[:4]
            war = (
                f"{number % 97} people were killed in {town}, in {district} province, when {group} forces shelled a market, {speaker} said."
            )
            life = f"Cake of {town} wins prize at county fair\n\n{CALM} {' '.join(words).lower()}."
            text = war if number % WARS_ONE_IN == 0 else life
            lines.append(json.dumps({"text": text, "published": f"2020-02-{1 + number % 28:02}", "url": f"https://x.test/{number}"}))
        (folder / f"{first:06}.jsonl").write_text("\n".join(lines) + "\n")
    return folder


@pytest.mark.soak
def test_memory_stays_flat_over_two_hundred_thousand_reports(tmp_path: Path) -> None:
    """The real stages in one process: the peak after a tenth of the reports is nearly that after all of them."""
    from onrecord.scale import News, prepare, run

    reports = write_archive_of_many_words(tmp_path / "in")
    job = make_job(tmp_path / "out", prefilter=True, given={"language": "en"})
    heard = list(run(job, prepare(job, [str(reports)]).shards))
    assert not [one for one in heard if getattr(one, "problem", None)]
    memory = [one.memory_mb for one in heard if isinstance(one, News)]
    done = [one.counts for one in heard if not isinstance(one, News)]
    print(f"memory_mb after a tenth {memory[len(memory) // 10]:.0f}, at the end {memory[-1]:.0f}; coded {sum(one.coded for one in done)}")
    assert sum(one.documents for one in done) == REPORTS
    assert sum(one.coded for one in done) >= REPORTS // WARS_ONE_IN
    assert memory[-1] <= min(700, memory[len(memory) // 10] + 50)


# ── Spark ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def executors(poison: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    """What processes of Spark need to find: this Python, the made-up stages, the tests. One session's settings outlive it in its JVM."""
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.setenv("PYTHONPATH", f"{os.environ['PYTHONPATH']}{os.pathsep}{Path.cwd()}")


@pytest.mark.soak
@pytest.mark.usefixtures("executors")
def test_a_spark_cluster_that_loses_an_executor_writes_what_one_machine_writes(
    tmp_path: Path, poison: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two executors, one killed while the job runs; one report raises, one kills its process."""
    import threading

    sql = pytest.importorskip("pyspark.sql")
    monkeypatch.setattr(shards, "SHARD_FILES", 1)
    reports = write_reports(tmp_path / "in", 2000, poison=two_bad())
    code(make_job(tmp_path / "local", poison), [str(reports)], processes=2)
    monkeypatch.setenv("POISON_SLEEP", "0.02")
    try:
        session = sql.SparkSession.builder.master("local-cluster[2,1,1024]").config("spark.task.maxFailures", "40")
        session = session.config("spark.ui.enabled", "false").config("spark.executorEnv.PYTHONPATH", os.environ["PYTHONPATH"]).getOrCreate()
    except Exception as error:  # noqa: BLE001 - whatever Java says when it is not there
        pytest.skip(f"Spark does not start here: {error}")
    killer = threading.Thread(target=_kill_an_executor_at, args=(tmp_path / "spark", 8), daemon=True)
    killer.start()
    code(make_job(tmp_path / "spark", poison), [str(reports)], engine=Engine.SPARK, processes=2)
    session.stop()
    assert not killer.is_alive()
    assert contents(tmp_path / "spark") == contents(tmp_path / "local")
    assert states(tmp_path / "spark") == {"coded": 1998, "failed": 1, "quarantined": 1}


@pytest.mark.soak
@pytest.mark.usefixtures("executors")
def test_spark_gives_up_a_shard_that_kills_every_process_and_does_the_rest(
    tmp_path: Path, poison: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyspark.sql")
    from onrecord.scale import on_spark

    monkeypatch.setattr(shards, "SHARD_FILES", 1)
    monkeypatch.setattr(on_spark, "attempt", die_over_the_first)
    monkeypatch.setattr(on_spark, "DEATHS", 2)
    found = code(make_job(tmp_path / "out", poison), [str(write_reports(tmp_path / "in", 200))], engine=Engine.SPARK, processes=1)
    problems = [one.problem for one in found if one.problem is not None]
    assert (len(found), len(problems)) == (4, 1)
    assert "reports-000000" in str(rows(tmp_path / "out", "failures")[0]["path"])
    assert states(tmp_path / "out") == {"coded": 150}
    assert len(rows(tmp_path / "out", "failures")) == 1


def _kill_an_executor_at(out: Path, shards_done: int) -> None:
    _wait_for_shards(out, shards_done)
    executors = subprocess.run(["pgrep", "-f", "CoarseGrainedExecutorBackend"], capture_output=True, text=True, check=False).stdout.split()
    os.kill(int(executors[0]), signal.SIGKILL)
