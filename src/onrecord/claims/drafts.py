"""Triggers that tell of one event become one draft of a claim: an attack with the harm it did, a verb with its noun."""

from __future__ import annotations

from dataclasses import dataclass, field

from onrecord.claims.fillers import Fillers
from onrecord.claims.instances import Trigger
from onrecord.claims.roles import Filler, Roles, assign_roles, keep_one_role
from onrecord.claims.syntax import Syntax, base
from onrecord.lexicon.frames import FrameKind
from onrecord.lexicon.lists import word_set

CAUSES = word_set("prepositions.cause")

OUTCOMES = word_set("incidents.outcomes")
MARKS_APART = word_set("conjunctions.apart")


@dataclass(slots=True)
class Draft:
    """A claim in the making.

    main: the trigger that names the event.  roles: merged over all triggers, ``role_of`` each trigger's own.
    event, modes: what the claim is coded as, when speech acts settle it otherwise than the frame.
    contents: what a speech act is about.  counted: bare numbers taken out of the roles.
    remention: a definite noun that adds nothing ("the strike").  announced: the doer says that it will, or will not, be done.
    """

    main: Trigger
    triggers: list[Trigger]
    roles: Roles
    role_of: dict[int, Roles] = field(default_factory=dict)
    contents: list[Draft] = field(default_factory=list)
    counted: list[Filler] = field(default_factory=list)
    event: str | None = None
    modes: tuple[str, ...] | None = None
    remention: bool = False
    announced: bool = False

    def __post_init__(self) -> None:
        self.event = self.main.frame.event

    @property
    def anchors(self) -> set[int]:
        """The words that circumstances hang on: all trigger words and light verbs."""
        found: set[int] = set()
        for trigger in self.triggers:
            found.update(trigger.tokens)
            found.add(trigger.token)
            if trigger.support is not None:
                found.update(trigger.support.tokens)
        return found


def group_triggers(triggers: list[Trigger], syntax: Syntax, fillers: Fillers) -> list[Draft]:
    """One draft per event, in order of the main triggers' position."""
    kept = [trigger for trigger in triggers if trigger.frame.kind not in (FrameKind.NONE, FrameKind.SUPPORT)]
    roles = {trigger.token: assign_roles(trigger, fillers) for trigger in kept}
    groups = _Groups(kept, roles, syntax)
    drafts = [_draft(members, roles, syntax) for members in groups.sets()]
    return sorted(drafts, key=lambda draft: draft.main.token)


