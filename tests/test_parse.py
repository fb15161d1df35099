"""The shipped parser: offsets, trees, independence of the batch, odd text, damaged files."""

from __future__ import annotations

import json
import pickle
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from onrecord.errors import ModelError, UsageError
from onrecord.parse import OnnxParser
from onrecord.parse.model import MODEL_DIR
from onrecord.parse.trees import is_tree
from onrecord.records import Block, BlockKind, Document, Parse, text_sha256

pytestmark = pytest.mark.skipif(not (MODEL_DIR / "MANIFEST.json").exists(), reason="the language model is not built")

REPORT = """Army shells northern town
At least nine civilians were killed and dozens injured on Tuesday, a monitor said. "We don't know who fired," Gen. Saleh's spokesman said.
He denied that the army’s forces had shot and wounded protesters in Maraq."""


def document(text: str, **more: object) -> Document:
    return Document(id="doc-1", text=text, sha256=text_sha256(text), **more)  # type: ignore[arg-type]


def parse(text: str, parser: OnnxParser | None = None) -> Parse:
    (found,) = (parser or OnnxParser()).parse([document(text)])
    return found


def check(found: Parse) -> None:
    """Everything that holds of any parse."""
    end = 0
    for token in found.tokens:
        assert end <= token.span[0] < token.span[1]
        assert token.text == found.text_of(token.span)
        assert token.lemma
        end = token.span[1]
    first = 0
    for sentence in found.sentences:
        assert sentence.first == first < sentence.end
        heads = [token.head - first + 1 if token.head >= 0 else 0 for token in found.tokens[first : sentence.end]]
        assert is_tree(heads)
        first = sentence.end
    assert first == len(found.tokens)
    if found.signals and found.signals.factuality:
        assert len(found.signals.factuality) == len(found.tokens)


def test_parse_gives_words_lemmas_and_trees() -> None:
    found = parse("The army didn't shell Maraq, officials said.")
    check(found)
    assert [token.text for token in found.tokens] == ["The", "army", "did", "n't", "shell", "Maraq", ",", "officials", "said", "."]
    assert [token.lemma for token in found.tokens] == ["the", "army", "do", "not", "shell", "Maraq", ",", "official", "say", "."]
    by_text = {token.text: token for token in found.tokens}
    assert by_text["army"].head == by_text["shell"].index
    assert by_text["army"].deprel == "nsubj"
    assert by_text["officials"].head == by_text["said"].index


def test_parse_reads_shot_and_wounded_as_verbs() -> None:
    found = parse("Security forces shot and wounded three protesters.")
    assert {token.text: token.upos for token in found.tokens}["shot"] == "VERB"
    assert {token.text: token.lemma for token in found.tokens}["shot"] == "shoot"


def test_parse_keeps_the_second_event_of_a_gapped_clause() -> None:
    found = parse("21 were killed and dozens injured.")
    injured = found.tokens[5]
    assert (injured.text, injured.upos, injured.deprel, injured.head) == ("injured", "VERB", "conj", 2)


def test_parse_never_joins_a_headline_to_the_body() -> None:
    found = parse(REPORT)
    check(found)
    assert found.text_of(found.sentences[0].span) == "Army shells northern town"
    assert len(found.sentences) == 4


def test_parse_takes_kind_and_paragraph_from_blocks() -> None:
    text = "Army shells town The town was hit."
    blocks = (Block(span=(0, 16), kind=BlockKind.HEADLINE, paragraph=0), Block(span=(17, 34), kind=BlockKind.BODY, paragraph=1))
    (found,) = OnnxParser().parse([document(text, blocks=blocks)])
    assert [(each.kind, each.paragraph) for each in found.sentences] == [(BlockKind.HEADLINE, 0), (BlockKind.BODY, 1)]


def _texts() -> list[str]:
    rng = random.Random(7)
    words = "the army rebels shelled killed civilians in Maraq on Tuesday , said that officials had been and wounded 12 near a town"
    vocabulary = words.split()
    return [" ".join(rng.choice(vocabulary) for _ in range(rng.randint(1, 70))) + "." for _ in range(60)] + [REPORT]


def test_parse_is_the_same_bits_in_any_batch_and_order() -> None:
    parser, texts = OnnxParser(), _texts()
    alone = [parse(text, parser) for text in texts]
    together = list(parser.parse(document(text) for text in texts))
    order = list(range(len(texts)))
    random.Random(3).shuffle(order)
    shuffled = dict(zip(order, parser.parse(document(texts[at]) for at in order), strict=True))
    for at, expected in enumerate(alone):
        for found in (together[at], shuffled[at]):
            assert expected.tokens == found.tokens
            assert expected.signals == found.signals


