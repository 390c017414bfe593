"""Check and send, delete, documents and site details."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from assignments import arrears, checks
from assignments.actions import drafting, talk
from assignments.closeout_words import asked_words, wanted_words
from assignments.forms.client import AttachForm, SiteForm
from assignments.forms.drafting import SECTIONS, section_of
from assignments.forms.routing import RoutingForm
from assignments.models import Assignment, Attachment, Site
from assignments.presenting import day_words, price_words, schedule_note, schedule_words, terms_words
from assignments.shortlist import ticked
from assignments.states import State
from assignments.views.base import VerbPage, user_of
from assignments.views.client_drafting import attach_all, previewed
from clients.models import Member
from clients.roles import Role
from common import clock
from common.context import address
from common.errors import Conflict, Invalid, NotAllowed
from common.when import instant, minutes


def edit_url(row: Assignment, section: str) -> str:
    return f"{reverse('assignments:edit', args=[row.pk])}#part-{section}"


class Send(VerbPage):
    """The check page: everything once more, what is missing, what it costs, who will be told and when; then it goes
    out (domain.md 3.3)."""

    verb = "send"
    title = "Check and send"
    button = "Send"
    done = "It is sent. What it can cost at most is set aside from your funds."
    template_name = "assignments/client/send.html"

    def get_form(self, *data: Any) -> forms.BaseForm:
        row = self.view.row
        return RoutingForm(
            *data[:1],
            client_id=row.client_id,
            near=row,
            kept=list(ticked(row)),
            market=row.is_marketplace,
        )

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form: Any = self.get_form(request.POST)
        if form.is_asking and self.view.row.state == State.DRAFT:
            return self.page(request, form)
        return super().post(request, **kwargs)

    def run(self, form: Any) -> None:
        sent = drafting.send_out(self.view.row.pk, actor=user_of(self.request), waves=form.waves())
        for one in sent.left_out:
            messages.warning(self.request, one.sentence)

    def page(self, request: HttpRequest, form: Any, status: int = 200) -> HttpResponse:
        self.errors = list(form.summary()) if form.is_bound and not form.is_asking else []
        return super().page(request, form, status)

    def context(self) -> dict[str, Any]:
        row = self.view.row
        member = self.view.standing.member
        if member is None:
            raise NotAllowed("Only the company's own people send it.")
        preview = previewed(row.worker_most, row.terms_days, member, row)
        owner = (
            Member.objects.select_related("user")
            .filter(client_id=row.client_id, user_id=row.owner_id)
            .first()
        )
        limit = checks.over_limit(owner, preview.cost.total)
        now = clock.now()
        found = checks.problems(row, self.view.site, now)
        if stopped := arrears.refused(row, arrears.arrears(row.client_id, now)):
            found.append(stopped)
        problems = [_problem(row, problem) for problem in [*found, *([limit] if limit else [])]]
        return {
            "errors": self.errors,
            "preview": preview,
            "problems": problems,
            "raisers": _administrators(row.client_id) if limit else [],
            "parts": summary(row, self.view.site),
            "funds_url": address("payments:funds") if preview.tells_funds else "",
        }


def _problem(row: Assignment, problem: Invalid) -> dict[str, str]:
    section = section_of(problem.field or "")
    return {"sentence": problem.sentence, "url": edit_url(row, section), "link": SECTIONS[section][0]}


def _administrators(client_id: int) -> list[str]:
    people = Member.objects.filter(client_id=client_id, is_active=True, role=Role.ADMINISTRATOR)
    return list(people.values_list("user__name", flat=True))


def summary(row: Assignment, site: Site | None) -> list[dict[str, str]]:
    """The check-answers list: what will be agreed, each line with the way to change it."""
    wanted, asked = wanted_words(row), asked_words(row)
    files = [file.name for file in Attachment.objects.filter(assignment=row, removed_at__isnull=True)]
    due = f"Due {instant(row.deliverables_due_at, row.time_zone)}" if row.deliverables_due_at else ""
    confirm = f"{row.confirm_hours} h before the start" if row.confirm_hours else "Not asked"
    lines = (
        ("overview", "Title", row.title),
        ("overview", "Industry", row.industry),
        ("overview", "Description of work", row.description),
        ("overview", "Instructions for the assigned worker", row.special_instructions),
        ("overview", "Skills", ", ".join(skill.name for skill in row.skills.all())),
        ("overview", "Documents", "\n".join(files)),
        ("overview", "Owner", str(row.owner)),
        ("overview", "Customer", " / ".join(str(one) for one in (row.customer, row.project) if one)),
        ("location", "Location", _place(row, site)),
        ("location", "Site contact", _contact(site)),
        ("schedule", "Schedule", f"{schedule_words(row)} ({schedule_note(row)})" if row.start_at else ""),
        ("schedule", "Further days", "\n".join(day_words(row))),
        ("schedule", "Planned time on site", minutes(row.duration_minutes)),
        ("schedule", "Confirmation", confirm),
        ("schedule", "Check-in", "Required" if row.checkin_required else "Not asked: it starts by itself"),
        ("price", "Price", price_words(row.terms) + (", not negotiable" if row.non_negotiable else "")),
        (
            "price",
            "Payment",
            terms_words(row.terms_days) + (". FastFunds eligible" if row.fastfunds_eligible else ""),
        ),
        ("closeout", "Deliverables", "\n".join([*wanted, *([due] if due else [])])),
        ("closeout", "Questions at closeout", "\n".join(asked)),
    )
    return [
        {"label": label, "value": value or "Nothing", "change_url": edit_url(row, key)}
        for key, label, value in lines
    ]


def _place(row: Assignment, site: Site | None) -> str:
    if row.is_virtual:
        return f"Done remotely, on the clocks of {row.time_zone}"
    name = site.name if site else ""
    if site and site.number:
        name = f"{name} ({site.number})".strip()
    return "\n".join(
        part for part in (name, site.street if site else "", f"{row.site_name} {row.postcode}") if part
    )


def _contact(site: Site | None) -> str:
    parts = (site.contact_name, site.contact_phone, site.contact_email) if site else ()
    return ", ".join(part for part in parts if part)


class Delete(VerbPage):
    verb = "delete"
    title = "Delete this draft"
    lead = "The draft and its documents are deleted. This cannot be undone."
    button = "Delete draft"
    done = "The draft is deleted."
    danger = True

    def run(self, form: Any) -> None:
        drafting.delete(self.view.row.pk, actor=user_of(self.request))

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:list")


class EditSite(VerbPage):
    verb = "edit_site"
    title = "Edit site details"
    lead = "The assigned worker is told. The address itself does not change any more."
    button = "Save site details"
    done = "The site details are changed."

    def get_form(self, *data: Any) -> forms.BaseForm:
        return SiteForm(*data[:1], site=self.view.site)

    def run(self, form: Any) -> None:
        drafting.edit_site(self.view.row.pk, form.cleaned_data, actor=user_of(self.request))


class Attach(VerbPage):
    verb = "attach"
    title = "Add documents"
    lead = "Only the assigned worker and your own people see them."
    button = "Add documents"
    done = "The documents are added."
    form_class = AttachForm

    def run(self, form: Any) -> None:
        attach_all(self.view.row.pk, form.uploads, self.request)

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:details", pk=self.view.row.pk)


class RemoveAttachment(VerbPage):
    verb = "attach"
    title = "Remove a document"
    button = "Remove document"
    done = "The document is removed."
    danger = True
    template_name = "assignments/client/remove_attachment.html"

    def run(self, form: Any) -> None:
        talk.remove_attachment(self.view.row.pk, self.kwargs["attachment"], actor=user_of(self.request))

    def context(self) -> dict[str, Any]:
        found = Attachment.objects.filter(
            assignment=self.view.row, pk=self.kwargs["attachment"], removed_at__isnull=True
        ).first()
        if found is None:
            raise Conflict("This document is no longer there.")
        return {"document": found}

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:details", pk=self.view.row.pk)
