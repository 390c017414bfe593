"""What the assignment page shows of the fault record."""

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from assignments import fault_queries
from assignments.fault_states import FaultSide
from assignments.queries import Seen

register = template.Library()


@register.simple_tag
def fault_record(seen: Seen) -> SafeString:
    """The entries of this assignment that the viewer's side may read: a worker those of the own time on it."""
    if seen.side not in (FaultSide.CLIENT, FaultSide.WORKER):
        return SafeString("")
    rows = fault_queries.parts_of(seen.row.pk).select_related(
        "assignment__client", "engagement__worker__user"
    )
    if seen.side == FaultSide.WORKER:
        rows = rows.filter(engagement=seen.row.engagement)
    context = {
        "lines": [fault_queries.line(one, seen.side) for one in rows],
        "show_worker": seen.side == FaultSide.CLIENT,
    }
    return render_to_string("assignments/faults/_of_assignment.html", context)
