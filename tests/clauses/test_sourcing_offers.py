"""Applications and counteroffers, the client's comparison of them, best match with its reasons (issue 3, point 3)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assignments import sweeps
from assignments.actions import assigning, drafting, sourcing
from assignments.actions.drafting import Content
from assignments.actions.sourcing import Offer
from assignments.matching import VERSION
from assignments.models import AgreementSheet, Application, Assignment
from assignments.pricing import Terms
from assignments.states import ApplicationState, State
from common import clock
from common.errors import AlreadyDone, Invalid, WrongState
from tests.assignments.engagements import ended, rated
from tests.conftest import NOON
from tests.factories import assignment_in, worker
from tests.support.asks import ask, credential, line, prove
from tests.support.facts import books as balances
from tests.support.facts import fresh, history, moved, told, url

SITE = {"lat": 42.65, "lon": -73.75}
"""Where all workers of the scene live."""
SEND, SAVE = "Send counteroffer", "Save counteroffer"
LATE = NOON + timedelta(minutes=40)


def sent(people: Any, **more: Any) -> Assignment:
    """Posted for $350.00 flat: $385.00 for the client with the fee of 10 %. It starts Thu, Dec 3, 7:00 AM EST."""
    return assignment_in(State.SENT, owner=people.owner, site=SITE, **more)


def mine(row: Assignment, by: Any) -> Application:
    return Application.objects.filter(assignment=row, worker=by).latest("pk")


def compared(visitor: Any, row: Assignment, query: str = "") -> Any:
    return visitor("owner").open(url(row, f"applications/{query}"))


def names(page: Any) -> list[str]:
    return [one.name for one in page.response.context["waiting"]]


# --- the comparison -------------------------------------------------------------------------------------------------


@pytest.fixture
def offered(people: Any) -> Assignment:
    """As posted by somebody who came late once; dearer by somebody with a record; cheaper, a day later, from afar."""
    row = sent(people)
    for _ in range(4):
        on_time = ended(people, until=NOON, came=NOON)
    rated(people, on_time, client="excellent", worker="satisfied")
    ended(people, by=people.applicant, until=NOON, came=LATE)
    sourcing.apply(row.pk, Offer(reason="I know the site."), actor=people.applicant.user)
    dear = Offer(terms=Terms("flat", "USD", 36_000), expenses_minor=2_000, reason="Two people.")
    sourcing.apply(row.pk, dear, actor=people.worker.user)
    far = worker("Fern Far", lat=40.7, lon=-74.0)
    moved_on = ("fixed", row.start_at + timedelta(days=1), None)
    cheap = Offer(Terms("flat", "USD", 30_000), moved_on, expires_at=clock.now() + timedelta(hours=5))
    sourcing.apply(row.pk, cheap, actor=far.user)
    return row


def test_r3_the_client_compares_cost_record_distance_schedule_and_expiry(
    offered: Assignment, visitor: Any
) -> None:
    page = compared(visitor, offered)
    found = {
        one.name: (
            str(one.total), str(one.added), one.on_time.words, one.satisfaction.words, one.distance, one.schedule,
        )
        for one in page.response.context["waiting"]
    }  # fmt: skip
    assert found == {
        "Wanda Worker": ("$418.00", "$33.00", "100%", "100%", "less than 0.1 mi", "As asked"),
        "Adam Applicant": ("$385.00", "$0.00", "0%", "", "less than 0.1 mi", "As asked"),
        "Fern Far": ("$330.00", "-$55.00", "", "", "135 mi", "Fri, Dec 4, 7:00 AM EST"),
    }
    page.has("+$33.00", "−$55.00", "$360.00 flat and $20.00 for expenses: $380.00 at most", "“Two people.”")
    page.has("Can be accepted until Tue, Dec 1, 12:00 PM EST")
    for name in ("worker", "applicant", "stranger"):
        visitor(name).open(url(offered, "applications/"), 404)


def test_r3_every_order_of_the_comparison(offered: Assignment, visitor: Any) -> None:
    orders = {
        key: names(compared(visitor, offered, f"?sort={key}"))
        for key in ("best", "lowest", "nearest", "on_time")
    }
    wanda, adam, fern = "Wanda Worker", "Adam Applicant", "Fern Far"
    assert orders == {
        "best": [wanda, adam, fern],
        "lowest": [fern, adam, wanda],
        "nearest": [adam, wanda, fern],
        "on_time": [wanda, adam, fern],
    }
    assert names(compared(visitor, offered)) == orders["best"]


def test_r3_best_match_says_each_factor_its_weight_and_what_it_gave(
    offered: Assignment, visitor: Any
) -> None:
    """No black box: the factors of each offer add up to its match, and the rule has its version."""
    page = compared(visitor, offered)
    page.has(
        "Cost Costs you $33.00 more than posted 20.7 of 25",
        "Cost Costs you $55.00 less than posted 25.0 of 25",
        "Distance 135 mi from the site 0.0 of 15",
        "On-Time On time 100% of 4 12.5 of 15",
        "On-Time On time 0% of 1 5.0 of 15",
        "On-Time No work to count for On-Time yet 7.5 of 15",
        "Schedule Asks for another schedule 0.0 of 10",
        "Satisfaction Satisfaction 100% of 1 6.6 of 10",
        "Worked together 4 completed together 5.0 of 5",
        f"Best match, rule {VERSION}",
        "Nothing else about a person is looked at.",
    )
    for one in page.response.context["waiting"]:
        assert sum(factor.tenths for factor in one.match.factors) == round(10 * one.match.gave)
        assert one.match.points == int(one.match.gave)
        page.has(f"Why {one.match.points} of 100", f"Together {one.match.gave} of 100")
    one = mine(offered, offered.applications.get(worker__user__name="Fern Far").worker)
    visitor("owner").open(url(offered, f"applications/{one.pk}/")).has(
        "Distance 135 mi from the site 0.0 of 15"
    )


def test_r3_the_client_sees_which_requirements_each_applicant_meets(people: Any, visitor: Any) -> None:
    """A requirement not met has a cross and words, also after an override; it is a factor of the match."""
    row = sent(people)
    sourcing.apply(row.pk, Offer(), actor=people.applicant.user)
    licence = credential()
    ask(row, people.owner, line("on_time", 90), line(licence))
    for _ in range(4):
        ended(people, until=NOON, came=NOON)
    prove(people.worker, licence, people.staff)
    sourcing.apply(row.pk, Offer(), actor=people.worker.user)
    page = compared(visitor, row)
    marks = {
        one.name: [(mark.words, mark.met) for mark in one.marks] for one in page.response.context["waiting"]
    }
    words = ("On time at least 90 %", str(licence))
    assert marks == {
        "Wanda Worker": [(words[0], True), (words[1], True)],
        "Adam Applicant": [(words[0], False), (words[1], False)],
    }
    assert names(page) == ["Wanda Worker", "Adam Applicant"]
    page.has("Requirements 2 of 2 requirements met 5.0 of 5", "Requirements 0 of 2 requirements met 0.0 of 5")
    adam = mine(row, people.applicant)
    visitor("owner").open(url(row, f"applications/{adam.pk}/")).has(words[0], "nothing counted yet", words[1])


def test_r3_the_comparison_asks_as_much_for_20_as_for_2(people: Any, visitor: Any) -> None:
    row, counts = sent(people, content=Content(skills=["Cabling", "Racks"])), []
    ask(row, people.owner, line("cancelled", 9), line("abandoned", 9))
    for number in range(20):
        by = worker(f"Worker {number}")
        by.skills.set(row.skills.all()[: number % 3])
        ended(people, by=by)
        sourcing.apply(row.pk, Offer(expenses_minor=number), actor=by.user)
        if number in (1, 19):
            with CaptureQueriesContext(connection) as found:
                page = compared(visitor, row)
            counts.append(len(found))
    assert len(names(page)) == 20
    assert counts[0] == counts[1]


# --- making, changing, renewing -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "terms", "most"),
    [
        ({"price_minor": "60.00", "max_minutes": "6"}, Terms("hourly", "USD", 6_000, max_minutes=360), "$360.00"),
        ({"price_minor": "90.00", "max_units": "4"}, Terms("unit", "USD", 9_000, max_units=4), "$360.00"),
        (
            {"price_minor": "80.00", "max_minutes": "2", "extra_price_minor": "50.00", "extra_max_minutes": "4"},
            Terms("blended", "USD", 8_000, 120, 0, 5_000, 240),
            "$360.00",
        ),
    ],
)  # fmt: skip
def test_r3_a_counteroffer_may_change_the_kind_of_price_and_accepting_rewrites_the_terms(
    people: Any, visitor: Any, typed: dict[str, str], terms: Terms, most: str
) -> None:
    row = sent(people)
    me = visitor("worker")
    page = me.submit(
        url(row, "counteroffer/"), press="Calculate", status=200, pricing_type=terms.pricing_type
    )
    page = me.submit(page, press="Calculate", status=200, **typed)
    page.has(f"You would receive at most {most}")
    assert not Application.objects.exists()
    me.submit(page, press=SEND, expenses="20.00", reason="By the hour.").has("Counteroffer sent")
    offer = mine(row, people.worker)
    assert (offer.terms, offer.expenses_minor, fresh(row).price_minor) == (terms, 2_000, 35_000)
    check = visitor("owner").open(url(row, f"applications/{offer.pk}/assign/"))
    check.has("$350.00 flat", "You pay at most $385.00 $418.00")
    visitor("owner").submit(check)
    now = fresh(row)
    assert (now.terms, now.expenses_minor, now.worker) == (terms, 2_000, people.worker)
    assert AgreementSheet.objects.get().engagement == now.engagement


def test_r3_a_price_that_is_not_negotiable_hides_the_price_and_leaves_the_schedule(
    people: Any, visitor: Any
) -> None:
    row = sent(people, non_negotiable=True)
    page = visitor("worker").open(url(row, "counteroffer/"))
    page.has("The client's price is not negotiable.")
    assert not {"price_minor", "pricing_type"} & set(page.form_with({"start_at"}).controls)
    visitor("worker").submit(page, press=SEND, start_at="2026-12-04T09:30", expenses="15.00")
    offer = mine(row, people.worker)
    assert (offer.terms, offer.expenses_minor, offer.is_counteroffer) == (row.terms, 1_500, True)
    assert f"{offer.start_at:%F %R}" == "2026-12-04 14:30"
    forged = {"price_minor": "900.00", "pricing_type": "flat", "start_at": "2026-12-04T09:30"}
    token = page.form_with({"start_at"}).controls["csrfmiddlewaretoken"].sent[0]
    visitor("applicant").open(url(row, "counteroffer/"))
    visitor("worker").post(url(row, "counteroffer/"), {"csrfmiddlewaretoken": token, **forged})
    assert mine(row, people.worker).terms == row.terms


def test_r3_the_worker_is_warned_of_an_overlap_with_the_own_calendar(people: Any, visitor: Any) -> None:
    """Before applying, and for another time as soon as it is typed; assigning refuses what overlaps."""
    booked = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker, title="Hang screens")
    row = sent(people)
    me = visitor("worker")
    me.open(url(row, "apply/")).has("You are booked at that time.", booked.number, "Hang screens")
    page = me.submit(url(row, "counteroffer/"), press="Calculate", status=200, start_at="2026-12-05T09:00")
    page.lacks("You are booked at the time that you offer.")
    other = sent(people, start_at=booked.start_at + timedelta(days=2))
    me.open(url(other, "apply/")).lacks("You are booked")
    page = me.submit(url(other, "counteroffer/"), press="Calculate", status=200, start_at="2026-12-03T07:30")
    page.has("You are booked at the time that you offer.", booked.number)
    me.submit(page, press=SEND)
    offer = mine(other, people.worker)
    refused = visitor("owner").submit(url(other, f"applications/{offer.pk}/assign/"), status=409)
    refused.has("Wanda Worker is booked at that time on another assignment.")
    assert fresh(other).worker is None
    visitor("stranger").open(url(row, "apply/")).lacks("You are booked", "Hang screens")


def test_r3_an_offer_is_changed_and_withdrawn(people: Any, visitor: Any) -> None:
    row = sent(people)
    me = visitor("worker")
    me.submit(url(row, "counteroffer/"), press=SEND, price_minor="400.00", reason="Two floors.")
    first = mine(row, people.worker)
    page = me.open(url(row, "apply/"))
    assert page.url == url(row, "counteroffer/")
    page.has("You would receive at most $400.00")
    me.submit(page, press=SAVE, price_minor="380.00").has("You asked $380.00")
    again = mine(row, people.worker)
    assert (again.pk, again.revision, again.price_minor, again.reason) == (first.pk, 2, 38_000, "Two floors.")
    me.submit(url(row, "withdraw/"))
    assert mine(row, people.worker).state == ApplicationState.WITHDRAWN
    assert told(people, "owner", row) == ["counteroffered", "counteroffered", "withdrawn"]
    compared(visitor, row).has("No applications yet", "Withdrawn")


@pytest.mark.parametrize("page_of", ["apply/", "counteroffer/"])
def test_r3_contact_data_in_the_message_is_named_and_nothing_is_sent(
    people: Any, visitor: Any, page_of: str
) -> None:
    """As in questions: 422, the passage is named, what was typed is kept; also when a sent offer is changed."""
    row = sent(people)
    me = visitor("worker")
    typed = "I know the site. Call 518 555 0100."
    price = {} if page_of == "apply/" else {"price_minor": "400.00"}
    button = "Send application" if page_of == "apply/" else SEND
    page = me.submit(url(row, page_of), press=button, status=422, reason=typed, **price)
    page.has("“518 555 0100” looks like contact data.")
    form = page.form_with({"reason", *price})
    assert {name: form.controls[name].sent for name in ("reason", *price)} == {
        "reason": [typed],
        **{name: [value] for name, value in price.items()},
    }
    with pytest.raises(Invalid):
        sourcing.apply(row.pk, Offer(reason=typed), actor=people.worker.user)
    assert (Application.objects.count(), history(row)[-1], told(people, "owner", row)) == (0, "sent", [])
    me.submit(page, press=button, reason="I know the site.")
    change = "Save application" if page_of == "apply/" else SAVE
    changed = me.submit(url(row, page_of), press=change, status=422, reason="See wanda.example.com")
    changed.has("“wanda.example.com” looks like contact data.")
    offer = mine(row, people.worker)
    assert (offer.reason, offer.revision) == ("I know the site.", 1)


@pytest.mark.parametrize("is_swept", [False, True])
def test_r3_an_offer_that_ran_out_is_renewed(people: Any, visitor: Any, at: Any, is_swept: bool) -> None:
    """domain.md 4.2: the worker may renew it, with everything that was in it, before and after the sweep closed it."""
    row = sent(people)
    me = visitor("worker")
    me.submit(
        url(row, "counteroffer/"), press=SEND, price_minor="400.00", expenses="12.00", reason="Two floors.",
        start_at="2026-12-03T09:00", expires_at="2026-12-01T09:00",
    )  # fmt: skip
    with at(NOON + timedelta(hours=3)):
        if is_swept:
            assert sweeps.expire_applications() == 1
            assert told(people, "worker", row) == ["application_expired"]
        me.open("/work/?stage=applied").has(row.title, "Your offer has expired", "Applied 1")
        page = me.open(url(row))
        page.has("Your offer has expired", "You asked $412.00.")
        page = me.follow(page, "Renew offer")
        page.has("Your offer has expired", "You would receive at most $412.00")
        me.submit(page, press="Renew counteroffer").has("Counteroffer sent, waiting for the client")
        offer = mine(row, people.worker)
        said = (offer.state, offer.price_minor, offer.expenses_minor, offer.reason, offer.expires_at)
        assert said == (ApplicationState.PENDING, 40_000, 1_200, "Two floors.", None)
        assert f"{offer.start_at:%F %R}" == "2026-12-03 14:00"
        visitor("owner").submit(url(row, f"applications/{offer.pk}/assign/"))
    assert (fresh(row).worker, fresh(row).price_minor) == (people.worker, 40_000)


# --- the answer -----------------------------------------------------------------------------------------------------


def test_r3_accepting_tells_the_worker_and_all_others(offered: Assignment, people: Any, visitor: Any) -> None:
    before, chosen = balances(), mine(offered, people.worker)
    check = visitor("owner").open(url(offered, f"applications/{chosen.pk}/assign/"))
    check.has("2 other workers will be told that it is filled, and lose the page.")
    visitor("owner").submit(check)
    now = fresh(offered)
    assert (now.worker, now.price_minor, now.expenses_minor) == (people.worker, 36_000, 2_000)
    states = dict(offered.applications.values_list("worker__user__name", "state"))
    closed = ApplicationState.CLOSED
    assert states == {"Wanda Worker": "accepted", "Adam Applicant": closed, "Fern Far": closed}
    assert (told(people, "worker", offered), told(people, "applicant", offered)) == (["assigned"], ["filled"])
    assert set(moved(before).values()) == {3_300, -3_300}
    visitor("applicant").open(url(offered), 404)


def test_r3_declining_needs_a_reason_that_the_worker_reads(
    offered: Assignment, people: Any, visitor: Any
) -> None:
    offer = mine(offered, people.applicant)
    path = url(offered, f"applications/{offer.pk}/decline/")
    visitor("owner").submit(path, status=422, reason=" ")
    visitor("owner").submit(path, status=422, reason="Call 518 555 0100.").has("looks like contact data")
    visitor("owner").submit(path, reason="We need two people.")
    offer.refresh_from_db()
    assert (offer.state, offer.decline_reason) == (ApplicationState.DECLINED, "We need two people.")
    assert (told(people, "applicant", offered), told(people, "worker", offered)) == (["declined"], [])
    visitor("applicant").open(url(offered)).has("You can apply again")
    compared(visitor, offered).has("“We need two people.”")


def refused(visitor: Any, row: Assignment, offer: Application, *sentences: str, **typed: Any) -> None:
    """The client, who has the check page open, presses Assign: told why not, and nothing changed."""
    before = (fresh(row).version, balances(), history(row))
    page = visitor("owner").post(url(row, f"applications/{offer.pk}/assign/"), typed, status=409)
    page.has(*sentences)
    assert (fresh(row).version, balances(), history(row)) == before


def opened(visitor: Any, row: Assignment, offer: Application) -> dict[str, Any]:
    """What the browser will send from the check page that is open now."""
    data: dict[str, Any] = (
        visitor("owner").open(url(row, f"applications/{offer.pk}/assign/")).posts[-1].data()
    )
    assert data["revision"] == [str(offer.revision)]
    return data


def test_r3_an_offer_is_not_accepted_after_it_expired(people: Any, visitor: Any, at: Any) -> None:
    row = sent(people)
    ends = clock.now() + timedelta(hours=2)
    offer = sourcing.apply(row.pk, Offer(expires_at=ends), actor=people.worker.user)
    typed = opened(visitor, row, offer)
    with at(ends):
        refused(visitor, row, offer, "The offer of Wanda Worker has expired. Nothing was changed.", **typed)
        compared(visitor, row).has("Expired")
        assert sweeps.expire_applications() == 1
        refused(visitor, row, offer, "The offer of Wanda Worker is expired. Nothing was changed.", **typed)


def test_r3_an_offer_is_not_accepted_after_the_worker_changed_it(people: Any, visitor: Any) -> None:
    row = sent(people)
    offer = sourcing.apply(row.pk, Offer(), actor=people.worker.user)
    typed = opened(visitor, row, offer)
    sourcing.apply(row.pk, Offer(terms=Terms("flat", "USD", 60_000)), actor=people.worker.user)
    refused(
        visitor, row, offer, "Wanda Worker changed the offer while you were looking. Read it again.", **typed
    )


@pytest.mark.parametrize(
    "change", [{"price_minor": 30_000}, {"start_at": NOON + timedelta(days=9)}, {"terms_days": 90}]
)
def test_r3_an_offer_is_not_accepted_after_the_client_changed_the_terms(
    people: Any, visitor: Any, change: dict[str, Any]
) -> None:
    row = sent(people)
    offer = sourcing.apply(row.pk, Offer(), actor=people.worker.user)
    typed = opened(visitor, row, offer)
    drafting.edit(row.pk, Content(columns=change), actor=people.owner)
    sentence = "The offer of Wanda Worker is declined: “The client changed the price or the schedule.”"
    refused(visitor, row, offer, sentence, **typed)
    assert told(people, "worker", row) == ["offers_closed"]
    visitor("worker").open(url(row)).has("You can apply again")


def test_r3_an_offer_is_not_accepted_after_another_was_assigned(
    offered: Assignment, people: Any, visitor: Any
) -> None:
    late = mine(offered, people.applicant)
    typed = opened(visitor, offered, late)
    chosen = mine(offered, people.worker)
    visitor("owner").submit(url(offered, f"applications/{chosen.pk}/assign/"))
    refused(visitor, offered, late, "This assignment is now Assigned. It can no longer be assigned.", **typed)
    assert fresh(offered).worker == people.worker


def test_r3_two_check_pages_pressed_one_after_the_other_assign_once(offered: Assignment, people: Any) -> None:
    """The second is told so, also where both were pressed at the same instant; the first one again is a repeat."""
    first, second = mine(offered, people.worker), mine(offered, people.applicant)
    assigning.assign(offered.pk, first.pk, actor=people.owner)
    with pytest.raises(WrongState, match="You have assigned another worker already"):
        assigning.assign(offered.pk, second.pk, actor=people.owner)
    with pytest.raises(AlreadyDone):
        assigning.assign(offered.pk, first.pk, actor=people.owner)
    assert fresh(offered).worker == people.worker


def test_r3_labels_say_how_many_wait(offered: Assignment, people: Any, visitor: Any) -> None:
    """domain.md 2: the client reads the number, on the list and on the page; one alone needs none."""
    owner = visitor("owner")

    def carried(page: Any) -> list[str]:
        return [label.text for label in page.response.context["rows"][0].labels]

    assert carried(owner.open("/assignments/?stage=sent")) == ["Applications", "2 Counteroffers"]
    compared(visitor, offered).has("2 Counteroffers")
    sourcing.apply(offered.pk, Offer(), actor=people.stranger.user)
    sourcing.withdraw(offered.pk, actor=people.worker.user)
    assert carried(owner.open("/assignments/?stage=sent")) == ["2 Applications", "Counteroffers"]
    assert carried(owner.open("/assignments/?label=counteroffers")) == ["2 Applications", "Counteroffers"]
    visitor("worker").open(url(offered)).lacks("Counteroffers", "2 Applications")
