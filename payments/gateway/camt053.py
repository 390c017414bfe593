"""Reading a bank's statement, ISO 20022 camt.053 in any version. What comes from outside is never trusted.

Document types, entities and outside references are refused before anything is expanded (defusedxml); size and number
of lines are bounded. Only booked entries count.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from common.money import LARGEST_MINOR, Money, exponent

LARGEST_FILE: Final = 5 * 1024 * 1024
MOST_LINES: Final = 20_000
_NAMESPACE: Final = re.compile(r"\{urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.\d\d\}Document")
REASONS: Final = {
    "AC01": "The account number is wrong.",
    "AC03": "The account number is wrong.",
    "AC04": "The account is closed.",
    "AC06": "The account is blocked.",
    "AG01": "The account does not take transfers.",
    "BE01": "The name does not fit the account.",
    "MD07": "The account holder has died.",
    "RC01": "The bank's number is wrong.",
    "R02": "The account is closed.",
    "R03": "There is no such account.",
    "R04": "The account number is wrong.",
    "R16": "The account is blocked.",
    "R20": "The account does not take transfers.",
}
"""The commonest reasons of ISO 20022 and of ACH for giving a payment back, in words."""


class CannotRead(Exception):
    """This is no statement that can be read; the text says why, for the admin who uploaded it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One booked movement. `batch_reference`: the file or block of payments that was booked as a whole."""

    amount: Money
    is_credit: bool
    booked_on: date | None
    end_to_end_id: str
    batch_reference: str
    bank_reference: str
    text: str
    return_reason: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of one account."""

    id: str
    account: str
    lines: list[Line] = field(default_factory=list)


def read(data: bytes) -> list[Statement]:
    """The statements of a file. Raises CannotRead."""
    if len(data) > LARGEST_FILE:
        raise CannotRead(f"The file is larger than {LARGEST_FILE // 1024 // 1024} MB.")
    try:
        root = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise CannotRead("The file has a document type or entities. Banks do not send that.") from error
    except (ParseError, ValueError, LookupError) as error:
        raise CannotRead("The file is no XML that can be read.") from error
    if not _NAMESPACE.fullmatch(root.tag):
        raise CannotRead("The file is no camt.053 statement.")
    _strip(root)
    found = [_statement(one) for one in root.findall("./BkToCstmrStmt/Stmt")]
    if not found:
        raise CannotRead("The file has no statement.")
    if sum(len(one.lines) for one in found) > MOST_LINES:
        raise CannotRead(f"The file has more than {MOST_LINES:,} lines.")
    return found


def _strip(root: Element) -> None:
    """Names without their namespace, so that every version is read alike."""
    for one in root.iter():
        one.tag = one.tag.rsplit("}", 1)[-1]


def _statement(stmt: Element) -> Statement:
    identity = _said(stmt, "Id")[:80]
    account = _said(stmt, "Acct/Id/IBAN") or _said(stmt, "Acct/Id/Othr/Id")
    if not identity or not account:
        raise CannotRead("A statement has no number or no account.")
    lines = [line for entry in stmt.findall("Ntry") if _is_booked(entry) for line in _lines(entry)]
    return Statement(identity, re.sub(r"\s", "", account).upper(), lines)


def _is_booked(entry: Element) -> bool:
    """The state stands in an element of its own since version 4."""
    return (_said(entry, "Sts/Cd") or _said(entry, "Sts")) == "BOOK"


def _lines(entry: Element) -> Iterator[Line]:
    """A line for each payment of the entry; one for the whole where its payments are not told."""
    details = entry.findall("NtryDtls/TxDtls")
    amounts = [_detail_amount(one) for one in details]
    if len(details) == 1 and amounts[0] is None:
        amounts = [_amount(entry.find("Amt"))]
    if not details or None in amounts:
        yield _line(entry, entry, _amount(entry.find("Amt")))
        return
    for one, amount in zip(details, amounts, strict=True):
        yield _line(entry, one, amount)


def _line(entry: Element, detail: Element, amount: Money | None) -> Line:
    if amount is None:
        raise CannotRead("A line of the statement has no amount.")
    side = _said(detail, "CdtDbtInd") or _said(entry, "CdtDbtInd")
    if side not in ("CRDT", "DBIT"):
        raise CannotRead("A line of the statement says neither credit nor debit.")
    day = _said(entry, "BookgDt/Dt") or _said(entry, "BookgDt/DtTm")[:10]
    return Line(
        amount=amount,
        is_credit=side == "CRDT",
        booked_on=_day(day),
        end_to_end_id=_said(detail, "Refs/EndToEndId")[:35],
        batch_reference=(
            _said(entry, "NtryDtls/Btch/PmtInfId")
            or _said(detail, "Refs/PmtInfId")
            or _said(entry, "NtryDtls/Btch/MsgId")
        )[:35],
        bank_reference=(_said(detail, "Refs/AcctSvcrRef") or _said(entry, "AcctSvcrRef"))[:80],
        text=_words(entry, detail),
        return_reason=_reason(detail),
    )


def _words(entry: Element, detail: Element) -> str:
    parts = [one.text or "" for one in detail.findall("RmtInf/Ustrd")]
    parts += [_said(entry, "AddtlNtryInf")]
    return " ".join(" ".join(parts).split())[:300]


def _reason(detail: Element) -> str:
    info = detail.find("RtrInf")
    if info is None:
        return ""
    code = _said(info, "Rsn/Cd") or _said(info, "Rsn/Prtry")
    words = REASONS.get(code) or _said(info, "AddtlInf") or "The bank gave no reason in words."
    return f"{words} ({code})"[:200] if code else words[:200]


def _detail_amount(detail: Element) -> Money | None:
    found = detail.find("Amt")
    return _amount(found if found is not None else detail.find("AmtDtls/TxAmt/Amt"))


def _amount(found: Element | None) -> Money | None:
    """Exactly what stands there, in minor units. Raises CannotRead for what is no amount of that currency."""
    if found is None:
        return None
    currency = found.get("Ccy", "")
    try:
        minor = Decimal((found.text or "").strip()).scaleb(exponent(currency))
    except ArithmeticError as error:
        raise CannotRead("A line of the statement has an amount that is none.") from error
    if not re.fullmatch("[A-Z]{3}", currency) or not minor.is_finite() or minor != minor.to_integral_value():
        raise CannotRead("A line of the statement has an amount that does not fit its currency.")
    if not 0 <= minor <= LARGEST_MINOR:
        raise CannotRead("A line of the statement has an amount that is too large.")
    return Money(int(minor), currency)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _said(parent: Element, path: str) -> str:
    return (parent.findtext(path) or "").strip()
