"""Drafts with their circumstances become events and claims of the contract."""

from __future__ import annotations

import msgspec

from onrecord.claims.chains import Chains, headed_by
from onrecord.claims.circumstances import SPEECH_ACTS, inferred_time
from onrecord.claims.codability import Codability
from onrecord.claims.counterclaims import counter_claims
from onrecord.claims.denials import denied_claims
from onrecord.claims.drafts import Draft
from onrecord.claims.evidence import evidence_of
from onrecord.claims.factuality import factuality_of, find_factuality
from onrecord.claims.fillers import Fillers
from onrecord.claims.instances import Trigger, trigger_span
from onrecord.claims.learned import FRAMES as LEARNED_FRAMES
from onrecord.claims.owners import Circumstances
from onrecord.claims.roles import participants
from onrecord.claims.scenes import Scenes
from onrecord.claims.seconding import agreement
from onrecord.claims.sides import Sides
from onrecord.claims.syntax import Syntax
from onrecord.lexicon.frames import FrameKind
from onrecord.lexicon.lists import word_row, word_set
from onrecord.records import (
    Actor,
    Attribution,
    BlockKind,
    Certainty,
    Claim,
    ClaimKind,
    CueClass,
    EventCode,
    EventMention,
    Exactness,
    Factuality,
    Form,
    Link,
    LinkRole,
    MentionKind,
    Participant,
    ParticipantRole,
    Polarity,
    QuantityOf,
    Scope,
    Span,
    Status,
    Time,
    actor_code,
    content_id,
    overlap,
)

COMPONENT = "claims.ud.v1"
OTHERS = ("third_party", "instrument", "physical_target", "victim", "beneficiary")
VAGUE_MEANS = frozenset(("explosives", "destroy"))
MEANS = word_row("prepositions.means")
# One in twenty of the events of UDS-IH2 that happened scores lower, and five in six of those that score lower did not happen.
MODEL_DOUBT = -1.0
SILENT_BLOCKS = frozenset((BlockKind.DATELINE, BlockKind.BYLINE, BlockKind.BOILERPLATE))
CLAIMING = "assault.claim_responsibility"
DEFYING = word_set("acts.defying")
COUNTING = word_set("speech.counting")
WRITERS = word_set("pronouns.writers")
SPOKEN = frozenset(("agree.will", "speech.threaten"))  # acts in words whose type does not follow from what they are about
DISPLACING = frozenset((QuantityOf.DISPLACED, QuantityOf.RETURNED))
HEADLINES = frozenset((BlockKind.HEADLINE, BlockKind.SUMMARY))
STATEMENTS = frozenset(("statement.deny",))  # made once, whatever the tense: "both sides deny"
TAKEN_IN = "aid.take_in"  # the frame of a country that hosts those who fled
REPORTS = word_set("speech.reports")
UNTRUE = word_set("speech.untrue")


