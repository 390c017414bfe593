"""Each action once, in a stage where it works: what comes before `yield` prepares, what comes after is the act."""

from collections.abc import Callable, Generator
from datetime import timedelta
from typing import Any

from assignments.actions import (
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
    overriding,
    problems,
    ratings,
    reschedules,
    revisits,
    site_links,
    sourcing,
    standbys,
    talk,
    timers,
    visits,
    visits_for,
)
from assignments.actions.assigning import assign_directly as assign_directly_
from assignments.actions.assigning import back_out as back_out_
from assignments.actions.changes import Extra
from assignments.actions.closeout import Submission
from assignments.actions.counters import Counter
from assignments.actions.custom_labels import Own
from assignments.actions.drafting import Content
from assignments.actions.money import Ask
from assignments.actions.sourcing import Offer
from assignments.models import (
    Application,
    Assignment,
    ChangeOrder,
    CheckIn,
    CustomField,
    CustomFieldGroup,
    DeliverableRequirement,
    MoneyRequest,
    RescheduleRequest,
    SiteCode,
)
from assignments.states import ScheduleKind, State
from common import clock
from common.uploads import check_upload
from tests.assignments.scenes import apply as apply_
from tests.assignments.scenes import assign as assign_
from tests.assignments.scenes import cancel as cancel_
from tests.assignments.scenes import unassign as unassign_
from tests.assignments.scenes import usd
from tests.factories import People, consent, picture
from tests.factories import deliver as deliver_
from tests.support.asks import ask as ask_
from tests.support.asks import line as line_

Act = Callable[[Assignment, People], Generator[None, None, Any]]
ACTS: dict[str, tuple[str, dict[str, Any], Act]] = {}
"""Name -> stage, columns of the scene, the act."""


def act(state: str, **columns: Any) -> Callable[[Act], Act]:
    def keep(made: Act) -> Act:
        ACTS[made.__name__] = (state, columns, made)
        return made

    return keep


def later(**delta: int) -> Any:
    return clock.moved(clock.now() + timedelta(**delta))


def new_date(days: int = 5) -> tuple[str, Any, None]:
    return ScheduleKind.FIXED, clock.now() + timedelta(days=days), None


def file_of(name: str = "plan") -> dict[str, Any]:
    file = picture(name)
    return {"file": file, "checked": check_upload(file)}


def wanted(row: Assignment) -> DeliverableRequirement:
    return DeliverableRequirement.objects.create(assignment=row, title="Rack photo")


# --- before assignment


@act(State.SENT)
def edit(row, people):
    yield
    drafting.edit(row.pk, Content({"price_minor": 40_000}), actor=people.user_owner)


@act(State.ASSIGNED)
def edit_site(row, people):
    yield
    drafting.edit_site(row.pk, {"contact_phone": "+1 518 555 0199"}, actor=people.owner)


@act(State.DRAFT)
def send(row, people):
    yield
    drafting.send(row.pk, actor=people.owner, invite=[people.invited])


@act(State.SENT)
def invite(row, people):
    yield
    drafting.invite(row.pk, [people.stranger], actor=people.owner)


@act(State.SENT)
def apply(row, people):
    yield
    sourcing.apply(row.pk, Offer(), actor=people.stranger.user)


@act(State.SENT)
def counteroffer(row, people):
    yield
    sourcing.apply(row.pk, Offer(expenses_minor=3_500, reason="Parking"), actor=people.stranger.user)


@act(State.SENT)
def withdraw(row, people):
    yield
    sourcing.withdraw(row.pk, actor=people.applicant.user)


@act(State.SENT)
def override(row, people):
    ask_(row, people.owner, line_("satisfaction", 90))
    yield
    overriding.override(row.pk, people.stranger, actor=people.owner, note="Known from before.")


@act(State.SENT)
def withdraw_override(row, people):
    ask_(row, people.owner, line_("satisfaction", 90))
    overriding.override(row.pk, people.stranger, actor=people.owner, note="Known from before.")
    yield
    overriding.withdraw_override(row.pk, people.stranger.pk, actor=people.owner)


