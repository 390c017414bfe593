"""The worker's proofs: the list, adding one, one by itself, and its file."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.requests import SignedIn, local_next
from common import clock
from common.downloads import private_file
from common.errors import AlreadyDone, Invalid
from common.when import day
from workers import proving
from workers.evidence import last_day
from workers.evidence_forms import EvidenceForm
from workers.models import Evidence, EvidenceState, Worker
from workers.models.evidence import SCREENINGS
from workers.queries import worker_of

SOON_DAYS = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One proof ready to draw: its state as a label, and what to know about it."""

    row: Evidence
    kind: str
    words: str
    icon: str
    note: str
    is_screening: bool


def worker_or_404(request: SignedIn) -> Worker:
    """The worker side of who is signed in. Raises Http404."""
    worker = worker_of(request.user)
    if worker is None:
        raise Http404
    return worker


def line(row: Evidence) -> Line:
    today = last_day(clock.now())
    is_screening = row.credential.kind in SCREENINGS
    until = f"Valid until {day(row.expires_on)}" if row.expires_on else "Does not run out"
    match row.state:
        case EvidenceState.SUBMITTED:
            found = ("info", "In review", "hourglass", "Onsite reads it. Until then it does not count.")
        case EvidenceState.REJECTED:
            found = ("bad", "Not accepted", "circle-x", row.reject_reason)
        case EvidenceState.REMOVED:
            found = ("info", "Removed", "minus", "")
        case _ if row.expires_on is not None and row.expires_on < today:
            found = ("bad", "Expired", "calendar-x", f"It ran out {day(row.expires_on)}.")
        case _ if not row.is_shown:
            found = ("info", "Hidden", "eye-off", f"{until}. Clients do not see it, so it does not count.")
        case _ if row.expires_on is not None and (row.expires_on - today).days <= SOON_DAYS:
            found = ("warn", "Runs out soon", "calendar-clock", f"{until}. Add the new one in time.")
        case _:
            found = ("ok", "Clear" if is_screening else "Accepted", "badge-check", f"{until}.")
    return Line(row, *found, is_screening=is_screening)


@require_safe
@login_required
def evidence(request: SignedIn) -> HttpResponse:
    """All that the worker handed in and did not remove."""
    worker = worker_or_404(request)
    rows = worker.evidence.exclude(state=EvidenceState.REMOVED).select_related("credential")
    return render(request, "workers/evidence.html", {"lines": [line(row) for row in rows]})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add(request: SignedIn) -> HttpResponse:
    """A new proof; `?credential=` says which, `?next=` where its worker came from."""
    worker = worker_or_404(request)
    if request.method == "POST":
        form = EvidenceForm(request.POST, request.FILES)
        if form.is_valid() and _added(request, worker, form):
            return redirect(local_next(request) or "workers:evidence")
    else:
        form = EvidenceForm(initial={"credential": request.GET.get("credential", ""), "is_shown": True})
    back = local_next(request) if request.method == "POST" else request.GET.get("next", "")
    context = {"form": form, "next": back}
    return render(request, "workers/evidence_add.html", context, status=422 if form.errors else 200)


def _added(request: SignedIn, worker: Worker, form: EvidenceForm) -> bool:
    got = form.cleaned_data
    if form.checked is None:  # the file's own sentence stands at its field
        return False
    try:
        proving.add_evidence(
            worker.pk,
            got["credential"].pk,
            form.document(),
            actor=request.user,
            file=got["file"],
            checked=form.checked,
            is_shown=got.get("is_shown", True),
        )
    except Invalid as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return False
    except AlreadyDone as done:
        messages.info(request, done.sentence)
    else:
        messages.success(request, "It is in review. You are told when it counts.")
    return True


@require_safe
@login_required
def one(request: SignedIn, evidence_id: int) -> HttpResponse:
    """One proof with what can be done about it."""
    return render(request, "workers/evidence_one.html", {"line": line(_own(request, evidence_id))})


@require_POST
@login_required
def show(request: SignedIn, evidence_id: int) -> HttpResponse:
    """Show a screening to clients, or hide it."""
    row = _own(request, evidence_id)
    wanted = request.POST.get("shown") == "1"
    try:
        proving.show_evidence(row.pk, actor=request.user, is_shown=wanted)
    except AlreadyDone as done:
        messages.info(request, done.sentence)
    else:
        messages.success(request, "Clients see that it is clear." if wanted else "Clients no longer see it.")
    return redirect("workers:evidence_one", evidence_id=row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def remove(request: SignedIn, evidence_id: int) -> HttpResponse:
    """Ask once more, then take the proof back."""
    row = worker_or_404(request).evidence.select_related("credential").filter(pk=evidence_id).first()
    if row is None:
        raise Http404
    if request.method != "POST" and row.state == EvidenceState.REMOVED:
        return redirect("workers:evidence")
    if request.method == "POST":
        try:
            proving.remove_evidence(row.pk, actor=request.user)
        except AlreadyDone as done:
            messages.info(request, done.sentence)
        else:
            messages.success(request, f"{row.credential} is removed.")
        return redirect("workers:evidence")
    return render(request, "workers/evidence_remove.html", {"row": row})


@require_safe
@login_required
def file(request: SignedIn, uuid: UUID) -> HttpResponseBase:
    """The document itself: for its worker, and for those who review. Nobody else learns that it is there."""
    row = Evidence.objects.select_related("worker").filter(uuid=uuid).first()
    if row is None or not may_read(request.user, row):
        raise Http404
    return private_file(row.file, row.name, row.content_type, request)


def may_read(user: User, row: Evidence) -> bool:
    """What was taken back is nobody's to read any more."""
    if row.state == EvidenceState.REMOVED:
        return False
    return row.worker.user_id == user.pk or (user.is_staff and user.has_perm("workers.view_evidence"))


def _own(request: SignedIn, evidence_id: int) -> Evidence:
    worker = worker_or_404(request)
    rows: Any = worker.evidence.exclude(state=EvidenceState.REMOVED).select_related("credential")
    found: Evidence | None = rows.filter(pk=evidence_id).first()
    if found is None:
        raise Http404
    return found
