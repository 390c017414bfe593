"""What is behind each figure of a scorecard (N4): the engagements that a rule counted, with the fact that decided.

The worker reads the own rows in full. A client reads rows of the own company in full; of other companies only the date,
the industry and the outcome, so that no title, place, name or number of theirs gets out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import QueryDict
from django.urls import reverse

from accounts.models import User
from assignments import fault_queries, scorecard
from assignments.fault_queries import FaultLine
from assignments.fault_states import LEAVING, PARTY_WORDS, FaultKind, FaultSide, Party
from assignments.models import Assignment, CheckIn, Engagement, Rating
from assignments.scorecard import RULES, Rule
from assignments.states import BackOutReason, EngagementEnd, Grade, UnassignReason
from assignments.visibility import visible_to
from common import keyset, when
from common.conditions import flag
from workers.models import Worker

SIZE = 25
REVIEWS = 3
"""Ratings with words that a profile shows before "See all"."""
GRADE_KINDS = {Grade.EXCELLENT: "ok", Grade.SATISFIED: "ok", Grade.UNSATISFIED: "bad"}
REASONS = {**dict(BackOutReason.choices), UnassignReason.WORKER_CANCELLED: "as the client says"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the worker the own receipts, or somebody who sees only rows of `client_id` in full."""

    user: User
    is_own: bool = False
    client_id: int | None = None

    def reads(self, row: Engagement) -> bool:
        """Whether title, times and place of this row are for this reader."""
        return self.is_own or row.assignment.client_id == self.client_id


@dataclass(frozen=True, slots=True)
class Review:
    """A client's rating in words; `marks` are pairs of what and how."""

    grade: str
    kind: str
    marks: tuple[tuple[str, str], ...]
    text: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """One row. `kind` colours the outcome: ok, bad, or info for what was not counted. `url` is empty where the reader
    may not open the assignment; `title`, `number`, `client` and `fact` where it is somebody else's."""

    on: str
    industry: str
    kind: str
    outcome: str
    fact: str = ""
    number: str = ""
    title: str = ""
    client: str = ""
    url: str = ""
    review: Review | None = None
    fault: FaultLine | None = None
    """The entry of the fault record behind it, for those who may read it."""


def rows_of(worker: Worker, rule: Rule, since: datetime | None = None) -> "QuerySet[Engagement]":
    """The engagements behind a figure, those not counted beside them, each with `is_counted` and `is_good`."""
    rows = scorecard.with_ratings(Engagement.objects.filter(worker=worker, ended_at__isnull=False))
    if since is not None:
        rows = rows.filter(ended_at__gte=since)
    rows = rows.filter(rule.counted | rule.beside if rule.beside is not None else rule.counted)
    by_client = Rating.objects.filter(side=Rating.Side.CLIENT)
    return (
        rows.annotate(is_counted=flag(rule.counted), is_good=flag(rule.good or rule.counted))
        .select_related("assignment__client")
        .prefetch_related(Prefetch("ratings", by_client, to_attr="client_ratings"))
    )


def page(
    worker: Worker, rule: Rule, reader: Reader, params: QueryDict, since: datetime | None = None
) -> tuple[list[Receipt], dict[str, str]]:
    """A page of receipts, newest first, and its pager. The same number of queries for any number of rows."""
    part = keyset.page(rows_of(worker, rule, since), "ended_at", params, size=SIZE, descending=True)
    return receipts(worker, rule, reader, part.items), keyset.pager(part, params)


def reviews(worker: Worker) -> list[tuple[str, str, Review]]:
    """The newest ratings that count: date, industry and the rating, for the public profile."""
    rows = rows_of(worker, RULES["satisfaction"]).order_by("-ended_at", "-pk")[:REVIEWS]
    found = []
    for row in rows:
        review = _review(row)
        if review:
            found.append((_day(row, worker), row.assignment.industry, review))
    return found


def receipts(worker: Worker, rule: Rule, reader: Reader, rows: Sequence[Engagement]) -> list[Receipt]:
    """The rows in words for this reader."""
    full = [row for row in rows if reader.reads(row)]
    opens = set(
        Assignment.objects.filter(visible_to(reader.user), pk__in=[row.assignment_id for row in full])
        .order_by()
        .values_list("pk", flat=True)
    )
    first_told = _first_told(full)
    faults = _faults(rule, reader, full)
    found = []
    for row in rows:
        kind, outcome = _outcome(rule, row)
        review = _review(row) if rule.key == "satisfaction" else None
        bare = Receipt(_day(row, worker), row.assignment.industry, kind, outcome, review=review)
        if not reader.reads(row):
            found.append(bare)
            continue
        work = row.assignment
        found.append(
            Receipt(
                bare.on,
                bare.industry,
                kind,
                outcome,
                fact=_fact(rule, row, first_told.get(row.pk)),
                number=work.number,
                title=work.title,
                client=work.client.name,
                url=reverse("assignments:history", args=[work.pk]) if work.pk in opens else "",
                review=review,
                fault=faults.get(row.pk),
            )
        )
    return found


def _faults(rule: Rule, reader: Reader, rows: Sequence[Engagement]) -> dict[int, FaultLine]:
    """The entry of the fault record behind each row, by engagement: the one that its mark was taken from."""
    if not rule.faults:
        return {}
    side = FaultSide.WORKER if reader.is_own else FaultSide.CLIENT
    is_done = {row.pk: row.end == EngagementEnd.COMPLETED for row in rows}
    found = fault_queries.of_engagements(is_done, rule.faults)
    fitting = (one for one in found if (FaultKind(one.kind) in LEAVING) != is_done[one.engagement_id])
    return {one.engagement_id: fault_queries.line(one, side) for one in fitting}


