"""Which words tell of events: frames found in the parse."""

from __future__ import annotations

from onrecord.claims.factuality import find_factuality
from onrecord.claims.fillers import Fillers
from onrecord.claims.instances import Trigger
from onrecord.claims.syntax import Slots, Syntax
from onrecord.lexicon import Lexicon
from onrecord.lexicon.frames import Alternatives, FrameKind, Pattern
from onrecord.lexicon.inflect import singular
from onrecord.records import Polarity

VERBAL = frozenset(("VERB", "AUX", "ADJ"))
PARTICIPANTS = frozenset("actor building vehicle place prisoner official troops person number pronoun civilian".split())
NOMINAL = frozenset(("NOUN", "PROPN", "VERB", "ADJ", "X"))


def find_triggers(syntax: Syntax, fillers: Fillers, lexicon: Lexicon) -> list[Trigger]:
    """Every trigger of the report in order of position; a noun that a light verb supports carries it as ``support``."""
    matcher = _Matcher(syntax, fillers, lexicon)
    found: dict[int, Trigger] = {}
    for token in syntax.tokens:
        trigger = matcher.match(token.index)
        if trigger is not None:
            found[trigger.token] = trigger
    _drop_consumed(found)
    _attach_support(found, syntax)
    _drop_forces(found, syntax)
    return [found[index] for index in sorted(found)]