def test_read_gives_the_same_probabilities_in_any_batch() -> None:
    parser = OnnxParser()
    every_length = ["army " * size for size in range(1, 80)] + ["shelled " * size for size in range(1, 80)]
    samples = list(parser._samples(parser._prepare(document(text)) for text in [*_texts(), *every_length]))
    together = parser.model.read(samples)
    for sample, expected in zip(samples, together, strict=True):
        (alone,) = parser.model.read([sample])
        assert expected.heads == alone.heads
        assert all((expected.outputs[name] == alone.outputs[name]).all() for name in expected.outputs)


def test_signals_of_clean_weights_leave_out_attribution() -> None:
    found = parse(REPORT, OnnxParser(weights="clean"))
    assert found.signals is not None
    assert found.parser.endswith("/clean")
    assert (found.signals.attribution, found.signals.roles, found.signals.sentence_class) == ((), (), ())
    assert any(value is not None for value in found.signals.factuality)


def test_weights_share_their_trees() -> None:
    assert parse(REPORT).tokens == parse(REPORT, OnnxParser(weights="clean")).tokens


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "a" * 10_000,
        "\n" * 5_000,
        "🙂 👨\u200d👩\u200d👧 killed 🇸🇾.",
        "\u202eevil\u202c text \u2067here\u2069.",
        "one\x00two died.",
        "bad \ud800 surrogate \udfff.",
        "e\u0301 a\u0308 ने 軍隊 Москва عربي.",
        ".",
        "—",
        "!!!!! ?? ...",
        "1,1" * 4000,
        "\ufeffThe end.",
        "('" * 500,
    ],
)
def test_parse_takes_odd_text(text: str) -> None:
    started = time.process_time()
    check(parse(text))
    assert time.process_time() - started < 20


def test_parse_reads_a_sentence_of_two_thousand_words_in_windows() -> None:
    found = parse("The army shelled the town and the rebels fled , but " * 180 + "nobody died.")
    check(found)
    assert len(found.sentences) == 1


@pytest.mark.slow
def test_parse_takes_linear_time_on_a_long_document() -> None:
    parser = OnnxParser()
    parse(REPORT, parser)
    times = []
    for repeats in (20, 200):
        started = time.process_time()
        check(parse("\n".join([REPORT] * repeats), parser))
        times.append(time.process_time() - started)
    assert times[1] < 20 * times[0]


MEMORY_OF_LONG_DOCUMENT = """
import sys
from onrecord.parse import OnnxParser
from onrecord.records import Document, text_sha256
text = sys.stdin.read() * 600
(parse,) = OnnxParser().parse([Document(id="doc-1", text=text, sha256=text_sha256(text))])
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))  # ru_maxrss would begin with the parent's
print(len(parse.tokens), peak)
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_parse_of_a_long_document_keeps_to_its_memory() -> None:
    done = subprocess.run([sys.executable, "-c", MEMORY_OF_LONG_DOCUMENT], input=REPORT, capture_output=True, text=True, check=True)
    words, kilobytes = map(int, done.stdout.split())
    assert words > 25_000
    assert kilobytes < 350 * 1024


def test_parser_survives_pickling() -> None:
    parser = pickle.loads(pickle.dumps(OnnxParser(threads=2)))
    assert parser.threads == 2


def test_parser_refuses_unknown_options() -> None:
    with pytest.raises(UsageError, match="full, clean"):
        OnnxParser(weights="dirty")
    with pytest.raises(UsageError, match="at least 1"):
        OnnxParser(threads=0)


def test_parser_refuses_a_damaged_file_with_the_expected_hash(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(MODEL_DIR, folder)
    expected = json.loads((folder / "MANIFEST.json").read_text())["files"]["labels.json"]
    (folder / "labels.json").write_text("{}")
    with pytest.raises(ModelError, match=rf"labels\.json: sha256 is \w+, expected {expected}"):
        parse("Nine died.", OnnxParser(model_dir=folder))


def test_parser_refuses_a_folder_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no language model here"):
        parse("Nine died.", OnnxParser(model_dir=tmp_path))


def test_parser_refuses_another_format(tmp_path: Path) -> None:
    (tmp_path / "MANIFEST.json").write_text('{"format": 99, "files": {}}')
    with pytest.raises(ModelError, match="model format 99, this version reads 1"):
        parse("Nine died.", OnnxParser(model_dir=tmp_path))
