"""HTML bodies of CRM records and e-mails, as lines of text."""

from __future__ import annotations

import html
import re

from lxml import etree
from lxml import html as lxml_html

_IS_HTML = re.compile(r"<(?:p|div|br|ul|ol|li|span|table|b|strong|em|i|a|h[1-6]|html|body)\b", re.I)
_LINE_END = re.compile(r"<(?:br|hr)\b[^>]*>|</(?:p|div|li|tr|h[1-6]|ul|ol|table|blockquote)>", re.I)
_ITEM = re.compile(r"<li\b[^>]*>", re.I)
_HIDDEN = re.compile(r"<(style|script|head|title)\b.*?</\1\s*>|<!--.*?-->", re.I | re.S)


def to_lines(body: str) -> str:
    """Text of a body that may be HTML: a line for each paragraph, "- " before list items."""
    if not _IS_HTML.search(body):
        return re.sub(r"&(?:\w{2,8}|#\d{1,7});", lambda match: html.unescape(match[0]), body)
    flat = re.sub(r"\s+", " ", _HIDDEN.sub(" ", body))
    marked = _LINE_END.sub("\n", _ITEM.sub("\n- ", flat))
    try:
        text = lxml_html.fromstring(f"<div>{marked}</div>").text_content()
    except (etree.ParserError, ValueError):
        text = re.sub(r"<[^>]*>", " ", marked)
    lines = (line.strip() for line in text.replace("\xa0", " ").split("\n"))
    return "\n".join(line for line in lines if line)
