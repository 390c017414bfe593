"""From a search to rows of Findable, written so that both databases read few of them at any size.

There are two ways to a page. When few rows match (at most search.FEW), an index of a condition leads to all of them
and they are sorted. When many match, the index of the order is walked until the page is full, and the conditions only
look at the rows passed. PostgreSQL would mostly see this itself; SQLite does not, so each condition is written for
its way.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, TypeAlias

from django.db.models import Exists, F, FloatField, Func, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from assignments import search as words
from assignments.finding.asked import SOONEST, Search
from assignments.models import Assignment, Findable
from assignments.requirements import qualified_q
from clients.models import Client
from common import places
from common.localtime import midnight
from workers.models import Worker

Rows: TypeAlias = "QuerySet[Findable]"


class Aside(Func):
    """A column that no index may lead by: the condition or order beside it has the better one."""

    arity = 1
    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return super().as_sql(compiler, connection, template="+%(expressions)s", **extra)


@dataclass(frozen=True)
class Matches:
    """All work that a search finds, before anybody asked what this worker may see (visible.py)."""

    worker: Worker
    search: Search
    now: datetime
    tz_name: str

    @cached_property
    def are_few(self) -> bool:
        """Whether at most words.FEW rows match, qualified for or not. One query that stops there; none where nothing
        narrows the search: then every row passed is one of the page."""
        return self._is_narrowed and self._rows(led=True).order_by()[: words.FEW + 1].count() <= words.FEW

    @property
    def _is_narrowed(self) -> bool:
        """Whether anything is asked of the rows beside their order and what the worker is qualified for."""
        within = None if self.search.origin is None else self.search.within
        return replace(self.search, origin=None, within=within, qualified=False, sort=SOONEST) != Search()

    @cached_property
    def rows(self) -> Rows:
        """The rows, in no order yet."""
        return self._wanted(self._rows(led=self.are_few))

    def around(self, miles: float) -> Rows:
        """The rows with a place so near to the origin, led to by the index of places."""
        return self._wanted(self._plain(led=True).filter(self._near(miles, led=True)))

    def since(self, moment: datetime) -> Rows:
        """The rows that were offered, or offered on other terms, after that instant: their index leads."""
        return self._wanted(self._rows(led=False).filter(changed_at__gt=moment))

    def order(self, column: str) -> Any:
        """The column as what to sort by."""
        return Coalesce(column, column) if self.are_few else F(column)

    @cached_property
    def _words(self) -> Q:
        return words.condition(self.search.text)

    @cached_property
    def _own_skills(self) -> list[int]:
        return [skill.pk for skill in self.worker.skills.all()]

    @cached_property
    def gap(self) -> Any:
        """How far a row is from the origin: the square of a straight line through the globe, None without a place."""
        origin = self.search.origin
        if origin is None:
            return Value(None, output_field=FloatField())
        sides = zip("xyz", places.on_globe(origin.lat, origin.lon), strict=True)
        squares = [(F(name) - Value(at)) * (F(name) - Value(at)) for name, at in sides]
        return squares[0] + squares[1] + squares[2]

    def _rows(self, *, led: bool) -> Rows:
        rows, search = self._plain(led=led), self.search
        if search.within is not None and search.origin is not None:
            near = self._near(search.within, led=led)
            if search.where != "on_site":  # remote work has no place, which the index of places knows too
                near |= Q(is_virtual=True, lat__isnull=True) if led else Q(is_virtual=True)
            rows = rows.filter(near)
        return rows

    def _near(self, miles: float, *, led: bool) -> Q:
        """Within a straight line of the origin: a square of degrees first, which an index knows, then the circle."""
        origin = self.search.origin
        if origin is None:
            return Q()
        south, north, west, east = places.box(origin.lat, origin.lon, miles)
        names = ("lat", "lon") if led else ("lat_aside", "lon_aside")
        square = {f"{names[0]}__range": (south, north), f"{names[1]}__range": (west, east)}
        return Q(**square, gap__lte=places.chord(miles) ** 2)

    def _plain(self, *, led: bool) -> Rows:
        """Everything but the distance."""
        search = self.search
        aside_names = {
            "lat": "lat",
            "lon": "lon",
            "pay": "pay_minor",
            "rate": "rate_minor",
            "until": "until_at",
        }
        rows: Rows = Findable.objects.alias(
            gap=self.gap, **{f"{name}_aside": Aside(column) for name, column in aside_names.items()}
        )
        rows = rows.filter(self._words)
        aside = "minor" if led else "aside"
        given: dict[str, Any] = {
            "until_aside__gt": self.now,
            "until_aside__gte": search.from_day and midnight(search.from_day, self.tz_name),
            f"pay_{aside}__gte": search.pay_minor,
            f"rate_{aside}__gte": search.rate_minor,
            "industry": search.industry,
            "schedule_kind": search.kind,
            "has_fastfunds": search.fastfunds,
        }
        rows = rows.filter(**{name: value for name, value in given.items() if value})
        if search.where:
            rows = rows.filter(is_virtual=search.where == "remote")
        if search.to_day:
            rows = rows.filter(start_at__lt=midnight(search.to_day + timedelta(days=1), self.tz_name))
        if search.client:
            rows = rows.filter(client__in=Client.objects.filter(name__icontains=search.client).values("pk"))
        return self._by_skills(rows, led=led)

    def _by_skills(self, rows: Rows, *, led: bool) -> Rows:
        asked = Assignment.skills.through.objects
        if self.search.skill_id and led:
            rows = rows.filter(pk__in=asked.filter(skill=self.search.skill_id).values("assignment"))
        elif self.search.skill_id:
            rows = rows.filter(Exists(asked.filter(assignment=OuterRef("pk"), skill=self.search.skill_id)))
        return rows

    def _wanted(self, rows: Rows) -> Rows:
        """Without what this worker is not qualified for, where that was asked."""
        if not self.search.qualified:
            return rows
        lacking = Assignment.skills.through.objects.filter(assignment=OuterRef("pk"))
        has_skills = ~Exists(lacking.exclude(skill__in=self._own_skills))
        return rows.filter(has_skills).filter(qualified_q(self.worker))
