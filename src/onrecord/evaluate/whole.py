"""What is scored beside the fields of every claim, in reports annotated whole: words, places' ids, targets, means, links, relations.

Most claims have none of these, so each is counted as found, made and asked for, over the claims that were matched, and F1 is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from onrecord.evaluate.gold import GoldClaim, find_words, relation_of
from onrecord.evaluate.scoring import LENT, Comparison, Measure, measure_over
from onrecord.gazetteer.names import fold
from onrecord.records import Claim, LinkRole, ParticipantRole, Place, RelationType, Span

Counts = tuple[int, int, int]
Pair = tuple[GoldClaim, Claim]


def summarise_whole(found: Sequence[Comparison]) -> list[Measure]:
    """The measures over the reports that are annotated whole; none where there is no such report."""
    whole = [one for one in found if one.report.whole]
    if not whole:
        return []
    pairs = sum(len(one.pairs) for one in whole)
    rows = [measure_over("certainty", whole, _certainty, pairs), measure_over("place's id", whole, _place_ids, _asked(whole, _place_id))]
    rows += [measure_over(f"{name}, F1", whole, _f1_over(count), _asked(whole, count)) for name, count in COUNTED.items()]
    return rows


def _f1_over(count: Callable[[Comparison], Counts]) -> Callable[[Sequence[Comparison]], float]:
    return lambda some: f1(map(count, some))


def f1(counts: Iterable[Counts]) -> float:
    """F1 of (right, made, asked) summed over reports; 0 where nothing is right."""
    right = made = asked = 0
    for one in counts:
        right, made, asked = right + one[0], made + one[1], asked + one[2]
    return 2 * right / (made + asked) if right else 0.0


def _asked(found: Iterable[Comparison], count: Callable[[Comparison], Counts]) -> int:
    return sum(count(one)[2] for one in found)


def _sum(counts: Iterable[Counts]) -> Counts:
    right, made, asked = (sum(numbers) for numbers in zip((0, 0, 0), *counts, strict=True))
    return right, made, asked


# ── Fields of matched claims ──────────────────────────────────────────────────────────────────────────────────────────


def _certainty(found: Sequence[Comparison]) -> float:
    same = [wanted.certainty is claim.factuality.certainty for one in found for wanted, claim, _ in one.pairs]
    return sum(same) / len(same) if same else 0.0


def _place_id(one: Comparison) -> Counts:
    """Of the matched claims whose place the gazetteer has: how many were given that very place."""
    asked = [(wanted.place, claim.place.id if claim.place else None) for wanted, claim, _ in one.pairs if wanted.place]
    return sum(wanted == coded for wanted, coded in asked), len(asked), len(asked)


def _place_ids(found: Sequence[Comparison]) -> float:
    right, _, asked = _sum(map(_place_id, found))
    return right / asked if asked else 0.0


def count_words(annotated: Sequence[str], coded: Sequence[str]) -> Counts:
    """(right, made, asked): annotated words and coded ones answer each other where one holds the other; each serves once."""
    left = [words.casefold() for words in coded]
    right = 0
    for words in map(str.casefold, annotated):
        answer = next((other for other in left if other in words or words in other), None)
        if answer is not None:
            left.remove(answer)
            right += 1
    return right, len(coded), len(annotated)


def _participants(role: ParticipantRole, annotated: Callable[[GoldClaim], Sequence[str]]) -> Callable[[Comparison], Counts]:
    def count(one: Comparison) -> Counts:
        return _sum(
            count_words(annotated(wanted), [other.text for other in claim.others if other.role is role and other.text])
            for wanted, claim, _ in one.pairs
        )

    return count


def _links(role: LinkRole, annotated: Callable[[GoldClaim], str | None]) -> Callable[[Comparison], Counts]:
    def count(one: Comparison) -> Counts:
        return _sum(
            count_words(_listed(annotated(wanted)), [link.text for link in claim.attribution if link.role is role and link.text])
            for wanted, claim, _ in one.pairs
        )

    return count


def _ends(annotated: Callable[[GoldClaim], str | None], coded: Callable[[Claim], Place | None]) -> Callable[[Comparison], Counts]:
    def count(one: Comparison) -> Counts:
        return _sum(
            count_words(*([fold(name) for name in names] for names in (_listed(annotated(wanted)), _names(coded(claim)))))
            for wanted, claim, _ in one.pairs
        )

    return count


def _listed(words: str | None) -> list[str]:
    return [words] if words else []


def _names(place: Place | None) -> list[str]:
    return _listed(place.text or place.name) if place is not None and place.basis not in LENT else []


def _characters(one: Comparison) -> Counts:
    """Characters of the annotated words and of the coded evidence, white space aside."""
    counts = []
    for wanted, claim, _ in one.pairs:
        span = find_words(one.report.text, wanted.words)
        assert span is not None, wanted.words  # checked when read
        annotated, coded = _inked(one.report.text, [span]), _inked(one.report.text, claim.evidence)
        counts.append((len(annotated & coded), len(coded), len(annotated)))
    return _sum(counts)


def _inked(text: str, spans: Iterable[Span]) -> set[int]:
    return {at for start, end in spans for at in range(start, end) if not text[at].isspace()}


# ── Relations ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _same_event(one: Comparison) -> Counts:
    """Pairs of matched claims that are of one event, taken together over all claims that are said to be of the same, matched or not."""
    ids = _ids(one)
    annotated = _together((str(a), str(b)) for a, kind, b in _linked(one) if kind is RelationType.SAME_EVENT)
    coded = _together((link.source, link.target) for link in one.relations if link.type is RelationType.SAME_EVENT)
    wanted = {frozenset(ids[int(end)] for end in pair) for pair in annotated if all(int(end) in ids for end in pair)}
    made = {pair for pair in coded if pair <= set(ids.values())}
    return len(wanted & made), len(made), len(wanted)


def _other_relations(one: Comparison) -> Counts:
    annotated, coded = ({link for link in links if link[1] is not RelationType.SAME_EVENT} for links in (_annotated(one), _coded(one)))
    return len(annotated & coded), len(coded), len(annotated)


def _annotated(one: Comparison) -> set[tuple[str, RelationType, str]]:
    """Between claims that were matched, by the ids of the coded ones."""
    ids = _ids(one)
    return {(ids[a], kind, ids[b]) for a, kind, b in _linked(one) if a in ids and b in ids}


def _linked(one: Comparison) -> list[tuple[int, RelationType, int]]:
    """Annotated relations, by the places of the claims in the report."""
    links = (relation_of(one.report, said) for said in one.report.relations)
    return [(link.source, link.type, link.target) for link in links if link is not None]


def _ids(one: Comparison) -> dict[int, str]:
    """The place of every matched annotated claim: the id of the coded one."""
    places = {id(wanted): number for number, wanted in enumerate(one.report.claims)}
    return {places[id(wanted)]: claim.id for wanted, claim, _ in one.pairs}


def _coded(one: Comparison) -> set[tuple[str, RelationType, str]]:
    ids = {claim.id for _, claim, _ in one.pairs}
    return {(link.source, link.type, link.target) for link in one.relations if link.source in ids and link.target in ids}


def _together(links: Iterable[tuple[str, str]]) -> set[frozenset[str]]:
    """Every pair of a group that links hold together."""
    groups: list[set[str]] = []
    for ends in map(set, links):
        touched = [group for group in groups if group & ends]
        groups = [group for group in groups if not group & ends] + [ends.union(*touched)]
    return {frozenset((a, b)) for group in groups for a in group for b in group if a < b}


COUNTED: dict[str, Callable[[Comparison], Counts]] = {
    "words of the evidence": _characters,
    "targets": _participants(ParticipantRole.PHYSICAL_TARGET, lambda wanted: wanted.target),
    "means": _participants(ParticipantRole.INSTRUMENT, lambda wanted: wanted.means),
    "origin": _ends(lambda wanted: wanted.origin, lambda claim: claim.origin),
    "destination": _ends(lambda wanted: wanted.destination, lambda claim: claim.destination),
    "channel": _links(LinkRole.CHANNEL, lambda wanted: wanted.channel),
    "accessor": _links(LinkRole.ACCESSOR, lambda wanted: wanted.accessor),
    "relay": _links(LinkRole.RELAY, lambda wanted: wanted.relay),
    "same event": _same_event,
    "other relations": _other_relations,
}
