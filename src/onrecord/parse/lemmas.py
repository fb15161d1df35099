"""Lemmas as edit scripts over the cased form: "2||l" cuts two letters off, "0||k" keeps the form as it stands.

A script is ``cut|added|case`` with case ``k`` (keep), ``l`` (lower), ``t`` (Title) or ``u`` (UPPER), or ``=lemma`` for an irregular pair.
Source: the edit-script lemmatisers of UDPipe 2 (Straka 2018), with the casing taken from the form because the encoder sees none.
"""

from __future__ import annotations


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
