"""Blocking: of a worker by the company, of a company by the worker, and each side's own list."""

from collections.abc import Iterator, Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedIn
from clients import blocks as rules
from clients.actions import blocks as actions
from clients.blocks_forms import BlockForm
from clients.models import Block, BlockSide
from clients.queries import seen_by, worker_seen_by
from clients.views.base import member_for, posted, shown
from common import keyset, tables
from common.errors import AlreadyDone
from workers.models import Worker
from workers.queries import worker_of

SIZE = 30


@require_safe
@login_required
def blocks(request: SignedIn) -> HttpResponseBase:
    """The workers whom the company blocks, newest first, with its own reasons."""
    member = member_for(request, "block_worker")
    rows = rules.in_force().filter(client=member.client_id, side=BlockSide.CLIENT)
    if kind := tables.asked(request):
        header = ("Worker", "Reason", "Blocked", "By")
        return tables.download(request, kind, "blocked-workers", header, _table(rows))
    part = keyset.page(
        rows.select_related("worker__user", "blocked_by"),
        "blocked_at",
        request.GET,
        size=SIZE,
        descending=True,
    )
    parts = {"rows": part.items, "page": keyset.pager(part, request.GET), "exports": tables.links(request)}
    return render(request, "clients/blocks.html", shown(member, **parts))


def _table(rows: "QuerySet[Block]") -> Iterator[Sequence[object]]:
    newest = keyset.ordered(rows.select_related("worker__user", "blocked_by"), "blocked_at", descending=True)
    for row in tables.read(newest):
        yield (str(row.worker), row.note, row.blocked_at, str(row.blocked_by))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def block_worker(request: SignedIn, worker_id: int) -> HttpResponse:
    """Say what blocking a worker means, ask for a reason, and do it."""
    member = member_for(request, "block_worker")
    worker = worker_seen_by(request.user, worker_id)
    form = BlockForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.block_worker(
                member.client_id, worker.pk, actor=request.user, reason=form.cleaned_data["reason"]
            )
        except AlreadyDone as done:
            messages.info(request, done.sentence)
        else:
            messages.success(request, f"{worker} is blocked and gets no new work of your company.")
        return redirect("clients:blocks")
    context = shown(member, form=form, worker=worker)
    return render(request, "clients/block_worker.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def unblock_worker(request: SignedIn, worker_id: int) -> HttpResponse:
    """Lift the company's block."""
    member = member_for(request, "block_worker")
    worker = worker_seen_by(request.user, worker_id)
    try:
        actions.unblock_worker(member.client_id, worker.pk, actor=request.user)
    except AlreadyDone as done:
        messages.info(request, done.sentence)
    else:
        messages.success(request, f"{worker} can get work of your company again.")
    return redirect("clients:blocks")


@require_safe
@login_required
def blocked_companies(request: SignedIn) -> HttpResponseBase:
    """The companies that the worker blocks, newest first."""
    me = _worker_or_404(request)
    rows = rules.in_force().filter(worker=me, side=BlockSide.WORKER).select_related("client")
    if kind := tables.asked(request):
        newest = keyset.ordered(rows, "blocked_at", descending=True)
        table = ((row.client.name, row.note, row.blocked_at) for row in tables.read(newest))
        return tables.download(request, kind, "blocked-companies", ("Company", "Note", "Blocked"), table)
    part = keyset.page(rows, "blocked_at", request.GET, size=SIZE, descending=True)
    pager, exports = keyset.pager(part, request.GET), tables.links(request)
    context = {"rows": part.items, "page": pager, "exports": exports}
    return render(request, "clients/blocked_companies.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def block_client(request: SignedIn, client_id: int) -> HttpResponse:
    """Say what blocking a company means, take a note to oneself, and do it."""
    _worker_or_404(request)
    client = seen_by(request.user, client_id)
    form = BlockForm(posted(request), is_note=True)
    if request.method == "POST" and form.is_valid():
        try:
            actions.block_client(client.pk, actor=request.user, reason=form.cleaned_data["reason"])
        except AlreadyDone as done:
            messages.info(request, done.sentence)
        else:
            messages.success(request, f"{client} is blocked. You get no new work of this company.")
        return redirect("clients:blocked_companies")
    context = {"form": form, "client": client}
    return render(request, "clients/block_client.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def unblock_client(request: SignedIn, client_id: int) -> HttpResponse:
    """Lift the worker's block."""
    _worker_or_404(request)
    client = seen_by(request.user, client_id)
    try:
        actions.unblock_client(client.pk, actor=request.user)
    except AlreadyDone as done:
        messages.info(request, done.sentence)
    else:
        messages.success(request, f"You can get work of {client} again.")
    return redirect("clients:blocked_companies")


def _worker_or_404(request: SignedIn) -> Worker:
    row = worker_of(request.user)
    if row is None:
        raise Http404
    return row
