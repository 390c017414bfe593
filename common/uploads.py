"""The one gate for files from outside: size first, then the type by what is inside, never by name alone."""

import hashlib
import io
import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any

from PIL import Image, UnidentifiedImageError

from common.archives import REFUSED, office
from common.errors import Invalid
from common.scanning import scan

LARGEST_BYTES = 25 * 1024 * 1024
LARGEST_PIXELS = 60_000_000
Image.MAX_IMAGE_PIXELS = LARGEST_PIXELS
_IMAGES = {"JPEG": ("image/jpeg", ".jpg"), "PNG": ("image/png", ".png"), "WEBP": ("image/webp", ".webp")}
_READ = tuple(_IMAGES)
_IMAGES["MPO"] = _IMAGES["JPEG"]  # a JPEG with further pictures behind the first
_OTHER_PICTURES = re.compile(
    rb"GIF8|BM.{4}\x00\x00\x00\x00|II\*\x00|MM\x00\*|.{4}ftyp(heic|heix|mif1|avif)", re.DOTALL
)
_ACTIVE = re.compile(rb"<\s*script\b|<!doctype\s+html|<html[\s>]|<\?php|<iframe[\s>]", re.IGNORECASE)
_MARKUP = re.compile(rb"<\s*(script|html|svg|!doctype|\?xml)", re.IGNORECASE)
TOO_MANY_PIXELS = "The picture has too many pixels. Choose a smaller one."
ACCEPTED = ".jpg,.jpeg,.png,.webp,.pdf,.docx,.xlsx,.txt,.csv"
"""For the `accept` attribute of file inputs: a hint, not the check."""
_NAMED = {
    "a picture": {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".heic", ".heif"},
    "a PDF": {".pdf"},
    "a Word file": {".docx", ".doc"},
    "an Excel file": {".xlsx", ".xls"},
    "a text file": {".txt", ".csv", ".log"},
    "a program": {".exe", ".com", ".bat", ".cmd", ".msi", ".js", ".sh", ".ps1", ".jar", ".apk", ".vbs", ".scr", ".php"},
    "a web page": {".html", ".htm", ".svg", ".xml", ".xhtml"},
    "an archive": {".zip", ".rar", ".7z", ".gz", ".tar"},
}  # fmt: skip
"""What the end of a name promises. Ends that are not here promise nothing ("Dr. Smith", "12.11.2026")."""
_HOLDS = {".jpg": "a picture", ".png": "a picture", ".webp": "a picture", ".pdf": "a PDF", ".docx": "a Word file",
          ".xlsx": "an Excel file", ".txt": "a text file", ".csv": "a text file"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CheckedUpload:
    """A file that passed: a safe name, its size in bytes, its type by content, its SHA-256 in hex."""

    name: str
    size: int
    content_type: str
    sha256: str
    is_image: bool


def plain_name(raw: str) -> str:
    """The last part of a name, without control, direction and other invisible characters."""
    base = PurePosixPath(raw.replace("\\", "/")).name
    clean = "".join(c for c in unicodedata.normalize("NFC", base) if unicodedata.category(c)[0] != "C")
    return re.sub(r'[<>:"/|?*]+', "_", clean).strip(" .") or "file"


def safe_name(raw: str, suffix: str) -> str:
    """A plain name, at most 120 long, with the right suffix."""
    clean = plain_name(raw)
    stem = clean[: -len(PurePosixPath(clean).suffix)] if PurePosixPath(clean).suffix else clean
    return f"{stem[:110] or 'file'}{suffix}"


def check_upload(upload: Any) -> CheckedUpload:
    """Measure, identify, scan and hash an uploaded file; leaves it rewound. Raises Invalid with the sentence."""
    if upload.size == 0:
        raise Invalid("The file is empty. Choose another file.")
    if upload.size > LARGEST_BYTES:
        raise Invalid("The file is larger than 25 MB. Choose a smaller one.")
    content_type, suffix = _identify(upload)
    _keeps_its_word(upload.name or "", suffix)
    scan(upload)
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


def _keeps_its_word(name: str, suffix: str) -> None:
    """Raise Invalid for a name that promises another kind of file. Phones mix up kinds of pictures."""
    end, holds = PurePosixPath(plain_name(name)).suffix.lower(), _HOLDS[suffix]
    says = next((kind for kind, ends in _NAMED.items() if end in ends), holds)
    if says != holds:
        raise Invalid(f"The file is named like {says} but holds {holds}. Choose the right file.")


def _identify(upload: IO[bytes]) -> tuple[str, str]:
    upload.seek(0)
    head = upload.read(4096)
    if head.startswith(b"PK\x03\x04"):
        return office(upload)
    if _OTHER_PICTURES.match(head):
        raise Invalid("Pictures can be JPEG, PNG or WebP.")
    upload.seek(0)
    whole = upload.read()
    if head.startswith(b"%PDF-"):
        _is_one_kind(whole)
        return "application/pdf", ".pdf"
    image = _image(whole)
    if image:
        _is_one_kind(whole)
        return image
    return _text(upload, whole)


def _is_one_kind(whole: bytes) -> None:
    """Raise Invalid for a file that is also a page with scripts or an archive, whatever it begins with."""
    if _ACTIVE.search(whole) or b"PK\x05\x06" in whole[-65_557:]:
        raise Invalid("The file holds a second file inside. Choose the plain picture or document.")


def _image(whole: bytes) -> tuple[str, str] | None:
    """The type by the header; its size is judged before a single pixel is read."""
    try:
        with Image.open(io.BytesIO(whole), formats=_READ) as picture:
            if picture.width * picture.height > LARGEST_PIXELS:
                raise Invalid(TOO_MANY_PIXELS)
            picture.verify()
            return _IMAGES[picture.format or ""]
    except UnidentifiedImageError:
        return None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Invalid(TOO_MANY_PIXELS) from error
    except (OSError, SyntaxError, ValueError, KeyError) as error:
        raise Invalid("The picture is damaged. Choose another file.") from error


def _text(upload: Any, whole: bytes) -> tuple[str, str]:
    suffix = PurePosixPath(upload.name or "").suffix.lower()
    try:
        plain = b"\x00" not in whole and whole.decode("utf-8") is not None
    except UnicodeDecodeError:
        plain = False
    if suffix in (".txt", ".csv") and plain and not _MARKUP.search(whole):
        return ("text/csv" if suffix == ".csv" else "text/plain"), suffix
    raise Invalid(REFUSED)
