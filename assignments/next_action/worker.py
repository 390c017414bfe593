"""The next step of a worker, by stage."""

from datetime import datetime

from assignments.deadlines import check_in_opens
from assignments.models import Assignment
from assignments.next_action.shape import Answer, Button, Next, dispute, has, url, what_silence_does
from assignments.standing import Standing
from assignments.states import (
    ApplicationState,
    HoldReason,
    ScheduleKind,
    State,
)
from common.money import Money
from common.when import day, relative


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


def stands_by(row: Assignment, found: Standing, verbs: frozenset[str]) -> Next:
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
            rank=40 if has(row, "not_confirmed") else 60,
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
            "Check-in was due: check in now, or write to the client." if has(row, "late") else "",
            Button("Check in", url(row, "visit")),
            deadline=row.start_at,
            rank=10 if has(row, "late") else 20,
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
        rank=20 if has(row, "late_deliverables") else 30,
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
        return dispute(row)
    sent = relative(row.submitted_at, now) if row.submitted_at else ""
    silence, _ = what_silence_does(row)
    return Next(
        "Sent for approval",
        f"Submitted {sent}. {silence}".strip(),
        secondary=(Button("Message the client", url(row, "messages"), primary=False),),
    )


def _worker_approved(row: Assignment, found: Standing, verbs: frozenset[str], now: datetime) -> Next:
    if row.disputed_at:
        return dispute(row)
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
