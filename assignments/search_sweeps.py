"""Timers of Find Work: expired work leaves its rows, and saved searches tell of what is new."""

import logging
from datetime import timedelta
from typing import Final

from django.db.models import Exists, OuterRef
from django.http import QueryDict

from assignments import search as words
from assignments.actions import searches
from assignments.finding.conditions import Matches
from assignments.finding.offers import Card, cards
from assignments.finding.visible import visible
from assignments.forms.finding import FindForm
from assignments.models import SavedSearch, SearchHit
from common import clock, parking
from notifications.outbox import queue

log = logging.getLogger(__name__)

BATCH: Final = 500
"""Rows that one run takes at most; the next tick goes on."""
KIND: Final = "search.found"
LISTED: Final = 20
TOLD: Final = 200
"""One mail counts up to here; the rest comes with the next one."""
OVERLAP: Final = timedelta(minutes=10)
"""A change that began before the last look may have become visible after it: each look goes back so far."""
WAIT_AFTER_FAILURE: Final = timedelta(hours=1)


def drop_expired(limit: int = BATCH) -> int:
    """Take the search rows of expired work away. Returns how many."""
    return words.drop_expired(limit)


def tell_saved_searches(limit: int = BATCH) -> int:
    """Let each due saved search look, the longest due first. Returns how many looked."""
    now = clock.now()
    due = SavedSearch.objects.filter(due_at__lte=now).order_by("due_at", "id").values_list("pk", flat=True)
    return sum(_one(pk) for pk in list(due[:limit]))


def _one(pk: int) -> bool:
    """A search that fails waits an hour and holds up no other."""
    try:
        return searches.look(pk, tell)
    except Exception as error:
        log.exception("saved search %s: look failed, waits", pk)
        until = clock.now() + WAIT_AFTER_FAILURE
        SavedSearch.objects.filter(pk=pk, due_at__isnull=False).update(due_at=until)
        parking.note(SavedSearch, pk, error, until)
        return False


def tell(search: SavedSearch) -> None:
    """Queue one mail and one notice about what this search finds and has not told of; nothing new, nothing sent."""
    form = FindForm(QueryDict(search.query), worker=search.worker)
    asked = form.search()
    if form.errors:  # a filter no longer works: without it the mail would tell of what nobody asked for
        return
    now, user = clock.now(), search.worker.user
    found = Matches(search.worker, asked, now, user.time_zone)
    told = SearchHit.objects.filter(search=search, assignment=OuterRef("pk"))
    rows = found.since(search.looked_at - OVERLAP).exclude(Exists(told)).order_by("start_at", "pk")
    ids = list(rows.values_list("pk", flat=True)[: TOLD * 2])
    seen = visible(search.worker, ids)
    fresh = [pk for pk in ids if pk in seen][:TOLD]
    if not fresh:
        return
    SearchHit.objects.bulk_create(
        (SearchHit(search=search, assignment_id=pk, told_at=now) for pk in fresh), ignore_conflicts=True
    )
    queue(
        KIND,
        user=user,
        context={
            "search": search.name,
            "count": len(fresh),
            "more": len(fresh) - LISTED,
            "items": [_item(one) for one in cards(search.worker, fresh[:LISTED], asked.origin, now)],
        },
        url=f"/find-work/?{search.query}" if search.query else "/find-work/",
        subject_type="saved_search",
        subject_id=search.pk,
        dedupe_key=f"search:{search.pk}:{search.due_at:%Y%m%dT%H%M%S%f}",
        at=now,
    )


def _item(one: Card) -> dict[str, object]:
    return {
        "number": one.number,
        "title": one.title,
        "schedule": one.schedule,
        "place": ", ".join(part for part in (one.place, one.distance) if part),
        "pay": one.pay,
        "client": one.client,
    }
