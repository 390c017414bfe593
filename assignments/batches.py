"""History and notices of what makes drafts: uploads, templates, recurrences. Each row is a subject of its own."""

from collections.abc import Iterable, Mapping
from typing import Any

from accounts.actor import Actor, actor_user
from accounts.models import User
from assignments.batch_kinds import KINDS
from assignments.models import Recurrence, Template, Upload
from common import clock
from notifications.outbox import Telling, queue_all
from timeline.models import Entry
from timeline.record import next_sequence
from timeline.record import record as write

Subject = Upload | Template | Recurrence


def record(kind: str, subject: Subject, *, actor: Actor, **facts: Any) -> Entry:
    """Add an entry to the subject's history, inside the transaction of the change. The caller holds its row."""
    name = type(subject).__name__.lower()
    return write(
        kind,
        subject_type=name,
        subject_id=subject.pk,
        sequence=next_sequence(name, subject.pk),
        actor=actor,
        role="client" if actor_user(actor) else "system",
        at=clock.now(),
        facts={"title": str(subject), **facts},
        visibility="client",
    )


def tell(entry: Entry, people: Iterable[User], *, url: str, context: Mapping[str, object]) -> None:
    """Bell and mail for these people, each once, as their switches say; nobody is told of the own act."""
    if not KINDS[entry.kind].is_told:
        raise ValueError(f"nobody is told of {entry.kind}")
    tellings = [
        Telling(
            person,
            {"title": entry.facts["title"], **context},
            url,
            entry.subject_type,
            entry.subject_id,
            entry.pk,
        )
        for person in {person.pk: person for person in people}.values()
        if person.pk != entry.actor_id
    ]
    queue_all(entry.kind, tellings, at=entry.at)
