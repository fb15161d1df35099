"""The actors, places, weapons and carriers of words that a report names or describes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING

from onrecord.lexicon.agents import Kind as AgentKind
from onrecord.lexicon.countries import Form
from onrecord.lexicon.lists import word_set
from onrecord.mentions.drafts import Draft, base, feature, span_of
from onrecord.mentions.extents import head_of_name, name_words, phrase_extent
from onrecord.mentions.kinds import agent_label, capital_acts, kind_of, state_acts
from onrecord.mentions.names import Names
from onrecord.mentions.vocabulary import AREA_NOUNS, COUNTRY_ANAPHORS, DIRECTIONS, PERSONAL_PRONOUNS, TITLES
from onrecord.records import BlockKind, EntityLabel, MentionKind, Parse, Span

if TYPE_CHECKING:
    from onrecord.gazetteer import Gazetteer
    from onrecord.lexicon import Lexicon

NOMINAL = frozenset(["NOUN", "PROPN"])
NOMINAL_OR_ADJECTIVE = NOMINAL | {"ADJ"}
PLURALS = word_set("pronouns.plural_plain")
RELATION_WORDS = word_set("names.backing")
SURROUNDINGS = word_set("places.surroundings")
PART_OF_PHRASE = frozenset(["compound", "flat", "amod", "goeswith", "fixed", "nummod"])
UNREAD = (BlockKind.BOILERPLATE, BlockKind.BYLINE)


def find_entities(parse: Parse, lexicon: Lexicon, gazetteer: Gazetteer, figures: Sequence[Draft]) -> list[Draft]:
    """Drafts of all mentions but times and quantities, in order of their heads; pronouns included, none linked yet."""
    names = Names(parse, lexicon, gazetteer)
    taken = _tokens_of_figures(figures)
    quantity_ends = {index: draft.end for draft in figures if _counts(parse, draft) for index in range(draft.first, draft.end)}
    drafts: dict[int, Draft] = {}
    for token in parse.tokens:
        if parse.sentences[token.sentence].kind in UNREAD:
            continue
        draft = _pronoun(parse, token.index)
        if draft is None and token.index not in taken:
            draft = _nominal(names, token.index, quantity_ends)
        if draft is not None:
            drafts[token.index] = draft
    for draft in _modifiers(names, drafts, taken):
        drafts.setdefault(draft.head, draft)
    found = [drafts[index] for index in sorted(drafts)]
    _agree_on_names(found)
    _join_places(parse, found, names)
    _drop_owners_of_places(parse, found)
    _drop_parts_of_names(names, found)
    return [draft for draft in found if not draft.dropped]


def _tokens_of_figures(figures: Sequence[Draft]) -> frozenset[int]:
    """The tokens inside a quantity or an innermost time: they head nothing else, but for the pronoun of "17 of them"."""
    times = [draft for draft in figures if draft.kind is MentionKind.TIME]
    inner = _innermost(times)
    quantities = [draft for draft in figures if draft.kind is MentionKind.QUANTITY]
    return frozenset(index for draft in (*inner, *quantities) for index in range(draft.first, draft.end))


def _counts(parse: Parse, draft: Draft) -> bool:
    """Whether a figure stands before the phrase that it counts rather than in it, as an article does ("A militant died")."""
    return draft.kind is MentionKind.QUANTITY and parse.text_of(draft.span).lower() not in ("a", "an")


def _innermost(drafts: Sequence[Draft]) -> list[Draft]:
    """Those inside whose spans no other span of them lies."""
    nearest: dict[Span, float] = {}  # per span, the first end of the spans that begin in it or after it
    end = inf
    for span in sorted({draft.span for draft in drafts}, key=lambda span: (-span[0], span[1])):
        nearest[span] = end
        end = min(end, span[1])
    return [draft for draft in drafts if nearest[draft.span] > draft.span[1]]


# ── Pronouns ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _pronoun(parse: Parse, index: int) -> Draft | None:
    token = parse.tokens[index]
    word = token.text.lower()
    if token.upos != "PRON" or word not in PERSONAL_PRONOUNS or base(token.deprel) == "expl":
        return None
    plural = feature(token, "Number") == "Plur" or word in PLURALS
    label = EntityLabel.FORCE if plural else EntityLabel.ORG if word in ("it", "its", "itself") else EntityLabel.PERSON
    return Draft(MentionKind.ACTOR, label, token.span, index, index + 1, index, pronoun=True)


# ── Nouns and names ───────────────────────────────────────────────────────────────────────────────────────────────────


def _nominal(names: Names, index: int, quantity_ends: dict[int, int]) -> Draft | None:
    parse = names.parse
    token = parse.tokens[index]
    if not _heads_phrase(names, index):
        return None
    first, end = phrase_extent(parse, index, names)
    known = names.known(index)
    if known is not None:
        first, end = min(first, known.first), max(end, known.end)
    if quantity_ends.get(first, index + 1) <= index:  # "at least 34 | Turkish soldiers"
        first = quantity_ends[first]
    verdict = kind_of(names, index, first, end)
    if verdict is None:
        return None
    kind, label = verdict
    named = token.upos == "PROPN" or any(names.known(at) or parse.tokens[at].upos == "PROPN" for at in range(first, end))
    return Draft(
        kind=kind,
        label=label,
        span=span_of(parse, first, end),
        first=first,
        end=end,
        head=index,
        named=bool(named),
        name=name_words(parse, _name_start(parse, first, index), end),
        countries=known.countries if known and known.form is not Form.CAPITAL else frozenset(),
    )


def _name_start(parse: Parse, first: int, head: int) -> int:
    """Where the name proper begins: "rebel-held | Minas de Corrales"."""
    if parse.tokens[head].upos != "PROPN":
        return first
    return next((index for index in range(first, head) if parse.tokens[index].upos == "PROPN"), head)


def _heads_phrase(names: Names, index: int) -> bool:
    """Whether a token heads a nominal phrase of its own: a noun or name that is no part of another's, or "the wounded"."""
    parse = names.parse
    token = parse.tokens[index]
    if token.upos not in NOMINAL_OR_ADJECTIVE:
        return False
    known = names.known(index)
    if _is_title(parse, index) or (known is not None and index != head_of_name(parse, known.first, known.end)):
        return False
    if token.upos in NOMINAL:
        return not _is_part(parse, index)
    if base(token.deprel) in ("nsubj", "obj", "obl", "nmod", "conj") and token.deprel != "nmod:poss":
        determined = any(base(parse.tokens[child].deprel) == "det" for child in parse.children[index])
        return determined and (names.agent(index) is not None or (known is not None and known.form in (Form.PEOPLE, Form.ADJECTIVE)))
    return False


