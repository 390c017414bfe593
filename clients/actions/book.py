"""The company's address book: customers, their projects, and sites."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.http import Http404

from accounts.models import User
from clients.actions import door
from clients.models import Client, Customer, Location, Project
from common.errors import Invalid


@transaction.atomic
def save_customer(
    client_id: int, customer_id: int | None, *, actor: User, name: str, notes: str, is_active: bool
) -> Customer:
    """Add (without an id) or change a customer. Raises Invalid at `name` for a double."""
    client, _ = door.enter(client_id, "edit_customer", actor=actor)
    row = _customer(client, customer_id) if customer_id else Customer(client=client)
    if client.customers.filter(name__iexact=name).exclude(pk=row.pk).exists():
        raise Invalid("You have a customer of this name", "name")
    row.name, row.notes, row.is_active = name, notes, is_active
    row.save()
    facts = {"customer_id": row.pk, "name": row.name, "is_new": customer_id is None}
    door.note("client.customer_saved", client, actor=actor, facts=facts)
    return row


@transaction.atomic
def save_project(
    client_id: int, customer_id: int, project_id: int | None, *, actor: User, name: str, is_active: bool
) -> Project:
    """Add (without an id) or change a project of a customer. Raises Invalid at `name` for a double."""
    client, _ = door.enter(client_id, "edit_customer", actor=actor)
    customer = _customer(client, customer_id)
    row = customer.projects.filter(pk=project_id).first() if project_id else Project(customer=customer)
    if row is None:
        raise Http404
    if customer.projects.filter(name__iexact=name).exclude(pk=row.pk).exists():
        raise Invalid("This customer has a project of this name", "name")
    row.name, row.is_active = name, is_active
    row.save()
    facts = {
        "customer_id": customer.pk,
        "project_id": row.pk,
        "name": row.name,
        "is_new": project_id is None,
    }
    door.note("client.project_saved", client, actor=actor, facts=facts)
    return row


@transaction.atomic
def save_location(
    client_id: int, location_id: int | None, *, actor: User, values: Mapping[str, Any]
) -> Location:
    """Add (without an id) or change a site; `values` are columns of Location with `customer_id`.

    Raises Invalid at `name` when name and number are taken, at `customer` for a foreign customer. Assignments
    hold copies, so no agreed work changes.
    """
    client, _ = door.enter(client_id, "edit_location", actor=actor)
    row = client.locations.filter(pk=location_id).first() if location_id else Location(client=client)
    if row is None:
        raise Http404
    customer_id = values.get("customer_id")
    if customer_id and not client.customers.filter(pk=customer_id).exists():
        raise Invalid("Choose one of your customers", "customer")
    twins = client.locations.filter(name__iexact=values["name"], number=values["number"])
    if twins.exclude(pk=row.pk).exists():
        raise Invalid("You have a location of this name and number. Give it another number", "name")
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    facts = {"location_id": row.pk, "name": row.name, "is_new": location_id is None}
    door.note("client.location_saved", client, actor=actor, facts=facts)
    return row


def _customer(client: Client, customer_id: int) -> Customer:
    row = client.customers.filter(pk=customer_id).first()
    if row is None:
        raise Http404
    return row
