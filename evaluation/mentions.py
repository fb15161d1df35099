"""Scores mentions and coreference: GUM's development part with gold trees, the seed report, and entities in re3d.

    python -m evaluation.mentions            # GUM (gold trees) and the seed
    python -m evaluation.mentions --re3d     # re3d too, with the packaged parser: rules alone, and with its signals

GUM: mentions of persons, organisations and places, matched by head; CoNLL F1 is the mean of MUC, B³ and CEAF-e over entities of at least
two mentions. Names that repeat exactly are one entity, as they are for what comes after.
"""

from __future__ import annotations

import argparse
import gzip
import json
import lzma
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from evaluation.baselines import CAPITALISED
from evaluation.board import Counts, f1_of, harmonic, say, say_baseline, say_whole
from evaluation.places_sets import data_folder
from onrecord.gazetteer import Gazetteer, load_gazetteer
from onrecord.ingest import read_documents
from onrecord.lexicon import Lexicon
from onrecord.mentions import find_mentions
from onrecord.parse import OnnxParser
from onrecord.records import (
    Block,
    BlockKind,
    Capture,
    Document,
    EntityLabel,
    Mention,
    MentionKind,
    Parse,
    ParsedSentence,
    Token,
    text_sha256,
)

GUM_TYPES = frozenset(["person", "organization", "place"])
BRACKET = re.compile(r"\((\d+)-([a-z]+)[^()]*(\))?|(\d+)\)")
Cluster = frozenset[int]
Entity = tuple[int, int, str]


class GoldMention(msgspec.Struct, frozen=True):
    """A mention of GUM: token range, head, entity number in its document, entity type."""

    first: int
    end: int
    head: int
    entity: str
    type: str


class GoldParse(msgspec.Struct, frozen=True):
    parse: Parse
    mentions: tuple[GoldMention, ...]


# ── Reading GUM ───────────────────────────────────────────────────────────────────────────────────────────────────────


def read_gum(part: str = "dev") -> Iterator[GoldParse]:
    """The documents of a part with their gold trees and mentions."""
    return (_document(lines) for lines in _documents(f"gum_{part}"))


def read_treebank(name: str) -> Iterator[Parse]:
    """The gold trees of each document of a treebank ("ewt_dev", "gum_dev")."""
    return (_document(lines).parse for lines in _documents(name))


def _documents(name: str) -> Iterator[list[str]]:
    lines: list[str] = []
    with lzma.open(data_folder() / "ud" / f"{name}.conllu.xz", "rt", encoding="utf-8") as file:
        for line in file:
            if line.startswith("# newdoc id") and lines:
                yield lines
                lines = []
            lines.append(line.rstrip("\n"))
    yield lines


def _document(lines: Sequence[str]) -> GoldParse:
    name = lines[0].split("=", 1)[1].strip()
    text, tokens, sentences, entities = "", [], [], []
    paragraph, sentence_first, glue, surface_end = -1, 0, True, 0
    for line in [*lines, ""]:
        if line.startswith("# newpar") and "block" not in line:
            paragraph += 1
        columns = line.split("\t")
        if not line and len(tokens) > sentence_first:
            span = (tokens[sentence_first].span[0], tokens[-1].span[1])
            sentences.append(
                ParsedSentence(span=span, kind=BlockKind.BODY, paragraph=max(paragraph, 0), first=sentence_first, end=len(tokens))
            )
            sentence_first = len(tokens)
        if len(columns) != 10 or "." in columns[0]:
            continue
        if "-" in columns[0]:
            start = len(text) + (0 if glue else 1)
            text += ("" if glue else " ") + columns[1]
            surface_end = int(columns[0].split("-")[1])
            pieces, glue = (start, columns[1]), "SpaceAfter=No" in columns[9]
            taken = 0
            continue
        number = int(columns[0])
        if number <= surface_end:
            form = columns[1] if text[pieces[0] + taken :].startswith(columns[1]) else text[pieces[0] + taken :]
            span = (pieces[0] + taken, pieces[0] + taken + len(form))
            taken += len(form)
            surface_end = 0 if number == surface_end else surface_end
        else:
            text += "" if glue else " "
            span = (len(text), len(text) + len(columns[1]))
            text += columns[1]
            glue = "SpaceAfter=No" in columns[9]
        head = int(columns[6])
        feats = "" if columns[5] == "_" else columns[5]
        tokens.append(
            Token(
                index=len(tokens), span=span, text=columns[1], lemma=columns[2], upos=columns[3], xpos=columns[4], feats=feats,
                head=sentence_first + head - 1 if head else -1, deprel=columns[7], sentence=len(sentences),
            )
        )  # fmt: skip
        entities.append(next((part[7:] for part in columns[9].split("|") if part.startswith("Entity=")), ""))
    document = Document(
        id=name, text=text, sha256=text_sha256(text), blocks=(Block(span=(0, len(text)), kind=BlockKind.BODY, paragraph=0),)
    )
    parse = Parse(document=document, sentences=tuple(sentences), tokens=tuple(tokens), parser="gold")
    return GoldParse(parse, tuple(_mentions(parse, entities)))


