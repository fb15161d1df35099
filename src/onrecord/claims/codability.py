"""Which claims code an event: those that tell of a deed and say enough of it; not what is asked for, history, or said in passing."""

from __future__ import annotations

from onrecord.claims.circumstances import SPEECH_ACTS
from onrecord.claims.drafts import Draft
from onrecord.claims.eras import is_in_past_era
from onrecord.claims.factuality import LASTING
from onrecord.claims.instances import Trigger
from onrecord.claims.learned import FRAMES as LEARNED_FRAMES
from onrecord.claims.owners import Circumstances
from onrecord.claims.syntax import Syntax
from onrecord.lexicon.frames import FrameKind, Speech
from onrecord.lexicon.lists import word_set
from onrecord.records import Factuality, Participant, Polarity, Status

WISHES = frozenset(("AGREE", "REJECT", "REQUEST", "THREATEN"))
UNREAL = frozenset((Status.PURPOSE, Status.DEONTIC))
UNDONE = frozenset((Status.REQUESTED, Status.PLEDGED, Status.THREATENED, Status.PLANNED, Status.HYPOTHETICAL))
SCENES = frozenset(("ASSAULT", "COERCE", "PROTEST", "MOBILIZE", "RETREAT", "SANCTION"))
TOLL = "n.toll"
TOLLS = word_set("counting.running")
HISTORY_YEARS = 25
LONG = word_set("counting.long_units")
PERCEIVED = word_set("speech.witnessed")
CONCEALING = word_set("acts.concealing")


