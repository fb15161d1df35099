"""Scores the resolver of places.

    python -m evaluation.places [spans|text|seed|own|speed …]     # default: all
spans   gold spans of TR-News and LGL, weights learned on the other set only: acc@161 over all gold with coordinates (a miss is wrong).
text    raw text: precision, recall and F1 of (span, place within 161 km), with the packaged parser and mentions; weights as in spans.
seed    the report that the project began with: fields of its places equal to the gold.
own     evaluation/gold/places.jsonl: our spellings of towns and provinces in 25 conflicts, the country in context.
speed   toponyms a second, cold and warm, on one core; time to load; memory.
"""

from __future__ import annotations

import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from evaluation.baselines import most_populous, populous_places
from evaluation.board import Counts, f1_of, harmonic, say, say_baseline, share_of
from evaluation.places_sets import ROOT, GoldDocument, data_folder, error_km, great_circle_km, read_set
from onrecord.gazetteer import Gazetteer, Toponym, load_gazetteer
from onrecord.gazetteer.typewords import TYPE_WORDS
from onrecord.ingest import read_documents
from onrecord.lexicon import Lexicon
from onrecord.mentions import find_mentions
from onrecord.parse import OnnxParser
from onrecord.records import Block, BlockKind, Capture, Document, EntityLabel, Mention, MentionKind, Parse, PlaceKind, Record, Span
from onrecord.resolve.places import FoundToponym, find_toponyms, resolve_places
from onrecord.resolve.places.candidates import NameCache
from onrecord.resolve.places.peoples import peoples_of
from onrecord.resolve.places.ranking import NO_PROFILE, Ranked, Ranker, Weights
from onrecord.resolve.places.weights import load_weights
from training.places.fit import learn, outlet_profiles

SETS = {"trnews": "TR-News", "lgl": "LGL"}
NEAR_KM = 161


def _cache(gazetteer: Gazetteer) -> NameCache:
    return NameCache(gazetteer, peoples_of(Lexicon(), gazetteer))


def _weights(cache: NameCache, held_out: str, *, profiles: bool) -> Weights:
    """Weights from the other sets; with profiles, these are learned first from the training sets' own answers."""
    documents = [document for name in SETS if name != held_out for document in read_set(name)]
    plain = learn(documents, cache)
    return learn(documents, cache, outlet_profiles(documents, Ranker(cache, plain))) if profiles else plain


