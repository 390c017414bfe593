"""Routing (point 1): the first to accept, waves, sending again, as both sides meet them."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.http import int_to_base36

from assignments import bulk, search_sweeps, sweeps
from assignments.actions import assigning, drafting, routing, sourcing
from assignments.actions.drafting import Content, Wanted
from assignments.actions.sourcing import Offer
from assignments.models import (
    AgreementSheet,
    Application,
    Invitation,
    LabelEvent,
    Route,
    RouteKind,
    RouteMode,
)
from assignments.routing import MARKET, Wave, by_name
from assignments.sharing import pk_of, token
from assignments.states import State
from clients.models import CompanyCard
from common import clock
from common.errors import Conflict, Invalid, NotAllowed, WrongState
from ledger.reserve import reserved
from notifications.models import Message
from tests.factories import assignment_in, worker
from tests.support.asks import ask, credential, line
from tests.support.crowd import crowd_of
from tests.support.facts import fresh, history, told, url
from tests.support.http import Visitor
from tests.support.waves import block, offered, pool_of, pool_wave, sent, vendor_of
from timeline.models import Entry

HOUR = timedelta(hours=1)
ACCEPT = RouteMode.ACCEPT


def routes(row):
    """(kind, mode, told, whether it went) of each wave, in the order of the page."""
    found = Route.objects.filter(assignment=row)
    return [(one.kind, one.mode, one.told, one.fired_at is not None) for one in found]


# --- the first to accept ---------------------------------------------------------------------------------------------


def test_r1_the_first_to_accept_is_assigned_and_the_late_one_reads_so(people, visitor):
    """Point 1: the client sends to two by name, first to accept; one gets it at once, the other a calm page."""
    row = assignment_in(State.DRAFT, owner=people.owner, is_marketplace=False)
    owner, sending = visitor("owner"), url(row, "send/")
    found = owner.submit(sending, press="Find workers", status=200, words="Albany")
    both = [people.worker.pk, people.applicant.pk]
    owner.submit(found, press="Send, $385.00 at most", workers=both, mode="accept")
    assert (fresh(row).state, routes(row)) == (State.SENT, [("workers", "accept", 2, True)])
    assert told(people, "worker", row) == told(people, "applicant", row) == ["offered"]

    mine = visitor("worker").open("/work/?stage=invited")
    mine.has("You can have it: the first to accept is assigned")
    assert mine.links["Accept Replace two switches"] == url(row, "accept/")
    page = visitor("worker").follow(visitor("worker").open(url(row)), "Accept")
    page.has("The first to accept is assigned.", "Pay promise", "You receive at most", "$350.00")
    late = visitor("applicant").open(url(row, "accept/"))
    visitor("worker").submit(page, press="Accept and be assigned").has("It is yours", "Sam Site", "Assigned")

    now = fresh(row)
    assert (now.state, now.worker) == (State.ASSIGNED, people.worker)
    assert AgreementSheet.objects.get().engagement == now.engagement
    assert reserved("assignment", row.pk).total.minor == 38_500
    assert history(row)[-2:] == ["accepted", "filled"]
    assert (told(people, "owner", row), told(people, "applicant", row)) == (
        ["accepted"],
        ["offered", "filled"],
    )
    visitor("applicant").submit(late, press="Accept and be assigned", status=409).has(
        "Another worker was first"
    )
    calm = visitor("applicant").open(url(row, "accept/"), 409)
    calm.has("Another worker was first", "It has no effect on your scores.")
    calm.lacks("Sam Site", "12 State Street", str(people.worker), "$")
    visitor("applicant").open(url(row), 404)
    visitor("worker").open(url(row, "accept/")).has("Check-in")


def test_r1_accepting_is_for_those_who_were_asked(people, visitor):
    """Point 1: who may only apply cannot accept, by page or by action; a stranger finds nothing."""
    row = offered(people, people.worker)
    drafting.invite(row.pk, [people.invited], actor=people.owner)
    visitor("invited").open(url(row, "accept/"), 409).has("The client chooses who gets it. You can apply.")
    visitor("invited").open(url(row)).lacks("accept/")
    visitor("stranger").open(url(row, "accept/"), 404)
    refused = {
        people.invited: "The client chooses who gets it. You can apply.",
        people.stranger: "This assignment is no longer available.",
    }
    for by, sentence in refused.items():
        with pytest.raises(WrongState, match=sentence):
            routing.accept(row.pk, actor=by.user)
    with pytest.raises(NotAllowed):
        routing.accept(row.pk, actor=people.owner)
    assert fresh(row).state == State.SENT


def test_r1_nobody_accepts_terms_that_were_not_read(people, visitor):
    """Point 1: the client changes the price while the worker reads; accepting is refused and changes nothing."""
    row = offered(people, people.worker)
    page = visitor("worker").open(url(row, "accept/"))
    for changed in (Content(wanted=[Wanted("Photo of the rack")]), Content({"price_minor": 30_000})):
        drafting.edit(row.pk, changed, actor=people.owner)
        stale = visitor("worker").submit(page, press="Accept and be assigned", status=409)
        stale.has("The client changed it while you were reading.")
        page = visitor("worker").open(url(row, "accept/"))
    drafting.edit(row.pk, Content(wanted=[]), actor=people.owner)
    assert (fresh(row).state, AgreementSheet.objects.count()) == (State.SENT, 0)
    visitor("worker").submit(url(row, "accept/"), press="Accept and be assigned")
    assert (fresh(row).state, fresh(row).worker_most.minor) == (State.ASSIGNED, 30_000)


def test_r1_a_booked_worker_cannot_accept(people, visitor):
    """Point 1: the own calendar is guarded as at assigning."""
    start = clock.now() + 30 * HOUR
    first = offered(people, people.worker, start_at=start)
    second = offered(people, people.worker, start_at=start + HOUR)
    routing.accept(first.pk, actor=people.worker.user)
    visitor("worker").open(url(second, "accept/")).has("You are booked at that time.")
    with pytest.raises(Conflict, match=f"You are booked at that time on {first.number}"):
        routing.accept(second.pk, actor=people.worker.user)
    assert fresh(second).state == State.SENT


def test_r1_a_slow_company_is_read_before_accepting(people, visitor):
    """Point 1 and N9: past a threshold the tick is asked, as before applying."""
    row = offered(people, people.worker)
    CompanyCard.objects.update_or_create(
        client=people.client,
        defaults={"approvals": 5, "average_approval_minutes": 9 * 1440, "median_approval_minutes": 8 * 1440},
    )
    page = visitor("worker").open(url(row, "accept/"))
    refused = visitor("worker").submit(page, press="Accept and be assigned", status=422)
    refused.has("There is a problem", "I have read how this company approves and pays")
    with pytest.raises(Invalid, match="Tick that you have read"):
        routing.accept(row.pk, actor=people.worker.user)
    visitor("worker").submit(page, press="Accept and be assigned", understood=True)
    assert fresh(row).worker == people.worker


def test_r1_unmet_requirements_stand_in_the_way_of_accepting(people, visitor):
    """Points 1 and 5: as with applying; who was asked stays invited."""
    row = offered(people, people.worker)
    page = visitor("worker").open(url(row, "accept/"))
    ask(row, people.owner, line(credential()))
    visitor("worker").submit(page, press="Accept and be assigned", status=422).has("Electrician, Ohio")
    barred = visitor("worker").open(url(row, "accept/"))
    assert "Accept and be assigned" not in barred.buttons()
    with pytest.raises(Invalid, match="Electrician"):
        routing.accept(row.pk, actor=people.worker.user)
    assert fresh(row).state == State.SENT


def test_r1_accepting_takes_the_own_offer_back_and_closes_the_others(people):
    """Point 1: who asked for more and then accepts gets the posted terms; other applicants are told."""
    row = sent(people, MARKET, by_name([people.worker], ACCEPT))
    sourcing.apply(row.pk, Offer(expenses_minor=2_000), actor=people.worker.user)
    sourcing.apply(row.pk, Offer(), actor=people.applicant.user)
    routing.accept(row.pk, actor=people.worker.user)
    assert fresh(row).worker_most.minor == 35_000
    states = dict(Application.objects.values_list("worker__user__name", "state"))
    assert states == {"Wanda Worker": "withdrawn", "Adam Applicant": "closed"}
    assert (told(people, "applicant", row), told(people, "worker", row)) == (["filled"], ["offered"])


def test_r1_a_doubled_click_is_one_acceptance(people, visitor):
    """Point 1: the second click leads to the own page."""
    row = offered(people, people.worker)
    page = visitor("worker").open(url(row, "accept/"))
    for _ in range(2):
        visitor("worker").submit(page, press="Accept and be assigned").has("Assigned")
    assert (history(row).count("accepted"), AgreementSheet.objects.count()) == (1, 1)


def test_r1_who_was_asked_before_is_asked_again_when_it_comes_back(people):
    """Point 1, D10: after the worker left, sending it again tells all of them once more."""
    row = offered(people, people.worker, people.applicant)
    routing.accept(row.pk, actor=people.worker.user)
    with clock.moved(clock.now() + HOUR):
        assigning.back_out(row.pk, actor=people.worker.user, reason="ill", note="")
    with clock.moved(clock.now() + 2 * HOUR):
        again = routing.send_more(
            row.pk, [by_name([people.worker, people.applicant], ACCEPT)], actor=people.owner
        )
    assert set(again) == {people.worker, people.applicant}
    assert told(people, "applicant", row) == ["offered", "filled", "offered"]


# --- waves -----------------------------------------------------------------------------------------------------------


def test_r1_waves_are_typed_on_the_send_page_and_fire_one_after_the_other(people, visitor):
    """Point 1: a pool near by at once, all of the pool an hour later, the marketplace the day after."""
    near, far = people.worker, worker("Fern Far", lat=40.71, lon=-74.0)
    pool = pool_of(people.client, near, far)
    row = assignment_in(
        State.DRAFT, owner=people.owner, site={"lat": 42.6526, "lon": -73.7562}, is_marketplace=True
    )
    owner = visitor("owner")
    group = f"pool-{pool.pk}"
    first = {"waves-0-who": group, "waves-0-radius": "15", "waves-0-mode": "accept"}
    page = owner.submit(url(row, "send/"), press="Add a wave", status=200, is_marketplace=False, **first)
    second = {"waves-1-who": group, "waves-1-delay": "60"}
    page = owner.submit(page, press="Add a wave", status=200, **second)
    page.has("Wave 3")
    third = {"waves-2-who": "market", "waves-2-delay": "1440"}
    owner.submit(page, press="Send, $385.00 at most", **third)

    box = owner.open(url(row))
    box.has(
        "Pool Night crew, within 15 miles: 1 worker", "First to accept", "Pool Night crew Goes", "Marketplace"
    )
    assert [(one.kind, one.told, one.is_waiting) for one in row.routes.all()] == [
        ("pool", 1, False), ("pool", 0, True), ("market", 0, True),
    ]  # fmt: skip
    assert (told(people, "worker", row), Message.objects.filter(user=far.user).count()) == (["offered"], 0)
    visitor("stranger").open(url(row), 404)

    now, found = clock.now(), []
    for later in (59 * HOUR / 60, HOUR, HOUR, 24 * HOUR, 25 * HOUR):
        with clock.moved(now + later):
            found.append(sweeps.fire_waves())
    assert found == [0, 1, 0, 1, 0]
    assert [(one.kind, one.told) for one in row.routes.all()] == [("pool", 1), ("pool", 1), ("market", 0)]
    assert Message.objects.filter(user=far.user).values_list("kind", flat=True).get() == "assignment.invited"
    assert told(people, "worker", row) == ["offered"]  # nobody is told twice
    visitor("stranger").open(url(row)).has("Open for applications")
    visitor("stranger").open("/find-work/").has(row.title)


def test_r1_a_wave_to_come_can_be_cancelled(people, visitor):
    """Point 1: by the client's people who manage it; the sweep then sends nothing."""
    pool = pool_of(people.client, people.worker)
    row = sent(people, MARKET, pool_wave(pool, delay_minutes=60))
    route = row.routes.get(kind="pool")
    visitor("view_only").open(url(row)).lacks("Cancel this wave")
    visitor("view_only").open(url(row, f"waves/{route.pk}/cancel/"), 403)
    owner = visitor("owner")
    owner.submit(url(row), action=url(row, f"waves/{route.pk}/cancel/")).lacks("Night crew")
    owner.open(url(row, f"waves/{route.pk}/cancel/"), 409).has("This wave is no longer to come.")
    with clock.moved(clock.now() + HOUR):
        assert sweeps.fire_waves() == 0
    assert (history(row)[-1], told(people, "worker", row)) == ("wave_cancelled", [])


