"""Writes the bill of materials and the page of licences; with --check only says whether they are up to date.

sbom.cdx.json              CycloneDX 1.6: what an installation on Python 3.11, Linux x86-64 consists of, versions from constraints.txt
docs/reference/licences.md the same as a table, with what each licence asks for

usage: python tools/build_bom.py [--check]
Names and licences come from the metadata of the installed packages, so all of them must be there: make .venv/installed-dev.
Exits with 1 where a licence is not among those that the project can be used together with.
"""

from __future__ import annotations

import json
import sys
import tomllib
import uuid
from base64 import b64decode
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from license_expression import LicenseSymbol, get_spdx_licensing
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
BOM = ROOT / "sbom.cdx.json"
PAGE = ROOT / "docs/reference/licences.md"
# Markers are read for this machine, whatever machine builds the page.
MACHINE = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "python_full_version": "3.11.7",
    "python_version": "3.11",
    "sys_platform": "linux",
}
# What users add by choice. Left out: extras that only build or test (dev, docs, train, followthemoney), and engines that
# are installed beside the program rather than with its tests (spark, stanza).
EXTRAS = ("archives", "office", "oidc", "parquet", "plots", "postgres", "ray", "spacy", "udpipe", "xlsx")
LICENSING = get_spdx_licensing()
# Free to use, change and pass on; the notice stays.
PERMISSIVE = (
    "0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause CC0-1.0 CNRI-Python HPND ISC MIT MIT-0 MIT-CMU PSF-2.0 Python-2.0 Unlicense Zlib".split()
)
# Changes of the package itself stay under its licence; a program that calls it keeps its own.
OF_THE_PACKAGE = "LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0-only LGPL-3.0-or-later MPL-1.1 MPL-2.0".split()
# The data and weights that come inside: attribution; share alike for the weights.
OF_DATA = ["CC-BY-4.0", "CC-BY-SA-4.0"]
# Where the metadata say something else than an SPDX expression: what they mean, read in the package's licence file.
MEANT = {
    "kiwisolver": "BSD-3-Clause",
    "matplotlib": "PSF-2.0",
    "pysqlite3": "Zlib",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
}
SPELLINGS = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "ISC License": "ISC",
    "MIT License": "MIT",
    "PSFL": "PSF-2.0",
    "The BSD 2-Clause License": "BSD-2-Clause",
    "mpl-2.0": "MPL-2.0",
}
OF_CLASSIFIERS = {"Apache Software License": "Apache-2.0", "MIT License": "MIT", "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0"}


class Package(NamedTuple):
    """A package of an installation. licence: SPDX expression, "" where none could be made out.  extras: which bring it; () for all."""

    name: str
    version: str
    licence: str
    extras: tuple[str, ...]


