"""What each action does, all of it: stage, history, who is told, reserved funds. And that it does all or nothing."""

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import pytest
from django.apps import apps
from django.db import transaction

from assignments.models import Assignment
from ledger.audit import audit
from ledger.reserve import reserved
from notifications.models import Message, Notice
from tests.assignments.acts import ACTS
from tests.assignments.scenes import scene
from tests.factories import People
from timeline.models import Entry

pytestmark = pytest.mark.django_db

UGO, FAY, OLIVIA, CARL = "Ugo Owner", "Fay Follower", "Olivia Owner", "Carl Controller"
WANDA, ADAM, STAN, IVAN = "Wanda Worker", "Adam Applicant", "Stan Stranger", "Ivan Invited"


@dataclass
class Effect:
    """`entries` as "kind role visibility"; `told` as (name, kind); `reserved` in minor units, as a difference."""

    state: str
    entries: list[str]
    told: set[tuple[str, str]] = field(default_factory=set)
    reserved: int = 0


def told(kind: str, *names: str) -> set[tuple[str, str]]:
    return {(name, kind) for name in names}


def both(kind: str, *more: str) -> set[tuple[str, str]]:
    """The owner and the follower, and more."""
    return told(kind, UGO, FAY, *more)


EXPECTED: dict[str, Effect] = {
    "edit": Effect(
        "sent", ["edited client client", "offers_closed client client"], told("offers_closed", ADAM), 5_500
    ),
    "edit_site": Effect("assigned", ["site_edited client all"], told("site_edited", WANDA)),
    "send": Effect("sent", ["sent client all", "invited client client"], told("invited", IVAN), 38_500),
    "invite": Effect("sent", ["invited client client"], told("invited", STAN)),
    "apply": Effect("sent", ["applied worker client"], both("applied")),
    "counteroffer": Effect("sent", ["counteroffered worker client"], both("counteroffered")),
    "withdraw": Effect("sent", ["withdrawn worker client"], both("withdrawn")),
    "decline_invitation": Effect("sent", ["invitation_declined worker client"], both("invitation_declined")),
    "override": Effect("sent", ["overridden client client"], told("overridden", STAN)),
    "withdraw_override": Effect(
        "sent", ["override_withdrawn client client"], told("override_withdrawn", STAN)
    ),
    "decline": Effect("sent", ["declined client client"], told("declined", ADAM)),
    "ask": Effect("sent", ["asked worker client"], both("asked")),
    "answer": Effect("sent", ["answered client client"], told("answered", STAN)),
    "assign": Effect(
        "assigned",
        ["assigned client all", "filled client client"],
        both("assigned", ADAM) | told("filled", WANDA),
    ),
    "assign_directly": Effect(
        "assigned",
        ["assigned client all", "filled client client"],
        both("assigned", STAN) | told("filled", ADAM),
    ),
    "assign_a_draft": Effect("assigned", ["assigned client all"], both("assigned", STAN), 38_500),
    "unassign": Effect("sent", ["unassigned client all"], both("unassigned", WANDA)),
    "back_out": Effect("sent", ["backed_out worker all"], both("backed_out")),
    "name_standby": Effect("assigned", ["standby_named client client"], told("standby_named", STAN)),
    "accept_standby": Effect("assigned", ["standby_accepted worker client"], both("standby_accepted")),
    "end_standby": Effect("assigned", ["standby_ended worker client"], both("standby_ended")),
    "promote_standby": Effect(
        "assigned",
        ["standby_promoted client all", "filled client client"],
        both("standby_promoted", STAN) | told("filled", ADAM),
    ),
    "back_out_to_a_standby": Effect(
        "assigned",
        ["backed_out worker all", "standby_promoted worker all"],
        both("backed_out") | both("standby_promoted", STAN),
    ),
    "make_revisit": Effect(
        "in_progress",
        ["created client client", "revisit_made client client", "revisit_made client all"],
        told("revisit_made", WANDA),
    ),
    "confirm": Effect("assigned", ["confirmed worker all"], both("confirmed")),
    "set_out": Effect("assigned", ["set_out worker all"], both("set_out")),
    "report_delay": Effect("assigned", ["delay_reported worker all"], both("delay_reported")),
    "check_in": Effect("in_progress", ["checked_in worker all"], both("checked_in")),
    "check_out": Effect("in_progress", ["checked_out worker all"], both("checked_out")),
    "edit_check_in": Effect("in_progress", ["check_in_edited worker all"], both("check_in_edited")),
    "correct_own_entry": Effect(
        "in_progress", ["check_in_edited client all"], told("check_in_edited", WANDA)
    ),
    "explain_visit": Effect("in_progress", ["visit_explained worker all"]),
    "check_in_for": Effect("in_progress", ["checked_in_for client all"], told("checked_in_for", WANDA)),
    "check_out_for": Effect("in_progress", ["checked_out_for client all"], told("checked_out_for", WANDA)),
    "renew_site_link": Effect("assigned", ["site_link_renewed client client"]),
    "revoke_site_link": Effect("assigned", ["site_link_revoked client client"]),
    "give_code": Effect("assigned", ["code_given system all"]),
    "check_in_by_code": Effect("in_progress", ["checked_in worker all"], both("checked_in")),
    "check_out_by_code": Effect("in_progress", ["checked_out worker all"], both("checked_out")),
    "add_label": Effect("assigned", ["label_added client client"], told("label_added", UGO)),
    "add_shown_label": Effect("assigned", ["label_added client all"], told("label_added", UGO)),
    "remove_label": Effect("assigned", ["label_removed client client"], both("label_removed")),
    "deliver": Effect("in_progress", ["delivered worker all"], both("delivered")),
    "remove_deliverable": Effect("in_progress", ["deliverable_removed worker all"]),
    "accept_deliverable": Effect("in_progress", ["deliverable_accepted client all"]),
    "reject_deliverable": Effect(
        "in_progress", ["deliverable_rejected client all"], told("deliverable_rejected", WANDA)
    ),
    "fill_fields": Effect("in_progress", ["fields_filled worker all"], both("fields_filled")),
    "post_message": Effect("assigned", ["message_posted worker all"], both("message_posted")),
    "post_note": Effect("assigned", ["note_posted client client"], told("note_posted", UGO)),
    "report_problem": Effect("in_progress", ["problem_reported worker all"], both("problem_reported")),
    "report_problem_on_hold": Effect(
        "on_hold", ["problem_reported client all"], told("problem_reported", UGO, WANDA)
    ),
    "resolve_problem": Effect(
        "in_progress", ["problem_resolved client all"], both("problem_resolved", WANDA)
    ),
    "attach": Effect("assigned", ["attachment_added client client"], told("attachment_added", WANDA)),
    "remove_attachment": Effect(
        "assigned", ["attachment_removed client client"], told("attachment_removed", WANDA)
    ),
    "follow": Effect("assigned", []),
    "unfollow": Effect("assigned", []),
    "request_money": Effect("in_progress", ["money_requested worker all"], both("money_requested")),
    "withdraw_money": Effect("in_progress", ["money_withdrawn worker all"], both("money_withdrawn")),
    "approve_money": Effect(
        "in_progress", ["money_approved client all"], told("money_approved", WANDA), 5_500
    ),
    "decline_money": Effect("in_progress", ["money_declined client all"], told("money_declined", WANDA)),
    "counter_money": Effect("in_progress", ["money_countered client all"], told("money_countered", WANDA)),
    "accept_counter": Effect("in_progress", ["counter_accepted worker all"], both("counter_accepted"), 2_200),
    "decline_counter": Effect("in_progress", ["counter_declined worker all"], both("counter_declined")),
    "order_change": Effect("in_progress", ["change_ordered worker all"], both("change_ordered")),
    "withdraw_change": Effect("in_progress", ["change_withdrawn worker all"], both("change_withdrawn")),
    "approve_change": Effect(
        "in_progress", ["change_approved client all"], both("change_approved", WANDA), 5_500
    ),
    "decline_change": Effect("in_progress", ["change_declined client all"], both("change_declined", WANDA)),
    "time_out_change": Effect("in_progress", ["change_declined system all"], both("change_declined", WANDA)),
    "add_money": Effect("in_progress", ["money_added client all"], told("money_added", WANDA), 1_100),
    "request_reschedule": Effect(
        "assigned", ["reschedule_requested worker all"], both("reschedule_requested")
    ),
    "accept_reschedule": Effect(
        "assigned", ["reschedule_accepted client all"], told("reschedule_accepted", WANDA)
    ),
    "decline_reschedule": Effect(
        "assigned", ["reschedule_declined client all"], told("reschedule_declined", WANDA)
    ),
    "withdraw_reschedule": Effect(
        "assigned", ["reschedule_withdrawn worker all"], both("reschedule_withdrawn")
    ),
    "counter_reschedule": Effect(
        "assigned", ["reschedule_countered client all"], told("reschedule_countered", WANDA)
    ),
    "remind_reschedule": Effect("assigned", ["reschedule_reminded system all"], both("reschedule_reminded")),
    "hold": Effect("on_hold", ["held client all"], both("held", WANDA)),
    "remove_hold": Effect("on_hold", ["hold_removed client all"], both("hold_removed", WANDA)),
    "accept_after_hold": Effect("assigned", ["resumed worker all"], both("resumed")),
    "decline_after_hold": Effect("sent", ["resume_declined worker all"], both("resume_declined")),
    "unassign_on_hold": Effect("sent", ["unassigned client all"], both("unassigned", WANDA)),
    "submit": Effect("pending_approval", ["submitted worker all"], both("submitted")),
    "send_back": Effect("in_progress", ["sent_back client all"], told("sent_back", WANDA)),
    "approve": Effect("approved", ["approved client all"], both("approved", WANDA)),
    "approve_less": Effect("approved", ["approved admin all"], both("approved", WANDA), -16_500),
    "cancel": Effect("cancelled", ["cancelled client all"], both("cancelled", WANDA), -38_500),
    "cancel_unassigned": Effect("cancelled", ["cancelled client all"], both("cancelled", ADAM), -38_500),
    "cancel_with_pay": Effect("cancelled", ["cancelled client all"], both("cancelled", WANDA), -27_500),
    "pay": Effect("paid", ["paid client all"], told("paid", WANDA, CARL)),
    "stop_payment": Effect(
        "pending_approval", ["payment_stopped client all"], both("payment_stopped", WANDA)
    ),
    "rate_worker": Effect("pending_approval", ["rated client client"]),
    "rate_client": Effect("paid", ["rated worker worker"]),
    "start": Effect("in_progress", ["started system all"], both("started", WANDA)),
    "raise_flags": Effect(
        "assigned",
        ["late system all", "not_confirmed system all"],
        both("late", WANDA) | both("not_confirmed", WANDA),
    ),
    "expire_application": Effect(
        "sent", ["application_expired system client"], both("application_expired", STAN)
    ),
    "contest_fault": Effect("on_hold", ["fault_contested worker all"], both("fault_contested")),
    "answer_fault": Effect("on_hold", ["fault_answered client all"], both("fault_answered", WANDA)),
    "agree_to_contest": Effect("on_hold", ["fault_agreed client all"], both("fault_agreed", WANDA)),
    "decide_fault": Effect("on_hold", ["fault_decided admin all"], both("fault_decided", WANDA)),
    "settle_fault": Effect("on_hold", ["fault_stood system all"]),
    "remind_check_out": Effect(
        "in_progress", ["check_out_reminded system all"], both("check_out_reminded", WANDA)
    ),
    "remind_hold": Effect("on_hold", ["hold_reminded system all"], told("hold_reminded", WANDA)),
}


