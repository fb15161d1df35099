import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.records import BlockKind, Document, Parse, ParsedSentence

SENTENCE = re.compile(r"[^.!?\n]+[.!?]*[”\"’']*")


def parse_of(text):
    """Sentences cut at full stops, no words: the state machine reads characters."""
    paragraphs = [match.start() for match in re.finditer(r"\n|^", text)]
    sentences = tuple(
        ParsedSentence(span=match.span(), kind=BlockKind.BODY, paragraph=sum(at <= match.start() for at in paragraphs), first=0, end=0)
        for match in SENTENCE.finditer(text)
    )
    return Parse(document=Document(id="d", text=text, sha256=""), sentences=sentences, tokens=())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“A b,” he said. “C d.”", ["“A b,”", "“C d.”"]),
        ('"A b," he said. "C d."', ['"A b,"', '"C d."']),
        ("‘A b,’ he said.", ["‘A b,’"]),
        ("«A b», he said.", ["«A b»"]),
        ("„A b“, he said.", ["„A b“"]),
        ("»A b«, he said.", ["»A b«"]),
        ("He said ``A b''.", ["``A b''"]),
        ("“He said ‘go’ to us,” she said.", ["“He said ‘go’ to us,”", "‘go’"]),
        ("It's the rebels' fault.", []),
        ("The ’90s and the soldiers’ camp.", []),
        ("He said it. ” Then he left.", []),
        ("He said “it is over. Then he left. Nobody came.", ["“it is over."]),
        ("\u200f“A b”\u200e, he said.", ["“A b”"]),
    ],
)
def test_find_quotations(text, expected):
    assert expected == [text[slice(*one.span)] for one in parse_of(text).quotations]


def test_a_quotation_that_reopens_continues():
    found = parse_of("“A b.\n“C d.\n“E f,” he said.\n“G h,” she said.").quotations
    assert [one.continues for one in found] == [None, 0, 1, None]
    assert [one.closed for one in found] == [False, False, True, True]


def test_an_unclosed_mark_does_not_reach_the_next_paragraph():
    text = "“A b, he said. C d.\nE f “g” h."
    assert [text[slice(*one.span)].strip() for one in parse_of(text).quotations] == ["“A b, he said.", "“g”"]


@given(st.text(alphabet="ab .,\n“”‘’\"'«»„`\u200f", max_size=200))
def test_any_text_gives_spans_of_it_in_order(text):
    found = parse_of(text).quotations
    assert all(0 <= one.span[0] <= one.inner[0] < one.inner[1] <= one.span[1] <= len(text) for one in found)
    assert [one.span[0] for one in found] == sorted(one.span[0] for one in found)
    assert all(one.continues is None or one.continues < number for number, one in enumerate(found))
