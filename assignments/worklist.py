"""The worker's own lists: by stage, by day, and what waits for the worker. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from assignments import queries
from assignments.fault_states import LEAVING
from assignments.models import (
    Application,
    Assignment,
    Engagement,
    FaultEntry,
    Invitation,
    Question,
    RouteMode,
    Site,
    Standby,
)
from assignments.next_action import NEEDS, Next, next_action
from assignments.policies import verbs_for
from assignments.standby import mask
from assignments.standing import Standing
from assignments.states import (
    LIVE,
    OWN_FAULT,
    STANDS_BY,
    ApplicationState,
    EngagementEnd,
    State,
    UnassignReason,
)
from assignments.visibility import open_to_worker, sight, stands_by
from clients.blocks import between
from common.beside import HowMany
from workers.models import Worker

LOST = (ApplicationState.CLOSED, ApplicationState.DECLINED, ApplicationState.EXPIRED)
QUEUE_LENGTH = 50
MANY = 25
"""A tab counts up to here, which is one page of it."""
ANSWERS_SHOWN_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Tab:
    """One list of My work. `state` is empty for those that are no stage."""

    key: str
    text: str
    state: str = ""


TABS = (
    Tab("invited", "Invited"),
    Tab("applied", "Applied"),
    Tab("standby", "Standby"),
    *(
        Tab(state.value, str(state.label), state.value)
        for state in (
            State.ASSIGNED, State.IN_PROGRESS, State.ON_HOLD, State.PENDING_APPROVAL, State.APPROVED, State.PAID,
            State.CANCELLED,
        )
    ),
    Tab("former", "Former"),
)  # fmt: skip


def rows_of(worker: Worker, tab: str, now: datetime) -> "QuerySet[Assignment]":
    """The assignments of one list, each with its facts. Raises KeyError for an unknown one."""
    if tab == "invited":
        return _open_invitations(worker, now)
    if tab == "applied":
        return _applied(worker, now)
    if tab == "former":
        return former(worker)
    if tab == "standby":
        return _standbys(worker, now)
    return queries.of_worker(worker, now).filter(state={one.key: one.state for one in TABS}[tab])


def counts(worker: Worker, now: datetime) -> dict[str, int]:
    """How many rows each list has, at most MANY + 1. Two queries; what is over for the worker has no number."""
    mine = Assignment.objects.filter(worker=worker)
    stages = {one.key: mine.filter(state=one.state) for one in TABS if one.state}
    offers = {
        "invited": _open_invitations(worker, now),
        "applied": _offered(worker, now),
        "standby": _standby_rows(worker),
    }
    return {**_counted(worker, stages), **_counted(worker, offers)}


def _counted(worker: Worker, lists: "dict[str, QuerySet[Assignment]]") -> dict[str, int]:
    numbers = {f"n_{key}": HowMany(rows.order_by()[: MANY + 1]) for key, rows in lists.items()}
    found = Worker.objects.annotate(**numbers).values_list(*numbers).get(pk=worker.pk)
    return dict(zip(lists, found, strict=True))


def number_words(count: int) -> str:
    """What a tab says: nothing, the number, or "25+"."""
    return f"{MANY}+" if count > MANY else str(count or "")


def _open_invitations(worker: Worker, now: datetime) -> "QuerySet[Assignment]":
    """Invitations that wait for the worker: those that were applied for are under Applied."""
    return queries.invited(worker, now).exclude(Exists(_pending(worker)))


def _pending(worker: Worker) -> "QuerySet[Application]":
    return Application.objects.filter(
        assignment=OuterRef("pk"), worker=worker, state=ApplicationState.PENDING
    )


def _standby_rows(worker: Worker) -> "QuerySet[Assignment]":
    return Assignment.objects.filter(stands_by(worker.pk)).exclude(between("client", worker.pk))


def _standbys(worker: Worker, now: datetime) -> "QuerySet[Assignment]":
    """Where the worker is asked to stand by or does, each with the own relation as `own_standby`."""
    mine = Standby.objects.filter(worker=worker, state__in=sorted(STANDS_BY)).select_related("worker__user")
    rows = queries.with_facts(_standby_rows(worker).select_related("client"), now, "worker")
    return rows.prefetch_related(Prefetch("standbys", mine, to_attr="own_standby"))


def standby_step(worker: Worker, row: Any, now: datetime) -> Next:
    """The next action of a row of that list, brought to the standby's own terms; no query."""
    (standby,) = row.own_standby
    found = Standing("worker", worker=worker, standby=standby)
    return next_action(mask(row, standby), found, verbs_for(found, row, now), now)


