"""What a nominal is: an actor, a place, a weapon, a carrier of words, or nothing that we look for."""

from __future__ import annotations

from onrecord.lexicon.agents import Entry as AgentEntry
from onrecord.lexicon.agents import Kind as AgentKind
from onrecord.lexicon.countries import Form
from onrecord.lexicon.lists import word_set
from onrecord.lexicon.sectors import ARMED_SECTORS
from onrecord.mentions import vocabulary as words
from onrecord.mentions.drafts import base, case_words, feature, governor
from onrecord.mentions.names import Known, Names
from onrecord.mentions.namewords import NOTHING, Verdict, by_name_words
from onrecord.records import EntityLabel, MentionKind, Parse, Token, Unit

SIGNAL_KINDS = {
    EntityLabel.PERSON: MentionKind.ACTOR,
    EntityLabel.ORG: MentionKind.ACTOR,
    EntityLabel.FORCE: MentionKind.ACTOR,
    EntityLabel.NORP: MentionKind.ACTOR,
    EntityLabel.GPE: MentionKind.PLACE,
    EntityLabel.LOC: MentionKind.PLACE,
    EntityLabel.FAC: MentionKind.PLACE,
    EntityLabel.WEAPON: MentionKind.WEAPON,
    EntityLabel.VEHICLE: MentionKind.WEAPON,
}
DEFINITE = word_set("determiners.possessed")
LOCATIVES = word_set("prepositions.locative_small")
TAKEN = word_set("acts.taken")
GETTING = word_set("acts.getting")
LOCATED = word_set("places.located")
CIVIL_SECTORS = frozenset(["CVL", "REF", "AGR", "REL", "LAB", "EDU"])


def kind_of(names: Names, head: int, first: int, end: int) -> Verdict:
    """The kind and label of the phrase ``[first, end)`` with that head, or None where it is no mention."""
    token = names.parse.tokens[head]
    known = names.known(head)
    if known is not None:
        return _known_kind(names, head, known)
    if token.upos == "PROPN" and _is_name(names, head, first, end):
        return _name_kind(names, head, first, end)
    return _noun_kind(names, head, first, end) or _signalled(names, head)


def _signalled(names: Names, head: int) -> Verdict:
    """What the language model says of a noun that the rules pass over; events stay no actors."""
    signal = names.signal(head)
    if signal not in SIGNAL_KINDS or _counts_events(names, names.parse.tokens[head].text.lower()):
        return None
    return SIGNAL_KINDS[signal], signal


def _is_name(names: Names, head: int, first: int, end: int) -> bool:
    """Whether a capitalised head is a name: not a common noun that begins a sentence, nor an agent noun alone ("the Army")."""
    parse = names.parse
    if any(parse.tokens[index].upos == "PROPN" for index in range(first, end) if index != head):
        return True
    opens = head == parse.sentences[parse.tokens[head].sentence].first
    common = opens and parse.tokens[head].text.lower() in words.COMMON_NOUNS
    return names.agent(head) is None and not common


# ── Known names ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _known_kind(names: Names, head: int, known: Known) -> Verdict:
    if known.form is None or known.form in (Form.PEOPLE, Form.ADJECTIVE):
        return MentionKind.ACTOR, known.label
    if known.form is Form.SEAT:
        return MentionKind.ACTOR, EntityLabel.ORG
    acts = state_acts(names.parse, head) if known.form is Form.NAME else capital_acts(names.parse, head)
    return (MentionKind.ACTOR if acts else MentionKind.PLACE), EntityLabel.GPE


def state_acts(parse: Parse, index: int) -> bool:
    """Whether the name of a state stands for those who act for it, not for its land."""
    relation, above = governor(parse, index)
    cases = set(case_words(parse, index))
    if relation == "nmod:poss":
        return above is None or above.text.lower() not in words.AREA_NOUNS | words.FACILITY_NOUNS
    if cases & words.PLACE_PREPOSITIONS:
        return False
    if cases & words.ACTOR_PREPOSITIONS:
        return True
    if above is None:
        return not _is_topic(parse, index)
    return _argument_acts(parse.tokens[index], relation, above, cases)


