"""Templates: keep an assignment as one, change, delete, and start a draft from it (domain.md 3.3; 10, row 36)."""

from dataclasses import replace
from uuid import UUID

from django.db import transaction

from accounts.models import User
from assignments import batches
from assignments.actions.copying import copied
from assignments.actions.defaults import Defaults, plain, revived
from assignments.actions.drafting import creator
from assignments.actions.saving import made_once
from assignments.models import Assignment, Template
from assignments.states import RecurrenceState
from clients.models import Client, Customer, Project
from common import clock
from common.errors import Invalid, NotAllowed

LONGEST_NAME = 80


def save_template(pk: int, *, actor: User, name: str, customer_id: int | None) -> Template:
    """Keep an assignment of the own company as a template; the same name again is refused at `name`.

    Raises NotAllowed for roles that do not create and for assignments of others, Invalid.
    """
    client = creator(actor).client
    with transaction.atomic():
        row = Assignment.objects.select_related("customer", "project").filter(pk=pk, client=client).first()
        if row is None:
            raise NotAllowed("Only the people of its company can keep this assignment as a template.")
        now = clock.now()
        template = Template(client=client, created_by=actor, created_at=now)
        _name(template, name, customer_id)
        template.content = plain(copied(row, owner=actor), row)
        template.updated_at = now
        template.save()
        batches.record("template.saved", template, actor=actor, number=row.number)
    return template


def change_template(pk: int, *, actor: User, name: str, customer_id: int | None) -> Template:
    """Another name, or another customer to list it under. Raises Template.DoesNotExist for a foreign one, Invalid."""
    with transaction.atomic():
        template = _opened(pk, actor)
        before = (template.name, template.customer_id)
        _name(template, name, customer_id)
        if before != (template.name, template.customer_id):
            template.updated_at = clock.now()
            template.save()
            batches.record("template.changed", template, actor=actor, old=before[0])
    return template


def delete_template(pk: int, *, actor: User) -> None:
    """Forget a template. Raises Invalid while drafts are still made from it; its former drafts stay."""
    with transaction.atomic():
        template = _opened(pk, actor)
        live = template.recurrences.exclude(state=RecurrenceState.ENDED).first()
        if live is not None:
            raise Invalid(f"Drafts are made from it: end the repetition “{live}” first.")
        batches.record("template.deleted", template, actor=actor)
        template.delete()


def start_from(pk: int, *, actor: User, key: UUID | None) -> Assignment:
    """A new draft with all that the template holds; the same key again is the same draft.

    Raises Template.DoesNotExist for a foreign one, NotAllowed for roles that do not create.
    """
    client = creator(actor).client
    content = content_of(Template.objects.get(pk=pk, client=client)).content
    with transaction.atomic():
        row, _ = made_once(
            replace(content, columns={**content.columns, "owner": actor}), actor=actor, key=key
        )
    return row


def content_of(template: Template) -> Defaults:
    """The template's content with its customer and project, as far as they are still in use."""
    customers = Customer.objects.filter(client_id=template.client_id, is_active=True)
    projects = Project.objects.filter(customer__client_id=template.client_id, is_active=True)
    return revived(template.content, customers.in_bulk(), projects.in_bulk())


def _opened(pk: int, actor: User) -> Template:
    """The template, locked, for somebody of its company who creates. Raises Template.DoesNotExist, NotAllowed."""
    client = creator(actor).client
    return Template.objects.select_for_update(no_key=True, of=("self",)).get(pk=pk, client=client)


def _name(template: Template, name: str, customer_id: int | None) -> None:
    client: Client = template.client
    name = " ".join(name.split())
    if not name:
        raise Invalid("Enter a name.", "name")
    if len(name) > LONGEST_NAME:
        raise Invalid(f"Enter a name of at most {LONGEST_NAME} characters.", "name")
    if Template.objects.filter(client=client, name__iexact=name).exclude(pk=template.pk).exists():
        raise Invalid("You have a template of this name. Choose another name.", "name")
    if customer_id is not None and not client.customers.filter(pk=customer_id).exists():
        raise Invalid("Choose one of your customers.", "customer")
    template.name, template.customer_id = name, customer_id
