"""Other people's parsers: tiny models of spaCy, Stanza and UDPipe, trained here on sentences of our own, and stand-ins of their shape."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from onrecord.errors import ModelError
from onrecord.parse import SpacyParser, StanzaParser, UdpipeParser
from onrecord.parse.adapters import _import
from onrecord.records import Block, BlockKind, Document, Parse, text_sha256

TEXT = "Army retreats\nIt didn't fire."
BLOCKS = (Block(span=(0, 13), kind=BlockKind.HEADLINE, paragraph=0), Block(span=(14, 29), kind=BlockKind.BODY, paragraph=1))
DOCUMENT = Document(id="doc-1", text=TEXT, sha256=text_sha256(TEXT), blocks=BLOCKS)
# form, lemma, UPOS, head, relation
ROWS = {
    "Army retreats": [("Army", "army", "NOUN", 2, "nsubj"), ("retreats", "retreat", "VERB", 0, "root")],
    "It didn't fire.": [
        ("It", "it", "PRON", 4, "nsubj"),
        ("did", "do", "AUX", 4, "aux"),
        ("n't", "not", "PART", 4, "advmod"),
        ("fire", "fire", "VERB", 0, "root"),
        (".", ".", "PUNCT", 4, "punct"),
    ],
}


def check(found: Parse, name: str) -> None:
    assert [token.text for token in found.tokens] == ["Army", "retreats", "It", "did", "n't", "fire", "."]
    assert all(found.text_of(token.span) == token.text for token in found.tokens)
    assert [token.head for token in found.tokens] == [1, -1, 5, 5, 5, -1, 5]
    assert [token.deprel for token in found.tokens][1] == "root"
    assert [sentence.kind for sentence in found.sentences] == [BlockKind.HEADLINE, BlockKind.BODY]
    assert (found.signals, found.parser) == (None, name)


def test_spacy_parser_reads_block_by_block() -> None:
    class Pipeline:
        def __init__(self) -> None:
            self.meta = {"lang": "en", "name": "tiny_ud"}

        def __call__(self, text: str) -> Any:
            rows = ROWS[text]
            tokens = [
                SimpleNamespace(i=at, text=form, lemma_=lemma, pos_=upos, tag_="", morph="", dep_="ROOT" if not head else relation)
                for at, (form, lemma, upos, head, relation) in enumerate(rows)
            ]
            for token, row in zip(tokens, rows, strict=True):
                token.head = tokens[row[3] - 1] if row[3] else token
            return SimpleNamespace(sents=[[*tokens, SimpleNamespace(i=99, text=" ")]])

    (found,) = SpacyParser(Pipeline()).parse([DOCUMENT])
    check(found, "spacy/en_tiny_ud")


def test_stanza_parser_splits_contractions() -> None:
    class Pipeline:
        lang = "en"

        def __call__(self, text: str) -> Any:
            words = [
                SimpleNamespace(text=form, lemma=lemma, upos=upos, xpos=None, feats=None, head=head, deprel=relation)
                for form, lemma, upos, head, relation in ROWS[text]
            ]
            return SimpleNamespace(sentences=[SimpleNamespace(tokens=list(self._tokens(words)))])

        def _tokens(self, words: list[Any]) -> Iterator[Any]:
            waiting = list(words)
            while waiting:
                size = 2 if waiting[0].text == "did" else 1
                part, waiting = waiting[:size], waiting[size:]
                yield SimpleNamespace(text="".join(word.text for word in part), words=part)

    (found,) = StanzaParser(Pipeline()).parse([DOCUMENT])
    check(found, "stanza/en")


def test_udpipe_parser_reads_conllu() -> None:
    class Pipeline:
        def process(self, text: str) -> str:
            lines = ["# newdoc", "# newpar"]
            for at, (form, lemma, upos, head, relation) in enumerate(ROWS[text], 1):
                if form == "did":
                    lines.append(f"{at}-{at + 1}\tdidn't" + "\t_" * 8)
                lines.append(f"{at}\t{form}\t{lemma}\t{upos}\t_\t_\t{head}\t{relation}\t_\t_")
            return "\n".join(lines) + "\n\n"

    (found,) = UdpipeParser(Pipeline()).parse([DOCUMENT])
    check(found, "udpipe/pipeline")


def test_missing_library_is_named_with_its_extra() -> None:
    with pytest.raises(ModelError, match=r"pip install 'onrecord\[stanza\]'"):
        _import("stanza_that_nobody_has", "stanza")


def gold_sentences() -> list[str]:
    """Conflict sentences of our own, as CoNLL-U blocks."""
    return (Path(__file__).parent.parent / "evaluation/gold/ud/conflict.conllu").read_text(encoding="utf-8").strip().split("\n\n")[:24]


def check_learned(found: Parse, name: str) -> None:
    """A parse of the first gold sentence by a model that was trained on it."""
    rows = [line.split("\t") for line in gold_sentences()[0].split("\n") if line[0].isdigit()]
    assert [token.text for token in found.tokens] == [row[1] for row in rows]
    assert all(found.text_of(token.span) == token.text for token in found.tokens)
    assert sum(token.upos == row[3] for token, row in zip(found.tokens, rows, strict=True)) >= len(rows) - 2
    assert sum(token.head + 1 == int(row[6]) for token, row in zip(found.tokens, rows, strict=True)) > len(rows) // 2
    assert (len(found.sentences), found.parser) == (1, name)


def learned_document() -> Document:
    text = gold_sentences()[0].split("# text = ")[1].split("\n")[0]
    return Document(id="doc-2", text=text, sha256=text_sha256(text))


@pytest.mark.slow
def test_spacy_parser_runs_a_pipeline_trained_here(tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy")
    from spacy.tokens import Doc
    from spacy.training import Example

    spacy.util.fix_random_seed(1)
    pipeline = spacy.blank("en")
    for name in ("morphologizer", "parser"):
        pipeline.add_pipe(name)
    examples = []
    for block in gold_sentences():
        rows = [line.split("\t") for line in block.split("\n") if line[0].isdigit()]
        words, spaces = [row[1] for row in rows], ["SpaceAfter=No" not in row[9] for row in rows]
        heads = [int(row[6]) - 1 if row[6] != "0" else at for at, row in enumerate(rows)]
        gold = Doc(pipeline.vocab, words, spaces, pos=[row[3] for row in rows], heads=heads, deps=[row[7] for row in rows])
        examples.append(Example(Doc(pipeline.vocab, words, spaces), gold))
    optimizer = pipeline.initialize(lambda: examples)
    for _ in range(25):
        pipeline.update(examples, sgd=optimizer)
    pipeline.to_disk(tmp_path / "tiny")
    (found,) = SpacyParser(tmp_path / "tiny").parse([learned_document()])
    check_learned(found, "spacy/en_pipeline")


def stanza_files(folder: Path) -> None:
    """The gold sentences as Stanza's trainers want them: CoNLL-U, and the text with a label per letter (1 ends a word, 2 a sentence)."""
    text = labels = ""
    for block in gold_sentences():
        rows = [line.split("\t") for line in block.split("\n") if line[0].isdigit()]
        for row in rows:
            ends, space = "2" if row is rows[-1] else "1", row is rows[-1] or "SpaceAfter=No" not in row[9]
            text, labels = text + row[1] + " " * space, labels + "0" * (len(row[1]) - 1) + ends + "0" * space
    contents = {"gold.conllu": "\n\n".join(gold_sentences()) + "\n\n", "gold.txt": text, "gold.labels": labels}
    for name, content in (contents | {"contractions.json": "[]", "resources.json": "{}"}).items():
        (folder / name).write_text(content, encoding="utf-8")


