"""The only room that knows the order.

    sources → privacy → speakers → voice → embed → themes → identity → label → relevance → score

Reading and hearing cost what is new: a file is read again when its digest changed, a call is
heard again when its words, its roles or the models changed. Relevance and scores are made
again, and saved in one transaction, when anything they stand on changed. So a run that is
killed leaves a whole store, and the next run completes it. Themes stand from run to run and are
fitted anew when too much of what was said is new to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain, islice
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np

import resonance
from resonance.config import Settings
from resonance.curate import Edit, Seed, replay
from resonance.deals import trends
from resonance.embed import Encoder, RecentEncoder
from resonance.gist import Gists, known_gists, restate
from resonance.grouping import Grouping, group, seed_vectors
from resonance.identity import Revision, Transition
from resonance.known import encode_passages, encode_statements
from resonance.language import load_nlp
from resonance.llm_names import Suggest, ask_names
from resonance.matching import match_assets
from resonance.ownwords import Quoted
from resonance.privacy import Redactor
from resonance.records import Call, Deal, Findings, Kind, Problem, Statement
from resonance.score import score_assets, voiced
from resonance.sources import Reading, read_assets, read_calls, read_deals
from resonance.sources.files import digest
from resonance.space import theme_space
from resonance.speakers import assign_roles
from resonance.standing import Placed, Standing
from resonance.store import RecordKind, Store
from resonance.store.codec import from_json, to_json
from resonance.store.vectors import KeptEncoder
from resonance.voice import VoiceModel, find_statements
from resonance.workspace import Workspace

Progress = Callable[[str, int, int], None]  # stage, done, total
Announce = Callable[[str], None]  # a line

CALLS_AT_A_TIME = 8
VERSION = f"{resonance.__version__}:"  # what another version read or heard is done again
READERS: dict[RecordKind, Callable[..., Reading]] = {
    "calls": read_calls,
    "assets": read_assets,
    # One table, and quickly read: read anew each time.
    "deals": lambda path, columns, known: read_deals(path, columns=columns),
}


@dataclass(frozen=True, slots=True)
class Intake:
    """What a reading brought: records read, files that had not changed, what was not read."""

    kind: str
    n_read: int
    n_unchanged: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """A call after privacy and voice: redacted, with what its prospects voiced."""

    call: Call
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did. `changed` is false where the findings were those of the run before.

    `problems` are what was not read and, `later`, the calls of which nothing counts and what
    `[llm]` did not restate. `transitions` are what became of the themes there were, and `fitted`
    whether they were fitted anew.
    """

    intakes: tuple[Intake, ...]
    findings: Findings
    changed: bool
    later: tuple[Problem, ...] = ()
    transitions: tuple[Transition, ...] = ()
    fitted: bool = False

    @property
    def problems(self) -> tuple[Problem, ...]:
        unread = (problem for intake in self.intakes for problem in intake.problems)
        return (*unread, *self.later)

    def to_dict(self) -> dict[str, Any]:
        """The outcome for a script: counts, and what could not be read."""
        found = self.findings
        return {
            "changed": self.changed,
            "read": {
                intake.kind: {"read": intake.n_read, "unchanged_files": intake.n_unchanged}
                for intake in self.intakes
            },
            "found": {
                "calls": len(found.calls),
                "statements": len(found.statements),
                "themes": len(found.themes),
                "assets": len(found.assets),
                "deals": len(found.deals),
            },
            "fitted": self.fitted,
            "transitions": [asdict(transition) for transition in self.transitions],
            "problems": [asdict(problem) for problem in self.problems],
        }


def silent(stage: str, done: int, total: int) -> None:
    """Progress for those who do not look."""


def unheard(line: str) -> None:
    """Announcements for those who do not listen."""


