"""Reads of money: what each side sees of one assignment, and the figures and lists of the Payment Center."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Min, Q, QuerySet, Sum

from assignments.models import Assignment, CheckIn
from assignments.pricing import billable_minutes, worker_total
from assignments.queries import Seen
from assignments.states import State
from clients.cards import average_approval_minutes
from clients.models import Client, CompanyCard
from common.money import Money
from common.when import minutes, zone
from ledger.accounts import balances
from ledger.models import Entry, Posting, Reservation
from ledger.purposes import BALANCE, CASH, CLIENT, PENDING_PAYOUT, PURPOSES, WORKER
from ledger.reserve import Available, available
from payments import grounds, policies
from payments.models import Advance, Deposit, Dispute, Invoice, Withdrawal
from payments.states import RUNNING, DisputeState, InvoiceState
from workers.models import Worker

SOON: Final = timedelta(days=7)
LINES: Final = 50


# --- one assignment ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ApprovalAge:
    """How long an approval takes against what is usual for the company. Spans in minutes."""

    waited_minutes: int
    usual_minutes: int
    opens_at: datetime
    is_open: bool
    needs_message: bool

    @property
    def usual(self) -> str:
        return span(self.usual_minutes)

    @property
    def waited(self) -> str:
        return span(self.waited_minutes)

    @property
    def is_long(self) -> bool:
        """Longer than the company's own average (S34)."""
        return self.waited_minutes > self.usual_minutes


def span(total: int) -> str:
    """A long time in words: "3 days" from two days on, else hours and minutes."""
    return f"{total // 1440} days" if total >= 2880 else minutes(total)


