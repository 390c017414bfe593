"""Issue 3, point 9: CSV uploads, templates and copies, repetitions, and every list as a file."""

import csv
from datetime import date, datetime, timedelta
from io import BytesIO, StringIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assignments import batch_sweeps
from assignments.actions import drafting, recurrences, templates, upload_rows, uploads
from assignments.actions.content import Asked, Content, Wanted
from assignments.actions.uploads import Wish
from assignments.models import (
    Assignment,
    Recurrence,
    RecurrenceChild,
    Site,
    Template,
    Upload,
    UploadMapping,
    UploadRow,
)
from assignments.recurring import Rule, Unit, bits
from assignments.states import RowResult, State, UploadState
from clients.roles import Role
from common import clock
from notifications.mail import render
from notifications.models import Message, Notice
from tests.factories import CustomerFactory, LocationFactory, ProjectFactory, assignment_in
from tests.support import markers
from tests.support.facts import history, url
from tests.support.markers import marked
from timeline.models import Entry

UPLOADS = "/assignments/uploads/"
HEAD = "Work order,Title,Price,Start date,Start time,Address,City,ZIP,Owner e-mail"
GOOD = "W-{n},Swap till {n},120.00,12/8/2026,9:00 AM,{n} State Street,Albany,12207,"


def file(*rows: str, head: str = HEAD, name: str = "spring.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "\r\n".join([head, *rows]).encode())


def rows(count: int, first: int = 1) -> list[str]:
    return [GOOD.format(n=n) for n in range(first, first + count)]


def uploaded(people, *lines: str, head: str = HEAD, **wish: object) -> Upload:
    data = "\r\n".join([head, *lines]).encode()
    upload = uploads.receive(data, "spring.csv", Wish(**wish), actor=people.owner)
    return uploads.match(upload.pk, upload.columns, actor=people.owner)


def run(upload: Upload, people) -> Upload:
    uploads.start(upload.pk, actor=people.owner)
    batch_sweeps.create_uploads()
    return Upload.objects.get(pk=upload.pk)


def read(page) -> list[list[str]]:
    return list(csv.reader(StringIO(page.body.decode("utf-8-sig"))))


def told(user, kind: str) -> list[str]:
    return list(Notice.objects.filter(user=user, kind=kind).values_list("sentence", flat=True))


# --- the upload


def test_r9_a_file_becomes_drafts_by_matching_looking_and_one_button(people, visitor):
    """From the file to the list of its drafts, by the pages alone."""
    owner = visitor("owner")
    broken = "W-3,,abc,13/8/2026,9:00 AM,3 State Street,Albany,12207,nobody@x.test"
    again = "W-1,Swap till 9,120.00,12/8/2026,9:00 AM,9 State Street,Albany,12207,manager"
    page = owner.submit(
        UPLOADS, file=file(*rows(2), broken, again), label="Spring refresh", press="Upload and match columns"
    )
    upload = Upload.objects.get()
    assert page.h1 == "Match columns"
    page.has(
        "Work order", "Swap till 1 · Swap till 2", "Read as UTF-8, separated by commas", "Title is required"
    )
    assert (upload.state, upload.total, Assignment.objects.count()) == (UploadState.UPLOADED, 4, 0)

    page = owner.submit(page, press="Check 4 rows", save_as="Store list")
    page.has(
        "2 of 4 rows can become drafts",
        "2 rows have problems",
        "Swap till 1", "Tue, Dec 8, 9:00 AM EST", "Albany, NY", "$120.00 flat", "Owner Olivia Owner",
        "Enter a title.", "Enter an amount in digits, for example 320.00.", "There is no such day as 13/8/2026.",
        "Enter the e-mail address of somebody in your company who creates assignments.",
        "Row 2 of this file has the same number.",
    )  # fmt: skip
    assert Assignment.objects.count() == 0

    page = owner.submit(page, press="Create 2 drafts")
    page.has("Creating drafts", "2 of 4 rows done", "0 drafts created so far")
    assert '<progress id="progress" max="4" value="2">' in page.html
    assert 'hx-trigger="every 5s"' in page.html
    batch_sweeps.create_uploads()

    page = owner.open(f"{UPLOADS}{upload.pk}/")
    assert page.h1 == "2 drafts created"
    page.has("Rows with problems 2", "Nothing was sent.")
    assert "hx-trigger" not in page.html
    made = Assignment.objects.order_by("external_id")
    assert [(row.external_id, row.state, row.client, row.owner, row.price_minor) for row in made] == [
        ("W-1", State.DRAFT, people.client, people.owner, 12_000),
        ("W-2", State.DRAFT, people.client, people.owner, 12_000),
    ]
    assert [f"{row.start_at:%F %R}" for row in made] == ["2026-12-08 14:00"] * 2
    assert set(Site.objects.values_list("street", flat=True)) == {"1 State Street", "2 State Street"}
    assert history(made[0]) == ["created"]
    assert told(people.owner, "upload.finished") == ["Your CSV upload “Spring refresh” is done: 2 drafts"]
    mail = render(Message.objects.get(kind="upload.finished"))
    assert "2 rows were left out." in mail.text
    assert f"{UPLOADS}{upload.pk}/" in mail.text

    found = owner.follow(page, "Open the 2 drafts")
    found.has("Swap till 1", "Swap till 2")
    mending = read(owner.follow(page, "Download 2 rows with problems"))
    assert mending[0][-2:] == ["Row in the file", "What to change"]
    assert [(row[0], row[-2]) for row in mending[1:]] == [("W-3", "4"), ("W-1", "5")]
    assert mending[2][-1].startswith("Owner's e-mail: Enter the e-mail address")
    assert "Your own number: Row 2 of this file has the same number." in mending[2][-1]
    assert UploadMapping.objects.get().columns["external_id"] == "Work order"
    assert list(
        Entry.objects.filter(subject_type="upload", subject_id=upload.pk)
        .order_by("sequence")
        .values_list("kind", "actor")
    ) == [
        ("upload.received", people.owner.pk),
        ("upload.started", people.owner.pk),
        ("upload.finished", None),
    ]


def test_r9_the_mended_rows_come_back_and_nothing_is_doubled(people, visitor):
    """The file of bad rows is a file that can be uploaded; what was made already is refused by its own number."""
    upload = run(uploaded(people, *rows(2), "W-3,=SUM(A1),12,,,,,,"), people)
    assert (upload.good, upload.bad) == (3, 0)
    again = uploaded(people, *rows(2), "W-4,Mended,12,,,,,,")
    assert (again.good, again.bad) == (1, 2)
    reasons = {row.number: row.reason for row in again.rows.filter(result=RowResult.BAD)}
    first = Assignment.objects.get(external_id="W-1")
    assert reasons[2] == f"{first.number} has this number already."
    page = visitor("owner").open(f"{UPLOADS}{again.pk}/")
    page.lacks("=cmd")
    bad = read(visitor("owner").open(f"{UPLOADS}{again.pk}/rows-to-mend.csv"))
    assert [row[0] for row in bad[1:]] == ["W-1", "W-2"]


def test_r9_a_formula_stays_a_text_all_the_way(people, visitor):
    """It is stored as typed, shown as text, and neutral in every file that leaves."""
    bad = "W-1,=cmd|' /C calc'!A0,12;50,,,,,,"
    upload = uploaded(people, bad, "W-2,@SUM(A1),10,,,,,,")
    rows_back = read(visitor("owner").open(f"{UPLOADS}{upload.pk}/rows-to-mend.csv"))
    assert rows_back[1][1] == "'=cmd|' /C calc'!A0"
    run(upload, people)
    assert Assignment.objects.get().title == "@SUM(A1)"
    listed = read(visitor("owner").open("/assignments/?format=csv"))
    assert listed[1][1] == "'@SUM(A1)"


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "empty.csv", "The file is empty. Choose another file."),
        (b"PK\x03\x04" + b"x" * 99, "book.csv", "This is a workbook, not a CSV file."),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, "picture.csv", "signs that no text has"),
        (b'Title\n"open\n', "quotes.csv", "The quotes in line 2 do not match."),
        (b"Title\n", "head.csv", "no row below it"),
        (b"Title\n" + b"A\n" * 10_001, "long.csv", "The file has more than 10,000 rows."),
        (b"x" * (5 * 1024 * 1024 + 1), "big.csv", "The file is larger than 5 MB."),
    ],
)
def test_r9_a_broken_file_is_a_calm_sentence(people, visitor, data, name, sentence):
    """Nothing is kept of it, and the label that was typed stays."""
    broken = SimpleUploadedFile(name, data)
    page = visitor("owner").submit(
        UPLOADS, status=422, file=broken, label="Kept", press="Upload and match columns"
    )
    page.has("There is a problem", sentence)
    assert 'value="Kept"' in page.html
    assert Upload.objects.count() == 0


