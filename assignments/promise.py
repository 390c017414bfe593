"""The pay promise: who pays what and when, every fee in money, what silence means, how it can end (mission.md N1).

One function answers for the page before applying, the page before assigning and the agreement sheet. It reads the row
and nothing else, and gives each side the own fees only (decisions.md D20).
"""

from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from assignments.change_default import default_of, takes_changes
from assignments.models import Application, Assignment
from assignments.planned import last_end
from assignments.pricing import Cost, cost, worker_total
from assignments.states import State
from common.money import Money
from common.when import instant, weekday, zone


@dataclass(frozen=True, slots=True)
class Sum:
    """One amount in words. `is_total` closes the list above it."""

    label: str
    money: Money
    note: str = ""
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One stop on the way to the money. `when` says what is planned, or what was, in the site's zone."""

    title: str
    words: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    """What one side is promised. `is_agreed`: a worker is assigned, so the words are those of the agreement."""

    side: str
    sums: tuple[Sum, ...]
    steps: tuple[Step, ...]
    silence: tuple[str, ...]
    cancelling: tuple[str, ...]
    changing: tuple[str, ...]
    is_agreed: bool


def promise(row: Assignment, side: str) -> Promise:
    """The promise to "client" or "worker" on the row's present terms. Needs `row.client` loaded."""
    return Promise(
        side=side,
        sums=worker_sums(row) if side == "worker" else client_sums(row),
        steps=_steps(row, side),
        silence=silence(row),
        cancelling=cancelling(),
        changing=changing(row),
        is_agreed=row.engagement_id is not None,
    )


def on_terms_of(row: Assignment, offer: Application) -> Assignment:
    """The assignment as accepting the offer would make it. A copy: nothing is saved."""
    shown = copy(row)
    shown.set_terms(offer.terms)
    shown.schedule_kind, shown.start_at, shown.window_end_at = offer.schedule
    shown.expenses_minor = offer.expenses_minor
    return shown


def silence_days(row: Assignment) -> int | None:
    """After how many days silence approves: frozen when assigned, before that the company's present setting."""
    return row.auto_approve_days if row.engagement_id is not None else row.client.auto_approve_days


def parts_of_pay(row: Assignment) -> tuple[Sum, ...]:
    """What the worker can get, part by part; both sides see it."""
    found = [Sum("Pay at most", row.budget)]
    if row.expenses_minor:
        found.append(Sum("Approved expenses", row.money(row.expenses_minor)))
    if row.bonus_minor:
        found.append(Sum("Bonus", row.money(row.bonus_minor)))
    return tuple(found)


def client_sums(row: Assignment) -> tuple[Sum, ...]:
    """What the client pays, the platform fee as an amount."""
    whole = whole_cost(row)
    return (
        *parts_of_pay(row),
        Sum("Platform fee", whole.fee, f"{_percent(row_fee_bps(row))} of what the worker gets"),
        Sum("You pay at most", whole.total, "Only for approved work", is_total=True),
    )


def worker_sums(row: Assignment) -> tuple[Sum, ...]:
    """What the worker receives, and the fees that are the worker's own: none, unless FastFunds is asked for."""
    most = row.worker_most
    found = [
        *parts_of_pay(row),
        Sum("Fee for you", Money.zero(row.currency), "Onsite takes nothing from your pay"),
        Sum("You receive at most", most, is_total=True),
    ]
    if row.fastfunds_eligible:
        fee = fastfunds_fee(row)
        found.append(Sum("FastFunds fee, only if you ask for it", fee, "Never refunded"))
        found.append(Sum("You receive at most by FastFunds", most - fee, is_total=True))
    return tuple(found)


def fastfunds_fee(row: Assignment) -> Money:
    """What FastFunds would cost the worker on all of the pay."""
    return row.worker_most.percent(settings.ONSITE_FASTFUNDS_BPS)


def row_fee_bps(row: Assignment) -> int:
    """The platform fee: frozen when sent, before that the company's present one."""
    return row.client.fee_bps if row.state == State.DRAFT else row.fee_bps


