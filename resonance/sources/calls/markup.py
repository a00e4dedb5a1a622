"""HTML bodies of CRM records and e-mails, as lines of text."""

from __future__ import annotations

import html
import re

from lxml import etree
from lxml import html as lxml_html

_IS_HTML = re.compile(r"<(?:p|div|br|ul|ol|li|span|table|b|strong|em|i|a|h[1-6]|html|body)\b", re.I)
_ENTITY = re.compile(r"&(?:\w{2,8}|#\d{1,7});")
_HIDDEN = "//style | //script | //head | //title | //comment() | //processing-instruction()"
_BLOCKS = (
    *("p", "div", "ul", "ol", "li", "table", "tr", "blockquote", "hr", "br"),
    *("h1", "h2", "h3", "h4", "h5", "h6"),
)


def to_lines(body: str) -> str:
    """Text of a body that may be HTML: a line for each paragraph, "- " before list items."""
    if not _IS_HTML.search(body):
        return _ENTITY.sub(lambda match: html.unescape(match[0]), body)
    try:
        root = lxml_html.fromstring(f"<div>{body}</div>")
    except (
        etree.ParserError,
        ValueError,
    ):  # nothing in it but tags, or signs that no HTML may hold
        return re.sub(r"<[^<>]*>", " ", body)
    for each in root.xpath(_HIDDEN):
        each.drop_tree()
    for each in root.iter():
        each.text, each.tail = _flat(each.text), _flat(each.tail)
    for each in root.iter(*_BLOCKS):
        each.text = ("\n- " if each.tag == "li" else "\n") + (each.text or "")
        each.tail = "\n" + (each.tail or "")
    lines = (" ".join(line.split()) for line in root.text_content().split("\n"))
    return "\n".join(line for line in lines if line)


def _flat(text: str | None) -> str | None:
    return re.sub(r"\s+", " ", text) if text else text
