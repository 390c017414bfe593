"""The next step of the client's side, by stage."""

from datetime import datetime

from django.utils.text import Truncator

from assignments import leaving
from assignments.models import Assignment
from assignments.next_action.shape import Answer, Button, Next, dispute, has, url, what_silence_does
from assignments.standing import Standing
from assignments.states import (
    HoldReason,
    ProblemKind,
    Severity,
    State,
    UnassignReason,
)
from common.when import day, relative


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
    if has(row, "expired") and "edit" in verbs:
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
    if risk and (risk.rank < 10 or not has(row, "late")):
        return risk
    name = str(row.worker) if row.worker else "The worker"
    if has(row, "late"):
        return Next(
            f"{name} has not checked in",
            "Check-in was due. Write or call to find out why.",
            Button("Message the worker", url(row, "messages")),
            _no_show(row, verbs, now),
            rank=10,
        )
    if asked:
        return asked
    if has(row, "not_confirmed"):
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
    if has(row, "late"):
        return _client_assigned(row, found, verbs, now)
    risk = _problem(row, verbs)
    if risk:
        return risk
    asked = _requests(row, verbs)
    if asked:
        return asked
    name = str(row.worker) if row.worker else "The worker"
    if has(row, "late_deliverables"):
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
        return dispute(row)
    submitted = relative(row.submitted_at, now) if row.submitted_at else ""
    silence, due = what_silence_does(row)
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
        return dispute(row)
    due = f"Due {day(row.payment_due_on)}." if row.payment_due_on else ""
    if found.handles_money:
        return Next(
            "The invoice is past due" if has(row, "past_due") else "Its invoice is in the Payment Center",
            due,
            Button("Pay invoice", "/payments/"),
            rank=30 if has(row, "past_due") else 95,
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
