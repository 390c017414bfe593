"""Notices, messages and mail servers for tests."""

from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from django.core.mail.backends.base import BaseEmailBackend

from accounts.models import User
from common.money import Money
from notifications.models import Message
from notifications.outbox import queue, queue_raw

AT: Final = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
FACTS: Final[dict[str, object]] = {
    "number": "A-10482",
    "title": "Replace <two> access points",
    "worker": "Tom & Ann",
    "price": Money(32_000, "USD"),
    "start_at": datetime(2026, 12, 1, 14, tzinfo=UTC),
}


def tell(user: User, kind: str = "test.applied", **more: Any) -> None:
    """Queue one event for one person."""
    more = {"context": FACTS, "url": "/assignments/1/", "subject_type": "assignment", "subject_id": 1, **more}
    queue(kind, user=user, at=AT, **more)


def raw(to: str = "priya@onsite.example", subject: str = "Hello", html: str = "") -> Message:
    """Queue a ready mail and return its row. Use each address once."""
    queue_raw(to_email=to, subject=subject, body="Body", html=html, at=AT)
    return Message.objects.get(to_email=to)


class Server(BaseEmailBackend):
    """A mail server that can be away, refuse addresses, and break off. One for all connections."""

    delivered: ClassVar[list[Any]] = []
    opened: ClassVar[list[None]] = []
    refusals: ClassVar[dict[str, Exception]] = {}
    away: ClassVar[list[Exception]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_open = False

    @classmethod
    def reset(cls) -> None:
        for kept in (cls.delivered, cls.opened, cls.refusals, cls.away):
            kept.clear()  # type: ignore[attr-defined]

    def open(self) -> bool:
        if self.away:
            raise self.away[0]
        if not self.is_open:
            self.is_open = True
            self.opened.append(None)
        return True

    def close(self) -> None:
        was_open, self.is_open = self.is_open, False
        if was_open and "quit" in self.refusals:
            raise self.refusals["quit"]

    def send_messages(self, email_messages: Any) -> int:
        for mail in email_messages:
            if mail.to[0] in self.refusals:
                raise self.refusals[mail.to[0]]
            self.delivered.append(mail)
        return len(email_messages)
