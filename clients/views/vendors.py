"""Vendors as clients see them: the list, and one with its people and their figures."""

from typing import Final

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import SignedIn
from clients.vendors import found_by, people_for
from clients.views.base import member_for, shown
from common import keyset, tables
from workers.figures import figures

SIZE: Final = 30
LONGEST_SEARCH: Final = 80


@require_safe
@login_required
def vendors(request: SignedIn) -> HttpResponseBase:
    """By name, searched by name and words."""
    member = member_for(request, "see_workers")
    text = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:LONGEST_SEARCH]
    rows = found_by(member.client_id)
    for word in text.split()[:5]:
        rows = rows.filter(Q(name__icontains=word) | Q(about__icontains=word))
    if kind := tables.asked(request):
        table = ((row.name, row.about) for row in tables.read(keyset.ordered(rows, "name")))
        return tables.download(request, kind, "vendors", ("Vendor", "About"), table)
    part = keyset.page(rows, "name", request.GET, size=SIZE)
    pager, exports = keyset.pager(part, request.GET), tables.links(request)
    context = shown(member, rows=part.items, page=pager, q=text, exports=exports)
    return render(request, "clients/vendors.html", context)


@require_safe
@login_required
def vendor(request: SignedIn, vendor_id: int) -> HttpResponse:
    """What it says of itself, and its people as they joined, with the figures that a client sees of every worker."""
    member = member_for(request, "see_workers")
    row = found_by(member.client_id).filter(pk=vendor_id).first()
    if row is None:
        raise Http404
    rows = people_for(member.client_id, row.pk)
    part = keyset.page(rows, "joined_at", request.GET, size=SIZE)
    known = figures([place.worker_id for place in part.items])
    people = [(place, known.get(place.worker_id, [])) for place in part.items]
    parts = {"vendor": row, "people": people, "count": rows.count(), "page": keyset.pager(part, request.GET)}
    return render(request, "clients/vendor.html", shown(member, **parts))
