"""Payouts in dollars as an ACH file: records of 94 characters in blocks of ten (Nacha Operating Rules, appendix 3).

Credits only (service class 220), one batch of PPD entries (docs/adr/0013). Amounts are cents.
"""

from typing import Final

from django.conf import settings

from payments import banking
from payments.gateway.bank_file import CannotMake, Format, Order
from payments.gateway.base import Payout
from payments.states import AccountKind

RECORD: Final = 94
BLOCK: Final = 10
CREDITS_ONLY: Final = "220"
MODIFIERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
"""Tells the files of one day apart."""


def make(order: Order) -> str:
    """The file. Raises CannotMake for another currency, another kind of account or a sum that no field holds."""
    if order.currency != "USD":
        raise CannotMake("ACH files carry US dollars only.")
    if order.serial >= len(MODIFIERS):
        raise CannotMake(f"A bank takes {len(MODIFIERS)} ACH files a day. Make this one tomorrow.")
    rows = [_file_header(order), _batch_header(order)]
    rows += [_entry(payout, number) for number, payout in enumerate(order.payouts, 1)]
    rows.append(_batch_control(order))
    blocks = -(-(len(rows) + 1) // BLOCK)
    rows.append(_file_control(order, blocks))
    rows += ["9" * RECORD] * (blocks * BLOCK - len(rows))
    if any(len(row) != RECORD or not row.isascii() for row in rows):
        raise CannotMake("A record of the ACH file has not 94 characters. Look at the ONSITE_ACH_ settings.")
    return "".join(f"{row}\n" for row in rows)


def _file_header(order: Order) -> str:
    return "".join(
        (
            "101",
            _right(settings.ONSITE_ACH_ROUTING, 10),
            _right(settings.ONSITE_ACH_COMPANY_ID, 10),
            order.at.strftime("%y%m%d%H%M"),
            MODIFIERS[order.serial],
            "094101",
            _left(settings.ONSITE_ACH_BANK_NAME, 23),
            _left(settings.ONSITE_PAYER_NAME, 23),
            _left(order.reference[-8:], 8),
        )
    )


def _batch_header(order: Order) -> str:
    return "".join(
        (
            "5",
            CREDITS_ONLY,
            _left(settings.ONSITE_PAYER_NAME, 16),
            " " * 20,
            _right(settings.ONSITE_ACH_COMPANY_ID, 10),
            "PPD",
            _left("PAYOUT", 10),
            order.at.strftime("%y%m%d"),
            order.execute_on.strftime("%y%m%d"),
            " " * 3,
            "1",
            _odfi(),
            _digits(1, 7),
        )
    )


def _entry(payout: Payout, number: int) -> str:
    if not banking.is_routing(payout.routing) or not banking.is_us_number(payout.number):
        raise CannotMake(f"{payout.end_to_end_id}: an ACH file needs a US routing and account number.")
    name = banking.carried(payout.holder, 22)
    if not name:
        raise CannotMake(f"{payout.end_to_end_id}: the name has no letter that an ACH file carries.")
    return "".join(
        (
            "6",
            "32" if payout.kind == AccountKind.SAVINGS else "22",
            payout.routing,
            payout.number.ljust(17),
            _digits(payout.amount.minor, 10),
            _left(payout.end_to_end_id, 15),
            _left(name, 22),
            " " * 2,
            "0",
            _odfi(),
            _digits(number, 7),
        )
    )


def _batch_control(order: Order) -> str:
    return "".join(
        (
            "8",
            CREDITS_ONLY,
            _digits(len(order.payouts), 6),
            _hash(order),
            _digits(0, 12),
            _digits(order.total.minor, 12),
            _right(settings.ONSITE_ACH_COMPANY_ID, 10),
            " " * 25,
            _odfi(),
            _digits(1, 7),
        )
    )


def _file_control(order: Order, blocks: int) -> str:
    return "".join(
        (
            "9",
            _digits(1, 6),
            _digits(blocks, 6),
            _digits(len(order.payouts), 8),
            _hash(order),
            _digits(0, 12),
            _digits(order.total.minor, 12),
            " " * 39,
        )
    )


def _hash(order: Order) -> str:
    """The sum of the banks' first eight digits, its last ten digits."""
    return _digits(sum(int(one.routing[:8]) for one in order.payouts) % 10**10, 10)


def _odfi() -> str:
    return str(settings.ONSITE_ACH_ROUTING)[:8]


def _left(text: str, width: int) -> str:
    return banking.carried(text, width).upper().ljust(width)


def _right(text: str, width: int) -> str:
    return text.strip().upper().rjust(width)


def _digits(number: int, width: int) -> str:
    text = str(number).zfill(width)
    if len(text) > width:
        raise CannotMake("The sum is larger than an ACH file can carry. Make two files.")
    return text


NACHA = Format(
    make,
    "ach",
    "text/plain; charset=us-ascii",
    needs=("ONSITE_PAYER_NAME", "ONSITE_ACH_ROUTING", "ONSITE_ACH_BANK_NAME", "ONSITE_ACH_COMPANY_ID"),
)
