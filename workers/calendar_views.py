"""The pages of the worker's own calendar: days off, and the secret address for other calendars."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedIn
from common import clock
from common.errors import AlreadyDone, Invalid
from common.localtime import local
from workers import calendar_actions
from workers.calendar import off_from
from workers.calendar_forms import TimeOffForm
from workers.feeds import token_of
from workers.models import CalendarFeed, Worker
from workers.queries import worker_of


def _worker_or_404(request: SignedIn) -> Worker:
    worker = worker_of(request.user)
    if worker is None:
        raise Http404
    return worker


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def time_off(request: SignedIn) -> HttpResponse:
    """The days off that are not over, and adding more."""
    worker = _worker_or_404(request)
    form = TimeOffForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _added(request, worker, form):
        return redirect("workers:time_off")
    today = local(clock.now(), request.user.time_zone).date()
    context = {"form": form, "ranges": off_from(worker, today), "zone": request.user.time_zone}
    return render(request, "workers/time_off.html", context, status=422 if form.errors else 200)


def _added(request: SignedIn, worker: Worker, form: TimeOffForm) -> bool:
    typed = form.cleaned_data
    try:
        calendar_actions.add_time_off(
            worker.pk,
            actor=request.user,
            from_on=typed["from_on"],
            to_on=typed["to_on"] or typed["from_on"],
            note=typed["note"],
        )
    except Invalid as refused:
        form.add_error(refused.field, refused.sentence)
        return False
    except AlreadyDone as done:
        messages.info(request, done.sentence)
        return True
    messages.success(request, "Time off added. Your schedule shows it, with work that is booked then.")
    return True


@require_POST
@login_required
def remove_time_off(request: SignedIn, time_off_id: int) -> HttpResponse:
    """Take work on these days again."""
    worker = _worker_or_404(request)
    try:
        calendar_actions.remove_time_off(worker.pk, time_off_id, actor=request.user)
    except AlreadyDone as done:
        messages.info(request, done.sentence)
    else:
        messages.success(request, "Time off removed.")
    return redirect("workers:time_off")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def feed(request: SignedIn) -> HttpResponse:
    """The secret address: shown to its owner, and made anew by POST."""
    worker = _worker_or_404(request)
    if request.method == "POST":
        calendar_actions.make_feed(worker.pk, actor=request.user)
        messages.success(request, "Your calendar has a new address. A former one opens nothing any more.")
        return redirect("workers:feed")
    found = CalendarFeed.objects.filter(worker=worker).first()
    token = token_of(found) if found else ""
    address = f"{settings.ONSITE_BASE_URL}{reverse('assignments:ical', args=[token])}" if token else ""
    response = render(request, "workers/feed.html", {"feed": found, "address": address})
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@login_required
def revoke_feed(request: SignedIn) -> HttpResponse:
    """Close the address."""
    worker = _worker_or_404(request)
    try:
        calendar_actions.revoke_feed(worker.pk, actor=request.user)
    except AlreadyDone as done:
        messages.info(request, done.sentence)
    else:
        messages.success(request, "The address is closed. Calendars that used it get nothing any more.")
    return redirect("workers:feed")
