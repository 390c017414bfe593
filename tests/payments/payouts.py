"""Short words for tests of payouts: a bank account that is verified by real acts, tax data, a provider's settings."""

from itertools import count
from typing import Any

from accounts.models import User
from common.money import Money
from payments import actions, queries
from payments.actions import TaxData
from payments.actions.bank_accounts import amounts_of
from payments.models import PayoutAccount, PayoutBatch, TaxForm
from payments.states import PayoutFormat
from tests.factories import StaffFactory
from workers.queries import worker_of

ROUTING = "021000021"
IBAN = "DE89370400440532013000"
SSN = "219-09-9999"
PROVIDER = {
    "ONSITE_PROVIDER_URL": "http://127.0.0.1:1/v1",
    "ONSITE_PROVIDER_KEY": "provider-key",
    "ONSITE_PROVIDER_WEBHOOK_SECRET": "hook-secret",
    "ONSITE_PROVIDER_TIMEOUT_SECONDS": 1,
}
PAYER = {
    "ONSITE_PAYER_NAME": "Onsite Műhely",
    "ONSITE_PAYER_ACCOUNTS": {"USD": "000987654321", "EUR": "DE02120300000000202051"},
    "ONSITE_PAYER_BIC": "BYLADEM1001",
    "ONSITE_ACH_ROUTING": "011000015",
    "ONSITE_ACH_BANK_NAME": "Federal Example Bank",
    "ONSITE_ACH_COMPANY_ID": "1234567890",
}
"""The portal's own bank, for files."""

_numbers = count(1)


def account_of(user: User, **other: Any) -> PayoutAccount:
    """A bank account of the worker, its small payments waiting."""
    given = {
        "holder": user.name,
        "bank_name": "First Example Bank",
        "routing": ROUTING,
        "number": f"00012345{next(_numbers):04}",
        **other,
    }
    return actions.add_account(actor=user, **given)


def small_batch(currency: str = "USD", staff: User | None = None) -> PayoutBatch:
    """The CSV file with every small payment that waits."""
    small = queries.whole_pairs(currency)
    return actions.make_batch(
        actor=staff or StaffFactory(),
        currency=currency,
        format=PayoutFormat.CSV,
        withdrawal_ids=[],
        expected=Money(actions.small_total(small), currency),
        key=f"small-{next(_numbers)}",
    )


def verified(user: User, staff: User | None = None, **other: Any) -> PayoutAccount:
    """A bank account whose two amounts went out in a file and were entered."""
    account = account_of(user, **other)
    small_batch(account.currency, staff)
    first, second = amounts_of(account)
    assert actions.confirm_account(account.pk, actor=user, amounts=(second, first))
    return PayoutAccount.objects.get(pk=account.pk)


def tax_data(user: User, **other: Any) -> TaxForm:
    given = {
        "name": user.name, "business_name": "", "classification": "individual", "street": "7 Elm Street",
        "city": "Albany", "region": "NY", "postcode": "12207", "tin_type": "ssn", "tin": SSN, **other,
    }  # fmt: skip
    return actions.give_tax_data(TaxData(**given), actor=user, certified=True)


def ready(user: User, staff: User | None = None, **other: Any) -> PayoutAccount:
    """Everything that stands between a worker and the own money."""
    tax_data(user)
    return verified(user, staff, **other)


def known(user: User) -> Any:
    """The worker behind an account."""
    found = worker_of(user)
    assert found is not None
    return found