def test_r9_columns_are_matched_once_and_title_is_needed(people, visitor):
    """A doubled field is named at its column; without a title nothing goes on."""
    owner = visitor("owner")
    page = owner.submit(UPLOADS, file=file("a,b", head="What,Where"), press="Upload and match columns")
    refused = owner.submit(page, status=422, press="Check 1 row", **{"column-0": "city", "column-1": "city"})
    refused.has("City is filled by the column “What” already.")
    refused = owner.submit(page, status=422, press="Check 1 row", **{"column-0": "", "column-1": "city"})
    refused.has("Match a column to Title: every draft needs one.")
    owner.submit(page, press="Check 1 row", **{"column-0": "title", "column-1": ""}).has(
        "1 of 1 row can become a draft"
    )


def test_r9_a_saved_matching_serves_the_next_file_and_can_be_deleted(people, visitor):
    """Kept by the words of the first row, so the columns may stand elsewhere."""
    owner = visitor("owner")
    page = owner.submit(UPLOADS, file=file("a,b", head="What,Where"), press="Upload and match columns")
    owner.submit(
        page, press="Check 1 row", save_as="Partner list", **{"column-0": "title", "column-1": "site_name"}
    )
    saved = UploadMapping.objects.get()
    page = owner.submit(
        UPLOADS, file=file("x,y", head="Where,What"), mapping=saved.pk, press="Upload and match columns"
    )
    assert Upload.objects.first().columns == {"title": 1, "site_name": 0}
    owner.submit(UPLOADS, action=f"{UPLOADS}matchings/{saved.pk}/delete/", press="Delete Partner list")
    assert UploadMapping.objects.count() == 0


