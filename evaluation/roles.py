"""Who and to whom, as spans, on ``cameo_roles_train``: strict span F1 and overlap F1 of SOURCE and TARGET.

usage: python -m evaluation.roles [--errors N] [--all]      (default: the eighth that is kept from the training of the language model)
RECIPROCAL spans (both sides of a talk or a deal) count for either role.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

from evaluation.baselines import root_sides
from evaluation.board import f1_of, ratios, say, say_baseline
from evaluation.quad import leading_claim
from evaluation.texts import code_parse, is_held_out, parse_texts, read_rows
from onrecord.records import Coding, Mention, Parse, Participant, Span

ROLES = ("SOURCE", "TARGET")


def frame_spans(coding: Coding, parse: Parse) -> dict[str, list[Span]]:
    """The spans of the leading claim's actors and recipients."""
    claim = leading_claim(coding, parse)
    if claim is None:
        return {"SOURCE": [], "TARGET": []}
    named = {mention.id: mention for mention in coding.mentions}
    made = {"SOURCE": [_named(p, named, parse) for p in claim.actors], "TARGET": [_named(p, named, parse) for p in claim.recipients]}
    things = [p.span for p in claim.others if p.span and p.role in ("victim", "physical_target")]
    made["TARGET"] = made["TARGET"] or things or [claim.place.span if claim.place is not None else None]
    made["SOURCE"] = made["SOURCE"] or [p.span for p in claim.others if p.role == "instrument"]
    return {role: _distinct([widened(parse, span) for span in spans if span is not None]) for role, spans in made.items()}


def _named(participant: Participant, named: dict[str, Mention], parse: Parse) -> Span | None:
    """The span of what a pronoun refers to, else the participant's own; for somebody behind a thing, the thing ("Trump's decision")."""
    if ">" in participant.path and participant.head is not None:
        at = parse.token_at(participant.head[0])
        above = participant.path.partition(">")[0]
        chain = (at, *parse.ancestors(at)) if at is not None else ()
        thing = next((index for index in chain[1:] if parse.tokens[index].deprel == above), None)
        if thing is not None:
            return parse.tokens[thing].span
    mention = named.get(participant.mention or "")
    for _ in range(20):
        if mention is None or mention.refers_to is None or mention.named or len(mention.text) > 5:
            break
        mention = named.get(mention.refers_to)
    return mention.span if mention is not None else participant.span


def _distinct(spans: list[Span]) -> list[Span]:
    """Spans that lie in no other."""
    unique = list(dict.fromkeys(spans))
    return [s for s in unique if not any(o != s and o[0] <= s[0] and s[1] <= o[1] for o in unique)]


def widened(parse: Parse, span: Span) -> Span:
    """The noun phrase around a mention as the set marks it: numbers and determiners before, names, appositions and "of" after it."""
    inside = parse.tokens_in(span)
    if not inside:
        return span
    indices = {token.index for token in inside}
    head = next((token.index for token in inside if token.head not in indices), inside[0].index)
    low, high = inside[0].index, inside[-1].index
    for child in parse.children[head]:
        relation = parse.tokens[child].deprel
        first, end = parse.extent(child)
        if relation in ("det", "nummod", "amod", "compound", "nmod:poss") and child < low and end >= low - 1:
            low = min(low, first)
        if (
            relation in ("flat", "nmod", "appos")
            and child > high
            and (relation != "nmod" or parse.tokens[first].text in ("of", "in", "on", "from"))
        ):
            high = max(high, end - 1) if first <= high + 2 else high
    return parse.tokens[low].span[0], parse.tokens[high].span[1]


def model_spans(parse: Parse) -> dict[str, list[Span]]:
    """The spans that the language model's role head proposes, made whole by the parse; reciprocal ones under both roles."""
    found: dict[str, list[Span]] = {"SOURCE": [], "TARGET": []}
    labels = {"actor": ("SOURCE",), "recipient": ("TARGET",), "reciprocal": ROLES}
    for span in parse.signals.roles if parse.signals is not None else ():
        for role in labels.get(span.label, ()):
            found[role].append(_whole(parse, span.first, span.end))
    return found


