"""Settings, address book, card figures, and the terms limit in the admin."""

import pytest
from django.contrib.admin.models import LogEntry

from clients.actions import book
from clients.models import Client, Customer, Location, Project
from common.errors import Invalid
from common.money import Money
from ledger.reserve import available
from notifications.models import Notice
from tests.factories import CustomerFactory, LocationFactory, StaffFactory
from tests.support.people import browser, confirmed, errors, member, person, worker
from timeline.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
SETTINGS = {
    "name": "Northwind",
    "industry": "Retail",
    "time_zone": "America/Denver",
    "street": "1 Main St",
    "city": "Denver",
    "region": "CO",
    "postcode": "80202",
    "country": "US",
    "default_terms_days": "15",
    "auto_pay": "on",
}
SITE = {
    "name": "Store 1",
    "street": "1 High St",
    "city": "Columbus",
    "postcode": "43215",
    "country": "US",
    "is_active": "on",
}


def test_settings_are_saved_with_old_and_new_values() -> None:
    admin = member()
    assert browser(admin.user).post("/company/", SETTINGS)["Location"] == "/company/"
    client = Client.objects.get()
    assert (client.name, client.default_terms_days, client.auto_pay, client.fastfunds_allowed) == (
        "Northwind",
        15,
        True,
        False,
    )
    facts = Entry.objects.get(kind="client.changed").facts
    assert facts["changes"]["default_terms_days"] == {"old": 30, "new": 15}
    assert "street" in facts["fields"]
    assert "1 Main St" not in str(facts)
    browser(admin.user).post("/company/", SETTINGS)
    assert Entry.objects.filter(kind="client.changed").count() == 1
    assert "Northwind" in browser(admin.user).get("/company/history/").content.decode()


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"name": ""}, {"name": ["Enter company name"]}),
        (
            {"default_terms_days": "13"},
            {"default_terms_days": ["Choose one of the options for usual payment terms"]},
        ),
        ({"time_zone": ""}, {"time_zone": ["Choose time zone"]}),
    ],
)
def test_bad_settings_change_nothing(bad: dict[str, str], said: dict[str, list[str]]) -> None:
    admin = member()
    page = browser(admin.user).post("/company/", {**SETTINGS, **bad})
    assert (page.status_code, errors(page)) == (422, said)
    assert 'value="1 Main St"' in page.content.decode()
    assert Client.objects.get().name == admin.client.name


def test_nobody_sets_the_fee_or_the_currency_on_the_page() -> None:
    admin = member()
    browser(admin.user).post("/company/", {**SETTINGS, "fee_bps": "0", "currency": "JPY"})
    admin.client.refresh_from_db()
    assert (admin.client.fee_bps, admin.client.currency) == (1000, "USD")


def test_founding_a_company_happens_once() -> None:
    user = person()
    data = {"name": "Acme", "time_zone": "UTC", "country": "US"}
    assert browser(user).post("/start/company/", data)["Location"] == "/"
    user.refresh_from_db()
    assert (user.hat, user.memberships.get().role) == ("client", "administrator")
    assert browser(user).post("/start/company/", data)["Location"] == "/company/"
    assert Client.objects.count() == 1


def test_customers_and_projects() -> None:
    mine = browser(member().user)
    assert (
        mine.post("/customers/new/", {"name": " Blue  Harbor ", "is_active": "on"})["Location"]
        == "/customers/"
    )
    row = Customer.objects.get()
    assert row.name == "Blue Harbor"
    assert errors(mine.post("/customers/new/", {"name": "blue harbor"})) == {
        "name": ["You have a customer of this name"]
    }
    path = f"/customers/{row.pk}/projects/new/"
    assert mine.post(path, {"name": "Wi-Fi", "is_active": "on"})["Location"] == f"/customers/{row.pk}/"
    assert errors(mine.post(path, {"name": "wi-fi"})) == {
        "name": ["This customer has a project of this name"]
    }
    project = Project.objects.get()
    mine.post(f"/customers/{row.pk}/projects/{project.pk}/", {"name": "Wi-Fi 2"})
    project.refresh_from_db()
    assert (project.name, project.is_active) == ("Wi-Fi 2", False)
    assert "Wi-Fi 2" in mine.get("/customers/").content.decode()


