"""The seed report against its gold: what was found, missed and made up, per kind and per field.

usage: python -m evaluation.seed [--json PRODUCED.json]      (without --json the report is coded first)
The rules are those of ``seed/README.md`` beside the gold: claims are matched first (same sentence, trigger or half the evidence
overlaps; one to one, best overlap first), then fields are scored. Strict counts the gold alone; lenient also what its
``alternatives.json`` and an actor's candidates allow.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evaluation.board import say_whole

Row = dict[str, Any]
DATA = Path(os.environ.get("ONRECORD_DATA", "../shared/data"))
ALLOWED_EXTRA_OF = ("c3", "c13", "c14", "c34")
QUANTITY_FIELDS = ("of", "low", "best", "high", "exactness", "scope")
MUST_RELATIONS = (
    ("c29", "c21", "identifies"), ("c29", "c30", "retaliates_for"), ("c35", "c29", "same_event"), ("c23", "c22", "subset_of"),
    ("c43", "c42", "subset_of"), ("c40", "c38", "since_anchor"), ("c24", "c22", "hedges"), ("c24", "c23", "hedges"),
)  # fmt: skip


@dataclass
class Report:
    """What the comparison found. ``fields``: name -> [right, lenient right, asked]; ``wrong``: lines for people."""

    pairs: dict[str, str] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    allowed_extra: list[str] = field(default_factory=list)
    fields: dict[str, list[int]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    right_type: int = 0
    right_roles: int = 0
    quantities: int = 0
    relations: Counter[str] = field(default_factory=Counter)

    def score(self, name: str, right: bool, lenient: bool, line: str) -> None:
        row = self.fields.setdefault(name, [0, 0, 0])
        row[0] += right
        row[1] += right or lenient
        row[2] += 1
        if not right:
            self.wrong.append(f"{name}{' (lenient: right)' if lenient else ''}: {line}")


def compare(produced: Row, gold: Row, alternatives: Row | None = None) -> Report:
    """The produced coding in contract form against the gold; ids are never compared."""
    report = Report()
    alternatives = alternatives or {}
    made = {claim["id"]: claim for claim in produced["claims"]}
    report.pairs = match_claims(produced, gold)
    for expected in gold["claims"]:
        claim = made.get(report.pairs.get(expected["id"], ""))
        codable = bool(expected["event"] and expected["event"]["codable"])
        if claim is None:
            report.missed.append(expected["id"])
            if codable:
                report.score("event.type", False, False, f"{expected['id']} not found")
            continue
        _score_claim(report, claim, expected, alternatives, codable)
    _score_quantities(report, produced, gold)
    _score_extra(report, produced, gold, alternatives)
    _score_relations(report, produced, gold)
    _score_agreements(report, produced, gold)
    return report


def match_claims(produced: Row, gold: Row) -> dict[str, str]:
    """Gold id -> produced id, one to one, best overlap first."""
    triggers = [{event["id"]: event["trigger"] for event in side["events"]} for side in (produced, gold)]
    scored = []
    for expected in gold["claims"]:
        for claim in produced["claims"]:
            if claim["sentence"] != expected["sentence"]:
                continue
            one, two = triggers[0].get(claim["event_id"]), triggers[1].get(expected["event_id"])
            by_trigger = bool(one and two and _overlap([one], [two]))
            shared = _overlap(claim["evidence"], expected["evidence"])
            total = max(1, sum(b - a for a, b in expected["evidence"]))
            if by_trigger or shared * 2 >= total:
                same = bool(claim["event"] and expected["event"] and claim["event"]["codable"] == expected["event"]["codable"])
                scored.append(
                    (by_trigger + shared / max(total, sum(b - a for a, b in claim["evidence"])), same, expected["id"], claim["id"])
                )
    pairs: dict[str, str] = {}
    for _, _, want, got in sorted(scored, key=lambda row: (-row[0], -row[1], row[2], row[3])):
        if want not in pairs and got not in pairs.values():
            pairs[want] = got
    return pairs


def _overlap(one: list[list[int]], two: list[list[int]]) -> int:
    return sum(max(0, min(b, d) - max(a, c)) for a, b in one for c, d in two)


def _score_claim(report: Report, claim: Row, expected: Row, alternatives: Row, codable: bool) -> None:
    name, options = expected["id"], alternatives.get(expected["id"], {})
    event, want = claim["event"] or {}, expected["event"] or {}
    typed = event.get("type") == want.get("type")
    if codable:
        loose = any(
            _alternative_type(x) == event.get("type") for key in ("event.type", "event.type/mode", "event") for x in options.get(key, ())
        )
        report.score("event.type", typed, loose, f"{name} {want.get('type')} got {event.get('type')}")
        report.right_type += typed
        report.score("codable", bool(event.get("codable")), options.get("event.codable") == [False], f"{name} not codable")
    roles_right = True
    for role in ("actors", "recipients"):
        right, loose = _same_people(claim[role], expected[role], options.get(role, []), alternatives.get("*", {}))
        roles_right &= right or loose
        if codable or expected[role]:
            said = [[_code(p), p["text"]] for p in claim[role]]
            report.score(role, right, loose, f"{name} {[[_code(p), p['text']] for p in expected[role]]} got {said}")
    report.right_roles += bool(codable and typed and roles_right)
    _score_time(report, claim, expected, options)
    _score_chain(report, claim, expected)
    _score_factuality(report, claim, expected, options)
    if codable:
        report.score(
            "event.mode (optional)",
            sorted(event.get("mode", [])) == sorted(want["mode"]),
            False,
            f"{name} {want['mode']} got {event.get('mode')}",
        )
        report.score("kind (optional)", claim["kind"] == expected["kind"], False, f"{name} {expected['kind']} got {claim['kind']}")
        places = [(p or {}).get("text") for p in (claim["place"], expected["place"])]
        report.score("place (optional)", places[0] == places[1], False, f"{name} {places[1]} got {places[0]}")


def _alternative_type(option: Any) -> Any:
    return option[0] if isinstance(option, list) and option else option


def _code(participant: Row) -> str | None:
    return (participant.get("actor") or {}).get("code")


def _same_people(made: list[Row], wanted: list[Row], options: list[Any], general: Row) -> tuple[bool, bool]:
    made = [p for p in made if p["path"] != "implicit"]
    wanted = [p for p in wanted if p["path"] != "implicit"]
    codes, want = {_code(p) for p in made} - {None}, {_code(p) for p in wanted} - {None}
    touching = all(any(not p["span"] or not q["span"] or _overlap([p["span"]], [q["span"]]) for p in made) for q in wanted)
    if codes == want and touching:
        return True, True
    allowed = [want, *({x} if isinstance(x, str) else set(x) for x in options)]
    widened = {code: {code, *(c["code"] for p in made if _code(p) == code for c in p["actor"]["candidates"])} for code in codes if code}
    for option in general.get("actor LBN REB", []):
        for code in codes:
            if code == option:
                widened[code].add("LBN REB")
    for code in codes:
        if code == "RUS MIL":
            widened[code].add("RUS GOV")
    loose = any(
        len(codes) == len(option) and all(any(x in option for x in alternatives) for alternatives in widened.values()) for option in allowed
    )
    return False, loose and (touching or not wanted)


def _score_time(report: Report, claim: Row, expected: Row, options: Row) -> None:
    time, want = claim["time"], expected["time"]
    if want is None:
        return
    if want["basis"] == "inferred":
        right = time is None or _compatible(time, want)
    else:
        right = time is not None and all(time[key] == want[key] for key in ("start", "end", "granularity"))
    loose = bool(time and want and time["start"] == want["start"] and time["end"] in options.get("time.end", []))
    said = time and (time["start"], time["end"], time["granularity"], time["basis"])
    report.score("time", right, loose, f"{expected['id']} {(want['start'], want['end'], want['granularity'], want['basis'])} got {said}")


def _compatible(time: Row, want: Row) -> bool:
    if want["end"] and time["end"] and time["end"] < want["end"]:
        return False
    if want["start"] and time["end"] and time["end"] <= want["start"]:
        return False
    return not (want["end"] and time["start"] and time["start"] >= want["end"])


def _score_chain(report: Report, claim: Row, expected: Row) -> None:
    made, wanted = claim["attribution"], expected["attribution"]
    right = [link["role"] for link in made] == [link["role"] for link in wanted] and made[0]["form"] == wanted[0]["form"]
    for link, want in zip(made, wanted, strict=False):
        if want["role"] == "publisher":
            right &= link["text"] == want["text"]
        elif want["span"]:
            right &= bool(link["span"]) and bool(_overlap([link["span"]], [want["span"]]))
    said = [(link["role"], link["text"]) for link in made]
    report.score("attribution", right, False, f"{expected['id']} {[(link['role'], link['text']) for link in wanted]} got {said}")


def _score_factuality(report: Report, claim: Row, expected: Row, options: Row) -> None:
    made, want = claim["factuality"], expected["factuality"]
    right = made["polarity"] == want["polarity"] and made["status"] == want["status"] and abs(made["score"] - want["score"]) <= 1
    loose = made["status"] in options.get("factuality.status", [])
    report.score("factuality", right, loose, f"{expected['id']} {want} got {made}")


def _score_quantities(report: Report, produced: Row, gold: Row) -> None:
    made = [q for claim in produced["claims"] for q in claim["quantities"]]
    for claim in gold["claims"]:
        for want in claim["quantities"]:
            near = [q for q in made if _overlap([q["span"]], [want["span"]])]
            best = max(near, key=lambda q: sum(q[key] == want[key] for key in QUANTITY_FIELDS), default=None)
            right = best is not None and all(best[key] == want[key] for key in QUANTITY_FIELDS) and _details(best, want)
            report.quantities += right
            said = best and {key: best[key] for key in (*QUANTITY_FIELDS, "part_of", "additive")} | {
                "group": best["group"] and _code(best["group"])
            }
            report.score("quantity", right, False, f"{claim['id']} '{want['text']}' {[want[k] for k in QUANTITY_FIELDS]} got {said}")


def _details(made: Row, want: Row) -> bool:
    if want["group"] and _code(want["group"]) and (not made["group"] or _code(made["group"]) != _code(want["group"])):
        return False
    if want["part_of"] and (not made["part_of"] or not _overlap([made["part_of"]], [want["part_of"]])):
        return False
    if want["low_conservative"] is not None and made["low_conservative"] != want["low_conservative"]:
        return False
    return not (want["additive"] and not made["additive"])


def _score_extra(report: Report, produced: Row, gold: Row, alternatives: Row) -> None:
    allowed = [span for claim in gold["claims"] if claim["id"] in ALLOWED_EXTRA_OF for span in claim["evidence"]]
    text, triggers = gold["document"]["text"], {event["id"]: event["trigger"] for event in produced["events"]}
    noncodable = {claim["id"] for claim in gold["claims"] if not (claim["event"] and claim["event"]["codable"])}
    matched = {got: want for want, got in report.pairs.items()}
    for claim in produced["claims"]:
        if not (claim["event"] and claim["event"]["codable"]):
            continue
        want = matched.get(claim["id"])
        if want is not None and (want not in noncodable or True in alternatives.get(want, {}).get("event.codable", [])):
            continue
        trigger = triggers.get(claim["event_id"])
        at = trigger or claim["evidence"][0]
        words = f"s{claim['sentence']} {claim['event']['type']} '{text[slice(*at)]}' ({want or 'new'})"
        inside = bool(trigger and want is None and _overlap([trigger], allowed))
        (report.allowed_extra if inside else report.extra).append(words)


def _score_relations(report: Report, produced: Row, gold: Row) -> None:
    made = {(r["from"], r["to"], r["type"]) for r in produced["relations"]}
    for source, target, kind in MUST_RELATIONS:
        pair = (report.pairs.get(source, "-"), report.pairs.get(target, "-"))
        found = (*pair, kind) in made or (kind in ("same_event", "identifies") and (*reversed(pair), kind) in made)
        report.score("relation", found, False, f"{source} {kind} {target}")


def _score_agreements(report: Report, produced: Row, gold: Row) -> None:
    want = gold["agreements"][0]
    parties = {party["code"] for party in want["parties"]}
    right = any(
        {p["country"] for p in g["parties"]} == {"TUR", "RUS"} and g["time"] and g["time"]["value"] == "2018-09"
        for g in produced["agreements"]
    )
    report.score(
        "agreement",
        right,
        False,
        f"{sorted(parties)} 2018-09 got {[([p['code'] for p in g['parties']], g['name']) for g in produced['agreements']]}",
    )
    for victim in gold["victims"]:
        right = any(v["name"] == victim["name"] and v["fate"] == victim["fate"] for v in produced["victims"])
        report.score(
            "victim", right, False, f"{victim['name']} {victim['fate']} got {[(v['name'], v['fate']) for v in produced['victims']]}"
        )


def show(report: Report, *, wrong: bool = True) -> str:
    """The report as text for a terminal."""
    lines = [f"claims matched {len(report.pairs)}, missed {' '.join(report.missed) or 'none'}"]
    lines += [f"{name:26} strict {row[0]:3}  lenient {row[1]:3}  of {row[2]:3}" for name, row in report.fields.items()]
    lines.append(f"codable with right type {report.right_type} of 25; with actor and recipient too {report.right_roles} (lenient)")
    lines.append(f"extra {len(report.extra)}: {'; '.join(report.extra)}")
    lines.append(f"extra, allowed {len(report.allowed_extra)}: {'; '.join(report.allowed_extra)}")
    return "\n".join(lines + (["", *report.wrong] if wrong else []))


def read_gold() -> tuple[Row, Row]:
    """The seed gold and its alternatives."""
    folder = DATA / "seed"
    return json.loads((folder / "gold.json").read_text("utf-8")), json.loads((folder / "alternatives.json").read_text("utf-8"))


def code_seed() -> Row:
    """The seed report coded by the default pipeline, in contract form."""
    import subprocess

    command = [sys.executable, "-m", "onrecord", "code", str(DATA / "seed/report.txt"), "--published", "2020-02-29"]
    command += ["--outlet", "Anadolu Agency", "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    coded = json.loads(done.stdout)
    return coded[0] if isinstance(coded, list) else coded


def main(arguments: list[str]) -> int:
    if not (DATA / "seed/gold.json").is_file():
        print(f"{DATA}/seed/gold.json is not there: nothing compared (set ONRECORD_DATA)")
        return 0
    produced = json.loads(Path(arguments[1]).read_text("utf-8")) if arguments[:1] == ["--json"] else code_seed()
    report = compare(produced, *read_gold())
    print(show(report, wrong="--brief" not in arguments))
    say_whole("seed: codable claims of the right type", report.right_type / 25, 25)
    for name in ("quantity", "attribution", "relation"):
        row = report.fields[name]
        say_whole(f"seed: {name}", row[1] / row[2], row[2])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
