"""The company's settings, its card, and founding one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedIn
from accounts.zones import words
from clients.actions import company as actions
from clients.actions.door import SUBJECT
from clients.blocks import set_by
from clients.forms import CompanyForm, CreateCompanyForm
from clients.models import BlockSide, Client
from clients.queries import agrees_to_direct, membership, seen_by, silence_words
from clients.truth import company_facts
from clients.views.base import member_for, posted, shown
from ledger.reserve import available
from timeline.presenters import present
from timeline.queries import entries_of
from workers.queries import worker_of

NEWEST = 50


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def settings(request: SignedIn) -> HttpResponse:
    """Administrators change the settings; colleagues read them."""
    member = member_for(request, "edit_company" if request.method == "POST" else "see_company")
    form = CompanyForm.of(member.client, posted(request))
    if request.method == "POST" and form.is_valid():
        actions.edit(member.client_id, actor=request.user, values=form.cleaned_data)
        messages.success(request, "The company's settings are saved.")
        return redirect("clients:company")
    context = shown(member, form=form, rows=_rows(member.client), funds=_funds(member.client))
    return render(request, "clients/company.html", context, status=422 if form.errors else 200)


@require_safe
@login_required
def history(request: SignedIn) -> HttpResponse:
    """The newest changes of company, team and address book."""
    member = member_for(request, "see_history")
    entries = entries_of(SUBJECT, member.client_id, viewer="client").order_by("-sequence")[:NEWEST]
    return render(request, "clients/history.html", shown(member, items=[present(entry) for entry in entries]))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def create(request: SignedIn) -> HttpResponse:
    """Found a company with an account that has none."""
    if membership(request.user) is not None:
        return redirect("clients:company")
    form = CreateCompanyForm(posted(request))
    if request.method == "POST" and form.is_valid():
        actions.create(actor=request.user, values=form.cleaned_data)
        messages.success(request, "Your company is created. You are its administrator.")
        return redirect("home")
    return render(request, "clients/create.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@login_required
def card(request: SignedIn, client_id: int) -> HttpResponse:
    """What workers see of a company before they apply."""
    client = seen_by(request.user, client_id)
    worker = worker_of(request.user)
    own = membership(request.user)
    context = {
        "client": client,
        "company": company_facts(client),
        "is_own": own is not None and own.client_id == client.pk,
        "silence": silence_words(client),
        "may_consent": worker is not None and (own is None or own.client_id != client.pk),
        "agrees": worker is not None and agrees_to_direct(worker, client.pk),
        "own_block": set_by(BlockSide.WORKER, client.pk, worker.pk) if worker else None,
    }
    return render(request, "clients/card.html", context)


def _rows(client: Client) -> list[dict[str, str]]:
    """The settings as a list, for those who may not change them."""
    place = ", ".join(part for part in (client.city, client.region, client.postcode) if part)
    address = "\n".join(part for part in (client.street, place) if part)
    pairs = [
        ("Company name", client.name),
        ("Industry", client.industry or "Not given"),
        ("Billing address", address or "Not given"),
        ("Time zone", words(client.time_zone)),
        ("Usual payment terms", client.get_default_terms_days_display()),
        ("Invoices on their due date", "Paid by Onsite" if client.auto_pay else "Paid by hand"),
        ("Statements of a month", "Made by Onsite" if client.monthly_statements else "Not made"),
        ("Finished work without an answer", silence_words(client)),
        ("FastFunds on new assignments", "Allowed" if client.fastfunds_allowed else "Not allowed"),
        ("Onsite support", "May open assignments" if client.support_access else "May not open assignments"),
    ]
    return [{"label": label, "value": value} for label, value in pairs]


def _funds(client: Client) -> list[dict[str, object]]:
    funds = available(client.pk, client.currency)
    return [
        {"label": "Cash", "money": funds.cash},
        {"label": "Free terms limit", "money": funds.terms},
        {"label": "To spend", "money": funds.to_spend, "is_total": True},
    ]
