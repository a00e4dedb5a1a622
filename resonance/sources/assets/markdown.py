"""Markdown: rendered to HTML, which may hold HTML already, and read as a page without clutter."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

from resonance.sources.assets import frontmatter, page
from resonance.sources.assets.blocks import Document, first_heading, first_title
from resonance.sources.files import decode

ONLY_TAGS = re.compile(r"\s*(?:</?[A-Za-z][^<>]*>\s*)+")
OPENING_TAG = re.compile(r"<[A-Za-z][A-Za-z0-9-]*")


def read(data: bytes) -> Document:
    metadata, text = frontmatter.split(decode(data))
    blocks = page.blocks(page.parse(_render(text)), "marked")
    title = first_title(
        str(metadata.get("title") or ""), first_heading(blocks, deepest=1), first_heading(blocks)
    )
    return Document(title, tuple(blocks))


def _render(text: str) -> str:
    """HTML in which every block knows its line of the source."""
    # The default depth of 20 silently leaves out what is nested deeper.
    parser = MarkdownIt("commonmark", {"maxNesting": 100}).enable(["table", "strikethrough"])
    env: dict[str, object] = {}
    tokens = parser.parse(text, env)
    for token in tokens:
        if token.map is None:
            continue
        if token.type == "code_block" and ONLY_TAGS.fullmatch(token.content):
            token.content = ""  # an indented tag, left over from HTML around the text
        if token.type == "html_block":
            token.content = _mark_lines(token.content, token.map[0] + 1)
        elif token.nesting >= 0:
            token.attrSet(page.LINE, str(token.map[0] + 1))
    return parser.renderer.render(tokens, parser.options, env)


def _mark_lines(html: str, first: int) -> str:
    lines = enumerate(html.split("\n"), start=first)
    return "\n".join(OPENING_TAG.sub(rf'\g<0> {page.LINE}="{n}"', line) for n, line in lines)
