"""Talent pools as the company sees them: the list, one pool with its people, and its messages."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedIn
from clients.actions import pools as actions
from clients.blocks import blocked_workers
from clients.models import DirectConsent, Member, Pool, PoolMember, PoolMemberState, PoolVisibility
from clients.pools import CURRENT, counted, places
from clients.pools_forms import MessageForm, PickForm, PoolForm
from clients.views.base import member_for, posted, refuse, shown
from common import keyset, tables
from common.errors import AlreadyDone, Invalid
from workers.models import Worker
from workers.queries import Wanted, by_name

SIZE: Final = 30
FOUND: Final = 20
LONGEST_SEARCH: Final = 80
LISTS: Final[dict[str, tuple[str, tuple[PoolMemberState, ...]]]] = {
    "members": ("Members", (PoolMemberState.ACTIVE,)),
    "requests": ("Requests", (PoolMemberState.REQUESTED,)),
    "invited": ("Invited", (PoolMemberState.INVITED,)),
    "former": ("Former", (PoolMemberState.LEFT, PoolMemberState.REMOVED, PoolMemberState.DECLINED)),
}
OF_PRIVATE: Final = ("members", "former")
"""A private pool asks nobody, so nobody is invited and nobody asks."""


@require_safe
@login_required
def pools(request: SignedIn) -> HttpResponseBase:
    """The company's pools by name, those in use first, with how many people are in and how many ask."""
    member = member_for(request, "see_pools")
    rows = counted(member.client_id)
    archived = request.GET.get("show") == "archived"
    rows = rows.filter(is_active=not archived)
    if kind := tables.asked(request):
        return tables.download(request, kind, "pools", POOL_COLUMNS, _pool_table(rows))
    part = keyset.page(rows, "name", request.GET, size=SIZE)
    parts = {"rows": part.items, "page": keyset.pager(part, request.GET), "archived": archived}
    return render(request, "clients/pools.html", shown(member, **parts, exports=tables.links(request)))


POOL_COLUMNS: Final = ("Pool", "Who can see it", "Description", "Members", "Requests")


def _pool_table(rows: "QuerySet[Pool]") -> Iterator[Sequence[object]]:
    for row in tables.read(keyset.ordered(rows, "name")):
        counts = (row.members_now, row.requests_now)  # type: ignore[attr-defined]
        yield (
            row.name,
            PoolVisibility(row.visibility).name.replace("_", " ").capitalize(),
            row.description,
            *counts,
        )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: SignedIn, pool_id: int | None = None) -> HttpResponse:
    """Make a pool, or change one."""
    member = member_for(request, "edit_pool")
    row = _pool(member, pool_id) if pool_id else None
    form = PoolForm(member.client, row, posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_pool(member.client_id, pool_id, actor=request.user, **form.values())
        except Invalid as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"{saved.name} is saved.")
            return redirect("clients:pool", pool_id=saved.pk)
    return render(
        request,
        "clients/pool_edit.html",
        shown(member, form=form, row=row),
        status=422 if form.errors else 200,
    )


@require_safe
@login_required
def pool(request: SignedIn, pool_id: int) -> HttpResponseBase:
    """One pool: its words, and one list of its people at a time."""
    member = member_for(request, "see_pools")
    row = _pool(member, pool_id)
    keys = OF_PRIVATE if row.visibility == PoolVisibility.PRIVATE else tuple(LISTS)
    current = request.GET.get("list", "members")
    current = current if current in keys else "members"
    people = places(row.pk)
    if kind := tables.asked(request):
        return tables.download(
            request, kind, f"pool-{current}", PEOPLE_COLUMNS, _people_table(_with_words(people, current))
        )
    part = keyset.page(_with_words(people, current), "since", request.GET, size=SIZE, descending=True)
    numbers = dict(people.order_by().values_list("state").annotate(n=Count("pk")))
    tabs = [(key, LISTS[key][0], sum(numbers.get(state, 0) for state in LISTS[key][1])) for key in keys]
    context = shown(
        member,
        pool=row,
        rows=part.items,
        page=keyset.pager(part, request.GET),
        tabs=tabs,
        current=current,
        current_text=LISTS[current][0],
        exports=tables.links(request),
        is_private=row.visibility == PoolVisibility.PRIVATE,
    )
    return render(request, "clients/pool.html", context)


PEOPLE_COLUMNS: Final = (
    "Worker", "City", "State or region", "Place", "Since", "Reason given", "Agreed to direct assignment",
)  # fmt: skip


def _people_table(rows: "QuerySet[PoolMember]") -> Iterator[Sequence[object]]:
    for row in tables.read(keyset.ordered(rows, "since", descending=True)):
        worker = row.worker
        place, agrees = row.get_state_display(), row.agrees  # type: ignore[attr-defined]
        yield (str(worker), worker.city, worker.region, place, row.since, row.reason, agrees)