def _day(row: Engagement, worker: Worker) -> str:
    ended: Any = row.ended_at
    return when.day(ended.astimezone(when.zone(worker.user.time_zone)).date())


def _first_told(rows: Iterable[Engagement]) -> dict[int, datetime]:
    """The first check-in before anybody corrected one, by engagement; for those with a correction."""
    visits = CheckIn.objects.filter(engagement__in=[row.pk for row in rows]).prefetch_related("edits")
    told: dict[int, datetime] = {}
    corrected = set()
    for visit in visits:
        edits = list(visit.edits.all())
        first = edits[0].old_in_at if edits else visit.in_at
        told[visit.engagement_id] = min(first, told.get(visit.engagement_id, first))
        corrected |= {visit.engagement_id} if edits else set()
    return {pk: at for pk, at in told.items() if pk in corrected}


def _outcome(rule: Rule, row: Any) -> tuple[str, str]:
    """Colour and words of what was counted."""
    if rule.key == "satisfaction":
        grade = Grade(row.client_ratings[0].grade)
        return GRADE_KINDS[grade], str(grade.label)
    kind, words = _what(rule, row)
    return (kind, words) if row.is_counted else ("info", _not_counted(rule, row, words))


def _not_counted(rule: Rule, row: Any, words: str) -> str:
    """Why not: it is not settled yet, or it is another's."""
    is_done = row.end == EngagementEnd.COMPLETED
    mark = (
        row.left_fault if not is_done else row.files_fault if rule.key == "deliverables" else row.late_fault
    )
    plain = f"{words[:1].lower()}{words[1:]}"
    if mark == scorecard.OPEN:
        return f"Not counted yet: {plain}"
    if mark not in PARTY_WORDS or (not is_done and not row.was_late_notice and mark == Party.NOBODY):
        return f"Not counted: {plain}"
    return f"Not counted: {plain}. At fault: {PARTY_WORDS[mark]}"


def _what(rule: Rule, row: Any) -> tuple[str, str]:
    """Colour and words of what happened, whether it counts or not."""
    if row.end != EngagementEnd.COMPLETED:
        return _left(row)
    if rule.key == "on_time":
        return _arrival(row)
    if rule.key == "deliverables":
        if row.is_good:
            return "ok", "On time"
        late = row.delivered_at - row.deliverables_due_at if row.delivered_at else None
        return "bad", f"Late by {_span(late)}" if late else "Not all files given"
    return "ok", "Completed"


def _arrival(row: Any) -> tuple[str, str]:
    if row.on_time_until_at is None:
        return "ok", "On time: no check-in asked"
    return (
        ("ok", "On time")
        if row.is_good
        else ("bad", f"Late by {_span(row.first_in_at - row.on_time_until_at)}")
    )


def _left(row: Any) -> tuple[str, str]:
    if row.end_reason == UnassignReason.NO_SHOW:
        return "bad", "No-show"
    if row.end_reason == UnassignReason.WORKER_ABANDONED:
        return "bad", "Abandoned"
    notice = row.start_at - row.ended_at if row.start_at else timedelta()
    words = f"{_span(notice)} before the start" if notice > timedelta() else "after the start"
    return ("bad", f"Cancelled late: {words}") if row.was_late_notice else ("info", f"Cancelled {words}")


def _fact(rule: Rule, row: Any, first_told: datetime | None) -> str:
    """The recorded instant that decided, in the zone of the site."""
    zone = row.assignment.time_zone

    def at(moment: datetime) -> str:
        return when.instant(moment, zone)

    if rule.key == "satisfaction":
        return f"Rated {at(row.client_ratings[0].given_at)}"
    if row.end != EngagementEnd.COMPLETED:
        said = REASONS.get(row.end_reason, "")
        start = f". The start was {at(row.start_at)}" if row.start_at else ""
        return f"Ended {at(row.ended_at)}{f', {said[:1].lower()}{said[1:]}' if said else ''}{start}"
    if rule.key == "on_time" and row.on_time_until_at:
        corrected = (
            f", corrected from {at(first_told)}" if first_told and first_told != row.first_in_at else ""
        )
        return f"Checked in {at(row.first_in_at)}{corrected}. On time until {at(row.on_time_until_at)}"
    if rule.key == "deliverables":
        given = f"All files there {at(row.delivered_at)}. " if row.delivered_at else ""
        return f"{given}Due {at(row.deliverables_due_at)}"
    return f"Approved {at(row.ended_at)}"


def _review(row: Any) -> Review | None:
    if not row.client_ratings:
        return None
    rating: Rating = row.client_ratings[0]
    grade = Grade(rating.grade)
    marks = tuple(
        (name.capitalize(), str(Grade(getattr(rating, name)).label))
        for name in Rating.MARKS
        if getattr(rating, name)
    )
    return Review(str(grade.label), GRADE_KINDS[grade], marks, rating.text)


def _span(length: timedelta) -> str:
    """ "25 min", "5 h 10 min", "3 days": rounded down to the minute, and from two days on to the day."""
    total = int(length.total_seconds() // 60)
    return f"{total // 1440} days" if total >= 2880 else when.minutes(max(total, 1))
