"""Parts about people that pages of all rooms draw."""

from typing import Any

from django import template

from accounts import sessions, sides
from accounts.models import User

register = template.Library()


@register.inclusion_tag("accounts/_first_steps.html")
def first_steps(user: User) -> dict[str, Any]:
    """The newcomer's list, drawn until every step is done."""
    steps = sides.first_steps(user)
    done = sum(step.is_done for step in steps)
    return {"steps": steps, "done": done, "total": len(steps), "is_open": done < len(steps)}


@register.filter
def device(user_agent: str) -> str:
    """What a browser calls itself, in words."""
    return sessions.device_words(user_agent)


@register.simple_tag
def session_limits(user: User) -> dict[str, str]:
    """How long this person's sign-ins last: `idle` without use, `longest` in all."""
    idle, longest = sessions.limits(user)
    return {"idle": sessions.words(idle), "longest": sessions.words(longest)}
