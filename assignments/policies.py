"""Who may do what, and in which stage: one table, asked by the button and by the door (decisions.md D18).

`who` looks at the standing only, `states` at the stage, `when` at further facts of the locked row, `has` at what the
person has here to do it with. What needs other rows (funds, overlaps, an expired offer) is checked by the action under
the same lock.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from accounts.actor import Actor
from assignments import blind, deadlines
from assignments.models import Assignment, RouteMode
from assignments.standing import Standing, standing
from assignments.states import FLAGGED, ON_SITE, OPEN, STANDBY_STAGES, ScheduleKind, StandbyState, State
from assignments.visibility import sight
from clients.models import Member
from clients.roles import Role
from common import clock
from common.errors import DomainError, NotAllowed, WrongState

Who = Callable[[Standing], bool]
When = Callable[[Assignment, datetime], str]
Has = Callable[[Standing], str]


CREATORS = frozenset({Role.ADMINISTRATOR, Role.MANAGER, Role.USER})
"""The roles that write assignments (decisions.md D18)."""


def steers(member: Member | None, person_id: int) -> bool:
    """Whether the member may start, stop and pause what makes that colleague's drafts: uploads and repetitions."""
    if member is None or member.role not in CREATORS:
        return False
    return member.user_id == person_id or member.role in (Role.ADMINISTRATOR, Role.MANAGER)


def manages(s: Standing) -> bool:
    return s.manages


def is_client(s: Standing) -> bool:
    return s.side == "client"


def client_writes(s: Standing) -> bool:
    """A colleague who may write on this assignment: managers all, users the own and followed ones."""
    return s.manages or (s.role == Role.USER and s.follows)


def handles_money(s: Standing) -> bool:
    return s.handles_money


def is_assigned(s: Standing) -> bool:
    return s.is_assigned


def is_candidate(s: Standing) -> bool:
    """A worker who is not on it; whether it is open to this one is visibility's answer, asked in `refusal`."""
    return s.side == "worker" and not s.is_assigned


def is_system(s: Standing) -> bool:
    return s.side == "system"


def manages_or_assigned(s: Standing) -> bool:
    return s.manages or s.is_assigned


def manages_or_decides(s: Standing) -> bool:
    """The client's managers; an admin only while deciding a dispute, which payments says by "arbiter"."""
    return s.manages or s.side == "arbiter"


def approves(s: Standing) -> bool:
    """As above, and Onsite where the client agreed that silence approves (N1): payments checks that it is time."""
    return manages_or_decides(s) or is_system(s)


def pays(s: Standing) -> bool:
    """Those who pay, and Onsite where it was told to (auto-pay, immediate terms)."""
    return s.handles_money or s.side in ("arbiter", "system")


def takes_early(s: Standing) -> bool:
    """The worker, and Onsite where the worker chose that FastFunds is taken by itself (payments checks that word)."""
    return s.is_assigned or is_system(s)


def stops_payment(s: Standing) -> bool:
    return s.handles_money or s.side == "arbiter"


def talks(s: Standing) -> bool:
    return client_writes(s) or s.is_assigned or s.side == "admin"


def writes_or_assigned(s: Standing) -> bool:
    return client_writes(s) or s.is_assigned


def disputes(s: Standing) -> bool:
    """Who may ask Onsite to decide for the client."""
    return s.manages or s.handles_money


def takes_side(s: Standing) -> bool:
    return disputes(s) or s.is_assigned


def takes_part(s: Standing) -> bool:
    """Anybody in whose act payments writes its own facts, after its own check."""
    return takes_side(s) or s.side in ("arbiter", "system")


def fine(row: Assignment, now: datetime) -> str:
    return ""


def not_expired(row: Assignment, now: datetime) -> str:
    last = row.window_end_at or row.start_at
    return "Its start has passed, so it takes no applications." if last and last <= now else ""


def requests_on(row: Assignment, now: datetime) -> str:
    return "" if row.requests_allowed else "This client takes no requests for more money on this assignment."


def not_negotiable_budget(row: Assignment, now: datetime) -> str:
    return requests_on(row, now) or ("The price is not negotiable." if row.non_negotiable else "")


