"""Everything resonance raises on purpose.

    ResonanceError
    ├── InputError          what was given cannot be used; the message names it and the remedy
    │   ├── MissingColumn   a table lacks a column it needs
    │   ├── NothingToRead   a folder or file holds nothing of its kind
    │   └── StaleEdit       the themes were edited since they were looked at; says how
    ├── ConfigError         resonance.toml says something that cannot be
    ├── LlmError            the language model of [llm] gave no answer; a run goes on without
    ├── MissingExtra        an optional package is not installed; the message has the pip line
    ├── ModelError          a model file is absent or is not the one expected
    └── StoreError          the workspace's store cannot be used
        └── NoAnalysis      nothing has been analysed in it yet

Commands end with EXIT_USAGE on any of them, and with EXIT_GATE when a gate fails.
"""

EXIT_GATE = 1
EXIT_USAGE = 2


class ResonanceError(Exception):
    """Base of every error below; its text is fit to show to a user."""


class InputError(ResonanceError):
    pass


class MissingColumn(InputError):
    pass


class NothingToRead(InputError):
    pass


class StaleEdit(InputError):
    pass


class ConfigError(ResonanceError):
    pass


class LlmError(ResonanceError):
    """`status` is that of HTTP, 0 for none; `lasting` where the next question fares no better."""

    def __init__(self, told: str, *, status: int = 0, lasting: bool = True) -> None:
        super().__init__(told)
        self.status = status
        self.lasting = lasting


class MissingExtra(ResonanceError):
    pass


class ModelError(ResonanceError):
    pass


class StoreError(ResonanceError):
    pass


class NoAnalysis(StoreError):
    pass
