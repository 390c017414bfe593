"""Approval by silence: in its time, the same act as a person's, and never while somebody is talking (N1)."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction

from assignments import silence
from assignments import sweeps as below
from assignments.actions import closeout, money, talk
from assignments.actions.closeout import Submission
from assignments.actions.money import Ask
from assignments.models import RescheduleRequest, ScopeProposal
from assignments.states import State
from clients.models import Client
from common import clock
from ledger.models import Entry as Leg
from payments import actions, sweeps
from payments.models import Invoice
from tests.factories import Walk, steps
from tests.payments.support import Deal
from timeline.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
DAY, S = timedelta(days=1), timedelta(seconds=1)


class Quiet(Deal):
    """A deal with a company that lets silence approve after three days."""

    def __init__(self, state: str = State.PENDING_APPROVAL, *, days: int | None = 3, **columns: Any) -> None:
        super().__init__(state, silence=days, **columns)

    @property
    def due(self) -> datetime:
        due = self.row.auto_approve_due_at
        assert due is not None
        return due


def swept(at: datetime) -> int:
    with clock.moved(at):
        return sweeps.approve_silent()


def test_at_the_very_instant_and_once():
    deal = Quiet()
    due = deal.due
    assert due == deal.row.submitted_at + 3 * DAY
    assert [swept(due - S), swept(due), swept(due)] == [0, 1, 0]
    assert (deal.row.state, deal.row.auto_approve_due_at, deal.invoice.total_minor) == (
        "approved",
        None,
        38_500,
    )
    entry = Entry.objects.get(subject_id=deal.pk, kind="assignment.approved")
    assert (entry.actor, entry.role) == (None, "system")


def test_where_the_client_did_not_opt_in_nothing_happens():
    deal = Quiet(days=None)
    assert (deal.row.auto_approve_due_at, swept(clock.now() + 99 * DAY)) == (None, 0)


def test_the_days_are_those_of_the_assignment_not_of_today():
    deal = Quiet()
    Client.objects.update(auto_approve_days=None)
    assert (deal.row.auto_approve_days, swept(deal.due)) == (3, 1)
    other = Quiet(days=None)
    Client.objects.update(auto_approve_days=1)
    assert (other.row.auto_approve_days, swept(clock.now() + 99 * DAY)) == (None, 0)


def test_immediate_terms_are_paid_by_it_too():
    deal = Quiet(terms_days=0)
    assert swept(deal.due) == 1
    assert (deal.row.state, deal.held()["balance"]) == ("paid", 35_000)


# --- the same act ---------------------------------------------------------------------------------------------------

LEFT_OUT = {"id", "entry_id", "posting_id"}
"""Numbers that the database or chance gives."""
APPS = ("assignments", "payments", "ledger", "notifications", "timeline", "clients")


def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows of all models by label, without the numbers that the database gives."""
    found = {}
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            names = [f.attname for f in model._meta.concrete_fields if f.attname not in LEFT_OUT]
            names = [name for name in names if name != model._meta.pk.attname]
            if model is Leg:  # an account by what it is
                names = [name for name in names if name != "account_id"] + ["account__purpose"]
            rows = [dict(zip(names, row, strict=True)) for row in model._base_manager.values_list(*names)]
            found[model._meta.label] = sorted(rows, key=repr)
    return found


def after(deal: Deal, at: datetime, act: Any) -> dict[str, list[dict[str, Any]]]:
    """What the database holds after the act, which is then taken back."""
    with clock.moved(at), transaction.atomic():
        act()
        found = everything()
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("terms_days", [30, 0])
def test_it_equals_a_persons_approval_in_every_field_but_the_actor(terms_days: int):
    deal = Quiet(terms_days=terms_days)
    at = deal.due
    by_person = after(deal, at, lambda: actions.approve(deal.pk, actor=deal.owner))
    by_silence = after(deal, at, lambda: actions.approve_silent(deal.pk))
    assert told_only(by_silence, deal) - told_only(by_person, deal) == {
        "assignment.approved",
        "invoice.issued",
    }
    assert without_actor(by_silence, deal.owner.pk) == without_actor(by_person, deal.owner.pk)
    assert len(by_silence["payments.Invoice"]) == 1


def told_only(found: dict[str, list[dict[str, Any]]], deal: Deal) -> set[str]:
    """What the owner is told: of the own act nobody is."""
    rows = found["notifications.Notice"]
    return {row["kind"] for row in rows if row["user_id"] == deal.owner.pk and row["at"] == deal.due}


def without_actor(found: dict[str, list[dict[str, Any]]], owner: int) -> dict[str, list[dict[str, Any]]]:
    """Without who did it, and without the notices of the owner."""
    kept = {}
    for label, rows in found.items():
        mine = [row for row in rows if not label.startswith("notifications.") or row.get("user_id") != owner]
        kept[label] = sorted((_nameless(row) for row in mine), key=repr)
    return kept


