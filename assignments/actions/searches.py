"""Saved searches: keep, change, remove, and the look that tells of new work (domain.md 4.1)."""

from collections.abc import Callable
from typing import Final

from django.db import connection, transaction

from assignments.finding.due import next_due
from assignments.models import MailRhythm, SavedSearch
from common import clock
from common.errors import Invalid
from workers.models import Worker

MOST: Final = 20
LONGEST: Final = 1_000
"""Characters of a search in the address."""


def save(worker: Worker, name: str, query: str, mail: str) -> SavedSearch:
    """Keep a search. `query` comes from FindForm.query, so it holds nothing foreign.

    Raises Invalid at `name`, and without a field when it is too long or there is no room for one more.
    """
    if len(query) > LONGEST:
        raise Invalid("This search is too long to be saved. Use fewer words.")
    now = clock.now()
    with transaction.atomic():
        _lock(worker)
        if SavedSearch.objects.filter(worker=worker).count() >= MOST:
            raise Invalid(f"You have {MOST} saved searches already. Delete one first.")
        return SavedSearch.objects.create(
            worker=worker,
            name=_free(worker, name),
            query=query,
            mail=mail,
            created_at=now,
            looked_at=now,
            due_at=next_due(mail, now, worker.user.time_zone),
        )


def change(worker: Worker, pk: int, name: str, mail: str) -> SavedSearch:
    """Another name or rhythm. Mails that are switched on tell of what comes from now on.

    Raises SavedSearch.DoesNotExist for a search of somebody else, Invalid at `name`.
    """
    now = clock.now()
    with transaction.atomic():
        _lock(worker)
        search = SavedSearch.objects.select_for_update(no_key=True).get(pk=pk, worker=worker)
        search.name = _free(worker, name, but=pk)
        if search.mail != mail:
            if search.mail == MailRhythm.OFF:
                search.looked_at = now
            search.mail, search.due_at = mail, next_due(mail, now, worker.user.time_zone)
        search.save(update_fields=["name", "mail", "looked_at", "due_at"])
    return search


def delete(worker: Worker, pk: int) -> None:
    """Forget an own search. Raises SavedSearch.DoesNotExist for one of somebody else."""
    SavedSearch.objects.get(pk=pk, worker=worker).delete()


def look(pk: int, tell: Callable[[SavedSearch], None]) -> bool:
    """Let a due search tell of what is new, and set the next look, in one transaction. False when it is not due.

    Running it twice, late or in several processes tells once: the row is locked and its due time read again.
    """
    now = clock.now()
    skip = connection.features.has_select_for_update_skip_locked
    with transaction.atomic():
        rows = SavedSearch.objects.select_for_update(no_key=True, of=("self",), skip_locked=skip)
        search = rows.select_related("worker__user").filter(pk=pk, due_at__lte=now).first()
        if search is None:
            return False
        tell(search)
        search.looked_at = now
        search.due_at = next_due(search.mail, now, search.worker.user.time_zone)
        search.save(update_fields=["looked_at", "due_at"])
    return True


def _lock(worker: Worker) -> None:
    """One change of a worker's searches at a time: names and their number are checked before the write."""
    Worker.objects.select_for_update(no_key=True, of=("self",)).get(pk=worker.pk)


def _free(worker: Worker, name: str, *, but: int | None = None) -> str:
    """The name with single spaces, which no other search of the worker has."""
    bare = " ".join(name.split())
    if not bare:
        raise Invalid("Enter a name.", "name")
    same = SavedSearch.objects.filter(worker=worker, name__iexact=bare)
    if any(search.pk != but for search in same):
        raise Invalid("You have a search with this name already.", "name")
    return bare
