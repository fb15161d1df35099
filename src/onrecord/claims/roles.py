"""Who takes which part in an event: the fillers of a frame's slots become participants."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import msgspec

from onrecord.claims.fillers import Fillers
from onrecord.claims.instances import Trigger
from onrecord.claims.plurals import each_of
from onrecord.lexicon.lists import word_row, word_set
from onrecord.records import Actor, EntityLabel, MentionKind, Participant, ParticipantRole, actor_code

# What a state does with weapons, its army does (contract: "state for army"); speech acts and treaties stay with the state.
CALENDAR = re.compile(
    r"\d{1,2}(?:st|nd|rd|th)|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:1[5-9]|20)\d\d|\d{1,2}:\d\d|[Tt]oday|[Yy]esterday"
)
MILITARY = frozenset(("ASSAULT", "MOBILIZE"))
SLOTS = frozenset(("subject", "object", "iobject", "possessor", "compound"))  # the others are prepositions
SPOKEN = frozenset(("ACCUSE", "THREATEN", "REQUEST", "REJECT", "CONSULT", "AGREE", "SUPPORT", "CONCEDE"))
MATERIAL = frozenset(("ASSAULT", "COERCE", "MOBILIZE"))
SCENIC = word_set("prepositions.scenic")
# Of these a place is the scene rather than the one to whom it is done.
GROUNDED = frozenset(("ASSAULT", "COERCE", "PROTEST", "MOBILIZE", "RETREAT", None))


@dataclass(slots=True)
class Filler:
    """A word in a role, with the slot it was found in."""

    index: int
    slot: str


@dataclass(slots=True)
class Roles:
    """Role name -> fillers; roles that a frame does not fill are absent."""

    fillers: dict[str, list[Filler]] = field(default_factory=dict)

    def get(self, role: str) -> list[Filler]:
        return self.fillers.get(role, [])

    def add(self, role: str, filler: Filler) -> None:
        row = self.fillers.setdefault(role, [])
        if all(filler.index != other.index for other in row):
            row.append(filler)


def assign_roles(trigger: Trigger, fillers: Fillers) -> Roles:
    """The roles of one trigger, the light verb's included; things in a place for people are moved to the role that they can have."""
    roles = Roles()
    for source in (trigger, trigger.support):
        if source is None:
            continue
        for role, places in source.pattern.slots:
            if role != "event" and not roles.get(role):
                _fill(roles, role, places, trigger, source, fillers)
    for index in trigger.consumed if trigger.frame.event == "ASSAULT" else ():
        for weapon in fillers.syntax.joined_with(index):
            if "weapon" in fillers.classes(weapon):
                roles.add("instrument", Filler(weapon, "object"))
    _turn_passive(roles, trigger, fillers)
    if trigger.frame.mutual:
        _mutual(roles, trigger)
    keep_one_role(roles)
    _add_party(roles, trigger.frame.event, fillers)
    _add_user(roles, trigger.frame.event, fillers)
    _add_forcing(roles, trigger, fillers)
    _add_culprit(roles, trigger, fillers)
    return roles


def _add_culprit(roles: Roles, trigger: Trigger, fillers: Fillers) -> None:
    """Who is said to be behind a deed: "the group was behind the bombing"."""
    if trigger.support is None and not roles.get("actor") and fillers.syntax.case(trigger.token) == "behind":
        for child in fillers.syntax.children[trigger.token]:
            if fillers.syntax.tokens[child].deprel == "nsubj":
                roles.add("actor", Filler(child, "subject"))


def _add_forcing(roles: Roles, trigger: Trigger, fillers: Fillers) -> None:
    """Who made others do it: "the rebels took the town, forcing families to flee"."""
    token = fillers.syntax.tokens[trigger.token]
    if roles.get("actor") or token.deprel != "xcomp" or fillers.syntax.tokens[token.head].lemma not in FORCING:
        return
    for index in fillers.syntax.slots(token.head).get("subject", ()):
        for one in fillers.unpack(index):
            if "actor" in fillers.classes(one):
                roles.add("actor", Filler(one, "subject"))


def _turn_passive(roles: Roles, trigger: Trigger, fillers: Fillers) -> None:
    """ "Two were kidnapped and released": a conjunct of a passive that lacks its object is a passive too, whatever the parser says."""
    syntax, token = fillers.syntax, fillers.syntax.tokens[trigger.token]
    slots = dict(trigger.pattern.slots)
    done = slots.get("actor", ())[:1] == ("subject",) and slots.get("recipient", ())[:1] == ("object",)
    if not done or token.deprel != "conj" or trigger.slots.get("object") or not syntax.is_passive_head(token.head):
        return
    doers = roles.get("actor")
    if doers and all(syntax.tokens[f.index].head != token.index for f in doers) and not roles.get("recipient"):
        roles.fillers["recipient"] = roles.fillers.pop("actor")


