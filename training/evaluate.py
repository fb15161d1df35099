"""Scores a model folder from raw text, as onrecord runs it: ``python -m training.evaluate [--model DIR] [--weights clean] [--only parse]``.

Figures are printed as JSON lines. Words of the treebanks are matched by their characters, so wrong tokens and sentences cost their due.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from onrecord.parse import OnnxParser
from onrecord.records import Block, BlockKind, Document, Parse, text_sha256
from training.boundaries import boundary_scores, development_sets
from training.scores import event_pairs_scores, macro_f1, precision_recall
from training.spans import ATTRIBUTION, read_attributions, read_entities, read_role_texts
from training.ud import Paragraph, Sentence, read_paragraphs, read_records

GOLD_UD = Path("evaluation/gold/ud")
SPEED_WORDS = 40_000


def make_document(name: str, paragraphs: Iterable[str]) -> Document:
    """A document with one block per paragraph."""
    blocks, parts, at = [], [], 0
    for number, text in enumerate(paragraphs):
        blocks.append(Block(span=(at, at + len(text)), kind=BlockKind.BODY, paragraph=number))
        parts.append(text)
        at += len(text) + 1
    text = "\n".join(parts)
    return Document(id=name, text=text, sha256=text_sha256(text), blocks=tuple(blocks))


def treebank_documents(paragraphs: Iterable[Paragraph]) -> Iterator[tuple[Document, list[tuple[Sentence, int]]]]:
    """Documents with their gold sentences and where each begins in the text."""
    grouped: dict[str, list[Paragraph]] = {}
    for paragraph in paragraphs:
        grouped.setdefault(paragraph.document, []).append(paragraph)
    for name, members in grouped.items():
        texts, placed, at = [], [], 0
        for paragraph in members:
            start, text = at, ""
            for sentence in paragraph.sentences:
                placed.append((sentence, start + len(text)))
                text += "".join(word + " " * space for word, space in zip(sentence.words, sentence.spaces, strict=True))
            texts.append(text)
            at += len(text) + 1
        yield make_document(name, texts), placed


def gold_words(placed: list[tuple[Sentence, int]]) -> dict[tuple[int, int], dict[str, Any]]:
    """Gold columns by the span of each word; a head is named by its span, the root by None."""
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for sentence, start in placed:
        spans, at = [], start
        for word, space in zip(sentence.words, sentence.spaces, strict=True):
            spans.append((at, at + len(word)))
            at += len(word) + space
        for number, span in enumerate(spans):
            head = sentence.heads[number]
            found[span] = {
                "upos": sentence.upos[number], "feats": sentence.feats[number], "lemma": sentence.lemmas[number],
                "head": spans[head - 1] if head else None, "deprel": sentence.deprels[number].split(":")[0],
                "sentence": (spans[0][0], spans[-1][1]), "text": sentence.words[number],
            }  # fmt: skip
    return found


def parse_scores(parser: OnnxParser, paragraphs: list[Paragraph]) -> dict[str, float]:
    """F1 of words, sentences, UPOS, FEATS, lemmas, UAS and LAS (universal relations) from raw text, in per cent."""
    right: Counter[str] = Counter()
    gold_count = found_count = gold_sentences = found_sentences = 0
    pairs = list(treebank_documents(paragraphs))
    for (_, placed), parse in zip(pairs, parser.parse(document for document, _ in pairs), strict=True):
        gold = gold_words(placed)
        gold_count, found_count = gold_count + len(gold), found_count + len(parse.tokens)
        spans = {each["sentence"] for each in gold.values()}
        gold_sentences, found_sentences = gold_sentences + len(spans), found_sentences + len(parse.sentences)
        right["sentences"] += sum(sentence.span in spans for sentence in parse.sentences)
        for token in parse.tokens:
            want = gold.get(token.span)
            if want is None:
                continue
            arc = want["head"] == (parse.tokens[token.head].span if token.head >= 0 else None)
            right["words"] += 1
            right["upos"] += token.upos == want["upos"]
            right["feats"] += token.feats == want["feats"]
            right["lemma"] += token.lemma == want["lemma"]
            right["uas"] += arc
            right["las"] += arc and token.deprel.split(":")[0] == want["deprel"]
    scores = {name: round(200 * right[name] / (gold_count + found_count), 2) for name in ("words", "upos", "feats", "lemma", "uas", "las")}
    return scores | {"sentences": round(200 * right["sentences"] / (gold_sentences + found_sentences), 2), "gold_words": gold_count}


def evaluate_parse(parser: OnnxParser) -> Iterator[dict[str, Any]]:
    for name, paragraphs in development_sets().items():
        yield {"set": name, **parse_scores(parser, paragraphs)}
    for path in sorted(GOLD_UD.glob("*.conllu")):
        with path.open(encoding="utf-8") as lines:
            yield {"set": f"gold/{path.stem}", **parse_scores(parser, list(read_paragraphs(lines)))}


def evaluate_boundaries(parser: OnnxParser) -> Iterator[dict[str, Any]]:
    for name, paragraphs in development_sets().items():
        yield {"set": f"boundaries/{name}", **boundary_scores(parser.model.boundaries, paragraphs)}


def evaluate_entities(parser: OnnxParser) -> Iterator[dict[str, Any]]:
    """Spans and types on re3d documents that training did not see: all spans, and the outermost ones alone."""
    _, held_out = read_entities(parser.model.boundaries)
    texts: dict[str, str] = {}
    gold: dict[str, set[Any]] = {}
    for sentence in held_out:
        texts[sentence.document] = sentence.text
        for layer in ("entity", "nested"):
            gold.setdefault(sentence.document, set()).update((label, start, end) for label, start, end in sentence.gold[layer])
    found = {}
    for name, parse in zip(texts, parser.parse(make_document(name, text.split("\n")) for name, text in texts.items()), strict=True):
        found[name] = {(str(each.label), *_characters(parse, each.first, each.end)) for each in parse.signals.entities}  # type: ignore[union-attr]
    gold = {name: {("NUMBER" if label == "MONEY" else label, start, end) for label, start, end in spans} for name, spans in gold.items()}
    golds, founds = [gold[name] for name in texts], [found[name] for name in texts]
    yield {"set": "re3d held out, all spans", **precision_recall(golds, founds)}
    yield {"set": "re3d held out, outermost", **precision_recall(map(_outermost, golds), map(_outermost, founds))}
    for label in sorted({each[0] for spans in golds for each in spans}):
        yield {"set": f"re3d held out, {label}", **precision_recall(_of_label(golds, label), _of_label(founds, label))}


def _of_label(spans: list[set[Any]], label: str) -> Iterator[set[Any]]:
    for each in spans:
        yield {span for span in each if span[0] == label}


def _outermost(spans: set[Any]) -> set[Any]:
    return {one for one in spans if not any(other != one and other[1] <= one[1] and one[2] <= other[2] for other in spans)}


def _characters(parse: Parse, first: int, end: int) -> tuple[int, int]:
    return parse.tokens[first].span[0], parse.tokens[end - 1].span[1]


def evaluate_attribution(parser: OnnxParser) -> Iterator[dict[str, Any]]:
    """Word-level precision, recall and F1 of source, cue and content on PolNeAR's development part."""
    gold: dict[str, dict[str, set[int]]] = {}
    texts: dict[str, str] = {}
    for sentence in read_attributions("polnear_dev", parser.model.boundaries):
        texts[sentence.document] = sentence.text
        marks = gold.setdefault(sentence.document, {layer: set() for layer in ATTRIBUTION})
        for layer in ATTRIBUTION:
            for _, start, end in sentence.gold[layer]:
                marks[layer].update(one for one, other in sentence.spans if one < end and start < other)
    found: dict[str, dict[str, set[int]]] = {}
    for name, parse in zip(texts, parser.parse(make_document(name, text.split("\n")) for name, text in texts.items()), strict=True):
        found[name] = {layer: set() for layer in ATTRIBUTION}
        for each in parse.signals.attribution:  # type: ignore[union-attr]
            found[name][each.label].update(parse.tokens[at].span[0] for at in range(each.first, each.end))
    for layer in ATTRIBUTION:
        golds, founds = [gold[name][layer] for name in texts], [found[name][layer] for name in texts]
        yield {"set": f"polnear dev, {layer}, words", **precision_recall(golds, founds)}


