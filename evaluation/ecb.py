"""Cross-document event coreference on ECB+ (gold mentions), against the same-lemma baseline: MUC, B³, CEAF-e and their mean.

python -m evaluation.ecb        needs linking/ecbplus_train_dev.jsonl.gz below ONRECORD_DATA
ECB+ has neither dates nor coders' claims, so what is measured here is the part of linking that works on words alone:
which reports tell one story, which mentions name one event, whose arguments agree.
"""

from __future__ import annotations

import gzip
import json
import math
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import networkx

from evaluation.board import harmonic, say_baseline, say_whole
from onrecord.records import connected

FIGURE = "linking: ECB+, CoNLL F1, gold mentions"
DATA = Path(os.environ.get("ONRECORD_DATA", Path(__file__).parent.parent.parent / "shared/data"))
Clusters = list[frozenset[str]]


class Mention(NamedTuple):
    """A gold event mention. ``names``: stems of the entities in its sentence; ``words``: of all else there."""

    id: str
    topic: str
    document: str
    chain: str
    lemma: str
    root: str
    names: frozenset[str]
    words: frozenset[str]


def read_documents(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


# ── Words ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*|\d[\d.,]*")
IRREGULAR = dict(
    pair.split("=")
    for pair in """said=say dead=die died=die dies=die dying=die death=die deaths=die killed=kill bought=buy won=win wins=win winning=win
    shot=shoot shooting=shoot found=find made=make took=take taken=take taking=take gave=give given=give went=go gone=go came=come got=get
    held=hold left=leave led=lead met=meet paid=pay ran=run saw=see seen=see sent=send sold=sell struck=strike stole=steal stolen=steal
    fell=fall fought=fight fled=flee broke=break broken=break began=begin begun=begin caught=catch chosen=choose chose=choose drove=drive
    hit=hit hurt=hurt lost=lose rose=rise told=tell thought=think wrote=write written=write was=be were=be is=be are=be been=be
    had=have has=have did=do done=do became=become arrested=arrest acquisition=acquire purchase=purchase injuries=injure injury=injure
    announcement=announce appointment=appoint nomination=nominate sentenced=sentence murder=murder explosion=explode
    collision=collide resignation=resign conviction=convict""".split()
)


@lru_cache(maxsize=65536)
def lemma_of(word: str) -> str:
    """A rough lemma: the same for the baseline and for us."""
    lower = word.lower()
    if lower in IRREGULAR:
        return IRREGULAR[lower]
    for ending, put in (("ies", "y"), ("ied", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")):
        if lower.endswith(ending) and len(lower) - len(ending) >= 3 and not lower.endswith(("ss", "us", "is")):
            return _undouble(lower[: -len(ending)] + put)
    return _undouble(lower)


def _undouble(stem: str) -> str:
    stem = stem[:-1] if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "sl" else stem
    return stem[:-1] if len(stem) > 3 and stem.endswith("e") else stem


@lru_cache(maxsize=65536)
def root_of(lemma: str) -> str:
    """A lemma without derivational endings, so that "acquisition" and "acquire" share one."""
    for ending in ("ations", "ation", "itions", "ition", "ments", "ment", "ions", "ion", "ers", "er", "ors", "or", "als", "al", "ur", "in"):
        if lemma.endswith(ending) and len(lemma) - len(ending) >= 4:
            return lemma[: -len(ending)][:5]
    return lemma[:5] if len(lemma) > 5 else lemma


def mentions_of(document: Mapping[str, Any]) -> list[Mention]:
    """The event mentions of a document with what stands around them."""
    sentences = document["text"].split("\n")
    entities: dict[int, set[str]] = defaultdict(set)
    for mention in document["mentions"]:
        if mention["type"] == "entity":
            entities[mention["sent"]].update(
                lemma_of(word) for word in WORD.findall(mention["text"]) if word[0].isupper() or word[0].isdigit()
            )
    found = []
    for number, mention in enumerate(document["mentions"]):
        if mention["type"] != "event":
            continue
        words = WORD.findall(mention["text"]) or [mention["text"]]
        head = _head(words)
        around = {lemma_of(word) for word in WORD.findall(sentences[mention["sent"]]) if len(word) > 3}
        lemma = lemma_of(head)
        id = f"{document['doc_id']}:{number}"
        names = frozenset(entities[mention["sent"]])
        chain = id if mention["chain"].startswith("Singleton") else f"{document['topic']}/{mention['chain']}"
        found.append(
            Mention(id, document["topic"], document["doc_id"], chain, lemma, root_of(lemma), names, frozenset(around - names - {lemma}))
        )
    return found


def _head(words: Sequence[str]) -> str:
    """The first word of a phrasal verb, else the last word."""
    particles = {"up", "down", "out", "off", "in", "on", "over", "away", "back", "to", "for", "into", "with"}
    return words[0] if len(words) > 1 and words[-1].lower() in particles else words[-1]


# ── Systems ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def same_lemma(mentions: Sequence[Mention], *, topics: bool) -> Clusters:
    """The baseline: mentions with one lemma are one event; with ``topics``, only inside one of the set's own topics."""
    groups: dict[tuple[str, str], set[str]] = defaultdict(set)
    for mention in mentions:
        groups[(mention.topic if topics else "", mention.lemma)].add(mention.id)
    return [frozenset(group) for group in groups.values()]


def by_story(documents: Sequence[Mapping[str, Any]], mentions: Sequence[Mention], *, topics: bool) -> Clusters:
    """Ours: reports are put into stories first; in one story, mentions with one root are one event unless their arguments disagree."""
    story = story_of(documents, topics=topics)
    weight = rarity(documents)
    groups: dict[tuple[str, str], list[Mention]] = defaultdict(list)
    for mention in mentions:
        groups[(story[mention.document], SYNONYMS.get(mention.root, mention.root))].append(mention)
    return [frozenset(part) for group in groups.values() for part in _split(group, weight)]


# Verbs that say little of what happens.
LIGHT = frozenset(map(lemma_of, "say be have do make take get go come tell give report call confirm announce".split()))
# Words that name one kind of event: in one story they mostly name one event.
SYNONYMS = {
    root_of(lemma_of(word)): line.split()[0]
    for line in (
        "die dead death pass succumb decease",
        "kill murder slay slaying homicide",
        "arrest capture detain apprehend nab custody",
        "shoot gun shooting gunfire fire",
        "injure wound hurt",
        "buy acquire acquisition purchase takeover",
        "win victory beat defeat triumph",
        "earthquake quake temblor tremor",
        "nominate nomination pick tap appoint appointment",
        "strike hit struck",
        "accuse charge indict",
        "find discover",
        "foil thwart repel",
        "fix patch plug resolve address",
        "blaze burn flames",
        "robbery heist theft steal burglary",
        "riot clash unrest protest",
        "explode explosion blast",
        "damage destroy devastate",
        "keep retain",
        "launch unveil release issue",
        "hijack seize",
        "flee escape",
        "suicide hang hanging",
        "raid sweep crackdown",
        "resign quit",
        "rehab treatment",
    )
    for word in line.split()
}


def _split(group: Sequence[Mention], weight: Mapping[str, float]) -> list[list[str]]:
    """Verbs that say little, like "say", are one event only where their arguments are; others are taken to be."""
    if group[0].lemma not in LIGHT:
        return [[mention.id for mention in group]]
    pairs = [
        (one.id, other.id)
        for at, one in enumerate(group)
        for other in group[at + 1 :]
        if _alike(one.names | one.words, other.names | other.words, weight) >= 0.45
    ]
    return connected([mention.id for mention in group], pairs)


def _alike(one: frozenset[str], other: frozenset[str], weight: Mapping[str, float]) -> float:
    shared = sum(weight.get(word, 1.0) for word in one & other)
    least = min(sum(weight.get(word, 1.0) for word in side) for side in (one, other))
    return shared / least if least else 0.0


STORY = 0.18


def story_of(documents: Sequence[Mapping[str, Any]], *, topics: bool) -> dict[str, str]:
    """Per document, its story: documents (of one topic, if the set's topics are used) whose rarer words are alike on average."""
    weight = rarity(documents)
    vectors = {document["doc_id"]: _vector(document["text"], weight) for document in documents}
    by_topic: dict[str, list[str]] = defaultdict(list)
    for document in documents:
        by_topic[document["topic"] if topics else ""].append(document["doc_id"])
    found: dict[str, str] = {}
    for topic, members in sorted(by_topic.items()):
        for group in _average_link(sorted(members), vectors):
            found |= dict.fromkeys(group, f"{topic}/{group[0]}")
    return found


def _average_link(members: Sequence[str], vectors: Mapping[str, dict[str, float]]) -> list[list[str]]:
    """Agglomerates while the most alike pair of groups is alike enough on average."""
    groups = {at: [member] for at, member in enumerate(members)}
    sums = {
        (i, j): similarity
        for i, one in enumerate(members)
        for j in range(i + 1, len(members))
        if (similarity := _cosine(vectors[one], vectors[members[j]])) > STORY / 4
    }
    while sums:
        pair = max(sums, key=lambda pair: (sums[pair] / (len(groups[pair[0]]) * len(groups[pair[1]])), -pair[0], -pair[1]))
        if sums[pair] / (len(groups[pair[0]]) * len(groups[pair[1]])) < STORY:
            break
        _merge(pair, groups, sums)
    return [sorted(group) for group in groups.values()]


def _merge(pair: tuple[int, int], groups: dict[int, list[str]], sums: dict[tuple[int, int], float]) -> None:
    kept, gone = pair
    groups[kept] += groups.pop(gone)
    for other in groups:
        moved = sums.pop((min(gone, other), max(gone, other)), 0.0)
        if other != kept and moved:
            key = (min(kept, other), max(kept, other))
            sums[key] = sums.get(key, 0.0) + moved
    sums.pop(pair, None)


def rarity(documents: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Per stem, how telling it is: the logarithm of the inverse share of documents that have it."""
    having: Counter[str] = Counter()
    for document in documents:
        having.update({lemma_of(word) for word in WORD.findall(document["text"]) if len(word) > 2})
    return {word: math.log(len(documents) / count) for word, count in having.items()}


def _vector(text: str, weight: Mapping[str, float]) -> dict[str, float]:
    counts = Counter(lemma_of(word) for word in WORD.findall(text) if len(word) > 2)
    vector = {word: (1 + math.log(count)) * weight[word] for word, count in counts.items()}
    norm = math.sqrt(sum(value * value for value in vector.values())) or 1.0
    return {word: value / norm for word, value in vector.items()}


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    smaller, larger = sorted((one, other), key=len)
    return sum(value * larger.get(word, 0.0) for word, value in smaller.items())


# ── Scores ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def muc(gold: Clusters, found: Clusters) -> float:
    """Vilain et al. 1995: links that one clustering needs and the other has."""
    return harmonic(_muc(found, gold), _muc(gold, found))


def _muc(clusters: Clusters, others: Clusters) -> float:
    home = {member: at for at, cluster in enumerate(others) for member in cluster}
    kept = sum(len(cluster) - len({home[member] for member in cluster}) for cluster in clusters)
    total = sum(len(cluster) - 1 for cluster in clusters)
    return kept / total if total else 0.0


def b_cubed(gold: Clusters, found: Clusters) -> float:
    """Bagga and Baldwin 1998: per mention, the share of its cluster that is right."""
    of_gold = {member: cluster for cluster in gold for member in cluster}
    of_found = {member: cluster for cluster in found for member in cluster}
    shared = {member: len(of_gold[member] & of_found[member]) for member in of_gold}
    precision = sum(shared[member] / len(of_found[member]) for member in of_gold) / len(of_gold)
    recall = sum(shared[member] / len(of_gold[member]) for member in of_gold) / len(of_gold)
    return harmonic(precision, recall)


def ceaf_e(gold: Clusters, found: Clusters) -> float:
    """Luo 2005, entity-based: the best one-to-one alignment of clusters."""
    home = {member: at for at, cluster in enumerate(found) for member in cluster}
    graph = networkx.Graph()
    for at, cluster in enumerate(gold):
        for other in sorted({home[member] for member in cluster}):
            shared = len(cluster & found[other])
            graph.add_edge(("g", at), ("f", other), weight=2 * shared / (len(cluster) + len(found[other])))
    total = 0.0
    for part in networkx.connected_components(graph):
        inside = graph.subgraph(part)
        total += sum(inside.edges[edge]["weight"] for edge in networkx.max_weight_matching(inside))
    return harmonic(total / len(found), total / len(gold))


def conll(gold: Clusters, found: Clusters) -> dict[str, float]:
    """The three scores and their mean, in per cent."""
    scores = {"MUC": muc(gold, found), "B3": b_cubed(gold, found), "CEAFe": ceaf_e(gold, found)}
    scores["CoNLL"] = sum(scores.values()) / 3
    return {name: round(100 * value, 2) for name, value in scores.items()}


def gold_clusters(mentions: Iterable[Mention]) -> Clusters:
    groups: dict[str, set[str]] = defaultdict(set)
    for mention in mentions:
        groups[mention.chain].add(mention.id)
    return [frozenset(group) for group in groups.values()]


def main() -> None:
    path = DATA / "linking/ecbplus_train_dev.jsonl.gz"
    if not path.exists():
        print(f"ECB+ not found at {path}: set ONRECORD_DATA")
        return
    documents = read_documents(path)
    mentions = [mention for document in documents for mention in mentions_of(document)]
    gold = gold_clusters(mentions)
    print(f"ECB+: {len(documents)} documents, {len(mentions)} event mentions, {len(gold)} chains")
    print("  same lemma            ", conll(gold, same_lemma(mentions, topics=False)))
    print("  same lemma, gold topic", conll(gold, same_lemma(mentions, topics=True)))
    own = conll(gold, by_story(documents, mentions, topics=False))
    print("  ours, own topics      ", own)
    print("  ours, gold topics     ", conll(gold, by_story(documents, mentions, topics=True)))
    say_whole(FIGURE, own["CoNLL"] / 100, len(mentions))
    say_baseline(FIGURE, "same lemma", conll(gold, same_lemma(mentions, topics=False))["CoNLL"] / 100)


if __name__ == "__main__":
    main()
