"""Long lists may be read from a copy of the database (ONSITE_REPLICA_URL); nothing else ever is (docs/scale.md).

A copy is some seconds behind. So a read goes there only when the page is one of the lists named here, the model is
the assignments' own, the request only reads, and its person has changed nothing in the last seconds: everybody finds
the own change at once. Who somebody is, which company and role they have, is always asked of the primary database.
"""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse

ALIAS: Final = "replica"
LISTS: Final = frozenset({"assignments:list", "assignments:find", "assignments:work", "assignments:schedule"})
"""Views that read many rows and lead on to pages that read the primary database again."""
ROOM: Final = "assignments"
COOKIE: Final = "onsite_wrote"
SAFE: Final = ("GET", "HEAD")

_is_list: ContextVar[bool] = ContextVar("onsite_reads_a_list", default=False)


class ListReads:
    """Django's router: the copy for the lists' own rows while the request is such a list, else no opinion."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str | None:
        return ALIAS if _is_list.get() and model._meta.app_label == ROOM else None

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str | None:
        """A list that writes after all reads what it wrote: from here on the request asks the primary database."""
        _is_list.set(False)
        return None

    def allow_relation(self, one: models.Model, other: models.Model, **hints: Any) -> bool:
        """Both are the same rows."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        """The copy gets its tables from the primary database."""
        return False if db == ALIAS else None


class ReplicaMiddleware:
    """Knows which request may read the copy; in use only where there is one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _is_list.set(False)
        try:
            response = self.get_response(request)
        finally:
            _is_list.reset(token)
        if request.method not in SAFE:
            response.set_cookie(
                COOKIE,
                "1",
                max_age=settings.ONSITE_REPLICA_LAG_SECONDS,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        match = request.resolver_match
        is_list = match is not None and match.view_name in LISTS
        _is_list.set(is_list and request.method in SAFE and COOKIE not in request.COOKIES)
