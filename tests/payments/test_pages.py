"""Every page of the room draws, for the right people only, in the own figures."""

import re
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse

from assignments.actions import closeout, talk, visits
from assignments.actions.money import Ask, request_money
from assignments.states import State
from clients.roles import Role
from common import clock
from payments import actions
from payments.actions.bank_accounts import amounts_of
from payments.models import Deposit, PaymentRun, Withdrawal
from tests.factories import member, worker
from tests.payments.payouts import small_batch, tax_data
from tests.payments.support import Deal, usd

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def browser(user):
    made = Browser()
    made.force_login(user)
    return made


def page(user, name, *args, status=200, **data):
    answer = browser(user).get(reverse(f"payments:{name}", args=args), data)
    assert answer.status_code == status, (name, answer.status_code, answer.content[:3000])
    return b"".join(answer).decode()


def send(user, name, *args, status=302, **data):
    answer = browser(user).post(reverse(f"payments:{name}", args=args), data)
    assert answer.status_code == status, (name, answer.status_code, answer.content.decode()[:3000])
    return answer


def test_the_clients_payment_center_pays_a_batch_and_shows_its_number(frozen):
    deal = Deal(State.APPROVED)
    other = deal.another()
    html = page(deal.owner, "center")
    assert "Payment Center" in html
    assert deal.invoice.number in html
    ids = [deal.invoice.pk, other.invoices.get().pk]
    check = page(deal.owner, "pay", invoice=ids)
    assert "Pay 2 invoices" in check
    assert "$770.00" in check
    answer = send(deal.owner, "pay", invoice=ids, key="k1", expected="77000")
    run = PaymentRun.objects.get()
    assert answer.url == reverse("payments:run", args=[run.pk])
    assert "Paid: <span" in page(deal.owner, "run", run.pk)
    assert {deal.row.state, other.__class__.objects.get(pk=other.pk).state} == {"paid"}
    assert send(deal.owner, "pay", invoice=ids, key="k1", expected="77000").url == answer.url
    for show in ("open", "paid", "all", "soon", "later", "past_due", "disputed", "withdrawn", "nonsense"):
        page(deal.owner, "invoices", show=show)


def test_a_stale_total_and_other_invoices_under_one_key_answer_409(frozen):
    deal = Deal(State.APPROVED)
    send(deal.owner, "pay", invoice=[deal.invoice.pk], key="k", expected="1", status=409)
    send(deal.owner, "pay", invoice=[deal.invoice.pk], key="k", expected="38500")
    send(deal.owner, "pay", invoice=[deal.another().invoices.get().pk], key="k", expected="38500", status=409)
    send(deal.owner, "pay", key="k2", expected="0", status=422)


def test_funds_ledger_and_exports(frozen):
    deal = Deal(State.PAID)
    assert "Add funds" in page(deal.owner, "funds")
    answer = send(deal.owner, "funds", amount="50.00", key="d1")
    assert "was added" in browser(deal.owner).get(answer.url).content.decode()
    send(deal.owner, "funds", amount="50.00", key="d1")
    assert Deposit.objects.filter(source="demo").count() == 1
    answer = send(deal.owner, "funds", amount="5.13", key="d2")
    assert "did not arrive" in browser(deal.owner).get(answer.url).content.decode()
    send(deal.owner, "funds", amount="-5", key="d3", status=422)
    send(deal.owner, "funds", amount="0", key="d4", status=422)
    html = page(deal.owner, "ledger")
    assert "Invoice paid" in html
    assert "−$385.00" in html
    assert "balance" not in html.lower().split("<main")[1].replace("cash balance", "")
    assert "Invoice paid" in page(deal.owner, "ledger", format="csv")
    assert "INV-" in page(deal.owner, "invoices", show="all", format="csv")
    assert "INV-" not in page(deal.owner, "invoices", format="csv"), (
        "the filter of the page holds for the file"
    )


def test_cells_of_an_export_are_no_formulas(frozen):
    deal = Deal(State.APPROVED, title="=HYPERLINK(1)")
    assert ",'=HYPERLINK(1)," in page(deal.owner, "invoices", format="csv")


