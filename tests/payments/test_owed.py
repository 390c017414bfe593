"""The kept sums of what is owed: right after every change of an invoice, and damage to them is found by the audit."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from assignments.states import State
from common import clock
from ledger.audit import audit
from payments import actions, owed
from payments.models import Owed
from payments.queries import client_figures, newest_figures, worker_figures
from payments.queries.owed import owed_by_day
from payments.states import Side
from tests.payments.support import Deal
from tests.support.triggers import trigger_names

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def kept(deal: Deal) -> dict[str, list[tuple[int, int]]]:
    """Sum and number of each day, of both sides; asserts that the audit finds them right."""
    assert audit() == []
    sides = {Side.CLIENT: deal.client.pk, Side.WORKER: deal.worker.pk}
    return {
        str(side): sorted((day.minor, day.number) for day in owed_by_day(side, pk, "USD"))
        for side, pk in sides.items()
    }


def test_an_invoice_comes_and_its_payment_goes() -> None:
    deal = Deal(State.PENDING_APPROVAL)
    assert kept(deal) == {"client": [], "worker": []}
    invoice = actions.approve(deal.pk, actor=deal.owner)
    deal.another(State.APPROVED)
    assert kept(deal) == {"client": [(77_000, 2)], "worker": [(70_000, 2)]}
    actions.pay([invoice.pk], actor=deal.owner)
    assert kept(deal) == {"client": [(38_500, 1)], "worker": [(35_000, 1)]}


def test_each_day_has_its_own_sum() -> None:
    deal = Deal(State.APPROVED)
    with clock.moved(clock.now() + timedelta(days=1)):
        actions.approve(deal.another(State.PENDING_APPROVAL, price_minor=10_000).pk, actor=deal.owner)
    assert kept(deal) == {"client": [(11_000, 1), (38_500, 1)], "worker": [(10_000, 1), (35_000, 1)]}


def test_a_stopped_payment_goes_and_nothing_is_left_behind() -> None:
    deal = Deal(State.APPROVED)
    actions.stop_payment(deal.pk, actor=deal.owner, reason="Wrong figures.")
    assert kept(deal) == {"client": [], "worker": []}
    assert not Owed.objects.exists()


def test_fastfunds_takes_it_from_what_is_to_come_for_the_worker_only() -> None:
    deal = Deal(State.APPROVED, fastfunds_eligible=True)
    deal.advance()
    assert kept(deal) == {"client": [(38_500, 1)], "worker": []}
    actions.pay([deal.invoice.pk], actor=deal.owner)
    assert kept(deal) == {"client": [], "worker": []}


def test_paid_at_once_leaves_nothing() -> None:
    deal = Deal(State.PENDING_APPROVAL, terms_days=0)
    actions.approve(deal.pk, actor=deal.owner)
    assert kept(deal) == {"client": [], "worker": []}


def test_the_figures_of_both_sides() -> None:
    deal = Deal(State.APPROVED, terms_days=7)
    deal.another(State.APPROVED, terms_days=30)
    deal.another(State.APPROVED, terms_days=30)
    now = clock.now()
    client, theirs = client_figures(deal.client, now), worker_figures(deal.worker, "USD", now)
    assert (client.soon.minor, client.soon_count, client.later.minor, client.later_count) == (
        38_500,
        1,
        77_000,
        2,
    )
    assert (theirs.scheduled.minor, theirs.next_on, theirs.past_due.minor) == (
        105_000, deal.invoice.due_on, 0,
    )  # fmt: skip
    assert newest_figures(deal.worker, now) == theirs
    late = deal.invoice.past_due_at
    client, theirs = client_figures(deal.client, late), worker_figures(deal.worker, "USD", late)
    assert (client.past_due.minor, client.past_due_count, client.soon_count) == (38_500, 1, 0)
    assert (theirs.past_due.minor, theirs.past_due_count, theirs.scheduled.minor) == (35_000, 1, 70_000)


@pytest.mark.parametrize("change", [{"minor": 1}, {"count": 7}])
def test_the_audit_finds_damage_and_filling_anew_mends_it(change: dict[str, Any]) -> None:
    deal = Deal(State.APPROVED)
    before = kept(deal)
    Owed.objects.filter(side=Side.CLIENT).update(**change)
    assert [breach.check for breach in audit()] == ["owed"]
    with connection.cursor() as cursor:
        for statement in owed.fill_sql():
            cursor.execute(statement)
    assert kept(deal) == before


def test_several_rows_of_a_day_are_one_sum() -> None:
    """So it is on PostgreSQL where two people were at it at once; a day that comes to nothing is none."""
    deal = Deal(State.APPROVED)
    row = Owed.objects.get(side=Side.CLIENT)
    for minor, count in ((500, 1), (-500, -1)):
        Owed.objects.create(
            side=row.side, party_id=row.party_id, currency=row.currency, due_on=row.due_on,
            past_due_at=row.past_due_at, minor=minor, count=count,
        )  # fmt: skip
    later = row.due_on + timedelta(days=1)
    for minor, count in ((500, 1), (-500, -1)):
        Owed.objects.create(
            side=row.side, party_id=row.party_id, currency=row.currency, due_on=later,
            past_due_at=row.past_due_at + timedelta(days=1), minor=minor, count=count,
        )  # fmt: skip
    assert kept(deal)["client"] == [(38_500, 1)]


def test_the_triggers_are_there() -> None:
    wanted = (
        {f"payments_owed_{side}_{name}" for side in Side.values for name in ("made", "more", "less")}
        if connection.vendor == "sqlite"
        else {"payments_owed_follow"}
    )
    assert wanted <= trigger_names()
