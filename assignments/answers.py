"""What an answer to a custom field may be, and how far it is. Pure; the form and the door ask the same."""

from decimal import Decimal, InvalidOperation
from typing import Final

from assignments.models import CustomField

MOST_SERIALS: Final = 200
LONGEST_SERIAL: Final = 80


def serials(value: str) -> list[str]:
    """The serial numbers of an answer: one a line, blank lines left out."""
    return [" ".join(line.split()) for line in value.splitlines() if line.strip()]


def number_words(number: Decimal | None) -> str:
    """A limit without needless zeros: "12.5"; empty for none."""
    return "" if number is None else f"{number.normalize():f}"


def problem(field: CustomField, value: str) -> str:
    """What is wrong with a filled answer, as a sentence; empty when nothing is. An empty answer is judged elsewhere."""
    if not value:
        return ""
    if field.kind == CustomField.Kind.CHOICE and value not in field.choices:
        return "Choose one of the answers."
    if field.kind == CustomField.Kind.NUMBER:
        return _number_problem(field, value)
    if field.kind == CustomField.Kind.SERIALS:
        return _serials_problem(serials(value))
    return ""


def _number_problem(field: CustomField, value: str) -> str:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return "Enter a number in digits, for example 12.5."
    if field.least is not None and number < field.least:
        return f"Enter {number_words(field.least)} or more."
    if field.most is not None and number > field.most:
        return f"Enter {number_words(field.most)} or less."
    return ""


def _serials_problem(found: list[str]) -> str:
    if len(found) > MOST_SERIALS:
        return f"Enter at most {MOST_SERIALS} serial numbers."
    if too_long := next((one for one in found if len(one) > LONGEST_SERIAL), ""):
        return f"“{too_long[:20]}…” is too long. Enter one serial number a line."
    seen: set[str] = set()
    for one in found:
        if one.casefold() in seen:
            return f"{one} is in the list twice. Each device has its own number."
        seen.add(one.casefold())
    return ""


def steps(field: CustomField) -> int:
    """How many things a field asks for: a list of serial numbers so many, all else one."""
    return field.count if field.kind == CustomField.Kind.SERIALS else 1


def done(field: CustomField, value: str) -> int:
    """How many of them an answer gives."""
    if field.kind == CustomField.Kind.SERIALS:
        return min(len(serials(value)), field.count)
    return int(bool(value))
