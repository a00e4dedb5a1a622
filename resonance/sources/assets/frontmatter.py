"""The block of metadata that static-site generators put at the head of a text file."""

from __future__ import annotations

import re
import tomllib

import yaml

BLOCK = re.compile(r"\A(---|\+\+\+)[ \t]*\n(.*?\n)?(?:\1|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
TEMPLATE_TAG = re.compile(r"\{\{[<%][^{}]{0,500}[>%]\}\}|\{%[^{}]{0,500}%\}")


def split(text: str) -> tuple[dict[str, object], str]:
    """Metadata (YAML between `---`, TOML between `+++`) and the text below it.

    The block and the generator's own tags become empty lines, so that lines keep their numbers.
    What looks like such a block but holds no metadata is left in the text.
    """
    found = BLOCK.match(text)
    metadata = _parse(found[1], found[2] or "") if found else None
    if found and metadata is not None:
        text = _blank(found) + text[found.end() :]
    return metadata or {}, TEMPLATE_TAG.sub(_blank, text)


def _parse(fence: str, block: str) -> dict[str, object] | None:
    try:
        parsed = yaml.safe_load(block) if fence == "---" else tomllib.loads(block)
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError, RecursionError):
        return None
    return {str(key): value for key, value in parsed.items()} if isinstance(parsed, dict) else None


def _blank(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")
