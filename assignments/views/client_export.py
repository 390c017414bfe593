"""The client's list as a file: the rows of the page, in its order, for its readers (domain.md 7.5)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from assignments import custom_labels, labels
from assignments.models import Assignment
from common import tables
from common.templatetags.onsite import stage_word
from common.when import zone

HEADER: Final = (
    "Number",
    "Title",
    "Stage",
    "Labels",
    "Start",
    "Time zone",
    "Site",
    "Worker",
    "Owner",
    "Customer",
    "Project",
    "Your number",
    "Currency",
    "Worker pay at most",
    "You pay at most",
)


def lines(rows: "QuerySet[Assignment]") -> Iterator[Sequence[object]]:
    """One line for each assignment with its facts; read in pieces, never all at once."""
    beside = rows.select_related("owner", "worker__user", "customer", "project")
    for row in tables.read(custom_labels.beside(beside, "client")):
        yield (
            row.number,
            row.title,
            stage_word(row.state, "client").text,
            ", ".join(label.text for label in labels.carried(row)),
            there(row.start_at, row.time_zone),
            row.time_zone,
            row.site_name,
            str(row.worker or ""),
            str(row.owner),
            str(row.customer or ""),
            str(row.project or ""),
            row.external_id,
            row.currency,
            row.worker_most.decimal(),
            row.cost_most.total.decimal(),
        )


def there(moment: datetime | None, tz_name: str) -> datetime | None:
    """The instant on the clocks of its site."""
    return moment.astimezone(zone(tz_name)) if moment else None
