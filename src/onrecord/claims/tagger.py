"""The learned tagger of attributions: two linear-chain CRFs over our own parse (Lafferty et al. 2001; after Pareti et al. 2013).

The first labels the words of a sentence that are cues; the second, for one cue, the words around it that are its source and
its content. Features are words, dependencies, quotation state, the lexicon's classes and what the rules of grammar propose.
``training/attribution`` builds the models from the functions here, so that both see the same features.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path

import msgspec
import pycrfsuite  # type: ignore[import-untyped]

from onrecord.claims.cues import CueMatch
from onrecord.claims.grammar import Draft, Grammar
from onrecord.claims.speakers import Quoted

CUES, CONTENTS = "cues.crfsuite", "contents.crfsuite"
MAX_SENTENCES = 6  # that a window reaches back or on inside a quotation
MAX_WINDOW = 400  # words; longer windows are cut around the cue
MAX_CROWD = 30  # words of cues in a window; with more of them windows are shorter
BUCKETS = (*map(str, range(5)), *["7"] * 3, *["14"] * 7, *["29"] * 15, "30")  # names of distances in words, by the farthest of each


class Tagged(msgspec.Struct, frozen=True):
    """A cue as the tagger marks it. Token indices in text order; ``confidence``: probability of the cue times that of its parts."""

    cue: tuple[int, ...]
    source: tuple[int, ...]
    content: tuple[int, ...]
    confidence: float


class Context:
    """What the features of one report are made from.

    drafts: what the rules of grammar and quotation propose, by the token that heads the cue.
    """

    def __init__(self, grammar: Grammar, quoted: Quoted, drafts: Iterable[Draft], matches: Sequence[CueMatch]) -> None:
        self.grammar = grammar
        self.tokens = grammar.tokens
        self.words = grammar.words
        self.quoted = quoted
        self.quote_state = _quote_states(quoted)
        self.kinds = ["-"] * len(self.tokens)
        self.entries = {match.head: match.entry for match in matches}
        for match in matches:
            self.kinds[match.head] = f"{match.entry.kind}.{match.entry.cue_class}"
        self.drafts = {draft.head: draft for draft in drafts}
        self.lemmas = [token.lemma.lower() for token in self.tokens]
        self.relations = [token.deprel for token in self.tokens]
        self.heads = [token.head for token in self.tokens]
        self.pos = [_pos(token.upos, token.feats) for token in self.tokens]


@lru_cache(maxsize=4096)
def _pos(upos: str, feats: str) -> str:
    """The part of speech with the features that tell verb forms apart."""
    if upos not in ("VERB", "AUX"):
        return upos
    form = next((part[9:12] for part in feats.split("|") if part.startswith("VerbForm=")), "")
    tense = next((part[6:] for part in feats.split("|") if part.startswith("Tense=")), "")
    return f"{upos}.{form}{tense}"


def _quote_states(quoted: Quoted) -> list[str]:
    """Per token: O outside, I inside quotation marks, B and E at the marks."""
    states = ["I" if inside else "O" for inside in quoted.inside]
    for first, end in quoted.outer:
        states[first] = "B"
        if end - 1 > first and quoted.parse.tokens[end - 1].upos == "PUNCT":
            states[end - 1] = "E"
    return states


# ── Features ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def cue_features(context: Context, first: int, end: int) -> list[list[str]]:
    """Per token of a sentence, the features of the cue tagger."""
    return [_cue_features(context, at, first, end) for at in range(first, end)]


def _cue_features(context: Context, at: int, first: int, end: int) -> list[str]:
    lemma, pos, kind, quote = context.lemmas[at], context.pos[at], context.kinds[at], context.quote_state[at]
    features = [f"w={context.words[at]}", f"l={lemma}", f"p={pos}", f"k={kind}", f"q={quote}", f"r={context.relations[at]}"]
    for step in (-2, -1, 1, 2):
        near = at + step
        if first <= near < end:
            features += [f"{step}l={context.lemmas[near]}", f"{step}p={context.pos[near]}", f"{step}q={context.quote_state[near]}"]
        else:
            features.append(f"{step}X")
    if at + 1 < end:
        features.append(f"l|1l={lemma}|{context.lemmas[at + 1]}")
    head = context.heads[at]
    if head >= 0:
        features += [
            f"hl={context.lemmas[head]}",
            f"hp={context.pos[head]}",
            f"hk={context.kinds[head]}",
            f"rhk={context.relations[at]}|{context.kinds[head]}",
        ]
    features += _child_features(context, at, kind)
    draft = context.drafts.get(at)
    if draft is not None:
        shape = f"{draft.rule}|{bool(draft.source)}|{bool(draft.content)}"
        features += [f"d={shape}", f"dk={shape}|{kind}", f"dl={lemma}|{bool(draft.content)}"]
    return features


def _child_features(context: Context, at: int, kind: str) -> list[str]:
    children = context.grammar.parse.children[at]
    if not children:
        return [f"kc={kind}|False|False", f"lc={context.lemmas[at]}|False|False"]
    relations = set()
    features = []
    for child in children:
        relation = context.relations[child]
        relations.add(relation)
        if relation in ("nsubj", "ccomp", "obj", "xcomp", "obl", "parataxis", "nsubj:pass"):
            features.append(f"c{relation}={context.pos[child]}")
        if relation in ("nsubj", "case", "mark"):
            features.append(f"c{relation}l={context.lemmas[child]}")
    features += [f"c={relation}" for relation in sorted(relations)]
    subject = "nsubj" in relations or "nsubj:pass" in relations
    features += [f"kc={kind}|{subject}|{'ccomp' in relations}", f"lc={context.lemmas[at]}|{'ccomp' in relations}|{'obj' in relations}"]
    return features


def window(context: Context, cue: Sequence[int], mask: bytearray) -> tuple[int, int]:
    """The token range that may hold a cue's source and content: its sentence, what quotations tie to it, what the rules propose.

    Where cues crowd, each has so much less: one sentence of a thousand sayings costs what a thousand sentences of one cost.
    """
    sentences, tokens = context.grammar.parse.sentences, context.tokens
    low, high = tokens[cue[0]].sentence, tokens[cue[-1]].sentence
    for _ in range(MAX_SENTENCES):
        if low == 0 or not _tied_before(context, low):
            break
        low -= 1
    for _ in range(MAX_SENTENCES):
        if high + 1 >= len(sentences) or not _tied_after(context, high + 1):
            break
        high += 1
    draft = context.drafts.get(cue_head(context, cue))
    proposed = (*draft.source, *draft.content) if draft is not None else ()
    first = min((sentences[low].first, *proposed))
    end = max((sentences[high].end, *(at + 1 for at in proposed)))
    reach = MAX_WINDOW
    crowd = mask.count(1, max(first, cue[0] - reach), min(end, cue[-1] + reach))
    if crowd > MAX_CROWD:
        reach = reach * MAX_CROWD // crowd
    return max(first, cue[0] - reach), min(end, cue[-1] + reach)


def _tied_before(context: Context, sentence: int) -> bool:
    """Whether a sentence goes on what the one before began: inside a quotation, after its closing mark, or in lower case."""
    here, before = context.grammar.parse.sentences[sentence], context.grammar.parse.sentences[sentence - 1]
    if context.quote_state[here.first] in "IE":
        return True
    if here.paragraph != before.paragraph:
        return False
    return context.quote_state[before.end - 1] == "E" or context.tokens[here.first].text[:1].islower()


def _tied_after(context: Context, sentence: int) -> bool:
    """Whether a sentence goes on a quotation, or opens one in the same paragraph or after a colon."""
    here, before = context.grammar.parse.sentences[sentence], context.grammar.parse.sentences[sentence - 1]
    state = context.quote_state[here.first]
    return state == "I" or (state == "B" and (here.paragraph == before.paragraph or context.words[before.end - 1] == ":"))


def content_features(context: Context, cue: Sequence[int], mask: bytearray) -> tuple[int, list[list[str]]]:
    """The first token of a cue's window and, per token of it, the features of the source and content tagger.

    mask: per token of the report, 1 where it is part of a cue.
    """
    first, end = window(context, cue, mask)
    head = cue_head(context, cue)
    paths = _Paths(context, cue, head)
    return first, [_content_features(context, at, cue, head, mask, paths, first, end) for at in range(first, end)]


def cue_head(context: Context, cue: Sequence[int]) -> int:
    """The token that a cue hangs by: a verb before other words, one whose own head is outside before others."""
    inside = set(cue)
    outer = [at for at in cue if context.heads[at] not in inside]
    verbs = [at for at in outer if context.pos[at].startswith("VERB")]
    return (verbs or outer or list(cue))[0]


class _Paths:
    """Where a token stands from the cue: below it, below one of its ancestors, or elsewhere, and by which relations."""

    def __init__(self, context: Context, cue: Sequence[int], head: int) -> None:
        self.cue = frozenset(cue)
        self.ancestors = frozenset(context.grammar.parse.ancestors(head))
        self.draft = context.drafts.get(head)
        self.source = frozenset(self.draft.source) if self.draft else frozenset()
        self.content = frozenset(self.draft.content) if self.draft else frozenset()
        self.known: dict[int, tuple[str, str, int]] = {}
        self.places: dict[int, str] = {}
        self.context = context
        self.lemma = context.lemmas[head] if context.kinds[head] != "-" else "?"
        self.kind = context.kinds[head]
        self.relation = context.relations[head]

    def place(self, at: int) -> str:
        """Where the climb from a token ends, and its last relation, in a word."""
        found = self.places.get(at)
        if found is None:
            where, last, _ = self.path(at)
            found = self.places[at] = f"{where}|{last}"
        return found

    def path(self, at: int) -> tuple[str, str, int]:
        """Where the climb from a token ends (C cue, A ancestor of it, R root), its last relation and its length."""
        known = self.known
        stack = []
        heads, relations = self.context.heads, self.context.relations
        while at not in known:
            if at in self.cue:
                known[at] = ("C", "-", 0)
            elif at in self.ancestors:
                known[at] = ("A", "-", 0)
            elif heads[at] < 0:
                known[at] = ("R", "-", 0)
            else:
                stack.append(at)
                at = heads[at]
        where, last, length = known[at]
        for below in reversed(stack):
            last, length = (relations[below] if length == 0 else last), length + 1
            known[below] = (where, last, length)
        return where, last, length


def _content_features(
    context: Context, at: int, cue: Sequence[int], head: int, mask: Sequence[int], paths: _Paths, first: int, end: int
) -> list[str]:
    if at in paths.cue:
        return ["CUE"]
    after = at > cue[-1]
    side = "+" if after else "-"
    distance = at - cue[-1] if after else cue[0] - at
    quote, pos = context.quote_state[at], context.pos[at]
    length = paths.path(at)[2]
    place = paths.place(at)
    rule = "S" if at in paths.source else "C" if at in paths.content else "-"
    features = [
        "b",
        f"p={pos}",
        f"l={context.lemmas[at]}",
        f"q={quote}",
        f"d={side}{_bucket(distance)}",
        f"s={side}",
        f"s|p={side}|{pos}",
        f"sq={side}|{quote}",
        f"xc={_crosses(mask, at, cue)}",
        f"sd={context.tokens[at].sentence - context.tokens[head].sentence}",
        f"cl={paths.lemma}",
        f"ck={paths.kind}",
        f"ac={mask[at]}",
        f"r={context.relations[at]}",
        f"pw={place}",
        f"pws={place}|{side}",
        f"pwn={place}|{min(length, 3)}",
        f"pwq={place}|{quote}",
        f"pwc={place}|{paths.lemma}",
        f"pwk={place}|{paths.kind}",
        f"hr={paths.relation}|{place}{side}",
        f"an={at in paths.ancestors}",
        f"rule={rule}",
        f"ruleq={rule}|{quote}",
        f"rulew={rule}|{place}|{side}",
    ]
    for step in (-1, 1):
        near = at + step
        if first <= near < end:
            near_rule = "S" if near in paths.source else "C" if near in paths.content else "-"
            features += [
                f"{step}p={context.pos[near]}",
                f"{step}l={context.lemmas[near]}",
                f"{step}q={context.quote_state[near]}",
                f"{step}cue={near in paths.cue}",
                f"{step}rule={rule}|{near_rule}",
                f"{step}pw={place}|{paths.place(near)}",
            ]
        else:
            features.append(f"{step}X")
    return features


def _bucket(distance: int) -> str:
    return BUCKETS[min(distance, len(BUCKETS) - 1)]


def _crosses(mask: Sequence[int], at: int, cue: Sequence[int]) -> bool:
    """Whether another cue stands between a token and this one."""
    low, high = (cue[-1] + 1, at) if at > cue[-1] else (at + 1, cue[0])
    return high - low >= 60 or 1 in mask[low:high]


# ── Tagging ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class Tagger:
    """Tags reports with two models. ``folder``: where they lie."""

    def __init__(self, folder: Path) -> None:
        self._cues, self._contents = pycrfsuite.Tagger(), pycrfsuite.Tagger()
        self._cues.open(str(folder / CUES))
        self._contents.open(str(folder / CONTENTS))

    def tag(self, context: Context) -> tuple[list[Tagged], list[float]]:
        """Every cue that the tagger finds, with its source and content, in text order; and per token, how likely it is (part of) a cue."""
        cues: list[tuple[int, ...]] = []
        likely = [0.0] * len(context.tokens)
        for sentence in context.grammar.parse.sentences:
            if sentence.first < sentence.end:
                labels = self._cues.tag(cue_features(context, sentence.first, sentence.end))
                cues.extend(_runs(labels, sentence.first))
                for at in range(sentence.first, sentence.end):
                    if labels[at - sentence.first] != "O" or at in context.drafts:
                        likely[at] = 1.0 - self._cues.marginal("O", at - sentence.first)
        mask = bytearray(len(context.tokens))
        for cue in cues:
            for at in cue:
                mask[at] = 1
        return [self._tag_cue(context, cue, mask, max(likely[at] for at in cue)) for cue in cues], likely

    def _tag_cue(self, context: Context, cue: tuple[int, ...], mask: bytearray, probability: float) -> Tagged:
        first, features = content_features(context, cue, mask)
        labels = self._contents.tag(features)
        source = tuple(first + at for at, label in enumerate(labels) if label[-1] == "S")
        content = tuple(first + at for at, label in enumerate(labels) if label[-1] == "C")
        return Tagged(cue, source, content, probability)


def _runs(labels: Sequence[str], first: int) -> Iterator[tuple[int, ...]]:
    run: list[int] = []
    for at, label in enumerate(labels):
        if label != "I" and run:
            yield tuple(run)
            run = []
        if label != "O":
            run.append(first + at)
    if run:
        yield tuple(run)


@lru_cache(maxsize=1)
def packaged_tagger() -> Tagger | None:
    """The tagger that onrecord ships, opened once in a process; None where its files were left out."""
    with resources.as_file(resources.files("onrecord.data")) as data:
        folder = data / "attribution"
        return Tagger(folder) if (folder / CUES).is_file() and (folder / CONTENTS).is_file() else None
