"""What each verb does to stage, invoice, ledger and history, exactly; and who and what is refused."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.signing import Signer
from django.db import IntegrityError, transaction

from assignments import cards
from assignments.actions import closeout
from assignments.models import Assignment
from assignments.states import State
from clients.models import Client
from clients.roles import Role
from common import clock
from common.errors import AlreadyDone, Conflict, Invalid, NotAllowed, WrongState
from common.money import Money
from ledger.errors import InsufficientFunds
from ledger.models import Reservation
from notifications.models import Message
from payments import actions, quotes
from payments.actions.approving import Grading
from payments.actions.fastfunds import QuoteRefused
from payments.gateway.base import GatewayDown, Receipt
from payments.gateway.fake import DemoGateway
from payments.models import Advance, Deposit, Invoice, PaymentRun, Withdrawal
from payments.states import InvoiceState
from tests.factories import member
from tests.payments.payouts import account_of, ready
from tests.payments.support import Deal, usd
from timeline.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def kinds(deal: Deal, count: int) -> list[str]:
    newest = Entry.objects.filter(subject_type="assignment", subject_id=deal.pk).order_by("-sequence")
    return list(newest.values_list("kind", flat=True)[:count])[::-1]


def test_approve_makes_one_invoice_due_by_terms_and_lowers_what_is_set_aside():
    deal = Deal(price_minor=50_000)
    before = deal.held()
    invoice = actions.approve(deal.pk, actor=deal.owner, expected=usd(55_000), rating=Grading("satisfied"))
    assert (invoice.number, invoice.worker_minor, invoice.fee_minor, invoice.total_minor) == (
        "INV-000001", 50_000, 5_000, 55_000,
    )  # fmt: skip
    assert (invoice.issued_on, invoice.due_on) == (date(2026, 12, 1), date(2026, 12, 31))
    assert invoice.past_due_at == datetime(2027, 1, 1, 5, tzinfo=UTC)
    assert invoice.autopay_due_at is None
    row = deal.row
    assert (row.state, row.payment_due_on, row.past_due_at) == (
        "approved",
        invoice.due_on,
        invoice.past_due_at,
    )
    assert deal.moved(before) == {}
    assert kinds(deal, 4) == [
        "assignment.rated",
        "assignment.approved",
        "invoice.issued",
        "invoice.scheduled",
    ]
    with pytest.raises(AlreadyDone):
        actions.approve(deal.pk, actor=deal.owner)
    assert Invoice.objects.count() == 1


def test_the_days_of_an_invoice_are_those_of_the_clients_zone():
    deal = Deal(terms_days=7)
    Client.objects.filter(pk=deal.client.pk).update(time_zone="Pacific/Auckland", auto_pay=True)
    with clock.moved(datetime(2026, 12, 1, 12, 30, tzinfo=UTC)):
        invoice = actions.approve(deal.pk, actor=deal.owner)
    assert (invoice.issued_on, invoice.due_on) == (date(2026, 12, 2), date(2026, 12, 9))
    assert invoice.autopay_due_at == datetime(2026, 12, 9, 7, tzinfo=UTC)
    assert invoice.past_due_at == datetime(2026, 12, 9, 11, tzinfo=UTC)


def test_a_stale_total_or_a_failing_history_leaves_nothing(monkeypatch):
    deal = Deal()
    before = deal.held()
    with pytest.raises(Conflict):
        actions.approve(deal.pk, actor=deal.owner, expected=usd(38_499))

    def broken(*args, **kwargs):
        raise RuntimeError("no invoice")

    monkeypatch.setattr("payments.actions.approving.issue", broken)
    with pytest.raises(RuntimeError):
        actions.approve(deal.pk, actor=deal.owner)
    assert (deal.row.state, Invoice.objects.count(), deal.moved(before)) == ("pending_approval", 0, {})


@pytest.mark.parametrize("role", [Role.CONTROLLER, Role.USER, Role.VIEW_ONLY])
def test_roles_that_do_not_manage_do_not_approve(role):
    deal = Deal()
    with pytest.raises(NotAllowed):
        actions.approve(deal.pk, actor=deal.person("Cora Colleague", role))


def test_paying_moves_cash_to_the_worker_and_the_fee_to_onsite():
    deal = Deal(State.APPROVED)
    before = deal.held()
    run = actions.pay([deal.invoice.pk], actor=deal.controller(), key="k", expected_total=usd(38_500))
    assert [item.result for item in run.items.all()] == ["paid"]
    assert deal.moved(before) == {
        "cash": -38_500, "terms": 38_500, "reserved_terms": -38_500, "balance": 35_000, "fee": 3_500,
    }  # fmt: skip
    assert (deal.row.state, deal.invoice.state) == ("paid", "paid")
    assert Reservation.objects.get(subject_id=deal.pk).state == "consumed"
    assert actions.pay([deal.invoice.pk], actor=run.actor, key="k").pk == run.pk
    with pytest.raises(Conflict):
        actions.pay([deal.invoice.pk], actor=run.actor, key="other")


def test_immediate_terms_are_paid_with_the_approval_from_what_was_set_aside():
    deal = Deal(terms_days=0, cash=40_000)
    before = deal.held()
    assert before["reserved_cash"] == 38_500
    invoice = actions.approve(deal.pk, actor=deal.owner)
    assert (invoice.state, deal.row.state) == ("paid", "paid")
    assert deal.moved(before) == {"reserved_cash": -38_500, "balance": 35_000, "fee": 3_500}
    with pytest.raises(AlreadyDone):
        actions.approve(deal.pk, actor=deal.owner)


def test_a_batch_is_paid_oldest_due_first_and_never_half_an_invoice():
    deal = Deal(State.APPROVED, cash=80_000, terms_days=30)
    sooner = deal.another(terms_days=7).invoices.get()
    latest = deal.another(terms_days=45).invoices.get()
    ids = [latest.pk, deal.invoice.pk, sooner.pk]
    run = actions.pay(ids, actor=deal.owner, key="k", expected_total=usd(115_500))
    found = [(item.invoice_id, item.result) for item in run.items.all()]
    assert found == [(sooner.pk, "paid"), (deal.invoice.pk, "paid"), (latest.pk, "failed")]
    assert run.items.last().sentence == "The cash balance is $355.00 short."
    assert deal.held()["cash"] == 3_000


def test_a_payment_that_was_cut_off_is_finished_under_its_key(monkeypatch):
    deal = Deal(State.APPROVED)
    other = deal.another().invoices.get()
    ids = [deal.invoice.pk, other.pk]
    calls = []

    def dies(item_id, actor):
        calls.append(item_id)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("payments.actions.paying._pay_item", dies)
        with pytest.raises(KeyboardInterrupt):
            actions.pay(ids, actor=deal.owner, key="k")
    assert PaymentRun.objects.get().finished_at is None
    run = actions.pay(ids, actor=deal.owner, key="k")
    assert [item.result for item in run.items.all()] == ["paid", "paid"]
    assert deal.held()["balance"] == 70_000


def test_only_money_roles_of_the_own_company_pay():
    deal = Deal(State.APPROVED)
    for actor in (deal.person("Mia M", Role.MANAGER), deal.worker.user, deal.staff):
        with pytest.raises(NotAllowed):
            actions.pay([deal.invoice.pk], actor=actor, key="k")
    with pytest.raises(Conflict):
        actions.pay([deal.invoice.pk], actor=Deal(State.DRAFT).owner, key="k")
    with pytest.raises(Invalid):
        actions.pay([], actor=deal.owner, key="k")


def test_a_worker_who_asked_for_nothing_is_paid_nothing():
    deal = Deal(State.IN_PROGRESS)
    from assignments.actions import visits  # noqa: PLC0415

    visits.check_out(deal.pk, actor=deal.worker.user)
    closeout.submit(deal.pk, closeout.Submission("Done.", reduced_minor=0), actor=deal.worker.user)
    before = deal.held()
    invoice = actions.approve(deal.pk, actor=deal.owner)
    assert (invoice.total_minor, invoice.state, deal.row.state) == (0, "paid", "paid")
    assert [line["minor"] for line in invoice.lines] == [35_000, -35_000]
    assert (
        deal.moved(before) == {"terms": 38_500, "reserved_terms": -38_500} or deal.moved(before)["terms"] > 0
    )


def test_cancel_with_pay_keeps_the_stage_and_runs_its_own_invoice():
    deal = Deal(State.ASSIGNED)
    before = deal.held()
    invoice = actions.cancel_with_pay(deal.pk, actor=deal.owner, reason="other", note="", pay=usd(10_000))
    assert (invoice.total_minor, deal.row.state) == (11_000, "cancelled")
    assert deal.moved(before) == {"terms": 27_500, "reserved_terms": -27_500}
    actions.pay([invoice.pk], actor=deal.owner, key="k")
    assert deal.row.state == "cancelled"
    assert deal.row.paid_at is not None
    assert deal.moved(before) == {
        "cash": -11_000, "terms": 38_500, "reserved_terms": -38_500, "balance": 10_000, "fee": 1_000,
    }  # fmt: skip
    with pytest.raises(AlreadyDone):
        actions.cancel(deal.pk, actor=deal.owner, reason="other", note="")


def test_cancel_without_pay_makes_no_invoice():
    deal = Deal(State.ASSIGNED)
    assert actions.cancel(deal.pk, actor=deal.owner, reason="other", note="Sorry") is None
    assert not Invoice.objects.exists()
    with pytest.raises(Invalid):
        actions.cancel(Deal(State.SENT).pk, actor=deal.owner, reason="", note="")


def test_stopping_a_payment_withdraws_the_invoice_and_its_number_stays_used():
    deal = Deal(State.APPROVED)
    first = deal.invoice
    actions.stop_payment(deal.pk, actor=deal.owner, reason="Wrong hours")
    first.refresh_from_db()
    assert (first.state, deal.row.state, deal.row.payment_due_on) == ("withdrawn", "pending_approval", None)
    second = actions.approve(deal.pk, actor=deal.owner)
    assert (first.number, second.number) == ("INV-000001", "INV-000002")


def test_a_payment_is_not_stopped_after_a_download_or_an_advance():
    deal = Deal(State.APPROVED)
    actions.lock_invoice(deal.invoice.pk, actor=deal.owner)
    with pytest.raises(Conflict):
        actions.stop_payment(deal.pk, actor=deal.owner, reason="x")
    advanced = Deal(State.APPROVED, fastfunds_eligible=True)
    advanced.advance()
    with pytest.raises(Conflict):
        actions.stop_payment(advanced.pk, actor=advanced.owner, reason="x")
    with pytest.raises(Invalid):
        actions.stop_payment(advanced.pk, actor=advanced.owner, reason=" ")
    assert advanced.row.state == "approved"


def test_fastfunds_pays_the_worker_early_and_leaves_the_clients_debt(frozen):
    deal = Deal(State.APPROVED, fastfunds_eligible=True)
    before = deal.held()
    offer = deal.quoted()
    taken = actions.take(deal.pk, offer, actor=deal.worker.user)
    assert (taken.amount, taken.fee, taken.net) == (usd(35_000), usd(2_625), usd(32_375))
    assert (taken.quoted_at, taken.taken_at, deal.row.advanced_at) == (frozen, frozen, frozen)
    assert deal.moved(before) == {"balance": 32_375, "fastfunds_fee": 2_625, "fastfunds_advanced": -35_000}
    with pytest.raises(AlreadyDone):
        actions.take(deal.pk, offer, actor=deal.worker.user)
    with pytest.raises(WrongState):
        deal.quoted()
    actions.pay([deal.invoice.pk], actor=deal.owner, key="k")
    assert deal.moved(before) == {
        "cash": -38_500, "terms": 38_500, "reserved_terms": -38_500, "balance": 32_375, "fee": 3_500,
        "fastfunds_fee": 2_625,
    }  # fmt: skip
    assert deal.row.state == "paid"


def test_a_quote_is_taken_by_its_worker_within_ten_minutes():
    deal = Deal(State.APPROVED, fastfunds_eligible=True)
    offer = deal.quoted()
    for actor, error in ((deal.owner, NotAllowed), (Deal(State.DRAFT).worker.user, WrongState)):
        with pytest.raises(error):
            actions.take(deal.pk, offer, actor=actor)
    for late in (timedelta(minutes=10), timedelta(minutes=-1)):
        with clock.moved(clock.now() + late), pytest.raises(QuoteRefused, match="was valid for 10 minutes"):
            actions.take(deal.pk, offer, actor=deal.worker.user)
    assert not Advance.objects.exists()
    with clock.moved(clock.now() + timedelta(minutes=9, seconds=59)):
        assert actions.take(deal.pk, offer, actor=deal.worker.user).quoted_at < clock.now()


def test_a_quote_that_says_something_else_is_refused(settings):
    """Another person, invoice, amount or fee, however genuine the signature; and no signature at all."""
    deal, other = (Deal(State.APPROVED, fastfunds_eligible=True) for _ in range(2))
    own = quotes.quote(deal.invoice, clock.now())
    wrong = {
        "invoice": replace(own, invoice_id=other.invoice.pk),
        "worker": replace(own, worker_id=other.worker.pk),
        "amount": replace(own, amount=usd(35_001)),
        "currency": replace(own, amount=Money(35_000, "EUR"), fee=Money(2_625, "EUR")),
        "fee": replace(own, fee=usd(0)),
        "foreign": quotes.quote(other.invoice, clock.now()),
    }
    plain = Signer().sign_object([1, 2, "USD", 1, 0, clock.now().isoformat()])
    forged = (own.signed[:-1], own.signed.split(":")[0], f"x{own.signed}", plain, str(deal.pk), ":", "")
    for signed in (*(one.signed for one in wrong.values()), *forged):
        with pytest.raises(QuoteRefused, match="does not fit"):
            actions.take(deal.pk, signed, actor=deal.worker.user)
    settings.ONSITE_FASTFUNDS_BPS = 800
    with pytest.raises(QuoteRefused, match="does not fit"):
        actions.take(deal.pk, own.signed, actor=deal.worker.user)
    assert (Advance.objects.count(), deal.held()["balance"]) == (0, 0)
    assert actions.take(deal.pk, deal.quoted(), actor=deal.worker.user).fee == usd(2_800)


def test_what_is_not_eligible_cannot_be_taken():
    plain = Deal(State.APPROVED)
    with pytest.raises(WrongState):
        plain.advance()
    assert not Advance.objects.exists()


def test_a_withdrawal_leaves_the_balance_and_comes_back_when_the_bank_refuses():
    deal = Deal(State.PAID)
    user = deal.worker.user
    account = ready(user, deal.staff, number="DE89 3704 0044 0532 0130 00", routing="")
    assert (account.last4, "05320130" in account.sealed_number) == ("3000", False)
    before = deal.held()
    made = actions.withdraw(actor=user, account_id=account.pk, amount=usd(20_000), key="w")
    assert actions.withdraw(actor=user, account_id=account.pk, amount=usd(20_000), key="w") == made
    assert deal.moved(before) == {"balance": -20_000, "pending_payout": 20_000}
    for amount, error in ((usd(1), Conflict), (usd(15_001), InsufficientFunds), (usd(0), Invalid)):
        with pytest.raises(error):
            actions.withdraw(
                actor=user, account_id=account.pk, amount=amount, key="w" if amount == usd(1) else "x"
            )
    with pytest.raises(NotAllowed):
        actions.mark_sent(made.pk, actor=user)
    actions.mark_sent(made.pk, actor=deal.staff)
    with pytest.raises(Conflict):
        actions.mark_sent(made.pk, actor=deal.staff)
    actions.mark_failed(made.pk, actor=deal.staff, reason="Closed account")
    assert deal.moved(before) == {}
    again = actions.withdraw(actor=user, account_id=account.pk, amount=usd(5_000), key="y")
    actions.mark_sent(again.pk, actor=deal.staff)
    actions.mark_paid(again.pk, actor=deal.staff, reference="B-1")
    assert deal.moved(before) == {"balance": -5_000}
    actions.mark_failed(again.pk, actor=deal.staff, reason="late")
    assert deal.moved(before) == {}
    with pytest.raises(Conflict):
        actions.mark_failed(again.pk, actor=deal.staff, reason="later")
    assert set(Withdrawal.objects.values_list("state", flat=True)) == {"failed", "returned"}
    account_of(user)
    with pytest.raises(Invalid):
        account_of(user)
    actions.remove_account(account.pk, actor=user)
    with pytest.raises(Invalid):
        actions.withdraw(actor=user, account_id=account.pk, amount=usd(1), key="z")


class Silent(DemoGateway):
    def collect(self, key, amount, payer):
        raise GatewayDown


class Refusing(DemoGateway):
    def collect(self, key, amount, payer):
        return Receipt(False, why_not="Declined.")


def test_a_deposit_is_booked_once_whatever_the_gateway_does(settings):
    deal = Deal(State.DRAFT)
    before = deal.held()
    pending = actions.deposit_by_gateway(actor=deal.owner, amount=usd(500), key="d", gateway=Silent())
    assert (pending.state, deal.moved(before)) == ("pending", {})
    done = actions.deposit_by_gateway(actor=deal.owner, amount=usd(500), key="d")
    assert (done.pk, done.state, deal.moved(before)) == (pending.pk, "received", {"cash": 500})
    actions.deposit_by_gateway(actor=deal.owner, amount=usd(500), key="d")
    with pytest.raises(Conflict):
        actions.deposit_by_gateway(actor=deal.owner, amount=usd(501), key="d")
    failed = actions.deposit_by_gateway(actor=deal.owner, amount=usd(700), key="e", gateway=Refusing())
    assert (failed.state, failed.failure) == ("failed", "Declined.")
    assert deal.moved(before) == {"cash": 500}
    for amount in (usd(0), usd(-1), Money(5, "EUR")):
        with pytest.raises(Invalid):
            actions.deposit_by_gateway(actor=deal.owner, amount=amount, key="f")
    settings.ONSITE_DEVELOPMENT = False
    with pytest.raises(NotAllowed):
        actions.deposit_by_gateway(actor=deal.owner, amount=usd(500), key="g")


def test_admins_record_deposits_and_set_terms_limits():
    deal = Deal(State.DRAFT)
    before = deal.held()
    made = actions.record_deposit(deal.client.pk, actor=deal.staff, amount=usd(900), key="d", reference="R-1")
    assert actions.record_deposit(deal.client.pk, actor=deal.staff, amount=usd(900), key="d").pk == made.pk
    actions.set_terms_limit(deal.client.pk, actor=deal.staff, limit=usd(2_500_000), key="t")
    actions.set_terms_limit(deal.client.pk, actor=deal.staff, limit=usd(2_500_000), key="t")
    assert deal.moved(before) == {"cash": 900, "terms": 500_000}
    for act in (
        lambda: actions.record_deposit(deal.client.pk, actor=deal.owner, amount=usd(1), key="x"),
        lambda: actions.set_terms_limit(deal.client.pk, actor=deal.owner, limit=usd(1), key="x"),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert Deposit.objects.count() == 1


@pytest.mark.parametrize("values", [{"total_minor": 1, "worker_minor": 1, "fee_minor": 0}, {"state": "paid"}])
def test_the_database_refuses_to_change_what_an_invoice_says(values):
    deal = Deal(State.APPROVED)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invoice.objects.filter(assignment_id=deal.pk).update(**values)


def test_the_database_refuses_to_touch_a_paid_invoice_or_to_delete_one():
    rows = Invoice.objects.filter(assignment_id=Deal(State.PAID).pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(failures=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows._raw_delete("default")
    with pytest.raises(TypeError):
        rows.get().delete()


def test_the_database_refuses_a_second_invoice_and_a_wrong_sum():
    deal = Deal(State.APPROVED)
    values = {
        f.name: getattr(deal.invoice, f.name) for f in Invoice._meta.fields if f.name not in ("id", "number")
    }
    for wrong in ({"number": "X"}, {"number": "Y", "fee_minor": 1, "assignment": deal.another()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Invoice(**{**values, **wrong}).save(force_insert=True)


def test_an_advance_of_nothing_or_before_its_quote_cannot_be_stored():
    deal = Deal(State.APPROVED)
    now = clock.now()
    base = {"invoice": deal.invoice, "worker": deal.worker, "currency": "USD", "taken_at": now}
    for wrong in (
        {"amount_minor": 0, "fee_minor": 0, "quoted_at": now},
        {"amount_minor": 5, "fee_minor": 5, "quoted_at": now},
        {"amount_minor": 5, "fee_minor": 1, "quoted_at": now + timedelta(seconds=1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Advance.objects.create(**base, **wrong)


def test_each_side_is_told_in_its_own_figures():
    deal = Deal(State.APPROVED)
    with clock.moved(deal.invoice.past_due_at):
        from payments.sweeps import flag_past_due  # noqa: PLC0415

        assert (flag_past_due(), flag_past_due()) == (1, 0)
    told = {m.to_email: m.context["facts"]["amount"] for m in Message.objects.filter(kind="invoice.past_due")}
    assert told == {deal.owner.email: "$385.00", deal.worker.user.email: "$350.00"}


def test_the_company_card_counts_days_past_due_and_lost_disputes():
    deal = Deal(State.APPROVED, terms_days=7)
    with clock.moved(deal.invoice.past_due_at + timedelta(days=3)):
        actions.pay([deal.invoice.pk], actor=deal.owner, key="k")
        card = cards.refresh(deal.client.pk)
        assert (card.payments, card.paid_late, card.average_days_past_due, card.disputes_lost) == (
            1,
            1,
            4.0,
            0,
        )
    with clock.moved(clock.now() + timedelta(days=120)):
        assert cards.refresh(deal.client.pk).payments == 0


def test_a_colleague_of_another_company_never_reads_the_invoice():
    deal = Deal(State.APPROVED)
    stranger = member(Deal(State.DRAFT).client, "Otto Otherman")
    with pytest.raises(NotAllowed):
        actions.lock_invoice(deal.invoice.pk, actor=stranger)
    assert Invoice.objects.get().state == InvoiceState.OPEN
    assert Assignment.objects.get(pk=deal.pk).state == "approved"
