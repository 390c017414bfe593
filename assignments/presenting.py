"""An assignment in words: the ready strings of facts, price and schedule that pages and lists share (D27)."""

from assignments.models import Assignment
from assignments.planned import spans
from assignments.pricing import Terms
from assignments.states import PricingType, ScheduleKind
from common.money import Money
from common.when import instant, instant_range, minutes


def price_words(terms: Terms) -> str:
    """ "$320.00 flat", "$45.00 per hour, at most 3 h", "$12.00 per unit, at most 40"."""
    price = Money(terms.price_minor, terms.currency)
    if terms.pricing_type == PricingType.FLAT:
        return f"{price} flat"
    if terms.pricing_type == PricingType.UNIT:
        return f"{price} per unit, at most {terms.max_units}"
    first = f"{price} per hour, at most {minutes(terms.max_minutes)}"
    if terms.pricing_type == PricingType.HOURLY:
        return first
    extra = Money(terms.extra_price_minor, terms.currency)
    more = minutes(terms.extra_max_minutes)
    return f"{price} per hour for {minutes(terms.max_minutes)}, then {extra} for at most {more}"


def schedule_words(row: Assignment) -> str:
    """When, in the site's time zone: a hard start, an arrival window, or by when."""
    if row.start_at is None:
        return "No date yet"
    if row.schedule_kind == ScheduleKind.WINDOW and row.window_end_at:
        return instant_range(row.start_at, row.window_end_at, row.time_zone)
    if row.schedule_kind == ScheduleKind.COMPLETE_BY and row.window_end_at:
        return f"by {instant(row.window_end_at, row.time_zone)}"
    return instant(row.start_at, row.time_zone)


def day_words(row: Assignment) -> list[str]:
    """The days after the first one, from when to when."""
    return [instant_range(one.start_at, one.end_at, row.time_zone) for one in spans(row)[1:]]


def schedule_note(row: Assignment) -> str:
    """What kind of date it is, in two words."""
    return {
        ScheduleKind.FIXED: "hard start",
        ScheduleKind.WINDOW: "arrival window",
        ScheduleKind.COMPLETE_BY: "complete by",
    }[ScheduleKind(row.schedule_kind)]


def terms_words(days: int) -> str:
    """When the money comes, counted from approval."""
    return "Paid at once when approved" if days == 0 else f"Paid {days} days after approval"
