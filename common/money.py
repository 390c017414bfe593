"""Money: integer minor units with a currency. It never meets a float and never mixes currencies."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import total_ordering

_EXPONENTS = {
    "JPY": 0,
    "KRW": 0,
    "CLP": 0,
    "ISK": 0,
    "VND": 0,
    "KWD": 3,
    "BHD": 3,
    "OMR": 3,
    "TND": 3,
    "JOD": 3,
}
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
LARGEST_MINOR = 10**12
"""No single amount is larger than this: it keeps sums inside 64 bits and typing errors out."""


class CurrencyMismatch(TypeError):
    """Two currencies met in one sum."""


class BadAmount(ValueError):
    """A typed amount is not one: its text is the sentence for the field."""


def exponent(currency: str) -> int:
    """How many decimals a currency has (ISO 4217): 2 for most, 0 for JPY, 3 for KWD."""
    return _EXPONENTS.get(currency, 2)


def half_up(numerator: int, denominator: int) -> int:
    """Divide and round half away from zero, in integers."""
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    numerator, denominator = abs(numerator), abs(denominator)
    return sign * ((2 * numerator + denominator) // (2 * denominator))


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents) of one ISO 4217 currency."""

    minor: int
    currency: str

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} cannot be added or compared")

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.minor < other.minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return format_money(self)

    def percent(self, bps: int) -> "Money":
        """That many hundredths of a percent of it (1000 = 10 %), rounded half up to the minor unit."""
        return Money(half_up(self.minor * bps, 10_000), self.currency)

    def split(self, parts: int) -> list["Money"]:
        """Equal parts that add up exactly; the first ones carry what is left over."""
        if parts < 1:
            raise ValueError("an amount is split into at least one part")
        base, rest = divmod(self.minor, parts)
        return [Money(base + (1 if i < rest else 0), self.currency) for i in range(parts)]

    def decimal(self) -> Decimal:
        """The amount in major units, exact, for forms and exports."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    @classmethod
    def zero(cls, currency: str) -> "Money":
        return cls(0, currency)

    @classmethod
    def sum(cls, amounts: Iterable["Money"], currency: str) -> "Money":
        """Add up; `currency` says what an empty sum is in."""
        total = cls(0, currency)
        for amount in amounts:
            total += amount
        return total

    @classmethod
    def parse(cls, text: str, currency: str) -> "Money":
        """Read what a person typed ("$1,204.5"). Raises BadAmount with the sentence for the field."""
        bare = text.strip().removeprefix(_SYMBOLS.get(currency, currency)).replace(",", "").strip()
        if not bare.isascii() or not bare.replace(".", "", 1).removeprefix("-").isdigit():
            raise BadAmount("Enter an amount in digits, for example 320.00.")
        try:
            scaled = Decimal(bare).scaleb(exponent(currency))
        except InvalidOperation as error:
            raise BadAmount("Enter an amount in digits, for example 320.00.") from error
        if scaled != scaled.to_integral_value(ROUND_HALF_UP):
            raise BadAmount(f"{currency} amounts have at most {exponent(currency)} decimals.")
        if abs(scaled) > LARGEST_MINOR:
            raise BadAmount("Enter a smaller amount.")
        return cls(int(scaled), currency)


def format_money(money: Money, *, sign: bool = False) -> str:
    """ "$1,204.00", "-$5.00", "¥1,204", "KWD 1.250"; with `sign` a plus is shown too."""
    digits = exponent(money.currency)
    number = f"{abs(money.decimal()):,.{digits}f}"
    symbol = _SYMBOLS.get(money.currency, f"{money.currency} ")
    mark = "-" if money.minor < 0 else "+" if sign and money.minor > 0 else ""
    return f"{mark}{symbol}{number}"
