"""The one gate for files from outside: size first, then the type by what is inside, never by name alone."""

import hashlib
import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any

from PIL import Image, UnidentifiedImageError

from common.errors import Invalid

LARGEST_BYTES = 25 * 1024 * 1024
LARGEST_PIXELS = 60_000_000
_IMAGES = {"JPEG": ("image/jpeg", ".jpg"), "PNG": ("image/png", ".png"), "WEBP": ("image/webp", ".webp")}
_OFFICE = {
    "word/": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
    "xl/": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
}
ACCEPTED = ".jpg,.jpeg,.png,.webp,.pdf,.docx,.xlsx,.txt,.csv"
"""For the `accept` attribute of file inputs: a hint, not the check."""


@dataclass(frozen=True, slots=True)
class CheckedUpload:
    """A file that passed: a safe name, its size in bytes, its type by content, its SHA-256 in hex."""

    name: str
    size: int
    content_type: str
    sha256: str
    is_image: bool


def safe_name(raw: str, suffix: str) -> str:
    """The last part of a name, without control or direction characters, at most 120 long, with the right suffix."""
    base = PurePosixPath(raw.replace("\\", "/")).name
    clean = "".join(c for c in unicodedata.normalize("NFC", base) if unicodedata.category(c)[0] != "C")
    clean = re.sub(r'[<>:"/|?*]+', "_", clean).strip(" .") or "file"
    stem = clean[: -len(PurePosixPath(clean).suffix)] if PurePosixPath(clean).suffix else clean
    return f"{stem[:110] or 'file'}{suffix}"


def check_upload(upload: Any) -> CheckedUpload:
    """Measure, identify and hash an uploaded file; leaves it rewound. Raises Invalid with the sentence."""
    if upload.size == 0:
        raise Invalid("The file is empty. Choose another file.")
    if upload.size > LARGEST_BYTES:
        raise Invalid("The file is larger than 25 MB. Choose a smaller one.")
    content_type, suffix = _identify(upload)
    digest = hashlib.sha256()
    upload.seek(0)
    for chunk in iter(lambda: upload.read(65536), b""):
        digest.update(chunk)
    upload.seek(0)
    return CheckedUpload(
        name=safe_name(upload.name or "file", suffix),
        size=upload.size,
        content_type=content_type,
        sha256=digest.hexdigest(),
        is_image=content_type.startswith("image/"),
    )


def _identify(upload: IO[bytes]) -> tuple[str, str]:
    upload.seek(0)
    head = upload.read(4096)
    if head.startswith(b"%PDF-"):
        return "application/pdf", ".pdf"
    if head.startswith(b"PK\x03\x04"):
        return _office(upload)
    image = _image(upload)
    if image:
        return image
    return _text(upload, head)


def _image(upload: IO[bytes]) -> tuple[str, str] | None:
    upload.seek(0)
    try:
        with Image.open(io.BytesIO(upload.read())) as picture:
            if picture.format not in _IMAGES:
                raise Invalid("Pictures can be JPEG, PNG or WebP.")
            if picture.width * picture.height > LARGEST_PIXELS:
                raise Invalid("The picture has too many pixels. Choose a smaller one.")
            picture.verify()
            return _IMAGES[picture.format]
    except UnidentifiedImageError:
        return None
    except Image.DecompressionBombError as error:
        raise Invalid("The picture has too many pixels. Choose a smaller one.") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise Invalid("The picture is damaged. Choose another file.") from error


def _office(upload: IO[bytes]) -> tuple[str, str]:
    upload.seek(0)
    try:
        names = zipfile.ZipFile(upload).namelist()
    except zipfile.BadZipFile as error:
        raise Invalid("The file is damaged. Choose another file.") from error
    if "[Content_Types].xml" in names:
        for folder, found in _OFFICE.items():
            if any(name.startswith(folder) for name in names) and not any("vbaProject" in n for n in names):
                return found
    raise Invalid("This kind of file is not accepted. Use a picture, PDF, Word, Excel, text or CSV file.")


def _text(upload: Any, head: bytes) -> tuple[str, str]:
    suffix = PurePosixPath(upload.name or "").suffix.lower()
    looks_active = re.search(rb"<\s*(script|html|svg|!doctype|\?xml)", head, re.IGNORECASE)
    upload.seek(0)
    try:
        plain = b"\x00" not in head and upload.read().decode("utf-8") is not None
    except UnicodeDecodeError:
        plain = False
    if suffix in (".txt", ".csv") and plain and not looks_active:
        return ("text/csv" if suffix == ".csv" else "text/plain"), suffix
    raise Invalid("This kind of file is not accepted. Use a picture, PDF, Word, Excel, text or CSV file.")
