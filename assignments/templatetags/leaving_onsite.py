"""The tag of everything that an assignment page says about leaving."""

from typing import Any

from django import template

from assignments.leaving_box import box, may_ask_release
from assignments.queries import Seen

register = template.Library()


@register.inclusion_tag("assignments/_leaving.html")
def leaving_box(seen: Seen) -> dict[str, Any]:
    """The ways out of a hold, who stands by, and the chain of a revisit; nothing where none of it is there."""
    return box(seen)


@register.inclusion_tag("assignments/worker/_ask_release.html")
def ask_release(seen: Seen) -> dict[str, Any]:
    """That only the client can take a worker off work which has started, and where to ask."""
    return {"row": seen.row, "may_ask": may_ask_release(seen)}