def _nameless(row: dict[str, Any]) -> dict[str, Any]:
    plain = {name: value for name, value in row.items() if name not in ("actor_id", "role")}
    if plain.get("subject_type") == "invoice":
        del plain["subject_id"]
    if "key" in plain:
        plain["key"] = re.sub(r"^invoice:\d+", "invoice:", plain["key"])
    if "context" in plain:
        plain["context"] = {name: value for name, value in plain["context"].items() if name != "actor"}
    return plain


# --- waiting --------------------------------------------------------------------------------------------------------


def test_send_back_stops_it_and_submitting_again_starts_the_days_anew():
    deal = Quiet()
    first = deal.due
    with clock.moved(first - DAY):
        closeout.send_back(deal.pk, actor=deal.owner, reason="The label is missing.")
    assert (deal.row.auto_approve_due_at, swept(first)) == (None, 0)
    with clock.moved(first):
        closeout.submit(deal.pk, Submission("Labelled."), actor=deal.worker.user)
    assert deal.due == first + 3 * DAY


def test_a_dispute_stops_it_and_its_end_starts_the_days_anew():
    deal = Quiet()
    first = deal.due
    actions.open_dispute(deal.pk, actor=deal.owner, ground="quality", statement="It is loose.")
    assert (deal.row.auto_approve_due_at, swept(first + 9 * DAY)) == (None, 0)
    with clock.moved(first):
        actions.withdraw_dispute(deal.pk, actor=deal.owner)
    assert deal.due == first + 3 * DAY


def test_an_open_money_request_holds_it_up_and_an_answer_gives_a_day():
    deal = Quiet(state=State.IN_PROGRESS)
    ask = money.request_money(deal.pk, Ask("bonus", "Long day", amount_minor=500), actor=deal.worker.user)
    Walk(
        deal.pk, deal.owner, deal.worker, steps(clock.now(), deal.row.start_at), deal.row.start_at
    ).to_pending_approval()
    first = deal.due
    assert (silence.reasons(deal.row), swept(first + DAY)) == (["A request for more money is open."], 0)
    with clock.moved(first + 2 * DAY):
        assert actions.approve_silent(deal.pk) is False
        money.decline_money(deal.pk, ask.pk, actor=deal.owner, reason="Agreed price.")
    assert deal.due == first + 3 * DAY
    assert [swept(first + 3 * DAY - S), swept(first + 3 * DAY)] == [0, 1]


@pytest.mark.parametrize("model", [RescheduleRequest, ScopeProposal])
def test_no_other_open_request_is_passed_over(model: type):
    """No verb leaves one open in this stage; the rule does not rely on that."""
    deal = Quiet()
    more = (
        {"description": "x", "duration_minutes": 60, "note": "x"}
        if model is ScopeProposal
        else {"side": "client", "start_at": clock.now()}
    )
    model.objects.create(assignment_id=deal.pk, engagement=deal.row.engagement, asked_by=deal.owner, **more)
    with clock.moved(deal.due):
        assert (sweeps.approve_silent(), actions.approve_silent(deal.pk), len(silence.reasons(deal.row))) == (
            0,
            False,
            1,
        )


def test_a_stopped_payment_starts_the_days_anew():
    deal = Quiet()
    due = deal.due
    swept(due)
    with clock.moved(due + DAY):
        actions.stop_payment(deal.pk, actor=deal.owner, reason="One label is missing.")
    assert (deal.due, Invoice.objects.filter(state="open").count()) == (due + 4 * DAY, 0)


# --- the reminder ---------------------------------------------------------------------------------------------------


def reminded(at: datetime) -> int:
    with clock.moved(at):
        return below.remind_approvals()


def test_the_client_is_reminded_once_a_day_before():
    deal = Quiet()
    times = [deal.due - DAY - S, deal.due - DAY, deal.due - S]
    assert [reminded(at) for at in times] == [0, 1, 0]
    entry = Entry.objects.get(subject_id=deal.pk, kind="assignment.approval_near")
    assert entry.facts == {"due_at": deal.due.isoformat()}


def test_nobody_is_reminded_while_it_waits_or_after_an_answer():
    deal = Quiet()
    due = deal.due
    actions.open_dispute(deal.pk, actor=deal.owner, ground="quality", statement="It is loose.")
    assert reminded(due) == 0
    actions.withdraw_dispute(deal.pk, actor=deal.owner)
    actions.approve(deal.pk, actor=deal.owner)
    assert reminded(due + 9 * DAY) == 0


def test_a_message_does_not_stop_the_clock():
    """Talking is no answer: only approving, sending back, a request or a dispute is (domain.md 5.1)."""
    deal = Quiet()
    talk.post_message(deal.pk, actor=deal.owner, body="I look at it tomorrow.")
    assert swept(deal.due) == 1


def test_one_poisoned_row_is_parked_and_the_rest_go_on(monkeypatch: pytest.MonkeyPatch):
    first, second = Quiet(), Quiet()
    real = actions.approve_silent

    def poisoned(pk: int) -> bool:
        if pk == first.pk:
            raise ZeroDivisionError
        return real(pk)

    monkeypatch.setattr(actions, "approve_silent", poisoned)
    assert swept(first.due) == 1
    assert (first.row.failures, second.row.state) == (1, "approved")