def test_r1_waves_end_when_it_is_assigned_and_do_not_come_back(people):
    """Point 1: not once the assignment left Available, and not by itself when it returns."""
    pool = pool_of(people.client, people.applicant)
    row = sent(people, by_name([people.worker], ACCEPT), pool_wave(pool, delay_minutes=60))
    routing.accept(row.pk, actor=people.worker.user)
    assert Route.objects.filter(assignment=row, due_at__isnull=False, fired_at__isnull=True).count() == 0
    assigning.unassign(row.pk, actor=people.owner, reason="other", note="Another plan.", original_budget=True)
    with clock.moved(clock.now() + HOUR):
        assert sweeps.fire_waves() == 0
    assert told(people, "applicant", row) == []


def test_r1_a_wave_is_sent_once_by_two_sweeps_and_waits_while_the_start_has_passed(people):
    """Point 1: the sweep looks again under the lock; what nobody can apply for is sent to nobody."""
    pool = pool_of(people.client, people.worker)
    start = clock.now() + HOUR
    row = sent(people, MARKET, pool_wave(pool, delay_minutes=60), start_at=start)
    route = row.routes.get(kind="pool")
    assert routing.fire(row.pk, route.pk) is False
    with clock.moved(start):
        assert sweeps.fire_waves() == 0
        drafting.edit(row.pk, Content({"start_at": start + 5 * HOUR}), actor=people.owner)
        assert sweeps.fire_waves() == 1
        assert routing.fire(row.pk, route.pk) is False
    assert told(people, "worker", row) == ["invited"]


