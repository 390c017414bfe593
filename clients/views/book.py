"""Customers, projects and locations."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedIn
from accounts.zones import words
from clients import queries
from clients.actions import book
from clients.forms import CustomerForm, LocationForm, ProjectForm
from clients.models import Customer, Location
from clients.views.base import member_for, posted, refuse, shown
from common import keyset, tables
from common.errors import Invalid

LONGEST_SEARCH = 80
SIZE = 30
Sorted = TypeVar("Sorted", bound=Model)


def _counted(part: keyset.Slice[Sorted], rows: QuerySet[Sorted], noun: str) -> str:
    """How many there are, below a list that is longer than its page."""
    return "" if part.is_whole else keyset.count_words(keyset.counted(rows), noun[:-1], noun)


@require_safe
@login_required
def customers(request: SignedIn) -> HttpResponseBase:
    """The address book: customers with their projects."""
    member = member_for(request, "see_customers")
    rows = queries.customers(member.client_id)
    if kind := tables.asked(request):
        return tables.download(request, kind, "customers", CUSTOMER_COLUMNS, _customer_table(rows))
    part = keyset.page(rows, "sort_key", request.GET, size=SIZE)
    page = keyset.pager(part, request.GET, _counted(part, rows, "customers"))
    parts = {"rows": part.items, "page": page, "exports": tables.links(request)}
    return render(request, "clients/customers.html", shown(member, **parts))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def customer(request: SignedIn, customer_id: int | None = None) -> HttpResponse:
    """Add a customer, or change one."""
    member = member_for(request, "edit_customer")
    row = _customer(member.client_id, customer_id) if customer_id else None
    form = CustomerForm.of(row, posted(request)) if row else CustomerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            saved = book.save_customer(member.client_id, customer_id, actor=request.user, **form.cleaned_data)
        except Invalid as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"{saved.name} is saved.")
            return redirect("clients:customers")
    context = shown(member, form=form, row=row, projects=list(row.projects.all()) if row else [])
    return render(request, "clients/customer.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def project(request: SignedIn, customer_id: int, project_id: int | None = None) -> HttpResponse:
    """Add a project to a customer, or change one."""
    member = member_for(request, "edit_customer")
    owner = _customer(member.client_id, customer_id)
    row = owner.projects.filter(pk=project_id).first() if project_id else None
    if project_id and row is None:
        raise Http404
    kept = {"name": row.name, "is_active": row.is_active} if row else None
    form = ProjectForm(posted(request), initial=kept)
    if request.method == "POST" and form.is_valid():
        try:
            saved = book.save_project(
                member.client_id, owner.pk, project_id, actor=request.user, **form.cleaned_data
            )
        except Invalid as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"{saved.name} is saved.")
            return redirect("clients:customer", customer_id=owner.pk)
    context = shown(member, form=form, customer=owner, row=row)
    return render(request, "clients/project.html", context, status=422 if form.errors else 200)


@require_safe
@login_required
def locations(request: SignedIn) -> HttpResponseBase:
    """Saved sites, searched by name, number, city or postcode."""
    member = member_for(request, "see_locations")
    text = " ".join(request.GET.get("q", "").split())[:LONGEST_SEARCH]
    rows = queries.locations(member.client_id, text)
    if kind := tables.asked(request):
        return tables.download(request, kind, "locations", LOCATION_COLUMNS, _location_table(rows))
    part = keyset.page(rows, "sort_key", request.GET, size=SIZE)
    shown_rows = [{"row": row, "zone": words(row.time_zone)} for row in part.items]
    page = keyset.pager(part, request.GET, _counted(part, rows, "locations"))
    parts = {"rows": shown_rows, "page": page, "q": text, "exports": tables.links(request)}
    return render(request, "clients/locations.html", shown(member, **parts))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def location(request: SignedIn, location_id: int | None = None) -> HttpResponse:
    """Add a site, or change one."""
    member = member_for(request, "edit_location")
    row = _location(member.client_id, location_id) if location_id else None
    kept = row.customer_id if row else None
    choices = [each for each in queries.customers(member.client_id) if each.is_active or each.pk == kept]
    data = posted(request)
    form = LocationForm.of(choices, row, data) if row else LocationForm(choices, data)
    if request.method == "POST" and form.is_valid():
        try:
            saved = book.save_location(
                member.client_id, location_id, actor=request.user, values=form.values()
            )
        except Invalid as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"{saved.name} is saved.")
            return redirect("clients:locations")
    context = shown(member, form=form, row=row)
    return render(request, "clients/location.html", context, status=422 if form.errors else 200)


CUSTOMER_COLUMNS = ("Customer", "In use", "Project", "Project in use", "Locations")


def _customer_table(rows: "QuerySet[Customer]") -> Iterator[Sequence[object]]:
    """One line for each project; a customer without any has one line too."""
    for row in tables.read(rows):
        sites = getattr(row, "sites", None)
        projects: list[tuple[str, bool | None]] = [(one.name, one.is_active) for one in row.projects.all()]
        for name, is_used in projects or [("", None)]:
            yield (row.name, row.is_active, name, is_used, sites)


LOCATION_COLUMNS = (
    "Location", "Number", "In use", "Customer", "Street", "City", "Region", "Postcode", "Country", "Time zone",
    "Contact", "Phone", "E-mail",
)  # fmt: skip


def _location_table(rows: "QuerySet[Location]") -> Iterator[Sequence[object]]:
    for row in tables.read(rows):
        yield (
            row.name,
            row.number,
            row.is_active,
            str(row.customer or ""),
            row.street,
            row.city,
            row.region,
            row.postcode,
            row.country,
            row.time_zone,
            row.contact_name,
            row.contact_phone,
            row.contact_email,
        )


def _customer(client_id: int, customer_id: int) -> Customer:
    row = Customer.objects.filter(client_id=client_id, pk=customer_id).first()
    if row is None:
        raise Http404
    return row


def _location(client_id: int, location_id: int) -> Location:
    row = Location.objects.filter(client_id=client_id, pk=location_id).first()
    if row is None:
        raise Http404
    return row
