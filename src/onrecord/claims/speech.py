"""Speech acts take their type, mode and target from what they are about.

To vow an attack is to threaten, to vow help is to agree; whoever complains of having been abandoned accuses the one who left.
"""

from __future__ import annotations

from dataclasses import dataclass

from onrecord.claims.drafts import Draft
from onrecord.claims.factuality import find_factuality
from onrecord.claims.fillers import Fillers
from onrecord.claims.instances import Trigger
from onrecord.claims.roles import Filler, Roles
from onrecord.claims.syntax import Syntax
from onrecord.lexicon import Lexicon
from onrecord.lexicon.frames import Pattern, Speech, read_pattern
from onrecord.lexicon.lists import word_set, word_sorts
from onrecord.records import MentionKind, Polarity, QuantityOf

HOSTILE = frozenset(("ASSAULT", "COERCE", "SANCTION", "MOBILIZE", "PROTEST"))
FRIENDLY = frozenset(("AGREE", "SUPPORT", "COOPERATE"))
FIRST_PERSON = word_set("pronouns.first")
THIRD_PERSON = word_set("pronouns.third")
HELP = word_set("things.help")
COMPLEMENTS = frozenset(("obj", "nsubj", "xcomp", "ccomp", "conj"))
GRIEVANCE = "speech.grievance"

_THREAT_MODES = {"ASSAULT": ("violence",), "MOBILIZE": ("violence",), "SANCTION": ("restrict",), "COERCE": ("restrict",)}
_THREATS = word_sorts("acts.threatened")
REFUSAL_MODES = {
    "AID": ("assist",),
    "COOPERATE": ("assist",),
    "CONSULT": ("meet",),
    "AGREE": ("meet",),
    "RETREAT": ("yield",),
    "CONCEDE": ("yield",),
}
_ASK_MODES = REFUSAL_MODES | {"MOBILIZE": ("assist",), "SANCTION": ("change",), "COERCE": ("change",), "SUPPORT": ("change",)}
_STOPPING = word_set("acts.stopping")
TOPIC_MARKS = word_set("conjunctions.topic")


@dataclass(slots=True)
class Content:
    """What a speech act is about: the draft of its content, and whether the speaker wants it to happen."""

    draft: Draft
    wanted: bool


def settle_speech(drafts: list[Draft], syntax: Syntax, fillers: Fillers, lexicon: Lexicon) -> list[Draft]:
    """The drafts with the types of speech acts settled, and an accusation added for every grievance that is voiced."""
    owners = {token: draft for draft in drafts for token in draft.anchors}
    for draft in drafts:
        if draft.main.frame.speech is not None:
            _settle(draft, owners, syntax)
            _lend_addressee(draft, syntax, fillers)
        elif draft.main.frame.mutual and draft.event in FRIENDLY and not draft.roles.get("recipient"):
            _lend_party(draft, owners, syntax)
    added = [made for draft in drafts if (made := _grievance(draft, owners, syntax, fillers, lexicon)) is not None]
    return sorted([*drafts, *added], key=lambda draft: draft.main.token)


def _settle(draft: Draft, owners: dict[int, Draft], syntax: Syntax) -> None:
    content = _content(draft, owners, syntax)
    if content is None:
        if draft.main.frame.speech is Speech.DEMAND:
            draft.modes = _modes_of_words(draft, syntax)
        return
    draft.contents.append(content.draft)
    speech, event = draft.main.frame.speech, content.draft.event
    if speech is Speech.PROMISE:
        hostile = event in HOSTILE and content.wanted
        draft.event = "THREATEN" if hostile or draft.main.frame.event == "THREATEN" else "AGREE"
        draft.modes = threat_modes(content.draft) if draft.event == "THREATEN" else ()
    elif speech in (Speech.DEMAND, Speech.REFUSE):
        stops = event in HOSTILE and not content.wanted
        flight = content.draft.main.frame.harm is QuantityOf.DISPLACED and not content.draft.roles.get("actor")
        draft.modes = ("yield",) if stops else () if flight else _ASK_MODES.get(event or "", ())
    _lend_target(draft, content.draft)
    if draft.event == "ACCUSE":
        _lend_doer(draft, content.draft, syntax)


def threat_modes(threatened: Draft) -> tuple[str, ...]:
    """The mode of threatening a deed: to arrest, to expel, to break off talks, to use force."""
    for mode in threatened.main.frame.mode:
        if mode in _THREATS:
            return (_THREATS[mode],)
    return _THREAT_MODES.get(threatened.event or "", ())


def _modes_of_words(draft: Draft, syntax: Syntax) -> tuple[str, ...]:
    """ "Begged his commanders for help", "demanded that both halt": what is asked for without being an event."""
    slots = draft.main.slots
    if any(syntax.tokens[index].lemma.lower() in HELP for index in (*slots.get("for", ()), *slots.get("object", ()))):
        return ("assist",)
    asked = (*slots.get("to_do", ()), *slots.get("that", ()))
    return ("yield",) if any(syntax.tokens[index].lemma.lower() in _STOPPING for index in asked) else ()


def _lend_doer(draft: Draft, content: Draft, syntax: Syntax) -> None:
    """ "Accused the army of shelling the market": who is accused is who is said to have done it."""
    token = syntax.tokens[content.main.token]
    if content.roles.get("actor") or not token.text.lower().endswith("ing") or syntax.case(token.index) + syntax.mark(token.index) != "of":
        return
    for filler in draft.roles.get("recipient"):
        content.roles.add("actor", Filler(filler.index, "control"))


