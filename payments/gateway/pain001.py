"""Payouts as an ISO 20022 customer credit transfer, pain.001.001.09, for every currency (docs/adr/0013).

Euro to an IBAN goes as a SEPA transfer; all the rest (another currency, or an account without an IBAN) in a payment
block of its own with shared charges. The XML is checked against the published schema before anybody gets it.
"""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import xmlschema
from django.conf import settings

from common.money import Money
from payments import banking
from payments.gateway.bank_file import CannotMake, Format, Order
from payments.gateway.base import Payout
from payments.states import AccountKind, AccountScheme

VERSION: Final = "pain.001.001.09"
NAMESPACE: Final = f"urn:iso:std:iso:20022:tech:xsd:{VERSION}"
NAME, TEXT = 70, 140
"""Longest name and remittance text that SEPA carries."""


def make(order: Order) -> str:
    """The document. Raises CannotMake when a name has no letter that banks carry, or the schema refuses it."""
    document = Element("Document", xmlns=NAMESPACE)
    message = SubElement(document, "CstmrCdtTrfInitn")
    header = SubElement(message, "GrpHdr")
    _text(header, "MsgId", order.reference)
    _text(header, "CreDtTm", order.at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    _sums(header, order.payouts, order.total)
    _text(_inside(header, "InitgPty"), "Nm", _name(settings.ONSITE_PAYER_NAME))
    for number, (is_sepa, payouts) in enumerate(_blocks(order), 1):
        _block(message, order, f"{order.reference}-{number}", is_sepa, payouts)
    indent(document, space=" ")
    xml = f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(document, encoding="unicode")}\n'
    _check(xml)
    return xml


def _blocks(order: Order) -> list[tuple[bool, list[Payout]]]:
    sepa = [one for one in order.payouts if _is_sepa(one)]
    rest = [one for one in order.payouts if not _is_sepa(one)]
    return [(is_sepa, found) for is_sepa, found in ((True, sepa), (False, rest)) if found]


def _is_sepa(payout: Payout) -> bool:
    return payout.amount.currency == "EUR" and payout.scheme == AccountScheme.IBAN


def _block(message: Element, order: Order, reference: str, is_sepa: bool, payouts: Sequence[Payout]) -> None:
    block = SubElement(message, "PmtInf")
    _text(block, "PmtInfId", reference)
    _text(block, "PmtMtd", "TRF")
    _text(block, "BtchBookg", "true")
    _sums(block, payouts, Money.sum((one.amount for one in payouts), order.currency))
    if is_sepa:
        _text(_inside(block, "PmtTpInf", "SvcLvl"), "Cd", "SEPA")
    _text(_inside(block, "ReqdExctnDt"), "Dt", order.execute_on.isoformat())
    _text(_inside(block, "Dbtr"), "Nm", _name(settings.ONSITE_PAYER_NAME))
    number = banking.bare(settings.ONSITE_PAYER_ACCOUNTS[order.currency])
    _account(_inside(block, "DbtrAcct"), number, is_iban=banking.is_iban(number))
    _agent(_inside(block, "DbtrAgt", "FinInstnId"), banking.bare(settings.ONSITE_PAYER_BIC))
    _text(block, "ChrgBr", "SLEV" if is_sepa else "SHAR")
    for payout in payouts:
        _transfer(block, payout)


def _transfer(block: Element, payout: Payout) -> None:
    one = SubElement(block, "CdtTrfTxInf")
    ids = SubElement(one, "PmtId")
    _text(ids, "InstrId", payout.end_to_end_id)
    _text(ids, "EndToEndId", payout.end_to_end_id)
    amount = _text(_inside(one, "Amt"), "InstdAmt", str(payout.amount.decimal()))
    amount.set("Ccy", payout.amount.currency)
    if payout.routing:
        agent = _inside(one, "CdtrAgt", "FinInstnId")
        if payout.scheme == AccountScheme.US:
            member = SubElement(agent, "ClrSysMmbId")
            _text(_inside(member, "ClrSysId"), "Cd", "USABA")
            _text(member, "MmbId", payout.routing)
        else:
            _agent(agent, payout.routing)
    _text(_inside(one, "Cdtr"), "Nm", _name(payout.holder))
    account = SubElement(one, "CdtrAcct")
    _account(account, payout.number, is_iban=payout.scheme == AccountScheme.IBAN)
    if payout.scheme == AccountScheme.US:
        _text(_inside(account, "Tp"), "Cd", "SVGS" if payout.kind == AccountKind.SAVINGS else "CACC")
    _text(_inside(one, "RmtInf"), "Ustrd", banking.carried(payout.reference, TEXT))


def _sums(parent: Element, payouts: Sequence[Payout], total: Money) -> None:
    _text(parent, "NbOfTxs", str(len(payouts)))
    _text(parent, "CtrlSum", str(total.decimal()))


def _account(parent: Element, number: str, *, is_iban: bool) -> None:
    name = SubElement(parent, "Id")
    if is_iban:
        _text(name, "IBAN", number)
    else:
        _text(_inside(name, "Othr"), "Id", number)


def _agent(parent: Element, bic: str) -> None:
    if bic:
        _text(parent, "BICFI", bic)
    else:
        _text(_inside(parent, "Othr"), "Id", "NOTPROVIDED")


def _name(text: str) -> str:
    name = banking.carried(text, NAME)
    if not name:
        raise CannotMake(f"“{text}” has no letter that a payment file carries.")
    return name


def _inside(parent: Element, *names: str) -> Element:
    for name in names:
        parent = SubElement(parent, name)
    return parent


def _text(parent: Element, name: str, text: str) -> Element:
    one = SubElement(parent, name)
    one.text = text
    return one


@cache
def schema() -> xmlschema.XMLSchema:
    """The published schema, as sepaxml ships it."""
    return xmlschema.XMLSchema(str(files("sepaxml") / "schemas" / f"{VERSION}.xsd"))


def _check(xml: str) -> None:
    error = next(schema().iter_errors(xml), None)
    if error is not None:
        raise CannotMake(f"The file would not fit the schema of {VERSION}: {error.reason} ({error.path}).")


PAIN001 = Format(
    make,
    "xml",
    "application/xml; charset=utf-8",
    needs=("ONSITE_PAYER_NAME",),
    needs_account=True,
)
