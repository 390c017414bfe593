"""Payouts as a file that a person carries to the bank; deposits are recorded by an admin when they arrive."""

import csv
import io

from common.money import Money
from common.tables import safe
from payments.gateway.base import Payout, Receipt

COLUMNS = ("reference", "holder", "bank", "routing", "account", "amount", "currency")


class BankFile:
    """No call goes outside: the file is the hand-over, its reference the idempotency key for the bank's clerk."""

    def collect(self, key: str, amount: Money, payer: str) -> Receipt:
        return Receipt(False, why_not="Send the money by bank transfer. It is recorded when it arrives.")

    def pay_out(self, payouts: list[Payout]) -> bytes:
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        for one in payouts:
            row = (one.reference, one.holder, one.bank_name, one.routing, one.number)
            writer.writerow(
                [*(safe(str(cell)) for cell in row), str(one.amount.decimal()), one.amount.currency]
            )
        return text.getvalue().encode()
