"""Find Work: filters, order, words, saved searches with their mails, saving and hiding, the map (issue 3, point 2)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assignments import search_sweeps
from assignments.actions import assigning, drafting, sourcing
from assignments.actions.drafting import Content
from assignments.actions.sourcing import Offer
from assignments.matching import VERSION
from assignments.models import Assignment, Findable, SavedSearch, SearchHit, WorkerMark
from assignments.states import State
from common import clock
from notifications.models import Message, Notice
from notifications.preferences import Channels, choose
from tests.assignments.engagements import ended
from tests.factories import assignment_in, consent
from tests.support import markers
from tests.support.asks import ask, credential, line, prove
from tests.support.facts import url
from tests.support.markers import marked
from workers.models import Skill

NEW_YORK, LOS_ANGELES = (40.75, -73.99), (34.05, -118.24)


def sent(people: Any, title: str, lat: float | None = 42.66, lon: float = -73.75, **more: Any) -> Assignment:
    """Open work of Acme with coordinates; by default three miles from every worker's home."""
    at = {"lat": lat, "lon": lon} if lat is not None else {}
    return assignment_in(State.SENT, owner=people.owner, title=title, site=at, **more)


def titles(page: Any) -> list[str]:
    """The cards of a page in their order."""
    return [one.title for one in page.response.context["cards"]]


def find(visitor: Any, query: str = "", name: str = "stranger") -> list[str]:
    return titles(visitor(name).open(f"/find-work/?{query}"))


@pytest.fixture
def market(people: Any) -> Any:
    """Six pieces of work that differ in one thing or another."""
    now = clock.now()
    sent(people, "Swap till", price_minor=10_000, duration_minutes=60, industry="Point of sale")
    sent(people, "Wire rack", 42.78, price_minor=40_000, duration_minutes=480, start_at=now + timedelta(days=4),
         content=Content(skills=["Cabling"]))  # fmt: skip
    sent(people, "Hang screen", 43.00, price_minor=20_000, start_at=now + timedelta(days=6), schedule_kind="window",
         window_end_at=now + timedelta(days=9), fastfunds_eligible=True)  # fmt: skip
    sent(people, "Far mast", *NEW_YORK, price_minor=90_000, start_at=now + timedelta(days=3))
    sent(people, "Very far mast", *LOS_ANGELES, price_minor=91_000, start_at=now + timedelta(days=3))
    sent(people, "Check log", None, is_virtual=True, price_minor=5_000, start_at=now + timedelta(days=8))
    return people


def test_r2_every_filter_stands_in_the_address(market: Any, visitor: Any) -> None:
    all_near = ["Swap till", "Wire rack", "Hang screen", "Check log"]
    cases = {
        "": all_near,
        "within=10": ["Swap till", "Wire rack", "Check log"],
        "within=250": ["Swap till", "Far mast", "Wire rack", "Hang screen", "Check log"],
        "within=any&pay=350": ["Far mast", "Very far mast", "Wire rack"],
        "within=any&rate=60": ["Swap till", "Far mast", "Very far mast", "Hang screen"],
        "near=10001&within=25": ["Far mast", "Check log"],
        "near=40.75,+-73.99&within=25&where=on_site": ["Far mast"],
        "near=albany,+ny": all_near,
        "near=Albany": all_near,
        "from_day=2026-12-08": ["Hang screen", "Check log"],
        "to_day=2026-12-03": ["Swap till"],
        "from_day=2026-12-05&to_day=2026-12-05": ["Wire rack"],
        "skill=cabling": ["Wire rack"],
        "industry=Point+of+sale": ["Swap till"],
        "kind=window": ["Hang screen"],
        "where=remote": ["Check log"],
        "where=on_site": ["Swap till", "Wire rack", "Hang screen"],
        "client=acme": all_near,
        "client=northwind": [],
        "fastfunds=on": ["Hang screen"],
        "qualified=on": ["Swap till", "Hang screen", "Check log"],
        "q=mast&within=any": ["Far mast", "Very far mast"],
        "q=MAST+ver&within=any": ["Very far mast"],
    }
    assert {query: find(visitor, query) for query in cases} == cases