def _with_words(people: "QuerySet[PoolMember]", current: str) -> "QuerySet[PoolMember]":
    agreed = DirectConsent.objects.filter(client=OuterRef("pool__client"), worker=OuterRef("worker"))
    rows = people.filter(state__in=LISTS[current][1]).select_related("worker__user", "added_by")
    return rows.annotate(agrees=Exists(agreed))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add(request: SignedIn, pool_id: int) -> HttpResponse:
    """Find workers, tick them, and put them in (private) or invite them (the others)."""
    member = member_for(request, "edit_pool")
    row = _pool(member, pool_id)
    text = " ".join(request.GET.get("q", "").split())[:LONGEST_SEARCH]
    found, total = _find(member, row, text)
    form = PickForm(found, posted(request))
    if request.method == "POST" and form.is_valid():
        chosen = [worker.pk for worker in form.cleaned_data["workers"]]
        count = actions.add_members(member.client_id, row.pk, chosen, actor=request.user)
        who = "1 worker" if count == 1 else f"{count} workers"
        verb = "added" if row.visibility == PoolVisibility.PRIVATE else "invited"
        messages.success(request, f"{who} {verb}.")
        return redirect("clients:pool", pool_id=row.pk)
    context = shown(
        member, pool=row, form=form, q=text, found=len(found), total=total,
        total_words=keyset.count_words(total, "worker", "workers"),
        is_private=row.visibility == PoolVisibility.PRIVATE,
    )  # fmt: skip
    return render(request, "clients/pool_add.html", context, status=422 if form.errors else 200)


def _find(member: Member, row: Pool, text: str) -> tuple[list[Worker], int]:
    """The first workers found who are not in the pool yet, and how many there are; nobody of the company, and nobody
    blocked."""
    inside = PoolMember.objects.filter(pool=row, state__in=CURRENT).values_list("worker_id", flat=True)
    own = Worker.objects.filter(user__memberships__client=member.client_id, user__memberships__is_active=True)
    without = {*inside, *own.values_list("pk", flat=True), *blocked_workers(member.client_id)}
    wanted = Wanted(text=text, open_only=False, without=frozenset(without))
    rows = by_name(wanted)
    return list(rows[:FOUND]), keyset.counted(rows)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def pool_messages(request: SignedIn, pool_id: int) -> HttpResponse:
    """What was written to all members, newest first, and a new message."""
    member = member_for(request, "edit_pool" if request.method == "POST" else "see_pools")
    row = _pool(member, pool_id)
    if row.visibility == PoolVisibility.PRIVATE:
        raise Http404
    form = MessageForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            sent = actions.post_message(
                member.client_id, row.pk, actor=request.user, text=form.cleaned_data["text"]
            )
        except AlreadyDone as done:
            messages.info(request, done.sentence)
        else:
            who = "1 member" if sent.told == 1 else f"{sent.told} members"
            messages.success(request, f"Sent to {who}.")
        return redirect("clients:pool_messages", pool_id=row.pk)
    rows = row.messages.select_related("author")
    part = keyset.page(rows, "sent_at", request.GET, size=SIZE, descending=True)
    context = shown(member, pool=row, form=form, rows=part.items, page=keyset.pager(part, request.GET))
    return render(request, "clients/pool_messages.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def approve(request: SignedIn, pool_id: int, place_id: int) -> HttpResponse:
    """Let somebody in who lacks a requirement."""
    return _decide(request, pool_id, place_id, actions.approve_request, "Let in. The worker is told.")


@require_POST
@login_required
def decline(request: SignedIn, pool_id: int, place_id: int) -> HttpResponse:
    """Say no to an override."""
    return _decide(request, pool_id, place_id, actions.decline_request, "Declined. The worker is told.")


@require_POST
@login_required
def remove(request: SignedIn, pool_id: int, place_id: int) -> HttpResponse:
    """Take somebody out, or an invitation back."""
    return _decide(request, pool_id, place_id, actions.remove_member, "No longer in the pool.")


def _decide(
    request: SignedIn, pool_id: int, place_id: int, run: Callable[..., None], said: str
) -> HttpResponse:
    member = member_for(request, "edit_pool")
    row = _pool(member, pool_id)
    try:
        run(member.client_id, row.pk, place_id, actor=request.user)
    except AlreadyDone as done:
        messages.info(request, done.sentence)
    else:
        messages.success(request, said)
    return redirect("clients:pool", pool_id=row.pk)


def _pool(member: Member, pool_id: int) -> Pool:
    row = Pool.objects.select_related("requirements").filter(client=member.client_id, pk=pool_id).first()
    if row is None:
        raise Http404
    return row
