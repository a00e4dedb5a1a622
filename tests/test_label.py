"""Names that a seller would say, whatever the prospects said."""

import re
from collections import Counter

import numpy as np
import pytest

from resonance.label import HEADS, Said, kept_names, keyphrases, log_odds, name_themes
from resonance.naming import candidates
from resonance.records import Statement

PRICE = [
    "The renewal fee is more than our margin can carry.",
    "Nine percent of margin and you want a renewal fee on top.",
    "My board will ask what the renewal fee buys us.",
    "Your fee alone eats the margin on small jobs.",
    "I can't carry a fee like that, not at our margin.",
]
MOVING = [
    "Eleven years of supplier records, and half the records are wrong.",
    "Who is going to move the supplier records out of the old ledger?",
    "Last time we moved records we lost a quarter's history.",
    "The old ledger exports history as a picture of a page.",
    "Moving that ledger took my sister's firm a summer.",
]


def statements(texts, category="", start=0):
    return [
        Statement(
            f"s{start + i:02}", f"c{i}", "", 0, None, "prospect-1", "prospect", "objection",
            category, 1.0, text,
        )
        for i, text in enumerate(texts)
    ]  # fmt: skip


def named(texts_of_themes, nlp, encoder, categories=None):
    """Names, keyphrases and exemplars of themes whose statements lie in directions of their own."""
    categories = categories or [""] * len(texts_of_themes)
    said, labels = [], []
    for label, (texts, category) in enumerate(zip(texts_of_themes, categories, strict=True)):
        said += statements(texts, category, start=len(said))
        labels += [label] * len(texts)
    embeddings = np.eye(len(texts_of_themes), dtype=np.float32)[labels]
    return name_themes(said, np.array(labels), embeddings, nlp, encoder=encoder)


def test_a_theme_is_named_by_the_words_that_set_it_apart(nlp, encoder):
    price, moving = named([PRICE, MOVING], nlp, encoder)
    assert {"renewal fee", "margin"} == set(price[1][:2]) or {"fee", "margin"} == set(price[1][:2])
    assert re.search("fee|margin", price[0].lower())
    assert 2 <= len(price[0].split()) <= 6
    assert "records" in moving[0].lower() or "ledger" in moving[0].lower()


def test_a_theme_is_named_first_by_what_it_is_about(nlp, encoder):
    price, moving = named([PRICE, MOVING], nlp, encoder, ["price_value", "data_migration_quality"])
    assert price[0].startswith("Price: ")
    assert moving[0].startswith("Data and migration: ")


def test_a_name_is_a_phrase_that_the_prospects_say_and_no_list_of_words(nlp, encoder):
    (price, *_), (moving, *_) = named([PRICE, MOVING], nlp, encoder)
    for name, texts in ((price, PRICE), (moving, MOVING)):
        lemmas = {token.lemma_.lower() for doc in nlp.pipe(texts) for token in doc}
        assert " and " not in name
        assert {token.lemma_.lower() for token in nlp(name.lower())} <= lemmas | {"moving"}


def test_a_theme_keeps_the_name_that_it_is_to_keep_and_no_other_takes_it(nlp, encoder):
    said, labels = statements([*PRICE, *MOVING]), np.repeat([0, 1], 5)
    given = (said, labels, np.eye(2)[labels], nlp)
    (price, *_), (moving, *_) = name_themes(*given, encoder=encoder)
    turned = name_themes(*given, encoder=encoder, former={1: price})
    assert turned[1][0] == price
    assert turned[0][0].casefold() != price.casefold()
    assert name_themes(*given, encoder=encoder, former={0: "Fees"})[1][0] == moving


@pytest.mark.parametrize(
    ("present", "keeps"),
    [
        ({"a": "T1", "b": "T1", "c": "T1"}, True),
        ({"a": "T1", "b": "T1", "c": "", "d": "T1"}, True),
        ({"a": "T1", "b": "T1", "c": "T1", "d": "T1", "e": "T1", "f": "T1"}, True),
        ({"a": "T1", "b": "T2", "c": "T2"}, False),
        ({"a": "T1", "b": "T1", "d": "T1", "e": "T1"}, False),
        ({"a": "T2", "b": "T2", "c": "T2"}, False),
        ({}, False),
    ],
)
def test_a_theme_keeps_its_name_while_most_of_it_stays(present, keeps):
    former = {"a": "T1", "b": "T1", "c": "T1", "x": ""}
    names = {"T1": "Price: renewal fee", "T9": "Gone"}
    assert kept_names(names, former, present) == ({"T1": "Price: renewal fee"} if keeps else {})


