"""What a first visit left open, and what a revisit of it asks (docs/site-work/leaving.md). Reads only."""

from dataclasses import dataclass, replace

from django.db.models import OuterRef, Q

from assignments import checklist
from assignments.models import (
    Assignment,
    Carried,
    CustomField,
    Deliverable,
    DeliverableRequirement,
    Revisit,
)
from assignments.pricing import Terms
from assignments.states import PricingType
from common.beside import Rows, revived

TITLE = 120


@dataclass(frozen=True, slots=True)
class Rest:
    """`wanted`: deliverables with how many files are missing; `fields` without an answer; minutes and units unpaid."""

    wanted: tuple[tuple[DeliverableRequirement, int], ...]
    fields: tuple[CustomField, ...]
    minutes: int
    units: int

    @property
    def words(self) -> list[str]:
        """Each open line, for the page, the history and the mail."""
        lines = [f"{item.title} ({count} of {item.count})" for item, count in self.wanted]
        return [*lines, *(field.label for field in self.fields)]


def rest_of(row: Assignment) -> Rest:
    """What is open now for the present worker."""
    given: dict[int, int] = {}
    kept = Deliverable.objects.filter(
        engagement=row.engagement, rejected_at__isnull=True, removed_at__isnull=True
    )
    for requirement_id in kept.values_list("requirement_id", flat=True):
        given[requirement_id] = given.get(requirement_id, 0) + 1
    wanted = [
        (item, item.count - given.get(item.pk, 0))
        for item in DeliverableRequirement.objects.filter(assignment=row)
    ]
    answered = CustomField.objects.filter(assignment=row, values__engagement=row.engagement)
    fields = CustomField.objects.filter(assignment=row).exclude(
        pk__in=answered.exclude(values__value="").values("pk")
    )
    cap = row.terms.billable_cap
    return Rest(
        tuple((item, left) for item, left in wanted if left > 0),
        tuple(fields),
        max(cap - checklist.minutes_worked(row), 0) if cap else 0,
        max(row.max_units - row.units_done, 0) if row.pricing_type == PricingType.UNIT else 0,
    )


def terms_of(
    row: Assignment, rest: Rest, *, price_minor: int | None = None, units: int | None = None
) -> Terms:
    """The revisit's price: the agreed rate for what is left; a flat price is the client's to say.

    Blended hours use up the first rate first; when it is used up, what is left is paid by the hour at the second one.
    """
    terms = row.terms
    if terms.pricing_type == PricingType.FLAT:
        return replace(terms, price_minor=terms.price_minor if price_minor is None else price_minor)
    if terms.pricing_type == PricingType.UNIT:
        return replace(terms, max_units=rest.units if units is None else units)
    if terms.pricing_type == PricingType.HOURLY:
        return replace(terms, max_minutes=rest.minutes)
    first = max(rest.minutes - terms.extra_max_minutes, 0)
    if first:
        return replace(terms, max_minutes=first)
    return Terms(
        PricingType.HOURLY,
        terms.currency,
        terms.extra_price_minor,
        max_minutes=min(rest.minutes, terms.billable_cap),
    )


def title_of(row: Assignment) -> str:
    """ "Revisit of A-123: Replace two switches", within what a title may hold."""
    return f"Revisit of {row.number}: {row.title}"[:TITLE]


CARRIED = (
    "id", "count", "requirement__id", "requirement__title", "requirement__count", "field__id", "field__label",
)  # fmt: skip


def chain(row: Assignment) -> tuple[Revisit | None, Revisit | None]:
    """(the link to the assignment that this one follows, the link to the one that follows it), for `lines_of`.

    One query, with the first assignment of each link and who did it.
    """
    carried = Carried.objects.filter(link=OuterRef("pk")).order_by("pk")
    links = Revisit.objects.filter(Q(original=row) | Q(revisit=row))
    links = links.select_related("original__worker__user").annotate(carried_rows=Rows(carried, CARRIED))
    found: dict[bool, Revisit] = {link.original_id == row.pk: link for link in links}
    return found.get(False), found.get(True)


def lines_of(link: Revisit) -> list[str]:
    """What went over by a link of `chain`, in words."""
    found = [revived(Carried, one) for one in link.carried_rows]  # type: ignore[attr-defined]
    return [
        f"{one.requirement.title} ({one.count} of {one.requirement.count})"
        if one.requirement
        else str(one.field)
        for one in found
    ]
