"""The thread, documents and followers (S10; domain.md 7.3)."""

from typing import Any

from accounts.models import User
from assignments.actions.door import change
from assignments.models import Attachment, Follower, Message
from common.errors import Conflict, Invalid
from common.uploads import CheckedUpload


def post_message(pk: int, *, actor: User, body: str) -> Message:
    """Write to the other side. It cannot be deleted."""
    _need(body)
    with change(pk, "post_message", actor=actor) as opened:
        message = Message.objects.create(
            assignment=opened.row,
            engagement=opened.row.engagement,
            author=actor,
            side=opened.standing.side,
            body=body,
            sent_at=opened.now,
        )
        opened.record("assignment.message_posted", message=message.pk, text=body[:200])
    return message


def post_note(pk: int, *, actor: User, body: str) -> Message:
    """Write a note that only the client's own people read."""
    _need(body)
    with change(pk, "post_note", actor=actor) as opened:
        message = Message.objects.create(
            assignment=opened.row,
            author=actor,
            side=Message.Side.CLIENT,
            body=body,
            is_private=True,
            sent_at=opened.now,
        )
        opened.record("assignment.note_posted", visibility="client", message=message.pk, text=body[:200])
    return message


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


def _need(body: str) -> None:
    if not body.strip():
        raise Invalid("Enter your message.", "body")
