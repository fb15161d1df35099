"""A disk that refuses one write after another: every report is there whole or not at all, and the command says what to do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from evaluation.linking import read_gold
from onrecord.ledger import open_ledger, upkeep
from onrecord.ledger.audit import audit

CODINGS = read_gold("dev").codings[:6]
# No file may grow beyond so many bytes: a write that would make it grow fails, as on a broken or full disk.
WORKER = """
import resource, sys
from pathlib import Path
import msgspec
from onrecord.errors import LedgerError
from onrecord.ledger import open_ledger
from onrecord.records import Coding
codings = msgspec.json.decode(Path(sys.argv[2]).read_bytes(), type=list[Coding])
with open_ledger(sys.argv[1]) as ledger:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
    try:
        for coding in codings:
            ledger.append(coding)
    except LedgerError as error:
        print(error)
        sys.exit(3)
"""


@pytest.mark.slow
def test_every_write_that_fails_leaves_the_ledger_whole(tmp_path: Path) -> None:
    (tmp_path / "codings.json").write_bytes(msgspec.json.encode(CODINGS))
    open_ledger(tmp_path / "empty.db", create=True).close()
    least = (tmp_path / "empty.db").stat().st_size
    refused = 0
    for number, limit in enumerate(range(4096, 8 * least, max(4096, least // 3))):
        path = tmp_path / f"{number}.db"
        path.write_bytes((tmp_path / "empty.db").read_bytes())
        command = [sys.executable, "-c", WORKER, str(path), str(tmp_path / "codings.json"), str(limit)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode in (0, 3), done.stderr[-2000:]
        assert done.returncode == 0 or "\n" not in done.stdout.strip()
        refused += done.returncode == 3
        with open_ledger(path) as ledger:
            assert upkeep.check(ledger) == ()
            assert audit(ledger).breaks == ()
            before = len(ledger.document_ids())
            assert before < len(CODINGS) or done.returncode == 0
            for coding in CODINGS:
                ledger.append(coding)
            assert len(ledger.document_ids()) == len(CODINGS)
        if done.returncode == 0:
            break
    else:
        pytest.fail("no limit was large enough")
    assert refused > 3
