import pytest

from common.errors import Conflict, WrongState
from common.money import Money
from ledger.audit import audit
from ledger.errors import InsufficientFunds
from ledger.models import Posting, Reservation
from ledger.reserve import Available, available, reserved
from tests.support.books import AT, alter, deposit, figures, fresh_key, give_back, grant, set_aside, usd, use

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def funds():
    """Client 1: 100.00 cash and 50.00 terms; client 2 has money that must never move."""
    deposit(1, usd(10_000))
    grant(1, usd(5_000))
    deposit(2, usd(7_000))
    yield
    assert figures(2) == (7_000, 0, 0, 0)
    assert audit() == []


def test_reserve_for_immediate_payment_takes_cash_only():
    row = set_aside(1, 11, usd(6_000), immediate=True)
    assert (row.cash, row.terms, row.total, row.state) == (usd(6_000), usd(0), usd(6_000), "open")
    assert (row.opened_at, row.closed_at, str(row)) == (AT, None, "$60.00 for job 11")
    assert figures(1) == (4_000, 5_000, 6_000, 0)


def test_reserve_for_net_terms_takes_terms_first_then_cash():
    row = set_aside(1, 11, usd(6_000))
    assert (row.cash, row.terms) == (usd(1_000), usd(5_000))
    assert figures(1) == (9_000, 0, 1_000, 5_000)


def test_reserve_for_immediate_payment_refuses_more_than_cash():
    with pytest.raises(InsufficientFunds) as refused:
        set_aside(1, 11, usd(12_000), immediate=True)
    assert refused.value.short == usd(2_000)
    assert refused.value.sentence == "The cash balance is $20.00 short."
    assert not Reservation.objects.exists()


def test_reserve_for_net_terms_refuses_more_than_cash_and_terms():
    set_aside(1, 11, usd(15_000))
    with pytest.raises(InsufficientFunds) as refused:
        set_aside(1, 12, usd(12_000))
    assert refused.value.purpose == "to_spend"
    assert refused.value.sentence == "Available to spend is $120.00 short."


def test_reserve_of_nothing_is_a_reservation_without_a_posting():
    postings = Posting.objects.count()
    assert set_aside(1, 11, usd(0)).total == usd(0)
    assert alter(1, 11, usd(0)).total == usd(0)
    assert give_back(1, 11).state == "released"
    assert Posting.objects.count() == postings


def test_reserve_below_zero_is_an_error():
    with pytest.raises(ValueError, match="below zero"):
        set_aside(1, 11, usd(-1))


def test_reserve_again_with_the_same_key_changes_nothing():
    first = set_aside(1, 11, usd(6_000), key="k")
    assert set_aside(1, 11, usd(6_000), key="k") == first
    assert figures(1) == (9_000, 0, 1_000, 5_000)


@pytest.mark.parametrize(
    ("job", "minor", "immediate"), [(11, 6_001, False), (12, 6_000, False), (11, 6_000, True)]
)
def test_reserve_again_with_the_same_key_for_something_else_is_a_conflict(
    job: int, minor: int, immediate: bool
):
    set_aside(1, 11, usd(6_000), key="k")
    with pytest.raises(Conflict):
        set_aside(1, job, usd(minor), immediate=immediate, key="k")


def test_reserve_twice_for_one_subject_is_a_conflict():
    set_aside(1, 11, usd(100))
    with pytest.raises(Conflict, match="already set aside"):
        set_aside(1, 11, usd(100))


def test_reserve_again_after_release():
    set_aside(1, 11, usd(100))
    give_back(1, 11)
    assert set_aside(1, 11, usd(200)).total == usd(200)
    assert reserved("job", 11) == Reservation.objects.latest("pk")


@pytest.mark.parametrize(
    ("before", "after", "immediate", "expected"),
    [
        (3_000, 4_000, False, (10_000, 1_000, 0, 4_000)),
        (3_000, 9_000, False, (6_000, 0, 4_000, 5_000)),
        (9_000, 3_000, False, (10_000, 2_000, 0, 3_000)),
        (9_000, 9_000, True, (1_000, 5_000, 9_000, 0)),
        (9_000, 9_000, False, (6_000, 0, 4_000, 5_000)),
        (9_000, 0, False, (10_000, 5_000, 0, 0)),
    ],
)
def test_change_splits_as_if_made_anew(
    before: int, after: int, immediate: bool, expected: tuple[int, int, int, int]
):
    set_aside(1, 11, usd(before))
    assert alter(1, 11, usd(after), immediate=immediate).total == usd(after)
    assert figures(1) == expected


