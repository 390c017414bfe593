"""Parts about people that pages of all rooms draw."""

from typing import Any

from django import template

from accounts import sides
from accounts.models import User

register = template.Library()


@register.inclusion_tag("accounts/_first_steps.html")
def first_steps(user: User) -> dict[str, Any]:
    """The newcomer's list, drawn until every step is done."""
    steps = sides.first_steps(user)
    done = sum(step.is_done for step in steps)
    return {"steps": steps, "done": done, "total": len(steps), "is_open": done < len(steps)}
