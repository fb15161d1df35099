"""Lemmas as edit scripts over the cased form: "2||l" cuts two letters off, "0||k" keeps the form as it stands.

A script is ``cut|added|case`` with case ``k`` (keep), ``l`` (lower), ``t`` (Title) or ``u`` (UPPER), or ``=lemma`` for an irregular pair.
Source: the edit-script lemmatisers of UDPipe 2 (Straka 2018), with the casing taken from the form because the encoder sees none.
"""

from __future__ import annotations

import json
from pathlib import Path

from onrecord.parse.morphology import regular_lemma
from onrecord.parse.pieces import PieceTable

LEMMA_IS_FORM = frozenset(("NUM", "SYM"))


class LemmaTable:
    """Lemmas of words: exceptions seen in training, then rules, then the network's script.

    path: JSON with ``exceptions`` ("form<tab>UPOS" to lemma) and ``known`` (UPOS to lemmas seen in training).
    """

    def __init__(self, path: Path, pieces: PieceTable) -> None:
        table = json.loads(path.read_text(encoding="utf-8"))
        self._exceptions: dict[str, str] = table["exceptions"]
        self._known = {upos: frozenset(lemmas) for upos, lemmas in table["known"].items()}
        self._pieces = pieces

    def lemma(self, form: str, upos: str, feats: str, script: str) -> str:
        """The lemma of a form in its sentence; never empty."""
        known = self._exceptions.get(f"{form}\t{upos}")
        if known is None and upos != "PROPN":
            known = self._exceptions.get(f"{form.lower()}\t{upos}")
        if known is None:
            known = self.by_rule(form, upos, feats)
        return self._by_script(form, upos, script) if known is None else known

    def _by_script(self, form: str, upos: str, script: str) -> str:
        """The network's lemma; a verb or noun that is no known word is left as it is written."""
        lemma = apply_script(form, script)
        doubtful = upos in ("VERB", "NOUN") and lemma not in self._known[upos] and not self._pieces.is_piece(lemma)
        return form.lower() if doubtful else lemma

    def by_rule(self, form: str, upos: str, feats: str) -> str | None:
        """The lemma without exceptions and without the network, or None."""
        if upos in LEMMA_IS_FORM:
            return form.lower()
        known = self._known.get(upos, frozenset())
        if upos == "ADJ" and form[:1].isupper():
            return None  # "Turkish" keeps its capital, "Angry" does not: the network knows
        return regular_lemma(form, upos, feats, lambda word: 2 * (word in known) + self._pieces.is_piece(word))


def lemma_script(form: str, lemma: str) -> str:
    """The script that turns a form into its lemma."""
    low_form, low_lemma = form.lower(), lemma.lower()
    common = _common_prefix(low_form, low_lemma)
    if common == 0 and low_form != low_lemma:
        return f"={lemma}"
    return f"{len(low_form) - common}|{low_lemma[common:]}|{_case_rule(form, lemma)}"


def apply_script(form: str, script: str) -> str:
    """The lemma that a script makes of a form; never empty."""
    if script.startswith("="):
        return script[1:]
    cut, rest = script.split("|", 1)
    added, case = rest.rsplit("|", 1)
    kept = len(form) - int(cut) if int(cut) <= len(form) else 0
    if case == "k":
        return form[:kept] + added or form
    lemma = form[:kept].lower() + added or form
    if case == "t":
        return lemma[:1].upper() + lemma[1:]
    return lemma.upper() if case == "u" else lemma


def _common_prefix(left: str, right: str) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


def _case_rule(form: str, lemma: str) -> str:
    if lemma == lemma.lower():
        return "l"
    if lemma[: len(form)] == form[: len(lemma)]:
        return "k"
    if lemma.isupper() and len(lemma) > 1:
        return "u"
    return "t"
