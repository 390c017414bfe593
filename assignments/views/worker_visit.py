"""On site: the visit page for the phone and the verbs that it leads to (S16-S18, S23, S27; ux 6.8, 6.9)."""

from typing import Any

from csp.decorators import csp_update
from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.views import View

from assignments import checklist
from assignments.actions import closeout, deliverables, visits
from assignments.closeout_page import closeout_lines, pay_lines, rules, visit_lines
from assignments.deadlines import check_in_opens
from assignments.forms.worker import (
    ConfirmForm,
    EditVisitForm,
    PlaceForm,
    SubmitForm,
    custom_values,
    fields_form,
)
from assignments.models import CheckIn as CheckInRow
from assignments.models import CustomField, CustomValue, Deliverable, DeliverableRequirement
from assignments.next_action import next_action
from assignments.queries import Seen
from assignments.states import ON_SITE, State
from assignments.views.base import VerbPage, load, user_of
from assignments.views.worker_here import here
from common.errors import Invalid, NotAllowed
from common.uploads import ACCEPTED, check_upload

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
    rejected = Deliverable.objects.filter(
        engagement=row.engagement, rejected_at__isnull=False, removed_at__isnull=True
    )
    opens_at = check_in_opens(row.start_at) if row.start_at else None
    return {
        "seen": view,
        "row": row,
        "verbs": verbs,
        "labels": view.labels,
        "site": view.site,
        "rules": rules(row),
        "visits": found,
        "open": running,
        "open_minutes": int((view.now - running.in_at).total_seconds() // 60) if running else 0,
        "worked": checklist.minutes_worked(row),
        "allowed": row.terms.billable_cap,
        "opens_at": opens_at if opens_at and opens_at > view.now else None,
        "lines": lines,
        "done": len(lines) - left,
        "left": left,
        "filled": _filled(verbs, running is not None, bool(found), left),
        "picks_time": "confirm" in verbs and row.confirm_hours is None,
        "rejected": rejected.select_related("requirement"),
        "is_on_time": checklist.is_on_time(row),
        "next": next_action(row, view.standing, verbs, view.now),
        "here": here(view),
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
    form_class = PlaceForm
    template_name = "assignments/worker/place.html"

    def find(self) -> None:
        visits.to_begin(self.view)

    def run(self, form: PlaceForm) -> None:
        note = form.cleaned_data["note"]
        visits.check_in(self.view.row.pk, actor=user_of(self.request), fix=form.fix(), note=note)


class CheckOut(SiteVerb):
    verb, title, button = "check_out", "Check out", "Check out"
    lead = "Your time on site ends now. You may check in again for another visit."
    done = "Checked out."
    form_class = PlaceForm
    template_name = "assignments/worker/place.html"

    def find(self) -> None:
        visits.to_end(self.view)

    def run(self, form: PlaceForm) -> None:
        note = form.cleaned_data["note"]
        visits.check_out(self.view.row.pk, actor=user_of(self.request), fix=form.fix(), note=note)


class EditCheckIn(SiteVerb):
    verb, title, button = "edit_check_in", "Correct a visit", "Save times"
    lead = "What was there before is kept, and the client sees both."
    done = "Times saved."

    def find(self) -> None:
        row = self.view.row
        self.visit = get_object_or_404(CheckInRow, pk=self.kwargs["visit"], engagement=row.engagement)

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


@PREVIEWS
class Deliver(SiteVerb):
    """Several files in one go; each stands for itself: what failed says why, what went through stays."""

    verb, title, button = "deliver", "Add files", "Add files"
    done = "Files added."
    template_name = "assignments/worker/deliver.html"

    def find(self) -> None:
        self.wanted = get_object_or_404(
            DeliverableRequirement, pk=self.kwargs["requirement"], assignment=self.view.row
        )

    def context(self) -> dict[str, Any]:
        wanted = self.wanted
        files = Deliverable.objects.filter(
            requirement=wanted, engagement=self.view.row.engagement, removed_at__isnull=True
        )
        return {
            "wanted": wanted,
            "files": list(files),
            "accept": "image/*" if wanted.kind == DeliverableRequirement.Kind.PHOTO else ACCEPTED,
            "is_photo": wanted.kind == DeliverableRequirement.Kind.PHOTO,
            "given": getattr(self, "given", []),
            "failed": getattr(self, "failed", []),
        }

    def run(self, form: forms.BaseForm) -> None:
        uploads = [*self.request.FILES.getlist("camera"), *self.request.FILES.getlist("files")]
        if not uploads:
            raise Invalid("Choose at least one file.")
        wanted = self.wanted
        self.given: list[str] = []
        self.failed: list[tuple[str, str]] = []
        for upload in uploads:
            try:
                checked = check_upload(upload)
                deliverables.deliver(
                    self.view.row.pk, wanted.pk, actor=user_of(self.request), file=upload, checked=checked
                )
                self.given.append(checked.name)
            except Invalid as error:
                self.failed.append((upload.name or "file", error.sentence))
        if self.failed:
            raise Invalid(f"{len(self.failed)} of {len(uploads)} files could not be added.")


class RemoveDeliverable(SiteVerb):
    verb, title, button, danger = "deliver", "Remove file", "Remove file", True
    lead = "The client no longer sees it. That it was here stays in the history."
    done = "File removed."
    template_name = "assignments/worker/remove_file.html"

    def find(self) -> None:
        file_id = self.kwargs["deliverable"]
        get_object_or_404(Deliverable, pk=file_id, engagement=self.view.row.engagement)
        self.file = deliverables.kept_file(self.view, file_id)

    def context(self) -> dict[str, Any]:
        return {"file": self.file}

    def run(self, form: forms.BaseForm) -> None:
        deliverables.remove_deliverable(
            self.view.row.pk, self.kwargs["deliverable"], actor=user_of(self.request)
        )


class FillFields(SiteVerb):
    verb, title, button = "fill_fields", "Fields", "Save answers"
    lead = "The client asks for these with the work."
    done = "Answers saved."

    def find(self) -> None:
        self.fields = list(CustomField.objects.filter(assignment=self.view.row))
        if not self.fields:
            raise Http404

    def get_form(self, *data: Any) -> forms.BaseForm:
        row, fields = self.view.row, self.fields
        given = CustomValue.objects.filter(engagement=row.engagement).values_list("field_id", "value")
        return fields_form(fields, dict(given), *data)

    def run(self, form: forms.BaseForm) -> None:
        deliverables.fill_fields(self.view.row.pk, custom_values(form), actor=user_of(self.request))


class Submit(VerbPage):
    """The check page: what is left, hours against the allowed ones, how the pay comes about, what is received."""

    verb, title, button = "submit", "Submit for approval", "Submit for approval"
    done = "Submitted for approval. You are told when the client answers."
    template_name = "assignments/worker/submit.html"

    def get_form(self, *data: Any) -> forms.BaseForm:
        return SubmitForm(*data, row=self.view.row)

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
        row.reduced_minor = typed.get("reduced_minor") if form.is_bound else row.reduced_minor
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
