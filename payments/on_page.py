"""What payments adds to pages of assignments: boxes above the tabs, in the rail, and on the worker's home."""

from typing import Any

from assignments.queries import Seen
from common import clock
from payments import queries
from workers.models import Worker


def alerts(seen: Seen) -> tuple[str, dict[str, Any]] | None:
    """An open or decided dispute, or an approval that takes longer than usual (S34)."""
    box = queries.alert_box(seen)
    return ("payments/_alerts.html", box) if box else None


def money(seen: Seen) -> tuple[str, dict[str, Any]] | None:
    """The invoice or the receivable, in the viewer's own figures (D20)."""
    box = queries.money_box(seen)
    return ("payments/_money_box.html", box) if box else None


def proof(seen: Seen) -> tuple[str, dict[str, Any]] | None:
    """The way to the proof pack, from the agreement on (N8)."""
    if "proof" not in seen.sight or not seen.row.engagement_id:
        return None
    return "payments/_proof_box.html", {"row": seen.row}


def automatic_box(seen: Seen) -> tuple[str, dict[str, Any]] | None:
    """Before FastFunds is taken by itself: what it costs here, and the switch (domain.md 5.5)."""
    box = queries.automatic_box(seen)
    return ("payments/_automatic_box.html", box) if box else None


def worker_home(worker: Worker) -> tuple[str, dict[str, Any]]:
    """What a worker has and what is on its way (ux.md 6.7)."""
    figures = queries.newest_figures(worker, clock.now())
    return "payments/_worker_summary.html", {"figures": figures}
