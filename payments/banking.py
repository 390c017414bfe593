"""What banks ask of numbers and names: check digits, lengths, and the letters that payment files can carry. Pure."""

import re
import unicodedata
from typing import Final

from payments.states import AccountScheme

_US_NUMBER: Final = re.compile(r"[0-9]{4,17}")
_OTHER_NUMBER: Final = re.compile(r"[0-9A-Z]{4,34}")
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}")
_BIC: Final = re.compile(r"[A-Z]{6}[A-Z2-9][A-NP-Z0-9]([A-Z0-9]{3})?")
_IBAN_LENGTHS: Final = {
    "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18,
    "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20,
    "LV": 21, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SE": 24, "SI": 19, "SK": 24,
    "SM": 27,
}  # fmt: skip
"""Lengths of the IBAN registry for the countries of SEPA; others are checked by their check digits alone."""
_LETTERS: Final = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d",
     "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i", "’": "'", "–": "-", "—": "-", "&": "+"}
)  # fmt: skip
_NOT_CARRIED: Final = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
_WORD: Final = re.compile(r"[a-z0-9]{2,}")


def bare(number: str) -> str:
    """A number without the spaces and dashes that people type, in capitals."""
    return re.sub(r"[\s-]", "", number).upper()


def scheme_of(number: str, routing: str) -> AccountScheme:
    """How this account is named: by IBAN, by a US routing number, or by BIC and number."""
    if _IBAN.fullmatch(bare(number)) and is_iban(bare(number)):
        return AccountScheme.IBAN
    return AccountScheme.US if bare(routing).isdigit() else AccountScheme.OTHER


def is_routing(text: str) -> bool:
    """Nine digits with the check digit of the American Bankers Association, of a district that exists."""
    if not (len(text) == 9 and text.isascii() and text.isdigit()):
        return False
    district = int(text[:2])
    if not (1 <= district <= 12 or 21 <= district <= 32 or 61 <= district <= 72 or district == 80):
        return False
    return sum(int(digit) * weight for digit, weight in zip(text, (3, 7, 1) * 3, strict=True)) % 10 == 0


def is_iban(text: str) -> bool:
    """Shape, length of its country where it is known, and check digits (ISO 13616, modulo 97)."""
    if not _IBAN.fullmatch(text) or len(text) != _IBAN_LENGTHS.get(text[:2], len(text)):
        return False
    return int("".join(str(int(one, 36)) for one in text[4:] + text[:4])) % 97 == 1


def is_bic(text: str) -> bool:
    return bool(_BIC.fullmatch(text))


def is_us_number(text: str) -> bool:
    return bool(_US_NUMBER.fullmatch(text))


def is_other_number(text: str) -> bool:
    return bool(_OTHER_NUMBER.fullmatch(text))


def carried(text: str, most: int) -> str:
    """The text in the letters that every bank carries (the Latin set of SEPA), cut at `most`; "" when none is left."""
    split = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    letters = "".join(one for one in split if not unicodedata.combining(one))
    clean = " ".join(_NOT_CARRIED.sub(" ", letters).split())
    return clean[:most].strip(" /-:")


def same_person(holder: str, *names: str) -> bool:
    """Whether the name on an account has a word of two letters or more in common with one of these names."""
    own = _words(holder)
    return any(own & _words(name) for name in names)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(carried(text, 500).lower()))


def tin_digits(text: str) -> str:
    return re.sub(r"[\s-]", "", text)


def is_ssn(digits: str) -> bool:
    """Nine digits as the Social Security Administration gives them out: no 000, 666 or 9xx, no 00, no 0000."""
    if not (len(digits) == 9 and digits.isascii() and digits.isdigit()):
        return False
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    return area not in ("000", "666") and area[0] != "9" and group != "00" and serial != "0000"


def is_ein(digits: str) -> bool:
    """Nine digits whose prefix is one of a campus."""
    return len(digits) == 9 and digits.isascii() and digits.isdigit() and digits[:2] not in _NO_PREFIX


_NO_PREFIX: Final = frozenset(
    {"00", "07", "08", "09", "17", "18", "19", "28", "29", "49", "69", "70", "78", "79", "89", "96", "97"}
)
