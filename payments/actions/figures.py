"""The small-claims lane (N6): both sides give one sealed figure; figures that cross settle at the middle at once.

Figures are compared under the lock of the assignment and the dispute, so two that arrive at the same instant settle
once. No figure is written into history, notices or logs before it is open (docs/money/small-claims.md).
"""

from contextlib import AbstractContextManager
from datetime import datetime

from django.db import transaction
from django.db.models import Count

from accounts.actor import Actor
from accounts.models import User
from assignments.actions.door import Change, change
from common import clock
from common.actor import SYSTEM
from common.errors import AlreadyDone, Conflict, Invalid
from common.money import Money
from payments import deadlines, notices, policies, sealing, small_claims
from payments.actions.disputing import locked_due, release, taking_part
from payments.actions.offering import conclude
from payments.actions.settling import rule_by_silence
from payments.models import Dispute, SealedFigure
from payments.states import RUNNING, DisputeState, Side

TO_CLIENT = {
    "neither": "Nobody gave a figure in time, so the agreed amount holds.",
    Side.CLIENT: "The worker gave no figure in time, so your figure holds.",
    Side.WORKER: "You gave no figure in time, so the worker's figure holds.",
}
TO_WORKER = {
    "neither": TO_CLIENT["neither"],
    Side.CLIENT: "You gave no figure in time, so the client's figure holds.",
    Side.WORKER: "The client gave no figure in time, so your figure holds.",
}
"""The rule of silence in words, by the side whose figure holds."""


def give_figure(pk: int, *, actor: User, figure: Money) -> Dispute:
    """Give the own side's one figure; it is sealed, and it can never be changed.

    With the second figure both are opened: they cross and the middle holds at once, or an admin is named. Raises
    Invalid for a figure outside of what is in dispute, Conflict when the lane is over, AlreadyDone for the same person
    again.
    """
    with transaction.atomic():
        dispute, now = _give(pk, actor, figure)
        if sealing.given(dispute) == {Side.CLIENT, Side.WORKER}:
            _open(dispute, now, SYSTEM)
    return dispute


def _give(pk: int, actor: User, figure: Money) -> tuple[Dispute, datetime]:
    with change(pk, "answer_dispute", actor=actor) as opened:
        dispute, side = taking_part(opened, "give_figure")
        if dispute.step_due_at is None or opened.now >= dispute.step_due_at:
            raise Conflict("The time for figures has passed. Nothing was changed.")
        known = SealedFigure.objects.filter(dispute=dispute, side=side).first()
        if known is not None and known.given_by_id == actor.pk:
            raise AlreadyDone("Your figure was given. It cannot be changed.")
        if known is not None:
            raise Conflict("Your side has given its figure. It cannot be changed.")
        _check(dispute, side, figure)
        SealedFigure.objects.create(
            dispute=dispute,
            side=side,
            given_by=actor,
            given_at=opened.now,
            sealed=sealing.sealed(figure),
        )
        opened.record("dispute.figure_given", by=side, dispute=dispute.number)
        notices.about_dispute("dispute.figure_given", dispute, actor=actor, at=opened.now, by=side)
    return dispute, opened.now


def open_due(dispute_id: int) -> bool:
    """The time for figures has passed: what was given is opened, and silence follows the rule. Returns whether now."""
    with transaction.atomic():
        dispute = locked_due(dispute_id, DisputeState.FIGURES, "step_due_at")
        if dispute is None:
            return False
        _open(dispute, clock.now(), SYSTEM)
    return True


def name_due(dispute_id: int) -> bool:
    """The named admin did not decide in time: another one is named, and both sides are told. Returns whether now."""
    with transaction.atomic():
        dispute = locked_due(dispute_id, DisputeState.NAMED, "step_due_at")
        if dispute is None:
            return False
        _name(dispute, clock.now(), SYSTEM)
    return True


def _check(dispute: Dispute, side: str, figure: Money) -> None:
    """Neither more than what is in dispute, which is never more than the agreed maximum, nor less than nothing."""
    most = min(dispute.amount, dispute.assignment.worker_most)
    if not 0 <= figure.minor <= most.minor:
        what = "offer" if side == Side.CLIENT else "ask"
        raise Invalid(f"You can {what} from {Money.zero(dispute.currency)} to {most}.", "figure")


def _open(dispute: Dispute, now: datetime, actor: Actor) -> None:
    """Open the figures and do what follows: the middle, a named admin, or the rule of silence."""
    figures = sealing.unsealed(dispute)
    offered, asked = figures.get(Side.CLIENT), figures.get(Side.WORKER)
    dispute.figures_opened_at = now
    if offered is not None and asked is not None:
        if small_claims.cross(offered, asked):
            _meet(dispute, offered, asked, now, actor)
        else:
            _name(dispute, now, actor, offered, asked)
        return
    pay = small_claims.by_silence(dispute.amount, offered, asked)
    held = Side.CLIENT if offered is not None else Side.WORKER if asked is not None else "neither"
    with _record(dispute, actor) as opened:
        opened.record("dispute.figures_opened", dispute=dispute.number, offered=offered, asked=asked)
    rule_by_silence(dispute, now, pay, (TO_CLIENT[held], TO_WORKER[held]))


def _meet(dispute: Dispute, offered: Money, asked: Money, now: datetime, actor: Actor) -> None:
    pay = small_claims.middle(offered, asked)
    with _record(dispute, actor) as opened:
        release(opened)
        opened.record("dispute.crossed", dispute=dispute.number, offered=offered, asked=asked, pay=pay)
    conclude(dispute, opened.row, pay, now=now, actor=actor)
    notices.about_dispute(
        "dispute.crossed", dispute, actor=SYSTEM, at=now, offered=offered, asked=asked, pay=pay
    )


def _name(
    dispute: Dispute,
    now: datetime,
    actor: Actor,
    offered: Money | None = None,
    asked: Money | None = None,
) -> None:
    """An admin with a name decides by a date; the next one is another, where there is one."""
    until = now + deadlines.STEP
    admin = next_admin(dispute)
    dispute.name(until, admin)
    dispute.save()
    with _record(dispute, actor) as opened:
        opened.row.answer_due_at = until
        if offered is not None:
            opened.record("dispute.figures_opened", dispute=dispute.number, offered=offered, asked=asked)
        opened.record(
            "dispute.named", dispute=dispute.number, admin=str(admin or "Onsite"), decide_by_at=until
        )
    notices.about_dispute(
        "dispute.named",
        dispute,
        actor=SYSTEM,
        at=now,
        admin=str(admin or "Onsite"),
        decide_by_at=until,
        offered=offered,
        asked=asked,
    )


def next_admin(dispute: Dispute) -> User | None:
    """Who decides next: of those who may, not the one before, the one with the fewest open disputes."""
    running = Dispute.objects.filter(state__in=RUNNING, assignee__isnull=False).order_by()
    load = dict(running.values_list("assignee").annotate(count=Count("pk")))
    admins = policies.arbiters()
    others = [one for one in admins if one.pk != dispute.assignee_id] or admins
    return min(others, key=lambda one: (load.get(one.pk, 0), one.pk), default=None)


def _record(dispute: Dispute, actor: Actor) -> AbstractContextManager[Change]:
    """The door for Onsite's own part: what follows from the figures is the rule's doing, not a side's."""
    return change(dispute.assignment_id, "step_dispute", actor=actor, as_arbiter=True)