class Builder:
    """Makes events and claims, with ids in order of position."""

    def __init__(
        self,
        syntax: Syntax,
        fillers: Fillers,
        chains: Chains,
        triggers: list[Trigger],
        drafts: list[Draft],
        circumstances: list[Circumstances],
        attributions: tuple[Attribution, ...],
    ) -> None:
        self.syntax, self.fillers, self.chains = syntax, fillers, chains
        self.parse = syntax.parse
        self._anchors = frozenset(token for draft in drafts for token in draft.anchors)
        self._codability = Codability(syntax, drafts)
        sources = [span for attribution in attributions for span in attribution.source]
        self._speakers = frozenset(token.index for span in sources for token in self.parse.tokens_in(span))
        self._sides = Sides(fillers, Scenes(self.parse, fillers.mentions))
        self.events, self._event_of = self._make_events([*triggers, *(d.main for d in drafts)])
        pairs = [(d, c) for d, c in zip(drafts, circumstances, strict=True) if self._speaks(d)]
        made = [(self._make_claim(draft, found), draft) for draft, found in pairs]
        counters = counter_claims([claim for claim, _ in made], self.parse, fillers.mentions, attributions, chains)
        for at, kept, second in list(counters):
            made[at] = (kept, made[at][1])
            made.append((second, made[at][1]))
        made += list(denied_claims(tuple(made), syntax))
        made.sort(key=lambda pair: (pair[0].sentence, pair[0].evidence[0][0], pair[1].main.token))
        self.drafts = {f"c{number}": draft for number, (_, draft) in enumerate(made, 1)}
        self.claims = tuple(_with_id(claim, f"c{number}") for number, (claim, _) in enumerate(made, 1))

    @property
    def relative(self) -> frozenset[str]:
        """The ids of claims that stand in relative clauses."""
        return frozenset(i for i, draft in self.drafts.items() if self.syntax.tokens[draft.main.token].deprel == "acl:relcl")

    def _speaks(self, draft: Draft) -> bool:
        return self.parse.sentences[self.syntax.tokens[draft.main.token].sentence].kind not in SILENT_BLOCKS

    def _make_events(self, triggers: list[Trigger]) -> tuple[tuple[EventMention, ...], dict[int, str]]:
        events: list[EventMention] = []
        ids: dict[int, str] = {}
        for trigger in sorted({trigger.token: trigger for trigger in triggers}.values(), key=lambda t: t.token):
            if trigger.frame.kind in (FrameKind.NONE, FrameKind.SUPPORT):
                continue
            ids[trigger.token] = f"e{len(events) + 1}"
            events.append(
                EventMention(
                    id=ids[trigger.token],
                    trigger=trigger_span(trigger, self.syntax),
                    lemma=trigger.pattern.head,
                    frame=trigger.frame.id,
                    factuality=find_factuality(trigger, self.syntax),
                )
            )
        return tuple(events), ids

    def _make_claim(self, draft: Draft, found: Circumstances) -> Claim:
        event = draft.event
        people = {role: self._somebody(participants(draft.roles, role, event, self.fillers)) for role in ("actor", "recipient", *OTHERS)}
        factuality = self._factuality(draft, found)
        evidence = self._evidence(draft, found, people)
        kind = _kind(draft, found)
        sides = self._sides.settled(draft, found.quantities, people)
        return Claim(
            id="",
            hash=content_id("clm-", self.parse.document.sha256, evidence, kind, COMPONENT),
            kind=kind,
            sentence=self.syntax.tokens[draft.main.token].sentence,
            evidence=evidence,
            event_id=self._event_of[draft.main.token],
            event=self._code(draft, found, people, factuality),
            actors=sides["actor"],
            recipients=self._displaced(draft, found, sides["recipient"]),
            others=tuple(p for role in OTHERS for p in people[role]),
            place=found.place,
            origin=found.origin,
            destination=found.destination,
            time=self._time(found, factuality, kind),
            quantities=tuple(found.quantities),
            attribution=self._chain(draft, people["actor"], people["recipient"]),
            factuality=factuality,
            confidence=_confidence(draft, people, agreement(draft, self.syntax)),
            origin_rule=f"{COMPONENT}/{draft.main.frame.id}",
        )

    def _chain(self, draft: Draft, actors: tuple[Participant, ...], recipients: tuple[Participant, ...]) -> tuple[Link, ...]:
        """Who says so: whoever demands, promises, refuses, threatens or blames in words himself; of the dead, who counts them.

        Whoever is asked, warned or blamed by nobody in particular says nothing ("residents are asked to leave").
        """
        span = trigger_span(draft.main, self.syntax)
        chain, said = self.chains.chain(span), self.chains.attribution_at(span)
        untrue = self._untruth(draft.main.token)
        if untrue and said is not None and any(overlap(self.syntax.tokens[untrue[0]].span, cue) for cue in said.cue):
            return self.chains.chain_around(span)  # whoever calls a report false says that it did not happen
        by_itself = said is not None and any(overlap(span, cue) for cue in said.cue)
        if not self._is_spoken(draft):
            if by_itself and self._only_does(draft):
                chain = self.chains.chain_around(span)
            counter = self._counter(draft)
            if counter is not None and chain[0].role is LinkRole.PUBLISHER:
                return headed_by(counter, chain)
            own = chain[0].role is LinkRole.SPEAKER and chain[0].form is not Form.DIRECT and (chain[0].text or "").lower() in WRITERS
            return chain[1:] if own and chain[1].role is LinkRole.PUBLISHER else chain
        speaker = next((p for p in actors if p.span is not None), None)
        if by_itself and chain[-1].role is LinkRole.PUBLISHER and _stands_in(chain[0], recipients) and not _stands_in(chain[0], actors):
            return headed_by(speaker, chain[-1:]) if speaker is not None and draft.event in SPEECH_ACTS else chain[-1:]
        if draft.event not in SPEECH_ACTS or speaker is None or by_itself:
            return chain
        return headed_by(speaker, chain) if chain[0].role is LinkRole.PUBLISHER or self._is_another(speaker, chain[0]) else chain

    def _only_does(self, draft: Draft) -> bool:
        """Whether a word that can be a saying tells of a deed here; to claim an attack is both."""
        frame = draft.main.frame
        return frame.kind is FrameKind.EVENT and frame.event not in SPEECH_ACTS and frame.id != CLAIMING

    def _is_spoken(self, draft: Draft) -> bool:
        if draft.main.pattern.head in DEFYING:
            return False
        return draft.main.frame.speech is not None or draft.main.frame.id in SPOKEN

    def _is_another(self, actor: Participant, link: Link) -> bool:
        """Whether two are known to be different: both are mentions, and neither refers to the other."""
        one = self.fillers.root(self.fillers.by_id.get(actor.mention or ""))
        if one is None or link.span is None or link.role is not LinkRole.SPEAKER:
            return False
        inside = [m for m in self.fillers.mentions if m.kind is MentionKind.ACTOR and overlap(m.span, link.span)]
        pronoun = actor.actor is None
        return bool(inside) and not pronoun and all(self.fillers.root(mention) != one for mention in inside)

    def _counter(self, draft: Draft) -> Participant | None:
        """The subject of a verb of counting whose object is who was killed or hurt ("a nurse counted 18 injured"), or None."""
        token = self.syntax.tokens[draft.main.token]
        if draft.main.frame.harm is None or token.head < 0:
            return None
        for above in self.syntax.parse.ancestors(token.index):
            verb = self.syntax.tokens[above]
            if verb.upos == "VERB":
                break
        else:
            return None
        subject = next(iter(self.syntax.slots(verb.index).get("subject", ())), None)
        if verb.lemma not in COUNTING or subject is None or self.fillers.heads(subject, MentionKind.ACTOR) is None:
            return None
        first = self.syntax.lower[subject] in WRITERS
        return None if first else self.fillers.participant(subject, ParticipantRole.ACTOR, self.syntax.tokens[subject].deprel)

    def _displaced(self, draft: Draft, found: Circumstances, recipients: tuple[Participant, ...]) -> tuple[Participant, ...]:
        """Civilians who fled, were driven out or came back are coded as displaced; those in another country as refugees."""
        if draft.main.frame.id == TAKEN_IN:
            return tuple(as_displaced(p, abroad=True) for p in recipients)
        moved = draft.main.frame.harm in DISPLACING or any(q.of in DISPLACING for q in found.quantities)
        into = found.destination.country if found.destination is not None else None
        return tuple(as_displaced(p, abroad=_is_abroad(p, into)) for p in recipients) if moved else recipients

    def _somebody(self, participants: tuple[Participant, ...]) -> tuple[Participant, ...]:
        """Without "no one" and "nobody", and without agreements, which are nobody either."""
        return tuple(p for p in participants if p.head is None or not self._is_nobody(p.head, p.actor))

    def _is_nobody(self, head: Span, actor: Actor | None) -> bool:
        token = next(iter(self.parse.tokens_in(head)), None)
        if token is None or actor is not None:
            return False
        return (token.upos == "PRON" and "PronType=Neg" in token.feats) or "agreement" in self.fillers.classes(token.index)

    def _factuality(self, draft: Draft, circumstances: Circumstances) -> Factuality:
        """That of the asserting verb; what is said in passing is habitual, what is counted or doubted now is ongoing."""
        if draft.main.frame.kind is FrameKind.REMARK:
            return factuality_of(Status.ONGOING)
        if draft.announced:
            return factuality_of(Status.OCCURRED)
        said = self._as_said(draft, self._told(draft, circumstances))
        if said.status is Status.OCCURRED and self._codability.is_attributive(draft) and not any(t.frame.harm for t in draft.triggers):
            return msgspec.structs.replace(said, status=Status.HABITUAL)
        lasts = draft.main.frame.kind in (FrameKind.FIGURE, FrameKind.STATE) and draft.main.frame.id not in STATEMENTS
        if said.status is Status.OCCURRED and lasts and self._is_present(draft):
            return msgspec.structs.replace(said, status=Status.ONGOING)
        return said

    def _told(self, draft: Draft, circumstances: Circumstances) -> Factuality:
        """As the asserting verb tells it; "no one was hurt in the blast" denies harm and no blast."""
        trigger = self._asserting(draft)
        told = find_factuality(trigger, self.syntax)
        spared = trigger is not draft.main and trigger.frame.harm is not None and told.polarity is Polarity.NEGATIVE
        if spared and draft.main.frame.harm is None and all(q.exactness is Exactness.NONE for q in circumstances.quantities):
            return find_factuality(draft.main, self.syntax)
        return told

    def _as_said(self, draft: Draft, found: Factuality) -> Factuality:
        """The speaker's view: what is denied did not happen, what is hedged is only probable."""
        span = self.syntax.tokens[draft.main.token].span
        found = self._doubted(draft, found)
        if found.polarity is Polarity.POSITIVE and self._untruth(draft.main.token):
            return msgspec.structs.replace(found, polarity=Polarity.NEGATIVE, score=-abs(found.score))
        said = self.chains.attribution_at(span)
        if said is None or any(overlap(span, cue) for cue in said.cue):
            return found
        if said.cue_class is CueClass.DENY and found.polarity is Polarity.POSITIVE and found.status in (Status.OCCURRED, Status.ONGOING):
            return msgspec.structs.replace(found, polarity=Polarity.NEGATIVE, score=-abs(found.score))
        if said.cue_class is CueClass.HEDGE and found.certainty is Certainty.CERTAIN and abs(found.score) == 3:
            return msgspec.structs.replace(found, certainty=Certainty.PROBABLE, score=2 if found.score > 0 else -2)
        return found

    def _untruth(self, index: int) -> tuple[int, ...]:
        """The words that call untrue what a word stands in: "reports" and "false" of "reports that a school was hit are false"."""
        clause = self.syntax.tokens[self.syntax.clause(index)]
        if clause.deprel not in ("acl", "ccomp") or clause.head < 0:
            return ()
        report = self.syntax.tokens[clause.head]
        if report.lemma not in REPORTS or report.deprel != "nsubj":
            return ()
        told = [c for c in self.syntax.children[report.head] if self.syntax.tokens[c].deprel == "ccomp"]  # "…, the colonel said"
        untrue = next((at for at in (report.head, *told) if self.syntax.tokens[at].lemma in UNTRUE), None)
        return (report.index, untrue) if untrue is not None else ()

    def _doubted(self, draft: Draft, found: Factuality) -> Factuality:
        """Where the language model doubts what the rules take for a fact, it is only possible; what grammar denies stays denied."""
        if self.parse.sentences[self.syntax.tokens[draft.main.token].sentence].kind in HEADLINES:
            return found  # a headline tells what happened in the present tense, which running text does of plans
        scores = self.parse.signals.factuality if self.parse.signals is not None else ()
        if found.score != 3 or found.status is not Status.OCCURRED or not scores:
            return found
        seen = [scores[t.token] for t in draft.triggers if t.token < len(scores)]
        worst = max((score for score in seen if score is not None), default=None)
        if worst is None or worst >= MODEL_DOUBT:
            return found
        return msgspec.structs.replace(found, certainty=Certainty.POSSIBLE, score=1)

    def _is_present(self, draft: Draft) -> bool:
        index = self.syntax.clause(draft.main.token)
        words = [index, *(c for c in self.syntax.children[index] if self.syntax.tokens[c].deprel == "cop")]
        return any("Tense=Pres" in self.syntax.tokens[w].feats and "VerbForm=Fin" in self.syntax.tokens[w].feats for w in words)

    def _asserting(self, draft: Draft) -> Trigger:
        """The trigger that carries the assertion: a verb rather than the noun it hangs on."""
        if draft.contents and draft.main.frame.id == "speech.grievance":
            return draft.main
        verbs = [t for t in draft.triggers if self.syntax.tokens[t.token].upos in ("VERB", "AUX", "ADJ") or t.support is not None]
        return draft.main if draft.main in verbs or not verbs else verbs[0]

    def _evidence(self, draft: Draft, found: Circumstances, people: dict[str, tuple[Participant, ...]]) -> tuple[Span, ...]:
        spans = [p.span for group in people.values() for p in group if p.span is not None]
        spans += [mention.span for mention in found.used]
        spans += [self.syntax.tokens[index].span for index in self._untruth(draft.main.token)]
        return evidence_of(draft, spans, found.counts, self.syntax, self._anchors, self._speakers)

    def _time(self, found: Circumstances, factuality: Factuality, kind: ClaimKind) -> Time | None:
        if found.time is not None:
            return found.time
        if factuality.status in (Status.OCCURRED, Status.ONGOING) and kind is not ClaimKind.STATE:
            return inferred_time(self.parse.document.published)
        return None

    def _code(
        self, draft: Draft, found: Circumstances, people: dict[str, tuple[Participant, ...]], factuality: Factuality
    ) -> EventCode | None:
        frame = draft.main.frame
        if draft.event is None:
            return None
        same = [t.frame for t in draft.triggers if t.frame.event == draft.event]
        modes = tuple(dict.fromkeys(mode for f in same for mode in f.mode)) if draft.modes is None else draft.modes
        if draft.event == "ASSAULT":
            modes = modes + tuple(mode for mode in self._means(draft) if mode not in modes) if set(modes) <= VAGUE_MEANS else modes
        return EventCode(
            type=draft.event,
            mode=modes,
            contexts=tuple(dict.fromkeys(context for f in same for context in f.contexts)),
            cameo=frame.cameo,
            codable=self._codability.is_codable(draft, found, people, factuality),
        )

    def _means(self, draft: Draft) -> tuple[str, ...]:
        """The modes that the means tell: "with grenades", "suicide bombers", "raids by helicopters"."""
        found: list[str] = []
        for trigger in draft.triggers:
            for slot in MEANS:
                for filler in trigger.slots.get(slot, ()):
                    for index in self.syntax.conjuncts(filler):
                        found += self._modes_of(index)
        modes = dict.fromkeys(found)
        if len(modes) > 1:
            modes.pop("firearms", None)
        return tuple(modes)

    def _modes_of(self, index: int) -> list[str]:
        near = [c for c in self.syntax.children[index] if self.syntax.tokens[c].deprel in ("compound", "amod", "flat")]
        classes = [name for i in [*near, index] for name in sorted(self.fillers.classes(i))] + sorted(self.fillers.phrase_classes(index))
        names = [name for name in classes if name.startswith("mode.")]
        return [name.removeprefix("mode.") for name in names][:1]


