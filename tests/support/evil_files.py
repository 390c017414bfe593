"""Files that must never be kept: small on the wire, bad inside. Each with the sentence that its sender reads."""

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from functools import cache

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

NOT_ACCEPTED = "This kind of file is not accepted. Use a picture, PDF, Word, Excel, text or CSV file."
TWO_IN_ONE = "The file holds a second file inside. Choose the plain picture or document."
DAMAGED = "The file is damaged. Choose another file."
DAMAGED_PICTURE = "The picture is damaged. Choose another file."
TOO_MANY_PIXELS = "The picture has too many pixels. Choose a smaller one."
UNPACKS = "The file unpacks to far more than it should. Choose another file."
SCRIPT = b"<script>alert(document.cookie)</script>"


@dataclass(frozen=True, slots=True)
class Evil:
    """One bad file."""

    name: str
    content: bytes
    sentence: str

    def upload(self) -> SimpleUploadedFile:
        return SimpleUploadedFile(self.name, self.content)


def image(kind: str, size: tuple[int, int] = (16, 12), **options: object) -> bytes:
    made = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(made, kind, **options)
    return made.getvalue()


def png(width: int, height: int, lines: bytes = b"") -> bytes:
    """A PNG that claims this size; its pixels are whatever `lines` unpack to."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(lines, 9))
        + chunk(b"IEND", b"")
    )


def office(**parts: bytes) -> bytes:
    """A Word file with these further entries; a double underscore stands for a slash."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return made.getvalue()


def lying_office() -> bytes:
    """A Word file with an entry that claims to be one byte long and unpacks to three megabytes."""
    honest = office(word__media=b"\x00" * 3_000_000)
    return honest.replace(struct.pack("<L", 3_000_000), struct.pack("<L", 1))


@cache
def all_of_them() -> tuple[Evil, ...]:
    """Bombs, polyglots, scripts, disguises, empty ones and tricks with names."""
    jpeg, plain, pdf = image("JPEG"), image("PNG"), b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
    return (
        Evil("huge.png", png(50_000, 50_000, b"\x00" * 1_000_000), TOO_MANY_PIXELS),
        Evil("wide.png", png(2**31 - 1, 1), TOO_MANY_PIXELS),
        Evil("bomb.docx", office(word__media=b"\x00" * 90_000_000), UNPACKS),
        Evil("many.docx", office(**{f"word__{n}": b"" for n in range(2_001)}), UNPACKS),
        Evil("liar.docx", lying_office(), DAMAGED),
        Evil("bomb.zip", office(word__media=b"\x00" * 2_000_000), UNPACKS),
        Evil("slip.docx", office(**{"..__..__etc__cron": b"x"}), DAMAGED),
        Evil("macro.docx", office(word__vbaProject=b"x"), NOT_ACCEPTED),
        Evil("page.jpg", jpeg + SCRIPT, TWO_IN_ONE),
        Evil("comment.jpg", image("JPEG", comment=b"<html><body>hello</body></html>"), TWO_IN_ONE),
        Evil("shell.png", plain + b"<?php system($_GET[0]); ?>", TWO_IN_ONE),
        Evil("archive.png", plain + office(), TWO_IN_ONE),
        Evil("archive.pdf", pdf + office(), TWO_IN_ONE),
        Evil("page.pdf", b"%PDF-1.7\n" + SCRIPT + b"\n%%EOF\n", TWO_IN_ONE),
        Evil("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>", NOT_ACCEPTED),
        Evil("drawing.png", b'<?xml version="1.0"?><svg onload="alert(1)"/>', NOT_ACCEPTED),
        Evil("late.txt", b"x" * 10_000 + SCRIPT, NOT_ACCEPTED),
        Evil("page.html", b"<!doctype html><p>hello", NOT_ACCEPTED),
        Evil("tool.jpg", b"MZ\x90\x00" + b"\x00" * 200, NOT_ACCEPTED),
        Evil("report.pdf", plain, "The file is named like a PDF but holds a picture. Choose the right file."),
        Evil("photo.jpg", pdf, "The file is named like a picture but holds a PDF. Choose the right file."),
        Evil("photo.jpg.exe", jpeg, "The file is named like a program but holds a picture. Choose the right file."),
        Evil("half.jpg", jpeg[: len(jpeg) // 2], DAMAGED_PICTURE),
        Evil("half.png", plain[:-20], DAMAGED_PICTURE),
        Evil("anim.gif", image("GIF"), "Pictures can be JPEG, PNG or WebP."),
        Evil("empty.jpg", b"", "The file is empty. Choose another file."),
        Evil("../../../etc/passwd", b"root:x:0:0", NOT_ACCEPTED),
        Evil("..\\..\\web.config", b"<configuration/>", NOT_ACCEPTED),
        Evil("photo.jpg\x00.html", SCRIPT, NOT_ACCEPTED),
        Evil("gnp.\u202ephoto.exe", b"MZ", NOT_ACCEPTED),
    )  # fmt: skip
