"""English inflection: the forms that a verb or noun of the lexicon takes in text.

Looking words up by form rather than by a parser's lemma makes the frames independent of the parser's slips ("martyre", "losse").
"""

from __future__ import annotations

from functools import lru_cache

# Past tense and past participle, where they are not regular; a bar parts variants.
_IRREGULAR_VERBS = """
arise arose arisen; be was|were|been been; bear bore borne; beat beat beaten; become became become; begin began begun; bend bent bent;
bid bid bid; bind bound bound; bite bit bitten; bleed bled bled; blow blew blown; break broke broken; bring brought brought;
build built built; burn burned|burnt burned|burnt; burst burst burst; buy bought bought; catch caught caught; choose chose chosen;
cling clung clung; come came come; cost cost cost; creep crept crept; cut cut cut; deal dealt dealt; dig dug dug; do did done;
draw drew drawn; drive drove driven; eat ate eaten; fall fell fallen; feed fed fed; feel felt felt; fight fought fought;
find found found; flee fled fled; fling flung flung; fly flew flown; forbid forbade forbidden; forgive forgave forgiven;
forsake forsook forsaken; freeze froze frozen; get got got|gotten; give gave given; go went gone; grind ground ground; grow grew grown;
hang hung|hanged hung|hanged; have had had; hear heard heard; hide hid hidden; hit hit hit; hold held held; hurt hurt hurt; keep kept kept;
kneel knelt|kneeled knelt|kneeled; know knew known; lay laid laid; lead led led; leap leapt|leaped leapt|leaped; leave left left;
lend lent lent; let let let; lie lay|lied lain|lied; lose lost lost; make made made; mean meant meant; meet met met;
mistake mistook mistaken;
overcome overcame overcome; overrun overran overrun; override overrode overridden; overthrow overthrew overthrown;
overtake overtook overtaken;
pay paid paid; put put put; quit quit quit; read read read; rebuild rebuilt rebuilt; ride rode ridden; ring rang rung; rise rose risen;
retake retook retaken; run ran run; say said said; see saw seen; seek sought sought; sell sold sold; send sent sent; set set set;
shake shook shaken; shed shed shed; shoot shot shot; show showed shown|showed; shut shut shut; sing sang sung; sink sank sunk; sit sat sat;
slay slew slain; sleep slept slept; sling slung slung; slit slit slit; sneak sneaked|snuck sneaked|snuck; speak spoke spoken;
spend spent spent; split split split; spread spread spread; stand stood stood; steal stole stolen; stick stuck stuck; sting stung stung;
strike struck struck|stricken; string strung strung; swear swore sworn; sweep swept swept; swing swung swung; take took taken;
teach taught taught; tear tore torn; tell told told; think thought thought; throw threw thrown; undergo underwent undergone;
undertake undertook undertaken; uphold upheld upheld; upset upset upset; wake woke woken; wear wore worn; weep wept wept; win won won;
wind wound wound; withdraw withdrew withdrawn; withhold withheld withheld; withstand withstood withstood; write wrote written;
rearm rearmed rearmed; hold held held; beset beset beset; foresee foresaw foreseen; overfly overflew overflown; offset offset offset;
"""
_IRREGULAR_NOUNS = {
    "man": "men", "woman": "women", "child": "children", "person": "people", "foot": "feet", "crisis": "crises", "life": "lives",
    "wife": "wives", "knife": "knives", "thief": "thieves", "hostage": "hostages", "coup": "coups", "aircraft": "aircraft",
    "hoax": "hoaxes", "series": "series", "means": "means",
}  # fmt: skip
_NO_MEN = frozenset(("human", "german", "roman", "ottoman", "shaman", "talisman", "turkman", "caiman"))
# Verbs of more than one syllable that double their last consonant, and short ones that do not.
_DOUBLING = frozenset(
    "abet admit commit compel control defer deter equip expel impel incur infer occur omit outgun patrol "
    "permit propel rebel refer regret remit "
    "repel submit transfer transmit kidnap handcuff_ worship_".split()
)
_VOWELS = "aeiou"


def _parts(text: str) -> dict[str, tuple[str, ...]]:
    table = {}
    for row in text.replace("\n", " ").split(";"):
        words = row.split()
        if words:
            table[words[0]] = tuple(form for cell in words[1:] for form in cell.split("|"))
    return table


_VERBS = _parts(_IRREGULAR_VERBS)


