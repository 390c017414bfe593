"""From the first bank account to the first withdrawal, on a desk and on a phone (S38 and what stands before it)."""

import re

import pytest

from assignments.states import State
from payments.actions.bank_accounts import amounts_of
from payments.models import PayoutAccount, TaxForm, Withdrawal
from tests.factories import StaffFactory, assignment_in
from tests.payments.payouts import small_batch
from tests.support.browser import PHONE, Desk
from tests.support.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desk", "phone"])
def test_a_worker_proves_an_account_gives_tax_data_and_withdraws(
    windows: Desk, cast: Cast, viewport: dict[str, int] | None
) -> None:
    assignment_in(State.PAID, owner=cast.owner, by=cast.worker)
    more = {"viewport": viewport} if viewport else {}
    me = windows.window(cast.worker.user, **more).open("/payments/").has("Available to withdraw $350.00")
    me.follow("Withdraw").has("Before the first withdrawal:", "Give your tax data once.")

    # The account, and its two amounts: wrong once, then right.
    me.follow("Add a bank account")
    me.fill(
        holder="Wanda Worker",
        bank_name="North Bank",
        number="000123456789",
        routing="021000021",
        kind="savings",
    ).press("Add bank account")
    me.has("Two small payments go out next").lacks("000123456789")
    small_batch(staff=StaffFactory(name="Stella Staff"))
    account = PayoutAccount.objects.get()
    first, second = (f"0.{minor:02}" for minor in amounts_of(account))
    me.open("/payments/accounts/").follow(re.compile("^Enter amounts"))
    me.fill(first="0.16", second=second).press("Verify the account", 422)
    me.has("2 tries are left.")
    assert me.page.locator("[name=second]").input_value() == second
    me.fill(first=second, second=first).press("Verify the account").has("is verified")

    # The tax data: one error, nothing typed is lost.
    me.open("/payments/withdraw/").follow("Give tax data")
    me.fill(
        name="Wanda Worker", classification="individual", street="7 Elm Street", city="Albany", region="NY",
        postcode="12207", tin="219-09",
    )  # fmt: skip
    me.page.get_by_label("Social Security number (SSN)").check()
    me.page.locator("[name=certified]").check()
    me.press("Save tax data", 422).has("Enter the nine digits of your Social Security number.")
    assert me.page.locator("[name=street]").input_value() == "7 Elm Street"
    me.fill(tin="219-09-9999").press("Save tax data").has("ending in 9999").lacks("219-09-9999")
    assert TaxForm.objects.get().tin_last4 == "9999"

    # The money.
    me.open("/payments/withdraw/").fill(amount="100.00").press("Check the withdrawal")
    me.has("Left in your balance", "$250.00").press("Withdraw $100.00").has("Requested")
    assert Withdrawal.objects.get().amount_minor == 10_000
    me.open("/payments/tax/").follow(str(account.added_at.year))
    me.has("$350.00")
    wide = me.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0
