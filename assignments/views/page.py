"""The assignment page and its tabs, as each viewer may see them; and what both sides do there."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views import View

from assignments import (
    checklist,
    history,
    label_history,
    problems,
    queries,
    ratings_box,
    sharing,
    visits_told,
)
from assignments.actions import reschedules
from assignments.arrears import with_arrears
from assignments.asked import asked
from assignments.change_default import default_of, takes_changes
from assignments.closeout_words import asked_lines, when_words
from assignments.file_lines import answered, by_requirement, file_lines
from assignments.forms.shared import ReasonForm, ScheduleForm
from assignments.models import (
    ChangeOrder,
    MoneyRequest,
    RescheduleRequest,
    ScopeProposal,
)
from assignments.presenting import price_words, schedule_note, schedule_words, terms_words
from assignments.queries import Seen
from assignments.requirements import Lines, asked_words, standing_to
from assignments.states import State
from assignments.threads import unread_once
from assignments.views.base import VerbPage, head, load, user_of
from assignments.views.menu import menu
from clients.truth import CompanyFacts, company_facts
from timeline.presenters import present


@dataclass(frozen=True, slots=True)
class Tab:
    key: str
    text: str
    name: str
    count: int = 0


def tabs(view: Seen) -> list[Tab]:
    """The tabs that this viewer has something to see in."""
    row = view.row
    found = []
    if "applications" in view.sight and row.state != State.DRAFT:
        found.append(Tab("applications", "Applications", "assignments:applications", row.pending_count))  # type: ignore[attr-defined]
    found.append(Tab("details", "Details", "assignments:details"))
    if row.state != State.DRAFT and ("questions" in view.sight or row.state == State.SENT):
        count = row.question_count if view.side == "client" else 0  # type: ignore[attr-defined]
        found.append(Tab("questions", "Q&A", "assignments:questions", count))
    if "messages" in view.sight:
        waiting = unread_once(view.viewer).get(row.pk) if view.viewer else None
        found.append(Tab("messages", "Messages", "assignments:messages", waiting.count if waiting else 0))
        if problems.any_of(view):
            found.append(Tab("problems", "Problems", "assignments:problems", row.problem_count))  # type: ignore[attr-defined]
    if "deliverables" in view.sight and row.worker_id:
        found.append(Tab("deliverables", "Deliverables", "assignments:deliverables"))
    if "requests" in view.sight and row.worker_id:
        found.append(Tab("requests", "Requests", "assignments:requests", _open_requests(row)))
    if "sheet" in view.sight and row.engagement_id:
        found.append(Tab("sheet", "Agreement", "assignments:sheet", row.scope_count))  # type: ignore[attr-defined]
    if "history" in view.sight:
        found.append(Tab("history", "History", "assignments:history"))
    return found


def _open_requests(row: Any) -> int:
    """What waits for an answer on the tab Requests."""
    return int(row.request_count + row.change_count)


def frame(view: Seen, tab: str) -> dict[str, Any]:
    """Everything that templates/assignments/page.html draws around a tab."""
    row = view.row
    top = head(view)
    return {
        **top,
        "tab": tab,
        "menu": menu(view, top["next"]),
        "tabs": tabs(view),
        "schedule": schedule_words(row),
        "schedule_note": schedule_note(row),
        "price": price_words(row.terms),
        "payment_terms": terms_words(row.terms_days),
        "recent": recent(view, 3) if "history" in view.sight else [],
    }


def recent(view: Seen, count: int) -> list[dict[str, Any]]:
    """The newest entries that the viewer may read."""
    newest = history.readable(view).order_by("-sequence")[:count]
    return [_line(entry, view) for entry in newest]


def _line(entry: Any, view: Seen) -> dict[str, Any]:
    shown = present(entry)
    return {
        "icon": shown.icon,
        "template": shown.template,
        "entry": entry,
        "facts": shown.facts,
        "actor": shown.actor_name,
        "at": entry.at,
        "tz": view.row.time_zone,
    }


class TabPage(LoginRequiredMixin, View):
    """One tab: what it needs beyond the frame comes from `parts`."""

    tab: ClassVar[str]
    needs: ClassVar[str] = "scope"

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        view = load(request, pk)
        if self.needs not in view.sight:
            raise Http404
        return self.page(request, view)

    def page(self, request: HttpRequest, view: Seen, status: int = 200, **more: Any) -> HttpResponseBase:
        context = {**frame(view, self.tab), **self.parts(request, view), **more}
        return render(request, f"assignments/tabs/{self.tab}.html", context, status=status)

    def parts(self, request: HttpRequest, view: Seen) -> dict[str, Any]:
        return {}


class Page(LoginRequiredMixin, View):
    """The address of an assignment: leads to the tab that matters now."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        view = load(request, pk)
        if view.side == "client" and view.row.state == State.SENT:
            return redirect("assignments:applications", pk=pk)
        return Details().page(request, view)


