"""People for the tests of sign-up, company and team: signed in over HTTP, with a confirmed address."""

import re
from typing import Any

from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client as Browser

from accounts.models import User
from clients.models import Client, Member
from clients.roles import Role
from notifications.models import Message
from tests.factories import MemberFactory, UserFactory, WorkerFactory
from workers.models import Worker

PASSWORD = "a-good-long-secret"
CLIENT = {
    "role": "client",
    "name": "Priya Shah",
    "email": "priya@northwind.test",
    "password1": PASSWORD,
    "company": "Northwind Retail",
    "time_zone": "America/Chicago",
    "country": "US",
}
WORKER = {
    "role": "worker",
    "name": "Dana Ruiz",
    "email": "dana@work.test",
    "password1": PASSWORD,
    "postcode": "43215",
    "city": "Columbus",
    "country": "US",
    "radius_miles": "40",
    "skills": "Cabling, wi-fi, cabling",
}


def confirmed(user: User) -> User:
    """Give the account its confirmed address."""
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def person(**values: Any) -> User:
    return confirmed(UserFactory(**values))


def member(client: Client | None = None, role: Role = Role.ADMINISTRATOR, **values: Any) -> Member:
    """A colleague with an account that can sign in."""
    extra = {"client": client} if client else {}
    row: Member = MemberFactory(user=person(hat="client", **values), role=role, **extra)
    return row


def worker(**values: Any) -> Worker:
    names = {name: values.pop(name) for name in ("name", "email") if name in values}
    row: Worker = WorkerFactory(user=person(hat="worker", **names), **values)
    return row


def browser(user: User | None = None, *, checks_csrf: bool = False) -> Browser:
    """A browser in which that person is signed in."""
    made = Browser(enforce_csrf_checks=checks_csrf)
    if user is not None:
        made.force_login(user)
    return made


def errors(page: Any) -> dict[str, list[str]]:
    """The sentences at the fields of the page's form, as the reader sees them."""
    html = page.content.decode()
    found = re.findall(r'<ul class="error" id="id_(\w+)_error">(.*?)</ul>', html, re.S)
    return {name: re.findall(r"</svg>(.*?)</li>", block, re.S) for name, block in found}


def mails() -> list[tuple[str, str, str]]:
    """What waits in the outbox: kind, address, subject. Nothing leaves by itself."""
    assert mail.outbox == []
    return [(row.kind, row.to_email, row.subject) for row in Message.objects.order_by("queued_at", "pk")]


def link(kind: str) -> str:
    """The path of the first address in the newest mail of that kind."""
    body = Message.objects.filter(kind=kind).order_by("-queued_at")[0].body
    found = re.search(r"http://testserver(\S+)", body)
    assert found is not None
    return found.group(1)