def test_r1_sending_again_adds_people_and_tells_nobody_twice(people, visitor):
    """Point 1: the count of those asked grows; a later wave of the first to accept raises an invitation silently."""
    pool = pool_of(people.client, people.worker, people.applicant)
    row = sent(people, by_name([people.worker]))
    page = visitor("owner").open(url(row, "invite/"))
    page.has("Invited so far 1")
    typed = {"waves-0-who": f"pool-{pool.pk}", "waves-0-mode": "accept", "is_marketplace": True}
    visitor("owner").submit(page, press="Send", **typed).has("2 workers asked so far", "Marketplace")
    assert (told(people, "worker", row), told(people, "applicant", row)) == (["invited"], ["offered"])
    assert Counter(Invitation.objects.values_list("mode", flat=True)) == {"accept": 2}
    assert fresh(row).is_marketplace
    visitor("stranger").open(url(row)).has("Open for applications")
    nobody = {"waves-0-who": f"pool-{pool.pk}"}
    again = visitor("owner").submit(
        url(row, "invite/"), press="Send", **nobody
    )  # moments ago: a doubled click
    again.has("This is done already.")
    with clock.moved(clock.now() + HOUR):
        refused = visitor("owner").submit(url(row, "invite/"), press="Send", status=422, **nobody)
        refused.has("Nobody new is among them")
    assert [route.told for route in row.routes.all()] == [1, 0, 1]
    routing.accept(row.pk, actor=people.worker.user)


