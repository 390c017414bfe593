"""The proof pack of one assignment: what is in it, making one, and fetching one that was made (mission.md N8)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import IO, Any, Final

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views import View

from assignments.queries import Seen
from common.downloads import private_file
from common.limits import spend
from payments.actions import issue_pack
from payments.actions.proving import open_invoice, remake, require_pack
from payments.models import ProofPack
from payments.proof.packing import Packed
from payments.views.base import load, user_of

TIMES: Final = 30
WITHIN: Final = timedelta(minutes=10)
"""So many packs a person may have made in that time; fetching one makes it again."""


def packs_of(view: Seen) -> Any:
    """The packs that were issued to the viewer's side; a worker sees none of a former worker's."""
    rows = ProofPack.objects.filter(assignment=view.row, scope=view.side).select_related("issued_by")
    if view.side == "worker" and view.row.assigned_at:
        rows = rows.filter(issued_at__gte=view.row.assigned_at)
    return rows.order_by("-issued_at", "-pk")


class Proof(LoginRequiredMixin, View):
    """GET says what goes in and lists what was issued; POST makes a pack."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        view = load(request, pk)
        require_pack(view)
        context = {
            "seen": view,
            "row": view.row,
            "side": view.side,
            "open_invoice": open_invoice(view),
            "packs": list(packs_of(view)[:20]),
            "tz": user_of(request).time_zone,
        }
        return render(request, "payments/proof.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        view = load(request, pk)
        require_pack(view)
        spend("proof", user_of(request).pk, times=TIMES, within=WITHIN)
        issue_pack(pk, actor=user_of(request), with_open_invoice="invoice" in request.POST)
        return redirect("payments:proof", pk=pk)


@dataclass(frozen=True)
class _Made:
    """A pack as a file to hand out: known by its hash, so that a broken download can go on."""

    packed: Packed

    @property
    def name(self) -> str:
        return self.packed.sha256

    @property
    def size(self) -> int:
        return self.packed.size

    def open(self, mode: str = "rb") -> IO[bytes]:
        return self.packed.file


class ProofFile(LoginRequiredMixin, View):
    """The file of an issued pack: made again, and given out only if it is the same byte for byte."""

    def get(self, request: HttpRequest, pk: int, uuid: Any) -> HttpResponseBase:
        view = load(request, pk)
        require_pack(view)
        found = packs_of(view).filter(uuid=uuid).first()
        if found is None:
            raise Http404
        spend("proof", user_of(request).pk, times=TIMES, within=WITHIN)
        return private_file(_Made(remake(found, view)), found.name, "application/zip", request)
