"""How a person stands to an assignment: read once, then asked by policies and visibility."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from accounts.actor import Actor
from accounts.models import User
from assignments.models import Application, Assignment, Engagement, Follower, Invitation, Standby
from assignments.standby import open_of
from assignments.states import STANDBY_STAGES, ApplicationState, State
from clients.blocks import is_blocked
from clients.models import Member
from clients.queries import membership
from clients.roles import Role
from common.actor import System
from workers.models import Worker
from workers.queries import worker_of
from workers.vendors import acts_for, employees


@dataclass(frozen=True, slots=True)
class Standing:
    """`side` is "client", "worker", "admin", "system", "arbiter" (an admin while deciding a dispute) or "" for a
    stranger; the rest is filled as far as it matters."""

    side: str
    member: Member | None = None
    owns: bool = False
    follows: bool = False
    worker: Worker | None = None
    agent: Worker | None = None
    """The Team Agent who acts for `worker` (domain.md 8.1); None where the worker acts."""
    is_assigned: bool = False
    application: Application | None = None
    invitation: Invitation | None = None
    left_at: datetime | None = None
    standby: Standby | None = None
    """The own relation of a worker who is asked to stand by, or does."""
    was_on_it: bool = False
    """Whether the worker had it before, whatever came after."""
    is_blocked: bool = False
    """Whether worker or company want no new work of each other; a running assignment does not ask."""

    @property
    def role(self) -> str:
        return self.member.role if self.member else ""

    @property
    def manages(self) -> bool:
        """May steer the assignment for the client (decisions.md D18)."""
        return self.role in (Role.ADMINISTRATOR, Role.MANAGER) or (self.role == Role.USER and self.owns)

    @property
    def handles_money(self) -> bool:
        """May pay, stop payment and see funds (decisions.md D18)."""
        return self.role in (Role.ADMINISTRATOR, Role.CONTROLLER)

    @property
    def has_applied(self) -> bool:
        return self.application is not None and self.application.state == ApplicationState.PENDING

    @property
    def is_invited(self) -> bool:
        """Asked by name, not refused, and after anything that ended an earlier relation (D10)."""
        if self.invitation is None or self.invitation.declined_at:
            return False
        return self.left_at is None or self.invitation.invited_at > self.left_at


class Facts(Protocol):
    """What a page and the door both hold of an assignment: a check on these facts is asked by both."""

    row: Assignment
    standing: Standing
    now: datetime


SYSTEM_STANDING = Standing("system")
ARBITER = Standing("arbiter")


def standing(actor: Actor, row: Assignment, acting_for: int | None = None) -> Standing:
    """Read how the actor stands to the row. A person of the client's company is never its worker side too.

    `acting_for`: the employee (by id) for whom a Team Agent acts before somebody is assigned.
    """
    if isinstance(actor, System):
        return SYSTEM_STANDING
    if acting_for is not None:
        return _standing_for(actor, acting_for, row)
    member = membership(actor)
    if member and member.client_id == row.client_id:
        return _colleague(member, row, Follower.objects.filter(assignment_id=row.pk, user=actor).exists())
    worker = worker_of(actor)
    if worker and (row.worker_id == worker.pk or not actor.is_staff):
        if row.worker_id and acts_for(worker.pk, row.worker_id):
            return Standing("worker", worker=row.worker, agent=worker, is_assigned=True)
        return _worker_standing(worker, row)
    return Standing("admin") if actor.is_staff else Standing("")


def _standing_for(actor: User, employee_id: int, row: Assignment) -> Standing:
    """How an employee stands for whom this Team Agent acts; a stranger's standing for anybody else.

    What the vendor was invited to is open to each of its people through the agent.
    """
    me = worker_of(actor)
    employee = employees(me.pk).select_related("user").filter(pk=employee_id).first() if me else None
    if (
        me is None
        or employee is None
        or Member.objects.filter(client=row.client_id, user=employee.user_id).exists()
    ):
        return Standing("")
    found = _worker_standing(employee, row)
    through = Invitation.objects.filter(
        assignment_id=row.pk, worker=me, vendor__isnull=False, declined_at=None
    )
    return replace(found, agent=me, invitation=found.invitation or through.first())


def colleague_standings(member: Member, rows: Iterable[Assignment]) -> dict[int, Standing]:
    """How a member stands to each of these rows of the own company, by id, in one query."""
    mine = list(rows)
    followed = Follower.objects.filter(user_id=member.user_id, assignment__in=[row.pk for row in mine])
    follows = set(followed.values_list("assignment_id", flat=True))
    return {row.pk: _colleague(member, row, row.pk in follows) for row in mine}


def _colleague(member: Member, row: Assignment, follows: bool) -> Standing:
    owns = member.user_id in (row.owner_id, row.created_by_id)
    return Standing("client", member=member, owns=owns, follows=follows)


def _worker_standing(worker: Worker, row: Assignment) -> Standing:
    if row.worker_id == worker.pk:
        return Standing("worker", worker=worker, is_assigned=True)
    application = Application.objects.filter(assignment_id=row.pk, worker=worker).order_by("-id").first()
    ended = Engagement.objects.filter(assignment_id=row.pk, worker=worker).order_by("-id").first()
    lost = (
        Application.objects.filter(assignment_id=row.pk, worker=worker, state=ApplicationState.CLOSED)
        .order_by("-decided_at")
        .first()
    )
    left = [ended.ended_at] if ended and ended.ended_at else []
    if lost and lost.decided_at:
        left.append(lost.decided_at)
    invitation = (
        Invitation.objects.filter(assignment_id=row.pk, worker=worker).first()
        if row.state == State.SENT
        else None
    )
    found = open_of(row.pk) if row.state in STANDBY_STAGES else None
    standby = found if found and found.worker_id == worker.pk else None
    asks_block = row.state == State.SENT or standby is not None
    return Standing(
        "worker",
        worker=worker,
        application=application,
        invitation=invitation,
        left_at=max(left, default=None),
        standby=standby,
        was_on_it=ended is not None,
        is_blocked=asks_block and is_blocked(row.client_id, worker.pk),
    )


def role_of(found: Standing) -> str:
    """The word that the timeline keeps for the side that acted."""
    return "admin" if found.side == "arbiter" else found.side or "system"
