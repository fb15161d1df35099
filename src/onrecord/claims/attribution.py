"""Who is said to have said, shown or known what: sources, cues and contents of one report.

cues ─▶ frames (grammar) ─▶ quotations ─▶ access and inheritance ─▶ nesting ─▶ Attribution
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from onrecord.claims.access import access_drafts, link_access, without_carriers, without_listeners
from onrecord.claims.cues import find_cues, takes
from onrecord.claims.frames import frame_draft
from onrecord.claims.gaps import gapped_drafts, narrow_phrases, set_apart
from onrecord.claims.grammar import NOMINAL, PASSIVE_SUBJECTS, RELATIVES, SUBJECTS, Draft, Grammar
from onrecord.claims.headlines import headline_drafts
from onrecord.claims.marks import settle
from onrecord.claims.repairs import repair
from onrecord.claims.speakers import Quoted, attach_quotations, labelled_drafts
from onrecord.claims.tagger import Context, Tagged, Tagger, cue_head, packaged_tagger
from onrecord.claims.verb_frames import contrasts
from onrecord.lexicon.cues import CueKind, CuePos, Entry, Takes
from onrecord.records import Attribution, CueClass, Form, Mention, Parse, Span

if TYPE_CHECKING:
    from onrecord.lexicon import Lexicon


def find_attributions(parse: Parse, mentions: tuple[Mention, ...], lexicon: Lexicon, *, use_tagger: bool = True) -> tuple[Attribution, ...]:
    """Every attribution of the report, in order of their first position, with ids ``a1 a2 …``.

    ``source``, ``cue`` and ``content`` are spans of ``Document.text``; a source may be empty ("reportedly") or stand in another
    sentence (a quotation that goes on), a content may have several pieces. ``within`` is the attribution that reports this one.
    use_tagger: off, the rules work alone, as they do where the tagger's models were left out.
    """
    if not parse.tokens:
        return ()
    context = propose(parse, lexicon)
    grammar, quoted = context.grammar, context.quoted
    tagger = packaged_tagger() if use_tagger else None
    drafts = list(context.drafts.values()) if tagger is None else combine(context, tagger)
    without_listeners(grammar, drafts, lexicon.outlets)
    without_carriers(grammar, drafts)
    drafts = [draft for draft in drafts if _stands(grammar, draft, quoted)]
    drafts += headline_drafts(grammar, lexicon.outlets)
    drafts = _one_per_cue(drafts)
    _share_sources(grammar, drafts)
    drafts += list(gapped_drafts(grammar, drafts))
    narrow_phrases(grammar, drafts)
    set_apart(grammar, drafts)
    drafts += access_drafts(grammar, lexicon.outlets)
    drafts.sort(key=lambda draft: (min((*draft.source, *draft.cue, *draft.content)), draft.cue))
    link_access(grammar, drafts)
    _link_citing(grammar, drafts)
    places = {id(draft): number for number, draft in enumerate(drafts)}
    for draft in drafts:
        if draft.adds_to is not None and draft.within is None:
            draft.within = places.get(id(draft.adds_to))
    _nest(drafts)
    return _records(parse, drafts, quoted)


def propose(parse: Parse, lexicon: Lexicon) -> Context:
    """What the rules alone propose for a report, with all that the tagger's features are made from."""
    parse = repair(parse)
    grammar = Grammar(parse, lexicon.cues)
    quoted = Quoted(parse)
    matches = list(find_cues(parse, lexicon.cues, grammar.words))
    drafts = _apart([draft for match in matches if (draft := frame_draft(grammar, match)) is not None])
    drafts += labelled_drafts(grammar, quoted, drafts)
    attach_quotations(grammar, quoted, drafts)
    _set_phrases_apart(grammar, drafts)
    context = Context(grammar, quoted, drafts, matches)
    _cut_at_stops(context, drafts)
    return context


def _set_phrases_apart(grammar: Grammar, drafts: Sequence[Draft]) -> None:
    """Takes "according to Y" and Y out of the contents of what Y is said to say ("X believes that …, according to Y")."""
    owner = {at: draft for draft in drafts if draft.rule == "phrase" for at in draft.content}
    for draft in drafts:
        phrase = owner.get(draft.head)
        if phrase is not None and phrase is not draft:
            own = {*phrase.cue, *phrase.source}
            draft.content = grammar.trim([at for at in draft.content if at not in own])


