"""The worker's money, from balance to bank: accounts, tax data, automatic withdrawal, files, statements, provider."""

import csv
import io

import achkit
import pytest
from django.db import connection
from django.test import override_settings

from assignments.states import State
from common import clock
from common.errors import DomainError
from common.secrets import unseal
from notifications.models import Message
from payments import actions, payout_sweeps
from payments.actions.bank_accounts import amounts_of
from payments.models import AutoWithdrawal, PayoutAccount, PayoutBatch, SmallPayment, TaxForm, Withdrawal
from tests.factories import assignment_in
from tests.payments.payouts import PAYER, PROVIDER, ready, small_batch, tax_data, verified
from tests.support.facts import books, moved, usd
from tests.support.fake_provider import FakeProvider, running
from tests.support.statements import Booked, camt053
from timeline.models import Entry

TYPED = {
    "holder": "Wanda Worker", "bank_name": "North Bank", "number": "000123456789", "routing": "021000021",
}  # fmt: skip
TAX = {
    "name": "Wanda Worker", "classification": "individual", "street": "7 Elm Street", "city": "Albany",
    "region": "NY", "postcode": "12207", "tin_type": "ssn",
}  # fmt: skip


def paid(people, **columns):
    """$350.00 in the worker's balance."""
    return assignment_in(State.PAID, owner=people.owner, by=people.worker, **columns)


def amount(minor: int) -> str:
    return f"0.{minor:02}"


def test_m5_a_bank_account_is_proved_by_two_small_payments_in_the_next_file(people, visitor):
    """Random amounts of 0.01 to 0.15, sealed; real payouts of Onsite's own money; entered in either order."""
    me, staff = visitor("worker"), visitor("staff")
    me.submit("/payments/accounts/", number="12AB", press="Add bank account", status=422, **{
        name: value for name, value in TYPED.items() if name != "number"
    }).has("Enter an account number of 4 to 17 digits.", "Wanda Worker")  # fmt: skip
    me.submit(
        "/payments/accounts/", press="Add bank account", **{**TYPED, "holder": "Mallory Stranger"}, status=422
    ).has("The account must be in your own name")
    me.submit("/payments/accounts/", press="Add bank account", **TYPED).has("Two small payments go out next")
    account = PayoutAccount.objects.get()
    minors, before = amounts_of(account), books()
    assert all(1 <= minor <= 15 for minor in minors)
    stored = {one.sealed_minor for one in SmallPayment.objects.all()} | {account.sealed_number}
    assert not stored & {"000123456789", *map(str, minors)}
    me.open(f"/payments/accounts/{account.pk}/confirm/").has("not sent yet")
    visitor("stranger").open(f"/payments/accounts/{account.pk}/confirm/", 404)
    assert me.client.post(f"/payments/accounts/{account.pk}/confirm/", {}).status_code == 403  # CSRF

    page = staff.open("/admin/payments/payoutbatch/make/?currency=USD&format=csv")
    page.has("2 payouts", f"${amount(sum(minors))}", "a few cents")
    page.lacks("000123456789")
    staff.submit(page, press=f"Make the file over ${amount(sum(minors))}").has("Give the file to the bank")
    assert moved(before) == {
        ("platform", 0, "verification"): -sum(minors),
        ("provider", 0, "clearing"): sum(minors),
    }
    confirm = f"/payments/accounts/{account.pk}/confirm/"
    me.submit(confirm, first="0.16", second="0.01", status=422).has("2 tries are left.")
    me.submit(confirm, first=amount(minors[1]), second=amount(minors[0])).has("is verified", "Verified")
    account.refresh_from_db()
    assert (account.state, account.tries, account.verified_at) == ("verified", 1, clock.now())
    for url in ("/payments/", "/payments/accounts/", "/payments/withdraw/"):
        me.open(url).lacks("000123456789", "123456789")
    kinds = Entry.objects.filter(subject_type="payout_account").order_by("sequence")
    assert list(kinds.values_list("kind", flat=True)) == [
        "payout_account.small_sent", "payout_account.missed", "payout_account.verified",
    ]  # fmt: skip


