import csv
import random
import shutil
from collections import Counter
from dataclasses import replace

import pytest

from resonance.config import Vendor
from resonance.records import Call, Party, Turn
from resonance.sources import read_calls
from resonance.speakers import assign_roles
from resonance.speakers.behaviour import vendor_likeness

NOBODY = Vendor()
PITCH = (
    "Thanks for joining. Can I ask how you handle returns today? We have customers your size and "
    "our platform does it in one step. Let me show you the screen. Does that make sense?"
)
PAIN = (
    "Honestly we do it on paper and I hate it. My boss will never sign that. I'd want to see "
    "every store on one page, and we got burned by the last vendor."
)


def a_call(call_id, *turns, parties=(), channel="call", **fields):
    return Call(
        call_id,
        f"{call_id}.vtt",
        tuple(Turn(*t) for t in turns),
        channel,
        parties=parties,
        **fields,
    )


def roles_of(call):
    return {party.name: party.role for party in call.parties}


def reasons_of(call):
    return {party.name: party.role_from for party in call.parties}


@pytest.fixture(scope="module")
def manifest_sides(tallyroot):
    """Side of each speaker by the file of the call, as the corpus' own manifest tells it."""
    calls = assign_roles(read_calls(tallyroot), NOBODY)
    return {call.source.removeprefix("calls/").split("#")[0]: roles_of(call) for call in calls}


@pytest.fixture(scope="module")
def bare_calls(tallyroot, tmp_path_factory):
    """The corpus' calls with no manifest beside them."""
    folder = tmp_path_factory.mktemp("bare") / "calls"
    shutil.copytree(tallyroot / "calls", folder)
    calls = read_calls(folder)
    assert not any(p.role_from == "manifest" for call in calls for p in call.parties)
    return [call for call in calls if call.channel == "call"]


def tally(calls, sides):
    """Shares of turns whose side is right, wrong and unknown."""
    counts = Counter(
        "unknown"
        if turn.speaker_role == "unknown"
        else ("right" if turn.speaker_role == sides[call.source][turn.speaker] else "wrong")
        for call in calls
        for turn in call.turns
    )
    return {key: counts[key] / counts.total() for key in ("right", "wrong", "unknown")}


def test_the_manifest_tells_every_side(tallyroot):
    calls = read_calls(tallyroot)
    told = {call.call_id: roles_of(call) for call in calls}
    for call in assign_roles(calls, NOBODY):
        for turn in call.turns:
            if turn.speaker and call.channel == "call":
                assert turn.speaker_role == told[call.call_id][turn.speaker]


def test_without_a_manifest_nearly_every_turn_gets_the_right_side(bare_calls, manifest_sides):
    shares = tally(assign_roles(bare_calls, NOBODY), manifest_sides)
    assert shares["right"] >= 0.95
    assert shares["wrong"] <= 0.01


@pytest.mark.parametrize("folder", ["zoom", "gong"])
def test_names_and_behaviour_suffice_where_nothing_else_is_known(
    bare_calls, manifest_sides, folder
):
    calls = [replace(c, parties=()) for c in bare_calls if c.source.startswith(folder)]
    assert tally(assign_roles(calls, NOBODY), manifest_sides)["right"] >= 0.95


def test_behaviour_alone_is_rarely_wrong(bare_calls, manifest_sides):
    alone = [assign_roles([replace(call, parties=())], NOBODY)[0] for call in bare_calls]
    shares = tally(alone, manifest_sides)
    assert shares["right"] >= 0.8
    assert shares["wrong"] <= 0.05


def test_the_order_of_the_calls_does_not_matter(bare_calls):
    shuffled = list(bare_calls)
    random.Random(7).shuffle(shuffled)
    expected = {call.source: call for call in assign_roles(bare_calls, NOBODY)}
    for call in assign_roles(shuffled, NOBODY):
        assert roles_of(call) == roles_of(expected[call.source])


def test_a_vendor_who_is_named_in_the_settings_is_never_a_prospect():
    call = a_call("1", ("Kim Ito", PAIN), ("Ann Lee", PITCH), ("Kim Ito", PAIN))
    (told,) = assign_roles([call], Vendor(names=("Kim Ito",)))
    assert roles_of(told) == {"Kim Ito": "vendor", "Ann Lee": "prospect"}
    assert reasons_of(told)["Kim Ito"] == "name"


