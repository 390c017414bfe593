import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from common.errors import Conflict
from common.money import Money
from ledger import post as post_module
from ledger.accounts import account, balance
from ledger.errors import InsufficientFunds
from ledger.models import Account, Entry, Posting
from ledger.post import Leg, post
from tests.support.books import AT, deposit, usd

pytestmark = pytest.mark.django_db


def pay(minor: int, key: str = "pay-1", **more: object) -> Posting:
    legs = [Leg("client", 1, "cash", usd(-minor)), Leg("worker", 2, "balance", usd(minor))]
    return post("invoice.paid", key=key, legs=legs, at=AT, **more)  # type: ignore[arg-type]


def test_post_writes_the_posting_its_entries_and_the_balances():
    deposit(1, usd(1000))
    actor = User.objects.create_user("priya@onsite.example", name="Priya Nair")
    posting = pay(400, subject_type="invoice", subject_id=9, actor=actor, memo="A-10482")
    posting.refresh_from_db()
    assert (posting.kind, posting.key, posting.at, posting.memo) == ("invoice.paid", "pay-1", AT, "A-10482")
    assert (posting.subject_type, posting.subject_id, posting.actor_id) == ("invoice", 9, actor.pk)
    assert {(e.account.owner_kind, e.amount) for e in posting.entries.all()} == {
        ("client", usd(-400)),
        ("worker", usd(400)),
    }
    assert balance("client", 1, "cash", "USD") == usd(600)
    assert balance("worker", 2, "balance", "USD") == usd(400)
    assert str(posting) == "invoice.paid pay-1"
    assert str(posting.entries.order_by("amount_minor")[0]).startswith("-$4.00 on account")


def test_post_leaves_zero_legs_out():
    deposit(1, usd(1000))
    legs = [
        Leg("client", 1, "cash", usd(-5)),
        Leg("worker", 2, "balance", usd(5)),
        Leg("platform", 0, "fee", usd(0)),
    ]
    assert post("invoice.paid", key="k", legs=legs, at=AT).entries.count() == 2
    assert not Account.objects.filter(owner_kind="platform").exists()


def test_post_twice_to_one_account_in_one_posting():
    legs = [
        Leg("provider", 0, "clearing", usd(-30)),
        Leg("client", 1, "cash", usd(10)),
        Leg("client", 1, "cash", usd(20)),
    ]
    assert post("deposit.received", key="k", legs=legs, at=AT).entries.count() == 3
    assert balance("client", 1, "cash", "USD") == usd(30)


def test_post_that_only_passes_through_an_account_leaves_its_balance():
    deposit(1, usd(100))
    legs = [
        Leg("client", 1, "cash", usd(-10)),
        Leg("client", 1, "cash", usd(10)),
    ]
    post("deposit.corrected", key="k", legs=legs, at=AT)
    assert balance("client", 1, "cash", "USD") == usd(100)


def test_post_again_with_the_same_key_and_legs_is_the_first_posting():
    deposit(1, usd(1000))
    assert pay(400) == pay(400)
    assert balance("client", 1, "cash", "USD") == usd(600)


def test_post_again_with_the_same_key_and_other_legs_is_a_conflict():
    deposit(1, usd(1000))
    pay(400)
    with pytest.raises(Conflict):
        pay(401)
    assert balance("client", 1, "cash", "USD") == usd(600)


def test_post_refuses_to_overdraw_and_says_what_is_short():
    deposit(1, usd(10_000))
    with pytest.raises(InsufficientFunds) as refused:
        pay(22_000)
    error = refused.value
    assert (error.owner_kind, error.owner_id, error.purpose, error.short) == (
        "client",
        1,
        "cash",
        usd(12_000),
    )
    assert error.sentence == "The cash balance is $120.00 short."
    assert Posting.objects.count() == 1


def test_post_by_an_account_with_overdraft_goes_below_zero():
    deposit(1, usd(10_000))
    assert balance("provider", 0, "clearing", "USD") == usd(-10_000)