def test_m5_the_third_wrong_entry_locks_the_account_for_good(people, visitor):
    """It cannot be tried again, only removed and added again; no money goes to it."""
    me, user = visitor("worker"), people.worker.user
    paid(people)
    tax_data(user)
    me.submit("/payments/accounts/", press="Add bank account", **TYPED)
    account = PayoutAccount.objects.get()
    small_batch(staff=people.staff)
    right = [amount(minor) for minor in amounts_of(account)]
    confirm = f"/payments/accounts/{account.pk}/confirm/"
    for left in ("2 tries are left.", "1 try is left.", "This bank account is locked"):
        me.submit(confirm, first="0.16", second="0.17", status=422).has(left)
    account.refresh_from_db()
    assert (account.state, account.tries) == ("dead", 3)
    with pytest.raises(DomainError):
        actions.confirm_account(account.pk, actor=user, amounts=tuple(amounts_of(account)))
    with pytest.raises(DomainError):
        actions.withdraw(actor=user, account_id=account.pk, amount=usd(100), key="w")
    assert right != ["0.16", "0.17"]
    me.open("/payments/withdraw/").has("is not verified yet")
    page = me.open("/payments/accounts/")
    me.submit(page, action=f"/payments/accounts/{account.pk}/remove/")
    me.submit("/payments/accounts/", press="Add bank account", **TYPED)
    assert PayoutAccount.objects.filter(removed_at=None).get().state == "waiting"


def test_m5_at_most_two_accounts_and_not_many_in_a_day(people, visitor):
    """A third is refused while two are there; the seventh of a day is refused with 429."""
    me = visitor("worker")
    for _ in range(2):
        me.submit("/payments/accounts/", press="Add bank account", **TYPED)
    me.open("/payments/accounts/").has("You can have two bank accounts.")
    more = {**TYPED, "kind": "checking", "csrfmiddlewaretoken": me.client.cookies["csrftoken"].value}
    me.post("/payments/accounts/", more, status=422).has("You can have two bank accounts. Remove one first.")
    for added in range(2, 7):
        oldest = PayoutAccount.objects.filter(removed_at=None).first()
        me.submit("/payments/accounts/", action=f"/payments/accounts/{oldest.pk}/remove/")
        me.post("/payments/accounts/", more, status=302 if added < 6 else 429)
    assert PayoutAccount.objects.count() == 6


def test_m5_the_amounts_are_told_only_where_no_bank_exists(people, visitor):
    """In development settings the notice and the page say them, so that a newcomer can go on; else nothing does."""
    me = visitor("worker")
    me.submit("/payments/accounts/", press="Add bank account", **TYPED)
    account = PayoutAccount.objects.get()
    words = [str(usd(minor)) for minor in amounts_of(account)]
    with override_settings(ONSITE_DEVELOPMENT=False):
        small_batch(staff=people.staff)
        me.open(f"/payments/accounts/{account.pk}/confirm/").lacks("Demo:")
        told = Message.objects.filter(kind="payout_account.small_sent").get()
        assert "demo" not in told.context["facts"] or told.context["facts"]["demo"] == ""
    page = me.open(f"/payments/accounts/{account.pk}/confirm/")
    page.has("Demo: no bank is asked.", *words)


def test_m7_tax_nothing_is_paid_out_before_the_tax_data_is_given(people, visitor):
    """The withdraw page says so and leads there; a POST beside it changes nothing; then it goes through."""
    paid(people)
    account = verified(people.worker.user, people.staff)
    me, before = visitor("worker"), books()
    me.open("/payments/withdraw/").has("Give your tax data once.", "$350.00")
    typed = {"account": account.pk, "amount": "100.00", "key": "w1", "step": "withdraw"}
    page = me.open("/payments/tax/")
    token = page.form_with({"tin"}).data()["csrfmiddlewaretoken"]
    me.post("/payments/withdraw/", {**typed, "csrfmiddlewaretoken": token}).has("Give your tax data first.")
    assert (Withdrawal.objects.count(), moved(before)) == (0, {})
    me.submit("/payments/tax/", tin="900-00-0000", certified=True, status=422, **TAX).has(
        "Enter the nine digits of your Social Security number."
    )
    me.submit("/payments/tax/", tin="219-09-9999", status=422, **TAX).has("Tick that it is true")
    assert not TaxForm.objects.exists()
    me.submit("/payments/tax/", tin="219-09-9999", certified=True, **TAX).has("ending in 9999")
    page = me.submit(
        "/payments/withdraw/", account=account.pk, amount="100.00", press="Check the withdrawal", status=200
    )
    me.submit(page, press="Withdraw $100.00").has("Requested", "$100.00")
    assert moved(before) == {
        ("worker", people.worker.pk, "balance"): -10_000,
        ("worker", people.worker.pk, "pending_payout"): 10_000,
    }


