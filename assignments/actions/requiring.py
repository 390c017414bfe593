"""The requirement sets of an assignment: copied when they are chosen, so that a later change of a set changes nothing
here (domain.md 3.4)."""

from collections.abc import Iterable

from assignments.models import Assignment, AssignmentRequirement
from clients.models import RequirementSet


def chosen(row: Assignment) -> list[str]:
    """The names of the sets that the assignment asks, as they were called when they were copied."""
    rows = AssignmentRequirement.objects.filter(assignment=row).order_by("source").distinct()
    return list(rows.values_list("source", flat=True))


def defaults(client_id: int) -> list[str]:
    """The sets that every new assignment starts with."""
    rows = RequirementSet.objects.filter(client=client_id, is_default=True, is_active=True)
    return list(rows.values_list("name", flat=True))


def choose(row: Assignment, names: Iterable[str]) -> None:
    """Bring the copied lines to these sets: what stays is not touched, what is new is copied as it is now.

    A name without a set in use is passed over: a form may be older than the set.
    """
    wanted = set(names)
    lines = AssignmentRequirement.objects.filter(assignment=row)
    lines.exclude(source__in=wanted).delete()
    fresh = wanted - set(lines.values_list("source", flat=True))
    sets = RequirementSet.objects.filter(client=row.client_id, is_active=True, name__in=fresh)
    copies = [
        AssignmentRequirement(
            assignment=row,
            source=one.name,
            kind=line.kind,
            number=line.number,
            credential_id=line.credential_id,
            agreement_id=line.agreement_id,
            test_id=line.test_id,
            pool_id=line.pool_id,
        )
        for one in sets.prefetch_related("lines")
        for line in one.lines.all()
    ]
    first = lines.count()
    for position, copy in enumerate(copies, start=first):
        copy.position = position
    AssignmentRequirement.objects.bulk_create(copies)