def unconfirmed(row: Assignment, now: datetime) -> str:
    return "The schedule is confirmed already." if row.confirmed_at else ""


def confirmable(row: Assignment, now: datetime) -> str:
    if row.confirm_hours is None and row.schedule_kind != ScheduleKind.WINDOW:
        return "This assignment needs no confirmation."
    return unconfirmed(row, now)


def check_in_open(row: Assignment, now: datetime) -> str:
    if row.start_at and now < deadlines.check_in_opens(row.start_at):
        return "Check-in is not open yet."
    return ""


def start_near(row: Assignment, now: datetime) -> str:
    """On the way and delays are told for the visit that comes next, from when check-in opens (decisions.md D3)."""
    if row.start_at and now < deadlines.check_in_opens(row.start_at):
        return "This is possible from 12 hours before the start."
    return ""


def hold_not_lifted(row: Assignment, now: datetime) -> str:
    return "A new date was sent already; the worker's answer is open." if row.hold_lifted_at else ""


def no_date_asked(row: Assignment, now: datetime) -> str:
    """Pages know of an open request by a fact of queries.with_facts; the door asks the table, under its lock."""
    is_open = getattr(row, "reschedule_side", "")
    return "A reschedule request is open already. It has to be decided first." if is_open else ""


def nobody_inside(row: Assignment, now: datetime) -> str:
    """Checking in for the worker: when check-in is open and no visit runs; a fact of pages as above."""
    is_inside = getattr(row, "visit_is_open", False)
    return check_in_open(row, now) or ("The worker is checked in already." if is_inside else "")


def somebody_inside(row: Assignment, now: datetime) -> str:
    """Checking out for the worker: while a visit runs; a fact of pages as above."""
    return "" if getattr(row, "visit_is_open", True) else "The worker is not checked in."


def no_scope_asked(row: Assignment, now: datetime) -> str:
    """Like no_date_asked, for changes of the agreed scope."""
    is_open = getattr(row, "scope_count", 0)
    return "A change of scope is open already. It has to be decided first." if is_open else ""


def no_standby(row: Assignment, now: datetime) -> str:
    """Like no_date_asked: pages know of a standby by a fact of the row, the door asks the table."""
    return "Somebody is named as standby already." if getattr(row, "standby_state", "") else ""


def some_standby(row: Assignment, now: datetime) -> str:
    return "" if getattr(row, "standby_state", True) else "Nobody stands by."


def ready_standby(row: Assignment, now: datetime) -> str:
    is_ready = getattr(row, "standby_state", StandbyState.READY) == StandbyState.READY
    return "" if is_ready else "Nobody stands by who could be assigned now."


def no_revisit(row: Assignment, now: datetime) -> str:
    """A fact of the row on pages, asked of the table by the door."""
    if getattr(row, "revisit_number", 0):
        return f"The rest went over to A-{row.revisit_number} already."  # type: ignore[attr-defined]
    return undisputed(row, now)


def extra_work(row: Assignment, now: datetime) -> str:
    """Extra work is a budget increase with words; one order at a time, which pages know by a fact as above."""
    is_open = getattr(row, "change_count", 0)
    asked = "An order of extra work is open already. It has to be answered first." if is_open else ""
    return not_negotiable_budget(row, now) or asked


def undisputed(row: Assignment, now: datetime) -> str:
    return "A dispute is open: it has to be decided first." if row.disputed_at else ""


def disputed(row: Assignment, now: datetime) -> str:
    return "" if row.disputed_at else "No dispute is open here."


def escalatable(row: Assignment, now: datetime) -> str:
    """The worker's way to Onsite opens late: payments checks the ground itself (decisions.md D5, domain.md 5.2)."""
    if row.disputed_at:
        return undisputed(row, now)
    if row.paid_at:
        return "It is paid. Nothing can be disputed any more."
    if row.state == State.PENDING_APPROVAL and (row.escalate_from_at is None or now <= row.escalate_from_at):
        return "The client still has time to approve it."
    if row.cancelled_at and now > row.cancelled_at + deadlines.ESCALATE_WITHIN:
        return "It was cancelled more than six months ago."
    return ""


