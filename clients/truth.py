"""A company's card in words: what workers read of it before they apply (N9, domain.md 6.4). Computed, not rated.

A figure is shown from three counted on (domain.md 10, 44). Three of them warn, and the worker confirms them first.
"""

from dataclasses import dataclass

from clients.cards import LEAST_APPROVALS
from clients.models import Client, CompanyCard
from common.errors import Invalid

LEAST = LEAST_APPROVALS
SLOW_APPROVAL_DAYS = 3.0
LATE_PAYMENT_DAYS = 1.0
SATISFIED_PERCENT = 75
DAY = 1440
"""Minutes."""


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: `key` names its rule, `note` what it is made of, `is_bad` that it is past a threshold."""

    key: str
    label: str
    value: str
    note: str = ""
    is_bad: bool = False


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """`brief` says the two medians in a line; `warnings` name the numbers to be confirmed before applying."""

    lines: tuple[Line, ...] = ()
    warnings: tuple[str, ...] = ()
    brief: str = ""


def company_facts(client: Client) -> CompanyFacts:
    """What the card of a company says; needs `client.card` loaded."""
    card: CompanyCard | None = getattr(client, "card", None)
    if card is None:
        return CompanyFacts()
    lines = (*_speed(card), *_shares(card))
    counts = _counts(card) if lines or card.late_cancellations or card.disputes_lost else ()
    return CompanyFacts((*lines, *counts), tuple(_warnings(card)), _brief(card))


def _speed(card: CompanyCard) -> list[Line]:
    lines = []
    if _approves(card):
        note = f"median of {card.approvals}; {about(card.average_approval_minutes or 0)} on average"
        value = about(card.median_approval_minutes or 0)
        lines.append(Line("approval", "Approves in", value, note, _is_slow(card)))
    if _pays(card):
        value = f"{about(card.median_payment_minutes or 0)} after approval"
        lines.append(Line("payment", "Pays", value, f"median of {card.payments}"))
        note = _of(card.paid_late, card.payments)
        if card.average_days_past_due:
            note += f"; {_days(card.average_days_past_due)} past due on average"
        lines.append(
            Line("paid_late", "Paid late", _percent(card.paid_late, card.payments), note, _is_late(card))
        )
    return lines


def _shares(card: CompanyCard) -> list[Line]:
    against = (
        ("pending", "Waiting for approval now", card.pending, card.handed_in),
        ("past_due", "Past due now", card.past_due, card.invoices),
    )
    in_favour = (
        ("satisfaction", "Workers satisfied", card.rated - card.dissatisfied, card.rated),
        ("site_ready", "Site was ready", card.site_answers - card.site_not_ready, card.site_answers),
        ("scope_true", "Scope was as posted", card.scope_answers - card.scope_untrue, card.scope_answers),
    )
    return [
        Line(
            key, label, _percent(part, whole), _of(part, whole), key == "satisfaction" and _is_disliked(card)
        )
        for key, label, part, whole in (*against, *in_favour)
        if whole >= LEAST
    ]


def _counts(card: CompanyCard) -> list[Line]:
    return [
        Line("late_cancellations", "Late cancellations", str(card.late_cancellations)),
        Line("disputes_lost", "Disputes lost", str(card.disputes_lost)),
        Line("scope_changes", "Scope changed after assignment", str(card.scope_changes)),
    ]


def _warnings(card: CompanyCard) -> list[str]:
    found = []
    if _is_slow(card):
        found.append(
            f"It takes {about(card.average_approval_minutes or 0)} on average to approve finished work."
        )
    if _is_late(card):
        found.append(f"It pays {_days(card.average_days_past_due or 0)} after the due date on average.")
    if _is_disliked(card):
        share = _percent(card.rated - card.dissatisfied, card.rated)
        found.append(f"{share} of workers were satisfied, of {card.rated} who rated it.")
    return found


def _brief(card: CompanyCard) -> str:
    parts = []
    if _approves(card):
        parts.append(f"approves in {about(card.median_approval_minutes or 0)}")
    if _pays(card):
        parts.append(f"pays {about(card.median_payment_minutes or 0)} later")
    return ", ".join(parts)


def _approves(card: CompanyCard) -> bool:
    return card.approvals >= LEAST and card.average_approval_minutes is not None


def _pays(card: CompanyCard) -> bool:
    return card.payments >= LEAST and card.average_days_past_due is not None


def _is_slow(card: CompanyCard) -> bool:
    return _approves(card) and (card.average_approval_minutes or 0) >= SLOW_APPROVAL_DAYS * DAY


def _is_late(card: CompanyCard) -> bool:
    return _pays(card) and (card.average_days_past_due or 0) >= LATE_PAYMENT_DAYS


def _is_disliked(card: CompanyCard) -> bool:
    liked = card.rated - card.dissatisfied
    return card.rated >= LEAST and 100 * liked < SATISFIED_PERCENT * card.rated


def _of(part: int, whole: int) -> str:
    return f"{part} of {whole}"


def _percent(part: int, whole: int) -> str:
    """Rounded down, and never 0% while there is one."""
    share = 100 * part / whole
    return "under 1%" if 0 < share < 1 else f"{int(share)}%"


def about(minutes: int) -> str:
    """ "5 hours", "2 days", "2.5 days": a length of time for people, rounded."""
    if minutes < 90:
        return "an hour"
    if minutes < 36 * 60:
        return f"{round(minutes / 60)} hours"
    return _days(minutes / DAY)


def _days(value: float) -> str:
    rounded = round(value * 2) / 2 or 0.5
    number = f"{rounded:g}"
    return "1 day" if number == "1" else f"{number} days"


def require_read(client: Client, *, is_read: bool) -> None:
    """Asked by each way of taking work, under its lock: past a threshold the worker says to have read the numbers.

    Raises Invalid at field "understood". Needs nothing loaded but the client.
    """
    if company_facts(client).warnings and not is_read:
        raise Invalid("Tick that you have read how this company approves and pays.", "understood")
