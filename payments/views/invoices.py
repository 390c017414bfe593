"""One invoice as each side may see it, and its document."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from clients.queries import membership
from common import clock
from common.errors import WrongState
from payments import actions, pdf, policies, queries, self_billing
from payments.models import Advance, Invoice, Statement
from payments.states import InvoiceState, LockReason
from payments.views.base import user_of
from workers.queries import worker_of


def find(request: HttpRequest, number: str) -> tuple[Invoice, str]:
    """The invoice and the viewer's side of it. Raises Http404 for strangers, as for a missing one."""
    user = user_of(request)
    rows = Invoice.objects.select_related("assignment__owner", "client", "worker__user")
    invoice = rows.filter(number=number).first()
    if invoice is not None:
        member = membership(user)
        if member and member.client_id == invoice.client_id:
            return invoice, "client"
        worker = worker_of(user)
        if worker and worker.pk == invoice.worker_id and invoice.state != InvoiceState.WITHDRAWN:
            return invoice, "worker"
    raise Http404


class Page(LoginRequiredMixin, View):
    """The record itself; looking at it locks nothing."""

    template = "payments/invoice.html"

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        invoice, side = find(request, number)
        member = membership(user_of(request))
        context = {
            "invoice": invoice,
            "row": invoice.assignment,
            "side": side,
            "word": queries.invoice_word(invoice, invoice.assignment.disputed_at, clock.now()),
            "has_money": side == "client" and policies.handles_money(member),
            "advance": Advance.objects.filter(invoice=invoice).first() if side == "worker" else None,
            "is_free": side == "worker" or queries.pdf_is_free(invoice),
            "parties": self_billing.parties(invoice),
            "terms": self_billing.terms(invoice),
            "self_billing": self_billing.sentence(invoice, side),
            "no_tax": self_billing.NO_TAX,
            "credit_notes": list(invoice.credit_notes.order_by("pk")),
            "on_statement": on_statement(invoice) if side == "client" else None,
            "tz": invoice.client.time_zone if side == "client" else user_of(request).time_zone,
        }
        return render(request, self.template, context)


class Print(Page):
    """The same for paper. The client's first print of an open invoice locks it, so it is a POST (D7)."""

    template = "payments/invoice_print.html"

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        invoice, side = find(request, number)
        if side == "client" and not queries.pdf_is_free(invoice):
            return redirect("payments:invoice", number=number)
        return super().get(request, number)

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        invoice, side = find(request, number)
        if invoice.state == InvoiceState.WITHDRAWN:
            raise WrongState(f"{invoice.number} was withdrawn.")
        if side == "client":
            actions.lock_invoice(invoice.pk, actor=user_of(request), reason=LockReason.PRINTED)
        return redirect("payments:invoice_print", number=number)


def on_statement(invoice: Invoice) -> Statement | None:
    """The statement that the invoice is on now."""
    line = invoice.statement_lines.filter(is_live=True).select_related("statement").first()
    return line.statement if line else None


class Document(LoginRequiredMixin, View):
    """The PDF. The client's first download of an open invoice locks it, so it is a POST (D7)."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        invoice, side = find(request, number)
        if side == "client" and not queries.pdf_is_free(invoice):
            return redirect("payments:invoice", number=number)
        return self.file(invoice, side)

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        invoice, side = find(request, number)
        if invoice.state == InvoiceState.WITHDRAWN:
            raise WrongState(f"{invoice.number} was withdrawn.")
        if side == "client":
            actions.lock_invoice(invoice.pk, actor=user_of(request))
        return self.file(invoice, side)

    def file(self, invoice: Invoice, side: str) -> HttpResponse:
        response = HttpResponse(pdf.document(invoice, side), content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="{invoice.number}.pdf"'
        response["Cache-Control"] = "private, no-store"
        return response
