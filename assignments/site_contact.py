"""The site contact's page: who may open it by which address, and what it says. Reads only.

A link belongs to one worker's time on the assignment and lives while that worker is on site work: with the stage, the
worker or a revocation it ends, and then it answers like an address that never was.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils.crypto import salted_hmac

from assignments.models import Assignment, CheckIn, SiteCode, SiteLink
from assignments.states import ON_SITE, State, VisitSource

CODE_VALID: Final = timedelta(hours=24)
"""Long enough to type it in at home, in the evening."""
DIGITS: Final = 6
MOST_WRONG: Final = 10
"""Codes that did not fit, after which a link takes none any more: so many hit a given code once in 100,000."""
OPENS: Final = frozenset({*ON_SITE, State.ON_HOLD})


def token_hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def code_hash(link_id: int, digits: str) -> str:
    """Keyed with the site's secret: six digits alone would be found by trying."""
    return salted_hmac(
        "assignments.site_code", f"{link_id}:{digits}", secret=settings.SECRET_KEY, algorithm="sha256"
    ).hexdigest()


def live() -> "QuerySet[SiteLink]":
    """The links that open."""
    return SiteLink.objects.filter(
        revoked_at__isnull=True,
        engagement=F("assignment__engagement"),
        assignment__state__in=sorted(OPENS),
    )


def of_token(token: str) -> SiteLink:
    """The link of an address. Raises SiteLink.DoesNotExist for every other text."""
    rows = live().select_related("assignment__site", "assignment__client", "assignment__worker__user")
    return rows.get(token_hash=token_hash(token))


def of_row(row: Assignment) -> SiteLink | None:
    """The present worker's link, revoked or not."""
    return SiteLink.objects.filter(engagement=row.engagement_id).first() if row.engagement_id else None


def takes_codes(row: Assignment) -> bool:
    """Whether the forms of the visit ask for a code: somebody on site can give one."""
    return live().filter(assignment=row).exists()


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the page tells: the place, the number, and the worker's first name with where the worker is."""

    number: str
    place: str
    worker: str
    words: str
    at: datetime | None
    time_zone: str
    is_here: bool
    is_open: bool


def shown(link: SiteLink, now: datetime) -> Shown:
    row = link.assignment
    site = getattr(row, "site", None)
    name = row.worker.user.short_name if row.worker else ""
    words, at, is_here = _where(link, name, now)
    if row.state == State.ON_HOLD:
        words, at = "The work is on hold. Codes can be given again when it goes on.", None
    return Shown(
        number=row.number,
        place=(site.name if site and site.name else row.site_name),
        worker=name,
        words=words,
        at=at,
        time_zone=row.time_zone,
        is_here=is_here,
        is_open=row.state in ON_SITE,
    )


def _where(link: SiteLink, name: str, now: datetime) -> tuple[str, datetime | None, bool]:
    """The newest of what visits and codes say: a code counts from the moment in which it was given."""
    visit = CheckIn.objects.filter(engagement=link.engagement_id).order_by("-in_at").first()
    code = link.codes.filter(used_at__isnull=True, expires_at__gt=now).order_by("-given_at").first()
    known = (visit.out_at or visit.in_at) if visit else None
    if code and (known is None or code.given_at > known):
        if code.kind == SiteCode.Kind.IN:
            return f"{name} has a code for the arrival at", code.given_at, True
        return f"{name} has a code for leaving at", code.given_at, False
    if visit is None:
        start = link.assignment.start_at
        return f"{name} is expected at", start, False
    if visit.out_at is None:
        return f"{name} is here since", visit.in_at, True
    return f"{name} left at", visit.out_at, False


def source_words(source: str, who: str) -> str:
    """Whose word a time is, where it is not the worker's own."""
    if source == VisitSource.CONTACT:
        return "confirmed by the site contact"
    if source == VisitSource.CLIENT:
        return f"entered by the client ({who})" if who else "entered by the client"
    return "ended with the stage" if source == VisitSource.STAGE else ""
