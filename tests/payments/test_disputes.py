"""Escalation and disputes: grounds, steps, answers, and the nine decisions (D5, C08)."""

from datetime import timedelta

import pytest

from assignments import cards
from assignments.actions import talk
from assignments.states import State
from clients.roles import Role
from common import clock
from common.errors import AlreadyDone, Conflict, Invalid, NotAllowed, WrongState
from notifications.models import Message
from payments import actions, sweeps
from payments.actions import rehearse
from payments.models import Dispute, Invoice
from payments.states import Decision, DisputeState
from tests.payments.support import Deal, usd
from timeline.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

REASONS = {"reason_to_client": "To you.", "reason_to_worker": "To the worker."}


def test_escalate_opens_48_hours_after_the_average_and_needs_a_message():
    deal = Deal()
    opens = deal.row.escalate_from_at
    assert opens - deal.row.submitted_at == timedelta(hours=72 + 48)
    ask = {"actor": deal.worker.user, "ground": "overdue_approval", "statement": "It is done."}
    with pytest.raises(WrongState), clock.moved(opens):
        actions.open_dispute(deal.pk, **ask)
    with clock.moved(opens + timedelta(seconds=1)):
        with pytest.raises(Invalid):
            actions.open_dispute(deal.pk, **ask)
        talk.post_message(deal.pk, actor=deal.worker.user, body="Please approve.")
        for wrong in ({"ground": "past_due"}, {"statement": " "}):
            with pytest.raises(Invalid):
                actions.open_dispute(deal.pk, **{**ask, **wrong})
        dispute = actions.open_dispute(deal.pk, **ask)
        with pytest.raises(AlreadyDone):
            actions.open_dispute(deal.pk, **ask)
    row = deal.row
    assert (dispute.side, dispute.amount, row.disputed_at is not None) == ("worker", usd(35_000), True)
    assert row.answer_due_at == dispute.answer_due_at
    told = set(Message.objects.filter(kind="dispute.opened").values_list("to_email", flat=True))
    assert told == {deal.owner.email, deal.staff.email}


def test_while_a_dispute_is_open_the_money_waits():
    deal = Deal()
    deal.escalate()
    for act in (
        lambda: actions.approve(deal.pk, actor=deal.owner),
        lambda: actions.cancel(deal.pk, actor=deal.owner, reason="other", note=""),
    ):
        with pytest.raises(WrongState):
            act()
    paid = Deal(State.APPROVED)
    actions.open_dispute(paid.pk, actor=paid.owner, ground="quality", statement="No.")
    run = actions.pay([paid.invoice.pk], actor=paid.owner, key="k")
    assert run.items.get().result == "failed"
    with pytest.raises(WrongState):
        actions.stop_payment(paid.pk, actor=paid.owner, reason="x")


def test_steps_follow_every_48_hours_until_somebody_answers():
    deal = Deal()
    at = deal.row.escalate_from_at + timedelta(minutes=1)
    dispute = deal.escalate(at)
    seen = []
    for _ in range(5):
        at += timedelta(hours=48)
        with clock.moved(at):
            seen.append((sweeps.step_disputes(), deal.dispute.state))
    assert seen == [
        (1, "in_thread"),
        (1, "with_manager"),
        (1, "with_account"),
        (0, "with_account"),
        (0, "with_account"),
    ]
    assert Entry.objects.filter(kind="dispute.stepped", actor=None).count() == 3
    answered = Deal()
    at = answered.row.escalate_from_at + timedelta(minutes=1)
    answered.escalate(at)
    with clock.moved(at):
        actions.answer_dispute(answered.pk, actor=answered.owner, statement="We are looking at it.")
    with clock.moved(at + timedelta(hours=100)):
        assert sweeps.step_disputes() == 0
    assert (answered.dispute.statements.get(side="client").text, answered.row.answer_due_at) == (
        "We are looking at it.",
        None,
    )
    assert dispute.pk != answered.dispute.pk


def test_only_the_opener_withdraws_and_everything_goes_on():
    deal = Deal()
    deal.escalate()
    with pytest.raises(Conflict):
        actions.withdraw_dispute(deal.pk, actor=deal.owner)
    with pytest.raises(NotAllowed):
        actions.withdraw_dispute(deal.pk, actor=deal.person("Vera V", Role.VIEW_ONLY))
    actions.withdraw_dispute(deal.pk, actor=deal.worker.user)
    assert (deal.dispute.state, deal.row.disputed_at) == ("withdrawn", None)
    actions.approve(deal.pk, actor=deal.owner)


def disputed(stage: str) -> Deal:
    deal = Deal(stage, via=State.IN_PROGRESS if stage == State.CANCELLED else None)
    if stage == State.PENDING_APPROVAL:
        deal.escalate()
    elif stage == State.APPROVED:
        actions.open_dispute(deal.pk, actor=deal.owner, ground="quality", statement="One does not work.")
    else:
        actions.open_dispute(deal.pk, actor=deal.worker.user, ground="work_done", statement="Why?")
    return deal