def test_r1_what_cannot_be_sent_is_said_and_nothing_typed_is_lost(people, visitor):
    """Point 1: nobody at all, and the marketplace with the first to accept, come back with a sentence."""
    row = assignment_in(State.DRAFT, owner=people.owner)
    owner, sending = visitor("owner"), url(row, "send/")
    refused = owner.submit(sending, press="Send, $385.00 at most", status=422, is_marketplace=False)
    refused.has("Post it to the marketplace, or invite at least one worker.")
    typed = {"waves-0-who": "market", "waves-0-mode": "accept", "waves-0-radius": "0"}
    refused = owner.submit(sending, press="Send, $385.00 at most", status=422, **typed)
    refused.has("On the marketplace workers apply.", "greater than or equal to 1")
    again = refused.form_with({"waves-0-who"}).data()
    assert {name: again[name][0] for name in typed} == typed
    assert (fresh(row).state, Route.objects.count()) == (State.DRAFT, 0)


def test_r1_a_pool_of_another_company_is_no_way_out(people):
    """Point 1: by the action too; and its own pool's name is in nothing that a worker reads."""
    foreign = pool_of(people.other_client.memberships.get().client, people.worker, name="Foreign marker crew")
    with pytest.raises(Invalid, match="Choose a pool of your company"):
        sent(people, MARKET, pool_wave(foreign))
    own = pool_of(people.client, people.worker, name="Marker crew")
    row = sent(people, pool_wave(own, ACCEPT))
    said = [str(one.context) + one.subject + one.body for one in Message.objects.all()]
    said += [str(one.facts) for one in Entry.objects.filter(subject_id=row.pk)]
    assert [one for one in said if "arker crew" in one] == []


