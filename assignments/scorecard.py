"""A worker's scorecard (domain.md 6.1, 10 rows 1 and 2): each figure is a rule over the facts of engagements.

Of what speaks against the worker only settled own fault counts (N5): the engagement keeps whose each fault is
(actions/fault_log.py), "open" until it is settled. What speaks for the worker counts at once.

A rule is data: a name, a version, its words, and the conditions that the number and its receipts (receipts.py) share,
so that they cannot disagree (N4). Facts are stored (work_facts.py), figures are counted when asked.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from assignments.fault_states import LEAVING, FaultKind, Party
from assignments.models import Engagement, Rating
from assignments.states import EngagementEnd, Grade, UnassignReason
from common import clock
from common.beside import Rows
from workers.models import Worker

GOOD_GRADES = (Grade.EXCELLENT, Grade.SATISFIED)
MONTHS = 3
"""How far the recent period goes back, in calendar months (domain.md 6.1)."""

COMPLETED = Q(end=EngagementEnd.COMPLETED)
CAME_IN_TIME = Q(on_time_until_at__isnull=True) | Q(first_in_at__lte=F("on_time_until_at"))
CAME_LATE = COMPLETED & Q(on_time_until_at__isnull=False, first_in_at__gt=F("on_time_until_at"))
FILES_DUE = COMPLETED & Q(deliverables_due_at__isnull=False)
FILES_IN_TIME = FILES_DUE & Q(delivered_at__lte=F("deliverables_due_at"))
FILES_LATE = FILES_DUE & (Q(delivered_at__isnull=True) | Q(delivered_at__gt=F("deliverables_due_at")))
GAVE_UP = Q(end=EngagementEnd.BACKED_OUT) | Q(
    end=EngagementEnd.UNASSIGNED, end_reason=UnassignReason.WORKER_CANCELLED
)
"""The worker cancelled, or the client says so."""
AWAY = Q(end=EngagementEnd.UNASSIGNED, end_reason__in=[UnassignReason.WORKER_ABANDONED, "no_show"])
OPEN = "open"
OWN_LATE, OWN_FILES, OWN_LEFT = (Q(**{f"{n}_fault": Party.WORKER}) for n in ("late", "files", "left"))
OPEN_LATE, OPEN_FILES, OPEN_LEFT = (Q(**{f"{n}_fault": OPEN}) for n in ("late", "files", "left"))
CANCELLED = GAVE_UP & OWN_LEFT
CANCELLED_LATE = CANCELLED & Q(was_late_notice=True)
WITH_NOTICE = GAVE_UP & ~OWN_LEFT & Q(was_late_notice=False)
ABANDONED = AWAY & OWN_LEFT
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
    waiting: Q | None = None
    """What may count once it is settled as the worker's own fault."""
    beside: Q | None = None
    """What its list shows beside the counted rows, as not counted."""
    faults: frozenset[FaultKind] = frozenset()
    """The kinds of the fault record that it reads."""

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
            2,
            "Completed on time, of all completed on time, and all completed late, cancelled less than 24 hours before "
            "the start or abandoned that the fault record has settled as the worker's own. The first check-in "
            "decides: on time until 15 minutes after a hard start, or after the end of a window. Where no check-in "
            "was asked, completed work is on time. What is late by another's fault, or not settled yet, does not "
            "count.",
            (COMPLETED & CAME_IN_TIME) | (CAME_LATE & OWN_LATE) | CANCELLED_LATE | ABANDONED,
            COMPLETED & CAME_IN_TIME,
            waiting=(CAME_LATE & OPEN_LATE) | ((GAVE_UP | AWAY) & OPEN_LEFT),
            beside=(CAME_LATE & ~OWN_LATE) | ((GAVE_UP | AWAY) & ~OWN_LEFT),
            faults=LEAVING | {FaultKind.LATE},
        ),
        Rule(
            "deliverables",
            "Deliverables on time",
            2,
            "Completed work with files due by a time: on time when all files were there by then, late when the fault "
            "record has settled it as the worker's own. A file that the client asks for again afterwards changes "
            "nothing.",
            FILES_IN_TIME | (FILES_LATE & OWN_FILES),
            FILES_IN_TIME,
            waiting=FILES_LATE & OPEN_FILES,
            beside=FILES_LATE & ~OWN_FILES,
            faults=frozenset({FaultKind.FILES}),
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
            2,
            "Assigned work that the worker cancelled, or that the client ended with the reason Worker cancelled, where "
            "the fault record has settled it as the worker's own. Late is less than 24 hours before the start. "
            "Cancelling with 24 hours' notice or more is nobody's fault: it is shown beside and not counted. Work that "
            "the client cancelled is not counted.",
            CANCELLED,
            waiting=GAVE_UP & OPEN_LEFT,
            beside=GAVE_UP & ~OWN_LEFT,
            faults=LEAVING,
        ),
        Rule(
            "abandoned",
            "Abandoned",
            2,
            "Assigned work that the client ended because the worker did not come, did not call, or left the site, "
            "where the fault record has settled it as the worker's own.",
            ABANDONED,
            waiting=AWAY & OPEN_LEFT,
            beside=AWAY & ~OWN_LEFT,
            faults=LEAVING,
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
    """The figures of one span of time. `cancelled` holds the late ones, which `cancelled_late` counts by themselves.

    `noticed`: cancellations with notice, which do not count. `*_open`: what may count once it is settled.
    """

    completed: int = 0
    on_time: Share = NONE
    deliverables_on_time: Share = NONE
    cancelled: int = 0
    cancelled_late: int = 0
    abandoned: int = 0
    satisfaction: Share = NONE
    noticed: int = 0
    on_time_open: int = 0
    deliverables_open: int = 0
    cancelled_open: int = 0
    abandoned_open: int = 0

    def waiting(self, key: str) -> int:
        """How many may count under this rule once the fault record has settled them."""
        return int(getattr(self, f"{key}_open", 0))

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
    """The scorecard of each of these workers, in one query whatever their number."""
    rows = Worker.objects.filter(pk__in=worker_ids).values("pk", **beside(now or clock.now()))
    return {worker_id: Scorecard() for worker_id in worker_ids} | {one["pk"]: read(one) for one in rows}


def beside(now: datetime) -> dict[str, Rows]:
    """Beside rows of Worker what `read` makes a scorecard of: the counts of one worker, in two columns."""
    since = recent_since(now)
    rows = Engagement.objects.filter(worker=OuterRef("pk"), ended_at__isnull=False).order_by()
    found = {}
    for name, reads_ratings, of_rows in (
        ("done_rows", False, rows),
        ("rated_rows", True, with_ratings(rows).filter(RATED)),
    ):
        columns = {
            f"{prefix}_{key}": Count("pk", filter=condition & within)
            for prefix, within in (("recent", Q(ended_at__gte=since)), ("all", Q()))
            for rule in RULES.values()
            if rule.reads_ratings == reads_ratings
            for key, condition in _columns(rule)
        }
        found[name] = Rows(of_rows.values("worker_id").annotate(**columns), columns)
    return found


def read(held: Mapping[str, Any]) -> Scorecard:
    """The scorecard of a worker that was read with `beside`."""
    counts = {
        name: n for rows in ("done_rows", "rated_rows") for one in held[rows] for name, n in one.items()
    }
    return Scorecard(_period(counts, "recent"), _period(counts, "all"))


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
    if rule.waiting is not None:
        yield f"{rule.key}_open", rule.waiting
    if rule.key == "cancelled":
        yield "cancelled_late", CANCELLED_LATE
        yield "noticed", WITH_NOTICE


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
        noticed=count("noticed"),
        on_time_open=count("on_time_open"),
        deliverables_open=count("deliverables_open"),
        cancelled_open=count("cancelled_open"),
        abandoned_open=count("abandoned_open"),
    )