def test_r9_locations_customers_owners_and_templates_come_from_the_address_book(people, visitor):
    """By name or number, and only those of the own company."""
    customer = CustomerFactory(client=people.client, name="North Bank")
    project = ProjectFactory(customer=customer, name="Refresh")
    LocationFactory(
        client=people.client, name="Store", number="12", street="1 First St", time_zone="America/Chicago"
    )
    LocationFactory(client=people.client, name="Store", number="13")
    LocationFactory(name="Foreign")
    CustomerFactory(name="Their customer")
    head = "Title,Location,Customer,Project,Owner,Start"
    upload = uploaded(
        people,
        f"A,12,north  BANK,refresh,{people.manager.email.upper()},2026-12-08 09:00",
        "B,Store,,,,",
        "C,Foreign,Their customer,,,",
        f"D,,,,{people.view_only.email},",
        head=head,
    )
    reasons = {row.number: row.reason for row in upload.rows.filter(result=RowResult.BAD)}
    assert reasons == {
        3: "2 saved locations are called so. Enter the number instead.",
        4: "You have no customer of this name. You have no saved location of this name or number.",
        5: "Enter the e-mail address of somebody in your company who creates assignments.",
    }
    run(upload, people)
    row = Assignment.objects.get()
    assert (row.customer, row.project, row.owner, row.time_zone) == (
        customer, project, people.manager, "America/Chicago",
    )  # fmt: skip
    assert (row.start_at.hour, row.site.street) == (15, "1 First St")


