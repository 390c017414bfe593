"""A change of the agreed scope: the client proposes, the worker accepts or declines; until then the old one holds (N2).

The price stays as it is: more money is a request of its own, with an amendment of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from accounts.models import User
from assignments.actions.asking import WANTED_COLUMNS, Wanted, wanted_of
from assignments.actions.deliverables import count_given
from assignments.actions.door import Change, change
from assignments.actions.sheets import amend, named
from assignments.models import Amendment, Assignment, ChangeOrder, DeliverableRequirement, ScopeProposal
from assignments.states import RequestState
from common.errors import Conflict, Invalid

LONGEST_MINUTES = 60 * 24 * 60
"""Planned time on site: sixty days at most."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a proposal says, as a whole: what is not to change is repeated."""

    description: str
    special_instructions: str
    duration_minutes: int
    deliverables: Sequence[Wanted]


def scope_of(row: Assignment) -> Scope:
    """The scope in force."""
    return Scope(
        row.description,
        row.special_instructions,
        row.duration_minutes,
        wanted_of(row, keeps_ids=True),
    )


def proposed(proposal: ScopeProposal) -> Scope:
    """What a proposal says."""
    return Scope(
        proposal.description,
        proposal.special_instructions,
        proposal.duration_minutes,
        [Wanted(**one) for one in proposal.deliverables],
    )


def propose_scope(pk: int, scope: Scope, *, actor: User, note: str) -> ScopeProposal:
    """Propose another scope, with the reason. One open proposal at a time. Raises Invalid or Conflict."""
    if not note.strip():
        raise Invalid("Enter why the scope should change. The worker will read it.", "note")
    with change(pk, "propose_scope", actor=actor) as opened:
        row = opened.row
        if ScopeProposal.objects.filter(assignment=row, state=RequestState.OPEN).exists():
            opened.pass_over_repeat("propose_scope")
            raise Conflict("A change of scope is open already. It has to be decided first.")
        if ChangeOrder.objects.filter(assignment=row, state=RequestState.OPEN).exists():
            raise Conflict("An order of extra work is open. Answer it first, so that its words stay.")
        if row.engagement is None:
            raise Conflict("Nobody is assigned.")
        _check(row, scope)
        proposal = ScopeProposal.objects.create(
            assignment=row,
            engagement=row.engagement,
            asked_by=actor,
            asked_at=opened.now,
            description=scope.description,
            special_instructions=scope.special_instructions,
            duration_minutes=scope.duration_minutes,
            deliverables=[asdict(one) for one in scope.deliverables],
            note=note,
        )
        opened.record("assignment.scope_proposed", note=note)
    return proposal


def accept_scope(pk: int, proposal_id: int, *, actor: User) -> None:
    """The worker agrees: the new scope is in force, as an amendment. Raises Conflict when it no longer fits."""
    with change(pk, "decide_scope", actor=actor) as opened:
        row = opened.row
        proposal = _open_proposal(opened, proposal_id)
        scope = proposed(proposal)
        blocked = _answered(row, scope)
        if blocked:
            raise Conflict(f"Files were given for “{blocked}” meanwhile. Decline it, so that it stays asked.")
        proposal.approve(actor)
        proposal.save(update_fields=["state", "decided_by", "decided_at"])
        row.description, row.special_instructions = scope.description, scope.special_instructions
        row.duration_minutes = scope.duration_minutes
        _put_deliverables(row, scope.deliverables)
        count_given(opened)
        amendment = amend(
            opened,
            Amendment.Kind.SCOPE,
            source_id=proposal.pk,
            proposed_by=proposal.asked_by,
            accepted_by=actor,
        )
        opened.record("assignment.scope_accepted", agreement=named(amendment))


def decline_scope(pk: int, proposal_id: int, *, actor: User, reason: str) -> None:
    """The worker says no: the agreed scope stays."""
    if not reason.strip():
        raise Invalid("Enter a reason. The client will read it.", "reason")
    with change(pk, "decide_scope", actor=actor) as opened:
        proposal = _open_proposal(opened, proposal_id)
        proposal.decline(actor, reason)
        proposal.save(update_fields=["state", "decided_by", "decided_at", "decline_reason"])
        opened.record("assignment.scope_declined", reason=reason)


def withdraw_scope(pk: int, proposal_id: int, *, actor: User) -> None:
    """The client takes an open proposal back."""
    with change(pk, "withdraw_scope", actor=actor) as opened:
        proposal = _open_proposal(opened, proposal_id)
        proposal.withdraw()
        proposal.save(update_fields=["state", "decided_at"])
        opened.record("assignment.scope_withdrawn")


def _check(row: Assignment, scope: Scope) -> None:
    if not scope.description.strip():
        raise Invalid("Describe the work.", "description")
    if not 0 < scope.duration_minutes <= LONGEST_MINUTES:
        raise Invalid("Enter the planned hours on site.", "duration")
    if any(not one.title.strip() or one.count < 1 for one in scope.deliverables):
        raise Invalid("Enter what the worker has to give, and how many.")
    if _plain(scope) == _plain(scope_of(row)):
        raise Invalid("Change something first: this is the agreed scope.")
    blocked = _answered(row, scope)
    if blocked:
        raise Invalid(f"Files were given for “{blocked}” already. Keep it in the list.")


def _plain(scope: Scope) -> Mapping[str, Any]:
    """For comparing: browsers send line ends in their own way."""
    plain = asdict(scope)
    for name in ("description", "special_instructions"):
        plain[name] = plain[name].replace("\r\n", "\n").strip()
    for one in plain["deliverables"]:
        one["kind"], one["moment"] = str(one["kind"]), str(one["moment"])
    return plain


def _answered(row: Assignment, scope: Scope) -> DeliverableRequirement | None:
    """A deliverable that would go although somebody gave files for it."""
    kept = [one.pk for one in scope.deliverables if one.pk]
    gone = DeliverableRequirement.objects.filter(assignment=row).exclude(pk__in=kept)
    return gone.filter(deliverables__isnull=False).first()


def _put_deliverables(row: Assignment, items: Sequence[Wanted]) -> None:
    """Bring the rows to these items, in this order; kept rows keep their id, on which files hang."""
    known = {found.pk: found for found in DeliverableRequirement.objects.filter(assignment=row)}
    for position, item in enumerate(items):
        target = known.pop(item.pk or 0, None) or DeliverableRequirement(assignment=row)
        for name in WANTED_COLUMNS:
            setattr(target, name, getattr(item, name))
        target.position = position
        target.save()
    for gone in known.values():
        gone.delete()


def _open_proposal(opened: Change, proposal_id: int) -> ScopeProposal:
    proposal = (
        ScopeProposal.objects.select_related("asked_by")
        .filter(assignment=opened.row, engagement=opened.row.engagement, pk=proposal_id)
        .first()
    )
    if proposal is None or proposal.state != RequestState.OPEN:
        raise Conflict("This proposal is no longer open.")
    return proposal
