"""Office files are ZIP archives: look inside before a library unpacks them."""

from __future__ import annotations

from io import BytesIO
from zipfile import BadZipFile, ZipFile

from resonance.errors import InputError

# How Office files before 2007 begin, and those with a password.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_UNPACKED = 400 * 2**20
MAX_FILES = 20_000


def open_package(data: bytes, main_part: str, program: str) -> BytesIO:
    """The archive, if it is one, holds `main_part`, and unpacks to a size that can be read."""
    if data.startswith(OLE):
        raise InputError(
            f"it is protected by a password or in an old format; save it in {program}"
            " without a password, in the current format"
        )
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
    except BadZipFile as error:
        raise InputError(
            f"it is damaged or no {program} file; open it in {program} and save it again"
        ) from error
    # A part cannot unpack to more than its entry says: zipfile stops there.
    if len(parts) > MAX_FILES or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise InputError(
            f"it unpacks to more than {MAX_UNPACKED >> 20} MB; take out its pictures and films"
        )
    if not any(part.filename.startswith(main_part) for part in parts):
        raise InputError(f"it is no {program} file; open it in {program} and save it again")
    return BytesIO(data)