def _mentions(parse: Parse, entities: Sequence[str]) -> Iterator[GoldMention]:
    open_at: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for index, annotation in enumerate(entities):
        for number, kind, closed, closing in BRACKET.findall(annotation):
            if number:
                open_at[number].append((index, kind))
            if (closed or closing) and open_at[number or closing]:
                first, kind = open_at[number or closing].pop()
                yield GoldMention(first, index + 1, head_token(parse, first, index + 1), number or closing, kind)


def head_token(parse: Parse, first: int, end: int) -> int:
    """The token of a range whose head lies outside it."""
    return next((index for index in range(first, end) if parse.tokens[index].head not in range(first, end)), first)


# ── Scores ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Ratio(msgspec.Struct):
    """Counts behind a precision, a recall and their F1."""

    right_found: float = 0.0
    found: float = 0.0
    right_gold: float = 0.0
    gold: float = 0.0

    def add(self, right_found: float, found: float, right_gold: float, gold: float) -> None:
        self.right_found += right_found
        self.found += found
        self.right_gold += right_gold
        self.gold += gold

    @property
    def precision(self) -> float:
        return self.right_found / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.right_gold / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        return harmonic(self.precision, self.recall)

    def __str__(self) -> str:
        shares = f"P {100 * self.precision:5.1f}  R {100 * self.recall:5.1f}  F1 {100 * self.f1:5.1f}"
        return f"{shares}  (gold {self.gold:g}, found {self.found:g})"


class CoreferenceScore(msgspec.Struct):
    """MUC (Vilain et al. 1995), B³ (Bagga and Baldwin 1998) and CEAF-e (Luo 2005), summed over documents."""

    muc: Ratio
    b_cubed: Ratio
    ceaf: Ratio

    @property
    def conll(self) -> float:
        return (self.muc.f1 + self.b_cubed.f1 + self.ceaf.f1) / 3


def new_score() -> CoreferenceScore:
    return CoreferenceScore(Ratio(), Ratio(), Ratio())


def add_document(score: CoreferenceScore, gold: Sequence[Cluster], found: Sequence[Cluster]) -> None:
    """Adds one document's entities (sets of mention heads) to the sums."""
    score.muc.add(_links(found, gold), sum(len(c) - 1 for c in found), _links(gold, found), sum(len(c) - 1 for c in gold))
    score.b_cubed.add(_shared(found, gold), sum(map(len, found)), _shared(gold, found), sum(map(len, gold)))
    similarity = _best_pairing(gold, found)
    score.ceaf.add(similarity, len(found), similarity, len(gold))


def _links(ones: Sequence[Cluster], others: Sequence[Cluster]) -> int:
    """Of the links that make up each of the ones, how many the others keep."""
    of = {mention: number for number, cluster in enumerate(others) for mention in cluster}
    return sum(len(c) - len({of.get(mention, -1 - mention) for mention in c}) for c in ones)


