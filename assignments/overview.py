"""Reads of the client's dashboard and board: figures by stage, what needs attention, the week on site."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, Count, ExpressionWrapper, F, Min, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber

from assignments.labels import LABELS
from assignments.models import Application, Assignment, Follower
from assignments.next_action import NEEDS, Next, next_action
from assignments.policies import verbs_for
from assignments.queries import of_client
from assignments.standing import Standing
from assignments.states import OPEN, WITH_WORKER, ApplicationState, State
from clients.models import Client, Member
from common import keyset
from common.money import Money

STAGES = (
    State.DRAFT,
    State.SENT,
    State.ASSIGNED,
    State.IN_PROGRESS,
    State.ON_HOLD,
    State.PENDING_APPROVAL,
    State.APPROVED,
)
SHOWN = 20
"""How many lines of the queue a dashboard shows."""
LOOKED_AT = 400
"""How many rows that may need somebody are read for one dashboard, oldest first."""
CARDS = 12
"""Cards in one column of the board."""
CALLING = (
    "at_risk",
    "late",
    "late_deliverables",
    "not_confirmed",
    "reschedule",
    "increase",
    "expense",
    "bonus",
    "applications",
    "counteroffers",
    "open_question",
    "expired",
)
"""Labels without which an Available, Assigned or In Progress row needs nobody of the client."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What the company has in each stage, and the one fact beside each count."""

    counts: dict[str, int]
    pending: int
    """Applications that wait, counted as far as a list counts."""
    late_assigned: int
    late_in_progress: int
    late_deliverables: int
    not_confirmed: int
    oldest_submitted_at: datetime | None
    to_pay: Money
    is_new: bool

    @property
    def troubled(self) -> int:
        """How many are late in some way, whoever has to act."""
        return self.late_assigned + self.late_in_progress + self.late_deliverables + self.not_confirmed


def figures(client: Client, now: datetime) -> Figures:
    """Counts by stage with their facts, in two queries. `is_new`: the company never had an assignment.

    What is paid or cancelled is most of what an old company has, and is not read.
    """
    gross = ExpressionWrapper(
        F("pay_minor") + (F("pay_minor") * F("fee_bps") + 5_000) / 10_000, output_field=BigIntegerField()
    )
    rows = (
        Assignment.objects.filter(client=client, state__in=STAGES)
        .order_by()
        .values("state")
        .annotate(
            n=Count("pk"),
            late=Count("pk", filter=LABELS["late"].rule(now)),
            late_deliverables=Count("pk", filter=LABELS["late_deliverables"].rule(now)),
            not_confirmed=Count("pk", filter=LABELS["not_confirmed"].rule(now)),
            oldest=Min("submitted_at"),
            to_pay=Sum(gross),
        )
    )
    by_state: dict[str, dict[str, Any]] = {row["state"]: dict(row) for row in rows}
    waiting = Application.objects.filter(
        assignment__client=client, assignment__state=State.SENT, state=ApplicationState.PENDING
    )
    return Figures(
        counts={stage.value: by_state.get(stage, {}).get("n", 0) for stage in STAGES},
        pending=keyset.counted(waiting),
        late_assigned=by_state.get(State.ASSIGNED, {}).get("late", 0),
        late_in_progress=by_state.get(State.IN_PROGRESS, {}).get("late", 0),
        late_deliverables=by_state.get(State.IN_PROGRESS, {}).get("late_deliverables", 0),
        not_confirmed=by_state.get(State.ASSIGNED, {}).get("not_confirmed", 0),
        oldest_submitted_at=by_state.get(State.PENDING_APPROVAL, {}).get("oldest"),
        to_pay=Money(by_state.get(State.APPROVED, {}).get("to_pay") or 0, client.currency),
        is_new=not by_state and not Assignment.objects.filter(client=client).exists(),
    )


@dataclass(frozen=True, slots=True)
class Need:
    """One row with the step that a colleague should take."""

    row: Assignment
    step: Next


@dataclass(frozen=True, slots=True)
class Needs:
    """The first lines of the queue, and how many there are (`more`: at least so many)."""

    first: list[Need]
    count: int
    more: bool


