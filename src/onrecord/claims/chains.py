"""The chain of a claim: speaker, channel, accessor, relay, publisher.

who speaks ─▶ what carries the words ─▶ who had it ─▶ who passed it on ─▶ who prints it
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from onrecord.claims.access import is_outlet
from onrecord.claims.anonymity import is_anonymous
from onrecord.claims.asides import ASKED, is_told_press, nominals_beside, told_outlet
from onrecord.claims.cues import cue_at, is_negated
from onrecord.claims.grammar import RELATIVES, Grammar
from onrecord.claims.subjects import antecedent
from onrecord.claims.syntax import is_told_past
from onrecord.lexicon.cues import CueKind, CuePos
from onrecord.lexicon.lists import word_set
from onrecord.lexicon.outlets import Entry as Outlet
from onrecord.lexicon.outlets import affiliation_text, outlet_actor
from onrecord.records import (
    Actor,
    Attribution,
    BlockKind,
    Cue,
    CueClass,
    Form,
    Link,
    LinkRole,
    Mention,
    MentionKind,
    Parse,
    Participant,
    Span,
    covering,
    overlap,
)

if TYPE_CHECKING:
    from onrecord.lexicon import Lexicon

MAX_DEPTH = 12
FIRST_PERSON = word_set("pronouns.first_subjects")
NOBODY = word_set("pronouns.nobody")
UNWILLING = word_set("speech.unwilling")
WANTING = (CueClass.PROMISE, CueClass.DEMAND)
PLAIN = word_set("things.plain_messages")
SERVICES = frozenset(["WhatsApp", "Telegram", "Signal", "Viber", "WeChat", "Messenger", "Zello"])
SPEAKING = frozenset([CueKind.SPEECH, CueKind.BELIEF, CueKind.EVIDENCE, CueKind.ACCESS])


class Chains:
    """Gives the chain of any trigger or clause of one report."""

    def __init__(self, parse: Parse, mentions: tuple[Mention, ...], lexicon: Lexicon, attributions: tuple[Attribution, ...]) -> None:
        self._parse = parse
        self._grammar = Grammar(parse, lexicon.cues)
        self._outlets = lexicon.outlets
        self._actors = [mention for mention in mentions if mention.kind is MentionKind.ACTOR]
        self._mentions = {mention.id: mention for mention in mentions}
        self._by_id = {attribution.id: attribution for attribution in attributions}
        self._cue_owner: dict[int, str] = {}
        self._content_owner: dict[int, str] = {}
        self._links_of: dict[str, tuple[Link, ...]] = {}
        self._speaking = frozenset(attribution.id for attribution in attributions if self._speaks(attribution))
        self._index(attributions)

    def attribution_at(self, span: Span) -> Attribution | None:
        """The innermost attribution that a trigger or clause belongs to, or None for the outlet's own voice.

        A span whose head word is a cue ("blamed", "pledge", "denied") belongs to the attribution of that cue;
        else it belongs to the innermost attribution whose content holds its head word.
        A content under a cue of class ``deny`` is denied: its claim is negative in the speaker's view.
        """
        head = self._head(span)
        found = None if head is None else self._cue_owner.get(head) or self._content_owner.get(head)
        return None if found is None else self._by_id[found]

    def chain(self, span: Span) -> tuple[Link, ...]:
        """The links from the one who speaks to the one who prints, for a trigger or clause.

        The speaker comes first (none in evidence such as "messages show"), then channel and accessor, then relays from the
        inside out, the publisher always last. The outlet's own voice is one publisher link.
        """
        return self._chain(self.attribution_at(span), span)

    def chain_around(self, span: Span) -> tuple[Link, ...]:
        """The chain of a word that is no saying here though it can be one ("recalled its envoy", "concluded talks"): who tells of it."""
        own = self.attribution_at(span)
        return self._chain(self._by_id.get(own.within or "") if own is not None else None, span)

    def _chain(self, attribution: Attribution | None, span: Span) -> tuple[Link, ...]:
        links = self._links_from(attribution) if attribution is not None else ()
        if links and self.agency is not None and self._is_body(span) and all(link.text != self.agency.text for link in links):
            links = (*links, self.agency)
        return (*links, self.publisher)

    def _links_from(self, innermost: Attribution) -> tuple[Link, ...]:
        """The links of an attribution and of those that report it, from the inside out; worked out once for all claims in it."""
        known = self._links_of.get(innermost.id)
        if known is not None:
            return known
        links: list[Link] = []
        attribution: Attribution | None = innermost
        for _ in range(MAX_DEPTH):
            if attribution is None:
                break
            if attribution.id in self._speaking:
                has_channel = any(link.role is LinkRole.CHANNEL for link in links)
                spoken = any(link.role in (LinkRole.SPEAKER, LinkRole.RELAY) for link in links)
                outer = spoken or (bool(links) and self._outlet(covering(attribution.source) if attribution.source else None) is not None)
                for link in self._links(attribution, outer=outer, has_channel=has_channel):
                    if link.span is None or not any(self._repeats(link, other) for other in links):
                        links.append(link)
            attribution = self._by_id.get(attribution.within or "")
        links.sort(key=lambda link: link.role is not LinkRole.SPEAKER)  # "the governor said videos show …": he speaks, they carry
        return self._links_of.setdefault(innermost.id, tuple(links))

    def _repeats(self, link: Link, other: Link) -> bool:
        """Whether a link is one that the chain has: the same words, or the same source who passes on what they themselves said."""
        if link.span == other.span:
            return True
        if link.role is not LinkRole.RELAY or other.role not in (LinkRole.SPEAKER, LinkRole.RELAY) or other.span is None:
            return False
        if (link.text or "").casefold() == (other.text or "").casefold():
            return True
        one, two = (self._root(self._mention(span)) for span in (link.span, other.span))
        return one is not None and one == two

    def _root(self, mention: Mention | None) -> str | None:
        """The id of the first mention of what this one refers to."""
        for _ in range(MAX_DEPTH):
            if mention is None or mention.refers_to is None or mention.refers_to not in self._mentions:
                break
            mention = self._mentions[mention.refers_to]
        return mention.id if mention is not None else None

    def _is_body(self, span: Span) -> bool:
        """Whether words stand in the report itself: headlines are the printer's, whoever wrote the rest."""
        at = self._parse.token_at(span[0])
        return at is None or self._parse.sentences[self._parse.tokens[at].sentence].kind is BlockKind.BODY

    @cached_property
    def publisher(self) -> Link:
        """The last link of every chain: the document's outlet, or the agency that it credits; text None when neither is known."""
        document = self._parse.document
        name = document.outlet or document.credit
        outlet = self._outlets.find(name) if name else None
        return Link(
            role=LinkRole.PUBLISHER,
            span=None,
            text=name,
            actor=outlet_actor(outlet) if outlet else None,
            attribution=None,
            cue=None,
            form=Form.OUTLET_VOICE,
            affiliation=affiliation_text(outlet) if outlet else None,
        )

    @cached_property
    def agency(self) -> Link | None:
        """The agency whose report another outlet prints, by its credit line: it passes on what it was told. None of an outlet's own."""
        name, printer = self._parse.document.credit, self._parse.document.outlet
        if name is None or printer is None:
            return None
        outlet = self._outlets.find(name)
        known = outlet is not None and outlet is self._outlets.find(printer)
        if known or name.casefold() in printer.casefold() or printer.casefold() in name.casefold():
            return None
        return Link(
            role=LinkRole.RELAY,
            span=None,
            text=name,
            actor=outlet_actor(outlet) if outlet else None,
            attribution=None,
            cue=None,
            form=Form.OUTLET_VOICE,
            anonymous=False,
            affiliation=affiliation_text(outlet) if outlet else None,
        )

    def _index(self, attributions: Sequence[Attribution]) -> None:
        """Per token, the attribution whose cue it is, and the one with the smallest content around it."""
        speaking = [(self._tokens(attribution.content), attribution) for attribution in attributions if attribution.id in self._speaking]
        depth = {attribution.id: self._depth(attribution) for attribution in attributions}
        for tokens, attribution in sorted(speaking, key=lambda item: (-len(item[0]), depth[item[1].id])):
            if attribution.cue_class is not CueClass.ACCESS:  # what is said of a channel is not said in it
                told = self._told_beside(tokens) if attribution.cue_class in WANTING and attribution.form is Form.INDIRECT else frozenset()
                self._content_owner.update((at, attribution.id) for at in tokens if at not in told)
        for _, attribution in speaking:
            if attribution.cue_class is not CueClass.ACCESS and attribution.source:  # "was told": whoever told it is not named
                for at in self._cue_words(attribution):
                    self._cue_owner.setdefault(at, attribution.id)  # of sources that share a cue it is the first one's

    def _told_beside(self, content: Sequence[int]) -> frozenset[int]:
        """The past relative clauses in what is promised or demanded: who tells of it vouches for them ("to punish those who fired")."""
        if not any(self._grammar.words[at] == "to" and self._parse.tokens[at].deprel == "mark" for at in content[:1]):
            return frozenset()
        clauses = (at for at in content if self._parse.tokens[at].deprel == "acl:relcl" and is_told_past(at, self._parse))
        return frozenset(below for at in clauses for below in self._parse.subtree(at))

    def _depth(self, attribution: Attribution) -> int:
        depth = 0
        while attribution.within is not None and depth < MAX_DEPTH:
            attribution, depth = self._by_id[attribution.within], depth + 1
        return depth

    def _speaks(self, attribution: Attribution) -> bool:
        """Whether an attribution makes a speaker: not what is only wanted, planned or favoured, and not what is left unsaid."""
        if attribution.cue_class is CueClass.ACCESS:
            return True
        if (
            self._is_unsaid(attribution)
            or self._is_before_noun(attribution)
            or self._is_nobodys_report(attribution)
            or self._is_own_words(attribution)
            or self._goes_on(attribution)
        ):
            return False
        kinds = self._kinds(attribution)
        return not kinds or (any(kind in SPEAKING for kind in kinds) and not any(kind is CueKind.INTENT for kind in kinds[:1]))

    def _kinds(self, attribution: Attribution) -> list[CueKind]:
        """What the lexicon says of the words of a cue; unknown words say nothing, unless there is no quotation either."""
        cue = self._tokens(attribution.cue)
        said = [self._grammar.words[at] for at in cue]
        if cue and any(said[: len(phrase)] == phrase for phrase in (entry.word.split() for entry in self._grammar.index.phrases(said[0]))):
            return [CueKind.SPEECH]
        found: list[CueKind] = []
        for token in self._cue_words(attribution):
            match = cue_at(self._parse, self._grammar.index, self._grammar.words, token)
            if match is not None:
                found.append(match.entry.kind)
        words = [token for token in self._tokens(attribution.cue) if self._parse.tokens[token].upos in ("VERB", "NOUN", "ADJ")]
        return [CueKind.ATTITUDE] if not found and words and attribution.form is Form.INDIRECT else found

    def _is_unsaid(self, attribution: Attribution) -> bool:
        """ "did not say", "refused to comment", "no group has claimed": nobody speaks."""
        source = self._tokens(attribution.source)
        if source and self._grammar.words[source[0]] in NOBODY:
            return True
        if attribution.cue_class is CueClass.HEDGE:
            return False  # who does not believe it still speaks
        for at in self._cue_words(attribution):
            governor = self._parse.tokens[at].head
            if is_negated(self._parse, self._grammar.words, at):
                return True
            if governor >= 0 and self._parse.tokens[at].deprel == "xcomp" and self._grammar.words[governor] in UNWILLING:
                return True
        return False

    def _is_nobodys_report(self, attribution: Attribution) -> bool:
        """ "The minister dismissed claims that …": whose claims is not said, and what becomes of them the minister says."""
        words = self._cue_words(attribution)
        nouns = bool(words) and all(self._parse.tokens[at].upos == "NOUN" for at in words)
        outer = self._by_id.get(attribution.within or "")
        return nouns and not attribution.source and outer is not None and outer.cue_class is not CueClass.ACCESS and bool(outer.source)

    def _is_own_words(self, attribution: Attribution) -> bool:
        """ "“I think they fled,” he said": whoever is quoted speaks of himself, and is the speaker already."""
        source = self._tokens(attribution.source)
        return (
            attribution.within is not None
            and attribution.form is Form.DIRECT
            and len(source) == 1
            and self._grammar.words[source[0]] in FIRST_PERSON
        )

    def _is_before_noun(self, attribution: Attribution) -> bool:
        """ "alleged", "suspected" before a noun: the outlet hedges, nobody is named."""
        words = self._cue_words(attribution)
        return not attribution.source and bool(words) and all(self._parse.tokens[at].upos == "ADJ" for at in words)

    def _goes_on(self, attribution: Attribution) -> bool:
        """ "Told the channel that …, but offered no evidence": a second verb of the same speaker adds nobody."""
        outer = self._by_id.get(attribution.within or "")
        if outer is None or attribution.source:
            return False
        cues = frozenset(self._tokens(outer.cue))
        return any(self._parse.tokens[at].deprel == "conj" and self._parse.tokens[at].head in cues for at in self._cue_words(attribution))

    def _tokens(self, spans: Sequence[Span]) -> list[int]:
        return [token.index for span in spans for token in self._parse.tokens_in(span)]

    def _cue_words(self, attribution: Attribution) -> list[int]:
        """The tokens of a cue that carry its sense: verbs, nouns, adjectives, not auxiliaries and prepositions."""
        return [at for at in self._tokens(attribution.cue) if self._parse.tokens[at].upos in ("VERB", "NOUN", "ADJ")]

    def _head(self, span: Span) -> int | None:
        """The token of a span that hangs on none of the others, punctuation apart."""
        inside = [token for token in self._parse.tokens_in(span) if token.upos != "PUNCT"]
        if not inside:
            return self._parse.token_at(span[0])
        members = {token.index for token in inside}
        return next((token.index for token in inside if token.head not in members), inside[0].index)

    # ── Links ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _links(self, attribution: Attribution, *, outer: bool, has_channel: bool) -> Iterator[Link]:
        if attribution.cue_class is CueClass.ACCESS:
            if not has_channel:
                yield self._link(LinkRole.CHANNEL, attribution, attribution.content, cue=False)
            yield self._link(LinkRole.ACCESSOR, attribution, attribution.source, cue=True)
            return
        channel = self._channel_source(attribution)
        if attribution.form is Form.EVIDENCE:
            if channel is not None:
                yield self._link(LinkRole.CHANNEL, attribution, attribution.source, cue=True)
                maker = next((x for x in self._grammar.children(channel, "nmod") if self._grammar.case(x) == "by"), None)
                if maker is not None:
                    yield self._link(LinkRole.ACCESSOR, attribution, (self._span(maker),), cue=False)
            return
        role = LinkRole.RELAY if outer else LinkRole.SPEAKER
        if channel is None:
            if attribution.source or not outer:
                yield self._link(role, attribution, attribution.source, cue=True)
        else:
            owner = self._owner(channel)
            issuer = None if owner is not None else self._issuer(channel)
            if owner is not None:
                yield self._link(role, attribution, (self._span(owner),), cue=True)
            elif issuer is not None:
                yield self._link(role, attribution, issuer.source, cue=True)
            yield self._link(LinkRole.CHANNEL, attribution, attribution.source, cue=owner is None and issuer is None)
        yield from self._aside(attribution, has_channel=has_channel or channel is not None)

    def _channel_source(self, attribution: Attribution) -> int | None:
        """The head of a source that is a thing which carries words ("a statement", "the video"), or None."""
        head = self._source_head(attribution)
        entry = None if head is None else self._grammar.is_channel(head)
        return head if entry is not None and entry.pos is CuePos.NOUN else None

    def _issuer(self, channel: int) -> Attribution | None:
        """Who spoke by "the statement" when the report first told of it ("the command said in a statement. … the statement said")."""
        if not any(self._grammar.words[x] in ("the", "that", "this") for x in self._grammar.children(channel, "det")):
            return None
        issued = self._issued.get(self._grammar.words[channel], [])
        before = bisect_left(issued, channel, key=lambda pair: pair[0])
        return issued[before - 1][1] if before else None

    @cached_property
    def _issued(self) -> dict[str, list[tuple[int, Attribution]]]:
        """Per word for a channel, where it stands beside a saying, and that saying."""
        found: dict[str, list[tuple[int, Attribution]]] = {}
        for attribution in self._by_id.values():
            if attribution.source and attribution.form is not Form.EVIDENCE and self._channel_source(attribution) is None:
                for at in self._beside(attribution):
                    if self._grammar.is_channel(at) is not None:
                        found.setdefault(self._grammar.words[at], []).append((at, attribution))
        return {word: sorted(pairs, key=lambda pair: pair[0]) for word, pairs in found.items()}

    def _owner(self, channel: int) -> int | None:
        """Whose statement, letter or report it is: its possessor, or who it is by or from."""
        owner = self._grammar.child(channel, "nmod:poss")
        if owner is not None:
            return owner
        return next((x for x in self._grammar.children(channel, "nmod") if self._grammar.case(x) in ("by", "from", "of")), None)

    def _aside(self, attribution: Attribution, *, has_channel: bool) -> Iterator[Link]:
        """ "in a statement", "on state television", "told Y", "quoted by Y": what else hangs on the saying or stands in its cue."""
        outer = self._by_id.get(attribution.within or "")
        if outer is not None and outer.cue_class is CueClass.ACCESS:
            has_channel = True
        told = self._told(attribution)
        if told:
            yield self._link(LinkRole.ACCESSOR, attribution, (covering(self._parse.tokens[at].span for at in told),), cue=False)
        for at in self._beside(attribution):
            if at in told:
                continue
            if is_outlet(self._grammar, at, self._outlets):
                relays = self._grammar.case(at) == "by" and self._grammar.words[self._parse.tokens[at].head] not in ASKED
                yield self._link(LinkRole.RELAY if relays else LinkRole.ACCESSOR, attribution, (self._span(at),), cue=False)
            elif is_told_press(self._grammar, at):
                yield self._link(LinkRole.ACCESSOR, attribution, (self._span(at),), cue=False)
            elif not has_channel and self._grammar.is_channel(at) is not None:
                has_channel = True
                yield self._link(LinkRole.CHANNEL, attribution, (self._span(at),), cue=False)
                for listener in self._grammar.children(at, "nmod"):
                    if self._grammar.case(listener) in ("with", "to") and is_outlet(self._grammar, listener, self._outlets):
                        yield self._link(LinkRole.ACCESSOR, attribution, (self._span(listener),), cue=False)

    def _told(self, attribution: Attribution) -> tuple[int, ...]:
        return told_outlet(self._grammar, self._outlets, self._tokens(attribution.cue))

    def _beside(self, attribution: Attribution) -> list[int]:
        source, cue, content = (self._tokens(spans) for spans in (attribution.source, attribution.cue, attribution.content))
        return nominals_beside(self._grammar, source, cue, content)

    def _span(self, head: int) -> Span:
        words = self._grammar.phrase(
            head, drop=lambda x: self._parse.tokens[x].deprel in ("acl", "acl:relcl", "appos", "parataxis", "ccomp")
        )
        return covering(self._parse.tokens[x].span for x in words)

    def _source_head(self, attribution: Attribution) -> int | None:
        return self._head(covering(attribution.source)) if attribution.source else None

    def _link(self, role: LinkRole, attribution: Attribution, spans: Sequence[Span], *, cue: bool) -> Link:
        span = self._named(covering(spans), attribution) if spans else None
        text = None if span is None else self._parse.text_of(span)
        mention = self._mention(span)
        outlet = self._outlet(span)
        evidence = role in (LinkRole.CHANNEL, LinkRole.ACCESSOR)
        cue_span = covering(attribution.cue)
        return Link(
            role=role,
            span=span,
            text=text,
            actor=None if role is LinkRole.CHANNEL else self._actor(mention, outlet),
            attribution=attribution.id,
            cue=Cue(text=self._parse.text_of(cue_span), span=cue_span) if cue else None,
            form=Form.EVIDENCE if evidence else attribution.form,
            anonymous=None if role is LinkRole.CHANNEL else self._anonymous(span, mention, outlet),
            medium=self._medium(span) if role is LinkRole.CHANNEL else None,
            affiliation=affiliation_text(outlet) if outlet else None,
        )

    def _named(self, span: Span, attribution: Attribution) -> Span:
        """A source without its possessive ending; for a relative pronoun, the noun that it stands for."""
        tokens = self._parse.tokens_in(span)
        if len(tokens) == 1 and self._grammar.words[tokens[0].index] in RELATIVES:
            at = antecedent(self._grammar, next(iter(self._cue_words(attribution)), tokens[0].index), tokens[0].index)
            return self._parse.tokens[at].span if at == tokens[0].index else self._span(at)
        if len(tokens) > 1 and tokens[-1].upos == "PART":
            return span[0], tokens[-2].span[1]
        return span

    def _mention(self, span: Span | None) -> Mention | None:
        """The actor that a source names, by the mention that holds the source's head."""
        if span is None:
            return None
        head = self._head(span)
        place = span if head is None else self._parse.tokens[head].span
        inside = [mention for mention in self._actors if overlap(mention.head, place) or mention.span == span]
        return max(inside, key=lambda mention: (overlap(mention.span, span), -mention.span[0]), default=None)

    def _outlet(self, span: Span | None) -> Outlet | None:
        if span is None:
            return None
        head = self._head(span)
        return self._outlets.find(self._parse.text_of(span)) or (
            None if head is None else self._outlets.find(self._parse.tokens[head].text)
        )

    def _actor(self, mention: Mention | None, outlet: Outlet | None) -> Actor | None:
        """The actor of a mention or of what it refers to."""
        for _ in range(MAX_DEPTH):
            if mention is None:
                break
            if mention.actor is not None:
                return mention.actor
            mention = self._mentions.get(mention.refers_to or "")
        return outlet_actor(outlet) if outlet else None

    def _anonymous(self, span: Span | None, mention: Mention | None, outlet: Outlet | None) -> bool | None:
        """Whether the report withholds who it is: True of "a militant", "Turkish officials" and "reportedly", False of a name."""
        if span is None:
            return True
        head = self._head(span)
        if outlet is not None or head is None:
            return False
        known: list[Mention] = []
        while mention is not None and len(known) < MAX_DEPTH:
            known.append(mention)
            mention = self._mentions.get(mention.refers_to or "")
        return is_anonymous(self._parse, self._parse.tokens_in(span), head, known)

    def _medium(self, span: Span | None) -> str | None:
        """What carried the words, with the service that the report has named for plain messages ("They use WhatsApp groups …")."""
        head = None if span is None else self._head(span)
        entry = None if head is None else self._grammar.is_channel(head)
        if entry is None or head is None or entry.medium not in PLAIN:
            return None if entry is None else entry.medium
        below = (self._grammar.is_channel(child) for child in self._grammar.children(head, "nmod"))
        grouped = any(other is not None and other.medium == "group chat" for other in below)
        return f"{self._service(head)}{'group ' if grouped else ''}{entry.medium}"

    def _service(self, before: int) -> str:
        """The one messaging service that the report names before a word, with a blank, or nothing where it names none or several."""
        names = {at: self._grammar.words[at] for at in self._carriers if at < before}
        return f"{self._parse.tokens[min(names)].text} " if len(set(names.values())) == 1 else ""

    @cached_property
    def _carriers(self) -> tuple[int, ...]:
        index = self._grammar.index
        return tuple(token.index for token in self._parse.tokens if token.text in SERVICES and index.carrier(token.text) is not None)


def build_chains(parse: Parse, mentions: tuple[Mention, ...], lexicon: Lexicon, attributions: tuple[Attribution, ...]) -> Chains:
    """The chains of one report, for its (resolved) mentions and what ``find_attributions`` gave."""
    return Chains(parse, mentions, lexicon, attributions)


def headed_by(speaker: Participant, chain: tuple[Link, ...]) -> tuple[Link, ...]:
    """A chain with somebody of the text as its speaker, who speaks by the deed told of and not by a verb of saying."""
    link = Link(
        role=LinkRole.SPEAKER,
        span=speaker.span,
        text=speaker.text,
        actor=speaker.actor,
        attribution=None,
        cue=None,
        form=Form.INDIRECT,
    )
    told = (msgspec.structs.replace(other, role=LinkRole.RELAY) if other.role is LinkRole.SPEAKER else other for other in chain)
    return (link, *told)
