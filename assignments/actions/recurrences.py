"""Drafts made again and again by a rule (domain.md 10, row 35): set it, pause, go on, end; and the sweep's part.

Each day of a rule has one row, unique in the database, made in the transaction of its draft: no day happens twice.
Days whose start has passed when Onsite looks (it was down, or the rule begins in the past) are noted as missed and
get no draft, so that a long pause floods nobody.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from django.db import connection, transaction
from django.urls import reverse

from accounts.actor import Actor
from accounts.models import User
from assignments import batches, policies
from assignments.actions.drafting import create, creator
from assignments.actions.templates import content_of
from assignments.models import Assignment, Recurrence, RecurrenceChild, Template
from assignments.recurring import Rule
from assignments.states import RecurrenceState, ScheduleKind
from clients.queries import administrators
from common import clock
from common.actor import SYSTEM
from common.errors import AlreadyDone, Invalid, NotAllowed, WrongState
from common.localtime import local

AT_ONCE: Final = 20
"""Days that one transaction looks at; the next tick goes on."""
MOST_LIVE: Final = 50
"""Rules of one company that are not ended."""


def set_up(
    template_id: int, rule: Rule, *, actor: User, lead_days: int, count: int | None, owner: User | None = None
) -> Recurrence:
    """Let Onsite make drafts from a template by a rule. Raises Template.DoesNotExist, NotAllowed, Invalid.

    `count`: how many days the rule has; None for no such end. The first drafts come with the next sweep.
    """
    client = creator(actor).client
    with transaction.atomic():
        template = Template.objects.select_for_update(no_key=True, of=("self",)).get(
            pk=template_id, client=client
        )
        live = Recurrence.objects.filter(client=client).exclude(state=RecurrenceState.ENDED)
        if live.count() >= MOST_LIVE:
            raise Invalid(f"Your company has {MOST_LIVE} repetitions. End one first.")
        first = rule.first_from(local(clock.now(), rule.time_zone).date())
        if first is None:
            raise Invalid("No day of this rule lies ahead. Choose a later end.", "ends_on")
        row = Recurrence(
            client=client,
            template=template,
            name=template.name,
            owner=owner or actor,
            unit=rule.unit,
            every=rule.every,
            weekdays=rule.weekdays,
            month_day=rule.month_day,
            at=rule.at,
            time_zone=rule.time_zone,
            starts_on=rule.starts_on,
            ends_on=rule.ends_on,
            left=count,
            lead_days=lead_days,
            state_since=clock.now(),
            created_at=clock.now(),
        )
        row.aim(first)
        row.save()
        batches.record("recurrence.set", row, actor=actor, rule=str(rule))
    return row


def pause(pk: int, *, actor: User) -> Recurrence:
    """No drafts until it goes on."""
    with transaction.atomic():
        row = _opened(pk, actor)
        if row.state == RecurrenceState.PAUSED:
            raise AlreadyDone("This is paused already.")
        _still(row)
        row.pause(clock.now())
        row.save()
        _told("recurrence.paused", row, actor)
    return row


def resume(pk: int, *, actor: User) -> Recurrence:
    """Go on with the days that lie ahead; those of the pause get no draft."""
    with transaction.atomic():
        row = _opened(pk, actor)
        if row.state == RecurrenceState.ACTIVE:
            raise AlreadyDone("This goes on already.")
        _still(row)
        if row.template is None:
            raise WrongState("Its template was deleted. Set up a new repetition.")
        today = local(clock.now(), row.time_zone).date()
        following = row.rule.first_from(max(today, row.next_on or today))
        if following is None:
            raise WrongState("No day of this rule lies ahead any more. Set up a new repetition.")
        row.resume(clock.now())
        row.aim(following)
        row.failures, row.parked_until = 0, None
        row.save()
        batches.record("recurrence.resumed", row, actor=actor)
    return row


def end(pk: int, *, actor: User) -> Recurrence:
    """No more drafts. Those that were made stay."""
    with transaction.atomic():
        row = _opened(pk, actor)
        if row.state == RecurrenceState.ENDED:
            raise AlreadyDone("This has ended already.")
        row.end(clock.now())
        row.save()
        _told("recurrence.ended", row, actor)
    return row


def _still(row: Recurrence) -> None:
    if row.state == RecurrenceState.ENDED:
        raise WrongState("This repetition has ended.")


def _opened(pk: int, actor: User) -> Recurrence:
    """The rule, locked, for its owner, a manager or an administrator. Raises Recurrence.DoesNotExist, NotAllowed."""
    member = creator(actor)
    rows = Recurrence.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "client", "template", "owner"
    )
    row = rows.get(pk=pk, client=member.client)
    if not policies.steers(member, row.owner_id):
        raise NotAllowed("Only its owner, a manager or an administrator can do this.")
    return row


def draft_due(pk: int) -> bool:
    """Make the drafts that are due by one rule. Returns whether something happened; False when it is not due (any more)
    or another worker has it."""
    now = clock.now()
    with transaction.atomic():
        row = _claimed(pk, now)
        if row is None:
            return False
        try:
            _draft(row, now)
        except NotAllowed:
            _stuck(row.pk, "Its owner may no longer create assignments.")
        except Invalid as error:
            _stuck(row.pk, error.sentence)
    return True


def _claimed(pk: int, now: datetime) -> Recurrence | None:
    skip = connection.features.has_select_for_update_skip_locked
    rows = Recurrence.objects.select_for_update(no_key=True, of=("self",), skip_locked=skip).select_related(
        "client", "template", "owner"
    )
    return rows.filter(pk=pk, state=RecurrenceState.ACTIVE, due_at__lte=now).first()


def _draft(row: Recurrence, now: datetime) -> None:
    """Go through the days that are due: a draft where the start lies ahead, a note where it does not."""
    made: list[Assignment] = []
    with transaction.atomic():
        for _ in range(AT_ONCE):
            on = row.next_on
            if on is None or row.due_at is None or row.due_at > now:
                break
            start_at = row.rule.start_at(on)
            draft = _one(row, start_at) if start_at > now else None
            RecurrenceChild.objects.create(
                recurrence=row, on=on, assignment=draft, is_missed=draft is None, made_at=now
            )
            made += [draft] if draft else []
            if row.left is not None:
                row.left -= 1
            row.aim(None if row.left == 0 else row.rule.next_after(on))
        is_over = row.next_on is None
        if is_over:
            row.end(now)
        row.failures, row.parked_until = 0, None
        row.save()
        if made:
            _told("recurrence.drafted", row, SYSTEM, count=len(made), first=made[0])
        if is_over:
            _told("recurrence.ended", row, SYSTEM)


def _one(row: Recurrence, start_at: datetime) -> Assignment:
    """The draft of one day: independent of the template from now on."""
    if row.template is None:
        raise Invalid("Its template was deleted.")
    found = content_of(row.template)
    columns = {**found.content.columns, "owner": row.owner, "start_at": start_at}
    if columns.get("schedule_kind", ScheduleKind.FIXED) != ScheduleKind.FIXED:
        columns["window_end_at"] = start_at + found.window if found.window else None
    if found.deliverables:
        columns["deliverables_due_at"] = start_at + found.deliverables
    return create(replace(found.content, columns=columns), actor=row.owner, by=SYSTEM)


def _stuck(pk: int, why: str) -> None:
    """No draft could be made: pause and say so to the owner and the administrators."""
    row = Recurrence.objects.select_related("client", "owner", "template").get(pk=pk)
    row.pause(clock.now(), why[:200])
    row.save()
    _told("recurrence.paused", row, SYSTEM, why=why)


def _told(kind: str, row: Recurrence, actor: Actor, **facts: object) -> None:
    """The entry, and word to the owner; to the administrators too where Onsite could not go on."""
    first = facts.pop("first", None)
    entry = batches.record(kind, row, actor=actor, **facts)
    people = [row.owner]
    if facts.get("why"):
        people += [one.user for one in administrators(row.client_id)]
    url = reverse("assignments:recurrence", args=[row.pk])
    if isinstance(first, Assignment) and facts.get("count") == 1:
        url = reverse("assignments:page", args=[first.pk])
    batches.tell(entry, people, url=url, context=facts)
