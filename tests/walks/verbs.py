"""What anybody tries in a random life: every verb of the work, by name, with plausible words and the newest rows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from assignments.actions import (
    assigning,
    closeout,
    deliverables,
    drafting,
    holds,
    money,
    ratings,
    reschedules,
    scope,
    sourcing,
    talk,
    timers,
    visits,
)
from assignments.actions.closeout import Submission
from assignments.actions.drafting import Content
from assignments.actions.money import Ask
from assignments.actions.reviewing import Remarks
from assignments.actions.sourcing import Offer
from assignments.models import (
    Application,
    Assignment,
    CheckIn,
    CustomField,
    Deliverable,
    DeliverableRequirement,
    MoneyRequest,
    RescheduleRequest,
    ScopeProposal,
)
from common import clock
from common.uploads import check_upload
from payments.actions import approving, paying
from payments.models import Invoice
from tests.factories import picture

Verb = Callable[[Assignment, Any], object]
VERBS: dict[str, Verb] = {}
"""Name -> what is tried on the row by this person."""


def verb(made: Verb) -> Verb:
    VERBS[made.__name__] = made
    return made


def add(name: str, made: Verb) -> None:
    VERBS[name] = made


def newest(model: Any, row: Assignment) -> int:
    """The id of the assignment's newest row of that kind; 0 where there is none."""
    found = model.objects.filter(assignment=row).order_by("-pk").values_list("pk", flat=True).first()
    return found or 0


def schedule(hours: int = 10) -> tuple[str, datetime, None]:
    return "fixed", clock.now() + timedelta(hours=hours), None


add("send", lambda row, who: drafting.send(row.pk, actor=who))
add(
    "edit_price",
    lambda row, who: drafting.edit(row.pk, Content({"price_minor": 30_000 + row.version}), actor=who),
)
add("edit_start", lambda row, who: drafting.edit(row.pk, Content({"start_at": schedule()[1]}), actor=who))
add("invite", lambda row, who: drafting.invite(row.pk, [row.everybody[row.version % 5]], actor=who))  # type: ignore[attr-defined]
add("apply", lambda row, who: sourcing.apply(row.pk, Offer(), actor=who))
add("counteroffer", lambda row, who: sourcing.apply(row.pk, Offer(expenses_minor=700), actor=who))
add("withdraw", lambda row, who: sourcing.withdraw(row.pk, actor=who))
add("decline", lambda row, who: sourcing.decline(row.pk, newest(Application, row), actor=who, reason="No."))
add("assign", lambda row, who: assigning.assign(row.pk, newest(Application, row), actor=who))
add("assign_again", lambda row, who: assigning.assign(row.pk, newest(Application, row), actor=who))


@verb
def unassign(row: Assignment, who: Any) -> object:
    original = bool(row.version % 2)
    return assigning.unassign(row.pk, actor=who, reason="other", note="Plan.", original_budget=original)


add("back_out", lambda row, who: assigning.back_out(row.pk, actor=who, reason="ill", note=""))
add("confirm", lambda row, who: visits.confirm(row.pk, actor=who))
add("check_in", lambda row, who: visits.check_in(row.pk, actor=who))
add("check_out", lambda row, who: visits.check_out(row.pk, actor=who))


@verb
def edit_check_in(row: Assignment, who: Any) -> object:
    at = clock.now()
    span = {"in_at": at - timedelta(minutes=40), "out_at": at - timedelta(minutes=2)}
    return visits.edit_check_in(row.pk, newest(CheckIn, row), actor=who, reason="Wrong clock.", **span)


@verb
def deliver(row: Assignment, who: Any) -> object:
    file = picture(f"{row.pk}-{row.version}")
    wanted = newest(DeliverableRequirement, row)
    return deliverables.deliver(row.pk, wanted, actor=who, file=file, checked=check_upload(file))


@verb
def remove_deliverable(row: Assignment, who: Any) -> object:
    return deliverables.remove_deliverable(row.pk, newest(Deliverable, row), actor=who)


@verb
def reject_deliverable(row: Assignment, who: Any) -> object:
    return deliverables.reject_deliverable(row.pk, newest(Deliverable, row), actor=who, reason="Dark.")


