import pytest
from django.db import IntegrityError, transaction

from common.money import Money
from ledger.accounts import Ref, account, balance, balances, lock
from ledger.models import Account
from tests.support.books import deposit, usd

pytestmark = pytest.mark.django_db


def test_account_is_made_once_and_found_again():
    first = account("client", 7, "cash", "USD")
    assert account("client", 7, "cash", "USD") == first
    assert (first.overdraft, first.balance, str(first)) == (False, usd(0), "client 7 cash USD")


@pytest.mark.parametrize(
    ("owner_kind", "purpose"),
    [("platform", "fastfunds_advanced"), ("platform", "terms_granted"), ("provider", "clearing")],
)
def test_account_that_mirrors_somebody_elses_money_may_go_below_zero(owner_kind: str, purpose: str):
    assert account(owner_kind, 0, purpose, "USD").overdraft


@pytest.mark.parametrize(
    ("owner_kind", "purpose"),
    [("client", "balance"), ("worker", "cash"), ("bank", "cash"), ("platform", "clearing")],
)
def test_account_of_an_unknown_purpose_is_refused(owner_kind: str, purpose: str):
    with pytest.raises(ValueError, match=f"no account {owner_kind}/{purpose}"):
        account(owner_kind, 0, purpose, "USD")
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create(owner_kind=owner_kind, owner_id=0, purpose=purpose, currency="USD")


def test_account_of_the_platform_has_no_second_owner():
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create(owner_kind="platform", owner_id=3, purpose="fee", currency="USD")


@pytest.mark.parametrize("currency", ["usd", "US", "USDT", ""])
def test_account_needs_a_currency_code(currency: str):
    with pytest.raises(ValueError, match="no currency code"):
        account("client", 1, "cash", currency)


def test_account_exists_once_for_owner_purpose_and_currency():
    account("client", 1, "cash", "USD")
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create(owner_kind="client", owner_id=1, purpose="cash", currency="USD")


def test_balance_below_zero_is_refused_by_the_database():
    row = account("client", 1, "cash", "USD")
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=row.pk).update(balance_minor=-1)


@pytest.mark.parametrize("changed", [{"currency": "EUR"}, {"owner_id": 2}, {"purpose": "terms"}])
def test_account_keeps_its_identity(changed: dict[str, object]):
    row = account("client", 1, "cash", "USD")
    with pytest.raises(IntegrityError, match="keeps its owner"), transaction.atomic():
        Account.objects.filter(pk=row.pk).update(**changed)


def test_balance_is_what_is_owed_and_zero_without_an_account():
    deposit(1, usd(500))
    assert balance("client", 1, "cash", "USD") == usd(500)
    assert balance("provider", 0, "clearing", "USD") == usd(-500)
    assert balance("client", 1, "cash", "EUR") == Money(0, "EUR")
    assert balances("client", 1, "USD") == {
        "cash": usd(500),
        "reserved_cash": usd(0),
        "terms": usd(0),
        "reserved_terms": usd(0),
    }


def test_lock_makes_what_is_missing_and_returns_all():
    account("client", 1, "cash", "USD")
    refs = [Ref("client", 1, "cash", "USD"), Ref("worker", 2, "balance", "USD")]
    assert set(lock(refs)) == set(refs)
    assert Account.objects.count() == 2