def keep_one_role(roles: Roles) -> None:
    """What an attack was made with is not what it was made on: a phrase that is the instrument leaves the other roles."""
    means = {filler.index for filler in roles.get("instrument")}
    for role in ("physical_target", "recipient", "actor") if means else ():
        if role in roles.fillers:
            roles.fillers[role] = [filler for filler in roles.fillers[role] if filler.index not in means]


def _fill(roles: Roles, role: str, places: tuple[str, ...], trigger: Trigger, source: Trigger, fillers: Fillers) -> None:
    for place in places:
        found = source.slots.get(place, ())
        if place not in SLOTS:
            found = found[:1]  # a second phrase with "on" or "at" is where or when: "fired on a van on the road"
        if not found and trigger.support is not None and source is trigger and place not in ("subject", "object", "compound", "possessor"):
            found = tuple(x for x in trigger.support.slots.get(place, ()) if x > trigger.token and x not in trigger.support.consumed)
        named = {x for x in found if x in source.consumed and x not in source.spare}
        found = tuple(dict.fromkeys(_bind(x, place, trigger, fillers) for x in found))
        usable = [x for filler in found for x in fillers.unpack(filler) if _can_stand(x, place, role, trigger, fillers)]
        if named and place == "object":
            usable = [x for x in usable if x in named or "weapon" not in fillers.classes(x)]  # "opened fire and tear gas on protesters"
        if role == "recipient":
            usable = [x for x in usable if trigger.frame.event != "THREATEN" or not _is_own(x, fillers)]
            role = _shared_role(role, usable, trigger, fillers)
        placed = [_place_filler(x, place, role, trigger, roles, fillers, named=x in named) for x in usable]
        if any(placed):
            return


def _is_own(index: int, fillers: Fillers) -> bool:
    """ "Warned their citizens of X": who is warned of another is not threatened."""
    owners = fillers.syntax.slots(index).get("possessor", ()) if fillers.syntax.tokens[index].lemma in SUBJECTS else ()
    return any(fillers.syntax.tokens[owner].upos == "PRON" for owner in owners)


def _shared_role(role: str, usable: list[int], trigger: Trigger, fillers: Fillers) -> str:
    """ "struck a command post and two depots": things that are coordinated with a physical target are targets themselves."""
    nouns = all(fillers.syntax.tokens[x].upos == "NOUN" and "actor" not in fillers.classes(x) for x in usable)
    things = any(_actual_role(role, x, trigger, fillers) == "physical_target" for x in usable)
    return "physical_target" if nouns and things and len(usable) > 1 else role


def _place_filler(index: int, place: str, role: str, trigger: Trigger, roles: Roles, fillers: Fillers, *, named: bool) -> bool:
    """Adds a filler, or who stands behind it; a thing that the pattern itself names ("signed a deal") adds only those behind it."""
    actual = _actual_role(role, index, trigger, fillers)
    inner = _people_behind(index, fillers) if actual in ("actor", "recipient") else ()
    inner = inner if role == "actor" else _others_behind(index, inner, roles, fillers)
    for person in inner:
        roles.add(actual, Filler(person, f"{place}>{fillers.syntax.tokens[person].deprel}"))
    if not inner and (not named or actual in ("physical_target", "victim")):
        roles.add(actual, Filler(index, place))
    return bool(inner) or not named


# Things that are somebody's words, doings or dealings.
SPOKEN_OF = frozenset(("idea", "EVENT", "agreement", "relation", "money", "message", "doing"))
WAYS = word_set("things.ways")
GIVEN = frozenset(("aid", "arms", "money", "weapon"))  # what is given, and to nobody
SUBJECTS = word_set("people.subjects")
FORCING = word_set("acts.forcing")
MEDIATING = word_set("acts.mediating")
MEASURES = frozenset(("COERCE", "SANCTION"))
BEHIND = word_row("prepositions.behind")


