"""A person who asks for help gets it at once."""

import subprocess
import sys

import pytest

HEAVY = ("torch", "spacy", "transformers", "onnxruntime", "pandas", "sklearn", "sqlalchemy")


def loaded_by(code: str) -> set[str]:
    """Top-level modules in a fresh process after running the code."""
    report = f"{code}\nimport sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", report], capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in done.stdout.splitlines()[-1].split()}


@pytest.mark.parametrize(
    "code",
    [
        "import resonance",
        "from resonance.cli.main import cli; cli(['--help'], standalone_mode=False)",
        "from resonance.cli.main import cli; cli(['run', '--help'], standalone_mode=False)",
        "from resonance.cli.main import cli; cli(['check', '--help'], standalone_mode=False)",
    ],
)
def test_nothing_heavy_is_loaded_before_a_command_needs_it(code):
    assert not loaded_by(code) & set(HEAVY)


def test_a_check_does_without_what_only_an_analysis_needs():
    loaded = loaded_by("import resonance.known, resonance.report.check_formats")
    assert not loaded & {"scipy", "spacy", "pandas", "sklearn", "docx"}


def test_themes_are_listed_and_looked_up_without_what_only_an_analysis_needs():
    listed = loaded_by("import resonance.cli.show.themes, resonance.factors")
    assert not listed & {"scipy", "spacy", "pandas", "sklearn"}
    assert not loaded_by("import resonance.curation") & {"spacy", "pandas", "sklearn"}


def test_the_public_door_opens_on_what_it_promises():
    import resonance

    assert set(resonance.__all__) <= set(dir(resonance))
    for name in resonance.__all__:
        assert getattr(resonance, name).__name__ == name


def test_a_name_that_is_not_public_is_refused():
    import resonance

    with pytest.raises(AttributeError, match="no attribute 'Topic'"):
        resonance.Topic  # noqa: B018