def evaluate_roles(parser: OnnxParser) -> Iterator[dict[str, Any]]:
    """Exact spans with their role on held-out CAMEO sentences."""
    texts = read_role_texts()
    found: list[set[Any]] = []
    for parse in parser.parse(make_document(str(number), [text]) for number, (text, _) in enumerate(texts)):
        assert parse.signals is not None
        found += [{(each.label, *_characters(parse, each.first, each.end)) for each in parse.signals.roles}]
    yield {"set": "cameo_roles held out", **precision_recall([spans for _, spans in texts], found)}


def evaluate_classes(parser: OnnxParser) -> Iterator[dict[str, Any]]:
    """Accuracy and macro-F1 on held-out CAMEO sentences."""
    from training.spans import is_held_out

    records: list[Any] = [each for each in read_records("events/cameo_class_train") if is_held_out(str(each["text"]))]
    pairs: Counter[tuple[int, int]] = Counter()
    parses = parser.parse(make_document(each["id"], [each["text"]]) for each in records)
    for record, parse in zip(records, parses, strict=True):
        sums = [sum(column) for column in zip(*parse.signals.sentence_class, strict=True)]  # type: ignore[union-attr]
        pairs[record["label"], sums.index(max(sums)) if sums else 0] += 1
    yield {"set": "cameo_class held out", **macro_f1(pairs)}


