"""The fault record's own verbs (N5): contest, answer, decide, and settling by the passing of time.

An entry is a row beside the assignment: nothing on the assignment changes, so it goes on when that is Paid (D6).
"""

from accounts.models import User
from assignments.actions.door import Change, change
from assignments.actions.fault_log import mark
from assignments.fault_rules import CONTEST_WITHIN
from assignments.fault_states import PARTY_WORDS, FaultKind, FaultSide, FaultState, Party
from assignments.models import FaultEntry, FaultStatement
from common import clock
from common.actor import SYSTEM
from common.errors import Conflict, Invalid, NotAllowed, WrongState
from common.when import instant

PERMISSION = "assignments.change_faultentry"


def contest_fault(fault_id: int, *, actor: User, party: str, text: str) -> FaultEntry:
    """Say within 7 days that it is another party's, with a statement; the other side has 7 days to answer.

    Raises FaultEntry.DoesNotExist, Invalid at "party" or "text", WrongState when it is too late or contested already.
    """
    if party not in Party.values:
        raise Invalid("Choose whose it is.", "party")
    with change(_assignment_of(fault_id), "contest_fault", actor=actor) as opened:
        fault = _locked(fault_id)
        side = side_of(opened, fault)
        if fault.state != FaultState.STANDING:
            opened.pass_over_repeat("contest_fault")
            raise WrongState("This entry of the fault record was contested or settled already.")
        if opened.now > fault.contest_until:
            until = instant(fault.contest_until, opened.row.time_zone)
            raise WrongState(f"It could be contested until {until}. Nothing was changed.")
        if party == fault.party:
            raise Invalid("The rule says that already. Choose another one.", "party")
        fault.contest(side, party, opened.now, opened.now + CONTEST_WITHIN)
        fault.save()
        _say(opened, fault, side, actor, text)
        _record(opened, fault, "assignment.fault_contested", proposed=PARTY_WORDS[party], text=text.strip())
    return fault


def answer_fault(fault_id: int, *, actor: User, agrees: bool, text: str = "") -> FaultEntry:
    """The other side accepts what was proposed, which settles it, or says why not; then an admin decides.

    Accepting is possible until it is decided, a statement within 7 days. Raises like `contest_fault`.
    """
    with change(_assignment_of(fault_id), "answer_fault", actor=actor) as opened:
        fault = _locked(fault_id)
        side = side_of(opened, fault)
        if fault.state != FaultState.CONTESTED:
            opened.pass_over_repeat("answer_fault")
            raise WrongState("No contest waits for an answer here.")
        if fault.contested_by == side:
            raise WrongState("You contested it. The other side answers.")
        if agrees:
            fault.agree(opened.now)
            fault.save()
            if text.strip() and fault.answered_at is None:
                _say(opened, fault, side, actor, text)
            _record(opened, fault, "assignment.fault_agreed", whose=fault.whose_words)
            return fault
        if fault.answered_at is not None:
            opened.pass_over_repeat("answer_fault")
            raise WrongState("You have answered already. Onsite decides.")
        if fault.answer_until is not None and opened.now > fault.answer_until:
            raise WrongState("The time to answer is over. You can still agree; else Onsite decides.")
        fault.answered_at = fault.remind_due_at = opened.now
        fault.save()
        _say(opened, fault, side, actor, text)
        _record(opened, fault, "assignment.fault_answered", text=text.strip())
    return fault


def decide_fault(fault_id: int, *, actor: User, party: str, reason: str) -> FaultEntry:
    """An admin settles a contested entry, with a reason that both sides read.

    Possible once the other side has answered or its 7 days are over. Raises NotAllowed without the permission.
    """
    if party not in Party.values:
        raise Invalid("Choose whose it is.", "party")
    if not reason.strip():
        raise Invalid("Enter a reason. Both sides read it.", "reason")
    if not actor.has_perm(PERMISSION):
        raise NotAllowed("Your role does not let you decide about the fault record.")
    with change(_assignment_of(fault_id), "decide_fault", actor=actor) as opened:
        fault = _locked(fault_id)
        if fault.engagement.worker.user_id == actor.pk:
            raise NotAllowed("It is about you: somebody else decides.")
        if fault.state != FaultState.CONTESTED:
            opened.pass_over_repeat("decide_fault")
            raise WrongState("Nothing waits for a decision here.")
        if not is_decidable(fault):
            raise Conflict("The other side still has time to answer.")
        fault.decide(actor, party, reason.strip(), opened.now)
        fault.save()
        _record(opened, fault, "assignment.fault_decided", whose=fault.whose_words, reason=reason.strip())
    return fault


def settle_fault(fault_id: int) -> bool:
    """What nobody contested within 7 days is settled as the rule says. Returns whether it was."""
    with change(_assignment_of(fault_id), "settle_fault", actor=SYSTEM) as opened:
        fault = _locked(fault_id)
        if fault.state != FaultState.STANDING or fault.contest_until >= opened.now:
            return False
        fault.stand(opened.now)
        fault.save()
        _record(opened, fault, "assignment.fault_stood", whose=fault.whose_words)
    return True


def is_decidable(fault: FaultEntry) -> bool:
    """Whether an admin may decide now: the other side answered, or let its time pass."""
    is_over = fault.answer_until is not None and clock.now() > fault.answer_until
    return fault.state == FaultState.CONTESTED and (fault.answered_at is not None or is_over)


def side_of(opened: Change, fault: FaultEntry) -> str:
    """The side that acts. Raises NotAllowed for a worker whose time on the work it was not, and for a Team Agent."""
    found = opened.standing
    if found.side == "client":
        return FaultSide.CLIENT
    if found.agent is None and found.worker and found.worker.pk == fault.engagement.worker_id:
        return FaultSide.WORKER
    raise NotAllowed("This entry of the fault record is not about you.")


def _assignment_of(fault_id: int) -> int:
    return FaultEntry.objects.only("assignment_id").get(pk=fault_id).assignment_id


def _locked(fault_id: int) -> FaultEntry:
    rows = FaultEntry.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "engagement__worker__user"
    )
    return rows.get(pk=fault_id)


def _say(opened: Change, fault: FaultEntry, side: str, actor: User, text: str) -> None:
    if not text.strip():
        raise Invalid("Write what happened. The other side and Onsite read it.", "text")
    FaultStatement.objects.create(fault=fault, side=side, author=actor, text=text.strip(), at=opened.now)


def _record(opened: Change, fault: FaultEntry, kind: str, **facts: object) -> None:
    """The entry of the history, for the client alone where the worker has left since (decisions.md D10)."""
    mark(fault.engagement_id)
    is_over = fault.engagement_id != opened.row.engagement_id
    if kind != "assignment.fault_stood" or fault.party == Party.WORKER:
        opened.tell(engaged=[fault.engagement.worker])
    opened.record(
        kind,
        visibility="client" if is_over else "all",
        fault=fault.pk,
        record=fault.number,
        event=FaultKind(fault.kind).label,
        **facts,
    )