def test_r1_the_best_matches_are_invited_by_themselves(people):
    """Point 1: the best of those not told yet, near the site; again, the next best."""
    row = assignment_in(
        State.DRAFT,
        owner=people.owner,
        by=people.worker,
        site={"lat": 42.65, "lon": -73.75},
        content=Content(skills=["Fiber"]),
    )
    skill = row.skills.get()
    skilled = [people.stranger, people.invited]
    for one in skilled:
        one.skills.add(skill)
    far = worker("Fern Far", lat=34.05, lon=-118.24)
    far.skills.add(skill)
    wave = Wave(RouteKind.MATCH, ACCEPT, most=2, radius_miles=50)
    drafting.send_out(row.pk, actor=people.owner, waves=[wave])
    asked = Invitation.objects.filter(assignment=row)
    assert {one.worker for one in asked} == set(skilled)
    more = routing.send_more(
        row.pk, [Wave(RouteKind.MATCH, ACCEPT, most=50, radius_miles=50)], actor=people.owner
    )
    assert (set(more), far in more) == ({people.worker, people.applicant, people.removed}, False)


def test_r1_a_vendor_is_asked_through_its_team_agents(people, visitor):
    """Point 1: the agents are invited to apply for it; accepting first is not for vendors."""
    vendor = vendor_of("Rack and Cable", agent=people.applicant, employees=[people.worker])
    row = assignment_in(State.DRAFT, owner=people.owner, is_marketplace=False)
    typed = {"waves-0-who": f"vendor-{vendor.pk}", "waves-0-mode": "accept"}
    sending, press = url(row, "send/"), "Send, $385.00 at most"
    visitor("owner").submit(sending, press=press, status=422, **typed).has(
        "A vendor proposes one of its people."
    )
    visitor("owner").submit(sending, press=press, **typed | {"waves-0-mode": "apply"}).has("Rack and Cable")
    (asked,) = Invitation.objects.filter(assignment=row)
    assert (asked.worker, asked.vendor, asked.mode) == (people.applicant, vendor, "apply")
    visitor("applicant").open(url(row)).has("Apply")
    visitor("applicant").submit(url(row, f"apply/?for={people.worker.pk}"), press="Send application")
    assert [one.worker for one in row.applications.all()] == [people.worker]


def test_r1_a_block_keeps_a_worker_out_of_every_wave(people, visitor):
    """Point 1 and 8: neither told nor able to accept, and nothing says why."""
    pool = pool_of(people.client, people.worker, people.applicant)
    early = offered(people, people.applicant, people.worker)
    block(people, people.worker)
    row = sent(people, pool_wave(pool, ACCEPT), by_name([people.worker], ACCEPT), MARKET)
    assert [one.worker for one in Invitation.objects.filter(assignment=row)] == [people.applicant]
    routing.accept(early.pk, actor=people.applicant.user)
    for one in (row, early):
        visitor("worker").open(url(one, "accept/"), 404)
    assert told(people, "worker", early) == ["offered"]


def test_r1_only_workers_and_pools_accept_first(people):
    """Point 1: the database's own rule, as a sentence."""
    with pytest.raises(Invalid, match="Here they apply"):
        sent(people, Wave(RouteKind.MARKET, ACCEPT))


def test_r1_who_is_not_open_to_work_is_told_of_no_wave(people):
    """Point 1: neither the own people, nor who takes no new work."""
    resting = worker("Resa Resting", is_available=False)
    pool = pool_of(people.client, people.worker, resting)
    row = sent(people, pool_wave(pool))
    assert list(Invitation.objects.filter(assignment=row).values_list("worker", flat=True)) == [
        people.worker.pk
    ]


