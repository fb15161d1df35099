"""What an archive holds, as one page: counts, what was left out and why, what failed and why."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import msgspec

from onrecord.records import Failure, Record
from onrecord.scale.shard import Counts, Report
from onrecord.scale.storage import Store

PAGE = "summary.html"
EXAMPLES = 50
READERS = 16  # at once: an object store answers each after a while, and there is a marker for every shard
TEMPLATE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Archive: {{ total.shards }} shards</title>
<style>body {font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem}
table {border-collapse: collapse} th, td {text-align: left; padding: .2rem 1rem .2rem 0; border-bottom: 1px solid #ccc; vertical-align: top}
td.number {text-align: right}</style>
<h1>Archive</h1>
<p>Claims are what reports say, found by a program; nobody has checked them.</p>
<table>
{% for name, number in rows %}<tr><th scope="row">{{ name }}</th><td class="number">{{ "{:,}".format(number) }}</td></tr>
{% endfor %}</table>
<h2>Left out</h2>
{% if total.reasons %}<table>
{% for name, number in total.reasons.items() %}<tr><th scope="row">{{ name }}</th><td class="number">{{ "{:,}".format(number) }}</td></tr>
{% endfor %}</table>{% else %}<p>Nothing.</p>{% endif %}
<h2>Failed</h2>
{% if total.examples %}<table>
<tr><th scope="col">where</th><th scope="col">stage</th><th scope="col">what is wrong</th></tr>
{% for one in total.examples %}<tr><td>{{ one.path or one.document }}</td><td>{{ one.stage }}</td><td>{{ one.message }}</td></tr>
{% endfor %}</table>
<p>The first of each shard, at most {{ most }}; all are in the table <code>failures</code>.</p>{% else %}<p>Nothing.</p>{% endif %}
</html>
"""


class Total(Record, frozen=True):
    """All shards that are done, together."""

    shards: int
    counts: Counts
    reasons: Mapping[str, int]
    examples: tuple[Failure, ...]


def total_of(store: Store) -> Total:
    """Adds up the markers of an archive."""
    shards, counts, reasons, examples = 0, Counts(), dict[str, int](), list[Failure]()
    with ThreadPoolExecutor(READERS) as pool:
        for data in pool.map(store.read, store.names("done")):
            if data is None:
                continue  # another run does it again at this moment
            report = msgspec.json.decode(data, type=Report)
            shards, counts = shards + 1, counts.plus(report.counts)
            for reason, number in report.reasons.items():
                reasons[reason] = reasons.get(reason, 0) + number
            examples += report.examples[: EXAMPLES - len(examples)]
    return Total(shards=shards, counts=counts, reasons=dict(sorted(reasons.items())), examples=tuple(examples))


def write_summary(store: Store, lost: tuple[Failure, ...] = ()) -> Total:
    """Writes the page beside the tables; the same archive gives the same page. ``lost``: shards that this run could not do."""
    from jinja2 import Environment

    total = total_of(store)
    total = msgspec.structs.replace(total, examples=(*lost, *total.examples)[:EXAMPLES])
    counts = total.counts
    rows = [
        ("shards done", total.shards),
        ("shards that the last run could not do", len(lost)),
        ("reports", counts.documents),
        ("coded", counts.coded),
        ("left out", counts.skipped),
        ("failed", counts.failed),
        ("sentences parsed", counts.parsed),
        ("sentences passed over, about", counts.passed_over),
        ("claims", counts.claims),
    ]
    page = Environment(autoescape=True).from_string(TEMPLATE).render(total=total, rows=rows, most=EXAMPLES)
    store.write(PAGE, page.encode("utf-8"))
    return total