@lru_cache(maxsize=20_000)
def verb_forms(lemma: str) -> tuple[str, ...]:
    """All forms of a verb, the lemma first: base, -s, -ing, past and past participle, British and American spelling."""
    stem = _stem(lemma)
    past = _VERBS.get(lemma) or _prefixed_past(lemma) or (_past(lemma, stem),)
    forms = [lemma, "has" if lemma == "have" else _third(lemma), _ing(lemma, stem), *past]
    if lemma.endswith("ise"):
        forms += [form.replace("is", "iz") if form.endswith(("ise", "ised", "ises", "ising")) else form for form in forms]
    if lemma.endswith("l") and stem == lemma and len(lemma) > 3 and lemma[-2] in _VOWELS and lemma[-3] not in _VOWELS:
        forms += [lemma + "led", lemma + "ling"]
    return tuple(dict.fromkeys(_z_spelling(forms)))


@lru_cache(maxsize=20_000)
def noun_forms(lemma: str) -> tuple[str, ...]:
    """Singular and plural of a noun."""
    plural = _IRREGULAR_NOUNS.get(lemma)
    plurals = [plural] if plural else _plurals(lemma)
    return tuple(dict.fromkeys(_z_spelling([lemma, *plurals])))


def _plurals(lemma: str) -> list[str]:
    """The regular plurals of a noun: "videos" (and "vetoes", which nothing in the word tells apart), "gunmen", "analyses"."""
    if lemma.endswith("man") and len(lemma) > 3 and lemma not in _NO_MEN:
        return [lemma[:-2] + "en"]
    if lemma.endswith("sis"):
        return [lemma[:-2] + "es"]
    return [lemma + "s", _third(lemma)] if lemma.endswith("o") else [_third(lemma)]


@lru_cache(maxsize=50_000)
def singular(form: str) -> str:
    """The singular of a noun form by rule; the form itself where no rule applies."""
    for one, many in _IRREGULAR_NOUNS.items():
        if form == many:
            return one
    if form.endswith("ies") and len(form) > 4:
        return form[:-3] + "y"
    if form.endswith("men") and len(form) > 4:
        return form[:-2] + "an"
    if form.endswith(("sses", "shes", "ches", "xes")):
        return form[:-2]
    if form.endswith("s") and not form.endswith(("ss", "us", "is")):
        return form[:-1]
    return form


def _z_spelling(forms: list[str]) -> list[str]:
    return forms + [
        form.replace("our", "or") for form in forms if "our" in form and form.startswith(("harbour", "labour", "favour", "endeavour"))
    ]


def _prefixed_past(lemma: str) -> tuple[str, ...]:
    for prefix in ("re", "un", "over", "out", "mis", "under"):
        rest = lemma.removeprefix(prefix)
        if rest != lemma and rest in _VERBS and len(rest) > 3:
            return tuple(prefix + form for form in _VERBS[rest])
    return ()


def _stem(lemma: str) -> str:
    """The stem before -ed and -ing, with the last consonant doubled where it is."""
    if lemma in _DOUBLING or (_one_syllable(lemma) and lemma[-1] not in "wxy" + _VOWELS and len(lemma) > 2):
        return lemma + lemma[-1]
    return lemma


def _one_syllable(lemma: str) -> bool:
    """One vowel letter, and one consonant after it ("stab", "plan")."""
    vowels = [at for at, letter in enumerate(lemma) if letter in _VOWELS + "y"]
    if lemma.startswith("qu") and len(vowels) == 2:
        return vowels[1] == len(lemma) - 2
    return len(vowels) == 1 and vowels[0] == len(lemma) - 2


def _third(lemma: str) -> str:
    if lemma.endswith("y") and lemma[-2:-1] not in _VOWELS:
        return lemma[:-1] + "ies"
    return lemma + ("es" if lemma.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")


def _past(lemma: str, stem: str) -> str:
    if lemma.endswith("y") and lemma[-2:-1] not in _VOWELS:
        return lemma[:-1] + "ied"
    return lemma + "d" if lemma.endswith("e") else stem + "ed"


def _ing(lemma: str, stem: str) -> str:
    if lemma.endswith("ie"):
        return lemma[:-2] + "ying"
    if lemma.endswith("e") and not lemma.endswith(("ee", "oe", "ye")):
        return lemma[:-1] + "ing"
    return stem + "ing"
