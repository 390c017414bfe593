"""A reply by mail becomes a message of its author, by the same action and under the same rules as on the page.

The address is the key: its token names person and thread (reply_address.py). The sender must write from an address of
that account; who does not is refused, and the account is told, since its token is then in other hands. What answers by
itself is dropped without a word. Each mail is taken once, by its Message-ID.
"""

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr
from io import BytesIO
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.db import IntegrityError, transaction

from accounts.models import User
from assignments.actions import talk
from assignments.models import Assignment, ReceivedMail
from assignments.reply_address import Reply, reply_of
from assignments.reply_text import Enclosed, files, written
from common import clock
from common.errors import AlreadyDone, DomainError, Invalid
from common.limits import TooMany
from common.photos import without_camera
from common.uploads import CheckedUpload, check_upload
from notifications.outbox import queue_raw

logger = logging.getLogger(__name__)

LARGEST_BYTES: Final = 40 * 1024 * 1024
"""A whole mail, as it comes over the wire: files are a third longer there."""
ADDRESS_HEADERS: Final = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
ROBOTS: Final = ("mailer-daemon", "postmaster", "no-reply", "noreply")


class BadMail(Exception):
    """A mail that is not for Onsite: too large, or to an address that Onsite did not make."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a mail: "posted", "refused" (and its author told why), "dropped" or "repeated"."""

    outcome: str
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """What is read of a mail before anything is decided. `key` is the SHA-256 of its Message-ID."""

    key: str
    sender: str
    recipients: list[str]
    is_automatic: bool
    text: str
    files: list[Enclosed]


def receive_mail(raw: bytes, recipient: str = "") -> Taken:
    """Take one RFC 5322 message. `recipient`: the envelope's, if the mail server says it.

    Raises BadMail, and TooMany where the same mail may be tried again later.
    """
    if len(raw) > LARGEST_BYTES:
        raise BadMail(f"The mail is larger than {LARGEST_BYTES // 1024 // 1024} MB.")
    letter = _read(raw)
    found = (reply_of(address) for address in ([recipient] if recipient else letter.recipients))
    reply = next((one for one in found if one is not None), None)
    if reply is None:
        raise BadMail("No address of this site for replies is among the recipients.")
    if letter.is_automatic:
        logger.info("a mail that answers by itself was dropped")
        return Taken("dropped")
    user = User.objects.filter(pk=reply.user_id, is_active=True).first()
    if user is None or not Assignment.objects.filter(pk=reply.assignment_id).exists():
        raise BadMail("The account or the assignment is no longer there.")
    return _take(letter, reply, user)


def _take(letter: Letter, reply: Reply, user: User) -> Taken:
    key = letter.key
    if ReceivedMail.objects.filter(key=key).exists():
        return Taken("repeated")
    try:
        return _post(letter, reply, user)
    except TooMany:
        raise
    except (IntegrityError, AlreadyDone):
        if not ReceivedMail.objects.filter(key=key).exists():
            raise
        return Taken("repeated")  # the same mail came in twice at the same instant
    except DomainError as error:
        return _refuse(key, reply, user, error.sentence)


def _post(letter: Letter, reply: Reply, user: User) -> Taken:
    """Post it, with its files that pass the gate; the author is told of the others. Raises DomainError."""
    _check_sender(letter.sender, user)
    passed, refused = _gate(letter.files)
    key, body = letter.key, letter.text
    if not body and not passed:
        nothing = " ".join(refused) or "Write above the quoted text."
        raise Invalid(f"There was nothing to post in your reply. {nothing}")
    verb = talk.post_note if reply.is_note else talk.post_message
    with transaction.atomic():
        message = verb(
            reply.assignment_id, actor=user, body=body, files=passed, key=uuid5(NAMESPACE_URL, f"mail:{key}")
        )
        ReceivedMail.objects.create(
            key=key,
            user=user,
            assignment_id=reply.assignment_id,
            outcome=ReceivedMail.Outcome.POSTED,
            message=message,
            received_at=clock.now(),
        )
        if refused:
            words = "Your reply was posted, but not all of its files:"
            _answer(key, reply, user, "Some files were not taken", "\n".join([words, *refused]))
    return Taken("posted", message.pk)


