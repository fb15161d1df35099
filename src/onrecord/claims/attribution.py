"""Who is said to have said, shown or known what: sources, cues and contents of one report.

cues ─▶ frames (grammar) ─▶ quotations ─▶ access and inheritance ─▶ nesting ─▶ Attribution
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from onrecord.claims.access import access_drafts, link_access
from onrecord.claims.cues import find_cues, takes
from onrecord.claims.frames import Draft, Grammar, frame_draft
from onrecord.claims.quotes import find_quotations
from onrecord.claims.speakers import Quoted, attach_quotations
from onrecord.lexicon.cues import CueKind, Takes
from onrecord.records import Attribution, CueClass, Form, Mention, Parse, Span

if TYPE_CHECKING:
    from onrecord.lexicon import Lexicon


def find_attributions(parse: Parse, mentions: tuple[Mention, ...], lexicon: Lexicon) -> tuple[Attribution, ...]:
    """Every attribution of the report, in order of their first position, with ids ``a1 a2 …``.

    ``source``, ``cue`` and ``content`` are spans of ``Document.text``; a source may be empty ("reportedly") or stand in another
    sentence (a quotation that goes on), a content may have several pieces. ``within`` is the attribution that reports this one.
    """
    if not parse.tokens:
        return ()
    grammar = Grammar(parse, lexicon.cues)
    quoted = Quoted(parse, find_quotations(parse))
    drafts = [draft for match in find_cues(parse, lexicon.cues, grammar.words) if (draft := frame_draft(grammar, match)) is not None]
    drafts = _apart(drafts)
    attach_quotations(grammar, quoted, drafts)
    drafts = [draft for draft in drafts if _stands(grammar, draft, quoted)]
    drafts += access_drafts(grammar, lexicon.outlets)
    drafts.sort(key=lambda draft: (min((*draft.source, *draft.cue, *draft.content)), draft.cue))
    link_access(grammar, drafts)
    _nest(drafts)
    return _records(parse, drafts, quoted)


def _apart(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts whose head is no part of a longer cue ("heard" in "was heard as saying")."""
    longer = {x for draft in drafts for x in draft.cue if x != draft.head and draft.rule == "verb.perceived"}
    return [draft for draft in drafts if draft.head not in longer]


def _stands(grammar: Grammar, draft: Draft, quoted: Quoted) -> bool:
    """Whether a draft has what an attribution needs: a content, and a quotation where its cue is one of quotations only."""
    if not draft.content:
        return False
    if takes(draft.entry, Takes.QUOTE) and len(draft.entry.takes) == 1:
        return quoted.form(draft.content) is not Form.INDIRECT
    return bool(draft.source) or draft.rule != "verb" or draft.entry.kind is CueKind.SPEECH


def _nest(drafts: Sequence[Draft]) -> None:
    """Sets ``within`` of each draft that nothing holds yet to the smallest content that its cue stands in."""
    owner: dict[int, int] = {}
    for number in sorted(range(len(drafts)), key=lambda n: (-len(drafts[n].content), n)):
        owner.update(dict.fromkeys(drafts[number].content, number))
    for number, draft in enumerate(drafts):
        holder = owner.get(draft.head)
        if draft.within is None and holder is not None and holder != number and len(drafts[holder].content) > len(draft.content):
            draft.within = holder


def _records(parse: Parse, drafts: Sequence[Draft], quoted: Quoted) -> tuple[Attribution, ...]:
    return tuple(
        Attribution(
            id=f"a{number + 1}",
            source=spans_of(parse, draft.source),
            cue=spans_of(parse, draft.cue),
            content=spans_of(parse, draft.content),
            form=draft.form if draft.form is Form.EVIDENCE else quoted.form(draft.content),
            within=None if draft.within is None else f"a{draft.within + 1}",
            cue_class=CueClass(draft.entry.cue_class),
            confidence=round(draft.confidence, 3),
        )
        for number, draft in enumerate(drafts)
    )


def spans_of(parse: Parse, tokens: Sequence[int]) -> tuple[Span, ...]:
    """The spans of runs of tokens, in text order; punctuation that a run leaves out does not part it."""
    spans: list[Span] = []
    last = -2
    for at in sorted(tokens):
        span = parse.tokens[at].span
        gap = range(last + 1, at)
        if spans and len(gap) <= 1 and all(parse.tokens[x].upos == "PUNCT" for x in gap):
            spans[-1] = (spans[-1][0], span[1])
        else:
            spans.append(span)
        last = at
    return tuple(spans)
