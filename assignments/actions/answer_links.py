"""Links to answer an order from the mail: written with the order, spent with the answer (mission.md N3)."""

from datetime import datetime

from accounts.models import User
from assignments.models import AnswerLink, Assignment, ChangeOrder, Follower
from assignments.policies import can
from common.errors import Conflict
from timeline.record import require_transaction

SPENT = "This link was used already."
OVER = "This link has expired."


def write(row: Assignment, order: ChangeOrder) -> dict[int, int]:
    """A link for the owner and for each follower who may answer. Returns person -> link, for the notices."""
    require_transaction()
    followers = Follower.objects.filter(assignment=row).select_related("user")
    people = {person.pk: person for person in (row.owner, *(one.user for one in followers))}
    links = [
        AnswerLink(order=order, user=person, expires_at=order.due_at)
        for person in people.values()
        if person.is_active and can(person, "approve_change", row)
    ]
    return {link.user_id: link.pk for link in AnswerLink.objects.bulk_create(links)}


def spend(link_id: int, order: ChangeOrder, actor: User, now: datetime) -> None:
    """Use the link up, under the lock of its assignment. Raises Conflict when it is spent, expired, or another's."""
    link = AnswerLink.objects.select_for_update(no_key=True).get(pk=link_id)
    if link.order_id != order.pk or link.user_id != actor.pk or link.used_at is not None:
        raise Conflict(SPENT)
    if now >= link.expires_at:
        raise Conflict(OVER)
    link.used_at = now
    link.save(update_fields=["used_at"])
