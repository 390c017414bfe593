"""Tags about when the work is: its further days, the worker on the way, and time off against an offer."""

from copy import copy
from typing import Any

from django import template

from assignments.models import Application, Assignment
from assignments.overlaps import off_then, off_words
from assignments.planned import Span, spans, total_words
from assignments.queries import Seen
from assignments.states import State

register = template.Library()


@register.simple_tag
def planned_days(row: Assignment) -> list[Span]:
    """All days of work that goes on for several; empty where it is one."""
    found = spans(row)
    return found if len(found) > 1 else []


@register.simple_tag
def planned_time(row: Assignment) -> str:
    """The planned time on site, of all days."""
    return total_words(row)


@register.inclusion_tag("assignments/_days.html")
def day_list(row: Assignment) -> dict[str, Any]:
    """The days of work on several days as a card."""
    return {"days": planned_days(row), "row": row}


@register.inclusion_tag("assignments/_on_the_way.html")
def on_the_way(seen: Seen) -> dict[str, Any]:
    """What the worker told of the coming visit, for both sides, and the worker's ways to tell it."""
    is_told = bool(seen.row.set_out_at or seen.row.delayed_at) and "visits" in seen.sight
    return {"row": seen.row, "is_told": is_told, "verbs": seen.verbs, "is_worker": seen.standing.is_assigned}


@register.simple_tag
def time_off_then(row: Assignment, offer: Application) -> str:
    """ "on Dec 1" where the offering worker has time off then; empty otherwise."""
    if row.state != State.SENT:
        return ""
    offered = copy(row)
    offered.schedule_kind, offered.start_at, offered.window_end_at = offer.schedule
    off = off_then(offer.worker, offered)
    return off_words(off) if off else ""
