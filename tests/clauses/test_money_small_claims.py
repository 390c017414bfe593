"""Small claims (N6): one sealed figure each, the middle where they cross, else an admin with a name by a date."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from assignments.states import State
from common import clock
from common.errors import Conflict
from payments import actions, sealing, sweeps
from payments.models import Dispute, SealedFigure
from payments.small_claims import is_small, limit
from tests.factories import People, StaffFactory
from tests.support.facts import fresh, told, url, usd
from tests.support.http import Visitor
from tests.support.markers import marked

SMALL = 20_000
"""$200.00: below the limit of $300.00."""


@pytest.fixture
def claim(people: People, visitor):
    """The client disputes $200.00 of submitted work, on the page."""
    row = marked(people, State.PENDING_APPROVAL, price_minor=SMALL)
    page = visitor("owner").open(url(row, "dispute/"))
    page.has("$200.00 is a small claim")
    visitor("owner").submit(page, ground="quality", statement="One of two hangs askew.")
    return row


def figure(person: Visitor, row, amount: str):
    """Over the check page, as a person does it."""
    page = person.open(url(row, "dispute/figure/"))
    checked = person.submit(page, press="Check the figure", status=200, figure=amount)
    return person.submit(checked, press=next(b for b in checked.buttons() if b.startswith("Seal ")))


def dispute_of(row) -> Dispute:
    return Dispute.objects.get(assignment=row)


def test_n6_a_small_amount_goes_to_the_lane_by_itself_and_a_larger_one_does_not(people, visitor, claim):
    """N6: below the limit both sides are asked for a sealed figure by a date; above it, Onsite asks as usual."""
    page = visitor("worker").open(url(claim, "dispute/"))
    page.has(
        "Small claim", "Give your figure. If you give none, the figure of the other side holds.", "in 2 days"
    )
    found = dispute_of(claim)
    assert (found.state, found.is_small, found.step_due_at) == (
        "figures",
        True,
        clock.now() + timedelta(hours=48),
    )
    large = marked(people, State.PENDING_APPROVAL, price_minor=30_000, hours_ahead=-1)
    visitor("owner").submit(url(large, "dispute/"), ground="quality", statement="No.")
    assert (dispute_of(large).state, dispute_of(large).is_small) == ("open", False)
    visitor("worker").open(url(large, "dispute/")).lacks("Sealed figures")


def test_n6_figures_that_cross_settle_at_the_middle_at_once(people, visitor, claim):
    """N6: the client offers 150.01, the worker asks 120.00: 135.01 holds, half a cent goes to the worker."""
    figure(visitor("owner"), claim, "150.01").has("given, sealed", "You gave your figure.")
    page = figure(visitor("worker"), claim, "120.00")
    page.has("$150.01", "$120.00", "$135.01 to the worker", "Settled by both sides")
    visitor("owner").open(url(claim, "dispute/")).has("$135.01 to the worker")
    found, row = dispute_of(claim), fresh(claim)
    assert (found.state, found.decided, row.state, row.pay_minor) == (
        "settled",
        usd(13_501),
        "approved",
        13_501,
    )
    assert row.invoices.get().worker_minor == 13_501
    assert [told(people, name, claim).count("dispute.crossed") for name in ("owner", "worker")] == [1, 1]


def test_n6_figures_that_do_not_cross_are_decided_by_a_named_admin_between_them(people, visitor, claim):
    """N6: both figures open, both sides are told who decides by when; the decision lies between the figures."""
    figure(visitor("worker"), claim, "180")
    figure(visitor("owner"), claim, "100").has("$100.00", "$180.00", f"{people.staff} of Onsite decides")
    found = dispute_of(claim)
    assert (found.state, found.assignee, found.step_due_at) == (
        "named", people.staff, clock.now() + timedelta(hours=48),
    )  # fmt: skip
    admin = visitor("staff")
    page = f"/admin/payments/dispute/{found.pk}/change/"
    reasons = {"reason_to_client": "To you.", "reason_to_worker": "To you, worker."}
    refused = admin.submit(page, press="Check decision", status=422, decision="full", **reasons)
    refused.has("decide from $100.00 to $180.00")
    checked = admin.submit(page, press="Check decision", status=200, decision="part", amount="140", **reasons)
    admin.submit(checked, press=f"Decide {found.number}")
    visitor("worker").open(url(claim, "dispute/")).has("$140.00 to the worker", "Either side can appeal once")
    with clock.moved(clock.now() + timedelta(days=7)):
        assert sweeps.step_disputes() == 1
    assert (dispute_of(claim).state, fresh(claim).pay_minor) == ("decided", 14_000)


def test_n6_an_admin_who_is_late_is_followed_by_another_and_only_the_named_one_decides(
    people, visitor, claim
):
    """N6: after the date another admin is named and both sides are told; who was not named takes it over first."""
    second = StaffFactory(name="Second Staff")
    actions.give_figure(claim.pk, actor=people.worker.user, figure=usd(18_000))
    actions.give_figure(claim.pk, actor=people.owner, figure=usd(10_000))
    assert dispute_of(claim).assignee == people.staff
    Visitor(second).open(f"/admin/payments/dispute/{dispute_of(claim).pk}/change/").has("Take it over first.")
    with clock.moved(clock.now() + timedelta(hours=48)):
        assert (sweeps.step_disputes(), sweeps.step_disputes()) == (1, 0)
    assert (dispute_of(claim).assignee, dispute_of(claim).state) == (second, "named")
    assert told(people, "worker", claim).count("dispute.named") == 2


@pytest.mark.parametrize(
    ("given", "holds", "words"),
    [
        ({"worker": 18_000}, 18_000, "You gave no figure in time, so the worker's figure holds."),
        ({"owner": 5_000}, 5_000, "The worker gave no figure in time, so your figure holds."),
        ({}, SMALL, "Nobody gave a figure in time, so the agreed amount holds."),
    ],
)
def test_n6_silence_follows_the_published_rule_and_can_be_appealed(
    people, visitor, claim, given, holds, words
):
    """N6: one silent: the other's figure; both silent: the agreed amount. The money waits for an appeal as ever."""
    for name, minor in given.items():
        actions.give_figure(claim.pk, actor=people.user(name), figure=usd(minor))
    with clock.moved(clock.now() + timedelta(hours=47)):
        assert sweeps.step_disputes() == 0
    with clock.moved(clock.now() + timedelta(hours=48)):
        assert sweeps.step_disputes() == 1
        visitor("owner").open(url(claim, "dispute/")).has(words, "Either side can appeal once")
        found = dispute_of(claim)
        assert (found.state, found.decided, found.by_silence, fresh(claim).state) == (
            "ruled", usd(holds), True, "pending_approval",
        )  # fmt: skip
        actions.appeal_dispute(claim.pk, actor=people.owner, statement="I was away.")
    assert dispute_of(claim).state == "appealed"


