"""Who is told: turns an entry's recipients into people and queues their notices in the same transaction."""

from collections.abc import Iterable
from typing import Any

from accounts.actor import Actor
from accounts.models import User
from assignments import reply_address
from assignments.kinds import (
    AGENT,
    APPLICANT,
    ASKED,
    CONTROLLERS,
    INVITED,
    KINDS,
    LOSERS,
    OFFERED,
    OTHER,
    OWNER,
    REMOVED,
    STANDBY,
    STOOD_BY,
    WORKER,
)
from assignments.models import Assignment, Follower
from assignments.reply_address import Reply
from clients.blocks import blocked_workers
from clients.models import Member
from clients.roles import Role
from common.money import Money
from notifications.outbox import Telling, queue_all
from timeline.facts import revived
from timeline.models import Entry
from timeline.presenters import acting_name
from workers.vendors import agents, place_of

KINDS_OF_VERB: dict[str, tuple[str, ...]] = {}
for _kind in KINDS.values():
    KINDS_OF_VERB[_kind.verb] = (*KINDS_OF_VERB.get(_kind.verb, ()), _kind.kind)
for _verb in ("request_increase", "request_expense", "request_bonus"):
    KINDS_OF_VERB[_verb] = KINDS_OF_VERB["request_money"]
KINDS_OF_VERB["assign"] = (*KINDS_OF_VERB["assign"], "assignment.filled")
KINDS_OF_VERB["assign_directly"] = KINDS_OF_VERB["assign"]
KINDS_OF_VERB["accept"] = (*KINDS_OF_VERB["accept"], "assignment.filled")
for _verb in ("back_out", "unassign"):
    KINDS_OF_VERB[_verb] = (
        *KINDS_OF_VERB[_verb],
        "assignment.standby_promoted",
        "assignment.standby_dropped",
    )
KINDS_OF_VERB["promote_standby"] = (*KINDS_OF_VERB["promote_standby"], "assignment.filled")
KINDS_OF_VERB["send"] = (*KINDS_OF_VERB["send"], "assignment.invited", "assignment.offered")

OUTSIDE = {LOSERS, REMOVED, STOOD_BY}
"""Recipients who may no longer open the page: their notice leads to the own list."""

HOPEFUL = {APPLICANT, INVITED, OFFERED, LOSERS, STANDBY, STOOD_BY}
"""Workers who are not on it: one who is blocked, or blocks, hears nothing more of it."""


def announce(
    entry: Entry,
    row: Assignment,
    *,
    actor: Actor,
    told: dict[str, Any],
    more: dict[str, Any] | None = None,
) -> None:
    """Queue the notices of one entry: each person once, the actor never (a receipt is on the page already).

    `more`: further words for the templates.
    """
    kind = KINDS[entry.kind]
    groups: dict[User, str] = {}
    for group in kind.to:
        for user in _people(group, entry, row, told):
            groups.setdefault(user, group)
    people = [user for user in groups if user.pk != getattr(actor, "pk", None)]
    if not people:
        return
    own = set(
        Member.objects.filter(
            client_id=row.client_id, is_active=True, user_id__in=[user.pk for user in people]
        ).values_list("user_id", flat=True)
    )
    facts = {key: _plain(value) for key, value in revived(entry.facts).items()} | told.get("words", {})
    answers, tellings = told.get("answers", {}), []
    for user in people:
        group = groups[user]
        context = {
            "name": user.short_name,
            "number": row.number,
            "title": row.title,
            "actor": acting_name(entry),
            "place": row.site_name,
            "told_as": group,
            "is_worker": group not in (OWNER, CONTROLLERS) and user.pk not in own,
            "time_zone": row.time_zone,
            "facts": facts,
            **(more or {}),
            **_reply(entry, row, user),
        }
        if user.pk in answers:  # the id of the person's own link to answer; the address is made with the mail
            context["answer"] = answers[user.pk]
        tellings.append(Telling(user, context, _url(group, entry, row), "assignment", row.pk, entry.pk))
    fact, value = kind.must_when
    queue_all(entry.kind, tellings, at=entry.at, must_have=bool(fact) and facts.get(fact) == value)


ANSWERABLE = {
    "assignment.message_posted": False,
    "assignment.problem_reported": False,
    "assignment.problem_resolved": False,
    "assignment.note_posted": True,
}
"""Notices that can be answered by mail, and whether the answer is a private note too."""


def _reply(entry: Entry, row: Assignment, user: User) -> dict[str, Any]:
    """Where an answer by mail goes, for a site that takes them."""
    if entry.kind not in ANSWERABLE:
        return {}
    to = reply_address.address(Reply(row.pk, user.pk, ANSWERABLE[entry.kind]))
    return {"reply": {"to": to, "thread": reply_address.thread_id(row.pk)}} if to else {}


def _url(group: str, entry: Entry, row: Assignment) -> str:
    """Where the notice leads: who may no longer open the page to the own list, who may accept to where that is done,
    both sides of a fault record to that."""
    if "fault" in entry.facts:
        return f"/faults/{entry.facts['fault']}/"
    if group in OUTSIDE and entry.kind != "assignment.cancelled":
        return "/work/"
    return f"/assignments/{row.pk}/accept/" if group == OFFERED else f"/assignments/{row.pk}/"


def _plain(value: Any) -> Any:
    """Mails are rendered later from plain JSON: money as words, instants in ISO form."""
    if isinstance(value, Money):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _people(group: str, entry: Entry, row: Assignment, told: dict[str, Any]) -> Iterable[User]:
    if group == OTHER:
        group = OWNER if entry.role == "worker" else WORKER
    if group == ASKED:
        group = WORKER if told.get(ASKED) == "worker" else OWNER
    if group == OWNER:
        return _owner_and_followers(row)
    if group == WORKER:
        return [row.worker.user] if row.worker else []
    if group == AGENT:
        return _agents(row)
    if group == CONTROLLERS:
        return _controllers(row)
    workers = told.get(group, ())
    if group in HOPEFUL and workers:
        blocked = blocked_workers(row.client_id)
        workers = [worker for worker in workers if worker.pk not in blocked]
    return [worker.user for worker in workers]


def _agents(row: Assignment) -> list[User]:
    """Who acts for the worker: nobody for most."""
    place = place_of(row.worker_id) if row.worker_id else None
    return [agent.user for agent in agents(place.vendor_id)] if place else []


def _owner_and_followers(row: Assignment) -> list[User]:
    """The owner first; followers as long as they are the company's people."""
    followers = Follower.objects.filter(
        assignment=row, user__memberships__client_id=row.client_id, user__memberships__is_active=True
    ).select_related("user")
    return [row.owner, *(follower.user for follower in followers)]


def _controllers(row: Assignment) -> list[User]:
    members = Member.objects.filter(client_id=row.client_id, is_active=True).select_related("user")
    return [m.user for m in members if m.role in (Role.ADMINISTRATOR, Role.CONTROLLER)]