def _argument_acts(token: Token, relation: str, above: Token, cases: set[str]) -> bool:
    moving = above.lemma.lower() in words.MOTION_VERBS or above.text.lower() in words.MOTION_VERBS
    if "from" in cases:
        return not moving and above.upos == "VERB" and above.lemma in GETTING
    if "to" in cases:
        return not moving
    if "of" in cases:
        return above.text.lower() not in words.AREA_NOUNS
    if base(relation) == "obj":
        return not moving and above.lemma != "leave"
    if base(relation) == "compound":
        return token.text.isupper() or above.upos != "NOUN"
    return True


def _is_topic(parse: Parse, index: int) -> bool:
    """Whether a root is a headline's topic ("Syria: ...") or a phrase of its own rather than the doer of something."""
    after = parse.tokens[index + 1].text if index + 1 < len(parse.tokens) else ""
    return after in (":", "-", "–", "—") or parse.tokens[index].upos == "PROPN"


def capital_acts(parse: Parse, index: int) -> bool:
    """Whether a capital stands for its government: it speaks, decides or owns, and nothing says where."""
    relation, above = governor(parse, index)
    if case_words(parse, index) not in ((), ("'s",), ("’s",)) and not set(case_words(parse, index)) & {"by", "with", "against"}:
        return False
    if relation == "nmod:poss":
        return above is not None and above.text.lower() not in words.AREA_NOUNS | words.FACILITY_NOUNS | {"streets", "residents", "people"}
    if relation == "obl:agent":
        return True
    if above is None or above.upos != "VERB":
        return False
    addressed = relation in ("obj", "iobj") and above.lemma.lower() in words.SPEECH_VERBS | words.ADDRESSING_VERBS
    return relation == "nsubj" or addressed


# ── Other names ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _name_kind(names: Names, head: int, first: int, end: int) -> Verdict:
    parse = names.parse
    text = [token.text for token in parse.tokens[first:end]]
    lowered = [word.lower() for word in text]
    verdict = by_name_words(lowered)
    signal = names.signal(head)
    proper = _proper(parse, first, end)
    doubtful = signal is EntityLabel.PERSON and " " in proper and names.gazetteer.knows(proper)
    if signal in SIGNAL_KINDS and not doubtful:
        return _signalled_name(signal, verdict)
    if verdict is not None:
        return None if verdict is NOTHING else verdict
    if _may_be_place(names, head, first, end):
        return MentionKind.PLACE, EntityLabel.GPE
    if names.lexicon.outlets.find(parse.text_of((parse.tokens[first].span[0], parse.tokens[end - 1].span[1]))) is not None:
        return MentionKind.ACTOR, EntityLabel.ORG
    return _unknown_name(names, head, lowered)


def _proper(parse: Parse, first: int, end: int) -> str:
    """The part of a phrase from its first to its last name word, "de" and the like inside included; "" without one."""
    names = [index for index in range(first, end) if parse.tokens[index].upos == "PROPN"]
    return parse.text_of((parse.tokens[names[0]].span[0], parse.tokens[names[-1]].span[1])) if names else ""


def _signalled_name(signal: EntityLabel, verdict: Verdict) -> Verdict:
    """The language model tells people, bodies and places apart; what sort of body or place the name's words tell better."""
    kind = SIGNAL_KINDS[signal]
    if verdict is not None and verdict[0] is kind and verdict[1] is not EntityLabel.PERSON:
        return verdict
    return kind, EntityLabel.GPE if kind is MentionKind.PLACE else signal


def _may_be_place(names: Names, head: int, first: int, end: int) -> bool:
    parse = names.parse
    name = _proper(parse, first, end)
    if not name or not names.is_place(name):
        return False
    cases = set(case_words(parse, head))
    relation, above = governor(parse, head)
    if cases & (words.PLACE_PREPOSITIONS | {"from", "to", "of"}):
        return True
    if cases & (words.ACTOR_PREPOSITIONS | {"as"}) or relation in ("obl:agent", "iobj", "vocative") or _is_beside_person(names, head):
        return False
    if relation == "nsubj":
        does = above is not None and above.upos == "VERB" and above.lemma.lower() not in words.STATIVE_VERBS
        if " " in name and above is not None and above.lemma.lower() not in words.SPEECH_VERBS:
            return names.gazetteer.knows(name)
        return not does and names.is_known_town(name)
    if above is None or base(relation) in ("compound", "nmod", "obl"):
        return True
    return names.is_known_town(name) or (" " in name and names.gazetteer.knows(name))