def utc_now() -> str:
    """The time as the log has it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def run(
    workspace: Workspace,
    *,
    calls: Sequence[Path] = (),
    assets: Sequence[Path] = (),
    deals: Path | None = None,
    refit: bool = False,
    progress: Progress = silent,
    announce: Announce = unheard,
) -> Outcome:
    """Read what is given (else what resonance.toml names), then analyse all there is.

    refit : fit the themes anew, though little of what was said is new to them

    `announce` is called with how much is about to be sent, where resonance.toml has `[llm]`.
    Raises InputError where a path holds nothing of its kind, StoreError where the store
    cannot be used.
    """
    settings = workspace.settings
    if not (calls or assets or deals):
        calls, assets, deals = settings.calls, settings.assets, settings.deals
    wanted: list[tuple[RecordKind, Sequence[Path]]] = [
        ("calls", calls),
        ("assets", assets),
        ("deals", [deals] if deals else []),
    ]
    store = workspace.store(create=True)
    with store.writing():
        intakes = tuple(
            _read(store, settings, kind, paths, progress) for kind, paths in wanted if paths
        )
        return _analyse(store, settings, intakes, refit, progress, announce)


def curate(workspace: Workspace, entry: Callable[[Store, Findings], Edit]) -> tuple[Findings, Edit]:
    """Add an entry to the edit log, and all that follows from it: nothing is read or heard.

    entry   : makes it from the store and the last analysis, while nobody else writes
    returns : the findings with the edit made, and the entry

    Raises StoreError when there has been no analysis.
    """
    store, settings = workspace.store(), workspace.settings
    with store.writing():
        before = store.load_findings()
        fingerprint = store.fingerprint()
        new = entry(store, before)
        gists = _gists(store, workspace, before.statements)
        said = tuple(replace(s, theme_id="") for s in before.statements)
        findings, grouping = _find_out(
            store,
            settings,
            (*store.edits(), new),
            (KeptEncoder(store, Encoder()), _voice(store)),
            replace(before, statements=said),
            gists,
            refit=False,
            keep_names=False,
            suggest=None,
            progress=silent,
        )
        store.save_findings(
            findings,
            fingerprint=fingerprint or "",
            next_theme=grouping.next_theme,
            problems=store.problems(),
            standing=grouping.standing,
            revision=_revision(store, grouping, new.number) if grouping.fitted else None,
            entry=new,
        )
    return findings, new


def vectors_of(workspace: Workspace, statements: Sequence[Statement]) -> np.ndarray:
    """Statements of the last analysis, as they lie among the themes: (n_statements, n_dims)."""
    store = workspace.store()
    return theme_space(statements, _voice(store), gists=_gists(store, workspace, statements))


def vectors_of_texts(workspace: Workspace, texts: Sequence[str], kind: Kind) -> np.ndarray:
    """Anybody's words, as they would lie there if a prospect said them: (n_texts, n_dims)."""
    store = workspace.store()
    said = store.load_findings().statements if workspace.settings.llm else ()
    gists = _gists(store, workspace, said)
    return seed_vectors({"": Seed(kind, "", tuple(texts))}, _voice(store), gists)[""]


def kind_of_texts(texts: Sequence[str]) -> Kind:
    """Whether texts that describe a theme voice an objection or a need, rather."""
    voice = VoiceModel(RecentEncoder(space="voice"))
    likely = dict(zip(voice.classes_, voice.predict_proba(list(texts)).sum(axis=0), strict=True))
    return "need" if likely["need"] > likely["objection"] else "objection"


def read(
    workspace: Workspace, kind: RecordKind, paths: Sequence[Path], *, progress: Progress = silent
) -> Intake:
    """Read calls, assets or deals into the store and leave it at that."""
    store = workspace.store(create=True)
    with store.writing():
        return _read(store, workspace.settings, kind, paths, progress)


def _voice(store: Store) -> Encoder:
    return KeptEncoder(store, RecentEncoder(space="voice"))


def _gists(store: Store, workspace: Workspace, statements: Sequence[Statement]) -> dict[str, str]:
    """The gists that are kept; {} where no language model is set to make them."""
    llm = workspace.settings.llm
    return known_gists(statements, llm, store) if llm and llm.gists else {}


def _read(
    store: Store, settings: Settings, kind: RecordKind, paths: Sequence[Path], progress: Progress
) -> Intake:
    """Read what is new below each path; a file that was read by another version is new."""
    n_read = n_unchanged = 0
    problems: list[Problem] = []
    for done, path in enumerate(paths):
        progress(f"reading {kind}", done, len(paths))
        root = str(path.resolve())
        kept = store.digests(kind, root)
        known = {s: d.removeprefix(VERSION) for s, d in kept.items() if d.startswith(VERSION)}
        reading: Reading = READERS[kind](path, columns=getattr(settings.columns, kind), known=known)
        digests = {source: VERSION + found for source, found in reading.digests.items()}
        store.put(kind, reading, digests, root)
        n_read += len(reading)
        n_unchanged += reading.n_unchanged
        problems.extend(reading.problems)
        progress(f"reading {kind}", done + 1, len(paths))
    problems.extend(_shadowed(store, kind))
    return Intake(kind, n_read, n_unchanged, tuple(problems))


def _shadowed(store: Store, kind: RecordKind) -> list[Problem]:
    """Files that are lost because a file of another folder has their path, and so their id."""
    return [
        Problem(
            source,
            f"{first} and {last} each have one, which differ, and only that of {last} is kept",
            "Rename one of the two: what has one path counts as one.",
        )
        for source, first, last in store.shadowed(kind)
        if all(_is_there(root, source) for root in (first, last))
    ]


