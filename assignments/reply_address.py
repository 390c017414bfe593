"""The address that a notice can be answered to: `reply+TOKEN@ONSITE_REPLY_DOMAIN`.

The token names one person, one assignment and whether the answer is a message or a private note, under a mark that only
this site can make. It does not expire by itself: what it allows is asked of the policies when the answer arrives, so it
dies with the thread and with the person's part in it. It is in lower case and at most 58 characters long, as the part
before the @ of an address has 64 and some servers change its case (RFC 5321).
"""

import re
from base64 import b32encode
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

SALT: Final = "assignments.reply"
MESSAGE, NOTE = "m", "n"
MARKER: Final = "Reply above this line"
"""Stands in notices that can be answered; what is below it is never taken."""
_SHAPE = re.compile(r"reply\+([mn])([0-9a-z]{1,13})\.([0-9a-z]{1,13})\.([a-z2-7]{26})")


@dataclass(frozen=True, slots=True)
class Reply:
    """Whose answer it is, to which assignment. `is_note`: the answer is private like the note that it answers."""

    assignment_id: int
    user_id: int
    is_note: bool


def address(reply: Reply) -> str:
    """The address for that person and thread; empty where the site takes no replies."""
    domain = settings.ONSITE_REPLY_DOMAIN
    return f"reply+{_token(reply, settings.SECRET_KEY)}@{domain}" if domain else ""


def reply_of(text: str) -> Reply | None:
    """What an address says, made with the present secret or a former one; None for anything else."""
    local, _, domain = text.strip().lower().rpartition("@")
    found = _SHAPE.fullmatch(local)
    if found is None or domain != settings.ONSITE_REPLY_DOMAIN.lower():
        return None
    kind, assignment, user, _ = found.groups()
    reply = Reply(base36_to_int(assignment), base36_to_int(user), kind == NOTE)
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    fits = any(constant_time_compare(local, f"reply+{_token(reply, secret)}") for secret in secrets)
    return reply if fits else None


def thread_id(assignment_id: int) -> str:
    """What all notices of a thread refer to, so that mail programs show them together."""
    return f"assignment-{assignment_id}"


def _token(reply: Reply, secret: str) -> str:
    kind = NOTE if reply.is_note else MESSAGE
    said = f"{kind}{int_to_base36(reply.assignment_id)}.{int_to_base36(reply.user_id)}"
    mark = salted_hmac(SALT, said, secret=secret, algorithm="sha256").digest()[:16]
    return f"{said}.{b32encode(mark).decode().rstrip('=').lower()}"
