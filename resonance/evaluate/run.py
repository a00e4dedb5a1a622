"""The evaluation: the analysis is run, and each part of it compared with the labels."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory

import resonance
from resonance import pipeline
from resonance.embed import Encoder
from resonance.evaluate import themes, voice
from resonance.evaluate.corpus import Corpus, read_corpus
from resonance.evaluate.facts import facts_sections
from resonance.evaluate.figures import Figures
from resonance.evaluate.leaks import privacy_section
from resonance.evaluate.reading import reading_section
from resonance.evaluate.relevance import relevance_section
from resonance.language import load_nlp
from resonance.records import Findings
from resonance.voice import VoiceModel
from resonance.workspace import Workspace

LIBRARIES = ("numpy", "scipy", "scikit-learn", "onnxruntime", "spacy")
PEER_LIBRARIES = ("bertopic", "umap-learn", "hdbscan")


def evaluate(
    corpus: Path, *, peers: bool = True, progress: pipeline.Progress = pipeline.silent
) -> Figures:
    """Analyse a corpus in a workspace of its own and compare what was found with its labels.

    corpus : a folder of the shape of corpora/tallyroot
    peers  : whether BERTopic, k-means and raw cosine are run beside; a peer that is not
             installed is named in the notes

    Raises InputError where the corpus or one of its tables cannot be used.
    """
    given = read_corpus(Path(corpus))
    findings = _analyse(given, progress)
    progress("judging sentences", 0, 1)
    labelled = voice.labelled_section(given)
    whole, found, voice_lists = voice.whole_section(given, findings)
    progress("judging sentences", 1, 1)
    grouped, notes = themes.themes_section(given, peers=peers, progress=progress)
    progress("judging assets", 0, 1)
    relevance = relevance_section(given, findings, found, peers=peers)
    progress("judging assets", 1, 1)
    planted, told = facts_sections(given, findings, found)
    privacy, leaks = privacy_section(given, findings)
    sections = (
        reading_section(given, findings),
        privacy,
        labelled,
        whole,
        *grouped,
        themes.whole_section(found),
        relevance,
        *planted,
    )
    lists = {name: tuple(items) for name, items in {**leaks, **voice_lists, **told}.items()}
    return Figures(sections, _versions(peers), notes, lists)


def _analyse(corpus: Corpus, progress: pipeline.Progress) -> Findings:
    with TemporaryDirectory() as folder:
        outcome = pipeline.run(
            Workspace(folder),
            calls=[corpus.path / "calls"],
            assets=[corpus.path / "assets"],
            deals=corpus.path / "deals.csv",
            progress=progress,
        )
    return outcome.findings


def _versions(peers: bool) -> dict[str, str]:
    nlp = load_nlp()
    return {
        "resonance": resonance.__version__,
        "encoder": Encoder().name,
        "voice": VoiceModel().name,
        "English": f"{nlp.meta['lang']}_{nlp.meta['name']} {nlp.meta['version']}",
        "Python": platform.python_version(),
        **_installed([*LIBRARIES, *(PEER_LIBRARIES if peers else ())]),
    }


def _installed(packages: Iterable[str]) -> dict[str, str]:
    found = {}
    for package in packages:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found
