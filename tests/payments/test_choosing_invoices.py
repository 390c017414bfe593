"""The list of invoices offers a choice only where something can be paid."""

import pytest

from assignments.states import State
from payments import actions
from payments.models import Invoice
from tests.payments.support import Deal
from tests.support.http import Visitor

pytestmark = pytest.mark.django_db


def test_a_list_of_what_cannot_be_paid_has_no_script_of_the_choice() -> None:
    """With nothing to choose there is no bar to keep, and the script must not look for one."""
    deal = Deal(State.APPROVED)
    owner = Visitor(deal.owner)
    page = owner.open("/payments/invoices/?show=open")
    assert ("Check the payment" in page.text, " data-pay " in page.html) == (True, True)
    actions.pay([Invoice.objects.get().pk], actor=deal.owner)
    page = owner.open("/payments/invoices/?show=paid")
    page.has("INV-000001")
    page.lacks("Check the payment", "data-pay")
