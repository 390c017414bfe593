"""Reading history."""

from collections.abc import Mapping
from typing import Final

from django.db.models import QuerySet

from timeline.models import Entry

SEES: Final[Mapping[str, tuple[str, ...]]] = {
    "client": ("all", "client"),
    "worker": ("all", "worker"),
    "staff": ("all", "client", "worker", "staff"),
}


def entries_of(subject_type: str, subject_id: int, *, viewer: str) -> QuerySet[Entry]:
    """A subject's history as a "client", "worker" or "staff" viewer may read it, oldest first."""
    return (
        Entry.objects.filter(subject_type=subject_type, subject_id=subject_id, visibility__in=SEES[viewer])
        .select_related("actor")
        .order_by("sequence")
    )