def test_m7_tax_the_number_is_sealed_and_only_an_admin_with_a_reason_reads_it(people, visitor):
    """Nine digits nowhere but sealed; a change empties the old ones; a reading is written down and told."""
    me, staff = visitor("worker"), visitor("staff")
    me.submit("/payments/tax/", tin="219-09-9999", certified=True, **TAX)
    me.submit("/payments/tax/", certified=True, **{**TAX, "street": "8 Elm Street"}).has("ending in 9999")
    me.submit("/payments/tax/", tin="12-3456789", certified=True, **{**TAX, "tin_type": "ein"}).has(
        "ending in 6789"
    )
    me.open("/payments/tax/").lacks("219099999", "219-09-9999", "123456789", "12-3456789")
    rows = list(TaxForm.objects.order_by("id"))
    assert [(one.tin_last4, bool(one.sealed_tin), one.superseded_at is None) for one in rows] == [
        ("9999", False, False), ("9999", False, False), ("6789", True, True),
    ]  # fmt: skip
    assert unseal(rows[-1].sealed_tin) == "123456789"
    with connection.cursor() as cursor:
        cursor.execute("SELECT facts FROM timeline_entry WHERE kind LIKE 'tax_form.%'")
        assert not any(
            "219099999" in str(facts) or "123456789" in str(facts) for (facts,) in cursor.fetchall()
        )

    page = staff.open(f"/admin/payments/taxform/{rows[-1].pk}/change/")
    page.lacks("123456789")
    staff.submit(page, press="Show the number", status=200).has("Enter why you need the number.")
    shown = staff.submit(page, text="A letter of the authority", press="Show the number", status=200)
    shown.has("123456789")
    assert "no-store" in shown.response.headers["Cache-Control"]
    entry = Entry.objects.get(kind="tax_form.revealed")
    assert (entry.actor_id, entry.facts["reason"]) == (people.staff.pk, "A letter of the authority")
    assert Message.objects.filter(kind="tax_form.revealed", user=people.worker.user).exists()
    for name in ("owner", "stranger"):
        visitor(name).open(f"/admin/payments/taxform/{rows[-1].pk}/change/", 302)


def test_m7_tax_a_year_by_client_with_fees_apart_and_expenses_separate(people, visitor):
    """Pay, expenses, FastFunds fees and what arrived, on the page, in the worker's file and in the admins'."""
    paid(people)
    early = assignment_in(State.APPROVED, owner=people.owner, by=people.worker, fastfunds_eligible=True)
    visitor("worker").submit(f"/assignments/{early.pk}/fastfunds/")
    assignment_in(State.APPROVED, owner=people.owner, by=people.worker)  # owed, not received
    tax_data(people.worker.user)
    page = visitor("worker").open("/payments/tax/2026/")
    page.has("Acme Retail", "$700.00", "$26.25", "$673.75")
    file = visitor("worker").open("/payments/tax/2026/?format=csv").html
    assert list(csv.reader(io.StringIO(file.lstrip("\ufeff")))) == [
        ["Client", "Invoices", "Pay", "Expenses", "FastFunds fees", "Received", "Currency"],
        ["Acme Retail", "2", "700.00", "0.00", "26.25", "673.75", "USD"],
    ]
    every = visitor("staff").open("/admin/payments/taxform/year/?year=2026").html
    assert list(csv.reader(io.StringIO(every.lstrip("\ufeff"))))[1:] == [
        [
            "Wanda Worker",
            "Wanda Worker",
            "9999",
            "Acme Retail",
            "2",
            "700.00",
            "0.00",
            "26.25",
            "673.75",
            "USD",
        ]
    ]
    visitor("worker").open("/payments/tax/2025/").has("Nothing was received")
    visitor("worker").open("/payments/tax/2099/", 404)
    visitor("owner").open("/payments/tax/2026/", 403)


