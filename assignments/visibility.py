"""Who sees what in which stage: the matrix of domain.md 8.2 as decisions.md D8-D10 and D18 settle it.

`sight` answers for a loaded row; `visible_to` is the same for queries. Pages and files ask here and nowhere else.
"""

from dataclasses import dataclass
from enum import IntEnum

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from assignments.models import Application, Assignment, Engagement, Invitation, Standby
from assignments.standing import Standing
from assignments.states import STANDBY_STAGES, STANDS_BY, ApplicationState, State
from clients.blocks import between
from clients.queries import membership
from workers.queries import worker_of
from workers.vendors import employees


class Level(IntEnum):
    """NONE: answers like a missing row. ROW: one line in the own history. LIMITED: the scope. FULL: all of a side."""

    NONE = 0
    ROW = 1
    LIMITED = 2
    FULL = 3


PRIVATE = frozenset({"contacts", "street", "instructions", "documents"})
"""What no worker sees before assignment (S06, S07)."""
SCOPE = frozenset(
    {"scope", "schedule", "area", "price", "terms", "requirements", "company_card", "public_questions"}
)
SITE_WORK = frozenset({"messages", "visits", "deliverables", "requests", "history", "sheet"})
PROOF = frozenset({"proof"})
"""The proof pack: for both sides, and for an admin only while a dispute is open (mission.md N8)."""
CLIENTS_OWN = frozenset({"applications", "private_notes", "gross", "questions", "former_workers"})


@dataclass(frozen=True, slots=True)
class Sight:
    """What a viewer sees of one assignment: `shows` names the sections."""

    level: Level
    side: str
    shows: frozenset[str] = frozenset()

    def __contains__(self, section: str) -> bool:
        return section in self.shows

    @property
    def opens(self) -> bool:
        """Whether the page opens at all."""
        return self.level >= Level.LIMITED


NOTHING = Sight(Level.NONE, "")


def sight(found: Standing, row: Assignment) -> Sight:
    """What somebody who stands so to the row sees of it."""
    if found.side in ("client", "system"):
        return Sight(Level.FULL, "client", SCOPE | PRIVATE | SITE_WORK | PROOF | CLIENTS_OWN)
    if found.side == "admin":
        return _admin_sight(row)
    if found.side == "worker":
        return _worker_sight(found, row)
    return NOTHING


def _admin_sight(row: Assignment) -> Sight:
    """A dispute opens this assignment, and only this, to platform admins; else the company's switch decides (D18)."""
    if row.disputed_at or row.client.support_access:
        shows = SCOPE | PRIVATE | SITE_WORK | frozenset({"questions", "gross"})
        return Sight(Level.FULL, "admin", shows | PROOF if row.disputed_at else shows)
    return NOTHING


def _worker_sight(found: Standing, row: Assignment) -> Sight:
    if found.is_assigned:
        if row.state == State.CANCELLED and not row.cancelled_pay_minor:
            return Sight(Level.ROW, "worker")
        return Sight(Level.FULL, "worker", SCOPE | PRIVATE | SITE_WORK | PROOF)
    if found.standby is not None and row.state in STANDBY_STAGES and not found.is_blocked:
        return Sight(Level.LIMITED, "worker", SCOPE)  # the brief, and nothing that S06 and S07 keep back
    if row.state == State.SENT and not found.is_blocked:
        is_open = found.has_applied or found.is_invited
        if is_open or (row.is_marketplace and found.left_at is None):
            return Sight(Level.LIMITED, "worker", SCOPE)
    return Sight(Level.ROW, "worker") if found.application or found.left_at else NOTHING


def open_to_worker(worker_id: int) -> Q:
    """Assignments whose page opens for this worker: the query form of the rules above."""
    mine = Q(worker_id=worker_id) & (~Q(state=State.CANCELLED) | Q(cancelled_pay_minor__gt=0))
    applications = Application.objects.filter(assignment=OuterRef("pk"), worker_id=worker_id)
    lost = Q(Exists(applications.filter(state=ApplicationState.CLOSED))) | Q(
        Exists(
            Engagement.objects.filter(assignment=OuterRef("pk"), worker_id=worker_id, ended_at__isnull=False)
        )
    )
    invitation = Invitation.objects.filter(
        assignment=OuterRef("pk"), worker_id=worker_id, declined_at__isnull=True
    ).exclude(
        Exists(
            Application.objects.filter(
                assignment=OuterRef("assignment"),
                worker_id=worker_id,
                state=ApplicationState.CLOSED,
                decided_at__gte=OuterRef("invited_at"),
            )
        )
        | Exists(
            Engagement.objects.filter(
                assignment=OuterRef("assignment"), worker_id=worker_id, ended_at__gte=OuterRef("invited_at")
            )
        )
    )
    pending = applications.filter(state=ApplicationState.PENDING)
    offered = Q(state=State.SENT) & (
        Q(Exists(pending)) | Q(Exists(invitation)) | (Q(is_marketplace=True) & ~lost)
    )
    return mine | (offered | stands_by(worker_id)) & ~Q(between("client", worker_id))


def stands_by(worker_id: int) -> Q:
    """Assignments for which the worker is asked to stand by, or does."""
    standby = Standby.objects.filter(
        assignment=OuterRef("pk"), worker_id=worker_id, state__in=sorted(STANDS_BY)
    )
    return Q(state__in=sorted(STANDBY_STAGES)) & Q(Exists(standby))


def open_to_agent(worker_id: int) -> Q:
    """The work of the people for whom this worker acts as Team Agent: it opens as it opens for them."""
    theirs = Q(worker__in=employees(worker_id).values("pk"))
    return theirs & (~Q(state=State.CANCELLED) | Q(cancelled_pay_minor__gt=0))


def open_to_staff(prefix: str = "") -> Q:
    """What platform admins may open (D18): an open dispute, or the company lets support in. `prefix`: the way there."""
    return Q(**{f"{prefix}disputed_at__isnull": False}) | Q(**{f"{prefix}client__support_access": True})


def visible_to(user: User) -> Q:
    """The assignments whose page opens for this person."""
    member = membership(user)
    mine = Q(client_id=member.client_id) if member else Q(pk__in=[])
    worker = worker_of(user)
    if worker:
        theirs = open_to_worker(worker.pk) | open_to_agent(worker.pk)
        if user.is_staff:  # an admin sees as a worker only the own work
            theirs &= Q(worker_id=worker.pk)
        mine |= theirs & ~Q(client_id=member.client_id) if member else theirs
    if user.is_staff:
        opened = Q(disputed_at__isnull=False) | Q(client__support_access=True)
        mine |= opened & ~Q(worker_id=worker.pk) if worker else opened
    return mine
