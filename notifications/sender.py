"""Delivery: claim, send outside any transaction, mark. One bad row never stops the others."""

import logging
import smtplib
import time
from dataclasses import dataclass
from typing import Any, Final

from django.core.mail import get_connection

from notifications.mail import compose
from notifications.models import Message
from notifications.outbox import claim_due, give_back, mark_failed, mark_sent

logger = logging.getLogger(__name__)

LEASE_SECONDS: Final = 300


@dataclass(frozen=True, slots=True)
class Batch:
    """What one claim came to. `is_last`: nothing more is due, or there is no server or no time."""

    sent: int
    is_last: bool


def deliver(limit: int = 50) -> int:
    """Send up to `limit` due messages over one connection; returns how many left."""
    return _deliver(limit).sent


def deliver_all(batch: int = 50) -> int:
    """Deliver until nothing is due or the mail server is away; returns how many messages left."""
    total, is_last = 0, False
    while not is_last:
        done = _deliver(batch)
        total, is_last = total + done.sent, done.is_last
    return total


def is_temporary(error: Exception) -> bool:
    """Whether sending again later can help: connection trouble and 4xx answers yes, a refused recipient no.

    A refused sender speaks of our set-up and not of the mail, so it is worth trying again whatever its code.
    """
    match error:
        case smtplib.SMTPSenderRefused():
            return True
        case smtplib.SMTPRecipientsRefused():
            return any(400 <= code < 500 for code, _ in error.recipients.values())
        case smtplib.SMTPResponseException():
            return error.smtp_code < 500
        case _:
            return isinstance(error, OSError)


def _deliver(limit: int) -> Batch:
    """One claim. What cannot be tried (no server, lease nearly over) goes back as if never taken.

    A server that is away is no fault of a mail and costs it no attempt: however long it lasts, no mail fails of it.
    """
    claimed = claim_due(limit, LEASE_SECONDS)
    stop_at = time.monotonic() + LEASE_SECONDS * 0.75
    connection = get_connection()
    sent = 0
    try:
        for index, message in enumerate(claimed):
            is_late = time.monotonic() > stop_at
            away = "" if is_late else _opened(connection)
            if is_late or away:
                give_back([later.pk for later in claimed[index:]], away)
                return Batch(sent, is_last=True)
            sent += _send(message, connection)
    finally:
        _close(connection)
    return Batch(sent, is_last=len(claimed) < limit)


def _opened(connection: Any) -> str:
    """Open the connection unless it is open. Returns why the server cannot be reached, or an empty string."""
    try:
        connection.open()
    except Exception as error:
        logger.warning("the mail server cannot be reached: %s", error)
        return _words(error)
    return ""


def _send(message: Message, connection: Any) -> int:
    """Send one message; 1 when it left. Whatever goes wrong is written on the row."""
    try:
        mail = compose(message, connection)
    except Exception as error:
        logger.exception("message %s (%s) cannot be written", message.pk, message.kind)
        mark_failed(message.pk, _words(error), permanent=True)
        return 0
    try:
        mail.send()
    except Exception as error:
        logger.warning("message %s (%s) was not sent: %s", message.pk, message.kind, type(error).__name__)
        mark_failed(message.pk, _words(error), permanent=not is_temporary(error))
        _close(connection)
        return 0
    mark_sent(message.pk)
    return 1


def _close(connection: Any) -> None:
    """Hang up. A connection that broke cannot say goodbye; the next message opens a new one."""
    try:
        connection.close()
    except Exception:
        logger.debug("the mail connection was already gone", exc_info=True)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
