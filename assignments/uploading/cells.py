"""What a cell means: dates, times, amounts, hours, counts, yes and no. Each refuses in a sentence; none uses floats."""

import re
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from common.money import BadAmount, Money, exponent, format_money


class BadCell(ValueError):
    """The cell cannot be taken; the text is the sentence."""


_ISO_DAY: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_US_DAY: Final = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})", re.ASCII)
_CLOCK: Final = re.compile(
    r"(\d{1,2})(?::(\d{2}))?(?::(\d{2}))?(?:\.0+)?\s*([ap])?\.?(m\.?)?", re.IGNORECASE | re.ASCII
)
_MOMENT: Final = re.compile(r"(\S+?)(?:T|,?\s+|$)(.*)")
_OFFSET: Final = re.compile(r".*(?:Z|[+-]\d{2}:?\d{2})", re.IGNORECASE | re.ASCII)
_GROUPED: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+", re.ASCII)
_HOURS: Final = re.compile(r"(\d{1,4})(?:\.(\d{1,4}))?\s*(?:h|hrs?|hours?)?", re.IGNORECASE | re.ASCII)
_HOURS_CLOCK: Final = re.compile(r"(\d{1,4}):([0-5]\d)", re.ASCII)
_WHOLE: Final = re.compile(r"(\d{1,9})(?:\.0+)?", re.ASCII)
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:,\d{3})+", re.ASCII)
YES: Final = frozenset({"yes", "y", "true", "1", "x", "on"})
NO: Final = frozenset({"no", "n", "false", "0", "off"})

DAY_EXAMPLE: Final = "Enter the date as 2026-12-01 or 12/1/2026."
TIME_EXAMPLE: Final = "Enter the time as 09:00 or 9:00 AM."


def day(text: str) -> date:
    """ "2026-12-01", "12/1/2026", "12/1/26": year first, or the American order."""
    if found := _ISO_DAY.fullmatch(text):
        year, month, number = (int(part) for part in found.groups())
    elif found := _US_DAY.fullmatch(text):
        month, number, year = (int(part) for part in found.groups())
        year += 2000 if year < 100 else 0
    else:
        raise BadCell(DAY_EXAMPLE)
    try:
        made = date(year, month, number)
    except ValueError:
        raise BadCell(f"There is no such day as {text}. {DAY_EXAMPLE}") from None
    if not 2000 <= made.year <= 2200:
        raise BadCell("Enter a year between 2000 and 2200.")
    return made


def clock(text: str) -> time:
    """ "09:00", "9:00 AM", "9 am", "14:30:00". A bare number is no time."""
    found = _CLOCK.fullmatch(text.strip())
    if not found or not (found[2] or found[4]):
        raise BadCell(TIME_EXAMPLE)
    hour, minute, second = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    half = (found[4] or "").lower()
    if found[5] and not half:
        raise BadCell(TIME_EXAMPLE)
    if half:
        if not 1 <= hour <= 12:
            raise BadCell(TIME_EXAMPLE)
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        raise BadCell(TIME_EXAMPLE)
    return time(hour, minute)


def moment(text: str) -> datetime:
    """A date with a time: naive (the site's clocks), or aware where the cell names its offset ("...Z", "...+01:00")."""
    if _OFFSET.fullmatch(text) and "T" in text.upper():
        try:
            return datetime.fromisoformat(text.upper())
        except ValueError:
            raise BadCell(f"{DAY_EXAMPLE} {TIME_EXAMPLE}") from None
    found = _MOMENT.fullmatch(text)
    if not found:
        raise BadCell(DAY_EXAMPLE)
    on = day(found[1])
    if not found[2]:
        raise BadCell("Enter the time too, for example 2026-12-01 09:00.")
    return datetime.combine(on, clock(found[2]))


def amount(text: str, currency: str) -> int:
    """Minor units of an amount of zero or more. Commas are only taken between thousands: "1,204.50", never "12,50"."""
    symbol = format_money(Money(0, currency)).strip("0.").strip()
    bare = text.removeprefix(symbol).removeprefix(currency).removesuffix(currency).strip()
    if re.fullmatch(r"\d+,\d{1,2}", bare, re.ASCII):
        raise BadCell(f"Enter the amount with a point: {bare.replace(',', '.')}.")
    if not _GROUPED.fullmatch(bare):
        raise BadCell(f"Enter an amount in digits, for example {'320.00' if exponent(currency) else '320'}.")
    try:
        return Money.parse(bare, currency).minor
    except BadAmount as error:
        raise BadCell(str(error)) from None


def hours(text: str) -> int:
    """Minutes of "2.5", "2:30" or "3 h"."""
    if found := _HOURS_CLOCK.fullmatch(text):
        return int(found[1]) * 60 + int(found[2])
    if found := _HOURS.fullmatch(text):
        return int((Decimal(f"{found[1]}.{found[2] or 0}") * 60).to_integral_value(ROUND_HALF_UP))
    raise BadCell("Enter hours in digits, for example 2.5 or 2:30.")


def whole(text: str, least: int, most: int) -> int:
    """A whole number; "30.0", as spreadsheets write it, is one."""
    found = _WHOLE.fullmatch(text.replace(",", "") if _THOUSANDS.fullmatch(text) else text)
    number = int(found[1]) if found else -1
    if not least <= number <= most:
        raise BadCell(f"Enter a whole number from {least} to {most:,}.")
    return number


def yes_no(text: str) -> bool:
    word = text.lower()
    if word not in YES | NO:
        raise BadCell("Enter yes or no.")
    return word in YES


def words(text: str, longest: int) -> str:
    """A text of at most so many characters."""
    if len(text) > longest:
        raise BadCell(f"This is {len(text):,} characters long. Enter at most {longest:,}.")
    return text


def line(text: str, longest: int) -> str:
    """The same on one line."""
    return words(" ".join(text.split()), longest)
