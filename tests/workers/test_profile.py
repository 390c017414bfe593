"""The worker's own profile: skills, area, hours, and the search that clients do over them."""

import pytest
from django.db import IntegrityError, transaction

from common import places
from common.errors import Invalid
from tests.support.people import browser, errors, member, worker
from timeline.models import Entry
from workers import hours, skills
from workers.figures import Figure, figures
from workers.models import Availability, Skill, Worker
from workers.queries import Wanted, by_distance, by_name, loaded

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
WORK = {
    "postcode": "43215-0001",
    "city": " Columbus ",
    "region": "",
    "country": "US",
    "radius_miles": "75",
    "skills": "Wi-Fi; cabling\nWI-FI",
    "phone": "+1 614 555 0100",
    "about": "Own van.",
    "is_available": "on",
}


def test_the_profile_is_saved_with_history_that_names_fields_only() -> None:
    me = worker()
    Skill.objects.create(name="Cabling")
    assert browser(me.user).post("/profile/work/", WORK)["Location"] == "/profile/work/"
    me.refresh_from_db()
    assert (me.postcode, me.city, me.region, me.radius_miles, me.phone) == (
        "43215",
        "Columbus",
        "OH",
        75,
        "+1 614 555 0100",
    )
    assert [skill.name for skill in me.skills.all()] == ["Cabling", "Wi-Fi"]
    entry = Entry.objects.get()
    assert entry.kind == "worker.profile_changed"
    assert set(entry.facts) == {"fields"}
    browser(me.user).post("/profile/work/", WORK)
    assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"postcode": "999"}, {"postcode": ["Enter a US postcode of five digits, for example 43215"]}),
        ({"city": " "}, {"city": ["Enter city"]}),
        ({"phone": "call me"}, {"phone": ["Enter a phone number in digits, for example +1 614 555 0100"]}),
        ({"radius_miles": "0"}, {"radius_miles": ["Enter at least 1 mile"]}),
        ({"country": "ZZ"}, {"country": ["Choose one of the options for country"]}),
    ],
)
def test_bad_input_changes_nothing_and_keeps_what_was_typed(
    bad: dict[str, str], said: dict[str, list[str]]
) -> None:
    me = worker()
    page = browser(me.user).post("/profile/work/", {**WORK, **bad})
    assert (page.status_code, errors(page)) == (422, said)
    assert "Own van." in page.content.decode()
    me.refresh_from_db()
    assert (me.city, me.about) == ("Albany", "")


def test_places_outside_the_us_have_no_coordinates() -> None:
    me = worker()
    browser(me.user).post("/profile/work/", {**WORK, "postcode": "10115", "country": "DE", "city": "Berlin"})
    me.refresh_from_db()
    assert (me.city, me.lat, me.lon) == ("Berlin", None, None)


def test_hours_are_replaced() -> None:
    me = worker()
    mine = browser(me.user)
    mine.post("/profile/hours/", {"from_0": "08:00", "to_0": "17:00", "from_5": "20:00", "to_5": "00:00"})
    assert list(me.availability.values_list("weekday", "from_minute", "to_minute")) == [
        (0, 480, 1020),
        (5, 1200, 1440),
    ]
    assert 'value="08:00"' in mine.get("/profile/hours/").content.decode()
    mine.post("/profile/hours/", {})
    assert me.availability.count() == 0


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"from_0": "17:00", "to_0": "08:00"}, {"to_0": ["Enter an end after the start on Monday"]}),
        ({"from_0": "17:00"}, {"to_0": ["Enter when you end on Monday, or leave both empty"]}),
        ({"to_6": "17:00"}, {"from_6": ["Enter when you start on Sunday, or leave both empty"]}),
        ({"from_1": "25:00", "to_1": "08:00"}, {"from_1": ["Enter the time for Tuesday from as 08:30"]}),
    ],
)
def test_hours_that_make_no_sense(typed: dict[str, str], said: dict[str, list[str]]) -> None:
    me = worker()
    page = browser(me.user).post("/profile/hours/", typed)
    assert (page.status_code, errors(page), me.availability.count()) == (422, said, 0)


def test_clients_have_no_work_profile() -> None:
    assert browser(member().user).get("/profile/work/").status_code == 404


def test_equal_days_are_told_as_one_line() -> None:
    rows = [Availability(weekday=day, from_minute=480, to_minute=1020) for day in (0, 1, 2, 4)]
    assert hours.summary(rows) == [
        ("Monday to Wednesday", "8:00 AM to 5:00 PM"),
        ("Friday", "8:00 AM to 5:00 PM"),
    ]


def test_one_skill_is_one_row_whatever_the_case() -> None:
    assert (
        [row.name for row in skills.rows(["CCTV"])] == [row.name for row in skills.rows(["cctv"])] == ["CCTV"]
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Skill.objects.create(name="cctv")
    with pytest.raises(Invalid):
        skills.parse("x" * 61)


def names(wanted: Wanted) -> list[str]:
    if wanted.near is None:
        return [str(found) for found in by_name(wanted)]
    return [str(found.worker) for found in loaded(by_distance(wanted))]


def test_search_by_words_skill_area_and_distance() -> None:
    near = worker(name="Near", city="Columbus", postcode="43215", lat=39.967, lon=-83.01, region="OH")
    worker(name="Far", city="Cleveland", postcode="44114", lat=41.5, lon=-81.68, region="OH")
    worker(name="Closed", city="Columbus", lat=39.967, lon=-83.01, is_available=False)
    worker(name="Nowhere", city="Columbus", lat=None, lon=None)
    near.skills.set(skills.rows(["Wi-Fi", "Wi-Fi mesh"]))
    here = places.find("43215")
    assert names(Wanted(skill="wi-fi")) == ["Near"]
    assert names(Wanted(text="columbus")) == ["Near", "Nowhere"]
    assert names(Wanted(near=here, within=50)) == ["Near"]
    assert names(Wanted(near=here)) == ["Near", "Far"]
    assert set(names(Wanted(near=here, within=50, open_only=False))) == {"Closed", "Near"}


def test_the_filter_page_says_what_to_enter() -> None:
    reader = browser(member().user)
    page = reader.get("/workers/", {"near": "abc"})
    assert errors(page) == {"near": ["Enter a US postcode of five digits, for example 43215"]}
    page = reader.get("/workers/", {"within": "25"})
    assert errors(page) == {"near": ["Enter the postcode to count the distance from"]}
    assert reader.get("/workers/", {"page": "99999999999"}).status_code == 200
    assert "No workers match" in reader.get("/workers/", {"skill": "nothing"}).content.decode()


def test_figures_come_from_the_rooms_above(monkeypatch: pytest.MonkeyPatch) -> None:
    me: Worker = worker()
    monkeypatch.setattr(
        "workers.figures._providers", [lambda ids: {pk: [Figure("On time", "98%")] for pk in ids}]
    )
    assert figures([me.pk]) == {me.pk: [Figure("On time", "98%")]}
    assert "98%" in browser(member().user).get("/workers/").content.decode()
