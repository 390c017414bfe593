"""The one door for a change of an assignment. Every verb goes through `change`, so that the five steps are here once:

1. one transaction, in which the row is locked and read again;
2. policies.require says who and when, on the locked row;
3. the verb changes the row (its FSM method, its fields) and names the timeline entries;
4. due columns are brought up to date and the changed columns saved, guarded by the version;
5. the entries are written, the label spans kept, and the notices queued in the same transaction.

Lock order: client, worker, assignment, (invoice,) ledger accounts; by ascending id inside a kind (docs/locking.md).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from accounts.actor import Actor
from assignments import deadlines, list_words, notices, policies, routing, search
from assignments.actions import calendar, fault_log, spans, standby_follow
from assignments.models import Assignment
from assignments.standing import ARBITER, Standing, role_of
from assignments.states import State
from common import clock
from common.actor import System
from common.errors import AlreadyDone, Conflict, WrongState
from timeline.models import Entry
from timeline.record import next_sequence, record
from workers.models import Worker

SUBJECT = "assignment"
REPEATABLE_WITHIN_SECONDS = 600
TIMER_VERBS = frozenset(
    {
        "expire",
        "fire",
        "flag",
        "promote",
        "remind",
        "remind_approval",
        "remind_check_out",
        "remind_reschedule",
        "settle_fault",
        "start",
        "time_out_change",
    }
)


class Busy(WrongState):
    """A timer met a row that somebody else is changing: the next tick looks again."""


@dataclass
class Change:
    """An open change: the locked row, who acts, when, and the entries to be written."""

    row: Assignment
    actor: Actor
    standing: Standing
    now: datetime
    entries: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)
    swept: bool = False

    def record(self, kind: str, /, *, visibility: str = "all", **facts: Any) -> None:
        """Name a timeline entry; it is written with the row when the change closes.

        What a Team Agent does says for whom.
        """
        if self.standing.agent is not None:
            facts["acted_for"] = str(self.standing.worker)
        self.entries.append((kind, visibility, facts))

    def pass_over_repeat(self, verb: str) -> None:
        """Raise AlreadyDone when this person did this verb moments ago: for acts whose stage allows them again."""
        if did_it(self.actor, verb, self.row, self.now):
            raise AlreadyDone("This is done already.")

    def tell(self, **told: Any) -> None:
        """Hand notices what is not to be found from the row: people (a removed worker, losers), and as `words` facts
        for mails that the history does not keep (decisions.md D17)."""
        self.told.update(told)


@contextmanager
def change(
    pk: int,
    verb: str,
    *,
    actor: Actor,
    worker_id: int | None = None,
    as_arbiter: bool = False,
    acting_for: int | None = None,
) -> Iterator[Change]:
    """Open the door for one verb. Raises NotAllowed, WrongState, AlreadyDone or Conflict; then nothing is changed.

    `worker_id`: also lock this worker first (verbs that book somebody's time). `as_arbiter`: payments decides a
    dispute for an admin whose right it has checked. `acting_for`: the employee for whom a Team Agent acts.
    """
    now = clock.now()
    with transaction.atomic():
        if worker_id is not None:
            Worker.objects.select_for_update(no_key=True).get(pk=worker_id)
        row = lock(pk, skip_locked=isinstance(actor, System) and verb in TIMER_VERBS)
        before = _values(row)
        found = ARBITER if as_arbiter else _require(actor, verb, row, now, acting_for)
        opened = Change(row, actor, found, now)
        yield opened
        _close(opened, before)


def lock(pk: int, *, skip_locked: bool = False) -> Assignment:
    """The row, locked until the transaction ends, with its client. Raises Assignment.DoesNotExist or Busy."""
    skip = skip_locked and connection.features.has_select_for_update_skip_locked
    rows = Assignment.objects.select_for_update(no_key=True, of=("self",), skip_locked=skip).select_related(
        "client", "worker__user"
    )
    row = rows.filter(pk=pk).first()
    if row is None and skip and Assignment.objects.filter(pk=pk).exists():
        raise Busy("Somebody is changing this assignment right now.")
    if row is None:
        raise Assignment.DoesNotExist(f"No assignment {pk}")
    return row


def _require(
    actor: Actor, verb: str, row: Assignment, now: datetime, acting_for: int | None = None
) -> Standing:
    try:
        return policies.require(actor, verb, row, now, acting_for)
    except WrongState as refused:
        if did_it(actor, verb, row, now):
            raise AlreadyDone("This is done already.") from refused
        raise


def did_it(actor: Actor, verb: str, row: Assignment, now: datetime) -> bool:
    """Whether the newest entry is this very act by this very person, moments ago: a doubled click (D25)."""
    newest = Entry.objects.filter(subject_type=SUBJECT, subject_id=row.pk).order_by("-sequence").first()
    kinds = notices.KINDS_OF_VERB.get(verb, ())
    return (
        newest is not None
        and newest.kind in kinds
        and newest.actor_id == getattr(actor, "pk", None)
        and (now - newest.at).total_seconds() < REPEATABLE_WITHIN_SECONDS
    )


def _values(row: Assignment) -> dict[str, Any]:
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}


def _close(opened: Change, before: dict[str, Any]) -> None:
    row = opened.row
    if row.pk is None:  # a deleted draft
        return
    is_frozen = before["state"] == State.PAID
    first = next_sequence(SUBJECT, row.pk) if is_frozen else row.version + 1
    if not is_frozen:  # what is Paid stays as it is; only rows beside it are added (S40, decisions.md D6)
        standby_follow.follow(opened, before)
        deadlines.set_due(row, opened.now, swept=opened.swept)
        calendar.follow(row, before)
        row.version += len(opened.entries)
        row.updated_at = opened.now
        _save(row, before)
        search.follow(row, before, opened.now)
        list_words.follow(row, before)
        routing.stop(row, before["state"])
    for number, (kind, visibility, facts) in enumerate(opened.entries, start=first):
        entry = record(
            kind,
            subject_type=SUBJECT,
            subject_id=row.pk,
            sequence=number,
            actor=opened.actor,
            role=role_of(opened.standing),
            at=opened.now,
            facts=fault_log.told(kind, facts, before, opened.now),
            visibility=visibility,
        )
        fault = fault_log.follow(entry, row, before)
        notices.announce(entry, row, actor=opened.actor, told=opened.told, more=fault_log.in_mail(fault))
    spans.clear(row, opened.now, [kind for kind, _, _ in opened.entries])


def _save(row: Assignment, before: dict[str, Any]) -> None:
    """Write the changed columns; the old version in the condition guards databases without row locks."""
    values = _values(row)
    names = [f.name for f in row._meta.concrete_fields if values[f.attname] != before[f.attname]]
    if not Assignment.objects.filter(pk=row.pk, version=before["version"]).exists():
        raise Conflict("This changed while you were looking. Look again before you decide.")
    row.save(update_fields=names)
