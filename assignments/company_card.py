"""How a company approves and pays, in words for workers: shown before applying (domain.md 6.4)."""

from dataclasses import dataclass

from clients.cards import LEAST_APPROVALS
from clients.models import Client, CompanyCard

SLOW_APPROVAL_DAYS = 3
LATE_PAYMENT_DAYS = 1


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """`approval` is empty with fewer than three approvals; `warnings` ask for a tick before applying."""

    approval: str
    lines: tuple[Line, ...]
    warnings: tuple[str, ...]


def company_facts(client: Client) -> CompanyFacts:
    """The figures of the last 90 days; needs `client.card` loaded."""
    card: CompanyCard | None = getattr(client, "card", None)
    if card is None:
        return CompanyFacts("", (), ())
    approval, warnings, lines = "", [], []
    if card.approvals >= LEAST_APPROVALS and card.average_approval_minutes is not None:
        approval = about(card.average_approval_minutes)
        lines.append(Line("Approves in", f"{approval} on average"))
        if card.average_approval_minutes >= SLOW_APPROVAL_DAYS * 1440:
            warnings.append(f"It takes {approval} on average to approve finished work.")
    if card.payments and card.average_days_past_due is not None:
        late = card.average_days_past_due
        lines.append(Line("Pays", f"{_days(late)} after the due date" if late > 0 else "on time"))
        if late >= LATE_PAYMENT_DAYS:
            warnings.append(f"It pays {_days(late)} after the due date on average.")
    if lines:
        lines.append(Line("Late cancellations", str(card.late_cancellations)))
        lines.append(Line("Disputes lost", str(card.disputes_lost)))
    return CompanyFacts(approval, tuple(lines), tuple(warnings))


def about(minutes: int) -> str:
    """ "5 hours", "2 days", "2.5 days": a length of time for people, rounded."""
    if minutes < 90:
        return "an hour"
    if minutes < 36 * 60:
        return f"{round(minutes / 60)} hours"
    return _days(minutes / 1440)


def _days(value: float) -> str:
    rounded = round(value * 2) / 2 or 0.5
    number = f"{rounded:g}"
    return "1 day" if number == "1" else f"{number} days"
