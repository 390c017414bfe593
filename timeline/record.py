"""The one writer of history."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Expression, F, Max, QuerySet

from accounts.actor import Actor, actor_user
from common.insert_select import insert_from
from timeline.facts import masked, plain_facts
from timeline.models import Entry
from timeline.presenters import presenter


def record(
    kind: str,
    *,
    subject_type: str,
    subject_id: int,
    sequence: int,
    actor: Actor,
    role: str,
    at: datetime,
    facts: Mapping[str, object] | None = None,
    visibility: str = "all",
) -> Entry:
    """Add one entry inside the caller's transaction, so that the change and its history stand or fall
    together.

    `sequence` is the subject's version after the change. Raises RuntimeError outside a transaction,
    UnknownKind for a kind without presenter, TypeError for a fact that is no plain value, IntegrityError for
    a doubled sequence.
    """
    require_transaction()
    return Entry.objects.create(
        **values(
            kind,
            subject_type=subject_type,
            subject_id=subject_id,
            sequence=sequence,
            actor=actor,
            role=role,
            at=at,
            facts=facts,
            visibility=visibility,
        )
    )


def record_rows(
    kind: str,
    rows: "QuerySet[Any]",
    *,
    subject_type: str,
    subject_id: Expression | F,
    sequence: Expression | F,
    role: str,
    at: datetime,
    facts: Expression,
) -> int:
    """`record` for sweeps: one entry for each row of the query, as Onsite itself and seen by both sides.

    `facts` is an expression that makes the JSON that plain_facts would. Returns how many; raises as `record` does.
    """
    require_transaction()
    presenter(kind)
    columns = {
        "kind": kind, "subject_type": subject_type, "subject_id": subject_id, "sequence": sequence, "role": role,
        "at": at, "facts": facts,
    }  # fmt: skip
    return insert_from(Entry, rows, columns)


def values(
    kind: str,
    *,
    subject_type: str,
    subject_id: int,
    sequence: int,
    actor: Actor,
    role: str,
    at: datetime,
    facts: Mapping[str, object] | None = None,
    visibility: str = "all",
) -> dict[str, object]:
    """The checked columns of an entry."""
    presenter(kind)
    return {
        "kind": kind,
        "subject_type": subject_type,
        "subject_id": subject_id,
        "sequence": sequence,
        "actor": actor_user(actor),
        "role": role,
        "at": at,
        "facts": masked(plain_facts(facts)),
        "visibility": visibility,
    }


def next_sequence(subject_type: str, subject_id: int) -> int:
    """The next number of a subject without a version of its own. The caller holds the subject's lock."""
    newest = Entry.objects.filter(subject_type=subject_type, subject_id=subject_id).aggregate(
        n=Max("sequence")
    )["n"]
    return (newest or 0) + 1


def require_transaction() -> None:
    """Raise RuntimeError when no transaction is open."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("this is written inside the transaction of the change that it tells of")
