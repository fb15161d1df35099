"""Measures Splink, the probabilistic record linker, on the facts that our own linking compares: the same claims, the same gold.

python -m evaluation.splink_peer      needs splink >= 5 (pip install splink); it is no dependency of the program
The model is fitted without labels (expectation maximisation over the claims of all three gold files); the threshold of its clusters is
the one that is best on "dev". Denials are left to our own rule, so that both are scored on the same pairs.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections import defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

from evaluation.linking import Gold, Score, read_gold, reported
from onrecord.incidents import link_claims
from onrecord.incidents.facts import MINUTES_PER_DAY, Facts, facts_of, is_linkable
from onrecord.records import connected

NAMES = ("dev", "held", "blind")
THRESHOLDS = (0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999)
COLUMNS = ("unique_id", "gold", "type", "day", "place", "lat", "lon", "actor", "recipient", "mode", "killed", "injured")


def row_of(fact: Facts, gold: str) -> dict[str, object]:
    """What a table can say of one claim; empty where it says nothing. day: since 1970, of the middle of the stated time."""
    figures = {figure.of: figure.best for figure in fact.figures if not figure.part}
    middle = None if fact.start is None or fact.end is None else (fact.start + fact.end) / 2 / MINUTES_PER_DAY
    spot = fact.spot
    return {
        "unique_id": fact.hash,
        "gold": gold,
        "type": fact.type,
        "day": middle,
        "place": spot.key if spot else None,
        "lat": spot.lat if spot else None,
        "lon": spot.lon if spot else None,
        "actor": _side(fact.actor_sides),
        "recipient": _side(fact.recipient_sides),
        "mode": ",".join(sorted(fact.modes)) or None,
        "killed": figures.get("killed"),
        "injured": figures.get("injured"),
    }


def _side(sides: tuple[Any, ...]) -> str | None:
    return f"{sides[0][0].country}/{sides[0][0].group}" if sides else None


def predict(rows: list[dict[str, object]]) -> list[tuple[str, str, float]]:
    """Pairs of claims of one gold file with Splink's probability that they match."""
    import splink.comparison_level_library as levels
    import splink.comparison_library as library
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    def apart(column: str, *bounds: float) -> Any:
        """Levels of the absolute difference of two numbers, the narrowest first."""
        steps = [levels.CustomLevel(f"abs({column}_l - {column}_r) <= {bound}", f"within {bound}") for bound in bounds]
        return library.CustomComparison([levels.NullLevel(column), *steps, levels.ElseLevel()], column)

    near = "l.gold = r.gold and l.type = r.type and (l.day is null or r.day is null or abs(l.day - r.day) <= 3)"
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            apart("day", 0.6, 1.5),
            library.DistanceInKMAtThresholds("lat", "lon", [5, 25, 100]),
            library.ExactMatch("actor"),
            library.ExactMatch("recipient"),
            library.ExactMatch("mode"),
            apart("killed", 0, 3, 10),
            apart("injured", 0, 5, 20),
        ],
        blocking_rules_to_generate_predictions=[near],
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
        linker = Linker(DuckDBAPI().register_from_csv(str(path)), settings)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e5, seed=1)
        for rule in (block_on("place"), block_on("killed")):
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
        found = linker.inference.predict(threshold_match_probability=0.01).as_record_list()
    return [(pair["unique_id_l"], pair["unique_id_r"], pair["match_probability"]) for pair in found]


def score(gold: Gold, pairs: list[tuple[str, str, float]], threshold: float) -> Score:
    """Pairwise over the claims that are no denials, as connected components at a threshold."""
    ids = sorted({claim.claim.hash for claim in reported(gold) if is_linkable(claim.claim)} - gold.denials)
    edges = [(one, other) for one, other, probability in pairs if probability >= threshold and one in ids and other in ids]
    return _pairs(gold, [set(group) for group in connected(ids, edges)])


def _pairs(gold: Gold, groups: list[set[str]]) -> Score:
    ours = {pair for group in groups for pair in combinations(sorted(group), 2)}
    members: dict[str, list[str]] = defaultdict(list)
    for claim, incident in gold.incident.items():
        if claim not in gold.denials:
            members[incident].append(claim)
    theirs = {pair for claims in members.values() for pair in combinations(sorted(claims), 2)}
    return Score(len(ours & theirs), len(ours), len(theirs))


def main() -> int:
    try:
        import splink  # noqa: F401
    except ImportError:
        print("splink is not installed: pip install 'splink>=5'; nothing measured", file=sys.stderr)
        return 1
    from evaluation.linking import voices_of

    golds = {name: read_gold(name) for name in NAMES}
    facts = {name: [facts_of(claim) for claim in reported(gold) if is_linkable(claim.claim)] for name, gold in golds.items()}
    pairs = predict([row_of(fact, name) for name, found in facts.items() for fact in found if not fact.denies])
    best = max(THRESHOLDS, key=lambda threshold: score(golds["dev"], pairs, threshold).f1)
    print(f"Splink at {best}, the best on dev; ours beside it; denials left out of both")
    for name, gold in golds.items():
        incidents = link_claims(reported(gold), voices_of(gold.codings)).incidents
        print(f"  {name:6} Splink {score(gold, pairs, best)}")
        print(f"  {'':6} ours   {_pairs(gold, [set(incident.claims) for incident in incidents])}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