def _add_party(roles: Roles, event: str | None, fillers: Fillers) -> None:
    """Whose the target is, where nobody else is named: "depots of the rebels", "an army outpost"."""
    if event == "COERCE" and not roles.get("recipient"):
        _add_barred(roles, fillers)
    if event != "ASSAULT" or roles.get("recipient"):
        return
    for target in roles.get("physical_target"):
        slots = fillers.syntax.slots(target.index)
        for place in ("of", "possessor", "compound"):
            found = next((x for x in slots.get(place, ()) if fillers.classes(x) & {"armed", "troops"} and not _is_place(x, fillers)), None)
            if found is not None:
                roles.add("recipient", Filler(found, f"{target.slot}>{fillers.syntax.tokens[found].deprel}"))
                break


def _add_user(roles: Roles, event: str | None, fillers: Fillers) -> None:
    """Who sent, or whose is, what an attack was made with, where nobody else acts: "drones launched by the militia struck a market"."""
    if event not in ("ASSAULT", "MOBILIZE") or roles.get("actor"):
        return
    for means in roles.get("instrument"):
        for found in _makers(means.index, fillers) or _users(means.index, fillers):
            roles.add("actor", Filler(found, f"{means.slot}>{fillers.syntax.tokens[found].deprel}"))


def _users(index: int, fillers: Fillers) -> tuple[int, ...]:
    """Whose weapon it is, by the word before it: "RSF shells", "the army's drones"."""
    slots = fillers.syntax.slots(index)
    near = [x for place in ("possessor", "compound", "of") for x in slots.get(place, ())]
    return tuple(x for x in near if fillers.heads(x, MentionKind.ACTOR) is not None and "armed" in fillers.classes(x))


def _add_barred(roles: Roles, fillers: Fillers) -> None:
    """Whom a closed way leads to: "closed the crossing into Gaza", "sealed off the roads leading to the enclave"."""
    syntax = fillers.syntax
    for target in roles.get("physical_target"):
        ways = [target.index, *(c for c in syntax.children[target.index] if syntax.tokens[c].deprel == "acl")]
        for way in ways:
            for place in ("with", "into", "to"):
                for found in syntax.slots(way).get(place, ()):
                    if _is_party(found, fillers):
                        roles.add("recipient", Filler(found, f"{target.slot}>{syntax.tokens[found].deprel}"))
                        return


def _is_place(index: int, fillers: Fillers) -> bool:
    return bool(fillers.classes(index) & {"place", "building", "vehicle"})


def _people_behind(index: int, fillers: Fillers, *, deeper: bool = True) -> tuple[int, ...]:
    """Who stands behind a thing in a role: Trump in "condemned Trump's decision", both in "welcomed talks between A and B".

    Two steps down at most: "welcomed the resumption of ties with X".
    """
    classes = fillers.classes(index)
    if classes & {"actor", "person", "building", "vehicle", "weapon", "place", "prisoner"} or fillers.syntax.tokens[index].upos != "NOUN":
        return ()
    slots = fillers.syntax.slots(index)
    if not classes & SPOKEN_OF and not slots.get("possessor"):
        return ()
    for place in BEHIND:
        near = [x for filler in slots.get(place, ()) for x in fillers.unpack(filler)]
        found = [x for x in near if fillers.heads(x, MentionKind.ACTOR) is not None or "pronoun" in fillers.classes(x)]
        further = [] if found or not deeper else [y for x in near for y in _people_behind(x, fillers, deeper=False)]
        if found or further:
            return tuple(found or further)
    return _makers(index, fillers) or _settled_in(index, fillers)


def _settled_in(index: int, fillers: Fillers) -> tuple[int, ...]:
    """Who sent a message ("assurances on trade from X"), where a measure was taken ("the closure of schools in X")."""
    syntax = fillers.syntax
    classes = fillers.classes(index)
    place = "from" if "message" in classes else "in" if classes & MEASURES else ""
    slots = syntax.slots(index)
    near = [index, *(x for inner in ("on", "of", "about") for x in slots.get(inner, ()))] if place else []
    return tuple(x for at in near for x in syntax.slots(at).get(place, ()) if _is_party(x, fillers))


def _is_party(index: int, fillers: Fillers) -> bool:
    """Whether a word names somebody, or a country that stands for its state."""
    return fillers.heads(index, MentionKind.ACTOR) is not None or fillers.state(index) is not None


