"""The gate for files: by size and by what is inside, never by name."""

import hashlib
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from common import uploads
from common.errors import Invalid
from common.uploads import check_upload, safe_name

REFUSED = "This kind of file is not accepted. Use a picture, PDF, Word, Excel, text or CSV file."


def picture(kind: str, size: tuple[int, int] = (8, 8)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "#336699").save(made, kind)
    return made.getvalue()


def archive(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        for name in names:
            zipped.writestr(name, "x")
    return made.getvalue()


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize(
    ("name", "content", "kept", "kind", "is_image"),
    [
        ("rack.JPG", picture("JPEG"), "rack.jpg", "image/jpeg", True),
        ("rack.jpg", picture("PNG"), "rack.png", "image/png", True),
        ("rack", picture("WEBP"), "rack.webp", "image/webp", True),
        ("plan.pdf", b"%PDF-1.7 x", "plan.pdf", "application/pdf", False),
        (
            "plan.docx",
            archive("[Content_Types].xml", "word/document.xml"),
            "plan.docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            False,
        ),
        (
            "list.xlsx",
            archive("[Content_Types].xml", "xl/workbook.xml"),
            "list.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            False,
        ),
        ("notes.txt", "Kabel fünf".encode(), "notes.txt", "text/plain", False),
        ("list.csv", b"a,b\n1,2\n", "list.csv", "text/csv", False),
    ],
)
def test_accepted(name: str, content: bytes, kept: str, kind: str, is_image: bool):
    file = upload(name, content)
    found = check_upload(file)
    assert (found.name, found.content_type, found.is_image) == (kept, kind, is_image)
    assert (found.size, found.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert file.tell() == 0


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.png", b"", "The file is empty. Choose another file."),
        ("page.html", b"<html><script>alert(1)</script>", REFUSED),
        ("page.txt", b"<script>alert(1)</script>", REFUSED),
        ("picture.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', REFUSED),
        ("program.txt", b"MZ\x00\x01", REFUSED),
        ("latin.txt", b"caf\xe9", REFUSED),
        ("tool.exe", b"MZ", REFUSED),
        ("anim.gif", picture("GIF"), "Pictures can be JPEG, PNG or WebP."),
        ("half.png", picture("PNG")[:-20], "The picture is damaged. Choose another file."),
        ("half.docx", b"PK\x03\x04 not a zip", "The file is damaged. Choose another file."),
        ("things.zip", archive("a.txt"), REFUSED),
        (
            "macro.docx",
            archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
            REFUSED,
        ),
    ],
)
def test_refused(name: str, content: bytes, sentence: str):
    with pytest.raises(Invalid) as caught:
        check_upload(upload(name, content))
    assert caught.value.sentence == sentence


def test_too_large(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(uploads, "LARGEST_BYTES", 10)
    assert check_upload(upload("a.txt", b"x" * 10)).size == 10
    with pytest.raises(Invalid, match="larger than 25 MB"):
        check_upload(upload("a.txt", b"x" * 11))


def test_too_many_pixels(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(uploads, "LARGEST_PIXELS", 63)
    with pytest.raises(Invalid, match="too many pixels"):
        check_upload(upload("a.png", picture("PNG")))


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("../../etc/passwd", "passwd.txt"),
        ("C:\\temp\\plan.docx", "plan.txt"),
        ("a\u202egnp.exe", "agnp.txt"),
        ("line\nbreak.txt", "linebreak.txt"),
        ('what<is>"this"?.txt', "what_is_this_.txt"),
        ("...", "file.txt"),
        ("", "file.txt"),
    ],
)
def test_names(raw: str, name: str):
    assert safe_name(raw, ".txt") == name


@given(st.text(max_size=300))
def test_any_name_becomes_a_short_plain_one(raw: str):
    made = safe_name(raw, ".pdf")
    assert made.endswith(".pdf")
    assert len(made) <= 120
    assert not set(made) & set('/\\<>:"|?*\n\r\x00')
