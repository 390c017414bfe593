"""What makes an invoice a self-billing note: the sentence that says who bills in whose name, and whom it names.

The worker is the supplier of the work and issues no invoice: Onsite does it in the worker's name. The platform fee is
Onsite's own supply to the client and stands apart from the worker's lines, on the client's copy only (D20). Onsite
calculates no tax, and says so.
"""

from dataclasses import dataclass
from typing import Final

from django.conf import settings

from clients.models import TERMS_DAYS
from payments.models import Invoice

TITLE: Final = "Self-billing note"
NO_TAX: Final = (
    "Onsite calculates no tax. Where the supplier has to charge it, supplier and customer settle it between "
    "themselves."
)


@dataclass(frozen=True, slots=True)
class Party:
    """One who is named on it."""

    role: str
    name: str
    address: str


def parties(invoice: Invoice) -> list[Party]:
    """Supplier, customer and issuer as they were on the day of the invoice."""
    kept = invoice.parties or {}
    now = {
        "supplier": str(invoice.worker),
        "customer": invoice.client.name,
        "issuer": settings.ONSITE_OPERATOR_NAME,
    }
    roles = {"supplier": "Supplier (worker)", "customer": "Customer (client)", "issuer": "Issued by"}
    return [
        Party(words, kept.get(role, {}).get("name") or now[role], kept.get(role, {}).get("address", ""))
        for role, words in roles.items()
    ]


def sentence(invoice: Invoice, side: str) -> str:
    """Who bills whom, in whose name; the client's copy also says whose the fee is."""
    supplier, customer, issuer = parties(invoice)
    said = (
        f"{issuer.name} issues this note in the name and on behalf of {supplier.name} "
        f"for work done for {customer.name}."
    )
    if side == "client" and invoice.fee_minor:
        said += f" The platform fee is billed by {issuer.name} in its own name."
    return said


def terms(invoice: Invoice) -> str:
    """The payment terms in words."""
    days = invoice.assignment.terms_days
    words = dict(TERMS_DAYS).get(days, f"{days} days")
    return words if days == 0 else f"{words} from the day of this note"