class _Groups:
    """Union-find over the triggers of a report; links only join triggers of the same sentence."""

    def __init__(self, triggers: list[Trigger], roles: dict[int, Roles], syntax: Syntax) -> None:
        self.syntax, self.roles = syntax, roles
        self.by_token = {token: trigger for trigger in triggers for token in (trigger.token, *trigger.tokens)}
        for trigger in triggers:
            if trigger.support is not None:
                self.by_token.setdefault(trigger.support.token, trigger)
        self.triggers = triggers
        self.parent = {trigger.token: trigger.token for trigger in triggers}
        for trigger in triggers:
            self._link(trigger)

    def find(self, token: int) -> int:
        while self.parent[token] != token:
            self.parent[token] = self.parent[self.parent[token]]
            token = self.parent[token]
        return token

    def sets(self) -> list[list[Trigger]]:
        found: dict[int, list[Trigger]] = {}
        for trigger in self.triggers:
            found.setdefault(self.find(trigger.token), []).append(trigger)
        return list(found.values())

    def _join(self, one: Trigger, other: Trigger) -> None:
        if one.token != other.token and self._agree(one, other):
            self.parent[self.find(other.token)] = self.find(one.token)

    def _agree(self, one: Trigger, other: Trigger) -> bool:
        """Two triggers of one event have the same type and no two different actors."""
        if one.frame.event != other.frame.event and one.frame.event is not None and other.frame.event is not None:
            return False
        actors = [{f.index for f in self.roles[t.token].get("actor")} for t in (one, other)]
        return not (actors[0] and actors[1]) or bool(actors[0] & actors[1])

    def _link(self, trigger: Trigger) -> None:
        if trigger.frame.harm is not None:
            self._link_harm(trigger)
        self._link_clauses(trigger)
        self._link_identity(trigger)
        for role in ("cause",):
            for filler in self.roles[trigger.token].get(role):
                cause = self.by_token.get(filler.index)
                if cause is not None and trigger.frame.event == cause.frame.event and not _since(trigger, filler):
                    self._join(cause, trigger)

    def _link_harm(self, harm: Trigger) -> None:
        slots = harm.slots if harm.support is None else {**harm.support.slots, **harm.slots}
        for slot, fillers in slots.items():
            if slot.partition(" ")[0] in CAUSES or slot == "subject":
                for filler in fillers:
                    for index in self.syntax.conjuncts(self._behind_outcome(filler)):
                        cause = self.by_token.get(index)
                        if cause is not None and cause.frame.event == "ASSAULT":
                            self._join(cause, harm)

    def _behind_outcome(self, index: int) -> int:
        """ "as a result of the blast", "in the course of a raid": what it is the result or course of."""
        inner = self.syntax.slots(index).get("of", ()) if self.syntax.lower[index] in OUTCOMES else ()
        return inner[0] if inner else index

    def _link_identity(self, trigger: Trigger) -> None:
        """ "The bombardment was Turkey's retaliation": a noun that is said to be another is the same event."""
        token = self.syntax.tokens[trigger.token]
        above = self.by_token.get(token.head)
        if token.deprel != "nsubj" or above is None or token.upos != "NOUN" or self.syntax.tokens[above.token].upos != "NOUN":
            return
        if self.syntax.child(above.token, "cop") is not None:
            self._join(above, trigger)

    def _link_clauses(self, trigger: Trigger) -> None:
        """Participles and relative clauses on the event ("an attack that killed 12", "shelled the town, killing 12"), and conjuncts."""
        token = self.syntax.tokens[trigger.support.token if trigger.support is not None else trigger.token]
        if token.head < 0:
            return
        relation = base(token.deprel)
        above = self.by_token.get(token.head)
        if above is None or above.token == trigger.token:
            return
        harm = trigger.frame.harm is not None
        if (
            (relation in ("acl", "advcl", "xcomp") and harm and self.syntax.mark(token.index) not in MARKS_APART)
            or (relation == "conj" and self._one_deed(above, trigger))
            or self._is_motive(trigger, above, relation)
            or self._is_way_of_protest(trigger, above, relation)
        ):
            self._join(above, trigger)

    def _is_motive(self, trigger: Trigger, above: Trigger, relation: str) -> bool:
        """ "struck a depot in retaliation for the ambush": the noun names the same deed by its motive."""
        answers = any(role == "retaliates_for" for role, _ in trigger.pattern.slots)
        return answers and relation == "obl" and above.frame.event == "ASSAULT" and self.syntax.case(trigger.token) in ("in", "as")

    def _is_way_of_protest(self, trigger: Trigger, above: Trigger, relation: str) -> bool:
        """ "Filled the square, banging pots": how the same people protest."""
        token = self.syntax.tokens[trigger.token]
        if relation != "advcl" or trigger.frame.event != "PROTEST" or above.frame.event != "PROTEST":
            return False
        return "VerbForm=Part" in token.feats and not self.syntax.mark(token.index) and self.syntax.child(token.index, "nsubj") is None

    def _one_deed(self, first: Trigger, second: Trigger) -> bool:
        """ "killed and wounded", "attacked the village and killed 12": conjuncts without a subject of another event."""
        if first.frame.event != "ASSAULT" or second.frame.event != "ASSAULT":
            return False
        if first.frame.harm is not None and second.frame.harm is not None:
            return True
        return second.frame.harm is not None and self.syntax.child(second.token, "nsubj") is None


def _since(trigger: Trigger, filler: Filler) -> bool:
    return filler.slot == "since"


def _draft(members: list[Trigger], roles: dict[int, Roles], syntax: Syntax) -> Draft:
    main = max(members, key=lambda t: (t.frame.harm is None, t.frame.event is not None, bool(t.frame.mode), t.pattern.weight, -t.token))
    merged = Roles()
    order = [main, *(t for t in members if t is not main)]
    for trigger in order:
        for role, found in roles[trigger.token].fillers.items():
            if role == "recipient" and merged.get(role) and trigger.frame.harm is None:
                continue
            if role == "actor" and merged.get(role):
                continue
            for filler in found:
                merged.add(role, filler)
    _prefer_harmed(merged, order, roles)
    _turn_on(merged, main, order, roles)
    return Draft(main, sorted(members, key=lambda t: t.token), merged, {t.token: roles[t.token] for t in members})


def _turn_on(merged: Roles, main: Trigger, order: list[Trigger], roles: dict[int, Roles]) -> None:
    """ "Five soldiers were killed in a gunfight with rebels": whom the harmed fought did it, and nobody fought themselves."""
    fought = {f.index for f in roles[main.token].get("recipient")} if main.frame.mutual else set()
    harmed = {f.index for t in order if t.frame.harm is not None for f in roles[t.token].get("recipient")} - fought
    if not fought or not harmed or any(roles[t.token].get("actor") for t in order if t.frame.harm is not None):
        return
    merged.fillers["actor"] = [*merged.get("actor"), *(f for f in merged.get("recipient") if f.index in fought)]
    merged.fillers["recipient"] = [f for f in merged.get("recipient") if f.index not in fought]


def _prefer_harmed(merged: Roles, order: list[Trigger], roles: dict[int, Roles]) -> None:
    """Where harm verbs name who was hit, a bare number ("dozens more") stands for nobody new."""
    keep_one_role(merged)
    recipients = merged.get("recipient")
    actors = {filler.index for filler in merged.get("actor")}
    merged.fillers["recipient"] = [filler for filler in recipients if filler.index not in actors]
