"""What a page carries besides its own text: navigation, banners, forms, links to other pages.

Removed by what the page says of its parts (elements, roles, classes), then by how much of a
part is links. Extractors made for news leave out headings, lists and short paragraphs, which are
most of a landing page: of two landing pages' words trafilatura 2.3 keeps 45 and 64 %, jusText 3.0
45 and 70 %, this all, and like them next to nothing else.
"""

from __future__ import annotations

import re

from lxml.html import HtmlElement as Element

# Never the page's own text. A <header> may hold its first heading and is kept.
# fmt: off
ALWAYS = (
    "audio", "canvas", "embed", "iframe", "input", "map", "menu", "nav", "noscript", "object",
    "script", "select", "style", "svg", "template", "textarea", "video",
)
ROLES = {
    "alertdialog", "complementary", "contentinfo", "dialog", "menu", "menubar", "navigation",
    "search", "toolbar",
}
# fmt: on
NAMES = re.compile(
    r"(?:^|-)(?:cookie\w*|consent|gdpr|nav|navbar|navigation|menu|breadcrumbs?|(?<!card-)footer"
    r"|sidebar|widget-area|related\w*|newsletter\w*|pagination|pager|toc|preheader|unsubscribe"
    r"|advert\w*|copyright|comments|sharedaddy|skip-(?:link|nav|to)|also-like|read-next"
    r"|(?:social|share|sharing)-(?:links?|icons?|buttons?|bar|media)"
    r"|(?:recommended|more)-(?:posts|articles|reading|stories))(?:-|$)"
)
INVISIBLE = re.compile(r"display:none|visibility:hidden")
HIDING_CLASSES = {"d-none", "sr-only", "visually-hidden", "screen-reader-text"}
LEADS_ELSEWHERE = re.compile(
    r"(?:you (?:may|might) also .*|related\b.*|keep reading|read (?:next|more)|recommended for you"
    r"|more (?:from|posts|articles|stories|resources|reading)\b.*|(?:recommended|further) reading"
    r"|(?:share|follow) (?:this|us)\b.*|(?:popular|latest|recent) (?:posts|articles|news)"
    r"|(?:table of )?contents|on this page)[:.]?",
    re.IGNORECASE,
)
NOTICE = re.compile(
    r"(?:©|\(c\) \d|copyright\b.*\d{4}).*|.*\ball rights reserved\b.*|skip to (?:main )?content"
    r"|.*\b(?:we|site) uses? cookies\b.*|accept (?:all|cookies)\b.*",
    re.IGNORECASE | re.DOTALL,
)
NOTICE_WORDS = 60

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
MOSTLY = 0.5
FEW_WORDS = 20  # what has no more is not the page's own text for being most of it
ALMOST_ALL = 0.9
LINK_WORDS = 12  # a list item with more is a card with a text of its own


def remove(root: Element) -> None:
    """Take the clutter out of a page's tree."""
    body = root.find("body")
    if body is None:
        return
    own_text = max(_n_words(body) * MOSTLY, FEW_WORDS)
    controlled = {name for e in body.iter() for name in e.get("aria-controls", "").split()}
    for element in list(body.iter(*ALWAYS)):
        _drop(element)
    for element in list(body.iter()):
        if _is_clutter(element, controlled) and not _holds_the_page(element, own_text):
            _drop(element)
    for heading in list(body.iter(*HEADINGS, "p")):
        if LEADS_ELSEWHERE.fullmatch(" ".join(heading.text_content().split())):
            _drop_links_after(heading)
    for element in list(body.iter("ul", "ol")):
        if _is_list_of_links(element) and not _inside(element, "main", "article"):
            _drop(element)
    _keep_main(body)


def is_notice(text: str) -> bool:
    """Whether a block is a legal or technical line that no element or class gave away."""
    return len(text.split()) <= NOTICE_WORDS and NOTICE.fullmatch(text.strip()) is not None


def _is_clutter(element: Element, controlled: set[str]) -> bool:
    tag, role = element.tag, element.get("role", "")
    if tag == "aside":
        return not _inside(element, "main", "article") or _link_share(element) > MOSTLY
    if tag == "footer":
        return not _inside(element, "blockquote", "figure")
    if tag == "button":
        # The headings of an accordion are buttons.
        return not _inside(element, *HEADINGS, "dt", "summary") and not element.get("aria-controls")
    if tag in ("form", "dialog"):
        return True
    if tag == "header" and not any(True for _ in element.iter(*HEADINGS, "p")):
        return True
    return role in ROLES or _named_as_clutter(element) or _is_hidden(element, controlled)


def _named_as_clutter(element: Element) -> bool:
    names = f"{element.get('class', '')} {element.get('id', '')}"
    parts = re.sub(r"([a-z])([A-Z])", r"\1-\2", names).replace("_", "-").lower().split()
    return element.tag not in HEADINGS and any(NAMES.search(part) for part in parts)


def _is_hidden(element: Element, controlled: set[str]) -> bool:
    """Not shown, and not shown by a click either, as tabs and answers to questions are."""
    style = re.sub(r"\s", "", element.get("style", "")).lower()
    hidden = (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or INVISIBLE.search(style) is not None
        or not HIDING_CLASSES.isdisjoint(element.get("class", "").split())
    )
    by_click = element.get("id") in controlled or element.get("role") in ("tabpanel", "region")
    return hidden and not by_click


def _holds_the_page(element: Element, own_text: float) -> bool:
    """Whether so much is inside that its name must be wrong about it."""
    return next(element.iter("h1", "main"), None) is not None or _n_words(element) > own_text


def _drop_links_after(heading: Element) -> None:
    """Drop a heading such as "Related posts" and the links under it."""
    following = []
    for sibling in heading.itersiblings():
        if sibling.tag in HEADINGS or _link_share(sibling) < MOSTLY:
            break
        following.append(sibling)
    if following:
        for element in [heading, *following]:
            _drop(element)


def _is_list_of_links(element: Element) -> bool:
    items = element.findall("li")
    short = _n_words(element) <= LINK_WORDS * len(items)
    return len(items) > 1 and short and _link_share(element) >= ALMOST_ALL


def _keep_main(body: Element) -> None:
    """Keep only <main>, where there is one and the page's first heading is not outside of it."""
    mains = [e for e in body.iter() if e.tag == "main" or e.get("role") == "main"]
    if not mains:
        return
    outside = set(body.iter("h1")) - {h for main in mains for h in main.iter("h1")}
    if outside or not any(_n_words(main) for main in mains):
        return
    for element in list(body):
        body.remove(element)
    body.text = None
    body.extend(mains)


def _drop(element: Element) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _inside(element: Element, *tags: str) -> bool:
    return next(element.iterancestors(*tags), None) is not None


def _n_words(element: Element) -> int:
    return len(element.text_content().split())


def _link_share(element: Element) -> float:
    """Share of the words that are links, in [0, 1]; 0 where there are none."""
    links = [element] if element.tag == "a" else element.iter("a")
    return sum(map(_n_words, links)) / max(1, _n_words(element))
