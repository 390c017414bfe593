"""On site: the visit page for the phone and the verbs that it leads to (S16-S18, S23, S27; ux 6.8, 6.9)."""

from typing import Any

from csp.decorators import csp_update
from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.views import View

from assignments import checklist, review, site_contact, visits_told
from assignments.actions import closeout, site_links, visits
from assignments.closeout_page import closeout_lines, pay_lines, rules, visit_lines
from assignments.deadlines import check_in_opens
from assignments.forms.visits import ExplainForm, SitePlaceForm
from assignments.forms.worker import (
    ConfirmForm,
    EditVisitForm,
    SubmitForm,
)
from assignments.models import CheckIn as CheckInRow
from assignments.next_action import next_action
from assignments.queries import Seen
from assignments.states import ON_SITE, State
from assignments.views.base import VerbPage, load, user_of
from assignments.views.changes import extra_box
from assignments.views.worker_here import here
from common.errors import NotAllowed

PREVIEWS = method_decorator(csp_update({"img-src": ["blob:"]}), name="dispatch")
"""Only pages with photo previews let the browser show pictures from its own memory."""


@PREVIEWS
class Visit(LoginRequiredMixin, View):
    """All that is needed on site, on one page."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        view = load(request, pk)
        row = view.row
        if not view.standing.is_assigned:
            if view.side == "worker":
                return redirect("assignments:page", pk=pk)
            raise NotAllowed("Only the assigned worker has a visit page.")
        if row.state not in {*ON_SITE, State.ON_HOLD}:
            return redirect("assignments:page", pk=pk)
        return render(request, "assignments/worker/visit.html", visit_page(view))


def visit_page(view: Seen) -> dict[str, Any]:
    """Everything that the visit page draws."""
    row, verbs = view.row, view.verbs
    found, lines = visit_lines(row), closeout_lines(row, verbs)
    running = next((visit for visit in found if visit.out_at is None), None)
    left = sum(1 for line in lines if not line.is_done)
    mine = CheckInRow.objects.filter(engagement=row.engagement)
    opens_at = check_in_opens(row.start_at) if row.start_at else None
    return {
        "seen": view,
        "row": row,
        "verbs": verbs,
        "labels": view.labels,
        "site": view.site,
        "rules": rules(row),
        "visits": found,
        "told": visits_told.visits(view),
        "unexplained": visits_told.to_explain(mine, row.is_virtual) if "explain_visit" in verbs else None,
        "takes_codes": site_contact.takes_codes(row),
        "open": running,
        "open_minutes": int((view.now - running.in_at).total_seconds() // 60) if running else 0,
        "worked": checklist.minutes_worked(row),
        "allowed": row.terms.billable_cap,
        "opens_at": opens_at if opens_at and opens_at > view.now else None,
        "lines": lines,
        "done": len(lines) - left,
        "left": left,
        "filled": _filled(verbs, running is not None, bool(found), left),
        "remarks": review.open_remarks(row) if row.sent_back_at else [],
        "proposed": closeout.proposed_pay(row),
        "is_on_time": checklist.is_on_time(row),
        "next": next_action(row, view.standing, verbs, view.now),
        **extra_box(view),
        "here": here(view, lines),
    }


def _filled(verbs: frozenset[str], is_inside: bool, has_visits: bool, left: int) -> str:
    """The one filled button of the page (ux.md R1)."""
    if is_inside:
        return "check_out"
    if "submit" in verbs and not left:
        return "submit"
    if "check_in" in verbs:
        return "" if has_visits else "check_in"
    return "confirm" if "confirm" in verbs else ""


class SiteVerb(VerbPage):
    """A verb of the visit page leads back to it."""

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:visit", pk=self.view.row.pk)


class Confirm(SiteVerb):
    verb, title, button = "confirm", "Confirm schedule", "Confirm schedule"
    lead = "The client counts on it that you come. If you cannot, ask for another date instead."
    done = "Schedule confirmed."
    template_name = "assignments/worker/confirm.html"

    def get_form(self, *data: Any) -> forms.BaseForm:
        return ConfirmForm(*data, row=self.view.row)

    def run(self, form: forms.BaseForm) -> None:
        visits.confirm(
            self.view.row.pk, actor=user_of(self.request), start_at=form.cleaned_data.get("start_at")
        )


class CheckIn(SiteVerb):
    verb, title, button = "check_in", "Check in", "Check in"
    lead = "Your time on site starts now."
    done = "Checked in."
    template_name = "assignments/worker/place.html"

    def find(self) -> None:
        visits.to_begin(self.view)

    def get_form(self, *data: Any) -> forms.BaseForm:
        return SitePlaceForm(*data, takes_codes=site_contact.takes_codes(self.view.row))

    def run(self, form: SitePlaceForm) -> None:
        pk, actor, typed = self.view.row.pk, user_of(self.request), form.cleaned_data
        if code := form.code():
            site_links.check_in_by_code(pk, code, actor=actor, note=typed["note"])
        else:
            visits.check_in(pk, actor=actor, fix=form.fix(), note=typed["note"], why=typed["why"])


class CheckOut(SiteVerb):
    verb, title, button = "check_out", "Check out", "Check out"
    lead = "Your time on site ends now. You may check in again for another visit."
    done = "Checked out."
    template_name = "assignments/worker/place.html"

    def find(self) -> None:
        visits.to_end(self.view)

    def get_form(self, *data: Any) -> forms.BaseForm:
        return SitePlaceForm(*data, takes_codes=site_contact.takes_codes(self.view.row))

    def run(self, form: SitePlaceForm) -> None:
        pk, actor, typed = self.view.row.pk, user_of(self.request), form.cleaned_data
        if code := form.code():
            site_links.check_out_by_code(pk, code, actor=actor, note=typed["note"])
        else:
            visits.check_out(pk, actor=actor, fix=form.fix(), note=typed["note"], why=typed["why"])


class ExplainVisit(SiteVerb):
    verb, title, button = "explain_visit", "Say why", "Save reason"
    lead = "You need not. The client reads it beside the visit."
    done = "Reason saved."

    def find(self) -> None:
        row = self.view.row
        self.visit = get_object_or_404(CheckInRow, pk=self.kwargs["visit"], engagement=row.engagement)

    def get_form(self, *data: Any) -> forms.BaseForm:
        return ExplainForm(*data[:1], visit=self.visit)

    def run(self, form: forms.BaseForm) -> None:
        pk, actor = self.view.row.pk, user_of(self.request)
        visits.explain_visit(pk, self.visit.pk, actor=actor, **form.cleaned_data)


class EditCheckIn(SiteVerb):
    verb, title, button = "edit_check_in", "Correct a visit", "Save times"
    lead = "What was there before is kept, and the other side sees both."
    done = "Times saved."

    def find(self) -> None:
        row = self.view.row
        self.visit = get_object_or_404(CheckInRow, pk=self.kwargs["visit"], engagement=row.engagement)
        visits.may_correct(self.view, self.visit)

    def after(self) -> HttpResponseRedirect:
        name = "visit" if self.view.side == "worker" else "details"
        return redirect(f"assignments:{name}", pk=self.view.row.pk)

    def get_form(self, *data: Any) -> forms.BaseForm:
        return EditVisitForm(*data, row=self.view.row, visit=self.visit)

    def run(self, form: forms.BaseForm) -> None:
        typed = form.cleaned_data
        visits.edit_check_in(
            self.view.row.pk,
            self.visit.pk,
            actor=user_of(self.request),
            in_at=typed["in_at"],
            out_at=typed["out_at"],
            reason=typed["reason"],
        )


class Submit(VerbPage):
    """The check page: what is left, hours against the allowed ones, how the pay comes about, what is received."""

    verb, title, button = "submit", "Submit for approval", "Submit for approval"
    done = "Submitted for approval. You are told when the client answers."
    template_name = "assignments/worker/submit.html"

    def get_form(self, *data: Any) -> forms.BaseForm:
        return SubmitForm(*data, row=self.view.row, take_proposed="take" in self.request.GET)

    def act(self, request: HttpRequest) -> HttpResponse:
        if "calculate" not in request.POST and not request.htmx:  # type: ignore[attr-defined]
            return super().act(request)
        form = self.get_form(request.POST)
        form.is_valid()
        if not request.htmx:  # type: ignore[attr-defined]
            return self.page(request, form)
        response = render(request, "assignments/worker/_pay.html", {"pay": self.pay(form)})
        response["Vary"] = "HX-Request"
        return response

    def pay(self, form: Any) -> Any:
        """The computation with the units and the lower amount as typed, where they can be read."""
        row, typed = self.view.row, form.cleaned_data if form.is_bound else {}
        row.units_done = typed.get("units_done") or row.units_done
        lower = form.fields["reduced_minor"]
        row.reduced_minor = typed.get("reduced_minor") if form.is_bound else lower.initial
        return pay_lines(row, closeout.base_pay(row), closeout.final_pay(row))

    def page(self, request: HttpRequest, form: forms.BaseForm, status: int = 200) -> HttpResponse:
        self.shown = {
            "pay": self.pay(form),
            "missing": [line for line in closeout_lines(self.view.row, self.view.verbs) if not line.is_done],
            "allowed": self.view.row.terms.billable_cap,
            "worked": checklist.minutes_worked(self.view.row),
        }
        return super().page(request, form, status)

    def context(self) -> dict[str, Any]:
        return self.shown

    def run(self, form: SubmitForm) -> None:
        closeout.submit(self.view.row.pk, form.submission(), actor=user_of(self.request))
