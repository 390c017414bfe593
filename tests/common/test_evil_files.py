"""The gate against bombs, polyglots, scripts and disguises; the virus scanner that it may ask."""

import socket
import struct
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from common.errors import Invalid
from common.photos import remade
from common.uploads import check_upload
from tests.support.evil_files import Evil, all_of_them, image

CHECKED_WITHIN_SECONDS = 10


def prepare(file: SimpleUploadedFile) -> None:
    if check_upload(file).is_image:
        remade(file)


@pytest.mark.parametrize("evil", all_of_them(), ids=lambda evil: ascii(evil.name))
def test_nothing_bad_passes_the_gate(evil: Evil) -> None:
    """Refused in a moment; what is cut off behind its header is found when it is made anew."""
    assert len(evil.content) < 1_000_000
    began = time.monotonic()
    with pytest.raises(Invalid) as caught:
        prepare(evil.upload())
    assert caught.value.sentence == evil.sentence
    assert time.monotonic() - began < CHECKED_WITHIN_SECONDS


def test_a_bomb_is_refused_before_its_pixels_are_read() -> None:
    (bomb,) = [one for one in all_of_them() if one.name == "huge.png"]
    tracemalloc.start()
    with pytest.raises(Invalid, match="too many pixels"):
        check_upload(bomb.upload())
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 20_000_000


class FakeClamd:
    """Speaks INSTREAM as clamd does; finds a virus in whatever contains `EVIL`."""

    def __init__(self, line: socket.socket, answer: bytes = b"") -> None:
        self.line, self.answer, self.seen = line, answer, b""
        line.listen()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            try:
                asker, _ = self.line.accept()
            except OSError:
                return
            with asker, asker.makefile("rb") as words:
                if words.read(10) != b"zINSTREAM\0":  # nobody of ours: ports are tried by other tests too
                    continue
                self.seen = b""
                while size := struct.unpack("!L", words.read(4))[0]:
                    self.seen += words.read(size)
                found = b"stream: Test-Virus FOUND\0" if b"EVIL" in self.seen else b"stream: OK\0"
                asker.sendall(self.answer or found)


@contextmanager
def clamd(kind: str, tmp_path: Path, answer: bytes = b"") -> Iterator[tuple[str, FakeClamd]]:
    if kind == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.bind(str(tmp_path / "clamd.ctl"))
        address = f"unix://{tmp_path}/clamd.ctl"
    else:
        line = socket.create_server(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{line.getsockname()[1]}"
    try:
        yield address, FakeClamd(line, answer)
    finally:
        line.close()


@pytest.fixture(autouse=True)
def _sockets(socket_enabled: Any) -> None:
    """The scanner is a server of this test."""


@pytest.mark.parametrize("kind", ["tcp", "unix"])
def test_the_scanner_is_asked_about_the_whole_file(kind: str, tmp_path: Path, settings: Any) -> None:
    content = b"a,b\n" * 50_000
    with clamd(kind, tmp_path) as (settings.ONSITE_CLAMD, server):
        assert check_upload(SimpleUploadedFile("list.csv", content)).size == len(content)
        assert server.seen == content
        with pytest.raises(Invalid, match="The virus scanner found something in this file"):
            check_upload(SimpleUploadedFile("list.csv", content + b"EVIL"))


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"stream: ", b"nonsense\0"])
@pytest.mark.parametrize("fails_open", [False, True])
def test_no_verdict_is_no_pass(answer: bytes, fails_open: bool, tmp_path: Path, settings: Any) -> None:
    settings.ONSITE_CLAMD_FAIL_OPEN = fails_open
    with clamd("tcp", tmp_path, answer) as (settings.ONSITE_CLAMD, _):
        assert passes() is fails_open


@pytest.mark.parametrize("fails_open", [False, True])
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "unix:///nowhere/clamd.ctl", "clamd"])
def test_a_scanner_that_is_away(address: str, fails_open: bool, settings: Any) -> None:
    settings.ONSITE_CLAMD, settings.ONSITE_CLAMD_FAIL_OPEN = address, fails_open
    assert passes() is fails_open


def passes() -> bool:
    try:
        check_upload(SimpleUploadedFile("rack.png", image("PNG")))
    except Invalid as refusal:
        return refusal.sentence != "The file cannot be checked for viruses now. Try again in some minutes."
    return True
