"""Automatic FastFunds: only by the worker's word, shown in money before, once, never taken back (domain.md 5.5)."""

from datetime import timedelta

import pytest

from assignments.states import State
from common import clock
from notifications.models import Notice
from payments import actions, sweeps
from payments.models import Advance, AutoFastFunds
from tests.factories import People
from tests.support.facts import books, fresh, moved, told, url
from tests.support.markers import EARLY_FEE, EARLY_NET, WORKERS_OWN, marked
from timeline.models import Entry

AT_ONCE = timedelta(minutes=1)


def agree(visitor) -> None:
    """The worker ticks the box and agrees."""
    visitor("worker").submit("/payments/fastfunds/", press="Agree and switch on", agreed=True)


def approve(row, people: People):
    """Approved by the owner a minute later."""
    with clock.moved(clock.now() + AT_ONCE):
        return actions.approve(row.pk, actor=people.owner)


def sweep(later: timedelta = AT_ONCE * 2) -> int:
    with clock.moved(clock.now() + later):
        return sweeps.take_fastfunds()


def test_m6_it_is_off_until_the_worker_ticks_a_box_that_nobody_ticked_before(people, visitor):
    """The page says what it costs in money; without the tick nothing changes; the word is in the history and told."""
    page = visitor("worker").open("/payments/fastfunds/")
    page.has("Example: an approval of $350.00", "$26.25", "$323.75", "no fee")
    form = page.form_with({"agreed"})
    assert form.controls["agreed"].sent == []
    visitor("worker").submit(page, press="Agree and switch on", status=422).has("Tick the box to agree.")
    assert not AutoFastFunds.objects.exists()
    agree(visitor)
    word = AutoFastFunds.objects.get()
    assert (word.worker, word.agreed_bps, word.off_at) == (people.worker, 750, None)
    entry = Entry.objects.get(kind="fastfunds.on")
    assert (entry.subject_type, entry.subject_id, entry.actor) == (
        "worker",
        people.worker.pk,
        people.worker.user,
    )
    assert Notice.objects.filter(kind="fastfunds.on", user=people.worker.user).count() == 1
    visitor("worker").submit("/payments/fastfunds/", press="Switch off")
    assert AutoFastFunds.objects.get().off_at == clock.now()
    assert Notice.objects.filter(kind="fastfunds.off").count() == 1
    for name in ("owner", "staff"):
        visitor(name).open("/payments/fastfunds/", status=403)


def test_m6_it_is_taken_once_within_minutes_and_the_clients_debt_stays(people, visitor):
    """The money is there after the sweep; the client sees nothing of it and still pays the whole invoice."""
    row = marked(people, State.PENDING_APPROVAL, fastfunds_eligible=True)
    agree(visitor)
    visitor("worker").open(url(row)).has(f"FastFunds will be taken automatically: fee {EARLY_FEE}", EARLY_NET)
    visitor("owner").open(url(row)).lacks("automatically", *WORKERS_OWN)
    approve(row, people)
    before = books()
    assert (sweep(), sweep(timedelta(minutes=14))) == (1, 0)
    worker = ("worker", people.worker.pk, "balance")
    assert moved(before) == {
        worker: 32_489, ("platform", 0, "fastfunds_fee"): 2_634, ("platform", 0, "fastfunds_advanced"): -35_123,
    }  # fmt: skip
    advance = Advance.objects.get()
    assert (advance.agreed_bps, advance.invoice.state, fresh(row).advanced_at) == (
        750,
        "open",
        advance.taken_at,
    )
    assert told(people, "worker", row)[-1] == "advance.taken"
    visitor("worker").open(url(row, "history/")).has("FastFunds was taken automatically, as the worker chose")
    visitor("owner").open(url(row, "history/")).lacks("FastFunds was taken", *WORKERS_OWN)
    actions.pay([advance.invoice_id], actor=people.owner, key="k")
    assert books()[worker] == 32_489
    assert ("platform", 0, "fastfunds_advanced") not in books()


def test_m6_the_fee_is_shown_before_confirming_and_at_submission_with_a_switch(people, visitor):
    """Before the amount is known, the fee is said for the most that can be paid; off here leaves the setting alone."""
    agree(visitor)
    asked = marked(people, State.ASSIGNED, fastfunds_eligible=True, confirm_hours=24)
    running = marked(people, State.IN_PROGRESS, fastfunds_eligible=True)
    visitor("worker").open(url(asked, "confirm/")).has(f"fee {EARLY_FEE} at most")
    visitor("worker").open(url(running, "submit/")).has(f"fee {EARLY_FEE} at most")
    page = visitor("worker").open(url(running))
    off = visitor("worker").follow(page, "Switch off for this one")
    visitor("worker").submit(off, press="Switch off for this one").has(
        "Automatic FastFunds is off for this assignment."
    )
    stale = off.form_with({"to"}).data("Switch off for this one")
    visitor("worker").post(off.url, stale, referer=off.url).has("This is done already.")
    visitor("worker").open(url(asked)).has("FastFunds will be taken automatically")
    for name in ("owner", "controller", "staff"):
        assert visitor(name).client.get(url(running, "fastfunds/switch/")).status_code in (403, 404)
    back = visitor("worker").open(url(running, "fastfunds/switch/"))
    visitor("worker").submit(back, press="Switch on here too").has("FastFunds will be taken automatically")


@pytest.mark.parametrize(
    "why", ["off here", "approved before", "disputed", "not eligible", "fee rose", "late", "off"]
)
def test_m6_nothing_is_taken_where_the_word_does_not_reach(people, visitor, settings, why):
    """Not where the switch is off, not for what was approved before the word, not in a dispute, not for another fee,
    and not later than a day after the approval."""
    row = marked(people, State.PENDING_APPROVAL, fastfunds_eligible=why != "not eligible")
    if why == "approved before":
        actions.approve(row.pk, actor=people.owner)
        with clock.moved(clock.now() + AT_ONCE):
            agree(visitor)
    else:
        agree(visitor)
        if why == "off here":
            actions.skip_automatic(row.pk, actor=people.worker.user, is_off=True)
        approve(row, people)
    if why == "disputed":
        actions.open_dispute(row.pk, actor=people.owner, ground="quality", statement="No.")
    if why == "off":
        visitor("worker").submit("/payments/fastfunds/", press="Switch off")
    if why == "fee rose":
        settings.ONSITE_FASTFUNDS_BPS = 800
        visitor("worker").open("/payments/fastfunds/").has("The fee has risen since")
    assert sweep(timedelta(hours=25) if why == "late" else AT_ONCE * 2) == 0
    assert not Advance.objects.exists()


def test_m6_what_was_advanced_stays_with_the_worker(people, visitor):
    """No dispute opens over it, and both sides read why; the payment cannot be stopped (D6, D7)."""
    row = marked(people, State.PENDING_APPROVAL, fastfunds_eligible=True)
    agree(visitor)
    approve(row, people)
    assert sweep() == 1
    visitor("owner").open(url(row, "dispute/")).has(
        "That money stays with the worker, and the client pays as agreed"
    )
    refused = visitor("owner").open(url(row, "dispute/"))
    assert "statement" not in {name for form in refused.posts for name in form.controls}
    visitor("owner").client.post(url(row, "stop-payment/"), {"reason": "x"})
    assert (fresh(row).state, Advance.objects.count()) == ("approved", 1)
