"""The content of a template: what a draft starts with, kept as plain JSON, and back (domain.md 3.3; 10, row 36)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any, Final

from assignments.actions.asking import Asked, Grouped, Wanted
from assignments.actions.content import COLUMNS, SITE_COLUMNS, Content
from assignments.models import Assignment
from assignments.planned import DayPlan
from clients.models import Customer, Project

NOT_KEPT: Final = frozenset({"owner", "external_id", "start_at", "window_end_at", "deliverables_due_at"})
"""What belongs to one assignment alone."""
LINKS: Final = ("customer", "project")


@dataclass(frozen=True)
class Defaults:
    """`window`: from the start to the end of the arrival window; `deliverables`: to the moment they are due."""

    content: Content = field(default_factory=Content)
    window: timedelta | None = None
    deliverables: timedelta | None = None


def plain(content: Content, row: Assignment) -> dict[str, Any]:
    """What a template keeps of a content that was copied from `row`; lengths of time come from its dates."""
    columns = {name: value for name, value in content.columns.items() if name not in NOT_KEPT}
    for name in LINKS:
        columns[name] = getattr(columns.get(name), "pk", None)
    return {
        "columns": columns,
        "site": dict(content.site),
        "skills": list(content.skills or ()),
        "wanted": [asdict(one) | {"pk": None} for one in content.wanted or ()],
        "asked": [asdict(one) | {"pk": None, "choices": list(one.choices)} for one in content.asked or ()],
        "groups": [asdict(one) | {"pk": None} for one in content.groups or ()],
        "sets": list(content.sets or ()),
        "days": [asdict(one) for one in content.days or ()],
        "window_minutes": _minutes(row.start_at, row.window_end_at),
        "deliverables_minutes": _minutes(row.start_at, row.deliverables_due_at),
    }


def revived(
    data: Mapping[str, Any], customers: Mapping[int, Customer], projects: Mapping[int, Project]
) -> Defaults:
    """The defaults again. A customer or project that is not among those given (any more) is left out."""
    if not data:
        return Defaults()
    columns = {name: value for name, value in data["columns"].items() if name in COLUMNS - NOT_KEPT}
    columns["customer"] = customers.get(columns.get("customer") or 0)
    project = projects.get(columns.get("project") or 0)
    fits = project is not None and columns["customer"] and project.customer_id == columns["customer"].pk
    columns["project"] = project if fits else None
    return Defaults(
        Content(
            columns,
            {name: value for name, value in data["site"].items() if name in SITE_COLUMNS},
            list(data["skills"]),
            [Wanted(**one) for one in data["wanted"]],
            [Asked(**one) for one in data["asked"]],
            groups=[Grouped(**one) for one in data.get("groups", ())],
            sets=data.get("sets") or None,
            days=[DayPlan(**one) for one in data.get("days", ())],
        ),
        _span(data.get("window_minutes")),
        _span(data.get("deliverables_minutes")),
    )


def _minutes(start: Any, end: Any) -> int | None:
    if start is None or end is None or end <= start:
        return None
    return int((end - start).total_seconds()) // 60


def _span(minutes: int | None) -> timedelta | None:
    return timedelta(minutes=minutes) if minutes else None
