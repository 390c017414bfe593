"""The rows of a page as cards: ready words for a worker, who sees the scope and nothing else (S02, S06; D27)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Subquery

from assignments.finding.asked import Origin
from assignments.matching import Match, fits
from assignments.models import Application, Assignment, Invitation, MarkKind, WorkerMark
from assignments.presenting import price_words, schedule_note, schedule_words, terms_words
from assignments.requirements import Mark, marks_of, skill_rows, with_lines
from assignments.search import rate_minor
from assignments.states import ApplicationState, PricingType
from clients.truth import company_facts
from common.beside import put, revived
from common.money import Money
from common.when import miles, minutes
from workers.models import Skill, Worker


@dataclass(frozen=True, slots=True)
class Card:
    """One offer. `pay` is what the worker gets at most: the platform's fee is the client's, on top of it.

    `rate` is an estimate per hour, before travel; `distance` is a straight line.
    """

    number_here: int
    pk: int
    number: str
    title: str
    client: str
    client_id: int
    brief: str
    town: str
    place: str
    distance: str
    schedule: str
    schedule_note: str
    pay: Money
    price: str
    rate: str
    terms: str
    fastfunds: bool
    met: tuple[str, ...]
    unmet: tuple[str, ...]
    has_applied: bool
    is_invited: bool
    is_saved: bool
    is_expired: bool
    lat: float | None
    lon: float | None
    marks: tuple[Mark, ...] = ()
    """How the worker stands to each requirement, as the worker may read it."""
    match: Match | None = None
    """How well the worker fits, with the reasons; None where the list is not ranked by it."""


def cards(
    worker: Worker, ids: Sequence[int], origin: Origin | None, now: datetime, *, is_ranked: bool = False
) -> list[Card]:
    """The cards of these assignments in this order, in two queries. Ask `visible` for the ids first."""
    rows = {row.pk: row for row in _rows(worker, ids)}
    for row in rows.values():
        put(row, "skills", [revived(Skill, one) for one in row.skill_rows])
    own = {skill.pk for skill in worker.skills.all()}
    matches = fits(worker, list(rows.values())) if is_ranked else {}
    marks = {pk: list(one.marks) for pk, one in matches.items()} or marks_of(worker, rows.values())
    return [
        replace(card(rows[pk], number, own, origin, now), match=matches.get(pk), marks=tuple(marks[pk]))
        for number, pk in enumerate(ids, start=1)
        if pk in rows
    ]


def _rows(worker: Worker, ids: Iterable[int]) -> Any:
    mine = Application.objects.filter(
        assignment=OuterRef("pk"), worker=worker, state=ApplicationState.PENDING
    )
    named = Invitation.objects.filter(assignment=OuterRef("pk"), worker=worker, declined_at__isnull=True)
    mark = WorkerMark.objects.filter(assignment=OuterRef("pk"), worker=worker)
    rows = Assignment.objects.filter(pk__in=list(ids)).select_related("client__card")
    return with_lines(rows, worker).annotate(
        has_applied=Exists(mine),
        is_invited=Exists(named),
        mark=Subquery(mark.values("kind")[:1]),
        skill_rows=skill_rows(),
    )


def card(row: Any, number: int, own_skills: set[int], origin: Origin | None, now: datetime) -> Card:
    """A row of `_rows` in words."""
    wanted = list(row.skills.all())
    is_placed = not row.is_virtual and row.area_lat is not None and row.area_lon is not None
    lat, lon = (row.area_lat, row.area_lon) if is_placed else (None, None)
    away = origin.miles_to(lat, lon) if origin else None
    return Card(
        number_here=number,
        pk=row.pk,
        number=row.number,
        title=row.title,
        client=row.client.name,
        client_id=row.client_id,
        brief=company_facts(row.client).brief,
        town="" if row.is_virtual else row.city,
        place=row.site_name,
        distance=f"{miles(away)} straight line" if away is not None else "",
        schedule=schedule_words(row),
        schedule_note=schedule_note(row),
        pay=row.budget,
        price="Flat" if row.pricing_type == PricingType.FLAT else price_words(row.terms),
        rate=_rate(row),
        terms=terms_words(row.terms_days),
        fastfunds=row.fastfunds_eligible,
        met=tuple(skill.name for skill in wanted if skill.pk in own_skills),
        unmet=tuple(skill.name for skill in wanted if skill.pk not in own_skills),
        has_applied=row.has_applied,
        is_invited=row.is_invited,
        is_saved=row.mark == MarkKind.SAVED,
        is_expired=max(row.start_at, row.window_end_at or row.start_at) <= now,
        lat=lat,
        lon=lon,
    )


def _rate(row: Assignment) -> str:
    """ "About $58.33 an hour for 6 h": the pay over the time planned or paid at most."""
    per_hour = Money(rate_minor(row.terms, row.duration_minutes), row.currency)
    time = row.terms.billable_cap or row.duration_minutes
    return f"About {per_hour} an hour for {minutes(time)}"