class Share(LoginRequiredMixin, View):
    """The short address that people pass on: to the page for those who may see it, a missing page for all others."""

    def get(self, request: HttpRequest, token: str) -> HttpResponseRedirect:
        pk = sharing.pk_of(token)
        if pk is None:
            raise Http404
        return redirect("assignments:page", pk=load(request, pk).row.pk)


class Details(TabPage):
    """Scope, schedule, and for those who may: instructions, documents, contacts (S02, S06, S07, S09)."""

    tab = "details"

    def parts(self, request: HttpRequest, view: Seen) -> dict[str, Any]:
        found = asked(view.row, with_documents="documents" in view.sight)
        visits = visits_told.read(view) if "visits" in view.sight else []
        return {
            "company": company_of(view),
            "requirements": [(item, when_words(item)) for item in found.wanted],
            "custom_fields": asked_lines(found.fields),
            "skills": found.skills,
            **worker_requirements(view, found.lines),
            "documents": found.documents,
            "told": [visits_told.told(one, view) for one in visits],
            "minutes_worked": checklist.minutes_of(view.row, visits),
            "ratings": ratings_box.box(view),
        }


def company_of(view: Seen) -> CompanyFacts | None:
    """The company's card for workers, with what it owes past due."""
    if view.side != "worker":
        return None
    return with_arrears(company_facts(view.row.client), view.row.client_id, view.now)


def worker_requirements(view: Seen, lines: Lines) -> dict[str, Any]:
    """Before assignment a worker reads the own standing to each requirement; everybody else what is asked."""
    worker = view.standing.worker
    if view.side == "worker" and worker and view.row.state == State.SENT:
        return standing_to(view.row, worker, lines)
    return {"asks": asked_words(view.row, to_others=view.side == "worker", lines=lines)}


class Questions(TabPage):
    """Questions and answers; workers see who asked only of their own (domain.md 4.3)."""

    tab = "questions"

    def parts(self, request: HttpRequest, view: Seen) -> dict[str, Any]:
        return {"questions": queries.questions(view)}


class Deliverables(TabPage):
    """What was asked and what was given; the client may ask for a file again."""

    tab = "deliverables"
    needs = "deliverables"

    def parts(self, request: HttpRequest, view: Seen) -> dict[str, Any]:
        row = view.row
        given = by_requirement(file_lines(row, view.now))
        found = asked(row, with_documents=False)
        return {
            "wanted": [(item, when_words(item), given.get(item.pk, [])) for item in found.wanted],
            "groups": answered(row, view.now, found.fields),
        }