def _is_abroad(participant: Participant, into: str | None) -> bool:
    """Whether somebody came into another country than their own."""
    return participant.actor is not None and None not in (into, participant.actor.country) and into != participant.actor.country


def as_displaced(participant: Participant, *, abroad: bool = False) -> Participant:
    """The participant, civilians among them as CVL/REF, or as REF where they left their country."""
    actor = participant.actor
    if actor is None or actor.sectors != ("CVL",):
        return participant
    sectors = ("REF",) if abroad else ("CVL", "REF")
    return msgspec.structs.replace(
        participant, actor=msgspec.structs.replace(actor, sectors=sectors, code=actor_code(actor.country, sectors))
    )


def _stands_in(link: Link, people: tuple[Participant, ...]) -> bool:
    """Whether a link's words are those of one of some participants."""
    return link.span is not None and any(p.span is not None and overlap(p.span, link.span) for p in people)


def _kind(draft: Draft, found: Circumstances) -> ClaimKind:
    if draft.main.frame.kind is FrameKind.REMARK:
        return ClaimKind.REMARK
    if draft.main.frame.kind is FrameKind.FIGURE or any(q.scope is not Scope.INCIDENT for q in found.quantities):
        return ClaimKind.FIGURE if found.quantities else ClaimKind.EVENT if draft.main.frame.event else ClaimKind.STATE
    return ClaimKind.STATE if draft.main.frame.kind is FrameKind.STATE else ClaimKind.EVENT


def _confidence(draft: Draft, people: dict[str, tuple[Participant, ...]], agreed: float | None) -> float:
    """A first estimate: constraints in the pattern, resolved participants and the model's agreement add trust."""
    resolved = [p.actor.confidence for role in ("actor", "recipient") for p in people[role] if p.actor is not None]
    start = 0.35 if draft.main.frame.id in LEARNED_FRAMES else 0.55  # there the type is only the plainest of its class
    score = start + 0.03 * min(draft.main.pattern.weight, 6) + 0.1 * min(len(resolved), 2)
    if agreed is not None:
        score += 0.1 * (agreed - 0.5)
    return round(min(score, 0.97), 2)


def _with_id(claim: Claim, identity: str) -> Claim:
    quantities = tuple(msgspec.structs.replace(quantity, claim=identity) for quantity in claim.quantities)
    return msgspec.structs.replace(claim, id=identity, quantities=quantities)
