"""Payout files: each format against an independent validator, and one act for file and rows."""

from datetime import timedelta
from importlib.resources import files

import achkit
import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings
from lxml import etree

from assignments.states import State
from common.errors import Conflict, Invalid, NotAllowed
from common.money import Money
from ledger.audit import audit
from payments import actions, queries
from payments.gateway import nacha, pain001
from payments.gateway.bank_file import CannotMake, Order
from payments.gateway.base import Payout
from payments.models import BankLine, PayoutBatch, PayoutItem, TaxForm, Withdrawal
from tests.conftest import NOON
from tests.payments.payouts import IBAN, PAYER, account_of, ready, small_batch, tax_data
from tests.payments.support import Deal, usd

PAIN = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"


def payout(minor: int = 10_000, currency: str = "EUR", **other: object) -> Payout:
    given = {
        "key": "k", "scheme": "iban", "kind": "checking", "holder": "Zoë Łódź & Søn", "bank_name": "Bank",
        "routing": "", "number": IBAN, "reference": "Withdrawal W-1", "end_to_end_id": "W-1-1", **other,
    }  # fmt: skip
    return Payout(amount=Money(minor, currency), **given)


def dollars(n: int, minor: int, **other: object) -> Payout:
    us = {"scheme": "us", "routing": "021000021", "number": "000123456789", "holder": "Dana Ruiz"}
    return payout(minor, "USD", **{**us, "end_to_end_id": f"W-{n}-1", **other})


def order(*payouts: Payout, serial: int = 0) -> Order:
    return Order("P20261201-ABCDEF12", NOON, serial, payouts[0].amount.currency, payouts)


def lines_of(xml: str) -> list[tuple[str, ...]]:
    """Each transfer: its block's service level, id, amount, currency, name and account."""
    found = []
    for block in etree.fromstring(xml.encode()).iter(f"{PAIN}PmtInf"):
        level = block.findtext(f"{PAIN}PmtTpInf/{PAIN}SvcLvl/{PAIN}Cd") or "none"
        charges = block.findtext(f"{PAIN}ChrgBr")
        for one in block.iter(f"{PAIN}CdtTrfTxInf"):
            amount = one.find(f"{PAIN}Amt/{PAIN}InstdAmt")
            account = one.find(f"{PAIN}CdtrAcct/{PAIN}Id")
            found.append(
                (
                    level, charges, one.findtext(f"{PAIN}PmtId/{PAIN}EndToEndId"), amount.text,
                    amount.get("Ccy"), one.findtext(f"{PAIN}Cdtr/{PAIN}Nm"), "".join(account.itertext()).strip(),
                )
            )  # fmt: skip
    return found


def valid(xml: str) -> bool:
    """By libxml2 against the published schema: the portal itself asks another validator."""
    schema = etree.XMLSchema(etree.parse(str(files("sepaxml") / "schemas" / "pain.001.001.09.xsd")))
    schema.assertValid(etree.fromstring(xml.encode()))
    return True


@override_settings(
    **{**PAYER, "ONSITE_PAYER_ACCOUNTS": {**PAYER["ONSITE_PAYER_ACCOUNTS"], "JPY": "7", "KWD": "8"}}
)
def test_pain001_is_valid_in_every_currency_and_says_what_it_should():
    other = {"scheme": "other", "number": "TW12345678", "routing": "DEUTDEFF500"}
    euro = pain001.make(order(payout(12_345), payout(500, end_to_end_id="W-2-1", **other)))
    assert valid(euro)
    assert lines_of(euro) == [
        ("SEPA", "SLEV", "W-1-1", "123.45", "EUR", "Zoe Lodz + Son", IBAN),
        ("none", "SHAR", "W-2-1", "5.00", "EUR", "Zoe Lodz + Son", "TW12345678"),
    ]
    assert "<CtrlSum>128.45</CtrlSum>" in euro
    for minor, currency, written in (
        (1_204, "JPY", "1204"),
        (1_204, "KWD", "1.204"),
        (1_204, "USD", "12.04"),
    ):
        xml = pain001.make(order(payout(minor, currency, **other)))
        assert valid(xml)
        assert lines_of(xml) == [("none", "SHAR", "W-1-1", written, currency, "Zoe Lodz + Son", "TW12345678")]
    us = pain001.make(order(dollars(1, 100, kind="savings")))
    assert valid(us)
    assert all(part in us for part in ("USABA", "<MmbId>021000021</MmbId>", "SVGS", "000987654321"))


@override_settings(**PAYER)
def test_pain001_refuses_what_no_bank_takes():
    for odd in (payout(holder="株式会社"), payout(number="DE00"), payout(end_to_end_id="x" * 36)):
        with pytest.raises(CannotMake):
            pain001.make(order(odd))


