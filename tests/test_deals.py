"""Deals from our own columns, HubSpot's and Salesforce's."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resonance.errors import MissingColumn, NothingToRead, ResonanceError
from resonance.records import Deal
from resonance.sources.amounts import parse_amount
from resonance.sources.dates import date_in_name, find_date, parse_date
from resonance.sources.deals import read_deals, read_outcome


@pytest.fixture
def deals(tmp_path):
    def read(text: str | bytes, **columns: str):
        path = tmp_path / "deals.csv"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return read_deals(path, columns=columns)

    return read


def test_the_demo_deals_are_read_whole(tallyroot):
    reading = read_deals(tallyroot / "deals.csv")
    assert not reading.problems
    outcomes = [deal.outcome for deal in reading]
    assert {each: outcomes.count(each) for each in outcomes} == {"won": 17, "lost": 17, "open": 7}
    assert reading[0] == Deal(
        deal_id="D01",
        account="Brackwater Foods",
        outcome="won",
        stage="Closed Won",
        amount=41500.0,
        segment="mid-market",
        industry="Food distribution",
        created=date(2025, 12, 9),
        closed=date(2026, 3, 20),
    )
    assert list(read_deals(tallyroot)) == list(reading)


def test_a_hubspot_export_is_matched_by_its_labels(deals):
    (won, lost, open_) = deals(
        "Record ID,Deal Name,Deal Stage,Amount,Close Date,Create Date,Associated Company,"
        "Closed Lost Reason\n"
        '91,Acme - new,Closed won,"$41,500.00",2026-03-20 10:15,2025-12-09 08:00,Acme,\n'
        "92,Berg - new,closedlost,,2026-04-01 09:00,2026-01-05 08:00,Berg,too dear\n"
        "93,Cole - new,Contract sent,9000,,2026-01-05 08:00,Cole,\n"
    )
    assert (won.deal_id, won.account, won.outcome, won.amount) == ("91", "Acme", "won", 41500.0)
    assert (lost.outcome, lost.amount, lost.loss_reason) == ("lost", None, "too dear")
    assert (open_.outcome, open_.closed) == ("open", None)


def test_a_salesforce_export_is_won_by_its_flags(deals):
    reading = deals(
        "Opportunity ID;Opportunity Name;Account Name;Stage;Won;Closed;Amount;Close Date\n"
        "006A;Acme;Acme Inc;Signed;1;1;EUR 41.500,00;20.3.2026\n"
        "006B;Berg;Berg Ltd;Ended;0;1;(1.200);1.4.2026\n"
        "006C;Cole;Cole SA;Talks;0;0;9,5;\n"
    )
    assert [(deal.outcome, deal.amount) for deal in reading] == [
        ("won", 41500.0),
        ("lost", -1200.0),
        ("open", 9.5),
    ]
    assert reading[0].closed == date(2026, 3, 20)


def test_a_column_of_dates_decides_whether_the_day_comes_first(deals):
    table = (
        "deal_id,account,stage,created,closed\nD1,Acme,open,3/4/2026,\nD2,Berg,won,1/2/2026,{}\n"
    )
    assert deals(table.format("25/4/2026"))[0].created == date(2026, 4, 3)
    assert deals(table.format("4/25/2026"))[0].created == date(2026, 3, 4)


def test_bad_cells_are_reported_by_row_and_cost_only_themselves(deals):
    reading = deals(
        "deal_id,account,outcome,amount_usd,closed\n"
        "D1,Acme,won,a lot,soon\n,Nobody,won,1,\nD2,Berg,perhaps,100,2026-01-05\n"
        "D1,Acme,lost,5,\n\nD3,Cole,lost,7,\n"
    )
    assert [(deal.deal_id, deal.outcome, deal.amount) for deal in reading] == [
        ("D1", "won", None),
        ("D2", "open", 100.0),
        ("D3", "lost", 7.0),
    ]
    assert [str(problem) for problem in reading.problems] == [
        "deals.csv, row 2: closed 'soon' is no date. Write it as 2026-01-31.",
        "deals.csv, row 2: amount 'a lot' is no number. Write it as 41500.",
        "deals.csv, row 3: it has no deal id. Fill it in.",
        "deals.csv, row 4: outcome 'perhaps' is unknown. Write won, lost or open.",
        "deals.csv, row 5: deal D1 is there already. Remove one of the rows.",
    ]


def test_a_missing_column_names_what_was_found_and_the_remedy(deals):
    with pytest.raises(MissingColumn) as error:
        deals("Nummer,Kunde,Phase\n1,Acme,won\n")
    assert "no column for deal_id and account and outcome; it has Nummer, Kunde, Phase" in str(
        error.value
    )
    assert '[columns.deals] deal_id = "your header"' in str(error.value)
    (deal,) = deals(
        "Nummer,Kunde,Phase\n1,Acme,won\n", deal_id="Nummer", account="kunde", stage="Phase"
    )
    assert (deal.deal_id, deal.account, deal.outcome) == ("1", "Acme", "won")


def test_a_mapping_to_a_header_that_is_not_there_is_said(deals):
    with pytest.raises(MissingColumn, match="no column for amount"):
        deals("deal_id,account,outcome\nD1,Acme,won\n", amount="Betrag")


@pytest.mark.parametrize("data", ["", "\n\n", b"PK\x03\x04\x00\x00", ",,\n1,2,3\n"])
def test_what_is_no_table_is_refused_with_a_reason(deals, data):
    with pytest.raises(NothingToRead, match=r"deals\.csv: it .*\. Export"):
        deals(data)


def test_a_folder_without_deals_is_refused(tmp_path):
    with pytest.raises(NothingToRead, match=r"deals\.csv is not there"):
        read_deals(tmp_path)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "deals.csv"
    path.write_bytes(b"deal_id,account,outcome,amount,closed\n" + data)
    try:
        reading = read_deals(path)
    except ResonanceError:
        return
    assert all(deal.deal_id for deal in reading)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        *[
            ("41500", 41500.0),
            ("$41,500", 41500.0),
            ("€ 41.500,00", 41500.0),
            ("41,500.50", 41500.5),
        ],
        *[("41.5k", 41500.0), ("1.2M", 1_200_000.0), ("(1,200)", -1200.0), ("-3", -3.0)],
        *[
            ("1 234 567,89", 1234567.89),
            ("1.234.567", 1234567.0),
            ("9,5", 9.5),
            ("CHF 1'500", 1500.0),
        ],
        *[("41 500 kr", 41500.0), ("DKK 41,500", 41500.0), ("HKD 5,000", 5000.0), ("5 mil", 5e6)],
        *[("41.500 kr.", 41500.0), ("41.500,-", 41500.0), ("US-$ 500", 500.0), ("1,2E+06", 1.2e6)],
        *[("", None), ("n/a", None), ("1-2", None), ("k", None), ("1.2.3", None)],
        *[(".50", None), ("10-20k", None), ("2026-01-31", None), ("1e999", None)],
        ("9" * 400, None),
    ],
)
def test_amounts_are_read_as_people_write_them(text, amount):
    assert parse_amount(text) == amount


@given(st.integers(-(10**12), 10**12).map(lambda cents: cents / 100))
def test_an_amount_reads_back_as_it_was_written(amount):
    assert parse_amount(f"{amount:.2f}") == amount
    assert parse_amount(f"${amount:,.2f}") == amount


@pytest.mark.parametrize(
    ("outcome", "stage", "expected"),
    [
        ("won", "Closed Lost", "won"),
        ("", "Closed Won", "won"),
        ("", "closedlost", "lost"),
        ("", "Closed - no decision", "lost"),
        ("", "They won't sign", "open"),
        ("", "Past deadline, inactive", "open"),
        ("", "Negotiation", "open"),
        ("In progress", "", "open"),
        ("perhaps", "", None),
    ],
)
def test_the_outcome_is_read_from_words(outcome, stage, expected):
    assert read_outcome(outcome, stage, {}) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("2026-01-09", "2026-01-09T10:00:00Z", "2026/1/9", "20260109", "1/9/2026 10:00", "1/9/26"),
        *(
            "9.1.2026",
            "9 Jan 2026",
            "9-Jan-26",
            "January 9, 2026",
            "Jan. 9th, 2026",
            "Fri, Jan 9, 2026",
        ),
        *("1767956400", "1767956400000"),
    ],
)
def test_dates_are_read_in_many_forms(text):
    assert parse_date(text) == date(2026, 1, 9)


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-13-01", "31/31/2026", "99999999999999", "30 Foo 2026"]
)
def test_what_is_no_date_is_none(text):
    assert parse_date(text) is None


@given(st.dates())
def test_an_iso_date_reads_back(day):
    assert parse_date(day.isoformat()) == day


def test_a_date_is_found_in_a_line_and_in_a_name():
    assert find_date("Call with Acme on 14 January 2026, 10:00") == date(2026, 1, 14)
    assert date_in_name("GMT20260114-150000_Recording.transcript.vtt") == date(2026, 1, 14)
    assert date_in_name("2026_01_14-acme.txt") == date(2026, 1, 14)
    assert date_in_name("call-4417020260114778542.json") is None
