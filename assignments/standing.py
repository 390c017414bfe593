"""How a person stands to an assignment: read once, then asked by policies and visibility."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple, Protocol, TypeVar

from django.db.models import Exists, F, OuterRef, QuerySet

from accounts.actor import Actor
from accounts.models import User
from assignments.models import Application, Assignment, Engagement, Follower, Invitation, Standby
from assignments.states import STANDBY_STAGES, STANDS_BY, ApplicationState, State
from clients.blocks import in_force
from clients.models import Member
from clients.queries import membership
from clients.roles import Role
from common import prepared
from common.actor import System
from common.beside import Rows, columns, read, revived
from workers.models import Worker
from workers.queries import worker_of
from workers.vendors import acts_for, employees

Own = TypeVar("Own", Application, Invitation, Standby)
FOLLOWED = "is_followed"
"""Where a row keeps whether the reader follows it, if it was read together with it (queries.seen)."""


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


def standing(
    actor: Actor,
    row: Assignment,
    acting_for: int | None = None,
    *,
    membership_of: Callable[[User], Member | None] = membership,
) -> Standing:
    """Read how the actor stands to the row. A person of the client's company is never its worker side too.

    `acting_for`: the employee (by id) for whom a Team Agent acts before somebody is assigned. `membership_of`: pages
    read it once, doors anew.
    """
    if isinstance(actor, System):
        return SYSTEM_STANDING
    if acting_for is not None:
        return _standing_for(actor, acting_for, row)
    member = membership_of(actor)
    if member and member.client_id == row.client_id:
        follows = getattr(row, FOLLOWED, None)
        return _colleague(member, row, _follows(actor, row) if follows is None else follows)
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


def _follows(user: User, row: Assignment) -> bool:
    return Follower.objects.filter(assignment_id=row.pk, user=user).exists()


def with_following(rows: "QuerySet[Assignment]", me: int) -> "QuerySet[Assignment]":
    """The rows with whether the person of this id follows each."""
    own = Follower.objects.filter(assignment=OuterRef("pk"), user_id=me)
    return rows.annotate(**{FOLLOWED: Exists(own)})


def _colleague(member: Member, row: Assignment, follows: bool) -> Standing:
    owns = member.user_id in (row.owner_id, row.created_by_id)
    return Standing("client", member=member, owns=owns, follows=follows)


def _worker_standing(worker: Worker, row: Assignment) -> Standing:
    if row.worker_id == worker.pk:
        return Standing("worker", worker=worker, is_assigned=True)
    between = _between(worker, row)
    standby = _own(Standby, between.standby, worker) if row.state in STANDBY_STAGES else None
    left = [revived(Engagement, one).ended_at for one in between.ended]
    left += [revived(Application, one).decided_at for one in between.lost]
    asks_block = row.state == State.SENT or standby is not None
    return Standing(
        "worker",
        worker=worker,
        application=_own(Application, between.offers, worker),
        invitation=_own(Invitation, between.invited, worker) if row.state == State.SENT else None,
        left_at=max((at for at in left if at), default=None),
        standby=standby,
        was_on_it=bool(between.ended),
        is_blocked=asks_block and between.is_blocked,
    )


class Between(NamedTuple):
    """All that there is between a worker and an assignment: the newest offer, time on it and lost offer, the
    invitation, standing by; and whether either side blocks the other."""

    offers: list[dict[str, Any]]
    ended: list[dict[str, Any]]
    lost: list[dict[str, Any]]
    invited: list[dict[str, Any]]
    standby: list[dict[str, Any]]
    is_blocked: bool


def _between(worker: Worker, row: Assignment) -> Between:
    """All of it in one statement."""
    (raw,) = prepared.rows(_beside, worker.pk, row.pk, row.client_id)
    offers, ended, lost, invited, standby = (read(one) for one in raw[:-1])
    return Between(offers, ended, lost, invited, standby, bool(raw[-1]))


def _beside(worker_id: int, assignment_id: int, client_id: int) -> "QuerySet[Worker, Any]":
    mine = {"assignment_id": assignment_id, "worker": OuterRef("pk")}
    offers = Application.objects.filter(**mine).order_by("-id")
    lost = offers.filter(state=ApplicationState.CLOSED).order_by(F("decided_at").desc(nulls_last=True))
    ended = Engagement.objects.filter(**mine).order_by("-id")
    standbys = Standby.objects.filter(**mine, state__in=sorted(STANDS_BY))
    return Worker.objects.filter(pk=worker_id).values_list(
        Rows(offers[:1], columns(Application)),
        Rows(ended[:1], ("id", "ended_at")),
        Rows(lost[:1], ("id", "decided_at")),
        Rows(Invitation.objects.filter(**mine), columns(Invitation)),
        Rows(standbys, columns(Standby)),
        Exists(in_force().filter(client_id=client_id, worker=OuterRef("pk"))),
    )


def _own(model: type[Own], rows: list[dict[str, Any]], worker: Worker) -> Own | None:
    """The one row of these, with its worker."""
    if not rows:
        return None
    found = revived(model, rows[0])
    found.worker = worker
    return found


def role_of(found: Standing) -> str:
    """The word that the timeline keeps for the side that acted."""
    return "admin" if found.side == "arbiter" else found.side or "system"