def _shared(ones: Sequence[Cluster], others: Sequence[Cluster]) -> float:
    of = {mention: cluster for cluster in others for mention in cluster}
    return sum(len(c & of[mention]) / len(c) for c in ones for mention in c if mention in of)


def _best_pairing(gold: Sequence[Cluster], found: Sequence[Cluster]) -> float:
    """A one-to-one pairing by 2|A∩B|/(|A|+|B|), greedy from the best pair: never more than the best pairing's sum."""
    pairs = [(2 * len(g & f) / (len(g) + len(f)), i, j) for i, g in enumerate(gold) for j, f in enumerate(found) if g & f]
    total, seen_gold, seen_found = 0.0, set(), set()
    for similarity, i, j in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if i not in seen_gold and j not in seen_found:
            total += similarity
            seen_gold.add(i)
            seen_found.add(j)
    return total


def clusters_of(parse: Parse, mentions: Sequence[Mention]) -> list[Cluster]:
    """Entities of at least two mentions, as sets of head tokens: by ``refers_to``, and names that repeat exactly."""
    root = {mention.id: mention.id for mention in mentions}

    def find(identity: str) -> str:
        while root[identity] != identity:
            identity = root[identity]
        return identity

    names: dict[tuple[bool, str], str] = {}
    for mention in mentions:
        if mention.refers_to:
            root[find(mention.id)] = find(mention.refers_to)
        key = (mention.kind is MentionKind.TIME, _name(mention.text))
        if mention.named and mention.refers_to is None:
            root[find(mention.id)] = find(names.setdefault(key, mention.id))
    grouped: defaultdict[str, set[int]] = defaultdict(set)
    for mention in mentions:
        head = parse.token_at(mention.head[0])
        if head is not None:
            grouped[find(mention.id)].add(head)
    return [frozenset(group) for group in grouped.values() if len(group) > 1]


def _name(text: str) -> str:
    return re.sub(r"^the\s|[’']s?$", "", text.casefold())


def gold_clusters(mentions: Iterable[GoldMention]) -> list[Cluster]:
    grouped: defaultdict[str, set[int]] = defaultdict(set)
    for mention in mentions:
        grouped[mention.entity].add(mention.head)
    return [frozenset(group) for group in grouped.values() if len(group) > 1]


# ── re3d ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

RE3D_TYPES = {
    EntityLabel.PERSON: "Person", EntityLabel.ORG: "Organisation", EntityLabel.FORCE: "Organisation", EntityLabel.NORP: "Nationality",
    EntityLabel.LOC: "Location", EntityLabel.FAC: "Location", EntityLabel.WEAPON: "Weapon", EntityLabel.VEHICLE: "MilitaryPlatform",
    EntityLabel.DATE: "Temporal", EntityLabel.TIME: "Temporal",
}  # fmt: skip
RE3D_SAME = {"Vehicle": "MilitaryPlatform"}


# Of the documents in the order of collection and name, each so many was kept from training (as in ``training/spans.py``).
HELD_OUT = 6
SIGNAL_TYPES = {
    "PERSON": "Person", "ORG": "Organisation", "LOC": "Location", "NORP": "Nationality", "DATE": "Temporal", "WEAPON": "Weapon",
    "VEHICLE": "MilitaryPlatform",
}  # fmt: skip