def needs(member: Member, now: datetime) -> Needs:
    """What waits for this colleague, most pressing first, then the longest wait (ux.md 6.2)."""
    calls = Q(state__in=[State.DRAFT, State.ON_HOLD, State.PENDING_APPROVAL, State.APPROVED])
    for key in CALLING:
        calls |= Q(LABELS[key].rule(now))
    oldest = Assignment.objects.filter(calls, client=member.client, state__in=sorted(OPEN))
    chosen = list(oldest.order_by("state_since", "id").values_list("pk", flat=True)[: LOOKED_AT + 1])
    # Chosen first: a company has thousands of open rows, and what a row is read with would be worked out for each.
    read = of_client(member.client, now).filter(pk__in=chosen[:LOOKED_AT]).order_by("state_since", "id")
    found = [need for need in steps(member, read, now) if need.step.rank < NEEDS]
    found.sort(key=lambda need: (need.step.rank, need.row.state_since))
    return Needs(found[:SHOWN], len(found), len(chosen) > LOOKED_AT)


def steps(member: Member, rows: Iterable[Assignment], now: datetime) -> list[Need]:
    """The next step on each row for this colleague; rows that are nothing to them are left out."""
    followed = set(
        Follower.objects.filter(user_id=member.user_id, assignment__client_id=member.client_id).values_list(
            "assignment_id", flat=True
        )
    )
    found = []
    for row in rows:
        how = colleague(member, row, followed)
        if not _concerns(how, row):
            continue
        found.append(Need(row, next_action(row, how, verbs_for(how, row, now), now)))
    return found


def colleague(member: Member, row: Assignment, followed: set[int]) -> Standing:
    """How a colleague stands to a row of the own company, without another query."""
    owns = member.user_id in (row.owner_id, row.created_by_id)
    return Standing("client", member=member, owns=owns, follows=row.pk in followed)


def _concerns(how: Standing, row: Assignment) -> bool:
    """A draft waits for those who wrote it; money for those who pay; all else for who steers or follows it."""
    if row.state == State.DRAFT:
        return how.owns
    return how.manages or how.follows or (how.handles_money and row.state == State.APPROVED)


def board(client: Client, now: datetime) -> dict[str, list[Assignment]]:
    """The newest cards of each open stage, in one query more than the rows themselves."""
    place = Window(RowNumber(), partition_by=[F("state")], order_by=[F("state_since").desc(), F("id").desc()])
    newest = (
        Assignment.objects.filter(client=client, state__in=sorted(OPEN))
        .annotate(place=place)
        .filter(place__lte=CARDS)
        .values_list("pk", flat=True)
    )
    columns: dict[str, list[Assignment]] = {stage.value: [] for stage in STAGES}
    for row in of_client(client, now).filter(pk__in=list(newest)).order_by("-state_since", "-id"):
        columns[row.state].append(row)
    return columns


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the week on site."""

    on: date
    scheduled: int
    checked_in: int


def week(client: Client, now: datetime, tz_name: str) -> list[Day]:
    """Monday to Sunday of the present week in that zone: visits that were planned, and those that began."""
    zone = ZoneInfo(tz_name)
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    first = datetime.combine(monday, datetime.min.time(), zone)
    last = datetime.combine(monday + timedelta(days=7), datetime.min.time(), zone)
    rows: QuerySet[Assignment, Any] = Assignment.objects.filter(client=client, state__in=sorted(WITH_WORKER))
    inside = Q(start_at__gte=first, start_at__lt=last) | Q(
        first_check_in_at__gte=first, first_check_in_at__lt=last
    )
    planned: dict[date, int] = {}
    begun: dict[date, int] = {}
    for start_at, came_at in rows.filter(inside).values_list("start_at", "first_check_in_at"):
        for moment, tally in ((start_at, planned), (came_at, begun)):
            if moment:
                on = moment.astimezone(zone).date()
                tally[on] = tally.get(on, 0) + 1
    days = [monday + timedelta(days=i) for i in range(7)]
    return [Day(on, planned.get(on, 0), begun.get(on, 0)) for on in days]