@override_settings(**PAYER)
@pytest.mark.parametrize("count", [1, 6, 7, 16, 26])
def test_an_ach_file_has_the_right_lengths_hashes_sums_and_blocks(count):
    payouts = [dollars(n, 100 * n, kind="savings" if n % 2 else "checking") for n in range(1, count + 1)]
    text = nacha.make(order(*payouts))
    report = achkit.validate(text)
    assert report["ok"], report
    rows = text.split("\n")[:-1]
    assert {len(row) for row in rows} == {94}
    assert len(rows) % 10 == 0
    assert len(rows) - len([row for row in rows if set(row) == {"9"}]) == count + 4
    control = next(row for row in rows if row.startswith("9") and set(row) != {"9"})
    total = sum(one.amount.minor for one in payouts)
    assert (int(control[1:7]), int(control[7:13]), int(control[13:21])) == (1, len(rows) // 10, count)
    assert (int(control[21:31]), int(control[31:43]), int(control[43:55])) == (2_100_002 * count, 0, total)
    entries = [row for row in rows if row.startswith("6")]
    assert {row[1:3] for row in entries} == ({"32", "22"} if count > 1 else {"32"})
    assert [row[39:54].strip() for row in entries] == [f"W-{n}-1" for n in range(1, count + 1)]
    assert rows[0][3:13] == " 011000015"


@override_settings(**PAYER)
def test_an_ach_file_refuses_what_it_cannot_carry():
    odd = (
        dollars(1, 10**10),
        dollars(1, 100, routing="021000020"),
        dollars(1, 100, number="1234567890123456789"),
        payout(),
    )
    for one in odd:
        with pytest.raises(CannotMake):
            nacha.make(order(one))
    with pytest.raises(CannotMake):
        nacha.make(order(dollars(1, 100), serial=36))
    hashes = nacha.make(order(*[dollars(n, 1, routing="325081403") for n in range(400)]))
    assert achkit.validate(hashes)["ok"]


def make(deal: Deal, *made: Withdrawal, format: str = "nacha", key: str = "k", minor: int | None = None):
    waiting = sum(one.amount_minor for one in made) + actions.small_total(queries.whole_pairs("USD"))
    total = waiting if minor is None else minor
    return actions.make_batch(
        actor=deal.staff, currency="USD", format=format, withdrawal_ids=[one.pk for one in made],
        expected=usd(total), key=key,
    )  # fmt: skip


def asked(deal: Deal, account_id: int, *minors: int) -> list[Withdrawal]:
    user = deal.worker.user
    return [
        actions.withdraw(actor=user, account_id=account_id, amount=usd(minor), key=f"w{n}-{minor}")
        for n, minor in enumerate(minors)
    ]


@pytest.mark.django_db
@override_settings(**PAYER)
def test_a_file_is_made_once_never_changes_and_can_be_void(frozen, at):
    deal = Deal(State.PAID)
    account = ready(deal.worker.user, deal.staff)
    made = asked(deal, account.pk, 1_000, 2_000)
    proved = account_of(deal.worker.user)
    before = deal.held()
    with pytest.raises(NotAllowed):
        actions.make_batch(
            actor=deal.worker.user, currency="USD", format="csv", withdrawal_ids=[], expected=usd(1), key="x"
        )
    with pytest.raises(Conflict):
        make(deal, *made, minor=1)
    with pytest.raises(Invalid):
        make(deal, *made, format="x")
    batch = make(deal, *made)
    assert make(deal, *made) == batch
    content = actions.file_of(batch)
    with at(frozen + timedelta(days=2)):
        assert actions.file_of(PayoutBatch.objects.get(pk=batch.pk)) == content
    assert achkit.validate(content.decode())["ok"]
    assert b"000123" in content
    assert "000123" not in batch.sealed_file
    assert set(Withdrawal.objects.values_list("state", flat=True)) == {"sent"}
    proved.refresh_from_db()
    assert (proved.state, batch.count, deal.moved(before)) == ("sent", 4, {})
    with pytest.raises(Conflict):
        make(deal, *made, key="another")
    with pytest.raises(IntegrityError), transaction.atomic():
        PayoutItem.objects.create(batch=batch, withdrawal=made[0], end_to_end_id="again")
    for change in ({"total_minor": 1}, {"sealed_file": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PayoutBatch.objects.filter(pk=batch.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        PayoutItem.objects.filter(batch=batch)._raw_delete("default")

    with pytest.raises(Invalid):
        actions.void_batch(batch.pk, actor=deal.staff, reason=" ")
    actions.void_batch(batch.pk, actor=deal.staff, reason="The bank was closed.")
    proved.refresh_from_db()
    assert (set(Withdrawal.objects.values_list("state", flat=True)), proved.state) == (
        {"requested"},
        "waiting",
    )
    assert audit() == []
    again = make(deal, *made, key="again")
    ids = set(again.items.values_list("end_to_end_id", flat=True))
    assert {f"W-{one.pk}-2" for one in made} < ids
    actions.mark_paid(made[0].pk, actor=deal.staff)
    with pytest.raises(Conflict):
        actions.void_batch(again.pk, actor=deal.staff, reason="Too late.")
    assert deal.moved(before) == {"pending_payout": -1_000}


@pytest.mark.django_db
def test_the_database_keeps_what_was_said(frozen):
    deal = Deal(State.PAID)
    form = tax_data(deal.worker.user)
    with pytest.raises(IntegrityError), transaction.atomic():
        TaxForm.objects.filter(pk=form.pk).update(tin_last4="0000")
    with pytest.raises(IntegrityError), transaction.atomic():
        TaxForm.objects.filter(pk=form.pk).update(superseded_at=frozen)  # with its number still there
    with pytest.raises(IntegrityError), transaction.atomic():
        TaxForm.objects.filter(pk=form.pk)._raw_delete("default")
    account_of(deal.worker.user)
    small_batch(staff=deal.staff)
    assert BankLine.objects.count() == 0
