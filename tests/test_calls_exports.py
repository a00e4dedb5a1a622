"""CSV exports of HubSpot and Salesforce, and e-mails."""

from datetime import date

import pytest

from resonance.records import Party
from resonance.sources.calls import crm, mail
from resonance.sources.calls.parts import Unreadable


def blocks(call) -> list[str]:
    return [turn.text for turn in call.turns]


def test_a_hubspot_export_of_the_api_is_a_note_per_row():
    table = (
        "hs_object_id,hs_timestamp,hs_call_title,hs_call_body,hubspot_owner_id\n"
        '5001,2026-03-09T15:30:00.000000+00:00,Acme,"<p>Too&nbsp;dear &amp; late.</p><p>Wants:</p>'
        '<ul><li>SSO</li><li>an export<br>by May</li></ul><style>p {}</style>",7000\n'
    )
    (call,) = crm.read(table, {}).calls
    assert blocks(call) == ["Too dear & late.", "Wants:", "SSO", "an export", "by May"]
    assert (call.channel, call.record_id, call.title, call.date) == (
        *("note", "5001", "Acme", date(2026, 3, 9)),
    )
    assert call.parties == ()


def test_a_hubspot_export_of_the_screen_says_deal_company_and_owner():
    table = (
        "Record ID,Call title,Activity date,Call notes,Associated Deal IDs,Associated Company,"
        "Activity assigned to,Associated Contact\n"
        '58,Acme intro,2026-01-29 13:52,"Spoke w/ Dana.\n- too dear\n- not before May",D10;D11,'
        "Acme,Maya Ortiz,Dana Berg (dana@acme.example);Lou Hale\n"
    )
    (call,) = crm.read(table, {}).calls
    assert blocks(call) == ["Spoke w/ Dana.", "too dear", "not before May"]
    assert (call.deal_id, call.account) == ("D10", "Acme")
    assert call.parties == (
        Party("Maya Ortiz", "vendor", role_from="owner"),
        Party("Dana Berg", "prospect", "dana@acme.example", role_from="contact"),
        Party("Lou Hale", "prospect", role_from="contact"),
    )


def test_salesforce_tasks_keep_their_opportunity_but_not_an_account_for_a_deal():
    table = (
        '"Id","WhatId","Subject","OwnerId","Description"\n'
        '"00T000000000000001","006000000000000001","Call","005000000000001AAA","Too dear."\n'
        '"00T000000000000002","001000000000000002","Call","005000000000001AAA","We wait."\n'
    )
    calls = crm.read(table, {}).calls
    assert [call.deal_id for call in calls] == ["006000000000000001", ""]
    assert [call.parties for call in calls] == [(), ()]


def test_a_salesforce_report_in_another_country_reads_the_same():
    table = (
        "\ufeffActivity ID;Subject;Comments;Date;Assigned;Name;Company / Account\n"
        '00T1;Call;"Too dear\nwe wait";3/1/2026;Maya Ortiz;Dana Berg;Acme\n'
        "00T2;Call;No budget;22/1/2026;Maya Ortiz;Dana Berg;Acme\n"
        ";;;;;;\nCopyright © 2026;;;;;;\n"
    ).lstrip("\ufeff")
    harvest = crm.read(table, {})
    assert [call.date for call in harvest.calls] == [date(2026, 1, 3), date(2026, 1, 22)]
    assert [call.account for call in harvest.calls] == ["Acme", "Acme"]
    assert [flaw.reason for flaw in harvest.flaws] == [
        "1 of its 3 rows have no notes, the first is row 5"
    ]


def test_a_table_of_ones_own_is_read_with_a_mapping():
    table = "Nr,Wann,Was gesagt wurde\n7,14.01.2026,zu teuer\n"
    with pytest.raises(Unreadable, match=r"no export of calls or notes; its columns are Nr, Wann"):
        crm.read(table, {})
    mapping = {"notes": "Was gesagt wurde", "date": "wann", "source_id": "Nr"}
    (call,) = crm.read(table, mapping).calls
    assert (call.record_id, call.date, blocks(call)) == ("7", date(2026, 1, 14), ["zu teuer"])


