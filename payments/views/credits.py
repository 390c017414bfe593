"""The page and the paper of a credit note, for both sides: the client with the amount, the worker without (D20)."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from clients.queries import membership
from payments import pdf_statement
from payments.models import CreditNote
from payments.views.base import user_of
from payments.views.statements import document
from workers.queries import worker_of


def find(request: HttpRequest, number: str) -> tuple[CreditNote, str]:
    """The note and the viewer's side of it. Raises Http404 for strangers, as for a missing one."""
    rows = CreditNote.objects.select_related("invoice__assignment", "client", "worker__user")
    note = rows.filter(number=number).first()
    if note is not None:
        member = membership(user_of(request))
        if member and member.client_id == note.client_id:
            return note, "client"
        worker = worker_of(user_of(request))
        if worker and worker.pk == note.worker_id:
            return note, "worker"
    raise Http404


class Page(LoginRequiredMixin, View):
    """The record itself."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        note, side = find(request, number)
        tz = note.client.time_zone if side == "client" else user_of(request).time_zone
        context = {
            "note": note,
            "invoice": note.invoice,
            "row": note.invoice.assignment,
            "side": side,
            "tz": tz,
        }
        return render(request, "payments/credit_note.html", context)


class Document(LoginRequiredMixin, View):
    """The PDF."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        note, side = find(request, number)
        return document(pdf_statement.credit_note(note, side), note.number)