@act(State.SENT)
def decline_invitation(row, people):
    yield
    sourcing.decline_invitation(row.pk, actor=people.invited.user)


@act(State.SENT)
def decline(row, people):
    offer = Application.objects.get(assignment=row, worker=people.applicant)
    yield
    sourcing.decline(row.pk, offer.pk, actor=people.owner, reason="Too far away.")


@act(State.SENT)
def ask(row, people):
    yield
    sourcing.ask(row.pk, "Is there a ladder?", actor=people.stranger.user)


@act(State.SENT)
def answer(row, people):
    question = sourcing.ask(row.pk, "Is there a ladder?", actor=people.stranger.user)
    yield
    sourcing.answer(row.pk, question.pk, actor=people.follower, text="Yes.", is_public=True)


@act(State.SENT)
def assign(row, people):
    apply_(row, people.worker)
    yield
    assign_(row, people.applicant, people.owner)


@act(State.SENT)
def assign_directly(row, people):
    consent(people.client, people.stranger)
    yield
    assign_directly_(row.pk, people.stranger, actor=people.owner)


@act(State.DRAFT)
def assign_a_draft(row, people):
    consent(people.client, people.stranger)
    yield
    assign_directly_(row.pk, people.stranger, actor=people.owner)


@act(State.ASSIGNED)
def unassign(row, people):
    yield
    unassign_(row, people.owner)


@act(State.ASSIGNED)
def back_out(row, people):
    yield
    back_out_(row.pk, actor=people.worker.user, reason="ill", note="Flu.")


# --- standing by


def standby(row: Assignment, people: People, *, is_ready: bool = True, **more: Any) -> Any:
    """`stranger` is asked to stand by, and agrees."""
    found = standbys.name_standby(row.pk, people.stranger, actor=people.owner, **more)
    if is_ready:
        standbys.accept_standby(row.pk, actor=people.stranger.user)
    return found


@act(State.ASSIGNED)
def name_standby(row, people):
    yield
    standby(row, people, is_ready=False)


@act(State.ASSIGNED)
def accept_standby(row, people):
    standby(row, people, is_ready=False)
    yield
    standbys.accept_standby(row.pk, actor=people.stranger.user)


@act(State.ASSIGNED)
def end_standby(row, people):
    standby(row, people)
    yield
    standbys.end_standby(row.pk, actor=people.stranger.user)


@act(State.SENT)
def promote_standby(row, people):
    standby(row, people)
    yield
    standbys.promote_standby(row.pk, actor=people.owner)


@act(State.ASSIGNED)
def back_out_to_a_standby(row, people):
    standby(row, people)
    yield
    back_out_(row.pk, actor=people.worker.user, reason="ill", note="Flu.")


@act(State.IN_PROGRESS)
def make_revisit(row, people):
    yield
    revisits.make_revisit(row.pk, actor=people.owner, note="The second switch.", price_minor=10_000)


# --- on site


@act(State.ASSIGNED)
def confirm(row, people):
    yield
    visits.confirm(row.pk, actor=people.worker.user)


@act(State.ASSIGNED)
def set_out(row, people):
    yield
    on_the_way.set_out(row.pk, actor=people.worker.user, eta_at=clock.now() + timedelta(hours=1))


@act(State.ASSIGNED)
def report_delay(row, people):
    yield
    on_the_way.report_delay(
        row.pk, actor=people.worker.user, eta_at=clock.now() + timedelta(hours=7), reason="A flat tyre."
    )


@act(State.ASSIGNED)
def check_in(row, people):
    yield
    visits.check_in(row.pk, actor=people.worker.user, note="At the desk.")


@act(State.IN_PROGRESS)
def check_out(row, people):
    yield
    visits.check_out(row.pk, actor=people.worker.user)