def _is_part(parse: Parse, index: int) -> bool:
    """Whether a noun or name modifies another one, itself or as a later conjunct ("military and hospital sources")."""
    token = parse.tokens[index]
    if base(token.deprel) == "conj" and token.head >= 0 and index < _phrase_head(parse, token.head):
        token = parse.tokens[token.head]
    return base(token.deprel) in PART_OF_PHRASE and token.head >= 0 and parse.tokens[token.head].upos in NOMINAL_OR_ADJECTIVE


def _phrase_head(parse: Parse, index: int) -> int:
    """The head of the phrase that a modifier stands in."""
    while base(parse.tokens[index].deprel) in PART_OF_PHRASE and parse.tokens[index].head >= 0:
        index = parse.tokens[index].head
    return index


def _is_title(parse: Parse, index: int) -> bool:
    """Whether a word is the title before a name: "Col.", "President" in "President Medina"."""
    token = parse.tokens[index]
    if token.text.lower().rstrip(".") not in TITLES or index + 1 >= len(parse.tokens):
        return False
    following = parse.tokens[index + 1]
    return (
        following.upos == "PROPN"
        and following.sentence == token.sentence
        and base(token.deprel) in ("nmod", "compound", "flat", "appos", "amod")
    )


def _agree_on_names(drafts: Sequence[Draft]) -> None:
    """A name that is a place where the report says so is one where nothing does: as a subject it looked like a person."""
    places = {draft.name for draft in drafts if draft.kind is MentionKind.PLACE and draft.named}
    for draft in drafts:
        if draft.label is EntityLabel.PERSON and draft.named and draft.name in places:
            draft.kind, draft.label = MentionKind.PLACE, EntityLabel.GPE


