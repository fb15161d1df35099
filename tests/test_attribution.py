import re
import time
from pathlib import Path

import msgspec
import pytest
import yaml

from onrecord.claims.attribution import find_attributions
from onrecord.claims.chains import build_chains
from onrecord.claims.tagger import packaged_tagger
from onrecord.lexicon import Lexicon
from onrecord.records import (
    BlockKind,
    CueClass,
    Document,
    EntityLabel,
    Form,
    Mention,
    MentionKind,
    Parse,
    ParsedSentence,
    Token,
    text_sha256,
)
from tests.trees import parse_of

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "attribution.yaml").read_text(encoding="utf-8"))
SAID = "The/DET/2/det army/NOUN/3/nsubj said/VERB/0/root/VerbForm=Fin rebels/NOUN/5/nsubj fled/VERB/3/ccomp/VerbForm=Fin ./PUNCT/3/punct"


@pytest.fixture(scope="module")
def lexicon():
    return Lexicon()


def chains_of(case, lexicon, *, use_tagger):
    parse = parse_of(case["tree"], kind=BlockKind(case.get("kind", "body")))
    chains = build_chains(parse, (), lexicon, find_attributions(parse, (), lexicon, use_tagger=use_tagger))
    shown = {}
    for trigger in case["chains"]:
        match = re.search(rf"(?<!\w){re.escape(trigger)}(?!\w)", parse.document.text)
        shown[trigger] = [f"{link.role}:{link.text or ''}" for link in chains.chain(match.span())[:-1]]
    return shown


