"""Payouts as a file that a person carries to the bank: what all formats share, and the plain CSV.

No call goes outside: the file is the hand-over. The same orders and order of payouts give the same bytes.
"""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings

from common.money import Money
from common.tables import safe
from payments.gateway.base import Payout

COLUMNS = ("reference", "holder", "bank", "routing", "account", "amount", "currency")


class CannotMake(Exception):
    """This file cannot be made; the text says why, for the admin who asked."""


@dataclass(frozen=True, slots=True)
class Order:
    """A file to be made: its own reference, the instant, its number among the day's files (from 0), and the payouts
    of one currency."""

    reference: str
    at: datetime
    serial: int
    currency: str
    payouts: Sequence[Payout]

    @property
    def execute_on(self) -> date:
        """The day on which the bank should pay: that of the file, or the Monday after a weekend."""
        day = self.at.date()
        return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)

    @property
    def total(self) -> Money:
        return Money.sum((one.amount for one in self.payouts), self.currency)


@dataclass(frozen=True, slots=True)
class Format:
    """How a file is made, how it is named, and what it needs to know of the portal's own bank account."""

    make: Callable[[Order], str]
    ending: str
    content_type: str
    needs: tuple[str, ...] = ()
    needs_account: bool = False

    def missing(self, currency: str) -> list[str]:
        """The settings that it needs and that are empty."""
        found = [name for name in self.needs if not getattr(settings, name)]
        if self.needs_account and not settings.ONSITE_PAYER_ACCOUNTS.get(currency):
            found.append(f"ONSITE_PAYER_ACCOUNTS for {currency}")
        return found


def csv_file(order: Order) -> str:
    """One line for each payout, for banks that take nothing else."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for one in order.payouts:
        row = (one.end_to_end_id, one.holder, one.bank_name, one.routing, one.number)
        writer.writerow([*(safe(str(cell)) for cell in row), str(one.amount.decimal()), one.amount.currency])
    return text.getvalue()
