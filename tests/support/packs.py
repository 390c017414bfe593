"""Proof packs for tests: making one over HTTP, reading it, and changing it as a forger would."""

import io
import json
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from payments.models import ProofPack
from tests.support.facts import url
from tests.support.http import Page, Visitor


def made(person: Visitor, row: Any, **form: Any) -> bytes:
    """The person presses "Make proof pack" and downloads the newest one."""
    page = person.submit(url(row, "proof/"), press="Make proof pack", **form)
    newest = ProofPack.objects.filter(assignment=row).latest("pk")
    return person.open(page.links[f"{newest.name}"]).body


def inside(pack: bytes) -> dict[str, bytes]:
    """Every file of a pack by name."""
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def record(pack: bytes) -> Any:
    return json.loads(inside(pack)["record.json"])


def packed(files: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    """An archive of these files, made by somebody else."""
    made_by = io.BytesIO()
    with zipfile.ZipFile(made_by, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made_by.getvalue()


def forged(pack: bytes, change: Callable[[dict[str, bytes]], Any]) -> bytes:
    """The pack after somebody changed its files and packed it anew."""
    files = inside(pack)
    change(files)
    return packed(files)


def verify(pack: bytes, status: int = 200, visitor: Visitor | None = None) -> Page:
    """Somebody without an account brings the pack to the public page."""
    file = SimpleUploadedFile("pack.zip", pack, content_type="application/zip")
    return (visitor or Visitor()).submit("/verify/", press="Check the pack", pack=file, status=status)


def pdf_words(content: bytes, folder: Path) -> str:
    """What another program reads in a PDF, with single spaces."""
    path = folder / "paper.pdf"
    path.write_bytes(content)
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())