def same(produced, expected):
    pairs = list(zip(produced, expected, strict=False))
    return len(produced) == len(expected) and all(
        one.partition(":")[0] == other.partition(":")[0] and other.partition(":")[2].casefold() in one.casefold() for one, other in pairs
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
@pytest.mark.parametrize("use_tagger", [False, True], ids=["rules", "tagger"])
def test_chain(case, use_tagger, lexicon):
    if use_tagger and packaged_tagger() is None:
        pytest.skip("the tagger's models were left out")
    shown = chains_of(case, lexicon, use_tagger=use_tagger)
    wrong = {trigger: shown[trigger] for trigger, expected in case["chains"].items() if not same(shown[trigger], expected)}
    assert wrong == {}


def test_find_attributions_gives_exact_spans(lexicon):
    parse = parse_of(SAID)
    (found,) = find_attributions(parse, (), lexicon)
    assert [parse.text_of(spans[0]) for spans in (found.source, found.cue, found.content)] == ["The army", "said", "rebels fled"]
    assert (found.form, found.cue_class, found.within) == (Form.INDIRECT, CueClass.NEUTRAL, None)


def test_find_attributions_of_nothing(lexicon):
    document = Document(id="doc-x", text="", sha256=text_sha256(""))
    assert find_attributions(Parse(document=document, sentences=(), tokens=()), (), lexicon) == ()


def test_find_attributions_is_the_same_twice(lexicon):
    parse = parse_of(SAID)
    assert find_attributions(parse, (), lexicon) == find_attributions(parse, (), lexicon)


def test_spans_stay_exact_around_invisible_characters(lexicon):
    parse = parse_of(SAID.replace("army", "\u200farmy\u200b"))
    (found,) = find_attributions(parse, (), lexicon)
    assert parse.text_of(found.source[0]) == "The \u200farmy\u200b"


def flat_parse(words, per_sentence=20):
    """Words without any structure: each hangs on the first of its sentence."""
    text, tokens, sentences = " ".join(words), [], []
    at = 0
    for index, word in enumerate(words):
        first = index - index % per_sentence
        upos = "PUNCT" if not word.isalnum() else "VERB" if word == "said" else "NOUN"
        tokens.append(
            Token(
                index=index,
                span=(at, at + len(word)),
                text=word,
                lemma=word,
                upos=upos,
                head=-1 if index == first else first,
                deprel="root" if index == first else "dep",
                sentence=len(sentences),
            )
        )
        at += len(word) + 1
        if index % per_sentence == per_sentence - 1 or index == len(words) - 1:
            span = (tokens[first].span[0], at - 1)
            sentences.append(ParsedSentence(span=span, kind=BlockKind.BODY, paragraph=0, first=first, end=index + 1))
    return Parse(document=Document(id="d", text=text, sha256=""), sentences=tuple(sentences), tokens=tuple(tokens))


@pytest.mark.parametrize("word", ['"', "“", "”", "‘", "«"])
def test_ten_thousand_marks_take_linear_time(word, lexicon):
    began = time.process_time()
    find_attributions(flat_parse([word, "x"] * 10_000), (), lexicon, use_tagger=False)
    assert time.process_time() - began < 5


def test_a_report_that_is_one_unclosed_quotation(lexicon):
    found = find_attributions(flat_parse(["“", *["word"] * 4000, "he", "said"]), (), lexicon)
    assert all(span[1] - span[0] < 2000 for one in found for span in one.content)


def test_publisher_is_last_and_unknown_without_metadata(lexicon):
    parse = parse_of(SAID, outlet=None)
    chain = build_chains(parse, (), lexicon, find_attributions(parse, (), lexicon)).chain((21, 25))
    assert [link.role for link in chain] == ["speaker", "publisher"]
    assert (chain[-1].text, chain[-1].actor, chain[-1].affiliation) == (None, None, None)


def test_publisher_has_the_affiliation_of_the_lexicon(lexicon):
    parse = parse_of(SAID, outlet="SANA")
    publisher = build_chains(parse, (), lexicon, ()).chain((0, 3))[-1]
    assert (publisher.affiliation, publisher.actor.code, publisher.form) == ("state SYR", "SYR JRN", Form.OUTLET_VOICE)


def test_a_trigger_that_is_the_cue_belongs_to_its_own_speaker(lexicon):
    parse = parse_of(
        "Residents/NOUN/2/nsubj blamed/VERB/0/root/VerbForm=Fin the/DET/4/det militia/NOUN/2/obj for/SCONJ/6/mark "
        "looting/VERB/2/advcl/VerbForm=Part ./PUNCT/2/punct"
    )
    chains = build_chains(parse, (), lexicon, find_attributions(parse, (), lexicon))
    assert chains.chain((10, 16))[0].text == "Residents"
    assert CueClass.ACCUSE is chains.attribution_at((10, 16)).cue_class


def mention(span, text, *, named=False, refers_to=None, label=EntityLabel.FORCE, id="m1"):
    return Mention(id=id, kind=MentionKind.ACTOR, label=label, span=span, head=span, text=text, named=named, refers_to=refers_to)


@pytest.mark.parametrize(
    ("source", "anonymous"),
    [
        ("The/DET/2/det army/NOUN/3/nsubj", False),  # there is but one
        ("Turkish/PROPN/2/amod officials/NOUN/3/nsubj", True),  # whom they work for is no name
        ("A/DET/2/det militant/NOUN/3/nsubj", True),
        ("Hezbollah/PROPN/2/compound militias/NOUN/3/nsubj", False),
        ("General/PROPN/2/compound Kaya/PROPN/3/nsubj", False),
        ("Director/NOUN/3/nsubj Sosa/PROPN/1/flat", False),
        ("They/PRON/2/dep all/PRON/3/nsubj", None),
    ],
)
def test_who_is_anonymous(source, anonymous, lexicon):
    parse = parse_of(f"{source} said/VERB/0/root/VerbForm=Fin rebels/NOUN/5/nsubj fled/VERB/3/ccomp/VerbForm=Fin ./PUNCT/3/punct")
    start = parse.document.text.index("fled")
    chain = build_chains(parse, (), lexicon, find_attributions(parse, (), lexicon, use_tagger=False)).chain((start, start + 4))
    assert (chain[0].role, chain[0].anonymous) == ("speaker", anonymous)


@pytest.mark.parametrize(("antecedent", "anonymous"), [("the militia members", True), ("the Free Army", False)])
def test_a_pronoun_is_as_anonymous_as_what_it_refers_to(antecedent, anonymous, lexicon):
    words = antecedent.split()
    upos = "PROPN" if words[-1][0].isupper() else "NOUN"
    before = f"Police/NOUN/2/nsubj saw/VERB/0/root/VerbForm=Fin {words[0]}/DET/5/det {words[1]}/{upos}/5/compound {words[2]}/{upos}/2/obj"
    said = "They/PRON/2/nsubj said/VERB/0/root/VerbForm=Fin rebels/NOUN/4/nsubj fled/VERB/2/ccomp/VerbForm=Fin ./PUNCT/2/punct"
    parse = parse_of(f"{before} ./PUNCT/2/punct\n{said}")
    at = {word: (parse.document.text.index(word), parse.document.text.index(word) + len(word)) for word in (antecedent, "They", "fled")}
    whole = mention(at[antecedent], antecedent, named=not anonymous)
    head = at[antecedent][1] - len(words[2]), at[antecedent][1]
    mentions = (msgspec.structs.replace(whole, head=head), mention(at["They"], "They", refers_to="m1", id="m2"))
    chain = build_chains(parse, mentions, lexicon, find_attributions(parse, mentions, lexicon, use_tagger=False)).chain(at["fled"])
    assert (chain[0].text, chain[0].anonymous) == ("They", anonymous)


@pytest.mark.parametrize(
    ("credit", "roles"),
    [("Plains Wire", ["speaker", "relay", "publisher"]), ("Example Wire", ["speaker", "publisher"]), ("Example", ["speaker", "publisher"])],
)
def test_an_agency_that_is_credited_by_another_outlet_passes_on(credit, roles, lexicon):
    parse = parse_of(SAID)
    parse = msgspec.structs.replace(parse, document=msgspec.structs.replace(parse.document, credit=credit))
    chains = build_chains(parse, (), lexicon, find_attributions(parse, (), lexicon, use_tagger=False))
    assert [link.role for link in chains.chain((21, 25))] == roles
    assert [link.role for link in chains.chain((0, 3))] == ["publisher"]


def test_the_headline_over_a_credited_report_is_the_printers_own(lexicon):
    parse = parse_of(SAID, kind=BlockKind.HEADLINE)
    parse = msgspec.structs.replace(parse, document=msgspec.structs.replace(parse.document, credit="Plains Wire"))
    chains = build_chains(parse, (), lexicon, find_attributions(parse, (), lexicon, use_tagger=False))
    assert "relay" not in [link.role for link in chains.chain((21, 25))]


@pytest.mark.parametrize("mark", ["\u200f", "\u200e", "\u202b", "\u200b", "\u2060"])
def test_spans_stay_exact_around_marks_of_direction(mark, lexicon):
    parse = parse_of(SAID.replace("army", f"{mark}army{mark}").replace("said", f"said{mark}"))
    found = find_attributions(parse, (), lexicon)
    assert all(parse.document.text[a:b].strip() for one in found for a, b in (*one.source, *one.cue, *one.content))
    assert build_chains(parse, (), lexicon, found).chain((0, 3))[-1].role == "publisher"


@pytest.mark.parametrize(("service", "medium"), [("WhatsApp", "WhatsApp message"), ("phones", "message")])
def test_plain_messages_have_the_service_that_the_report_names(service, medium, lexicon):
    parse = parse_of(
        f"They/PRON/2/nsubj use/VERB/0/root/VerbForm=Fin {service}/PROPN/2/obj ./PUNCT/2/punct\n"
        "Messages/NOUN/2/nsubj show/VERB/0/root/VerbForm=Fin that/SCONJ/5/mark rebels/NOUN/5/nsubj fled/VERB/2/ccomp/VerbForm=Fin "
        "./PUNCT/2/punct"
    )
    start = parse.document.text.index("fled")
    chain = build_chains(parse, (), lexicon, find_attributions(parse, (), lexicon, use_tagger=False)).chain((start, start + 4))
    assert (chain[0].role, chain[0].medium) == ("channel", medium)


def test_telling_is_an_order_only_of_an_infinitive(lexicon):
    order = parse_of(
        "Soldiers/NOUN/2/nsubj told/VERB/0/root/VerbForm=Fin residents/NOUN/2/obj to/PART/5/mark leave/VERB/2/xcomp ./PUNCT/2/punct"
    )
    telling = parse_of(
        "Soldiers/NOUN/2/nsubj told/VERB/0/root/VerbForm=Fin reporters/NOUN/2/iobj that/SCONJ/6/mark rebels/NOUN/6/nsubj "
        "fled/VERB/2/ccomp/VerbForm=Fin ./PUNCT/2/punct"
    )
    classes = [find_attributions(parse, (), lexicon, use_tagger=False)[0].cue_class for parse in (order, telling)]
    assert classes == [CueClass.DEMAND, CueClass.NEUTRAL]


@pytest.mark.parametrize(
    ("article", "links"), [("The/DET", ["speaker:The army", "channel:The statement"]), ("A/DET", ["channel:A statement"])]
)
def test_a_statement_that_is_known_speaks_for_who_issued_it(article, links, lexicon):
    parse = parse_of(
        "The/DET/2/det army/NOUN/3/nsubj said/VERB/0/root/VerbForm=Fin in/ADP/6/case a/DET/6/det statement/NOUN/3/obl "
        "rebels/NOUN/8/nsubj fled/VERB/3/ccomp/VerbForm=Fin ./PUNCT/3/punct\n"
        f"{article}/2/det statement/NOUN/3/nsubj said/VERB/0/root/VerbForm=Fin troops/NOUN/5/nsubj advanced/VERB/3/ccomp/VerbForm=Fin "
        "./PUNCT/3/punct"
    )
    start = parse.document.text.index("advanced")
    chain = build_chains(parse, (), lexicon, find_attributions(parse, (), lexicon, use_tagger=False)).chain((start, start + 8))
    assert [f"{link.role}:{link.text}" for link in chain[:-1]] == links


def test_an_outlet_that_is_told_is_no_part_of_what_is_said(lexicon):
    parse = parse_of(
        "An/DET/2/det aide/NOUN/3/nsubj told/VERB/0/root/VerbForm=Fin AFP/PROPN/8/nsubj 12/NUM/6/nummod people/NOUN/8/nsubj "
        "had/AUX/8/aux died/VERB/3/ccomp/VerbForm=Part"
    )
    contents = [parse.text_of(span) for one in find_attributions(parse, (), lexicon) for span in one.content]
    assert contents == ["12 people had died"]