def _is_beside_person(names: Names, head: int) -> bool:
    """Whether a name is set beside a word for a person: "her son Tomás", "its spokeswoman, Lucía Brandt"."""
    token = names.parse.tokens[head]
    beside = base(token.deprel) in ("appos", "conj", "flat") and token.head >= 0
    agent = names.agent(token.head) if beside else None
    return agent is not None and agent_label(names.parse, token.head, agent) is EntityLabel.PERSON


def _unknown_name(names: Names, head: int, lowered: list[str]) -> Verdict:
    """A capitalised name that no list knows: by the company that it keeps."""
    parse = names.parse
    token = parse.tokens[head]
    relation, above = governor(parse, head)
    cases = set(case_words(parse, head))
    if token.text.isupper() and 2 <= len(token.text) <= 6:
        return MentionKind.ACTOR, EntityLabel.ORG
    if cases & LOCATIVES and len(lowered) <= 3:
        return MentionKind.PLACE, EntityLabel.GPE
    if "of" in cases and above is not None and above.text.lower() in words.AREA_NOUNS:
        return MentionKind.PLACE, EntityLabel.GPE
    if cases & {"on", "into", "aboard"} and relation in ("obl", "nmod"):
        return None
    if relation in ("compound", "amod") and above is not None and above.upos in ("NOUN", "PROPN"):
        return None
    return MentionKind.ACTOR, EntityLabel.PERSON if "the" not in lowered else EntityLabel.ORG


# ── Common nouns ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _noun_kind(names: Names, head: int, first: int, end: int) -> Verdict:
    parse = names.parse
    word = parse.tokens[head].text.lower()
    located = bool(set(case_words(parse, head)) & (words.PLACE_PREPOSITIONS | {"from"}))
    agent = names.agent(head)
    equipment = word in words.OWNED_TARGETS or (agent is not None and agent.kind is AgentKind.EQUIPMENT)
    if equipment and not (located and word in words.FACILITY_NOUNS) and has_owner(names, first, head):
        return MentionKind.ACTOR, EntityLabel.VEHICLE if word in words.VEHICLE_NOUNS else EntityLabel.FORCE
    if word in words.VEHICLE_NOUNS:
        return MentionKind.WEAPON, EntityLabel.VEHICLE
    if word in words.WEAPON_NOUNS:
        return MentionKind.WEAPON, EntityLabel.WEAPON
    if _is_area(names, head, first, end, word):
        return MentionKind.PLACE, EntityLabel.LOC
    if word in words.FACILITY_NOUNS and not _speaks(parse, head):
        return MentionKind.PLACE, EntityLabel.FAC
    if _is_channel(names, head):
        return MentionKind.OTHER, EntityLabel.OTHER
    if word in words.NOT_ACTORS or _counts_events(names, word) or not _is_nominal(parse, head) or _is_bare_predicate(parse, head):
        return None
    if agent is None or agent.kind in (AgentKind.EQUIPMENT, AgentKind.ACT):
        return _by_behaviour(parse, head)
    return MentionKind.ACTOR, agent_label(parse, head, agent)


def _by_behaviour(parse: Parse, head: int) -> Verdict:
    """A noun that no list knows: somebody if it speaks or is one "who" does something."""
    token = parse.tokens[head]
    clauses = [child for child in parse.children[head] if parse.tokens[child].deprel == "acl:relcl"]
    who = any(parse.tokens[at].text.lower() in ("who", "whom") for clause in clauses for at in parse.children[clause])
    speaks = _speaks(parse, head) and token.text.lower() not in words.SPEAKING_THINGS
    if token.upos not in ("NOUN", "PROPN") or not (who or speaks):
        return None
    return MentionKind.ACTOR, EntityLabel.NORP if is_plural_noun(token) else EntityLabel.PERSON


