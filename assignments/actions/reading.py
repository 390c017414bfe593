"""Up to where a person has read: personal notes beside the threads, no part of any assignment's history."""

from django.db import transaction

from accounts.models import User
from assignments.models import ThreadRead
from assignments.queries import Seen, thread
from assignments.threads import unread


def read_thread(view: Seen, user: User, upto: int) -> None:
    """Mark the messages of one thread read, up to that id; nothing that was read becomes unread again."""
    newest = thread(view).filter(pk__lte=upto).order_by("-pk").values_list("pk", flat=True).first()
    if newest is not None:
        _put(user, {view.row.pk: newest})


def read_all(user: User) -> int:
    """Mark everything read that is counted for this person; returns how many messages that were."""
    found = unread(user)
    _put(user, {pk: one.last for pk, one in found.items()})
    return sum(one.count for one in found.values())


def _put(user: User, upto: dict[int, int]) -> None:
    with transaction.atomic():
        rows = [ThreadRead(user=user, assignment_id=pk, message_id=last) for pk, last in upto.items()]
        ThreadRead.objects.bulk_create(rows, ignore_conflicts=True)
        for pk, last in upto.items():
            ThreadRead.objects.filter(user=user, assignment_id=pk, message_id__lt=last).update(
                message_id=last
            )
