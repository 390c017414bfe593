"""The two pages of rating each other (domain.md 6.2, 6.3; the rules are in assignments/blind.py)."""

from typing import Any

from django import forms

from assignments.actions import ratings
from assignments.forms.rating import RateClientForm, RateWorkerForm
from assignments.models import Rating
from assignments.views.base import VerbPage, user_of


class RatePage(VerbPage):
    """What both pages share: the own rating as it stands. When it is final the page says so (409)."""

    template_name = "assignments/rate.html"
    button = "Save rating"
    done = "Your rating is saved."
    author: Rating.Side

    @property
    def given(self) -> Rating | None:
        row = self.view.row
        return Rating.objects.filter(engagement=row.engagement, side=self.author).first()


class RateWorker(RatePage):
    verb, title, author = "rate_worker", "Rate the worker", Rating.Side.CLIENT
    lead = (
        "The worker reads it when both of you have rated, or when it is Paid. You can change it until then. "
        "It counts on the worker's scorecard when both have rated."
    )

    def get_form(self, *data: Any) -> forms.BaseForm:
        return RateWorkerForm(*data[:1], given=self.given)

    def run(self, form: Any) -> None:
        typed = form.cleaned_data
        ratings.rate_worker(
            self.view.row.pk,
            actor=user_of(self.request),
            grade=typed["grade"],
            text=typed["text"],
            marks=form.marks,
        )


class RateClient(RatePage):
    verb, title, author = "rate_client", "Rate the client", Rating.Side.WORKER

    @property
    def lead(self) -> str:  # type: ignore[override]
        if self.view.row.paid_at:
            return "The client reads it at once. You can give it once."
        return (
            "The client reads it when both of you have rated, or when it is Paid. You can change it until then. "
            "It counts on the company's card when both have rated."
        )

    def get_form(self, *data: Any) -> forms.BaseForm:
        row = self.view.row
        is_due = bool(row.paid_at or row.past_due_at)
        return RateClientForm(*data[:1], given=self.given, is_due=is_due)

    def run(self, form: Any) -> None:
        typed = form.cleaned_data
        ratings.rate_client(
            self.view.row.pk,
            actor=user_of(self.request),
            grade=typed["grade"],
            text=typed["text"],
            answers=form.answers,
        )
