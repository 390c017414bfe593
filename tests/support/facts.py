"""Short words for what the database says after a step."""

from typing import Any

from assignments.models import Assignment
from common.money import Money
from ledger.models import Account
from notifications.models import Notice
from tests.factories import People
from timeline.models import Entry


def url(row: Assignment | int, path: str = "") -> str:
    """The address of an assignment, or of something below it."""
    return f"/assignments/{row if isinstance(row, int) else row.pk}/{path}"


def fresh(row: Assignment) -> Assignment:
    """The row as it is now."""
    return Assignment.objects.select_related("worker", "engagement").get(pk=row.pk)


def history(row: Assignment, after: int = 0) -> list[str]:
    """Kinds of the entries, oldest first, without "assignment."; `after` skips that many versions."""
    found = Entry.objects.filter(subject_type="assignment", subject_id=row.pk, sequence__gt=after)
    return [
        kind.removeprefix("assignment.") for kind in found.order_by("sequence").values_list("kind", flat=True)
    ]


def told(people: People, name: str, row: Assignment) -> list[str]:
    """Kinds of the notices that this person got about the assignment, oldest first."""
    found = Notice.objects.filter(user=people.user(name), subject_type="assignment", subject_id=row.pk)
    return [kind.removeprefix("assignment.") for kind in found.order_by("id").values_list("kind", flat=True)]


def books() -> dict[tuple[str, int, str], int]:
    """Every account that is not empty: (owner kind, owner id, purpose) -> minor units."""
    rows = Account.objects.exclude(balance_minor=0)
    return {(a.owner_kind, a.owner_id, a.purpose): a.balance_minor for a in rows}


def moved(before: dict[tuple[str, int, str], int]) -> dict[tuple[str, int, str], int]:
    """By how much each account changed since."""
    after = books()
    change = {key: after.get(key, 0) - before.get(key, 0) for key in {*before, *after}}
    return {key: minor for key, minor in change.items() if minor}


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def columns(row: Assignment) -> dict[str, Any]:
    """Every column as it is stored now."""
    return Assignment.objects.filter(pk=row.pk).values().get()
