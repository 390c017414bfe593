"""The client's pages over HTTP: what they show, to whom, what a post changes, and what stays when it is refused."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from assignments.actions import money, sourcing, talk
from assignments.actions.drafting import Asked, Content, Wanted
from assignments.actions.money import Ask
from assignments.actions.sourcing import Offer
from assignments.models import (
    Application,
    Assignment,
    Attachment,
    DeliverableRequirement,
    DraftInvitee,
    Follower,
    Invitation,
    MoneyRequest,
    Question,
    Rating,
    RescheduleRequest,
    Site,
)
from assignments.pricing import Terms
from assignments.states import ApplicationState, State
from clients.models import Client
from clients.roles import Role
from ledger.reserve import available
from tests import factories as make
from tests.assignments.drafts import DRAFT, SignIn, acme, at, owner, page, sign_in, typed, words
from timeline.models import Entry

__all__ = ["acme", "owner", "page", "sign_in"]
pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("frozen")]
KEY = "6f1c1f4e-6c2b-4a53-9c0c-2b7d0c3d1f00"


# --- who may open them ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/dashboard/", "/assignments/", "/assignments/new/"])
def test_pages_of_the_company_are_for_its_people(path: str, sign_in: SignIn) -> None:
    assert Browser().get(path).headers["Location"].startswith("/accounts/login/")
    assert sign_in(make.worker("Wanda Worker").user).get(path).status_code == 403


@pytest.mark.parametrize("role", [Role.VIEW_ONLY, Role.CONTROLLER])
def test_who_may_not_create_gets_no_form(role: str, acme: Client, sign_in: SignIn) -> None:
    reader = sign_in(make.member(acme, "Vera View", role))
    assert reader.get("/assignments/").status_code == 200
    assert reader.get("/assignments/new/").status_code == 403
    assert reader.post("/assignments/new/", DRAFT).status_code == 403
    assert Assignment.objects.count() == 0


def test_strangers_get_404_and_colleagues_without_the_right_403(
    owner: User, acme: Client, sign_in: SignIn
) -> None:
    row = make.assignment_in(State.SENT, owner=owner)
    paths = ["edit/", "invite/", "assign-directly/", "applications/", "copy/"]
    stranger = sign_in(make.member(make.company("Other"), "Otto Other"))
    assert {stranger.get(at(row, path)).status_code for path in paths} == {404}
    colleague = sign_in(make.member(acme, "Uma User", Role.USER))
    assert [colleague.get(at(row, path)).status_code for path in paths] == [403, 403, 403, 200, 200]


def test_a_worker_sees_no_applications(owner: User, sign_in: SignIn) -> None:
    applicant = make.worker("Adam Applicant")
    row = make.assignment_in(State.SENT, owner=owner, applicants=(applicant,))
    offer = Application.objects.get()
    own = sign_in(applicant.user)
    for path in ("applications/", f"applications/{offer.pk}/", f"applications/{offer.pk}/assign/"):
        assert own.get(at(row, path)).status_code in (403, 404)


# --- dashboard ------------------------------------------------------------------------------------------------------


def test_first_use_shows_the_first_steps(page: Browser) -> None:
    shown = words(page.get("/dashboard/"))
    assert "First steps" in shown
    assert "Needs attention" not in shown


def test_the_queue_is_ordered_and_counted(page: Browser, owner: User, frozen: datetime) -> None:
    make.assignment_in(State.DRAFT, owner=owner, title="Draft one")
    make.assignment_in(
        State.SENT, owner=owner, title="With offer", applicants=(make.worker("Adam Applicant"),)
    )
    make.assignment_in(State.SENT, owner=owner, title="Waiting calmly")
    make.assignment_in(State.PENDING_APPROVAL, owner=owner, title="Finished one")
    answer = page.get("/dashboard/")
    assert [line.title for line in answer.context["lines"]] == ["Finished one", "With offer", "Draft one"]
    assert answer.context["needs"].count == 3
    assert "Good morning, Olivia" in words(answer)
    assert "Tuesday, December 1 · 3 things need you" in words(answer)
    counts = {one.text: (one.number, one.note) for one in answer.context["counts"]}
    assert counts["Available"] == (2, "1 application")
    assert counts["Pending Approval"] == (1, "oldest 45 minutes")


def test_a_late_worker_comes_first(page: Browser, owner: User, at: Any, frozen: datetime) -> None:
    make.assignment_in(State.PENDING_APPROVAL, owner=owner, title="Finished one")
    late = make.assignment_in(State.ASSIGNED, owner=owner, title="Nobody came")
    with at(late.start_at + timedelta(minutes=42)):
        answer = page.get("/dashboard/")
    first = answer.context["lines"][0]
    assert (first.title, first.label_text) == ("Nobody came", "Late")
    assert {one.text: one.note for one in answer.context["counts"]}["Assigned"] == "1 Late"


def test_a_user_sees_the_own_work_in_the_queue(owner: User, acme: Client, sign_in: SignIn) -> None:
    user = make.member(acme, "Uma User", Role.USER)
    make.assignment_in(State.PENDING_APPROVAL, owner=owner, title="Not mine")
    make.assignment_in(State.DRAFT, owner=user, title="Mine")
    answer = sign_in(user).get("/dashboard/")
    assert [line.title for line in answer.context["lines"]] == ["Mine"]


@pytest.mark.parametrize(("role", "is_shown"), [(Role.CONTROLLER, True), (Role.MANAGER, False)])
def test_the_payment_center_is_shown_to_those_who_handle_money(
    role: str, is_shown: bool, acme: Client, sign_in: SignIn
) -> None:
    shown = words(sign_in(make.member(acme, "Casey Colleague", role)).get("/dashboard/"))
    assert ("Cash balance" in shown) is is_shown


def test_nothing_to_do_says_so(page: Browser, owner: User) -> None:
    make.assignment_in(State.ASSIGNED, owner=owner)
    shown = words(page.get("/dashboard/"))
    assert "Nothing needs you." in shown
    assert "1 assignment is on schedule." in shown


def test_a_company_whose_work_is_all_over_is_not_new(page: Browser, owner: User) -> None:
    make.assignment_in(State.CANCELLED, owner=owner)
    shown = words(page.get("/dashboard/"))
    assert "Nothing needs you." in shown
    assert "First steps" not in shown


@pytest.mark.parametrize("query", ["", "?view=board"])
def test_the_dashboard_costs_the_same_for_one_and_for_many(page: Browser, owner: User, query: str) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert page.get(f"/dashboard/{query}").status_code == 200
        return len(seen)

    make.assignment_in(State.SENT, owner=owner, applicants=(make.worker("Adam Applicant"),))
    first = cost()
    for i in range(12):
        make.assignment_in(State.SENT, owner=owner, applicants=(make.worker(f"Worker {i}"),))
    assert cost() == first
    assert first <= 14  # four of them are every page's (docs/performance.md, P6)


def test_the_board_has_a_column_for_each_open_stage(page: Browser, owner: User) -> None:
    make.assignment_in(State.SENT, owner=owner, title="On the board")
    for i in range(14):
        make.assignment_in(State.DRAFT, owner=owner, title=f"Draft {i}")
    answer = page.get("/dashboard/?view=board&stage=draft")
    columns = {column["state"]: column for column in answer.context["columns"]}
    assert list(columns) == [
        "draft",
        "sent",
        "assigned",
        "in_progress",
        "on_hold",
        "pending_approval",
        "approved",
    ]
    assert (len(columns["draft"]["cards"]), columns["draft"]["more"]) == (12, 2)
    assert columns["sent"]["cards"][0].line.title == "On the board"
    assert answer.context["chosen"] == "draft"


def test_the_week_counts_planned_and_begun(page: Browser, owner: User) -> None:
    make.assignment_in(State.IN_PROGRESS, owner=owner)
    make.assignment_in(State.ASSIGNED, owner=owner)
    bars = page.get("/dashboard/").context["bars"]
    assert [(bar.name, bar.scheduled, bar.checked_in) for bar in bars if bar.scheduled] == [
        ("Tue 1", 1, 1),
        ("Thu 3", 1, 0),
    ]


# --- list -----------------------------------------------------------------------------------------------------------


def titles(answer: Any) -> list[str]:
    return [row.title for row in answer.context["rows"]]


def test_only_the_own_companys_work_is_listed(page: Browser, owner: User) -> None:
    make.assignment_in(State.SENT, owner=owner, title="Ours")
    make.assignment_in(State.SENT, title="Theirs")
    assert titles(page.get("/assignments/")) == ["Ours"]


def test_filters_narrow_the_list_and_stay_in_the_address(page: Browser, owner: User, acme: Client) -> None:
    other = make.member(acme, "Mia Manager", Role.MANAGER)
    customer = make.CustomerFactory(client=acme, name="Store Group")
    project = make.ProjectFactory(customer=customer, name="Rollout")
    make.assignment_in(
        State.SENT,
        owner=owner,
        title="Wi-Fi survey",
        city="Denver",
        customer=customer,
        project=project,
        external_id="PO-77",
        start_at=datetime(2026, 12, 5, 12, tzinfo=UTC),
        applicants=(make.worker("Adam Applicant"),),
    )
    make.assignment_in(State.DRAFT, owner=other, title="Cable drop")
    cases = {
        "stage=sent": ["Wi-Fi survey"],
        "stage=open": ["Cable drop", "Wi-Fi survey"],
        "stage=draft": ["Cable drop"],
        "label=applications": ["Wi-Fi survey"],
        "label=late": [],
        f"owner={other.pk}": ["Cable drop"],
        f"place=c{customer.pk}": ["Wi-Fi survey"],
        f"place=p{project.pk}": ["Wi-Fi survey"],
        "city=denv": ["Wi-Fi survey"],
        "after=2026-12-04&before=2026-12-05": ["Wi-Fi survey"],
        "after=2026-12-06": [],
        "before=9999-12-31": ["Cable drop", "Wi-Fi survey"],
        "after=0001-01-01": ["Cable drop", "Wi-Fi survey"],
        "q=wi-fi": ["Wi-Fi survey"],
        "q=po-77": ["Wi-Fi survey"],
        "stage=nonsense": ["Cable drop", "Wi-Fi survey"],
    }
    found = {query: sorted(titles(page.get(f"/assignments/?{query}"))) for query in cases}
    assert found == cases


def test_an_exact_number_leads_to_its_page(page: Browser, owner: User) -> None:
    row = make.assignment_in(State.SENT, owner=owner)
    theirs = make.assignment_in(State.SENT)
    assert page.get(f"/assignments/?q=a-{row.pk}").headers["Location"] == at(row)
    assert titles(page.get(f"/assignments/?q=A-{theirs.pk}")) == []


@pytest.mark.parametrize("sort", ["-changed", "number", "title", "start", "-start", "nonsense"])
def test_pages_by_key_show_each_row_once_and_lead_back(
    page: Browser, owner: User, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assignments.listing.PAGE", 3)
    starts = [None, datetime(2026, 12, 9, 12, tzinfo=UTC), datetime(2026, 12, 8, 12, tzinfo=UTC), None]
    for i in range(8):
        make.assignment_in(State.DRAFT, owner=owner, title=f"Same {i % 2}", start_at=starts[i % 4])
    expected = titles(page.get(f"/assignments/?sort={sort}&format=")) and [
        row.pk for row in page.get(f"/assignments/?sort={sort}").context["rows"]
    ]
    seen, url = [], f"?sort={sort}"
    back = ""
    while url:
        answer = page.get(f"/assignments/{url}")
        seen.append([row.pk for row in answer.context["rows"]])
        url, back = answer.context["page"]["next_url"], answer.context["page"]["prev_url"]
    flat = [pk for rows in seen for pk in rows]
    assert sorted(flat) == sorted(Assignment.objects.values_list("pk", flat=True))
    assert [len(rows) for rows in seen] == [3, 3, 2]
    assert expected == seen[0]
    before = page.get(f"/assignments/{back}")
    assert [row.pk for row in before.context["rows"]] == seen[1]
    assert before.context["page"]["summary"] == "8 assignments"


@pytest.mark.parametrize("key", ["x", "W10", "eyJhIjoxfQ", "WyJhIiwiMjAyNi0xMi0wMVQwMDowMDowMCIsMV0", "¤"])
def test_a_broken_key_is_the_first_page(page: Browser, owner: User, key: str) -> None:
    make.assignment_in(State.DRAFT, owner=owner, title="Only one")
    assert titles(page.get("/assignments/", {"page": key})) == ["Only one"]


def test_the_list_costs_the_same_for_one_and_for_many(page: Browser, owner: User) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert page.get("/assignments/").status_code == 200
        return len(seen)

    make.assignment_in(State.ASSIGNED, owner=owner)
    first = cost()
    for _ in range(8):
        make.assignment_in(State.ASSIGNED, owner=owner)
    assert cost() == first
    assert first <= 7 + 4  # session, person, bell and unread messages are the frame's; own labels cost one


def test_the_export_holds_what_is_shown_and_no_formula(page: Browser, owner: User) -> None:
    make.assignment_in(State.DRAFT, owner=owner, title='=HYPERLINK("http://evil")')
    make.assignment_in(State.SENT, owner=owner, title="+1 plus", city="Denver")
    answer = page.get("/assignments/?format=csv&sort=number")
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    assert answer["Content-Disposition"] == 'attachment; filename="assignments.csv"'
    assert [row[1] for row in rows] == ["Title", '\'=HYPERLINK("http://evil")', "'+1 plus"]
    assert rows[2][2] == "Sent"
    denver = b"".join(page.get("/assignments/?format=csv&city=denver")).decode()
    assert [row[1] for row in csv.reader(io.StringIO(denver))] == ["Title", "'+1 plus"]


def test_an_empty_list_and_an_empty_filter_say_what_to_do(page: Browser, owner: User) -> None:
    assert "No assignments yet" in words(page.get("/assignments/"))
    make.assignment_in(State.DRAFT, owner=owner)
    shown = words(page.get("/assignments/?stage=paid"))
    assert "No assignments match" in shown
    assert "Clear filters" in shown


# --- create, edit, copy, send ---------------------------------------------------------------------------------------


def test_saving_makes_one_draft_even_when_sent_twice(page: Browser, owner: User) -> None:
    data = typed(owner, key=KEY, save="1", skills="Cabling, Wi-Fi")
    first = page.post("/assignments/new/", data)
    row = Assignment.objects.get()
    assert first.headers["Location"] == at(row)
    assert page.post("/assignments/new/", data).headers["Location"] == at(row)
    assert Assignment.objects.count() == 1
    assert (row.state, row.price_minor, row.start_at) == (
        "draft",
        32_000,
        datetime(2026, 12, 10, 14, tzinfo=UTC),
    )
    assert [skill.name for skill in row.skills.all()] == ["Cabling", "Wi-Fi"]
    assert row.site.street == "12 State Street"


def test_bad_input_keeps_all_that_was_typed(page: Browser, owner: User) -> None:
    data = typed(owner, title="", description="Long words", price="abc", start_time="", save="1")
    answer = page.post("/assignments/new/", data)
    shown = words(answer)
    assert answer.status_code == 422
    assert "<title>Error: Create assignment" in shown
    assert [sentence for _, sentence in answer.context["errors"]] == [
        "Enter title",
        "Enter the time of the start.",
        "Enter an amount in digits, for example 320.00.",
    ]
    assert "Long words" in shown
    assert 'value="abc"' in shown
    assert Assignment.objects.count() == 0


def test_rules_speak_at_their_field(page: Browser, owner: User) -> None:
    make.assignment_in(State.DRAFT, owner=owner, external_id="PO-1")
    answer = page.post("/assignments/new/", typed(owner, external_id="PO-1", save="1"))
    assert answer.status_code == 422
    assert answer.context["errors"] == [("id_external_id", "Another assignment has this number already.")]
    late = typed(owner, schedule_kind="window", end_date="2026-12-09", end_time="09:00", save="1")
    assert page.post("/assignments/new/", late).context["errors"] == [
        ("id_end_date", "Enter an end after the start.")
    ]


@pytest.mark.parametrize(
    ("button", "lines"), [("wanted-add", (4, 1)), ("asked-add", (1, 4)), ("calculate", (1, 1))]
)
def test_more_lines_and_the_price_come_without_script(
    page: Browser, owner: User, button: str, lines: tuple[int, int]
) -> None:
    data = typed(
        owner, title="", **{"wanted-lines": 1, "asked-lines": 1, "wanted-0-title": "Photos", button: "1"}
    )
    answer = page.post("/assignments/new/", data)
    form = answer.context["form"]
    assert answer.status_code == 200
    assert (form.wanted.count, form.asked.count) == lines
    assert 'value="Photos"' in words(answer)
    assert answer.context["errors"] == []
    assert str(answer.context["preview"].cost.total) == "$352.00"
    assert Assignment.objects.count() == 0


def test_finding_workers_keeps_the_ticked_ones(page: Browser, owner: User) -> None:
    dana, marcus = make.worker("Dana Ruiz"), make.worker("Marcus Obi")
    make.worker("Olga Away", is_available=False)
    answer = page.post("/assignments/new/", typed(owner, worker_words="o", invite=[dana.pk], find="1"))
    offered = [str(worker) for worker in answer.context["form"].fields["invite"].queryset]
    assert offered == ["Dana Ruiz", "Marcus Obi"]
    assert answer.status_code == 200
    sent = page.post("/assignments/new/", typed(owner, invite=[dana.pk, marcus.pk], send="1"))
    row = Assignment.objects.get()
    assert sent.headers["Location"] == at(row, "send/")
    assert page.get(sent.headers["Location"]).context["form"].initial["workers"] == [
        str(dana.pk),
        str(marcus.pk),
    ]


def test_files_come_with_the_draft_or_nothing_does(page: Browser, owner: User) -> None:
    plan = SimpleUploadedFile("plan.pdf", b"%PDF-1.7 plan")
    bad = SimpleUploadedFile("page.html", b"<html></html>")
    refused = page.post("/assignments/new/", typed(owner, documents=[plan, bad], save="1"))
    assert refused.status_code == 422
    assert (Assignment.objects.count(), Attachment.objects.count()) == (0, 0)
    plan.seek(0)
    page.post("/assignments/new/", typed(owner, documents=[plan], save="1"))
    assert [file.name for file in Attachment.objects.all()] == ["plan.pdf"]


def test_the_price_preview_is_a_fragment_for_htmx_only(page: Browser) -> None:
    data = {"pricing_type": "hourly", "price": "45", "hours": "3", "terms_days": "30"}
    part = page.post("/assignments/price-preview/", data, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert "$148.50" in part.content.decode()
    assert part["Vary"] == "HX-Request, Cookie" or "HX-Request" in part["Vary"]
    assert "<html" in page.post("/assignments/price-preview/", data).content.decode()
    empty = page.post("/assignments/price-preview/", {**data, "price": "x"}, headers={"HX-Request": "true"})
    assert "Enter a price" in empty.content.decode()
    assert page.get("/assignments/price-preview/").status_code == 405


def test_the_preview_says_how_much_is_short(owner: User, sign_in: SignIn) -> None:
    poor = make.member(make.company("Poor Company", cash=10_000, terms=0), "Pat Poor")
    data = {"pricing_type": "flat", "price": "320", "terms_days": "30"}
    shown = words(sign_in(poor).post("/assignments/price-preview/", data, headers={"HX-Request": "true"}))
    assert "$252.00</span> short" in shown


def test_funds_are_told_to_those_who_handle_money(acme: Client, sign_in: SignIn) -> None:
    data = {"pricing_type": "flat", "price": "320", "terms_days": "30"}
    manager = sign_in(make.member(acme, "Mia Manager", Role.MANAGER))
    answers = [
        words(browser.post("/assignments/price-preview/", data, headers={"HX-Request": "true"}))
        for browser in (sign_in(make.member(acme, "Ada Admin")), manager)
    ]
    assert ["Available after" in answer for answer in answers] == [True, False]


def test_editing_changes_the_draft_and_its_lines(page: Browser, owner: User) -> None:
    content = Content(wanted=[Wanted("Photos"), Wanted("Sign-off", "signature")], asked=[Asked("Serial")])
    row = make.assignment_in(State.DRAFT, owner=owner, content=content)
    photos = row.requirements.get(title="Photos")
    shown = page.get(at(row, "edit/"))
    assert shown.status_code == 200
    assert [part["missing"] for part in shown.context["sections"]] == [0] * 7
    data = typed(owner, title="New title", save="1", **{"wanted-lines": 2, "asked-lines": 0})
    data |= {
        "wanted-0-pk": photos.pk,
        "wanted-0-title": "Rack photos",
        "wanted-0-kind": "photo",
        "wanted-0-count": 2,
    }
    data |= {"wanted-1-kind": "photo", "wanted-1-count": 1}
    assert page.post(at(row, "edit/"), data).headers["Location"] == at(row)
    row.refresh_from_db()
    assert row.title == "New title"
    assert list(row.requirements.values_list("pk", "title", "count")) == [(photos.pk, "Rack photos", 2)]
    assert row.custom_fields.count() == 0


def test_a_new_price_closes_the_offers_and_an_untouched_one_does_not(page: Browser, owner: User) -> None:
    start = datetime(2026, 12, 10, 14, 0, 37, tzinfo=UTC)
    row = make.assignment_in(
        State.SENT, owner=owner, start_at=start, applicants=(make.worker("Adam Applicant"),)
    )
    assert "1 application waits." in words(page.get(at(row, "edit/")))
    same = typed(owner, price="350.00", description="Better words", save="1")
    assert page.post(at(row, "edit/"), same).status_code == 302
    assert Application.objects.get().state == ApplicationState.PENDING
    assert page.post(at(row, "edit/"), typed(owner, price="400", save="1")).status_code == 302
    assert Application.objects.get().state == ApplicationState.DECLINED
    row.refresh_from_db()
    assert row.price_minor == 40_000


def test_an_edit_that_breaks_what_was_sent_is_refused(page: Browser, owner: User) -> None:
    row = make.assignment_in(State.SENT, owner=owner)
    answer = page.post(at(row, "edit/"), typed(owner, street="", save="1"))
    assert answer.status_code == 422
    assert answer.context["errors"] == [("id_street", "Enter the street address of the site.")]
    past = page.post(at(row, "edit/"), typed(owner, start_date="2026-11-01", save="1"))
    assert past.context["errors"] == [("id_start_date", "Enter a start time after now.")]


def test_what_is_assigned_cannot_be_edited_here(page: Browser, owner: User) -> None:
    row = make.assignment_in(State.ASSIGNED, owner=owner)
    assert page.get(at(row, "edit/")).status_code == 409
    assert page.post(at(row, "edit/"), typed(owner)).status_code == 409


def test_a_copy_is_made_once_and_takes_documents_but_no_dates(page: Browser, owner: User) -> None:
    row = make.assignment_in(
        State.ASSIGNED, owner=owner, content=Content(wanted=[Wanted("Photos")]), external_id="PO-9"
    )
    plan = SimpleUploadedFile("plan.pdf", b"%PDF-1.7 plan")
    talk.attach(row.pk, actor=owner, file=plan, checked=make.check_upload(plan))
    assert page.get(at(row, "copy/")).status_code == 200
    first = page.post(at(row, "copy/"), {"key": KEY})
    again = page.post(at(row, "copy/"), {"key": KEY})
    copy = Assignment.objects.get(state=State.DRAFT)
    assert {first.headers["Location"], again.headers["Location"]} == {at(copy, "edit/")}
    assert (copy.title, copy.start_at, copy.external_id, copy.worker, copy.owner) == (
        row.title,
        None,
        "",
        None,
        owner,
    )
    assert [item.title for item in copy.requirements.all()] == ["Photos"]
    old, new = Attachment.objects.order_by("pk")
    assert (new.name, new.file.read()) == ("plan.pdf", b"%PDF-1.7 plan")
    assert new.file.name != old.file.name


def test_the_check_page_names_all_that_is_missing(page: Browser, owner: User) -> None:
    row = make.assignment_in(State.DRAFT, owner=owner, description="", price_minor=0)
    answer = page.get(at(row, "send/"))
    assert [problem["sentence"] for problem in answer.context["problems"]] == [
        "Describe the work: this is what is agreed.",
        "Enter a price above zero.",
    ]
    assert [problem["url"].split("#")[1] for problem in answer.context["problems"]] == [
        "part-overview",
        "part-price",
    ]
    assert 'name="send"' not in words(answer)
    assert page.post(at(row, "send/")).status_code == 422
    row.refresh_from_db()
    assert row.state == State.DRAFT


def test_sending_reserves_the_money_and_tells_the_invited(page: Browser, owner: User, acme: Client) -> None:
    dana = make.worker("Dana Ruiz")
    row = make.assignment_in(State.DRAFT, owner=owner)
    before = available(acme.pk, "USD").to_spend
    DraftInvitee.objects.create(assignment=row, worker=dana)
    answer = page.get(at(row, "send/"))
    assert "$385.00" in words(answer)
    assert "checked" in words(answer).split("Dana Ruiz")[0].split("<input")[-1]
    assert page.post(at(row, "send/"), {"workers": [dana.pk], "send": "1"}).headers["Location"] == at(row)
    row.refresh_from_db()
    assert row.state == State.SENT
    assert (before - available(acme.pk, "USD").to_spend).minor == 38_500
    assert Invitation.objects.get().worker == dana
    assert page.post(at(row, "send/"), {"send": "1"}).headers["Location"] == at(row)
    assert Entry.objects.filter(kind="assignment.sent").count() == 1


@pytest.mark.parametrize(
    ("name", "number", "shown"), [("Store 201", "201", "Store 201 (201)"), ("Depot", "", "Depot")]
)
def test_the_check_page_tells_a_place_by_name_and_number(
    page: Browser, owner: User, name: str, number: str, shown: str
) -> None:
    row = make.assignment_in(State.DRAFT, owner=owner)
    Site.objects.filter(assignment=row).update(name=name, number=number, street="1 Main Street")
    assert f"{shown}<br>1 Main Street" in words(page.get(at(row, "send/")))


def test_finding_on_the_check_page_sends_nothing(page: Browser, owner: User) -> None:
    make.worker("Dana Ruiz")
    row = make.assignment_in(State.DRAFT, owner=owner)
    answer = page.post(at(row, "send/"), {"words": "dana", "find": "1"})
    assert "Dana Ruiz" in words(answer)
    nobody = page.post(at(row, "send/"), {"words": "zzz", "find": "1"})
    assert "Nobody found." in words(nobody)
    row.refresh_from_db()
    assert row.state == State.DRAFT


def test_over_the_own_limit_names_who_can_raise_it(owner: User, acme: Client, sign_in: SignIn) -> None:
    user = make.member(acme, "Uma User", Role.USER, max_budget_minor=10_000)
    row = make.assignment_in(State.DRAFT, owner=user)
    shown = words(sign_in(user).get(at(row, "send/")))
    assert "Uma User may send up to $100.00." in shown
    assert "The limit can be raised by Olivia Owner." in shown


def test_short_funds_keep_the_draft(sign_in: SignIn) -> None:
    poor = make.member(make.company("Poor Company", cash=10_000, terms=0), "Pat Poor")
    row = make.assignment_in(State.DRAFT, owner=poor)
    browser = sign_in(poor)
    shown = words(browser.get(at(row, "send/")))
    assert "$285.00</span> short" in shown
    assert "Keep as draft" in shown
    answer = browser.post(at(row, "send/"), {"send": "1"})
    assert answer.status_code == 422
    assert "Available to spend is $285.00 short." in words(answer)


def test_a_draft_is_deleted(page: Browser, owner: User) -> None:
    row = make.assignment_in(State.DRAFT, owner=owner)
    assert page.get(at(row, "delete/")).status_code == 200
    assert page.post(at(row, "delete/")).headers["Location"] == "/assignments/"
    assert Assignment.objects.count() == 0
    assert page.post(at(row, "delete/")).status_code == 404


# --- choosing a worker ----------------------------------------------------------------------------------------------


@pytest.fixture
def offered(owner: User) -> Assignment:
    """Three offers: as posted from far away, dearer from near by, as cheap but later."""
    row = make.assignment_in(State.SENT, owner=owner, site={"lat": 42.65, "lon": -73.75})
    far = make.worker("Fern Far", lat=40.7, lon=-74.0)
    near, later = make.worker("Nora Near"), make.worker("Lars Later")
    sourcing.apply(row.pk, Offer(), actor=far.user)
    dear = Terms("flat", "USD", 38_500)
    expiry = row.start_at
    sourcing.apply(row.pk, Offer(terms=dear, reason="Two people.", expires_at=expiry), actor=near.user)
    moved = ("fixed", row.start_at + timedelta(hours=2), None)
    sourcing.apply(row.pk, Offer(schedule=moved), actor=later.user)
    return row


def offer_of(row: Assignment, name: str) -> Application:
    return Application.objects.get(assignment=row, worker__user__name=name)


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("best", ["Nora Near", "Lars Later", "Fern Far"]),
        ("lowest", ["Lars Later", "Fern Far", "Nora Near"]),
        ("nearest", ["Lars Later", "Nora Near", "Fern Far"]),
        ("on_time", ["Fern Far", "Nora Near", "Lars Later"]),
        ("nonsense", ["Nora Near", "Lars Later", "Fern Far"]),
    ],
)
def test_offers_are_sorted_by_the_rule_that_the_page_tells(
    page: Browser, offered: Assignment, sort: str, names: list[str]
) -> None:
    answer = page.get(at(offered, f"applications/?sort={sort}"))
    assert [one.name for one in answer.context["waiting"]] == names
    shown = words(answer)
    assert answer.context["rule"] in shown
    assert "+$38.50" in shown
    assert "“Two people.”" in shown


def test_an_offer_is_shown_beside_what_was_posted(page: Browser, offered: Assignment) -> None:
    offer = offer_of(offered, "Nora Near")
    answer = page.get(at(offered, f"applications/{offer.pk}/"))
    pairs = {
        pair["name"]: (pair["before"], pair["after"], pair["is_changed"]) for pair in answer.context["pairs"]
    }
    assert pairs["You pay at most"] == ("$385.00", "$423.50", True)
    assert pairs["Expenses"] == ("$0.00", "$0.00", False)
    assert "It expires" in words(answer)
    elsewhere = make.assignment_in(State.SENT, owner=offered.owner)
    assert page.get(at(elsewhere, f"applications/{offer.pk}/")).status_code == 404


def test_assigning_shows_the_price_and_closes_the_others(page: Browser, offered: Assignment) -> None:
    offer = offer_of(offered, "Nora Near")
    check = words(page.get(at(offered, f"applications/{offer.pk}/assign/")))
    assert "2 other workers will be told that it is filled" in check
    assert "Assign Nora Near" in check
    url = at(offered, f"applications/{offer.pk}/assign/")
    assert page.post(url, {"revision": offer.revision}).headers["Location"] == at(offered)
    offered.refresh_from_db()
    assert (offered.state, str(offered.worker), offered.price_minor) == ("assigned", "Nora Near", 38_500)
    assert page.post(url, {"revision": offer.revision}).headers["Location"] == at(offered)
    other = offer_of(offered, "Fern Far")
    assert page.post(at(offered, f"applications/{other.pk}/assign/"), {"revision": 1}).status_code in (
        302,
        409,
    )
    offered.refresh_from_db()
    assert str(offered.worker) == "Nora Near"


def test_an_offer_that_changed_meanwhile_is_not_accepted_unseen(page: Browser, offered: Assignment) -> None:
    offer = offer_of(offered, "Nora Near")
    sourcing.apply(offered.pk, Offer(terms=Terms("flat", "USD", 60_000)), actor=offer.worker.user)
    answer = page.post(at(offered, f"applications/{offer.pk}/assign/"), {"revision": offer.revision})
    assert answer.status_code == 409
    assert "changed the offer while you were looking" in words(answer)
    offered.refresh_from_db()
    assert offered.state == State.SENT


def test_an_expired_offer_has_no_button(page: Browser, offered: Assignment, at: Any) -> None:
    offer = offer_of(offered, "Nora Near")
    with at(offer.expires_at + timedelta(minutes=1)):
        shown = words(page.get(f"/assignments/{offered.pk}/applications/{offer.pk}/"))
    assert "It expired" in shown
    assert "/assign/" not in shown


def test_declining_needs_a_reason_and_is_calm_twice(page: Browser, offered: Assignment) -> None:
    offer = offer_of(offered, "Fern Far")
    url = at(offered, f"applications/{offer.pk}/decline/")
    assert page.post(url, {"reason": " "}).status_code == 422
    assert page.post(url, {"reason": "Too far away."}).headers["Location"] == at(offered, "applications/")
    offer.refresh_from_db()
    assert (offer.state, offer.decline_reason) == ("declined", "Too far away.")
    assert page.post(url, {"reason": "Too far away."}).status_code == 409
    assert page.get(url).status_code == 409
    assert "Too far away." in words(page.get(at(offered, "applications/")))


def test_no_offers_says_when_it_was_sent(page: Browser, owner: User) -> None:
    row = make.assignment_in(State.SENT, owner=owner, invite=(make.worker("Ivan Invited"),))
    shown = words(page.get(at(row, "applications/")))
    assert "No applications yet" in shown
    assert "to 1 invited worker." in shown
    assert "<table" not in shown


def test_inviting_by_name(page: Browser, owner: User) -> None:
    dana = make.worker("Dana Ruiz")
    make.worker("Marcus Obi")
    row = make.assignment_in(State.SENT, owner=owner)
    found = page.post(at(row, "invite/"), {"words": "dana", "find": "1"})
    assert [str(one) for one in found.context["form"].fields["workers"].queryset] == ["Dana Ruiz"]
    assert page.post(at(row, "invite/"), {"workers": []}).status_code == 422
    assert page.post(at(row, "invite/"), {"workers": [dana.pk]}).headers["Location"] == at(row)
    assert [str(one.worker) for one in Invitation.objects.all()] == ["Dana Ruiz"]


def test_own_colleagues_are_not_found(page: Browser, owner: User, acme: Client) -> None:
    both = make.worker("Double Role")
    make.MemberFactory(client=acme, user=both.user, role=Role.USER)
    row = make.assignment_in(State.SENT, owner=owner)
    assert "Nobody found" in words(page.post(at(row, "invite/"), {"words": "double", "find": "1"}))


def test_direct_assignment_offers_those_who_agreed(page: Browser, owner: User, acme: Client) -> None:
    dana, marcus = make.worker("Dana Ruiz"), make.worker("Marcus Obi")
    row = make.assignment_in(State.DRAFT, owner=owner)
    assert "No worker has agreed" in words(page.get(at(row, "assign-directly/")))
    make.consent(acme, dana)
    shown = words(page.get(at(row, "assign-directly/")))
    assert "Dana Ruiz" in shown
    assert "Marcus Obi" not in shown
    assert page.post(at(row, "assign-directly/"), {"worker": marcus.pk}).status_code == 422
    assert page.post(at(row, "assign-directly/"), {"worker": dana.pk}).headers["Location"] == at(row)
    row.refresh_from_db()
    assert (row.state, row.worker) == ("assigned", dana)


def test_answering_a_question(page: Browser, owner: User) -> None:
    row = make.assignment_in(State.SENT, owner=owner)
    sourcing.ask(row.pk, "Is a ladder there?", actor=make.worker("Dana Ruiz").user)
    question = Question.objects.get()
    url = at(row, f"questions/{question.pk}/answer/")
    assert "Is a ladder there?" in words(page.get(url))
    assert page.post(url, {"answer": ""}).status_code == 422
    assert page.post(url, {"answer": "Yes.", "is_public": "on"}).headers["Location"] == at(row, "questions/")
    question.refresh_from_db()
    assert (question.answer, question.is_public, question.answered_by) == ("Yes.", True, owner)
    assert page.post(url, {"answer": "No."}).status_code == 409
    assert page.get(at(row, f"questions/{question.pk + 1}/answer/")).status_code == 404


# --- while the work goes on -----------------------------------------------------------------------------------------


def test_hold_and_the_new_date(page: Browser, owner: User) -> None:
    row = make.assignment_in(State.ASSIGNED, owner=owner)
    assert page.post(at(row, "hold/"), {"reason": ""}).status_code == 422
    assert page.post(at(row, "hold/"), {"reason": "weather", "note": "Snow."}).headers["Location"] == at(row)
    row.refresh_from_db()
    assert (row.state, row.hold_reason) == ("on_hold", "weather")
    data = {"schedule_kind": "fixed", "start_date": "2026-11-01", "start_time": "09:00"}
    past = page.post(at(row, "remove-hold/"), data)
    assert past.status_code == 422
    assert "Enter a start time after now." in words(past)
    assert page.post(at(row, "remove-hold/"), {**data, "start_date": "2026-12-20"}).headers["Location"] == at(
        row
    )
    asked = RescheduleRequest.objects.get()
    assert (asked.from_hold, asked.start_at) == (True, datetime(2026, 12, 20, 14, tzinfo=UTC))
    row.refresh_from_db()
    assert row.state == State.ON_HOLD


def test_removing_the_worker_asks_at_which_price(page: Browser, owner: User) -> None:
    by = make.worker("Dana Ruiz")
    row = make.assignment_in(State.ASSIGNED, owner=owner, by=by)
    assert "Offer it again at" not in words(page.get(at(row, "unassign/")))
    money.add_money(row.pk, Ask("increase", "More racks", amount_minor=5_000), actor=owner)
    shown = words(page.get(at(row, "unassign/")))
    assert "The posted price: $350.00 flat" in shown
    data = {"reason": "scope_changed", "note": "Other work.", "budget": "present"}
    assert page.post(at(row, "unassign/"), {**data, "note": ""}).status_code == 422
    assert page.post(at(row, "unassign/"), data).headers["Location"] == at(row)
    row.refresh_from_db()
    assert (row.state, row.worker, row.price_minor) == ("sent", None, 40_000)


def test_not_satisfied_sends_it_back_with_a_reason(page: Browser, owner: User) -> None:
    row = make.assignment_in(State.PENDING_APPROVAL, owner=owner)
    assert page.post(at(row, "send-back/"), {"reason": ""}).status_code == 422
    assert page.post(at(row, "send-back/"), {"reason": "The label is missing."}).headers["Location"] == at(
        row
    )
    row.refresh_from_db()
    assert (row.state, row.sent_back_reason) == ("in_progress", "The label is missing.")
    assert page.post(at(row, "send-back/"), {"reason": "The label is missing."}).headers["Location"] == at(
        row
    )


def test_a_file_is_asked_for_again(page: Browser, owner: User) -> None:
    row = make.assignment_in(State.IN_PROGRESS, owner=owner, content=Content(wanted=[Wanted("Photos")]))
    file = make.deliver(row, DeliverableRequirement.objects.get(), row.worker.user)
    url = at(row, f"deliverables/{file.pk}/reject/")
    assert "Photos" in words(page.get(url))
    assert page.post(url, {"reason": "It is blurred."}).headers["Location"] == at(row, "deliverables/")
    file.refresh_from_db()
    assert file.reject_reason == "It is blurred."
    assert page.get(url).status_code == 409


def test_rating_the_worker_can_be_changed(page: Browser, owner: User) -> None:
    row = make.assignment_in(State.PENDING_APPROVAL, owner=owner)
    assert page.post(at(row, "rate-worker/"), {"grade": ""}).status_code == 422
    page.post(at(row, "rate-worker/"), {"grade": "satisfied", "text": "Good."})
    page.post(at(row, "rate-worker/"), {"grade": "excellent", "text": "Very good."})
    assert Rating.objects.get().grade == "excellent"
    assert "Very good." in words(page.get(at(row, "rate-worker/")))


def test_following_is_switched_by_post(owner: User, acme: Client, sign_in: SignIn) -> None:
    row = make.assignment_in(State.SENT, owner=owner)
    colleague = make.member(acme, "Fay Follower", Role.USER)
    browser = sign_in(colleague)
    assert browser.get(at(row, "follow/")).status_code == 405
    assert browser.post(at(row, "follow/")).headers["Location"] == at(row)
    assert Follower.objects.filter(user=colleague).exists()
    browser.post(at(row, "follow/"))
    assert not Follower.objects.filter(user=colleague).exists()


def test_documents_are_added_and_removed(page: Browser, owner: User) -> None:
    row = make.assignment_in(State.ASSIGNED, owner=owner)
    bad = SimpleUploadedFile("evil.pdf", b"MZ\x00\x01")
    refused = page.post(at(row, "attach/"), {"documents": [bad]})
    assert refused.status_code == 422
    assert "evil.pdf: This kind of file is not accepted." in words(refused)
    empty = page.post(at(row, "attach/"), {"documents": [SimpleUploadedFile("a.pdf", b"")]})
    assert "a.pdf: The file is empty." in words(empty)
    good = [SimpleUploadedFile(f"{name}.pdf", b"%PDF-1.7") for name in ("one", "two")]
    assert page.post(at(row, "attach/"), {"documents": good}).headers["Location"] == at(row, "details/")
    first = Attachment.objects.order_by("pk")[0]
    url = at(row, f"attachments/{first.pk}/remove/")
    assert "one.pdf" in words(page.get(url))
    assert page.post(url).headers["Location"] == at(row, "details/")
    assert [file.name for file in Attachment.objects.filter(removed_at=None)] == ["two.pdf"]
    assert page.post(url).status_code == 409


def test_site_details_change_but_not_the_address(page: Browser, owner: User) -> None:
    row = make.assignment_in(State.ASSIGNED, owner=owner)
    assert 'value="Sam Site"' in words(page.get(at(row, "edit-site/")))
    data = {"contact_name": "Kim Key", "contact_phone": "", "street": "Elsewhere 9"}
    assert page.post(at(row, "edit-site/"), data).headers["Location"] == at(row)
    row.site.refresh_from_db()
    assert (row.site.contact_name, row.site.street) == ("Kim Key", "12 State Street")


# --- money ----------------------------------------------------------------------------------------------------------


def test_adding_money_shows_the_price_before_it_is_agreed(page: Browser, owner: User, acme: Client) -> None:
    row = make.assignment_in(State.ASSIGNED, owner=owner)
    data = {"kind": "bonus", "amount": "50", "reason": "Quick work."}
    check = page.post(at(row, "add-money/"), data)
    assert check.status_code == 200
    shown = words(check)
    assert "$440.00" in shown
    assert "+$55.00" in shown
    assert MoneyRequest.objects.count() == 0
    changed = page.post(at(row, "add-money/"), {**data, "amount": "60", "checked": "5000"})
    assert "$451.00" in words(changed)
    assert MoneyRequest.objects.count() == 0
    done = page.post(at(row, "add-money/"), {**data, "checked": "5000"})
    assert done.headers["Location"] == at(row, "requests/")
    row.refresh_from_db()
    assert (row.bonus_minor, row.cost_most.total.minor) == (5_000, 44_000)
    assert page.post(at(row, "add-money/"), {"kind": "bonus", "amount": "", "reason": "x"}).status_code == 422


def test_a_request_is_decided_with_its_effect(page: Browser, owner: User) -> None:
    row = make.assignment_in(State.IN_PROGRESS, owner=owner)
    asked = money.request_money(
        row.pk, Ask("increase", "A second rack.", amount_minor=5_000), actor=row.worker.user
    )
    url = at(row, f"money/{asked.pk}/approve/")
    shown = words(page.get(url))
    assert "A second rack." in shown
    assert "$440.00" in shown
    assert page.post(url).headers["Location"] == at(row, "requests/")
    row.refresh_from_db()
    assert row.price_minor == 40_000
    assert page.get(url).status_code == 409
    assert page.get(at(row, f"money/{asked.pk + 1}/approve/")).status_code == 404


def test_declining_a_request_needs_a_reason(page: Browser, owner: User) -> None:
    row = make.assignment_in(State.IN_PROGRESS, owner=owner)
    asked = money.request_money(
        row.pk, Ask("bonus", "It was cold.", amount_minor=5_000), actor=row.worker.user
    )
    url = at(row, f"money/{asked.pk}/decline/")
    assert page.post(url, {"reason": ""}).status_code == 422
    assert page.post(url, {"reason": "Not agreed."}).headers["Location"] == at(row, "requests/")
    asked.refresh_from_db()
    assert (asked.state, asked.decline_reason) == ("declined", "Not agreed.")


def test_short_funds_refuse_an_increase_with_the_sum(sign_in: SignIn) -> None:
    poor = make.member(make.company("Poor Company", cash=40_000, terms=0), "Pat Poor")
    row = make.assignment_in(State.IN_PROGRESS, owner=poor)
    asked = money.request_money(
        row.pk, Ask("increase", "A second rack.", amount_minor=5_000), actor=row.worker.user
    )
    answer = sign_in(poor).post(at(row, f"money/{asked.pk}/approve/"))
    assert answer.status_code == 422
    assert "is $40.00 short" in words(answer)
    asked.refresh_from_db()
    assert asked.state == "open"


def test_a_held_assignment_takes_no_added_money(page: Browser, owner: User) -> None:
    row = make.assignment_in(State.ON_HOLD, owner=owner)
    data = {"kind": "bonus", "amount": "50", "reason": "Quick work.", "checked": "5000"}
    assert page.get(at(row, "add-money/")).status_code == 409
    assert page.post(at(row, "add-money/"), data).status_code == 409
    assert MoneyRequest.objects.count() == 0