def read_re3d() -> list[tuple[Document, set[Entity]]]:
    """The documents with their entities: start, end, type. Quantity, money and references to documents are not scored."""
    scored = set(RE3D_TYPES.values())
    found = []
    with gzip.open(data_folder() / "entities" / "re3d_train_dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in sorted(map(json.loads, lines), key=lambda row: (str(row["collection"]), str(row["doc_id"]))):
            gold = {(*entity["span"], RE3D_SAME.get(entity["type"], entity["type"])) for entity in row["entities"]}
            found.append(
                (Document(id=row["doc_id"], text=row["text"], sha256=text_sha256(row["text"])), {g for g in gold if g[2] in scored})
            )
    return found


def re3d_type(mention: Mention) -> str | None:
    """The type that re3d gives such a mention; people who are no nation, and pronouns, are organisations or nothing there."""
    if mention.label is EntityLabel.GPE:
        return "Organisation" if mention.kind is MentionKind.ACTOR else "Location"
    if mention.label is EntityLabel.NORP and not mention.named:
        return None
    return RE3D_TYPES.get(mention.label)


def mentioned(parse: Parse, lexicon: Lexicon, gazetteer: Gazetteer) -> set[Entity]:
    """The entities among the program's mentions; pronouns are none."""
    found = set()
    for mention in find_mentions(parse, lexicon, gazetteer):
        kind = re3d_type(mention)
        pronoun = mention.refers_to is not None and len(mention.text.split()) == 1 and mention.text.islower()
        if kind is not None and not pronoun:
            found.add((*mention.span, kind))
    return found


def signalled(parse: Parse) -> set[Entity]:
    """The entities that the language model marks."""
    spans = parse.signals.entities if parse.signals is not None else ()
    return {
        (parse.tokens[one.first].span[0], parse.tokens[one.end - 1].span[1], SIGNAL_TYPES[str(one.label)])
        for one in spans
        if str(one.label) in SIGNAL_TYPES
    }


def capitalised(text: str, gazetteer: Gazetteer) -> set[Entity]:
    """What anybody could do: runs of words with a capital are places where the gazetteer has the name, else organisations."""
    runs = CAPITALISED.finditer(text)
    return {(*run.span(), "Location" if gazetteer.lookup(run.group()) else "Organisation") for run in runs}


def counted(gold: Sequence[set[Entity]], found: Sequence[set[Entity]]) -> list[Counts]:
    """Right, made and asked entities of each document."""
    return [(len(one & other), len(other), len(one)) for one, other in zip(gold, found, strict=True)]


def by_type(gold: Sequence[set[Entity]], found: Sequence[set[Entity]]) -> dict[str, Ratio]:
    """Exact span and type, for each type and for all."""
    ratios: defaultdict[str, Ratio] = defaultdict(Ratio)
    for expected, made in zip(gold, found, strict=True):
        for name in sorted({entity[2] for entity in made | expected}):
            ours, theirs = ({entity for entity in side if entity[2] == name} for side in (made, expected))
            ratios[name].add(len(ours & theirs), len(ours), len(ours & theirs), len(theirs))
        ratios["all"].add(len(made & expected), len(made), len(made & expected), len(expected))
    return ratios


def print_re3d(lexicon: Lexicon, gazetteer: Gazetteer) -> None:
    """Scores the rules alone and with the parser's signals, the latter also, as the signals by themselves, on documents not learnt from."""
    documents = read_re3d()
    parses = list(OnnxParser().parse(document for document, _ in documents))
    gold = [entities for _, entities in documents]
    names = [capitalised(document.text, gazetteer) for document, _ in documents]
    rules = [mentioned(msgspec.structs.replace(parse, signals=None), lexicon, gazetteer) for parse in parses]
    signals = [mentioned(parse, lexicon, gazetteer) for parse in parses]
    alone = [signalled(parse) for parse in parses]
    unseen = slice(None, None, HELD_OUT)
    for name, made, part in (
        ("rules alone", rules, slice(None)),
        ("with signals, unseen documents", signals, unseen),
        ("signals alone, unseen documents", alone, unseen),
    ):
        figure = f"entities: re3d, exact span and type, {name}"
        say(figure, counted(gold[part], made[part]), f1_of)
        say_baseline(figure, "words with a capital", f1_of(counted(gold[part], names[part])))
    for name, made in (("rules alone", rules), ("with signals", signals)):
        print(f"re3d, {name}, span and type exact, packaged parser, all documents")
        for kind, ratio in by_type(gold, made).items():
            print(f"  {kind:17} {ratio}")


# ── Runs ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


Find = Callable[[Parse], Sequence[Mention]]


def score_gum(find: Find, part: str = "dev") -> tuple[Ratio, CoreferenceScore]:
    """Mention heads and coreference of persons, organisations and places in GUM, found in its gold trees."""
    heads, score = Ratio(), new_score()
    for gold in read_gum(part):
        wanted = [mention for mention in gold.mentions if mention.type in GUM_TYPES]
        found = [mention for mention in find(gold.parse) if mention.kind in (MentionKind.ACTOR, MentionKind.PLACE)]
        gold_heads = {mention.head for mention in wanted}
        found_heads = {head for mention in found if (head := gold.parse.token_at(mention.head[0])) is not None}
        right = len(gold_heads & found_heads)
        heads.add(right, len(found_heads), right, len(gold_heads))
        add_document(score, gold_clusters(wanted), clusters_of(gold.parse, found))
    return heads, score


def same_names(mentions: Iterable[Mention]) -> list[Mention]:
    """What anybody could do: names alone, the same name the same entity."""
    return [msgspec.structs.replace(mention, refers_to=None) for mention in mentions if mention.named and mention.refers_to is None]


def print_seed(lexicon: Lexicon, gazetteer: Gazetteer) -> None:
    """The seed report's mentions with the packaged parser: spans found, kind and label of those, references that agree with the gold."""
    folder = data_folder() / "seed"
    gold = msgspec.json.decode((folder / "gold.json").read_bytes())
    (capture,) = read_documents([folder / "report.txt"])
    assert isinstance(capture, Capture)
    (parse,) = OnnxParser().parse([capture.document])
    found = {mention.span: mention for mention in find_mentions(parse, lexicon, gazetteer)}
    by_id = {mention.id: mention.text for mention in found.values()}
    texts = {row["id"]: row["text"] for row in gold["mentions"]}
    same = [(row, found[tuple(row["span"])]) for row in gold["mentions"] if tuple(row["span"]) in found]
    labels = sum((row["kind"], row["label"]) == (str(mention.kind), str(mention.label)) for row, mention in same)
    linked = [(row, mention) for row, mention in same if row["refers_to"]]
    right = sum(mention.refers_to is not None and by_id[mention.refers_to] == texts[row["refers_to"]] for row, mention in linked)
    print("seed report, packaged parser")
    print(f"  spans          {len(same)} of {len(gold['mentions'])} exact ({len(found)} found), kind and label right in {labels}")
    print(f"  references     {right} of {sum(bool(row['refers_to']) for row in gold['mentions'])} to a mention with the same words")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--re3d", action="store_true", help="score entities in re3d, too (parses it: minutes)")
    options = parser.parse_args()
    lexicon, gazetteer = Lexicon(), load_gazetteer()
    heads, score = score_gum(lambda parse: find_mentions(parse, lexicon, gazetteer))
    named_heads, named = score_gum(lambda parse: same_names(find_mentions(parse, lexicon, gazetteer)))
    say_whole("mentions: GUM dev, gold trees, heads F1", heads.f1, round(heads.gold))
    say_baseline("mentions: GUM dev, gold trees, heads F1", "names alone", named_heads.f1)
    say_whole("mentions: GUM dev, gold trees, CoNLL F1", score.conll, round(score.b_cubed.gold))
    say_baseline("mentions: GUM dev, gold trees, CoNLL F1", "the same name", named.conll)
    print("GUM dev, persons, organisations and places, gold trees")
    print(f"  mention heads  {heads}")
    for name, ratio in (("MUC", score.muc), ("B³", score.b_cubed), ("CEAF-e", score.ceaf)):
        print(f"  {name:13}  {ratio}")
    print(f"  CoNLL F1       {100 * score.conll:.1f}")
    print_seed(lexicon, gazetteer)
    if options.re3d:
        print_re3d(lexicon, gazetteer)


if __name__ == "__main__":
    main()