def _is_there(root: str, source: str) -> bool:
    """Whether a file that was read is there still; a root may be the file itself."""
    return Path(root).is_file() or (Path(root) / source).is_file()


def _analyse(
    store: Store,
    settings: Settings,
    intakes: tuple[Intake, ...],
    refit: bool,
    progress: Progress,
    announce: Announce,
) -> Outcome:
    voice_encoder = RecentEncoder(space="voice")
    heard, keys = _hear(store, settings, voice_encoder, progress)
    restated = _restate(store, settings, heard, progress, announce)
    gists = restated.by_statement
    assets, deals = store.assets(), store.deals()
    made_from = [
        VERSION,
        settings.model_dump_json(exclude={"calls", "assets", "deals", "llm"}),
        *keys,
        *map(to_json, assets),
        *map(to_json, deals),
        *chain.from_iterable(gists.items()),
    ]
    fingerprint = digest(*(part.encode() for part in made_from))
    unread = [problem for intake in intakes for problem in intake.problems]
    later = (*_of_no_side([each.call for each in heard]), *restated.problems)
    problems = [*unread, *later]
    unchanged = fingerprint == store.fingerprint() and store.standing() is not None
    if unchanged and not refit:
        store.save_problems(problems)
        return Outcome(intakes, store.load_findings(), False, later)
    encoders = KeptEncoder(store, Encoder()), KeptEncoder(store, voice_encoder)
    said = sorted((s for each in heard for s in each.statements), key=attrgetter("statement_id"))
    given = Findings(
        calls=tuple(each.call for each in heard),
        statements=tuple(said),
        assets=tuple(assets),
        deals=tuple(_without_people(deals, store.calls())),
    )
    edits = store.edits()
    findings, grouping = _find_out(
        store,
        settings,
        edits,
        encoders,
        given,
        gists,
        refit=refit,
        keep_names=True,
        suggest=_suggest(store, settings, progress, announce),
        progress=progress,
    )
    store.save_findings(
        findings,
        fingerprint=fingerprint,
        next_theme=grouping.next_theme,
        problems=problems,
        standing=grouping.standing,
        revision=_revision(store, grouping, len(edits)),
    )
    return Outcome(intakes, findings, True, later, grouping.transitions, grouping.fitted)


def _without_people(deals: Sequence[Deal], calls: Iterable[Call]) -> list[Deal]:
    """The deals, nobody named in the reasons that were typed for losing them."""
    if not any(deal.loss_reason for deal in deals):
        return list(deals)
    accounts = {deal.deal_id: deal.account for deal in deals}
    of_account: dict[str, list[Call]] = {}
    for call in calls:
        of_account.setdefault(call.account or accounts.get(call.deal_id, ""), []).append(call)
    redactor = Redactor(load_nlp())
    return [
        redactor.redact_reason(deal, of_account.get(deal.account, ())) if deal.loss_reason else deal
        for deal in deals
    ]


def _of_no_side(calls: Sequence[Call]) -> list[Problem]:
    """Calls of which nothing counts, because nobody in them is known to be a prospect."""
    roles = [(call, {turn.speaker_role for turn in call.turns}) for call in calls]
    return [
        Problem(
            call.source,
            "whose side its speakers are on cannot be told, so nothing of it counts",
            "Name your people or your company in resonance.toml, [vendor].",
        )
        for call, found in roles
        if "unknown" in found and "prospect" not in found
    ]


def _revision(store: Store, grouping: Grouping, version: int) -> Revision | None:
    """What was done to the themes, for the history; None where all were left as they were."""
    if not grouping.fitted and all(t.change == "survived" for t in grouping.transitions):
        return None
    number = len(store.revisions()) + 1
    return Revision(number, utc_now(), grouping.fitted, version, grouping.transitions)


def _hear(
    store: Store, settings: Settings, encoder: Encoder, progress: Progress
) -> tuple[list[Heard], list[str]]:
    """Every call redacted and with its statements, and what each result was made from.

    Roles are assigned to all calls together, for one call may tell who another's vendor is;
    that is cheap. Redaction and voice are not, and are done for calls not heard before, a
    few at a time, each batch kept before the next begins.
    """
    accounts = {deal.deal_id: deal.account for deal in store.deals()}
    raw = [
        call if call.account else replace(call, account=accounts.get(call.deal_id, ""))
        for call in store.calls()
    ]
    calls = [_without_reasons(call) for call in assign_roles(raw, settings.vendor)]
    voice = VoiceModel(encoder)
    keys = [digest(to_json(call).encode(), voice.name.encode(), VERSION.encode()) for call in calls]
    known = store.recall("heard", keys)
    new = {key: call for key, call in zip(keys, calls, strict=True) if key not in known}
    left = iter(new.items())
    while batch := dict(islice(left, CALLS_AT_A_TIME)):
        progress("hearing calls", len(known), len(keys))
        heard = _hear_batch(list(batch.values()), voice)
        values = {key: to_json(each) for key, each in zip(batch, heard, strict=True)}
        store.remember("heard", values)
        known |= values
    progress("hearing calls", len(keys), len(keys))
    store.forget_except("heard", keys)
    return [from_json(Heard, known[key]) for key in keys], keys


