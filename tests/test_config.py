"""resonance.toml: what it may say, and what it is told when it may not."""

import re
import tomllib
from pathlib import Path

import pytest

from resonance.config import Settings, load_settings
from resonance.errors import ConfigError


def test_a_workspace_without_a_file_has_every_default(tmp_path):
    assert load_settings(tmp_path) == Settings()


def test_paths_are_taken_from_the_workspace(tmp_path):
    (tmp_path / "resonance.toml").write_text('calls = ["notes"]\ndeals = "d.csv"\n', "utf-8")
    settings = load_settings(tmp_path)
    assert settings.calls == (tmp_path / "notes",)
    assert settings.deals == tmp_path / "d.csv"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("min_theme_size = 1", "'min_theme_size'"),
        ("colour = 'red'", "'colour'"),
        ("[demand]\nby_amount = 2", "'demand.by_amount'"),
        ("calls = [", "not valid TOML"),
    ],
)
def test_what_cannot_be_is_named(tmp_path, text, told):
    (tmp_path / "resonance.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=re.escape(told)):
        load_settings(tmp_path)


def test_a_byte_order_mark_is_read_over_and_another_encoding_named(tmp_path):
    (tmp_path / "resonance.toml").write_bytes(b"\xef\xbb\xbfmin_theme_size = 7")
    assert load_settings(tmp_path).min_theme_size == 7
    (tmp_path / "resonance.toml").write_bytes("[vendor]\nnames = ['Zoë']".encode("cp1252"))
    with pytest.raises(ConfigError, match="save it as UTF-8"):
        load_settings(tmp_path)


def test_the_example_of_the_settings_page_is_one_that_works():
    page = (Path(__file__).parent.parent / "docs" / "settings.md").read_text("utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    settings = Settings.model_validate(tomllib.loads(example))
    assert settings.vendor.companies == ("Tallyroot",)
    assert settings.columns.deals["amount"] == "ACV"
