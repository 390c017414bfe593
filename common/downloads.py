"""Handing out private files. Who may have one is asked by the caller; nothing is ever served by its path."""

import hashlib
import re
from collections.abc import Iterator
from typing import IO, Any, Final, Protocol

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from common.uploads import plain_name

SHOWN_INLINE: Final = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf"})
PIECE: Final = 1 << 16
_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class Stored(Protocol):
    """A file that can be handed out: `name` stands for its content, `size` is in bytes."""

    @property
    def name(self) -> str | None: ...
    @property
    def size(self) -> int: ...
    def open(self, mode: str = "rb") -> Any: ...


def private_file(
    file: FieldFile | Stored, name: str, content_type: str, request: HttpRequest | None = None
) -> HttpResponseBase:
    """The file under its name, never kept by caches, and without any right inside the browser.

    With `request` a part of it can be asked for (one range: 206, or 416 beyond the end); `If-Range` names this file.
    """
    tag = f'"{hashlib.sha256((file.name or "").encode()).hexdigest()[:32]}"'
    part = _part(request, file.size, tag) if request is not None else None
    response: HttpResponseBase
    if part is None:
        response = FileResponse(file.open("rb"), content_type=content_type)
        response["Content-Length"] = str(file.size)
    elif part:
        first, last = part[0], part[-1]
        response = StreamingHttpResponse(
            _pieces(file.open("rb"), first, last), status=206, content_type=content_type
        )
        response["Content-Range"] = f"bytes {first}-{last}/{file.size}"
        response["Content-Length"] = str(last - first + 1)
    else:
        response = HttpResponse(status=416, content_type="text/plain; charset=utf-8")
        response["Content-Range"] = f"bytes */{file.size}"
    is_shown = content_type in SHOWN_INLINE
    response["Content-Disposition"] = (
        content_disposition_header(not is_shown, plain_name(name)) or "attachment"
    )
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = tag
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def _part(request: HttpRequest, size: int, tag: str) -> range | None:
    """The bytes that are asked for; None for all of them, an empty range where there are none such.

    Several ranges, and what cannot be read, count as not asked (RFC 9110, 14.2).
    """
    asked = _RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if request.method != "GET" or asked is None or not any(asked.groups()):
        return None
    if request.headers.get("If-Range", tag) != tag:
        return None
    first, last = asked.groups()
    if not first:
        return range(max(size - int(last), 0), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1 if last else size, size))


def _pieces(stream: IO[bytes], first: int, last: int) -> Iterator[bytes]:
    """The bytes from `first` to `last`, then the stream is closed, also when the reader goes away before."""
    try:
        stream.seek(first)
        left = last - first + 1
        while left > 0 and (piece := stream.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
    finally:
        stream.close()