@pytest.mark.slow
def test_stanza_parser_runs_models_trained_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("stanza")
    import torch
    from stanza.models import lemmatizer, parser, tagger, tokenizer

    torch.set_num_threads(1)
    monkeypatch.chdir(tmp_path)
    stanza_files(tmp_path)
    names = ("tokenize", "pos", "lemma", "depparse")
    saved = {name: ["--shorthand", "en_tiny", "--save_dir", str(tmp_path), "--save_name", f"{name}.pt"] for name in names}
    gold = "--train_file gold.conllu --eval_file gold.conllu".split()
    small = "--lang en --no_pretrain --no_char --num_layers 1 --max_steps 100 --eval_interval 100 --dropout 0 --word_dropout 0".split()
    texts = "--txt_file gold.txt --label_file gold.labels --dev_txt_file gold.txt --dev_label_file gold.labels --dev_conll_gold gold.conllu"
    short = "--lang en --mwt_json_file contractions.json --no_use_mwt --steps 40 --eval_steps 40 --batch_size 8 --max_seqlen 200 --lr0 0.01"
    tokenizer.main([*saved["tokenize"], *texts.split(), *short.split(), "--dropout", "0", "--unit_dropout", "0"])
    tagger.main([*saved["pos"], *gold, *small, "--hidden_dim", "32", "--deep_biaff_hidden_dim", "32"])
    lemmatizer.main([*saved["lemma"], *gold, "--dict_only"])
    widths = "--hidden_dim 48 --deep_biaff_hidden_dim 48 --deep_biaff_output_dim 32 --no_xpos --no_ufeats --optim adam --lr 0.005"
    parser.main([*saved["depparse"], *gold, *small, *widths.split(), "--no_checkpoint", "--no_second_optim"])
    paths = {f"{name}_model_path": str(tmp_path / f"{name}.pt") for name in names}
    trained = StanzaParser("en", processors=",".join(names), dir=str(tmp_path), allow_unknown_language=True, **paths)
    (found,) = trained.parse([learned_document()])
    check_learned(found, "stanza/en")


@pytest.mark.slow
def test_udpipe_parser_runs_a_model_trained_here(tmp_path: Path) -> None:
    udpipe = pytest.importorskip("ufal.udpipe")
    reader, sentences, error = udpipe.InputFormat.newConlluInputFormat(), udpipe.Sentences(), udpipe.ProcessingError()
    reader.setText("\n\n".join(gold_sentences()) + "\n\n")
    while reader.nextSentence(sentence := udpipe.Sentence(), error):
        sentences.append(sentence)
    options = (
        "dimension=16;epochs=1;batch_size=10;initialization_range=0.1",
        "models=1;templates_1=tagger;guesser_suffix_rules_1=4;iterations_1=5",
        "embedding_form=0;embedding_upostag=20;embedding_deprel=20;iterations=10;hidden_layer=50;"
        "transition_system=projective;transition_oracle=dynamic;structured_interval=0",
    )
    path = tmp_path / "tiny.udpipe"
    path.write_bytes(udpipe.Trainer.train("morphodita_parsito", sentences, udpipe.Sentences(), *options, error))
    (found,) = UdpipeParser(path).parse([learned_document()])
    check_learned(found, "udpipe/tiny")


def test_udpipe_parser_refuses_what_is_no_model(tmp_path: Path) -> None:
    pytest.importorskip("ufal.udpipe")
    (tmp_path / "no.udpipe").write_bytes(b"no model")
    with pytest.raises(ModelError, match=r"name a \.udpipe file"):
        UdpipeParser(tmp_path / "no.udpipe")
