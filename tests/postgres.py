"""Starts a PostgreSQL server of the system for a test run: in a temporary folder, on a free loopback port, stopped at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# As most servers are set up: in the order of a language's alphabet, not in that of the bytes.
SORTED = ("--locale-provider=icu", "--icu-locale=en-US", "--locale=C.UTF-8")
PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name) if path.parent.name.isdigit() else 0)


def find_programs() -> Path | None:
    """The folder of initdb and postgres, version 15 or newer, or None."""
    for folder in reversed(PLACES):
        if folder.parent.name.isdigit() and int(folder.parent.name) >= 15 and (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).parent if found else None


@contextmanager
def running_server(programs: Path) -> Iterator[str]:
    """The address of a fresh server, without a database name. The server refuses to run as root, so root runs it as nobody."""
    folder = Path(tempfile.mkdtemp(prefix="onrecord-pg-"))
    port = _free_port()
    as_user = _other_user(folder)
    try:
        _run([programs / "initdb", "-D", folder / "data", "-U", "onrecord", "-A", "trust", "-E", "UTF8", "--no-sync", *SORTED], as_user)
        settings = f"-p {port} -h 127.0.0.1 -k {folder} -c fsync=off"
        start = [programs / "pg_ctl", "-D", folder / "data", "-w", "-t", "60", "-l", folder / "log", "-o", settings, "start"]
        _run(start, as_user)
        yield f"postgresql://onrecord@127.0.0.1:{port}"
    finally:
        _run([programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop"], as_user, check=False)
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _other_user(folder: Path) -> pwd.struct_passwd | None:
    if os.getuid() != 0:
        return None
    user = pwd.getpwnam("nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return user


def _run(command: list[str | Path], user: pwd.struct_passwd | None, *, check: bool = True) -> None:
    words = [str(word) for word in command]
    done = subprocess.run(
        words,
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd="/",
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
    )
    if check and done.returncode:
        raise RuntimeError(f"{words[0]} failed: {done.stderr.decode(errors='replace').strip()}")