def main(arguments: list[str]) -> int:
    packages = read_packages()
    refused = [package for package in packages if not is_allowed(package.licence)]
    for package in refused:
        print(
            f"{package.name} {package.version}: '{package.licence}' is not among the licences that tools/build_bom.py allows",
            file=sys.stderr,
        )
    written = {BOM: bill(packages), PAGE: page(packages)}
    late = [path for path, text in written.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    if "--check" in arguments:
        for path in late:
            print(f"{path.relative_to(ROOT)} is out of date: run make data", file=sys.stderr)
        return 1 if late or refused else 0
    for path in late:
        path.write_text(written[path], encoding="utf-8")
    print(f"{len(packages)} packages, {sum(not package.extras for package in packages)} of them in every installation")
    return 1 if refused else 0


# ── Packages ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def read_packages() -> list[Package]:
    """What the default installation and the extras bring, by name; raises SystemExit for what is not installed as pinned."""
    pins = dict(_pins((ROOT / "constraints.txt").read_text(encoding="utf-8")))
    project = read_project()
    default = needed(project["dependencies"])
    brought = {extra: needed(project["optional-dependencies"][extra]) - default for extra in EXTRAS}
    found = []
    for name in sorted(default.union(*brought.values())):
        distribution = metadata.distribution(name)
        if pins.get(name) != distribution.version:
            raise SystemExit(
                f"{name} {distribution.version} is installed, constraints.txt has {pins.get(name)}: install with -c constraints.txt"
            )
        extras = () if name in default else tuple(extra for extra in EXTRAS if name in brought[extra])
        found.append(Package(name, distribution.version, licence_of(distribution), extras))
    return found


def read_project() -> dict[str, Any]:
    """The table ``project`` of pyproject.toml."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project


def _pins(constraints: str) -> Iterator[tuple[str, str]]:
    for line in constraints.splitlines():
        name, equal, version = line.partition("==")
        if equal:
            yield canonicalize_name(name), version.strip()


def needed(requirements: Iterable[str]) -> set[str]:
    """The names of all packages that the requirements lead to on ``MACHINE``, their own included."""
    found: set[tuple[str, frozenset[str]]] = set()
    waiting = [Requirement(text) for text in requirements]
    while waiting:
        asked = waiting.pop()
        key = (canonicalize_name(asked.name), frozenset(asked.extras))
        if key in found:
            continue
        found.add(key)
        try:
            requires = metadata.distribution(asked.name).requires or []
        except metadata.PackageNotFoundError:
            raise SystemExit(f"{asked.name} is not installed: make .venv/installed-dev") from None
        waiting += [more for more in map(Requirement, requires) if _applies(more, asked.extras)]
    return {name for name, _ in found}


def _applies(requirement: Requirement, extras: set[str]) -> bool:
    return requirement.marker is None or any(requirement.marker.evaluate({**MACHINE, "extra": extra}) for extra in (extras or {""}))


# ── Licences ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def licence_of(distribution: metadata.Distribution) -> str:
    """The licence of an installed package as an SPDX expression, the surest statement first; "" where nothing says it."""
    name = canonicalize_name(distribution.name)
    about = distribution.metadata
    stated = MEANT.get(name) or about.get("License-Expression") or _spelled(about.get("License") or "")
    return stated or _of_text(_licence_text(distribution)) or _of_classifiers(about.get_all("Classifier") or [])


def _spelled(field: str) -> str:
    """A short licence field as an expression; "" for what is a whole licence, or several that one name could mean."""
    meant = SPELLINGS.get(field.strip(), field.strip())
    return meant if len(meant) < 60 and not LICENSING.validate(meant).errors else ""


def _licence_text(distribution: metadata.Distribution) -> str:
    named = [path for path in distribution.files or [] if path.name.upper().startswith(("LICENSE", "LICENCE", "COPYING"))]
    first = min(named, key=str, default=None)
    return (distribution.metadata.get("License") or "") + (first.locate().read_text(encoding="utf-8", errors="replace") if first else "")


def _of_text(text: str) -> str:
    words = " ".join(text.split())
    if "Redistribution and use in source and binary forms" in words:
        return "BSD-3-Clause" if "endorse or promote" in words else "BSD-2-Clause"
    if "Permission is hereby granted, free of charge" in words:
        return "MIT"
    return "Apache-2.0" if "Apache License Version 2.0" in words else ""


def _of_classifiers(classifiers: Iterable[str]) -> str:
    meant = {OF_CLASSIFIERS.get(line.rpartition(" :: ")[2], "") for line in classifiers if line.startswith("License ::")} - {""}
    return meant.pop() if len(meant) == 1 else ""


def is_allowed(licence: str) -> bool:
    """Whether the project can be used together with a package of that licence: of alternatives one is enough, of a sum all must do."""
    if not licence or LICENSING.validate(licence).errors:
        return False
    return _holds(LICENSING.parse(licence))


def _holds(parsed: object) -> bool:
    if isinstance(parsed, LICENSING.OR):
        return any(map(_holds, parsed.args))
    if isinstance(parsed, LICENSING.AND):
        return all(map(_holds, parsed.args))
    return isinstance(parsed, LicenseSymbol) and parsed.key in {*PERMISSIVE, *OF_THE_PACKAGE, *OF_DATA}


# ── Bill and page ─────────────────────────────────────────────────────────────────────────────────────────────────────


def bill(packages: Iterable[Package]) -> str:
    """The bill of materials as JSON, the same bytes for the same packages: it has no clock, its number comes from its content."""
    project = read_project()
    whole = Component(
        name=project["name"],
        version=project["version"],
        type=ComponentType.APPLICATION,
        bom_ref=project["name"],
        licenses=[LicenseExpression(project["license"])],
    )
    parts = [*map(_component, packages), *_browser_libraries()]
    bom = Bom(components=parts)
    bom.metadata.component = whole
    default = [part for part in parts if part.scope is ComponentScope.REQUIRED]
    bom.register_dependency(whole, default)
    content = json.loads(JsonV1Dot6(bom).output_as_string())
    del content["metadata"]["timestamp"], content["serialNumber"]
    content["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(content, sort_keys=True))}"
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _component(package: Package) -> Component:
    return Component(
        name=package.name,
        version=package.version,
        type=ComponentType.LIBRARY,
        bom_ref=f"pkg:pypi/{package.name}@{package.version}",
        purl=PackageURL("pypi", None, package.name, package.version),
        scope=ComponentScope.OPTIONAL if package.extras else ComponentScope.REQUIRED,
        licenses=[LicenseExpression(package.licence)] if package.licence else [],
        properties=[Property(name="onrecord:extra", value=extra) for extra in package.extras],
    )


def _browser_libraries() -> list[Component]:
    """The scripts that a wheel carries, with the hashes by which they are fetched."""
    locked = json.loads((ROOT / "frontend/package-lock.json").read_text(encoding="utf-8"))["packages"]
    return [
        Component(
            name=path.removeprefix("node_modules/"),
            version=about["version"],
            type=ComponentType.LIBRARY,
            bom_ref=f"pkg:npm/{path.removeprefix('node_modules/')}@{about['version']}",
            purl=PackageURL("npm", None, path.removeprefix("node_modules/"), about["version"]),
            scope=ComponentScope.REQUIRED,
            licenses=[LicenseExpression(about["license"])],
            hashes=[HashType(alg=HashAlgorithm.SHA_512, content=b64decode(about["integrity"].removeprefix("sha512-")).hex())],
        )
        for path, about in sorted(locked.items())
        if path
    ]


def page(packages: list[Package]) -> str:
    """The table of licences as Markdown."""
    rows = [f"| {name} | {version} | {licence} | {', '.join(extras) or 'always'} |" for name, version, licence, extras in packages]
    return "\n".join([HEAD, *rows, ""])


HEAD = f"""# Licences

Generated by `make data` from `constraints.txt` and the metadata of the packages; do not edit. `sbom.cdx.json` says the same for programs
(CycloneDX 1.6); wheels carry it under `onrecord-*.dist-info/sboms/`. The build fails where a package comes with another licence than these:

- {", ".join(PERMISSIVE)}: use, change and pass on; the notice stays.
- {", ".join(OF_THE_PACKAGE)}: changes of the package itself stay under its licence; a program that calls it keeps its own.

The licences of what is inside the package itself (code, weights, place names) are in `NOTICE`.
Brought by: *always*, or the extras that bring the package (`pip install 'onrecord[NAME]'`). Not listed: what only builds and tests, and the
engines of the extras `spark` and `stanza`.

| package | version | licence | brought by |
|---|---|---|---|"""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
