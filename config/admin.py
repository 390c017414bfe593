"""Operations in the administration: how the timers, the queues and the books are, and what can be tried again."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, path, reverse
from django.urls.resolvers import URLPattern

from common import clock
from common.admin import ReadOnlyAdmin, row_id
from common.errors import Invalid, NotAllowed, WrongState
from config.models import Heartbeat, Parked
from config.watch import acts, board, parked, queue
from payments.admin.acting import admin_user, own_zone

PAGE = "admin:config_heartbeat_changelist"


@admin.register(Heartbeat)
class OperationsAdmin(ReadOnlyAdmin):
    """One page in place of a list. Whoever may view timers sees it; `config.operate` has the buttons."""

    def get_urls(self) -> list[URLPattern]:
        explain = self.admin_site.admin_view(self.explain_view)
        return [path("parked/<int:parked_id>/", explain, name="config_parked_explain"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Everything at one instant; by POST one of the two acts."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return self._act(request)
        return self._page(request)

    def explain_view(self, request: HttpRequest, parked_id: int) -> HttpResponse:
        """What is known of one row's failure, what it usually means, and the button."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = Parked.objects.filter(pk=parked_id).first()
        if row is None:
            raise Http404
        context = {
            **self._frame(request),
            "title": f"Why {row} waits",
            "row": row,
            "is_waiting": row.until > clock.now(),
            "advice": parked.explain(row),
            "page": page_of(row),
        }
        return render(request, "admin/config/parked.html", context)

    def _act(self, request: HttpRequest) -> HttpResponse:
        user, reason = admin_user(request), request.POST.get("reason", "")
        doing: dict[str, Callable[[], str]] = {
            "retry": lambda: acts.retry_row(row_id(request.POST.get("row", "")), actor=user, reason=reason),
            "mails": lambda: acts.retry_mails(ids(request.POST.getlist("mails")), actor=user, reason=reason),
        }
        act = doing.get(request.POST.get("step", ""))
        if act is None:
            raise Http404
        try:
            messages.success(request, act())
        except NotAllowed:
            raise PermissionDenied from None
        except Invalid as refused:
            return self._page(request, status=422, problem=refused.sentence)
        except WrongState as refused:
            messages.error(request, refused.sentence)
        return redirect(PAGE)

    def _page(self, request: HttpRequest, status: int = 200, problem: str = "") -> HttpResponse:
        now = clock.now()
        found = board.look(now)
        rows = [(row, page_of(row)) for row in board.parked_rows(now)] if found.parked_count else []
        context = {
            **self._frame(request),
            "title": "Operations",
            "now": now,
            "board": found,
            "queue": queue.asked(),
            "lines": [(line, line.late_seconds(now)) for line in found.lines],
            "rows": rows,
            "mails": board.failed_mails() if found.outbox.by_state["failed"] else [],
            "reads_mails": request.user.has_perm("notifications.view_message"),
            "problem": problem,
        }
        return render(request, "admin/config/operations.html", context, status=status)

    def _frame(self, request: HttpRequest) -> dict[str, Any]:
        may_act = admin_user(request).has_perm(acts.PERMISSION)
        return {
            **self.admin_site.each_context(request),
            **own_zone(request),
            "opts": self.opts,
            "may_act": may_act,
        }


def page_of(row: Parked) -> str:
    """The administration's page of the row itself; empty where it has none."""
    try:
        return reverse(f"admin:{row.model.replace('.', '_')}_change", args=[row.subject_id])
    except NoReverseMatch:
        return ""


def ids(texts: list[str]) -> list[UUID]:
    """The ids of a form that are ids."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