def advanceable(row: Assignment, now: datetime) -> str:
    if not row.fastfunds_eligible:
        return "This assignment is not FastFunds eligible."
    if row.advanced_at:
        return "You have used FastFunds for it already."
    return undisputed(row, now)


def switchable(row: Assignment, now: datetime) -> str:
    """The switch of FastFunds by itself for one assignment, until it is taken."""
    if not row.fastfunds_eligible:
        return "This assignment is not FastFunds eligible."
    return "You have used FastFunds for it already." if row.advanced_at else ""


def payable_after_cancel(row: Assignment, now: datetime) -> str:
    if row.paid_at or not row.cancelled_pay_minor:
        return "Nothing is left to pay here."
    return undisputed(row, now)


def ratable(row: Assignment, now: datetime) -> str:
    """Rows of pages know whether the viewer's rating is final; the action asks blind.py itself."""
    return blind.FINAL if getattr(row, "rating_is_final", False) else ""


def ratable_by_worker(row: Assignment, now: datetime) -> str:
    if row.paid_at and now > row.paid_at + deadlines.RATE_AFTER_PAID:
        return "Ratings close 14 days after payment."
    return ratable(row, now)


def sides_with(s: Standing) -> bool:
    """Either side of a fault record: managers, and the worker, also after leaving. The action asks whose it is."""
    return s.manages or s.is_assigned or s.was_on_it


def is_admin(s: Standing) -> bool:
    return s.side == "admin"


def nothing_more(s: Standing) -> str:
    return ""


def has_application(s: Standing) -> str:
    return "" if s.has_applied else "You have no application here that could be withdrawn."


def manages_or_stands_by(s: Standing) -> bool:
    return s.manages or s.standby is not None


def asked_to_stand_by(s: Standing) -> str:
    if s.standby is None:
        return "Nobody asked you to stand by."
    return "You stand by already." if s.standby.is_ready else ""


def has_invitation(s: Standing) -> str:
    is_open = s.invitation is not None and not s.invitation.declined_at
    return "" if is_open else "There is no invitation to decline."


def may_take(s: Standing) -> str:
    """Whether the worker's invitation is one of the first to accept (domain.md 3.3)."""
    is_open = s.is_invited and s.invitation is not None and s.invitation.mode == RouteMode.ACCEPT
    return "" if is_open else "The client chooses who gets it. You can apply."


@dataclass(frozen=True, slots=True)
class Rule:
    """One verb: who, in which stages, when, with what, and how a refusal names it ("be put on hold")."""

    who: Who
    states: frozenset[State]
    phrase: str
    when: When = fine
    needs_page: bool = True
    """Whether a worker or admin must see the page; a cancelled assignment can be escalated although its page closed."""
    has: Has = nothing_more


def _in(*states: State) -> frozenset[State]:
    return frozenset(states)


BEFORE_END = OPEN - {State.APPROVED}
BUSY = _in(State.ASSIGNED, State.IN_PROGRESS, State.ON_HOLD)
DISPUTABLE = _in(State.PENDING_APPROVAL, State.APPROVED, State.CANCELLED)
RECORDED = frozenset(set(State) - {State.DRAFT})
THREAD = BUSY | {State.PENDING_APPROVAL, State.APPROVED}

