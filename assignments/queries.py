"""Reads: what a page shows of one assignment, and the lists. No writes, no rules of their own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject

from accounts.models import User
from assignments import blind, labels
from assignments.labels import Label
from assignments.models import (
    Application,
    Assignment,
    Attachment,
    ChangeOrder,
    CheckIn,
    Deliverable,
    FieldPhoto,
    Invitation,
    Message,
    MoneyRequest,
    Problem,
    Question,
    RescheduleRequest,
    Revisit,
    ScopeProposal,
    Site,
    Standby,
)
from assignments.policies import verbs_for
from assignments.standby import mask
from assignments.standing import Standing, standing, with_following
from assignments.states import STANDS_BY, ApplicationState, RequestState, State
from assignments.visibility import Sight, open_to_worker, sight, visible_to
from clients.models import Client, Member
from clients.queries import membership
from common import clock, prepared
from workers.models import Worker

PAGE = 50
PROBLEM = JSONObject(kind="kind", severity="severity", text="text", by="reported_by__name")
"""What next_action says of the worst open problem: "stops" comes after "delays"."""


@dataclass
class Seen:
    """One assignment as one viewer sees it: the row with its facts, how the viewer stands, and what may be done."""

    row: Assignment
    standing: Standing
    sight: Sight
    now: datetime
    viewer: User | None = None

    @cached_property
    def labels(self) -> list[Label]:
        return [] if self.standing.standby else labels.carried(self.row)

    @cached_property
    def verbs(self) -> frozenset[str]:
        return verbs_for(self.standing, self.row, self.now)

    @property
    def side(self) -> str:
        return self.sight.side

    @cached_property
    def site(self) -> Site | None:
        """Street, contact and the way in: only for those who may see them (S06)."""
        return getattr(self.row, "site", None) if "street" in self.sight else None


GATE = (
    "client__support_access", "owner_id", "created_by_id", "worker__user__name", "state", "is_marketplace",
    "cancelled_pay_minor", "disputed_at",
)  # fmt: skip
"""What standing and sight ask of a row before anything of it is shown."""


def seen(user: User, pk: int, *, membership_of: Callable[[User], Member | None] = membership) -> Seen:
    """The assignment for this viewer, in three statements: whether it opens, what is seen of it, and its labels.

    Raises Assignment.DoesNotExist for strangers, as for a missing row. `membership_of` as in standing.
    """
    now = clock.now()
    bare = _only(prepared.instances(_gate, user.pk, pk), pk)
    found = standing(user, bare, membership_of=membership_of)
    view = sight(found, bare)
    if not view.opens:
        raise Assignment.DoesNotExist(f"No assignment {pk}")
    row = _only(prepared.instances(_shown(view.side, "street" in view), pk), pk)
    labels.put_on([row], now, _label_side(view.side), own_of=view.side)
    if found.standby is not None:
        mask(row, found.standby)
    return Seen(row, found, view, now, user)


def _only(found: list[Assignment], pk: int) -> Assignment:
    if not found:
        raise Assignment.DoesNotExist(f"No assignment {pk}")
    return found[0]


def _gate(me: int, pk: int) -> "QuerySet[Assignment]":
    rows = Assignment.objects.select_related("client", "worker__user").only(*GATE)
    return with_following(rows, me).filter(pk=pk)


@cache
def _shown(side: str, has_street: bool) -> "Callable[[int], QuerySet[Assignment]]":
    """The row with all that pages draw around a tab for this side: the site only where it is shown."""
    beside = ["client__card", "owner", "worker__user", "engagement", "customer", "project"]

    def shown(pk: int) -> "QuerySet[Assignment]":
        rows = Assignment.objects.select_related(*beside, *(["site"] if has_street else [])).filter(pk=pk)
        reports = Problem.objects.filter(reports_to(side, OuterRef("engagement")), assignment=OuterRef("pk"))
        return with_counts(rows, side).annotate(
            has_reports=Exists(reports),
            follows_number=Subquery(Revisit.objects.filter(revisit=OuterRef("pk")).values("original")[:1]),
        )

    return shown


def reports_to(side: str, engagement: Any) -> Q:
    """The problem reports that a side reads: the client all, a worker those of the own time (D10)."""
    return Q(engagement=engagement) if side == "worker" else Q()


def with_facts(rows: "QuerySet[Assignment]", now: datetime, side: str) -> "QuerySet[Assignment]":
    """The rows with their labels and the counts that next_action and the lists speak of."""
    return with_counts(labels.annotated(rows, now, _label_side(side)), side)


def _label_side(side: str) -> str:
    """Whose labels a side sees: whoever is no worker sees the client's."""
    return side if side in ("client", "worker") else "client"


