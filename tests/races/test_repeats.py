"""A doubled approval and a repeated key: one effect, the same answer for all, and Conflict for another body (R2)."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial
from itertools import count

import pytest
from django.db import transaction
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import User
from assignments.models import Assignment
from assignments.states import State
from common import clock
from common.actor import SYSTEM
from common.errors import AlreadyDone, Conflict
from common.money import Money
from ledger.audit import audit
from ledger.post import Leg, post
from ledger.purposes import BALANCE, CASH, CLIENT, WORKER
from payments import actions
from payments.models import CreditNote, Deposit, Invoice, PaymentRun, Statement, Withdrawal
from payments.views.base import fresh_key
from tests.payments.payouts import ready
from tests.payments.support import Deal, usd
from tests.races.test_assigns import signed_in
from tests.support.figures import tell
from tests.support.together import at_once
from timeline.models import Entry

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.row(id="R2"),
    pytest.mark.usefixtures("filed"),
]
REPEATS, CONNECTIONS = 100, 20


def approved_once(pk: int) -> list[str]:
    """What one approval leaves behind: one invoice, one entry, and money that is set aside once."""
    row = Assignment.objects.get(pk=pk)
    kinds = Counter(
        Entry.objects.filter(subject_type="assignment", subject_id=pk).values_list("kind", flat=True)
    )
    found = {
        f"stage {row.state}": row.state == State.APPROVED,
        f"{Invoice.objects.filter(assignment=row).count()} invoices": Invoice.objects.filter(
            assignment=row
        ).count()
        == 1,
        f"{kinds['assignment.approved']} approvals in the history": kinds["assignment.approved"] == 1,
        f"version {row.version}, {kinds.total()} entries": row.version == kinds.total(),
        "the books are not whole": audit() == [],
    }
    return [words for words, holds in found.items() if not holds]


@pytest.mark.parametrize("pairs", [5, pytest.param(50, marks=pytest.mark.slow)])
def test_double_approves_make_one_invoice(frozen: datetime, pairs: int) -> None:
    for _ in range(pairs):
        deal = Deal()
        first, second = at_once([partial(actions.approve, deal.pk, actor=deal.owner)] * 2, at=frozen)
        assert {type(first), type(second)} == {Invoice, AlreadyDone}
        assert approved_once(deal.pk) == []
    assert Invoice.objects.count() == pairs
    tell("R2", f"{pairs} double approvals: {pairs} invoices, {pairs} calm repeats")


@pytest.mark.parametrize("acts", [50])
def test_fifty_approve_at_once(frozen: datetime, acts: int) -> None:
    deal = Deal()
    results = at_once(
        [partial(actions.approve, deal.pk, actor=deal.owner)] * acts, at=frozen, connections=CONNECTIONS
    )
    assert Counter(type(one) for one in results) == {Invoice: 1, AlreadyDone: acts - 1}
    assert approved_once(deal.pk) == []
    tell("R2", f"{acts} approvals of one assignment at once: 1 invoice, {acts - 1} calm repeats")


def test_control_an_approval_without_the_lock_is_done_twice(frozen: datetime) -> None:
    """Look first, then write: both found it unapproved. The last save wins, and both histories stay."""
    twice = 0
    for _ in range(5):
        deal = Deal()
        at_once([partial(plain_approve, deal.pk)] * 8, at=frozen)
        twice += approved_once(deal.pk) != []
    assert twice > 0
    tell("R2", f"8 approvals at once without the lock: broken in {twice} of 5 rounds", is_control=True)


def plain_approve(pk: int) -> None:
    row = Assignment.objects.get(pk=pk)
    row.approve(clock.now())
    newest = Entry.objects.filter(subject_type="assignment", subject_id=pk).latest("sequence").sequence
    with transaction.atomic():
        row.save(update_fields=["state", "state_since"])
        Entry.objects.create(
            kind="assignment.approved", subject_type="assignment", subject_id=pk, role="system", visibility="all",
            sequence=newest + 1, at=clock.now(), facts={},
        )  # fmt: skip


Ask = Callable[[str], object]
"""One act under a key; what it answers with has an id, or is an error."""


class Keyed:
    """A verb with a key: the act, the same key with another body, how many rows it made, and the money it moved."""

    def __init__(self, deal: Deal) -> None:
        self.deal = deal
        self.before = deal.held()

    def pay(self) -> tuple[Ask, Ask, type, dict[str, int]]:
        mine, other = self.deal.invoice.pk, self.deal.another().invoices.get().pk
        self.before = self.deal.held()
        moved = {"balance": 35_000, "cash": -38_500, "terms": 38_500, "reserved_terms": -38_500, "fee": 3_500}
        return self.paying(mine), self.paying(other), PaymentRun, moved

    def paying(self, pk: int) -> Ask:
        return lambda key: actions.pay([pk], actor=self.deal.owner, key=key)

    def bundle(self) -> tuple[Ask, Ask, type, dict[str, int]]:
        ids = [self.deal.invoice.pk, *(self.deal.another().invoices.get().pk for _ in range(2))]
        self.before = self.deal.held()
        owner = self.deal.owner
        return (
            lambda key: actions.bundle(ids[:2], actor=owner, key=key),
            lambda key: actions.bundle(ids[1:], actor=owner, key=key),
            Statement,
            {},
        )

    def deposit(self) -> tuple[Ask, Ask, type, dict[str, int]]:
        def ask(minor: int) -> Ask:
            deal = self.deal
            return lambda key: actions.record_deposit(
                deal.client.pk, actor=deal.staff, amount=usd(minor), key=key
            )

        return ask(5_000), ask(5_001), Deposit, {"cash": 5_000}

    def credit(self) -> tuple[Ask, Ask, type, dict[str, int]]:
        actions.pay([self.deal.invoice.pk], actor=self.deal.owner)
        self.before, pk, staff = self.deal.held(), self.deal.invoice.pk, self.deal.staff

        def ask(minor: int) -> Ask:
            return lambda key: actions.credit(pk, actor=staff, amount=usd(minor), reason="Late.", key=key)

        return ask(1_000), ask(1_001), CreditNote, {"cash": 1_000}

    def withdraw(self) -> tuple[Ask, Ask, type, dict[str, int]]:
        actions.pay([self.deal.invoice.pk], actor=self.deal.owner)
        user: User = self.deal.worker.user
        account = ready(user, self.deal.staff).pk
        self.before = self.deal.held()

        def ask(minor: int) -> Ask:
            return lambda key: actions.withdraw(actor=user, account_id=account, amount=usd(minor), key=key)

        return ask(1_000), ask(1_001), Withdrawal, {"balance": -1_000, "pending_payout": 1_000}


@pytest.mark.parametrize("name", ["pay", "bundle", "deposit", "credit", "withdraw"])
def test_a_hundred_repeats_of_one_key_are_one_act(frozen: datetime, name: str) -> None:
    keyed = Keyed(Deal(State.APPROVED))
    act, other, model, moved = getattr(keyed, name)()
    made = model.objects.count()
    results = at_once([partial(act, "one-key")] * REPEATS, at=frozen, connections=CONNECTIONS)
    assert [one for one in results if isinstance(one, Exception)] == []
    assert {one.pk for one in results} == {model.objects.get(key="one-key").pk}  # type: ignore[attr-defined]
    assert (model.objects.count() - made, keyed.deal.moved(keyed.before)) == (1, moved)
    with pytest.raises(Conflict):
        other("one-key")
    assert (model.objects.count() - made, keyed.deal.moved(keyed.before)) == (1, moved)
    tell("R2", f"{REPEATS} repeats of one key of {name}: 1 effect, 1 answer; another body: Conflict")


@pytest.mark.parametrize("repeats", [20, pytest.param(REPEATS, marks=pytest.mark.slow)])
def test_repeats_of_one_form_lead_to_one_page(frozen: datetime, repeats: int) -> None:
    """Over HTTP: the same form sent again is the same redirect; with other invoices under its key 409."""
    deal = Deal(State.APPROVED)
    mine, other = deal.invoice, deal.another().invoices.get()
    cookies, url, key = signed_in(deal.owner), reverse("payments:pay"), fresh_key()

    def send(invoice: Invoice) -> tuple[int, str]:
        browser = Browser(raise_request_exception=False)
        browser.cookies = cookies.copy()
        answer = browser.post(url, {"invoice": [invoice.pk], "expected": invoice.total.minor, "key": key})
        return answer.status_code, answer.headers.get("Location", "")

    results = at_once([partial(send, mine)] * repeats, at=frozen, connections=CONNECTIONS)
    run = PaymentRun.objects.get()
    assert set(results) == {(302, reverse("payments:run", args=[run.pk]))}
    assert send(other)[0] == 409
    other.refresh_from_db()
    assert (run.items.get().invoice_id, other.state, audit()) == (mine.pk, "open", [])
    tell("R2", f"{repeats} repeats of one form over HTTP: 1 payment, the same redirect; another body: 409")


def test_control_a_key_that_is_only_looked_up_moves_money_twice(frozen: datetime) -> None:
    """Look whether the key is known, act, remember the key: those who looked before the first one remembered, act."""
    deal, known, numbers = Deal(), set(), count()
    before = deal.held()

    def once(key: str) -> None:
        if key in known:
            return
        legs = [Leg(CLIENT, deal.client.pk, CASH, usd(-100)), Leg(WORKER, deal.worker.pk, BALANCE, usd(100))]
        with transaction.atomic():
            post("test.paid", key=f"test:{next(numbers)}", legs=legs, at=clock.now(), actor=SYSTEM)
        known.add(key)

    at_once([partial(once, "one-key")] * 20, at=frozen, connections=CONNECTIONS)
    moved = deal.moved(before)
    assert moved["balance"] > 100
    tell(
        "R2",
        f"20 repeats of a key without a lock: {Money(moved['balance'], 'USD')} instead of $1.00",
        is_control=True,
    )
