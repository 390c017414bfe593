from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.money import Money
from timeline.facts import MASK, masked, plain, plain_facts, revived


class Colour(Enum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (3, 3),
        (1.5, 1.5),
        ("word", "word"),
        (Colour.RED, "red"),
        (Money(1204, "USD"), {"minor": 1204, "currency": "USD"}),
        (datetime(2026, 11, 23, 9, tzinfo=timezone(timedelta(hours=-5))), "2026-11-23T14:00:00+00:00"),
        (date(2026, 12, 30), "2026-12-30"),
        (Decimal("1.50"), "1.50"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ({"a": (1, Money(5, "EUR"))}, {"a": [1, {"minor": 5, "currency": "EUR"}]}),
        ({3, 1, 2}, [1, 2, 3]),
        (frozenset({"b", "a"}), ["a", "b"]),
    ],
)
def test_plain_turns_values_into_json(value: object, expected: object):
    assert plain(value) == expected


@pytest.mark.parametrize("value", [object(), b"bytes", datetime(2026, 1, 1), lambda: None])  # noqa: DTZ001
def test_plain_refuses_what_is_no_fact(value: object):
    with pytest.raises(TypeError, match="cannot be kept as a fact"):
        plain(value)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_plain_facts_refuse_numbers_that_json_has_no_word_for(number: float):
    with pytest.raises(ValueError, match="not JSON compliant"):
        plain_facts({"lat": number})


def test_plain_facts_of_nothing_are_empty():
    assert plain_facts(None) == {}


def test_masked_hides_secrets_at_any_depth():
    facts = {
        "note": "x",
        "Password": "p",
        "rows": [{"api_token": 1, "ok": 2}],
        "bank": {"account_number": {"a": 1}},
    }
    assert masked(facts) == {
        "note": "x",
        "Password": MASK,
        "rows": [{"api_token": MASK, "ok": 2}],
        "bank": {"account_number": MASK},
    }


def test_revived_brings_money_instants_and_days_back():
    facts = {
        "price": Money(5, "USD"),
        "start_at": datetime(2026, 12, 1, 14, tzinfo=UTC),
        "due_on": date(2026, 12, 30),
        "paid_at": None,
        "rows": [{"amount": Money(7, "EUR")}],
        "note": "2026-12-30",
    }
    assert revived(plain_facts(facts)) == facts


def test_revived_leaves_words_that_are_no_dates():
    assert revived({"start_at": "soon", "due_on": "never"}) == {"start_at": "soon", "due_on": "never"}


leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["", "word"])
    | st.builds(Money, st.integers(), st.just("USD"))
)
trees = st.recursive(
    leaves, lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from("abc"), inner), max_leaves=9
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from("abc"), trees))
def test_revived_is_the_reverse_of_plain(facts: dict[str, object]):
    assert revived(plain_facts(facts)) == facts