def with_counts(rows: "QuerySet[Assignment]", side: str) -> "QuerySet[Assignment]":
    """The rows with what waits beside them, counted and in words: what next_action speaks of."""
    pending = Application.objects.filter(assignment=OuterRef("pk"), state=ApplicationState.PENDING).order_by()
    questions = Question.objects.filter(assignment=OuterRef("pk"), answered_at__isnull=True).order_by()
    requests = MoneyRequest.objects.filter(assignment=OuterRef("pk"), state=RequestState.OPEN).order_by()
    reschedule = RescheduleRequest.objects.filter(assignment=OuterRef("pk"), state=RequestState.OPEN)
    standbys = Standby.objects.filter(assignment=OuterRef("pk"), state__in=sorted(STANDS_BY))
    problem = Problem.objects.filter(assignment=OuterRef("pk"), resolved_at__isnull=True)
    changes = ChangeOrder.objects.filter(assignment=OuterRef("pk"), state=RequestState.OPEN).order_by()
    visits = CheckIn.objects.filter(assignment=OuterRef("pk"), out_at__isnull=True).order_by()
    return rows.annotate(
        pending_count=_count(pending),
        oldest_pending_at=Subquery(
            pending.values("assignment").annotate(first=Min("applied_at")).values("first")[:1]
        ),
        question_count=_count(questions),
        request_count=_count(requests),
        scope_count=_count(
            ScopeProposal.objects.filter(assignment=OuterRef("pk"), state=RequestState.OPEN).order_by()
        ),
        change_count=_count(changes),
        change_due_at=Subquery(changes.values("due_at")[:1]),
        reschedule_side=Coalesce(Subquery(reschedule.values("side")[:1]), Value("")),
        reschedule_from_hold=Subquery(reschedule.values("from_hold")[:1]),
        reschedule_start_at=Subquery(reschedule.values("start_at")[:1]),
        problem_count=_count(problem.order_by()),
        problem=Subquery(problem.order_by("-severity", "-id").values(data=PROBLEM)[:1]),
        rating_is_final=blind.is_final(side),
        # A value, not EXISTS: for that PostgreSQL may read all open visits that there are into a table of its own.
        visit_is_open=Coalesce(Subquery(visits.values(there=Value(True))[:1]), Value(False)),
        standby_state=Coalesce(Subquery(standbys.values("state")[:1]), Value("")),
        revisit_number=Subquery(Revisit.objects.filter(original=OuterRef("pk")).values("revisit")[:1]),
    )


def _count(rows: "QuerySet[Any]") -> Coalesce:
    counted = rows.values("assignment").annotate(n=Count("pk")).values("n")[:1]
    return Coalesce(Subquery(counted), 0)


def of_client(client: Client, now: datetime) -> "QuerySet[Assignment]":
    """All assignments of a company, with facts."""
    rows = Assignment.objects.filter(client=client).select_related(
        "owner", "worker__user", "customer", "project"
    )
    return with_facts(rows, now, "client")


def of_worker(worker: Worker, now: datetime) -> "QuerySet[Assignment]":
    """All assignments that are or were this worker's, with facts; what may be shown of each is visibility's answer."""
    rows = Assignment.objects.filter(worker=worker).select_related("client")
    return with_facts(rows, now, "worker")


def invited(worker: Worker, now: datetime) -> "QuerySet[Assignment]":
    """Assignments that the worker was asked for by name and can still take; `invited_mode` says how."""
    named = Invitation.objects.filter(worker=worker, declined_at__isnull=True)
    rows = Assignment.objects.filter(pk__in=named.values("assignment"), state=State.SENT)
    rows = rows.filter(open_to_worker(worker.pk)).annotate(
        invited_mode=Subquery(named.filter(assignment=OuterRef("pk")).values("mode")[:1])
    )
    return with_facts(rows.filter(not_expired(now)).select_related("client"), now, "worker")


