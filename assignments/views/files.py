"""Private files: each download asks visibility again; nothing is ever served by its path."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest

from assignments import queries
from assignments.models import Attachment, Deliverable, MoneyRequest
from assignments.views.base import user_of

SHOWN_INLINE = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf"})


@login_required
def attachment(request: HttpRequest, uuid: Any) -> FileResponse:
    """A client's document (S07, S09)."""
    try:
        found = queries.attachment(user_of(request), uuid)
    except Attachment.DoesNotExist:
        raise Http404 from None
    return _answer(found.file, found.name, found.content_type)


@login_required
def deliverable(request: HttpRequest, uuid: Any) -> FileResponse:
    """A worker's file."""
    try:
        found = queries.deliverable(user_of(request), uuid)
    except Deliverable.DoesNotExist:
        raise Http404 from None
    return _answer(found.file, found.name, found.content_type)


@login_required
def receipt(request: HttpRequest, uuid: Any) -> FileResponse:
    """The receipt of an expense."""
    try:
        found = queries.receipt(user_of(request), uuid)
    except MoneyRequest.DoesNotExist:
        raise Http404 from None
    return _answer(found.receipt, found.receipt_name, found.receipt_type)


def _answer(file: FieldFile, name: str, content_type: str) -> FileResponse:
    inline = content_type in SHOWN_INLINE
    response = FileResponse(
        file.open("rb"), as_attachment=not inline, filename=name, content_type=content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