def _others_behind(index: int, behind: tuple[int, ...], roles: Roles, fillers: Fillers) -> tuple[int, ...]:
    """Those behind a thing who do not act themselves: in "welcomed their return to talks with X" it is X, not "their"."""
    actors = {fillers.root(fillers.mention(filler.index)) for filler in roles.get("actor")} - {None}
    own = [x for x in behind if "pronoun" in fillers.classes(x) and fillers.root(fillers.mention(x)) in actors]
    if not own or len(own) < len(behind):
        return behind
    slots = fillers.syntax.slots(index)
    near = [x for place in BEHIND[2:] for filler in slots.get(place, ()) for x in fillers.unpack(filler)]
    further = [
        y for x in near for y in ((x,) if fillers.heads(x, MentionKind.ACTOR) is not None else _people_behind(x, fillers, deeper=False))
    ]
    return tuple(further)


def _makers(index: int, fillers: Fillers) -> tuple[int, ...]:
    """Who made or sent a thing, by the participle behind it: "a letter sent by the envoy"."""
    for child in fillers.syntax.children[index]:
        if fillers.syntax.tokens[child].lemma in MEDIATING and "agreement" in fillers.classes(index):
            continue  # "a truce proposed by X": X is no party to it
        if fillers.syntax.tokens[child].deprel == "acl" and child > index and fillers.syntax.is_passive(child):
            slots = fillers.syntax.slots(child)
            near = [x for place in ("subject", "from") for filler in slots.get(place, ()) for x in fillers.unpack(filler)]
            found = tuple(x for x in near if x != index and fillers.heads(x, MentionKind.ACTOR) is not None)
            if found:
                return found
    return ()


def _bind(index: int, place: str, trigger: Trigger, fillers: Fillers) -> int:
    """A possessive pronoun for the subject of its clause, or for nothing yet, stands for the subject ("officials kept their pledge")."""
    if place != "possessor" or fillers.syntax.tokens[index].upos != "PRON":
        return index
    mention = fillers.mention(index)
    subjects = fillers.syntax.slots(fillers.syntax.clause(trigger.token)).get("subject", ())
    if mention is not None and (mention.refers_to is not None or mention.actor is not None):
        root = fillers.root(mention)
        return next((x for x in subjects if fillers.root(fillers.heads(x, MentionKind.ACTOR)) == root), index)
    return next((x for x in subjects if fillers.heads(x, MentionKind.ACTOR) is not None), index)


def _can_stand(index: int, place: str, role: str, trigger: Trigger, fillers: Fillers) -> bool:
    if role in ("content", "cause", "retaliates_for"):
        return True
    classes = fillers.classes(index)
    if place in ("compound", "possessor") and trigger.frame.kind in ("event", "state"):
        return fillers.heads(index, MentionKind.ACTOR) is not None or (place == "possessor" and "pronoun" in classes)
    token = fillers.syntax.tokens[index]
    if place == "subject" and (_is_afterthought(index, trigger, fillers) or (fillers.syntax.case(index) == "by" and token.lemma in WAYS)):
        return False  # "evacuated by air"
    if role == "recipient" and place == "on" and "medium" in classes:
        return False  # "claimed the attack on Telegram"
    if ("time" in classes and "actor" not in classes) or CALENDAR.fullmatch(token.text):
        return False
    return token.upos in ("NOUN", "PROPN", "PRON", "NUM", "ADJ", "X", "DET", "SYM") or bool(classes & {"actor", "place"})


def _is_afterthought(index: int, trigger: Trigger, fillers: Fillers) -> bool:
    """ "killing eight, three of them children": a number or "them" behind an active verb is no subject of it."""
    syntax = fillers.syntax
    token = syntax.tokens[index]
    if index < trigger.token or not (token.upos == "NUM" or "Case=Acc" in token.feats):
        return False
    return syntax.case(index) in ("", "of") and token.deprel != "obl:agent" and not syntax.is_passive(trigger.token)


