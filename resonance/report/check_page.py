"""A check as a page: what a draft answers, where it does so, and what its readers miss in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from resonance.check import Check, PassageCheck, ThemeCheck
from resonance.records import Match
from resonance.report import charts
from resonance.report.page import fill
from resonance.report.views import Evidence, Link

LEAST_SCALE = 10.0  # points: a low score does not fill its bar


@dataclass(frozen=True, slots=True)
class Proof:
    """A theme that the draft answers or names, its place on the page, and its passages."""

    anchor: str
    theme: ThemeCheck
    evidence: Evidence
    passages: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class PassageView:
    """A passage, with the themes that it helps to answer, the first most, and those it only names.

    `heading` is "" where it is that of the passage before, or the draft's title.
    """

    anchor: str
    passage: PassageCheck
    heading: str
    helps: tuple[Link, ...]
    names: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class DraftView:
    """A check with its places on the page; `strip` has a piece for each passage."""

    anchor: str
    check: Check
    answers: tuple[Proof, ...]
    names: tuple[Proof, ...]
    passages: tuple[PassageView, ...]
    strip: tuple[charts.Segment, ...]

    @property
    def idle(self) -> tuple[PassageView, ...]:
        """The passages that answer nothing."""
        return tuple(each for each in self.passages if not each.helps)


def as_html(checks: Sequence[Check]) -> str:
    """One page for all drafts, in the order given.

    Like the report it is a single file that needs no network and no script, and it takes
    every text for hostile. The same checks give the same text.
    """
    drafts = tuple(draft_view(f"draft-{n}", check) for n, check in enumerate(checks, 1))
    highest = max(LEAST_SCALE, *(max(c.score.resonance, c.score.high or 0.0) for c in checks))
    return fill("check_page.html", drafts=drafts, top=charts.round_top(highest))


def draft_view(anchor: str, check: Check) -> DraftView:
    """A check with its places on a page, all of which begin with `anchor`."""
    links = {
        theme.theme_id: Link(theme.name, f"#{anchor}-theme-{n}", theme.kind)
        for n, theme in enumerate((*check.answers, *check.names), 1)
    }
    passages = tuple(
        PassageView(
            f"{anchor}-passage-{i + 1}",
            passage,
            _new_heading(check, i),
            tuple(links[t.theme_id] for t in _of(passage, check.answers)),
            tuple(links[t.theme_id] for t in _of(passage, check.names)),
        )
        for i, passage in enumerate(check.passages)
    )
    return DraftView(
        anchor,
        check,
        tuple(_proof(check, theme, links[theme.theme_id], passages) for theme in check.answers),
        tuple(_proof(check, theme, links[theme.theme_id], passages) for theme in check.names),
        passages,
        tuple(_segment(each, len(passages)) for each in passages),
    )


def _of(passage: PassageCheck, themes: Sequence[ThemeCheck]) -> list[ThemeCheck]:
    """The themes that the passage carries, the one it is marked with first, or is the proof of."""
    own = [t for t in themes if passage.theme_id == t.theme_id or passage.row == t.passage_row]
    return sorted(own, key=lambda t: t.theme_id != passage.theme_id)


def _proof(check: Check, theme: ThemeCheck, link: Link, passages: Sequence[PassageView]) -> Proof:
    match = Match(
        check.score.asset_id,
        theme.theme_id,
        theme.relevance,
        theme.verdict,
        theme.passage,
        theme.passage_row,
        theme.quote,
    )
    where = ", ".join(filter(None, (theme.heading, theme.place)))
    evidence = Evidence(match, Link(theme.name, kind=theme.kind), Link("This draft"), where)
    own = tuple(
        Link(str(n), f"#{each.anchor}")
        for n, each in enumerate(passages, 1)
        if link in each.helps or link in each.names
    )
    return Proof(link.href[1:], theme, evidence, own)


def _new_heading(check: Check, i: int) -> str:
    before = check.passages[i - 1].heading if i else check.title
    heading = check.passages[i].heading
    return "" if heading in (before, check.title) else heading


def _segment(each: PassageView, n_passages: int) -> charts.Segment:
    name = ", ".join(link.text for link in each.helps) or "answers nothing"
    kind = each.helps[0].kind if each.helps else "other"
    title = f"Passage {each.passage.row + 1}: {name}"
    return charts.Segment(1 / n_passages, kind, not each.helps, title)
