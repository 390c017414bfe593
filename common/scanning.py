"""Asking a virus scanner about a file: clamd's INSTREAM over TCP or a Unix socket, where ONSITE_CLAMD names one (0012).

ONSITE_CLAMD: `tcp://host:3310` or `unix:///run/clamav/clamd.ctl`; empty: files are not scanned. While the scanner does
not answer, files are refused, unless ONSITE_CLAMD_FAIL_OPEN says otherwise.
"""

import logging
import socket
import struct
from typing import IO, Final
from urllib.parse import urlsplit

from django.conf import settings

from common.errors import Invalid

PIECE: Final = 1 << 16
WAIT_SECONDS: Final = 20
LONGEST_ANSWER: Final = 4_096
_log = logging.getLogger("onsite.scanning")


def scan(upload: IO[bytes]) -> None:
    """Raise Invalid for an infected file, or one that cannot be checked now. Does nothing where no scanner is named."""
    address = settings.ONSITE_CLAMD
    if not address:
        return
    try:
        answer = _ask(address, upload)
    except (OSError, ValueError) as error:
        answer = f"no answer: {error}"
    if answer.endswith("FOUND"):
        _log.warning("An uploaded file was refused by the virus scanner: %s", answer)
        raise Invalid("The virus scanner found something in this file. It was not kept.")
    if answer != "stream: OK":
        _log.error("The virus scanner gave no verdict: %s", answer)
        if not settings.ONSITE_CLAMD_FAIL_OPEN:
            raise Invalid("The file cannot be checked for viruses now. Try again in some minutes.")


def _ask(address: str, upload: IO[bytes]) -> str:
    """What clamd says of the file, for example "stream: OK" or "stream: Eicar-Test-Signature FOUND"."""
    with _connect(address) as line:
        line.sendall(b"zINSTREAM\0")
        upload.seek(0)
        while piece := upload.read(PIECE):
            line.sendall(struct.pack("!L", len(piece)) + piece)
        line.sendall(struct.pack("!L", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
            piece = line.recv(LONGEST_ANSWER)
            if not piece:
                break
            answer += piece
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _connect(address: str) -> socket.socket:
    where = urlsplit(address)
    if where.scheme == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(WAIT_SECONDS)
        try:
            line.connect(where.path)
        except OSError:
            line.close()
            raise
        return line
    if where.scheme != "tcp" or not where.hostname:
        raise ValueError("ONSITE_CLAMD is neither tcp://host:port nor unix:///path")
    return socket.create_connection((where.hostname, where.port or 3310), timeout=WAIT_SECONDS)
