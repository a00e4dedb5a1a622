"""Settings: what `resonance.toml` in the workspace may say."""

from __future__ import annotations

import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from resonance.errors import ConfigError

FILE_NAME = "resonance.toml"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Vendor(_Table):
    """Who we are, so that our own people are not taken for prospects."""

    names: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


class Columns(_Table):
    """Headers of your own tables: our column = "your header"."""

    calls: dict[str, str] = Field(default_factory=dict)
    assets: dict[str, str] = Field(default_factory=dict)
    deals: dict[str, str] = Field(default_factory=dict)


class Demand(_Table):
    """What makes a theme matter. Each factor is off at 0 and full at 1."""

    by_amount: float = Field(default=0.0, ge=0, le=1)
    by_recency: float = Field(default=0.0, ge=0, le=1)
    by_stage: float = Field(default=0.0, ge=0, le=1)
    half_life_days: float = Field(default=90.0, gt=0)


class LanguageModel(_Table):
    """An OpenAI-compatible server, and what it is for; the key stands in a variable."""

    url: str
    model: str = Field(min_length=1)
    api_key_env: str = ""
    gists: bool = True
    names: bool = False
    batch: int = Field(default=20, ge=1, le=200)
    price_per_million_tokens: float | None = Field(default=None, ge=0)

    @field_validator("url")
    @classmethod
    def _base_url(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("must be a base URL such as http://127.0.0.1:8080/v1")
        if parts.username is not None or parts.query or parts.fragment:
            raise ValueError("must hold no key; name the key's variable as api_key_env")
        _ = parts.port  # a ValueError where it is no number
        return url


class Settings(_Table):
    """One workspace's choices; every one has a default that works."""

    calls: tuple[Path, ...] = ()
    assets: tuple[Path, ...] = ()
    deals: Path | None = None
    min_theme_size: int = Field(default=5, ge=2)
    vendor: Vendor = Vendor()
    columns: Columns = Columns()
    demand: Demand = Demand()
    llm: LanguageModel | None = None


def load_settings(workspace: Path) -> Settings:
    """Read `resonance.toml` in the workspace; all defaults where there is none.

    Paths in it are taken from the workspace. Raises ConfigError with the key and the reason.
    """
    path = workspace / FILE_NAME
    if not path.exists():
        return Settings()
    try:
        # Editors on Windows put a byte-order mark first.
        settings = Settings.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text; save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"{path}, {key!r}: {first['msg']}. See docs/settings.md.") from error
    return settings.model_copy(
        update={
            "calls": tuple(workspace / p for p in settings.calls),
            "assets": tuple(workspace / p for p in settings.assets),
            "deals": workspace / settings.deals if settings.deals else None,
        }
    )
