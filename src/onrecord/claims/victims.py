"""People named or described one by one among those harmed: name, age, sex, whether civilian, and what befell them.

One record stands for one person, or for the kin of one that a report describes together ("two of his sons"). A person who is described
and named ("his wife Salma", "a soldier, Ivan Petrov") is one. Nobody is joined with a victim of another report.
"""

from __future__ import annotations

from collections.abc import Iterator

from onrecord.claims.drafts import Draft
from onrecord.claims.fillers import Fillers
from onrecord.claims.people import Person, is_described, is_kin, person_at
from onrecord.claims.syntax import Syntax, base
from onrecord.lexicon.lists import word_row, word_set, word_sorts
from onrecord.records import Claim, EntityLabel, Fate, Mention, MentionKind, Polarity, QuantityOf, Span, Status, Victim

FATES = {
    QuantityOf.KILLED: Fate.KILLED,
    QuantityOf.INJURED: Fate.INJURED,
    QuantityOf.MISSING: Fate.MISSING,
    QuantityOf.CAPTURED: Fate.CAPTURED,
    QuantityOf.RECOVERED: Fate.RECOVERED,
}
HAPPENED = frozenset((Status.OCCURRED, Status.ONGOING, Status.HABITUAL))
BODIES = word_set("people.remains")
LISTING = word_set("speech.listing")
MEMBERS = word_row("prepositions.members")
HARMED = {word: Fate(fate) for word, fate in word_sorts("people.harmed").items()}
Placed = tuple[int, Fate, str]  # a person's word, what befell them, the claim


def find_victims(claims: tuple[Claim, ...], drafts: dict[str, Draft], syntax: Syntax, fillers: Fillers) -> tuple[Victim, ...]:
    """One record per person who is named or described among the harmed of a claim, in text order; each person once with each fate."""
    found: dict[tuple[str, Fate], Victim] = {}
    taken: set[tuple[Span, Fate]] = set()
    told = list(_harmed(claims, drafts, syntax, fillers))
    for index, fate, claim in [*told, *_listed(claims, drafts, syntax, fillers)]:
        person = person_at(index, syntax, fillers)
        if person is None or (person.span, fate) in taken:
            continue
        taken.add((person.span, fate))
        _keep(found, person, fate, claim)
    died = {key for key, fate in found if fate is Fate.KILLED}
    kept = (victim for (key, fate), victim in found.items() if fate is not Fate.INJURED or key not in died)  # "died of his wounds"
    return tuple(sorted(kept, key=lambda victim: (victim.span, victim.fate)))


def _keep(found: dict[tuple[str, Fate], Victim], person: Person, fate: Fate, claim: str) -> None:
    """Later words on the same person fill in what the first left out, within one report."""
    new = Victim(span=person.span, name=person.name, age=person.age, sex=person.sex, status=person.status, fate=fate, claim=claim)
    old = found.get((person.key, fate))
    if old is None:
        found[person.key, fate] = new
        return
    found[person.key, fate] = Victim(
        span=old.span if old.name or not new.name else new.span,
        name=old.name or new.name,
        age=old.age if old.age is not None else new.age,
        sex=old.sex or new.sex,
        status=old.status if old.status != "unknown" else new.status,
        fate=fate,
        claim=old.claim,
    )


# ── Those whom a deed befell ──


def _harmed(claims: tuple[Claim, ...], drafts: dict[str, Draft], syntax: Syntax, fillers: Fillers) -> Iterator[Placed]:
    """The harmed of every claim that something happened, and those listed below them."""
    for claim in claims:
        if claim.factuality.polarity is not Polarity.POSITIVE or claim.factuality.status not in HAPPENED:
            continue
        draft = drafts[claim.id]
        for trigger in draft.triggers:
            fate = FATES.get(trigger.frame.harm) if trigger.frame.harm is not None else None
            if fate is None:
                continue
            for filler in draft.role_of[trigger.token].get(trigger.frame.harmed):
                for index in _people(filler.index, trigger.token, syntax, fillers):
                    yield index, fate, claim.id


def _people(index: int, verb: int, syntax: Syntax, fillers: Fillers) -> Iterator[int]:
    """The person at a word, and those listed below it ("nine of them including A and B", "a girl, Sara, and her father")."""
    for start in _starts(index, syntax):
        if _is_one(start, syntax, fillers):
            yield start
        stack = [child for child in syntax.children[start] if _lists(child, syntax)]
        head = syntax.tokens[start].head
        if syntax.tokens[start].deprel == "nmod" and head >= 0:
            stack += [child for child in syntax.children[head] if child > start and _lists(child, syntax)]
        below = [child for child in syntax.children[verb] if child > start]
        stack += [child for child in below if _case(child, syntax) in MEMBERS[:2] or _after_them(child, below, syntax)]
        yield from _spread(stack, syntax, fillers)


