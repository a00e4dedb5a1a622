"""What the tests share: the corpora, and the models, each loaded once."""

from pathlib import Path

import hypothesis
import pytest

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
    """A workspace in which tallyroot was run; tests read it and never change it."""
    from resonance.workspace import Workspace

    folder = tmp_path_factory.mktemp("analysed")
    Workspace(folder).run(
        calls=[tallyroot / "calls"],
        assets=[tallyroot / "assets"],
        deals=tallyroot / "deals.csv",
    )
    return folder