def _without_reasons(call: Call) -> Call:
    """The call without what its roles rest on: new calls change that more often than the roles."""
    parties = tuple(replace(party, role_from="") for party in call.parties)
    return replace(call, parties=parties)


def _hear_batch(calls: Sequence[Call], voice: VoiceModel) -> list[Heard]:
    nlp = load_nlp()
    redactor = Redactor(nlp)
    redacted = [redactor.redact(call) for call in calls]
    found = find_statements(redacted, voice, nlp)
    return [
        Heard(call, tuple(statements)) for call, statements in zip(redacted, found, strict=True)
    ]


def _restate(
    store: Store,
    settings: Settings,
    heard: Sequence[Heard],
    progress: Progress,
    announce: Announce,
) -> Gists:
    """What a language model says the statements mean; nothing where none is set to say it."""
    llm = settings.llm
    if llm is None or not llm.gists:
        return Gists()
    said = sorted((s for each in heard for s in each.statements), key=attrgetter("statement_id"))
    return restate(said, llm, store, progress=progress, announce=announce)


def _suggest(
    store: Store, settings: Settings, progress: Progress, announce: Announce
) -> Suggest | None:
    """Asks a language model for names; None where none is set to give them."""
    llm = settings.llm
    if llm is None or not llm.names:
        return None
    return partial(ask_names, llm=llm, store=store, progress=progress, announce=announce)


def _find_out(
    store: Store,
    settings: Settings,
    edits: Sequence[Edit],
    encoders: tuple[Encoder, Encoder],
    given: Findings,
    gists: Mapping[str, str],
    *,
    refit: bool,
    keep_names: bool,
    suggest: Suggest | None,
    progress: Progress,
) -> tuple[Findings, Grouping]:
    """Themes, matches and scores from what was heard, sorted by id.

    encoders : of the base space, in which passages are found, and of the voice space
    given    : calls, statements, assets and deals
    """
    encoder, voice_encoder = encoders
    progress("finding themes", 0, 1)
    grouping = group(
        given.statements,
        given.calls,
        given.deals,
        voice_encoder,
        load_nlp(),
        min_theme_size=settings.min_theme_size,
        next_theme=store.next_theme(),
        standing=store.standing() or _standing_before(store),
        curation=replay(edits),
        space=_space(settings, voice_encoder, gists),
        refit=refit,
        gists=gists,
        keep_names=keep_names,
        suggest=suggest,
    )
    progress("finding themes", 1, 1)
    progress("scoring assets", 0, 1)
    themed = replace(
        given,
        statements=grouping.statements,
        themes=grouping.themes,
        hidden=grouping.hidden,
    )
    findings = _scored(themed, settings, encoder)
    progress("scoring assets", 1, 1)
    return findings, grouping


def _space(settings: Settings, encoder: Encoder, gists: Mapping[str, str]) -> str:
    """What all that themes hang on comes to, but for the statements: a hash."""
    parts = (VERSION, encoder.name, str(settings.min_theme_size), "gists" if gists else "")
    return digest(*(part.encode() for part in parts))


def _scored(themed: Findings, settings: Settings, encoder: Encoder) -> Findings:
    """With matches and scores, and with the demand and trend of each theme."""
    who = voiced(themed.statements, themed.calls, themed.deals, settings.demand)
    matching = match_assets(
        themed.assets,
        encode_passages(encoder, themed.assets, Quoted(s.text for s in themed.statements)),
        themed.statements,
        encode_statements(encoder, themed.statements),
    )
    scores = score_assets(themed.assets, matching.matches, who, matching.passage_themes)
    direction = {trend.theme_id: trend.direction for trend in trends(themed)}
    return replace(
        themed,
        matches=matching.matches,
        scores=tuple(
            replace(score, carried=tuple(matching.passage_themes[score.asset_id]))
            for score in scores
        ),
        themes=tuple(
            replace(
                theme,
                demand=round(who.demand[theme.theme_id], 6),
                trend=direction[theme.theme_id],
            )
            for theme in themed.themes
        ),
    )


def _standing_before(store: Store) -> Standing:
    """The ids of an analysis that was made before anything was kept of fits."""
    themes = store.theme_of_statements()
    return Standing("", {i: Placed(theme_id, True, i, "") for i, theme_id in themes.items()})
