"""Creating and editing an assignment: one page with six sections, and the live price (ux.md 6.4)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views import View

from assignments import checks
from assignments.actions import copying, drafting, saving, talk
from assignments.forms.drafting import SECTIONS, DraftForm, PriceForm, section_of
from assignments.models import Assignment, Attachment, Site, Template
from assignments.policies import refusal
from assignments.pricing import Cost, cost
from assignments.queries import Seen
from assignments.states import State
from assignments.views import client_autosave as autosave
from assignments.views.base import attempt, load, user_of
from assignments.views.client_base import ClientPage
from clients.models import Member
from clients.roles import Role
from common import clock
from common.errors import NotAllowed
from common.money import LARGEST_MINOR, Money
from common.uploads import CheckedUpload
from ledger.reserve import available, reserved

REDRAW = ("wanted-add", "asked-add", "days-add", "calculate", "find", "groups-add")
"""Buttons that only draw the page again, with everything typed."""


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
    """Shared by new and edit: drawing, redrawing, saving by itself, and leading on."""

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
            "key": key_of(request) or uuid4(),
            "seen": request.POST.get("seen") or (self.row.updated_at.isoformat() if self.row else ""),
            "saves_itself": self.row is None or self.row.state == State.DRAFT,
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

    def lead_on(self, request: HttpRequest, row: Assignment) -> HttpResponseBase:
        """To the check page, or to the assignment."""
        if "send" in request.POST and row.state == State.DRAFT:
            return redirect("assignments:send", pk=row.pk)
        return redirect("assignments:page", pk=row.pk)


class New(Editor, ClientPage):
    """A new draft. The page carries a key: sending it again, at once or later, lands on the same draft."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            drafting.creator(user_of(request))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        form = DraftForm(member=self.member)
        return self.draw(request, form, former=former(self.member), templates=templates_of(self.member))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        if any(name in request.POST for name in REDRAW):
            return self.draw(request, self.form(request, is_judged=False))
        form = self.form(request)
        if autosave.is_asked(request):
            return autosave.answer(request, form, lambda: self.save(request, form))
        rows: list[Assignment] = []
        if form.is_valid() and attempt(
            request, form, lambda: rows.append(self.save(request, form)), "Draft saved."
        ):
            return self.lead_on(request, rows[0])
        return self.draw(request, form, status=422)

    def save(self, request: HttpRequest, form: DraftForm) -> Assignment:
        """The draft and its documents: all of it or nothing."""
        with transaction.atomic():
            row = saving.save(form.content(), actor=user_of(request), key=key_of(request))
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
        form = self.form(request)
        if autosave.is_asked(request):
            return autosave.answer(request, form, lambda: self.auto_save(request, form))
        stopped = refusal(self.view.standing, "edit", self.view.row, self.view.now)
        if stopped:
            raise stopped
        if any(name in request.POST for name in REDRAW):
            return self.draw(request, self.form(request, is_judged=False), pending=self.pending)
        if form.is_valid() and attempt(request, form, lambda: self.change(request, form), "Changes saved."):
            return self.lead_on(request, self.view.row)
        return self.draw(request, form, status=422, pending=self.pending)

    def change(self, request: HttpRequest, form: DraftForm) -> None:
        with transaction.atomic():
            drafting.edit(self.view.row.pk, form.content(), actor=user_of(request))
            attach_all(self.view.row.pk, form.uploads, request)

    def auto_save(self, request: HttpRequest, form: DraftForm) -> Assignment:
        """Documents wait for the person's own saving: they are not sent every half minute."""
        return saving.auto_save(
            self.view.row.pk, form.content(), actor=user_of(request), seen=autosave.seen(request)
        )

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
        return render(request, "assignments/client/copy.html", {"row": self.view.row, "key": uuid4()})

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        draft = copying.copy(self.view.row.pk, actor=user_of(request), key=key_of(request))
        return redirect("assignments:edit", pk=draft.pk)


def key_of(request: HttpRequest) -> UUID | None:
    """The key that the page carries; None without one, and for something that is none."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return None


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
    """Add each checked file as a document; one that is there already, by name and content, is passed over."""
    there = Attachment.objects.filter(assignment=pk, removed_at__isnull=True) if uploads else ()
    known = {(old.name, old.sha256) for old in there}
    for file, checked in uploads:
        if (checked.name, checked.sha256) not in known:
            known.add((checked.name, checked.sha256))
            talk.attach(pk, actor=user_of(request), file=file, checked=checked)


def templates_of(member: Member) -> list[Template]:
    """The company's templates, the newest ones where there are many."""
    return list(Template.objects.filter(client=member.client).order_by("-updated_at")[:8])


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