def test_an_invoice_shows_each_side_its_own_figures(frozen):
    deal = Deal(State.APPROVED)
    number = deal.invoice.number
    client = page(deal.owner, "invoice", number)
    assert "$385.00" in client
    mine = page(deal.worker.user, "invoice", number)
    assert "$350.00" in mine
    assert "$385.00" not in mine
    assert "$35.00" not in mine
    page(worker("Stan Stranger").user, "invoice", number, status=404)
    page(Deal(State.DRAFT).owner, "invoice", number, status=404)  # a stranger's company


def test_the_document_locks_the_invoice_only_when_the_client_downloads_it(frozen):
    deal = Deal(State.APPROVED, title="Łódź – naïve €")
    number = deal.invoice.number
    page(deal.owner, "invoice_pdf", number, status=302)
    assert browser(deal.worker.user).get(reverse("payments:invoice_pdf", args=[number])).status_code == 200
    assert deal.invoice.locked_at is None
    view_only = deal.person("Vera View", Role.VIEW_ONLY)
    send(view_only, "invoice_pdf", number, status=403)
    answer = send(deal.owner, "invoice_pdf", number, status=200)
    assert answer.content.startswith(b"%PDF")
    assert deal.invoice.locked_at is not None
    assert browser(view_only).get(reverse("payments:invoice_pdf", args=[number])).status_code == 200


def test_approve_page_says_by_terms_what_happens(frozen):
    deal = Deal(terms_days=30)
    html = page(deal.owner, "approve", deal.pk)
    assert "Approve $385.00, due Dec 31" in html
    send(deal.owner, "approve", deal.pk, step="approve", expected="38500", grade="excellent", text="Fine")
    assert deal.row.state == "approved"
    assert deal.row.ratings.get().grade == "excellent"
    send(deal.owner, "approve", deal.pk, step="approve", expected="38500")
    at_once = Deal(terms_days=0)
    assert "Approve and pay $385.00" in page(at_once.owner, "approve", at_once.pk)
    send(at_once.owner, "approve", at_once.pk, step="approve", expected="38499", status=422)
    send(at_once.owner, "approve", at_once.pk, step="approve", expected="38500")
    assert at_once.row.state == "paid"
    page(at_once.owner, "approve", at_once.pk, status=409)


def test_open_requests_force_a_choice_at_approval(frozen):
    deal = Deal(State.IN_PROGRESS)
    request_money(deal.pk, Ask("expense", "Cable", amount_minor=1000), actor=deal.worker.user)
    visits.check_out(deal.pk, actor=deal.worker.user)
    closeout.submit(deal.pk, closeout.Submission("Done."), actor=deal.worker.user)
    asked = deal.row.money_requests.get()
    html = page(deal.owner, "approve", deal.pk)
    assert "Check the total" in html
    send(deal.owner, "approve", deal.pk, step="approve", expected="38500", status=422)
    choice = {f"request_{asked.pk}": "approve"}
    html = send(deal.owner, "approve", deal.pk, step="check", status=200, **choice).content.decode()
    assert "$396.00" in html
    send(deal.owner, "approve", deal.pk, step="approve", expected="39600", **choice)
    assert deal.invoice.total_minor == 39_600


def test_cancel_with_pay_by_form_check_and_act(frozen):
    deal = Deal(State.ASSIGNED)
    assert "Cancel this assignment" in page(deal.owner, "cancel", deal.pk)
    send(deal.owner, "cancel", deal.pk, status=422)
    send(deal.owner, "cancel", deal.pk, reason="other", pay="9999", status=422)
    html = send(
        deal.owner, "cancel", deal.pk, reason="other", pay="50", note="Sorry", status=200
    ).content.decode()
    assert "$55.00" in html
    assert deal.row.state == "assigned"
    send(deal.owner, "cancel", deal.pk, reason="other", pay="50", note="Sorry", step="cancel")
    assert deal.invoice.total_minor == 5_500
    assert "$50.00" in page(deal.worker.user, "center")
    page(deal.worker.user, "cancel", deal.pk, status=403)


def test_stop_payment_page(frozen):
    deal = Deal(State.APPROVED)
    page(deal.owner, "stop_payment", deal.pk)
    send(deal.owner, "stop_payment", deal.pk, status=422)
    send(deal.owner, "stop_payment", deal.pk, reason="Wrong hours")
    assert deal.row.state == "pending_approval"
    assert "Withdrawn" in page(deal.owner, "invoices", show="withdrawn")


