"""The worker's side of the profile."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedIn
from workers import actions
from workers.forms import BecomeForm, HoursForm, WorkForm
from workers.models import Worker
from workers.queries import worker_of


def _worker_or_404(request: SignedIn) -> Worker:
    worker = worker_of(request.user)
    if worker is None:
        raise Http404
    return worker


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: SignedIn) -> HttpResponse:
    """Skills, area, words about the worker, open to new work or not."""
    worker = _worker_or_404(request)
    if request.method != "POST":
        return render(request, "workers/profile.html", {"form": WorkForm.of(worker), "worker": worker})
    form = WorkForm.of(worker, request.POST)
    if not form.is_valid():
        return render(request, "workers/profile.html", {"form": form, "worker": worker}, status=422)
    values = {name: form.cleaned_data[name] for name in ("radius_miles", "skills", "phone", "about")}
    actions.edit_profile(
        worker.pk,
        actor=request.user,
        area=form.cleaned_data["area"],
        is_available=form.cleaned_data["is_available"],
        **values,
    )
    messages.success(request, "Your work profile is saved.")
    return redirect("workers:profile")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def hours(request: SignedIn) -> HttpResponse:
    """Usual hours of each weekday."""
    worker = _worker_or_404(request)
    if request.method != "POST":
        return render(request, "workers/hours.html", {"form": HoursForm.of(worker)})
    form = HoursForm.of(worker, request.POST)
    if not form.is_valid():
        return render(request, "workers/hours.html", {"form": form}, status=422)
    actions.set_hours(worker.pk, actor=request.user, spans=form.cleaned_data["spans"])
    messages.success(request, "Your weekly hours are saved.")
    return redirect("workers:hours")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def become(request: SignedIn) -> HttpResponse:
    """Add the worker's side to an account that has none."""
    if worker_of(request.user) is not None:
        return redirect("workers:profile")
    form = BecomeForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "workers/become.html", {"form": form}, status=422 if form.errors else 200)
    area, radius, skills = (form.cleaned_data[name] for name in ("area", "radius_miles", "skills"))
    actions.join(actor=request.user, area=area, radius_miles=radius, skills=skills)
    messages.success(request, "You are a worker now. You can switch sides under your name.")
    return redirect("home")
