"""Reading a pack that somebody brings: an archive from outside, of which nothing is believed and nothing is written.

Its table of contents is bounded before it is read, every name must be a plain path, and each file goes through in
pieces while its real size is counted.
"""

import hashlib
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import IO, Any, Final

from django.conf import settings

from common.errors import Invalid
from payments.proof.packing import PIECE, SIGNATURE, SUMS

MOST_FILES: Final = 5_000
LONGEST_NAME: Final = 300
MOST_KEPT: Final = 16 * 1024 * 1024
"""Bytes of a file that is looked into (the list, the time line); larger ones are only hashed."""
NO_PACK: Final = (
    "This is no proof pack: it is not a zip file, or it is damaged. Choose the file as you downloaded it."
)
TOO_MUCH: Final = "The archive holds more than a proof pack can. Choose the file as you downloaded it."
TRICKS: Final = (
    "The archive holds names or files that no proof pack has. Choose the file as you downloaded it."
)
TIMELINE: Final = "timeline/timeline.json"
_KEPT: Final = frozenset({SUMS, SIGNATURE, TIMELINE})
_END: Final = b"PK\x05\x06"
_ERRORS: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


@dataclass
class Brought:
    """What was found in an archive. A file whose content does not fit its own checksum has the hash ""."""

    sha256: str
    files: dict[str, str] = field(default_factory=dict)
    kept: dict[str, bytes] = field(default_factory=dict)


def largest() -> int:
    """Bytes of the largest pack that is looked at."""
    return int(settings.ONSITE_PROOF_UPLOAD_MB) * 1024 * 1024


def read(upload: IO[bytes]) -> Brought:
    """Look through an archive. Raises Invalid with the sentence for what is no pack, or is built to do harm."""
    found = Brought(_hash(upload))
    _bounded(upload)
    upload.seek(0)
    try:
        with zipfile.ZipFile(upload) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _judge(entries)
            left = 2 * largest()
            for entry in entries:
                left -= _look(archive, entry, found, left)
    except _ERRORS as error:
        raise Invalid(NO_PACK, "pack") from error
    return found


def _hash(upload: IO[bytes]) -> str:
    digest = hashlib.sha256()
    upload.seek(0)
    while read_now := upload.read(PIECE):
        digest.update(read_now)
    return digest.hexdigest()


def _bounded(upload: IO[bytes]) -> None:
    """Refuse a table of contents that claims too much, before it is read into memory."""
    size = upload.seek(0, 2)
    upload.seek(max(size - 66_000, 0))
    tail = upload.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        raise Invalid(NO_PACK, "pack")
    files, length = struct.unpack("<HI", tail[at + 10 : at + 16])
    if files > MOST_FILES or length > MOST_FILES * (LONGEST_NAME + 200):
        raise Invalid(TOO_MUCH, "pack")


def _judge(entries: list[zipfile.ZipInfo]) -> None:
    """Judge what the archive claims, before anything in it is read."""
    names = [entry.filename for entry in entries]
    if len(names) > MOST_FILES or sum(entry.file_size for entry in entries) > 2 * largest():
        raise Invalid(TOO_MUCH, "pack")
    is_odd = len(set(names)) != len(names) or not all(map(_is_plain, names))
    if is_odd or any(_is_special(entry) for entry in entries):
        raise Invalid(TRICKS, "pack")


def _is_plain(name: str) -> bool:
    """A relative path without steps up, drives, backslashes or invisible characters."""
    parts = name.split("/")
    return (
        0 < len(name) <= LONGEST_NAME
        and name.isprintable()
        and not any(part in ("", ".", "..") for part in parts)
        and not any(sign in name for sign in "\\:")
    )


def _is_special(entry: zipfile.ZipInfo) -> bool:
    """Encrypted, a link or device, or packed in a way that no pack is."""
    kind = entry.external_attr >> 28
    return (
        bool(entry.flag_bits & 1)
        or kind not in (0, 0o10)
        or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    )


def _look(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, found: Brought, left: int) -> int:
    """Hash one file, and keep it where it is one of the few that are looked into; how many bytes it had."""
    digest, size, kept = hashlib.sha256(), 0, bytearray()
    keeps = entry.filename in _KEPT and entry.file_size <= MOST_KEPT
    try:
        with archive.open(entry) as stream:
            while read_now := stream.read(PIECE):
                size += len(read_now)
                if size > left:
                    raise Invalid(TOO_MUCH, "pack")
                digest.update(read_now)
                if keeps and size <= MOST_KEPT:
                    kept += read_now
    except _ERRORS:
        found.files[entry.filename] = ""
        return size
    found.files[entry.filename] = digest.hexdigest()
    if keeps:
        found.kept[entry.filename] = bytes(kept)
    return size


def listed(sums: bytes) -> dict[str, str]:
    """The list of hashes by name, as `sha256sum` writes it. Empty when it cannot be read."""
    found: dict[str, Any] = {}
    for line in sums.decode("utf-8", "replace").splitlines():
        digest, gap, name = line.partition("  ")
        if gap and len(digest) == 64:
            found[name] = digest
    return found
