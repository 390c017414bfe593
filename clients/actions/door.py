"""The one door for a change of a company: lock it, ask the policy, write its history, tell people."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from accounts.actor import Actor
from accounts.models import User
from clients import policies
from clients.models import Client, Member
from common import clock
from common.errors import NotAllowed
from notifications.outbox import Telling, queue_all
from timeline.models import Entry
from timeline.record import next_sequence, record, require_transaction

SUBJECT = "client"


def enter(client_id: int, verb: str, *, actor: User) -> tuple[Client, Member]:
    """Lock the company inside the caller's transaction and make sure that the actor may do this to it.

    Raises NotAllowed for somebody outside the company or without the right.
    """
    require_transaction()
    client = lock(client_id)
    member = Member.objects.filter(client=client, user=actor, is_active=True).select_related("user").first()
    if client is None or member is None:
        raise NotAllowed("You do not belong to this company.")
    policies.require(member, verb)
    return client, member


def lock(client_id: int) -> Client | None:
    """The company's row, held until the transaction ends."""
    return Client.objects.select_for_update(no_key=True).filter(pk=client_id).first()


def note(
    kind: str,
    client: Client,
    *,
    actor: Actor,
    role: str = "client",
    visibility: str = "client",
    facts: Mapping[str, object] | None = None,
) -> Entry:
    """Write the company's history. The caller holds the company's row."""
    return record(
        kind,
        subject_type=SUBJECT,
        subject_id=client.pk,
        sequence=next_sequence(SUBJECT, client.pk),
        actor=actor,
        role=role,
        at=clock.now(),
        facts=facts,
        visibility=visibility,
    )


def tell(
    entry: Entry,
    people: Iterable[User],
    *,
    url: str,
    context: Mapping[str, object],
    at: datetime | None = None,
) -> None:
    """Tell people of an entry: bell and mail, as their switches say. Nobody is told of the own act."""
    tellings = [
        Telling(person, context, url, SUBJECT, entry.subject_id, entry.pk)
        for person in {person.pk: person for person in people}.values()
        if person.pk != entry.actor_id
    ]
    queue_all(entry.kind, tellings, at=at or entry.at)
