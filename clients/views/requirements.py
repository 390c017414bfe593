"""What the company asks of workers: sets, agreements, tests; and what workers read, sign and see of them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedIn, local_next
from clients.actions import requirements as actions
from clients.models import Agreement, Member, RequirementSet, Signature, Test
from clients.requirement_forms import AgreementForm, ResultForm, SetForm, SignForm, TestForm
from clients.requirements import may_read, words_of
from clients.views.base import member_for, posted, refuse, shown
from common import clock
from common.errors import AlreadyDone, Invalid
from workers.models import Worker
from workers.queries import worker_of

SHOWN_RESULTS = 50


@require_safe
@login_required
def requirements(request: SignedIn) -> HttpResponse:
    """Sets with what they ask, agreements with their version, tests with their mark."""
    member = member_for(request, "see_requirements")
    client = member.client
    lines: dict[int, list[str]] = {}
    sets = list(
        client.requirement_sets.prefetch_related(
            "lines__credential", "lines__agreement", "lines__test", "lines__pool"
        ).order_by("-is_active", "name", "pk")
    )
    for row in sets:
        lines[row.pk] = [words_of(line) for line in row.lines.all()]
    context = {
        "sets": [(row, lines[row.pk]) for row in sets],
        "agreements": client.agreements.prefetch_related("versions").order_by("-is_active", "title", "pk"),
        "tests": client.tests.order_by("-is_active", "name", "pk"),
    }
    return render(request, "clients/requirements.html", shown(member, **context))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def requirement_set(request: SignedIn, set_id: int | None = None) -> HttpResponse:
    """Add a set, or change one."""
    member = member_for(request, "edit_requirements")
    row = _mine(member, RequirementSet, set_id)
    form = SetForm(posted(request), client=member.client, row=row)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("name", "is_default", "is_active")}
        try:
            saved = actions.save_set(
                member.client_id, set_id, actor=request.user, lines=form.made(), **values
            )
        except Invalid as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"{saved.name} is saved. Assignments keep what they asked so far.")
            return redirect("clients:requirements")
    status = 422 if form.is_bound and request.method == "POST" else 200
    return render(request, "clients/requirement_set.html", shown(member, form=form, row=row), status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def agreement(request: SignedIn, agreement_id: int | None = None) -> HttpResponse:
    """Add an agreement, or change one: another text is a new version."""
    member = member_for(request, "edit_requirements")
    row = _mine(member, Agreement, agreement_id)
    form = AgreementForm.of(row, posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_agreement(
                member.client_id, agreement_id, actor=request.user, **form.cleaned_data
            )
        except Invalid as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"{saved.title} is saved.")
            return redirect("clients:requirements")
    signed = Signature.objects.filter(version__agreement=row).select_related("worker__user", "version")
    context = {
        "versions": row.versions.select_related("published_by") if row else [],
        "signed": signed.order_by("-signed_at", "-pk")[:SHOWN_RESULTS] if row else [],
    }
    page = shown(member, form=form, row=row, **context)
    return render(request, "clients/agreement.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def exam(request: SignedIn, test_id: int | None = None) -> HttpResponse:
    """Add a test, or change one."""
    member = member_for(request, "edit_requirements")
    row = _mine(member, Test, test_id)
    form = TestForm.of(row, posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_test(member.client_id, test_id, actor=request.user, **form.cleaned_data)
        except Invalid as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"{saved.name} is saved.")
            return redirect("clients:requirements")
    results = row.results.select_related("worker__user", "recorded_by")[:SHOWN_RESULTS] if row else []
    page = shown(member, form=form, row=row, results=results)
    return render(request, "clients/test.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def result(request: SignedIn, test_id: int) -> HttpResponse:
    """Record what a worker reached in a test."""
    member = member_for(request, "edit_requirements")
    row = _mine(member, Test, test_id)
    data = posted(request)
    today = clock.now().date()
    form = ResultForm(data) if data is not None else ResultForm(taken_on=today)
    if request.method == "POST" and form.is_valid() and row is not None:
        got = form.cleaned_data
        try:
            actions.record_result(
                member.client_id,
                row.pk,
                got["worker"].pk,
                actor=request.user,
                percent=got["percent"],
                taken_on=got["taken_on"],
            )
        except Invalid as refusal:
            refuse(form, refusal)
        except AlreadyDone as done:
            messages.info(request, done.sentence)
            return redirect("clients:test", test_id=row.pk)
        else:
            messages.success(request, f"The result of {got['worker']} is recorded. The worker was told.")
            return redirect("clients:test", test_id=row.pk)
    status = 422 if form.errors else 200
    return render(request, "clients/result.html", shown(member, form=form, row=row), status=status)


def _mine(member: Member, model: Any, pk: int | None) -> Any:
    """The company's own row, None without an id. Raises Http404 for anybody else's."""
    if pk is None:
        return None
    found = model.objects.filter(client_id=member.client_id, pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def agreement_text(request: SignedIn, agreement_id: int) -> HttpResponse:
    """The worker reads an agreement and signs its newest version."""
    worker, row = _readable(request, Agreement, agreement_id)
    newest = row.versions.first()
    if newest is None:
        raise Http404
    signature = newest.signatures.filter(worker=worker).first()
    form = SignForm(posted(request), initial={"version": newest.pk})
    back = local_next(request) if request.method == "POST" else request.GET.get("next", "")
    if request.method == "POST" and form.is_valid() and _signed(request, row, form):
        return redirect(local_next(request) or request.path)
    context = {"agreement": row, "version": newest, "signature": signature, "form": form, "next": back}
    status = 422 if form.errors else 200
    return render(request, "clients/agreement_text.html", context, status=status)


def _signed(request: SignedIn, row: Agreement, form: Form) -> bool:
    got = form.cleaned_data
    try:
        actions.sign(row.pk, got["version"], actor=request.user, typed_name=got["typed_name"])
    except Invalid as refusal:
        refuse(form, refusal)
        return False
    except AlreadyDone as done:
        messages.info(request, done.sentence)
    else:
        messages.success(request, f"You signed {row.title}.")
    return True


@require_safe
@login_required
def test_about(request: SignedIn, test_id: int) -> HttpResponse:
    """The worker reads where a test is taken, and the own results."""
    worker, row = _readable(request, Test, test_id)
    results = row.results.filter(worker=worker)
    context = {"test": row, "results": results, "newest": results.first()}
    return render(request, "clients/test_about.html", context)


def _readable(request: SignedIn, model: Any, pk: int) -> tuple[Worker, Any]:
    """The worker and what is asked of them. Raises Http404 where nothing asks for it."""
    worker = worker_of(request.user)
    row = model.objects.select_related("client").filter(pk=pk).first()
    if worker is None or row is None or not may_read(worker, row):
        raise Http404
    return worker, row