VERBS: dict[str, Rule] = {
    # before assignment, the client
    "edit": Rule(manages, _in(State.DRAFT, State.SENT), "be edited"),
    "edit_site": Rule(manages, BUSY, "get new site details"),
    "delete": Rule(manages, _in(State.DRAFT), "be deleted"),
    "send": Rule(manages, _in(State.DRAFT), "be sent"),
    "invite": Rule(manages, _in(State.SENT), "be offered to more workers"),
    "cancel_wave": Rule(manages, _in(State.SENT), "have a wave cancelled"),
    "assign": Rule(manages, _in(State.SENT), "be assigned"),
    "assign_directly": Rule(manages, _in(State.DRAFT, State.SENT), "be assigned directly"),
    "override": Rule(manages, _in(State.SENT), "have its requirements waived"),
    "withdraw_override": Rule(manages, _in(State.SENT), "have its requirements asked again"),
    "decline": Rule(manages, _in(State.SENT), "have applications declined"),
    "answer": Rule(client_writes, _in(State.SENT), "have questions answered"),
    # before assignment, the worker
    "apply": Rule(is_candidate, _in(State.SENT), "be applied for", not_expired),
    "withdraw": Rule(is_candidate, _in(State.SENT), "have an application withdrawn", has=has_application),
    "accept": Rule(is_candidate, _in(State.SENT), "be accepted", not_expired, has=may_take),
    "decline_invitation": Rule(is_candidate, _in(State.SENT), "be turned down", has=has_invitation),
    "ask": Rule(is_candidate, _in(State.SENT), "be asked about"),
    # the worker, on site
    "confirm": Rule(is_assigned, _in(State.ASSIGNED), "be confirmed", confirmable),
    "set_out": Rule(is_assigned, _in(State.ASSIGNED), "be set out for", start_near),
    "report_delay": Rule(is_assigned, _in(State.ASSIGNED), "have a delay reported", start_near),
    "check_in": Rule(is_assigned, ON_SITE, "be checked in", check_in_open),
    "check_out": Rule(is_assigned, _in(State.IN_PROGRESS), "be checked out"),
    "edit_check_in": Rule(manages_or_assigned, _in(State.IN_PROGRESS), "have visits corrected"),
    "explain_visit": Rule(is_assigned, ON_SITE, "have a visit explained"),
    "deliver": Rule(is_assigned, ON_SITE, "take deliverables"),
    "fill_fields": Rule(is_assigned, ON_SITE, "have its fields filled"),
    "submit": Rule(is_assigned, _in(State.IN_PROGRESS), "be submitted"),
    "back_out": Rule(is_assigned, _in(State.ASSIGNED), "be cancelled by the worker"),
    "request_increase": Rule(is_assigned, ON_SITE, "get a budget increase", not_negotiable_budget),
    "request_expense": Rule(is_assigned, ON_SITE, "get an expense request", requests_on),
    "request_bonus": Rule(is_assigned, _in(State.IN_PROGRESS), "get a bonus request", requests_on),
    "withdraw_money": Rule(is_assigned, BUSY | {State.PENDING_APPROVAL}, "have a request withdrawn"),
    "decide_counter": Rule(is_assigned, BUSY | {State.PENDING_APPROVAL}, "have an offered amount answered"),
    "order_change": Rule(is_assigned, ON_SITE, "get extra work", extra_work),
    "withdraw_change": Rule(
        is_assigned, BUSY | {State.PENDING_APPROVAL}, "have an order of extra work withdrawn"
    ),
    # both sides, on site
    "request_reschedule": Rule(manages_or_assigned, ON_SITE, "be rescheduled", no_date_asked),
    "decide_reschedule": Rule(manages_or_assigned, BUSY, "have a new schedule decided"),
    "counter_reschedule": Rule(manages_or_assigned, ON_SITE, "get another date proposed"),
    "withdraw_reschedule": Rule(manages_or_assigned, BUSY, "have a reschedule request withdrawn"),
    "propose_scope": Rule(manages, ON_SITE, "get another scope", no_scope_asked),
    "decide_scope": Rule(is_assigned, BUSY, "have a change of scope decided"),
    "withdraw_scope": Rule(manages, BUSY, "have a change of scope withdrawn"),
    "post_message": Rule(talks, THREAD, "take messages"),
    "post_note": Rule(client_writes, OPEN, "take notes"),
    "report_problem": Rule(writes_or_assigned, BUSY, "take problem reports"),
    "resolve_problem": Rule(writes_or_assigned, BUSY, "have problems resolved"),
    # the client, on site and after
    "check_in_for": Rule(manages, ON_SITE, "have its worker checked in", nobody_inside),
    "check_out_for": Rule(manages, _in(State.IN_PROGRESS), "have its worker checked out", somebody_inside),
    "renew_site_link": Rule(manages, BUSY, "get a link for the site contact"),
    "revoke_site_link": Rule(manages, BUSY, "have the site contact's link revoked"),
    "add_label": Rule(client_writes, OPEN, "get an own label"),
    "remove_label": Rule(client_writes, OPEN, "have an own label removed"),
    "decide_money": Rule(manages, BUSY | {State.PENDING_APPROVAL}, "have requests decided"),
    "counter_money": Rule(manages, BUSY | {State.PENDING_APPROVAL}, "get another amount offered"),
    "approve_change": Rule(manages, BUSY | {State.PENDING_APPROVAL}, "have extra work approved"),
    "decline_change": Rule(manages, BUSY | {State.PENDING_APPROVAL}, "have extra work declined"),
    "add_money": Rule(manages, ON_SITE, "get more money"),
    "attach": Rule(manages, BEFORE_END - {State.PENDING_APPROVAL}, "get documents"),
    "hold": Rule(manages, ON_SITE, "be put on hold"),
    "remove_hold": Rule(manages, _in(State.ON_HOLD), "be taken off hold", hold_not_lifted),
    "unassign": Rule(manages, BUSY, "have its worker removed"),
    "name_standby": Rule(manages, _in(State.SENT, State.ASSIGNED), "get a standby", no_standby),
    "accept_standby": Rule(
        is_candidate, _in(State.SENT, State.ASSIGNED), "get you as standby", has=asked_to_stand_by
    ),
    "end_standby": Rule(manages_or_stands_by, STANDBY_STAGES, "have its standby ended", some_standby),
    "promote_standby": Rule(manages, _in(State.SENT), "be given to the standby", ready_standby),
    "make_revisit": Rule(
        manages, _in(State.IN_PROGRESS, State.PENDING_APPROVAL), "get a revisit", no_revisit
    ),
    "accept_deliverable": Rule(
        manages, _in(State.IN_PROGRESS, State.PENDING_APPROVAL), "have files accepted"
    ),
    "reject_deliverable": Rule(
        manages, _in(State.IN_PROGRESS, State.PENDING_APPROVAL), "have files asked again"
    ),
    "send_back": Rule(manages, _in(State.PENDING_APPROVAL), "be sent back", undisputed),
    "approve": Rule(approves, _in(State.PENDING_APPROVAL), "be approved", undisputed),
    "cancel": Rule(
        manages_or_decides,
        _in(State.SENT, State.ASSIGNED, State.IN_PROGRESS, State.ON_HOLD, State.PENDING_APPROVAL),
        "be cancelled",
        undisputed,
    ),
    "rate_worker": Rule(
        manages, _in(State.IN_PROGRESS, State.PENDING_APPROVAL, State.APPROVED), "be rated", ratable
    ),
    "rate_client": Rule(is_assigned, _in(State.APPROVED, State.PAID), "be rated", ratable_by_worker),
    "follow": Rule(is_client, OPEN, "be followed"),
    # money, called by payments
    "stop_payment": Rule(stops_payment, _in(State.APPROVED), "have its payment stopped", undisputed),
    "pay": Rule(pays, _in(State.APPROVED), "be paid", undisputed),
    "pay_cancelled": Rule(pays, _in(State.CANCELLED), "be paid", payable_after_cancel),
    "fastfunds": Rule(takes_early, _in(State.APPROVED), "be paid early", advanceable),
    "skip_fastfunds": Rule(
        is_assigned,
        BUSY | {State.PENDING_APPROVAL, State.APPROVED},
        "have FastFunds switched by you",
        switchable,
    ),
    "invoice": Rule(
        takes_part,
        _in(State.PENDING_APPROVAL, State.APPROVED, State.CANCELLED),
        "be invoiced",
        needs_page=False,
    ),
    # disputes, called by payments
    "escalate": Rule(is_assigned, DISPUTABLE, "be escalated", escalatable, needs_page=False),
    "dispute": Rule(disputes, DISPUTABLE - {State.CANCELLED}, "be disputed", undisputed),
    "answer_dispute": Rule(takes_side, DISPUTABLE, "have a dispute answered", disputed, needs_page=False),
    "withdraw_dispute": Rule(takes_side, DISPUTABLE, "have a dispute withdrawn", disputed, needs_page=False),
    "step_dispute": Rule(is_system, DISPUTABLE, "have a dispute go on", disputed),
    # the fault record: rows beside the assignment, also when it is Paid (D6) or the worker has left (D10)
    "contest_fault": Rule(sides_with, RECORDED, "have a fault record contested", needs_page=False),
    "answer_fault": Rule(sides_with, RECORDED, "have a contest answered", needs_page=False),
    "decide_fault": Rule(is_admin, RECORDED, "have a fault record decided", needs_page=False),
    "settle_fault": Rule(is_system, RECORDED, "have a fault record settled"),
    # the site contact, by the link
    "give_code": Rule(is_system, ON_SITE, "have codes given by the site contact", check_in_open),
    # timers
    "start": Rule(is_system, _in(State.ASSIGNED), "start"),
    "flag": Rule(is_system, FLAGGED, "be flagged"),
    "expire": Rule(is_system, _in(State.SENT), "have offers expire"),
    "fire": Rule(is_system, _in(State.SENT), "be sent to more workers"),
    "promote": Rule(is_system, _in(State.SENT, State.ASSIGNED), "be given to the standby"),
    "remind": Rule(is_system, _in(State.ON_HOLD), "be reminded of"),
    "remind_check_out": Rule(is_system, _in(State.IN_PROGRESS), "be reminded of"),
    "remind_reschedule": Rule(is_system, ON_SITE, "be reminded of"),
    "time_out_change": Rule(
        is_system, BUSY | {State.PENDING_APPROVAL}, "have extra work answered by silence"
    ),
    "remind_approval": Rule(is_system, _in(State.PENDING_APPROVAL), "be reminded of"),
}