@act(State.IN_PROGRESS)
def edit_check_in(row, people):
    visit = CheckIn.objects.get(assignment=row)
    yield
    times = {"in_at": visit.in_at - timedelta(minutes=5), "out_at": clock.now()}
    visits.edit_check_in(row.pk, visit.pk, actor=people.worker.user, reason="No signal.", **times)


@act(State.IN_PROGRESS)
def correct_own_entry(row, people):
    visits.check_out(row.pk, actor=people.worker.user)
    at = clock.now()
    with later(minutes=30):
        visit = visits_for.check_in_for(
            row.pk, actor=people.owner, at=at + timedelta(minutes=5), reason="Call."
        )
        yield
        times = {"in_at": at + timedelta(minutes=6), "out_at": at + timedelta(minutes=20)}
        visits.edit_check_in(row.pk, visit.pk, actor=people.owner, reason="Misheard.", **times)


@act(State.IN_PROGRESS)
def explain_visit(row, people):
    visit = CheckIn.objects.get(assignment=row)
    yield
    visits.explain_visit(row.pk, visit.pk, actor=people.worker.user, in_why="No signal in the basement.")


@act(State.ASSIGNED)
def check_in_for(row, people):
    yield
    visits_for.check_in_for(row.pk, actor=people.owner, at=clock.now(), reason="Called from the desk.")


@act(State.IN_PROGRESS)
def check_out_for(row, people):
    yield
    visits_for.check_out_for(row.pk, actor=people.owner, at=clock.now(), reason="Called from the desk.")


@act(State.ASSIGNED)
def renew_site_link(row, people):
    yield
    site_links.renew_site_link(row.pk, actor=people.owner)


@act(State.ASSIGNED)
def revoke_site_link(row, people):
    site_links.renew_site_link(row.pk, actor=people.owner)
    yield
    site_links.revoke_site_link(row.pk, actor=people.owner)


def code_for(row: Assignment, people: People, kind: str) -> str:
    return site_links.give_code(site_links.renew_site_link(row.pk, actor=people.owner), kind)


@act(State.ASSIGNED)
def give_code(row, people):
    token = site_links.renew_site_link(row.pk, actor=people.owner)
    yield
    site_links.give_code(token, SiteCode.Kind.IN)


@act(State.ASSIGNED)
def check_in_by_code(row, people):
    digits = code_for(row, people, SiteCode.Kind.IN)
    yield
    site_links.check_in_by_code(row.pk, digits, actor=people.worker.user)


@act(State.IN_PROGRESS)
def check_out_by_code(row, people):
    digits = code_for(row, people, SiteCode.Kind.OUT)
    yield
    site_links.check_out_by_code(row.pk, digits, actor=people.worker.user)


@act(State.ASSIGNED)
def add_label(row, people):
    yield
    custom_labels.add_label(row.pk, Own("VIP site", "The CEO visits."), actor=people.follower)


@act(State.ASSIGNED)
def add_shown_label(row, people):
    yield
    custom_labels.add_label(row.pk, Own("Bring a ladder", is_shown_to_worker=True), actor=people.follower)


@act(State.ASSIGNED)
def remove_label(row, people):
    label = custom_labels.add_label(row.pk, Own("VIP site"), actor=people.owner)
    yield
    custom_labels.remove_label(row.pk, label.pk, actor=people.owner, why="Over.")


@act(State.IN_PROGRESS)
def deliver(row, people):
    asked = wanted(row)
    yield
    deliver_(row, asked, people.worker.user)


@act(State.IN_PROGRESS)
def remove_deliverable(row, people):
    given = deliver_(row, wanted(row), people.worker.user)
    yield
    deliverables.remove_deliverable(row.pk, given.pk, actor=people.worker.user)


@act(State.IN_PROGRESS)
def accept_deliverable(row, people):
    given = deliver_(row, wanted(row), people.worker.user)
    yield
    deliverables.accept_deliverable(row.pk, given.pk, actor=people.owner)


@act(State.IN_PROGRESS)
def reject_deliverable(row, people):
    given = deliver_(row, wanted(row), people.worker.user)
    yield
    deliverables.reject_deliverable(row.pk, given.pk, actor=people.owner, reason="Too dark.")