def feed(worker: Worker, now: datetime) -> "QuerySet[Assignment]":
    """What Find Work offers to this worker: open, not expired, of other companies (S02)."""
    rows = (
        Assignment.objects.filter(state=State.SENT)
        .filter(open_to_worker(worker.pk))
        .filter(not_expired(now))
        .exclude(client__members__user_id=worker.user_id)
        .select_related("client__card")
    )
    return with_facts(rows, now, "worker").order_by("start_at", "id")


def not_expired(now: datetime) -> Q:
    """Work whose start, or the end of its window, lies ahead."""
    return Q(start_at__gt=now) | Q(window_end_at__gt=now)


def attachment(user: User, uuid: Any) -> Attachment:
    """A client's document for somebody who may read it. Raises Attachment.DoesNotExist."""
    found = Attachment.objects.select_related("assignment__client").get(uuid=uuid, removed_at__isnull=True)
    if "documents" not in _sight(user, found.assignment):
        raise Attachment.DoesNotExist
    return found


def deliverable(user: User, uuid: Any) -> Deliverable:
    """A worker's file, for the client's side and for the worker who is still on it. Raises Deliverable.DoesNotExist."""
    rows = Deliverable.objects.select_related("assignment__client", "engagement")
    found = rows.get(uuid=uuid, removed_at__isnull=True)
    view = _sight(user, found.assignment)
    is_own_time = view.side != "worker" or found.engagement_id == found.assignment.engagement_id
    if "deliverables" not in view or not is_own_time:
        raise Deliverable.DoesNotExist
    return found


def field_photo(user: User, uuid: Any) -> FieldPhoto:
    """The photo in a field, for those who may see deliverables. Raises FieldPhoto.DoesNotExist."""
    rows = FieldPhoto.objects.select_related("field__assignment__client", "engagement")
    found = rows.get(uuid=uuid, removed_at__isnull=True)
    row = found.field.assignment
    view = _sight(user, row)
    is_own_time = view.side != "worker" or found.engagement_id == row.engagement_id
    if "deliverables" not in view or not is_own_time:
        raise FieldPhoto.DoesNotExist
    return found


def receipt(user: User, uuid: Any) -> MoneyRequest:
    """A money request with its receipt. Raises MoneyRequest.DoesNotExist."""
    found = MoneyRequest.objects.select_related("assignment__client", "engagement").get(uuid=uuid)
    view = _sight(user, found.assignment)
    is_own_time = view.side != "worker" or found.engagement_id == found.assignment.engagement_id
    if "requests" not in view or not is_own_time or not found.receipt:
        raise MoneyRequest.DoesNotExist
    return found


def change_photo(user: User, uuid: Any) -> ChangeOrder:
    """An order of extra work with its photo. Raises ChangeOrder.DoesNotExist."""
    found = ChangeOrder.objects.select_related("assignment__client", "engagement").get(uuid=uuid)
    view = _sight(user, found.assignment)
    is_own_time = view.side != "worker" or found.engagement_id == found.assignment.engagement_id
    if "requests" not in view or not is_own_time or not found.photo:
        raise ChangeOrder.DoesNotExist
    return found


def _sight(user: User, row: Assignment) -> Sight:
    return sight(standing(user, row), row)


def thread(view: Seen) -> "QuerySet[Message]":
    """The messages that the viewer may read: a worker those of the own time, nobody but the client private notes."""
    rows = Message.objects.filter(assignment_id=view.row.pk).select_related("author")
    if view.side == "client":
        return rows
    rows = rows.filter(is_private=False)
    return rows.filter(engagement=view.row.engagement) if view.side == "worker" else rows


def questions(view: Seen) -> "QuerySet[Question]":
    """The client sees all; a worker the own ones and the public answers of others (asker hidden by the page)."""
    rows = Question.objects.filter(assignment_id=view.row.pk).select_related("asker__user")
    if view.side != "worker":
        return rows
    own = Q(asker_id=view.standing.worker.pk) if view.standing.worker else Q(pk__in=[])
    return rows.filter(own | Q(is_public=True, answered_at__isnull=False))


def visible(user: User) -> "QuerySet[Assignment]":
    """Every assignment whose page opens for the person."""
    return Assignment.objects.filter(visible_to(user))