def whole_cost(row: Assignment) -> Cost:
    """The client's cost at most."""
    most = worker_total(row.budget, expenses=row.money(row.expenses_minor), bonus=row.money(row.bonus_minor))
    return cost(most, row_fee_bps(row))


def silence(row: Assignment) -> tuple[str, ...]:
    """What happens when the client does not answer (domain.md 5.1)."""
    days = silence_days(row)
    if days is None:
        hours = settings.ONSITE_ESCALATE_AFTER_HOURS
        return (
            "Silence approves nothing: the client has to approve the work.",
            f"The worker can escalate to Onsite {hours} hours after the client's usual time.",
        )
    return (
        f"If the client does not answer for {_days(days)} after submitting, the work is approved by itself.",
        "It waits while a dispute, a hold, or a request about money, date or scope is open.",
        "Not Satisfied stops it. The days start again when the work is submitted again.",
        "The client is reminded 24 hours before.",
    )


def cancelling() -> tuple[str, ...]:
    """How it can end early (decisions.md D2, domain.md 1.2 T18)."""
    return (
        "The client can cancel with a reason until the work is approved, and can pay all, a part or nothing.",
        "If it is cancelled without pay, the worker can escalate to Onsite for six months.",
        "The worker can cancel with a reason before the work starts.",
        "Less than 24 hours before the start, the worker's cancelling counts as late.",
        "No penalty in money is taken from either side.",
    )


def changing(row: Assignment) -> tuple[str, ...]:
    """What binds, what may be told anew (mission.md N2), and what silence answers to extra work (N3)."""
    extra = (
        "Extra work ordered on site adds its words to the scope and its price to the pay, when the client approves.",
        default_of(row).words,
    )
    return (
        "Price, date and scope change only when both sides accept. Each change is a numbered amendment.",
        "Money that the client adds unasked needs no acceptance.",
        "Requests that nobody decided change nothing: the agreed price stays.",
        "The client may name another site contact, way in or location name. The address stays.",
        *(extra if takes_changes(row) else ()),
    )


def _steps(row: Assignment, side: str) -> tuple[Step, ...]:
    ends_at = last_end(row)
    done = row.submitted_at or ends_at
    days = silence_days(row)
    latest = row.auto_approve_due_at or (done + timedelta(days=days) if done and days else None)
    return (
        Step(
            "Work submitted",
            "The worker submits it when all that is asked is done.",
            _stop(row.submitted_at, "submitted", ends_at, "planned for", row),
        ),
        Step(
            "Approved",
            _approves(row, days),
            _stop(row.approved_at, "approved", latest, "at the latest", row),
        ),
        Step("Paid", _pays(row, side), _paid(row, latest)),
    )


def _stop(was: datetime | None, past: str, due: datetime | None, planned: str, row: Assignment) -> str:
    if was:
        return f"{past} {instant(was, row.time_zone)}"
    return f"{planned} {instant(due, row.time_zone)}" if due else ""


def _paid(row: Assignment, latest: datetime | None) -> str:
    """The day of the money: fixed by the invoice; before that it follows from the last day of approval."""
    if row.paid_at:
        return f"paid {instant(row.paid_at, row.time_zone)}"
    if row.payment_due_on:
        return f"due {weekday(row.payment_due_on)}"
    if latest is None:
        return ""
    day = latest.astimezone(zone(row.client.time_zone)).date() + timedelta(days=row.terms_days)
    return f"at the latest {weekday(day)}"


def _approves(row: Assignment, days: int | None) -> str:
    if days is None:
        return f"{row.client.name} approves it, or sends it back with a reason."
    return f"{row.client.name} approves it or sends it back. After {_days(days)} of silence it is approved by itself."


def _pays(row: Assignment, side: str) -> str:
    when = "at once when approved" if row.terms_days == 0 else f"{row.terms_days} days after approval"
    if side == "worker":
        return f"{row.client.name} pays {when}. The money comes to your balance; withdrawing it is free."
    return f"You pay {when}. The worker's part goes to the worker's balance, the fee to Onsite."


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _percent(bps: int) -> str:
    return f"{bps / 100:g} %"
