"""What an approval would cost, before it is given: the same arithmetic as the action (assignments/actions/closeout)."""

from collections.abc import Sequence
from dataclasses import dataclass

from assignments.actions.money import increased
from assignments.checklist import minutes_worked
from assignments.models import Assignment, ChangeOrder, MoneyRequest
from assignments.pricing import Cost, cost, worker_total
from assignments.states import MoneyKind
from common.money import Money


@dataclass(frozen=True, slots=True)
class Preview:
    """Lines of the worker's pay and what the client pays."""

    lines: list[tuple[str, Money]]
    cost: Cost
    minutes: int
    budget_minutes: int


def preview(
    row: Assignment, approved: Sequence[MoneyRequest | ChangeOrder] = (), *, minutes: int | None = None
) -> Preview:
    """The pay as submitted, and with these open requests and orders of extra work approved.

    `minutes`: billable time, where it is known.
    """
    if minutes is None:
        minutes = minutes_worked(row)
    terms, expenses, bonus = row.terms, row.expenses_minor, row.bonus_minor
    for asked in approved:
        if asked.kind == MoneyKind.EXPENSE:
            expenses += asked.amount_minor
        elif asked.kind == MoneyKind.BONUS:
            bonus += asked.amount_minor
        else:
            terms = increased(
                terms,
                amount_minor=asked.amount_minor,
                add_minutes=asked.add_minutes,
                add_units=asked.add_units,
            )
    base = terms.pay(minutes=minutes, units=row.units_done)
    if row.reduced_minor is not None:
        base = row.money(row.reduced_minor)
    lines = [("Base pay", base)]
    if row.reduced_minor is not None:
        computed = row.terms.pay(minutes=minutes, units=row.units_done)
        lines = [("Base pay, lowered by the worker", base)] if computed != base else lines
    if expenses:
        lines.append(("Expenses", row.money(expenses)))
    if bonus:
        lines.append(("Bonus", row.money(bonus)))
    pay = worker_total(base, expenses=row.money(expenses), bonus=row.money(bonus))
    return Preview(lines, cost(pay, row.fee_bps), minutes, terms.billable_cap)