def _actual_role(role: str, index: int, trigger: Trigger, fillers: Fillers) -> str:
    """A weapon does not act, a house is not a recipient, a market does not massacre, and an attack is nobody to whom something is done."""
    classes = fillers.classes(index)
    happens = (
        "EVENT" in classes
        and classes & {"ASSAULT", "MOBILIZE", "COERCE"}
        and fillers.syntax.tokens[index].upos == "NOUN"
        and not classes & {"person", "actor"}
    )
    mention = fillers.heads(index, MentionKind.ACTOR)
    nobody = mention is None or fillers.actor_of(mention) is None  # "Car Bomb Kills 20": capitals make no actor of it
    if role == "actor" and "EVENT" in classes and fillers.syntax.tokens[index].upos in ("NOUN", "PROPN") and nobody:
        return "cause"
    if "weapon" in classes and nobody and (role == "actor" or (role == "recipient" and "explosives" in trigger.frame.mode)):
        return "instrument"  # also of "detonated a car bomb"
    if role == "recipient" and happens and trigger.frame.event in MATERIAL and not classes & {"building", "vehicle"}:
        return "about"
    if role == "recipient" and trigger.frame.event == "AID" and nobody and classes & GIVEN:
        return "about"
    if role == "recipient" and classes & {"vehicle", "building"} and _is_owned(index, fillers):
        return "physical_target"
    if "actor" in classes or role not in ("actor", "recipient"):
        return role
    if role == "actor":
        if classes & {"place", "building"} and trigger.frame.event == "ASSAULT" and fillers.syntax.case(index) in (*SCENIC, "from"):
            return "origin" if fillers.syntax.case(index) == "from" else "place"
        return "instrument" if classes & {"weapon", "vehicle"} else role
    if classes & {"building", "vehicle", "weapon", "infrastructure"}:
        return "physical_target"
    return "place" if "place" in classes and trigger.frame.event in GROUNDED else role


def _is_owned(index: int, fillers: Fillers) -> bool:
    """Whether a pronoun says whose a thing is: "parked their lorries" befalls no lorry drivers."""
    return any(fillers.syntax.tokens[owner].upos == "PRON" for owner in fillers.syntax.slots(index).get("possessor", ()))


def _mutual(roles: Roles, trigger: Trigger) -> None:
    """ "A and B clashed": each is actor; the record keeps the first as actor and the others as recipients when none is named."""
    actors = roles.get("actor")
    if len(actors) > 1 and not roles.get("recipient"):
        roles.fillers["recipient"] = actors[1:]
        roles.fillers["actor"] = actors[:1]


# ── participants ─────────────────────────────────────────────────────────────────────────────────────────────────────


def participants(roles: Roles, role: str, event: str | None, fillers: Fillers) -> tuple[Participant, ...]:
    """The participants of one role in order of position; a state that fights is its army."""
    found: list[Participant] = []
    for filler in sorted(roles.get(role), key=lambda f: f.index):
        named = ParticipantRole(role)
        path = _path(filler, fillers)
        participant = fillers.participant(filler.index, named, path)
        weapon = fillers.heads(filler.index, MentionKind.WEAPON) if role == "instrument" else None
        if weapon is not None and participant.mention is None:
            participant = msgspec.structs.replace(participant, span=weapon.span, text=weapon.text)
        several = each_of(participant, filler.index, fillers)
        found += [as_army(one, fillers) if event in MILITARY and role == "actor" else one for one in several]
    return tuple({(one.span, one.actor.code if one.actor is not None else ""): one for one in reversed(found)}.values())[::-1]


def _path(filler: Filler, fillers: Fillers) -> str:
    relation = fillers.syntax.tokens[filler.index].deprel
    if filler.slot in ("signal", "implicit"):
        return filler.slot
    if ">" in filler.slot:
        above = fillers.syntax.tokens[fillers.syntax.tokens[filler.index].head].deprel
        return f"{above}>{relation}"
    return relation if filler.slot in ("subject", "object", "iobject", "possessor", "compound") else f"{relation}:{filler.slot}"


def as_army(participant: Participant, fillers: Fillers) -> Participant:
    """The participant with its actor turned from a state or regime into its armed forces; a junta or a ministry acts by itself."""
    actor = participant.actor
    mention = fillers.by_id.get(participant.mention or "")
    if actor is None or mention is None or not actor.country or set(actor.sectors) - {"GOV"}:
        return participant
    if len(actor.country) != 3 or actor.country in ("UNO", "IGO", "NGO", "ISM", "MNC", "EUR"):
        return participant
    if mention.label is not EntityLabel.GPE and not mention.named and "regime" not in mention.text.lower():
        return participant
    return msgspec.structs.replace(participant, actor=army_of(actor))


def army_of(actor: Actor) -> Actor:
    """The armed forces of a state; the state stays among the candidates."""
    country = actor.country or ""
    plain = msgspec.structs.replace(actor, candidates=())
    return Actor(
        id=f"act-{country.lower()}-mil",
        name=actor.name if "MIL" in actor.sectors else f"Armed forces ({country})",
        country=actor.country,
        sectors=("MIL",),
        code=actor_code(actor.country, ("MIL",)),
        basis="metonymy",
        confidence=round(min(actor.confidence, 0.8), 3),
        candidates=(plain, *actor.candidates),
    )