def _applied(worker: Worker, now: datetime) -> "QuerySet[Assignment]":
    return queries.with_facts(_offered(worker, now).select_related("client"), now, "worker")


def _offered(worker: Worker, now: datetime) -> "QuerySet[Assignment]":
    """Where an offer waits, or ran out while the work is still open: that one can be renewed (domain.md 4.2)."""
    ran_out = Q(Exists(_ran_out(worker))) & open_to_worker(worker.pk) & queries.not_expired(now)
    waiting = (ApplicationState.PENDING, ApplicationState.EXPIRED)
    own = Application.objects.filter(worker=worker, state__in=waiting).values("assignment")
    # The ids first: a choice between two EXISTS alone would be asked of every assignment that there is.
    return Assignment.objects.filter(Q(Exists(_pending(worker))) | ran_out, state=State.SENT, pk__in=own)


def _ran_out(worker: Worker) -> "QuerySet[Application]":
    mine = Application.objects.filter(worker=worker)
    later = mine.filter(assignment=OuterRef("assignment"), pk__gt=OuterRef("pk"))
    found = mine.filter(assignment=OuterRef("pk"), state=ApplicationState.EXPIRED)
    return found.exclude(Exists(later))


def applications_for(worker: Worker, rows: Iterable[Assignment]) -> dict[int, Application]:
    """The worker's offers on these rows that wait or ran out, by assignment; the newest of each."""
    states = (ApplicationState.PENDING, ApplicationState.EXPIRED)
    found = Application.objects.filter(worker=worker, state__in=states, assignment__in=list(rows))
    return {application.assignment_id: application for application in found.order_by("id")}


def former(worker: Worker) -> "QuerySet[Assignment]":
    """Work that the worker lost or left and that does not open any more (S14, S15, D10), with why."""
    applications = Application.objects.filter(assignment=OuterRef("pk"), worker=worker, state__in=LOST)
    left = Engagement.objects.filter(assignment=OuterRef("pk"), worker=worker, ended_at__isnull=False)
    faults = FaultEntry.objects.filter(assignment=OuterRef("pk"), engagement__worker=worker, kind__in=LEAVING)
    lost = Application.objects.filter(worker=worker, state__in=LOST).order_by().values("assignment")
    times = Engagement.objects.filter(worker=worker, ended_at__isnull=False).order_by()
    ended = times.exclude(end=EngagementEnd.COMPLETED)  # whoever completed it still has it
    return (
        Assignment.objects.filter((Q(Exists(applications)) & ~_ended_by_a_block(worker)) | Q(Exists(left)))
        .filter(
            pk__in=lost.union(ended.values("assignment"))
        )  # these only, not every assignment that there is
        .exclude(worker=worker)
        .exclude(open_to_worker(worker.pk))
        .annotate(
            left_how=Subquery(left.order_by("-id").values("end")[:1]),
            left_why=Subquery(left.order_by("-id").values("end_reason")[:1]),
            left_fault_id=Subquery(faults.order_by("-id").values("id")[:1]),
            left_late=Subquery(left.order_by("-id").values("was_late_notice")[:1]),
            lost_how=Subquery(applications.order_by("-id").values("state")[:1]),
        )
    )


