"""The report: findings in, one HTML file out, with nothing to load and no script."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from resonance.records import Findings, Problem
from resonance.report import charts, words
from resonance.report.build import build
from resonance.report.write import write_whole
from resonance.workspace import Workspace

TITLE = "What prospects voice, and what our marketing answers"

# What HTML cannot hold: control characters, and U+FEFF, which some readers take for a mark.
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufeff\ufffe\uffff]")


def render(findings: Findings, problems: Sequence[Problem] = (), *, title: str = TITLE) -> str:
    """The whole report as HTML.

    It needs no network, and its policy forbids any. Every text is taken for hostile and
    escaped. The same findings give the same text, whatever the order of their rows.
    """
    return fill("report.html", title=title, view=build(findings, problems))


def fill(template: str, **values: object) -> str:
    """A template as a whole page, with the style sheet and the policy that allows only that."""
    style = style_sheet()
    html = environment().get_template(template).render(
        values, style=Markup(style), policy=_policy(style)
    )  # fmt: skip
    return fit(html)


def fit(html: str) -> str:
    """The page without what HTML cannot hold; half a character is a "?"."""
    return UNFIT.sub("", html.encode("utf-8", "replace").decode("utf-8"))


def write_report(workspace: Workspace, path: Path) -> None:
    """Write the report of a workspace's last analysis; the file appears whole or not at all.

    Raises StoreError when there has been no analysis, InputError when it cannot be written.
    """
    html = render(workspace.findings(), workspace.store().problems())
    write_whole(html.encode(), path)


@cache
def environment(*packages: str) -> Environment:
    """Templates with what they may call; all that is put into them is escaped.

    packages : whose templates go before the report's
    """
    env = Environment(
        loader=ChoiceLoader([PackageLoader(name) for name in (*packages, "resonance.report")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(
        money=words.money,
        percent=words.percent,
        likely=words.likely,
        day=words.day,
        clock=words.clock,
        category=words.category,
        shorten=words.shorten,
        listed=words.listed,
    )
    env.globals.update(
        charts=charts, count=words.count, span=words.span, months=words.months,
        VERDICTS=words.VERDICTS, TRENDS=words.TRENDS, NOT_ENOUGH=words.NOT_ENOUGH,
    )  # fmt: skip
    return env


@cache
def style_sheet() -> str:
    return files("resonance.report").joinpath("style.css").read_text(encoding="utf-8")


def _policy(style: str) -> str:
    """Nothing but this very style sheet: a style that somebody smuggled in is not applied."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
