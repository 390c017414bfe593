"""What a draft still lacks before it can be sent, as sentences for the fields (ux.md 6.4, domain.md T2)."""

from datetime import datetime

from assignments.models import Assignment, Site
from assignments.planned import spans
from assignments.states import PricingType, ScheduleKind
from clients.models import Member
from common.errors import Invalid
from common.money import LARGEST_MINOR, Money


def problems(row: Assignment, site: Site | None, now: datetime) -> list[Invalid]:
    """All that is missing or wrong, in the order of the form; empty when the draft can be sent."""
    return [*_words(row), *_place(row, site), *_schedule(row, now), *_price(row)]


def _words(row: Assignment) -> list[Invalid]:
    wanted = {
        "title": "Enter a title.",
        "industry": "Choose an industry.",
        "description": "Describe the work: this is what is agreed.",
    }
    return [Invalid(sentence, name) for name, sentence in wanted.items() if not getattr(row, name).strip()]


def _place(row: Assignment, site: Site | None) -> list[Invalid]:
    if row.is_virtual:
        return []
    found = []
    if site is None or not site.street.strip():
        found.append(Invalid("Enter the street address of the site.", "street"))
    if not row.city.strip():
        found.append(Invalid("Enter the city of the site.", "city"))
    if not row.postcode.strip():
        found.append(Invalid("Enter the postcode of the site.", "postcode"))
    return found


def _schedule(row: Assignment, now: datetime) -> list[Invalid]:
    if row.start_at is None:
        return [Invalid("Enter when the work starts.", "start_at")]
    found = []
    needs_end = row.schedule_kind != ScheduleKind.FIXED
    if needs_end and row.window_end_at is None:
        found.append(
            Invalid("Enter when the arrival window ends, or by when the work is done.", "window_end_at")
        )
    last = row.window_end_at if needs_end and row.window_end_at else row.start_at
    if last <= now:
        found.append(Invalid("Enter a start time after now.", "start_at"))
    if row.window_end_at and row.window_end_at <= row.start_at:
        found.append(Invalid("Enter an end after the start.", "window_end_at"))
    found += _days(row)
    if row.deliverables_due_at and row.deliverables_due_at <= row.start_at:
        found.append(Invalid("Enter a time for the deliverables after the start.", "deliverables_due_at"))
    return found


def _days(row: Assignment) -> list[Invalid]:
    """Each day begins after the day before has ended; the first after its arrival window."""
    days = spans(row)
    if len(days) > 1 and row.schedule_kind == ScheduleKind.COMPLETE_BY:
        return [Invalid("Complete by has no further days. Empty them, or choose a hard start.", "days")]
    ends = [row.window_end_at or days[0].end_at, *(one.end_at for one in days[1:])]
    late = [two for end, two in zip(ends, days[1:], strict=False) if two.start_at < end]
    return [Invalid("Enter further days that begin after the day before has ended.", "days")] if late else []


def _price(row: Assignment) -> list[Invalid]:
    if row.price_minor <= 0:
        return [Invalid("Enter a price above zero.", "price_minor")]
    found = []
    if row.pricing_type in (PricingType.HOURLY, PricingType.BLENDED) and row.max_minutes == 0:
        found.append(Invalid("Enter how many hours you pay at most.", "max_minutes"))
    if row.pricing_type == PricingType.UNIT and row.max_units == 0:
        found.append(Invalid("Enter how many units you pay at most.", "max_units"))
    if row.pricing_type == PricingType.BLENDED and not (row.extra_price_minor and row.extra_max_minutes):
        found.append(
            Invalid("Enter the rate after the first hours and how many hours more.", "extra_price_minor")
        )
    if row.budget.minor > LARGEST_MINOR:
        found.append(Invalid("Enter a smaller amount.", "price_minor"))
    return found


def over_limit(member: Member | None, total: Money) -> Invalid | None:
    """Whether the cost is over the member's maximum budget; an owner who left may send nothing."""
    if member is None or not member.is_active:
        return Invalid(
            "The owner of this assignment is no longer in your company. Choose another owner.", "owner"
        )
    if member.max_budget_minor is None or total.minor <= member.max_budget_minor:
        return None
    limit = Money(member.max_budget_minor, total.currency)
    return Invalid(
        f"This costs up to {total}. {member.user} may send up to {limit}. An administrator can raise that limit.",
        "price_minor",
    )
