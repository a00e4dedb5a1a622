"""First names, and which of them are words as well: `python -m resonance.training.names`.

Names come from the US census of 1990 (public domain, in the package `names`) and from Faker's
lists for languages in Latin script (MIT). Words are what the voices corpus writes in lower case,
the verbs, adjectives and adverbs of spaCy's lemmatiser, the calendar, and places; "Mark" and
"Georgia" are names only where more than their spelling says so. Words of the corpus that the
dictionary lacks ("whoever", "admin", "met") are kept as well.
"""

from __future__ import annotations

import calendar
import json
import re
from collections.abc import Iterable
from importlib import import_module
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import cast

from spacy.tokenizer import Tokenizer

from resonance.extras import require
from resonance.language import load_nlp
from resonance.privacy.lexicon import lemmas, plain
from resonance.sources.files import digest
from resonance.training.corpus import VOICES

OUT = Path(__file__).parents[1] / "weights" / "names.json"

LOCALES = (
    *("en", "en_GB", "en_IE", "en_IN", "en_KE", "en_NG", "en_NZ", "en_PK", "en_TH", "en_US"),
    *("cs_CZ", "da_DK", "de_AT", "de_CH", "de_DE", "es_AR", "es_CL", "es_CO", "es_ES", "es_MX"),
    *("et_EE", "fi_FI", "fr_BE", "fr_CA", "fr_CH", "fr_FR", "ga_IE", "hr_HR", "hu_HU", "id_ID"),
    *("it_IT", "lt_LT", "lv_LV", "nl_BE", "nl_NL", "no_NO", "pl_PL", "pt_BR", "pt_PT", "ro_RO"),
    *("sk_SK", "sl_SI", "sv_SE", "tr_TR", "yo_NG", "zu_ZA"),
)
POPULAR = 0.01  # percent of a sex
SHORTEST = 3  # letters of a name that is sure: "Ed" and "Al" are too many other things

_NAME = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_LOWER_CASE = re.compile(r"(?<![\w@.'’-])[a-z]{2,}(?!\w)")
_HOLIDAYS = ("easter", "christmas", "ramadan", "valentine", "halloween", "thanksgiving", "diwali")


def build(voices: Path = VOICES, out: Path = OUT) -> tuple[int, int, int]:
    """Write the lists, with the hashes of what they were made from; gives their lengths."""
    small, dictionary, nouns = read_small(voices), *read_dictionary()
    words = small | dictionary | read_calendar() | read_places()
    names = read_census("female.first", "male.first")
    # Three letters are too often something else for a list of all the world's names.
    names |= {n for n in read_faker() if len(n) > SHORTEST or n in words} - read_contracted()
    sure = {name for name in names - words if len(name) >= SHORTEST}
    surnames = read_census("all.last") & (small | dictionary | nouns)
    about = {
        "made_by": "resonance/training/names.py",
        "packages": {package: version(package) for package in ("names", "faker")},
        "inputs": {
            path.relative_to(voices.parent).as_posix(): digest(path.read_bytes())
            for path in sorted(voices.glob("*/*.jsonl"))
        },
        "names": sorted(sure),
        "words_too": sorted(names - sure),
        "common": sorted((names - sure) & small),
        "popular": sorted(read_popular() - sure),
        "surnames": sorted(surnames - sure),
        "words": sorted(small - names - dictionary - nouns),
    }
    out.write_text(json.dumps(about, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    return len(sure), len(names - sure), len(surnames - sure)


def read_census(*lists: str) -> set[str]:
    folder = files(require("names", extra="training"))
    lines = (line for each in lists for line in (folder / f"dist.{each}").read_text().splitlines())
    return _names(line.split()[0] for line in lines)


def read_popular() -> set[str]:
    """First names of at least one American in ten thousand."""
    folder = files(require("names", extra="training"))
    rows = [
        line.split()
        for sex in ("female", "male")
        for line in (folder / f"dist.{sex}.first").read_text().splitlines()
    ]
    return _names(name for name, percent, *_ in rows if float(percent) >= POPULAR)


def read_faker() -> set[str]:
    require("faker", extra="training")
    found: set[str] = set()
    for locale in LOCALES:
        provider = import_module(f"faker.providers.person.{locale}").Provider
        for field, listed in vars(provider).items():
            if field.startswith("first_names") and not isinstance(listed, property):
                found |= _names(listed)
    return found


def read_small(voices: Path) -> set[str]:
    """Words that the corpus writes in lower case."""
    small: set[str] = set()
    for path in voices.glob("*/*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            small.update(_LOWER_CASE.findall(f"{row['text']} {row.get('before', '')}"))
    return small


def read_dictionary() -> tuple[set[str], set[str]]:
    """Verbs, adjectives and adverbs; and nouns, which hold many a name in lower case."""
    index = lemmas(load_nlp())
    return {word for kind in ("verb", "adj", "adv") for word in index[kind]}, set(index["noun"])


def read_contracted() -> set[str]:
    """What people type without the apostrophe: theres, hes."""
    rules = cast(Tokenizer, load_nlp().tokenizer).rules or {}
    return {word for word in rules if word.isalpha() and word.islower()}


def read_calendar() -> set[str]:
    lists = (calendar.month_name, calendar.month_abbr, calendar.day_name, calendar.day_abbr)
    return {word.lower() for each in lists for word in each if word} | set(_HOLIDAYS)


def read_places() -> set[str]:
    """Countries, states and cities."""
    address = import_module("faker.providers.address.en_US").Provider
    geo = import_module("faker.providers.geo").Provider
    cities = [
        place for _, _, city, _, zone in geo.land_coords for place in (city, zone.split("/")[-1])
    ]
    return {each.lower() for each in (*address.countries, *address.states, *cities)}


def _names(listed: Iterable[str]) -> set[str]:
    return {plain(name).lower() for name in listed if _NAME.fullmatch(name)}


if __name__ == "__main__":
    print("{} names, {} that are words too, {} surnames that are words".format(*build()))
