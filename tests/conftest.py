"""What the tests share: the corpora, the models, each loaded once, and an analysed workspace."""

import os
import shutil
from pathlib import Path

import hypothesis
import pytest

# Workers share the cores. The threads that each one's linear algebra has beside them wait for each
# other by spinning: two runs at once took 91 s, and 63 s with one thread each. What a test starts
# has it so too.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")

# Examples are timed by whatever else the machine does; a slow one is no failure. The same examples
# every time, so that a run says something about the change; "explore" draws new ones.
hypothesis.settings.register_profile("same", deadline=None, derandomize=True)
hypothesis.settings.register_profile("explore", deadline=None)
hypothesis.settings.load_profile("same")

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def tallyroot() -> Path:
    return ROOT / "corpora" / "tallyroot"


@pytest.fixture(scope="session")
def voices() -> Path:
    return ROOT / "corpora" / "voices"


@pytest.fixture(scope="session")
def talks() -> Path:
    return ROOT / "corpora" / "talks"


@pytest.fixture(scope="session")
def encoder():
    from resonance.embed import Encoder

    return Encoder()


@pytest.fixture(scope="session")
def voice_encoder():
    from resonance.embed import Encoder

    return Encoder(space="voice")


@pytest.fixture(scope="session")
def nlp():
    from resonance.language import load_nlp

    return load_nlp()


@pytest.fixture(scope="session")
def analysed(tallyroot, tmp_path_factory) -> Path:
    """A workspace in which tallyroot was run; tests read it and never change it.

    Run once, by the worker that is first to ask; every worker has a copy.
    """
    from filelock import FileLock

    from resonance.workspace import Workspace

    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    first, making = shared / "analysed-first", shared / "analysed-making"
    with FileLock(shared / "analysed.lock"):
        if not first.exists():
            Workspace(making).run(
                calls=[tallyroot / "calls"],
                assets=[tallyroot / "assets"],
                deals=tallyroot / "deals.csv",
            )
            making.rename(first)
    return shutil.copytree(first, own / "analysed")


# The files that take longest, which are begun first, so that no worker is left with one at the end.
# Of the first two only one needs the analysed workspace, and the other is not kept waiting for it.
LONGEST = (
    "test_serve",
    "test_pipeline",
    "test_browser",
    "test_standing",
    "test_cli",
    "test_notebooks",
    "test_curation",
    "test_evaluate",
    "test_curate",
    "test_voice",
    "test_gaming",
)


def pytest_configure(config: pytest.Config) -> None:
    config.option.loadscopereorder = False  # else xdist begins with the files of most tests
    # Where nothing is to be written beside the sources, each program that a test starts would
    # compile every library anew: 7 s of processor time, instead of 2.
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", "") and hasattr(config, "cache"):
        os.environ["PYTHONPYCACHEPREFIX"] = str(config.cache.mkdir("bytecode"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    place = {name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(place)))
