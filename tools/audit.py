"""Asks a vulnerability service about every pinned package with pip-audit, and says how many it could answer for.

usage: python tools/audit.py [constraints.txt]
Exit codes: 0 none is known to be vulnerable, or the service could not be reached · 1 some are.
A service that cannot be reached, or knows none of the packages (a mirror), proves nothing: then it says that nothing was audited.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
COMMAND = ["--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", "15"]


class Outcome(NamedTuple):
    """What an audit came to: its exit code and the lines to print."""

    code: int
    lines: tuple[str, ...]


def main(arguments: list[str]) -> int:
    pins = arguments[0] if arguments else str(ROOT / "constraints.txt")
    done = subprocess.run([sys.executable, "-m", "pip_audit", "-r", pins, *COMMAND], capture_output=True, text=True, check=False)
    outcome = judge(done.stdout, done.stderr)
    print("\n".join(outcome.lines))
    return outcome.code


def judge(answer: str, complaints: str) -> Outcome:
    """What pip-audit's answer means. answer: its JSON; "" where it got none.  complaints: its standard error."""
    try:
        packages: list[dict[str, Any]] = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        why = (complaints.strip().splitlines() or ["no answer"])[-1]
        return Outcome(0, (f"audit SKIPPED, nothing was checked: the vulnerability service cannot be reached ({why})",))
    audited = [package for package in packages if "skip_reason" not in package]
    found = [_line(package, flaw) for package in audited for flaw in package.get("vulns", ())]
    if not audited:
        return Outcome(0, (f"audit SKIPPED, nothing was checked: the service knows none of the {len(packages)} packages",))
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    said = f"{len(audited)} of {len(packages)} packages audited, {len(found)} known weaknesses"
    return Outcome(1 if found else 0, (*found, said + (f"; not known to the service: {', '.join(unknown)}" if unknown else "")))


def _line(package: dict[str, Any], flaw: dict[str, Any]) -> str:
    mended = ", ".join(flaw.get("fix_versions") or ()) or "no version yet"
    return f"{package['name']} {package['version']}: {flaw['id']}, mended in {mended}; raise the pin in constraints.txt"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
