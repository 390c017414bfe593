"""The administration of money: the queue, deciding by check page, deposits, limits, withdrawals (C08)."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import User
from assignments.actions import closeout, reschedules, visits
from assignments.states import State
from common import clock
from payments import actions
from payments.models import Deposit, Dispute, Invoice, TermsGrant, Withdrawal
from tests.factories import StaffFactory
from tests.payments.payouts import ready
from tests.payments.support import Deal, usd

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

REASONS = {"reason_to_client": "To you, client.", "reason_to_worker": "To you, worker."}


def disputed(**columns) -> Deal:
    deal = Deal(State.APPROVED, **columns)
    actions.open_dispute(deal.pk, actor=deal.owner, ground="quality", statement="It flickers.")
    return deal


def staff(name: str, *codenames: str):
    made = StaffFactory(name=name, is_superuser=False)
    made.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return made


def browser(user) -> Browser:
    made = Browser()
    made.force_login(user)
    return made


def change_url(row) -> str:
    return reverse(f"admin:payments_{row._meta.model_name}_change", args=[row.pk])


def test_the_queue_is_ordered_by_answer_due_and_leads_to_the_next():
    deal = disputed()
    with clock.moved(clock.now() - timedelta(hours=3)):
        sooner = disputed()
    b = browser(deal.staff)
    html = b.get(reverse("admin:payments_dispute_changelist")).content.decode()
    assert html.index(sooner.row.number) < html.index(deal.row.number)
    assert b.get(reverse("admin:payments_dispute_next")).url == change_url(sooner.dispute)
    actions.assign_dispute(sooner.dispute.pk, actor=deal.staff)
    assert b.get(reverse("admin:payments_dispute_next")).url == change_url(deal.dispute)
    for query, there in (("owner=me", sooner), ("owner=none", deal), ("show=all", deal), ("show=open", deal)):
        assert (
            there.row.number
            in b.get(reverse("admin:payments_dispute_changelist") + "?" + query).content.decode()
        )
    assert (
        deal.row.number
        not in b.get(reverse("admin:payments_dispute_changelist") + "?show=decided").content.decode()
    )


def test_evidence_is_read_only_and_a_decision_is_checked_before_it_is_saved():
    deal = disputed()
    b = browser(deal.staff)
    url = change_url(deal.dispute)
    html = b.get(url).content.decode()
    assert "It flickers." in html
    for name in ("state", "amount_minor", "decided_minor", "worker_minor"):
        assert f'name="{name}"' not in html
    assert b.post(url, {"step": "assign"}).status_code == 302
    before = deal.held()
    part = {"decision": "part", "amount": "100.00", **REASONS}
    check = b.post(url, {"step": "check", **part}).content.decode()
    assert "To you, client." in check
    assert "reservation.changed" in check
    assert f"{deal.owner.email}: {deal.row.number}: dispute D-" in check
    assert (deal.moved(before), deal.dispute.is_running, Invoice.objects.count()) == ({}, True, 1)
    assert b.post(url, {"step": "settle", **part}).status_code == 302
    assert (deal.dispute.state, deal.dispute.decision, deal.moved(before)) == ("ruled", "part", {})
    for side in (deal.owner, deal.worker.user):
        actions.waive_appeal(deal.pk, actor=side)
    assert (deal.dispute.decision, deal.invoice.worker_minor) == ("part", 10_000)
    assert [one.change_message for one in LogEntry.objects.order_by("pk")] == [
        "Took the dispute on.", "Decided: Pay a part.",
    ]  # fmt: skip
    assert "To you, worker." in b.get(url).content.decode()
    assert b.post(url, {"step": "settle", **part}).status_code == 422


def test_every_time_of_a_dispute_is_in_the_zone_of_who_decides():
    """The timeline too: a new date that was asked for, and a visit that was corrected. No time is left in UTC."""
    deal = Deal(State.IN_PROGRESS)
    user = deal.worker.user
    schedule = ("fixed", clock.now() + timedelta(days=2, hours=5), None)
    asked = reschedules.request_reschedule(deal.pk, actor=user, schedule=schedule, note="Rain.")
    reschedules.decline_reschedule(deal.pk, asked.pk, actor=deal.owner, reason="No.")
    visit = visits.check_out(deal.pk, actor=user)
    ended = clock.now() - timedelta(minutes=5)
    visits.edit_check_in(
        deal.pk, visit.pk, actor=user, in_at=visit.in_at, out_at=ended, reason="Pressed late."
    )
    closeout.submit(deal.pk, closeout.Submission("Done."), actor=user)
    actions.open_dispute(deal.pk, actor=deal.owner, ground="quality", statement="It flickers.")
    User.objects.filter(pk=deal.staff.pk).update(time_zone="America/Los_Angeles")
    html = browser(deal.staff).get(change_url(deal.dispute)).content.decode()
    assert "All times are in your zone: Pacific – Los Angeles. The site is in another one: Eastern" in html
    times = re.findall(r"<time[^>]*>([^<]*)", html)
    assert {"Thu, Dec 3, 9:00 AM PST", "Tue, Dec 1, 3:55 AM PST"} <= set(times)
    assert {one.split()[-1] for one in times} == {"PST"}
    User.objects.filter(pk=deal.staff.pk).update(time_zone="America/New_York")
    assert "The site is in" not in browser(deal.staff).get(change_url(deal.dispute)).content.decode()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"decision": "part", **REASONS}, "Enter a part"),
        ({"decision": "part", "amount": "350", **REASONS}, "Enter a part"),
        ({"decision": "part", "amount": "many", **REASONS}, "Enter an amount in digits"),
        ({"decision": "full", "reason_to_client": "x"}, "Enter reason to the worker"),
        ({**REASONS}, "Choose decision"),
    ],
)
def test_a_bad_decision_keeps_what_was_typed(data, sentence):
    deal = disputed()
    answer = browser(deal.staff).post(change_url(deal.dispute), {"step": "check", **data})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert deal.dispute.is_running


def test_closing_without_a_decision_tells_both_sides_why():
    deal = disputed()
    b, url = browser(deal.staff), change_url(deal.dispute)
    data = {"decision": "close", **REASONS}
    assert b.post(url, {"step": "check", **data}).status_code == 200
    b.post(url, {"step": "settle", **data})
    assert (deal.dispute.state, deal.row.disputed_at) == ("closed", None)


def test_staff_without_the_permission_reads_or_sees_nothing():
    deal = disputed()
    url = change_url(deal.dispute)
    nobody = browser(staff("Nora Nobody"))
    assert nobody.get(url).status_code == 403
    assert nobody.get(reverse("admin:payments_dispute_next")).status_code == 403
    reader = browser(staff("Rita Reader", "view_dispute"))
    assert 'name="decision"' not in reader.get(url).content.decode()
    changer = browser(staff("Chris Changer", "view_dispute", "change_dispute"))
    for who in (nobody, reader, changer):
        for step in ("assign", "check", "settle"):
            assert who.post(url, {"step": step, "decision": "full", **REASONS}).status_code == 403
    for user in (deal.owner, deal.worker.user):
        assert browser(user).get(url).status_code == 302
    assert Dispute.objects.get().is_running


def test_a_deposit_and_a_terms_limit_by_form_are_booked_once():
    deal = Deal(State.DRAFT)
    b, before = browser(deal.staff), deal.held()
    url = reverse("admin:payments_deposit_add")
    data = {"client": deal.client.pk, "amount_text": "1,000.00", "reference": "R-7", "key_text": "k1"}
    assert b.post(url, data).status_code == 302
    b.post(url, data)
    assert b.post(url, {**data, "amount_text": "0", "key_text": "k2"}).status_code == 200
    assert b.post(url, {**data, "amount_text": "x", "key_text": "k2"}).status_code == 200
    limit = {"client": deal.client.pk, "amount_text": "30000", "key_text": "k3"}
    assert b.post(reverse("admin:payments_termsgrant_add"), limit).status_code == 302
    assert deal.moved(before) == {"cash": 100_000, "terms": 1_000_000}
    assert (Deposit.objects.count(), TermsGrant.objects.count()) == (1, 1)
    for row, refused in ((Deposit.objects.get(), 404), (TermsGrant.objects.get(), 403)):
        assert b.get(change_url(row)).status_code == 200
        assert b.post(change_url(row), data).status_code == refused
    deal.another(State.SENT)
    assert (
        b.post(
            reverse("admin:payments_termsgrant_add"), {**limit, "amount_text": "1", "key_text": "k"}
        ).status_code
        == 200
    )
    assert browser(staff("Nora N")).post(url, {**data, "key_text": "k9"}).status_code == 403


def test_withdrawals_go_to_the_bank_and_come_back():
    deal = Deal(State.PAID)
    user = deal.worker.user
    account = ready(user, deal.staff, holder="=Wanda", bank_name="B", number="000123456789")
    made = [
        actions.withdraw(actor=user, account_id=account.pk, amount=usd(1_000), key=f"w{n}") for n in range(3)
    ]
    b = browser(deal.staff)
    listing = reverse("admin:payments_withdrawal_changelist")
    chosen = {"action": "payout_file", "_selected_action": [made[0].pk]}
    check = b.post(listing, chosen)["Location"]
    assert "10.00" in b.get(check).content.decode()
    wanted = {
        "currency": "USD",
        "format": "csv",
        "expected": "1000",
        "withdrawals": f"{made[0].pk}",
        "key": "k",
    }
    page = b.post(reverse("admin:payments_payoutbatch_make"), wanted)["Location"]
    assert b.post(reverse("admin:payments_payoutbatch_make"), wanted)["Location"] == page
    file = b.get(page.replace("/change/", "/file/"))
    assert f"W-{made[0].pk}-1,'=Wanda,B,021000021,000123456789,10.00,USD" in file.content.decode()
    assert b.post(listing, chosen)["Location"] == listing
    b.post(change_url(made[0]), {"step": "paid", "text": "B-9"})
    b.post(change_url(made[1]), {"step": "sent"})
    b.post(change_url(made[1]), {"step": "failed", "text": ""})
    b.post(change_url(made[1]), {"step": "failed", "text": "Closed account"})
    b.post(change_url(made[1]), {"step": "paid"})
    assert b.post(change_url(made[2]), {"step": "nonsense"}).status_code == 404
    html = b.get(change_url(made[0])).content.decode()
    assert "B-9" in html
    assert "123456789" not in html
    states = list(Withdrawal.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["paid", "failed", "requested"]
    assert deal.held()["pending_payout"] == 1_000
    reader = browser(staff("Rita R", "view_withdrawal"))
    assert reader.get(change_url(made[2])).status_code == 200
    assert reader.post(change_url(made[2]), {"step": "sent"}).status_code == 403


@pytest.mark.parametrize("model", ["invoice", "paymentrun", "advance", "statement", "creditnote"])
def test_the_books_of_money_are_read_only(model):
    deal = Deal(State.PAID)
    b = browser(deal.staff)
    assert b.get(reverse(f"admin:payments_{model}_changelist")).status_code == 200
    assert b.get(reverse(f"admin:payments_{model}_add")).status_code == 403
    if model in ("invoice", "paymentrun"):
        row = deal.invoice if model == "invoice" else deal.invoice.payment_items.get().run
        assert b.get(change_url(row)).status_code == 200
        assert b.post(change_url(row), {"state": "open"}).status_code == 403
