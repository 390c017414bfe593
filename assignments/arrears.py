"""What a company may no longer do while it owes: from some days past due no net terms, until it has paid.

The rule (docs/money/statements.md): an open invoice is ONSITE_PAST_DUE_STOP_DAYS days past due and not disputed. Then
the company can neither send nor assign on net terms; with immediate payment, from cash that it has, it can. Work that
is assigned goes on. Payments writes the facts on the rows (decisions.md D13): payment_due_on, past_due_at, paid_at.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from assignments import deadlines
from assignments.company_rules import OPEN_INVOICE
from assignments.models import Assignment
from clients.truth import CompanyFacts
from common.errors import Invalid


@dataclass(frozen=True, slots=True)
class Arrears:
    """The oldest payment that a company owes, in whole days past due, and whether it stops net terms."""

    days: int
    is_stopped: bool

    @property
    def words(self) -> str:
        """ "6 days"."""
        return f"{self.days} day{'' if self.days == 1 else 's'}"


def arrears(client_id: int, now: datetime) -> Arrears | None:
    """What the company owes past due; None where nothing is. One query."""
    rows = Assignment.objects.filter(
        OPEN_INVOICE, client_id=client_id, past_due_at__lte=now, disputed_at__isnull=True
    )
    since = rows.order_by("past_due_at").values_list("past_due_at", flat=True).first()
    if since is None:
        return None
    return Arrears((now - since).days, is_stopped=now >= deadlines.net_terms_stop(since))


def refused(row: Assignment, owed: Arrears | None) -> Invalid | None:
    """Why this assignment cannot be sent or filled now; None where it can."""
    if row.terms_days == 0 or owed is None or not owed.is_stopped:
        return None
    return Invalid(
        f"A payment is {owed.words} past due. Until it is paid, nothing is sent or assigned on net terms. "
        "Immediate payment is possible.",
        "terms_days",
    )


def check(row: Assignment, now: datetime) -> None:
    """Raise Invalid where the company's net terms are stopped."""
    if row.terms_days and (problem := refused(row, arrears(row.client_id, now))):
        raise problem


def with_arrears(facts: CompanyFacts, client_id: int, now: datetime) -> CompanyFacts:
    """The card of the company with the warning that workers confirm before they apply."""
    owed = arrears(client_id, now)
    if owed is None or not owed.is_stopped:
        return facts
    warning = f"It has a payment {owed.words} past due."
    return replace(facts, warnings=(*facts.warnings, warning))
