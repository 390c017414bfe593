"""What anybody tries in a random life: every verb of the work, by name, with plausible words and the newest rows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from assignments.actions import (
    assigning,
    changes,
    closeout,
    countering,
    counters,
    custom_labels,
    deliverables,
    drafting,
    faults,
    holds,
    money,
    on_the_way,
    problems,
    ratings,
    reschedules,
    revisits,
    scope,
    site_links,
    sourcing,
    standbys,
    talk,
    timers,
    visits,
    visits_for,
)
from assignments.actions.closeout import Submission
from assignments.actions.drafting import Content
from assignments.actions.money import Ask
from assignments.actions.reviewing import Remarks
from assignments.actions.sourcing import Offer
from assignments.models import (
    Application,
    Assignment,
    ChangeOrder,
    CheckIn,
    CustomField,
    CustomLabel,
    Deliverable,
    DeliverableRequirement,
    FaultEntry,
    MoneyRequest,
    Problem,
    RescheduleRequest,
    ScopeProposal,
    Standby,
)
from common import clock
from common.errors import Conflict
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
    proposed = closeout.additions(row) if row.version % 3 == 0 else None
    return closeout.send_back(row.pk, actor=who, reason="Better.", remarks=remarks, proposed=proposed)


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
    return approving.cancel(row.pk, actor=who, reason="not_needed", note="The shop closed.", pay=pay)


# --- on site: the way there, visits for others, codes, problems, own labels


add(
    "set_out", lambda row, who: on_the_way.set_out(row.pk, actor=who, eta_at=clock.now() + timedelta(hours=1))
)


@verb
def report_delay(row: Assignment, who: Any) -> object:
    eta = clock.now() + timedelta(hours=2)
    return on_the_way.report_delay(row.pk, actor=who, eta_at=eta, reason="Traffic.")


@verb
def counter_reschedule(row: Assignment, who: Any) -> object:
    asked = newest(RescheduleRequest, row)
    return countering.counter_reschedule(row.pk, asked, actor=who, schedule=schedule(14), note="Later.")


@verb
def check_in_for(row: Assignment, who: Any) -> object:
    return visits_for.check_in_for(row.pk, actor=who, at=clock.now(), reason="No phone.")


@verb
def check_out_for(row: Assignment, who: Any) -> object:
    return visits_for.check_out_for(row.pk, actor=who, at=clock.now(), reason="No phone.")


@verb
def explain_visit(row: Assignment, who: Any) -> object:
    return visits.explain_visit(row.pk, newest(CheckIn, row), actor=who, in_why="No signal.")


add("renew_site_link", lambda row, who: site_links.renew_site_link(row.pk, actor=who))
add("revoke_site_link", lambda row, who: site_links.revoke_site_link(row.pk, actor=who))


@verb
def report_problem(row: Assignment, who: Any) -> object:
    return problems.report_problem(row.pk, actor=who, kind="access", severity="stops", text="Locked.")


@verb
def resolve_problem(row: Assignment, who: Any) -> object:
    return problems.resolve_problem(row.pk, newest(Problem, row), actor=who, resolution="Open now.")


add(
    "add_label", lambda row, who: custom_labels.add_label(row.pk, custom_labels.Own("Key account"), actor=who)
)
add("remove_label", lambda row, who: custom_labels.remove_label(row.pk, newest(CustomLabel, row), actor=who))


# --- more money, extra work


@verb
def counter_money(row: Assignment, who: Any) -> object:
    less = counters.Counter(amount_minor=400, reason="Half.")
    return counters.counter_money(row.pk, newest(MoneyRequest, row), less, actor=who)


add("accept_counter", lambda row, who: counters.accept_counter(row.pk, newest(MoneyRequest, row), actor=who))
add(
    "decline_counter", lambda row, who: counters.decline_counter(row.pk, newest(MoneyRequest, row), actor=who)
)


@verb
def order_change(row: Assignment, who: Any) -> object:
    return changes.order_change(row.pk, changes.Extra("One more switch.", amount_minor=1_500), actor=who)


add("approve_change", lambda row, who: changes.approve_change(row.pk, newest(ChangeOrder, row), actor=who))
add("withdraw_change", lambda row, who: changes.withdraw_change(row.pk, newest(ChangeOrder, row), actor=who))


@verb
def decline_change(row: Assignment, who: Any) -> object:
    return changes.decline_change(row.pk, newest(ChangeOrder, row), actor=who, reason="Not now.")


add("time_out_change", lambda row, who: changes.time_out_change(row.pk, newest(ChangeOrder, row)))


# --- standby, revisit, files accepted, the fault record


@verb
def name_standby(row: Assignment, who: Any) -> object:
    worker = row.everybody[row.version % 5]  # type: ignore[attr-defined]
    return standbys.name_standby(row.pk, worker, actor=who, promote_unconfirmed=bool(row.version % 2))


add("accept_standby", lambda row, who: standbys.accept_standby(row.pk, actor=who))
add("end_standby", lambda row, who: standbys.end_standby(row.pk, actor=who))
add("promote_standby", lambda row, who: standbys.promote_standby(row.pk, actor=who))
add("promote_timer", lambda row, who: standbys.promote(row.pk, newest(Standby, row)))
add("make_revisit", lambda row, who: revisits.make_revisit(row.pk, actor=who, note="The rest."))


@verb
def accept_deliverable(row: Assignment, who: Any) -> object:
    return deliverables.accept_deliverable(row.pk, newest(Deliverable, row), actor=who)


def fault_of(row: Assignment) -> int:
    """The newest fault record of the row. Raises Conflict where there is none, as an unknown address is a 404."""
    found = newest(FaultEntry, row)
    if not found:
        raise Conflict("There is no fault record.")
    return found


@verb
def contest_fault(row: Assignment, who: Any) -> object:
    return faults.contest_fault(fault_of(row), actor=who, party="nobody", text="It was the weather.")


@verb
def answer_fault(row: Assignment, who: Any) -> object:
    return faults.answer_fault(fault_of(row), actor=who, agrees=bool(row.version % 2), text="No.")


@verb
def decide_fault(row: Assignment, who: Any) -> object:
    return faults.decide_fault(fault_of(row), actor=who, party="worker", reason="The log says so.")


add("settle_fault", lambda row, who: faults.settle_fault(fault_of(row)))