def test_r9_only_people_who_create_upload_and_a_foreign_upload_is_not_there(people, visitor):
    """404 for another company, 403 for colleagues without the right; the uploader's own and managers steer it."""
    upload = uploaded(people, *rows(1))
    here = f"{UPLOADS}{upload.pk}/"
    for name in ("controller", "view_only"):
        visitor(name).open(UPLOADS, 403)
        visitor(name).open(here, 403)
    for path in ("", "columns/", "rows-to-mend.csv"):
        visitor("other_client").open(here + path, 404)
    visitor("stranger").open(UPLOADS, 403)
    visitor("user_member").open(here).lacks("Create 1 draft", "Throw this upload away")
    for path in ("create/", "stop/"):
        page = visitor("owner").open(here)
        token = {"csrfmiddlewaretoken": page.posts[0].data().get("csrfmiddlewaretoken")}
        for name, status in (("other_client", 404), ("user_member", 403), ("view_only", 403)):
            visitor(name).client.handler.enforce_csrf_checks = False
            assert visitor(name).client.post(here + path, token).status_code == status
    assert Upload.objects.get().state == UploadState.MAPPED
    visitor("manager").submit(here, press="Create 1 draft")
    assert Upload.objects.get().state == UploadState.RUNNING


def test_r9_the_button_twice_is_once_and_a_stopped_upload_keeps_its_drafts(people, visitor, monkeypatch):
    """Doubled start: the same page. Stop in the middle: what was made stays, nothing more comes."""
    monkeypatch.setattr(upload_rows, "BATCH", 2)
    upload = uploaded(people, *rows(5))
    owner, here = visitor("owner"), f"{UPLOADS}{upload.pk}/"
    page = owner.open(here)
    owner.submit(page, press="Create 5 drafts")
    owner.submit(page, press="Create 5 drafts").has("The drafts are being made already.")
    upload_rows.work(upload.pk, seconds=0)
    page = owner.open(here)
    page.has("2 of 5 rows done")
    owner.submit(page, press="Stop. Keep what is there").has("Upload stopped", "2 drafts had been created")
    assert batch_sweeps.create_uploads() == 0
    assert Assignment.objects.count() == 2
    owner.submit(page, press="Stop. Keep what is there").has("This upload was stopped already.")
    assert told(people.owner, "upload.cancelled") == [], "nobody is told of the own act"


def test_r9_an_uploader_who_lost_the_right_makes_nothing_more(people, visitor, monkeypatch):
    """Onsite stops the upload and says why."""
    monkeypatch.setattr(upload_rows, "BATCH", 2)
    upload = uploaded(people, *rows(3))
    uploads.start(upload.pk, actor=people.owner)
    upload_rows.work(upload.pk, seconds=0)
    people.client.members.filter(user=people.owner).update(role=Role.VIEW_ONLY)
    batch_sweeps.create_uploads()
    upload = Upload.objects.get()
    assert (upload.state, upload.good, Assignment.objects.count()) == (UploadState.CANCELLED, 2, 2)
    assert told(people.owner, "upload.cancelled") == ["Your CSV upload “spring.csv” was stopped"]


def test_r9_one_poisonous_row_does_not_hold_up_the_others(people, monkeypatch):
    """A row whose draft cannot be made is told as bad; the next one is made."""
    real = drafting.create

    def poisoned(content, **more):
        if content.columns["title"] == "Swap till 2":
            raise RuntimeError("poison")
        return real(content, **more)

    monkeypatch.setattr(upload_rows, "create", poisoned)
    upload = run(uploaded(people, *rows(3)), people)
    assert (upload.state, upload.good, upload.bad) == (UploadState.DONE, 2, 1)
    assert upload.rows.get(result=RowResult.BAD).reason == upload_rows.NOT_MADE


def test_r9_a_number_taken_meanwhile_is_found_at_the_moment_of_making(people):
    """Judged good, then a colleague typed the same number: one assignment, and the row says so."""
    upload = uploaded(people, *rows(2))
    taken = drafting.create(Content({"title": "By hand", "external_id": "W-2"}), actor=people.manager)
    upload = run(upload, people)
    assert (upload.good, upload.bad) == (1, 1)
    assert upload.rows.get(result=RowResult.BAD).reason == f"{taken.number} has this number already."


