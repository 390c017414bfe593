"""What would give somebody away in a text for everybody: names of the parties, places, mails, numbers."""

import re
from collections.abc import Iterator
from typing import Final

from assignments.models import Assignment, Message, Site
from clients.models import Member
from payments.models import Dispute, DisputeStatement

MAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
PHONE: Final = re.compile(r"(?:\+|\(?\d)[\d\s().\-/]{5,}\d")
LINK: Final = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
NUMBER: Final = re.compile(r"\b(?:A|D|INV|W|S)-?\d{1,}\b", re.IGNORECASE)
MONEY: Final = re.compile(
    r"(?:[$\u20ac\u00a3\u00a5]\s?\d)|(?:\b\d[\d.,]*\s?(?:USD|EUR|GBP|CHF|JPY|dollars?|euros?)\b)",
    re.IGNORECASE,
)
SHORT: Final = 3
"""Words of a name that are shorter than this ("of", "Al") stand in any text, so they are not looked for alone."""
COMMON: Final = frozenset(
    "and for the inc llc ltd gmbh corp company group retail services service store street road avenue "
    "worker client owner manager admin onsite".split()
)


def names_in(text: str, dispute: Dispute) -> list[str]:
    """What in this text names somebody, in words for the one who wrote it; empty when it may be published."""
    found = []
    for pattern, what in (
        (MAIL, "the e-mail address"),
        (LINK, "the link"),
        (PHONE, "the number"),
        (NUMBER, "the number"),
        (MONEY, "the amount"),
    ):
        found += [f"{what} {hit.group(0).strip()}" for hit in pattern.finditer(text)]
    lowered = text.casefold()
    for name in dict.fromkeys(_names(dispute)):
        if re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", lowered):
            found.append(f"the name {name}")
    return found


def _names(dispute: Dispute) -> Iterator[str]:
    """Whole names, and the words of which people's and companies' names are made."""
    row: Assignment = dispute.assignment
    people = set(Member.objects.filter(client_id=row.client_id).values_list("user__name", flat=True))
    people |= {dispute.worker.user.name, row.owner.name}
    people |= set(Message.objects.filter(assignment=row).values_list("author__name", flat=True))
    people |= set(DisputeStatement.objects.filter(dispute=dispute).values_list("author__name", flat=True))
    site = Site.objects.filter(assignment=row).first()
    if site is not None:
        people.add(site.contact_name)
    for name in sorted(people | {row.client.name}):
        yield from _parts(name)
    places = [row.title, row.city, row.postcode]
    if site is not None:
        places.append(site.street)
    for customer in (row.customer, row.project):
        places.append(customer.name if customer else "")
    yield from (place for place in places if len(place) >= SHORT)


def _parts(name: str) -> Iterator[str]:
    if name.strip():
        yield name.strip()
    for word in re.findall(r"\w+", name):
        if len(word) >= SHORT and word.casefold() not in COMMON:
            yield word
