"""What a corpus has planted in its dates and deals, and whether the analysis says so.

A fact is said where `trends`, `deals` or `deals --reasons` puts it in words, corrected for many
themes. It is ranked first where their tables put it before all that nobody planted, for there
may be too few deals to say a thing that is there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from resonance.deals import Trend, WinLoss, trends, win_loss
from resonance.errors import InputError
from resonance.evaluate.corpus import Corpus, Said
from resonance.evaluate.figures import Figure, Section
from resonance.evaluate.gold import Fact
from resonance.evaluate.themes import found_themes, in_gold_themes
from resonance.odds import deal_sizes
from resonance.reasons import loss_reasons
from resonance.records import Findings, Statement, Theme

UNTESTED = 2.0  # behind every p-value


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a fact is said, whether it is ranked first, and the figures behind it."""

    said: bool = False
    first: bool = False
    figures: str = ""


def facts_sections(
    corpus: Corpus, findings: Findings, found: Sequence[tuple[Statement, Said]]
) -> tuple[tuple[Section, ...], dict[str, list[str]]]:
    """A section by the gold themes and one by those found, with lists; none without facts.

    found : statements of the pipeline, with the label that each matches
    Raises InputError where a fact is about a theme or a deal that is not there.
    """
    facts = corpus.gold.facts
    if not facts:
        return (), {}
    known = {label.theme_id for label in corpus.gold.labels} | {d.deal_id for d in findings.deals}
    if strange := [fact.subject for fact in facts if fact.subject not in known]:
        raise InputError(
            f"gold/facts.csv is about {strange[0]!r}, which is neither a theme of"
            f" gold/statements.csv nor a deal of deals.csv; correct it."
        )
    given = as_a_perfect_analysis(corpus, findings)
    own = {theme.theme_id: theme.theme_id for theme in given.themes}
    both = {
        "Planted facts, given the statements": judge(facts, given, own),
        "Planted facts, whole pipeline": judge(facts, findings, found_themes(found)),
    }
    sections = tuple(_section(title, facts, verdicts) for title, verdicts in both.items())
    lists = {
        title: [_line(fact, verdict) for fact, verdict in zip(facts, verdicts, strict=True)]
        for title, verdicts in both.items()
    }
    return sections, lists


def as_a_perfect_analysis(corpus: Corpus, findings: Findings) -> Findings:
    """The same calls and deals with the gold statements in their gold themes."""
    statements = in_gold_themes(corpus.statements)
    return replace(findings, statements=tuple(statements), themes=_themes(statements))


def judge(facts: Sequence[Fact], findings: Findings, theme_of: Mapping[str, str]) -> list[Verdict]:
    """A verdict on each fact.

    theme_of : the theme in `findings` that stands for each gold theme; one that is left out
               was not found
    """
    tables = _Tables(findings, Counter(fact.fact for fact in facts))
    return [_judge(fact, tables, theme_of.get(fact.subject, "")) for fact in facts]


class _Tables:
    """What `trends` and `deals` tell of each theme, and how many facts there are of a kind."""

    def __init__(self, findings: Findings, many: Mapping[str, int]):
        self.many = many
        self.trends = {trend.theme_id: trend for trend in trends(findings)}
        self.deals = {row.theme_id: row for row in win_loss(findings)}
        self.sizes = {row.theme_id: row for row in deal_sizes(findings)}
        self.reasons = {row.deal_id: row for row in loss_reasons(findings)}


def _judge(fact: Fact, tables: _Tables, theme_id: str) -> Verdict:
    if fact.fact == "misleading reason":
        return _reason(fact, tables)
    return JUDGES[fact.fact](theme_id, fact, tables) if theme_id else Verdict(figures="not found")


def _moving(theme_id: str, fact: Fact, tables: _Tables) -> Verdict:
    """Rising or fading."""
    own = tables.trends[theme_id]
    sign = 1 if fact.fact == "rising" else -1
    order = {t: _p(row.p_value) for t, row in tables.trends.items() if sign * _change(row) > 0}
    early, late = _halves(own)
    figures = f"{own.direction}{_shown(own.p_value)}; voiced by {early:.0%}, then {late:.0%}"
    return Verdict(
        own.direction == fact.fact, _is_first(theme_id, order, tables.many[fact.fact]), figures
    )


def _large(theme_id: str, fact: Fact, tables: _Tables) -> Verdict:
    own = tables.sizes[theme_id]
    order = {
        t: _p(row.p_value)
        for t, row in tables.sizes.items()
        if (row.median or 0.0) > (row.median_others or 0.0)
    }
    figures = (
        f"{own.verdict}{_shown(own.p_value)}; {own.n_accounts} accounts, median"
        f" {own.median or 0:,.0f} against {own.median_others or 0:,.0f} elsewhere"
    )
    said = own.verdict == "raised more often on larger deals"
    return Verdict(said, _is_first(theme_id, order, tables.many[fact.fact]), figures)