def test_r9_old_uploads_are_emptied_and_forgotten_ones_stopped(people, at):
    """Typed cells are personal data: 30 days after the end they are gone, a week after being left too."""
    done = run(uploaded(people, *rows(1), "W-9,,,,,,,,"), people)
    left = uploaded(people, *rows(1, first=5))
    assert (done.good, done.bad) == (1, 1)
    assert UploadRow.objects.get(upload=done, result=RowResult.MADE).cells == []
    with at(clock.now() + timedelta(days=8)):
        batch_sweeps.tidy_uploads()
    left.refresh_from_db()
    assert (left.state, left.why) == (UploadState.CANCELLED, "It was left for a week.")
    with at(clock.now() + timedelta(days=45)):
        batch_sweeps.tidy_uploads()
    assert all(row.cells == [] for row in UploadRow.objects.all())


def test_r9_the_pages_of_an_upload_ask_the_same_however_long_the_file_is(
    people, visitor, django_assert_max_num_queries
):
    """Constant queries: 3 rows and 300."""
    owner = visitor("owner")
    for count in (3, 300):
        upload = uploaded(people, *rows(count, first=count * 10), "W-0,,,,,,,,")
        for path, most in (("", 15), ("columns/", 12)):
            with django_assert_max_num_queries(most):
                owner.open(f"{UPLOADS}{upload.pk}/{path}")


# --- templates


def template_of(people, **more: object) -> Template:
    row = assignment_in(
        State.SENT,
        owner=people.owner,
        title="Weekly store check",
        content=Content(
            wanted=[Wanted("Shelf", count=3)], asked=[Asked("Manager's name")], skills=["retail"]
        ),
        **{"checkin_required": False, **more},
    )
    return templates.save_template(row.pk, actor=people.owner, name="Store check", customer_id=None)


def test_r9_an_assignment_is_kept_as_a_template_and_started_from(people, visitor):
    """All parts but dates, own number, worker and files; the draft is independent."""
    customer = CustomerFactory(client=people.client, name="North Bank")
    row = marked(
        people, State.ASSIGNED, wanted=(Wanted("Rack", count=2),), asked=(Asked("Serial"),), external_id="W-77",
        customer=customer, title="Swap the rack",
    )  # fmt: skip
    owner = visitor("owner")
    page = owner.submit(url(row, "save-template/"), press="Save template", name="Rack swap")
    page.has("Rack swap", "Swap the rack", markers.STREET, "North Bank", "2 x Rack", "Serial", "$351.23 flat")
    template = Template.objects.get()
    assert (template.customer, template.client) == (customer, people.client)
    owner.submit(url(row, "save-template/"), status=422, press="Save template", name="rack SWAP").has(
        "You have a template of this name. Choose another name."
    )
    owner.open("/assignments/new/").has("Rack swap")
    start = owner.follow(page, "Start a draft")
    owner.submit(start, press="Create draft and edit it")
    draft = owner.submit(start, press="Create draft and edit it")
    assert draft.h1 == "Edit assignment"
    made = Assignment.objects.exclude(pk=row.pk).get()
    assert (made.title, made.price_minor, made.customer, made.owner, made.site.street) == (
        "Swap the rack", markers.PRICE_MINOR, customer, people.owner, markers.STREET,
    )  # fmt: skip
    assert (made.start_at, made.external_id, made.worker, made.attachments.count()) == (None, "", None, 0)
    assert [(one.title, one.count) for one in made.requirements.all()] == [("Rack", 2)]
    assert [one.label for one in made.custom_fields.all()] == ["Serial"]


def test_r9_templates_are_listed_by_customer_renamed_and_deleted(people, visitor):
    """A template with a running repetition is not deleted; its drafts stay."""
    template = template_of(people)
    customer = CustomerFactory(client=people.client, name="North Bank")
    owner, here = visitor("owner"), f"/assignments/templates/{template.pk}/"
    owner.submit(here, press="Save name", name="Monthly check", customer=customer.pk)
    owner.open(f"/assignments/templates/?customer={customer.pk}").has("For North Bank", "Monthly check")
    for path in ("", "start/", "repeat/", "delete/"):
        visitor("other_client").open(here + path, 404)
        visitor("view_only").open(here + path, 403)
    repeat(people, template)
    owner.submit(here + "delete/", status=422, press="Delete template").has(
        "end the repetition “Monthly check” first"
    )
    recurrences.end(Recurrence.objects.get().pk, actor=people.owner)
    owner.submit(here + "delete/", press="Delete template").has("The template “Monthly check” is deleted.")
    assert (Template.objects.count(), Recurrence.objects.get().template) == (0, None)


