"""Workers as clients see them, and the consents that workers give to companies."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import SignedIn, local_next
from accounts.zones import words
from clients import paging
from clients.actions import consents as actions
from clients.forms import WorkerFilter
from clients.queries import agrees_to_direct, consents_of, membership
from clients.views.base import member_for, shown
from common import when
from workers import hours
from workers.figures import Figure, figures
from workers.models import Worker
from workers.queries import Found, Wanted, public, search, worker_of

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
def workers(request: SignedIn) -> HttpResponse:
    """Find workers by skill, area and distance."""
    member = member_for(request, "see_workers")
    form = WorkerFilter(request.GET)
    is_fine, number = form.is_valid(), paging.number_of(request.GET)
    start = (number - 1) * paging.SIZE
    found, total = search(_wanted(form), start=start, size=paging.SIZE) if is_fine else ([], 0)
    page = paging.page(request.GET, number, total, "workers")
    is_filtered = any(request.GET.get(name) for name in form.fields)
    context = shown(member, form=form, rows=_rows(found), total=total, page=page, is_filtered=is_filtered)
    return render(request, "clients/workers.html", context, status=200 if is_fine else 400)


@require_safe
@login_required
def worker(request: SignedIn, worker_id: int) -> HttpResponse:
    """A worker's public profile: for clients, for the worker and for staff."""
    person = request.user
    own = Worker.objects.filter(pk=worker_id, user=person).exists()
    member = membership(person)
    if not (own or member or person.is_staff):
        raise Http404
    rows = Worker.objects.select_related("user") if own or person.is_staff else public()
    row = get_object_or_404(rows.prefetch_related("skills", "availability"), pk=worker_id)
    context = {
        "worker": row,
        "is_own": own,
        "hours": hours.summary(row.availability.all()),
        "zone": words(row.user.time_zone),
        "figures": figures([row.pk])[row.pk],
        "may_assign": member is not None and agrees_to_direct(row, member.client_id),
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


def _wanted(form: WorkerFilter) -> Wanted:
    data = form.cleaned_data
    return Wanted(
        text=data["q"],
        skill=data["skill"],
        near=data["near"],
        within=data["within"],
        open_only=not data["everybody"],
    )


def _rows(found: list[Found]) -> list[Row]:
    known = figures([each.worker.pk for each in found])
    return [_row(each, known[each.worker.pk]) for each in found]


def _row(each: Found, known: list[Figure]) -> Row:
    names = [skill.name for skill in each.worker.skills.all()]
    distance = "" if each.distance is None else when.miles(each.distance)
    return Row(
        each.worker, names[:MOST_SKILLS_SHOWN], max(0, len(names) - MOST_SKILLS_SHOWN), distance, known
    )