def _starts(index: int, syntax: Syntax) -> Iterator[int]:
    """A filler; of "the body of Yusuf" Yusuf, of "two of his sons" the sons."""
    token = syntax.tokens[index]
    below = syntax.slots(index).get("of", ())
    if syntax.lower[index] in BODIES and below:
        yield from below
    elif token.upos == "NUM" and below:
        yield from (one for one in below if is_kin(one, syntax))
        yield index
    else:
        yield index


def _spread(stack: list[int], syntax: Syntax, fillers: Fillers) -> Iterator[int]:
    """The people at words and in the lists that hang under them."""
    while stack:
        at = stack.pop(0)
        if _is_one(at, syntax, fillers):
            yield at
        stack += [child for child in syntax.children[at] if syntax.tokens[child].deprel in ("conj", "appos", "flat")]


def _lists(index: int, syntax: Syntax) -> bool:
    deprel = base(syntax.tokens[index].deprel)
    return deprel == "appos" or (deprel in ("nmod", "obl") and _case(index, syntax) in MEMBERS)


def _after_them(index: int, siblings: list[int], syntax: Syntax) -> bool:
    """ "Among them a judge": the members hang beside the pronoun."""
    pronoun = next((child for child in siblings if syntax.tokens[child].upos == "PRON" and syntax.case(child) == "among"), None)
    return pronoun is not None and index > pronoun and syntax.tokens[index].deprel in ("parataxis", "dep", "nsubj", "appos")


def _case(index: int, syntax: Syntax) -> str:
    """The preposition before a nominal, wherever in its name it hangs."""
    below = (child for child in syntax.children[index] if syntax.tokens[child].deprel.startswith(("compound", "flat")))
    return syntax.case(index) or next((case for child in below if (case := syntax.case(child))), "")


def _is_one(index: int, syntax: Syntax, fillers: Fillers) -> bool:
    """Whether a word stands for one person, or for somebody's kin."""
    mention = fillers.heads(index, MentionKind.ACTOR)
    if mention is None or not _may_be_person(mention, index, syntax):
        return False
    if syntax.tokens[index].upos == "PRON":
        return mention.refers_to is not None and mention.label is EntityLabel.PERSON
    return syntax.tokens[index].upos == "PROPN" or is_described(index, syntax)


def _may_be_person(mention: Mention, index: int, syntax: Syntax) -> bool:
    return mention.label is EntityLabel.PERSON or is_kin(index, syntax)


# ── Those who are listed in a sentence of their own ──


def _listed(claims: tuple[Claim, ...], drafts: dict[str, Draft], syntax: Syntax, fillers: Fillers) -> Iterator[Placed]:
    """ "The dead were identified as …", "Among the wounded was …": tied to the last claim before in which somebody was harmed so."""
    for index, word in enumerate(syntax.lower):
        fate = HARMED.get(word)
        if fate is None or syntax.tokens[index].upos not in ("NOUN", "ADJ", "PROPN"):
            continue
        claim = _claim_before(index, fate, claims, drafts)
        if claim is not None:
            for start in _list_after(index, syntax):
                for person in _spread([start], syntax, fillers):
                    yield person, fate, claim


def _list_after(index: int, syntax: Syntax) -> Iterator[int]:
    """The heads of the list that a noun for the harmed introduces."""
    token = syntax.tokens[index]
    copula = syntax.child(index, "cop")
    if syntax.case(index) == "among" and copula is not None:
        below = (*syntax.children[index], *syntax.children[copula])  # parsers hang the late subject under either
        yield from (child for child in below if base(syntax.tokens[child].deprel) == "nsubj")
    elif token.head >= 0 and syntax.tokens[token.head].lemma in LISTING and base(token.deprel) == "nsubj":
        verb = token.head
        yield from (child for child in syntax.children[verb] if child > verb and _names_members(child, verb, syntax))


def _names_members(child: int, verb: int, syntax: Syntax) -> bool:
    deprel = base(syntax.tokens[child].deprel)
    if syntax.tokens[verb].lemma == "include":
        return deprel == "obj"
    return deprel in ("xcomp", "obj") or (deprel in ("obl", "advcl") and "as" in (syntax.case(child), syntax.mark(child)))


def _claim_before(index: int, fate: Fate, claims: tuple[Claim, ...], drafts: dict[str, Draft]) -> str | None:
    """The last claim up to a word of which somebody suffered that fate."""
    found: tuple[int, str] | None = None
    for claim in claims:
        if claim.factuality.polarity is not Polarity.POSITIVE:
            continue
        tokens = [t.token for t in drafts[claim.id].triggers if t.frame.harm is not None and FATES.get(t.frame.harm) is fate]
        before = [token for token in tokens if token <= index]
        if before and (found is None or max(before) > found[0]):
            found = (max(before), claim.id)
    return found[1] if found is not None else None
