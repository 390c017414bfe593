"""Handing out private files. Who may have one is asked by the caller; nothing is ever served by its path."""

from typing import Final

from django.db.models.fields.files import FieldFile
from django.http import FileResponse

SHOWN_INLINE: Final = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf"})


def private_file(file: FieldFile, name: str, content_type: str) -> FileResponse:
    """The file under its name, never kept by caches, and without any right inside the browser."""
    inline = content_type in SHOWN_INLINE
    response = FileResponse(
        file.open("rb"), as_attachment=not inline, filename=name, content_type=content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
