"""What silence answers to extra work, in force for a row, and how that reads (mission.md N3). Pure over loaded rows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from assignments.models import Assignment
from clients.models import ChangeAnswer, ChangeDefault
from common.money import Money
from common.when import minutes


@dataclass(frozen=True, slots=True)
class Default:
    """`limit`: what the worker may get in addition without an answer; zero where silence declines."""

    answer: str
    limit: Money
    minutes: int

    @property
    def approves(self) -> bool:
        return self.answer == ChangeAnswer.APPROVE

    def due(self, asked_at: datetime) -> datetime:
        """The end of the time to answer."""
        return asked_at + timedelta(minutes=self.minutes)

    @property
    def words(self) -> str:
        """One sentence that both sides read before anything is ordered."""
        time = minutes(self.minutes)
        if self.approves:
            return (
                f"If the client does not answer extra work within {time}, it is approved up to {self.limit} "
                "more for the worker, and declined above that."
            )
        return f"If the client does not answer extra work within {time}, it is declined."


def default_of(row: Assignment) -> Default:
    """What is in force: frozen when the worker was assigned, before that as the form or the company says."""
    if row.engagement is not None:
        return kept(row.engagement, row.currency)
    return chosen(row)


def chosen(row: Assignment) -> Default:
    """The assignment's own choice, else the company's present one. Needs `row.client` loaded."""
    if row.change_answer:
        return Default(row.change_answer, row.money(row.change_limit_minor), row.change_minutes or 0)
    return kept(row.client, row.currency)


def kept(source: ChangeDefault, currency: str) -> Default:
    """The default that a company, an engagement or an order holds."""
    return Default(source.change_answer, Money(source.change_limit_minor, currency), source.change_minutes)


def freeze(target: ChangeDefault, default: Default) -> None:
    """Keep a default on an engagement or an order; the caller saves it."""
    target.change_answer = default.answer
    target.change_limit_minor, target.change_minutes = default.limit.minor, default.minutes


def takes_changes(row: Assignment) -> bool:
    """Whether extra work can be ordered at all: not where the price is final or requests are off (domain.md 3.2)."""
    return row.requests_allowed and not row.non_negotiable
