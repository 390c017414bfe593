"""When money falls due: pure rules over days, instants and time zones (domain.md 5.2, 5.3).

| column | period | what happens |
|---|---|---|
| Invoice.due_on | day of invoicing in the client's zone + terms | scheduled payment date (S36) |
| Invoice.autopay_due_at | 20:00 of due_on in the client's zone | paid by itself where the client opted in |
| Invoice.past_due_at | end of due_on in the client's zone | Past Due |
| Invoice.past_due_next_at | end of due_on + 0, 5, 15 days | both sides are told, each time once |
| MonthDone.month | the 1st, 00:00 in the client's zone | the statement of the month before |
| Quote.quoted_at (signed, not stored) | + 10 min | FastFunds needs a new quote |
| Dispute.step_due_at | + 48 h | the next step when nobody answers |
| Dispute.answer_due_at | + 48 h | the other side's answer, then Onsite's decision |
| Dispute.step_due_at, figures | + 48 h | sealed figures are opened, or silence decides (N6) |
| Dispute.step_due_at, named | + 48 h | the named admin decides; else another one is named |
| Dispute.appeal_until | + ONSITE_APPEAL_DAYS | the decision is carried out |
| SettlementOffer.expires_at | + 72 h | a proposed settlement expires |
| Assignment.approved_at | + 15 min at most | FastFunds by itself, where the worker chose it; never after 24 h |
| Withdrawal.next_try_at (and SmallPayment, Collection) | + 2 min, then growing | ask the provider how far it is |
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from django.conf import settings

from common.when import zone

QUOTE_VALID: Final = timedelta(minutes=10)
STEP: Final = timedelta(hours=48)
OFFER_VALID: Final = timedelta(hours=72)
AUTO_FASTFUNDS_LATEST: Final = timedelta(hours=24)
"""Later than this after approval the worker is asked again: the fee bought an early payment."""
AUTOPAY_HOUR: Final = time(20, 0)
BACK_OFF: Final = tuple(timedelta(minutes=m) for m in (15, 60, 240, 720))

ASK_AGAIN: Final = tuple(timedelta(minutes=m) for m in (2, 2, 5, 15, 30, 60, 120, 240, 480, 720))
"""How long after each call the provider is asked how far a payout is; after the last one a person is needed."""


def issued_on(at: datetime, tz_name: str) -> date:
    """The calendar day of an instant where the client is."""
    return at.astimezone(zone(tz_name)).date()


def due_on(issued: date, terms_days: int) -> date:
    """Terms begin the day of invoicing (S36)."""
    return issued + timedelta(days=terms_days)


def end_of(day: date, tz_name: str) -> datetime:
    """The first instant after a day in the client's zone, in UTC: where clocks skip midnight, Python never finds a
    local time equal to any other."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone(tz_name)).astimezone(UTC)


PAST_DUE_NOTICES: Final = (0, 5, 15)
"""Days past due on which both sides are told."""


def past_due_notice(due: date, tz_name: str, step: int) -> datetime | None:
    """When the notice of that step is due; None after the last."""
    if step >= len(PAST_DUE_NOTICES):
        return None
    return end_of(due + timedelta(days=PAST_DUE_NOTICES[step]), tz_name)


def past_due_step(due: date, tz_name: str, at: datetime) -> int:
    """The last step whose notice is due by then (0 when none is)."""
    reached = [
        step
        for step, days in enumerate(PAST_DUE_NOTICES)
        if end_of(due + timedelta(days=days), tz_name) <= at
    ]
    return max(reached, default=0)


def month_before(day: date) -> date:
    """The first day of the month before that day's."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def month_after(day: date) -> date:
    """The first day of the month after that day's."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def autopay_at(day: date, tz_name: str) -> datetime:
    """When an invoice due that day is paid by itself, in UTC."""
    return datetime.combine(day, AUTOPAY_HOUR, tzinfo=zone(tz_name)).astimezone(UTC)


def appeal_until(at: datetime) -> datetime:
    """Until when a decision made then can be appealed."""
    return at + timedelta(days=settings.ONSITE_APPEAL_DAYS)


def next_try(at: datetime, failures: int) -> datetime:
    """When to try again after so many failures in a row."""
    return at + BACK_OFF[min(failures, len(BACK_OFF)) - 1]


def ask_again(at: datetime, tries: int) -> datetime | None:
    """When the provider is asked next after so many calls; None when it was asked often enough."""
    return at + ASK_AGAIN[tries - 1] if tries <= len(ASK_AGAIN) else None
