"""The client's draft: create, edit, delete, send, invite, and new site details later on (S01)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.actor import Actor, actor_user
from accounts.models import User
from assignments import arrears, list_words, search
from assignments.actions import funds, requiring
from assignments.actions.content import (
    OFFER_COLUMNS,
    SITE_LATER,
    Asked,
    Content,
    Grouped,
    Wanted,
    known,
    rewrite,
    write_columns,
    write_rows,
)
from assignments.actions.door import SUBJECT, Change, change
from assignments.actions.routing import send_to
from assignments.actions.sendable import check_sendable
from assignments.models import Application, Assignment, Attachment, MessageFile, RouteKind, Site
from assignments.models.terms import TERMS_FIELDS
from assignments.policies import CREATORS
from assignments.routing import MARKET, NOBODY, Wave, by_name, saved_waves
from assignments.shortlist import LeftOut, sort_out
from assignments.states import ApplicationState, State
from clients.models import Member
from clients.queries import membership
from common import clock
from common.errors import Invalid, NotAllowed
from timeline.record import record
from workers.models import Worker

__all__ = [
    "Asked",
    "Content",
    "Grouped",
    "Sent",
    "Wanted",
    "create",
    "creator",
    "delete",
    "edit",
    "edit_site",
    "invite",
    "send",
    "send_out",
]


def create(content: Content, *, actor: User, key: UUID | None = None, by: Actor | None = None) -> Assignment:
    """Start a draft in the actor's company. Raises NotAllowed, or Invalid at the field; only a title is needed.

    `key` is that of the form: a company has one assignment of a key (saving.py leads a second create to the first).
    `by` is named in the history where Onsite makes it for the actor.
    """
    member = creator(actor)
    now = clock.now()
    client = member.client
    with transaction.atomic():
        row = Assignment(
            client=client,
            owner=actor,
            created_by=actor,
            create_key=key,
            currency=client.currency,
            time_zone=client.time_zone,
            terms_days=client.default_terms_days,
            fee_bps=client.fee_bps,
            state_since=now,
            created_at=now,
            updated_at=now,
            version=1,
        )
        write_columns(row, content)
        row.save()
        list_words.keep(row, is_new=True)
        sets = requiring.defaults(client.pk) if content.sets is None else content.sets
        write_rows(row, replace(content, sets=sets))
        _record(row, 1, "assignment.created", by or actor, title=row.title)
    return row


def creator(actor: User) -> Member:
    """The membership of somebody who may create assignments (decisions.md D18). Raises NotAllowed."""
    member = membership(actor)
    if member is None or member.role not in CREATORS:
        raise NotAllowed("Your role does not let you create assignments.")
    return member


def edit(pk: int, content: Content, *, actor: User) -> Assignment:
    """Change a draft, or one that is Available: then it must stay complete, the reserved funds follow, and offers
    made on another price or schedule are closed (domain.md 8.2). Raises Invalid, InsufficientFunds."""
    with change(pk, "edit", actor=actor) as opened:
        row = opened.row
        before = {name: getattr(row, name) for name in OFFER_COLUMNS}
        changed = rewrite(row, content)
        if changed:
            opened.record("assignment.edited", visibility="client", changed=changed)
        if row.state == State.SENT:
            check_sendable(row, opened.now, opened.standing.member)
            row.posted_terms = _posted(row)
            funds.resize(opened)
            if "skills" in changed:  # the door sees the columns; skills are rows beside them
                search.keep(row, opened.now)
            if before != {name: getattr(row, name) for name in OFFER_COLUMNS}:
                _close_offers(opened)
    return row


def edit_site(pk: int, site: Mapping[str, Any], *, actor: User) -> None:
    """Tell the assigned worker of another contact or way in. Where the site is does not change any more."""
    with change(pk, "edit_site", actor=actor) as opened:
        known(site, SITE_LATER)
        found, _ = Site.objects.get_or_create(assignment=opened.row)
        changed = sorted(name for name, value in site.items() if getattr(found, name) != value)
        for name, value in site.items():
            setattr(found, name, value)
        found.save()
        opened.record("assignment.site_edited", changed=changed)


def delete(pk: int, *, actor: User) -> None:
    """Throw a draft away with its documents (T3). Its history stays, for the company's own people."""
    with change(pk, "delete", actor=actor) as opened:
        row = opened.row
        documents = [one.file for one in Attachment.objects.filter(assignment=row)]
        noted = [one.file for one in MessageFile.objects.filter(message__assignment=row)]
        for file in (*documents, *noted):
            transaction.on_commit(partial(file.storage.delete, str(file.name)))
        _record(row, row.version + 1, "assignment.deleted", actor, title=row.title)
        row.delete()


