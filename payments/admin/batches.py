"""Payout files: the check page, the file itself as often as it is wanted, and saying that the bank never took it."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse

from common.admin import ReadOnlyAdmin
from common.errors import DomainError, Invalid
from common.money import Money
from payments import actions, queries
from payments.actions.batching import VOID
from payments.admin.acting import admin_user, log, own_zone
from payments.gateway.formats import FORMATS, formats_for
from payments.models import PayoutBatch
from payments.states import PayoutFormat


@admin.register(PayoutBatch)
class PayoutBatchAdmin(ReadOnlyAdmin):
    """Files that were made. A new one is made on its check page."""

    list_display = ("reference", "made_at", "format", "currency", "count", "total", "made_by", "voided_at")
    list_filter = ("format", "currency")
    list_select_related = ("made_by",)
    ordering = ("-pk",)
    change_list_template = "admin/payments/batches.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("make/", view(self.make_view), name="payments_payoutbatch_make"),
            path("<int:pk>/file/", view(self.file_view), name="payments_payoutbatch_file"),
        ]
        return [*own, *super().get_urls()]

    def make_view(self, request: HttpRequest) -> HttpResponse:
        """GET: what waits, in one currency and format, with its sum. POST: make exactly that."""
        if not admin_user(request).has_perm("payments.add_payoutbatch"):
            raise PermissionDenied
        if request.method == "POST":
            return self._make(request)
        return self._check(request, request.GET)

    def _check(self, request: HttpRequest, asked: Any, status: int = 200) -> HttpResponse:
        currencies = queries.waiting_currencies()
        currency = asked.get("currency") or next(iter(currencies), "USD")
        formats = [
            (name, PayoutFormat(name).label, FORMATS[name].missing(currency))
            for name in formats_for(currency)
        ]
        usable = [name for name, _, missing in formats if not missing]
        format = asked.get("format", "")
        if format not in usable:
            format = usable[0]
        chosen = set(_ids(asked.get("withdrawals", "").split(",")))
        waiting = list(queries.waiting_withdrawals(currency, format))
        rows = [one for one in waiting if not chosen or one.pk in chosen]
        small = queries.whole_pairs(currency, format)
        minor = sum(one.amount_minor for one in rows) + actions.small_total(small)
        context = {
            **self._frame(request, "Make a payout file"),
            "currency": currency,
            "currencies": currencies,
            "formats": formats,
            "format": format,
            "rows": rows,
            "left_out": len(waiting) - len(rows),
            "small": small,
            "total": Money(minor, currency),
            "count": len(rows) + len(small),
            "key": uuid.uuid4().hex,
        }
        return render(request, "admin/payments/batch_make.html", context, status=status)

    def _make(self, request: HttpRequest) -> HttpResponse:
        said = request.POST
        currency, minor = said.get("currency", ""), said.get("expected", "")
        if not (len(currency) == 3 and minor.isdecimal() and len(minor) < 16 and said.get("key")):
            raise Http404
        try:
            batch = actions.make_batch(
                actor=admin_user(request),
                currency=currency,
                format=said.get("format", ""),
                withdrawal_ids=_ids(said.get("withdrawals", "").split(",")),
                expected=Money(int(minor), currency),
                key=said["key"][:64],
            )
        except DomainError as refused:
            messages.error(request, refused.sentence)
            return self._check(request, said, status=409)
        log(request, batch, f"Made, with {batch.count} payouts over {batch.total}.")
        messages.success(request, f"{batch.reference} is made. Give the file to the bank.")
        return redirect("admin:payments_payoutbatch_change", batch.pk)

    def file_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The file, the same bytes each time. Who took it is written down: it holds account numbers."""
        batch = PayoutBatch.objects.filter(pk=pk).first()
        if batch is None:
            raise Http404
        if not admin_user(request).has_perm("payments.add_payoutbatch"):
            raise PermissionDenied
        log(request, batch, "Downloaded the file.")
        kind = FORMATS[batch.format].content_type
        response = HttpResponse(actions.file_of(batch), content_type=kind)
        response["Content-Disposition"] = f'attachment; filename="{batch.file_name}"'
        response["Cache-Control"] = "no-store"
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        rows = PayoutBatch.objects.select_related("made_by", "voided_by")
        batch = rows.filter(pk=object_id).first() if object_id.isdecimal() else None
        if batch is None:
            raise Http404
        if not self.has_view_permission(request, batch):
            raise PermissionDenied
        may_void = admin_user(request).has_perm(VOID)
        if request.method == "POST":
            if not may_void:
                raise PermissionDenied
            return self._void(request, batch)
        context = {
            **self._frame(request, f"Payout file {batch.reference}"),
            "batch": batch,
            "items": queries.items_of(batch),
            "may_void": may_void and batch.voided_at is None and not queries.is_settled(batch),
            "may_download": admin_user(request).has_perm("payments.add_payoutbatch"),
        }
        return render(request, "admin/payments/batch.html", context)

    def _void(self, request: HttpRequest, batch: PayoutBatch) -> HttpResponse:
        try:
            if request.POST.get("sure") != "yes":
                raise Invalid("Tick that the bank has not taken the file.")
            actions.void_batch(batch.pk, actor=admin_user(request), reason=request.POST.get("text", ""))
        except DomainError as refused:
            messages.error(request, refused.sentence)
        else:
            log(request, batch, f"Void: {request.POST['text']}")
            messages.success(request, f"{batch.reference} is void. Its payouts wait for the next file.")
        return HttpResponseRedirect(reverse("admin:payments_payoutbatch_change", args=[batch.pk]))

    def _frame(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            **own_zone(request),
            "opts": self.opts,
            "title": title,
        }


def _ids(texts: Sequence[str]) -> list[int]:
    return [int(text) for text in texts if text.isdecimal() and len(text) < 19]
