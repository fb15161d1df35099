"""Scores the resolver of places.

    python -m evaluation.places [spans|text|own|speed …]     # default: all
spans   gold spans of TR-News and LGL, weights learned on the other set only: acc@161 over all gold with coordinates (a miss is wrong).
text    raw text: precision, recall and F1 of (span, place within 161 km), with the packaged parser and mentions.
own     evaluation/gold/places.jsonl: our spellings of towns and provinces in 25 conflicts, the country in context.
speed   toponyms a second, cold and warm, on one core; time to load; memory.
"""

from __future__ import annotations

import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence

import msgspec
from training.places.fit import learn

from evaluation.places_sets import ROOT, GoldDocument, error_km, great_circle_km, read_set
from onrecord.gazetteer import Gazetteer, Toponym, load_gazetteer
from onrecord.lexicon import Lexicon
from onrecord.records import Block, BlockKind, Document, EntityLabel, Mention, MentionKind, Parse, PlaceKind, Record
from onrecord.resolve.places import resolve_places
from onrecord.resolve.places.candidates import NameCache
from onrecord.resolve.places.peoples import peoples_of
from onrecord.resolve.places.ranking import NO_PROFILE, Profile, Ranked, Ranker, Weights, learn_profile, make_profile
from onrecord.resolve.places.weights import load_weights

SETS = ("trnews", "lgl")
NEAR_KM = 161


def _cache(gazetteer: Gazetteer) -> NameCache:
    return NameCache(gazetteer, peoples_of(Lexicon(), gazetteer))


def _weights(cache: NameCache, held_out: str, *, profiles: bool) -> Weights:
    """Weights from the other sets; with profiles, these are learned first from the training sets' own answers."""
    documents = [document for name in SETS if name != held_out for document in read_set(name)]
    plain = learn(documents, cache)
    return learn(documents, cache, _profiles(cache, documents, plain)) if profiles else plain


def _profiles(cache: NameCache, documents: Sequence[GoldDocument], weights: Weights) -> dict[str, Profile]:
    """By document, the profile of its outlet from the outlet's other documents; no gold label is looked at."""
    ranker = Ranker(cache, weights)
    own = {document.id: learn_profile(ranker.rank(document.text, document.names).values()) for document in documents}
    outlets: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: {"countries": Counter(), "divisions": Counter()})
    for document in documents:
        for part, counts in own[document.id].items():
            outlets[document.domain][part].update(counts)
    return {
        document.id: make_profile({part: counts - Counter(own[document.id][part]) for part, counts in outlets[document.domain].items()})
        for document in documents
    }


def score_spans(gazetteer: Gazetteer, name: str, *, profiles: bool, missed: Counter[tuple[str, ...]] | None = None) -> dict[str, float]:
    """acc@161 and its kin on one set, weights from the others."""
    cache = _cache(gazetteer)
    weights = _weights(cache, name, profiles=profiles)
    ranker = Ranker(cache, weights)
    known = _profiles(cache, read_set(name), weights) if profiles else {}
    errors: list[float] = []
    sure: list[bool] = []
    for document in read_set(name):
        ranked = ranker.rank(document.text, document.names, known.get(document.id, NO_PROFILE))
        for toponym in document.toponyms:
            if toponym.lat is None:
                continue
            answer: Ranked = ranked[toponym.name]
            place = answer.best.place if answer.best else None
            errors.append(error_km(place, toponym))
            if answer.confidence >= 0.9:
                sure.append(errors[-1] <= NEAR_KM)
            if missed is not None and errors[-1] > NEAR_KM:
                missed[_miss(toponym.name, place, toponym.gaz_name, toponym.country, toponym.fcode)] += 1
    answered = [error for error in errors if error < 20039]
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
    right, answered = 0, 0
    for case in cases:
        place = _answer(case, lexicon, gazetteer)
        answered += place is not None
        right += place is not None and case.accepts(place)
        if loud and (place is None or not case.accepts(place)):
            print("   ", case.spelling, case.country, place and (place.name, place.country, place.admin1, place.kind.value), sep=" | ")
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
    wanted = [task for task in tasks if not task.startswith("--")] or ["spans", "own", "speed"]
    if "speed" in wanted:
        print("speed", score_speed())
    if "spans" in wanted:
        for name in SETS:
            missed: Counter[tuple[str, ...]] = Counter()
            print("spans", name, score_spans(gazetteer, name, profiles=False, missed=missed))
            print("spans", name, "with outlet profile", score_spans(gazetteer, name, profiles=True))
            for miss, count in missed.most_common(40 if loud else 0):
                print("   ", count, *miss, sep=" | ")
    if "own" in wanted:
        print("own", score_own(gazetteer, loud=loud))


if __name__ == "__main__":
    main(sys.argv[1:])