@act(State.IN_PROGRESS)
def fill_fields(row, people):
    group = CustomFieldGroup.objects.create(assignment=row, title="Devices")
    field = CustomField.objects.create(assignment=row, group=group, label="Serial number")
    yield
    deliverables.fill_fields(row.pk, {field.pk: "X1"}, actor=people.worker.user)


@act(State.ASSIGNED)
def post_message(row, people):
    yield
    talk.post_message(row.pk, actor=people.worker.user, body="On my way.")


@act(State.ASSIGNED)
def post_note(row, people):
    yield
    talk.post_note(row.pk, actor=people.follower, body="Call the desk.")


def problem_of(row: Assignment, actor: Any, severity: str = "stops") -> Any:
    text = "The rack is not there."
    return problems.report_problem(row.pk, actor=actor, kind="parts", severity=severity, text=text)


@act(State.IN_PROGRESS)
def report_problem(row, people):
    yield
    problem_of(row, people.worker.user)


@act(State.ON_HOLD)
def report_problem_on_hold(row, people):
    yield
    problem_of(row, people.follower, "delays")


@act(State.IN_PROGRESS)
def resolve_problem(row, people):
    found = problem_of(row, people.worker.user)
    yield
    problems.resolve_problem(row.pk, found.pk, actor=people.owner, resolution="It came by courier.")


@act(State.ASSIGNED)
def attach(row, people):
    yield
    talk.attach(row.pk, actor=people.owner, **file_of())


@act(State.ASSIGNED)
def remove_attachment(row, people):
    attachment = talk.attach(row.pk, actor=people.owner, **file_of())
    yield
    talk.remove_attachment(row.pk, attachment.pk, actor=people.owner)


@act(State.ASSIGNED)
def follow(row, people):
    yield
    talk.follow(row.pk, actor=people.view_only)


@act(State.ASSIGNED)
def unfollow(row, people):
    yield
    talk.unfollow(row.pk, actor=people.follower)


# --- requests


def asked(row: Assignment, people: People, kind: str = "increase", amount: int = 5_000) -> MoneyRequest:
    return money.request_money(row.pk, Ask(kind, "More work.", amount), actor=people.worker.user)


@act(State.IN_PROGRESS)
def request_money(row, people):
    yield
    asked(row, people)


@act(State.IN_PROGRESS)
def withdraw_money(row, people):
    request = asked(row, people)
    yield
    money.withdraw_money(row.pk, request.pk, actor=people.worker.user)


@act(State.IN_PROGRESS)
def approve_money(row, people):
    request = asked(row, people)
    yield
    money.approve_money(row.pk, request.pk, actor=people.owner)


@act(State.IN_PROGRESS)
def decline_money(row, people):
    request = asked(row, people)
    yield
    money.decline_money(row.pk, request.pk, actor=people.owner, reason="It was agreed.")


@act(State.IN_PROGRESS)
def add_money(row, people):
    yield
    money.add_money(row.pk, Ask("bonus", "Good work.", 1_000), actor=people.owner)


@act(State.IN_PROGRESS)
def counter_money(row, people):
    request = asked(row, people)
    yield
    counters.counter_money(row.pk, request.pk, Counter("Half of it.", 2_000), actor=people.owner)


def countered(row: Assignment, people: People) -> MoneyRequest:
    request = asked(row, people)
    counters.counter_money(row.pk, request.pk, Counter("Half of it.", 2_000), actor=people.owner)
    return request


@act(State.IN_PROGRESS)
def accept_counter(row, people):
    request = countered(row, people)
    yield
    counters.accept_counter(row.pk, request.pk, actor=people.worker.user)


@act(State.IN_PROGRESS)
def decline_counter(row, people):
    request = countered(row, people)
    yield
    counters.decline_counter(row.pk, request.pk, actor=people.worker.user)


