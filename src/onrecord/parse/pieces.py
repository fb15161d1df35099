"""Word pieces of words: what the encoder reads, with the casing that its lower-cased vocabulary loses.

Words are split one by one, so a word has the same pieces wherever it stands, and pieces are remembered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer

from onrecord.errors import ModelError

FIRST, LAST, UNKNOWN = "[CLS]", "[SEP]", "[UNK]"  # the marks around a sentence and the piece of what is in no vocabulary
PAD = 0  # masked wherever it stands
MAX_PIECES = 12  # of one word; longer words (addresses, hashes) are cut, which changes no offset
MAX_LETTERS = 100  # of one word that are looked at: WordPiece calls longer words unknown anyway
SHAPES = 9
SURROGATES = re.compile("[\ud800-\udfff]")

Pieces = tuple[int, ...]


def word_shape(word: str) -> int:
    """The casing class of a word, 1 to 8; 0 is kept for the marks around a sentence.

    1 lower, 2 Capital, 3 UPPER, 4 one upper-case letter, 5 MiXed, 6 digits, 7 with digits, 8 no letters.
    """
    if word.isdigit():
        return 6
    if any(map(str.isdigit, word)):
        return 7
    if not any(map(str.isalpha, word)):
        return 8
    if word.islower():
        return 1
    if word.isupper():
        return 4 if len(word) == 1 else 3
    return 2 if word[0].isupper() and word[1:].islower() else 5


class PieceTable:
    """Looks words up in a WordPiece vocabulary. ``path``: a ``tokenizer.json``."""

    def __init__(self, path: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(path))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._known: dict[str, Pieces] = {}
        self.first, self.last, self._unknown = (self._mark(mark, path) for mark in (FIRST, LAST, UNKNOWN))

    def _mark(self, mark: str, path: Path) -> int:
        number: int | None = self._tokenizer.token_to_id(mark)
        if number is None:
            raise ModelError(f"{path}: the vocabulary has no {mark}; take the tokenizer of a BERT")
        return number

    def pieces(self, word: str) -> Pieces:
        """The vocabulary ids of a word, between 1 and ``MAX_PIECES`` of them."""
        found = self._known.get(word)
        if found is None:
            found = self._look_up(word)
            if len(word) <= MAX_LETTERS and len(self._known) < 1_000_000:
                self._known[word] = found
        return found

    def is_piece(self, word: str) -> bool:
        """Whether a whole word stands in the vocabulary: it is a common one."""
        return self._tokenizer.token_to_id(word) is not None

    def _look_up(self, word: str) -> Pieces:
        clean = SURROGATES.sub("\ufffd", word[:MAX_LETTERS])
        ids = self._tokenizer.encode(clean, add_special_tokens=False).ids[:MAX_PIECES]
        return tuple(ids) or (self._unknown,)


class Encoded:
    """A sentence as the encoder reads it.

    ids, shapes: per piece, the marks at both ends included.  first, last: per word, its first and last piece;
    position 0 of both is the mark before the sentence, which stands for the root.
    """

    __slots__ = ("first", "ids", "last", "shapes")

    def __init__(self, table: PieceTable, words: Sequence[str]) -> None:
        self.ids, self.shapes, self.first, self.last = [table.first], [0], [0], [0]
        for word in words:
            pieces = table.pieces(word)
            self.first.append(len(self.ids))
            self.ids += pieces
            self.shapes += [word_shape(word)] * len(pieces)
            self.last.append(len(self.ids) - 1)
        self.ids.append(table.last)
        self.shapes.append(0)