@pytest.mark.parametrize("decision", Decision.values)
@pytest.mark.parametrize("stage", [State.PENDING_APPROVAL, State.APPROVED, State.CANCELLED])
def test_nine_decisions(stage, decision):
    deal = disputed(stage)
    before = deal.held()
    pay = {"full": 35_000, "part": 20_000, "none": 0}[decision]
    found = rehearse(
        deal.dispute.pk, actor=deal.staff, decision=decision, amount=usd(20_000), internal_note="", **REASONS
    )
    assert (deal.dispute.is_running, deal.moved(before)) == (True, {})
    deal.settle(decision, usd(20_000) if decision == "part" else None)
    row = deal.row
    ends = {State.CANCELLED: "cancelled"}.get(stage, "approved" if pay else "cancelled")
    assert (row.state, row.disputed_at, found.stage.lower()) == (ends, None, ends)
    open_ones = list(
        Invoice.objects.filter(assignment=row, state="open").values_list("worker_minor", flat=True)
    )
    assert open_ones == ([pay] if pay else [])
    set_aside = deal.held()["reserved_terms"]
    assert set_aside == (0 if stage == State.CANCELLED else pay + pay // 10)
    assert deal.dispute.decided == usd(pay)
    lost = {True: decision in ("full", "part"), False: decision == "full"}[deal.dispute.side == "worker"]
    assert cards.refresh(deal.client.pk).disputes_lost == int(lost)
    reasons = dict(Entry.objects.filter(kind="dispute.settled").values_list("visibility", "facts__reason"))
    assert reasons == {"client": "The photos show it.", "worker": "The photos show it, worker."}
    if pay:
        actions.pay([deal.invoice.pk], actor=deal.owner, key="k")
        assert deal.moved(before)["balance"] == pay


def test_an_admin_unlocks_a_downloaded_invoice_by_deciding():
    deal = Deal(State.APPROVED)
    actions.lock_invoice(deal.invoice.pk, actor=deal.owner)
    actions.open_dispute(deal.pk, actor=deal.owner, ground="amount", statement="Too many hours.")
    deal.settle("part", usd(10_000))
    assert deal.invoice.worker_minor == 10_000


def test_after_fastfunds_nothing_is_left_to_decide():
    """D6, D7: an advance is never taken back, so no dispute opens; the client pays as agreed."""
    deal = Deal(State.APPROVED, fastfunds_eligible=True)
    deal.advance()
    for actor, ground in ((deal.owner, "quality"), (deal.worker.user, "amount")):
        with pytest.raises(Invalid, match="stays with the worker"):
            actions.open_dispute(deal.pk, actor=actor, ground=ground, statement="No.")
    assert (Dispute.objects.count(), deal.invoice.worker_minor) == (0, 35_000)


def test_immediate_terms_are_paid_by_the_decision():
    deal = Deal(terms_days=0)
    deal.escalate()
    deal.settle("part", usd(10_000))
    assert (deal.row.state, deal.held()["balance"]) == ("paid", 10_000)


def test_who_may_decide_and_what_must_be_said():
    deal = disputed(State.PENDING_APPROVAL)
    for actor in (deal.owner, deal.worker.user):
        with pytest.raises(NotAllowed):
            actions.settle(deal.dispute.pk, actor=actor, decision="full", **REASONS)
        with pytest.raises(NotAllowed):
            actions.assign_dispute(deal.dispute.pk, actor=actor)
    for amount in (None, usd(0), usd(35_000), usd(-5)):
        with pytest.raises(Invalid):
            deal.settle("part", amount)
    with pytest.raises(Invalid):
        actions.settle(
            deal.dispute.pk, actor=deal.staff, decision="full", **{**REASONS, "reason_to_worker": " "}
        )
    actions.assign_dispute(deal.dispute.pk, actor=deal.staff)
    assert deal.dispute.assignee == deal.staff
    actions.close_dispute(deal.dispute.pk, actor=deal.staff, reason="You agreed.")
    assert (deal.dispute.state, deal.row.state, deal.row.disputed_at) == ("closed", "pending_approval", None)
    with pytest.raises(Conflict):
        deal.settle("full")


def test_decided_is_decided():
    deal = disputed(State.APPROVED)
    deal.settle("full")
    with pytest.raises(Invalid):
        actions.open_dispute(deal.pk, actor=deal.owner, ground="quality", statement="Again.")
    actions.pay([deal.invoice.pk], actor=deal.owner, key="k")
    with pytest.raises(WrongState):
        actions.open_dispute(deal.pk, actor=deal.owner, ground="quality", statement="Again.")
    assert Dispute.objects.filter(state=DisputeState.DECIDED).count() == 1


def test_a_past_due_payment_can_be_escalated_by_the_worker():
    deal = Deal(State.APPROVED)
    ask = {"actor": deal.worker.user, "ground": "past_due", "statement": "Where is it?"}
    with pytest.raises(Invalid):
        actions.open_dispute(deal.pk, **ask)
    with clock.moved(deal.invoice.past_due_at):
        assert actions.open_dispute(deal.pk, **ask).ground == "past_due"
