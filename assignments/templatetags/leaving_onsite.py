"""The tag of everything that an assignment page says about leaving."""

from typing import Any

from django import template

from assignments.leaving_box import box
from assignments.queries import Seen

register = template.Library()


@register.inclusion_tag("assignments/_leaving.html")
def leaving_box(seen: Seen) -> dict[str, Any]:
    """The ways out of a hold, who stands by, and the chain of a revisit; nothing where none of it is there."""
    return box(seen)
