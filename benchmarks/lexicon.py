"""Times the lexicon: loading it section by section, loading a million aliases of a user's, looking a name up among them.

python -m benchmarks.lexicon [--aliases 1000000] [--rounds 5] [--json]
The aliases are made up by rule; the best of the rounds counts, because a shared machine only ever adds to the time.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from onrecord.lexicon import SECTIONS, Lexicon, actors
from onrecord.lexicon.source import encode_pack

ALIASES_EACH = 20


def load_times(rounds: int) -> dict[str, float]:
    """Milliseconds to load each section, and all of them in a row; the best of the rounds."""
    best: dict[str, float] = {}
    for _ in range(rounds):
        lexicon, whole = Lexicon(), 0.0
        for name in SECTIONS:
            started = time.process_time()
            getattr(lexicon, name)
            spent = (time.process_time() - started) * 1000
            best[name], whole = min(spent, best.get(name, spent)), whole + spent
        best["all"] = min(whole, best.get("all", whole))
    return {name: round(spent, 1) for name, spent in best.items()}


def user_times(aliases: int, rounds: int) -> dict[str, float]:
    """Seconds to load a user's pack of so many aliases beside our own actors, and microseconds to look one of them up."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "actors.json").write_bytes(encode_pack([_entry(number) for number in range(aliases // ALIASES_EACH)]))
        loads = []
        for _ in range(rounds):
            started = time.process_time()
            index = Lexicon(Path(folder)).actors
            loads.append(time.process_time() - started)
        names = [f"Pond {number} unit {number % (ALIASES_EACH - 1)}" for number in range(0, aliases // ALIASES_EACH, 7)]
        started = time.process_time()
        found = sum(bool(index.lookup(name)) for name in names)
        spent = time.process_time() - started
    if found != len(names):
        raise SystemExit(f"{len(names) - found} of {len(names)} names were not found")
    return {"aliases": aliases, "load_s": round(min(loads), 2), "lookup_us": round(spent / max(1, len(names)) * 1e6, 2)}


def _entry(number: int) -> actors.Entry:
    aliases = tuple(f"Pond {number} unit {one}" for one in range(ALIASES_EACH - 1))
    return actors.Entry(id=f"act-{number}", name=f"Front {number}", sectors=("REB",), aliases=aliases)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--aliases", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    loaded, user = load_times(options.rounds), user_times(options.aliases, min(3, options.rounds))
    if options.json:
        print(json.dumps({"load_ms": loaded, "user": user}))
        return 0
    for name, spent in loaded.items():
        print(f"{name:10} {spent:6.1f} ms")
    print(f"{options.aliases:,} aliases of a user's: loaded in {user['load_s']} s, a name looked up in {user['lookup_us']} µs")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