class _Matcher:
    def __init__(self, syntax: Syntax, fillers: Fillers, lexicon: Lexicon) -> None:
        self.syntax, self.fillers = syntax, fillers
        self.verbs, self.nouns = lexicon.verbs, lexicon.nouns

    def match(self, index: int) -> Trigger | None:
        token, form = self.syntax.tokens[index], self.syntax.lower[index]
        if token.text in ("March", "May") and token.upos == "PROPN":
            return None
        if token.upos == "NOUN" and token.deprel == "compound" and token.head > index:
            return None  # "aid agencies", "war crimes": what the next noun is about
        rejected: list[tuple[str, str]] = []
        nominal = token.upos in ("NOUN", "PROPN", "X") or (token.upos in ("VERB", "ADJ") and token.deprel == "compound")
        for pattern in () if nominal else self.verbs.patterns(form) if token.upos in VERBAL else ():
            trigger = self._verb(index, pattern, rejected)
            if trigger is not None:
                return trigger
        for pattern in self.verbs.patterns("be") if token.upos in ("ADJ", "ADV") and self.syntax.child(index, "cop") is not None else ():
            trigger = self._adjective(index, pattern, rejected)
            if trigger is not None:
                return trigger
        for pattern in self.nouns.patterns(form) if token.upos in NOMINAL and (nominal or self._nounlike(index)) else ():
            trigger = self._noun(index, pattern, rejected)
            if trigger is not None:
                return trigger
        return None

    def _nounlike(self, index: int) -> bool:
        """A gerund or a mistagged noun: it has a determiner, an adjective or a preposition."""
        token = self.syntax.tokens[index]
        rels = {self.syntax.tokens[child].deprel for child in self.syntax.children[index]}
        return token.deprel in ("obj", "obl", "nmod", "nsubj", "nsubj:pass", "conj", "root") and bool(
            rels & {"det", "amod", "case", "nmod:poss", "nmod", "compound"}
        )

    def _verb(self, index: int, pattern: Pattern, rejected: list[tuple[str, str]]) -> Trigger | None:
        token = self.syntax.tokens[index]
        if token.upos == "ADJ" and token.deprel == "amod" and pattern.frame.event == "AID":
            return None  # "armed men": nobody tells of arming them
        plain = token.upos == "ADJ" and self.syntax.lower[index] == pattern.head
        if plain and pattern.frame.kind is FrameKind.EVENT and pattern.frame.harm is None:
            return None  # "the country was free": an adjective and no participle
        slots = self.syntax.slots(index)
        tokens, consumed, spare = [index], [], []
        if pattern.particle is not None:
            particle = self._particle(index, pattern.particle)
            if particle is None:
                return None
            tokens.append(particle)
            slots = {**self.syntax.slots(particle), **slots}  # "stayed away from work": the parser hangs the phrase on either
        if pattern.object is not None:
            hit = self._hit(slots.get("object") or slots.get("iobject", ()), pattern.object)  # "told [them] to leave"
            if hit is None:
                return None
            slots = {**self._below(hit), **slots}
            consumed.append(hit)
            if self._is_thing(hit):
                spare.append(hit)
            if not any(option.startswith("@") for option in pattern.object):
                tokens.append(hit)
        if pattern.subject is not None and self._hit(slots.get("subject", ()), pattern.subject) is None:
            return None
        for prep, options in pattern.preps:
            hit = self._prep(index, slots, prep, options)
            if hit is None:
                return None
            slots = {**self._below(hit), **slots, prep: slots.get(prep, (hit,))}
            if options is not None:
                consumed.append(hit)
                if self._is_thing(hit):
                    spare.append(hit)
                if not any(option.startswith("@") for option in options):
                    tokens.append(hit)
        if pattern.predicate is not None:
            hit = self._predicate(index, pattern.predicate)
            if hit is None:
                return None
            tokens.append(hit)
        if pattern.clause is not None and not self._clause(index, slots, pattern.clause):
            return None
        return self._allowed(Trigger(index, pattern, slots, tuple(sorted(tokens)), tuple(consumed), tuple(spare)), rejected)

    def _adjective(self, index: int, pattern: Pattern, rejected: list[tuple[str, str]]) -> Trigger | None:
        """A pattern of "be" with the word that it asks for, the head of its clause ("was open to talks", "was out in force")."""
        if pattern.predicate is None or not self.fillers.matches(index, pattern.predicate):
            return None
        slots = self.syntax.slots(index)
        if any(self._prep(index, slots, prep, options) is None for prep, options in pattern.preps):
            return None
        return self._allowed(Trigger(index, pattern, slots, (index,), rejected=rejected), rejected)

    def _noun(self, index: int, pattern: Pattern, rejected: list[tuple[str, str]]) -> Trigger | None:
        tokens = self._row(index, pattern.before)
        if tokens is None:
            return None
        head = next((t for t in reversed(tokens) if self.syntax.tokens[t].head not in tokens), index)
        slots = self._below(head) if head == index else {**self._below(index), **self._below(head)}
        slots = {slot: tuple(x for x in fillers if x not in tokens) for slot, fillers in slots.items()}
        if pattern.clause is not None and not self._clause(head, slots, pattern.clause):
            return None
        for prep, options in pattern.preps:
            hit = self._prep(head, slots, prep, options)
            if hit is None:
                return None
            if options is not None:  # "an exchange of fire with troops": what is named takes no part, what hangs on it may
                kept = {slot: tuple(x for x in fillers if x != hit) for slot, fillers in slots.items()}
                slots = {**self.syntax.slots(hit), **{slot: fillers for slot, fillers in kept.items() if fillers}}
        return self._allowed(Trigger(head, pattern, slots, tuple(tokens), rejected=rejected), rejected)

    def _below(self, index: int) -> Slots:
        """The slots of a noun, none of a clause ("accused of killing two").

        An agent that the parser hung one noun too low ("attack on its troops by …") counts as its own."""
        if self.syntax.tokens[index].upos == "VERB" and self.syntax.tokens[index].deprel in ("advcl", "acl", "ccomp", "xcomp"):
            return {}
        own = dict(self.syntax.slots(index))
        for prep in ("by", "against"):
            if prep in own:
                continue
            below = [
                filler for fillers in own.values() for filler in fillers if filler > index and "EVENT" not in self.fillers.classes(filler)
            ]
            low = next((x for filler in below for x in self.syntax.slots(filler).get(prep, ()) if x > filler), None)
            if low is not None:
                own[prep] = (low,)
        return own

    def _row(self, index: int, before: tuple[str, ...]) -> list[int] | None:
        """The words in a row that end at the head, hyphens skipped, or None."""
        tokens, at = [index], index - 1
        for word in reversed(before):
            if at >= 0 and self.syntax.lower[at] == "-":
                at -= 1
            if at < 0 or self.syntax.lower[at] != word or self.syntax.tokens[at].sentence != self.syntax.tokens[index].sentence:
                return None
            tokens.insert(0, at)
            at -= 1
        return tokens

    def _allowed(self, trigger: Trigger, rejected: list[tuple[str, str]]) -> Trigger | None:
        pattern = trigger.pattern
        for slot, options in pattern.only:
            fillers = self._fillers(trigger, slot)
            if not any(self.fillers.matches(x, options) for x in fillers):
                rejected.append((pattern.frame.id, f"{slot} is none of {'|'.join(sorted(options))}"))
                return None
        for slot, options in pattern.unless:
            hit = next((x for x in self._fillers(trigger, slot) if self.fillers.matches(x, options)), None)
            if hit is not None:
                rejected.append((pattern.frame.id, f"{slot} is '{self.syntax.tokens[hit].text}'"))
                return None
        denied = Polarity.POSITIVE if pattern.frame.inverted else Polarity.NEGATIVE
        if pattern.frame.negated and find_factuality(trigger, self.syntax).polarity is not denied:
            rejected.append((pattern.frame.id, "not negated"))
            return None
        trigger.rejected = rejected
        return trigger

    def _fillers(self, trigger: Trigger, slot: str) -> tuple[int, ...]:
        return tuple(x for filler in trigger.slots.get(slot, ()) for x in {filler, *self.fillers.unpack(filler)})

    def _particle(self, index: int, particle: str) -> int | None:
        for child in self.syntax.children[index]:
            token = self.syntax.tokens[child]
            if self.syntax.lower[child] == particle and token.deprel in ("compound:prt", "advmod", "case", "mark", "obl", "xcomp"):
                return child
        after = index + 1
        if after < len(self.syntax.tokens) and self.syntax.lower[after] == particle:
            return after
        return None

    def _itself(self, slots: Slots) -> int | None:
        """The object that is the subject again ("gave themselves up")."""
        objects = (*slots.get("object", ()), *slots.get("iobject", ()))
        return next((x for x in objects if self.syntax.lower[x].endswith(("self", "selves"))), None)

    def _hit(self, fillers: tuple[int, ...], options: Alternatives) -> int | None:
        for filler in fillers:
            for index in dict.fromkeys((filler, *self.syntax.conjuncts(filler), *self.fillers.unpack(filler))):
                if self.fillers.matches(index, options) or self._compound(index, options):
                    return index
        return None

    def _is_thing(self, index: int) -> bool:
        """Somebody or something that can be a participant although the pattern names it ("hosted refugees")."""
        classes = self.fillers.classes(index)
        if classes & PARTICIPANTS == {"number"}:
            return self.syntax.tokens[index].upos == "NUM"  # not "fired a single round"
        return bool(classes & PARTICIPANTS) and "EVENT" not in classes

    def _compound(self, index: int, options: Alternatives) -> bool:
        """Whether a word right before the noun names it more closely ("ceasefire agreement", "military exercises")."""
        if "actor" in self.fillers.classes(index):
            return False  # "aid agencies" are no aid
        children = (c for c in self.syntax.children[index] if c < index and self.syntax.tokens[c].deprel in ("compound", "amod"))
        return any(self.syntax.lower[c] in options or singular(self.syntax.lower[c]) in options for c in children)

    def _prep(self, index: int, slots: Slots, prep: str, options: Alternatives | None) -> int | None:
        """The filler of a preposition below the verb, or below its object where parsers often hang it."""
        nested = [x for filler in slots.get("object", ()) for x in self.syntax.slots(filler).get(prep, ())]
        for filler in (*slots.get(prep, ()), *nested):
            if options is None and "time" in self.fillers.classes(filler):
                continue  # "On 17 January they attacked the base"
            if options is None or self._hit((filler,), options) is not None:
                return filler
        return None

    def _predicate(self, index: int, options: Alternatives) -> int | None:
        near = [index, *self.syntax.slots(index).get("object", ())]
        for above in near:
            for child in self.syntax.children[above]:
                if child > index and self.fillers.matches(child, options):
                    return child
        return next((x for x in self.syntax.slots(index).get("object", ()) if x > index and self.fillers.matches(x, options)), None)

    def _clause(self, index: int, slots: Slots, clause: str) -> bool:
        if clause == "self":
            return self._itself(slots) is not None
        if clause == "to_do":
            return bool(slots.get("to_do") or slots.get("to"))
        return bool(slots.get("that"))