def short(kind: str) -> str:
    return kind.removeprefix("assignment.")


def held(row: Assignment) -> int:
    found = reserved("assignment", row.pk)
    return found.total.minor if found else 0


Running = Generator[None, None, Any]


def prepared(name: str, people: People) -> tuple[Assignment, Running]:
    """The assignment in its stage, and the act ready to go on."""
    state, columns, made = ACTS[name]
    row = scene(people, state, **columns)
    running = made(row, people)
    next(running)
    return row, running


def test_every_act_is_expected():
    assert set(EXPECTED) == set(ACTS)


@pytest.mark.parametrize("name", list(ACTS))
def test_effect(people: People, name: str):
    row, running = prepared(name, people)
    old = {model: set(model.objects.values_list("pk", flat=True)) for model in (Entry, Notice, Message)}
    before = held(row)
    with pytest.raises(StopIteration):
        next(running)
    entries = Entry.objects.exclude(pk__in=old[Entry]).order_by("sequence")
    notices = Notice.objects.exclude(pk__in=old[Notice])
    mails = Message.objects.exclude(pk__in=old[Message])
    now = Assignment.objects.get(pk=row.pk)
    people_told = {(notice.user.name, short(notice.kind)) for notice in notices}
    assert (
        Effect(
            now.state,
            [f"{short(entry.kind)} {entry.role} {entry.visibility}" for entry in entries],
            people_told,
            held(row) - before,
        )
        == EXPECTED[name]
    )
    assert {(mail.user.name, short(mail.kind)) for mail in mails} == people_told
    assert len(notices) == len(people_told)
    assert audit() == []


def contents() -> dict[str, list[dict[str, Any]]]:
    """Every row that an action could have written."""
    rooms = ("assignments", "ledger", "notifications", "timeline")
    models = [model for room in rooms for model in apps.get_app_config(room).get_models()]
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in models}


class BrokenHistoryError(Exception):
    """The history could not be written."""


@pytest.mark.parametrize("name", [name for name, effect in EXPECTED.items() if effect.entries])
def test_a_failing_history_undoes_everything(people: People, name: str):
    _, running = prepared(name, people)
    before = contents()
    with (
        patch("assignments.actions.door.record", side_effect=BrokenHistoryError),
        pytest.raises(BrokenHistoryError),
        transaction.atomic(),
    ):
        next(running)
    assert contents() == before
