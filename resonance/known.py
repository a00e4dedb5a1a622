"""What a workspace knows: its findings, and the vectors kept beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from resonance.change import Change, compare
from resonance.check import Check, check_draft, is_same
from resonance.embed import Encoder
from resonance.matching import (
    Gathered,
    about_by_theme,
    gather,
    passage_text,
    rows_by_theme,
)
from resonance.ownwords import Quoted, without_lists
from resonance.readers import EVERYBODY, Readers
from resonance.records import Asset, Findings, Statement
from resonance.store.vectors import KeptEncoder
from resonance.workspace import Workspace


@dataclass(frozen=True, eq=False)
class Known:
    """A workspace's findings with their vectors.

    `statements` is (n_statements, n_dims), `passages` (n_passages, n_dims) for each asset; `said`
    is what no draft is judged by, because prospects said it. `about` counts, for each theme, what
    all of its quotes are about, those too that are left out here.
    """

    findings: Findings
    statements: np.ndarray
    passages: list[np.ndarray]
    said: Quoted
    about: Mapping[str, Mapping[str, int]]

    @cached_property
    def of_themes(self) -> list[np.ndarray]:
        """Rows in `statements` of each theme's."""
        rows: dict[str, list[int]] = {theme.theme_id: [] for theme in self.findings.themes}
        for row, statement in enumerate(self.findings.statements):
            if statement.theme_id in rows:
                rows[statement.theme_id].append(row)
        return [np.array(own, dtype=int) for own in rows.values()]

    @cached_property
    def gathered(self) -> Gathered:
        """The statements theme by theme."""
        return gather(self.findings.statements, self.statements, self.about)


def check_drafts(
    workspace: Workspace, drafts: Sequence[Asset], readers: Readers = EVERYBODY
) -> list[Check]:
    """Each draft against the last analysis. Raises StoreError when there has been none."""
    return _check_beside(recall(workspace), workspace, drafts, readers)


def compare_drafts(
    workspace: Workspace, before: Asset, after: Asset, readers: Readers = EVERYBODY
) -> Change:
    """Two versions of a draft, each judged beside all assets that are neither of them."""
    known = recall(workspace)
    assets = known.findings.assets
    kept = [
        row
        for row, asset in enumerate(assets)
        if not is_same(asset, before) and not is_same(asset, after)
    ]
    others = replace(
        known,
        findings=replace(known.findings, assets=tuple(assets[row] for row in kept)),
        passages=[known.passages[row] for row in kept],
    )
    return compare(*_check_beside(others, workspace, [before, after], readers))


def recall(workspace: Workspace, findings: Findings | None = None) -> Known:
    """The last analysis, from the store alone: every vector of it is there.

    `findings` are those of the store, where they are at hand already.
    """
    store = workspace.store()
    findings = findings or store.load_findings()
    encoder = KeptEncoder(store)
    said = Quoted(statement.text for statement in findings.statements)
    return Known(
        findings,
        encode_statements(encoder, findings.statements),
        encode_passages(encoder, findings.assets, said),
        said,
        about_by_theme(findings.statements),
    )


def theme_centres(workspace: Workspace, findings: Findings) -> dict[str, np.ndarray]:
    """Where each theme lies in the voice space: (n_dims,), of length 1, by theme id."""
    encoder = KeptEncoder(workspace.store(), Encoder(space="voice"))
    centres = {}
    for theme_id, rows in rows_by_theme(findings.statements).items():
        mean = encoder.encode([findings.statements[row].text for row in rows]).mean(axis=0)
        centres[theme_id] = mean / np.linalg.norm(mean)
    return centres


def encode_statements(encoder: Encoder, statements: Sequence[Statement]) -> np.ndarray:
    """Each statement with what was said before it: (n_statements, n_dims)."""
    return encoder.encode([s.text for s in statements], [s.before for s in statements])


def encode_passages(encoder: Encoder, assets: Sequence[Asset], said: Quoted) -> list[np.ndarray]:
    """(n_passages, n_dims) for each asset, of what it says in words of its own.

    What was taken from what prospects said is not read, nor lists of words; a passage with
    nothing else in it has a vector of zeros, which is like nothing.
    """
    texts = [[passage_text(passage) for passage in asset.passages] for asset in assets]
    return encode_texts(encoder, texts, said)


def encode_texts(
    encoder: Encoder, groups: Sequence[Sequence[str]], said: Quoted
) -> list[np.ndarray]:
    """The same of texts: (n_texts, n_dims) for each group."""
    texts = [without_lists(said.left_out(text)) for group in groups for text in group]
    vectors = encoder.encode(texts)
    vectors[[not text for text in texts]] = 0
    ends = np.cumsum([len(group) for group in groups])
    return np.split(vectors, ends[:-1]) if groups else []


def _check_beside(
    known: Known, workspace: Workspace, drafts: Sequence[Asset], readers: Readers
) -> list[Check]:
    vectors = encode_passages(Encoder(), drafts, known.said)
    heard = readers.heard(known.findings)
    return [
        check_draft(
            draft,
            known.findings,
            own,
            known.passages,
            known.statements,
            workspace.settings.demand,
            heard=heard,
        )
        for draft, own in zip(drafts, vectors, strict=True)
    ]