def test_our_domain_tells_both_sides():
    parties = (Party("Kim Ito", email="kim@us.mail.acme.com"), Party("Ann Lee", email="a@shop.org"))
    call = a_call("1", ("Ann Lee", "Hi."), ("Kim Ito", "Hello."), parties=parties)
    (told,) = assign_roles([call], Vendor(domains=("acme.com",)))
    assert roles_of(told) == {"Kim Ito": "vendor", "Ann Lee": "prospect"}
    (untold,) = assign_roles([call], NOBODY)
    assert set(roles_of(untold).values()) == {"unknown"}


def test_the_domain_that_meets_all_the_others_is_ours():
    calls = [
        a_call(
            shop,
            ("Buyer", "Hi."),
            parties=(Party(f"B {shop}", email=f"b@{shop}.org"), Party("K", email="k@acme.com")),
            channel="email",
        )
        for shop in ("one", "two", "three")
    ]
    for call in assign_roles(calls, NOBODY):
        assert roles_of(call)["K"] == "vendor"
        assert roles_of(call)[f"B {call.call_id}"] == "prospect"


def test_the_company_that_is_in_every_call_is_ours():
    calls = [
        a_call(
            shop,
            (f"B {shop}", "Hi."),
            ("Kim Ito", "Hello."),
            parties=(Party(f"B {shop}", company=shop), Party("Kim Ito", company="Acme")),
        )
        for shop in ("One", "Two", "Three")
    ]
    for call in assign_roles(calls, NOBODY):
        assert [turn.speaker_role for turn in call.turns] == ["prospect", "vendor"]
        assert set(reasons_of(call).values()) == {"name"}


def test_a_rep_known_in_one_call_is_known_in_all():
    known = a_call(
        "1", ("Kim Ito", "Hi."), parties=(Party("Kim Ito", "vendor", role_from="owner"),)
    )
    other = a_call("2", ("Kim Ito", "Well."), ("Bo Dahl", "Hm."))
    assert roles_of(assign_roles([known, other], NOBODY)[1])["Kim Ito"] == "vendor"


def test_a_numbered_speaker_is_not_the_same_person_in_every_call():
    known = a_call("1", ("Speaker 1", "Hi."), parties=(Party("Speaker 1", "vendor"),))
    other = a_call("2", ("Speaker 1", PAIN), ("Speaker 2", "Hm."))
    assert roles_of(assign_roles([known, other], NOBODY)[1])["Speaker 1"] == "unknown"


def test_one_domain_for_all_tells_no_sides_apart():
    parties = (Party("Al", email="al@example.com"), Party("Bo", email="bo@example.com"))
    call = a_call("1", *[("Al", PITCH), ("Bo", PAIN)] * 4, parties=parties)
    assert roles_of(assign_roles([call], NOBODY)[0]) == {"Al": "vendor", "Bo": "prospect"}


def test_a_label_may_say_the_side():
    (told,) = assign_roles(
        [a_call("1", ("Customer 2", "It costs a lot."), ("Rep", "Yes."))], NOBODY
    )
    assert [turn.speaker_role for turn in told.turns] == ["prospect", "vendor"]


def test_a_first_name_stands_for_the_manifests_full_one():
    parties = (Party("Kim Ito", "vendor"), Party("Ann Lee", "prospect"))
    (told,) = assign_roles(
        [a_call("1", ("kim", "Hi."), ("Ann L.", "Hello."), parties=parties)], NOBODY
    )
    assert [(t.speaker, t.speaker_role) for t in told.turns] == [
        ("Kim Ito", "vendor"),
        ("Ann Lee", "prospect"),
    ]
    assert len(told.parties) == 2


def test_who_cannot_be_told_is_unknown_and_no_prospect():
    calls = [
        a_call("1", ("", "So the price is too high.")),
        a_call("2", ("Ann Lee", "Okay."), ("Kim Ito", "Okay.")),
        a_call("3", ("Ann Lee", PAIN)),
    ]
    for call in assign_roles(calls, NOBODY):
        assert {turn.speaker_role for turn in call.turns} == {"unknown"}