OWN: frozenset[str] = frozenset(
    {
        "accept", "decide_scope", "escalate", "answer_dispute", "withdraw_dispute", "fastfunds", "skip_fastfunds",
        "rate_client", "invoice",
        "accept_standby", "end_standby", "contest_fault", "answer_fault", "decide_counter", "order_change",
    }
)  # fmt: skip
"""What a worker never leaves to a Team Agent: to be bound at once, amendments of the own agreement, disputes, money,
ratings."""
AGENT_VERBS = frozenset(VERBS) - OWN


def refusal(found: Standing, verb: str, row: Assignment, now: datetime) -> DomainError | None:
    """Why this person may not do it now, or None. Raises KeyError for an unknown verb."""
    rule = VERBS[verb]
    if found.agent and verb not in AGENT_VERBS:
        return NotAllowed(f"{found.worker} alone can let this assignment {rule.phrase}. A Team Agent cannot.")
    if rule.needs_page and found.side in ("worker", "admin") and not sight(found, row).opens:
        return _hidden(found, rule, row)
    if not rule.who(found):
        if found.is_assigned and rule.who is is_candidate:  # withdraws an offer that was accepted just now
            return _moved_on(rule, row)
        return NotAllowed(f"Your role does not let this assignment {rule.phrase}.")
    if row.state not in rule.states:
        return _moved_on(rule, row)
    reason = rule.when(row, now) or rule.has(found)
    return WrongState(reason) if reason else None


