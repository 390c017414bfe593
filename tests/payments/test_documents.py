"""The invoice on paper, word by word: each side's own sums, and whatever language a name is in."""

import pytest

from assignments.states import State
from payments import actions
from payments.pdf import document
from payments.self_billing import NO_TAX
from tests.payments.support import Deal
from tests.support.pdf import words

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("frozen")]


def parts(deal: Deal, name: str) -> tuple[str, str]:
    """What a document begins with, its title in the reader's window first, and its footer."""
    row, title = deal.row, f"{name} INV-000001"
    head = (
        f"{title} {title} {row.number} {row.title} Supplier (worker) {deal.worker} Albany, NY, US "
        "Customer (client) Acme Retail Issued by Onsite Issued Dec 1 Work done Dec 1 "
        "Terms 30 days from the day of this note Due Dec 31 State"
    )
    return head, f"{title} · page 1 of 1"


def said(deal: Deal, fee: str = "") -> str:
    """The self-billing note below the sums; the client's copy says whose the fee is."""
    return (
        f"Self-billing note Onsite issues this note in the name and on behalf of {deal.worker} for work done for "
        f"Acme Retail.{fee} {NO_TAX}"
    )


def test_the_clients_invoice_has_fee_and_total():
    deal = Deal(State.APPROVED, title="Zmień dwa „przełączniki” (A) \\ B")
    head, foot = parts(deal, "Invoice")
    sums = "Open Flat price $350.00 Worker pay $350.00 Platform fee $35.00 Total $385.00"
    fee = " The platform fee is billed by Onsite in its own name."
    assert words(document(deal.invoice, "client")) == f"{head} {sums} {said(deal, fee)} {foot}"


def test_the_workers_pay_note_has_pay_and_fastfunds_and_nothing_of_the_clients():
    deal = Deal(State.APPROVED, fastfunds_eligible=True)
    deal.advance()
    head, foot = parts(deal, "Pay note")
    sums = (
        "Open Flat price $350.00 You receive $350.00 FastFunds fee −$26.25 "
        "Received early by FastFunds $323.75"
    )
    assert words(document(deal.invoice, "worker")) == f"{head} {sums} {said(deal)} {foot}"


def test_a_paid_one_says_when_where_the_client_is():
    deal = Deal(State.APPROVED)
    actions.pay([deal.invoice.pk], actor=deal.owner)
    assert "State Paid Tue, Dec 1, 7:00 AM EST" in words(document(deal.invoice, "client"))


def test_a_text_that_cannot_be_read_back_is_an_error():
    """The reader of the tests: it never takes an unreadable document for an empty one."""
    with pytest.raises(AssertionError):
        words(b"%PDF-1.3 nothing")
