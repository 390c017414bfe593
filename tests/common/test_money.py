"""Money is exact, knows its currency, and reads what people type."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.money import LARGEST_MINOR, BadAmount, CurrencyMismatch, Money, exponent, format_money, half_up

amounts = st.integers(-(10**11), 10**11)


def usd(minor: int) -> Money:
    return Money(minor, "USD")


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (usd(120_400), "$1,204.00"),
        (usd(-500), "-$5.00"),
        (usd(0), "$0.00"),
        (Money(1_204, "JPY"), "¥1,204"),
        (Money(1_250, "KWD"), "KWD 1.250"),
        (Money(99, "EUR"), "€0.99"),
    ],
)
def test_words(money: Money, text: str):
    assert str(money) == text


def test_a_plus_is_shown_when_asked():
    assert [format_money(usd(n), sign=True) for n in (5, 0, -5)] == ["+$0.05", "$0.00", "-$0.05"]


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("320", "USD", 32_000),
        (" $1,204.5 ", "USD", 120_450),
        ("-3.10", "USD", -310),
        ("1204", "JPY", 1_204),
        ("1.25", "KWD", 1_250),
        ("KWD 1.25", "KWD", 1_250),
    ],
)
def test_what_people_type(text: str, currency: str, minor: int):
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency", "sentence"),
    [
        ("", "USD", "Enter an amount in digits, for example 320.00."),
        ("ten", "USD", "Enter an amount in digits, for example 320.00."),
        ("1.2.3", "USD", "Enter an amount in digits, for example 320.00."),
        ("1e3", "USD", "Enter an amount in digits, for example 320.00."),
        ("٣٢٠", "USD", "Enter an amount in digits, for example 320.00."),
        ("NaN", "USD", "Enter an amount in digits, for example 320.00."),
        ("1.234", "USD", "USD amounts have at most 2 decimals."),
        ("1.5", "JPY", "JPY amounts have at most 0 decimals."),
        (str(LARGEST_MINOR), "USD", "Enter a smaller amount."),
    ],
)
def test_what_is_no_amount(text: str, currency: str, sentence: str):
    with pytest.raises(BadAmount) as caught:
        Money.parse(text, currency)
    assert str(caught.value) == sentence


@given(amounts, st.sampled_from(["USD", "JPY", "KWD"]))
def test_words_are_read_back(minor: int, currency: str):
    money = Money(minor, currency)
    assert Money.parse(str(money.decimal()), currency) == money
    assert money.decimal() == Decimal(minor).scaleb(-exponent(currency))


@given(amounts, st.integers(1, 50))
def test_parts_add_up_and_differ_by_a_cent_at_most(minor: int, parts: int):
    made = usd(minor).split(parts)
    assert (len(made), Money.sum(made, "USD")) == (parts, usd(minor))
    assert max(made).minor - min(made).minor <= 1


def test_no_part_is_no_split():
    with pytest.raises(ValueError, match="at least one part"):
        usd(1).split(0)


@pytest.mark.parametrize(
    ("minor", "bps", "share"),
    [(35_000, 1_000, 3_500), (5, 1_000, 1), (4, 1_000, 0), (-5, 1_000, -1), (7, 0, 0)],
)
def test_percent_rounds_half_away_from_zero(minor: int, bps: int, share: int):
    assert usd(minor).percent(bps) == usd(share)


@given(amounts, st.integers(1, 10**6))
def test_half_up_is_off_by_half_at_most(numerator: int, denominator: int):
    assert abs(2 * (half_up(numerator, denominator) * denominator - numerator)) <= denominator


@pytest.mark.parametrize("act", ["__add__", "__sub__", "__lt__"])
def test_currencies_never_mix(act: str):
    with pytest.raises(CurrencyMismatch):
        getattr(usd(1), act)(Money(1, "EUR"))


def test_order_truth_and_sign():
    assert [usd(1) < usd(2), usd(2) >= usd(2), bool(usd(0)), bool(usd(-1))] == [True, True, False, True]
    assert -usd(5) + usd(7) - usd(1) == usd(1)
    assert Money.sum([], "EUR") == Money.zero("EUR")
