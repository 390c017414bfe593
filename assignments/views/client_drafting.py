"""Creating and editing an assignment: one page with six sections, and the live price (ux.md 6.4)."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.core.files import File
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views import View

from assignments import checks
from assignments.actions import drafting, talk
from assignments.forms.drafting import SECTIONS, DraftForm, PriceForm, copied, section_of
from assignments.models import Assignment, Attachment, Site
from assignments.policies import refusal
from assignments.pricing import Cost, cost
from assignments.queries import Seen
from assignments.states import State
from assignments.views.base import attempt, load, user_of
from assignments.views.client_base import ClientPage
from clients.models import Member
from clients.roles import Role
from common import clock
from common.errors import NotAllowed
from common.money import LARGEST_MINOR, Money
from common.uploads import CheckedUpload
from ledger.reserve import available, reserved

REDRAW = ("wanted-add", "asked-add", "calculate", "find")
"""Buttons that only draw the page again, with everything typed."""
REMEMBERED = 20
"""How many finished create pages a session knows, so that sending one twice makes one draft."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a price means: the fee on its own line, and what is left after it."""

    cost: Cost
    after: Money
    tells_funds: bool

    @property
    def short(self) -> Money | None:
        return -self.after if self.after.minor < 0 else None


def previewed(worker: Money, terms_days: int, member: Member, row: Assignment | None = None) -> Preview:
    """The cost of that worker pay for the company, and the funds after it was set aside (decisions.md D19)."""
    client = member.client
    is_sent = row is not None and row.state != State.DRAFT
    made = cost(worker, row.fee_bps if row is not None and is_sent else client.fee_bps)
    funds = available(client.pk, client.currency)
    held = reserved("assignment", row.pk) if row is not None and is_sent else None
    free = (funds.cash if terms_days == 0 else funds.to_spend).minor
    if held:
        free += held.cash_minor + (0 if terms_days == 0 else held.terms_minor)
    tells = member.role in (Role.ADMINISTRATOR, Role.CONTROLLER)
    return Preview(made, Money(free - made.total.minor, client.currency), tells)


def preview_of(form: PriceForm, member: Member, row: Assignment | None) -> Preview | None:
    """The preview of typed terms; None while they give no amount."""
    if not form.is_valid():
        return None
    budget = form.terms().budget
    if not 0 < budget.minor <= LARGEST_MINOR:
        return None
    return previewed(budget, form.cleaned_data["terms_days"], member, row)


class Editor(View):
    """Shared by new and edit: drawing, redrawing, and leading on."""

    member: Member
    row: Assignment | None = None

    def form(self, request: HttpRequest, *, is_judged: bool = True) -> DraftForm:
        return DraftForm(request.POST, request.FILES, member=self.member, row=self.row, is_judged=is_judged)

    def draw(self, request: HttpRequest, form: DraftForm, status: int = 200, **more: Any) -> HttpResponse:
        price: PriceForm = form
        if form.is_bound:
            price = PriceForm(request.POST, currency=form.currency)
        elif self.row is not None:
            price = PriceForm(_typed(form), currency=form.currency)
        context = {
            "form": form,
            "row": self.row,
            "sections": self.sections(form),
            "preview": preview_of(price, self.member, self.row) if price.is_bound else None,
            "documents": _documents(self.row),
            "errors": list(form.summary()) if form.is_bound else [],
            "has_errors": form.is_bound and status != 200,
            "token": request.POST.get("token") or uuid4().hex,
            **more,
        }
        return render(request, "assignments/client/draft.html", context, status=status)

    def sections(self, form: DraftForm) -> list[dict[str, Any]]:
        """The section nav: each with how much is missing, as far as a saved draft tells."""
        missing: dict[str, int] = {}
        if self.row is not None and self.row.state == State.DRAFT:
            site = Site.objects.filter(assignment=self.row).first()
            for problem in checks.problems(self.row, site, clock.now()):
                key = section_of(problem.field or "")
                missing[key] = missing.get(key, 0) + 1
        is_known = self.row is not None and self.row.state == State.DRAFT
        return [
            {"key": key, "title": title, "missing": missing.get(key, 0), "is_known": is_known}
            for key, (title, _) in SECTIONS.items()
        ]

    def lead_on(self, request: HttpRequest, row: Assignment, form: DraftForm) -> HttpResponseBase:
        """To the check page, with the workers ticked so far, or to the assignment."""
        if "send" in request.POST and row.state == State.DRAFT:
            ids = [("workers", worker.pk) for worker in form.cleaned_data.get("invite") or []]
            query = f"?{urlencode(ids)}" if ids else ""
            return redirect(reverse("assignments:send", args=[row.pk]) + query)
        return redirect("assignments:page", pk=row.pk)