def _refuse(key: str, reply: Reply, user: User, sentence: str) -> Taken:
    try:
        with transaction.atomic():
            ReceivedMail.objects.create(
                key=key,
                user=user,
                assignment_id=reply.assignment_id,
                outcome=ReceivedMail.Outcome.REFUSED,
                received_at=clock.now(),
            )
            _answer(key, reply, user, "Your reply was not posted", sentence)
    except IntegrityError:
        return Taken("repeated")
    return Taken("refused")


def _answer(key: str, reply: Reply, user: User, what: str, words: str) -> None:
    """A mail to the account, never to the address that the mail came from."""
    number = f"A-{reply.assignment_id}"
    where = f"{settings.ONSITE_BASE_URL}/assignments/{reply.assignment_id}/messages/"
    queue_raw(
        to_email=user.email,
        user=user,
        subject=f"{number}: {what}",
        body=f"Hello {user.short_name},\n\n{words}\n\nYou can write on the page:\n{where}\n",
        kind="reply.answered",
        at=clock.now(),
        dedupe_key=f"reply:{key}",
    )


def _check_sender(sender: str, user: User) -> None:
    """Raises Invalid unless the mail comes from an address of the account that was confirmed."""
    mine = {user.email.lower()}
    confirmed = EmailAddress.objects.filter(user=user, verified=True)
    mine |= {address.lower() for address in confirmed.values_list("email", flat=True)}
    if sender.lower() not in mine:
        raise Invalid(
            "A reply to one of your notices came from an address that is not yours. "
            "Reply from the address of your account, and do not pass such notices on."
        )


def _gate(enclosed: Iterable[Enclosed]) -> tuple[list[tuple[Any, CheckedUpload]], list[str]]:
    """The files that pass the gate, and a sentence for each that does not."""
    passed: list[tuple[Any, CheckedUpload]] = []
    refused = []
    for one in enclosed:
        upload = InMemoryUploadedFile(
            BytesIO(one.content), None, one.name[:200], None, len(one.content), None
        )
        try:
            if len(passed) >= talk.MOST_FILES:
                raise Invalid(f"At most {talk.MOST_FILES} files go with one message.")
            passed.append(without_camera(upload, check_upload(upload)))
        except Invalid as error:
            refused.append(f"{' '.join(one.name.split())[:100]}: {error.sentence}")
    return passed, refused


def _read(raw: bytes) -> Letter:
    """All that is needed of the bytes. Raises BadMail where the library cannot read them."""
    try:
        mail = message_from_bytes(raw, policy=policy.default)
        if not isinstance(mail, EmailMessage) or not mail.keys():
            raise BadMail("This is no mail.")
        named = _header(mail, "Message-ID").encode(errors="replace")
        given = [value for name in ADDRESS_HEADERS for value in _headers(mail, name)]
        return Letter(
            key=hashlib.sha256(named or raw).hexdigest(),
            sender=parseaddr(_header(mail, "From"))[1],
            recipients=[address for _, address in getaddresses(given)],
            is_automatic=_is_automatic(mail),
            text=written(mail),
            files=files(mail),
        )
    except (ValueError, LookupError, AttributeError, TypeError, AssertionError, RecursionError) as error:
        raise BadMail("This mail cannot be read.") from error


def _header(mail: EmailMessage, name: str) -> str:
    """A header as one line of text; empty where it is missing or cannot be read."""
    return ", ".join(_headers(mail, name)[:1])


def _headers(mail: EmailMessage, name: str) -> list[str]:
    """The raw values: reading them by the library's grammar fails for some that people send."""
    return [" ".join(str(value).split()) for key, value in mail.raw_items() if key.lower() == name.lower()]


def _is_automatic(mail: EmailMessage) -> bool:
    """Whether a machine sent it: out-of-office answers, bounces, lists, and this site itself."""
    _, sender = parseaddr(_header(mail, "From"))
    _, own = parseaddr(settings.DEFAULT_FROM_EMAIL)
    submitted = _header(mail, "Auto-Submitted").split(";")[0].strip().lower()
    return any(
        (
            submitted not in ("", "no"),
            _header(mail, "Precedence").lower() in ("bulk", "junk", "list", "auto_reply"),
            any(
                _headers(mail, name)
                for name in ("List-Id", "X-Autoreply", "X-Autorespond", "X-Failed-Recipients")
            ),
            _header(mail, "Return-Path") == "<>",
            mail.get_content_type() in ("multipart/report", "message/delivery-status"),
            sender.lower().split("@")[0] in ROBOTS,
            sender.lower() == own.lower(),
        )
    )
