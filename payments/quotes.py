"""FastFunds quotes (ux.md 6.11): what would be paid now, as a signed statement that the page's form carries.

Nothing is stored, so looking at a quote changes nothing. Taking it compares the statement with the invoice.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.core.signing import BadSignature, Signer

from common.errors import WrongState
from common.money import Money
from payments import deadlines
from payments.models import Invoice
from payments.states import InvoiceState

SALT: Final = "payments.fastfunds.quote"


@dataclass(frozen=True, slots=True)
class Quote:
    """What one worker would get for one invoice, said at one instant; good for ten minutes."""

    invoice_id: int
    worker_id: int
    amount: Money
    fee: Money
    quoted_at: datetime

    @property
    def net(self) -> Money:
        """What the worker receives."""
        return self.amount - self.fee

    @property
    def expires_at(self) -> datetime:
        return self.quoted_at + deadlines.QUOTE_VALID

    def is_valid(self, at: datetime) -> bool:
        return self.quoted_at <= at < self.expires_at

    @property
    def signed(self) -> str:
        """The statement for the form. The time is in it, because business time is common.clock's (D16)."""
        said = [
            self.invoice_id,
            self.worker_id,
            self.amount.currency,
            self.amount.minor,
            self.fee.minor,
            self.quoted_at.isoformat(),
        ]
        return Signer(salt=SALT).sign_object(said)


def quote(invoice: Invoice | None, at: datetime) -> Quote:
    """What FastFunds pays for this open invoice now. Raises WrongState where there is nothing to pay early."""
    if invoice is None or invoice.state != InvoiceState.OPEN or invoice.advanced_at:
        raise WrongState("Nothing can be paid early here.")
    if not invoice.worker_minor:
        raise WrongState("There is nothing to pay.")
    fee = invoice.pay_amount.percent(settings.ONSITE_FASTFUNDS_BPS)
    return Quote(invoice.pk, invoice.worker_id, invoice.pay_amount, fee, at)


def read(signed: str) -> Quote | None:
    """The quote that this installation signed; None for anything else."""
    try:
        said = Signer(salt=SALT).unsign_object(signed)
    except BadSignature:
        return None
    invoice_id, worker_id, currency, amount, fee, quoted_at = said
    return Quote(
        invoice_id,
        worker_id,
        Money(amount, currency),
        Money(fee, currency),
        datetime.fromisoformat(quoted_at),
    )
