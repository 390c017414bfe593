"""From a message row to the mail that leaves: subject, text part, HTML part, headers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.urls import reverse

from notifications.models import Message
from timeline.facts import revived


@dataclass(frozen=True, slots=True)
class Rendered:
    """The three parts of a mail. `html` may be empty."""

    subject: str
    text: str
    html: str


def subject_line(kind: str, context: Mapping[str, Any]) -> str:
    """The event's subject as one line of plain text; it is the sentence of the bell as well."""
    return one_line(_plain_text(f"mail/{kind}.subject.txt", context))


def one_line(text: str) -> str:
    """Collapse all white space: a subject with a line break would be a header injection."""
    return " ".join(text.split())


def render(message: Message) -> Rendered:
    """Write the mail from its template and context, or take the parts that were given ready."""
    if message.subject:
        return Rendered(message.subject, message.body, message.html)
    context = revived(message.context)
    context["url"] = absolute(context.get("url", ""))
    subject = subject_line(message.kind, context)
    body = _plain_text(f"mail/{message.kind}.txt", context).strip()
    frame = {
        **context,
        "subject": subject,
        "body": body,
        "settings_url": absolute(reverse("notifications:preferences")),
    }
    html = render_to_string("mail/layout.html", {**frame, "paragraphs": body.split("\n\n")})
    return Rendered(subject, _plain_text("mail/layout.txt", frame).strip() + "\n", html)


def compose(message: Message, connection: Any) -> EmailMultiAlternatives:
    """The mail of a row. Its Message-ID is the row's id, so that a receiver can drop a doubled delivery.

    A context with `reply` can be answered by mail: "to" is the address, "thread" what mail programs group by.
    """
    parts = render(message)
    headers = {"Message-ID": f"<{message.pk}@{host()}>", "Auto-Submitted": "auto-generated"}
    reply = message.context.get("reply") or {}
    if reply.get("thread"):
        root = f"<{reply['thread']}@{host()}>"
        headers |= {"In-Reply-To": root, "References": root}
    mail = EmailMultiAlternatives(
        subject=one_line(parts.subject),
        body=parts.text,
        to=[message.to_email],
        reply_to=[reply["to"]] if reply.get("to") else None,
        headers=headers,
        connection=connection,
    )
    if parts.html:
        mail.attach_alternative(parts.html, "text/html")
    return mail


def absolute(path: str) -> str:
    """The full address of a page of this portal; empty stays empty."""
    return urljoin(settings.ONSITE_BASE_URL, path) if path else ""


def host() -> str:
    """The host name that mails are sent for."""
    return urlsplit(settings.ONSITE_BASE_URL).hostname or "localhost"


def _plain_text(template: str, context: Mapping[str, Any]) -> str:
    """Render without HTML escaping: "Tom & Ann" stays so in a text part."""
    made: str = get_template(template).template.render(Context(dict(context), autoescape=False))  # type: ignore[attr-defined]
    return made
