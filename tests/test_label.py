"""Names that a seller would say, whatever the prospects said."""

import re
from collections import Counter

import numpy as np
import pytest

from resonance.catalogue import catalogue
from resonance.embed import RecentEncoder
from resonance.label import HEADS, Said, keyphrases, log_odds, name_themes
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


@pytest.fixture(scope="module")
def encoder():
    return RecentEncoder(space="voice")


@pytest.fixture
def no_catalogue(monkeypatch):
    """As if no name of the catalogue stood out."""
    monkeypatch.setattr("resonance.catalogue.STANDS_OUT", np.inf)


def named(texts_of_themes, encoder, nlp, categories=None):
    """Names, keyphrases and exemplars of themes whose statements lie in directions of their own."""
    categories = categories or [""] * len(texts_of_themes)
    said, labels = [], []
    for label, (texts, category) in enumerate(zip(texts_of_themes, categories, strict=True)):
        said += statements(texts, category, start=len(said))
        labels += [label] * len(texts)
    embeddings = np.eye(len(texts_of_themes), dtype=np.float32)[labels]
    return name_themes(said, np.array(labels), embeddings, encoder, nlp)


def test_a_theme_that_no_listed_name_fits_is_named_by_the_words_that_set_it_apart(
    no_catalogue, encoder, nlp
):
    price, moving = named([PRICE, MOVING], encoder, nlp)
    assert {"renewal fee", "margin"} == set(price[1][:2]) or {"fee", "margin"} == set(price[1][:2])
    assert price[0] in ("Renewal fee and margin", "Margin and renewal fee", "Fee and margin")
    assert "records" in moving[0].lower() or "ledger" in moving[0].lower()


def test_its_own_words_come_after_what_it_is_about(no_catalogue, encoder, nlp):
    price, moving = named([PRICE, MOVING], encoder, nlp, ["price_value", "data_migration_quality"])
    assert price[0].startswith("Price: ")
    assert moving[0].startswith("Data and migration: ")


def test_a_theme_is_named_as_a_seller_would_say_it(encoder, nlp):
    about = ["price_value", "data_migration_quality"]
    for (name, _, _), category in zip(
        named([PRICE, MOVING], encoder, nlp, about), about, strict=True
    ):
        assert (category, name) in {(entry.category, entry.name) for entry in catalogue()}


def test_a_name_that_stands_is_kept_and_given_to_no_other_theme(encoder, nlp):
    said = [*statements(PRICE, "price_value"), *statements(PRICE, "price_value", start=5)]
    embeddings = np.ones((10, 1), dtype=np.float32)
    found = name_themes(said[:5], np.zeros(5, dtype=int), embeddings[:5], encoder, nlp)[0][0]
    labels = np.repeat([0, 1], 5)
    kept = name_themes(said, labels, embeddings, encoder, nlp, {1: found})
    assert kept[1][0] == found != kept[0][0]
    odd = name_themes(said, labels, embeddings, encoder, nlp, {1: "An older name"})
    assert [odd[0][0], odd[1][0]] == [found, "An older name"]


def test_two_themes_that_say_the_same_words_have_different_names(encoder, nlp):
    names = [name for name, _, _ in named([PRICE, PRICE, PRICE, MOVING], encoder, nlp)]
    assert len({name.casefold() for name in names}) == 4
    assert not any(re.search(r"\d", name) for name in names)


def test_themes_without_a_word_that_says_anything_still_have_different_names(encoder, nlp):
    names = [
        name
        for name, _, _ in named([["Yeah."] * 3, ["Yeah."] * 3, ["[person-1]"] * 3], encoder, nlp)
    ]
    assert len(set(names)) == 3
    assert all(names)


def test_no_name_or_keyphrase_says_the_same_thing_twice(encoder, nlp):
    for _, phrases, _ in named([PRICE, MOVING], encoder, nlp):
        assert len(phrases) <= 6
        stems = Counter(stem for p in phrases for stem in {w[:5].lower() for w in p.split()})
        assert max(stems.values()) == 1


def test_names_never_hold_a_placeholder(no_catalogue, encoder, nlp):
    texts = [f"[person-1] wants [email] and [person-{i}] on the form." for i in range(1, 8)]
    ((name, phrases, _),) = named([texts], encoder, nlp)
    assert "[" not in name + "".join(phrases)
    assert "someone" not in " ".join([name, *phrases]).lower()
    assert "person" not in " ".join([name, *phrases]).lower()


@pytest.mark.parametrize("nasty", ["<script>alert(1)</script>", "=HYPERLINK(fee)", "\u202efee\x07"])
def test_names_are_plain_text_whatever_was_said(no_catalogue, encoder, nlp, nasty):
    texts = [f"The fee {nasty} is {nasty} too high." for _ in range(5)]
    ((name, phrases, _),) = named([texts], encoder, nlp)
    for text in (name, *phrases):
        assert re.fullmatch(r"[\w\s'’&$%.,!?/+:…-]*", text), text
        assert text.isprintable()


def test_the_most_central_statements_stand_for_the_theme(encoder, nlp):
    said = statements(PRICE)
    embeddings = np.array([[1, a] for a in (0.0, 0.1, -0.2, 0.6, -0.5)])
    embeddings = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    ((_, _, exemplars),) = name_themes(said, np.zeros(5, dtype=int), embeddings, encoder, nlp)
    assert exemplars == ("s00", "s01", "s02", "s04", "s03")


def test_the_same_words_stand_for_a_theme_only_once(encoder, nlp):
    ((_, _, exemplars),) = named([["Too expensive.", "too  expensive.", *PRICE[:2]]], encoder, nlp)
    assert len(exemplars) == 3


def test_names_do_not_depend_on_the_order_of_the_statements(encoder, nlp):
    said = [*statements(PRICE, "price_value"), *statements(MOVING, "status_quo", start=5)]
    labels = np.repeat([0, 1], 5)
    rng = np.random.default_rng(0)
    embeddings = np.eye(2)[labels] + 0.2 * rng.normal(size=(10, 2))
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    order = rng.permutation(10)
    turned = name_themes([said[i] for i in order], labels[order], embeddings[order], encoder, nlp)
    assert turned == name_themes(said, labels, embeddings, encoder, nlp)


def test_statements_in_no_theme_have_no_name(encoder, nlp):
    assert name_themes(statements(PRICE), np.full(5, -1), np.ones((5, 2)), encoder, nlp) == []


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


def test_the_catalogue_has_plain_names_enough_for_every_category_each_once():
    names = [entry.name for entry in catalogue()]
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert re.fullmatch(r"[A-Z][\w\s',-]*", name), name
        assert len(name) <= 50
        assert 1 < len(name.split()) <= 7
    each = Counter((entry.kind, entry.category) for entry in catalogue())
    assert {category for _, category in each} == set(HEADS)
    assert len(each) == len(HEADS)
    assert min(each.values()) >= 15


def test_every_category_has_a_head_of_its_own():
    from resonance.categories import CategoryModel

    known = CategoryModel().classes_
    assert set(HEADS) == {category for kind in known.values() for category in kind}
    assert len(set(HEADS.values())) == len(HEADS)
