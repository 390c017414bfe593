"""Saving the form of a draft: the same form again lands on the same draft, whether a person or the clock sends it."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import User
from assignments.actions.content import Content, rewrite
from assignments.actions.door import SUBJECT, Change, change
from assignments.actions.drafting import create, creator
from assignments.models import Assignment
from assignments.states import State
from common.errors import Conflict, WrongState
from timeline.models import Entry

SITTING: Final = timedelta(minutes=10)
"""For so long the history does not repeat that the same person changed the same details by auto-save."""


def save(content: Content, *, actor: User, key: UUID | None) -> Assignment:
    """The draft of the form with this key: made now, or brought to this content when it is there already.

    Raises NotAllowed, Invalid at the field, and WrongState once it was sent.
    """
    with transaction.atomic():
        row, is_new = made_once(content, actor=actor, key=key)
        if is_new:
            return row
        with change(row.pk, "edit", actor=actor) as opened:
            _draft_only(opened.row)
            changed = rewrite(opened.row, content)
            if changed:
                opened.record("assignment.edited", visibility="client", changed=changed)
    return opened.row


def made_once(content: Content, *, actor: User, key: UUID | None) -> tuple[Assignment, bool]:
    """(the assignment of this key, whether it was made now). Without a key it is always made.

    Of two at the same instant the second waits at the unique key and gets the first's. Call it in a transaction.
    """
    member = creator(actor)
    if key is None:
        return create(content, actor=actor), True
    mine = Assignment.objects.filter(client_id=member.client_id, create_key=key)
    found = mine.first()
    if found is None:
        try:
            with transaction.atomic():
                return create(content, actor=actor, key=key), True
        except IntegrityError:
            found = mine.first()
            if found is None:  # another rule of the database spoke
                raise
    return found, False


def auto_save(pk: int, content: Content, *, actor: User, seen: datetime | None) -> Assignment:
    """Save a draft on the form's behalf. `seen` is when it was changed last as far as the form knows.

    Raises Conflict when somebody changed it since, so that nobody's words are overwritten unseen; WrongState once it
    was sent; Invalid at the field.
    """
    with change(pk, "edit", actor=actor) as opened:
        row = opened.row
        _draft_only(row)
        if seen is not None and seen != row.updated_at:
            raise Conflict("This draft was changed elsewhere. Save it yourself to keep what is typed here.")
        changed = rewrite(row, content)
        if changed and not _is_told(opened, set(changed)):
            opened.record("assignment.edited", visibility="client", changed=changed)
    return row


def _draft_only(row: Assignment) -> None:
    if row.state != State.DRAFT:
        raise WrongState(
            f"This assignment is {State(row.state).label} by now. Open it to change what was sent."
        )


def _is_told(opened: Change, changed: set[str]) -> bool:
    """Whether the newest entry says it already: this person, moments ago, made the draft or changed these details."""
    rows = Entry.objects.filter(subject_type=SUBJECT, subject_id=opened.row.pk)
    newest = rows.order_by("-sequence").first()
    if newest is None or newest.actor_id != getattr(opened.actor, "pk", None):
        return False
    if opened.now - newest.at > SITTING:
        return False
    is_made_now = newest.kind == "assignment.created"
    return is_made_now or (
        newest.kind == "assignment.edited" and changed <= set(newest.facts.get("changed", ()))
    )
