"""The thread, documents and followers (S10; domain.md 7.3)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from accounts.models import User
from assignments.actions.door import Change, change
from assignments.models import Attachment, Follower, Message, MessageFile
from assignments.models.files import facts_of
from common import limits
from common.errors import AlreadyDone, Conflict, Invalid
from common.uploads import CheckedUpload

Files = Sequence[tuple[Any, CheckedUpload]]
"""Uploads that passed the gate, each with what it found out."""
MOST_FILES: Final = 5
LONGEST: Final = 5_000
"""Characters of one message."""
MESSAGES, MESSAGES_WITHIN = 60, timedelta(minutes=10)
MESSAGES_FROM_ADDRESS: Final = 600
"""How many messages one person writes in a span, and how many come from one address (quality.md 3, row 32)."""


def post_message(pk: int, *, actor: User, body: str, files: Files = (), key: UUID | None = None) -> Message:
    """Write to the other side. It cannot be deleted. Raises AlreadyDone for the key of a message that was sent."""
    _need(body, files)
    _spend(actor)
    with change(pk, "post_message", actor=actor) as opened:
        once(Message.objects.filter(author=actor), key, "This message was sent already.")
        message = Message.objects.create(
            assignment=opened.row,
            engagement=opened.row.engagement,
            author=actor,
            side=opened.standing.side,
            body=body,
            sent_at=opened.now,
            key=key,
        )
        _keep(message, files)
        _tell(opened, body, files)
        opened.record("assignment.message_posted", message=message.pk, files=len(files))
    return message


def post_note(pk: int, *, actor: User, body: str, files: Files = (), key: UUID | None = None) -> Message:
    """Write a note that only the client's own people read. Raises AlreadyDone as above."""
    _need(body, files)
    _spend(actor)
    with change(pk, "post_note", actor=actor) as opened:
        once(Message.objects.filter(author=actor), key, "This note was kept already.")
        message = Message.objects.create(
            assignment=opened.row,
            author=actor,
            side=Message.Side.CLIENT,
            body=body,
            is_private=True,
            sent_at=opened.now,
            key=key,
        )
        _keep(message, files)
        _tell(opened, body, files)
        opened.record("assignment.note_posted", visibility="client", message=message.pk, files=len(files))
    return message


def _spend(actor: User) -> None:
    """Count one more message or note of this person. Raises TooMany."""
    limits.spend(
        "message", actor.pk, times=MESSAGES, within=MESSAGES_WITHIN, from_address=MESSAGES_FROM_ADDRESS
    )


def once(mine: Any, key: UUID | None, sentence: str) -> None:
    """Raise AlreadyDone when one of these rows has the key. Call it under the lock of the assignment."""
    if key is not None and mine.filter(key=key).exists():
        raise AlreadyDone(sentence)


def attach(pk: int, *, actor: User, file: Any, checked: CheckedUpload) -> Attachment:
    """Add a document for the assigned worker (S07, S09)."""
    with change(pk, "attach", actor=actor) as opened:
        attachment = Attachment.objects.create(
            assignment=opened.row,
            file=file,
            name=checked.name,
            size=checked.size,
            content_type=checked.content_type,
            sha256=checked.sha256,
            uploaded_by=actor,
            uploaded_at=opened.now,
        )
        opened.record("assignment.attachment_added", visibility="client", file=checked.name)
    return attachment


def remove_attachment(pk: int, attachment_id: int, *, actor: User) -> None:
    """Take a document away; its name stays in the history."""
    with change(pk, "attach", actor=actor) as opened:
        attachment = Attachment.objects.filter(
            assignment=opened.row, pk=attachment_id, removed_at__isnull=True
        ).first()
        if attachment is None:
            raise Conflict("This document is no longer there.")
        attachment.removed_at = opened.now
        attachment.save(update_fields=["removed_at"])
        opened.record("assignment.attachment_removed", visibility="client", file=attachment.name)


def follow(pk: int, *, actor: User) -> None:
    """Get the notices of a colleague's assignment."""
    with change(pk, "follow", actor=actor) as opened:
        Follower.objects.get_or_create(assignment=opened.row, user=actor, defaults={"since": opened.now})


def unfollow(pk: int, *, actor: User) -> None:
    with change(pk, "follow", actor=actor) as opened:
        Follower.objects.filter(assignment=opened.row, user=actor).delete()


def _need(body: str, files: Files) -> None:
    if not body.strip() and not files:
        raise Invalid("Enter your message.", "body")
    if len(body) > LONGEST:
        raise Invalid(f"A message has at most {LONGEST:,} characters.", "body")
    if len(files) > MOST_FILES:
        raise Invalid(f"At most {MOST_FILES} files go with one message.", "attached")


def _keep(message: Message, files: Files) -> None:
    for file, checked in files:
        MessageFile.objects.create(message=message, file=file, **facts_of(checked))


def _tell(opened: Change, body: str, files: Files) -> None:
    """The words go into the notices and not into the history (decisions.md D17)."""
    opened.tell(words={"text": body, "names": [checked.name for _, checked in files]})