def quoted(html):
    """The quote that the page's form carries."""
    return re.search(r'name="quote" value="([^"]+)"', html)[1]


def test_fastfunds_from_quote_to_done(frozen):
    deal = Deal(State.APPROVED, fastfunds_eligible=True)
    user = deal.worker.user
    assert "Get paid now" in page(user, "center")
    html = page(user, "fastfunds", deal.pk)
    assert "$26.25" in html
    assert "$323.75" in html
    with clock.moved(frozen + timedelta(minutes=10)):
        late = send(user, "fastfunds", deal.pk, quote=quoted(html), status=422).content.decode()
        assert "The quote was valid for 10 minutes. Here is a new one." in late
        second = page(user, "fastfunds", deal.pk)
        answer = send(user, "fastfunds", deal.pk, quote=quoted(late))
        assert "$323.75" in browser(user).get(answer.url).content.decode()
        assert deal.held()["balance"] == 32_375
        for again in (late, second):
            assert send(user, "fastfunds", deal.pk, quote=quoted(again)).url == answer.url
        page(user, "fastfunds", deal.pk, status=409)
    page(deal.owner, "fastfunds", deal.pk, status=403)
    page(worker("Stan Stranger").user, "fastfunds", deal.pk, status=404)
    assert deal.held()["balance"] == 32_375
    assert "$26.25" not in page(deal.owner, "center")
    assert "$26.25" not in page(deal.owner, "invoice", deal.invoice.number)


def test_a_forged_or_foreign_quote_is_answered_with_a_new_one(frozen):
    deal, other = (Deal(State.APPROVED, fastfunds_eligible=True) for _ in range(2))
    user = deal.worker.user
    foreign = quoted(page(other.worker.user, "fastfunds", other.pk))
    for signed in (foreign, "forged", "", "\x00"):
        html = send(user, "fastfunds", deal.pk, quote=signed, status=422).content.decode()
        assert "This quote does not fit the invoice. Here is a new one." in html
    send(user, "fastfunds", other.pk, quote=foreign, status=404)
    send(deal.owner, "fastfunds", deal.pk, quote=quoted(html), status=403)
    assert (deal.held()["balance"], other.held()["balance"]) == (0, 0)
    send(user, "fastfunds", deal.pk, quote=quoted(html))
    assert deal.held()["balance"] == 32_375


def test_withdraw_from_account_to_done(frozen):
    deal = Deal(State.PAID)
    user = deal.worker.user
    assert "Add a bank account" in page(user, "withdraw")
    send(user, "accounts", holder="Wanda", bank_name="North Bank", routing="1", number="!", status=422)
    typed = {"holder": "Wanda", "bank_name": "North Bank", "routing": "021000021", "kind": "checking"}
    send(user, "accounts", number="000123456789", **typed)
    account = deal.worker.payout_accounts.get()
    small_batch(staff=deal.staff)
    first, second = (f"0.{minor:02}" for minor in amounts_of(account))
    send(user, "confirm_account", account.pk, first=first, second="0.16", status=422)
    send(user, "confirm_account", account.pk, first=first, second=second)
    tax_data(user)
    assert "123456789" not in page(user, "accounts")
    html = page(user, "withdraw")
    assert "350.00" in html
    data = {"account": account.pk, "amount": "100", "key": "w1"}
    assert "Check the withdrawal" in send(user, "withdraw", step="check", status=200, **data).content.decode()
    send(user, "withdraw", account=account.pk, amount="999999", key="w2", status=422)
    send(user, "withdraw", account=account.pk, amount="0", key="w3", status=422)
    answer = send(user, "withdraw", step="withdraw", **data)
    assert send(user, "withdraw", step="withdraw", **data).url == answer.url
    made = Withdrawal.objects.get()
    assert "$100.00" in page(user, "withdrawal", made.pk)
    assert "$100.00" in page(user, "center")
    page(user, "center", show="paid")
    assert "Withdrawal requested" in page(user, "balance")
    page(worker("Stan Stranger").user, "withdrawal", made.pk, status=404)
    send(worker("Sid Stranger").user, "remove_account", account.pk, status=404)
    send(user, "remove_account", account.pk)
    assert deal.held()["pending_payout"] == 10_000