def test_post_names_the_sum_in_the_words_of_its_owner():
    with pytest.raises(InsufficientFunds) as refused:
        post(
            "withdrawal.requested",
            key="w",
            legs=[Leg("worker", 2, "balance", usd(-1)), Leg("worker", 2, "pending_payout", usd(1))],
            at=AT,
        )
    assert refused.value.sentence == "Available to withdraw is $0.01 short."
    assert InsufficientFunds("client", 1, "reserved_cash", usd(1)).sentence == "The balance is $0.01 short."


@pytest.mark.parametrize(
    "legs",
    [
        [],
        [Leg("client", 1, "cash", usd(0)), Leg("provider", 0, "clearing", usd(0))],
        [Leg("client", 1, "cash", usd(5))],
        [Leg("client", 1, "cash", usd(5)), Leg("provider", 0, "clearing", usd(-4))],
        [Leg("client", 1, "cash", usd(5)), Leg("provider", 0, "clearing", Money(-5, "EUR"))],
    ],
)
def test_post_refuses_legs_that_do_not_sum_to_zero(legs: list[Leg]):
    with pytest.raises(ValueError, match="sum to zero"):
        post("deposit.received", key="k", legs=legs, at=AT)


def test_post_in_two_currencies_sums_to_zero_in_each():
    euro = Money(70, "EUR")
    legs = [
        Leg("client", 1, "cash", usd(5)),
        Leg("provider", 0, "clearing", usd(-5)),
        Leg("client", 1, "cash", euro),
        Leg("provider", 0, "clearing", -euro),
    ]
    post("deposit.received", key="k", legs=legs, at=AT)
    assert (balance("client", 1, "cash", "USD"), balance("client", 1, "cash", "EUR")) == (usd(5), euro)


@pytest.mark.django_db(transaction=True)
def test_post_outside_a_transaction_is_an_error():
    with pytest.raises(RuntimeError):
        deposit(1, usd(5))


def test_post_whose_key_was_taken_in_between_is_a_conflict(monkeypatch: pytest.MonkeyPatch):
    deposit(1, usd(100), key="k")
    monkeypatch.setattr(Posting.objects, "filter", lambda **named: _Blind(named))
    with pytest.raises(Conflict):
        deposit(1, usd(7), key="k")
    monkeypatch.undo()
    assert balance("client", 1, "cash", "USD") == usd(100)


class _Blind:
    """A lookup that does not see the row yet, as in the instant before the other transaction commits."""

    def __init__(self, named: dict[str, object]) -> None:
        self.named = named

    def first(self) -> None:
        return None

    def exists(self) -> bool:
        return Posting._base_manager.filter(**self.named).exists()


def test_post_that_the_database_refuses_for_another_reason_shows_that(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(post_module, "check_covered", lambda legs, locked: None)
    account("client", 1, "cash", "USD")
    with pytest.raises(IntegrityError, match="ledger_account_not_below_zero"):
        pay(1)
    assert not Entry.objects.exists()


def test_post_needs_the_same_number_of_queries_for_many_legs(django_assert_num_queries):
    legs = [Leg("worker", n, "balance", usd(1)) for n in range(1, 31)]
    legs.append(Leg("provider", 0, "clearing", usd(-30)))
    post("bonus.paid", key="warm", legs=legs, at=AT)
    with django_assert_num_queries(7):
        post("bonus.paid", key="many", legs=legs, at=AT)
    with django_assert_num_queries(7):
        post("bonus.paid", key="few", legs=[legs[0], Leg("provider", 0, "clearing", usd(-1))], at=AT)


def test_post_rolls_back_with_the_callers_transaction():
    with transaction.atomic():
        deposit(1, usd(5))
        transaction.set_rollback(True)
    assert not Posting.objects.exists()
    assert balance("client", 1, "cash", "USD") == usd(0)
