"""What raises a score and what must not, on an industry that relevance was not fitted on."""

from dataclasses import replace

import numpy as np
import pytest

from resonance.config import Demand
from resonance.evaluate.corpus import read_corpus
from resonance.evaluate.themes import in_gold_themes
from resonance.known import encode_passages, encode_statements
from resonance.matching import match_assets
from resonance.ownwords import Quoted
from resonance.records import Passage
from resonance.score import score_assets, voiced

# The reply about renewals, put in other words by hand.
PARAPHRASE = {
    "You already have a payables tool.": "Something already pays your bills.",
    "You may even like it.": "Perhaps you are fond of it.",
    "Your team knows where the buttons are": "Your people can work it in their sleep",
    "Because the best time to compare is when you do not have to decide.": (
        "Comparing is easiest while nothing has to be settled."
    ),
    "Keep it. Truly. We won't ask you to pay two vendors at once.": (
        "Stay with it, really. Nobody here will make you pay for two systems side by side."
    ),
    "If you decide to move, our clock starts when theirs stops.": (
        "Should you switch, you pay us from the day you stop paying them."
    ),
    "If there is an evergreen clause you forgot about, we will help you write the notice.": (
        "Should the contract renew by itself, we help you draft the letter that ends it."
    ),
}


class Desk:
    """Tallyroot's gold themes and its assets, any of which can be handed in changed."""

    def __init__(self, folder, encoder):
        corpus = read_corpus(folder)
        self.encoder = encoder
        self.statements = in_gold_themes(corpus.themed)
        self.calls = list(corpus.calls.values())
        self.assets = list(corpus.assets)
        self.said = encode_statements(encoder, self.statements)
        self.quoted = Quoted(statement.text for statement in self.statements)
        self.vectors = encode_passages(encoder, self.assets, self.quoted)
        self.who = voiced(self.statements, self.calls, (), Demand())

    def judge(self, row, passages):
        """Relevance by theme and score of an asset with these passages, the others as they are."""
        changed = replace(self.assets[row], passages=tuple(passages))
        assets, vectors = list(self.assets), list(self.vectors)
        assets[row] = changed
        (vectors[row],) = encode_passages(self.encoder, [changed], self.quoted)
        found = match_assets(assets, vectors, self.statements, self.said)
        own = [match for match in found.matches if match.asset_id == changed.asset_id]
        (score,) = score_assets([changed], own, self.who, {})
        return np.array([match.relevance for match in own]), score.resonance

    def titled(self, words):
        (row,) = [row for row, asset in enumerate(self.assets) if words in asset.title]
        return row, self.assets[row].passages


@pytest.fixture(scope="module")
def desk(tallyroot, encoder):
    return Desk(tallyroot, encoder)


@pytest.fixture(scope="module")
def draft(desk):
    row, passages = desk.titled("Your renewal")
    return row, passages, *desk.judge(row, passages)


def quotes(desk, theme_id):
    return [s.text for s in desk.statements if s.theme_id == theme_id][:6]


@pytest.mark.parametrize("theme_id", ["O01", "O04", "N02"])
def test_pasting_quotes_as_a_paragraph_gains_nothing(desk, draft, theme_id):
    row, passages, _, score = draft
    assert desk.judge(row, [*passages, Passage(" ".join(quotes(desk, theme_id)))])[1] == score


def test_pasting_quotes_into_a_paragraph_gains_nothing(desk, draft):
    row, passages, _, score = draft
    first = replace(passages[0], text=f"{passages[0].text} {' '.join(quotes(desk, 'O01'))}")
    assert desk.judge(row, [first, *passages[1:]])[1] == score


def test_a_list_of_a_themes_words_gains_nothing(desk, draft):
    row, passages, _, score = draft
    stuffing = Passage("Price, pricing, cost, costs, budget, expensive, fee, invoice, payback, ROI")
    assert desk.judge(row, [*passages, stuffing])[1] == score


def test_repeating_a_paragraph_gains_nothing(desk, draft):
    row, passages, relevance, score = draft
    again, score_again = desk.judge(row, [*passages, *passages[:2]])
    assert again.tolist() == relevance.tolist()
    assert score_again == score


def test_reordering_paragraphs_changes_nothing(desk, draft):
    row, passages, relevance, score = draft
    turned, score_turned = desk.judge(row, passages[::-1])
    assert turned.tolist() == relevance.tolist()
    assert score_turned == score


def test_padding_gains_less_than_half_a_point(desk, draft):
    row, passages, _, score = draft
    _, padding = desk.titled("Five traits")
    assert score <= desk.judge(row, [*passages, *padding])[1] < score + 0.5


def test_a_paraphrase_changes_little(desk, draft):
    row, passages, relevance, score = draft
    texts = [passage.text for passage in passages]
    for ours, theirs in PARAPHRASE.items():
        assert any(ours in text for text in texts)
        texts = [text.replace(ours, theirs) for text in texts]
    other, score_other = desk.judge(
        row, [replace(p, text=text) for p, text in zip(passages, texts, strict=True)]
    )
    assert np.abs(other - relevance).mean() < 0.05
    assert score_other == pytest.approx(score, rel=0.3)


def test_whatever_is_added_no_theme_is_answered_less(desk, draft):
    row, passages, relevance, _ = draft
    for asset in desk.assets[::4]:
        more, _ = desk.judge(row, [*passages, *asset.passages[:3]])
        assert (more >= relevance - 1e-4).all()


def test_adding_a_paragraph_that_answers_a_theme_raises_the_score(desk, draft):
    row, passages, relevance, score = draft
    for title, theme_id in (("Pricing in plain", "O01"), ("Trust center", "O05")):
        _, answers = desk.titled(title)
        place = sorted({s.theme_id for s in desk.statements}).index(theme_id)
        alone = [desk.judge(row, [answer])[0][place] for answer in answers]
        best = answers[int(np.argmax(alone))]
        more, score_more = desk.judge(row, [*passages, best])
        assert more[place] > relevance[place]
        assert score_more >= score