def test_the_sender_decides_in_a_message():
    parties = (Party("Ann Lee", email="ann@shop.org"), Party("Kim Ito", "vendor", "kim@acme.com"))
    call = a_call("1", ("Ann Lee", PITCH), parties=parties, channel="email")
    assert assign_roles([call], NOBODY)[0].turns[0].speaker_role == "prospect"


def test_reps_and_prospects_talk_differently():
    rep, prospect = vendor_likeness(
        ["Can I show you how our customers do it?", "We can't afford it."]
    )
    assert rep > prospect


def test_a_pitch_is_the_vendors_and_a_pain_the_prospects():
    call = a_call("1", *[("Al", PITCH), ("Bo", PAIN), ("Cy", PAIN)] * 4)
    (told,) = assign_roles([call], NOBODY)
    assert roles_of(told) == {"Al": "vendor", "Bo": "prospect", "Cy": "prospect"}


# Notes


ANN_AND_TOM = (Party("Ann Lee", "prospect"), Party("Tom Wilk", "vendor"))


def note(*lines, parties=ANN_AND_TOM):
    call = a_call("n", *(("", line) for line in lines), parties=parties, channel="note")
    return assign_roles([call], NOBODY)[0].turns


@pytest.mark.parametrize(
    "line",
    [
        "TODO me: revised quote",
        "-> told her 20%",
        "I said we'd look into it",
        "T: we freeze on a Friday",
        "tom walked thru import",
        "TW on.",
        "Next steps: call back in May",
        "sending the one pager",
    ],
)
def test_a_reps_own_words_in_a_note_are_the_vendors(line):
    assert [turn.speaker_role for turn in note(line)] == ["vendor"]


@pytest.mark.parametrize(
    "line",
    [
        "says 40k is a lot for what it does",
        "Told me they're locked in till 2027",
        '"I would pay just for that to stop"',
        "TW's idea worries her",
        "wants us to send it weekly",
        "even w/ the bridge we're the pricier one",
        "3 sites, one bank account",
    ],
)
def test_what_the_prospect_says_in_a_note_is_theirs(line):
    (turn,) = note(line)
    assert (turn.speaker_role, turn.text) == ("prospect", line)


def test_a_line_is_cut_where_the_rep_takes_over():
    said, told = note("Asked for a discount, board won't pay. Told her about the starter tier.")
    assert (said.speaker_role, told.speaker_role) == ("prospect", "vendor")
    assert said.text == "Asked for a discount, board won't pay."


def test_questions_and_answers_in_a_note_have_their_owners():
    asked, answer = note("Q: how are bills approved?", "A: she walks them round, says it works")
    assert (asked.speaker_role, answer.speaker_role) == ("vendor", "prospect")
    asked, answer = note("Q: do they need to install it?", "A: no, it runs in a browser")
    assert (asked.speaker_role, answer.speaker_role) == ("prospect", "vendor")


def test_a_note_says_whom_it_reports():
    parties = (Party("Ann Lee", "prospect"), Party("Bo Dahl", "prospect"), Party("Tom W", "vendor"))
    lines = ("ann: too dear", "B wants it by June", "AL likes it", "no budget")
    turns = note(*lines, parties=parties)
    assert [turn.speaker for turn in turns] == ["Ann Lee", "Bo Dahl", "Ann Lee", ""]
    assert [turn.speaker for turn in note("she won't pay", "CFO says no")] == ["Ann Lee", ""]


def test_what_prospects_voice_in_notes_stays_theirs_and_whole(tallyroot):
    calls = {call.call_id: call for call in assign_roles(read_calls(tallyroot), NOBODY)}
    with (tallyroot / "gold" / "statements.csv").open(encoding="utf-8", newline="") as file:
        gold = [row for row in csv.DictReader(file) if calls[row["call_id"]].channel == "note"]
    kept = sum(
        any(
            turn.speaker_role == "prospect" and row["text"] in turn.text
            for turn in calls[row["call_id"]].turns
        )
        for row in gold
    )
    assert len(gold) > 100
    assert kept >= 0.98 * len(gold)