def ordered(row: Assignment, people: People, amount: int = 5_000) -> ChangeOrder:
    return changes.order_change(row.pk, Extra("One more switch.", amount), actor=people.worker.user)


@act(State.IN_PROGRESS)
def order_change(row, people):
    yield
    ordered(row, people)


@act(State.IN_PROGRESS)
def withdraw_change(row, people):
    order = ordered(row, people)
    yield
    changes.withdraw_change(row.pk, order.pk, actor=people.worker.user)


@act(State.IN_PROGRESS)
def approve_change(row, people):
    order = ordered(row, people)
    yield
    changes.approve_change(row.pk, order.pk, actor=people.owner)


@act(State.IN_PROGRESS)
def decline_change(row, people):
    order = ordered(row, people)
    yield
    changes.decline_change(row.pk, order.pk, actor=people.owner, reason="Another time.")


@act(State.IN_PROGRESS)
def time_out_change(row, people):
    order = ordered(row, people)
    yield
    with later(hours=2):
        changes.time_out_change(row.pk, order.pk)


def asked_for_a_date(row: Assignment, people: People) -> RescheduleRequest:
    return reschedules.request_reschedule(
        row.pk, actor=people.worker.user, schedule=new_date(), note="Van broke."
    )


@act(State.ASSIGNED)
def request_reschedule(row, people):
    yield
    asked_for_a_date(row, people)


@act(State.ASSIGNED)
def accept_reschedule(row, people):
    request = asked_for_a_date(row, people)
    yield
    reschedules.accept_reschedule(row.pk, request.pk, actor=people.user_owner)


@act(State.ASSIGNED)
def decline_reschedule(row, people):
    request = asked_for_a_date(row, people)
    yield
    reschedules.decline_reschedule(row.pk, request.pk, actor=people.user_owner, reason="Not then.")


@act(State.ASSIGNED)
def withdraw_reschedule(row, people):
    request = asked_for_a_date(row, people)
    yield
    reschedules.withdraw_reschedule(row.pk, request.pk, actor=people.worker.user)


@act(State.ASSIGNED)
def counter_reschedule(row, people):
    request = asked_for_a_date(row, people)
    yield
    kind, start_at, end_at = new_date()
    countering.counter_reschedule(
        row.pk,
        request.pk,
        actor=people.user_owner,
        schedule=(kind, start_at + timedelta(hours=1), end_at),
        note="An hour later.",
    )


@act(State.ASSIGNED)
def remind_reschedule(row, people):
    request = asked_for_a_date(row, people)
    yield
    with clock.moved(clock.now() + timedelta(hours=24)):
        timers.remind_reschedule(row.pk, request.pk)


# --- hold


@act(State.IN_PROGRESS)
def hold(row, people):
    yield
    holds.hold(row.pk, actor=people.owner, reason="parts_not_available", note="Cables come on Friday.")


def lifted(row: Assignment, people: People) -> RescheduleRequest:
    return holds.remove_hold(row.pk, actor=people.owner, schedule=new_date(), note="Ready again.")


@act(State.ON_HOLD)
def remove_hold(row, people):
    yield
    lifted(row, people)


@act(State.ON_HOLD)
def accept_after_hold(row, people):
    request = lifted(row, people)
    yield
    reschedules.accept_reschedule(row.pk, request.pk, actor=people.worker.user)


@act(State.ON_HOLD)
def decline_after_hold(row, people):
    request = lifted(row, people)
    yield
    reschedules.decline_reschedule(row.pk, request.pk, actor=people.worker.user)


@act(State.ON_HOLD)
def unassign_on_hold(row, people):
    lifted(row, people)
    yield
    unassign_(row, people.owner)


# --- the end


@act(State.IN_PROGRESS)
def submit(row, people):
    visits.check_out(row.pk, actor=people.worker.user)
    yield
    closeout.submit(row.pk, Submission("All done."), actor=people.worker.user)


@act(State.PENDING_APPROVAL)
def send_back(row, people):
    yield
    closeout.send_back(row.pk, actor=people.owner, reason="Label the cables.")


