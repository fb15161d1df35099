"""Scores the main text of web pages: our page templates filled with our example reports, by both extractors.

usage: python -m evaluation.pages [--errors]
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from lxml import html as lxml_html

from evaluation.board import ratios
from onrecord.ingest.fast_text import extract_main_fast
from onrecord.ingest.header import read_header
from onrecord.ingest.html import page_text
from onrecord.ingest.main_text import extract_main
from onrecord.ingest.metadata import read_metadata

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = Path(__file__).parent / "gold/pages"
MARK = re.compile(r"\sdata-gold(?=[\s>])")
WORD = re.compile(r"\w+")
# Runs of four words: a page's own words come back, in their order, or they do not.
RUN = 4

Extract = Callable[[str], Sequence[str]]
EXTRACTORS: dict[str, Extract] = {
    "pages (trafilatura)": extract_main,
    "archives (Resiliparse)": lambda page: extract_main_fast(page, "page"),
}


def main(arguments: list[str]) -> int:
    pages = list(filled_pages())
    print(f"{len(pages)} pages: {len(list(TEMPLATES.glob('*.html')))} templates, each with every report of examples/")
    for name, extract in EXTRACTORS.items():
        scores = score(pages, extract, errors="--errors" in arguments)
        print(f"\n{name:30}{'P':>8}{'R':>8}{'F1':>8}")
        for template, counts in sorted(scores.items()):
            print(f"{template:30}{''.join(f'{value:8.3f}' for value in ratios(*counts))}")
        print(f"{'mean of the templates':30}{''.join(f'{value:8.3f}' for value in mean_ratios(scores))}")
    return 0


def filled_pages(*, length: int = 1) -> Iterator[tuple[str, str, str]]:
    """Template, page without marks, gold text: for every template and every example report, each with as many reports' paragraphs."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    reports = [_report(path) for path in sorted((ROOT / "examples").glob("*.txt"))]
    for template in sorted(TEMPLATES.glob("*.html")):
        for number, (title, body) in enumerate(reports):
            more = reports[(number + 1) % len(reports)][1]
            long = [line for at in range(1, length) for line in reports[(number + at) % len(reports)][1]]
            marked = environment.get_template(template.name).render(title=title, body=body + long, more=more)
            yield template.stem, MARK.sub("", marked), _gold(marked)


def score(pages: Sequence[tuple[str, str, str]], extract: Extract, *, errors: bool = False) -> dict[str, tuple[int, int, int]]:
    """For each template: runs of words in common, extracted, in the gold."""
    found: dict[str, tuple[int, int, int]] = {}
    for template, page, gold in pages:
        text = page_text(extract(page), read_metadata(page))
        ours, theirs = _runs(text), _runs(gold)
        common, ours_n, theirs_n = found.get(template, (0, 0, 0))
        found[template] = (common + (ours & theirs).total(), ours_n + ours.total(), theirs_n + theirs.total())
        if errors:
            _print_errors(template, text, gold)
    return found


def mean_ratios(scores: dict[str, tuple[int, int, int]]) -> tuple[float, ...]:
    """Each of them, as the mean over the templates."""
    rows = [ratios(*counts) for counts in scores.values()]
    return tuple(sum(column) / len(rows) for column in zip(*rows, strict=True))


def _report(path: Path) -> tuple[str, list[str]]:
    text = path.read_text("utf-8")
    title, *body = [line for line in text[read_header(text, path.name).length :].split("\n") if line.strip()]
    return title, body


def _gold(marked: str) -> str:
    tree = lxml_html.fromstring(marked)
    return "\n".join(" ".join(" ".join(node.itertext()).split()) for node in tree.xpath("//*[@data-gold]"))


def _runs(text: str) -> Counter[tuple[str, ...]]:
    words = WORD.findall(text.casefold())
    return Counter(tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1))


def _print_errors(template: str, text: str, gold: str) -> None:
    squeezed, wanted = " ".join(text.split()), " ".join(gold.split())
    for line in filter(None, gold.split("\n")):
        if line not in squeezed:
            print(f"  {template} lost: {line[:110]}")
    for line in filter(None, text.split("\n")):
        if " ".join(line.split()) not in wanted:
            print(f"  {template} leaked: {line[:110]}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
