"""The worker's pages over HTTP: what they show, what they keep back, what a post changes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import QueryDict
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from assignments import search
from assignments.actions import assigning, closeout, deliverables, holds, money, sourcing
from assignments.actions.drafting import Asked, Content, Wanted
from assignments.actions.money import Ask
from assignments.actions.sourcing import Offer
from assignments.models import (
    Application,
    Assignment,
    CheckIn,
    CustomValue,
    Deliverable,
    Invitation,
    MoneyRequest,
    Rating,
)
from assignments.states import ApplicationState, State
from assignments.templatetags import home_onsite
from clients.models import Client, CompanyCard
from common import clock, keyset
from common.money import Money
from tests import factories as make
from workers.models import Worker

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def client_company() -> Client:
    return make.company("Northwind", cash=50_000_000, terms=50_000_000)


@pytest.fixture
def owner(client_company: Client) -> Any:
    return make.member(client_company, "Priya Owner")


@pytest.fixture
def dana() -> Worker:
    return make.worker("Dana Ruiz")


@pytest.fixture
def other() -> Worker:
    return make.worker("Marcus Obi")


@pytest.fixture
def browse() -> Callable[[Worker], Browser]:
    def signed_in(worker: Worker) -> Browser:
        browser = Browser()
        browser.force_login(worker.user)
        return browser

    return signed_in


@pytest.fixture
def phone(browse: Callable[[Worker], Browser], dana: Worker) -> Browser:
    return browse(dana)


def text(response: Any) -> str:
    return response.content.decode()


def place(row: Assignment, lat: float | None, lon: float | None = -73.75) -> Assignment:
    Assignment.objects.filter(pk=row.pk).update(area_lat=lat, area_lon=lon)
    row.refresh_from_db()
    search.keep(row, clock.now())
    return row


def queries_of(browser: Browser, path: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert browser.get(path).status_code == 200
    return len(found)


class TestOnlyWorkers:
    PAGES = ("/home/", "/find-work/", "/work/", "/schedule/")

    @pytest.mark.parametrize("path", PAGES)
    def test_visitors_sign_in_first(self, path: str) -> None:
        response = Browser().get(path)
        assert response.status_code == 302
        assert "/accounts/login/" in response["Location"]

    @pytest.mark.parametrize("path", PAGES)
    def test_people_without_a_worker_side_get_a_sentence(self, path: str, owner: Any) -> None:
        browser = Browser()
        browser.force_login(owner)
        response = browser.get(path)
        assert response.status_code == 403
        assert "This page is for workers" in text(response)


class TestFindWork:
    def test_shows_the_offer_and_nothing_private(
        self, phone: Browser, owner: Any, client_company: Client
    ) -> None:
        CompanyCard.objects.create(
            client=client_company, approvals=4, average_approval_minutes=2880, median_approval_minutes=2880
        )
        row = make.assignment_in(
            State.SENT,
            owner=owner,
            fastfunds_eligible=True,
            site={"contact_email": "sam@site.example", "instructions": "Back door"},
            content=Content(skills=["Cabling"]),
        )
        place(row, 42.79)
        page = text(phone.get("/find-work/"))
        for shown in (
            "Replace two switches", "Northwind", "approves in 2 days", "Albany, NY", "9.7 mi",
            "Thu, Dec 3, 7:00 AM EST", "$350.00", "Paid 30 days after approval", "FastFunds Eligible", "Cabling",
        ):  # fmt: skip
            assert shown in page, shown
        for hidden in (
            "12 State Street", "Sam Site", "518 555", "sam@site.example", "Back door", "key at the desk", "$385.00",
            "$35.00", "Priya Owner",
        ):  # fmt: skip
            assert hidden not in page, hidden

    def test_distance_counts_from_home_and_remote_work_is_near(self, phone: Browser, owner: Any) -> None:
        place(make.assignment_in(State.SENT, owner=owner, title="Close by"), 42.66)
        place(make.assignment_in(State.SENT, owner=owner, title="Far off"), 44.9)
        make.assignment_in(State.SENT, owner=owner, title="On a screen", is_virtual=True)
        page = text(phone.get("/find-work/?within=50"))
        assert ("Close by" in page, "On a screen" in page, "Far off" in page) == (True, True, False)
        assert "Far off" in text(phone.get("/find-work/?within=any"))

    def test_an_empty_list_says_what_is_a_little_further(self, phone: Browser, owner: Any) -> None:
        place(make.assignment_in(State.SENT, owner=owner), 43.5)
        page = text(phone.get("/find-work/?within=25"))
        assert "Nothing within 25 mi" in page
        assert "1 within 100 mi" in page
        assert 'href="?within=100"' in page

    def test_an_empty_list_by_filter_offers_to_clear_them(self, phone: Browser, owner: Any) -> None:
        place(make.assignment_in(State.SENT, owner=owner), 42.66)
        page = text(phone.get("/find-work/?q=elephant&within=any"))
        assert "No work matches" in page
        assert "Clear filters" in page

    def test_nothing_at_all(self, phone: Browser) -> None:
        assert "No open work now" in text(phone.get("/find-work/"))

    @pytest.mark.parametrize(
        ("query", "titles"),
        [
            ("sort=soonest", ["Soon", "Later", "Rich"]),
            ("sort=nearest", ["Rich", "Soon", "Later"]),
            ("sort=pay", ["Rich", "Later", "Soon"]),
            ("pay=200", ["Later", "Rich"]),
            ("q=lat", ["Later"]),
            ("from_day=2026-12-04", ["Later", "Rich"]),
            ("to_day=2026-12-03", ["Soon"]),
            ("kind=window", ["Rich"]),
            ("qualified=on", ["Soon", "Later"]),
        ],
    )
    def test_filters_and_orders(
        self, phone: Browser, dana: Worker, owner: Any, query: str, titles: list[str]
    ) -> None:
        now = clock.now()
        wanted = Content(skills=["Lifts"])
        place(make.assignment_in(State.SENT, owner=owner, title="Soon", price_minor=10_000), 42.8)
        place(
            make.assignment_in(
                State.SENT, owner=owner, title="Later", price_minor=20_000, start_at=now + timedelta(days=4)
            ),
            43.0,
        )
        rich = make.assignment_in(
            State.SENT,
            owner=owner,
            title="Rich",
            pricing_type="hourly",
            price_minor=10_000,
            max_minutes=300,
            start_at=now + timedelta(days=5),
            schedule_kind="window",
            window_end_at=now + timedelta(days=5, hours=4),
            content=wanted,
        )
        place(rich, 42.66)
        page = text(phone.get(f"/find-work/?within=any&{query}"))
        found = sorted((page.find(f">{title}</a>"), title) for title in ("Soon", "Later", "Rich"))
        assert [title for at, title in found if at >= 0] == titles

    def test_own_companies_work_and_taken_work_are_not_there(
        self, phone: Browser, dana: Worker, other: Worker, owner: Any
    ) -> None:
        make.assignment_in(State.ASSIGNED, owner=owner, by=other, title="Taken")
        make.MemberFactory(client=make.company("My own"), user=dana.user)
        make.assignment_in(State.SENT, owner=dana.user, title="Of my own company")
        page = text(phone.get("/find-work/?within=any"))
        assert ("Taken" in page, "Of my own company" in page) == (False, False)


class TestApply:
    def test_the_page_says_what_is_agreed(self, phone: Browser, owner: Any) -> None:
        row = make.assignment_in(State.SENT, owner=owner, fastfunds_eligible=True)
        page = text(phone.get(f"/assignments/{row.pk}/apply/"))
        assert "You receive at most" in page
        assert "$350.00" in page
        assert "for a fee of" in page
        assert "$26.25" in page
        assert "$385.00" not in page

    def test_one_post_is_one_application_and_a_second_changes_it(
        self, phone: Browser, dana: Worker, owner: Any
    ) -> None:
        row = make.assignment_in(State.SENT, owner=owner)
        for reason in ("I live near", "I live very near"):
            response = phone.post(f"/assignments/{row.pk}/apply/", {"reason": reason})
            assert response.status_code == 302
        mine = Application.objects.get(assignment=row, worker=dana)
        assert (mine.state, mine.is_counteroffer, mine.reason) == ("pending", False, "I live very near")

    def test_a_slow_company_asks_for_a_tick(
        self, phone: Browser, dana: Worker, owner: Any, client_company: Client
    ) -> None:
        CompanyCard.objects.create(
            client=client_company,
            approvals=8,
            average_approval_minutes=5 * 1440,
            median_approval_minutes=4 * 1440,
            payments=3,
            median_payment_minutes=34 * 1440,
            average_days_past_due=4.2,
        )
        row = make.assignment_in(State.SENT, owner=owner)
        path = f"/assignments/{row.pk}/apply/"
        page = text(phone.get(path))
        assert "It takes 5 days on average to approve finished work." in page
        assert "It pays 4 days after the due date on average." in page
        refused = phone.post(path, {"reason": "typed"})
        assert refused.status_code == 422
        assert ("typed" in text(refused), "Error: " in text(refused)) == (True, True)
        assert not Application.objects.exists()
        assert phone.post(path, {"reason": "", "understood": "on"}).status_code == 302
        assert Application.objects.filter(worker=dana).count() == 1

    def test_an_overlap_is_named(self, phone: Browser, dana: Worker, owner: Any) -> None:
        booked = make.assignment_in(State.ASSIGNED, owner=owner, by=dana, title="Booked already")
        row = make.assignment_in(State.SENT, owner=owner)
        page = text(phone.get(f"/assignments/{row.pk}/apply/"))
        assert "You are booked at that time." in page
        assert f"/assignments/{booked.pk}/" in page

    def test_a_counteroffer_is_edited_on_its_own_page(self, phone: Browser, dana: Worker, owner: Any) -> None:
        row = make.assignment_in(State.SENT, owner=owner)
        sourcing.apply(row.pk, Offer(expenses_minor=900), actor=dana.user)
        response = phone.get(f"/assignments/{row.pk}/apply/")
        assert response["Location"] == f"/assignments/{row.pk}/counteroffer/"

    def test_work_that_is_gone_answers_calmly(
        self, phone: Browser, dana: Worker, other: Worker, owner: Any
    ) -> None:
        row = make.assignment_in(State.ASSIGNED, owner=owner, by=other)
        assert phone.get(f"/assignments/{row.pk}/apply/").status_code in (404, 409)
        assert phone.post(f"/assignments/{row.pk}/apply/", {"reason": ""}).status_code in (404, 409)
        assert not Application.objects.filter(worker=dana).exists()


class TestCounteroffer:
    TYPED = {  # noqa: RUF012 (read only)
        "pricing_type": "hourly",
        "price_minor": "50",
        "max_minutes": "3",
        "expenses": "20",
        "start_at": "2026-12-03T10:00",
        "expires_at": "2026-12-02T12:00",
        "reason": "Two people",
    }

    def test_changes_price_kind_date_and_expiry(self, phone: Browser, dana: Worker, owner: Any) -> None:
        row = make.assignment_in(State.SENT, owner=owner)
        assert phone.post(f"/assignments/{row.pk}/counteroffer/", self.TYPED).status_code == 302
        mine = Application.objects.get(assignment=row, worker=dana)
        assert mine.is_counteroffer
        assert (mine.terms.pricing_type, mine.asks) == ("hourly", Money(17_000, "USD"))
        assert mine.start_at == datetime(2026, 12, 3, 15, 0, tzinfo=UTC)
        assert mine.expires_at == datetime(2026, 12, 2, 17, 0, tzinfo=UTC)

    def test_calculate_answers_and_saves_nothing(self, phone: Browser, owner: Any) -> None:
        row = make.assignment_in(State.SENT, owner=owner)
        path = f"/assignments/{row.pk}/counteroffer/"
        whole = phone.post(path, {**self.TYPED, "calculate": "1"})
        assert whole.status_code == 200
        assert "$170.00" in text(whole)
        assert 'value="2026-12-03T10:00"' in text(whole)
        part = phone.post(path, {**self.TYPED, "calculate": "1"}, headers={"HX-Request": "true"})
        assert "$170.00" in text(part)
        assert "<html" not in text(part)
        live = phone.post(path, self.TYPED, headers={"HX-Request": "true"})
        assert "$170.00" in text(live)
        kind = phone.post(path, {"pricing_type": "unit", "calculate": "type"}, headers={"HX-Request": "true"})
        assert "Most units paid" in text(kind)
        unread = phone.post(path, {"price_minor": "much", "calculate": "1"}, headers={"HX-Request": "true"})
        assert "Enter the price" in text(unread)
        assert not Application.objects.exists()

    def test_errors_stand_at_their_fields_and_keep_what_was_typed(self, phone: Browser, owner: Any) -> None:
        row = make.assignment_in(State.SENT, owner=owner)
        path = f"/assignments/{row.pk}/counteroffer/"
        response = phone.post(path, {**self.TYPED, "price_minor": "lots", "start_at": "2020-01-01T09:00"})
        assert response.status_code == 422
        assert 'value="lots"' in text(response)
        assert response.context["form"].errors.keys() == {"price_minor"}
        late = phone.post(path, {**self.TYPED, "start_at": "2020-01-01T09:00"})
        assert late.status_code == 422
        assert late.context["form"].errors == {"start_at": ["Enter a start time after now."]}

    def test_a_price_that_is_not_negotiable_is_not_asked(
        self, phone: Browser, dana: Worker, owner: Any
    ) -> None:
        row = make.assignment_in(State.SENT, owner=owner, non_negotiable=True)
        path = f"/assignments/{row.pk}/counteroffer/"
        assert 'name="price_minor"' not in text(phone.get(path))
        assert phone.post(path, {"start_at": "2026-12-03T10:00", "price_minor": "900"}).status_code == 302
        assert Application.objects.get(worker=dana).terms == row.terms


class TestBeforeAssignment:
    def test_withdraw(self, phone: Browser, dana: Worker, owner: Any) -> None:
        row = make.assignment_in(State.SENT, owner=owner, applicants=(dana,))
        path = f"/assignments/{row.pk}/withdraw/"
        assert phone.get(path).status_code == 200
        assert phone.post(path).status_code == 302
        assert Application.objects.get(worker=dana).state == ApplicationState.WITHDRAWN
        assert phone.post(path).status_code in (302, 409)

    def test_decline_an_invitation(self, phone: Browser, dana: Worker, owner: Any) -> None:
        row = make.assignment_in(State.SENT, owner=owner, invite=(dana,), is_marketplace=False)
        assert "Replace two switches" in text(phone.get("/work/?stage=invited"))
        response = phone.post(f"/assignments/{row.pk}/decline-invitation/", follow=True)
        assert response.status_code == 200
        assert Invitation.objects.get(worker=dana).declined_at is not None
        assert "Replace two switches" not in text(phone.get("/work/?stage=invited"))


WANTED = [Wanted("Photos after", "photo", 2), Wanted("Report", "document", 1)]
ASKED = [Asked("Serial", "text"), Asked("Side", "choice", ["Left", "Right"])]


@pytest.fixture
def booked(owner: Any, dana: Worker) -> Assignment:
    return make.assignment_in(State.ASSIGNED, owner=owner, by=dana, start_at=clock.now() + timedelta(hours=3))


@pytest.fixture
def running(owner: Any, dana: Worker) -> Assignment:
    return make.assignment_in(
        State.IN_PROGRESS, owner=owner, by=dana, content=Content(wanted=WANTED, asked=ASKED), confirm_hours=24
    )


class TestVisit:
    def page(self, browser: Browser, row: Assignment) -> str:
        response = browser.get(f"/assignments/{row.pk}/visit/")
        assert response.status_code == 200
        return text(response)

    def test_before_it_tells_where_when_and_whom(self, phone: Browser, booked: Assignment) -> None:
        page = self.page(phone, booked)
        for shown in (
            "12 State Street", "Sam Site", "tel:+1 518 555 0100", "Hard start: Tue, Dec 1, 10:00 AM EST.",
            "On time from 9:30 AM to 10:15 AM.", "Check in", "key at the desk",
        ):  # fmt: skip
            assert shown in page, shown
        assert page.count("btn big primary") == 1

    def test_too_early_says_when_it_opens(self, phone: Browser, owner: Any, dana: Worker) -> None:
        row = make.assignment_in(State.ASSIGNED, owner=owner, by=dana)
        page = self.page(phone, row)
        assert "Check-in opens" in page
        assert f'action="/assignments/{row.pk}/check-in/"' not in page

    def test_check_in_with_a_position_and_check_out_without(self, phone: Browser, booked: Assignment) -> None:
        position = {"lat": "42.65", "lon": "-73.75", "accuracy": "12"}
        response = phone.post(f"/assignments/{booked.pk}/check-in/", position)
        assert response["Location"] == f"/assignments/{booked.pk}/visit/"
        booked.refresh_from_db()
        visit = CheckIn.objects.get(assignment=booked)
        assert (booked.state, visit.in_lat, visit.in_accuracy_m) == (State.IN_PROGRESS, 42.65, 12)
        assert "Check out" in self.page(phone, booked)
        with clock.moved(clock.now() + timedelta(minutes=84)):
            page = self.page(phone, booked)
            assert "1 h 24 min" in page
            assert "On time" in page
            assert (
                phone.post(f"/assignments/{booked.pk}/check-out/", {"lat": "", "lon": ""}).status_code == 302
            )
            assert phone.post(f"/assignments/{booked.pk}/check-out/").status_code in (302, 409)
        visit.refresh_from_db()
        assert (visit.out_lat, visit.out_at - visit.in_at) == (None, timedelta(minutes=84))
        assert "Submit for approval" in self.page(phone, booked)

    def test_a_doubled_check_in_is_calm(self, phone: Browser, booked: Assignment) -> None:
        assert phone.post(f"/assignments/{booked.pk}/check-in/").status_code == 302
        assert phone.post(f"/assignments/{booked.pk}/check-in/").status_code in (302, 409)
        assert CheckIn.objects.filter(assignment=booked).count() == 1

    def test_the_closeout_names_each_step(self, phone: Browser, running: Assignment) -> None:
        page = self.page(phone, running)
        assert "2 of 6" in page
        assert "4 left" in page
        assert "0 of 2" in page
        assert f'href="/assignments/{running.pk}/submit/"' in page
        assert page.count("btn big primary") == 1
        for requirement in running.requirements.all():
            assert f"/assignments/{running.pk}/deliver/{requirement.pk}/" in page

    def test_sent_back_shows_the_reason_and_the_files(self, phone: Browser, owner: Any, dana: Worker) -> None:
        row = make.assignment_in(
            State.PENDING_APPROVAL, owner=owner, by=dana, content=Content(wanted=WANTED, asked=ASKED)
        )
        file = Deliverable.objects.filter(assignment=row).first()
        assert file is not None
        deliverables.reject_deliverable(row.pk, file.pk, actor=owner, reason="Blurred, take it again")
        closeout.send_back(row.pk, actor=owner, reason="Labels are missing")
        page = self.page(phone, row)
        assert "The client is not satisfied yet" in page
        assert "Labels are missing" in page
        assert "Blurred, take it again" in page

    def test_on_hold_nothing_can_be_done_but_read(
        self, phone: Browser, owner: Any, running: Assignment
    ) -> None:
        holds.hold(running.pk, actor=owner, reason="site_not_ready", note="The rack is missing.")
        page = self.page(phone, running)
        assert "Site not ready" in page
        assert "The rack is missing." in page
        assert "Submitting waits until the hold is over." in page
        for path in ("check-in", "check-out", "submit", "deliver", "fields"):
            assert f'href="/assignments/{running.pk}/{path}/' not in page
            assert f'action="/assignments/{running.pk}/{path}/' not in page
        start = clock.now() + timedelta(days=3)
        holds.remove_hold(running.pk, actor=owner, schedule=("fixed", start, None))
        page = self.page(phone, running)
        assert f'href="/assignments/{running.pk}/requests/"' in page
        assert "Fri, Dec 4, 7:00 AM EST" in page

    def test_only_for_the_assigned_worker_and_only_while_there_is_site_work(
        self, phone: Browser, browse: Any, other: Worker, owner: Any, running: Assignment, dana: Worker
    ) -> None:
        client = Browser()
        client.force_login(owner)
        assert client.get(f"/assignments/{running.pk}/visit/").status_code == 403
        assert browse(other).get(f"/assignments/{running.pk}/visit/").status_code == 404
        open_row = make.assignment_in(State.SENT, owner=owner)
        assert phone.get(f"/assignments/{open_row.pk}/visit/")["Location"] == f"/assignments/{open_row.pk}/"
        done = make.assignment_in(
            State.PENDING_APPROVAL, owner=owner, by=dana, start_at=clock.now() - timedelta(hours=9)
        )
        assert phone.get(f"/assignments/{done.pk}/visit/")["Location"] == f"/assignments/{done.pk}/"

    def test_photos_may_be_previewed_only_here(self, phone: Browser, running: Assignment) -> None:
        here = phone.get(f"/assignments/{running.pk}/visit/")["Content-Security-Policy"]
        there = phone.get("/home/")["Content-Security-Policy"]
        assert ("blob:" in here, "blob:" in there) == (True, False)


class TestSiteVerbs:
    def test_confirm_picks_a_time_inside_the_window(self, phone: Browser, owner: Any, dana: Worker) -> None:
        row = make.assignment_in(
            State.ASSIGNED,
            owner=owner,
            by=dana,
            schedule_kind="window",
            start_at=datetime(2026, 12, 3, 14, tzinfo=UTC),
            window_end_at=datetime(2026, 12, 3, 18, tzinfo=UTC),
        )
        path = f"/assignments/{row.pk}/confirm/"
        assert 'value="2026-12-03T09:00"' in text(phone.get(path))
        outside = phone.post(path, {"start_at": "2026-12-03T14:00"})
        assert outside.status_code == 422
        assert outside.context["form"].errors == {"start_at": ["Choose a time inside the arrival window."]}
        assert phone.post(path, {"start_at": "2026-12-03T10:30"}).status_code == 302
        row.refresh_from_db()
        assert (row.start_at, row.confirmed_at) == (datetime(2026, 12, 3, 15, 30, tzinfo=UTC), clock.now())

    def test_a_visit_is_corrected_on_the_clocks_at_the_site(
        self, phone: Browser, running: Assignment
    ) -> None:
        visit = CheckIn.objects.get(assignment=running)
        path = f"/assignments/{running.pk}/visits/{visit.pk}/edit/"
        assert 'value="2026-12-01T05:00"' in text(phone.get(path))
        wrong = phone.post(
            path, {"in_at": "2026-12-01T06:30", "out_at": "2026-12-01T06:00", "reason": "Typo"}
        )
        assert wrong.status_code == 422
        assert wrong.context["form"].errors == {"out_at": ["Enter a check-out after the check-in."]}
        right = {"in_at": "2026-12-01T05:10", "out_at": "2026-12-01T06:00", "reason": "Typo"}
        assert phone.post(path, right).status_code == 302
        visit.refresh_from_db()
        assert (visit.in_at.hour, visit.in_at.minute, visit.is_edited) == (10, 10, True)
        assert phone.get(f"/assignments/{running.pk}/visits/{visit.pk + 99}/edit/").status_code == 404

    def test_files_stand_each_for_itself(self, phone: Browser, running: Assignment) -> None:
        photos = running.requirements.get(title="Photos after")
        path = f"/assignments/{running.pk}/deliver/{photos.pk}/"
        assert phone.get(path).status_code == 200
        nothing = phone.post(path)
        assert nothing.status_code == 422
        assert "Choose at least one file." in text(nothing)
        mixed = phone.post(
            path, {"files": [make.picture("a"), SimpleUploadedFile("b.png", b""), make.picture("c")]}
        )
        assert mixed.status_code == 422
        page = text(mixed)
        assert "1 of 3 files could not be added." in page
        assert "The file is empty." in page
        assert "Added: a.png, c.png" in page
        assert Deliverable.objects.filter(requirement=photos).count() == 2
        done = phone.post(path, {"camera": make.picture("d")}, follow=True)
        assert "Files added." in text(done)

    def test_a_file_is_taken_back(self, phone: Browser, dana: Worker, running: Assignment) -> None:
        photos = running.requirements.get(title="Photos after")
        file = make.deliver(running, photos, dana.user)
        path = f"/assignments/{running.pk}/deliverables/{file.pk}/remove/"
        assert file.name in text(phone.get(path))
        assert phone.post(path).status_code == 302
        file.refresh_from_db()
        assert file.removed_at is not None
        assert phone.post(path).status_code in (302, 404, 409)

    def test_the_clients_fields(self, phone: Browser, running: Assignment) -> None:
        serial, side = running.custom_fields.all()
        path = f"/assignments/{running.pk}/fields/"
        missing = phone.post(path, {f"custom_{serial.pk}": "", f"custom_{side.pk}": "Top"})
        assert missing.status_code == 422
        assert missing.context["form"].errors.keys() == {f"custom_{serial.pk}", f"custom_{side.pk}"}
        assert (
            phone.post(path, {f"custom_{serial.pk}": "SN-9", f"custom_{side.pk}": "Left"}).status_code == 302
        )
        given = CustomValue.objects.filter(engagement=running.engagement).values_list("field_id", "value")
        assert dict(given) == {serial.pk: "SN-9", side.pk: "Left"}
        assert 'value="SN-9"' in text(phone.get(path))

    def test_no_fields_no_page(self, phone: Browser, booked: Assignment) -> None:
        assert phone.get(f"/assignments/{booked.pk}/fields/").status_code == 404


class TestSubmit:
    def ready(self, owner: Any, dana: Worker, **columns: Any) -> Assignment:
        row = make.assignment_in(State.IN_PROGRESS, owner=owner, by=dana, **columns)
        with clock.moved(clock.now() - timedelta(minutes=30)):
            make.visits.check_out(row.pk, actor=dana.user)
        return row

    def test_what_is_left_stands_there_instead_of_the_button(
        self, phone: Browser, running: Assignment
    ) -> None:
        page = text(phone.get(f"/assignments/{running.pk}/submit/"))
        assert "4 left before you can submit." in page
        assert 'class="btn primary"' not in page
        refused = phone.post(f"/assignments/{running.pk}/submit/", {"resolution": "All done"})
        assert refused.status_code == 422
        assert "4 left to do" in text(refused)
        assert "All done" in text(refused)

    def test_hours_pay_and_submission(self, phone: Browser, owner: Any, dana: Worker) -> None:
        row = self.ready(owner, dana, pricing_type="hourly", price_minor=4_500, max_minutes=180)
        page = text(phone.get(f"/assignments/{row.pk}/submit/"))
        assert "1 h 30 min of 3 h allowed" in page
        assert "$67.50" in page
        assert phone.post(f"/assignments/{row.pk}/submit/", {"resolution": "All done"}).status_code == 302
        row.refresh_from_db()
        assert (row.state, closeout.final_pay(row)) == (State.PENDING_APPROVAL, Money(6_750, "USD"))
        assert phone.post(f"/assignments/{row.pk}/submit/", {"resolution": "All done"}).status_code in (
            302,
            409,
        )

    def test_units_are_computed_on_asking(self, phone: Browser, owner: Any, dana: Worker) -> None:
        row = self.ready(owner, dana, pricing_type="unit", price_minor=1_200, max_units=40)
        path = f"/assignments/{row.pk}/submit/"
        typed = {"units_done": "10", "reduced_minor": "100", "calculate": "1"}
        assert "$100.00" in text(phone.post(path, typed))
        assert "$120.00" in text(phone.post(path, typed, headers={"HX-Request": "true"}))
        too_many = phone.post(path, {"resolution": "Done", "units_done": "41"})
        assert too_many.status_code == 422
        assert too_many.context["form"].errors.keys() == {"units_done"}
        raised = phone.post(path, {"resolution": "Done", "units_done": "10", "reduced_minor": "500"})
        assert raised.context["form"].errors.keys() == {"reduced_minor"}
        row.refresh_from_db()
        assert (row.state, row.units_done) == (State.IN_PROGRESS, 0)
        assert phone.post(path, {"resolution": "Done", "units_done": "10"}).status_code == 302

    def test_hours_over_the_cap_lead_to_a_request(self, phone: Browser, owner: Any, dana: Worker) -> None:
        row = self.ready(owner, dana, pricing_type="hourly", price_minor=4_500, max_minutes=60)
        page = text(phone.get(f"/assignments/{row.pk}/submit/"))
        assert f"/assignments/{row.pk}/request/increase/" in page
        assert "Hours within the budget" in page


class TestRequests:
    def test_an_expense_with_its_receipt(self, phone: Browser, running: Assignment) -> None:
        path = f"/assignments/{running.pk}/request/expense/"
        bad = phone.post(
            path, {"amount": "12.30", "reason": "Parking", "receipt": SimpleUploadedFile("r.png", b"")}
        )
        assert bad.status_code == 422
        assert bad.context["form"].errors.keys() == {"receipt"}
        good = {"amount": "12.30", "reason": "Parking", "receipt": make.picture("receipt")}
        assert phone.post(path, good).status_code == 302
        asked = MoneyRequest.objects.get(assignment=running)
        assert (asked.amount_minor, asked.kind, asked.receipt_name) == (1_230, "expense", "receipt.png")
        assert "is open already" in text(phone.get(path))
        assert phone.post(path, {"amount": "5", "reason": "More"}).status_code in (302, 409)
        assert MoneyRequest.objects.count() == 1

    def test_withdraw_a_request(self, phone: Browser, dana: Worker, running: Assignment) -> None:
        asked = money.request_money(
            running.pk, Ask("bonus", "Night work", amount_minor=5_000), actor=dana.user
        )
        path = f"/assignments/{running.pk}/money/{asked.pk}/withdraw/"
        assert "$50.00" in text(phone.get(path))
        assert phone.post(path).status_code == 302
        asked.refresh_from_db()
        assert asked.state == "withdrawn"
        assert phone.get(f"/assignments/{running.pk}/money/{asked.pk + 9}/withdraw/").status_code == 404

    def test_an_unknown_kind_is_no_page(self, phone: Browser, running: Assignment) -> None:
        assert phone.get(f"/assignments/{running.pk}/request/holiday/").status_code == 404

    def test_errors_at_the_field(self, phone: Browser, running: Assignment) -> None:
        response = phone.post(f"/assignments/{running.pk}/request/increase/", {"amount": "-5", "reason": ""})
        assert response.status_code == 422
        assert response.context["form"].errors.keys() == {"amount", "reason"}


class TestLeaving:
    @pytest.mark.parametrize(("hours", "words"), [(3, "late cancellation"), (40, "does not count as late")])
    def test_says_whether_it_counts_as_late(
        self, phone: Browser, owner: Any, dana: Worker, hours: int, words: str
    ) -> None:
        start = clock.now() + timedelta(hours=hours)
        row = make.assignment_in(State.ASSIGNED, owner=owner, by=dana, start_at=start)
        path = f"/assignments/{row.pk}/back-out/"
        assert words in text(phone.get(path))
        assert phone.post(path, {"reason": ""}).status_code == 422
        response = phone.post(path, {"reason": "ill", "note": "Flu"})
        assert response["Location"] == "/work/"
        row.refresh_from_db()
        assert (row.state, row.worker) == (State.SENT, None)
        page = text(phone.get("/work/?stage=former"))
        assert ("Replace two switches" in page, "Cancelled by the worker" in page) == (True, True)
        assert f"/assignments/{row.pk}/" not in page

    def test_rate_the_client(self, phone: Browser, owner: Any, dana: Worker) -> None:
        row = make.assignment_in(State.APPROVED, owner=owner, by=dana)
        path = f"/assignments/{row.pk}/rate-client/"
        assert phone.post(path, {"grade": "splendid"}).status_code == 422
        assert phone.post(path, {"grade": "excellent", "text": "Clear scope"}).status_code == 302
        rating = Rating.objects.get(assignment=row, side="worker")
        assert (rating.grade, rating.text) == ("excellent", "Clear scope")
        assert "Clear scope" in text(phone.get(path))


class TestMyWork:
    def test_each_stage_has_its_count_and_its_rows(self, phone: Browser, owner: Any, dana: Worker) -> None:
        make.assignment_in(State.ASSIGNED, owner=owner, by=dana, title="Booked one")
        make.assignment_in(State.SENT, owner=owner, applicants=(dana,), title="Applied one")
        make.assignment_in(State.PAID, owner=owner, by=dana, title="Paid one")
        make.assignment_in(State.SENT, owner=owner, invite=(dana,), title="Invited one")
        response = phone.get("/work/")
        counts = {tab.key: count for tab, count in response.context["tabs"]}
        assert {key: n for key, n in counts.items() if n} == {
            "assigned": "1", "applied": "1", "paid": "1", "invited": "1",
        }  # fmt: skip
        for stage in ("Booked", "Applied", "Paid", "Invited"):
            key = {"Booked": "assigned"}.get(stage, stage.lower())
            assert f"{stage} one" in text(phone.get(f"/work/?stage={key}"))

    def test_cancelled_work_is_one_line_without_a_link(
        self, phone: Browser, owner: Any, dana: Worker
    ) -> None:
        bare = make.assignment_in(State.CANCELLED, owner=owner, by=dana, title="Called off")
        page = text(phone.get("/work/?stage=cancelled"))
        assert "Called off" in page
        assert f'href="/assignments/{bare.pk}/' not in page
        assert "Albany" not in page
        assert "Northwind" not in page

    def test_cancelled_with_pay_opens(self, phone: Browser, owner: Any, dana: Worker) -> None:
        paid = make.assignment_in(State.CANCELLED, owner=owner, by=dana, pay=Money(5_000, "USD"))
        page = text(phone.get("/work/?stage=cancelled"))
        assert f'href="/assignments/{paid.pk}/"' in page
        assert "$50.00" in page

    def test_lost_work_is_one_line_without_a_link(
        self, phone: Browser, owner: Any, dana: Worker, other: Worker
    ) -> None:
        row = make.assignment_in(State.ASSIGNED, owner=owner, by=other, applicants=(dana,), title="Lost one")
        page = text(phone.get("/work/?stage=former"))
        assert ("Lost one" in page, "No longer available" in page) == (True, True)
        assert f"/assignments/{row.pk}/" not in page
        assert "Marcus" not in page

    def test_an_invitation_brings_former_work_back(
        self, phone: Browser, owner: Any, dana: Worker, other: Worker
    ) -> None:
        row = make.assignment_in(State.ASSIGNED, owner=owner, by=other, applicants=(dana,), title="Lost one")
        with clock.moved(clock.now() + timedelta(minutes=1)):
            assigning.unassign(row.pk, actor=owner, reason="other", note="Another date", original_budget=True)
            assert "Lost one" in text(phone.get("/work/?stage=former"))
            make.drafting.invite(row.pk, (dana,), actor=owner)
            assert "Lost one" not in text(phone.get("/work/?stage=former"))
            assert "Lost one" in text(phone.get("/work/?stage=invited"))

    def test_the_number_of_queries_does_not_grow(self, phone: Browser, owner: Any, dana: Worker) -> None:
        start = clock.now() + timedelta(days=3)
        for number in range(4):
            make.assignment_in(
                State.ASSIGNED, owner=owner, by=dana, start_at=start + timedelta(hours=3 * number)
            )
            make.assignment_in(State.SENT, owner=owner, applicants=(dana,))
            if number == 0:
                one = [queries_of(phone, f"/work/?stage={stage}") for stage in ("assigned", "applied")]
        assert [queries_of(phone, f"/work/?stage={stage}") for stage in ("assigned", "applied")] == one

    def test_an_unknown_stage_shows_the_usual_one(self, phone: Browser) -> None:
        assert phone.get("/work/?stage=holiday").status_code == 200


class TestSchedule:
    def test_days_times_and_overlaps(self, phone: Browser, owner: Any, dana: Worker) -> None:
        noon = datetime(2026, 12, 3, 17, tzinfo=UTC)
        first = make.assignment_in(State.ASSIGNED, owner=owner, by=dana, start_at=noon, title="First")
        second = make.assignment_in(
            State.ASSIGNED, owner=owner, by=dana, start_at=noon + timedelta(hours=4), title="Second"
        )
        Assignment.objects.filter(pk=second.pk).update(start_at=noon + timedelta(hours=1))
        page = text(phone.get("/schedule/"))
        assert "Thu, Dec 3" in page
        assert "12:00 PM EST" in page
        assert "until about 2:00 PM" in page
        assert f"A-{second.pk}" in page
        assert page.count("Overlaps") == 2
        assert "for you" not in page
        assert "First" not in text(phone.get("/schedule/?from=2026-12-04"))
        assert "First" in text(phone.get(f"/schedule/?from={first.start_at:%Y-%m-%d}"))

    def test_the_own_time_is_added_where_it_differs(self, phone: Browser, owner: Any, dana: Worker) -> None:
        dana.user.time_zone = "America/Los_Angeles"
        dana.user.save()
        start = datetime(2026, 12, 3, 6, tzinfo=UTC)
        make.assignment_in(State.ASSIGNED, owner=owner, by=dana, start_at=start)
        page = text(phone.get("/schedule/"))
        assert "1:00 AM EST" in page
        assert "Wed, Dec 2, 10:00 PM for you" in page

    @pytest.mark.parametrize("text_", ["", "soon", "0001-01-01", "9999-12-31"])
    def test_a_wrong_day_means_today(self, phone: Browser, text_: str) -> None:
        page = text(phone.get(f"/schedule/?from={text_}"))
        assert "Tue, Dec 1 to Mon, Dec 14" in page
        assert "No work booked" in page


class TestHome:
    def test_next_stop_and_what_waits(self, phone: Browser, owner: Any, dana: Worker) -> None:
        start = clock.now() + timedelta(hours=3)
        row = make.assignment_in(
            State.ASSIGNED,
            owner=owner,
            by=dana,
            start_at=start,
            confirm_hours=24,
            site={"lat": 42.6, "lon": -73.7},
        )
        invited = make.assignment_in(State.SENT, owner=owner, invite=(dana,), title="Invited one")
        asked = make.assignment_in(State.SENT, owner=owner, title="Asked one")
        question = sourcing.ask(asked.pk, "Is there a ladder?", actor=dana.user)
        sourcing.answer(asked.pk, question.pk, actor=owner, text="Yes", is_public=True)
        page = text(phone.get("/home/"))
        for shown in (
            "Next stop", "12 State Street", "tel:+1 518 555 0100", "42.6", "Confirm that you will come",
            "Invited one", "Your question was answered", f"/assignments/{row.pk}/visit/",
            f"/assignments/{invited.pk}/apply/", f"/assignments/{asked.pk}/questions/",
        ):  # fmt: skip
            assert shown in page, shown
        assert page.count("btn big primary") == 1

    def test_nothing_booked(self, phone: Browser) -> None:
        page = text(phone.get("/home/"))
        assert ("No work booked" in page, "Nothing needs you now." in page) == (True, True)

    def test_at_most_twelve_queries(self, phone: Browser, owner: Any, dana: Worker) -> None:
        start = clock.now() + timedelta(days=3)
        for number in range(4):
            make.assignment_in(
                State.ASSIGNED, owner=owner, by=dana, start_at=start + timedelta(hours=3 * number)
            )
            make.assignment_in(State.SENT, owner=owner, invite=(dana,))
        assert queries_of(phone, "/home/") <= 12


class TestKeyset:
    def test_walks_forward_and_back(self, owner: Any) -> None:
        start = clock.now() + timedelta(days=3)
        for number in range(5):
            make.assignment_in(State.SENT, owner=owner, title=str(number), start_at=start)
        rows = Assignment.objects.all()
        seen, params = [], QueryDict("")
        while True:
            part = keyset.page(rows, "start_at", params, size=2)
            seen.append([row.title for row in part.items])
            if not part.next:
                break
            params = QueryDict(mutable=True)
            params["page"] = part.next
        assert seen == [["0", "1"], ["2", "3"], ["4"]]
        params = QueryDict(mutable=True)
        params["page"] = part.previous
        back = keyset.page(rows, "start_at", params, size=2)
        assert [row.title for row in back.items] == ["2", "3"]
        falling = keyset.page(rows, "start_at", QueryDict(""), size=2, descending=True)
        assert [row.title for row in falling.items] == ["4", "3"]
        assert (falling.previous, bool(falling.next)) == ("", True)

    @pytest.mark.parametrize("text_", ["nonsense", "2026-12-01_5", "W10", "WyJhIiwiMjAyNi0xMi0wMSIsMV0", "_"])
    def test_a_wrong_cursor_is_the_first_page(self, owner: Any, text_: str) -> None:
        make.assignment_in(State.SENT, owner=owner)
        assert (
            len(keyset.page(Assignment.objects.all(), "start_at", QueryDict(f"page={text_}"), size=2).items)
            == 1
        )


def test_rooms_above_add_a_box_to_the_home(phone: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    boxes = [lambda worker: ("components/_empty.html", {"title": f"Money of {worker}"}), lambda worker: None]
    monkeypatch.setattr(home_onsite, "_boxes", boxes)
    assert "Money of Dana Ruiz" in text(phone.get("/home/"))