def _lend_target(draft: Draft, content: Draft) -> None:
    """Without a target of its own, a threat aims at its content's target, an accusation or demand at its content's actor.

    A demand for harm that names nobody to do it ("called for a boycott of X") aims at its target.
    """
    if draft.roles.get("recipient") or (draft.event == "THREATEN" and content.event not in HOSTILE):
        return
    aimed = draft.event in ("THREATEN", "AGREE", "REJECT") or (content.event in HOSTILE and not content.roles.get("actor"))
    source = "recipient" if aimed else "actor"
    actors = {filler.index for filler in draft.roles.get("actor")}
    for filler in content.roles.get(source):
        if filler.index not in actors:
            draft.roles.add("recipient", filler)


def _lend_addressee(draft: Draft, syntax: Syntax, fillers: Fillers) -> None:
    """ "Demanded that Chad publish the list": who is to do what is demanded, whatever it is."""
    if draft.main.frame.speech is not Speech.DEMAND or draft.roles.get("recipient"):
        return
    actors = {filler.index for filler in draft.roles.get("actor")}
    for clause in draft.main.slots.get("that", ()):
        if syntax.is_passive(clause):
            continue
        for subject in syntax.slots(clause).get("subject", ()):
            for index in fillers.unpack(subject):
                if index not in actors and fillers.heads(index, MentionKind.ACTOR) is not None:
                    draft.roles.add("recipient", Filler(index, "that"))


def _lend_party(draft: Draft, owners: dict[int, Draft], syntax: Syntax) -> None:
    """Whom a deal is with, where only its purpose tells ("signed an accord to supply X with wheat")."""
    below = (child for anchor in sorted(draft.anchors) for child in syntax.children[anchor])
    purpose = next((owners[x] for x in below if x in owners and syntax.mark(x) == "to" and owners[x] is not draft), None)
    actors = {filler.index for filler in draft.roles.get("actor")}
    if purpose is None or not actors & {filler.index for filler in purpose.roles.get("actor")}:
        return
    for filler in purpose.roles.get("recipient"):
        if filler.index not in actors:
            draft.roles.add("recipient", filler)


def _content(draft: Draft, owners: dict[int, Draft], syntax: Syntax) -> Content | None:
    trigger = draft.main
    places = dict(trigger.pattern.slots).get("content", ())
    for place in places:
        for filler in trigger.slots.get(place, ()):
            inner = owners.get(filler) or _inside(filler, owners, syntax)
            if inner is not None and inner is not draft:
                return Content(inner, find_factuality(inner.main, syntax).polarity is Polarity.POSITIVE)
    return None


def _inside(filler: int, owners: dict[int, Draft], syntax: Syntax) -> Draft | None:
    """The draft of a light complement ("vowed to carry out attacks", "to go unanswered"): one that hangs right below it."""
    below = (child for child in syntax.children[filler] if syntax.tokens[child].deprel.partition(":")[0] in COMPLEMENTS)
    return next((owners[child] for child in below if child in owners), None)


# ── grievances ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _grievance(draft: Draft, owners: dict[int, Draft], syntax: Syntax, fillers: Fillers, lexicon: Lexicon) -> Draft | None:
    if not draft.main.frame.grievance or not draft.roles.get("actor"):
        return None
    governor = _saying(draft.main.token, syntax)
    if governor is None or not _befell_speaker(draft, governor, syntax, fillers):
        return None
    known = owners.get(governor)
    if known is not None:
        if known.event == "ACCUSE" and not known.roles.get("recipient"):
            _lend_target(known, draft)
            known.contents.append(draft)
        return None
    frame = lexicon.verbs.by_id.get(GRIEVANCE)
    if frame is None:
        return None
    roles = Roles()
    for index in syntax.slots(governor).get("subject", ()):
        roles.add("actor", Filler(index, "subject"))
    for filler in draft.roles.get("actor"):
        roles.add("recipient", filler)
    pattern: Pattern = read_pattern(frame, syntax.tokens[governor].lemma.lower() or "say")
    trigger = Trigger(governor, pattern, syntax.slots(governor), (governor,))
    return Draft(trigger, [trigger], roles, {governor: roles}, contents=[draft])


def _saying(index: int, syntax: Syntax) -> int | None:
    """The verb whose clausal complement the event is, if it has a subject of its own."""
    token = syntax.tokens[index]
    if token.head < 0 or token.deprel not in ("ccomp", "advcl", "xcomp", "parataxis"):
        return None
    if token.deprel == "advcl" and syntax.mark(index) not in TOPIC_MARKS:
        return None
    governor = token.head
    return governor if syntax.tokens[governor].upos == "VERB" and syntax.slots(governor).get("subject") else None


def _befell_speaker(draft: Draft, governor: int, syntax: Syntax, fillers: Fillers) -> bool:
    speakers = {fillers.root(fillers.mention(index)) for index in syntax.slots(governor).get("subject", ())} - {None}
    for filler in draft.roles.get("recipient"):
        mention = fillers.mention(filler.index)
        word = syntax.lower[filler.index]
        if word in FIRST_PERSON or (mention is not None and fillers.root(mention) in speakers):
            return True
        if word in THIRD_PERSON and (mention is None or mention.refers_to is None):
            return True
    return any(filler.index in syntax.slots(governor).get("subject", ()) for filler in draft.roles.get("recipient"))
