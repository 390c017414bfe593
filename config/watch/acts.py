"""What staff may do from the Operations page: each act asks for a right and a reason, and leaves a line in the log.

Nothing is forced: a row that is tried again goes through the same timer and the same door as always.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction

from accounts.models import User
from common import clock
from common.errors import Invalid, NotAllowed, WrongState
from config.models import Parked
from config.watch.parked import UNTIL
from notifications import outbox
from notifications.models import Message

PERMISSION: Final = "config.operate"
SHORTEST_REASON: Final = 5
LONGEST_REASON: Final = 300


def retry_row(parked_id: int, *, actor: User, reason: str) -> str:
    """Let the next sweep take the row at once. Returns a sentence.

    Raises NotAllowed, Invalid (no reason), WrongState (it waits no more).
    """
    why = _asked(actor, reason)
    now = clock.now()
    with transaction.atomic():
        row = Parked.objects.select_for_update(no_key=True).filter(pk=parked_id).first()
        if row is None or row.until <= now:
            raise WrongState("This row waits no more: it was tried again in the meantime.")
        column = UNTIL.get(row.model)
        if column is not None:
            found = apps.get_model(row.model)._default_manager.filter(pk=row.subject_id)
            found.filter(**{f"{column}__gt": now}).update(**{column: now})
        row.until = now
        row.save(update_fields=["until"])
        LogEntry.objects.log_actions(actor.pk, [row], CHANGE, f"Tried again: {why}", single_object=True)
    return f"The row {row} is tried again by the next sweep."


def retry_mails(message_ids: Sequence[UUID], *, actor: User, reason: str) -> str:
    """Put mails that failed for good back into the queue, with all their attempts. Returns a sentence.

    Raises NotAllowed, Invalid (no reason, or none chosen), WrongState (none of them waits for this).
    """
    why = _asked(actor, reason)
    if not message_ids:
        raise Invalid("Choose at least one mail.", field="mails")
    with transaction.atomic():
        failed = Message.objects.filter(pk__in=message_ids, state=Message.State.FAILED).defer(
            "context", "body"
        )
        chosen = list(failed.select_for_update(no_key=True).order_by("pk"))
        count = outbox.retry([message.pk for message in chosen])
        if not count:
            raise WrongState("None of these mails waits for another try.")
        LogEntry.objects.log_actions(actor.pk, chosen, CHANGE, f"Queued again after it had failed: {why}")
    return f"{count} mail{'s are' if count > 1 else ' is'} queued again."


def _asked(actor: User, reason: str) -> str:
    if not actor.has_perm(PERMISSION):
        raise NotAllowed("Only who looks after the portal may try things again.")
    why = " ".join(reason.split())[:LONGEST_REASON]
    if len(why) < SHORTEST_REASON:
        raise Invalid("Say in a few words why it is tried again.", field="reason")
    return why