def test_a_quote_that_is_never_closed_is_reported_where_it_is_opened():
    table = 'Record ID,Call notes\n1,"fine"\n2,"never closed\n3,lost\n'
    harvest = crm.read(table, {})
    assert [call.record_id for call in harvest.calls] == ["1", "2"]
    assert (harvest.flaws[0].place, "never closed" in harvest.flaws[0].reason) == ("row 3", True)


def message(body: str, *headers: str) -> bytes:
    head = ("From: Dana Berg <dana@acme.example>", "To: Maya Ortiz <maya@vend.example>", *headers)
    return "\r\n".join((*head, "Content-Type: text/plain; charset=utf-8", "", body)).encode()


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "\n\nBest regards,\nDana Berg\nCFO, Acme\n+1 555 0100",
        "\n-- \nDana Berg\nCFO",
        "\n\nSent from my iPhone",
        "\n\nOn Mon, Jan 5, 2026 at 10:00 AM Maya <maya@vend.example>\nwrote:\n\n> Our offer\n"
        "> is this",
        "\n\nThanks\nDana\n\n-----Original Message-----\nFrom: Maya\nSent: Monday\nTo: Dana\n"
        "Subject: x\n\nold",
        "\n\n________________________________\nFrom: Maya Ortiz <m@v.example>\n"
        "Sent: Monday, January 5, 2026"
        " 4:22 PM\nTo: Dana\nSubject: x\n\nold",
    ],
)
def test_only_what_a_sender_wrote_anew_is_read(rest):
    (turn,) = mail.read(message("Hi Maya,\n\nToo dear — we wait." + rest)).turns
    assert (turn.speaker, turn.text) == ("Dana Berg", "Hi Maya,\nToo dear — we wait.")


def test_answers_between_quoted_lines_are_kept_without_them():
    (turn,) = mail.read(
        message("> By May?\nNo, the audit is first.\n> The price?\nToo high.")
    ).turns
    assert turn.text == "No, the audit is first.\nToo high."


def test_thanks_in_the_middle_of_a_message_are_no_signature():
    body = "Thanks,\nbut the price is far too high for a company of our size; we would wait a year."
    (turn,) = mail.read(message(body)).turns
    assert turn.text == body


def test_an_email_has_a_date_a_subject_and_its_people():
    call = mail.read(
        message(
            "No.",
            "Date: Mon, 5 Jan 2026 23:30:00 -0800",
            "Subject: =?utf-8?q?Caf=C3=A9?=",
            "Cc: lou@acme.example",
        )
    )
    assert (call.channel, call.date, call.title) == ("email", date(2026, 1, 5), "Café")
    assert call.parties == (
        Party("Dana Berg", email="dana@acme.example"),
        Party("Maya Ortiz", email="maya@vend.example"),
        Party("lou@acme.example", email="lou@acme.example"),
    )


def test_a_forwarded_email_speaks_for_the_one_who_wrote_it():
    body = (
        "---------- Forwarded message ---------\nFrom: Lou Hale <lou@acme.example>\n"
        "Date: Sun, Jan 4, 2026 at 10:00 AM\nSubject: price\nTo: Dana\n\nToo dear.\n"
    )
    call = mail.read(message(body, "Date: Mon, 5 Jan 2026 10:00:00 +0000"))
    assert [(turn.speaker, turn.text) for turn in call.turns] == [("Lou Hale", "Too dear.")]
    assert call.date == date(2026, 1, 4)


def test_an_email_in_html_or_an_unknown_charset_is_read():
    head = b"From: dana@acme.example\r\nContent-Type: text/"
    assert mail.read(head + b"html\r\n\r\n<p>Too <b>dear</b>.</p><p>We wait.</p>").turns[
        0
    ].text == ("Too dear.\nWe wait.")
    assert mail.read(head + b"plain; charset=klingon\r\n\r\ncaf\xe9").turns[0].text == "café"


def test_an_attachment_is_not_what_was_said():
    raw = (
        b"From: dana@acme.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        b"Content-Type: text/plain\r\n\r\nToo dear.\r\n--b\r\nContent-Type: text/plain\r\n"
        b"Content-Disposition: attachment; filename=x.txt\r\n\r\nnot said\r\n--b--\r\n"
    )
    assert [turn.text for turn in mail.read(raw).turns] == ["Too dear."]


def test_a_text_without_headers_is_no_email():
    with pytest.raises(Unreadable, match="no e-mail headers"):
        mail.read(b"\r\njust text")
