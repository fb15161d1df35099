"""What stands behind a verb, put right: trees by hand, as parsers get them wrong."""

from __future__ import annotations

import pytest

from onrecord.claims.complements import complete
from tests.claim_trees import tree

CASES = {
    "a number behind a verb without an object": (
        "Bandits whisk away 14 in Katsina",
        """
Bandits bandit NOUN 2 nsubj Number=Plur
whisk whisk VERB 0 root Mood=Ind|Tense=Pres|VerbForm=Fin
away away ADV 2 advmod
14 14 NUM 2 obl:unmarked NumType=Card
in in ADP 6 case
Katsina Katsina PROPN 2 obl
""",
        {"14": ("whisk", "obj")},
    ),
    "a predicate before a numeral": (
        "Gunmen shot dead nine people.",
        """
Gunmen gunman NOUN 2 nsubj Number=Plur
shot shoot VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
dead dead ADJ 5 amod Degree=Pos
nine nine NUM 5 nummod NumType=Card
people people NOUN 2 obj Number=Plur
. . PUNCT 2 punct
""",
        {"dead": ("shot", "xcomp")},
    ),
    "a perfect whose participle was taken for an adjective": (
        'It had "neutralised 203 terrorists".',
        """
It it PRON 2 nsubj
had have VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
" " PUNCT 4 punct
neutralised neutralise VERB 6 amod Tense=Past|VerbForm=Part
203 203 NUM 6 nummod NumType=Card
terrorists terrorist NOUN 2 obj Number=Plur
" " PUNCT 6 punct
. . PUNCT 2 punct
""",
        {"neutralised": ("", "root"), "had": ("neutralised", "aux"), "It": ("neutralised", "nsubj"), "terrorists": ("neutralised", "obj")},
    ),
    "a clause without that": (
        "The army confirmed the attack but said reports indicated losses.",
        """
The the DET 2 det
army army NOUN 3 nsubj
confirmed confirm VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
the the DET 5 det
attack attack NOUN 3 obj
but but CCONJ 7 cc
said say VERB 3 conj Mood=Ind|Tense=Past|VerbForm=Fin
reports report NOUN 7 obj Number=Plur
indicated indicate VERB 3 conj Mood=Ind|Tense=Past|VerbForm=Fin
losses loss NOUN 9 obj Number=Plur
. . PUNCT 3 punct
""",
        {"reports": ("indicated", "nsubj"), "indicated": ("said", "ccomp")},
    ),
    "a second subject behind a verb": (
        "The army blamed Otieno for the attack.",
        """
The the DET 2 det
army army NOUN 3 nsubj
blamed blame VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
Otieno Otieno PROPN 3 nsubj
for for ADP 7 case
the the DET 7 det
attack attack NOUN 3 obl
. . PUNCT 3 punct
""",
        {"Otieno": ("blamed", "obj")},
    ),
    "a clause behind a semicolon": (
        "Jets struck the port, the coalition said; shrapnel fell nearby.",
        """
Jets jet NOUN 2 nsubj Number=Plur
struck strike VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
the the DET 4 det
port port NOUN 2 obj
, , PUNCT 8 punct
the the DET 7 det
coalition coalition NOUN 8 nsubj
said say VERB 2 parataxis Mood=Ind|Tense=Past|VerbForm=Fin
; ; PUNCT 11 punct
shrapnel shrapnel NOUN 11 nsubj
fell fall VERB 8 ccomp Mood=Ind|Tense=Past|VerbForm=Fin
nearby nearby ADV 11 advmod
. . PUNCT 2 punct
""",
        {"fell": ("struck", "parataxis")},
    ),
    "a participle of saying behind a saying": (
        "Two died, the governor said, blaming the rebels.",
        """
Two two NUM 2 nsubj NumType=Card
died die VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
, , PUNCT 6 punct
the the DET 5 det
governor governor NOUN 6 nsubj
said say VERB 2 parataxis Mood=Ind|Tense=Past|VerbForm=Fin
, , PUNCT 8 punct
blaming blame VERB 2 advcl Tense=Pres|VerbForm=Part
the the DET 10 det
rebels rebel NOUN 8 obj Number=Plur
. . PUNCT 2 punct
""",
        {"blaming": ("said", "advcl")},
    ),
    "a verb with an object is no passive, and who says so is no agent": (
        "The strike killed 23 people, the service said.",
        """
The the DET 2 det
strike strike NOUN 3 nsubj:pass
killed kill VERB 9 ccomp Tense=Past|VerbForm=Part|Voice=Pass
23 23 NUM 5 nummod NumType=Card
people person NOUN 3 obj Number=Plur
, , PUNCT 8 punct
the the DET 8 det
service service NOUN 3 obl:agent
said say VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
. . PUNCT 9 punct
""",
        {"strike": ("killed", "nsubj"), "service": ("said", "nsubj")},
    ),
    "a part behind the object is no subject": (
        "Troops killed nine rebels, two of them minors.",
        """
Troops troops NOUN 2 nsubj Number=Plur
killed kill VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
nine nine NUM 4 nummod NumType=Card
rebels rebel NOUN 2 obj Number=Plur
, , PUNCT 6 punct
two two NUM 2 nsubj NumType=Card
of of ADP 8 case
them they PRON 6 nmod Case=Acc
minors minor NOUN 4 nmod Number=Plur
. . PUNCT 2 punct
""",
        {"two": ("rebels", "appos")},
    ),
    "a man accused is arrested and does not arrest": (
        "Police arrested a sorcerer accused of theft.",
        """
Police police NOUN 2 nsubj Number=Plur
arrested arrest VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
a a DET 4 det
sorcerer sorcerer NOUN 2 nsubj Number=Sing
accused accuse VERB 2 xcomp Tense=Past|VerbForm=Part|Voice=Pass
of of ADP 7 case
theft theft NOUN 5 obl
. . PUNCT 2 punct
""",
        {"sorcerer": ("arrested", "obj"), "accused": ("sorcerer", "acl")},
    ),
    "a measure with a noun stays where it is": (
        "The raid lasted two hours.",
        """
The the DET 2 det
raid raid NOUN 3 nsubj
lasted last VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
two two NUM 5 nummod NumType=Card
hours hour NOUN 3 obl:unmarked Number=Plur
. . PUNCT 3 punct
""",
        {},
    ),
}


@pytest.mark.parametrize("why", CASES)
def test_complements_are_put_right(why: str) -> None:
    text, lines, moved = CASES[why]
    before = tree(text, lines)
    after = complete(before)
    heads = {t.text: ("" if t.head < 0 else after.tokens[t.head].text, t.deprel) for t in after.tokens}
    changed = {t.text for t, old in zip(after.tokens, before.tokens, strict=True) if (t.head, t.deprel) != (old.head, old.deprel)}
    assert {word: heads[word] for word in changed if word.isalnum()} == moved
