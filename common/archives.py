"""Word and Excel files are archives: what they claim is judged before anything is unpacked, then what they hold."""

import zipfile
import zlib
from typing import IO

from common.errors import Invalid

REFUSED = "This kind of file is not accepted. Use a picture, PDF, Word, Excel, text or CSV file."
DAMAGED = "The file is damaged. Choose another file."
TOO_BIG_INSIDE = "The file unpacks to far more than it should. Choose another file."
MOST_ENTRIES = 2_000
MOST_UNPACKED = 100 * 1024 * 1024
MOST_TIMES = 200
"""An entry over 1 MB may unpack to so many times its packed size: text reaches about 20."""
_OFFICE = {
    "word/": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
    "xl/": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
}


def office(upload: IO[bytes]) -> tuple[str, str]:
    """The type and suffix of a Word or Excel file. Raises Invalid for everything else in an archive."""
    upload.seek(0)
    try:
        with zipfile.ZipFile(upload) as archive:
            found = _kind(archive.infolist())
            _unpack(archive)
            return found
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        raise Invalid(DAMAGED) from error


def _kind(entries: list[zipfile.ZipInfo]) -> tuple[str, str]:
    """By the names inside, once the claims are bearable."""
    names = {entry.filename for entry in entries}
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Invalid(TOO_BIG_INSIDE)
    if any(
        entry.file_size > 1 << 20 and entry.file_size > MOST_TIMES * entry.compress_size for entry in entries
    ):
        raise Invalid(TOO_BIG_INSIDE)
    if any(name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") for name in names):
        raise Invalid(DAMAGED)
    if "[Content_Types].xml" in names and not any("vbaProject" in name for name in names):
        for folder, found in _OFFICE.items():
            if any(name.startswith(folder) for name in names):
                return found
    raise Invalid(REFUSED)


def _unpack(archive: zipfile.ZipFile) -> None:
    """Read all of it, piece by piece and forgotten at once: the real size counts, and every checksum must fit."""
    total = 0
    for entry in archive.infolist():
        with archive.open(entry) as stream:
            while piece := stream.read(1 << 18):
                total += len(piece)
                if total > MOST_UNPACKED:
                    raise Invalid(TOO_BIG_INSIDE)