def _drop_consumed(found: dict[int, Trigger]) -> None:
    """A word that is a named part of another trigger ("fire" in "opened fire", "ban" in "lifted a ban") is no trigger of its own."""
    for trigger in list(found.values()):
        if trigger.frame.kind is FrameKind.SUPPORT:
            continue
        for token in trigger.consumed if trigger.frame.kind in (FrameKind.EVENT, FrameKind.NONE) else ():
            if token in found and found[token].frame.harm is None and trigger.token in found:
                del found[token]
        for token in trigger.tokens:
            if token != trigger.token and token in found and found[token].pattern.weight <= trigger.pattern.weight:
                del found[token]


def _drop_forces(found: dict[int, Trigger], syntax: Syntax) -> None:
    """ "Ambushed an army patrol": men on the move to whom something is done are somebody here, and no event."""
    for index, trigger in list(found.items()):
        noun = syntax.tokens[index]
        if trigger.frame.event != "MOBILIZE" or noun.upos != "NOUN" or trigger.support is not None:
            continue
        deed = found.get(noun.head) if noun.deprel in ("obj", "obl", "nsubj:pass") else None
        if deed is not None and deed.frame.event == "ASSAULT":
            del found[index]


def _attach_support(found: dict[int, Trigger], syntax: Syntax) -> None:
    """Hands each light verb to the event noun that stands in its slot "event"; without one it is no trigger."""
    for index in [i for i, trigger in found.items() if trigger.frame.kind is FrameKind.SUPPORT]:
        verb = found.pop(index)
        places = dict(verb.pattern.slots).get("event", ("object",))
        for place in places:
            for filler in verb.slots.get(place, ()):
                for noun in syntax.conjuncts(filler):
                    if noun in found and found[noun].frame.kind is FrameKind.EVENT:
                        _support(found[noun], verb, syntax)


def _support(noun: Trigger, verb: Trigger, syntax: Syntax) -> None:
    """Hands a light verb to a noun; a second one, a participle behind it, only tells the doer ("fell into an ambush laid by X")."""
    if noun.support is not None and syntax.tokens[verb.token].deprel == "acl":
        noun.slots = {**noun.slots, "by": syntax.slots(verb.token).get("subject", ())}
    else:
        noun.support = verb
