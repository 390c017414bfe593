"""Finding a worker: invitations, applications and counteroffers, the choice, questions (S05, S08, S14)."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from assignments import candidates
from assignments.actions import assigning, drafting, sourcing
from assignments.forms.client import AnswerForm, DirectForm, RevisionForm
from assignments.forms.picking import WorkersForm
from assignments.forms.shared import ReasonForm
from assignments.models import Application as Offer
from assignments.models import Assignment, Invitation, Question
from assignments.presenting import price_words, schedule_words
from assignments.queries import Seen
from assignments.states import ApplicationState, State
from assignments.views.applications_export import applications_file
from assignments.views.base import VerbPage, load, user_of
from assignments.views.client_drafting import Preview, previewed
from assignments.views.page import TabPage, frame
from clients.models import Member
from common import clock, tables
from common.money import Money
from common.when import miles

SORTS = {
    "best": "Best match",
    "lowest": "Lowest total",
    "nearest": "Nearest",
}
RULES = {
    "best": "Best match: the lowest added cost first; then those who keep your schedule; then the nearest.",
    "lowest": "Lowest total first.",
    "nearest": "Nearest first, in a straight line to the middle of the site's area.",
}
FAR = 1e9


@dataclass(frozen=True, slots=True)
class Line:
    """One offer in the table, ready to draw."""

    offer: Offer
    name: str
    area: str
    distance: str
    schedule: str
    keeps_schedule: bool
    asks: Money
    total: Money
    added: Money
    miles_away: float

    @property
    def reason(self) -> str:
        return self.offer.reason


def line(offer: Offer, row: Assignment) -> Line:
    far = candidates.distance(offer.worker, row)
    total = offer.cost(row.fee_bps).total
    keeps = offer.schedule == row.schedule
    return Line(
        offer=offer,
        name=str(offer.worker),
        area=offer.worker.area,
        distance=miles(far) if far is not None else "",
        schedule="As asked" if keeps else _when(offer, row),
        keeps_schedule=keeps,
        asks=offer.asks,
        total=total,
        added=total - row.cost_most.total,
        miles_away=FAR if far is None else far,
    )


def _when(offer: Offer, row: Assignment) -> str:
    """The offered schedule in the site's zone."""
    shown = Assignment(
        schedule_kind=offer.schedule_kind,
        start_at=offer.start_at,
        window_end_at=offer.window_end_at,
        time_zone=row.time_zone,
    )
    return schedule_words(shown)


KEYS: dict[str, Any] = {
    "best": lambda one: (max(one.added.minor, 0), not one.keeps_schedule, one.miles_away, one.offer.pk),
    "lowest": lambda one: (one.total.minor, one.miles_away, one.offer.pk),
    "nearest": lambda one: (one.miles_away, one.total.minor, one.offer.pk),
}


class Applications(TabPage):
    """All offers: those that wait, sorted as the reader likes, and below them those that are decided."""

    tab = "applications"
    needs = "applications"

    def page(self, request: HttpRequest, view: Seen, status: int = 200, **more: Any) -> HttpResponseBase:
        parts = self.parts(request, view)
        if kind := tables.asked(request):
            return applications_file(request, kind, view.row, [*parts["waiting"], *parts["decided"]])
        context = {**frame(view, self.tab), **parts, "exports": tables.links(request), **more}
        return render(request, "assignments/client/applications.html", context, status=status)

    def parts(self, request: HttpRequest, view: Seen) -> dict[str, Any]:
        row = view.row
        sort = request.GET.get("sort", "best")
        sort = sort if sort in SORTS else "best"
        offers = list(Offer.objects.filter(assignment=row).select_related("worker__user").order_by("-id"))
        waiting = [line(offer, row) for offer in offers if offer.state == ApplicationState.PENDING]
        return {
            "waiting": sorted(waiting, key=KEYS[sort]) if row.state == State.SENT else [],
            "decided": [line(offer, row) for offer in offers if offer.state != ApplicationState.PENDING],
            "sorts": [(key, text, key == sort) for key, text in SORTS.items()],
            "rule": RULES[sort],
            "invited": Invitation.objects.filter(assignment=row, declined_at__isnull=True).count(),
        }


def offer_of(view: Seen, pk: int) -> Offer:
    """An offer of this assignment, for its client. Raises Http404."""
    found = Offer.objects.select_related("worker__user").filter(assignment=view.row, pk=pk).first()
    if found is None or "applications" not in view.sight:
        raise Http404
    return found


def compared(offer: Offer, row: Assignment, made: Line) -> list[dict[str, Any]]:
    """What was posted beside what is offered, line by line."""
    posted, offered = row.cost_most, offer.cost(row.fee_bps)
    return [
        _pair("Price", price_words(row.terms), price_words(offer.terms)),
        _pair("Schedule", schedule_words(row), _when(offer, row)),
        _pair("Expenses", str(row.money(row.expenses_minor)), str(row.money(offer.expenses_minor))),
        _pair("Worker gets at most", str(posted.worker), str(offered.worker)),
        _pair("Platform fee", str(posted.fee), str(offered.fee)),
        _pair("You pay at most", str(posted.total), str(offered.total)),
    ]


def _pair(name: str, before: str, after: str) -> dict[str, Any]:
    return {"name": name, "before": before, "after": after, "is_changed": before != after}


def effect(view: Seen, offer: Offer) -> Preview | None:
    """What accepting means for the money."""
    member: Member | None = view.standing.member
    return previewed(offer.asks, view.row.terms_days, member, view.row) if member else None


