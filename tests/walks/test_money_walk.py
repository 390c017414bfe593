"""Random lives of money, held against plain books after every step (quality.md R2, R15).

Clients in currencies of 0, 2 and 3 decimals and their workers do what money allows in a drawn order: twice, from stale
pages, and with the database failing in the middle of it. On PostgreSQL what is done twice is done at the same instant.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from assignments.actions.money import Ask, add_money
from assignments.states import State
from clients.models import Client
from common import clock
from common.actor import SYSTEM
from common.errors import AlreadyDone, DomainError
from common.money import Money
from ledger.audit import audit
from ledger.models import Account
from payments import actions, quotes, sweeps
from payments.actions.settling import finish_due
from payments.models import Dispute, Invoice
from payments.states import RUNNING, DisputeState, InvoiceState
from tests.factories import StaffFactory, Walk, WorkerFactory, assignment_in, company, member, steps
from tests.payments.payouts import ready
from tests.support.figures import tell
from tests.support.together import at_once
from tests.walks.plain_books import Books, Job, Key, Refused
from workers.models import Worker

pytestmark = pytest.mark.django_db(transaction=True)
CURRENCIES = ("USD", "JPY", "KWD")
EVERYBODY = ("platform", "provider", "client", "worker")
FUNDS = 600_000
"""What each client begins with in cash, and as terms limit."""
STEPS = 200
"""Of the short walk; the long one takes 10,000."""
WRITES = ("INSERT", "UPDATE", "DELETE")


class Crash(Exception):
    """The database is gone in the middle of an act."""


@contextmanager
def crash_after(writes: int) -> Iterator[None]:
    """The next `writes` statements that write go through, the one after them does not."""
    left = count(writes, -1)

    def execute(run: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith(WRITES) and next(left) <= 0:
            raise Crash
        return run(sql, params, many, context)

    with connection.execute_wrapper(execute):
        yield


class Market:
    """The people of one life and its books, which begin with what Onsite itself already held.

    Being late stops nobody here: that has stories of its own.
    """

    def __init__(self) -> None:
        self.moment = clock.now()
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.crashed = 0
        self.walked = 0
        self.keys = count(1)
        self.staff = StaffFactory()
        fees = (1_000, 875, 333)
        self.clients = [
            company(
                f"Client {currency}", cash=FUNDS, terms=FUNDS, currency=currency, fee_bps=bps, auto_pay=auto
            )
            for auto in (False, True)
            for currency, bps in zip(CURRENCIES, fees, strict=True)
        ]
        self.owners = {one.pk: member(one, f"Owner {one.pk}") for one in self.clients}
        self.workers = [WorkerFactory() for _ in range(4)]
        self.accounts = {one.pk: ready(one.user, self.staff).pk for one in self.workers}
        self.books = Books(self.held(EVERYBODY))
        self.books.limits.update({(one.pk, one.currency): FUNDS for one in self.clients})

    # one step

    def step(self, dice: random.Random) -> None:
        self.walked += 1
        self.books.forget(20)
        self.moment += timedelta(minutes=dice.choice([1, 3, 8, 40]))
        name = dice.choice(ACTS)
        with clock.moved(self.moment):
            act = getattr(self, name)(dice)
            if act is not None:
                self.judge(name, dice, *act)
        self.compare(name)

    def judge(
        self, name: str, dice: random.Random, plain: Callable[[Books], object], real: Callable[[], object],
        repeatable: bool = True,
    ) -> None:  # fmt: skip
        """The portal does it when the plain books allow it, and refuses it with a sentence when they do not."""
        after = self.books.copy()
        try:
            plain(after)
        except Refused:
            self.refused[name] += 1
            with pytest.raises(DomainError) as refused:
                real()
            assert refused.value.sentence.endswith(".")
            return
        if not self.is_done_under_fire(name, dice, real):
            results = [real()] if not repeatable or dice.random() < 0.7 else self.twice(real)
            assert any(not isinstance(one, Exception) for one in results), results
        self.books = after
        self.done[name] += 1

    def is_done_under_fire(self, name: str, dice: random.Random, real: Callable[[], object]) -> bool:
        """Now and then the database fails in the middle: nothing has happened then, and it is tried again."""
        if dice.random() > 0.2 or name == "figures":  # two acts of two people
            return False
        try:
            with crash_after(dice.randrange(20)):
                real()
        except Crash:
            self.crashed += 1
            if (
                name != "pay_many"
            ):  # there each invoice is paid for itself: the second try finishes what was begun
                self.compare(f"{name}, cut off")
            return False
        return True

    def twice(self, real: Callable[[], object]) -> list[object]:
        """A double click: from two connections at once where the database can."""

        def once() -> object:
            try:
                return real()
            except DomainError as refused:
                return refused

        if connection.vendor == "postgresql":
            return at_once([once, once], at=self.moment)
        return [once(), once()]

    def held(self, kinds: tuple[str, ...]) -> Counter[Key]:
        """The balances as the database has them; of clients and workers those of this life."""
        own = {"client": getattr(self, "owners", {}), "worker": getattr(self, "accounts", {})}
        found = Account.objects.filter(owner_kind__in=kinds).exclude(balance_minor=0)
        return Counter(
            {
                (one.owner_kind, one.owner_id, one.purpose, one.currency): one.balance_minor
                for one in found
                if one.owner_kind not in own or one.owner_id in own[one.owner_kind]
            }
        )

    def compare(self, name: str) -> None:
        real = self.held(EVERYBODY)
        plain = {key: minor for key, minor in self.books.balances.items() if minor}
        assert dict(real) == plain, name
        if self.walked % 25 == 0:
            assert audit() == []

    def end(self) -> None:
        """What is still open is not paid by the clock of a later life."""
        Client.objects.filter(pk__in=self.owners).update(auto_pay=False)

    # what is at hand

    def job(self, dice: random.Random, *stages: str) -> int | None:
        """One of the assignments in these stages; now and then any other one, for the refusal."""
        fitting = [pk for pk, job in self.books.jobs.items() if job.stage in stages]
        others = list(self.books.jobs)[-12:]
        pool = others if dice.random() < 0.1 else fitting
        return dice.choice(pool) if pool else None

    def owner(self, pk: int) -> Any:
        return self.owners[self.books.jobs[pk].client]

    def by(self, pk: int) -> Worker:
        return next(one for one in self.workers if one.pk == self.books.jobs[pk].worker)

    def money(self, pk: int, minor: int) -> Money:
        return Money(minor, self.books.jobs[pk].currency)

    def key(self) -> str:
        return f"walk-{self.staff.pk}-{next(self.keys)}"

    def disputes(self, *states: str) -> list[Dispute]:
        return list(Dispute.objects.filter(client__in=self.owners, state__in=states))

    # the acts: each gives what the plain books do and what the portal does, or nothing when there is nothing to do

    def deposit(self, dice: random.Random) -> Any:
        client, minor, key = dice.choice(self.clients), dice.randrange(1, 900_000), self.key()
        amount = Money(minor, client.currency)
        return (
            lambda books: books.deposit(client.pk, client.currency, minor),
            lambda: actions.record_deposit(client.pk, actor=self.staff, amount=amount, key=key),
        )

    def limit(self, dice: random.Random) -> Any:
        client, minor, key = dice.choice(self.clients), dice.randrange(800_000), self.key()
        limit = Money(minor, client.currency)
        return (
            lambda books: books.limit(client.pk, client.currency, minor),
            lambda: actions.set_terms_limit(client.pk, actor=SYSTEM, limit=limit, key=key),
        )

    def send(self, dice: random.Random) -> Any:
        """A new assignment as far as its worker is at the site."""
        client, by = dice.choice(self.clients), dice.choice(self.workers)
        self.moment += timedelta(hours=7)  # nobody is at two places
        terms, price, eligible = dice.choice([0, 7, 30]), dice.randrange(1, 200_000), dice.random() < 0.7
        job = Job(client.pk, by.pk, client.currency, price, client.fee_bps, terms == 0, eligible)
        made: list[int] = []

        def plain(books: Books) -> None:
            books.send(job)
            books.jobs[-1] = job

        def real() -> object:
            with clock.moved(self.moment):
                row = assignment_in(
                    State.IN_PROGRESS, owner=self.owners[client.pk], by=by, price_minor=price, terms_days=terms,
                    fastfunds_eligible=eligible,
                )  # fmt: skip
            made.append(row.pk)
            return row

        self.judge("send", random.Random(0), plain, real, repeatable=False)
        if made:
            self.books.jobs[made[-1]] = self.books.jobs.pop(-1)

    def bonus(self, dice: random.Random) -> Any:
        pk, minor = self.job(dice, "progress"), dice.randrange(1, 60_000)
        if pk is None:
            return None
        return (
            lambda books: books.bonus(books.jobs[pk], minor),
            lambda: add_money(pk, Ask("bonus", "Thanks", amount_minor=minor), actor=self.owner(pk)),
            False,
        )

    def submit(self, dice: random.Random) -> Any:
        pk = self.job(dice, "progress")
        if pk is None or self.books.jobs[pk].stage != "progress":
            return None
        by = self.by(pk)
        walk = Walk(pk, self.owner(pk), by, steps(self.moment, self.moment), self.moment)
        return lambda books: books.submit(books.jobs[pk]), walk.to_pending_approval, False

    def approve(self, dice: random.Random) -> Any:
        pk = self.job(dice, "pending")
        if pk is None:
            return None
        job = self.books.jobs[pk]
        expected = self.money(pk, job.with_fee(job.most))
        return (
            lambda books: books.approve(books.jobs[pk]),
            lambda: actions.approve(pk, actor=self.owner(pk), expected=expected),
        )

    def cancel(self, dice: random.Random) -> Any:
        pk = self.job(dice, "progress", "pending")
        if pk is None:
            return None
        minor = dice.choice([0, 1, dice.randrange(self.books.jobs[pk].most * 11 // 10 + 1)])
        pay = self.money(pk, minor)
        return (
            lambda books: books.cancel(books.jobs[pk], minor),
            lambda: actions.cancel(
                pk, actor=self.owner(pk), reason="customer_cancelled", note="Off.", pay=pay
            ),
        )

    def pay_many(self, dice: random.Random) -> Any:
        """Up to four invoices of one client: each that can be paid is, oldest due first, and no other."""
        client = dice.choice(self.clients)
        found = Invoice.objects.filter(client=client, state=InvoiceState.OPEN).order_by("due_on", "pk")
        chosen = [one for one in found if dice.random() < 0.5][:4]
        if not chosen:
            return None
        key, ids = self.key(), [one.pk for one in chosen]

        def plain(books: Books) -> None:
            for one in chosen:
                self.try_to_pay(books, one.assignment_id)

        return plain, lambda: actions.pay(ids, actor=self.owners[client.pk], key=key)

    def pay_in_turn(self, invoice: Invoice, before: list[Invoice]) -> bool:
        """Whether cash covers this one and all of its client that are still due before it."""
        jobs = [self.books.jobs[one.assignment_id] for one in before if one.client_id == invoice.client_id]
        ahead = [job for job in jobs if job.stage in ("approved", "cancelled") and not job.is_disputed]
        mine = [*ahead, self.books.jobs[invoice.assignment_id]]
        cash = self.books.balances["client", invoice.client_id, "cash", invoice.currency]
        have = cash + sum(job.from_cash for job in mine)
        if ahead and sum(job.with_fee(job.owed) for job in mine) > have:
            return False
        return self.try_to_pay(self.books, invoice.assignment_id)

    @staticmethod
    def try_to_pay(books: Books, pk: int) -> bool:
        before = books.copy()
        try:
            books.pay(books.jobs[pk])
        except Refused:
            books.balances, books.jobs[pk] = before.balances, before.jobs[pk]
            return False
        return True

    def clock(self, dice: random.Random) -> None:
        """Days pass, and what is due is paid by itself: the oldest first, what cannot be paid stays open."""
        self.moment += timedelta(days=dice.randrange(1, 9))
        with clock.moved(self.moment):
            due = list(
                Invoice.objects.filter(
                    state=InvoiceState.OPEN, client__in=self.owners, autopay_due_at__lte=self.moment
                ).order_by("due_on", "pk")
            )
            waiting = {one.pk for one in due if one.next_try_at and one.next_try_at > self.moment}
            sweeps.pay_due()
            sweeps.flag_past_due()
            paid = set(Invoice.objects.filter(state=InvoiceState.PAID).values_list("pk", flat=True))
            for place, one in enumerate(due):
                is_paid = one.pk not in waiting and self.pay_in_turn(one, due[:place])
                assert is_paid == (one.pk in paid)
        self.done["clock"] += 1

    def stop(self, dice: random.Random) -> Any:
        pk = self.job(dice, "approved")
        if pk is None:
            return None
        return (
            lambda books: books.stop(books.jobs[pk]),
            lambda: actions.stop_payment(pk, actor=self.owner(pk), reason="Wrong job."),
        )

    def print_invoice(self, dice: random.Random) -> Any:
        pk = self.job(dice, "approved", "cancelled")
        if pk is None or self.books.jobs[pk].stage not in ("approved", "cancelled"):
            return None
        invoice = Invoice.objects.get(assignment_id=pk, state=InvoiceState.OPEN)
        return (
            lambda books: books.print_invoice(books.jobs[pk]),
            lambda: actions.lock_invoice(invoice.pk, actor=self.owner(pk)),
        )

    def take(self, dice: random.Random) -> Any:
        pk = self.job(dice, "approved")
        if pk is None:
            return None
        by = self.by(pk)
        invoice = Invoice.objects.filter(assignment_id=pk, state=InvoiceState.OPEN).first()
        signed = quotes.quote(invoice, self.moment).signed if invoice and not invoice.advanced_at else "none"
        return lambda books: books.take(books.jobs[pk]), lambda: actions.take(pk, signed, actor=by.user)

    def dispute(self, dice: random.Random) -> Any:
        pk = self.job(dice, "pending", "approved")
        if pk is None:
            return None
        said = {"ground": "quality", "statement": "Two cables hang loose."}
        return (
            lambda books: books.dispute(books.jobs[pk]),
            lambda: actions.open_dispute(pk, actor=self.owner(pk), **said),
        )

    def settle(self, dice: random.Random) -> Any:
        running = {one.assignment_id: one for one in self.disputes(*RUNNING)}
        if not running:
            return None
        pk = dice.choice(sorted(running))
        amount = running[pk].amount_minor
        part = dice.choice([None, None, 0, dice.randrange(amount + 2)])
        decision = "full" if part is None else "part" if part else "none"
        reasons = {"reason_to_client": "The photos show it.", "reason_to_worker": "The photos show it."}
        said = {"decision": decision, "amount": self.money(pk, part) if part else None, **reasons}
        return (
            lambda books: books.settle(books.jobs[pk], part),
            lambda: actions.settle(running[pk].pk, actor=self.staff, **said),
        )

    def carry_out(self, dice: random.Random) -> Any:
        """Both sides give the appeal up, or its time has passed."""
        ruled = {one.assignment_id: one for one in self.disputes(DisputeState.RULED)}
        if not ruled:
            return None
        pk = dice.choice(sorted(ruled))
        dispute, sides = ruled[pk], (self.owner(pk), self.by(pk).user)

        def real() -> object:
            if dispute.appeal_until <= self.moment:
                return finish_due(dispute.pk)
            for side in sides:
                with suppress(AlreadyDone):
                    actions.waive_appeal(pk, actor=side)
            return dispute

        return lambda books: books.carry_out(books.jobs[pk]), real

    def figures(self, dice: random.Random) -> Any:
        """Both sides of a small claim give their figure."""
        found = {one.assignment_id: one for one in self.disputes(DisputeState.FIGURES)}
        open_ones = {pk: one for pk, one in found.items() if one.step_due_at > self.moment}
        if not open_ones:
            return None
        pk = dice.choice(sorted(open_ones))
        amount = open_ones[pk].amount_minor
        offered, asked = dice.randrange(amount + 1), dice.randrange(amount + 1)

        def real() -> object:
            actions.give_figure(pk, actor=self.owner(pk), figure=self.money(pk, offered))
            return actions.give_figure(pk, actor=self.by(pk).user, figure=self.money(pk, asked))

        return lambda books: books.figures(books.jobs[pk], offered, asked), real, False

    def close(self, dice: random.Random) -> Any:
        found = self.disputes(*RUNNING, DisputeState.CLOSED)
        known = sorted((one.assignment_id, one.pk) for one in found)
        if not known:
            return None
        pk, number = dice.choice(known[-6:])
        if Dispute.objects.filter(assignment_id=pk, pk__gt=number).exists():
            return None
        return (
            lambda books: books.close(books.jobs[pk]),
            lambda: actions.close_dispute(number, actor=self.staff, reason="Both agreed."),
        )

    def withdraw(self, dice: random.Random) -> Any:
        by, currency, key = dice.choice(self.workers), "USD", self.key()  # the currency of their accounts
        held = self.books.balances["worker", by.pk, "balance", currency]
        minor = dice.choice([held, held + 1, dice.randrange(1, held + 2)])
        if not minor:
            return None
        amount, account, made = Money(minor, currency), self.accounts[by.pk], []

        def real() -> object:
            row = actions.withdraw(actor=by.user, account_id=account, amount=amount, key=key)
            made.append(row.pk)
            return row

        self.judge("withdraw", dice, lambda books: books.withdraw(-1, by.pk, currency, minor), real)
        if -1 in self.books.withdrawals:
            self.books.withdrawals[made[-1]] = self.books.withdrawals.pop(-1)
        return None

    def payout(self, dice: random.Random) -> Any:
        known = sorted(self.books.withdrawals)[-12:]
        if not known:
            return None
        number, staff = dice.choice(known), self.staff
        return dice.choice(
            [
                (lambda books: books.sent(number), lambda: actions.mark_sent(number, actor=staff)),
                (
                    lambda books: books.paid_out(number),
                    lambda: actions.mark_paid(number, actor=staff, reference="B"),
                ),
                (
                    lambda books: books.came_back(number),
                    lambda: actions.mark_failed(number, actor=staff, reason="Closed account"),
                ),
            ]
        )


ACTS = (
    *("send", "submit", "approve") * 5, *("take", "pay_many", "withdraw", "payout") * 3,
    *("deposit", "dispute", "figures", "settle", "carry_out") * 2,
    "limit", "bonus", "cancel", "clock", "stop", "print_invoice", "close",
)  # fmt: skip


class MoneyLife(RuleBasedStateMachine):
    """Hypothesis draws the lives and repeats what fails; inside a step the dice are fair: every act has its turn."""

    lives: list[Market]

    def __init__(self) -> None:
        super().__init__()
        self.market = Market()
        self.lives.append(self.market)

    @rule(seed=st.integers(0, 2**32))
    def step(self, seed: int) -> None:
        self.market.step(random.Random(f"{seed}:{self.market.walked}"))

    def teardown(self) -> None:
        self.market.end()


@dataclass
class Lived:
    """What many lives did together."""

    lives: list[Market]

    def total(self, name: str) -> Counter[str]:
        return sum((getattr(one, name) for one in self.lives), Counter())

    @property
    def walked(self) -> int:
        return sum(one.walked for one in self.lives)

    @property
    def crashed(self) -> int:
        return sum(one.crashed for one in self.lives)


def live(*, lives: int, each: int) -> Lived:
    """That many lives of so many steps, one after the other."""
    kind = type("Living", (MoneyLife,), {"lives": []})
    run_state_machine_as_test(
        kind,
        settings=settings(
            max_examples=lives,
            stateful_step_count=each,
            phases=[Phase.generate],
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert audit() == []
    return Lived(kind.lives)


@pytest.fixture(autouse=True)
def _late_stops_nobody(settings: Any) -> None:
    settings.ONSITE_PAST_DUE_STOP_DAYS = 10_000


def test_a_short_life_of_money(frozen: object) -> None:
    lived = live(lives=1, each=STEPS)
    assert len(set(ACTS) - set(lived.total("done"))) <= 4
    assert (lived.crashed > 0, lived.total("refused").total() > 10) == (True, True)


@pytest.mark.row(id="R15")
def test_a_cent_too_much_is_noticed(frozen: object) -> None:
    """The control: money that the plain books know nothing of."""
    market = Market()
    market.compare("begun")
    actions.record_deposit(market.clients[0].pk, actor=market.staff, amount=Money(1, "USD"), key="behind")
    with pytest.raises(AssertionError):
        market.compare("a cent")
    tell(
        "R15",
        "a deposit of one cent that the plain books know nothing of: found at the next step",
        is_control=True,
    )


@pytest.mark.row(id="R15")
@pytest.mark.slow
def test_ten_thousand_steps_of_money(frozen: object) -> None:
    lived = live(lives=40, each=250)
    done, refused = lived.total("done"), lived.total("refused")
    assert lived.walked >= 10_000
    assert set(done) == set(ACTS)
    assert set(refused) >= {"approve", "cancel", "stop", "take", "withdraw", "payout", "settle"}
    tell(
        "R15",
        f"money: {lived.walked:,} steps, {lived.crashed} of them cut off in the middle, every balance equal to "
        f"the plain books after each; {done.total():,} acts of {len(done)} kinds done, {refused.total():,} refused",
    )
