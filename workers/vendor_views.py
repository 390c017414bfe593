"""The worker's vendor: its people, invitations, and leaving it."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedIn
from common.errors import AlreadyDone, Invalid, NotAllowed
from workers import vendor_actions as actions
from workers.models import VendorMember, VendorRole, VendorState, Worker
from workers.queries import worker_of
from workers.vendor_forms import InviteEmployeeForm, VendorForm
from workers.vendors import people, place_of


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def vendor(request: SignedIn) -> HttpResponse:
    """The people of the vendor, for an agent with the form that asks another one in; else the open invitations."""
    me = _worker_or_404(request)
    mine = place_of(me.pk)
    if mine is None and request.method == "POST":
        raise Http404
    if mine is None:
        asked = VendorMember.objects.filter(worker=me, state=VendorState.INVITED).select_related("vendor")
        return render(request, "workers/vendor_none.html", {"asked": asked.order_by("invited_at", "pk")})
    form = InviteEmployeeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        _require_agent(mine)
    if request.method == "POST" and form.is_valid():
        try:
            place = actions.invite(mine.vendor_id, actor=request.user, email=form.cleaned_data["email"])
        except Invalid as refusal:
            form.add_error(refusal.field, refusal.sentence)
        else:
            messages.success(request, f"{place.worker} is asked.")
            return redirect("workers:vendor")
    waiting = VendorMember.objects.filter(vendor=mine.vendor_id, state=VendorState.INVITED)
    context = {
        "mine": mine,
        "vendor": mine.vendor,
        "is_agent": mine.role == VendorRole.AGENT,
        "rows": people(mine.vendor_id),
        "waiting": waiting.select_related("worker__user").order_by("invited_at", "pk"),
        "form": form,
    }
    return render(request, "workers/vendor.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def found(request: SignedIn) -> HttpResponse:
    """Found a vendor."""
    me = _worker_or_404(request)
    if place_of(me.pk) is not None:
        return redirect("workers:vendor")
    form = VendorForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = actions.found(actor=request.user, **form.cleaned_data)
        messages.success(request, f"{made.name} is founded. You are its Team Agent.")
        return redirect("workers:vendor")
    return render(request, "workers/vendor_edit.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: SignedIn) -> HttpResponse:
    """Change what clients read of it."""
    mine = _place_or_404(request)
    _require_agent(mine)
    form = VendorForm(request.POST if request.method == "POST" else None, row=mine.vendor)
    if request.method == "POST" and form.is_valid():
        actions.edit(mine.vendor_id, actor=request.user, **form.cleaned_data)
        messages.success(request, "The vendor is saved.")
        return redirect("workers:vendor")
    context = {"form": form, "vendor": mine.vendor}
    return render(request, "workers/vendor_edit.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def accept(request: SignedIn, place_id: int) -> HttpResponse:
    """Become an employee."""
    _worker_or_404(request)
    return _done(request, lambda: actions.accept(place_id, actor=request.user), "You are in this vendor.")


@require_POST
@login_required
def decline(request: SignedIn, place_id: int) -> HttpResponse:
    """Turn an invitation down."""
    _worker_or_404(request)
    return _done(request, lambda: actions.decline(place_id, actor=request.user), "Invitation declined.")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def leave(request: SignedIn) -> HttpResponse:
    """Say what leaving means, and do it."""
    _worker_or_404(request)
    if request.method == "POST":
        return _done(request, lambda: actions.leave(actor=request.user), "You left the vendor.")
    return render(request, "workers/vendor_leave.html", {"vendor": _place_or_404(request).vendor})


@require_POST
@login_required
def remove(request: SignedIn, place_id: int) -> HttpResponse:
    """Take an employee out, or an invitation back."""
    mine = _place_or_404(request)
    return _done(
        request,
        lambda: actions.remove(mine.vendor_id, place_id, actor=request.user),
        "No longer in your vendor.",
    )


@require_POST
@login_required
def set_role(request: SignedIn, place_id: int, role: str) -> HttpResponse:
    """Make somebody a Team Agent, or an employee."""
    mine = _place_or_404(request)
    if role not in VendorRole.values:
        raise Http404
    return _done(
        request,
        lambda: actions.set_role(mine.vendor_id, place_id, actor=request.user, role=VendorRole(role)),
        "The role is changed.",
    )


def _done(request: SignedIn, run: Callable[[], None], said: str) -> HttpResponse:
    try:
        run()
    except AlreadyDone as done:
        messages.info(request, done.sentence)
    else:
        messages.success(request, said)
    return redirect("workers:vendor")


def _require_agent(mine: VendorMember) -> None:
    if mine.role != VendorRole.AGENT:
        raise NotAllowed("Only Team Agents of your vendor do this.")


def _place_or_404(request: SignedIn) -> VendorMember:
    mine = place_of(_worker_or_404(request).pk)
    if mine is None:
        raise Http404
    return mine


def _worker_or_404(request: SignedIn) -> Worker:
    worker = worker_of(request.user)
    if worker is None:
        raise Http404
    return worker