def test_n6_a_figure_can_never_be_changed_and_stays_within_what_is_agreed(people, visitor, claim):
    """N6: not by its giver, a colleague, late, or past the portal; more than what is agreed is refused at the field."""
    worker = visitor("worker")
    for typed, words in (
        ("200.01", "Enter a figure from $0.00 to $200.00."), ("-1", "zero or more"), ("many", "digits"),
    ):  # fmt: skip
        refused = worker.submit(
            url(claim, "dispute/figure/"), press="Check the figure", status=422, figure=typed
        )
        refused.has(words)
        assert refused.form_with({"figure"}).controls["figure"].sent == [typed]
    figure(visitor("owner"), claim, "100")
    visitor("owner").open(url(claim, "dispute/figure/"), status=409)
    visitor("manager").open(url(claim, "dispute/figure/"), status=409)
    with pytest.raises(Conflict):
        actions.give_figure(claim.pk, actor=people.manager, figure=usd(1))
    row = SealedFigure.objects.get()
    for change in (row.delete, lambda: SealedFigure.objects.update(sealed="x")):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    with clock.moved(clock.now() + timedelta(hours=49)), pytest.raises(Conflict, match="has passed"):
        actions.give_figure(claim.pk, actor=people.worker.user, figure=usd(1))
    assert SealedFigure.objects.count() == 1


def test_n6_a_sealed_figure_is_nowhere_before_it_is_open(people, visitor, claim):
    """N6: not on any page of either side or Onsite, not in history, notices, mails, files, nor in the database."""
    figure(visitor("owner"), claim, "123.47")
    marks = ("123.47", "12347", "12,347")
    number = dispute_of(claim)
    pages = [
        url(claim), url(claim, "dispute/"), url(claim, "history/"), url(claim, "messages/"), "/payments/",
        "/notifications/", "/assignments/", "/precedents/",
    ]  # fmt: skip
    for name in ("owner", "worker", "manager", "controller", "view_only"):
        for path in pages:
            response = visitor(name).client.get(path, follow=True)
            assert not [mark for mark in marks if mark in response.content.decode()], (name, path)
    admin = visitor("staff")
    listing = "/admin/payments/"
    for path in (
        listing, f"{listing}dispute/", f"{listing}dispute/?show=all", f"{listing}dispute/{number.pk}/change/",
        f"{listing}dispute/{number.pk}/history/", url(claim), url(claim, "history/"),
    ):  # fmt: skip
        admin.open(path).lacks(*marks)
    assert "sealedfigure" not in admin.open(listing).html.lower()
    for model in apps.get_models():
        table = model._meta.db_table
        columns = ", ".join(connection.ops.quote_name(f.column) for f in model._meta.concrete_fields)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {columns} FROM {connection.ops.quote_name(table)}")  # noqa: S608
            stored = "\n".join(" ".join(str(part) for part in row) for row in cursor.fetchall())
        assert not [mark for mark in marks if mark in stored], table
    figure(visitor("worker"), claim, "190")
    visitor("worker").open(url(claim, "dispute/")).has("$123.47")


def test_n6_every_sealed_text_has_the_same_length():
    """N6: the length of what is stored says nothing about the amount."""
    assert len({len(sealing.sealed(usd(minor))) for minor in (0, 7, 12_345, 99_999_999_999)}) == 1


def test_n6_the_limit_is_a_setting_for_all_or_for_each_currency(settings):
    """N6: one number, a number for each currency, or no lane at all."""
    settings.ONSITE_SMALL_CLAIMS_BELOW = "USD:20000, JPY:40000"
    assert [limit(name) for name in ("USD", "JPY", "EUR")] == [20_000, 40_000, 0]
    assert [is_small(usd(minor)) for minor in (0, 1, 19_999, 20_000)] == [False, True, True, False]
    settings.ONSITE_SMALL_CLAIMS_BELOW = "0"
    assert not is_small(usd(1))
