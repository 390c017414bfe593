"""The mails with links that answer extra work, as they leave the outbox."""

import re
from typing import Any

from django.core import mail

from notifications.sender import deliver_all

LINK = re.compile(r"https?://[^/\s]+(/answer/\S+/)")


def sent() -> list[Any]:
    """All mails that left, oldest first; what still waits is delivered first."""
    deliver_all()
    return list(mail.outbox)


def link_in_mail(to: str) -> str:
    """The path of the newest link that was mailed to this address."""
    found = [m for one in sent() if to in one.to for m in LINK.findall(one.body)]
    assert found, f"no link was mailed to {to}"
    return str(found[-1])
