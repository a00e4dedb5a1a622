"""What the new version of a draft gains over the old one."""

from dataclasses import replace
from decimal import Decimal

import pytest
from test_check import Desk, asset

from resonance.change import compare
from resonance.report import check_formats


@pytest.fixture(scope="module")
def desk(voices, encoder):
    return Desk(voices / "pos-cafes", encoder)


def changed(desk, before, after):
    return compare(desk.check(asset("old", before)), desk.check(asset("new", after)))


def exact(*points):
    return sum(Decimal(str(each)) for each in points)


@pytest.fixture(scope="module")
def versions(desk):
    kept, lost, won = (desk.answers[desk.names[i]] for i in (9, 11, 13))
    return [desk.fluff[0], kept, lost], [desk.fluff[0], kept, won]


def test_the_gains_and_losses_add_up_to_the_difference_exactly(desk, versions):
    found = changed(desk, *versions)
    scores = found.after.score.resonance, -found.before.score.resonance
    assert exact(found.points) == exact(*scores) == exact(*(g.points for g in found.gains))
    assert len(found.gains) >= 2


def test_a_gain_names_the_new_passage_and_a_loss_the_one_that_went(desk, versions):
    found = changed(desk, *versions)
    by_theme = {gain.theme_id: gain for gain in found.gains}
    won, lost = by_theme[desk.names[13]], by_theme[desk.names[11]]
    assert (won.passage, won.because) == (versions[1][2], "new words")
    assert won.points > 0
    assert won.after == "answers" != won.before
    assert (lost.passage, lost.because) == (versions[0][2], "words gone")
    assert lost.points < 0
    assert lost.before == "answers"
    assert found.added == (versions[1][2],)
    assert found.removed == (versions[0][2],)


def test_the_other_way_round_is_the_opposite(desk, versions):
    there, back = changed(desk, *versions), changed(desk, *versions[::-1])
    assert exact(there.points) == -exact(back.points)
    assert {g.theme_id: g.points for g in there.gains} == {
        g.theme_id: -g.points for g in back.gains
    }


def test_a_version_that_says_the_same_gains_nothing(desk, versions):
    found = changed(desk, versions[0], versions[0][::-1])
    assert (found.points, found.gains, found.added, found.removed) == (0.0, (), (), ())


def test_points_without_new_words_are_put_down_to_the_draft_around_them(desk, versions):
    check = desk.check(asset("old", versions[0]))
    (first, *rest) = check.answers
    worse = replace(check, answers=(replace(first, points=first.points - 0.3), *rest))
    (gain,) = compare(check, worse).gains
    assert (gain.points, gain.because) == (-0.3, "the draft around it")


def test_the_text_shows_every_gain_and_what_it_comes_to(desk, versions):
    found = changed(desk, *versions)
    text = check_formats.change_as_text(found)
    for gain in found.gains:
        assert f"{gain.points:+6.1f}  {gain.theme_id}" in text
    assert f"{found.points:+6.1f}  in all" in text
    assert "1 of 3 passages are new, 1 of 3 are gone." in text
