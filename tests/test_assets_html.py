"""Pages as the web has them: what is said is kept, what surrounds it is not."""

from __future__ import annotations

import time

import pytest

from resonance.errors import InputError
from resonance.sources.assets.page import read
from resonance.sources.assets.passages import cut


def texts(html: str) -> list[str]:
    return [" ".join(block.text.split()) for block in read(html.encode()).blocks]


WORDPRESS = """<!DOCTYPE html><html><head><title>Moving day | Acme</title></head>
<body class="single single-post with-sidebar cookies-not-set">
<a class="skip-link screen-reader-text" href="#content">Skip to content</a>
<div id="page"><div id="masthead" class="site-header"><div class="site-branding">
<p class="site-title"><a href="/">Acme</a></p></div>
<div id="site-navigation" class="main-navigation"><div class="menu-main"><ul>
<li><a href="/price">Price list</a></li><li><a href="/security">Security</a></li>
</ul></div></div></div>
<div id="content" class="site-content"><div class="entry-content">
<h1 class="entry-title">Moving day</h1>
<p>We load your history for you, in one weekend.</p>
<h2>What we ask of you</h2><p>One export, one signature.</p>
<div class="sharedaddy"><h3>Share this:</h3><ul><li><a href="#">Twitter</a></li></ul></div>
<div id="jp-relatedposts"><h3>Related</h3><p><a href="/fraud">How thieves pose</a></p></div>
</div>
<div id="secondary" class="widget-area"><h3>Recent posts</h3>
<ul><li><a href="/a">Audit season</a></li><li><a href="/b">Budget season</a></li></ul></div></div>
<div id="colophon" class="site-footer">Proudly made in Ohio</div></div>
<div id="cookiebar">This site uses cookies to make you happy.</div></body></html>"""


def test_a_page_that_names_its_parts_by_class_only_is_cleared_of_them():
    document = read(WORDPRESS.encode())
    assert document.title == "Moving day"
    said = [block.text for block in document.blocks if "Acme" not in block.text]
    assert said == [
        "Moving day",
        "We load your history for you, in one weekend.",
        "What we ask of you",
        "One export, one signature.",
    ]


def test_a_page_that_names_nothing_keeps_its_text_and_loses_lists_of_links():
    said = texts(
        "<body><div><ul><li><a>Platform</a></li><li><a>Price list</a></li></ul></div>"
        "<div><h1>Moving day</h1><p>We load it.</p><ul><li>Export.</li><li>Sign.</li></ul></div>"
        "<div><h4>Related articles</h4><p><a>Audit season</a></p><p><a>Budgets</a></p></div>"
        "<div>We use cookies to remember you.</div><div>© 2026 Acme Inc.</div></body>"
    )
    assert said == ["Moving day", "We load it.", "Export.", "Sign."]


def test_a_list_of_links_inside_the_article_is_part_of_it():
    said = texts(
        "<main><h1>Trust</h1><p>Ask for:</p><ul><li><a>The audit report</a></li>"
        "<li><a>The test summary</a></li></ul></main>"
    )
    assert "The audit report" in said


def test_a_heading_is_kept_whatever_its_class():
    said = texts("<main><h2 class='anchorWithStickyNavbar related'>Set-up</h2><p>A day.</p></main>")
    assert said == ["Set-up", "A day."]


def test_a_first_heading_outside_of_main_is_kept():
    said = texts(
        "<body><header><nav>Home</nav><h1>Close on day four</h1><p>Not day nine.</p></header>"
        "<main><h2>How</h2><p>Record it on arrival.</p></main></body>"
    )
    assert said == ["Close on day four", "Not day nine.", "How", "Record it on arrival."]


def test_answers_that_open_on_a_click_are_read():
    said = texts(
        "<main><h1>Questions</h1><h2><button aria-controls='a1'>How long?</button></h2>"
        "<div id='a1' hidden>A week.</div><button aria-controls='a2'>What does it cost?</button>"
        "<div id='a2' aria-hidden='true'>Less.</div><details><summary>Who helps?</summary>We do."
        "</details><button>Book a demo</button></main>"
    )
    assert said == [
        "Questions",
        "How long?",
        "A week.",
        "What does it cost?",
        "Less.",
        "Who helps?",
        "We do.",
    ]