def test_m5_automatic_withdrawal_sends_the_whole_balance_once(people, visitor):
    """Off by default; from the threshold on, all of it; a second sweep finds nothing; a failed one turns it off."""
    me, user = visitor("worker"), people.worker.user
    account = ready(user, people.staff)
    me.open("/payments/balance/").has("Automatic withdrawal is off.")
    me.submit(
        "/payments/auto-withdraw/", account=account.pk, threshold="29.99", press="Turn on", status=422
    ).has("Enter $30.00 or more.")
    me.submit("/payments/auto-withdraw/", account=account.pk, threshold="350.01", press="Turn on").has(
        "reaches $350.01"
    )
    paid(people)
    before = books()
    assert payout_sweeps.auto_withdraw() == 0
    me.submit("/payments/auto-withdraw/", account=account.pk, threshold="350.00", press="Save")
    assert [payout_sweeps.auto_withdraw() for _ in range(3)] == [1, 0, 0]
    made = Withdrawal.objects.get()
    assert (made.amount, made.is_automatic) == (usd(35_000), True)
    assert moved(before) == {
        ("worker", people.worker.pk, "balance"): -35_000,
        ("worker", people.worker.pk, "pending_payout"): 35_000,
    }
    actions.mark_failed(made.pk, actor=people.staff, reason="The account is closed.")
    assert (moved(before), AutoWithdrawal.objects.count(), payout_sweeps.auto_withdraw()) == ({}, 0, 0)
    me.open("/payments/balance/").has("Automatic withdrawal is off.")


@override_settings(**PAYER)
def test_m5_a_payout_file_is_checked_made_downloaded_and_settled_by_the_statement(people, visitor):
    """From the check page with its sum to the same bytes twice, and by the bank's statement to paid or returned."""
    paid(people)
    user, staff = people.worker.user, visitor("staff")
    account = ready(user, people.staff)
    made = [
        actions.withdraw(actor=user, account_id=account.pk, amount=usd(minor), key=f"w{minor}")
        for minor in (10_000, 20_000)
    ]
    before = books()
    page = staff.open("/admin/payments/payoutbatch/make/?currency=USD")
    page.has("2 payouts, $300.00", "NACHA ACH", "Wanda Worker")
    page.lacks(unseal(account.sealed_number))
    done = staff.submit(page, press="Make the file over $300.00")
    done.has("Download")
    batch = PayoutBatch.objects.latest("pk")
    assert (batch.count, batch.format, batch.total) == (2, "nacha", usd(30_000))
    first, second = (staff.open(f"/admin/payments/payoutbatch/{batch.pk}/file/").body for _ in range(2))
    assert (first == second, achkit.validate(first.decode())["ok"]) == (True, True)
    staff.submit(page, press="Make the file over $300.00").has(batch.reference)  # the same press again
    assert PayoutBatch.objects.count() == 2
    entries = [Booked("100.00", f"W-{made[0].pk}-1"), Booked("200.00", f"W-{made[1].pk}-1", True, back="R02")]
    actions.import_statement(camt053(*entries), "s.xml", actor=people.staff)
    assert moved(before) == {
        ("worker", people.worker.pk, "pending_payout"): -30_000,
        ("worker", people.worker.pk, "balance"): 20_000,
        ("provider", 0, "clearing"): 10_000,
    }
    me = visitor("worker")
    me.open(f"/payments/withdrawals/{made[1].pk}/").has("Failed", "The account is closed. (R02)")
    me.open(f"/payments/withdrawals/{made[0].pk}/").has("Paid out")
    for name in ("worker", "owner"):
        visitor(name).open(f"/admin/payments/payoutbatch/{batch.pk}/file/", 302)


def test_m5_a_provider_pays_out_by_itself_and_collects_deposits(people, visitor):
    """Where one is set up: the sweep hands over, the client adds funds online; without one the page is missing."""
    paid(people)
    account = ready(people.worker.user, people.staff)
    client = visitor("owner")
    client.open("/payments/funds/online/", 404)
    client.open("/payments/ledger/").lacks("Add funds online")
    with (
        running(FakeProvider(at_once=True)) as fake,
        override_settings(**{**PROVIDER, "ONSITE_PROVIDER_URL": fake.url}),
    ):
        made = actions.withdraw(actor=people.worker.user, account_id=account.pk, amount=usd(10_000), key="w")
        before = books()
        assert payout_sweeps.send_payouts() == 1
        made.refresh_from_db()
        assert (made.state, fake.moved["w"]) == ("paid", 1)
        page = client.follow(client.open("/payments/ledger/"), "Add funds online")
        client.submit(page, amount="x", status=422)
        client.submit("/payments/funds/online/", amount="50.00").has("$50.00")
        assert moved(before) == {
            ("worker", people.worker.pk, "pending_payout"): -10_000,
            ("client", people.client.pk, "cash"): 5_000,
            ("provider", 0, "clearing"): 5_000,
        }
        visitor("manager").open("/payments/funds/online/", 403)
        visitor("worker").open("/payments/funds/online/", 403)
