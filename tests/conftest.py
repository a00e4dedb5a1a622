"""What the tests share: the corpora, and the models, each loaded once."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def tallyroot() -> Path:
    return ROOT / "corpora" / "tallyroot"


@pytest.fixture(scope="session")
def voices() -> Path:
    return ROOT / "corpora" / "voices"


@pytest.fixture(scope="session")
def encoder():
    from resonance.embed import Encoder

    return Encoder()


@pytest.fixture(scope="session")
def nlp():
    from resonance.language import load_nlp

    return load_nlp()