def _hidden(found: Standing, rule: Rule, row: Assignment) -> DomainError:
    """For a page that closed while somebody was looking: it was filled, cancelled, or the worker was removed."""
    if found.side == "admin":
        return NotAllowed(f"Your role does not let this assignment {rule.phrase}.")
    return (
        _moved_on(rule, row) if found.is_assigned else WrongState("This assignment is no longer available.")
    )


def _moved_on(rule: Rule, row: Assignment) -> WrongState:
    return WrongState(f"This assignment is now {State(row.state).label}. It can no longer {rule.phrase}.")


def can(actor: Actor, verb: str, row: Assignment) -> bool:
    return refusal(standing(actor, row), verb, row, clock.now()) is None


def require(
    actor: Actor, verb: str, row: Assignment, now: datetime, acting_for: int | None = None
) -> Standing:
    """The standing of an actor who may; raises NotAllowed or WrongState with the sentence."""
    found = standing(actor, row, acting_for)
    refused = refusal(found, verb, row, now)
    if refused:
        raise refused
    return found


def verbs_for(found: Standing, row: Assignment, now: datetime) -> frozenset[str]:
    """The verbs whose buttons this person gets: the same table as the door."""
    return frozenset(verb for verb in VERBS if refusal(found, verb, row, now) is None)
