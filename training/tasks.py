"""What each of the two networks is trained on, and how it is watched."""

from __future__ import annotations

import argparse
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import Any

from onrecord.parse.pieces import PieceTable
from training.base import tokenizer_path
from training.batches import MAX_TRAINING_PIECES, Item, label_index, make_item, set_labels
from training.boundaries import boundary_model
from training.model import Network
from training.scores import class_scores, event_scores, layered_scores, tag_scores, tree_scores
from training.spans import (
    ATTRIBUTION,
    ENTITY_ORDER,
    ROLE_LABELS,
    bio_labels,
    make_items,
    read_attributions,
    read_classes,
    read_entities,
    read_roles,
)
from training.ud import Paragraph, Sentence, add_factuality, read_treebank

PARSE_HEADS = ("upos", "feats", "script", "deprel")
CLASSES = ["statement", "verbal cooperation", "material cooperation", "verbal conflict", "material conflict"]
RARE = {"feats": 2, "script": 2}  # labels seen less often are not learnt


class Task(ABC):
    """train: sentences per set.  repeats: how often a set is seen in an epoch.  labels: per head.  quotes: is quotation state an input."""

    quotes = False

    def __init__(self) -> None:
        self.table = PieceTable(tokenizer_path())
        self.train: dict[str, list[Item]] = {}
        self.dev: dict[str, list[Item]] = {}
        self.repeats: dict[str, float] = {}
        self.labels: dict[str, list[str]] = {}

    @abstractmethod
    def evaluate(self, network: Network, *, quick: bool = False) -> dict[str, Any]:
        """Development scores, over gold words."""

    def finish(self, options: argparse.Namespace) -> None:
        """Drops skipped sets and sentences too long to learn from."""
        for name in options.skip:
            self.train.pop(name, None)
        self.train = {name: [item for item in items if item.size <= MAX_TRAINING_PIECES] for name, items in self.train.items()}


class ParserTask(Task):
    """Trees, tags, features, lemmas, noun classes and factuality on EWT and GUM; entities on re3d. All openly licensed."""

    def __init__(self, options: argparse.Namespace) -> None:
        super().__init__()
        ewt, gum = read_treebank("ewt_train"), read_treebank("gum_train")
        ewt_dev, gum_dev = read_treebank("ewt_dev"), read_treebank("gum_dev")
        add_factuality(ewt, "uds_ih2_train")
        add_factuality(ewt_dev, "uds_ih2_dev")
        self.train["ud"] = self._items([*ewt, *gum])
        self._learn_labels(self.train["ud"])
        self.dev = {
            "weblog": self._items(each for each in ewt_dev if each.document.startswith("weblog")),
            "newsgroup": self._items(each for each in ewt_dev if each.document.startswith("newsgroup")),
            "gum": self._items(gum_dev),
            "gum_news": self._items(each for each in gum_dev if "_news_" in each.document),
        }
        for items in (*self.train.values(), *self.dev.values()):
            self._set_labels(items)
        self._add_entities()
        self.finish(options)

    def _items(self, paragraphs: Iterable[Paragraph]) -> list[Item]:
        sentences = [sentence for paragraph in paragraphs for sentence in paragraph.sentences]
        return [make_item(self.table, sentence.words, sentence) for sentence in sentences]

    def _learn_labels(self, items: list[Item]) -> None:
        sentences: list[Any] = [item.source for item in items]
        columns: dict[str, Callable[[Sentence], list[str]]] = {
            "upos": lambda each: each.upos,
            "feats": lambda each: each.feats,
            "script": lambda each: each.scripts,
            "deprel": lambda each: each.deprels,
            "noun": lambda each: each.noun or [],
        }
        for head, column in columns.items():
            values = (value for sentence in sentences for value in column(sentence))
            self.labels[head] = label_index(values, least=RARE.get(head, 1))
        self.labels["event"] = ["factuality", "is_event"]

    def _set_labels(self, items: list[Item]) -> None:
        index = {head: index_of(labels) for head, labels in self.labels.items()}
        for item in items:
            sentence: Any = item.source
            columns = {"upos": sentence.upos, "feats": sentence.feats, "script": sentence.scripts, "deprel": sentence.deprels}
            for head, values in columns.items():
                set_labels(item, head, values, index[head])
            item.labels["head"] = list(sentence.heads)
            if sentence.noun is not None:
                set_labels(item, "noun", sentence.noun, index["noun"])
            item.scores = sentence.factuality

    def _add_entities(self) -> None:
        self.labels |= {"entity": bio_labels(ENTITY_ORDER), "nested": bio_labels(ENTITY_ORDER)}
        layers = {head: index_of(self.labels[head]) for head in ("entity", "nested")}
        train, held_out = read_entities(boundary_model())
        self.train["entities"] = make_items(self.table, train, layers)
        self.dev["entities"] = make_items(self.table, held_out, layers)
        self.repeats["entities"] = 2.0

    def evaluate(self, network: Network, *, quick: bool = False) -> dict[str, Any]:
        names = ("weblog", "gum") if quick else ("weblog", "newsgroup", "gum", "gum_news")
        scores: dict[str, Any] = {name: tree_scores(network, self.dev[name]) for name in names}
        scores["entities"] = layered_scores(network, self.dev["entities"], ("entity", "nested"))
        scores["noun"] = tag_scores(network, self.dev["gum"], "noun")
        scores["factuality"] = event_scores(network, [*self.dev["weblog"], *self.dev["newsgroup"]])
        return scores


