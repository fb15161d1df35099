"""From claims of many reports to incidents: which claims are about the same one, what they add up to, how well it is attested.

    ReportedClaim ─▶ facts ─▶ block ─▶ score ─▶ cluster ─▶ build (ranges, grade) ─▶ Incident
Claims that deny go beside those that assert. Cumulative figures, stocks and statements over long periods never come here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from onrecord.incidents.block import find_pairs
from onrecord.incidents.build import build_incident
from onrecord.incidents.cluster import Cluster, Ruling, cluster_claims, score_edge
from onrecord.incidents.facts import Facts, facts_of, is_linkable, report_claims
from onrecord.incidents.ranges import DEFAULT_POLICY, POLICIES
from onrecord.incidents.score import DEFAULT, Weights
from onrecord.records import Incident, IncidentRelation, Record, RelationType, ReportedClaim, Voice, content_id

__all__ = [
    "DEFAULT_POLICY",
    "POLICIES",
    "Known",
    "Partition",
    "Ruling",
    "Weights",
    "find_neighbours",
    "is_linkable",
    "link_claims",
    "report_claims",
]


class Known(Record, frozen=True):
    """What linking knows from before. ``incidents``: per claim hash its incident; ``used``: every incident id ever given."""

    incidents: Mapping[str, str] = {}
    used: Collection[str] = frozenset()
    salt: str = ""


class Partition(Record, frozen=True):
    """Incidents over claims, each claim in at most one.

    components: per claim hash, the name of what it hangs together with.  merged: (ended, living) ids.  ended: ids whose claims have gone.
    """

    incidents: tuple[Incident, ...]
    components: Mapping[str, str]
    merged: tuple[tuple[str, str], ...] = ()
    ended: tuple[str, ...] = ()


def link_claims(
    reported: Iterable[ReportedClaim],
    voices: Mapping[str, Voice],
    known: Known = Known(),  # noqa: B008 - frozen
    *,
    ruling: Ruling = Ruling(),  # noqa: B008 - frozen
    policy: str = DEFAULT_POLICY,
    retracted: Collection[str] = (),
    weights: Weights = DEFAULT,
) -> Partition:
    """The incidents that the claims are about; the same for any order of the claims.

    voices: per document id.  known: keeps the ids of incidents that were given before; an id is never given twice.
    ruling: what people decided about pairs of claims.  retracted: documents whose reports were withdrawn.
    """
    facts = [facts_of(claim) for claim in reported if is_linkable(claim.claim)]
    clusters = cluster_claims(facts, weights=weights, ruling=ruling)
    told = [cluster for cluster in clusters if _counts(cluster)]
    incidents = [
        build_incident(cluster.claims, cluster.denials, voices, id=id, policy=policy, retracted=retracted)
        for cluster, id in zip(told, name_clusters(told, known), strict=True)
    ]
    components = {claim.hash: cluster.component for cluster in clusters for claim in (*cluster.claims, *cluster.denials)}
    merged, ended = _retire(incidents, known)
    return Partition(incidents=relate(incidents, facts), components=components, merged=merged, ended=ended)


def _counts(cluster: Cluster) -> bool:
    """A cluster is an incident if some claim of it codes an event; re-mentions alone are not."""
    return any(claim.codable for claim in cluster.claims)


def find_neighbours(new: Sequence[ReportedClaim], others: Iterable[ReportedClaim], *, weights: Weights = DEFAULT) -> frozenset[str]:
    """The hashes of the other claims that any new claim could be linked with: where linking must look again."""
    arrived = {claim.claim.hash for claim in new}
    facts = [facts_of(claim) for claim in (*new, *others) if is_linkable(claim.claim)]
    found = set()
    for one, other in find_pairs(facts):
        first, second = facts[one], facts[other]
        if (first.hash in arrived) != (second.hash in arrived):
            score, enough = score_edge(first, second, weights)
            if score >= enough:
                found.add(second.hash if first.hash in arrived else first.hash)
    return frozenset(found)


# ── Names that last ───────────────────────────────────────────────────────────────────────────────────────────────────


def name_clusters(clusters: Sequence[Cluster], known: Known) -> list[str]:
    """An id per cluster: the known id that most of its claims had, else a new one that was never given before."""
    shares = [Counter(known.incidents[claim.hash] for claim in cluster.claims if claim.hash in known.incidents) for cluster in clusters]
    wishes = sorted((-count, id, at) for at, share in enumerate(shares) for id, count in share.items())
    named: dict[int, str] = {}
    taken: set[str] = set()
    for _, id, at in wishes:
        if at not in named and id not in taken:
            named[at] = id
            taken.add(id)
    used = set(known.used) | taken
    for at, cluster in enumerate(clusters):
        if at not in named:
            named[at] = new_id(cluster.claims[0].hash, known.salt, used)
            used.add(named[at])
    return [named[at] for at in range(len(clusters))]


def new_id(first_claim: str, salt: str, used: Collection[str]) -> str:
    """An id for an incident, from its first claim and the ledger's salt; counted on where that was given before."""
    attempt = 0
    while (id := content_id("inc-", salt, first_claim, attempt)) in used:
        attempt += 1
    return id


def _retire(incidents: Sequence[Incident], known: Known) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    living = {incident.id for incident in incidents}
    home = {claim: incident.id for incident in incidents for claim in incident.claims}
    moved: dict[str, Counter[str]] = defaultdict(Counter)
    for claim, id in known.incidents.items():
        if id not in living:
            moved[id].update([home[claim]] if claim in home else [])
    merged = tuple((id, max(sorted(went), key=lambda new: went[new])) for id, went in sorted(moved.items()) if went)
    return merged, tuple(sorted(id for id, went in moved.items() if not went))


def relate(incidents: Sequence[Incident], facts: Iterable[Facts]) -> tuple[Incident, ...]:
    """The incidents with the relations between them that their claims state."""
    home = {claim: incident.id for incident in incidents for claim in incident.claims}
    found: dict[str, set[tuple[RelationType, str]]] = defaultdict(set)
    for claim in facts:
        for relation in claim.relations:
            source, target = home.get(claim.hash), home.get(relation.to)
            if source and target and source != target:
                found[source].add((relation.type, target))
    return tuple(
        msgspec.structs.replace(
            incident, relations=tuple(IncidentRelation(type=type, to=to) for type, to in sorted(found.get(incident.id, ())))
        )
        for incident in incidents
    )