def test_r9_an_upload_takes_a_template_for_all_rows_or_by_its_name(people, visitor):
    """What a row says wins; what it leaves empty is the template's."""
    template = template_of(people)
    owner = visitor("owner")
    upload = uploaded(
        people,
        "12/8/2026 9:00 AM,,",
        "12/9/2026 9:00 AM,Special,99",
        head="Start,Title,Price",
        template_id=template.pk,
    )
    run(upload, people)
    made = Assignment.objects.filter(upload_row__upload=upload).order_by("pk")
    assert [(row.title, row.price_minor, row.city) for row in made] == [
        ("Weekly store check", 35_000, "Albany"), ("Special", 9_900, "Albany"),
    ]  # fmt: skip
    assert [one.title for one in made[0].requirements.all()] == ["Shelf"]
    named = run(uploaded(people, "store CHECK,", "none,", head="Template,Price"), people)
    assert (named.good, named.bad) == (1, 1)
    owner.open(f"{UPLOADS}{upload.pk}/").has("Template Store check")


# --- repetitions


def repeat(people, template: Template, **more: object) -> Recurrence:
    """Every Tuesday and Friday at 9:00 in New York, drafts a week before. Today is Tuesday, December 1, 7:00 there."""
    values = {
        "unit": Unit.WEEK, "every": 1, "weekdays": bits([1, 4]), "starts_on": date(2026, 12, 1),
        "at": datetime(2026, 1, 1, 9, 0).time(), "time_zone": "America/New_York",  # noqa: DTZ001
    }  # fmt: skip
    lead, count = more.pop("lead_days", 7), more.pop("count", None)
    rule = Rule(**{**values, **more})
    return recurrences.set_up(template.pk, rule, actor=people.owner, lead_days=lead, count=count)


def days(row: Recurrence) -> list[tuple[str, str]]:
    """(day, start in UTC or "missed") of what it made, oldest first."""
    return [
        (f"{one.on:%m-%d}", f"{one.assignment.start_at:%m-%d %H:%M}" if one.assignment else "missed")
        for one in row.children.select_related("assignment").order_by("on")
    ]


def test_r9_a_rule_is_set_up_by_its_page_and_makes_drafts_ahead(people, visitor, at):
    """Each child is a draft of its own; the owner is told; the page lists them."""
    template = template_of(people)
    owner = visitor("owner")
    page = owner.submit(
        f"/assignments/templates/{template.pk}/repeat/", press="Start the repetition", unit="week", every="1",
        weekdays=["1", "4"], at="09:00", starts_on="2026-12-01", ends="never", lead_days="7",
    )  # fmt: skip
    page.has("Every week on Tuesday and Friday, 9:00 AM", "No drafts yet", "Fri, Dec 4")
    row = Recurrence.objects.get()
    batch_sweeps.draft_recurrences()
    assert days(row) == [("12-01", "12-01 14:00"), ("12-04", "12-04 14:00")]
    draft = Assignment.objects.filter(recurred__recurrence=row).order_by("start_at").first()
    assert (draft.state, draft.owner, draft.title) == (State.DRAFT, people.owner, "Weekly store check")
    created = Entry.objects.get(subject_type="assignment", subject_id=draft.pk)
    assert (created.kind, created.actor, created.role) == ("assignment.created", None, "system")
    assert told(people.owner, "recurrence.drafted") == ["2 new drafts from “Store check”"]
    for _ in range(3):
        assert batch_sweeps.draft_recurrences() == 0
    with at(clock.now() + timedelta(days=3)):
        batch_sweeps.draft_recurrences()
        batch_sweeps.draft_recurrences()
    assert [on for on, _ in days(row)] == ["12-01", "12-04", "12-08", "12-11"][: len(days(row))]
    assert len(days(row)) == 3
    owner.open(f"/assignments/repetitions/{row.pk}/").has("Weekly store check", "Draft")


