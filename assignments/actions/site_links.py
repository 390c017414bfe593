"""The site contact's link and its one-time codes: a worker without a phone is checked in by the word of somebody on
site, at the moment in which the code was given (docs/adr/0011-site-codes.md)."""

from datetime import timedelta
from secrets import randbelow, token_urlsafe
from typing import Final

from django.db import transaction
from django.db.models import F

from accounts.models import User
from assignments.actions import visits
from assignments.actions.door import Change, change
from assignments.models import CheckIn, SiteCode, SiteLink
from assignments.site_contact import CODE_VALID, DIGITS, MOST_WRONG, code_hash, live, of_token, token_hash
from assignments.states import VisitSource
from common import limits
from common.actor import SYSTEM
from common.errors import AlreadyDone, Conflict, Invalid
from common.secrets import seal

CODES, CODES_WITHIN = 12, timedelta(hours=1)
TRIES, TRIES_WITHIN = 5, timedelta(minutes=15)
WRONG: Final = "This code does not fit, was used, or is too old. Look again, or check in without it."


def renew_site_link(pk: int, *, actor: User) -> str:
    """Make the present worker's link, or another one in its place; gives its token. Codes of the old one end."""
    with change(pk, "renew_site_link", actor=actor) as opened:
        row = opened.row
        if row.engagement is None:
            raise Conflict("Nobody is assigned.")
        token = token_urlsafe(24)
        link = SiteLink.objects.filter(engagement=row.engagement).first()
        if link is not None:
            _end_codes(link, opened)
        SiteLink.objects.update_or_create(
            engagement=row.engagement,
            defaults={
                "assignment": row,
                "token_hash": token_hash(token),
                "sealed_token": seal(token),
                "made_by": actor,
                "made_at": opened.now,
                "revoked_at": None,
                "wrong": 0,
            },
        )
        opened.record("assignment.site_link_renewed", visibility="client", again=link is not None)
    return token


def revoke_site_link(pk: int, *, actor: User) -> None:
    """The link and its unused codes end now."""
    with change(pk, "revoke_site_link", actor=actor) as opened:
        link = SiteLink.objects.filter(engagement=opened.row.engagement, revoked_at__isnull=True).first()
        if link is None:
            raise AlreadyDone("The link is revoked.")
        _end_codes(link, opened)
        link.revoked_at = opened.now
        link.save(update_fields=["revoked_at"])
        opened.record("assignment.site_link_revoked", visibility="client")


def _end_codes(link: SiteLink, opened: Change) -> None:
    link.codes.filter(used_at__isnull=True, expires_at__gt=opened.now).update(expires_at=opened.now)


def give_code(token: str, kind: str) -> str:
    """Six digits for this moment. Raises SiteLink.DoesNotExist for no link, WrongState, TooMany."""
    link = of_token(token)
    limits.spend(f"site-code:{link.pk}", None, times=CODES, within=CODES_WITHIN)
    with change(link.assignment_id, "give_code", actor=SYSTEM) as opened:
        if not live().filter(pk=link.pk, token_hash=link.token_hash).exists():
            raise SiteLink.DoesNotExist
        digits = _fresh(link)
        SiteCode.objects.create(
            link=link,
            kind=kind,
            code_hash=code_hash(link.pk, digits),
            given_at=opened.now,
            expires_at=opened.now + CODE_VALID,
        )
        opened.record("assignment.code_given", leaving=kind == SiteCode.Kind.OUT)
    return digits


def _fresh(link: SiteLink) -> str:
    """Digits that no unused code of the link has."""
    taken = set(link.codes.filter(used_at__isnull=True).values_list("code_hash", flat=True))
    while True:
        digits = f"{randbelow(10**DIGITS):0{DIGITS}d}"
        if code_hash(link.pk, digits) not in taken:
            return digits


def check_in_by_code(pk: int, digits: str, *, actor: User, note: str = "") -> CheckIn:
    """Arrive at the moment in which the code was given. Raises Invalid at `code`."""
    found = _try(pk, SiteCode.Kind.IN, digits, actor)
    with change(pk, "check_in", actor=actor) as opened:
        code = _unused(opened, found)
        visit = visits.begin(opened, at=code.given_at, source=VisitSource.CONTACT, note=note)
        _use(code, visit, opened)
        opened.record("assignment.checked_in", by_contact=True, in_at=code.given_at, note=note)
    return visit


def check_out_by_code(pk: int, digits: str, *, actor: User, note: str = "") -> CheckIn:
    """Leave at the moment in which the code was given. Raises Invalid at `code`."""
    found = _try(pk, SiteCode.Kind.OUT, digits, actor)
    with change(pk, "check_out", actor=actor) as opened:
        code = _unused(opened, found)
        if code.given_at <= visits.to_end(opened).in_at:
            raise Invalid("This code was given before the check-in.", "code")
        visit = visits.finish(opened, at=code.given_at, source=VisitSource.CONTACT, note=note)
        _use(code, visit, opened)
        minutes = int((code.given_at - visit.in_at).total_seconds() // 60)
        opened.record("assignment.checked_out", minutes=minutes, by_contact=True, out_at=code.given_at)
    return visit


def _try(pk: int, kind: str, digits: str, actor: User) -> int:
    """The id of the code that fits. A wrong one is counted for good, also when nothing else comes of it."""
    limits.spend("site-code-try", actor.pk, times=TRIES, within=TRIES_WITHIN)
    with transaction.atomic():
        link = live().select_for_update(no_key=True, of=("self",)).filter(assignment=pk).first()
        if link is None:
            raise Invalid(WRONG, "code")
        if link.wrong >= MOST_WRONG:
            raise Invalid(
                "Too many codes did not fit. Ask the client for a new link, or go on without.", "code"
            )
        code = link.codes.filter(
            kind=kind, code_hash=code_hash(link.pk, digits), used_at__isnull=True
        ).first()
        if code is None:
            SiteLink.objects.filter(pk=link.pk).update(wrong=F("wrong") + 1)
    if code is None:
        raise Invalid(WRONG, "code")
    return code.pk


def _unused(opened: Change, code_id: int) -> SiteCode:
    """The code, judged again under the lock of the assignment."""
    code = SiteCode.objects.filter(
        pk=code_id, used_at__isnull=True, expires_at__gt=opened.now, link__engagement=opened.row.engagement
    ).first()
    if code is None:
        raise Invalid(WRONG, "code")
    return code


def _use(code: SiteCode, visit: CheckIn, opened: Change) -> None:
    code.used_at, code.visit = opened.now, visit
    code.save(update_fields=["used_at", "visit"])
