"""Balances of the past, taking back instead of editing, and who hears of a breach."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from common.errors import WrongState
from ledger.accounts import account, balance, balances
from ledger.audit import audit
from ledger.errors import InsufficientFunds
from ledger.history import balance_at, balances_at
from ledger.models import Account, Entry, Posting, Reservation
from ledger.post import Leg, post, reverse
from ledger.tasks import audit as audit_task
from notifications.models import Message
from tests.factories import StaffFactory, UserFactory
from tests.support.books import AT, alter, deposit, give_back, grant, set_aside, usd, use

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def paid(minor: int, after: int) -> Posting:
    """Money arrives for client 1, that many hours after AT."""
    legs = [Leg("client", 1, "cash", usd(minor)), Leg("provider", 0, "clearing", usd(-minor))]
    return post("deposit.received", key=f"paid-{after}", legs=legs, at=AT + after * HOUR)


@given(st.lists(st.integers(1, 10**9), max_size=8))
def test_the_balance_of_each_instant_is_what_was_posted_until_then(amounts: list[int]):
    with transaction.atomic():
        for after, minor in enumerate(amounts):
            paid(minor, after)
        for after in range(-1, len(amounts) + 1):
            so_far = usd(sum(amounts[: max(after + 1, 0)]))
            at = AT + after * HOUR
            assert balance_at("client", 1, "cash", "USD", at) == so_far
            assert balances_at("client", 1, "USD", at)["cash"] == so_far
            assert balances_at("client", 1, "USD", at + HOUR, before=True)["cash"] == so_far
        assert balances_at("client", 1, "USD", AT + 99 * HOUR) == balances("client", 1, "USD")
        transaction.set_rollback(True)


def test_all_balances_of_an_owner_are_one_query(django_assert_num_queries):
    deposit(1, usd(10_000))
    grant(1, usd(5_000))
    set_aside(1, 11, usd(7_000))
    alter(1, 11, usd(9_000))
    with django_assert_num_queries(1):
        found = balances_at("client", 1, "USD", AT)
    assert found == balances("client", 1, "USD")
    assert balances_at("client", 1, "USD", AT, before=True) == dict.fromkeys(found, usd(0))
    assert balances_at("client", 1, "EUR", AT)["cash"].minor == 0


def test_a_reversal_mirrors_once_and_is_not_reversed():
    wrong = deposit(1, usd(500))
    mirror = reverse(wrong.pk, key="back", at=AT + HOUR, memo="The cheque bounced")
    assert reverse(wrong.pk, key="back", at=AT + HOUR).pk == mirror.pk
    assert balance("client", 1, "cash", "USD") == usd(0)
    assert balance_at("client", 1, "cash", "USD", AT) == usd(500)
    for pk, key in ((wrong.pk, "again"), (mirror.pk, "back and forth")):
        with pytest.raises(WrongState):
            reverse(pk, key=key, at=AT)
    assert Posting.objects.count() == 2
    assert audit() == []


def test_spent_money_is_not_taken_back():
    wrong = deposit(1, usd(500))
    set_aside(1, 11, usd(1), immediate=True)
    with pytest.raises(InsufficientFunds, match=r"\$0\.01 short"):
        reverse(wrong.pk, key="back", at=AT)
    assert not Posting.objects.filter(reverses__isnull=False).exists()


def forge(reverses: Posting, *minor: int) -> None:
    """A reversal past every check in Python, with these amounts for cash and clearing."""
    posting = Posting(id=uuid.uuid4(), key=str(uuid.uuid4()), kind="forged", at=AT, reverses=reverses)
    rows = (account("client", 1, "cash", "USD"), account("provider", 0, "clearing", "USD"))
    Entry.objects.bulk_create(
        Entry(posting_id=posting.pk, account=row, at=AT, amount_minor=one, currency="USD")
        for row, one in zip(rows, minor, strict=True)
    )
    posting.save(force_insert=True)


def test_the_database_takes_no_second_reversal_and_no_crooked_one():
    wrong = deposit(1, usd(500))
    with pytest.raises(IntegrityError, match="mirrors a posting exactly"), transaction.atomic():
        forge(wrong, -499, 499)
    forge(wrong, -500, 500)
    with pytest.raises(IntegrityError), transaction.atomic():
        forge(wrong, -500, 500)
    with pytest.raises(IntegrityError, match="mirrors a posting exactly"), transaction.atomic():
        forge(Posting.objects.get(reverses=wrong), 500, -500)


@pytest.mark.parametrize("end", [give_back, use])
def test_an_ended_reservation_never_changes_and_none_is_deleted(end):
    deposit(1, usd(10_000))
    set_aside(1, 11, usd(3_000))
    rows = Reservation.objects.filter(subject_id=11)
    with pytest.raises(IntegrityError, match="keeps its subject"), transaction.atomic():
        rows.update(subject_id=12)
    end(1, 11)
    for change in ({"state": "open", "closed_at": None}, {"cash_minor": 1}):
        with pytest.raises(IntegrityError, match="keeps its subject"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        rows._raw_delete("default")


def test_an_account_that_was_below_zero_for_a_moment_is_found():
    cash = account("client", 1, "cash", "USD")
    Account.objects.filter(pk=cash.pk).update(overdraft=True)
    post("odd", key="1", legs=[Leg("client", 1, "cash", usd(-5)), Leg("worker", 2, "balance", usd(5))], at=AT)
    deposit(1, usd(9))
    Account.objects.filter(pk=cash.pk).update(overdraft=False)
    assert [(one.check, one.sentence) for one in audit()] == [
        ("dipped", f"account {cash.pk} was at -5 USD once and may not be below zero at any instant")
    ]


def test_staff_are_told_of_a_breach_once_a_day_and_nobody_else():
    reader = StaffFactory(name="Rae Reader")
    StaffFactory(name="Sue Support", is_superuser=False)
    UserFactory(name="Una User")
    deposit(1, usd(500))
    assert audit_task() == 0
    Account.objects.filter(purpose="cash").update(balance_minor=501)
    assert (audit_task(), audit_task()) == (1, 1)
    [message] = Message.objects.all()
    assert (message.kind, message.user_id) == ("ledger.breached", reader.pk)
    assert "says 501, its entries say 500" in message.context["facts"]["breaches"][0]
