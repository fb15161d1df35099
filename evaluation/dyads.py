"""Source–target dyads on PETRARCH's unit records, with its actors and agents imported as a user lexicon.

usage: python -m evaluation.dyads [--errors N]
The dictionaries of fictional actors go through ``onrecord lexicon import --format petrarch``'s own reader into a folder, the records are
coded with that folder and with their dates; a code is compared as the import reads it (country and PLOVER sectors). Actors of countries
that the dictionaries do not know are left out, as in the records.
Dyads are scored on whole codes and on the actor alone (the country part). Null records must stay without a dyad.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from evaluation.board import Counts, f1_of, ratios, say, say_baseline
from evaluation.texts import DATA, parse_texts, read_rows
from onrecord.lexicon import Lexicon
from onrecord.lexicon.imports import Imported, read_petrarch, write_folder
from onrecord.lexicon.petrarch import split_code
from onrecord.ontology import load_ontology
from onrecord.pipeline import Options, Pipeline, build_pipeline
from onrecord.records import Actor, Claim, Coding, Parse, RelationType

DICTIONARIES = ("events/petrarch_validate_actors.txt", "events/petrarch_validate_agents.txt")
Code = tuple[str, frozenset[str]]
Dyad = tuple[Code, Code]


def pipeline_with(entries: Imported, folder: Path) -> Pipeline:
    """A pipeline with imported entries as its user lexicon, which is written to an empty folder."""
    write_folder(entries, folder, "petrarch")
    return build_pipeline(Options(lexicon=folder))


def countries_of(entries: Imported) -> frozenset[str]:
    """The codes that the imported actors have in a country's place."""
    actors = entries["actors"]
    codes = [code for entry in actors for code in (entry.country, *entry.members, *(term.country for term in entry.terms))]
    return frozenset(code for code in codes if code)


def expected(row: dict[str, Any]) -> set[Dyad]:
    """The dyads of a record; those with an actor that is nobody ("---") are left out."""
    pairs = ((_read(event["source"]), _read(event["target"])) for event in row["expected"])
    return {(source, target) for source, target in pairs if source is not None and target is not None}


def _read(code: str) -> Code | None:
    country, sectors = split_code(code)
    return (country, frozenset(sectors)) if country is not None else None


def dyads(coding: Coding, known: frozenset[str]) -> set[Dyad]:
    """The dyads of a coding's codable claims; both ways where the two sides act on one another.

    Of what is said the saying counts, as in the records, unless nobody is known to say it.
    """
    told = {claim.id for claim in coding.claims if claim.event is not None and claim.event.codable}
    contents = {r.source for r in coding.relations if r.type is RelationType.CONTENT_OF and r.target in told}
    found: set[Dyad] = set()
    for claim in coding.claims:
        if claim.event is not None and claim.event.codable and claim.id not in contents:
            found |= _claim_dyads(claim)
    return {(s, t) for s, t in found if s[0] in known and t[0] in known}


def _claim_dyads(claim: Claim) -> set[Dyad]:
    sources = [code for p in claim.actors if (code := _code(p.actor)) is not None]
    targets = [code for p in claim.recipients if (code := _code(p.actor)) is not None]
    found = {(s, t) for s in sources for t in targets if s != t}
    return found | {(t, s) for s, t in found} if _both_ways(claim) else found


def _code(actor: Actor | None) -> Code | None:
    """Country and sectors; of a state that fights as its army, the state's own."""
    if actor is None or actor.country is None:
        return None
    plain = actor.candidates[0] if actor.basis == "metonymy" and actor.candidates else actor
    return (actor.country, frozenset(plain.sectors))


def first_two(coding: Coding, known: frozenset[str]) -> set[Dyad]:
    """What anybody could do who has the actors: the first one that the record names acts on the next other one."""
    named = [code for mention in coding.mentions if (code := _code(mention.actor)) is not None and code[0] in known]
    other = next((code for code in named if code != named[0]), None)
    return {(named[0], other)} if other is not None else set()


def _both_ways(claim: Claim) -> bool:
    """Talks and visits are coded from both sides in these records, but feasts kept together; deals when the sides stand side by side."""
    visit = claim.event is not None and claim.event.type == "CONSULT" and not claim.origin_rule.endswith("consult.feast")
    return visit or (
        claim.event is not None
        and claim.event.type in ("SUPPORT", "COOPERATE")
        and bool(claim.recipients)
        and all(p.path.startswith("conj") for p in claim.recipients)
    )


def dated(parse: Parse, published: str) -> Parse:
    """The parse of a report of another day."""
    return msgspec.structs.replace(parse, document=msgspec.structs.replace(parse.document, published=published))


def main(arguments: list[str]) -> int:
    rows: list[dict[str, Any]] = read_rows("events/petrarch_unittest.jsonl.gz")
    entries = read_petrarch([DATA / name for name in DICTIONARIES], Lexicon().verbs, load_ontology().of_cameo)[0]
    known = countries_of(entries)
    parses = parse_texts([row["text"] for row in rows])
    with TemporaryDirectory() as folder:
        line = pipeline_with(entries, Path(folder))
        codings = [line.code_parse(dated(parse, row["date"])) for row, parse in zip(rows, parses, strict=True)]
    counts: Counter[str] = Counter()
    whole: list[Counts] = []
    pairs: list[Counts] = []
    wrong: list[str] = []
    for row, coding in zip(rows, codings, strict=True):
        made, want = dyads(coding, known), expected(row)
        short, asked = {(s[0], t[0]) for s, t in made}, {(s[0], t[0]) for s, t in want}
        counts.update(
            made=len(made), asked=len(want), right=len(made & want), short=len(short & asked), s_made=len(short), s_asked=len(asked)
        )
        whole.append((len(made & want), len(made), len(want)))
        pairs.append((len(short & asked), len(short), len(asked)))
        if row["null_event"]:
            counts.update(null=1, null_kept=not made)
        if short != asked:
            wrong.append(f"- {row['text'][:230]}\n    want {sorted(asked)} got {sorted(short)}\n    {_said(coding)}")
    guessed = [(first_two(coding, known), expected(row)) for row, coding in zip(rows, codings, strict=True)]
    actors = [({(s[0], t[0]) for s, t in made}, {(s[0], t[0]) for s, t in want}) for made, want in guessed]
    for name, counted, plain in (("actors", pairs, actors), ("whole codes", whole, guessed)):
        say(f"events: dyads, {name}", counted, f1_of)
        value = f1_of((len(made & want), len(made), len(want)) for made, want in plain)
        say_baseline(f"events: dyads, {name}", "the first two actors named", value)
    for name, keys in (("whole codes", ("right", "made", "asked")), ("actors", ("short", "s_made", "s_asked"))):
        precision, recall, value = ratios(*(counts[key] for key in keys))
        print(f"dyads, {name}: {len(rows)} records, P {precision:.3f} R {recall:.3f} F1 {value:.3f}")
    print(f"null records kept {counts['null_kept']} of {counts['null']}")
    if "--errors" in arguments:
        print("\n".join(wrong[: int(arguments[arguments.index("--errors") + 1])]))
    return 0


def _said(coding: Coding) -> str:
    """The claims in short: rule, "*" where not codable, and who stands on either side."""
    sides = [
        f"{c.origin_rule.rpartition('/')[2]}{'' if c.event and c.event.codable else '*'} "
        f"{[(p.text, p.actor and p.actor.code) for p in c.actors]} -> {[(p.text, p.actor and p.actor.code) for p in c.recipients]}"
        for c in coding.claims
    ]
    return "; ".join(sides)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
