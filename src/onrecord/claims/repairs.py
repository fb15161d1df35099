"""Corrections to a parse that grammar itself demands, made before anything is read from it.

A coordinated verb must have the form that its place asks for: after "would not go unanswered" an "and pounded" in the past tense cannot
stand under "would", so it goes on from the nearest verb above that is in the past tense.
"""

from __future__ import annotations

import msgspec

from onrecord.records import Parse, Token


def repair(parse: Parse) -> Parse:
    """The parse with such attachments corrected; the same object when there are none."""
    changed = {token.index: head for token in parse.tokens if (head := _past_under_modal(token, parse)) is not None}
    if not changed:
        return parse
    tokens = tuple(msgspec.structs.replace(t, head=changed[t.index]) if t.index in changed else t for t in parse.tokens)
    return msgspec.structs.replace(parse, tokens=tokens)


def _past_under_modal(token: Token, parse: Parse) -> int | None:
    """The verb that a finite past conjunct goes on from, when its head is an infinitive or stands under a modal; else None."""
    if token.deprel != "conj" or token.upos != "VERB" or token.head < 0 or not _is_past(token):
        return None
    above = parse.tokens[token.head]
    if above.upos != "VERB" or not _is_bare(above, parse):
        return None
    for index in parse.ancestors(above.index):
        verb = parse.tokens[index]
        if verb.upos == "VERB" and _is_past(verb) and not _is_bare(verb, parse):
            return index
    return None


def _is_past(token: Token) -> bool:
    return token.xpos == "VBD" or ("Tense=Past" in token.feats and "VerbForm=Fin" in token.feats)


def _is_bare(token: Token, parse: Parse) -> bool:
    """An infinitive, or a verb under a modal."""
    if "VerbForm=Inf" in token.feats or token.xpos == "VB":
        return True
    children = (parse.tokens[child] for child in parse.children[token.index])
    return any((c.deprel == "aux" and c.xpos == "MD") or (c.deprel == "mark" and c.text.lower() == "to") for c in children)
