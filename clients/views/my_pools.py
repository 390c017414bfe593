"""Talent pools as a worker sees them: the own ones, public ones to find, and one of them. Private ones never."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedIn
from clients import pools as rules
from clients.actions import pools as actions
from clients.models import Pool, PoolMember, PoolMemberState, PoolVisibility
from clients.pools_forms import OverrideForm
from clients.queries import agrees_to_direct
from clients.views.base import posted, refuse
from common import keyset, tables
from common.errors import AlreadyDone, Invalid
from workers.models import Worker
from workers.queries import worker_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

SIZE: Final = 30
LONGEST_SEARCH: Final = 80
POOL_COLUMNS: Final = ("Pool", "Company", "Your place", "Since")


@require_safe
@login_required
def my_pools(request: SignedIn) -> HttpResponseBase:
    """Invitations first, then what the worker is in or asked for."""
    me = _worker_or_404(request)
    rows = PoolMember.objects.filter(
        worker=me, state__in=rules.CURRENT, pool__in=rules.seen_by_worker(me).values("pk")
    ).select_related("pool__client")
    if kind := tables.asked(request):
        return tables.download(request, kind, "my-pools", POOL_COLUMNS, _pool_table(rows))
    part = keyset.page(rows, "since", request.GET, size=SIZE, descending=True)
    context = {
        "invited": [one for one in part.items if one.state == PoolMemberState.INVITED],
        "rows": [one for one in part.items if one.state != PoolMemberState.INVITED],
        "page": keyset.pager(part, request.GET),
        "exports": tables.links(request),
    }
    return render(request, "clients/my_pools.html", context)


def _pool_table(rows: "QuerySet[PoolMember]") -> Iterator[Sequence[object]]:
    for row in tables.read(keyset.ordered(rows, "since", descending=True)):
        yield (row.pool.name, row.pool.client.name, row.get_state_display(), row.since)


@require_safe
@login_required
def find_pools(request: SignedIn) -> HttpResponse:
    """Public pools by name, searched by their words and their company."""
    me = _worker_or_404(request)
    text = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:LONGEST_SEARCH]
    inside = PoolMember.objects.filter(worker=me, state__in=rules.CURRENT).values("pool")
    rows = rules.seen_by_worker(me).filter(visibility=PoolVisibility.PUBLIC).exclude(pk__in=inside)
    for word in text.split()[:5]:
        rows = rows.filter(
            Q(name__icontains=word) | Q(description__icontains=word) | Q(client__name__icontains=word)
        )
    part = keyset.page(rows, "name", request.GET, size=SIZE)
    context = {"rows": part.items, "page": keyset.pager(part, request.GET), "q": text}
    return render(request, "clients/find_pools.html", context)


@require_safe
@login_required
def my_pool(request: SignedIn, pool_id: int) -> HttpResponse:
    """One pool: what it asks, where the worker stands, and the company's messages to its members."""
    me, row = _both(request, pool_id)
    place = rules.place_of(me, row)
    state = place.state if place else ""
    is_member = state == PoolMemberState.ACTIVE
    part = (
        keyset.page(row.messages.all(), "sent_at", request.GET, size=SIZE, descending=True)
        if is_member
        else keyset.Slice([])
    )
    context = {
        "pool": row,
        "place": place,
        "state": state,
        "is_member": is_member,
        "was_removed": state == PoolMemberState.REMOVED,
        "may_join": state != PoolMemberState.REMOVED and rules.qualifies(row, me),
        "marks": rules.marks(row, me),
        "agrees": agrees_to_direct(me, row.client_id),
        "rows": part.items,
        "page": keyset.pager(part, request.GET),
    }
    return render(request, "clients/my_pool.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def request_override(request: SignedIn, pool_id: int) -> HttpResponse:
    """Ask to be let in although something is missing."""
    me, row = _both(request, pool_id)
    form = OverrideForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.request_override(row.pk, actor=request.user, reason=form.cleaned_data["reason"])
        except Invalid as refusal:
            refuse(form, refusal)
        except AlreadyDone as done:
            messages.info(request, done.sentence)
            return redirect("clients:my_pool", pool_id=row.pk)
        else:
            messages.success(request, f"{row.client} is asked. You are told either way.")
            return redirect("clients:my_pool", pool_id=row.pk)
    context = {"form": form, "pool": row, "marks": rules.marks(row, me)}
    return render(request, "clients/pool_override.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def join(request: SignedIn, pool_id: int) -> HttpResponse:
    """Join a public pool, or accept an invitation."""
    return _act(request, pool_id, actions.join_pool, "You are in this pool.", "clients:my_pool")


@require_POST
@login_required
def decline_invitation(request: SignedIn, pool_id: int) -> HttpResponse:
    """Turn an invitation down."""
    return _act(request, pool_id, actions.decline_invitation, "Invitation declined.")


@require_POST
@login_required
def leave(request: SignedIn, pool_id: int) -> HttpResponse:
    """Leave a pool."""
    return _act(request, pool_id, actions.leave_pool, "You left the pool.")


def _act(
    request: SignedIn, pool_id: int, run: Callable[..., None], said: str, then: str = ""
) -> HttpResponse:
    _worker_or_404(request)
    try:
        run(pool_id, actor=request.user)
    except AlreadyDone as done:
        messages.info(request, done.sentence)
    else:
        messages.success(request, said)
    return redirect(then, pool_id=pool_id) if then else redirect("clients:my_pools")


def _both(request: SignedIn, pool_id: int) -> tuple[Worker, Pool]:
    me = _worker_or_404(request)
    row = rules.seen_by_worker(me).filter(pk=pool_id).first()
    if row is None:
        raise Http404
    return me, row


def _worker_or_404(request: SignedIn) -> Worker:
    row = worker_of(request.user)
    if row is None:
        raise Http404
    return row
