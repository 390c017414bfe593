"""Private files: each download asks visibility again; nothing is ever served by its path."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponseBase

from assignments import queries
from assignments.views.base import user_of
from common.downloads import private_file

THUMB_TYPE = "image/jpeg"


@login_required
def attachment(request: HttpRequest, uuid: Any) -> HttpResponseBase:
    """A client's document (S07, S09)."""
    found = _or_missing(queries.attachment, request, uuid)
    return private_file(found.file, found.name, found.content_type, request)


@login_required
def deliverable(request: HttpRequest, uuid: Any) -> HttpResponseBase:
    """A worker's file."""
    found = _or_missing(queries.deliverable, request, uuid)
    return private_file(found.file, found.name, found.content_type, request)


@login_required
def deliverable_thumb(request: HttpRequest, uuid: Any) -> HttpResponseBase:
    """The same picture, small."""
    return _thumb(_or_missing(queries.deliverable, request, uuid), request)


@login_required
def field_photo(request: HttpRequest, uuid: Any) -> HttpResponseBase:
    """The photo with which a worker answered a field."""
    found = _or_missing(queries.field_photo, request, uuid)
    return private_file(found.file, found.name, found.content_type, request)


@login_required
def field_photo_thumb(request: HttpRequest, uuid: Any) -> HttpResponseBase:
    """The same picture, small."""
    return _thumb(_or_missing(queries.field_photo, request, uuid), request)


@login_required
def receipt(request: HttpRequest, uuid: Any) -> HttpResponseBase:
    """The receipt of an expense."""
    found = _or_missing(queries.receipt, request, uuid)
    return private_file(found.receipt, found.receipt_name, found.receipt_type, request)


def _thumb(found: Any, request: HttpRequest) -> HttpResponseBase:
    if not found.thumb:
        raise Http404
    return private_file(found.thumb, f"small-{found.name}", THUMB_TYPE, request)


@login_required
def change_photo(request: HttpRequest, uuid: Any) -> HttpResponseBase:
    """The photo of extra work."""
    found = _or_missing(queries.change_photo, request, uuid)
    return private_file(found.photo, found.photo_name, found.photo_type, request)


def _or_missing(query: Any, request: HttpRequest, uuid: Any) -> Any:
    """What a query lets this person have; a foreign file answers like a missing one."""
    try:
        return query(user_of(request), uuid)
    except ObjectDoesNotExist:
        raise Http404 from None