class Requests(TabPage):
    """Money and reschedule requests with their answers (S11-S13, S19-S22)."""

    tab = "requests"
    needs = "requests"

    def parts(self, request: HttpRequest, view: Seen) -> dict[str, Any]:
        engagement = view.row.engagement
        money = MoneyRequest.objects.filter(assignment=view.row, engagement=engagement)
        dates = RescheduleRequest.objects.filter(assignment=view.row, engagement=engagement)
        asked_dates = list(dates.select_related("asked_by").order_by("-asked_at", "-id"))
        scopes = ScopeProposal.objects.filter(assignment=view.row, engagement=engagement)
        return {
            "money": money.select_related("asked_by", "countered_by").order_by("-asked_at"),
            "dates": asked_dates,
            "countered": {one.answers_id for one in asked_dates if one.answers_id},
            "changes": ChangeOrder.objects.filter(assignment=view.row, engagement=engagement)
            .select_related("asked_by")
            .order_by("-asked_at"),
            "change_words": default_of(view.row).words if takes_changes(view.row) else "",
            "scopes": scopes.select_related("asked_by").order_by("-asked_at"),
        }


class History(TabPage):
    """Everything that happened, newest first; never edited."""

    tab = "history"
    needs = "history"

    def parts(self, request: HttpRequest, view: Seen) -> dict[str, Any]:
        return {"entries": recent(view, 500), "spans": label_history.spans(view)}


class RequestReschedule(VerbPage):
    verb = "request_reschedule"
    title = "Ask for another date"
    lead = "The other side accepts or declines. Until then the agreed date stays."
    button = "Send request"
    done = "Your request was sent."

    def get_form(self, *data: Any) -> forms.BaseForm:
        return ScheduleForm(*data[:1], row=self.view.row, note_required=True)

    def run(self, form: Any) -> None:
        reschedules.request_reschedule(
            self.view.row.pk,
            actor=user_of(self.request),
            schedule=form.schedule(),
            note=form.cleaned_data["note"],
        )


def reschedule_id(page: VerbPage) -> int:
    """The id in the address, if a request of this assignment has it. Raises Http404."""
    request_id: int = page.kwargs["request_id"]
    if not RescheduleRequest.objects.filter(assignment=page.view.row, pk=request_id).exists():
        raise Http404
    return request_id


class DecideReschedule(VerbPage):
    """Shared by accept and decline: shows the date that is asked for."""

    verb = "decide_reschedule"
    template_name = "assignments/decide_reschedule.html"

    def find(self) -> None:
        self.asked = reschedules.to_decide(self.view, reschedule_id(self))

    def context(self) -> dict[str, Any]:
        return {"asked": self.asked, "old_schedule": schedule_words(self.view.row)}


class AcceptReschedule(DecideReschedule):
    title = "Accept the new date"
    button = "Accept new date"
    done = "The new date is in force."

    def run(self, form: Any) -> None:
        reschedules.accept_reschedule(
            self.view.row.pk, self.kwargs["request_id"], actor=user_of(self.request)
        )


class DeclineReschedule(DecideReschedule):
    title = "Decline the new date"
    button = "Decline new date"
    done = "You declined the new date."
    danger = True

    def get_form(self, *data: Any) -> forms.BaseForm:
        held = bool(getattr(self.view.row, "reschedule_from_hold", False))
        return ReasonForm(*data[:1], required=not held, field="reason", label="Reason")

    def run(self, form: Any) -> None:
        reschedules.decline_reschedule(
            self.view.row.pk,
            self.kwargs["request_id"],
            actor=user_of(self.request),
            reason=form.cleaned_data["reason"],
        )

    def after(self) -> HttpResponseRedirect:
        """Declining after a hold closes the page for the worker: back to the own list."""
        if self.view.side == "worker" and getattr(self.view.row, "reschedule_from_hold", False):
            return redirect("assignments:work")
        return super().after()


class WithdrawReschedule(VerbPage):
    verb = "withdraw_reschedule"
    title = "Withdraw your request"
    lead = "The agreed date stays."
    button = "Withdraw request"
    done = "Your request is withdrawn."

    def find(self) -> None:
        reschedules.to_withdraw(self.view, reschedule_id(self))

    def run(self, form: Any) -> None:
        reschedules.withdraw_reschedule(
            self.view.row.pk, self.kwargs["request_id"], actor=user_of(self.request)
        )