class Application(TabPage):
    """One offer with everything that it would put in force."""

    tab = "applications"
    needs = "applications"

    def get(self, request: HttpRequest, pk: int, application: int = 0) -> HttpResponse:
        view = load(request, pk)
        offer = offer_of(view, application)
        made = line(offer, view.row)
        is_open = offer.state == ApplicationState.PENDING and view.row.state == State.SENT
        is_expired = offer.expires_at is not None and offer.expires_at <= clock.now()
        context = {
            "seen": view,
            "row": view.row,
            "offer": offer,
            "line": made,
            "pairs": compared(offer, view.row, made),
            "skills": offer.worker.skills.all(),
            "verbs": view.verbs if is_open and not is_expired else frozenset(),
            "is_expired": is_expired,
        }
        return render(request, "assignments/client/application.html", context)


class OfferVerb(VerbPage):
    """A verb about one offer: it has to be there, and still waiting."""

    template_name = "assignments/client/decide_offer.html"

    def find(self) -> None:
        self.offer = offer_of(self.view, self.kwargs["application"])
        sourcing.pending_application(self.view, self.offer.pk)

    def context(self) -> dict[str, Any]:
        offer = self.offer
        made = line(offer, self.view.row)
        return {"offer": offer, "line": made, "pairs": compared(offer, self.view.row, made)}


class Assign(OfferVerb):
    verb = "assign"
    title = "Assign this worker"
    button = "Assign"
    done = "The worker is assigned and was told. The others were told that it is filled."

    def get_form(self, *data: Any) -> forms.BaseForm:
        return RevisionForm(*data[:1], offer=self.offer)

    def run(self, form: Any) -> None:
        assigning.assign(
            self.view.row.pk,
            self.kwargs["application"],
            actor=user_of(self.request),
            revision=form.cleaned_data["revision"],
        )

    def context(self) -> dict[str, Any]:
        others = Offer.objects.filter(assignment=self.view.row, state=ApplicationState.PENDING)
        return {
            **super().context(),
            "effect": effect(self.view, self.offer),
            "others": others.exclude(pk=self.kwargs["application"]).count(),
            "button_text": f"Assign {self.offer.worker}",
        }


class Decline(OfferVerb):
    verb = "decline"
    title = "Decline this offer"
    button = "Decline offer"
    done = "The offer is declined. The worker was told."
    danger = True

    def get_form(self, *data: Any) -> forms.BaseForm:
        return ReasonForm(*data[:1])

    def run(self, form: Any) -> None:
        sourcing.decline(
            self.view.row.pk,
            self.kwargs["application"],
            actor=user_of(self.request),
            reason=form.cleaned_data["reason"],
        )

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:applications", pk=self.view.row.pk)


class Invite(VerbPage):
    """More workers by name; one who declined or left is asked again."""

    verb = "invite"
    title = "Invite workers"
    button = "Invite"
    done = "The workers are invited and were told."
    template_name = "assignments/client/invite.html"

    def get_form(self, *data: Any) -> forms.BaseForm:
        return WorkersForm(
            *data[:1],
            client_id=self.view.row.client_id,
            near=self.view.row,
            ids=self.request.GET.getlist("workers"),
            is_judged="find" not in self.request.POST,
        )

    def act(self, request: HttpRequest) -> HttpResponse:
        if "find" in request.POST:
            return self.page(request, self.get_form(request.POST))
        return super().act(request)

    def run(self, form: Any) -> None:
        drafting.invite(self.view.row.pk, list(form.cleaned_data["workers"]), actor=user_of(self.request))

    def context(self) -> dict[str, Any]:
        asked = Invitation.objects.filter(assignment=self.view.row).select_related("worker__user")
        return {"invited": asked.order_by("worker__user__name")}


class AssignDirectly(VerbPage):
    """Without an application: only workers who agreed to that for this company (decisions.md D21)."""

    verb = "assign_directly"
    title = "Assign directly"
    lead = "These workers agreed that your company may assign them without an application."
    button = "Assign"
    done = "The worker is assigned and was told."
    template_name = "assignments/client/assign_directly.html"

    def get_form(self, *data: Any) -> forms.BaseForm:
        return DirectForm(*data[:1], client_id=self.view.row.client_id, near=self.view.row)

    def run(self, form: Any) -> None:
        assigning.assign_directly(self.view.row.pk, form.cleaned_data["worker"], actor=user_of(self.request))

    def context(self) -> dict[str, Any]:
        row, member = self.view.row, self.view.standing.member
        waiting = Offer.objects.filter(assignment=row, state=ApplicationState.PENDING).count()
        preview = previewed(row.worker_most, row.terms_days, member, row) if member else None
        return {"others": waiting, "effect": preview}


class Answer(VerbPage):
    verb = "answer"
    title = "Answer a question"
    button = "Post answer"
    done = "Your answer is posted."
    form_class = AnswerForm
    template_name = "assignments/client/answer.html"

    def find(self) -> None:
        asked = Question.objects.filter(assignment=self.view.row, pk=self.kwargs["question"])
        if not asked.exists():
            raise Http404
        self.question = sourcing.open_question(self.view, self.kwargs["question"])

    def get_form(self, *data: Any) -> forms.BaseForm:
        return AnswerForm(*data[:1])

    def run(self, form: Any) -> None:
        sourcing.answer(
            self.view.row.pk,
            self.kwargs["question"],
            actor=user_of(self.request),
            text=form.cleaned_data["answer"],
            is_public=form.cleaned_data["is_public"],
        )

    def context(self) -> dict[str, Any]:
        return {"question": self.question}

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:questions", pk=self.view.row.pk)
