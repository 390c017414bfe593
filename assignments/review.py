"""What the client looks at before approving or sending back: hours against the cap, and the price against the agreed
one (ux.md 6.9). Reads only; the sums are those of the approval itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from assignments.checklist import minutes_worked
from assignments.models import AgreementSheet, Assignment, Deliverable, Remark
from assignments.states import MoneyKind, PricingType
from common.money import Money
from common.when import minutes


@dataclass(frozen=True, slots=True)
class Difference:
    """The client's total now against the most that was agreed when the worker was assigned, fee included."""

    agreed: Money
    now: Money
    reasons: tuple[str, ...]

    @property
    def change(self) -> Money:
        return self.now - self.agreed


def difference(row: Assignment, total: Money) -> Difference | None:
    """Why the total is another than the agreed one; None for work without an agreement sheet."""
    sheet = AgreementSheet.objects.filter(engagement=row.engagement).first()
    if sheet is None:
        return None
    parts = sheet.parts
    agreed = row.money(parts.client["total_minor"])
    return Difference(agreed, total, tuple(_reasons(row, parts.shared["price"])))


def _reasons(row: Assignment, price: dict[str, int]) -> list[str]:
    """The changes since, in words; each with the worker's pay that it means."""
    budget = row.money(price["most_minor"] - price["expenses_minor"] - price["bonus_minor"])
    found = [
        (MoneyKind.INCREASE, row.budget - budget),
        (MoneyKind.EXPENSE, row.money(row.expenses_minor - price["expenses_minor"])),
        (MoneyKind.BONUS, row.money(row.bonus_minor - price["bonus_minor"])),
    ]
    words = [f"{kind.label}: {amount} more pay." for kind, amount in found if amount.minor > 0]
    if row.reduced_minor is not None:
        words.append("The worker lowered the pay.")
    elif row.pricing_type in (PricingType.HOURLY, PricingType.BLENDED):
        worked = minutes_worked(row)
        if worked < row.terms.billable_cap:
            words.append(f"{minutes(worked)} of {minutes(row.terms.billable_cap)} were worked.")
    elif row.pricing_type == PricingType.UNIT and row.units_done < row.max_units:
        words.append(f"{row.units_done} of {row.max_units} units were done.")
    return words


def kept_files(row: Assignment) -> Sequence[Deliverable]:
    """The present worker's files that can be asked for again (not accepted), in the order of what was asked."""
    files = Deliverable.objects.filter(
        engagement=row.engagement,
        removed_at__isnull=True,
        rejected_at__isnull=True,
        accepted_at__isnull=True,
    )
    return list(
        files.select_related("requirement").order_by(
            "requirement__position", "requirement_id", "uploaded_at", "id"
        )
    )


def open_remarks(row: Assignment) -> Sequence[Remark]:
    """What the client remarked when sending it back, until it is submitted again."""
    return list(Remark.objects.filter(engagement=row.engagement, settled_at__isnull=True))
