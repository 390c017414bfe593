"""The first to accept gets it: the page on which an invited worker takes an assignment (domain.md 3.3)."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from assignments.actions import routing
from assignments.forms.routing import AcceptForm
from assignments.models import Assignment
from assignments.views.base import user_of
from assignments.views.worker_sourcing import OfferPage
from common.errors import WrongState
from workers.queries import worker_of


class Accept(OfferPage):
    """All that accepting binds to, the pay promise, and one button. Who comes late reads so, calmly."""

    verb, title, button = "accept", "Accept", "Accept and be assigned"
    done = "It is yours. The client was told; contacts and instructions are on the page now."
    template_name = "assignments/worker/accept.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().dispatch(request, *args, **kwargs)
        except (Http404, WrongState):
            answer = late(request, kwargs["pk"])
            if answer is None:
                raise
            return answer

    def get_form(self, *data: Any) -> forms.BaseForm:
        return AcceptForm(*data[:1], row=self.view.row, warned=bool(self.company.warnings))

    def run(self, form: Any) -> None:
        routing.accept(
            self.view.row.pk,
            actor=user_of(self.request),
            understood=form.cleaned_data.get("understood", False),
            read=form.cleaned_data["read"],
        )


def late(request: HttpRequest, pk: int) -> HttpResponse | None:
    """The answer to a worker who could have accepted: to the page where it is the own one, else that it is taken."""
    worker = worker_of(user_of(request))
    row = Assignment.objects.filter(pk=pk).first()
    if worker is None or row is None:
        return None
    if row.worker_id == worker.pk:
        return redirect("assignments:page", pk=pk)
    if routing.was_first_elsewhere(pk, worker):
        return render(request, "assignments/worker/taken.html", {"row": row}, status=409)
    return None
