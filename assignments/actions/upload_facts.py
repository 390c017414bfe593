"""What the rows of an upload are judged by: the company's address book, people and templates, read at once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import TypeVar

from assignments.actions.defaults import Defaults, revived
from assignments.models import Assignment, Template, Upload
from assignments.policies import CREATORS
from assignments.uploading.columns import Columns
from assignments.uploading.rules import Facts
from clients.models import Customer, Location, Member, Project
from common import clock

T = TypeVar("T")
AT_ONCE = 500
"""Values of one question to the database."""


def load(upload: Upload) -> Facts:
    """The company's facts for judging rows, in seven queries whatever the number of rows."""
    client = upload.client
    customers = list(Customer.objects.filter(client=client, is_active=True))
    projects = list(Project.objects.filter(customer__client=client, customer__is_active=True, is_active=True))
    members = Member.objects.filter(client=client, is_active=True, role__in=CREATORS).select_related("user")
    templates = defaults_of(client.pk, customers, projects)
    return Facts(
        currency=client.currency,
        time_zone=client.time_zone,
        country=client.country,
        uploader=upload.uploader,
        now=clock.now(),
        owners={member.user.email.lower(): member.user for member in members if member.user.is_active},
        customers={key(one.name): one for one in customers},
        projects={(one.customer_id, key(one.name)): one for one in projects},
        locations=_locations(client.pk),
        templates={key(template.name): found for template, found in templates},
        default=next((found for one, found in templates if one.pk == upload.template_id), Defaults()),
    )


def key(name: str) -> str:
    """How names are compared: without case and doubled spaces."""
    return " ".join(name.lower().split())


def defaults_of(
    client_id: int, customers: Sequence[Customer], projects: Sequence[Project]
) -> list[tuple[Template, Defaults]]:
    """Every template of the company with its content."""
    by_id, projects_by_id = {one.pk: one for one in customers}, {one.pk: one for one in projects}
    rows = Template.objects.filter(client_id=client_id)
    return [(one, revived(one.content, by_id, projects_by_id)) for one in rows]


def _locations(client_id: int) -> dict[str, list[Location]]:
    """Saved locations by name and by number; a number names one location even where names are shared."""
    found: dict[str, list[Location]] = {}
    numbers: dict[str, list[Location]] = {}
    for one in Location.objects.filter(client_id=client_id, is_active=True):
        found.setdefault(key(one.name), []).append(one)
        if one.number:
            numbers.setdefault(key(one.number), []).append(one)
    return found | numbers


def with_numbers(facts: Facts, client_id: int, numbers: Iterable[str]) -> Facts:
    """The facts with those of the external ids that the company has already."""
    taken: dict[str, str] = {}
    for part in _parts(sorted({one for one in numbers if one}), AT_ONCE):
        rows = Assignment.objects.filter(client_id=client_id, external_id__in=part)
        taken |= {external: f"A-{pk}" for pk, external in rows.values_list("pk", "external_id")}
    return replace(facts, taken=taken)


def external_ids(rows: Iterable[tuple[int, Sequence[str]]], columns: Columns) -> dict[str, int]:
    """Each external id of the file with the first row that has it."""
    place = columns.get("external_id")
    first: dict[str, int] = {}
    if place is None:
        return first
    for number, cells in rows:
        text = " ".join(cells[place].split()) if place < len(cells) else ""
        if text:
            first.setdefault(text, number)
    return first


def _parts(values: Sequence[T], size: int) -> Iterator[list[T]]:
    all_of_them = iter(values)
    while part := list(islice(all_of_them, size)):
        yield part