@verb
def fill_fields(row: Assignment, who: Any) -> object:
    answers = {field.pk: f"SN-{row.version}" for field in CustomField.objects.filter(assignment=row)}
    return deliverables.fill_fields(row.pk, answers, actor=who)


add("hold", lambda row, who: holds.hold(row.pk, actor=who, reason="weather"))
add("remove_hold", lambda row, who: holds.remove_hold(row.pk, actor=who, schedule=schedule()))


@verb
def request_reschedule(row: Assignment, who: Any) -> object:
    return reschedules.request_reschedule(row.pk, actor=who, schedule=schedule(), note="Why.")


@verb
def accept_reschedule(row: Assignment, who: Any) -> object:
    return reschedules.accept_reschedule(row.pk, newest(RescheduleRequest, row), actor=who)


@verb
def decline_reschedule(row: Assignment, who: Any) -> object:
    return reschedules.decline_reschedule(row.pk, newest(RescheduleRequest, row), actor=who, reason="No.")


@verb
def withdraw_reschedule(row: Assignment, who: Any) -> object:
    return reschedules.withdraw_reschedule(row.pk, newest(RescheduleRequest, row), actor=who)


add(
    "request_expense",
    lambda row, who: money.request_money(row.pk, Ask("expense", "Parking.", 900), actor=who),
)
add(
    "request_increase", lambda row, who: money.request_money(row.pk, Ask("increase", "More.", 900), actor=who)
)
add("request_bonus", lambda row, who: money.request_money(row.pk, Ask("bonus", "Fast.", 900), actor=who))
add("approve_money", lambda row, who: money.approve_money(row.pk, newest(MoneyRequest, row), actor=who))
add("withdraw_money", lambda row, who: money.withdraw_money(row.pk, newest(MoneyRequest, row), actor=who))


@verb
def decline_money(row: Assignment, who: Any) -> object:
    return money.decline_money(row.pk, newest(MoneyRequest, row), actor=who, reason="No.")


add("add_money", lambda row, who: money.add_money(row.pk, Ask("bonus", "Thanks.", 300), actor=who))


@verb
def propose_scope(row: Assignment, who: Any) -> object:
    other = replace(scope.scope_of(row), description=f"Swap {row.version} switches.")
    return scope.propose_scope(row.pk, other, actor=who, note="It grew.")


add("accept_scope", lambda row, who: scope.accept_scope(row.pk, newest(ScopeProposal, row), actor=who))
add("post_message", lambda row, who: talk.post_message(row.pk, actor=who, body="Hello."))
add("post_note", lambda row, who: talk.post_note(row.pk, actor=who, body="For us."))
add("submit", lambda row, who: closeout.submit(row.pk, Submission("Done."), actor=who))


@verb
def send_back(row: Assignment, who: Any) -> object:
    remarks = Remarks(subjects={"hours": "Too long."}) if row.version % 2 else None
    return closeout.send_back(row.pk, actor=who, reason="Better.", remarks=remarks)


add("rate_worker", lambda row, who: ratings.rate_worker(row.pk, actor=who, grade="satisfied"))
add("rate_client", lambda row, who: ratings.rate_client(row.pk, actor=who, grade="satisfied"))
add("approve", lambda row, who: approving.approve(row.pk, actor=who))
add("start_timer", lambda row, who: timers.start(row.pk))
add("flag_timer", lambda row, who: timers.raise_flags(row.pk))


@verb
def stop_payment(row: Assignment, who: Any) -> object:
    return paying.stop_payment(row.pk, actor=who, reason="Wrong hours.")


@verb
def pay(row: Assignment, who: Any) -> object:
    return paying.pay(
        Invoice.objects.filter(assignment=row, state="open").values_list("pk", flat=True), actor=who
    )


@verb
def cancel(row: Assignment, who: Any) -> object:
    """Rarely: it ends the life."""
    if row.version % 7:
        return None
    pay = row.money(1_000) if row.worker_id and row.version % 2 else None
    return approving.cancel(row.pk, actor=who, reason="not_needed", note="", pay=pay)