@pytest.mark.parametrize("role", [Role.MANAGER, Role.USER, Role.VIEW_ONLY])
def test_colleagues_without_money_read_invoices_and_nothing_else(frozen, role):
    deal = Deal(State.APPROVED)
    colleague = deal.person("Mo Colleague", role)
    html = page(colleague, "center")
    assert deal.invoice.number in html
    assert "Cash balance" not in html
    assert "Check the payment" not in html
    for name in ("funds", "ledger", "pay"):
        page(colleague, name, status=403)
        page(colleague, name, status=403, format="csv")
    send(colleague, "pay", invoice=[deal.invoice.pk], key="x", expected="38500", status=403)
    send(colleague, "funds", amount="1", key="x", status=403)
    assert deal.row.state == "approved"


def test_other_companies_and_the_wrong_side_get_nothing(frozen):
    deal = Deal(State.APPROVED)
    other = member(Deal(State.DRAFT).client, "Otto Other")
    for name in ("approve", "cancel", "stop_payment", "fastfunds", "escalate", "dispute"):
        page(other, name, deal.pk, status=404)
        send(other, name, deal.pk, status=404)
    send(other, "pay", invoice=[deal.invoice.pk], key="x", expected="38500", status=409)
    for name in ("funds", "ledger", "pay", "invoices"):
        page(deal.worker.user, name, status=403)
    for name in ("withdraw", "accounts", "balance"):
        page(deal.owner, name, status=403)


def test_escalate_and_answer_over_pages(frozen):
    deal = Deal()
    user = deal.worker.user
    page(user, "escalate", deal.pk, status=409)
    with clock.moved(deal.row.escalate_from_at + timedelta(minutes=1)):
        assert "Write to the client" in page(user, "escalate", deal.pk)
        talk.post_message(deal.pk, actor=user, body="Please look.")
        assert "Approval is overdue" in page(user, "escalate", deal.pk)
        send(user, "escalate", deal.pk, ground="overdue_approval", status=422)
        send(user, "escalate", deal.pk, ground="overdue_approval", statement="It is done.")
        assert "It is done." in page(deal.owner, "dispute", deal.pk)
        page(deal.owner, "approve", deal.pk, status=409)
        send(deal.owner, "answer_dispute", deal.pk, status=422)
        send(deal.owner, "answer_dispute", deal.pk, statement="We look at it.")
        assert "We look at it." in page(user, "dispute", deal.pk)
        page(deal.owner, "withdraw_dispute", deal.pk)
        send(deal.owner, "withdraw_dispute", deal.pk, status=409)
        send(user, "withdraw_dispute", deal.pk)
    assert deal.row.disputed_at is None


def test_the_client_opens_a_dispute_on_its_page(frozen):
    deal = Deal(State.APPROVED)
    assert "Open a dispute" in page(deal.owner, "dispute", deal.pk)
    send(deal.owner, "dispute", deal.pk, ground="quality", statement="One switch does not work.")
    assert deal.dispute.side == "client"
    page(deal.owner, "pay", invoice=[deal.invoice.pk])
    send(deal.owner, "pay", invoice=[deal.invoice.pk], key="x", expected="38500")
    assert "A dispute is open" in page(deal.owner, "run", PaymentRun.objects.get().pk)


def test_the_assignment_page_carries_the_money_boxes(frozen):
    deal = Deal(State.APPROVED, fastfunds_eligible=True)
    url = reverse("assignments:page", args=[deal.pk])
    client = browser(deal.owner).get(url).content.decode()
    assert "Stop payment" in client
    assert deal.invoice.number in client
    mine = browser(deal.worker.user).get(url).content.decode()
    assert "Get paid now" in mine
    assert "$385.00" not in mine
    actions.open_dispute(deal.pk, actor=deal.owner, ground="quality", statement="No.")
    for user in (deal.owner, deal.worker.user, deal.staff):
        assert "A dispute is open" in browser(user).get(url).content.decode()


def test_a_cancelled_assignment_without_words_can_be_escalated_although_its_page_is_closed(frozen):
    deal = Deal(State.CANCELLED, via=State.IN_PROGRESS)
    user = deal.worker.user
    assert browser(user).get(reverse("assignments:page", args=[deal.pk])).status_code == 404
    html = page(user, "escalate", deal.pk)
    assert "Cancelled after work was done" in html
    send(user, "escalate", deal.pk, ground="work_done", statement="Why?")
    page(user, "dispute", deal.pk)
    assert deal.dispute.amount == usd(35_000)