@dataclass(frozen=True, slots=True)
class Sent:
    """What sending did: the row, the workers told at once, and the ticked ones who were left out."""

    row: Assignment
    invited: list[Worker]
    left_out: list[LeftOut]


def send(pk: int, *, actor: User, invite: Sequence[Worker] | None = None) -> Assignment:
    """`send_out` for those who need the row only: to the workers named, or as the draft says."""
    if invite is None:
        return send_out(pk, actor=actor).row
    with_market = Assignment.objects.filter(pk=pk, is_marketplace=True).exists()
    waves = [*([MARKET] if with_market else []), *([by_name(invite)] if invite else [])]
    return send_out(pk, actor=actor, waves=waves).row


def send_out(pk: int, *, actor: User, waves: Sequence[Wave] | None = None) -> Sent:
    """Offer it to workers: fee and posted price are frozen, the funds set aside (T2, D19).

    `waves` None means as the draft says: the marketplace where it is ticked, and its ticked workers. Those who can be
    invited no more are left out. Raises Invalid for what is missing or over the owner's maximum budget, and where
    nobody would see it; InsufficientFunds when money is short.
    """
    with change(pk, "send", actor=actor) as opened:
        row = opened.row
        row.fee_bps = row.client.fee_bps
        check_sendable(row, opened.now, opened.standing.member)
        arrears.check(row, opened.now)
        wanted = saved_waves(row) if waves is None else waves
        row.is_marketplace = any(wave.kind == RouteKind.MARKET and not wave.delay_minutes for wave in wanted)
        _, left_out = sort_out(row.client_id, [worker for wave in wanted for worker in wave.workers])
        row.draft_invitees.all().delete()
        row.posted_terms = _posted(row)
        row.send(opened.now)
        row.sent_at = opened.now
        funds.reserve(opened)
        opened.record("assignment.sent", price=row.budget, start_at=row.start_at)
        invited = send_to(opened, wanted)
        if not (row.is_marketplace or invited or any(wave.delay_minutes for wave in wanted)):
            raise Invalid(" ".join([*(one.sentence for one in left_out), NOBODY]), "is_marketplace")
    return Sent(row, invited, left_out)


def invite(pk: int, workers: Sequence[Worker], *, actor: User) -> int:
    """Ask more workers by name; one who declined or left is asked again (D10). Returns how many were told."""
    if not workers:
        raise Invalid("Choose at least one worker.", "workers")
    with change(pk, "invite", actor=actor) as opened:
        return len(send_to(opened, [by_name(workers)]))


def _posted(row: Assignment) -> dict[str, Any]:
    return {name: getattr(row, name) for name in TERMS_FIELDS}


def _close_offers(opened: Change) -> None:
    """Nobody is held to an offer on other terms: the offers end and their workers may apply again."""
    pending = list(
        Application.objects.select_related("worker__user").filter(
            assignment=opened.row, state=ApplicationState.PENDING
        )
    )
    for application in pending:
        application.decline("The client changed the price or the schedule.")
        application.save(update_fields=["state", "decided_at", "decline_reason"])
    if pending:
        opened.tell(losers=[application.worker for application in pending])
        opened.record("assignment.offers_closed", visibility="client", count=len(pending))


def _record(row: Assignment, sequence: int, kind: str, actor: Actor, **facts: Any) -> None:
    """An entry of a row that is not changed through the door: it is new, or gone."""
    record(
        kind,
        subject_type=SUBJECT,
        subject_id=row.pk,
        sequence=sequence,
        actor=actor,
        role="client" if actor_user(actor) else "system",
        at=clock.now(),
        facts=facts,
        visibility="client",
    )
