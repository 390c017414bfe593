"""Before assignment: apply, counteroffer, withdraw, decline an invitation, ask (S03-S05; ux 6.6)."""

from copy import copy
from functools import cached_property
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from assignments.actions import sourcing
from assignments.arrears import with_arrears
from assignments.forms.worker import ApplyForm, AskForm, CounterofferForm
from assignments.models import Application, Assignment
from assignments.overlaps import off_then, overlapping
from assignments.presenting import price_words, schedule_note, schedule_words, terms_words
from assignments.requirements import standing_to
from assignments.states import ApplicationState
from assignments.views.acting import ActingPage
from assignments.views.base import VerbPage, user_of
from clients.truth import CompanyFacts, company_facts
from common.money import Money


class OfferPage(ActingPage):
    """What apply and counteroffer share: the terms, what the worker would receive, the company, the own bookings."""

    verb = "apply"

    @cached_property
    def mine(self) -> Application | None:
        """The worker's pending offer, which a new one replaces."""
        found = self.view.standing
        return found.application if found.has_applied else None

    @cached_property
    def earlier(self) -> Application | None:
        """The newest offer of this worker, pending or run out: what the form starts with (domain.md 4.2, renew)."""
        newest = self.view.standing.application
        is_over = newest is not None and newest.state == ApplicationState.EXPIRED
        return newest if is_over else self.mine

    @property
    def is_renewal(self) -> bool:
        return self.earlier is not None and self.earlier.is_over(self.view.now)

    @cached_property
    def company(self) -> CompanyFacts:
        row = self.view.row
        return with_arrears(company_facts(row.client), row.client_id, self.view.now)

    def context(self) -> dict[str, Any]:
        row, worker = self.view.row, self.view.standing.worker
        skills = list(row.skills.all())
        known = set(worker.skills.values_list("pk", flat=True)) if worker else set()
        return {
            **super().context(),
            "mine": self.mine,
            "is_renewal": self.is_renewal,
            "company": self.company,
            "clash": overlapping(worker.pk, row) if worker else None,
            "off": off_then(worker, row) if worker else None,
            "schedule": schedule_words(row),
            "schedule_note": schedule_note(row),
            "price": price_words(row.terms),
            "payment_terms": terms_words(row.terms_days),
            "skills": [(skill.name, skill.pk in known) for skill in skills],
            **standing_to(row, worker),
            "receive": row.budget,
            "fastfunds_fee": row.budget.percent(settings.ONSITE_FASTFUNDS_BPS)
            if row.fastfunds_eligible
            else None,
        }


class Apply(OfferPage):
    title, button = "Apply", "Send application"
    done = "Application sent. The client chooses, and you are told either way."
    template_name = "assignments/worker/apply.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.earlier and self.earlier.is_counteroffer:
            there = reverse("assignments:counteroffer", args=[self.view.row.pk])
            return redirect(f"{there}?for={self.acting_for}" if self.acting_for else there)
        return super().get(request, **kwargs)

    def get_form(self, *data: Any) -> forms.BaseForm:
        return ApplyForm(*data, warned=bool(self.company.warnings), earlier=self.earlier)

    def run(self, form: ApplyForm) -> None:
        sourcing.apply(
            self.view.row.pk, form.offer(), actor=user_of(self.request), acting_for=self.acting_for
        )


class Counteroffer(OfferPage):
    title, button = "Counteroffer", "Send counteroffer"
    done = "Counteroffer sent. The client answers, and you are told either way."
    template_name = "assignments/worker/counteroffer.html"

    def get_form(self, *data: Any) -> forms.BaseForm:
        warned = bool(self.company.warnings)
        return CounterofferForm(
            *data, row=self.view.row, warned=warned, earlier=self.earlier, now=self.view.now
        )

    def act(self, request: HttpRequest) -> HttpResponse:
        if "calculate" in request.POST or request.htmx:  # type: ignore[attr-defined]
            return self.calculate(request)
        return super().act(request)

    def calculate(self, request: HttpRequest) -> HttpResponse:
        """What the typed price would bring; nothing is saved. A fragment for htmx, else the page as typed."""
        form = self.get_form(request.POST)
        form.is_valid()
        if not request.htmx:  # type: ignore[attr-defined]
            return self.page(request, form)
        name = "_price" if request.POST.get("calculate") == "type" else "_receive"
        response = render(
            request,
            f"assignments/worker/{name}.html",
            {"form": form, "receive": self.receives(form), "offered_clash": self.offered_clash(form)},
        )
        response["Vary"] = "HX-Request"
        return response

    def receives(self, form: Any) -> Money | None:
        """The most that the offer would bring; None while its numbers cannot be read."""
        if not form.is_bound:
            return self.earlier.asks if self.earlier else self.view.row.budget
        terms = form.terms()
        return terms.budget + Money(form.cleaned_data.get("expenses") or 0, terms.currency) if terms else None

    def offered_clash(self, form: Any) -> Assignment | None:
        """What the worker is booked for at the offered time: asked as assigning asks it."""
        row, worker = self.view.row, self.view.standing.worker
        schedule = (
            form.schedule() if form.is_bound else self.earlier.schedule if self.earlier else row.schedule
        )
        if worker is None or schedule is None or schedule == row.schedule:
            return None
        offered = copy(row)
        offered.schedule_kind, offered.start_at, offered.window_end_at = schedule
        return overlapping(worker.pk, offered)

    def page(self, request: HttpRequest, form: Any, status: int = 200) -> HttpResponse:
        self.receive, self.offered = self.receives(form), self.offered_clash(form)
        return super().page(request, form, status)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "receive": self.receive, "offered_clash": self.offered}

    def run(self, form: CounterofferForm) -> None:
        sourcing.apply(
            self.view.row.pk, form.offer(), actor=user_of(self.request), acting_for=self.acting_for
        )


class Withdraw(ActingPage):
    verb, title, button, danger = "withdraw", "Withdraw application", "Withdraw application", True
    lead = "The client no longer sees your offer. It has no effect on your scores, and you may apply again."
    done = "Application withdrawn."

    def run(self, form: forms.BaseForm) -> None:
        sourcing.withdraw(self.view.row.pk, actor=user_of(self.request), acting_for=self.acting_for)

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:team_work" if self.acting_for else "assignments:work")


class DeclineInvitation(VerbPage):
    verb, title, button, danger = "decline_invitation", "Decline invitation", "Decline invitation", True
    lead = "It leaves your list of invitations. It has no effect on your scores."
    done = "Invitation declined."

    def run(self, form: forms.BaseForm) -> None:
        sourcing.decline_invitation(self.view.row.pk, actor=user_of(self.request))

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:work")


class Ask(VerbPage):
    verb, title, button = "ask", "Ask a question", "Send question"
    done = "Question sent. You are told when it is answered."
    form_class = AskForm

    def run(self, form: AskForm) -> None:
        sourcing.ask(self.view.row.pk, form.cleaned_data["text"], actor=user_of(self.request))

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:questions", pk=self.view.row.pk)
