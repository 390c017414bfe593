"""Real connections at the same instant. Only PostgreSQL has row locks to prove."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction

from ledger.audit import audit
from ledger.errors import InsufficientFunds
from ledger.models import Account, Posting
from tests.support.books import deposit, figures, give_back, set_aside, usd
from tests.support.together import each_at_once

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs real row locks"),
]


def at_once(count: int, act: Callable[[int], object]) -> list[object]:
    """Run `act(n)` `count` times together, each in a transaction; returns the values, or the errors raised."""
    return each_at_once(count, transaction.atomic(act))


def test_twenty_reservations_from_cash_for_five_make_exactly_five():
    with transaction.atomic():
        deposit(1, usd(500))
    results = at_once(20, lambda n: set_aside(1, n, usd(100), immediate=True))
    refused = [result for result in results if isinstance(result, InsufficientFunds)]
    assert len(refused) == 15
    assert figures(1) == (0, 0, 500, 0)
    assert audit() == []


def test_the_same_key_from_ten_connections_is_one_posting():
    results = at_once(10, lambda n: deposit(1, usd(100), key="once").pk)
    assert len(set(map(str, results))) == 1
    assert (Posting.objects.count(), figures(1)[0]) == (1, 100)


def test_new_accounts_are_made_once():
    results = at_once(10, lambda n: deposit(1, usd(n + 1)).pk)
    assert len(set(map(str, results))) == 10
    assert (Account.objects.count(), figures(1)[0]) == (2, 55)
    assert audit() == []


def test_reserving_and_releasing_cross_without_a_difference():
    with transaction.atomic():
        deposit(1, usd(1_000))
        for job in range(5):
            set_aside(1, job, usd(100))
    results = at_once(10, lambda n: give_back(1, n) if n < 5 else set_aside(1, n, usd(100)))
    assert not [result for result in results if isinstance(result, Exception)]
    assert figures(1) == (500, 0, 500, 0)
    assert audit() == []