def test_r9_a_rule_says_what_is_missing(people, visitor):
    """Errors stand at their inputs, and what was typed stays."""
    template = template_of(people)
    page = visitor("owner").submit(
        f"/assignments/templates/{template.pk}/repeat/", status=422, press="Start the repetition", unit="week",
        at="09:00", ends="on", starts_on="2026-12-09",
    )  # fmt: skip
    page.has("Choose at least one day.", "Enter the last day.")
    assert 'value="2026-12-09"' in page.html


def test_r9_after_a_long_silence_only_days_ahead_get_drafts(people, at):
    """Onsite was down for a month: what has passed is noted as missed, no flood of drafts in the past."""
    row = repeat(people, template_of(people))
    with at(clock.now() + timedelta(days=30)):
        for _ in range(3):
            batch_sweeps.draft_recurrences()
    found = days(row)
    assert [on for on, what in found if what == "missed"] == [
        "12-01", "12-04", "12-08", "12-11", "12-15", "12-18", "12-22", "12-25", "12-29",
    ]  # fmt: skip
    assert [on for on, what in found if what != "missed"] == ["01-01", "01-05"]


def test_r9_the_time_at_the_site_stays_over_the_change_of_clocks(people, at):
    """9:00 in New York is 14:00 UTC in winter and 13:00 from March 14 on."""
    row = repeat(people, template_of(people), unit=Unit.DAY, weekdays=0, starts_on=date(2027, 3, 12), count=4)
    with at(datetime.fromisoformat("2027-03-12T00:00:00+00:00")):
        batch_sweeps.draft_recurrences()
    assert [start for _, start in days(row)] == ["03-12 14:00", "03-13 14:00", "03-14 13:00", "03-15 13:00"]


def test_r9_a_rule_ends_by_number_and_says_so(people, at):
    row = repeat(people, template_of(people), count=2)
    batch_sweeps.draft_recurrences()
    row.refresh_from_db()
    assert (row.state, row.left, row.due_at, len(days(row))) == ("ended", 0, None, 2)
    assert told(people.owner, "recurrence.ended") == ["The repetition “Store check” has ended"]
    with at(clock.now() + timedelta(days=60)):
        assert batch_sweeps.draft_recurrences() == 0


def test_r9_pause_go_on_and_end_by_buttons(people, visitor, at):
    """What passes during a pause gets no draft and no line; nobody but its owner and managers may."""
    row = repeat(people, template_of(people), lead_days=0)
    here = f"/assignments/repetitions/{row.pk}/"
    visitor("owner").submit(here, press="Pause").has("Paused since")
    visitor("other_client").open(here, 404)
    visitor("user_member").open(here).lacks("Go on", "End for good")
    with at(clock.now() + timedelta(days=14)):
        assert batch_sweeps.draft_recurrences() == 0
        visitor("manager").submit(here, press="Go on")
        batch_sweeps.draft_recurrences()
    row.refresh_from_db()
    assert (days(row), row.next_on) == ([], date(2026, 12, 15))
    visitor("owner").submit(here, press="End for good").has("It has ended.")
    assert told(people.owner, "recurrence.ended") == []


def test_r9_an_owner_who_left_pauses_the_rule_and_administrators_hear_of_it(people):
    template = template_of(people)
    rule = repeat(people, template)
    Recurrence.objects.filter(pk=rule.pk).update(owner=people.user_member)
    people.client.members.filter(user=people.user_member).update(is_active=False)
    batch_sweeps.draft_recurrences()
    rule.refresh_from_db()
    assert (rule.state, rule.why) == ("paused", "Its owner may no longer create assignments.")
    assert RecurrenceChild.objects.count() == 0
    assert told(people.owner, "recurrence.paused") == ["The repetition “Store check” is paused"]


# --- every list as a file


def sheet_rows(page) -> list[list[str]]:
    """The texts of a workbook, row by row, as its own reader would show them."""
    import re  # noqa: PLC0415
    import zipfile  # noqa: PLC0415

    text = zipfile.ZipFile(BytesIO(page.body)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in text
    return [re.findall(r"<(?:t|v)[^>]*>([^<]*)</(?:t|v)>", row) for row in text.split("<row ")[1:]]


def key() -> str:
    return str(uuid4())