# ── Owners inside other phrases ───────────────────────────────────────────────────────────────────────────────────────


def _modifiers(names: Names, drafts: dict[int, Draft], taken: frozenset[int]) -> Iterator[Draft]:
    """Actors and places that stand inside phrases: "Turkish | operations", "regime | attacks", "Iran | -backed", "Syria | ’s groups"."""
    parse = names.parse
    covered = {index: draft for draft in drafts.values() if not draft.pronoun for index in range(draft.first, draft.end)}
    for token in parse.tokens:
        index = token.index
        if index in taken or index in drafts or parse.sentences[token.sentence].kind in UNREAD:
            continue
        outer = covered.get(index)
        armed = outer is not None and outer.kind is MentionKind.WEAPON and token.head == outer.head
        if armed:
            outer = None  # "RSF shells", "rebel rockets": whose they are is somebody
        if _is_title(parse, index):
            continue
        if outer is not None and (outer.kind is MentionKind.PLACE or not _stands_out(names, index)):
            continue
        draft = _modifier(names, index, outer)
        if draft is not None and not (armed and draft.kind is MentionKind.PLACE):
            yield draft


def _stands_out(names: Names, index: int) -> bool:
    """Whether a word inside a mention is another participant: an owner with 's, or the one behind "-backed"."""
    token = names.parse.tokens[index]
    above = names.parse.tokens[token.head] if token.head >= 0 else None
    backed = above is not None and above.upos in ("VERB", "ADJ") and above.text.lower() in RELATION_WORDS
    return token.deprel == "nmod:poss" or backed


def _modifier(names: Names, index: int, outer: Draft | None) -> Draft | None:
    parse = names.parse
    token = parse.tokens[index]
    known = names.known(index)
    if known is not None:
        if index != head_of_name(parse, known.first, known.end):
            return None
        kind, label = MentionKind.ACTOR, known.label
        if known.form in (Form.NAME, Form.CAPITAL):
            acts = state_acts(parse, index) if known.form is Form.NAME else capital_acts(parse, index)
            kind, label = (MentionKind.ACTOR if acts else MentionKind.PLACE), EntityLabel.GPE
        countries = known.countries if known.form is not Form.CAPITAL else frozenset[str]()
        return _draft(parse, kind, label, known.first, known.end, index, countries)
    agent = names.agent(index)
    acts = agent is not None and agent.kind not in (AgentKind.EQUIPMENT, AgentKind.ACT)
    if agent is not None and acts and base(token.deprel) in ("compound", "amod", "nmod") and outer is None and token.upos in NOMINAL:
        head = parse.tokens[token.head]
        hyphened = index + 1 < len(parse.tokens) and parse.tokens[index + 1].text == "-"
        if head.upos in NOMINAL and names.agent(token.head) is None and not hyphened:
            label = agent_label(parse, index, agent)
            label = EntityLabel.ORG if label is EntityLabel.PERSON else label
            return _draft(parse, MentionKind.ACTOR, label, names.agent_start(index), index + 1, index, frozenset())
    if outer is None and _is_place_before_noun(names, index):
        return _draft(parse, MentionKind.PLACE, EntityLabel.GPE, index, index + 1, index, frozenset())
    return None


def _is_place_before_noun(names: Names, index: int) -> bool:
    """Whether a place's name stands before a common noun that is no mention: "the Salto agreement"; not a part of another name."""
    token = names.parse.tokens[index]
    if token.upos != "PROPN" or base(token.deprel) not in ("compound", "nmod") or token.head < 0:
        return False
    return names.parse.tokens[token.head].upos == "NOUN" and names.is_place(token.text)


def _draft(parse: Parse, kind: MentionKind, label: EntityLabel, first: int, end: int, head: int, countries: frozenset[str]) -> Draft:
    named = any(parse.tokens[index].upos in ("PROPN", "ADJ") for index in range(first, end)) and parse.tokens[head].upos != "NOUN"
    name = name_words(parse, first, end)
    return Draft(kind, label, span_of(parse, first, end), first, end, head, named=named, name=name, nested=True, countries=countries)


