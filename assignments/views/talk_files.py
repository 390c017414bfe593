"""Private files of messages and problem reports: each download asks visibility again."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase

from assignments import problems, threads
from assignments.models import MessageFile, ProblemPhoto
from assignments.views.base import user_of
from common.downloads import private_file


@login_required
def message_file(request: HttpRequest, uuid: Any) -> HttpResponseBase:
    """A file of a message or note, for those who may read it."""
    try:
        found = threads.message_file(user_of(request), uuid)
    except MessageFile.DoesNotExist:
        raise Http404 from None
    return private_file(found.file, found.name, found.content_type, request)


@login_required
def problem_photo(request: HttpRequest, uuid: Any) -> HttpResponseBase:
    """A photo of a problem report, for those who may read it."""
    try:
        found = problems.photo(user_of(request), uuid)
    except ProblemPhoto.DoesNotExist:
        raise Http404 from None
    return private_file(found.file, found.name, found.content_type, request)