def test_change_refuses_what_is_not_there_and_keeps_the_reservation():
    set_aside(1, 11, usd(9_000))
    with pytest.raises(InsufficientFunds) as refused:
        alter(1, 11, usd(15_001))
    assert refused.value.short == usd(1)
    assert figures(1) == (6_000, 0, 4_000, 5_000)


def test_change_again_with_the_same_key_changes_nothing():
    set_aside(1, 11, usd(1_000))
    alter(1, 11, usd(2_000), key="k")
    alter(1, 11, usd(3_000))
    assert alter(1, 11, usd(2_000), key="k").total == usd(3_000)
    with pytest.raises(Conflict):
        alter(1, 11, usd(2_001), key="k")


def test_release_gives_everything_back():
    set_aside(1, 11, usd(6_000))
    row = give_back(1, 11, key="k")
    assert (row.state, row.closed_at, row.total) == ("released", AT, usd(6_000))
    assert figures(1) == (10_000, 5_000, 0, 0)
    assert give_back(1, 11, key="k") == row
    assert reserved("job", 11) is None


def test_consume_returns_terms_and_cash_for_the_payment():
    set_aside(1, 11, usd(6_000))
    assert use(1, 11, key="k").state == "consumed"
    assert figures(1) == (10_000, 5_000, 0, 0)
    assert use(1, 11, key="k").state == "consumed"


@pytest.mark.parametrize("act", [give_back, use, lambda client, job: alter(client, job, usd(5))])
def test_closing_or_changing_what_is_not_open_is_refused(act):
    with pytest.raises(WrongState):
        act(1, 11)
    set_aside(1, 11, usd(5))
    with pytest.raises(WrongState):
        act(2, 11)
    give_back(1, 11)
    with pytest.raises(WrongState):
        act(1, 11)


def test_available_tells_every_figure():
    set_aside(1, 11, usd(6_000))
    assert available(1, "USD") == Available(
        cash=usd(9_000),
        terms=usd(0),
        reserved_cash=usd(1_000),
        reserved_terms=usd(5_000),
        to_spend=usd(9_000),
    )
    none = Money(0, "EUR")
    assert available(1, "EUR") == Available(none, none, none, none, none)


def test_reserve_in_one_currency_does_not_touch_another():
    deposit(1, Money(500, "EUR"))
    set_aside(1, 11, Money(400, "EUR"))
    assert (figures(1), figures(1, "EUR")) == ((10_000, 5_000, 0, 0), (100, 0, 400, 0))


def test_grant_terms_sets_the_limit_up_and_down():
    set_aside(1, 11, usd(3_000))
    posting = grant(1, usd(8_000))
    assert posting is not None
    assert posting.memo == "Terms limit $80.00"
    assert figures(1) == (10_000, 5_000, 0, 3_000)
    grant(1, usd(3_000))
    assert figures(1) == (10_000, 0, 0, 3_000)
    assert grant(1, usd(3_000)) is None


def test_grant_terms_below_what_is_in_use_is_refused():
    set_aside(1, 11, usd(3_000))
    with pytest.raises(InsufficientFunds) as refused:
        grant(1, usd(2_900))
    assert refused.value.sentence == "The free terms limit is $1.00 short."


def test_grant_terms_again_with_the_same_key_changes_nothing():
    key = fresh_key()
    first = grant(1, usd(9_000), key=key)
    grant(1, usd(1_000))
    assert grant(1, usd(9_000), key=key) == first
    assert figures(1) == (10_000, 1_000, 0, 0)
    with pytest.raises(Conflict):
        grant(1, usd(9_001), key=key)


def test_reserve_stays_at_a_constant_number_of_queries(django_assert_max_num_queries):
    set_aside(1, 11, usd(100))
    with django_assert_max_num_queries(11):
        set_aside(1, 12, usd(6_000))
