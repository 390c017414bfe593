"""Writing a pack: a zip archive on disk that is the same, byte for byte, whenever its content is the same.

Nothing is compressed and every date is the same, so that neither a library's version nor the hour counts; a file goes
through in pieces and is never in memory as a whole.
"""

import hashlib
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Final

from payments.proof import signing

PIECE: Final = 1 << 18
SUMS: Final = "SHA256SUMS"
SIGNATURE: Final = "SHA256SUMS.sig"
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of a pack: its name inside, its size in bytes, and how to read it."""

    name: str
    size: int
    open: Callable[[], IO[bytes]]


@dataclass(frozen=True, slots=True)
class Packed:
    """A finished pack; closing `file` removes it. `sums_sha256` is the hash of its signed list."""

    file: IO[bytes]
    size: int
    sha256: str
    sums_sha256: str
    files: int


def piece(name: str, content: bytes | str) -> Piece:
    """A small file that is made here."""
    raw = content.encode() if isinstance(content, str) else content
    return Piece(name, len(raw), lambda: BytesIO(raw))


def pack(pieces: Iterable[Piece]) -> Packed:
    """Write the pieces, the list of their hashes as `sha256sum -c` reads it, and the signature over that list.

    Raises ValueError when a name comes twice.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - handed on to the caller
    try:
        sums: dict[str, str] = {}
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for one in pieces:
                if one.name in sums:
                    raise ValueError(f"{one.name} is in the pack already")
                sums[one.name] = _write(archive, one)
            listed = "".join(f"{sums[name]}  {name}\n" for name in sorted(sums)).encode()
            _write(archive, piece(SUMS, listed))
            _write(archive, piece(SIGNATURE, signing.sign(listed).hex() + "\n"))
        return _finished(file, hashlib.sha256(listed).hexdigest(), len(sums))
    except BaseException:
        file.close()
        raise


def _write(archive: zipfile.ZipFile, one: Piece) -> str:
    """Put one file in; its hash."""
    info = zipfile.ZipInfo(one.name, _LONG_AGO)
    info.create_system, info.external_attr, info.file_size = 3, 0o100644 << 16, one.size
    digest = hashlib.sha256()
    with one.open() as source, archive.open(info, "w") as target:
        while read := source.read(PIECE):
            digest.update(read)
            target.write(read)
    return digest.hexdigest()


def _finished(file: IO[bytes], sums_sha256: str, files: int) -> Packed:
    file.seek(0)
    digest, size = hashlib.sha256(), 0
    while read := file.read(PIECE):
        digest.update(read)
        size += len(read)
    file.seek(0)
    return Packed(file, size, digest.hexdigest(), sums_sha256, files)
