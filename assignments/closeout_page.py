"""The closeout in words: each line of the checklist with its own act, the visits, the rules, the pay computation."""

from dataclasses import dataclass
from datetime import datetime

from assignments import checklist, deadlines
from assignments.models import Assignment, CheckIn, DeliverableRequirement
from assignments.next_action import url
from assignments.offline_words import offline_words
from assignments.pricing import Terms, billable_minutes
from assignments.states import PricingType, ScheduleKind
from common.localtime import local
from common.money import Money
from common.when import clock_time, instant, minutes, weekday

ICONS = {
    "confirm": "calendar-check",
    "check_in": "log-in",
    "check_out": "log-out",
    "hours": "clock",
    "fields": "clipboard-list",
    "survey": "list-checks",
    DeliverableRequirement.Kind.PHOTO: "camera",
    DeliverableRequirement.Kind.DOCUMENT: "file-text",
    DeliverableRequirement.Kind.SIGNATURE: "pencil",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the closeout; `act` is the word of its button, empty while it may not be done."""

    key: str
    title: str
    is_done: bool
    is_sent_back: bool
    note: str
    icon: str
    act: str = ""
    act_url: str = ""
    pk: int = 0


def closeout_lines(row: Assignment, verbs: frozenset[str]) -> list[Line]:
    """The checklist of the present worker, each line with the act that clears it."""
    wanted = {one.pk: one for one in DeliverableRequirement.objects.filter(assignment=row)}
    rejected = _rejected(row)
    return [_line(item, row, verbs, wanted, rejected) for item in checklist.items(row)]


def _rejected(row: Assignment) -> set[int]:
    """Requirements of which the client asked for a file again and that still lack one."""
    if row.deliverables_fulfilled:
        return set()
    found = row.deliverables.filter(
        engagement=row.engagement, rejected_at__isnull=False, removed_at__isnull=True
    )
    return set(found.values_list("requirement_id", flat=True))


def _line(
    item: checklist.Item,
    row: Assignment,
    verbs: frozenset[str],
    wanted: dict[int, DeliverableRequirement],
    rejected: set[int],
) -> Line:
    kind = wanted[item.pk].kind if item.key == "deliverable" else item.key
    act, act_url = _act(item, row, verbs)
    return Line(
        key=item.key,
        title=item.title,
        is_done=item.is_done,
        is_sent_back=not item.is_done and item.key == "deliverable" and item.pk in rejected,
        note=item.problem or _how_far(item),
        icon=ICONS[kind],
        act=act,
        act_url=act_url,
        pk=item.pk,
    )


def _how_far(item: checklist.Item) -> str:
    """ "3 of 5, 2 missing": what is not there has to be seen while the worker still stands on the site."""
    return f"{item.note}, {item.missing} missing" if item.missing else item.note


def _act(item: checklist.Item, row: Assignment, verbs: frozenset[str]) -> tuple[str, str]:
    if item.key == "deliverable" and "deliver" in verbs:
        return ("View" if item.is_done else "Add"), url(row, "deliver", str(item.pk))
    if item.key in ("fields", "survey") and "fill_fields" in verbs:
        return ("Edit" if item.is_done else "Fill in"), url(row, "fields", str(item.pk))
    if item.key == "confirm" and not item.is_done and "confirm" in verbs:
        return "Confirm", url(row, "confirm")
    if item.key == "hours" and "request_increase" in verbs:
        return "Ask for more", url(row, "request", "increase")
    return "", ""


@dataclass(frozen=True, slots=True)
class VisitLine:
    pk: int
    in_at: datetime
    out_at: datetime | None
    words: str
    length: str
    distance: str
    note: str
    is_edited: bool
    offline: str


def visit_lines(row: Assignment) -> list[VisitLine]:
    """The present worker's visits, oldest first, on the clocks at the site."""
    found = CheckIn.objects.filter(engagement=row.engagement).prefetch_related("device_times")
    return [_visit(one, row.time_zone) for one in found]


def _visit(visit: CheckIn, tz: str) -> VisitLine:
    came, left = local(visit.in_at, tz), local(visit.out_at, tz) if visit.out_at else None
    words = f"{weekday(came.date())}, {clock_time(came)} to "
    words += "now" if left is None else clock_time(left)
    if left and left.date() != came.date():
        words = f"{weekday(came.date())}, {clock_time(came)} to {weekday(left.date())}, {clock_time(left)}"
    length = minutes(-(-int((visit.out_at - visit.in_at).total_seconds()) // 60)) if visit.out_at else ""
    return VisitLine(
        pk=visit.pk,
        in_at=visit.in_at,
        out_at=visit.out_at,
        words=words,
        length=length,
        distance=far(visit.in_distance_m),
        note=visit.note,
        is_edited=visit.is_edited,
        offline=offline_words(visit.device_times.all(), tz),
    )


def minutes_so_far(row: Assignment, now: datetime) -> int:
    """Billable minutes with the running visit counted up to now."""
    found = CheckIn.objects.filter(engagement=row.engagement)
    return billable_minutes((visit.in_at, visit.out_at or now) for visit in found)


def far(metres: int | None) -> str:
    """ "40 m from the site", "2.4 km from the site"; empty when the place is not known."""
    if metres is None:
        return ""
    return f"{metres} m from the site" if metres < 1_000 else f"{metres / 1_000:.1f} km from the site"


def rules(row: Assignment) -> list[str]:
    """When to come, in sentences, on the clocks at the site."""
    if row.start_at is None:
        return []
    tz, start = row.time_zone, row.start_at
    last = deadlines.on_time_until(row.schedule_kind, start, row.window_end_at)
    zone = instant(start, tz).rsplit(" ", 1)[1]
    day = weekday(local(start, tz).date())
    if row.schedule_kind == ScheduleKind.FIXED:
        first = clock_time(local(start - deadlines.on_time_before(), tz))
        return [
            f"Hard start: {day}, {clock_time(local(start, tz))} {zone}.",
            f"On time from {first} to {clock_time(local(last, tz))}.",
        ]
    if row.window_end_at is None:
        return [f"From {instant(start, tz)}."]
    if row.schedule_kind == ScheduleKind.WINDOW:
        return [f"Arrive between {instant(start, tz)} and {instant(row.window_end_at, tz)}."]
    return [f"Be done by {instant(row.window_end_at, tz)}."]


@dataclass(frozen=True, slots=True)
class PayLine:
    label: str
    value: str = ""
    money: Money | None = None
    is_total: bool = False
    css: str = ""


def pay_lines(row: Assignment, base: Money, final: Money) -> list[PayLine]:
    """How the pay comes about; `base` as computed before lowering, `final` what is received."""
    lines = [*_base_lines(row, row.terms), PayLine("Base pay", money=base)]
    if row.reduced_minor is not None and row.reduced_minor < base.minor:
        lines.append(PayLine("Lowered by you", money=row.money(row.reduced_minor) - base))
    if row.expenses_minor:
        lines.append(PayLine("Approved expenses", money=row.money(row.expenses_minor)))
    if row.bonus_minor:
        lines.append(PayLine("Bonus", money=row.money(row.bonus_minor)))
    return [*lines, PayLine("You will receive", money=final, is_total=True)]


def _base_lines(row: Assignment, terms: Terms) -> list[PayLine]:
    if terms.pricing_type == PricingType.UNIT:
        each = Money(terms.price_minor, terms.currency)
        return [PayLine("Units", f"{row.units_done} of at most {terms.max_units}, {each} each")]
    if terms.pricing_type == PricingType.FLAT:
        return []
    worked = checklist.minutes_worked(row)
    first = min(worked, terms.max_minutes)
    lines = [
        PayLine("Time on site", f"{minutes(worked)} of {minutes(terms.billable_cap)} allowed"),
        PayLine("Paid at", f"{minutes(first)} x {Money(terms.price_minor, terms.currency)} per hour"),
    ]
    more = min(max(worked - terms.max_minutes, 0), terms.extra_max_minutes)
    if terms.pricing_type == PricingType.BLENDED and more:
        extra = Money(terms.extra_price_minor, terms.currency)
        lines.append(PayLine("Then at", f"{minutes(more)} x {extra} per hour"))
    return lines
