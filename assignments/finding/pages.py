"""The ids of one page of what a search finds, in its order; and how many there are, as far as it is worth counting."""

from dataclasses import dataclass
from typing import Final

from django.db.models import F
from django.http import QueryDict

from assignments.finding.asked import BEST, NEAREST, PAY, RATE
from assignments.finding.conditions import Matches, Rows
from assignments.finding.visible import visible
from assignments.matching import fits
from assignments.models import Assignment, Findable
from assignments.requirements import with_lines
from common import keyset

SIZE: Final = 20
COUNTED: Final = keyset.COUNTED
"""The first page counts up to here. By distance, for which no index can be walked for ever, so many are listed."""
RINGS: Final = (5, 25, 100, 400, 1_500)
SPARE: Final = 1.2
"""Rows looked up for each one wanted, since a few may not be this worker's to see."""


@dataclass(frozen=True, slots=True)
class Ids:
    """One page: the assignments in their order and the neighbours' cursors ("" where there is none).

    `total` is known on the first page: how many there are, COUNTED + 1 for "more".
    """

    ids: list[int]
    previous: str = ""
    next: str = ""
    total: int | None = None

    @property
    def summary(self) -> str:
        if self.total is None or not self.ids:
            return ""
        return keyset.count_words(self.total, "assignment", "assignments", most=COUNTED)


def page(found: Matches, params: QueryDict, size: int = SIZE) -> Ids:
    """The page that the address names; the first one when it names none."""
    if found.search.sort == BEST:
        return _by_number(best(found), params, size)
    if found.search.sort == NEAREST and found.search.origin is not None:
        return _by_number(nearest(found, COUNTED + 1), params, size)
    if found.search.sort in (PAY, RATE):
        return _walked(found, f"{found.search.sort}_minor", params, size, descending=True)
    return _walked(found, "start_at", params, size, descending=False)


def count(found: Matches, most: int = COUNTED) -> int:
    """How many the worker may see, at most `most`."""
    return len(_from(found, found.rows, "start_at", None, falling=False, wanted=most))


def _walked(found: Matches, column: str, params: QueryDict, size: int, *, descending: bool) -> Ids:
    place = keyset.place_in(params.get(keyset.PARAMETER, ""), Findable.objects.all(), column)
    backwards = place is not None and place.is_before
    wanted = size + 1 if place else COUNTED + 1
    shown = _from(found, found.rows, column, place, falling=descending != backwards, wanted=wanted)
    total = None if place else len(shown)
    more, shown = len(shown) > size, shown[:size]
    if backwards:
        shown.reverse()
    if not shown:
        return Ids([], total=total)
    has_previous, has_next = (more, True) if backwards else (place is not None, more)
    return Ids(
        [row.pk for row in shown],
        keyset.cursor(shown[0], column, is_before=True) if has_previous else "",
        keyset.cursor(shown[-1], column, is_before=False) if has_next else "",
        total,
    )


def _from(
    found: Matches, rows: Rows, column: str, place: keyset.Place | None, *, falling: bool, wanted: int
) -> list[Findable]:
    """The first visible rows behind a place. Looks further, each time four times as far, while too many are hidden."""
    order = found.order(column)
    rows = rows.only(column).order_by(order.desc() if falling else order.asc(), "-pk" if falling else "pk")
    shown: list[Findable] = []
    step = int(wanted * SPARE) + 1
    while True:
        part = list((rows.filter(keyset.beyond(column, place, falling)) if place else rows)[:step])
        seen = visible(found.worker, [row.pk for row in part])
        shown += [row for row in part if row.pk in seen]
        if len(shown) >= wanted or len(part) < step:
            return shown[:wanted]
        last = part[-1]
        place = keyset.Place(False, getattr(last, column), last.pk, Findable._meta.get_field(column))
        step *= 4


def _by_number(ids: list[int], params: QueryDict, size: int) -> Ids:
    """Pages by number of a list that is short by itself."""
    total, ids = len(ids), ids[:COUNTED]
    text = params.get(keyset.PARAMETER, "")
    last = max(1, -(-len(ids) // size))
    number = min(int(text), last) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    first = (max(number, 1) - 1) * size
    return Ids(
        ids[first : first + size],
        str(number - 1) if number > 1 else "",
        str(number + 1) if number < last else "",
        total,
    )


def nearest(found: Matches, most: int) -> list[int]:
    """The visible ids by distance, nearest first; what is remote or has no place comes behind, soonest first.

    Without an origin all of them are soonest first.
    """
    if found.search.origin is None:
        return [row.pk for row in _from(found, found.rows, "start_at", None, falling=False, wanted=most)]
    wanted = int(most * SPARE) + 1
    while True:
        placed = _closest(found, wanted)
        seen = visible(found.worker, placed)
        ids = [pk for pk in placed if pk in seen]
        if len(ids) >= most or len(placed) < wanted:
            break
        wanted *= 4
    if len(ids) < most:
        rest = found.rows.filter(lat__isnull=True)
        ids += [row.pk for row in _from(found, rest, "start_at", None, falling=False, wanted=most - len(ids))]
    return ids[:most]


def best(found: Matches) -> list[int]:
    """The nearest visible ids (without an origin the soonest), best match first. COUNTED are ranked and no more: one
    behind them only says that there are more."""
    ids = nearest(found, COUNTED + 1)
    rows = with_lines(Assignment.objects.filter(pk__in=ids[:COUNTED]), found.worker)
    return [*fits(found.worker, list(rows.prefetch_related("skills"))), *ids[COUNTED:]]


def _closest(found: Matches, wanted: int) -> list[int]:
    """The first ids by distance, not asked yet whether they are visible. Where many match, rings around the origin
    are tried until one holds enough: what lies outside of it is further away than all in it."""
    limit = found.search.within
    if found.are_few:
        return _by_gap(found.rows.filter(lat__isnull=False), wanted)
    for miles in RINGS:
        if limit is not None and miles >= limit:
            break
        ring = found.around(miles)
        if len(ring.values_list("pk")[:wanted]) == wanted:
            return _by_gap(ring, wanted)
    return _by_gap(found.around(limit) if limit else found.rows.filter(lat__isnull=False), wanted)


def _by_gap(rows: Rows, wanted: int) -> list[int]:
    return list(rows.order_by(F("gap"), "start_at", "pk").values_list("pk", flat=True)[:wanted])