class New(Editor, ClientPage):
    """A new draft. Sending the same page twice makes one."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            drafting.creator(user_of(request))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.draw(request, DraftForm(member=self.member), former=former(self.member))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        if any(name in request.POST for name in REDRAW):
            return self.draw(request, self.form(request, is_judged=False))
        token = request.POST.get("token", "")
        made: dict[str, int] = request.session.get("drafts", {})
        if token in made:
            return redirect("assignments:page", pk=made[token])
        form = self.form(request)
        rows: list[Assignment] = []
        if form.is_valid() and attempt(
            request, form, lambda: rows.append(self.create(request, form)), "Draft saved."
        ):
            if token:
                made[token] = rows[0].pk
                request.session["drafts"] = dict(list(made.items())[-REMEMBERED:])
            return self.lead_on(request, rows[0], form)
        return self.draw(request, form, status=422)

    def create(self, request: HttpRequest, form: DraftForm) -> Assignment:
        """The draft and its documents: all of it or nothing."""
        with transaction.atomic():
            row = drafting.create(form.content(), actor=user_of(request))
            attach_all(row.pk, form.uploads, request)
        return row


class Edit(Editor, ClientPage):
    """A draft, or one that is Available: then the rules of sending hold at once."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.view: Seen = load(request, kwargs["pk"])
        self.row = self.view.row
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        stopped = refusal(self.view.standing, "edit", self.view.row, self.view.now)
        if stopped:
            raise stopped
        return self.draw(request, DraftForm(member=self.member, row=self.row), pending=self.pending)

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        stopped = refusal(self.view.standing, "edit", self.view.row, self.view.now)
        if stopped:
            raise stopped
        if any(name in request.POST for name in REDRAW):
            return self.draw(request, self.form(request, is_judged=False), pending=self.pending)
        form = self.form(request)
        if form.is_valid() and attempt(request, form, lambda: self.change(request, form), "Changes saved."):
            return self.lead_on(request, self.view.row, form)
        return self.draw(request, form, status=422, pending=self.pending)

    def change(self, request: HttpRequest, form: DraftForm) -> None:
        with transaction.atomic():
            drafting.edit(self.view.row.pk, form.content(), actor=user_of(request))
            attach_all(self.view.row.pk, form.uploads, request)

    @property
    def pending(self) -> int:
        return int(getattr(self.view.row, "pending_count", 0))


class Copy(ClientPage):
    """A former assignment as a new draft: everything but dates, own number, worker and the worker's files."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.view: Seen = load(request, kwargs["pk"])
        if self.view.side != "client":
            raise NotAllowed("Only the people of its company can copy this assignment.")
        drafting.creator(user_of(request))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return render(request, "assignments/client/copy.html", {"row": self.view.row, "token": uuid4().hex})

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        row, user = self.view.row, user_of(request)
        token = request.POST.get("token", "")
        made: dict[str, int] = request.session.get("drafts", {})
        if token and token in made:
            return redirect("assignments:edit", pk=made[token])
        with transaction.atomic():
            draft = drafting.create(copied(row, owner=user), actor=user)
            for old in Attachment.objects.filter(assignment=row, removed_at__isnull=True):
                checked = CheckedUpload(old.name, old.size, old.content_type, old.sha256, is_image=False)
                with old.file.open("rb") as stream:
                    talk.attach(draft.pk, actor=user, file=File(stream, name=old.name), checked=checked)
        if token:
            made[token] = draft.pk
            request.session["drafts"] = dict(list(made.items())[-REMEMBERED:])
        return redirect("assignments:edit", pk=draft.pk)


class PricePreview(ClientPage):
    """The price fields of the form, computed by the same functions as sending. A fragment for htmx, else a page."""

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PriceForm(request.POST, currency=self.member.client.currency)
        context = {"preview": preview_of(form, self.member, self._row(request)), "price": form}
        is_part = bool(request.headers.get("HX-Request"))
        name = "_price_preview.html" if is_part else "price_preview.html"
        response = render(request, f"assignments/client/{name}", context)
        response["Vary"] = "HX-Request"
        return response

    def _row(self, request: HttpRequest) -> Assignment | None:
        pk = request.POST.get("row", "")
        if not (pk.isascii() and pk.isdigit() and len(pk) <= 18):
            return None
        return Assignment.objects.filter(client=self.member.client, pk=int(pk)).first()


def attach_all(pk: int, uploads: list[tuple[Any, CheckedUpload]], request: HttpRequest) -> None:
    """Add each checked file as a document."""
    for file, checked in uploads:
        talk.attach(pk, actor=user_of(request), file=file, checked=checked)


def former(member: Member) -> list[Assignment]:
    """The newest assignments, to start from a copy."""
    return list(
        Assignment.objects.filter(client=member.client).exclude(state=State.DRAFT).order_by("-id")[:5]
    )


def _documents(row: Assignment | None) -> list[Attachment]:
    return list(Attachment.objects.filter(assignment=row, removed_at__isnull=True)) if row is not None else []


def _typed(form: DraftForm) -> dict[str, Any]:
    """The start values of the price fields, as they stand in the inputs."""
    names = list(PriceForm.base_fields)
    return {name: form.fields[name].prepare_value(form.initial.get(name)) for name in names}
