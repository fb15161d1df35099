"""Source–target dyads on PETRARCH's unit records, with its actors and agents imported from its validation dictionaries.

usage: python -m evaluation.dyads [--errors N]
A participant's code is that of the longest dictionary name inside its words, with the agents that stand beside it, as the records expect;
dyads are scored on whole codes and on the actor alone (first three letters). Null records must stay without a dyad.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from evaluation.roles import f1
from evaluation.texts import DATA, code_parse, parse_texts, read_rows
from onrecord.records import Claim, Coding, Parse, Participant, RelationType

Names = dict[str, str]


def read_actors(path: Path) -> Names:
    """Lower-case name -> code; dated codes of one name are left to the first that is given."""
    names: Names = {}
    waiting: list[str] = []
    for line in path.read_text("utf-8", errors="replace").splitlines():
        text = re.sub(r"<!--.*?-->|#.*$", "", line).strip()
        if not text:
            continue
        codes = re.findall(r"\[([^\]]+)\]", text)
        name = text.partition("[")[0].strip().lstrip("+").replace("_", " ").strip().lower()
        if not text.startswith(("+", "[")):
            waiting = []
        if name:
            waiting.append(name)
        if codes or text.startswith("+"):
            code = re.split(r"[\s<>]", codes[0])[0] if codes else next((names[w] for w in waiting if w in names), "")
            for known in waiting if code else ():
                names.setdefault(known, code)
    return {name: code for name, code in names.items() if code and not code.startswith("+")}


def read_agents(path: Path) -> Names:
    """Lower-case agent noun -> its suffix ("GOV"); plurals by rule."""
    names: Names = {}
    for line in path.read_text("utf-8", errors="replace").splitlines():
        match = re.match(r"([A-Z_ .]+?)\s*(?:\{([^}]*)\})?\s*\[~?([A-Z]+)~?\]", line)
        if match:
            name = match[1].replace("_", " ").strip().lower()
            for form in (name, name + "s", *(x.strip().replace("_", " ").lower() for x in (match[2] or "").split(",") if x.strip())):
                names[form] = match[3]
    return names


def code_of(text: str, actors: Names, agents: Names) -> str | None:
    """The code of a phrase, or None when no actor is named in it."""
    words = " " + re.sub(r"['’]s\b", "", text.lower()).replace("-", " ") + " "
    hits = sorted((name for name in actors if re.search(rf"[ ]{re.escape(name)}(?=\W|s |n |ian |i |{'$'})", words)), key=len, reverse=True)
    if not hits:
        return None
    code = actors[hits[0]]
    rest = words.replace(hits[0], " ")
    suffixes = [agents[name] for name in sorted(agents, key=len, reverse=True) if f" {name} " in rest]
    for suffix in suffixes[:1]:
        code += "" if suffix in code else suffix
    return code


def dyads(coding: Coding, parse: Parse, actors: Names, agents: Names) -> set[tuple[str, str]]:
    """The dyads of a coding's codable claims; both ways where the two sides act on one another."""
    contents = {r.source for r in coding.relations if r.type is RelationType.CONTENT_OF}
    found: set[tuple[str, str]] = set()
    for claim in coding.claims:
        if claim.event is None or not claim.event.codable or claim.id in contents:
            continue
        found |= _claim_dyads(claim, parse, actors, agents)
    return found


def _claim_dyads(claim: Claim, parse: Parse, actors: Names, agents: Names) -> set[tuple[str, str]]:
    sources = [code for p in claim.actors if (code := code_of(_words(p, parse), actors, agents))]
    targets = [code for p in claim.recipients if (code := code_of(_words(p, parse), actors, agents))]
    if not targets and claim.place is not None and claim.place.text and (code := code_of(claim.place.text, actors, agents)):
        targets = [code]
    found = {(s, t) for s in sources for t in targets if s != t}
    return found | {(t, s) for s, t in found} if _both_ways(claim) else found


def _both_ways(claim: Claim) -> bool:
    """Talks and visits are coded from both sides in these records, deals when the sides stand side by side."""
    visit = claim.event is not None and claim.event.type == "CONSULT"
    return visit or (
        claim.event is not None
        and claim.event.type in ("SUPPORT", "COOPERATE")
        and any(p.path.startswith("conj") for p in claim.recipients)
    )


def _words(participant: Participant, parse: Parse) -> str:
    """The participant's noun phrase with its "of" and possessive parts."""
    if participant.head is None or participant.span is None:
        return ""
    inside = parse.tokens_in(participant.head)
    if not inside:
        return participant.text or ""
    low, high = parse.extent(inside[-1].index)
    clause = [i for i in range(low, high) if parse.tokens[i].deprel in ("acl", "acl:relcl", "conj", "appos") and i > inside[-1].index]
    high = min([high, *(parse.extent(i)[0] for i in clause)])
    span = parse.tokens[low].span[0], max(parse.tokens[high - 1].span[1], participant.span[1]) if high > low else participant.span[1]
    return parse.document.text[min(span[0], participant.span[0]) : span[1]]


def main(arguments: list[str]) -> int:
    rows: list[dict[str, Any]] = read_rows("events/petrarch_unittest.jsonl.gz")
    actors = read_actors(DATA / "events/petrarch_validate_actors.txt")
    agents = read_agents(DATA / "events/petrarch_validate_agents.txt")
    parses = parse_texts([row["text"] for row in rows])
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for row, parse in zip(rows, parses, strict=True):
        coding = code_parse(parse)
        made = dyads(coding, parse, actors, agents)
        want = {(e["source"], e["target"]) for e in row["expected"] if "---" not in (e["source"][:3], e["target"][:3])}
        short, asked = {(s[:3], t[:3]) for s, t in made}, {(s[:3], t[:3]) for s, t in want}
        counts.update(
            made=len(made), asked=len(want), right=len(made & want), short=len(short & asked), s_made=len(short), s_asked=len(asked)
        )
        if row["null_event"]:
            counts.update(null=1, null_kept=not made)
        if short != asked:
            rules = [(c.origin_rule.rpartition("/")[2], bool(c.event and c.event.codable)) for c in coding.claims]
            wrong.append(f"- {row['text'][:190]}\n    want {sorted(asked)} got {sorted(made)} {rules[:4]}")
    for name, keys in (("whole codes", ("right", "made", "asked")), ("actors", ("short", "s_made", "s_asked"))):
        precision, recall, value = f1(*(counts[key] for key in keys))
        print(f"dyads, {name}: {len(rows)} records, P {precision:.3f} R {recall:.3f} F1 {value:.3f}")
    print(f"null records kept {counts['null_kept']} of {counts['null']}")
    if "--errors" in arguments:
        print("\n".join(wrong[: int(arguments[arguments.index("--errors") + 1])]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