def _drop_owners_of_places(parse: Parse, drafts: Sequence[Draft]) -> None:
    """ "Turkey’s southern border" is one place: the state in it neither acts nor is where something is."""
    inside = {index for draft in drafts if draft.kind is MentionKind.PLACE for index in range(draft.first, draft.head)}
    for draft in drafts:
        if draft.head in inside and not draft.pronoun and parse.tokens[draft.head].deprel == "nmod:poss":
            draft.dropped = True


def _drop_parts_of_names(names: Names, drafts: Sequence[Draft]) -> None:
    """A name that another, longer one holds behind its head is a part of it, not somebody else."""
    parse = names.parse
    inside = {index for draft in drafts if draft.named for index in range(draft.head + 1, draft.end) if parse.tokens[index].upos == "PROPN"}
    tails = {index for index in inside if base(parse.tokens[index].deprel) in ("appos", "flat", "dep", "compound")}
    people = [draft for draft in drafts if draft.label is EntityLabel.PERSON and parse.tokens[draft.head].upos == "PROPN"]
    tails |= {index for draft in people for index in range(draft.head + 1, draft.end)}
    proper = [draft for draft in drafts if draft.named and parse.tokens[draft.head].upos == "PROPN" and names.agent(draft.head) is None]
    complements = {index for draft in proper for index in range(draft.head + 1, draft.end)}
    for draft in drafts:
        part = draft.head in tails or (draft.head in complements and draft.label is not EntityLabel.GPE)
        if part and not draft.pronoun:
            draft.dropped = True


# ── Places that belong together ───────────────────────────────────────────────────────────────────────────────────────


def _join_places(parse: Parse, drafts: Sequence[Draft], names: Names) -> None:
    """One mention for "Idlib, northwestern Syria" and "the city of Homs"; the later or inner one is dropped."""
    places = [draft for draft in drafts if draft.kind is MentionKind.PLACE or draft.label is EntityLabel.GPE]
    for inner, outer in pairwise(places):
        if inner.dropped or inner.kind is not MentionKind.PLACE:
            continue
        if _is_chain(parse, inner, outer):
            inner.end, inner.span = outer.end, span_of(parse, inner.first, outer.end)
            outer.dropped = True
        elif _is_type_of(parse, inner, outer):
            inner.end, inner.span, inner.named = outer.end, span_of(parse, inner.first, outer.end), True
            inner.name = outer.name
            inner.label = EntityLabel.GPE if inner.label is EntityLabel.LOC else inner.label
            outer.dropped = True


def _is_chain(parse: Parse, inner: Draft, outer: Draft) -> bool:
    """A place, a comma, and the larger place that it lies in, not a list of places."""
    if outer.first != inner.end + 1 or parse.tokens[inner.end].text != "," or not (inner.named and outer.named):
        return False
    after = parse.tokens[outer.end].text.lower() if outer.end < len(parse.tokens) else ""
    loose = bool(outer.countries) and not inner.countries and base(parse.tokens[outer.head].deprel) not in ("nsubj", "obj", "iobj")
    attached = loose or parse.tokens[outer.head].head in range(inner.first, inner.end)
    listed = after in ("and", "or") or (after == "," and outer.end + 1 < len(parse.tokens) and parse.tokens[outer.end + 1].upos == "PROPN")
    directed = parse.tokens[outer.first].text.lower() in DIRECTIONS
    return attached and (
        directed or bool(outer.countries) or (not listed and base(parse.tokens[outer.head].deprel) in ("appos", "nmod", "flat"))
    )


def _is_type_of(parse: Parse, inner: Draft, outer: Draft) -> bool:
    """ "the city of Homs", "Syria's besieged city of Homs": the noun says only what Homs is."""
    noun = parse.tokens[inner.head].text.lower()
    if parse.tokens[inner.head].upos == "PROPN" or noun not in AREA_NOUNS or noun in DIRECTIONS | SURROUNDINGS:
        return False
    modifiers = {token.text.lower() for token in parse.tokens[inner.first : inner.head]}
    if noun == "capital" or "capital" in modifiers or (outer.countries and noun not in COUNTRY_ANAPHORS):
        return False
    between = [token.text.lower() for token in parse.tokens[inner.end : outer.first]]
    return between == ["of"] and outer.named and parse.tokens[outer.head].head == inner.head
