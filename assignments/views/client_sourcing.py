"""Finding a worker: applications and counteroffers, the choice, questions (S05, S08, S14)."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from assignments.actions import assigning, sourcing
from assignments.asked import asked
from assignments.comparison import RULES, SORTS, line, lines, offered_schedule
from assignments.forms.client import AnswerForm, DirectForm, RevisionForm
from assignments.forms.shared import ReasonForm
from assignments.matching import VERSION
from assignments.models import Application as Offer
from assignments.models import Assignment, Invitation, Question
from assignments.presenting import price_words, schedule_words
from assignments.queries import Seen
from assignments.requirements import lacks
from assignments.states import ApplicationState, State
from assignments.views.applications_export import applications_file
from assignments.views.base import VerbPage, load, user_of
from assignments.views.client_drafting import Preview, previewed
from assignments.views.page import TabPage, frame
from clients.models import Member
from common import tables
from workers.queries import put_skills, skill_rows


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
        found = asked(row, with_documents=False)
        offers = _offers(row)
        waiting = [one for one in offers if one.state == ApplicationState.PENDING and row.state == State.SENT]
        invited = Invitation.objects.filter(assignment=row, declined_at__isnull=True)
        return {
            "waiting": lines(row, waiting, sort, found.lines),
            "decided": [line(one, row, view.now) for one in offers if one.state != ApplicationState.PENDING],
            "sorts": [(key, text, key == sort) for key, text in SORTS.items()],
            "rule": RULES[sort],
            "match_version": VERSION,
            "invited": 0 if waiting else invited.count(),
        }


def _offers(row: Assignment, **only: Any) -> list[Offer]:
    """The offers of an assignment, the newest first, with their workers and what these can do; one query."""
    rows = Offer.objects.filter(assignment=row, **only).select_related("worker__user")
    found: list[Offer] = []
    for one in rows.annotate(skill_rows=skill_rows("worker")).order_by("-id"):
        put_skills(one.worker, one.skill_rows)
        found.append(one)
    return found


def offer_of(view: Seen, pk: int) -> Offer:
    """An offer of this assignment, for its client. Raises Http404."""
    found = _offers(view.row, pk=pk)
    if not found or "applications" not in view.sight:
        raise Http404
    return found[0]


def compared(offer: Offer, row: Assignment) -> list[dict[str, Any]]:
    """What was posted beside what is offered, line by line."""
    posted, offered = row.cost_most, offer.cost(row.fee_bps)
    return [
        _pair("Price", price_words(row.terms), price_words(offer.terms)),
        _pair("Schedule", schedule_words(row), offered_schedule(offer, row)),
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
        is_open = offer.state == ApplicationState.PENDING and view.row.state == State.SENT
        made = lines(view.row, [offer])[0] if is_open else line(offer, view.row, view.now)
        context = {
            "seen": view,
            "row": view.row,
            "offer": offer,
            "line": made,
            "pairs": compared(offer, view.row),
            "match_version": VERSION,
            "skills": offer.worker.skills.all(),
            "verbs": view.verbs if is_open and not made.is_expired else frozenset(),
            "is_expired": made.is_expired,
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
        made = line(offer, self.view.row, self.view.now)
        return {"offer": offer, "line": made, "pairs": compared(offer, self.view.row)}


class Assign(OfferVerb):
    verb = "assign"
    title = "Assign this worker"
    button = "Assign"
    done = "The worker is assigned and was told. The others were told that it is filled."

    def get_form(self, *data: Any) -> forms.BaseForm:
        lacking = lacks(self.view.row, [self.offer.worker])[self.offer.worker_id]
        return RevisionForm(*data[:1], offer=self.offer, lacking=lacking)

    def is_repeat(self) -> bool:
        """Assigning another one after it is no doubled click."""
        chosen = offer_of(self.view, self.kwargs["application"])
        return chosen.state == ApplicationState.ACCEPTED and super().is_repeat()

    def run(self, form: Any) -> None:
        assigning.assign(
            self.view.row.pk,
            self.kwargs["application"],
            actor=user_of(self.request),
            revision=form.cleaned_data["revision"],
            anyway=form.cleaned_data.get("anyway", False),
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


class AssignDirectly(VerbPage):
    """Without an application: only workers who agreed to that for this company (decisions.md D21)."""

    verb = "assign_directly"
    title = "Assign directly"
    lead = "These workers agreed that your company may assign them without an application."
    button = "Assign"
    done = "The worker is assigned and was told."
    template_name = "assignments/client/assign_directly.html"

    def get_form(self, *data: Any) -> forms.BaseForm:
        asked = self.request.GET.get("worker", "")
        return DirectForm(*data[:1], client_id=self.view.row.client_id, near=self.view.row, worker=asked)

    def run(self, form: Any) -> None:
        got = form.cleaned_data
        assigning.assign_directly(
            self.view.row.pk, got["worker"], actor=user_of(self.request), anyway=got.get("anyway", False)
        )

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
