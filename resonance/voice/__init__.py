"""What prospects voice: from calls to the statements in them.

`VoiceModel` judges a text by itself; `find_statements` finds in redacted calls what it judges
to be an objection or a need; `explain` shows which words spoke for a judgement.
"""

from resonance.voice.explain import Explanation, explain
from resonance.voice.model import VoiceModel
from resonance.voice.statements import find_statements

__all__ = ["Explanation", "VoiceModel", "explain", "find_statements"]