def test_a_location_takes_zone_state_and_coordinates_from_its_postcode() -> None:
    mine = browser(member().user)
    assert mine.post("/locations/new/", {**SITE, "postcode": "79901"})["Location"] == "/locations/"
    row = Location.objects.get()
    assert (row.region, row.time_zone) == ("TX", "America/Denver")
    assert row.lat == pytest.approx(31.76, abs=0.1)
    assert errors(mine.post("/locations/new/", SITE)) == {
        "name": ["You have a location of this name and number. Give it another number"]
    }
    assert mine.post("/locations/new/", {**SITE, "number": "2", "lat": "1.5", "lon": "-2"}).status_code == 302
    assert list(Location.objects.filter(number="2").values_list("lat", "lon")) == [(1.5, -2.0)]
    assert "Store 1" in mine.get("/locations/", {"q": "799"}).content.decode()
    assert "No locations match" in mine.get("/locations/", {"q": "zzz"}).content.decode()


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"postcode": "x"}, {"postcode": ["Enter a US postcode of five digits, for example 43215"]}),
        ({"country": "DE"}, {"time_zone": ["Choose the time zone of this location"]}),
        ({"lat": "91", "lon": "0"}, {"lat": ["Ensure this value is less than or equal to 90."]}),
        ({"lat": "north", "lon": "0"}, {"lat": ["Enter degrees as a number, for example 39.9612"]}),
        ({"lat": "nan", "lon": "0"}, {"lat": ["Enter degrees as a number, for example 39.9612"]}),
        ({"lat": "40"}, {"lon": ["Enter both latitude and longitude, or neither"]}),
        (
            {"contact_email": "x"},
            {"contact_email": ["Enter an e-mail address, for example name@example.com"]},
        ),
        ({"street": ""}, {"street": ["Enter street address"]}),
    ],
)
def test_bad_locations(bad: dict[str, str], said: dict[str, list[str]]) -> None:
    page = browser(member().user).post("/locations/new/", {**SITE, **bad})
    assert (page.status_code, errors(page)) == (422, said)
    assert 'value="Columbus"' in page.content.decode()
    assert Location.objects.count() == 0


def test_a_foreign_customer_is_no_choice() -> None:
    admin, foreign = member(), CustomerFactory()
    page = browser(admin.user).post("/locations/new/", {**SITE, "customer": str(foreign.pk)})
    assert errors(page) == {"customer": ["Choose one of the options for customer"]}
    own = LocationFactory(client=admin.client)
    with pytest.raises(Invalid):
        book.save_location(
            admin.client_id,
            own.pk,
            actor=admin.user,
            values={"name": "n", "number": "", "customer_id": foreign.pk},
        )


def test_an_admin_sets_the_terms_limit_once_for_a_doubled_click() -> None:
    admin = member()
    staff = browser(confirmed(StaffFactory()))
    path = f"/admin/clients/client/{admin.client_id}/terms/"
    assert staff.get(path).status_code == 200
    for _ in range(2):
        answer = staff.post(path, {"limit": "20000", "serial": "0"})
        assert answer["Location"] == f"/admin/clients/client/{admin.client_id}/change/"
    assert available(admin.client_id, "USD").terms == Money(2_000_000, "USD")
    assert Entry.objects.filter(kind="client.terms_set").count() == 1
    assert list(Notice.objects.values_list("user_id", "kind")) == [(admin.user_id, "client.terms_set")]
    assert LogEntry.objects.filter(change_message="Terms limit set to $20,000.00.").exists()
    assert staff.post(path, {"limit": "-1", "serial": "1"}).status_code == 200
    assert available(admin.client_id, "USD").terms == Money(2_000_000, "USD")


def test_the_admin_pages_open_and_keep_their_doors() -> None:
    row = member()
    staff = browser(confirmed(StaffFactory()))
    for path in ("clients/client/", f"clients/client/{row.client_id}/change/", "clients/member/", "workers/worker/",
                 f"workers/worker/{worker().pk}/change/", "accounts/user/", f"accounts/user/{row.user_id}/change/",
                 f"clients/client/{row.client_id}/history/"):  # fmt: skip
        assert staff.get(f"/admin/{path}").status_code == 200, path
    helper = browser(confirmed(StaffFactory(is_superuser=False)))
    assert helper.get(f"/admin/clients/client/{row.client_id}/terms/").status_code == 403
    assert staff.get("/admin/accounts/user/add/").status_code == 403


@pytest.mark.parametrize(("typed", "kept"), [("", None), ("1", 1), ("30", 30)])
def test_the_days_of_silence_are_kept_told_and_shown_to_workers(typed: str, kept: int | None) -> None:
    admin = member()
    client = admin.client
    Client.objects.update(auto_approve_days=5)
    browser(admin.user).post("/company/", {**SETTINGS, "auto_approve_days": typed})
    client.refresh_from_db()
    assert client.auto_approve_days == kept
    assert Entry.objects.get(kind="client.changed").facts["changes"]["auto_approve_days"] == {
        "old": 5,
        "new": kept,
    }
    said = {None: "approved by people only", 1: "after 1 day<", 30: "after 30 days<"}[kept]
    assert said in browser(admin.user).get(f"/companies/{client.pk}/").content.decode()


@pytest.mark.parametrize("typed", ["0", "31", "-1", "2.5", "soon"])
def test_days_of_silence_outside_of_1_to_30_are_refused(typed: str) -> None:
    admin = member()
    page = browser(admin.user).post("/company/", {**SETTINGS, "auto_approve_days": typed})
    assert (page.status_code, Client.objects.get().auto_approve_days) == (422, None)
    assert f'value="{typed}"' in page.content.decode()