def _harmless(theme_id: str, fact: Fact, tables: _Tables) -> Verdict:
    own = tables.deals[theme_id]
    said = own.verdict in ("no evidence of a difference", "raised more often in won deals")
    order = {t: -(row.won + row.lost + row.open) for t, row in tables.deals.items()}
    return Verdict(said, _is_first(theme_id, order, tables.many[fact.fact]), _split(own))


def _losing(theme_id: str, fact: Fact, tables: _Tables) -> Verdict:
    own = tables.deals[theme_id]
    said = own.verdict == "raised more often in lost deals"
    order = {t: -row.odds_ratio for t, row in tables.deals.items()}
    return Verdict(said, _is_first(theme_id, order, tables.many[fact.fact]), _split(own))


def _leaning(theme_id: str, fact: Fact, tables: _Tables) -> Verdict:
    """Towards losing, and too weakly to be claimed."""
    own = tables.deals[theme_id]
    said = own.odds_ratio > 1 and own.verdict == "no evidence of a difference"
    order = {t: -row.odds_ratio for t, row in tables.deals.items()}
    n = tables.many["losing"] + tables.many[fact.fact]
    return Verdict(said, _is_first(theme_id, order, n), _split(own))


def _reason(fact: Fact, tables: _Tables) -> Verdict:
    """Whether the deal is listed as one whose typed reason its prospects never voiced."""
    own = tables.reasons.get(fact.subject)
    if own is None:
        return Verdict(figures="not heard from")
    times = dict(own.named).get(fact.reason)
    figures = f"{own.comparison}; {fact.reason} in {times or 0} of {own.n_objections} objections"
    return Verdict(own.differs and times == 0, own.differs, figures)


JUDGES: Mapping[str, Callable[[str, Fact, _Tables], Verdict]] = {
    "rising": _moving,
    "fading": _moving,
    "on large deals": _large,
    "frequent and harmless": _harmless,
    "losing": _losing,
    "leaning to losing": _leaning,
}


def _is_first(theme_id: str, order: Mapping[str, float], n: int) -> bool:
    """Whether a theme is among the first n."""
    return theme_id in sorted(order, key=lambda t: (order[t], t))[:n]


def _p(value: float | None) -> float:
    return UNTESTED if value is None else value


def _shown(p_value: float | None) -> str:
    if p_value is None:
        return ""
    return ", p <0.001" if p_value < 0.0005 else f", p {p_value:.3f}"


def _change(trend: Trend) -> float:
    early, late = _halves(trend)
    return late - early


def _halves(trend: Trend) -> tuple[float, float]:
    """Share of the accounts heard from, month by month, in the first months and in the rest."""
    middle = len(trend.months) // 2
    early, late = (
        (sum(m.n_voiced for m in months), sum(m.n_heard for m in months))
        for months in (trend.months[:middle], trend.months[middle:])
    )
    return early[0] / max(early[1], 1), late[0] / max(late[1], 1)


def _split(row: WinLoss) -> str:
    return (
        f"{row.verdict}{_shown(row.p_value)}; {row.won} won, {row.lost} lost, odds of losing"
        f" × {row.odds_ratio:.1f} ({row.low:.1f}–{row.high:.1f})"
    )


def _themes(statements: Sequence[Statement]) -> tuple[Theme, ...]:
    members: dict[str, list[Statement]] = {}
    for statement in statements:
        if statement.theme_id:
            members.setdefault(statement.theme_id, []).append(statement)
    return tuple(_theme(theme_id, members[theme_id]) for theme_id in sorted(members))


def _theme(theme_id: str, members: Sequence[Statement]) -> Theme:
    counts = Counter(statement.category for statement in members)
    category = min(counts, key=lambda name: (-counts[name], name))
    n_calls = len({statement.call_id for statement in members})
    return Theme(
        theme_id, members[0].kind, category, theme_id, (), (), len(members), n_calls, 0, 0.0, 0.0
    )


def _section(title: str, facts: Sequence[Fact], verdicts: Sequence[Verdict]) -> Section:
    totals = (
        Figure(
            "said",
            sum(verdict.said for verdict in verdicts),
            "facts that the analysis puts in words",
            of=len(facts),
        ),
        Figure(
            "ranked first",
            sum(verdict.first for verdict in verdicts),
            "facts that its tables put before all that nobody planted",
            of=len(facts),
        ),
    )
    each = tuple(
        Figure(f"{fact.subject} {fact.fact}", int(verdict.said), _told(fact, verdict))
        for fact, verdict in zip(facts, verdicts, strict=True)
    )
    about = (
        "What was planted in the dates and the deals (gold/facts.csv): 1 where `trends`, `deals`"
        " or `deals --reasons` says it, corrected for many themes, and 0 where it does not."
    )
    return Section(title, about, (*totals, *each))


def _told(fact: Fact, verdict: Verdict) -> str:
    ranked = "ranked first" if verdict.first else "not ranked first"
    return f"{fact.says}: {verdict.figures}; {ranked}"


def _line(fact: Fact, verdict: Verdict) -> str:
    said = "said" if verdict.said else "not said"
    return f"{fact.subject} {fact.fact}: {said}. {_told(fact, verdict)}"
