"""Over two hundred ways to smuggle a script into a page, stored in every text field that a report has: none runs, none is reported."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser

from onrecord.ledger import link_ledger, open_ledger
from onrecord.ledger.query.incidents import list_incidents
from onrecord.records import Coding
from tests.browser.serving import serving, watched
from tests.pages import TOWN, strike

pytestmark = pytest.mark.slow

CALLS = ["alert({n})", "alert`{n}`", "top['al'+'ert']({n})", "&#97;lert({n})", "\\u0061lert({n})", "eval('ale'+'rt({n})')"]
SHAPES = [
    "<script>{call}</script>",
    "<ScRiPt >{call}</sCrIpT>",
    "<script/x>{call}</script>",
    "</script><script>{call}</script>",
    "<<script>{call}//<</script>",
    '"><script>{call}</script>',
    "'><script>{call}</script>",
    "</textarea><script>{call}</script>",
    "</title><script>{call}</script>",
    "<img src=x onerror={call}>",
    '<img src="x" onerror="{call}">',
    "<img/src=x/onerror={call}>",
    '" onmouseover="{call}',
    "' onfocus='{call}' autofocus='",
    "<svg onload={call}>",
    "<svg><script>{call}</script></svg>",
    "<svg><animate onbegin={call} attributeName=x dur=1s>",
    "<math><mtext><script>{call}</script>",
    "<body onload={call}>",
    "<iframe src=javascript:{call}>",
    '<iframe srcdoc="<script>{call}</script>">',
    "<a href=javascript:{call}>x</a>",
    "<a href='java\tscript:{call}'>x</a>",
    "<details open ontoggle={call}>",
    "<video><source onerror={call}>",
    "<audio src=x onerror={call}>",
    "<input autofocus onfocus={call}>",
    "<select autofocus onfocus={call}>",
    "<marquee onstart={call}>",
    "<object data=javascript:{call}>",
    "<embed src=javascript:{call}>",
    "<form><button formaction=javascript:{call}>x",
    "<style>@import 'javascript:{call}'</style>",
    "<link rel=stylesheet href=javascript:{call}>",
    "<meta http-equiv=refresh content='0;url=javascript:{call}'>",
    "<base href=javascript:{call}//>",
    "{{{{{call}}}}}",
    "${{{call}}}",
    "javascript:{call}",
    "data:text/html,<script>{call}</script>",
]
VECTORS = [shape.format(call=call.format(n=number)) for number, (shape, call) in enumerate((s, c) for s in SHAPES for c in CALLS)]
REPORTS = 8


def hostile(number: int, vectors: list[str]) -> Coding:
    """A report with some vectors in every text field each."""
    words = " ".join(vectors)
    place = {**TOWN, "name": f"Town {words}", "id": None}
    coding = strike(f"h{number}", f"{number + 2} people were killed. {words} said so.", outlet=f"Paper {words}", credit=words)
    claim = coding.claims[0]
    assert claim.place is not None
    named = msgspec.structs.replace(claim.place, name=place["name"], text=words, id=None)
    document = msgspec.structs.replace(coding.document, title=f"Title {words}", url=f"{vectors[0]}//{words}")
    return msgspec.structs.replace(coding, document=document, claims=(msgspec.structs.replace(claim, place=named),), notes=(words,))


def test_no_vector_runs_on_any_page(tmp_path: Path, browser: Browser) -> None:
    assert len(set(VECTORS)) >= 200
    size = -(-len(VECTORS) // REPORTS)
    with open_ledger(tmp_path / "l.db", create=True, salt="test") as ledger:
        for number in range(REPORTS):
            ledger.append(hostile(number, VECTORS[number * size : (number + 1) * size]))
        link_ledger(ledger)
        documents, incidents = ledger.document_ids(), [incident.id for incident in list_incidents(ledger)]
    pages = ["/", "/articles", "/claims", "/incidents", "/places", "/actors", "/sources", "/search?text=people", "/review", "/review/next"]
    pages += [f"/articles/{id}" for id in documents] + [f"/incidents/{id}" for id in incidents] + [f"/review/reports/{documents[0]}"]
    with serving(tmp_path / "l.db", "--reviewer", "amina") as server, watched(browser, server.url) as watch:
        for address in pages:
            watch.go(address)
            assert watch.page.locator("h1").count() == 1, address
        assert watch.problems == []
        assert watch.outside == []
