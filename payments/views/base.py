"""What the pages of money share: who looks, and the page of one verb of an assignment."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views import View

from accounts.models import User
from assignments.models import Assignment
from assignments.queries import Seen
from assignments.standing import standing
from assignments.states import State
from assignments.views.base import VerbPage, load, user_of
from assignments.visibility import sight
from clients.models import Member
from clients.queries import membership_once
from common import clock, keyset, tables
from common.errors import NotAllowed
from payments import queries
from workers.models import Worker
from workers.queries import worker_of

__all__ = ["ClientPage", "MoneyVerb", "WorkerPage", "fresh_key", "load", "pages", "user_of"]

PER_PAGE = 40
"""With assignment, worker and person beside each invoice a page reads four times as many rows."""


def fresh_key() -> str:
    """A key for one form: sending it twice is one act."""
    return uuid.uuid4().hex


def acts_as_worker(user: User) -> bool:
    """Which side of the Payment Center a person sees: by hat, else the one there is."""
    if user.hat == User.Hat.WORKER and queries.earner_once(user) is not None:
        return True
    return membership_once(user) is None


class ClientPage(LoginRequiredMixin, View):
    """A page of the company's money. `self.member` is set; people without a company get 404."""

    member: Member

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        found = membership_once(user_of(request))
        if found is None:
            if worker_of(user_of(request)) is None:
                raise Http404
            raise NotAllowed("This page is for companies.")
        self.member = found
        return super().dispatch(request, *args, **kwargs)


class WorkerPage(LoginRequiredMixin, View):
    """A page of a worker's own money. `self.worker` is set; others get 403."""

    worker: Worker

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        found = self.find(user_of(request))
        if found is None:
            raise NotAllowed("This page is for workers.")
        self.worker = found
        return super().dispatch(request, *args, **kwargs)

    def find(self, user: User) -> Worker | None:
        """The worker side of the account; override to read more with it."""
        return worker_of(user)


class MoneyVerb(VerbPage):
    """The page of a verb of this room. `hides_page`: also opens where the worker's page of it is closed (S41)."""

    template_name = "payments/verb.html"
    hides_page = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.view = load_party(request, kwargs["pk"]) if self.hides_page else load(request, kwargs["pk"])
        return View.dispatch(self, request, *args, **kwargs)

    @property
    def back_url(self) -> str:
        if self.view.sight.opens:
            return reverse("assignments:page", args=[self.view.row.pk])
        return reverse("assignments:work")

    def page(self, request: HttpRequest, form: forms.BaseForm, status: int = 200) -> HttpResponse:
        parts = {
            "verb": self,
            "form": form,
            "seen": self.view,
            "row": self.view.row,
            "back_url": self.back_url,
        }
        return render(request, self.template_name, {**parts, **self.context()}, status=status)


def load_party(request: HttpRequest, pk: int) -> Seen:
    """As `load`, and for the worker of a cancelled assignment, who may still escalate it."""
    user = user_of(request)
    row = Assignment.objects.select_related("client", "worker__user", "owner").filter(pk=pk).first()
    if row is not None and row.state == State.CANCELLED:
        found = standing(user, row)
        if found.is_assigned:
            return Seen(row, found, sight(found, row), clock.now())
    return load(request, pk)


def pages(
    rows: Any, request: HttpRequest, column: str, *, falling: bool, per_page: int = PER_PAGE
) -> tuple[list[Any], dict[str, str]]:
    """One page of a query in the order of that column (common/keyset.py), and what the pager draws."""
    part: keyset.Slice[Any] = keyset.page(rows, column, request.GET, size=per_page, descending=falling)
    return part.items, keyset.pager(part, request.GET)


def ledger_page(owner_kind: str, owner_id: int, request: HttpRequest) -> tuple[list[Any], dict[str, str]]:
    """One page of ledger lines by keyset, so that new lines never shift what was read."""
    text = request.GET.get("before", "")
    before = int(text) if text.isdecimal() and len(text) < 19 else None
    lines = queries.ledger_lines(owner_kind, owner_id, before, queries.LINES + 1)
    pager = {}
    if len(lines) > queries.LINES:
        lines = lines[: queries.LINES]
        pager["next_url"] = f"?before={lines[-1].pk}"
    if before is not None:
        pager["prev_url"] = "?"
    return lines, pager


LEDGER_COLUMNS = ("At (UTC)", "What", "About", "Account", "Amount", "Currency")
Table = Iterator[Sequence[object]]


def ledger_file(request: HttpRequest, kind: str, owner_kind: str, owner_id: int) -> HttpResponseBase:
    """Every line of the owner's ledger as a file, newest first."""
    return tables.download(request, kind, "ledger", LEDGER_COLUMNS, ledger_table(owner_kind, owner_id))


def ledger_table(owner_kind: str, owner_id: int) -> Table:
    """The lines, page by page."""
    before: int | None = None
    while lines := queries.ledger_lines(owner_kind, owner_id, before, tables.READ_AT_ONCE):
        for line in lines:
            yield line.at, line.what, line.about, line.account, line.amount.decimal(), line.amount.currency
        before = lines[-1].pk
