"""How somebody came to have what is reported: messages seen by an agency, a video obtained by a paper, and what was said in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from onrecord.claims.cues import NEGATIONS
from onrecord.claims.grammar import Draft, Grammar
from onrecord.lexicon.cues import CueKind, Entry
from onrecord.lexicon.lists import word_set
from onrecord.records import Form

if TYPE_CHECKING:
    from onrecord.lexicon.outlets import Index as Outlets

PERSONAL = word_set("pronouns.personal_subjects")
HEARD = "verb.perceived"
MAX_NAME = 6  # words of an outlet's name
CHANNEL_CASES = word_set("prepositions.channel")
RECEIVING = word_set("prepositions.receiver")
TELLING = word_set("speech.telling_somebody")


def access_drafts(grammar: Grammar, outlets: Outlets) -> Iterator[Draft]:
    """One draft for every channel that somebody is said to have: source the accessor, content the channel, ``head`` its noun."""
    for token in grammar.tokens:
        if token.upos not in ("NOUN", "PROPN") or grammar.is_channel(token.index) is None:
            continue
        draft = _had_by(grammar, token.index) or _given_to(grammar, token.index, outlets) or _had(grammar, token.index, outlets)
        if draft is not None:
            yield draft


def _had_by(grammar: Grammar, channel: int) -> Draft | None:
    """ "messages seen by Y", "a video that was obtained by Y"."""
    after = channel + 1  # a reduced relative follows its noun, whatever the parser hung it on
    verbs = [*grammar.children(channel, "acl", "acl:relcl", "amod"), *([after] if after < len(grammar.tokens) else [])]
    for verb in verbs:
        entry = grammar.index.access(grammar.words[verb])
        agent = grammar.agent(verb) or _after_by(grammar, verb)
        if entry is None or agent is None or _negated(grammar, verb):
            continue
        return _access(grammar, channel, verb, agent, entry)
    return None


def _given_to(grammar: Grammar, channel: int, outlets: Outlets) -> Draft | None:
    """ "a cable leaked to Y", "pictures shared with Y": only of an outlet, which then has the channel."""
    verb, case = channel + 1, channel + 2
    if case >= len(grammar.tokens) or grammar.words[case] not in RECEIVING or _negated(grammar, verb):
        return None
    entry = grammar.index.access(grammar.words[verb])
    name = outlet_name(grammar, outlets, case + 1)
    if entry is None or not name:
        return None
    draft = _access(grammar, channel, verb, name[0], entry)
    return msgspec.structs.replace(draft, cue=(verb, case), source=name)


def _after_by(grammar: Grammar, verb: int) -> int | None:
    """The nominal of a by-phrase right after a participle, whatever the parser hung it on."""
    by = verb + 1
    if by >= len(grammar.tokens) or grammar.words[by] != "by" or grammar.tokens[by].deprel != "case":
        return None
    return grammar.tokens[by].head


def _had(grammar: Grammar, channel: int, outlets: Outlets) -> Draft | None:
    """ "Y has obtained the messages", "a video that Y has seen": only of an outlet, since everybody sees and hears things."""
    token = grammar.tokens[channel]
    verb = token.head if token.deprel == "obj" else None
    if verb is None:
        verb = next((x for x in grammar.children(channel, "acl:relcl") if grammar.child(x, "nsubj") is not None), None)
    if verb is None:
        return None
    entry = grammar.index.access(grammar.words[verb])
    subject = grammar.child(verb, "nsubj")
    if entry is None or subject is None or _negated(grammar, verb) or not is_outlet(grammar, subject, outlets):
        return None
    return _access(grammar, channel, verb, subject, entry)


def is_outlet(grammar: Grammar, head: int, outlets: Outlets) -> bool:
    """Whether a noun phrase names an outlet or monitor of the lexicon."""
    first, end = grammar.tokens[head].span
    for child in grammar.parse.children[head]:
        if grammar.tokens[child].deprel in ("compound", "flat", "amod", "nmod", "nmod:poss") and grammar.tokens[child].upos in (
            "PROPN",
            "ADJ",
            "NOUN",
        ):
            first, end = min(first, grammar.tokens[child].span[0]), max(end, grammar.tokens[child].span[1])
    return outlets.find(grammar.parse.document.text[first:end]) is not None or outlets.find(grammar.tokens[head].text) is not None


def outlet_name(grammar: Grammar, outlets: Outlets, first: int) -> tuple[int, ...]:
    """The tokens of the longest name of an outlet or monitor that begins at a token, its article counted, or none."""
    sentence_end = grammar.parse.sentences[grammar.tokens[first].sentence].end if first < len(grammar.tokens) else first
    for end in range(min(first + MAX_NAME, sentence_end), first, -1):
        if outlets.find(grammar.parse.text_of((grammar.tokens[first].span[0], grammar.tokens[end - 1].span[1]))) is not None:
            return tuple(range(first, end))
    return ()


def carrier_after(grammar: Grammar, first: int) -> int | None:
    """The channel of a phrase that begins at a token ("on Telegram", "in a statement"), whatever the parser hung it on, or None."""
    if first >= len(grammar.tokens) or grammar.words[first] not in CHANNEL_CASES or grammar.tokens[first].deprel != "case":
        return None
    nominal = grammar.tokens[first].head
    return nominal if nominal > first and grammar.is_channel(nominal) is not None else None


def without_carriers(grammar: Grammar, drafts: Sequence[Draft]) -> None:
    """Takes the channel at the end of a content that is no clause out of it ("claimed the attack | in a post on Telegram")."""
    for draft in drafts:
        behind = [at for at in draft.content if at > draft.head]
        if len(behind) < len(draft.content) or not behind or any(grammar.is_finite(at) for at in behind):
            continue
        first = next((at for at in behind[1:] if (found := carrier_after(grammar, at)) is not None and found in draft.content), None)
        if first is not None and grammar.words[first] in ("in", "on", "via") and not _is_about(grammar, first):
            draft.content = grammar.trim([at for at in behind if at < first])


def _is_about(grammar: Grammar, case: int) -> bool:
    """Whether a phrase says what the word right before it is about or where it stands ("the attack on state television")."""
    before = grammar.tokens[case - 1]
    return grammar.words[case] == "on" and before.index == grammar.tokens[grammar.tokens[case].head].head


def without_listeners(grammar: Grammar, drafts: Sequence[Draft], outlets: Outlets) -> None:
    """Takes the outlet that is told ("told AFP 12 people had died") out of what is said."""
    for draft in drafts:
        if draft.content and grammar.words[draft.head] in TELLING:
            listener = frozenset(outlet_name(grammar, outlets, draft.head + 1))
            if not listener.isdisjoint(draft.content):
                draft.content = grammar.trim([at for at in draft.content if at not in listener])


def _negated(grammar: Grammar, verb: int) -> bool:
    around = {verb, grammar.tokens[verb].head} if grammar.tokens[verb].deprel == "xcomp" else {verb}
    return any(grammar.words[child] in NEGATIONS for at in around for child in grammar.parse.children[at])


def _access(grammar: Grammar, channel: int, verb: int, accessor: int, entry: Entry) -> Draft:
    by = grammar.child(accessor, "case")
    cue = (verb, by) if by is not None and by == verb + 1 else (verb,)
    content = grammar.phrase(channel, drop=lambda x: x == verb or grammar.tokens[x].deprel in ("acl", "acl:relcl", "appos", "parataxis"))
    source = grammar.phrase(accessor, drop=lambda x: grammar.tokens[x].deprel.startswith("acl") or x == verb)
    return Draft(channel, cue, entry, source, content, Form.EVIDENCE, 0.9, "access")


def link_access(grammar: Grammar, drafts: Sequence[Draft]) -> None:
    """Sets ``within`` of what is said in, or shown by, a channel to the draft that says who had the channel."""
    by_channel = {draft.head: number for number, draft in enumerate(drafts) if draft.rule == "access"}
    if not by_channel:
        return
    for draft in drafts:
        if draft.rule == "access":
            continue
        used = next((by_channel[x] for x in _used(grammar, draft) if x in by_channel), None)
        if used is not None:
            draft.within = used
    _inherit(grammar, drafts)


def _used(grammar: Grammar, draft: Draft) -> Iterator[int]:
    """The nominals that hang on a cue, or on the verbs that it is coordinated with, and the heads of its source."""
    yield from draft.source
    at = draft.head
    for _ in range(4):  # chains of coordinated cues are short
        yield from grammar.children(at, "obl", "nsubj", "nsubj:pass", "nmod", "parataxis")
        if grammar.tokens[at].deprel not in ("conj", "advcl", "xcomp") or grammar.tokens[at].head < 0:
            return
        at = grammar.finite_governor(at) if grammar.tokens[at].deprel == "conj" else grammar.tokens[at].head


def _inherit(grammar: Grammar, drafts: Sequence[Draft]) -> None:
    """Hands a channel on to the sentence after: to a pronoun ("They said"), and to what "was heard" after a recording was mentioned."""
    sentence = {number: grammar.tokens[draft.head].sentence for number, draft in enumerate(drafts)}
    last: tuple[int, int] | None = None  # the access draft in force, and the last sentence that it reached
    for number in sorted(sentence, key=lambda n: drafts[n].cue[0]):
        draft = drafts[number]
        first = min((grammar.tokens[x].sentence for x in draft.content[:1]), default=sentence[number])
        if draft.rule == "access":
            last = (number, sentence[number])
        elif draft.within is not None and drafts[draft.within].rule == "access":
            last = (draft.within, sentence[number])
        elif last is not None and min(first, sentence[number]) - last[1] == 1 and _goes_on(grammar, draft):
            draft.within = last[0]
            last = (last[0], sentence[number])


def _goes_on(grammar: Grammar, draft: Draft) -> bool:
    if draft.entry.kind not in (CueKind.SPEECH, CueKind.BELIEF):
        return False
    if draft.rule == HEARD:
        return True
    return len(draft.source) == 1 and grammar.words[draft.source[0]] in PERSONAL
