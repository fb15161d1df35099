"""What somebody says that they will do is a promise, a threat or a refusal: "the army said it would answer", "will not resume talks"."""

from __future__ import annotations

from collections.abc import Iterator

from onrecord.claims.drafts import Draft
from onrecord.claims.fillers import Fillers
from onrecord.claims.speech import REFUSAL_MODES, threat_modes
from onrecord.claims.syntax import Syntax, base
from onrecord.lexicon.frames import FrameKind
from onrecord.lexicon.lists import word_set
from onrecord.records import Attribution, CueClass, MentionKind

WILL = word_set("modality.announcing_auxiliaries")
NOT = word_set("modality.refusing")
KIND = frozenset(("AID", "COOPERATE", "RETREAT", "CONSULT", "SUPPORT", "CONCEDE"))
HARSH = frozenset(("ASSAULT", "COERCE", "SANCTION"))
FIRST_PERSON = word_set("pronouns.announcer")
THIRD_PERSON = word_set("pronouns.announced")
PLAIN = frozenset((CueClass.NEUTRAL, CueClass.ASSERT, CueClass.CONFIRM))


def settle_announcements(drafts: list[Draft], syntax: Syntax, fillers: Fillers, attributions: tuple[Attribution, ...]) -> None:
    """Turns deeds that their doer says will be done into AGREE or THREATEN, and those that will not be done into REJECT."""
    told = {at: said for said in attributions if said.cue_class in PLAIN for at in _tops(said, syntax)}
    for draft in drafts:
        if draft.main.frame.kind is not FrameKind.EVENT or draft.event not in KIND | HARSH | {"AGREE"}:
            continue
        verb = draft.main.support.token if draft.main.support is not None else draft.main.token
        top = _first_conjunct(verb, syntax)
        if not _is_future(verb, syntax):
            continue
        said = told.get(top)
        refuses = _is_negated(verb, draft, syntax)
        own = said is not None and _speaks_of_own(verb, said, syntax, fillers)
        if refuses and draft.event == "AGREE":
            draft.event, draft.modes, draft.announced = "REJECT", (), True
        elif refuses and draft.event in REFUSAL_MODES and (own or (said is None and _is_told(top, draft, syntax, fillers))):
            draft.event, draft.modes, draft.announced = "REJECT", REFUSAL_MODES[draft.event], True
        elif own and not refuses and draft.event in KIND:
            draft.event, draft.modes, draft.announced = "AGREE", (), True
        elif own and not refuses:
            draft.modes = threat_modes(draft)
            draft.event, draft.announced = "THREATEN", True


def _tops(said: Attribution, syntax: Syntax) -> Iterator[int]:
    """The predicate of what is said: its words that hang on none of the others."""
    inside = {token.index for span in said.content for token in syntax.parse.tokens_in(span)}
    for index in sorted(inside):
        if syntax.tokens[index].head not in inside and syntax.tokens[index].upos in ("VERB", "AUX", "NOUN", "ADJ"):
            yield index


def _first_conjunct(verb: int, syntax: Syntax) -> int:
    while syntax.tokens[verb].deprel == "conj":
        verb = syntax.tokens[verb].head
    return verb


def _is_future(verb: int, syntax: Syntax) -> bool:
    """Whether "will" or "would" stands by a verb, or by the one whose auxiliary it shares."""
    for at in (verb, *syntax.parse.ancestors(verb)):
        auxiliaries = {syntax.lower[c] for c in syntax.children[at] if base(syntax.tokens[c].deprel) == "aux"}
        if auxiliaries or syntax.tokens[at].deprel != "conj":
            return bool(auxiliaries & WILL) and not syntax.is_passive(verb) and "have" not in auxiliaries
    return False


def _is_negated(verb: int, draft: Draft, syntax: Syntax) -> bool:
    return any(syntax.lower[c] in NOT for at in {verb, draft.main.token} for c in syntax.children[at])


def _is_told(top: int, draft: Draft, syntax: Syntax, fillers: Fillers) -> bool:
    """Whether the report itself says of somebody, in a main clause, what they will not do."""
    main = syntax.tokens[top].deprel in ("root", "parataxis") and draft.event != "SUPPORT"
    return main and any(fillers.heads(filler.index, MentionKind.ACTOR) is not None for filler in draft.roles.get("actor"))


def _speaks_of_own(verb: int, said: Attribution, syntax: Syntax, fillers: Fillers) -> bool:
    """Whether the subject is the speaker, one of theirs, or whom the speaker belongs to ("the workers will stop, their union said")."""
    source = {token.index for span in said.source for token in syntax.parse.tokens_in(span)}
    speakers = {fillers.root(mention) for at in source if (mention := fillers.heads(at, MentionKind.ACTOR)) is not None} - {None}
    owners = {at for at in source if syntax.tokens[at].deprel == "nmod:poss"}
    for subject in syntax.slots(verb).get("subject", ()):
        near = [subject, *(c for c in syntax.children[subject] if syntax.tokens[c].deprel == "nmod:poss")]
        for at in near:
            mention = fillers.mention(at)
            if syntax.lower[at] in FIRST_PERSON or (mention is not None and fillers.root(mention) in speakers):
                return True
            if syntax.lower[at] in THIRD_PERSON and (mention is None or mention.refers_to is None):
                return True
        own = fillers.mention(subject)
        if own is not None and any(fillers.root(fillers.mention(at)) == fillers.root(own) for at in owners):
            return True
    return False
