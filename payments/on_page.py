"""What payments adds to the assignment page: boxes above the tabs and in the rail."""

from typing import Any

from assignments.queries import Seen
from payments import queries


def alerts(seen: Seen) -> tuple[str, dict[str, Any]] | None:
    """An open or decided dispute, or an approval that takes longer than usual (S34)."""
    box = queries.alert_box(seen)
    return ("payments/_alerts.html", box) if box else None


def money(seen: Seen) -> tuple[str, dict[str, Any]] | None:
    """The invoice or the receivable, in the viewer's own figures (D20)."""
    box = queries.money_box(seen)
    return ("payments/_money_box.html", box) if box else None
