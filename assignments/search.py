"""The search row of each open assignment: written and taken away in the transaction of the change itself.

It holds what an unassigned worker may see, and only that (S06, S07): no instructions, street, contact or document.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import Prefetch, Q, QuerySet

from assignments import word_index
from assignments.models import Assignment, Findable
from assignments.pricing import Terms
from assignments.states import State
from common import clock, places
from workers.models import Skill

FEW: Final = 2_000
"""As many rows are sorted without a thought; where more match, any twenty of them are soon met in any order."""
LONGEST_QUERY: Final = 100
MOST_WORDS: Final = 8
LONGEST_WORD: Final = 40
_WORD: Final = re.compile(r"[^\W_]+")
_INSIDE: Final = re.compile(r"['’]")
"""Apostrophes part no words: the client's rack is found by "clients" and by "client"."""
SHOWN: Final = (
    "title", "description", "industry", "city", "region", "area_lat", "area_lon", "is_virtual", "is_marketplace",
    "schedule_kind", "start_at", "window_end_at", "duration_minutes", "pricing_type", "price_minor", "max_minutes",
    "max_units", "extra_price_minor", "extra_max_minutes", "fastfunds_eligible",
)  # fmt: skip
"""Columns that a search row is made of; skills come beside them."""


def words(text: str, *, most: int | None = None) -> list[str]:
    """The different words of a text in their order, in one case and without accents: letters and digits only."""
    plain = "".join(
        one
        for one in unicodedata.normalize("NFKD", _INSIDE.sub("", text).casefold())
        if not unicodedata.combining(one)
    )
    found = dict.fromkeys(word[:LONGEST_WORD] for word in _WORD.findall(plain))
    return list(found)[:most]


def matching(rows: "QuerySet[Findable]", text: str) -> "QuerySet[Findable]":
    """The rows in which each of the words begins some word, in any order; quotes and signs mean nothing.

    Only the first 100 characters and eight words count. A text without any word is no condition.
    """
    return rows.filter(condition(text))


def condition(text: str) -> Q:
    """The same as a condition, to be used more than once. On SQLite it asks the index how many there are."""
    wanted = words(text[:LONGEST_QUERY], most=MOST_WORDS)
    if not wanted:
        return Q()
    ids = word_index.few(wanted, FEW)
    return Q(text__begins_words=wanted) if ids is None else Q(pk__in=ids)


def follow(row: Assignment, before: Mapping[str, Any], now: datetime) -> None:
    """Bring the search row in line with a changed assignment; `before` has its columns as they were."""
    if row.state == State.SENT and any(before[name] != getattr(row, name) for name in ("state", *SHOWN)):
        keep(row, now)
    elif before["state"] == State.SENT and row.state != State.SENT:
        Findable.objects.filter(pk=row.pk).delete()


def keep(row: Assignment, now: datetime) -> None:
    """Write the search row of a sent assignment; without the marketplace, and once expired, it has none."""
    found = made(row, [skill.name for skill in row.skills.all()], now)
    if row.is_marketplace and found.until_at > now:
        found.save()
    else:
        Findable.objects.filter(pk=row.pk).delete()


def made(row: Assignment, skills: Iterable[str], now: datetime) -> Findable:
    """The search row of an assignment, not saved."""
    if row.start_at is None:
        raise ValueError("only work with a date can be found")
    place = (
        None
        if row.is_virtual or row.area_lat is None or row.area_lon is None
        else (row.area_lat, row.area_lon)
    )
    x, y, z = places.on_globe(*place) if place else (None, None, None)
    shown = (row.title, row.industry, row.city, row.region, " ".join(skills), row.description)
    return Findable(
        assignment=row,
        client_id=row.client_id,
        start_at=row.start_at,
        until_at=max(row.start_at, row.window_end_at or row.start_at),
        changed_at=now,
        schedule_kind=row.schedule_kind,
        is_virtual=row.is_virtual,
        lat=place and place[0],
        lon=place and place[1],
        x=x,
        y=y,
        z=z,
        town=", ".join(part.strip().lower() for part in (row.city, row.region) if part.strip()),
        industry=row.industry,
        pay_minor=row.budget.minor,
        rate_minor=rate_minor(row.terms, row.duration_minutes),
        has_fastfunds=row.fastfunds_eligible,
        text=" ".join(words(" ".join(shown))),
    )


def rate_minor(terms: Terms, duration_minutes: int) -> int:
    """The budget per hour in minor units, rounded down: over the minutes paid at most, else over the planned time."""
    return terms.budget.minor * 60 // max(terms.billable_cap or duration_minutes, 1)


def drop_expired(limit: int) -> int:
    """Take away the rows whose time has passed; lists leave them out already. Returns how many."""
    now = clock.now()
    gone = Findable.objects.filter(until_at__lte=now).order_by("until_at").values_list("pk", flat=True)
    return Findable.objects.filter(pk__in=list(gone[:limit]), until_at__lte=now).delete()[0]


def rebuild(batch: int = 1_000) -> int:
    """Write every search row anew from its assignment, for a database that was restored or filled by hand."""
    now, last, total = clock.now(), 0, 0
    Findable.objects.exclude(assignment__state=State.SENT, assignment__is_marketplace=True).delete()
    rows = Assignment.objects.filter(state=State.SENT, is_marketplace=True).order_by("pk")
    rows = rows.prefetch_related(Prefetch("skills", Skill.objects.only("name")))
    while part := list(rows.filter(pk__gt=last)[:batch]):
        _write(part, now)
        last, total = part[-1].pk, total + len(part)
    return total


def _write(rows: Sequence[Assignment], now: datetime) -> None:
    fields = [field.name for field in Findable._meta.concrete_fields if not field.primary_key]
    found = [made(row, [skill.name for skill in row.skills.all()], now) for row in rows]
    Findable.objects.bulk_create(
        [one for one in found if one.until_at > now],
        update_conflicts=True,
        unique_fields=["assignment"],
        update_fields=fields,
    )