@pytest.mark.parametrize(
    ("kind", "text", "offered"),
    [
        ("objection", "We would be paying a full login for part-timers.", "paying a full login"),
        ("objection", "We had to retype every invoice.", "retyping every invoice"),
        ("need", "I want to see stock in every warehouse.", "see stock in every warehouse"),
        ("objection", "The renewal fee is too much.", "renewal fee"),
        ("objection", "There is no budget for training.", "no budget for training"),
    ],
)
def test_a_statement_offers_phrases_with_what_belongs_to_them(nlp, kind, text, offered):
    assert offered in {candidate.text for candidate in candidates(nlp(text), kind)}


def test_two_themes_that_say_the_same_words_have_different_names(nlp, encoder):
    names = [name for name, _, _ in named([PRICE, PRICE, PRICE, MOVING], nlp, encoder)]
    assert len({name.casefold() for name in names}) == 4
    assert not any(re.search(r"\d", name) for name in names)


def test_themes_without_a_word_that_says_anything_still_have_different_names(nlp, encoder):
    names = [
        name
        for name, _, _ in named([["Yeah."] * 3, ["Yeah."] * 3, ["[person-1]"] * 3], nlp, encoder)
    ]
    assert len(set(names)) == 3
    assert all(names)


def test_no_name_or_keyphrase_says_the_same_thing_twice(nlp, encoder):
    for _, phrases, _ in named([PRICE, MOVING], nlp, encoder):
        assert len(phrases) <= 6
        stems = Counter(stem for p in phrases for stem in {w[:5].lower() for w in p.split()})
        assert max(stems.values()) == 1


def test_names_never_hold_a_placeholder(nlp, encoder):
    texts = [f"[person-1] wants [email] and [person-{i}] on the form." for i in range(1, 8)]
    ((name, phrases, _),) = named([texts], nlp, encoder)
    assert "[" not in name + "".join(phrases)
    assert "someone" not in " ".join([name, *phrases]).lower()
    assert "person" not in " ".join([name, *phrases]).lower()


@pytest.mark.parametrize("nasty", ["<script>alert(1)</script>", "=HYPERLINK(fee)", "\u202efee\x07"])
def test_names_are_plain_text_whatever_was_said(nlp, encoder, nasty):
    texts = [f"The fee {nasty} is {nasty} too high." for _ in range(5)]
    ((name, phrases, _),) = named([texts], nlp, encoder)
    for text in (name, *phrases):
        assert re.fullmatch(r"[\w\s'’&$%.,!?/+:…-]*", text), text
        assert text.isprintable()


def test_the_most_central_statements_stand_for_the_theme(nlp, encoder):
    said = statements(PRICE)
    embeddings = np.array([[1, a] for a in (0.0, 0.1, -0.2, 0.6, -0.5)])
    embeddings = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    ((_, _, exemplars),) = name_themes(
        said, np.zeros(5, dtype=int), embeddings, nlp, encoder=encoder
    )
    assert exemplars == ("s00", "s01", "s02", "s04", "s03")


def test_the_same_words_stand_for_a_theme_only_once(nlp, encoder):
    ((_, _, exemplars),) = named([["Too expensive.", "too  expensive.", *PRICE[:2]]], nlp, encoder)
    assert len(exemplars) == 3


def test_names_do_not_depend_on_the_order_of_the_statements(nlp, encoder):
    said = [*statements(PRICE, "price_value"), *statements(MOVING, "status_quo", start=5)]
    labels = np.repeat([0, 1], 5)
    rng = np.random.default_rng(0)
    embeddings = np.eye(2)[labels] + 0.2 * rng.normal(size=(10, 2))
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    order = rng.permutation(10)
    turned = name_themes(
        [said[i] for i in order], labels[order], embeddings[order], nlp, encoder=encoder
    )
    assert turned == name_themes(said, labels, embeddings, nlp, encoder=encoder)


def test_statements_in_no_theme_have_no_name(nlp, encoder):
    assert (
        name_themes(statements(PRICE), np.full(5, -1), np.ones((5, 2)), nlp, encoder=encoder) == []
    )


def test_a_word_that_everybody_says_tells_nothing():
    here = Counter({("fee",): 6, ("form",): 6})
    everywhere = Counter({("fee",): 6, ("form",): 60, ("queue",): 50})
    odds = log_odds(here, everywhere)
    assert odds["fee",] > 2 > odds["form",]


def test_a_word_mostly_said_in_one_phrase_is_named_by_the_phrase():
    said = [
        [Said(("fee",), "fee"), Said(("renewal",), "renewal"), Said(("renewal", "fee"), text)]
        for text in ("renewal fees", "renewal fees", "renewal fee")
    ]
    everywhere = Counter({("fee",): 3, ("renewal",): 3, ("renewal", "fee"): 3, ("other",): 40})
    assert keyphrases(said, everywhere, {}) == ["renewal fees"]


def test_every_category_has_a_head_of_its_own():
    from resonance.categories import CategoryModel

    known = CategoryModel().classes_
    assert set(HEADS) == {category for kind in known.values() for category in kind}
    assert len(set(HEADS.values())) == len(HEADS)
