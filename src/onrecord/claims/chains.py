"""The chain of a claim: speaker, channel, accessor, relay, publisher.

who speaks ─▶ what carries the words ─▶ who had it ─▶ who passed it on ─▶ who prints it
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from onrecord.claims.access import is_outlet
from onrecord.claims.cues import PARTS_OF_SPEECH
from onrecord.claims.frames import Grammar
from onrecord.lexicon.cues import CueKind
from onrecord.lexicon.outlets import Entry as Outlet
from onrecord.lexicon.outlets import affiliation_text, outlet_actor
from onrecord.records import Actor, Attribution, Cue, CueClass, Form, Link, LinkRole, Mention, MentionKind, Parse, Span, covering, overlap

if TYPE_CHECKING:
    from onrecord.lexicon import Lexicon

MAX_DEPTH = 12
SPEAKING = frozenset([CueKind.SPEECH, CueKind.BELIEF, CueKind.EVIDENCE, CueKind.ACCESS])
CHANNEL_CASES = frozenset(["in", "on", "via", "through", "by", "during", "at", "over", "to"])


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
        links: list[Link] = []
        attribution = self.attribution_at(span)
        for _ in range(MAX_DEPTH):
            if attribution is None:
                break
            links.extend(self._links(attribution, outer=bool(links), has_channel=any(link.role is LinkRole.CHANNEL for link in links)))
            attribution = self._by_id.get(attribution.within or "")
        return (*links, self.publisher)

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

    def _index(self, attributions: Sequence[Attribution]) -> None:
        """Per token, the attribution whose cue it is, and the one with the smallest content around it; attitudes make no speaker."""
        sized = [(self._tokens(attribution.content), attribution) for attribution in attributions if self._speaks(attribution)]
        for tokens, attribution in sorted(sized, key=lambda item: -len(item[0])):
            self._content_owner.update(dict.fromkeys(tokens, attribution.id))
        for _, attribution in sized:
            if attribution.cue_class is not CueClass.ACCESS:
                self._cue_owner.update(dict.fromkeys(self._cue_head(attribution), attribution.id))
        # who is inside an access draft's channel phrase is not said by it
        for tokens, attribution in sized:
            if attribution.cue_class is CueClass.ACCESS:
                for token in tokens:
                    if self._content_owner.get(token) == attribution.id:
                        del self._content_owner[token]

    def _speaks(self, attribution: Attribution) -> bool:
        """Whether an attribution makes a speaker: not what is only wanted, planned or favoured, nor "alleged" before a noun."""
        if attribution.cue_class is CueClass.ACCESS:
            return True
        if not attribution.source and self._parse.token_at(attribution.cue[0][0]) is None:
            return False
        entry = self._entry(attribution)
        return entry is None or entry in SPEAKING

    def _entry(self, attribution: Attribution) -> CueKind | None:
        for token in self._cue_head(attribution):
            pos = PARTS_OF_SPEECH.get(self._parse.tokens[token].upos)
            for entry in self._grammar.index.cues(pos, self._grammar.words[token]) if pos else ():
                if len(entry.word.split()) <= len(attribution.cue) + 3:
                    return entry.kind
        return None

    def _tokens(self, spans: Sequence[Span]) -> list[int]:
        return [token.index for span in spans for token in self._parse.tokens_in(span)]

    def _cue_head(self, attribution: Attribution) -> list[int]:
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
        if attribution.form is Form.EVIDENCE:
            yield self._link(LinkRole.CHANNEL, attribution, attribution.source, cue=True)
            return
        yield from self._said(attribution, outer=outer)

    def _said(self, attribution: Attribution, *, outer: bool) -> Iterator[Link]:
        """The speaker, or the relay when it reports somebody else's words, with the channel and the listener that the clause names."""
        head = self._source_head(attribution)
        role = LinkRole.RELAY if outer else LinkRole.SPEAKER
        if head is not None and self._grammar.is_channel(head) is not None and self._grammar.tokens[head].upos == "NOUN":
            owner = self._owner(head)
            if owner is not None:
                yield self._link(role, attribution, (self._span(owner),), cue=True)
            yield self._link(LinkRole.CHANNEL, attribution, attribution.source, cue=owner is None)
        else:
            yield self._link(role, attribution, attribution.source, cue=True)
        yield from self._aside(attribution)

    def _owner(self, channel: int) -> int | None:
        """Whose statement, letter or report it is: its possessor, or who it is by or from."""
        owner = self._grammar.child(channel, "nmod:poss")
        if owner is not None:
            return owner
        return next((x for x in self._grammar.children(channel, "nmod") if self._grammar.case(x) in ("by", "from", "of")), None)

    def _aside(self, attribution: Attribution) -> Iterator[Link]:
        """ "in a statement", "on state television", "told Y", "quoted by Y": what else hangs on the verb of saying."""
        content = set(self._tokens(attribution.content))
        for verb in self._verbs(attribution):
            for child in self._grammar.parse.children[verb]:
                if child in content:
                    continue
                relation = self._parse.tokens[child].deprel
                if relation in ("obl", "nmod") and self._grammar.case(child) in CHANNEL_CASES and self._grammar.is_channel(child):
                    if attribution.within is None or self._by_id[attribution.within].cue_class is not CueClass.ACCESS:
                        yield self._link(LinkRole.CHANNEL, attribution, (self._span(child),), cue=False)
                elif relation in ("obj", "iobj", "obl", "obl:agent") and is_outlet(self._grammar, child, self._outlets):
                    role = LinkRole.RELAY if self._grammar.case(child) == "by" else LinkRole.ACCESSOR
                    yield self._link(role, attribution, (self._span(child),), cue=False)

    def _verbs(self, attribution: Attribution) -> list[int]:
        return [at for at in self._tokens(attribution.cue) if self._parse.tokens[at].upos == "VERB"]

    def _span(self, head: int) -> Span:
        words = self._grammar.phrase(head, drop=lambda x: self._parse.tokens[x].deprel in ("acl", "acl:relcl", "appos", "parataxis"))
        return covering(self._parse.tokens[x].span for x in words)

    def _source_head(self, attribution: Attribution) -> int | None:
        return self._head(covering(attribution.source)) if attribution.source else None

    def _link(self, role: LinkRole, attribution: Attribution, spans: Sequence[Span], *, cue: bool) -> Link:
        span = covering(spans) if spans else None
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
        """Whether the report withholds who it is: True of "a militant", "officials" and "reportedly", False of a name."""
        if span is None:
            return True
        if outlet is not None:
            return False
        seen = 0
        while mention is not None and seen < MAX_DEPTH:
            if mention.named:
                return False
            mention, seen = self._mentions.get(mention.refers_to or ""), seen + 1
        tokens = self._parse.tokens_in(span)
        if any(token.upos == "PROPN" for token in tokens):
            return False
        return None if len(tokens) == 1 and tokens[0].upos == "PRON" and not self._mentions else True

    def _medium(self, span: Span | None) -> str | None:
        head = None if span is None else self._head(span)
        entry = None if head is None else self._grammar.is_channel(head)
        return None if entry is None else entry.medium


def build_chains(parse: Parse, mentions: tuple[Mention, ...], lexicon: Lexicon, attributions: tuple[Attribution, ...]) -> Chains:
    """The chains of one report, for its (resolved) mentions and what ``find_attributions`` gave."""
    return Chains(parse, mentions, lexicon, attributions)