def evaluate_factuality(parser: OnnxParser) -> Iterator[dict[str, Any]]:
    """UDS-IH2 development part, raw sentences: error and correlation where an event is found, and how many are."""
    records: list[Any] = read_records("factuality/uds_ih2_dev")
    texts = list(dict.fromkeys(str(each["text"]) for each in records))
    values: dict[tuple[str, int], float] = {}
    for text, parse in zip(texts, parser.parse(make_document(str(number), [text]) for number, text in enumerate(texts)), strict=True):
        for token, value in zip(parse.tokens, parse.signals.factuality, strict=True):  # type: ignore[union-attr]
            if value is not None:
                values[text, token.span[0]] = value
    pairs = [(float(each["value"]), values.get((each["text"], each["pred"][0]))) for each in records]
    known = [(gold, found) for gold, found in pairs if found is not None]
    yield {"set": "uds_ih2 dev", **event_pairs_scores(known), "found": len(known) / len(pairs)}


def evaluate_speed(parser: OnnxParser) -> Iterator[dict[str, Any]]:
    """Words per second of processor time, one thread, on MUC-4 texts; load time and peak memory of this process."""
    started = time.perf_counter()
    parser.model  # noqa: B018  loads it
    loaded = time.perf_counter() - started
    documents, count = [], 0
    for record in read_records("events/muc4_train_dev"):
        text = str(record["text"])
        documents.append(make_document(str(len(documents)), text.split("\n")))
        count += len(text.split())
        if count >= SPEED_WORDS:
            break
    list(parser.parse(documents[:5]))
    started = time.process_time()
    words = sum(len(parse.tokens) for parse in parser.parse(documents))
    batch = time.process_time() - started
    started = time.process_time()
    single = sum(len(next(iter(parser.parse([document]))).tokens) for document in documents[:40])
    alone = time.process_time() - started
    yield from _tokenizer_alone(documents)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield {"set": "muc4", "words_per_s": round(words / batch), "words_per_s_document_by_document": round(single / alone)}
    yield {"set": "muc4", "load_s": round(loaded, 2), "peak_mb_with_torch": round(memory)}


def _tokenizer_alone(documents: list[Document]) -> Iterator[dict[str, Any]]:
    """The measure beside ours in the same run: spaCy's English tokenizer on the same texts, where it is installed."""
    try:
        import spacy
    except ImportError:
        return
    tokenize = spacy.blank("en").tokenizer
    started = time.process_time()
    words = sum(len(tokenize(document.text)) for document in documents)
    yield {"set": "muc4, spaCy's tokenizer alone", "words_per_s": round(words / (time.process_time() - started))}


PARTS = {
    "speed": evaluate_speed,
    "parse": evaluate_parse,
    "boundaries": evaluate_boundaries,
    "entities": evaluate_entities,
    "attribution": evaluate_attribution,
    "roles": evaluate_roles,
    "classes": evaluate_classes,
    "factuality": evaluate_factuality,
}
NEED_SIGNALS = ("attribution", "roles", "classes")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--model", type=Path)
    options.add_argument("--weights", default="full")
    options.add_argument("--threads", type=int, default=1)
    options.add_argument("--only", nargs="*", choices=list(PARTS), default=list(PARTS))
    chosen = options.parse_args()
    parser = OnnxParser(model_dir=chosen.model, weights=chosen.weights, threads=chosen.threads)
    for part in chosen.only:
        if part in NEED_SIGNALS and not parser.model.has_signals:
            continue
        for row in PARTS[part](parser):
            print(json.dumps({name: round(value, 4) if isinstance(value, float) else value for name, value in row.items()}), flush=True)


if __name__ == "__main__":
    main()