def _whole(parse: Parse, first: int, end: int) -> Span:
    """A span without a comma or preposition at its end, and with the noun that its last word modifies."""
    while end - 1 > first and parse.tokens[end - 1].upos in ("PUNCT", "ADP", "CCONJ"):
        end -= 1
    last = parse.tokens[end - 1]
    if last.deprel in ("amod", "compound", "det", "nummod") and end <= last.head <= end + 1:
        end = last.head + 1
    return parse.tokens[first].span[0], parse.tokens[end - 1].span[1]


def together(frames: dict[str, list[Span]], model: dict[str, list[Span]]) -> dict[str, list[Span]]:
    """The model's spans, which mark a phrase as the set does; the frames' own where the model sees none."""
    return {role: list(dict.fromkeys(model[role])) or frames[role] for role in ROLES}


def gold_spans(row: dict[str, Any]) -> dict[str, list[Span]]:
    """The gold spans by role; a reciprocal one may be found under either."""
    found: dict[str, list[Span]] = {"SOURCE": [], "TARGET": []}
    for span in row["spans"]:
        for role in ROLES if span["role"].startswith("R") else (span["role"],):
            found[role].append((span["start"], span["end"]))
    return found


def trimmed(text: str, span: Span) -> str:
    """A span's text without article and case, which the set leaves out or in at will."""
    words = text[slice(*span)].lower().split()
    return " ".join(words[1:] if words and words[0] in ("the", "a", "an") else words)


def score(rows: list[dict[str, Any]], made: list[dict[str, list[Span]]]) -> Counter[str]:
    """Counts of right, made and asked, for exact spans and for overlaps."""
    counts: Counter[str] = Counter()
    for row, spans in zip(rows, made, strict=True):
        gold = gold_spans(row)
        for role in ROLES:
            counts["asked"] += len(gold[role])
            counts["made"] += len(spans[role])
            texts = {trimmed(row["text"], span) for span in gold[role]}
            counts["exact"] += sum(trimmed(row["text"], span) in texts for span in spans[role])
            counts["touching"] += sum(any(a < d and c < b for c, d in gold[role]) for a, b in spans[role])
    return counts


def main(arguments: list[str]) -> int:
    rows = read_rows("events/cameo_roles_train.jsonl.gz")
    rows = rows if "--all" in arguments else [row for row in rows if is_held_out(str(row["text"]))]
    parses = parse_texts([row["text"] for row in rows])
    codings = [code_parse(parse) for parse in parses]
    frames = [frame_spans(coding, parse) for coding, parse in zip(codings, parses, strict=True)]
    systems = [("frames", frames)]
    if any(parse.signals is not None and parse.signals.roles for parse in parses):
        models = [model_spans(parse) for parse in parses]
        systems.append(("model", models))
        systems.append(("both", [together(made, proposed) for made, proposed in zip(frames, models, strict=True)]))
    plain = score(rows, [root_sides(parse) for parse in parses])
    for name, made in systems:
        counts = score(rows, made)
        each = [score([row], [spans]) for row, spans in zip(rows, made, strict=True)]
        figure = f"roles: CAMEO sentences, exact spans, {name}"
        say(figure, [(one["exact"], one["made"], one["asked"]) for one in each], f1_of)
        say_baseline(figure, "subject and object of the main verb", ratios(plain["exact"], plain["made"], plain["asked"])[2])
        for kind in ("exact", "touching"):
            precision, recall, value = ratios(counts[kind], counts["made"], counts["asked"])
            print(f"{name:7} {kind:9} {len(rows)} sentences: P {precision:.3f} R {recall:.3f} F1 {value:.3f}")
    if "--errors" in arguments:
        for row, made, coding in list(zip(rows, frames, codings, strict=True))[: int(arguments[arguments.index("--errors") + 1])]:
            said = {role: [row["text"][slice(*s)] for s in made[role]] for role in ROLES}
            want = {role: [row["text"][slice(*s)] for s in gold_spans(row)[role]] for role in ROLES}
            if said != want:
                print(f"- {row['text']}\n    want {want}\n    got  {said} {[c.origin_rule for c in coding.claims][:3]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
