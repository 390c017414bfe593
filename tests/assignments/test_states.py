"""Stage x verb x persona: allowed, or the named refusal. The table is written out from domain.md 8.2 and D18."""

from datetime import timedelta

import pytest

from accounts.actor import Actor
from assignments.actions.door import change
from assignments.models import Assignment
from assignments.policies import VERBS, refusal, verbs_for
from assignments.standing import standing
from assignments.states import State
from common import clock
from common.actor import SYSTEM
from common.errors import AlreadyDone, DomainError, NotAllowed, WrongState
from tests.assignments.scenes import scene, usd
from tests.factories import PERSONAS, People

pytestmark = pytest.mark.django_db

MANAGES = {"owner", "manager", "user_owner"}
WRITES = MANAGES | {"follower"}
MONEY = {"owner", "controller"}
CLIENT = WRITES | MONEY | {"user_member", "view_only"}
WORKER = {"worker"}
CANDIDATES = {"worker", "applicant", "stranger", "invited"}
TIMER = {"system"}
WORKERS = CANDIDATES | {"removed"}
RECORDED = "sent assigned in_progress on_hold pending_approval approved paid cancelled"

EXPECTED: dict[str, tuple[set[str], str]] = {
    "edit": (MANAGES, "draft sent"),
    "edit_site": (MANAGES, "assigned in_progress on_hold"),
    "delete": (MANAGES, "draft"),
    "send": (MANAGES, "draft"),
    "invite": (MANAGES, "sent"),
    "cancel_wave": (MANAGES, "sent"),
    "assign": (MANAGES, "sent"),
    "assign_directly": (MANAGES, "draft sent"),
    "override": (MANAGES, "sent"),
    "withdraw_override": (MANAGES, "sent"),
    "decline": (MANAGES, "sent"),
    "answer": (WRITES, "sent"),
    "apply": (CANDIDATES, "sent"),
    "withdraw": ({"applicant"}, "sent"),
    "accept": (set(), "sent"),  # nobody of this scene was asked to: tests/clauses/test_sourcing_routing.py
    "decline_invitation": ({"invited"}, "sent"),
    "ask": (CANDIDATES, "sent"),
    "confirm": (WORKER, "assigned"),
    "set_out": (WORKER, "assigned"),
    "report_delay": (WORKER, "assigned"),
    "check_in": (WORKER, "assigned in_progress"),
    "check_out": (WORKER, "in_progress"),
    "edit_check_in": (MANAGES | WORKER, "in_progress"),
    "explain_visit": (WORKER, "assigned in_progress"),
    "check_in_for": (MANAGES, "assigned in_progress"),
    "check_out_for": (MANAGES, "in_progress"),
    "renew_site_link": (MANAGES, "assigned in_progress on_hold"),
    "revoke_site_link": (MANAGES, "assigned in_progress on_hold"),
    "add_label": (WRITES, "draft sent assigned in_progress on_hold pending_approval approved"),
    "remove_label": (WRITES, "draft sent assigned in_progress on_hold pending_approval approved"),
    "deliver": (WORKER, "assigned in_progress"),
    "fill_fields": (WORKER, "assigned in_progress"),
    "submit": (WORKER, "in_progress"),
    "back_out": (WORKER, "assigned"),
    "request_increase": (WORKER, "assigned in_progress"),
    "request_expense": (WORKER, "assigned in_progress"),
    "request_bonus": (WORKER, "in_progress"),
    "withdraw_money": (WORKER, "assigned in_progress on_hold pending_approval"),
    "decide_counter": (WORKER, "assigned in_progress on_hold pending_approval"),
    "order_change": (WORKER, "assigned in_progress"),
    "withdraw_change": (WORKER, "assigned in_progress on_hold pending_approval"),
    "request_reschedule": (MANAGES | WORKER, "assigned in_progress"),
    "decide_reschedule": (MANAGES | WORKER, "assigned in_progress on_hold"),
    "counter_reschedule": (MANAGES | WORKER, "assigned in_progress"),
    "withdraw_reschedule": (MANAGES | WORKER, "assigned in_progress on_hold"),
    "post_message": (WRITES | WORKER, "assigned in_progress on_hold pending_approval approved"),
    "post_note": (WRITES, "draft sent assigned in_progress on_hold pending_approval approved"),
    "report_problem": (WRITES | WORKER, "assigned in_progress on_hold"),
    "resolve_problem": (WRITES | WORKER, "assigned in_progress on_hold"),
    "decide_money": (MANAGES, "assigned in_progress on_hold pending_approval"),
    "counter_money": (MANAGES, "assigned in_progress on_hold pending_approval"),
    "approve_change": (MANAGES, "assigned in_progress on_hold pending_approval"),
    "decline_change": (MANAGES, "assigned in_progress on_hold pending_approval"),
    "add_money": (MANAGES, "assigned in_progress"),
    "attach": (MANAGES, "draft sent assigned in_progress on_hold"),
    "hold": (MANAGES, "assigned in_progress"),
    "remove_hold": (MANAGES, "on_hold"),
    "unassign": (MANAGES, "assigned in_progress on_hold"),
    "name_standby": (MANAGES, "sent assigned"),
    "accept_standby": (
        set(),
        "sent assigned",
    ),  # nobody of this scene was asked: tests/assignments/test_standby.py
    "end_standby": (MANAGES, "sent assigned in_progress on_hold"),
    "promote_standby": (MANAGES, "sent"),
    "make_revisit": (MANAGES, "in_progress pending_approval"),
    "accept_deliverable": (MANAGES, "in_progress pending_approval"),
    "reject_deliverable": (MANAGES, "in_progress pending_approval"),
    "send_back": (MANAGES, "pending_approval"),
    "propose_scope": (MANAGES, "assigned in_progress"),
    "decide_scope": (WORKER, "assigned in_progress on_hold"),
    "withdraw_scope": (MANAGES, "assigned in_progress on_hold"),
    "approve": (MANAGES | TIMER, "pending_approval"),
    "cancel": (MANAGES, "sent assigned in_progress on_hold pending_approval"),
    "rate_worker": (MANAGES, "in_progress pending_approval approved"),
    "rate_client": (WORKER, "approved paid"),
    "follow": (CLIENT, "draft sent assigned in_progress on_hold pending_approval approved"),
    "stop_payment": (MONEY, "approved"),
    "pay": (MONEY | TIMER, "approved"),
    "pay_cancelled": (MONEY | TIMER, ""),
    "fastfunds": (WORKER | TIMER, ""),
    "skip_fastfunds": (WORKER, ""),
    "invoice": (MANAGES | MONEY | WORKER | TIMER, "pending_approval approved cancelled"),
    "escalate": (WORKER, "approved cancelled"),
    "dispute": (MANAGES | MONEY, "pending_approval approved"),
    "answer_dispute": (MANAGES | MONEY | WORKER, ""),
    "withdraw_dispute": (MANAGES | MONEY | WORKER, ""),
    "step_dispute": (TIMER, ""),
    "contest_fault": (MANAGES | WORKER | {"removed"}, RECORDED),
    "answer_fault": (MANAGES | WORKER | {"removed"}, RECORDED),
    "decide_fault": ({"staff"}, RECORDED),
    "settle_fault": (TIMER, RECORDED),
    "give_code": (TIMER, "assigned in_progress"),
    "start": (TIMER, "assigned"),
    "flag": (TIMER, "sent assigned in_progress"),
    "expire": (TIMER, "sent"),
    "fire": (TIMER, "sent"),
    "promote": (TIMER, "sent assigned"),
    "remind": (TIMER, "on_hold"),
    "remind_check_out": (TIMER, "in_progress"),
    "remind_reschedule": (TIMER, "assigned in_progress"),
    "time_out_change": (TIMER, "assigned in_progress on_hold pending_approval"),
    "remind_approval": (TIMER, "pending_approval"),
}
OFF_PAGE = {
    "invoice", "escalate", "answer_dispute", "withdraw_dispute", "contest_fault", "answer_fault", "decide_fault",
}  # fmt: skip
"""What is asked for a worker even when the page is closed (a cancelled assignment; a fault record)."""


