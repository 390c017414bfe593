"""A worker's scorecard (domain.md 6.1, 10 rows 1 and 2): each figure is a rule over the facts of engagements.

A rule is data: a name, a version, its words, and the conditions that the number and its receipts (receipts.py) share,
so that they cannot disagree (N4). Facts are stored (work_facts.py), figures are counted when asked.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from assignments.models import Engagement, Rating
from assignments.states import EngagementEnd, Grade, UnassignReason
from common import clock

GOOD_GRADES = (Grade.EXCELLENT, Grade.SATISFIED)
MONTHS = 3
"""How far the recent period goes back, in calendar months (domain.md 6.1)."""

COMPLETED = Q(end=EngagementEnd.COMPLETED)
CAME_IN_TIME = Q(on_time_until_at__isnull=True) | Q(first_in_at__lte=F("on_time_until_at"))
CANCELLED = Q(end=EngagementEnd.BACKED_OUT) | Q(
    end=EngagementEnd.UNASSIGNED, end_reason=UnassignReason.WORKER_CANCELLED
)
CANCELLED_LATE = CANCELLED & Q(was_late_notice=True)
ABANDONED = Q(
    end=EngagementEnd.UNASSIGNED, end_reason__in=[UnassignReason.WORKER_ABANDONED, UnassignReason.NO_SHOW]
)
RATED = COMPLETED & Q(has_worker_rating=True, has_client_rating=True)
LIKED = RATED & Q(is_liked=True)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a figure counts. `good` is None where the figure is a number and not a share.

    `version` grows when `words` or a condition changes; receipts name it.
    """

    key: str
    name: str
    version: int
    words: str
    counted: Q
    good: Q | None = None
    reads_ratings: bool = False
    """Whether the conditions need the columns of `with_ratings`."""

    @property
    def title(self) -> str:
        """ "On-Time, rule 1"."""
        return f"{self.name}, rule {self.version}"

    @property
    def slug(self) -> str:
        """The key as addresses write it."""
        return self.key.replace("_", "-")


