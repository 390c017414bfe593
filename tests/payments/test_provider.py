"""The provider's adapter, events and timers against a provider with bad manners (R11): one payout, nothing stuck."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest
from django.test import Client as Browser
from django.test import override_settings

from assignments.states import State
from common import clock
from common.errors import Conflict
from ledger.accounts import balance
from ledger.audit import audit
from payments import actions, payout_sweeps
from payments.gateway.base import GatewayDown, Transfer
from payments.gateway.provider import HttpProvider, configured
from payments.models import Deposit, PayoutAccount, ProviderEvent, Withdrawal
from payments.states import AccountState
from tests.payments.payouts import PROVIDER, account_of, ready, tax_data
from tests.payments.support import Deal, usd
from tests.support.fake_provider import MOODS, FakeProvider, running, signed
from tests.support.figures import tell
from timeline.models import Entry

pytestmark = [pytest.mark.django_db]
HOOK = "/hooks/provider/"
SECRET = PROVIDER["ONSITE_PROVIDER_WEBHOOK_SECRET"]


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    with running(FakeProvider(slow=0.6)) as provider:
        own = {"ONSITE_PROVIDER_URL": provider.url, "ONSITE_PROVIDER_TIMEOUT_SECONDS": 0.2}
        with override_settings(**{**PROVIDER, **own}):
            yield provider


def hook(event: dict, *, secret: str = str(SECRET), late: float = 0, **headers: str):
    body, own = signed(event, secret, clock.now().timestamp() - late)
    return Browser(enforce_csrf_checks=True).post(
        HOOK, body, content_type="application/json", **{**own, **headers}
    )


def asked(deal: Deal, minor: int = 10_000, key: str = "w") -> Withdrawal:
    account = PayoutAccount.objects.filter(worker=deal.worker, state="verified").first()
    account = account or ready(deal.worker.user, deal.staff)
    return actions.withdraw(actor=deal.worker.user, account_id=account.pk, amount=usd(minor), key=key)


def state(made: Withdrawal) -> str:
    return Withdrawal.objects.values_list("state", flat=True).get(pk=made.pk)


def test_without_its_three_settings_there_is_no_provider(frozen):
    assert configured() is None
    assert payout_sweeps.send_payouts() == 0
    assert hook({"id": "1", "type": "payout.paid", "data": {}}).status_code == 404
    for missing in ("URL", "KEY", "WEBHOOK_SECRET"):
        with override_settings(**{**PROVIDER, f"ONSITE_PROVIDER_{missing}": ""}):
            assert configured() is None
    with override_settings(**PROVIDER, ONSITE_DEVELOPMENT=False):
        assert configured() is None  # plain http leaves this machine in development only
    with override_settings(**{**PROVIDER, "ONSITE_PROVIDER_URL": "https://x.example/v1"}):
        assert isinstance(configured(), HttpProvider)


def test_a_withdrawal_goes_out_once_and_an_event_settles_it(frozen, fake):
    deal = Deal(State.PAID)
    made, before = asked(deal), deal.held()
    assert payout_sweeps.send_payouts() == 1
    assert (state(made), fake.moved) == ("sent", {"w": 1})
    body = fake.payouts["w"]["body"]
    assert (body["amount"], body["currency"], body["reference"]) == (10_000, "USD", made.number)
    assert fake.unsigned == 0
    assert payout_sweeps.send_payouts() == 0
    paid = {"id": "e1", "type": "payout.paid", "data": {"key": "w", "amount": 10_000, "currency": "USD"}}
    for _ in range(3):
        assert hook(paid).status_code == 200
    assert (state(made), deal.moved(before)) == ("paid", {"pending_payout": -10_000})
    assert hook({**paid, "id": "e2", "type": "payout.accepted"}).status_code == 200
    assert state(made) == "paid"
    returned = {**paid["data"], "why": "Account closed."}
    hook({"id": "e3", "type": "payout.returned", "data": returned})
    hook({"id": "e4", "type": "payout.paid", "data": returned})
    assert (state(made), deal.moved(before)) == ("returned", {"pending_payout": -10_000, "balance": 10_000})
    assert list(ProviderEvent.objects.order_by("id").values_list("event_id", "result")) == [
        ("e1", "applied"), ("e2", "nothing_new"), ("e3", "applied"), ("e4", "nothing_new"),
    ]  # fmt: skip


def test_a_plain_refusal_gives_the_money_back(frozen, fake):
    deal = Deal(State.PAID)
    deal.worker.user.name = "Refused Wanda"
    deal.worker.user.save()
    made, before = asked(deal), deal.held()
    payout_sweeps.send_payouts()
    made.refresh_from_db()
    assert (made.state, made.failure) == ("failed", "No such account.")
    assert deal.moved(before) == {"balance": 10_000, "pending_payout": -10_000}


def test_an_event_may_come_before_the_answer(frozen, fake):
    deal = Deal(State.PAID)
    made = asked(deal)
    fake.moods = ["done_and_lost"]
    payout_sweeps.send_payouts()
    assert state(made) == "sending"
    hook({"id": "e1", "type": "payout.paid", "data": {"key": "w"}})
    assert state(made) == "paid"
    kinds = [entry.kind for entry in _entries(made)]
    assert kinds == ["withdrawal.requested", "withdrawal.sending", "withdrawal.sent", "withdrawal.paid"]


def _entries(made: Withdrawal):
    return Entry.objects.filter(subject_type="withdrawal", subject_id=made.pk).order_by("sequence")


def test_tries_are_bounded_and_a_person_lets_it_ask_again(frozen, fake, at):
    deal = Deal(State.PAID)
    made = asked(deal)
    fake.moods = ["busy"] * 60
    for days in range(12):
        with at(frozen + timedelta(days=days)):
            payout_sweeps.send_payouts()
    made.refresh_from_db()
    assert (made.state, made.next_try_at, made.tries, fake.calls) == ("sending", None, 11, 11)
    with at(frozen + timedelta(days=13)):
        fake.moods = []
        with pytest.raises(Conflict):
            actions.mark_failed(made.pk, actor=deal.staff, reason="It may have been paid.")
        actions.ask_provider(made.pk, actor=deal.staff)
        payout_sweeps.send_payouts()
    assert (state(made), fake.moved) == ("sent", {"w": 1})


def test_small_payments_go_by_the_provider_and_the_account_is_proved(frozen, fake):
    deal = Deal(State.PAID)
    account = account_of(deal.worker.user)
    payout_sweeps.send_payouts()
    account.refresh_from_db()
    assert account.state == AccountState.SENT
    minors = sorted(one["body"]["amount"] for one in fake.payouts.values())
    assert all(1 <= minor <= 15 for minor in minors)
    assert balance("platform", 0, "verification", "USD") == usd(-sum(minors))
    assert actions.confirm_account(account.pk, actor=deal.worker.user, amounts=(minors[0], minors[1]))
    key = next(iter(fake.payouts))
    hook({"id": "e1", "type": "payout.returned", "data": {"key": key, "why": "No such account."}})
    account.refresh_from_db()
    assert (account.state, account.why_dead) == ("dead", "No such account.")
    other = fake.payouts[next(one for one in fake.payouts if one != key)]["body"]["amount"]
    assert balance("platform", 0, "verification", "USD") == usd(-other)
    assert audit() == []


def test_a_deposit_is_collected_once(frozen, fake, at):
    deal = Deal(State.DRAFT)
    before = deal.held()
    fake.moods = ["done_and_lost"]
    made = actions.collect_deposit(actor=deal.owner, amount=usd(5_000), key="d", provider=configured())
    again = actions.collect_deposit(actor=deal.owner, amount=usd(5_000), key="d", provider=configured())
    assert (made.pk, made.state, deal.moved(before)) == (again.pk, "pending", {})
    fake.finish()
    with at(frozen + timedelta(minutes=3)):
        payout_sweeps.send_payouts()
        payout_sweeps.send_payouts()
    hook({"id": "e1", "type": "collection.paid", "data": {"key": "d", "amount": 5_000, "currency": "USD"}})
    assert (Deposit.objects.get().state, deal.moved(before), fake.moved) == (
        "received", {"cash": 5_000}, {"d": 1},
    )  # fmt: skip


@pytest.mark.usefixtures("fake")
def test_what_is_not_signed_now_by_the_provider_gets_in_nowhere(frozen):
    deal = Deal(State.PAID)
    made = asked(deal)
    Withdrawal.objects.filter(pk=made.pk).update(sending_at=frozen)
    event = {"id": "e1", "type": "payout.failed", "data": {"key": "w", "why": "forged"}}
    body, own = signed(event, str(SECRET), clock.now().timestamp())
    other = json.dumps({**event, "id": "e2"}).encode()
    post = Browser(enforce_csrf_checks=True).post
    answers = [
        post(HOOK, body, content_type="application/json"),
        hook(event, secret="another"),
        hook(event, late=301),
        hook(event, late=-301),
        hook(event, HTTP_ONSITE_TIMESTAMP=f"{clock.now().timestamp() + 1:.0f}"),
        hook(event, HTTP_ONSITE_SIGNATURE="é"),
        post(HOOK, other, content_type="application/json", **own),
        hook({**event, "data": {"key": "w", "why": "x" * 70_000}}),
    ]
    assert [(one.status_code, one.content) for one in answers] == [(401, b"")] * 8
    for odd in ("[]", '"x"', "{", '{"id": 1, "type": "payout.paid", "data": {}}', "[" * 30_000):
        body, own = _signed_text(odd)
        answer = post(HOOK, body, content_type="application/json", **own)
        assert (answer.status_code, answer.content) == (400, b""), odd[:20]
    assert Browser().get(HOOK).status_code == 405
    assert (state(made), ProviderEvent.objects.count()) == ("requested", 0)
    assert "sessionid" not in hook(event, late=299).cookies
    assert state(made) == "failed"


def _signed_text(text: str):
    body, stamp = text.encode(), f"{clock.now().timestamp():.0f}"
    mac = hmac.new(str(SECRET).encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return body, {"HTTP_ONSITE_TIMESTAMP": stamp, "HTTP_ONSITE_SIGNATURE": mac}


@pytest.mark.usefixtures("fake")
def test_events_that_fit_nothing_are_kept_and_answered(frozen):
    deal = Deal(State.PAID)
    made = asked(deal)
    hook({"id": "e1", "type": "payout.paid", "data": {"key": "nobody"}})
    hook({"id": "e2", "type": "dispute.opened", "data": {"key": "w"}})
    hook({"id": "e3", "type": "payout.paid", "data": {"key": "w"}})
    Withdrawal.objects.filter(pk=made.pk).update(sending_at=frozen)
    answer = hook({"id": "e4", "type": "payout.paid", "data": {"key": "w", "amount": 1, "currency": "USD"}})
    assert answer.status_code == 200
    assert list(ProviderEvent.objects.order_by("id").values_list("event_id", "result")) == [
        ("e1", "unknown"), ("e2", "unknown"), ("e3", "odd"), ("e4", "odd"),
    ]  # fmt: skip
    assert state(made) == "requested"


def test_the_adapter_takes_nothing_else_for_an_answer(fake):
    adapter = configured()
    assert adapter is not None
    for mood in ("lost", "done_and_lost", "busy", "done_and_busy", "garbage", "slow"):
        fake.moods = [mood]
        with pytest.raises(GatewayDown):
            adapter.start_collection(f"k-{mood}", usd(100), "Acme")
    assert adapter.collection("k-lost", usd(100)) is None
    assert adapter.collection("k-slow", usd(100)) == Transfer("accepted", "X4")
    with pytest.raises(GatewayDown):
        adapter.collection("k-slow", usd(101))


@pytest.mark.row(id="R11")
@pytest.mark.parametrize("rounds", [10, pytest.param(100, marks=pytest.mark.slow)])
def test_r11_whatever_the_provider_does_there_is_one_payout_and_nothing_is_stuck(frozen, fake, at, rounds):
    """R11: calls lost, done and lost, slow, doubled, garbage; events dropped, doubled, reordered."""
    dice = Random(11)
    fake.dice = dice
    deal = Deal(State.PAID)
    tax_data(deal.worker.user)
    asked(deal, 1, "warm-up")
    started = deal.held()
    moment = frozen
    for number in range(rounds):
        made = asked(deal, 100 + number, f"r{number}")
        fake.moods = [dice.choice(MOODS) for _ in range(dice.randint(1, 4))]
        for _ in range(8):
            moment += timedelta(minutes=dice.choice((1, 3, 20)))
            with at(moment):
                payout_sweeps.send_payouts()
                _deliver(fake, dice)
        fake.moods = []
        moment += timedelta(days=1)
        with at(moment):
            payout_sweeps.send_payouts()
            _deliver(fake, dice, drops=0.0)
        own = fake.payouts[made.key]
        # what was given back before we heard that it was paid has never left, as far as the books know
        ends = {"returned", "failed"} if own["end"] == "returned" else {own["end"]}
        assert (state(made) in ends, fake.moved[made.key]) == (True, 1), f"round {number}: {state(made)}"
        sent = sum(one["body"]["amount"] for one in fake.payouts.values() if one["end"] == "paid")
        held = deal.held()
        total = held["balance"] + held["pending_payout"] + sent
        assert total == started["balance"] + started["pending_payout"]
    assert not Withdrawal.objects.filter(state="sending").exists()
    assert sum(fake.moved.values()) == rounds + 1
    tell("R11", f"{rounds} withdrawals, {fake.calls:,} calls with time-outs, doubles and garbage, events in any order: "
         f"1 payout each, 0 stuck")  # fmt: skip


@pytest.mark.row(id="R11")
def test_control_a_new_key_for_each_try_pays_twice(fake):
    """The naive way: ask again under another key when no answer came. What was done and not heard of is done again."""
    adapter, dice = configured(), Random(11)
    for number in range(10):
        fake.moods = [dice.choice(("done_and_lost", "done_and_busy", "garbage", "well")) for _ in range(3)]
        for attempt in range(4):
            try:
                adapter.start_collection(f"n{number}-{attempt}", usd(100), "Acme")
            except GatewayDown:
                continue
            break
    assert sum(fake.moved.values()) > 10
    tell(
        "R11",
        f"a new key for each try: money moved {sum(fake.moved.values())} times instead of 10",
        is_control=True,
    )


RETRIED = 30
"""A provider sends its latest events again and again; those of some ten withdrawals before it has given up."""


def _deliver(fake: FakeProvider, dice: Random, drops: float = 0.6) -> None:
    """Some events, some of them twice, in any order; undelivered ones come again, as a provider retries."""
    waiting = fake.events[-RETRIED:]
    dice.shuffle(waiting)
    for event in waiting:
        if drops and dice.random() < drops:
            continue
        for _ in range(dice.choice((1, 1, 2))):
            assert hook(event).status_code == 200