def _ended_by_a_block(worker: Worker) -> Q:
    """An offer that a block ended leaves no line: its work is gone as if it had never been (domain.md 10)."""
    said_no = Application.objects.filter(
        assignment=OuterRef("pk"), worker=worker, state=ApplicationState.DECLINED, decline_reason=""
    )
    return Q(Exists(said_no)) & Q(between("client", worker.pk))


def ended_words(row: Any) -> str:
    """Why a former row is former, as it is recorded."""
    if row.left_how:
        return _left_words(row)
    return str(ApplicationState(row.lost_how).label)


def _left_words(row: Any) -> str:
    """The recorded reason, whether the own card counts it, and how long it can be contested (mission.md N5)."""
    how = str(EngagementEnd(row.left_how).label)
    if row.left_how == EngagementEnd.BACKED_OUT:
        return f"{how}{', late: less than 24 hours before the start' if row.left_late else ', with notice'}"
    if row.left_how != EngagementEnd.UNASSIGNED or row.left_why not in UnassignReason.values:
        return how
    reason = UnassignReason(row.left_why)
    words = f"{how}: {reason.label[:1].lower()}{reason.label[1:]}."
    if reason not in OWN_FAULT:
        return f"{words} It has no effect on your card."
    return f"{words} It counts on your card once it is settled as your fault. You can contest it for 7 days."


def opens(worker: Worker, row: Assignment) -> bool:
    """Whether the page of an own row opens: a cancelled one only where it is paid (S41, S43)."""
    return row.worker_id != worker.pk or sight(Standing("worker", worker=worker, is_assigned=True), row).opens


def step(worker: Worker, row: Assignment, now: datetime, application: Application | None = None) -> Next:
    """The next action on an own row, an invitation or an application, without a query."""
    found = Standing("worker", worker=worker, is_assigned=row.worker_id == worker.pk, application=application)
    if not found.is_assigned and not found.has_applied:
        mode = getattr(row, "invited_mode", RouteMode.APPLY)
        named = Invitation(assignment=row, worker=worker, invited_at=now, mode=mode)
        found = replace(found, invitation=named)
    return next_action(row, found, verbs_for(found, row, now), now)


def open_rows(worker: Worker, now: datetime) -> list[Assignment]:
    """All that is booked, running or waiting for money, soonest first; not more than the queue can hold."""
    states = sorted({*LIVE, State.APPROVED})
    rows = queries.of_worker(worker, now).select_related("site")
    return list(rows.filter(state__in=states).order_by("start_at", "id")[: 2 * QUEUE_LENGTH])


def needs(worker: Worker, rows: list[Assignment], now: datetime) -> list[tuple[Assignment, Next]]:
    """What waits for the worker, most pressing first: own work, invitations, and being asked to stand by."""
    invitations = list(_open_invitations(worker, now).order_by("start_at", "id")[:QUEUE_LENGTH])
    found = [(row, step(worker, row, now)) for row in [*rows, *invitations]]
    asked = _standbys(worker, now).order_by("start_at", "id")[:QUEUE_LENGTH]
    found += [(row, standby_step(worker, row, now)) for row in asked]
    return sorted(
        (one for one in found if one[1].rank < NEEDS), key=lambda one: (one[1].rank, one[0].start_at)
    )


def fresh_answers(worker: Worker, now: datetime) -> list[Question]:
    """The worker's questions that were answered lately, on work that still takes applications."""
    return list(
        Question.objects.filter(
            asker=worker, answered_at__gt=now - ANSWERS_SHOWN_FOR, assignment__state=State.SENT
        )
        .exclude(Exists(_pending(worker).filter(assignment=OuterRef("assignment"))))
        .filter(Exists(Assignment.objects.filter(open_to_worker(worker.pk), pk=OuterRef("assignment"))))
        .select_related("assignment")
        .order_by("-answered_at")[:5]
    )


def site_of(row: Assignment) -> Site | None:
    """Street and contact of an own assignment that opens; open_rows has read them already."""
    site: Site | None = getattr(row, "site", None)
    return site