def expected(persona: str, verb: str, state: str) -> type[DomainError] | None:
    """What the table says; None when the verb is allowed.

    Workers to whom the page is closed hear that it is gone, whatever they try: they had it open a moment ago.
    """
    who, stages = EXPECTED[verb]
    if persona in WORKERS:
        return for_worker(persona, verb, state)
    if persona not in who:
        return NotAllowed
    return None if state in stages.split() else WrongState


def for_worker(persona: str, verb: str, state: str) -> type[DomainError] | None:
    who, stages = EXPECTED[verb]
    has_it = persona == "worker" and state not in ("draft", "sent")
    is_open = state != "cancelled" if has_it else state == "sent" and persona in CANDIDATES
    if not is_open and verb not in OFF_PAGE:
        return WrongState
    if persona == "removed" and persona in who:  # the fault record stays open to who was on it
        return None if state in stages.split() else NotAllowed
    if who <= CANDIDATES and who != WORKER:
        return None if persona in who and not has_it else WrongState
    if "worker" not in who or not has_it:
        return NotAllowed
    return None if state in stages.split() else WrongState


def found(actor: Actor, verb: str, row: Assignment) -> type[DomainError] | None:
    refused = refusal(standing(actor, row), verb, row, clock.now())
    return type(refused) if refused else None