def test_r2_every_order(market: Any, visitor: Any) -> None:
    by = {order: find(visitor, f"within=any&sort={order}") for order in ("soonest", "nearest", "pay", "rate")}
    assert by == {
        "soonest": ["Swap till", "Far mast", "Very far mast", "Wire rack", "Hang screen", "Check log"],
        "nearest": ["Swap till", "Wire rack", "Hang screen", "Far mast", "Very far mast", "Check log"],
        "pay": ["Very far mast", "Far mast", "Wire rack", "Hang screen", "Swap till", "Check log"],
        "rate": ["Very far mast", "Far mast", "Hang screen", "Swap till", "Wire rack", "Check log"],
    }
    assert find(visitor, "near=90012&within=any&sort=nearest")[:2] == ["Very far mast", "Far mast"]


def test_r2_best_match_ranks_the_nearest_by_the_rule_that_clients_see_and_says_why(
    market: Any, visitor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No black box: what each factor gave stands on the card, and the page says which ones were ranked."""
    me = market.stranger
    me.skills.set(Skill.objects.filter(name="Cabling"))
    ended(market, by=me)
    page = visitor("stranger").open("/find-work/?within=any&sort=best")
    page.has(
        f"Best match, rule {VERSION}",
        "The 150 nearest are ranked",
        "Distance Remote work: distance does not count 15.0 of 15",
        "mi from the site 0.0 of 15",
        "Skills 1 of 1 skills 10.0 of 10",
        "Worked together 1 completed together 5.0 of 5",
    )
    ranked = [(one.title, one.match.points) for one in page.response.context["cards"]]
    assert ranked == sorted(ranked, key=lambda one: -one[1])
    page.has(*(f"Match {points} of 100: why" for _, points in ranked))
    order = ["Check log", "Swap till", "Wire rack", "Hang screen", "Far mast", "Very far mast"]
    assert [title for title, _ in ranked] == order
    visitor("stranger").open("/find-work/").lacks("Match ", "by the rule that clients see")
    monkeypatch.setattr("assignments.finding.pages.COUNTED", 2)
    page = visitor("stranger").open("/find-work/?within=any&sort=best")
    page.has("More than 2 assignments")
    assert sorted(titles(page)) == ["Swap till", "Wire rack"]
    market.stranger.lat = market.stranger.lon = None
    market.stranger.save()
    page = visitor("stranger").open("/find-work/?sort=best")
    page.has("soonest are ranked", "Distance Distance not known 0.0 of 15")
    assert sorted(titles(page)) == ["Far mast", "Swap till"]


def test_r2_the_same_pages_whichever_way_the_database_takes(
    market: Any, visitor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few rows are sorted, many are walked in order: what is found does not depend on it."""
    queries = [
        f"{one}&sort={order}&within={miles}"
        for one in ("q=mast", "", "pay=150", "skill=Cabling", "qualified=on", "q=s", "from_day=2026-12-05")
        for order in ("soonest", "nearest", "pay", "rate")
        for miles in ("10", "50", "any")
    ]
    few = [find(visitor, query) for query in queries]
    monkeypatch.setattr("assignments.search.FEW", 0)
    assert [find(visitor, query) for query in queries] == few
    assert any(few)


def test_r2_what_cannot_be_read_is_told_at_its_field_and_the_others_count(market: Any, visitor: Any) -> None:
    page = visitor("stranger").open(
        "/find-work/?q=till&pay=lots&from_day=soon&within=7&near=Nowhere&sort=odd&skill=Juggling&to_day=9999-12-31"
    )
    page.has(
        "Enter an amount in digits, for example 320.00.",
        "Enter a date, for example 2026-12-01.",
        "Enter a day before 2200.",
        "Enter a US postcode, or a town that has open work, for example 43215.",
        "No skill is called that.",
    )
    assert titles(page) == ["Swap till"]
    assert page.title.startswith("Error: ")
    for odd in (
        "q=%00",
        "industry=%00",
        "near=%00",
        "client=%00",
        "page=%00",
        "page=x",
        "skill=%00",
        "q=" + "x" * 400,
    ):
        visitor("stranger").open(f"/find-work/?{odd}")


def test_r2_only_what_i_qualify_for_means_skills_and_requirements(market: Any, visitor: Any) -> None:
    """The card shows each requirement with a tick or a cross, and so does the match."""
    licence = credential()
    ask(Assignment.objects.get(title="Swap till"), market.owner, line(licence), line("cancelled", 0))
    assert find(visitor, "qualified=on") == ["Hang screen", "Check log"]
    page = visitor("stranger").open("/find-work/?q=till&sort=best")
    page.has(str(licence), "Cancelled at most 0", "Requirements 1 of 2 requirements met 2.5 of 5")
    prove(market.stranger, licence, market.staff)
    assert find(visitor, "qualified=on") == ["Swap till", "Hang screen", "Check log"]
    visitor("stranger").open("/find-work/?q=till&sort=best").has("2 of 2 requirements met 5.0 of 5")


def test_r2_active_filters_are_links_that_take_them_away(market: Any, visitor: Any) -> None:
    page = visitor("stranger").open("/find-work/?q=rack&pay=100&within=25&sort=pay")
    page.has("“rack”", "At least $100.00", "Within 25 mi")
    assert page.links["At least $100.00"].endswith("?q=rack&within=25&sort=pay")
    assert page.response.context["form"].hidden_active == 1
    assert titles(visitor("stranger").follow(page, "Clear filters")) == find(visitor)


def test_r2_an_empty_list_says_what_is_a_little_further(people: Any, visitor: Any) -> None:
    sent(people, "Far mast", *NEW_YORK)
    sent(people, "Further mast", 40.60)
    page = visitor("stranger").open("/find-work/?within=25&pay=10")
    page.has("Nothing within 25 mi", "2 within 250 mi")
    assert titles(visitor("stranger").follow(page, "Show 2 within 250 mi")) == ["Far mast", "Further mast"]
    visitor("stranger").open("/find-work/?within=25&q=zebra").has("No work matches")


def test_r2_a_card_says_pay_pay_per_hour_and_straight_line(people: Any, visitor: Any) -> None:
    sent(people, "Swap till", 42.85, price_minor=35_000, duration_minutes=360)
    visitor("stranger").open("/find-work/").has(
        "$350.00", "About $58.33 an hour for 6 h", "14 mi straight line"
    )


@pytest.mark.one_database
def test_r2_pages_are_by_key_and_take_the_same_queries(people: Any, visitor: Any) -> None:
    browser = visitor("stranger").client
    counts = {}
    for number in range(45):
        sent(
            people,
            f"Work {number:02}",
            start_at=clock.now() + timedelta(days=2, hours=number),
            price_minor=10_000 + number,
        )
        if number in (10, 44):
            for sort in ("soonest", "pay", "nearest", "best"):
                with CaptureQueriesContext(connection) as found:
                    browser.get(f"/find-work/?sort={sort}")
                counts.setdefault(sort, []).append(len(found))
    assert {sort: len(set(numbers)) for sort, numbers in counts.items()} == {
        "soonest": 1,
        "pay": 1,
        "nearest": 1,
        "best": 1,
    }
    ran = [query["sql"] for query in found]
    assert not [sql for sql in ran if "OFFSET" in sql or ("COUNT(*)" in sql and "LIMIT" not in sql)]
    for sort in ("soonest", "pay", "nearest", "best"):
        seen, page = [], visitor("stranger").open(f"/find-work/?sort={sort}")
        page.has("45 assignments")
        seen += titles(page)
        while "Next page" in page.links:
            page = visitor("stranger").follow(page, "Next page")
            seen += titles(page)
        assert sorted(seen) == [f"Work {number:02}" for number in range(45)]
        back = visitor("stranger").follow(page, "Previous page")
        assert titles(back) == seen[20:40]


def test_r2_words_find_what_is_shown_and_nothing_private(people: Any, visitor: Any) -> None:
    marked(people, State.SENT, title="Rewire the till", description="Run two cables to till 4.")
    assert find(visitor, "q=cables+till&within=any") == ["Rewire the till"]
    for secret in (*markers.CONTACTS, markers.STREET, markers.WAY_IN, markers.INSTRUCTIONS, markers.DOCUMENT):
        words = [word for word in secret.split() if len(word) > 3 and word.lower() not in ("albany", "till")]
        for word in words:
            assert find(visitor, f"q={word}&within=any".replace("@", "%40").replace("+", "%2B")) == [], word


def test_r2_expired_and_private_work_is_not_in_the_feed(people: Any, visitor: Any, at: Any) -> None:
    row = sent(people, "Soon over")
    sent(people, "By name only", invite=(people.invited,), is_marketplace=False)
    assert find(visitor) == ["Soon over"]
    with at(row.start_at + timedelta(minutes=1)):
        assert find(visitor) == []
        assert search_sweeps.drop_expired() == 1
    assert not Findable.objects.exists()


# Saving and hiding


def test_r2_saving_keeps_it_and_hiding_takes_it_from_the_feed(people: Any, visitor: Any) -> None:
    swap, wire = sent(people, "Swap till"), sent(people, "Wire rack")
    me = visitor("stranger")
    me.submit("/find-work/?sort=pay", action=f"/find-work/{swap.pk}/save/")
    back = me.submit("/find-work/?sort=pay", action=f"/find-work/{wire.pk}/hide/")
    assert back.url == "/find-work/?sort=pay"
    assert titles(back) == ["Swap till"]
    me.open("/find-work/saved/").has("Swap till")
    me.open("/find-work/saved/").lacks("Wire rack")
    me.open(url(wire)).has("Wire rack")
    me.submit("/find-work/hidden/", action=f"/find-work/{wire.pk}/unhide/")
    assert sorted(find(visitor)) == ["Swap till", "Wire rack"]
    me.submit("/find-work/saved/", action=f"/find-work/{swap.pk}/unsave/")
    me.open("/find-work/saved/").has("Nothing saved")
    assert not WorkerMark.objects.exists()
    visitor("applicant").open("/find-work/").has("Swap till", "Wire rack")


def token_of(session: Any) -> str:
    forms = session.open("/find-work/").posts
    found: str = (
        next(form for form in forms if "csrfmiddlewaretoken" in form.controls)
        .controls["csrfmiddlewaretoken"]
        .sent[0]
    )
    return found


def test_r2_only_what_is_open_to_the_worker_can_be_marked(people: Any, visitor: Any) -> None:
    taken = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    named = sent(people, "By name only", invite=(people.invited,), is_marketplace=False)
    token = token_of(visitor("stranger"))
    for row in (taken, named):
        visitor("stranger").post(f"/find-work/{row.pk}/save/", {"csrfmiddlewaretoken": token}, status=404)
    visitor("stranger").post(f"/find-work/{named.pk}/admire/", {"csrfmiddlewaretoken": token}, status=404)
    assert not WorkerMark.objects.exists()


def test_r2_saved_work_that_was_filled_is_told_calmly_and_only_to_those_who_never_applied(
    people: Any, visitor: Any
) -> None:
    row, other = sent(people, "Swap till"), sent(people, "Swap another till")
    for name in ("stranger", "applicant"):
        visitor(name).submit("/find-work/", action=f"/find-work/{row.pk}/save/")
    sourcing.apply(row.pk, Offer(), actor=people.applicant.user)
    visitor("stranger").open(f"/find-work/{row.pk}/filled/", 404)
    sourcing.apply(row.pk, Offer(), actor=people.worker.user)
    drafting.edit(row.pk, Content(columns={"title": "Title of later"}), actor=people.owner)
    chosen = row.applications.get(worker=people.worker)
    assigning.assign(row.pk, chosen.pk, actor=people.owner)
    me = visitor("stranger")
    page = me.follow(me.open("/find-work/saved/"), f"See when, and similar work: {row.number}")
    page.has("Filled", "Tue, Dec 1, 7:00 AM EST", "Swap till", other.title)
    page.lacks("Title of later", "Wanda")
    me.open(url(row), 404)
    me.submit("/find-work/", action=f"/find-work/{other.pk}/save/")
    assert me.open("/find-work/saved/?format=csv").html.splitlines() == [
        "\ufeffNumber,Title,Marked,Open,Client,Site,When,Pay at most,Currency",
        f"{other.number},Swap another till,2026-12-01T12:00+00:00,Yes,Acme Retail,"
        '"Albany, NY","Thu, Dec 3, 7:00 AM EST",350.00,USD',
        f"{row.number},Swap till,2026-12-01T12:00+00:00,No",
    ]
    loser = visitor("applicant")
    loser.open("/find-work/saved/").has("No longer open to you.")
    loser.open(f"/find-work/{row.pk}/filled/", 404)
    visitor("invited").open(f"/find-work/{row.pk}/filled/", 404)


# Saved searches


def saved(visitor: Any, query: str, mail: str, name: str = "Mine") -> SavedSearch:
    visitor("stranger").submit(f"/find-work/searches/new/?{query}", press="Save search", name=name, mail=mail)
    return SavedSearch.objects.get(name=name)


def mails(people: Any) -> list[list[str]]:
    """Of each mail of a saved search to the stranger: the titles that it lists."""
    found = Message.objects.filter(user=people.stranger.user, kind="search.found").order_by("queued_at")
    return [[item["title"] for item in message.context["items"]] for message in found]


def look(at: Any, moment: datetime) -> int:
    with at(moment):
        return search_sweeps.tell_saved_searches()


def test_r2_a_search_is_saved_run_renamed_and_deleted(market: Any, visitor: Any) -> None:
    me = visitor("stranger")
    page = me.open("/find-work/?q=till&within=any&page=zzz&evil=1&pay=")
    search = saved(visitor, page.links["Save this search"].partition("?")[2], "daily")
    assert search.query == "q=till&within=any"
    listed = me.open("/find-work/searches/")
    listed.has("Mine", "“till”, Any distance", "Every day at 7:00 AM")
    assert titles(me.follow(listed, "Mine")) == ["Swap till"]
    edit = f"/find-work/searches/{search.pk}/"
    me.submit(edit, press="Save changes", name="Tills", mail="off")
    search.refresh_from_db()
    assert (search.name, search.mail, search.due_at) == ("Tills", "off", None)
    saved(visitor, "q=rack", "instant", name="Racks")
    me.submit(edit, press="Save changes", status=422, name="racks", mail="off").has(
        "You have a search with this name already."
    )
    visitor("applicant").open(edit, 404)
    me.submit(edit, press="Delete search")
    assert [one.name for one in SavedSearch.objects.all()] == ["Racks"]


def test_r2_an_instant_search_tells_once_of_what_is_new(people: Any, visitor: Any, at: Any) -> None:
    now = clock.now()
    sent(people, "There before")
    saved(visitor, "q=till&within=any", "instant")
    assert look(at, now + timedelta(minutes=3)) == 1
    assert mails(people) == []
    with at(now + timedelta(minutes=4)):
        new = sent_now(people, "New till")
        sent_now(people, "New rack")
    assert [look(at, now + timedelta(minutes=m)) for m in (6, 6, 7)] == [1, 0, 0]
    assert mails(people) == [["New till"]]
    with at(now + timedelta(minutes=9)):
        drafting.edit(new.pk, Content(columns={"price_minor": 36_000}), actor=people.owner)
    look(at, now + timedelta(minutes=12))
    assert mails(people) == [["New till"]]
    notice = Notice.objects.get(user=people.stranger.user, kind="search.found")
    assert (notice.sentence, notice.url) == ("1 new assignment for “Mine”", "/find-work/?q=till&within=any")


def sent_now(people: Any, title: str, **more: Any) -> Assignment:
    """Sent at this instant, which factories would put three days back."""
    row = assignment_in(
        State.DRAFT, owner=people.owner, title=title, site={"lat": 42.66, "lon": -73.75}, **more
    )
    return drafting.send(row.pk, actor=people.owner)


def test_r2_a_daily_mail_comes_at_seven_on_the_workers_clocks_also_over_summer_time(
    people: Any, visitor: Any, at: Any
) -> None:
    with at(datetime(2027, 3, 13, 15, 0, tzinfo=UTC)):  # the clocks go forward in the night to the 14th
        search = saved(visitor, "within=any", "daily")
        assert search.due_at == datetime(2027, 3, 14, 11, 0, tzinfo=UTC)
        sent_now(people, "Swap till", start_at=datetime(2027, 4, 1, tzinfo=UTC))
    morning = datetime(2027, 3, 14, 11, 0, tzinfo=UTC)
    assert [look(at, morning - timedelta(seconds=1)), look(at, morning), look(at, morning)] == [0, 1, 0]
    assert mails(people) == [["Swap till"]]
    search.refresh_from_db()
    assert search.due_at == datetime(2027, 3, 15, 11, 0, tzinfo=UTC)
    late = datetime(
        2027, 11, 7, 20, 0, tzinfo=UTC
    )  # months without a sweep, on the day on which they go back
    assert [look(at, late), look(at, late)] == [1, 0]
    search.refresh_from_db()
    assert search.due_at == datetime(2027, 11, 8, 12, 0, tzinfo=UTC)
    assert len(mails(people)) == 1


def test_r2_mails_never_tell_of_what_the_worker_may_not_see_or_hid(
    people: Any, visitor: Any, at: Any
) -> None:
    now = clock.now()
    saved(visitor, "within=any", "instant")
    with at(now + timedelta(minutes=1)):
        hidden, lost = sent_now(people, "Hidden one"), sent_now(people, "Lost one")
        sent_now(people, "Open one")
        visitor("stranger").submit("/find-work/", action=f"/find-work/{hidden.pk}/hide/")
        sourcing.apply(lost.pk, Offer(), actor=people.stranger.user)
        sourcing.decline(lost.pk, lost.applications.get().pk, actor=people.owner, reason="Too far.")
        consent(people.client, people.worker)
        assigning.assign_directly(lost.pk, people.worker, actor=people.owner)
    look(at, now + timedelta(minutes=3))
    assert mails(people) == [["Open one"]]
    message = Message.objects.get(kind="search.found")
    held = f"{message.context}"
    for secret in ("Hidden one", "Lost one", "12 State Street", "Sam Site", "key at the desk"):
        assert secret not in held


def test_r2_mails_list_twenty_and_say_how_many_more(people: Any, visitor: Any, at: Any) -> None:
    now = clock.now()
    saved(visitor, "within=any", "instant")
    with at(now + timedelta(minutes=1)):
        for number in range(23):
            sent_now(people, f"Work {number}")
    look(at, now + timedelta(minutes=3))
    (message,) = Message.objects.filter(kind="search.found")
    assert (message.context["count"], message.context["more"], len(message.context["items"])) == (23, 3, 20)
    assert SearchHit.objects.count() == 23


def test_r2_switched_off_mails_and_broken_filters_send_nothing(people: Any, visitor: Any, at: Any) -> None:
    now = clock.now()
    saved(visitor, "within=any", "instant", name="Quiet")
    broken = saved(visitor, "within=any&q=till", "instant", name="Broken")
    SavedSearch.objects.filter(pk=broken.pk).update(query="within=any&skill=Juggling")
    choose(people.stranger.user, {"search.found": Channels(portal=True, email=False)})
    with at(now + timedelta(minutes=1)):
        sent_now(people, "Swap till")
    assert look(at, now + timedelta(minutes=3)) == 2
    assert mails(people) == []
    assert Notice.objects.filter(kind="search.found").count() == 1
    visitor("stranger").open("/find-work/searches/").has("A filter no longer works, so no mail is sent.")


# The map


def test_r2_the_map_has_a_pin_for_each_number_of_the_list_and_only_rounded_places(
    people: Any, visitor: Any
) -> None:
    sent(people, "Swap till", 42.65789, -73.75123)
    sent(people, "Second till", 42.65789, -73.75123, start_at=clock.now() + timedelta(days=3))
    sent(people, "Check log", None, is_virtual=True, start_at=clock.now() + timedelta(days=5))
    page = visitor("stranger").open("/find-work/")
    pins = page.response.context["chart"].pins
    assert [(pin.spot.number, pin.spot.title) for pin in pins] == [(1, "Swap till"), (2, "Second till")]
    first, second = pins
    assert max(abs(first.x - second.x), abs(first.y - second.y)) >= 12
    for pin in pins:
        assert f'href="#a-{pin.spot.pk}"' in page.html
        assert f'id="a-{pin.spot.pk}"' in page.html
    page.has("1 of this page is not on the map", "Skip the map")
    page.lacks("42.65789", "73.75123", "style=")
    plain = visitor("stranger").follow(page, "List")
    assert '<svg class="chart"' not in plain.html
    assert titles(plain) == titles(page)
