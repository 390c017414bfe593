"""The client makes a revisit of an incomplete visit."""

from typing import Any

from django import forms
from django.http import HttpResponseRedirect
from django.shortcuts import redirect

from assignments import revisit
from assignments.actions import revisits
from assignments.forms.revisit import RevisitForm
from assignments.models import Revisit
from assignments.presenting import price_words
from assignments.states import PricingType
from assignments.views.base import VerbPage, user_of
from clients.queries import agrees_to_direct


class MakeRevisit(VerbPage):
    verb = "make_revisit"
    title = "Make a revisit"
    lead = "A new draft asks what is still open here. What was done can then be submitted and approved."
    button = "Make the draft"
    done = "The draft of the revisit is made. Give it a date and send it, or assign it directly."
    template_name = "assignments/client/make_revisit.html"

    def find(self) -> None:
        row = self.view.row
        self.rest = revisit.rest_of(row)
        self.terms = revisit.terms_of(row, self.rest)

    def get_form(self, *data: Any) -> forms.BaseForm:
        return RevisitForm(*data[:1], row=self.view.row, rest=self.rest, terms=self.terms)

    def context(self) -> dict[str, Any]:
        row = self.view.row
        is_computed = row.pricing_type in (PricingType.HOURLY, PricingType.BLENDED)
        return {
            "lines": self.rest.words,
            "rest": self.rest,
            "price": price_words(self.terms) if is_computed else "",
            "is_direct": row.worker is not None and agrees_to_direct(row.worker, row.client_id),
        }

    def run(self, form: Any) -> None:
        revisits.make_revisit(self.view.row.pk, actor=user_of(self.request), **form.cleaned_data)

    def after(self) -> HttpResponseRedirect:
        """To the new draft, also after a doubled click."""
        link = Revisit.objects.filter(original=self.view.row).first()
        return redirect("assignments:page", pk=link.revisit_id if link else self.view.row.pk)
