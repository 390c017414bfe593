"""What this person should do next on an assignment: one answer for the next card, the dashboard queue and mails (R3).

Works on rows of queries.with_facts, so that a whole list is answered from one query.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.text import Truncator

from assignments import leaving
from assignments.deadlines import check_in_opens
from assignments.models import Assignment
from assignments.standing import Standing
from assignments.states import (
    ApplicationState,
    HoldReason,
    ProblemKind,
    ScheduleKind,
    Severity,
    State,
    UnassignReason,
)
from common.money import Money
from common.when import day, instant, relative


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    url: str
    method: str = "get"
    primary: bool = True


@dataclass(frozen=True, slots=True)
class Next:
    """`button` is None while somebody else has to act. `rank` orders the queue, smaller is more pressing.

    `by` is the word before `deadline`: another one where the instant is no deadline of anybody, but a start.
    """

    heading: str
    reason: str = ""
    button: Button | None = None
    secondary: tuple[Button, ...] = field(default=())
    deadline: datetime | None = None
    rank: int = 100
    by: str = "By"
    tz: str = ""


NEEDS = 90
"""Answers with a rank below this need the person; above it they only inform."""


def url(row: Assignment, *parts: str) -> str:
    return "/".join((f"/assignments/{row.pk}", *parts)) + "/"


def next_action(row: Assignment, found: Standing, verbs: frozenset[str], now: datetime) -> Next:
    """The next step for a viewer who stands so to the row and may do `verbs`."""
    if found.standby is not None and found.side == "worker" and not found.is_assigned:
        return _stands_by(row, found, verbs)
    if found.side == "worker":
        answer = WORKER.get(State(row.state), _nothing)(row, found, verbs, now)
    else:
        answer = CLIENT.get(State(row.state), _nothing)(row, found, verbs, now)
    return answer


Answer = Callable[[Assignment, Standing, frozenset[str], datetime], Next]


def _has(row: Assignment, key: str) -> bool:
    return bool(getattr(row, f"label_{key}", False))


def _nothing(row: Assignment, found: Standing, verbs: frozenset[str], now: datetime) -> Next:
    return Next(f"This assignment is {State(row.state).label}.")


def _dispute(row: Assignment) -> Next:
    return Next(
        "A dispute is open",
        "Its page says what comes next and by when. The money waits until it is over.",
        Button("Open the dispute", url(row, "dispute")),
        deadline=row.answer_due_at,
        rank=20,
        tz=row.time_zone,
    )


def _requests(row: Assignment, verbs: frozenset[str]) -> Next | None:
    if getattr(row, "change_count", 0) and "approve_change" in verbs:
        return Next(
            "The worker asks for extra work",
            "The worker waits on site. After that, the answer is the one that was agreed beforehand.",
            Button("Answer", url(row, "requests")),
            deadline=getattr(row, "change_due_at", None),
            rank=12,
            tz=row.time_zone,
        )
    if getattr(row, "reschedule_side", "") == "worker" and "decide_reschedule" in verbs:
        return Next(
            "The worker asks for another date",
            "Until you answer, the agreed date stays.",
            Button("Answer", url(row, "requests")),
            deadline=getattr(row, "reschedule_start_at", None),
            rank=50,
            tz=row.time_zone,
        )
    if getattr(row, "request_count", 0) and "decide_money" in verbs:
        return Next(
            "The worker asks for more money",
            "Undecided requests are not paid. Decide before you approve.",
            Button("Decide", url(row, "requests")),
            rank=50,
        )
    return None


def _silence(row: Assignment) -> tuple[str, datetime | None]:
    """What silence does to submitted work and when, or why it waits; for rows with facts. Empty where nobody opted
    in (N1)."""
    due = row.auto_approve_due_at
    if due is None:
        return "", None
    if any(
        getattr(row, name, 0) for name in ("request_count", "change_count", "reschedule_side", "scope_count")
    ):
        return "A request is open: until it is decided, silence approves nothing.", None
    return f"Approved by itself {instant(due, row.time_zone)} unless the client answers.", due


# --- client ---------------------------------------------------------------------------------------------------------


def _client_draft(row: Assignment, found: Standing, verbs: frozenset[str], now: datetime) -> Next:
    if "send" not in verbs:
        return Next("This is a draft", "Its owner has not sent it yet.")
    return Next(
        "Finish and send it",
        "Nobody outside your company sees a draft.",
        Button("Check and send", url(row, "send")),
        (Button("Edit draft", url(row, "edit"), primary=False),),
        rank=80,
    )


def _client_sent(row: Assignment, found: Standing, verbs: frozenset[str], now: datetime) -> Next:
    count = getattr(row, "pending_count", 0)
    if count and "assign" in verbs:
        oldest = getattr(row, "oldest_pending_at", None)
        waited = f"The oldest came {relative(oldest, now)}. " if oldest else ""
        what = f"{count} applications are waiting" if count > 1 else "1 application is waiting"
        return Next(
            f"Choose a worker: {what}",
            f"{waited}Nobody is charged until you approve the finished work.",
            Button(
                f"Compare {count} applications" if count > 1 else "Review 1 application",
                url(row, "applications"),
            ),
            rank=50,
        )
    if getattr(row, "question_count", 0) and "answer" in verbs:
        return Next(
            "A question is waiting for your answer",
            "Workers decide faster when they know.",
            Button("Answer", url(row, "questions")),
            rank=60,
        )
    if _has(row, "expired") and "edit" in verbs:
        return Next(
            "Its start has passed without a worker",
            "It is out of the feed. Give it a new date, or cancel it.",
            Button("Change the schedule", url(row, "edit")),
            rank=55,
        )
    button = Button("Send to more people", url(row, "invite")) if "invite" in verbs else None
    sent = relative(row.sent_at, now) if row.sent_at else ""
    return Next(
        "No applications yet", f"Sent {sent}. Most first applications come within a day.", button, rank=95
    )


def _problem(row: Assignment, verbs: frozenset[str]) -> Next | None:
    """The worst problem that is open, for rows with facts: what stops the work comes before all else."""
    problem = getattr(row, "problem", None)
    if not problem or "resolve_problem" not in verbs:
        return None
    kind, severity = ProblemKind(problem["kind"]), Severity(problem["severity"])
    hold = (Button("Put on hold", url(row, "hold"), primary=False),) if "hold" in verbs else ()
    return Next(
        f"{problem['by']} reports: {kind.label[:1].lower()}{kind.label[1:]}",
        f"{severity.label}. {Truncator(problem['text']).chars(200)}",
        Button("See the problem", url(row, "problems")),
        (Button("Message", url(row, "messages"), primary=False), *hold),
        rank=8 if severity == Severity.STOPS else 35,
    )


def _client_assigned(row: Assignment, found: Standing, verbs: frozenset[str], now: datetime) -> Next:
    asked = _requests(row, verbs)
    risk = _problem(row, verbs)
    if risk and (risk.rank < 10 or not _has(row, "late")):
        return risk
    name = str(row.worker) if row.worker else "The worker"
    if _has(row, "late"):
        return Next(
            f"{name} has not checked in",
            "Check-in was due. Write or call to find out why.",
            Button("Message the worker", url(row, "messages")),
            _no_show(row, verbs, now),
            rank=10,
        )
    if asked:
        return asked
    if _has(row, "not_confirmed"):
        return Next(
            f"{name} has not confirmed the schedule",
            "Both sides were told. You can write, or choose somebody else.",
            Button("Message the worker", url(row, "messages")),
            rank=70,
            deadline=row.start_at,
            tz=row.time_zone,
        )
    if getattr(row, "scope_count", 0):
        return _scope_waits(row, name)
    if row.confirm_hours is not None and not row.confirmed_at:
        return Next(f"Waiting for {name} to confirm", "", deadline=row.confirm_due_at, tz=row.time_zone)
    return Next(
        f"{name} is on schedule",
        "Nothing to do until the work starts.",
        deadline=row.start_at,
        by="Starts",
        tz=row.time_zone,
    )


def _no_show(row: Assignment, verbs: frozenset[str], now: datetime) -> tuple[Button, ...]:
    """Offered only once it can be said (leaving.py)."""
    if "unassign" not in verbs or leaving.objection(row, UnassignReason.NO_SHOW, now):
        return ()
    return (Button("Report a no-show", f"{url(row, 'unassign')}?reason=no_show", primary=False),)


def _scope_waits(row: Assignment, name: str) -> Next:
    return Next(
        f"Waiting for {name} to answer your change of scope",
        "Until it is accepted, the agreed scope holds.",
        secondary=(Button("See the proposal", url(row, "sheet"), primary=False),),
    )


def _client_in_progress(row: Assignment, found: Standing, verbs: frozenset[str], now: datetime) -> Next:
    if _has(row, "late"):
        return _client_assigned(row, found, verbs, now)
    risk = _problem(row, verbs)
    if risk:
        return risk
    asked = _requests(row, verbs)
    if asked:
        return asked
    name = str(row.worker) if row.worker else "The worker"
    if _has(row, "late_deliverables"):
        return Next(
            "Deliverables are late",
            f"{name} has not given all files yet.",
            Button("Message the worker", url(row, "messages")),
            rank=75,
        )
    if getattr(row, "scope_count", 0):
        return _scope_waits(row, name)
    return Next(f"{name} is working on it", "You are told when it is submitted for approval.")


def _client_on_hold(row: Assignment, found: Standing, verbs: frozenset[str], now: datetime) -> Next:
    reason = HoldReason(row.hold_reason).label if row.hold_reason else "on hold"
    if row.hold_lifted_at:
        name = str(row.worker) if row.worker else "the worker"
        return Next(
            f"Waiting for {name} to accept the new date", f"Sent {relative(row.hold_lifted_at, now)}."
        )
    if "remove_hold" not in verbs:
        return Next("On hold", f"Reason: {reason}.")
    risk = _problem(row, verbs)
    return Next(
        "Remove the hold when the work can go on",
        f"Reason: {reason}. You send a new date. It stays on hold until {row.worker or 'the worker'} accepts. "
        f"Declining ends that part, without any effect on the card.{f' {risk.heading}.' if risk else ''}",
        Button("Remove hold", url(row, "remove-hold")),
        (Button("Open the problem", url(row, "problems"), primary=False),) if risk else (),
        rank=85,
    )


def _client_pending(row: Assignment, found: Standing, verbs: frozenset[str], now: datetime) -> Next:
    if row.disputed_at:
        return _dispute(row)
    submitted = relative(row.submitted_at, now) if row.submitted_at else ""
    silence, due = _silence(row)
    if "approve" not in verbs:
        return Next("Waiting for approval", f"Submitted {submitted}. {silence}".strip())
    return Next(
        "Review the work",
        f"Submitted {submitted}. Approve it, or send it back with a reason. {silence}".strip(),
        Button("Review and approve", url(row, "approve")),
        (Button("Not Satisfied", url(row, "send-back"), primary=False),),
        rank=40,
        deadline=due,
        tz=row.time_zone,
    )


def _client_approved(row: Assignment, found: Standing, verbs: frozenset[str], now: datetime) -> Next:
    if row.disputed_at:
        return _dispute(row)
    due = f"Due {day(row.payment_due_on)}." if row.payment_due_on else ""
    if found.handles_money:
        return Next(
            "The invoice is past due" if _has(row, "past_due") else "Its invoice is in the Payment Center",
            due,
            Button("Pay invoice", "/payments/"),
            rank=30 if _has(row, "past_due") else 95,
        )
    return Next("Approved for payment", due)


def _client_paid(row: Assignment, found: Standing, verbs: frozenset[str], now: datetime) -> Next:
    return Next("Paid and closed", f"Paid {relative(row.paid_at, now)}." if row.paid_at else "")


def _client_cancelled(row: Assignment, found: Standing, verbs: frozenset[str], now: datetime) -> Next:
    if row.cancelled_pay_minor and not row.paid_at:
        return Next("Cancelled with pay", "Its invoice is in the Payment Center.", rank=95)
    return Next("Cancelled", "Nothing more happens here.")


CLIENT: dict[State, Answer] = {
    State.DRAFT: _client_draft,
    State.SENT: _client_sent,
    State.ASSIGNED: _client_assigned,
    State.IN_PROGRESS: _client_in_progress,
    State.ON_HOLD: _client_on_hold,
    State.PENDING_APPROVAL: _client_pending,
    State.APPROVED: _client_approved,
    State.PAID: _client_paid,
    State.CANCELLED: _client_cancelled,
}


# --- worker ---------------------------------------------------------------------------------------------------------


def _worker_sent(row: Assignment, found: Standing, verbs: frozenset[str], now: datetime) -> Next:
    mine = found.application
    if "accept" in verbs:
        return _accept(row, found.has_applied)
    if mine is not None and mine.is_over(now) and "apply" in verbs:
        return Next(
            "Your offer has expired",
            f"You asked {mine.asks}. The client cannot accept it any more; you can send it again.",
            Button("Renew offer", url(row, "apply")),
            (Button("Ask a question", url(row, "ask"), primary=False),),
            rank=60,
        )
    if found.has_applied and mine is not None:
        return Next(
            f"{'Counteroffer' if mine.is_counteroffer else 'Application'} sent, waiting for the client",
            f"You asked {mine.asks}, {relative(mine.applied_at, now)}.",
            secondary=(
                Button("Edit", url(row, "apply"), primary=False),
                Button("Withdraw", url(row, "withdraw"), primary=False),
            ),
            deadline=mine.expires_at,
            tz=row.time_zone,
        )
    again = mine is not None and mine.state == ApplicationState.DECLINED
    if "apply" not in verbs:
        return Next("It takes no applications any more", "Its start has passed.")
    secondary = [
        Button("Counteroffer", url(row, "counteroffer"), primary=False),
        Button("Ask a question", url(row, "ask"), primary=False),
    ]
    if found.is_invited:
        secondary.append(Button("Decline", url(row, "decline-invitation"), primary=False))
    return Next(
        "You can apply again"
        if again
        else "You are invited"
        if found.is_invited
        else "Open for applications",
        "The client chooses. You are told either way.",
        Button("Apply", url(row, "apply")),
        tuple(secondary),
        rank=60 if found.is_invited else 95,
    )


def _accept(row: Assignment, has_applied: bool) -> Next:
    """The first to accept is assigned; who would rather have other terms makes an offer."""
    other = "Edit offer" if has_applied else "Counteroffer"
    return Next(
        "You can have it: the first to accept is assigned",
        "Accepting takes it at the posted price and date. The client need not choose.",
        Button("Accept", url(row, "accept")),
        (
            Button(other, url(row, "counteroffer"), primary=False),
            Button("Ask a question", url(row, "ask"), primary=False),
            Button("Decline", url(row, "decline-invitation"), primary=False),
        ),
        rank=45,
    )


def _stands_by(row: Assignment, found: Standing, verbs: frozenset[str]) -> Next:
    end = url(row, "standby", "end")
    if "accept_standby" in verbs:
        return Next(
            "The client asks you to stand by",
            "If the worker who has it cannot come, you step in on the terms below.",
            Button("Agree to stand by", url(row, "standby", "accept")),
            (Button("Decline", end, primary=False),),
            rank=58,
            deadline=row.start_at,
            tz=row.time_zone,
        )
    return Next(
        "You stand by for this assignment",
        "You are told at once if you step in. Until then nothing is booked, and nothing is paid.",
        secondary=(Button("End standing by", end, primary=False),) if "end_standby" in verbs else (),
        deadline=row.start_at,
        by="Starts",
        tz=row.time_zone,
    )


def _worker_assigned(row: Assignment, found: Standing, verbs: frozenset[str], now: datetime) -> Next:
    if getattr(row, "reschedule_side", "") == "client" and "decide_reschedule" in verbs:
        return _answer_date(row)
    if getattr(row, "scope_count", 0) and "decide_scope" in verbs:
        return _answer_scope(row)
    confirm = "confirm" in verbs and (
        row.confirm_hours is not None or row.schedule_kind == ScheduleKind.WINDOW
    )
    if confirm and not _near(row, now):
        return Next(
            "Confirm that you will come",
            "The client counts on it.",
            Button("Confirm schedule", url(row, "confirm")),
            deadline=row.confirm_due_at,
            rank=40 if _has(row, "not_confirmed") else 60,
            tz=row.time_zone,
        )
    if not row.checkin_required:
        return Next(
            "It starts by itself",
            "No check-in is asked.",
            deadline=row.start_at,
            tz=row.time_zone,
            by="Starts",
        )
    if "check_in" in verbs:
        return Next(
            "Check in when you arrive",
            "Check-in was due: check in now, or write to the client." if _has(row, "late") else "",
            Button("Check in", url(row, "visit")),
            deadline=row.start_at,
            rank=10 if _has(row, "late") else 20,
            tz=row.time_zone,
        )
    opens = check_in_opens(row.start_at) if row.start_at else None
    return Next("You are booked", "Check-in is not open yet.", deadline=opens, tz=row.time_zone, by="Opens")


def _near(row: Assignment, now: datetime) -> bool:
    return row.start_at is not None and now >= row.start_at


def _answer_date(row: Assignment) -> Next:
    held = bool(getattr(row, "reschedule_from_hold", False))
    return Next(
        "Answer the new date",
        "The hold is over. If you decline, you are removed from this assignment."
        if held
        else "The client asks for another date. Until you answer, the agreed one stays.",
        Button("See the new date", url(row, "requests")),
        deadline=getattr(row, "reschedule_start_at", None),
        rank=15,
        tz=row.time_zone,
    )


def _answer_scope(row: Assignment) -> Next:
    return Next(
        "Answer the change of scope",
        "The client proposes another scope. Until you accept, the agreed one holds.",
        Button("See the change", url(row, "sheet")),
        rank=18,
    )


def _worker_in_progress(row: Assignment, found: Standing, verbs: frozenset[str], now: datetime) -> Next:
    if getattr(row, "reschedule_side", "") == "client" and "decide_reschedule" in verbs:
        return _answer_date(row)
    if getattr(row, "scope_count", 0) and "decide_scope" in verbs:
        return _answer_scope(row)
    if row.sent_back_at:
        return Next(
            "The client is not satisfied yet",
            row.sent_back_reason,
            Button("Open the closeout", url(row, "visit")),
            rank=25,
        )
    return Next(
        "Finish the closeout and submit it",
        "",
        Button("Open the closeout", url(row, "visit")),
        deadline=row.files_late_from_at,
        rank=20 if _has(row, "late_deliverables") else 30,
        tz=row.time_zone,
    )


def _worker_on_hold(row: Assignment, found: Standing, verbs: frozenset[str], now: datetime) -> Next:
    if getattr(row, "reschedule_side", "") == "client" and "decide_reschedule" in verbs:
        return _answer_date(row)
    if getattr(row, "scope_count", 0) and "decide_scope" in verbs:
        return _answer_scope(row)
    reason = HoldReason(row.hold_reason).label if row.hold_reason else ""
    return Next("On hold by the client", f"Reason: {reason}. You get a new date when it goes on.")


def _worker_pending(row: Assignment, found: Standing, verbs: frozenset[str], now: datetime) -> Next:
    if row.disputed_at:
        return _dispute(row)
    sent = relative(row.submitted_at, now) if row.submitted_at else ""
    silence, _ = _silence(row)
    return Next(
        "Sent for approval",
        f"Submitted {sent}. {silence}".strip(),
        secondary=(Button("Message the client", url(row, "messages"), primary=False),),
    )


def _worker_approved(row: Assignment, found: Standing, verbs: frozenset[str], now: datetime) -> Next:
    if row.disputed_at:
        return _dispute(row)
    pay = Money(row.pay_minor or 0, row.currency)
    due = day(row.payment_due_on) if row.payment_due_on else ""
    if row.advanced_at:
        return Next(
            "Paid early by FastFunds", "The money is in your balance.", Button("Open balance", "/payments/")
        )
    if row.fastfunds_eligible:
        return Next(
            f"{pay} comes on {due}",
            "You can have it now for a fee.",
            Button("Get paid now", url(row, "fastfunds")),
            rank=88,
        )
    return Next(f"{pay} comes on {due}", "Scheduled for payment.")


def _worker_paid(row: Assignment, found: Standing, verbs: frozenset[str], now: datetime) -> Next:
    pay = Money(row.pay_minor or 0, row.currency)
    rate = (
        (Button("Rate the client", url(row, "rate-client"), primary=False),) if "rate_client" in verbs else ()
    )
    return Next(
        f"{pay} is paid", "It is in your balance.", Button("Open balance", "/payments/"), rate, rank=95
    )


def _worker_cancelled(row: Assignment, found: Standing, verbs: frozenset[str], now: datetime) -> Next:
    pay = Money(row.cancelled_pay_minor, row.currency)
    if row.paid_at:
        return Next("Cancelled and paid", f"You got {pay}.")
    due = f" It comes on {day(row.payment_due_on)}." if row.payment_due_on else ""
    return Next("Cancelled with pay", f"You get {pay}.{due}")


WORKER: dict[State, Answer] = {
    State.SENT: _worker_sent,
    State.ASSIGNED: _worker_assigned,
    State.IN_PROGRESS: _worker_in_progress,
    State.ON_HOLD: _worker_on_hold,
    State.PENDING_APPROVAL: _worker_pending,
    State.APPROVED: _worker_approved,
    State.PAID: _worker_paid,
    State.CANCELLED: _worker_cancelled,
}