# --- the link to share -----------------------------------------------------------------------------------------------


def test_r1_the_link_to_share_obeys_visibility(people, visitor):
    """Point 1: copied from the page without script; it opens for those who may see it and is no way around."""
    row = sent(people, by_name([people.worker]))
    page = visitor("owner").open(url(row))
    (link,) = re.findall(r'value="http://testserver(/a/[0-9a-z]+-[0-9a-f]{16}/)"', page.html)
    for name in ("worker", "manager", "view_only"):
        assert visitor(name).open(link).url.startswith(url(row))
    for name in ("stranger", "other_client", "applicant"):
        visitor(name).open(link, 404)
    assert "/accounts/login/?next=" + link in Visitor().open(link, 302).response.headers["Location"]
    visitor("worker").open(url(row)).lacks("/a/")
    other = sent(people, MARKET)
    swapped = link.replace(f"/a/{int_to_base36(row.pk)}-", f"/a/{int_to_base36(other.pk)}-")
    for wrong in (swapped, "/a/zzz/", "/a/-/", f"/a/{row.pk}/", "/a/!-0/"):
        visitor("owner").open(wrong, 404)


def test_r1_a_link_outlives_a_new_secret(people, settings):
    """Point 1: as long as the former secret is kept beside the new one."""
    made, settings.SECRET_KEY_FALLBACKS = token(7), [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret of the site"
    assert (pk_of(made), pk_of(token(7)), token(7) == made) == (7, 7, False)
    settings.SECRET_KEY_FALLBACKS = []
    assert pk_of(made) is None


# --- expired ---------------------------------------------------------------------------------------------------------


def test_r1_expired_work_leaves_the_feed_and_carries_its_label(people, visitor):
    """Point 1: at the start, or the end of the window; page, list filter, feed and notice by one rule; once."""
    start = clock.now() + 4 * HOUR
    here = {"lat": 42.65, "lon": -73.75}
    fixed = sent(
        people, MARKET, by_name([people.worker], ACCEPT), start_at=start, title="Kiosk at dawn", site=here
    )
    columns = {"schedule_kind": "window", "start_at": start, "window_end_at": start + HOUR}
    window = sent(people, MARKET, title="Printer by noon", site=here, **columns)
    found = {}
    for later in (-1, 0, 60, 61):
        with clock.moved(start + timedelta(minutes=later)):
            looked = (sweeps.raise_flags(), search_sweeps.drop_expired())
            feed = visitor("stranger").open("/find-work/")
            listed = visitor("owner").open("/assignments/?label=expired")
            titles = ("Kiosk at dawn", "Printer by noon")
            found[later] = (
                looked,
                [t for t in titles if t in feed.text],
                [t for t in titles if t in listed.text],
            )
    assert found == {
        -1: ((0, 0), ["Kiosk at dawn", "Printer by noon"], []),
        0: ((1, 1), ["Printer by noon"], ["Kiosk at dawn"]),
        60: ((1, 1), [], ["Kiosk at dawn", "Printer by noon"]),
        61: ((0, 0), [], ["Kiosk at dawn", "Printer by noon"]),
    }
    assert told(people, "owner", fixed) == told(people, "owner", window) == ["expired"]
    with clock.moved(start):
        visitor("owner").open(url(fixed)).has("Expired", "Its start has passed without a worker")
        visitor("stranger").open(url(fixed)).has("Expired", "It takes no applications any more")
        visitor("worker").open(url(fixed, "accept/"), 409).has("Its start has passed")
        drafting.edit(fixed.pk, Content({"start_at": start + 30 * HOUR}), actor=people.owner)
        visitor("owner").open(url(fixed)).lacks("Expired")
        visitor("stranger").open("/find-work/").has("Kiosk at dawn")
    (span,) = LabelEvent.objects.filter(assignment=fixed)
    assert (span.label, span.cleared_at) == ("expired", start)
    with clock.moved(start + 30 * HOUR):
        assert sweeps.raise_flags() == 1
    assert told(people, "owner", fixed) == ["expired", "expired"]


# --- many drafts at once ---------------------------------------------------------------------------------------------


def test_r1_many_drafts_get_the_same_routing_after_a_check(people, visitor):
    """Point 1: typed once, checked row by row, done with a result; what cannot be sent stays a draft and says why."""
    near, far = people.worker, worker("Fern Far", lat=40.71, lon=-74.0)
    pool = pool_of(people.client, near, far)
    here = {"lat": 42.65, "lon": -73.75}
    one, two = (
        assignment_in(State.DRAFT, owner=people.owner, title=title, site=here)
        for title in ("Drop one", "Drop two")
    )
    bare = assignment_in(State.DRAFT, owner=people.owner, title="No date", start_at=None)
    owner = visitor("owner")
    asked = owner.open(f"/assignments/bulk/?act=route&row={one.pk}&row={two.pk}&row={bare.pk}")
    asked.has("Who gets these 3 assignments?")
    typed = {"waves-0-who": f"pool-{pool.pk}", "waves-0-mode": "accept", "waves-0-radius": "20"}
    wider = owner.submit(asked, press="Add a wave", status=200, is_marketplace=False, **typed)
    more = {"waves-1-who": "market", "waves-1-delay": "60"}
    page = owner.submit(wider, press="Check", status=200, **more)
    page.has("2 will be sent", "1 cannot be sent", "Enter when the work starts.")
    page.has("Pool Night crew, within 20 miles: 1 worker, the first to accept. After 1 h: Marketplace.")
    assert Route.objects.count() == 0

    again = owner.submit(page, press="Change the routing", status=200)
    assert again.form_with({"waves-1-who"}).data()["waves-1-delay"] == ["60"]
    page = owner.submit(again, press="Check", status=200)
    for _ in range(2):  # a doubled click is one run
        done = owner.submit(page, press="Send 2 assignments, $770.00 at most")
        done.has("2 assignments are sent", "1 worker told now.")
    assert [fresh(row).state for row in (one, two, bare)] == [State.SENT, State.SENT, State.DRAFT]
    expected = [("pool", "accept", 1, True), ("market", "apply", 0, False)]
    assert (routes(one), routes(two), routes(bare)) == (expected, expected, [])
    assert told(people, "worker", one) == told(people, "worker", two) == ["offered"]


def test_r1_routing_many_drafts_that_reaches_nobody_sends_nothing(people, visitor):
    """Point 1: each row says so; a foreign draft is not there, and more than fifty are too many."""
    row = assignment_in(State.DRAFT, owner=people.owner)
    foreign = assignment_in(State.DRAFT, owner=people.other_client, title="Foreign draft")
    owner = visitor("owner")
    asked = owner.open(f"/assignments/bulk/?act=route&row={row.pk}&row={foreign.pk}")
    page = owner.submit(asked, press="Check", status=200, is_marketplace=False)
    page.has("None of these can be sent", "Post it to the marketplace, or invite at least one worker.")
    page.lacks("Foreign draft")
    many = "&".join(f"row={n}" for n in range(1, 52))
    owner.open(f"/assignments/bulk/?act=route&{many}").has("Too many at once")
    visitor("view_only").open(f"/assignments/bulk/?act=route&row={row.pk}", 403)
    wrong = {"waves-0-who": "market", "waves-0-mode": "accept"}
    owner.submit(asked, press="Check", status=422, **wrong).has("On the marketplace workers apply.")
    assert fresh(row).state == State.DRAFT


def test_r1_the_check_of_many_drafts_asks_a_constant_number_of_queries(people):
    """Point 1: as many for one draft as for ten."""
    pool = pool_of(people.client, *crowd_of(5))
    waves = [
        pool_wave(pool, ACCEPT, radius_miles=30),
        by_name([people.worker]),
        Wave(RouteKind.MATCH, most=5),
    ]
    rows = [assignment_in(State.DRAFT, owner=people.owner).pk for _ in range(10)]
    member = people.client.members.select_related("client", "user").get(user=people.owner)
    counts = []
    for ids in (rows[:1], rows):
        with CaptureQueriesContext(connection) as asked:
            found = bulk.plan("route", ids, member, clock.now(), waves)
        counts.append(len(asked))
        assert [line.problems for line in found.able] == [[] for _ in ids]
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_r1_what_only_goes_to_the_marketplace_has_no_wave_by_name(people):
    """R1: nobody was named, so the client reads of the marketplace alone."""
    row = assignment_in(State.SENT, owner=people.owner)
    assert [one.kind for one in row.routes.all()] == ["market"]
