"""The outbox: what is to be told is written with the change itself, and leaves later, at least once.

Rows are claimed with a lease, sent outside any transaction and then marked. A sender that dies leaves its
lease to run out; the next one sends again under the same Message-ID. Leases use the database's clock, due
times ours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from accounts.models import User
from common.clock import now
from notifications.events import event
from notifications.mail import one_line, subject_line
from notifications.models import Message, Notice
from notifications.preferences import channels
from timeline.facts import plain_facts, revived
from timeline.record import require_transaction

BACK_OFF: Final = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120, 720, 720, 720, 720, 720))
"""Waits between the attempts: two and a half days in all, so that a server that refuses over a weekend loses none."""
MAX_ATTEMPTS: Final = len(BACK_OFF) + 1


@dataclass(frozen=True, slots=True)
class Telling:
    """One person to be told of an event: what the templates read, and where the notice leads."""

    user: User
    context: Mapping[str, object]
    url: str
    subject_type: str = ""
    subject_id: int = 0
    entry_id: int | None = None
    dedupe_key: str = ""


def queue(
    kind: str,
    *,
    user: User,
    context: Mapping[str, object],
    url: str,
    subject_type: str,
    subject_id: int,
    entry_id: int | None = None,
    dedupe_key: str = "",
    at: datetime,
) -> None:
    """Tell one person, inside the caller's transaction: a bell row and a mail row, as the person's switches
    say.

    With a `dedupe_key` the same person is told once for that key. Raises RuntimeError outside a transaction,
    UnknownEvent for an unregistered kind, TemplateDoesNotExist without a subject template.
    """
    telling = Telling(user, context, url, subject_type, subject_id, entry_id, dedupe_key)
    queue_all(kind, [telling], at=at)


def queue_all(kind: str, tellings: Sequence[Telling], *, at: datetime, must_have: bool = False) -> None:
    """`queue` for many people in at most three queries. `must_have`: this one time, whatever they switched."""
    require_transaction()
    known = event(kind)
    wanted = channels(kind, [telling.user for telling in tellings], must_have=must_have)
    notices, messages = [], []
    for telling in tellings:
        context = plain_facts({"name": telling.user.short_name, "url": telling.url, **telling.context})
        key = f"{telling.dedupe_key}:{telling.user.pk}" if telling.dedupe_key else ""
        if wanted[telling.user.pk].portal:
            sentence = subject_line(kind, revived(context))
            notices.append(_notice(kind, known.title, telling, context, sentence, key, at))
        if wanted[telling.user.pk].email and telling.user.is_active:
            messages.append(
                Message(
                    user=telling.user,
                    to_email=telling.user.email,
                    kind=kind,
                    context=context,
                    queued_at=at,
                    due_at=at,
                    dedupe_key=key,
                )
            )
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    Message.objects.bulk_create(messages, ignore_conflicts=True)


def queue_raw(
    *,
    to_email: str,
    subject: str,
    body: str,
    user: User | None = None,
    html: str = "",
    kind: str = "raw",
    at: datetime | None = None,
    dedupe_key: str = "",
) -> None:
    """Queue a mail that is already written: sign-in mails, invitations. No bell row, no preferences."""
    moment = at or now()
    message = Message(
        user=user,
        to_email=to_email,
        kind=kind,
        subject=one_line(subject)[:300],
        body=body,
        html=html,
        queued_at=moment,
        due_at=moment,
        dedupe_key=dedupe_key,
    )
    Message.objects.bulk_create([message], ignore_conflicts=True)


def claim_due(limit: int, lease_seconds: int) -> list[Message]:
    """Take up to `limit` due messages, oldest first, for `lease_seconds`. No two senders get the same row.

    A row whose sender died counts that as an attempt; with all attempts used up it fails here instead of
    being taken.
    """
    with transaction.atomic():
        ids = list(_lockable(_due()).order_by("due_at", "pk").values_list("pk", flat=True)[:limit])
        spent = _due().filter(pk__in=ids, attempts__gte=MAX_ATTEMPTS)
        spent.update(
            state=Message.State.FAILED, lease_until=None, last_error="Every attempt to send it was cut off."
        )
        _due().filter(pk__in=ids).update(
            state=Message.State.SENDING,
            lease_until=Now() + timedelta(seconds=lease_seconds),
            attempts=F("attempts") + 1,
        )
        claimed = Message.objects.filter(pk__in=ids, state=Message.State.SENDING)
        return list(claimed.order_by("due_at", "pk"))


def mark_sent(message_id: UUID) -> None:
    """The mail left. True whoever holds the lease by now."""
    Message.objects.filter(pk=message_id).update(
        state=Message.State.SENT, sent_at=now(), lease_until=None, last_error=""
    )


def mark_failed(message_id: UUID, error: str, *, permanent: bool = False) -> None:
    """The attempt failed: again after a back-off, or failed for good when permanent or out of attempts.

    Does nothing for a row that somebody else has meanwhile sent.
    """
    with transaction.atomic():
        sending = Message.objects.filter(pk=message_id, state=Message.State.SENDING)
        message = _lockable(sending).first()
        if message is None:
            return
        is_over = permanent or message.attempts >= MAX_ATTEMPTS
        message.state = Message.State.FAILED if is_over else Message.State.QUEUED
        if not is_over:
            message.due_at = now() + BACK_OFF[message.attempts - 1]
        message.lease_until = None
        message.last_error = one_line(error)[:500]
        message.save(update_fields=["state", "due_at", "lease_until", "last_error"])


def give_back(message_ids: Sequence[UUID], why: str = "") -> None:
    """Return claimed rows that were not tried, as if they had not been taken. `why` stands on them until they leave."""
    told = {"last_error": one_line(why)[:500]} if why else {}
    Message.objects.filter(pk__in=message_ids, state=Message.State.SENDING).update(
        state=Message.State.QUEUED, lease_until=None, attempts=F("attempts") - 1, **told
    )


def retry(message_ids: Sequence[UUID]) -> int:
    """Put failed messages back with all their attempts; returns how many. Others are left as they are."""
    failed = Message.objects.filter(pk__in=message_ids, state=Message.State.FAILED)
    return failed.update(state=Message.State.QUEUED, attempts=0, due_at=now())


def _due() -> QuerySet[Message]:
    is_waiting = Q(state=Message.State.QUEUED, due_at__lte=now())
    is_abandoned = Q(state=Message.State.SENDING, lease_until__lt=Now())
    return Message.objects.filter(is_waiting | is_abandoned)


def _lockable(rows: QuerySet[Message]) -> QuerySet[Message]:
    """Rows that no other sender holds. On SQLite the write lock and the repeated condition guard instead."""
    return (
        rows.select_for_update(no_key=True, skip_locked=True)
        if connection.features.has_select_for_update
        else rows
    )


def _notice(
    kind: str,
    title: str,
    telling: Telling,
    context: Mapping[str, Any],
    sentence: str,
    key: str,
    at: datetime,
) -> Notice:
    named = one_line(f"{context.get('number', '')} {context.get('title', '')}")
    return Notice(
        user=telling.user,
        kind=kind,
        subject_type=telling.subject_type,
        subject_id=telling.subject_id,
        title=(named or title)[:200],
        sentence=sentence[:300],
        url=telling.url,
        at=at,
        entry_id=telling.entry_id,
        dedupe_key=key,
    )