def is_plural_noun(token: Token) -> bool:
    """Whether a noun is plural by its features, its tag or its meaning ("troops", "police")."""
    if token.upos == "ADJ":  # "the wounded"
        return True
    return feature(token, "Number") in ("Plur", "Ptan") or token.xpos in ("NNS", "NNPS") or token.text.lower() in words.PEOPLE_NOUNS


def _is_bare_predicate(parse: Parse, head: int) -> bool:
    """ "taken prisoner": a single noun without article that says what somebody became."""
    token = parse.tokens[head]
    if head and parse.tokens[head - 1].text.lower() in TAKEN and token.text.lower() in words.CAPTURED:
        return True
    inside = ("det", "nmod", "nummod", "compound", "flat")
    bare = not any(base(parse.tokens[child].deprel) in inside for child in parse.children[head])
    became = base(token.deprel) in ("xcomp", "obj", "obl") and token.text.lower() in words.CAPTURED
    return bare and became and not is_plural_noun(token)


def agent_label(parse: Parse, head: int, agent: AgentEntry) -> EntityLabel:
    """The label of an agent noun: one armed man is a person, armed people are a force."""
    token = parse.tokens[head]
    word = token.text.lower()
    if word in words.FORCE_WORDS or (set(agent.sectors) & ARMED_SECTORS and agent.kind is AgentKind.BODY):
        return EntityLabel.FORCE
    if word in words.ORG_WORDS or agent.kind is AgentKind.BODY:
        return EntityLabel.ORG
    if not is_plural_noun(token) and word not in words.COLLECTIVES:
        return EntityLabel.PERSON
    if set(agent.sectors) & ARMED_SECTORS:
        return EntityLabel.FORCE
    return EntityLabel.NORP if set(agent.sectors) & CIVIL_SECTORS else EntityLabel.ORG


def has_owner(names: Names, first: int, head: int) -> bool:
    """Whether words before the head say whose it is: a state's adjective, an actor's name or noun, a possessive."""
    for index in range(first, head):
        known = names.known(index)
        if known is not None or names.parse.tokens[index].deprel == "nmod:poss":
            return True
        agent = names.agent(index)
        if agent is not None and names.parse.tokens[index].deprel in ("compound", "amod"):
            return True
        if names.lexicon.agents.modifier(names.parse.tokens[index].text) is not None or names.parse.tokens[index].text.lower() == "enemy":
            return True
    return False


def _is_area(names: Names, head: int, first: int, end: int, word: str) -> bool:
    parse = names.parse
    if word not in words.AREA_NOUNS:
        return False
    if word not in words.WEAK_AREA_NOUNS:
        return names.agent_start(head) == head or names.agent(head) is None
    named = any(parse.tokens[index].upos == "PROPN" or names.known(index) for index in range(first, end) if index != head)
    if named and word not in ("state", "states"):
        return True
    if word in ("line", "lines") and parse.tokens[head - 1].text.lower() == "front":
        return True
    definite = parse.tokens[first].text.lower() in DEFINITE
    located = bool(set(case_words(parse, head)) & (words.PLACE_PREPOSITIONS | {"from", "to", "of"}))
    predicate = parse.tokens[head].deprel == "xcomp" or any(parse.tokens[child].deprel == "cop" for child in parse.children[head])
    if predicate:
        return False
    return definite and (word in ("country", "capital") or (located and word in words.DIRECTIONS | LOCATED))


def _is_channel(names: Names, head: int) -> bool:
    parse = names.parse
    word = parse.tokens[head].text.lower()
    before = parse.tokens[head - 1].text.lower() if head else ""
    if word in words.WEAK_CHANNELS:
        return names.lexicon.cues.channel(f"{before} {word}") is not None
    return any(names.lexicon.cues.channel(phrase) is not None for phrase in (f"{before} {word}", word))


def _counts_events(names: Names, word: str) -> bool:
    counted = names.lexicon.units.counted(word)
    return counted is not None and counted.unit is Unit.EVENTS


def _is_nominal(parse: Parse, head: int) -> bool:
    return parse.tokens[head].upos in ("NOUN", "PROPN", "ADJ", "X")


def _speaks(parse: Parse, head: int) -> bool:
    relation, above = governor(parse, head)
    return relation == "nsubj" and above is not None and above.lemma in words.SPEECH_VERBS
