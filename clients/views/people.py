"""Workers as clients see them, and the consents that workers give to companies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import SignedIn, local_next
from accounts.zones import words
from clients import paging, policies
from clients.actions import consents as actions
from clients.blocks import blocked_workers, set_by
from clients.forms import WorkerFilter
from clients.models import BlockSide
from clients.queries import agrees_to_direct, consents_of, membership, worker_seen_by
from clients.views.base import member_for, shown
from common import clock, keyset, tables, when
from workers import hours, panels
from workers.evidence import last_day, public_proofs
from workers.figures import Figure, figures
from workers.models import Worker
from workers.queries import Found, Wanted, by_distance, by_name, loaded, worker_of

MOST_SKILLS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Row:
    """One worker of the list, ready for the page."""

    worker: Worker
    skills: list[str]
    more: int
    distance: str
    figures: list[Figure]


@require_safe
@login_required
def workers(request: SignedIn) -> HttpResponseBase:
    """Find workers by skill, area and distance."""
    member = member_for(request, "see_workers")
    form = WorkerFilter(request.GET)
    is_fine = form.is_valid()
    wanted = _wanted(form, member.client_id) if is_fine else None
    if wanted and (kind := tables.asked(request)):
        return tables.download(request, kind, "workers", COLUMNS, _table(wanted))
    found, page, total = _page(wanted, request.GET) if wanted else ([], {}, "0 workers")
    is_filtered = any(request.GET.get(name) for name in form.fields)
    parts = {"form": form, "rows": _rows(found), "total": total, "page": page, "is_filtered": is_filtered}
    context = shown(member, **parts, exports=tables.links(request))
    return render(request, "clients/workers.html", context, status=200 if is_fine else 422)


@require_safe
@login_required
def worker(request: SignedIn, worker_id: int) -> HttpResponse:
    """A worker's public profile: for clients, for the worker and for staff."""
    row = worker_seen_by(request.user, worker_id)
    member = membership(request.user)
    may_block = policies.can(member, "block_worker") and row.user_id != request.user.pk
    context = {
        "worker": row,
        "is_own": row.user_id == request.user.pk,
        "hours": hours.summary(row.availability.all()),
        "zone": words(row.user.time_zone),
        "record": panels.drawn(row),
        "proofs": public_proofs(row, last_day(clock.now())),
        "may_assign": member is not None and agrees_to_direct(row, member.client_id),
        "may_block": may_block,
        "own_block": set_by(BlockSide.CLIENT, member.client_id, row.pk) if may_block and member else None,
    }
    return render(request, "clients/worker.html", context)


@require_safe
@login_required
def consents(request: SignedIn) -> HttpResponse:
    """Which companies may assign me directly."""
    me = _worker_or_404(request.user)
    return render(request, "clients/consents.html", {"rows": consents_of(me)})


@require_POST
@login_required
def give(request: SignedIn, client_id: int) -> HttpResponse:
    """Let a company assign me directly."""
    _worker_or_404(request.user)
    actions.give_consent(client_id, actor=request.user)
    messages.success(request, "This company may assign you directly now. You can take it back at any time.")
    return redirect(local_next(request) or "clients:consents")


@require_POST
@login_required
def withdraw(request: SignedIn, client_id: int) -> HttpResponse:
    """Take the consent back."""
    _worker_or_404(request.user)
    actions.withdraw_consent(client_id, actor=request.user)
    messages.success(request, "This company can no longer assign you directly. You can still apply.")
    return redirect(local_next(request) or "clients:consents")


def _worker_or_404(user: User) -> Worker:
    row = worker_of(user)
    if row is None:
        raise Http404
    return row


def _wanted(form: WorkerFilter, client_id: int) -> Wanted:
    """What was typed, without those who take no work of the company or whom it gives none."""
    data = form.cleaned_data
    return Wanted(
        text=data["q"],
        skill=data["skill"],
        near=data["near"],
        within=data["within"],
        open_only=not data["everybody"],
        without=frozenset(blocked_workers(client_id)),
    )


def _page(wanted: Wanted, query: QueryDict) -> tuple[list[Found], dict[str, str], str]:
    """The workers of one page, its pager, and how many there are in words: all who are near, else as far as counted."""
    if wanted.near is None:
        rows = by_name(wanted)
        part = keyset.page(rows, "sort_name", query, size=paging.SIZE)
        total = keyset.count_words(keyset.counted(rows), "worker", "workers")
        return [Found(worker, None) for worker in part.items], keyset.pager(part, query), total
    near, number = by_distance(wanted), paging.number_of(query)
    found = loaded(near[(number - 1) * paging.SIZE : number * paging.SIZE])
    total = keyset.count_words(len(near), "worker", "workers", most=len(near))
    return found, paging.pager(query, number, len(near), "workers"), total


def _rows(found: list[Found]) -> list[Row]:
    known = figures([each.worker.pk for each in found])
    return [_row(each, known[each.worker.pk]) for each in found]


COLUMNS = ("Worker", "City", "State or region", "Miles away", "Skills", "Open to new work", "Figures")
"""What a client may see of a worker in a list: no phone, no mail, no street."""


def _table(wanted: Wanted) -> Iterator[Sequence[object]]:
    """The workers found as lines of a file, read in pieces."""
    for found in _pieces(wanted):
        known = figures([each.worker.pk for each in found])
        for each in found:
            row = each.worker
            yield (
                str(row),
                row.city,
                row.region,
                None if each.distance is None else Decimal(f"{each.distance:.1f}"),
                ", ".join(skill.name for skill in row.skills.all()),
                row.is_available,
                "; ".join(f"{figure.label} {figure.value}" for figure in known[row.pk]),
            )


def _pieces(wanted: Wanted) -> Iterator[list[Found]]:
    """So many at a time as are looked up together; `tables.download` ends a file that grows too long."""
    if wanted.near is None:
        everybody = tables.read(by_name(wanted))
        while part := [Found(worker, None) for worker in islice(everybody, tables.READ_AT_ONCE)]:
            yield part
        return
    near = by_distance(wanted)
    for start in range(0, len(near), tables.READ_AT_ONCE):
        yield loaded(near[start : start + tables.READ_AT_ONCE])


def _row(each: Found, known: list[Figure]) -> Row:
    names = [skill.name for skill in each.worker.skills.all()]
    distance = "" if each.distance is None else when.miles(each.distance)
    return Row(
        each.worker, names[:MOST_SKILLS_SHOWN], max(0, len(names) - MOST_SKILLS_SHOWN), distance, known
    )