class Codability:
    """Decides of each draft of a report; it knows all of them, since a deed that another act asks for is told by that act."""

    def __init__(self, syntax: Syntax, drafts: list[Draft]) -> None:
        self.syntax = syntax
        self._anchors = frozenset(token for draft in drafts for token in draft.anchors)
        self._wishes = frozenset(token for draft in drafts if draft.event in WISHES for token in draft.anchors)
        self._refusals = frozenset(token for draft in drafts if draft.event == "REJECT" for token in draft.anchors)

    def is_codable(self, draft: Draft, found: Circumstances, people: dict[str, tuple[Participant, ...]], factuality: Factuality) -> bool:
        """Whether a claim codes an event. people: its participants by role."""
        if draft.main.frame.kind is not FrameKind.EVENT or factuality.status in UNREAL or factuality.status is Status.HABITUAL:
            return False
        if self._is_left_open(draft):
            return False
        guessed = draft.main.frame.id in LEARNED_FRAMES and factuality.polarity is Polarity.NEGATIVE  # "has no mortars"
        if guessed or self._is_wished(draft, factuality) or self._long_ago(draft) or self._is_history(draft, found):
            return False
        if draft.event in SPEECH_ACTS:
            done = draft.main.frame.speech is not Speech.ACCUSE and self.syntax.is_passive(draft.main.token)  # "the envoy was summoned"
            return bool(people["actor"]) or (done and any(p.actor is not None for p in people["recipient"]))
        if draft.main.frame.id == TOLL and not found.quantities:
            return False  # "gave no toll"
        if self.is_attributive(draft) or self._stative(draft, found, people) or self._concealed(draft) or self._ranked(draft):
            return False
        actors = [p for p in people["actor"] if p.actor is not None or (p.text or "").lower() not in ("it", "this", "that")]
        named = bool(actors) + bool(people["recipient"]) + bool(found.quantities)
        if draft.event not in SCENES:
            return named >= 1
        if any(self._is_heard(t) for t in draft.triggers):
            return True
        verbal = any(self._is_asserted(t) for t in draft.triggers)
        if not verbal:
            targets = bool(people["recipient"] or people["physical_target"])
            known = (
                bool(people["actor"])
                + targets
                + bool(found.quantities)
                + bool(draft.roles.get("cause") or draft.roles.get("retaliates_for"))
            )
            return known + bool(found.place or found.time) >= 2
        means = bool(people["instrument"]) and bool(found.place or found.origin or found.time)
        settled = bool(found.place or found.time) or factuality.status is Status.ONGOING
        measure = draft.event in ("COERCE", "PROTEST") and bool(draft.main.frame.mode) and settled  # "a curfew was imposed in X", "remains"
        return named >= 1 or bool(people["physical_target"]) or means or measure or bool(draft.main.frame.cameo)

    def _is_asserted(self, trigger: Trigger) -> bool:
        """A verb, a noun with a light verb, a count put at a number, or a predicate ("it was the third violation")."""
        noun = self.syntax.tokens[trigger.token]
        put = self.syntax.lower[trigger.token] in TOLLS and noun.deprel in ("obj", "nsubj", "nsubj:pass")
        verb = noun.upos == "VERB" or trigger.support is not None or put
        return verb or self.syntax.child(trigger.token, "cop") is not None

    def _is_left_open(self, draft: Draft) -> bool:
        """ "Neither confirmed nor denied the strike": nothing is said of it."""
        above = self.syntax.tokens[draft.main.token].head
        near = [draft.main.token, *([above] if above >= 0 else [])]
        return any(
            self.syntax.tokens[at].lemma == "deny" and any(self.syntax.lower[c] == "nor" for c in self.syntax.children[at]) for at in near
        )

    def _is_heard(self, trigger: Trigger) -> bool:
        """ "Artillery fire was heard on Thursday night", "monitors heard shelling": what is perceived took place."""
        noun = self.syntax.tokens[trigger.token]
        heard = noun.deprel in ("nsubj:pass", "obj") and noun.head >= 0 and self.syntax.tokens[noun.head].lemma in PERCEIVED
        return heard and all(self.syntax.lower[child] != "no" for child in self.syntax.children[noun.index])

    def _is_wished(self, draft: Draft, factuality: Factuality) -> bool:
        """ "Urged them to leave": what is asked, promised, refused or threatened and has not happened is told by the speech act itself."""
        above = frozenset(self.syntax.parse.ancestors(draft.main.token))
        refused = factuality.polarity is Polarity.NEGATIVE and not self._refusals.isdisjoint(above)
        return refused or (factuality.status in UNDONE and not self._wishes.isdisjoint(above))

    def _long_ago(self, draft: Draft) -> bool:
        """What an event comes "five years after" is only its background."""
        mark = self.syntax.child(self.syntax.clause(draft.main.token), "mark")
        return mark is not None and mark > 0 and self.syntax.lower[mark] == "after" and self.syntax.tokens[mark - 1].lemma in LONG

    def _is_history(self, draft: Draft, found: Circumstances) -> bool:
        """What was over a generation before the report was published is told as history ("invaded Russia in 1812")."""
        if any(is_in_past_era(self.syntax, trigger.token) for trigger in draft.triggers):
            return True
        published, time = self.syntax.parse.document.published, found.time
        if published is None or time is None or time.end is None or time.span is None:
            return False
        return int(published[:4]) - int(time.end[:4]) > HISTORY_YEARS

    def _concealed(self, draft: Draft) -> bool:
        """ "Has hidden its losses": told of the hiding, not of an attack."""
        noun = self.syntax.tokens[draft.main.token]
        harm = draft.main.frame.harm is not None and noun.upos == "NOUN" and noun.deprel == "obj"
        return harm and self.syntax.tokens[noun.head].lemma in CONCEALING

    def _ranked(self, draft: Draft) -> bool:
        """ "Killed 75 men in the deadliest strike in years": what an event that is told is among others."""
        index = draft.main.token
        below = [self.syntax.tokens[child] for child in self.syntax.children[index]]
        top = any(t.deprel == "amod" and ("Degree=Sup" in t.feats or "NumType=Ord" in t.feats) for t in below)
        return top and self.syntax.case(index) == "in" and not self._anchors.isdisjoint(self.syntax.parse.ancestors(index))

    def is_attributive(self, draft: Draft) -> bool:
        """ "Iran-backed", "displaced families", "Rebuked by X, Y …": said in passing, unless it is counted."""
        return all(self._in_passing(t.token) or (t.frame.event != "ASSAULT" and self._fronted(t.token)) for t in draft.triggers)

    def _fronted(self, index: int) -> bool:
        """A passive participle before the clause that it sets the scene for."""
        token = self.syntax.tokens[index]
        return token.deprel == "advcl" and index < token.head and not self.syntax.mark(index) and self.syntax.is_passive(index)

    def _in_passing(self, index: int) -> bool:
        token = self.syntax.tokens[index]
        if token.upos == "NOUN":
            return False
        if token.deprel == "acl" and token.lemma in LASTING and self.syntax.is_passive(index):
            return True
        return token.deprel in ("amod", "compound") or (token.deprel != "root" and self.syntax.hyphenated(index) is not None)

    def _stative(self, draft: Draft, found: Circumstances, people: dict[str, tuple[Participant, ...]]) -> bool:
        """ "Our youth are left alone": a present passive without agent, figure, time or place tells a state."""
        token = self.syntax.tokens[draft.main.token]
        if people["actor"] or found.quantities or found.time or not self.syntax.is_passive(token.index):
            return False
        return any(self.syntax.lower[c] in ("is", "are") for c in self.syntax.children[token.index])
