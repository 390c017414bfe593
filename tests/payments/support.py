"""Short words for tests of money."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from assignments.actions import talk
from assignments.models import Assignment
from assignments.states import State
from clients.roles import Role
from common import clock
from common.money import Money
from ledger.accounts import balance
from ledger.audit import audit
from payments import actions, quotes
from payments.models import Advance, Dispute, Invoice
from payments.states import InvoiceState
from tests.factories import StaffFactory, assignment_in, company, member, worker

_numbers = count(1)


def usd(minor: int) -> Money:
    return Money(minor, "USD")


class Deal:
    """A company with a fee of 10 %, its people, a worker, and an assignment over $350.00 in one stage."""

    def __init__(
        self,
        state: str = State.PENDING_APPROVAL,
        *,
        cash: int = 1_000_000,
        pay: Money | None = None,
        silence: int | None = None,
        **columns: Any,
    ) -> None:
        """`silence`: days after which silence approves."""
        self.client = company("Acme Retail", cash=cash, auto_approve_days=silence)
        number = next(_numbers)
        self.owner = member(self.client, f"Olivia Owner{number}")
        self.worker = worker(f"Wanda Worker{number}")
        self.staff = StaffFactory(name=f"Stella Staff{number}")
        self.pk = assignment_in(state, owner=self.owner, by=self.worker, pay=pay, **columns).pk

    @property
    def row(self) -> Assignment:
        return Assignment.objects.get(pk=self.pk)

    @property
    def invoice(self) -> Invoice:
        return Invoice.objects.exclude(state=InvoiceState.WITHDRAWN).get(assignment_id=self.pk)

    @property
    def dispute(self) -> Dispute:
        return Dispute.objects.filter(assignment_id=self.pk).latest("pk")

    def another(self, state: str = State.APPROVED, **columns: Any) -> Assignment:
        """One more assignment of the same people."""
        return assignment_in(state, owner=self.owner, by=self.worker, **columns)

    def person(self, name: str, role: str) -> Any:
        return member(self.client, name, role)

    def controller(self) -> Any:
        return self.person("Carl Controller", Role.CONTROLLER)

    def held(self) -> dict[str, int]:
        """Every balance that matters, in minor units; asserts that the books are whole."""
        assert audit() == []
        own = {
            name: balance("client", self.client.pk, name, "USD").minor
            for name in ("cash", "reserved_cash", "terms", "reserved_terms")
        }
        theirs = {
            name: balance("worker", self.worker.pk, name, "USD").minor
            for name in ("balance", "pending_payout")
        }
        ours = {
            name: balance("platform", 0, name, "USD").minor
            for name in ("fee", "fastfunds_fee", "fastfunds_advanced")
        }
        return {**own, **theirs, **ours}

    def moved(self, before: dict[str, int]) -> dict[str, int]:
        """What changed since, without what stayed."""
        now = self.held()
        return {name: now[name] - before[name] for name in now if now[name] != before[name]}

    def quoted(self) -> str:
        """The FastFunds quote of this moment, as the page's form carries it."""
        return quotes.quote(self.invoice, clock.now()).signed

    def advance(self) -> Advance:
        """The worker takes FastFunds."""
        return actions.take(self.pk, self.quoted(), actor=self.worker.user)

    def escalate(self, at: datetime | None = None) -> Dispute:
        """The worker writes and, when approval is overdue, escalates."""
        talk.post_message(self.pk, actor=self.worker.user, body="Please approve.")
        with clock.moved(at or self.row.escalate_from_at + timedelta(minutes=1)):
            return actions.open_dispute(
                self.pk, actor=self.worker.user, ground="overdue_approval", statement="It is done."
            )

    def decide(self, decision: str, amount: Money | None = None, by: Any = None, **more: Any) -> Dispute:
        """An admin decides; the money waits for an appeal."""
        return actions.settle(
            self.dispute.pk, actor=by or self.staff, decision=decision, amount=amount,
            reason_to_client="The photos show it.", reason_to_worker="The photos show it, worker.", **more,
        )  # fmt: skip

    def settle(self, decision: str, amount: Money | None = None) -> Dispute:
        """An admin decides and neither side appeals: it is carried out."""
        self.decide(decision, amount)
        for side in (self.owner, self.worker.user):
            actions.waive_appeal(self.pk, actor=side)
        return self.dispute