class EntityTask(Task):
    """Entities alone: an ablation."""

    def __init__(self, options: argparse.Namespace) -> None:
        super().__init__()
        self.labels = {"entity": bio_labels(ENTITY_ORDER), "nested": bio_labels(ENTITY_ORDER)}
        layers = {head: index_of(labels) for head, labels in self.labels.items()}
        train, held_out = read_entities(boundary_model())
        self.train["entities"] = make_items(self.table, train, layers)
        self.dev["entities"] = make_items(self.table, held_out, layers)
        self.finish(options)

    def evaluate(self, network: Network, *, quick: bool = False) -> dict[str, Any]:
        return {"entities": layered_scores(network, self.dev["entities"], ("entity", "nested"))}


class SignalsTask(Task):
    """Attribution on PolNeAR; actor, recipient and sentence class on the CAMEO sets. Licences not stated: kept apart from the parser."""

    quotes = True

    def __init__(self, options: argparse.Namespace) -> None:
        super().__init__()
        self.labels = {layer: bio_labels([layer]) for layer in ATTRIBUTION}
        self.labels |= {"role": bio_labels(ROLE_LABELS.values()), "class": CLASSES}
        attribution = {layer: index_of(self.labels[layer]) for layer in ATTRIBUTION}
        role = {"role": index_of(self.labels["role"])}
        model = boundary_model()
        self.train["attribution"] = make_items(self.table, read_attributions("polnear_train", model), attribution)
        self.dev["attribution"] = make_items(self.table, read_attributions("polnear_dev", model), attribution)
        self.train["roles"], self.dev["roles"] = (make_items(self.table, part, role) for part in read_roles())
        self.train["classes"], self.dev["classes"] = read_classes(self.table)
        self.repeats = {"attribution": 0.6, "roles": 3.0, "classes": 2.0}
        self.finish(options)

    def evaluate(self, network: Network, *, quick: bool = False) -> dict[str, Any]:
        scores: dict[str, Any] = {layer: tag_scores(network, self.dev["attribution"], layer) for layer in ATTRIBUTION}
        return scores | {"role": tag_scores(network, self.dev["roles"], "role"), "class": class_scores(network, self.dev["classes"])}


class JointTask(Task):
    """Every head on one branch, what is openly licensed and what is not together: an ablation."""

    quotes = True

    def __init__(self, options: argparse.Namespace) -> None:
        super().__init__()
        self.parts: list[Task] = [ParserTask(options), SignalsTask(options)]
        for part in self.parts:
            self.train |= part.train
            self.repeats |= part.repeats
            self.labels |= part.labels

    def evaluate(self, network: Network, *, quick: bool = False) -> dict[str, Any]:
        scores: dict[str, Any] = {}
        for part in self.parts:
            scores |= part.evaluate(network, quick=quick)
        return scores


def index_of(labels: list[str]) -> dict[str, int]:
    """Label to number."""
    return {label: at for at, label in enumerate(labels)}


TASKS: dict[str, Callable[[argparse.Namespace], Task]] = {
    "parser": ParserTask,
    "entities": EntityTask,
    "signals": SignalsTask,
    "joint": JointTask,
}