RULES: dict[str, Rule] = {
    rule.key: rule
    for rule in (
        Rule(
            "satisfaction",
            "Satisfaction",
            1,
            "Ratings by clients of completed work, once both sides have rated. Excellent and Satisfied count as good, "
            "alike.",
            RATED,
            LIKED,
            reads_ratings=True,
        ),
        Rule(
            "on_time",
            "On-Time",
            1,
            "Completed on time, of all completed, cancelled less than 24 hours before the start, and abandoned. The "
            "first check-in decides: on time until 15 minutes after a hard start, or after the end of a window. "
            "Where no check-in was asked, completed work is on time. Cancelling with 24 hours' notice or more does "
            "not count.",
            COMPLETED | CANCELLED_LATE | ABANDONED,
            COMPLETED & CAME_IN_TIME,
        ),
        Rule(
            "deliverables",
            "Deliverables on time",
            1,
            "Completed work with files due by a time: on time when all files were there by then. A file that the "
            "client asks for again afterwards changes nothing.",
            COMPLETED & Q(deliverables_due_at__isnull=False),
            COMPLETED & Q(delivered_at__lte=F("deliverables_due_at")),
        ),
        Rule(
            "completed",
            "Completed",
            1,
            "Work that the client approved.",
            COMPLETED,
        ),
        Rule(
            "cancelled",
            "Cancelled",
            1,
            "Assigned work that the worker cancelled, or that the client ended with the reason Worker cancelled. Late "
            "is less than 24 hours before the start. Work that the client cancelled is not counted.",
            CANCELLED,
        ),
        Rule(
            "abandoned",
            "Abandoned",
            2,
            "Assigned work that the client ended with the reason No-show (did not come, did not call) or Worker "
            "abandoned (left the site). No-show can only be said once the worker is well past on time without a "
            "check-in.",
            ABANDONED,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Share:
    """So many good of so many counted."""

    good: int = 0
    counted: int = 0

    @property
    def percent(self) -> float | None:
        """0 to 100; None while nothing is counted."""
        return 100 * self.good / self.counted if self.counted else None

    @property
    def words(self) -> str:
        """ "94.6%", rounded down, so that 100% is only said of all; "" while nothing is counted."""
        if not self.counted:
            return ""
        whole, tenth = divmod(1000 * self.good // self.counted, 10)
        return f"{whole}.{tenth}%" if tenth else f"{whole}%"


NONE = Share()


@dataclass(frozen=True, slots=True)
class Period:
    """The figures of one span of time. `cancelled` holds the late ones, which `cancelled_late` counts by themselves."""

    completed: int = 0
    on_time: Share = NONE
    deliverables_on_time: Share = NONE
    cancelled: int = 0
    cancelled_late: int = 0
    abandoned: int = 0
    satisfaction: Share = NONE

    @property
    def cancelled_with_notice(self) -> int:
        return self.cancelled - self.cancelled_late

    def share(self, key: str) -> Share | None:
        """The share of a rule by its key; None for a figure that is a number."""
        return {
            "satisfaction": self.satisfaction,
            "on_time": self.on_time,
            "deliverables": self.deliverables_on_time,
        }.get(key)

    def count(self, key: str) -> int:
        """How many engagements a rule counted."""
        share = self.share(key)
        return share.counted if share else int(getattr(self, key))


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A worker's figures: the last three months, and all time."""

    recent: Period = field(default_factory=Period)
    all_time: Period = field(default_factory=Period)


def cards(worker_ids: Sequence[int], now: datetime | None = None) -> dict[int, Scorecard]:
    """The scorecard of each of these workers, in two queries whatever their number."""
    since = recent_since(now or clock.now())
    rows = Engagement.objects.filter(worker_id__in=worker_ids, ended_at__isnull=False)
    found: dict[int, dict[str, int]] = {worker_id: {} for worker_id in worker_ids}
    for some, of_rows in (
        ([rule for rule in RULES.values() if not rule.reads_ratings], rows),
        ([rule for rule in RULES.values() if rule.reads_ratings], with_ratings(rows).filter(RATED)),
    ):
        columns = {
            f"{prefix}_{name}": Count("pk", filter=condition & within)
            for prefix, within in (("recent", Q(ended_at__gte=since)), ("all", Q()))
            for rule in some
            for name, condition in _columns(rule)
        }
        counted: Iterable[dict[str, int]] = of_rows.order_by().values("worker_id").annotate(**columns)  # type: ignore[assignment]
        for each in counted:
            found[each["worker_id"]] |= each
    return {
        worker_id: Scorecard(_period(counts, "recent"), _period(counts, "all"))
        for worker_id, counts in found.items()
    }


def card(worker_id: int, now: datetime | None = None) -> Scorecard:
    """The scorecard of one worker."""
    return cards([worker_id], now)[worker_id]


def with_ratings(rows: "QuerySet[Engagement]") -> "QuerySet[Engagement]":
    """The rows with what the satisfaction rule reads: whether each side rated, and whether the client was content."""
    given = Rating.objects.filter(engagement=OuterRef("pk"))
    by_client = given.filter(side=Rating.Side.CLIENT)
    return rows.annotate(
        has_worker_rating=Exists(given.filter(side=Rating.Side.WORKER)),
        has_client_rating=Exists(by_client),
        is_liked=Exists(by_client.filter(grade__in=GOOD_GRADES)),
    )


def recent_since(now: datetime) -> datetime:
    """The same day three calendar months before, or the last day of a shorter month."""
    months = now.year * 12 + now.month - 1 - MONTHS
    year, month = divmod(months, 12)
    for day in (now.day, 30, 29, 28):
        try:
            return now.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise ValueError(now)  # every month has 28 days


def _columns(rule: Rule) -> Iterator[tuple[str, Q]]:
    yield rule.key, rule.counted
    if rule.good is not None:
        yield f"{rule.key}_good", rule.good
    if rule.key == "cancelled":
        yield "cancelled_late", CANCELLED_LATE


def _period(counts: dict[str, int], prefix: str) -> Period:
    def count(name: str) -> int:
        return counts.get(f"{prefix}_{name}", 0)

    return Period(
        completed=count("completed"),
        on_time=Share(count("on_time_good"), count("on_time")),
        deliverables_on_time=Share(count("deliverables_good"), count("deliverables")),
        cancelled=count("cancelled"),
        cancelled_late=count("cancelled_late"),
        abandoned=count("abandoned"),
        satisfaction=Share(count("satisfaction_good"), count("satisfaction")),
    )