def _apart(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts whose head is no part of a longer cue ("was heard as saying") or of whom a phrase names ("people briefed on it")."""
    longer = {x for draft in drafts for x in draft.cue if x != draft.head and draft.rule == "verb.perceived"}
    longer |= {x for draft in drafts if draft.rule == "phrase" for x in draft.source}
    return [draft for draft in drafts if draft.head not in longer]


def combine(context: Context, tagger: Tagger) -> list[Draft]:
    """What the tagger marks, repaired by grammar, and what only the rules can know.

    Frames of a fixed form ("according to", "was heard as saying") stay as the rules read them, and so does a cue that the tagger
    thinks possible though not likely.
    """
    tagged, likely = settle(context, *tagger.tag(context))
    by_cue = {at: draft for draft in context.drafts.values() for at in draft.cue}
    drafts: list[Draft] = []
    used: set[int] = set()
    for one in tagged:
        rules = list(dict.fromkeys(by_cue[at].head for at in one.cue if at in by_cue))
        rule = context.drafts[_main(context, rules)] if rules else None
        apart = {head for head in rules if rule is not None and _comma_between(context, head, rule.head)}
        if apart and rule is not None:  # "the governor said, blaming the rebels": two sayings
            one = msgspec.structs.replace(one, cue=tuple(at for at in one.cue if not _comma_between(context, at, rule.head)))
        drafts.append(_tagged(context, one, rule))
        used.update(head for head in rules if head not in apart)
    said = {at for draft in drafts for at in draft.content}
    for draft in context.drafts.values():
        whole = draft.source and draft.content
        nested = draft.head in said and whole  # the tagger has learned from texts in which nothing nested is marked
        possible = likely[draft.head] >= POSSIBLE or nested or (whole and _is_plain(context, draft))
        if draft.head not in used and (draft.rule in FIXED or (possible and draft.entry.kind in REPORTING)):
            drafts.append(draft)
    for draft in drafts:
        own = {*draft.source, *draft.cue}
        draft.content = context.grammar.trim([at for at in draft.content if at not in own])
    _cut_at_stops(context, drafts)
    return drafts


def _cut_at_stops(context: Context, drafts: Sequence[Draft]) -> None:
    """Takes out of contents what a full stop parts from the cue and no quotation holds, where the parser took two sentences for one."""
    quoted, sentences = context.quoted.inside, context.grammar.parse.sentences
    stops = [token.index for token in context.tokens if token.text == "." and not quoted[token.index]]
    stops = [at for at in stops if at + 1 < sentences[context.tokens[at].sentence].end]
    for draft in drafts if stops else ():
        sentence = sentences[context.tokens[draft.head].sentence]
        place = bisect_left(stops, draft.head)
        first = max(sentence.first, stops[place - 1] if place else 0)
        end = min(sentence.end, stops[place] if place < len(stops) else sentence.end)
        beyond = (at for at in draft.content if sentence.first <= at < sentence.end and not first <= at < end)
        cut = {at for at in beyond if not quoted[at]}
        draft.content = context.grammar.trim([at for at in draft.content if at not in cut])


def _is_plain(context: Context, draft: Draft) -> bool:
    """Whether grammar leaves no doubt: "the claim by X that …", "…; the army denied that …", "…, insisted X"."""
    inverted = context.relations[draft.head] == "parataxis" and draft.head > 0 and context.words[draft.head - 1] == ","
    plain = draft.rule == "noun" or inverted or contrasts(context.grammar, draft.head)
    return draft.entry.kind is CueKind.SPEECH and plain


def _comma_between(context: Context, one: int, other: int) -> bool:
    return any(context.words[at] == "," for at in range(min(one, other), max(one, other)))


REPORTING = (CueKind.SPEECH, CueKind.BELIEF, CueKind.EVIDENCE)
FIXED = frozenset(
    [
        "phrase",
        "phrase.impersonal",
        "verb.figure",
        "noun.figure",
        "label",
        "verb.perceived",
        "verb.quoted_as",
        "verb.sensed_in",
        "adjective.seen_in",
        "adverb",
    ]
)
POSSIBLE = 0.2  # of a cue: below it, rules alone were wrong more often than right on PolNeAR's development set


def _main(context: Context, heads: Sequence[int]) -> int:
    """Of several rules' cues inside one that was tagged, the one with the largest content ("appeared to suggest"), an accusation first."""
    drafts = context.drafts
    return max(heads, key=lambda head: (drafts[head].entry.cue_class is CueClass.ACCUSE, len(drafts[head].content), head))


def _tagged(context: Context, tagged: Tagged, rule: Draft | None) -> Draft:
    head = cue_head(context, tagged.cue)
    if rule is None:
        entry = next((entry for at in tagged.cue if (entry := context.entries.get(at)) is not None), UNKNOWN)
        return Draft(head, tagged.cue, entry, tagged.source, tagged.content, Form.INDIRECT, tagged.confidence, "tagger")
    fixed = rule.rule in FIXED
    settled = fixed or (rule.form is Form.EVIDENCE and rule.source) or _is_another_part(context, tagged, rule)
    source = rule.source if settled else _source(context, tagged.source, rule.source)
    if rule.source and set(source) <= {*rule.source, *rule.content}:
        source = tuple(at for at in source if at not in rule.content) or source
    inverted = set(tagged.content) <= set(source)  # "…, insisted X": who says it was tagged as what is said
    return Draft(
        head=rule.head,
        cue=rule.cue if fixed else tagged.cue,
        entry=rule.entry,
        source=source,
        content=rule.content if (fixed or inverted) and rule.content else _repaired(context, tagged.content, rule),
        form=rule.form,
        confidence=tagged.confidence,
        rule=rule.rule,
    )


def _source(context: Context, tagged: tuple[int, ...], rule: tuple[int, ...]) -> tuple[int, ...]:
    """The tagged source, its noun phrase whole; the rule's where no noun is tagged, or where both end alike and it reads better."""
    if not tagged or (rule and rule[-1] == tagged[-1] and (rule[0] > tagged[0] or _explains(context, rule, tagged[0]))):
        return rule
    return _whole(context, tagged) if not rule or any(context.tokens[at].upos in NOMINAL for at in tagged) else rule


def _is_another_part(context: Context, tagged: Tagged, rule: Draft) -> bool:
    """Whether grammar rules a tagged source out: whom the cue is done to ("accusing them", "who is accused"), who acts in what is said."""
    inside = set(tagged.source)
    top = next((at for at in tagged.source if context.heads[at] not in inside), None)
    if top is None or context.heads[top] < 0 or any(context.heads[at] in tagged.cue for at in inside if context.relations[at] == "nsubj"):
        return False
    above = context.heads[top]
    if above in tagged.cue and context.relations[top] in DONE_TO:
        accused = above in context.entries and context.entries[above].cue_class in (CueClass.ACCUSE, CueClass.DEMAND)
        said = any(context.relations[child] == "aux:pass" for child in context.grammar.parse.children[above]) and above == tagged.cue[-1]
        return accused or context.relations[top] != "nsubj:pass" or said
    if not rule.source or not context.relations[top].startswith("nsubj") or context.relations[above] != "ccomp":
        return False
    return any(context.heads[at] == context.heads[above] for at in rule.source if context.relations[at] == "nsubj")


DONE_TO = frozenset(["obj", "iobj", "nsubj:pass"])


def _explains(context: Context, rule: tuple[int, ...], first: int) -> bool:
    """Whether a source has a relative clause before the word at which another begins ("a man who gave his name as | Yusuf")."""
    return any(context.words[at] in RELATIVES for at in rule if at < first)


def _whole(context: Context, source: tuple[int, ...]) -> tuple[int, ...]:
    """A source with the words of its first noun that were cut off before it ("Father | Tomas")."""
    members = set(source)
    first = source[0]
    while first > 0 and context.relations[first - 1] in NAME_PARTS and context.heads[first - 1] in members:
        first -= 1
        members.add(first)
    return tuple(sorted(members))


NAME_PARTS = frozenset(["compound", "flat", "amod", "det", "nmod:desc", "nmod:poss", "nummod"])


def _relative_clause(context: Context, head: int) -> frozenset[int] | None:
    """The words of the relative clause that a cue stands in ("the army, which said …, shelled"), or None: nothing beyond is said."""
    for at in (head, *context.grammar.parse.ancestors(head)):
        if context.relations[at] == "acl:relcl":
            return frozenset(context.grammar.parse.subtree(at))
    return None


def _repaired(context: Context, content: tuple[int, ...], rule: Draft) -> tuple[int, ...]:
    """A tagged content with the clause that grammar says is the content, where the tagger left out its predicate."""
    if not content or rule.form is Form.EVIDENCE:
        return rule.content or content
    grammar = context.grammar
    above = frozenset(grammar.parse.ancestors(rule.head)) - set(content)
    apart = (at for at in content if _goes_on(context, at, above) or (at != rule.head and contrasts(grammar, at)))
    foreign = {below for at in apart for below in grammar.parse.subtree(at)}
    if _has_object(context, rule):
        foreign |= {at for at in content if at < rule.head and not context.quoted.inside[at]}
    own = _relative_clause(context, rule.head)
    content = context.grammar.trim([at for at in content if at not in foreign and (own is None or at in own)])
    missing = set(rule.content) - set(content)
    inside = set(rule.content)
    predicates = [at for at in missing if context.tokens[at].head not in inside and context.grammar.is_predicate(at)]
    if predicates and set(content) < inside:
        return rule.content
    cut = {x for at in content for x in grammar.children(at, *SUBJECTS, *PASSIVE_SUBJECTS) if x in missing and x < at}
    lost = {below for at in cut for below in grammar.phrase(at) if below in missing}
    return tuple(sorted({*content, *lost}))


def _goes_on(context: Context, index: int, above: frozenset[int]) -> bool:
    """Whether a word goes on from a verb above the saying ("kept their pledge that … and struck the base"): no part of what is said."""
    return context.grammar.belongs_above(index) or (context.relations[index] == "conj" and context.heads[index] in above)


def _has_object(context: Context, rule: Draft) -> bool:
    """Whether what is said follows the cue as its object: a clause with "that", or whatever is confirmed, denied or blamed on somebody."""
    if not rule.content or rule.content[0] < rule.head:
        return False
    return context.words[rule.content[0]] == "that" or rule.entry.cue_class in (CueClass.ACCUSE, CueClass.DENY, CueClass.CONFIRM)


UNKNOWN = Entry(word="?", pos=CuePos.VERB, cue_class=CueClass.NEUTRAL, kind=CueKind.ATTITUDE)


def _stands(grammar: Grammar, draft: Draft, quoted: Quoted) -> bool:
    """Whether a draft has what an attribution needs: a content, and a quotation where its cue is one of quotations only."""
    if not draft.content:
        return False
    if takes(draft.entry, Takes.QUOTE) and len(draft.entry.takes) == 1:
        return quoted.form(draft.content) is not Form.INDIRECT
    return bool(draft.source) or draft.rule != "verb" or draft.entry.kind is CueKind.SPEECH


def _one_per_cue(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts without those whose head is another's cue already, the first of them kept."""
    kept: list[Draft] = []
    taken: set[int] = set()
    for draft in sorted(drafts, key=lambda draft: draft.rule == "headline"):
        if taken.isdisjoint({draft.head}):
            kept.append(draft)
            taken.update(draft.cue)
    return kept


def _share_sources(grammar: Grammar, drafts: Sequence[Draft]) -> None:
    """Gives "adding that …" the source of the saying that it adds to, and what else that saying has."""
    last: dict[int, int] = {}
    for number in sorted(range(len(drafts)), key=lambda n: drafts[n].head):
        draft = drafts[number]
        sentence = grammar.tokens[draft.head].sentence
        if grammar.words[draft.head] == "adding" and sentence in last:
            draft.source = drafts[last[sentence]].source
            draft.adds_to = drafts[last[sentence]]
        elif draft.entry.kind is CueKind.SPEECH and draft.source and sentence not in last:
            last[sentence] = number


def _link_citing(grammar: Grammar, drafts: Sequence[Draft]) -> None:
    """ "Y reported, citing X, that …": X says it, and Y reports X."""
    by_head = {draft.head: number for number, draft in enumerate(drafts)}
    for draft in drafts:
        if draft.rule != "phrase" or grammar.words[draft.head] not in ("citing", "quoting"):
            continue
        above = grammar.tokens[draft.head].head
        reported = by_head.get(above)
        if reported is None:  # "SANA, citing X, said": hung on the name
            reported = next((number for number, other in enumerate(drafts) if above in other.source), None)
            if reported is not None:
                drafts[reported].source = tuple(x for x in drafts[reported].source if x not in {*draft.source, *draft.cue})
        if reported is None:  # "…, local radio reported, quoting the mayor": hung on what is said
            before = [n for n, other in enumerate(drafts) if other.head < draft.head and not set(other.content).isdisjoint(draft.content)]
            reported = max(before, key=lambda n: drafts[n].head, default=None)
        if reported is not None and drafts[reported].entry.kind is CueKind.SPEECH:
            own = {*draft.source, *draft.cue}
            drafts[reported].content = tuple(x for x in drafts[reported].content if x not in own)
            draft.content = drafts[reported].content
            draft.within = reported


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
