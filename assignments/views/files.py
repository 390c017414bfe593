"""Private files: each download asks visibility again; nothing is ever served by its path."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest

from assignments import queries
from assignments.models import Attachment, ChangeOrder, Deliverable, MoneyRequest
from assignments.views.base import user_of
from common.downloads import private_file


@login_required
def attachment(request: HttpRequest, uuid: Any) -> FileResponse:
    """A client's document (S07, S09)."""
    try:
        found = queries.attachment(user_of(request), uuid)
    except Attachment.DoesNotExist:
        raise Http404 from None
    return private_file(found.file, found.name, found.content_type)


@login_required
def deliverable(request: HttpRequest, uuid: Any) -> FileResponse:
    """A worker's file."""
    try:
        found = queries.deliverable(user_of(request), uuid)
    except Deliverable.DoesNotExist:
        raise Http404 from None
    return private_file(found.file, found.name, found.content_type)


@login_required
def receipt(request: HttpRequest, uuid: Any) -> FileResponse:
    """The receipt of an expense."""
    try:
        found = queries.receipt(user_of(request), uuid)
    except MoneyRequest.DoesNotExist:
        raise Http404 from None
    return private_file(found.receipt, found.receipt_name, found.receipt_type)


@login_required
def change_photo(request: HttpRequest, uuid: Any) -> FileResponse:
    """The photo of extra work."""
    try:
        found = queries.change_photo(user_of(request), uuid)
    except ChangeOrder.DoesNotExist:
        raise Http404 from None
    return private_file(found.photo, found.photo_name, found.photo_type)