@act(State.PENDING_APPROVAL)
def approve(row, people):
    yield
    closeout.approve(row.pk, actor=people.owner)


@act(State.PENDING_APPROVAL)
def approve_less(row, people):
    yield
    closeout.approve(row.pk, actor=people.staff, pay=usd(20_000), as_arbiter=True)


@act(State.ASSIGNED)
def cancel(row, people):
    yield
    cancel_(row, people.owner)


@act(State.SENT)
def cancel_unassigned(row, people):
    yield
    cancel_(row, people.owner)


@act(State.IN_PROGRESS)
def cancel_with_pay(row, people):
    yield
    cancel_(row, people.owner, pay=usd(10_000))


def approved(row: Assignment, people: People) -> None:
    closeout.approve(row.pk, actor=people.owner)


@act(State.PENDING_APPROVAL)
def pay(row, people):
    approved(row, people)
    yield
    closeout.pay(row.pk, actor=people.owner, amount=usd(35_000))


@act(State.PENDING_APPROVAL)
def stop_payment(row, people):
    approved(row, people)
    yield
    closeout.stop_payment(row.pk, actor=people.controller, reason="Wrong total.")


@act(State.PENDING_APPROVAL)
def rate_worker(row, people):
    yield
    ratings.rate_worker(row.pk, actor=people.owner, grade="excellent", text="Tidy.")


@act(State.PAID)
def rate_client(row, people):
    yield
    ratings.rate_client(row.pk, actor=people.worker.user, grade="satisfied")


# --- timers


@act(State.ASSIGNED, checkin_required=False)
def start(row, people):
    yield
    with clock.moved(row.start_at):
        timers.start(row.pk)


@act(State.ASSIGNED)
def raise_flags(row, people):
    yield
    with clock.moved(row.start_at + timedelta(minutes=15)):
        timers.raise_flags(row.pk)


@act(State.SENT)
def expire_application(row, people):
    offer = apply_(row, people.stranger, Offer(expires_at=clock.now() + timedelta(hours=1)))
    yield
    with later(hours=1):
        timers.expire_application(row.pk, offer.pk)


@act(State.IN_PROGRESS)
def remind_check_out(row, people):
    visit = CheckIn.objects.get(assignment=row)
    yield
    with clock.moved(visit.remind_due_at):
        timers.remind_check_out(row.pk, visit.pk)


@act(State.ON_HOLD)
def remind_hold(row, people):
    request = lifted(row, people)
    yield
    with later(hours=24):
        timers.remind_hold(row.pk, request.pk)


# --- the fault record


def held(row: Assignment, people: People) -> int:
    """The entry that a hold leaves."""
    holds.hold(row.pk, actor=people.owner, reason="site_not_ready")
    return row.faults.get(kind="hold").pk


def contested(row: Assignment, people: People) -> int:
    fault = held(row, people)
    faults.contest_fault(fault, actor=people.worker.user, party="client", text="It was ready.")
    return fault


@act(State.ASSIGNED)
def contest_fault(row, people):
    fault = held(row, people)
    yield
    faults.contest_fault(fault, actor=people.worker.user, party="client", text="It was ready.")


@act(State.ASSIGNED)
def answer_fault(row, people):
    fault = contested(row, people)
    yield
    faults.answer_fault(fault, actor=people.owner, agrees=False, text="It was not.")


@act(State.ASSIGNED)
def agree_to_contest(row, people):
    fault = contested(row, people)
    yield
    faults.answer_fault(fault, actor=people.owner, agrees=True)


@act(State.ASSIGNED)
def decide_fault(row, people):
    fault = contested(row, people)
    faults.answer_fault(fault, actor=people.owner, agrees=False, text="It was not.")
    yield
    faults.decide_fault(fault, actor=people.staff, party="nobody", reason="Both are right.")


@act(State.ASSIGNED)
def settle_fault(row, people):
    fault = held(row, people)
    yield
    with later(days=8):
        faults.settle_fault(fault)