def test_what_is_hidden_for_good_is_not_read():
    said = texts(
        "<body><div style='display: none'>Preview text</div><p class='sr-only'>Logo</p>"
        "<p hidden>Draft</p><p>Shown.</p></body>"
    )
    assert said == ["Shown."]


def test_forms_are_left_out_unless_the_whole_page_is_one():
    page = "<h1>Price</h1><p>Fair and on the page.</p><form><label>E-mail</label> Sign up</form>"
    assert texts(page) == ["Price", "Fair and on the page."]
    assert texts(f"<form id='aspnet'>{page.replace('form', 'div')}</form>")[:2] == [
        "Price",
        "Fair and on the page.",
    ]


def test_a_table_of_figures_is_read_by_row_and_a_table_for_layout_by_cell():
    said = texts(
        "<table><tr><th>Plan</th><th>Price</th></tr><tr><td><p>Starter</p></td><td>$590</td></tr>"
        "</table><table><tr><td><h2>Left</h2><p>One.</p></td><td><p>Two.</p></td></tr></table>"
    )
    assert said == ["Plan | Price", "Starter | $590", "Left", "One.", "Two."]


def test_two_line_breaks_part_paragraphs_and_one_does_not():
    assert texts("<div>One<br>and a half.<br> <br/>Two.</div>") == ["One and a half.", "Two."]


def test_text_in_a_link_or_in_bold_stays_in_its_sentence():
    assert texts("<p>We <b>never</b> <a href='x'>charge suppliers</a>.</p>") == [
        "We never charge suppliers."
    ]


def test_a_block_knows_the_line_of_the_source_it_begins_on():
    page = "<html>\n<body>\n<main>\n<h1\n class='x'>Price</h1>\n\n<p>\n  Fair.\n</p>text\n</main>"
    assert [(b.text, b.line) for b in read(page.encode()).blocks] == [
        ("Price", 5),
        ("Fair.", 8),
        ("text", 9),
    ]


def test_the_title_is_the_first_heading_else_the_name_of_the_page():
    assert read(b"<title>Price | Acme</title><h1>Price</h1><p>x").title == "Price"
    assert read(b"<title>Price | Acme</title><h3>Plans</h3><p>x").title == "Price | Acme"
    assert read(b"<h3>Plans</h3><p>x").title == "Plans"


def test_a_page_names_its_own_encoding():
    page = '<meta charset="iso-8859-2"><h1>Cena</h1><p>Żółta łódź.</p>'
    assert "Żółta łódź." in [b.text for b in read(page.encode("iso-8859-2")).blocks]


def test_a_page_with_front_matter_and_template_tags_is_read_without_them():
    page = '+++\ntitle = "Price"\n+++\n\n<p>Fair {{< icon "x.svg" >}} price.</p>'
    document = read(page.encode())
    assert document.title == "Price"
    assert [(" ".join(b.text.split()), b.line) for b in document.blocks] == [("Fair price.", 5)]


def test_entities_and_outside_files_are_not_followed(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden words")
    page = (
        f"<?xml version='1.0'?><!DOCTYPE html [<!ENTITY x SYSTEM 'file://{secret}'>]>"
        f"<html><body><p>Fair &x; price</p><iframe src='file://{secret}'></iframe></body></html>"
    )
    assert "hidden" not in " ".join(texts(page))


@pytest.mark.parametrize("depth", [300, 1500])
def test_text_deep_inside_other_elements_is_found(depth):
    assert texts("<div>" * depth + "<p>Deep.</p>" + "</div>" * depth + "<p>After.</p>") == [
        "Deep.",
        "After.",
    ]


def test_a_page_nested_beyond_reason_is_refused_and_not_cut_short():
    with pytest.raises(InputError, match="nested too deeply"):
        read(("<div>" * 5000 + "deep" + "</div>" * 5000 + "<p>After.</p>").encode())


def test_a_large_page_takes_no_longer_than_its_size_warrants(encoder):
    page = "<main>" + "<div class='card'><h3>Price</h3><p>It is fair.</p></div>" * 5000 + "</main>"
    start = time.perf_counter()
    assert len(cut(read(page.encode()).blocks, "", encoder)) == 5000
    assert time.perf_counter() - start < 15