def score_spans(gazetteer: Gazetteer, name: str, *, profiles: bool, missed: Counter[tuple[str, ...]] | None = None) -> dict[str, float]:
    """acc@161 and its kin on one set, weights from the others."""
    cache = _cache(gazetteer)
    weights = _weights(cache, name, profiles=profiles)
    ranker = Ranker(cache, weights)
    known = outlet_profiles(read_set(name), ranker) if profiles else {}
    errors: list[float] = []
    sure: list[bool] = []
    plain: list[bool] = []
    for document in read_set(name):
        ranked = ranker.rank(document.text, document.names, known.get(document.id, NO_PROFILE))
        for toponym in document.toponyms:
            if toponym.lat is None:
                continue
            answer: Ranked = ranked[toponym.name]
            place = answer.best.place if answer.best else None
            errors.append(error_km(place, toponym))
            plain.append(error_km(most_populous(gazetteer, toponym.name), toponym) <= NEAR_KM)
            if answer.confidence >= 0.9:
                sure.append(errors[-1] <= NEAR_KM)
            if missed is not None and errors[-1] > NEAR_KM:
                missed[_miss(toponym.name, place, toponym.gaz_name, toponym.country, toponym.fcode)] += 1
    answered = [error for error in errors if error < 20039]
    outlet = ", outlet profile" if profiles else ""
    say(f"places: {SETS[name]}, gold names{outlet}", [error <= NEAR_KM for error in errors], share_of)
    say_baseline(f"places: {SETS[name]}, gold names{outlet}", "most populous of the name", share_of(plain))
    return {
        "gold": len(errors),
        "answered": round(len(answered) / len(errors), 4),
        "acc161": round(sum(error <= NEAR_KM for error in errors) / len(errors), 4),
        "acc161_answered": round(sum(error <= NEAR_KM for error in answered) / len(answered), 4),
        "median_km": round(sorted(answered)[len(answered) // 2], 1),
        "sure_share": round(len(sure) / len(answered), 3),
        "acc161_sure": round(sum(sure) / len(sure), 4),
    }


def _miss(name: str, place: Toponym | None, gaz_name: str | None, country: str | None, fcode: str | None) -> tuple[str, ...]:
    answer = f"{place.name}/{place.admin1}/{place.country}/{place.kind.value}" if place else "-"
    return name, answer, f"{gaz_name}/{country}/{fcode}"


def score_text(gazetteer: Gazetteer, name: str, limit: int | None = None, *, loud: bool = False) -> dict[str, float]:
    """Precision, recall and F1 of (name, place within 161 km) from raw text; ``spans``: of the names alone.

    A found name counts when its span, but for an article, is that of a gold toponym with coordinates; one at a toponym without coordinates
    counts neither way. Words for peoples ("Syrian"), which these sets annotate as places, are found as such and counted.
    """
    counts: Counter[str] = Counter()
    missed: Counter[tuple[str, ...]] = Counter()
    lexicon = Lexicon()
    cache = _cache(gazetteer)
    ranker = Ranker(cache, _weights(cache, name, profiles=False))
    documents: list[Counts] = []
    for document, found in _read_texts(name, limit, lexicon, gazetteer, ranker):
        before = counts["right"], counts["found"], counts["gold"]
        gold = {_bare((toponym.start, toponym.end), document.text): toponym for toponym in document.toponyms}
        seen = set()
        for toponym in found:
            span = _bare(toponym.span, document.text)
            if span not in gold:
                span = _untyped(span, document.text)
            at = gold.get(span)
            if span in seen or (at is not None and at.lat is None):
                continue
            seen.add(span)
            counts["found"] += 1
            counts["spans"] += at is not None
            right = at is not None and toponym.answer.best is not None and error_km(toponym.answer.best.place, at) <= NEAR_KM
            counts["right"] += right
            missed["extra", toponym.form] += at is None
        counts["gold"] += sum(toponym.lat is not None for toponym in document.toponyms)
        documents.append((counts["right"] - before[0], counts["found"] - before[1], counts["gold"] - before[2]))
        for span, at in gold.items():
            missed["missed", at.name] += at.lat is not None and span not in seen
    for miss, count in missed.most_common(80 if loud else 0):
        print("   ", count, *miss, sep=" | ")
    say(f"places: {SETS[name]}, raw text F1", documents, f1_of)
    plain = f1_of(_plain_counts(document, gazetteer) for document in read_set(name)[:limit])
    say_baseline(f"places: {SETS[name]}, raw text F1", "words with a capital, most populous of the name", plain)
    precision, recall = counts["right"] / counts["found"], counts["right"] / counts["gold"]
    span_precision, span_recall = counts["spans"] / counts["found"], counts["spans"] / counts["gold"]
    return {
        "gold": counts["gold"], "found": counts["found"], "precision": round(precision, 4), "recall": round(recall, 4),
        "f1": round(harmonic(precision, recall), 4),
        "span_f1": round(harmonic(span_precision, span_recall), 4),
    }  # fmt: skip


def _plain_counts(document: GoldDocument, gazetteer: Gazetteer) -> Counts:
    """Right, found and asked places where every known name among words with capitals is its most populous place."""
    gold = {_bare((toponym.start, toponym.end), document.text): toponym for toponym in document.toponyms}
    found = [(gold.get(_bare(span, document.text)), place) for span, place in populous_places(gazetteer, document.text)]
    counted = [(at, place) for at, place in found if at is None or at.lat is not None]
    right = sum(at is not None and error_km(place, at) <= NEAR_KM for at, place in counted)
    return right, len(counted), sum(toponym.lat is not None for toponym in document.toponyms)


def _read_texts(
    name: str, limit: int | None, lexicon: Lexicon, gazetteer: Gazetteer, ranker: Ranker
) -> Iterator[tuple[GoldDocument, tuple[FoundToponym, ...]]]:
    parser = OnnxParser()
    for document in read_set(name)[:limit]:
        parse = next(iter(parser.parse([_plain_document(document.id, document.text)])))
        mentions = find_mentions(parse, lexicon, gazetteer)
        yield document, find_toponyms(parse, mentions, lexicon, gazetteer, ranker=ranker)


def _plain_document(identity: str, text: str) -> Document:
    """A document whose lines are paragraphs of body text."""
    blocks, start = [], 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            blocks.append(Block(span=(start, start + len(line.rstrip())), kind=BlockKind.BODY, paragraph=len(blocks)))
        start += len(line)
    return Document(id=identity, text=text, sha256="", blocks=tuple(blocks))


def _bare(span: Span, text: str) -> Span:
    start, end = span
    if text[start:end].lower().startswith("the "):
        start += 4
    while end > start and text[end - 1] in " .,":
        end -= 1
    return start, end


def _untyped(span: Span, text: str) -> Span:
    """The span without a type word at its end: the sets annotate "Idlib" in "Idlib province"."""
    head, _, last = text[span[0] : span[1]].rpartition(" ")
    return (span[0], span[0] + len(head)) if head and last.lower() in TYPE_WORDS else span


SEED_FIELDS = ("kind", "country", "admin1", "relation", "acled_precision", "ucdp_precision")


def score_seed(gazetteer: Gazetteer, *, loud: bool = False) -> dict[str, object]:
    """On the report that the project began with: of the gold places, how many mentions are resolved, and per field how many are equal."""
    folder = data_folder() / "seed"
    gold = msgspec.json.decode((folder / "gold.json").read_bytes())
    lexicon = Lexicon()
    capture = next(iter(read_documents([folder / "report.txt"], published="2020-02-29", outlet="Anadolu Agency")))
    assert isinstance(capture, Capture)
    parse = next(iter(OnnxParser().parse([capture.document])))
    places = [mention for mention in resolve_places(parse, find_mentions(parse, lexicon, gazetteer), lexicon, gazetteer) if mention.place]
    counts: Counter[str] = Counter()
    wanted = [mention for mention in gold["mentions"] if mention["kind"] == "place"]
    for expected in wanted:
        at = expected["head"][0]
        found = next((mention.place for mention in places if mention.span[0] <= at < mention.span[1]), None)
        counts["resolved"] += found is not None
        for field in SEED_FIELDS if found is not None else ():
            equal = getattr(found, field) == expected["place"][field]
            counts[field] += equal
            if loud and not equal:
                print("   ", expected["text"], field, getattr(found, field), "gold", expected["place"][field], sep=" | ")
    return {"places": len(wanted), **{name: counts[name] for name in ("resolved", *SEED_FIELDS)}}


class OwnCase(Record, frozen=True):
    """A spelling of our own list.

    near: the right place's point, reach_km: how far from it an answer may be.  division: that holds it; either: the division has the
    town's name, so that both are right.
    """

    conflict: str
    country: str
    spelling: str
    near: tuple[float, float]
    reach_km: float
    division: str | None
    either: bool = False

    def accepts(self, place: Toponym) -> bool:
        """Whether a place is the right one."""
        if self.either and place.kind is PlaceKind.ADMIN1:
            return place.admin1_code == self.division
        return great_circle_km(place.lat, place.lon, *self.near) <= self.reach_km


def score_own(gazetteer: Gazetteer, *, loud: bool = False) -> dict[str, float]:
    """Answered and right shares on our list; in each text the spelling stands beside its country's name and nothing else."""
    lexicon = Lexicon()
    lines = (ROOT / "evaluation" / "gold" / "places.jsonl").read_bytes().splitlines()
    cases = [msgspec.json.decode(line, type=OwnCase) for line in lines]
    answered = 0
    hits: list[bool] = []
    for case in cases:
        place = _answer(case, lexicon, gazetteer)
        answered += place is not None
        hits += [case.accepts(place)] if place is not None else []
        if loud and (place is None or not case.accepts(place)):
            print("   ", case.spelling, case.country, place and (place.name, place.country, place.admin1, place.kind.value), sep=" | ")
    right = sum(hits)
    say("places: own list, right of those answered", hits, share_of)
    say("places: own list, answered", [True] * answered + [False] * (len(cases) - answered), share_of)
    plain = [(case, place) for case in cases if (place := most_populous(gazetteer, case.spelling)) is not None]
    say_baseline(
        "places: own list, right of those answered", "most populous of the name", share_of([case.accepts(place) for case, place in plain])
    )
    say_baseline("places: own list, answered", "most populous of the name", len(plain) / len(cases))
    return {
        "cases": len(cases),
        "conflicts": len({case.conflict for case in cases}),
        "answered": round(answered / len(cases), 4),
        "right_of_answered": round(right / answered, 4),
        "right": round(right / len(cases), 4),
    }


def _answer(case: OwnCase, lexicon: Lexicon, gazetteer: Gazetteer) -> Toponym | None:
    """What the resolver says about the spelling in a two-sentence report of our own."""
    country = gazetteer.country(case.country)
    assert country is not None, case
    text = f"Fighting in {case.spelling} has grown. The war in {country.name} goes on."
    document = Document(id="doc-own", text=text, sha256="", blocks=(Block(span=(0, len(text)), kind=BlockKind.BODY, paragraph=0),))
    parse = Parse(document=document, sentences=(), tokens=())
    mentions = [_mention(f"m{at}", text.index(name), name) for at, name in enumerate((case.spelling, country.name))]
    place = resolve_places(parse, mentions, lexicon, gazetteer)[0].place
    return gazetteer.place(place.id) if place is not None and place.id is not None else None


def _mention(identity: str, at: int, name: str) -> Mention:
    span = (at, at + len(name))
    return Mention(id=identity, kind=MentionKind.PLACE, label=EntityLabel.GPE, span=span, head=span, text=name, named=True)


def score_speed() -> dict[str, float]:
    """Load time, cold and warm toponyms a second on LGL and TR-News, peak memory."""
    start = time.process_time()
    gazetteer = load_gazetteer()
    gazetteer.lookup("Idlib")
    loaded = time.process_time() - start
    ranker = Ranker(_cache(gazetteer), load_weights())
    documents = [document for name in SETS for document in read_set(name)]
    count = sum(len(document.toponyms) for document in documents)
    speeds = []
    for _ in range(2):
        start = time.process_time()
        for document in documents:
            ranker.rank(document.text, document.names)
        speeds.append(count / (time.process_time() - start))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"load_s": round(loaded, 3), "cold_per_s": round(speeds[0]), "warm_per_s": round(speeds[1]), "process_mb": memory}


def main(tasks: Sequence[str]) -> None:
    gazetteer = load_gazetteer()
    loud = "--errors" in tasks
    wanted = [task for task in tasks if not task.startswith("--")] or ["speed", "spans", "text", "seed", "own"]
    if "speed" in wanted:
        print("speed", score_speed())
    if "spans" in wanted:
        for name in SETS:
            missed: Counter[tuple[str, ...]] = Counter()
            print("spans", name, score_spans(gazetteer, name, profiles=False, missed=missed))
            print("spans", name, "with outlet profile", score_spans(gazetteer, name, profiles=True))
            for miss, count in missed.most_common(40 if loud else 0):
                print("   ", count, *miss, sep=" | ")
    if "text" in wanted:
        for name in SETS:
            print("text", name, score_text(gazetteer, name, loud=loud))
    if "seed" in wanted:
        print("seed", score_seed(gazetteer, loud=loud))
    if "own" in wanted:
        print("own", score_own(gazetteer, loud=loud))


if __name__ == "__main__":
    main(sys.argv[1:])