def approval_age(row: Assignment, now: datetime) -> ApprovalAge | None:
    """How long a submitted assignment waits; None in other stages. Escalate opens 48 h after the average (D5)."""
    if row.state != State.PENDING_APPROVAL or row.submitted_at is None or row.escalate_from_at is None:
        return None
    card = CompanyCard.objects.filter(client_id=row.client_id).first()
    return ApprovalAge(
        waited_minutes=int((now - row.submitted_at).total_seconds() // 60),
        usual_minutes=average_approval_minutes(card),
        opens_at=row.escalate_from_at,
        is_open=now > row.escalate_from_at,
        needs_message=not grounds.has_written(row),
    )


def invoice_of(row: Assignment) -> Invoice | None:
    """The invoice of an assignment that was not withdrawn."""
    return Invoice.objects.filter(assignment=row).exclude(state=InvoiceState.WITHDRAWN).first()


def dispute_of(row: Assignment) -> Dispute | None:
    """The newest dispute of an assignment that was not withdrawn."""
    found = Dispute.objects.filter(assignment=row).exclude(state=DisputeState.WITHDRAWN)
    return found.select_related("worker__user", "client", "decided_by").order_by("-pk").first()


def alert_box(seen: Seen) -> dict[str, Any] | None:
    """What stands above the tabs: a dispute, or a worker's way to escalate. None where there is nothing to say."""
    row, side = seen.row, seen.side
    dispute = dispute_of(row) if row.worker_id else None
    age = approval_age(row, seen.now) if side == "worker" else None
    verbs = policies.verbs_for(seen.standing, row, seen.now)
    may_escalate = "escalate" in verbs and bool(grounds.grounds(row, "worker"))
    is_long = age is not None and age.is_long and not row.disputed_at
    if dispute is None and not is_long and not may_escalate:
        return None
    return {
        "row": row,
        "side": side,
        "dispute": dispute,
        "reason": _reason(dispute, side),
        "age": age if is_long else None,
        "may_escalate": may_escalate,
        "tz": row.time_zone,
    }


def _reason(dispute: Dispute | None, side: str) -> str:
    if dispute is None:
        return ""
    return dispute.reason_to_worker if side == "worker" else dispute.reason_to_client


def money_box(seen: Seen) -> dict[str, Any] | None:
    """The invoice in the rail, in the viewer's own figures; None before there is one."""
    row, side = seen.row, seen.side
    if not row.pay_minor and row.state not in (State.APPROVED, State.PAID):
        return None
    invoice = invoice_of(row) if "requests" in seen.sight else None
    if invoice is None:
        return None
    verbs = policies.verbs_for(seen.standing, row, seen.now)
    return {
        "row": row,
        "side": side,
        "invoice": invoice,
        "state": invoice_word(invoice, row.disputed_at, seen.now),
        "advance": Advance.objects.filter(invoice=invoice).first() if side == "worker" else None,
        "verbs": verbs,
        "may_pay": side == "client" and bool({"pay", "pay_cancelled"} & verbs),
        "may_stop": "stop_payment" in verbs and not invoice.locked_at and not invoice.advanced_at,
    }


@dataclass(frozen=True, slots=True)
class Word:
    """A state in words with its label's colour and icon."""

    text: str
    kind: str
    icon: str


def invoice_word(invoice: Invoice, disputed_at: datetime | None, now: datetime) -> Word:
    """Due, Past due, Scheduled, Disputed, Paid or Withdrawn (ux.md 6.10)."""
    if invoice.state == InvoiceState.PAID:
        return Word("Paid", "ok", "circle-check")
    if invoice.state == InvoiceState.WITHDRAWN:
        return Word("Withdrawn", "info", "undo-2")
    if disputed_at:
        return Word("Disputed", "bad", "scale")
    if invoice.past_due_at <= now:
        return Word("Past due", "bad", "triangle-alert")
    if invoice.autopay_due_at:
        return Word("Scheduled", "info", "calendar-check")
    return Word("Due", "info", "calendar")


# --- the client's side ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClientFigures:
    """What a company owes and has, in its currency."""

    past_due: Money
    soon: Money
    later: Money
    past_due_count: int
    soon_count: int
    later_count: int
    funds: Available

    @property
    def short(self) -> Money:
        """What is missing in cash for all that is past due or due in seven days; zero or more."""
        cash = self.funds.cash + self.funds.reserved_cash
        missing = (self.past_due + self.soon).minor - cash.minor
        return Money(max(missing, 0), cash.currency)


def today(client: Client, now: datetime) -> date:
    """The client's calendar day."""
    return now.astimezone(zone(client.time_zone)).date()


def client_figures(client: Client, now: datetime) -> ClientFigures:
    """The figures on top of the client's Payment Center, in two queries."""
    late = Q(past_due_at__lte=now)
    soon = ~late & Q(due_on__lte=today(client, now) + SOON)
    later = ~late & ~Q(due_on__lte=today(client, now) + SOON)
    open_ones = Invoice.objects.filter(client=client, state=InvoiceState.OPEN).order_by()
    found = open_ones.aggregate(
        past_due=Sum("total_minor", filter=late),
        soon=Sum("total_minor", filter=soon),
        later=Sum("total_minor", filter=later),
        past_due_count=Count("pk", filter=late),
        soon_count=Count("pk", filter=soon),
        later_count=Count("pk", filter=later),
    )
    money = {name: Money(found[name] or 0, client.currency) for name in ("past_due", "soon", "later")}
    counts: dict[str, Any] = {name: found[name] for name in ("past_due_count", "soon_count", "later_count")}
    return ClientFigures(**{**money, **counts}, funds=available(client.pk, client.currency))


INVOICE_FILTERS: Final = {
    "open": "To pay",
    "past_due": "Past due",
    "soon": "Due in 7 days",
    "later": "Due later",
    "disputed": "Disputed",
    "paid": "Paid",
    "withdrawn": "Withdrawn",
    "all": "All",
}


def client_invoices(client: Client, which: str, now: datetime) -> QuerySet[Invoice]:
    """The invoices of a company under one filter, oldest due first; closed ones newest first."""
    rows = Invoice.objects.filter(client=client).select_related("assignment", "worker__user")
    by_day = today(client, now) + SOON
    match which:
        case "open":
            return rows.filter(state=InvoiceState.OPEN).order_by("due_on", "id")
        case "past_due":
            return rows.filter(state=InvoiceState.OPEN, past_due_at__lte=now).order_by("due_on", "id")
        case "soon":
            late_or_far = Q(past_due_at__lte=now) | Q(due_on__gt=by_day)
            return rows.filter(state=InvoiceState.OPEN).exclude(late_or_far).order_by("due_on", "id")
        case "later":
            return rows.filter(state=InvoiceState.OPEN, due_on__gt=by_day).order_by("due_on", "id")
        case "disputed":
            return rows.filter(state=InvoiceState.OPEN, assignment__disputed_at__isnull=False).order_by(
                "due_on", "id"
            )
        case "paid" | "withdrawn":
            return rows.filter(state=which).order_by("-issued_on", "-id")
    return rows.order_by("-issued_on", "-id")


def payable(client: Client, ids: Iterable[int]) -> list[Invoice]:
    """Of these, the open invoices of the company, oldest due first."""
    rows = Invoice.objects.filter(client=client, pk__in=list(ids), state=InvoiceState.OPEN)
    return list(rows.select_related("assignment", "worker__user").order_by("due_on", "id"))


def reservations(client: Client) -> list[tuple[Reservation, Assignment | None]]:
    """The largest open reservations with their assignments, at most a page."""
    rows = list(
        Reservation.objects.filter(client_id=client.pk, state="open", subject_type="assignment").order_by(
            "-pk"
        )[:LINES]
    )
    named = Assignment.objects.in_bulk([row.subject_id for row in rows])
    return [(row, named.get(row.subject_id)) for row in rows if row.cash_minor or row.terms_minor]


def deposits(client: Client) -> QuerySet[Deposit]:
    return Deposit.objects.filter(client=client).order_by("-recorded_at", "-id")[:20]


# --- the worker's side ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WorkerFigures:
    """What a worker has and what is on its way, in one currency."""

    available: Money
    on_its_way: Money
    scheduled: Money
    next_on: date | None
    waiting: Money
    waiting_count: int
    past_due: Money
    past_due_count: int


def worker_figures(worker: Worker, currency: str, now: datetime) -> WorkerFigures:
    """The figures on top of the worker's Payment Center."""
    held = balances(WORKER, worker.pk, currency)
    coming = receivables(worker).filter(currency=currency, advanced_at__isnull=True).order_by()
    late = Q(past_due_at__lte=now)
    found = coming.aggregate(
        scheduled=Sum("worker_minor", filter=~late),
        next_on=Min("due_on", filter=~late),
        past_due=Sum("worker_minor", filter=late),
        past_due_count=Count("pk", filter=late),
    )
    waiting = pending_pay(worker, currency)
    return WorkerFigures(
        available=held[BALANCE],
        on_its_way=held[PENDING_PAYOUT],
        scheduled=Money(found["scheduled"] or 0, currency),
        next_on=found["next_on"],
        waiting=Money.sum((pay for _, pay in waiting), currency),
        waiting_count=len(waiting),
        past_due=Money(found["past_due"] or 0, currency),
        past_due_count=found["past_due_count"],
    )


def currency_of(worker: Worker) -> str:
    """The currency of the worker's newest invoice; the installation's usual one before the first."""
    return (
        Invoice.objects.filter(worker=worker).order_by("-pk").values_list("currency", flat=True).first()
        or "USD"
    )


def receivables(worker: Worker) -> QuerySet[Invoice]:
    """What clients owe this worker, soonest first."""
    rows = Invoice.objects.filter(worker=worker, state=InvoiceState.OPEN, worker_minor__gt=0)
    return rows.select_related("assignment", "client").order_by("due_on", "id")


def paid_to(worker: Worker) -> QuerySet[Invoice]:
    """What was paid to this worker, newest first."""
    rows = Invoice.objects.filter(worker=worker, state=InvoiceState.PAID)
    return rows.select_related("assignment", "client").order_by("-paid_at", "-id")


def pending_pay(worker: Worker, currency: str) -> list[tuple[Assignment, Money]]:
    """Work that waits for approval, with the pay as submitted; two queries."""
    rows = list(
        Assignment.objects.filter(worker=worker, state=State.PENDING_APPROVAL, currency=currency)
        .select_related("client")
        .order_by("submitted_at")
    )
    visits: dict[int | None, list[tuple[datetime, datetime]]] = {}
    ids = [row.engagement_id for row in rows if row.engagement_id]
    for visit in CheckIn.objects.filter(engagement_id__in=ids, out_at__isnull=False):
        visits.setdefault(visit.engagement_id, []).append((visit.in_at, visit.out_at or visit.in_at))
    return [(row, _final_pay(row, visits.get(row.engagement_id, []))) for row in rows]


def _final_pay(row: Assignment, visits: Sequence[tuple[datetime, datetime]]) -> Money:
    base = row.terms.pay(minutes=billable_minutes(visits), units=row.units_done)
    if row.reduced_minor is not None:
        base = row.money(row.reduced_minor)
    return worker_total(base, expenses=row.money(row.expenses_minor), bonus=row.money(row.bonus_minor))


def withdrawals(worker: Worker) -> QuerySet[Withdrawal]:
    return Withdrawal.objects.filter(worker=worker).select_related("account").order_by("-pk")[:20]


# --- ledger lines -----------------------------------------------------------------------------------------------

WORDS: Final = {
    "deposit.received": "Deposit",
    "reservation.made": "Set aside for an assignment",
    "reservation.changed": "Set aside, changed",
    "reservation.released": "Set aside, given back",
    "reservation.consumed": "Set aside, given back for the payment",
    "terms.granted": "Terms limit",
    "invoice.paid": "Invoice paid",
    "advance.taken": "FastFunds",
    "withdrawal.requested": "Withdrawal requested",
    "withdrawal.paid": "Withdrawal paid out",
    "withdrawal.failed": "Withdrawal returned",
}
ACCOUNT_WORDS: Final = {
    "cash": "Cash",
    "reserved_cash": "Cash set aside",
    "terms": "Terms limit",
    "reserved_terms": "Terms in use",
    "balance": "Balance",
    "pending_payout": "On its way to the bank",
}


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One entry of the viewer's own accounts."""

    pk: int
    at: datetime
    what: str
    about: str
    account: str
    amount: Money


def ledger_lines(
    owner_kind: str, owner_id: int, before: int | None = None, limit: int = LINES
) -> list[LedgerLine]:
    """The owner's entries, newest first; `before` is the id of the last line of the page above (keyset)."""
    rows = Entry.objects.filter(
        account__owner_kind=owner_kind, account__owner_id=owner_id, account__purpose__in=PURPOSES[owner_kind]
    ).select_related("posting", "account")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [_ledger_line(entry) for entry in rows.order_by("-pk")[:limit]]


def _ledger_line(entry: Entry) -> LedgerLine:
    posting: Posting = entry.posting
    about = posting.memo
    if posting.subject_type == "assignment":
        about = f"A-{posting.subject_id}"
    return LedgerLine(
        pk=entry.pk,
        at=posting.at,
        what=WORDS.get(posting.kind, posting.kind),
        about=about,
        account=ACCOUNT_WORDS[entry.account.purpose],
        amount=entry.amount,
    )


# --- disputes ---------------------------------------------------------------------------------------------------


def next_in_queue() -> Dispute | None:
    """The running dispute without an owner whose answer is due soonest; else the one due soonest."""
    running = Dispute.objects.filter(state__in=RUNNING).order_by("answer_due_at", "pk")
    return running.filter(assignee__isnull=True).first() or running.first()


def short_for(client: Client, chosen: Sequence[Invoice]) -> Money:
    """What is missing in cash to pay these; what was set aside for them counts as free. Zero or more."""
    held = Reservation.objects.filter(
        client_id=client.pk,
        state="open",
        subject_type="assignment",
        subject_id__in=[one.assignment_id for one in chosen],
    ).aggregate(cash=Sum("cash_minor"))
    cash = balances(CLIENT, client.pk, client.currency)[CASH].minor + (held["cash"] or 0)
    return Money(max(sum(one.total_minor for one in chosen) - cash, 0), client.currency)


def advance_of(dispute: Dispute) -> Advance | None:
    """FastFunds taken for what the dispute is about: then only full pay is possible."""
    rows = Advance.objects.filter(invoice__assignment_id=dispute.assignment_id)
    return rows.exclude(invoice__state=InvoiceState.WITHDRAWN).first()


def terms_in_use(client: Client) -> Money:
    """How much of the terms limit backs open assignments."""
    return available(client.pk, client.currency).reserved_terms