def test_the_table_names_every_verb():
    assert set(EXPECTED) == set(VERBS)


@pytest.mark.one_database
@pytest.mark.parametrize("state", State.values)
def test_matrix(people: People, state: str):
    row = scene(people, state)
    actors: dict[str, Actor] = {name: people.user(name) for name in PERSONAS} | {"system": SYSTEM}
    table = {(who, verb): found(actor, verb, row) for who, actor in actors.items() for verb in EXPECTED}
    assert table == {(who, verb): expected(who, verb, state) for who in actors for verb in EXPECTED}


@pytest.mark.parametrize("state", State.values)
def test_the_door_refuses_what_the_button_does_not_offer(people: People, state: str):
    row = scene(people, state)
    for name in ("owner", "worker", "stranger", "controller"):
        actor = people.user(name)
        offered = verbs_for(standing(actor, row), row, clock.now())
        for verb in set(EXPECTED) - offered:
            with pytest.raises((NotAllowed, WrongState, AlreadyDone)), change(row.pk, verb, actor=actor):
                pytest.fail(f"{name} came through to {verb}")
    assert Assignment.objects.get(pk=row.pk).version == row.version


def test_refusals_are_sentences(people: People):
    row = scene(people, State.PAID)
    assert {
        name: str(refusal(standing(people.user(name), row), verb, row, clock.now()))
        for name, verb in [("owner", "cancel"), ("stranger", "apply"), ("view_only", "cancel")]
    } == {
        "owner": "This assignment is now Paid. It can no longer be cancelled.",
        "stranger": "This assignment is no longer available.",
        "view_only": "Your role does not let this assignment be cancelled.",
    }


def test_cancelled_with_pay_stays_open_to_its_worker_but_leaves_only_money(people: People):
    row = scene(people, State.CANCELLED, pay=usd(5_000))
    assert verbs_for(standing(people.worker.user, row), row, clock.now()) == {
        "escalate", "invoice", "contest_fault", "answer_fault",
    }  # fmt: skip


@pytest.mark.parametrize("verb", ["approve", "send_back", "cancel"])
def test_a_dispute_stops_the_clients_decisions(people: People, verb: str):
    row = scene(people, State.PENDING_APPROVAL)
    row.disputed_at = clock.now()
    refused = refusal(standing(people.owner, row), verb, row, clock.now())
    assert (type(refused), str(refused)) == (
        WrongState,
        "A dispute is open: it has to be decided first.",
    )


@pytest.mark.parametrize(
    ("columns", "verb", "sentence"),
    [
        ({"non_negotiable": True}, "request_increase", "The price is not negotiable."),
        (
            {"requests_allowed": False},
            "request_expense",
            "This client takes no requests for more money on this assignment.",
        ),
        ({"confirm_hours": None}, "confirm", "This assignment needs no confirmation."),
        ({"confirmed_at": True}, "confirm", "The schedule is confirmed already."),
    ],
)
def test_facts_of_the_row_refuse(people: People, columns: dict[str, object], verb: str, sentence: str):
    row = scene(people, State.ASSIGNED)
    for name, value in columns.items():
        setattr(row, name, value)
    assert str(refusal(standing(people.worker.user, row), verb, row, clock.now())) == sentence


def test_check_in_opens_twelve_hours_before(people: People):
    row = scene(people, State.ASSIGNED)
    found_ = standing(people.worker.user, row)
    opens = row.start_at - timedelta(hours=12)
    early = refusal(found_, "check_in", row, opens - timedelta(seconds=1))
    assert str(early) == "Check-in is not open yet."
    assert refusal(found_, "check_in", row, opens) is None
