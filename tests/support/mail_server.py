"""A mail server on a real socket, with bad manners on demand. What it took is kept, by Message-ID, in order.

`moods` says what happens to the next mails; when it is empty every mail is taken. `down` and `up` close and open its
door.
"""

import asyncio
import email
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from config.lanes import free_port

logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd tells of every line


class MailServer:
    """Taken mails as (Message-ID, mail); `met` counts the moods that mails really met."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"smtp://127.0.0.1:{self.port}"
        self.taken: list[tuple[str, Message]] = []
        self.moods: list[str] = []
        self.met: dict[str, int] = {}
        self._controller: Controller | None = None

    @property
    def ids(self) -> list[str]:
        """The row of each mail that was taken, as often as it was."""
        return [found.strip("<>").split("@")[0] for found, _ in self.taken]

    def up(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def down(self) -> None:
        """Nobody listens any more."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Refused: try later. Hung: no answer, and nothing is taken. Dropped: taken, and the line breaks before the
        answer. Lost: the line breaks and nothing was taken."""
        mood = self.moods.pop(0) if self.moods else "well"
        self.met[mood] = self.met.get(mood, 0) + 1
        if mood == "refused":
            return "451 4.3.0 Try again later"
        if mood == "hung":
            await asyncio.sleep(3600)  # the sender gives up first; the server ends with the test
        if mood != "lost":
            self._take(envelope)
        if mood in ("dropped", "lost"):
            assert server.transport is not None
            server.transport.abort()
        return "250 Taken"

    def _take(self, envelope: Envelope) -> None:
        content: Any = envelope.content
        mail = email.message_from_bytes(content)
        self.taken.append((str(mail["Message-ID"]), mail))


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """The server for the block."""
    made = MailServer()
    made.up()
    try:
        yield made
    finally:
        made.down()
