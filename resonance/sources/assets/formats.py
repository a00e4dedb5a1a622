"""Which reader reads a file: by its name, or by how it begins where the name does not say."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import PurePosixPath

from resonance.errors import InputError
from resonance.sources.assets.blocks import Document

# Each module has `read(data) -> Document`; it is imported when a file needs it.
READERS = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "page",
    ".htm": "page",
    ".xhtml": "page",
    ".docx": "word",
    ".pptx": "slides",
    ".pdf": "pdf",
    ".eml": "mail",
    ".txt": "plain",
    ".text": "plain",
}
READ = "Markdown, HTML, DOCX, PPTX, PDF, EML and plain text"
SAVE_AS = {
    ".doc": ".docx",
    ".docm": ".docx",
    ".odt": ".docx",
    ".rtf": ".docx",
    ".pages": ".docx",
    ".ppt": ".pptx",
    ".pptm": ".pptx",
    ".odp": ".pptx",
    ".key": ".pptx",
    ".msg": ".eml",
}
# What lies beside assets and is plainly no text to read: pictures, fonts, code, tables, logs.
NO_CONTENT = re.compile(
    r"\.(png|jpe?g|gif|svg|webp|avif|ico|bmp|tiff?|heic|eps|ai|psd|css|scss|less|m?js|ts|map|jsonl?"
    r"|xml|ya?ml|toml|ini|lock|woff2?|ttf|otf|eot|csv|tsv|parquet|py|ipynb|sh|log|db|sqlite)"
)


def is_content(name: str) -> bool:
    """Whether a file is one to read or to refuse, and not one to pass over."""
    return not NO_CONTENT.fullmatch(PurePosixPath(name).suffix.lower())


def reader_of(name: str, data: bytes) -> str:
    """The module that reads a file: by its ending, or by its content where it has none; or ""."""
    suffix = PurePosixPath(name).suffix.lower()
    return READERS.get(suffix) or ("" if suffix else _by_content(data))


def read_document(name: str, data: bytes) -> Document:
    """Read a file by its format. Raises InputError with the reason and the remedy."""
    suffix = PurePosixPath(name).suffix.lower()
    if not data.strip():
        raise InputError("it is empty; remove it, or write something in it")
    if suffix in SAVE_AS:
        raise InputError(f"{suffix} files are not read; save it as {SAVE_AS[suffix]}")
    module = reader_of(name, data)
    if not module:
        raise InputError(f"{suffix} files are not read; these are: {READ}")
    reader = import_module(f"resonance.sources.assets.{module}")
    try:
        return reader.read(data)
    except InputError as error:
        reason, _, remedy = str(error).partition("; ")
        raise InputError(f"{reason}; {remedy or f'these are read: {READ}'}") from error
    except Exception as error:
        # The libraries raise almost anything on a damaged file; a file must not stop the others.
        raise InputError(
            f"it is damaged ({type(error).__name__}); open it in the program it comes from"
            " and save it again"
        ) from error


def _by_content(data: bytes) -> str:
    """The reader of a draft without a name, as from a pipe."""
    head = data[:2048].lstrip(b"\xef\xbb\xbf \r\n\t")
    if head.startswith(b"%PDF"):
        return "pdf"
    if head.startswith(b"PK"):
        return "slides" if b"ppt/presentation.xml" in data else "word"
    if head[:14].lower().startswith((b"<!doctype html", b"<html")):
        return "page"
    return "markdown"
