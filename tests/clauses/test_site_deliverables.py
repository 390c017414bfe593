"""Deliverables: files by name and due time, photos, signatures, grouped fields, one answer for each file (W4)."""

import base64
import io
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from assignments import tasks
from assignments.actions.asking import write_fields
from assignments.actions.drafting import Asked, Grouped, Wanted
from assignments.actions.receiving import receive_mail
from assignments.models import (
    Attachment,
    ChangeOrder,
    CustomField,
    CustomValue,
    Deliverable,
    FieldPhoto,
    LabelEvent,
    Message,
    MessageFile,
    MoneyRequest,
    Problem,
    ProblemPhoto,
)
from assignments.reply_address import Reply, address
from assignments.states import State
from common import clock
from tests.factories import deliver
from tests.support.evil_files import Evil, all_of_them
from tests.support.facts import fresh, history, told, url
from tests.support.markers import marked
from tests.support.photos import ALBANY, CAMERA, photo
from tests.support.stored import stored

RACK = Wanted("Rack photo", count=2)
SIGNED = Wanted("Sign-off", "signature", instructions="Of the store manager.")
HOUR = timedelta(hours=1)
PROBLEM = {"kind": "access", "severity": "stops", "text": "Nobody opens."}


def drawn(*, blank: bool = False) -> str:
    """A drawing as the page sends it."""
    pad = Image.new("RGB", (900, 300), "white")
    if not blank:
        ImageDraw.Draw(pad).line((60, 200, 400, 80, 700, 220), fill="#10151c", width=4)
    made = io.BytesIO()
    pad.save(made, "PNG")
    return "data:image/png;base64," + base64.b64encode(made.getvalue()).decode()


def test_w4_each_file_has_its_name_its_moment_and_its_due_time(people, visitor):
    """W4: the client says what, how many, when and until when; both read it; the earliest due time makes it late."""
    asked = (
        Wanted("Rack before", moment="before", due_minutes=90),
        Wanted("Rack after", count=2, moment="after", instructions="Labels readable."),
    )
    row = marked(people, State.IN_PROGRESS, wanted=asked)
    row = fresh(row)
    drafting_due = row.start_at + 8 * HOUR
    type(row).objects.filter(pk=row.pk).update(deliverables_due_at=drafting_due)
    before, after = row.requirements.all()
    for name in ("owner", "worker"):
        visitor(name).open(url(row)).has(
            "Rack before", "1 photo, before the work, due 1 h 30 min after the start", "2 photos, after the work",
        )  # fmt: skip
    deliver(row, after, people.worker.user, "a")
    kept = fresh(row)
    assert (kept.files_late_from_at, kept.open_due_minutes, kept.open_by_default) == (
        row.start_at + 1.5 * HOUR, 90, True,
    )  # fmt: skip
    tasks.refresh_labels()
    visitor("worker").open(url(row)).has("Late Deliverables")
    visitor("owner").open(url(row)).has("Late Deliverables")
    deliver(row, before, people.worker.user, "b")
    assert fresh(row).files_late_from_at == drafting_due
    assert not LabelEvent.objects.filter(assignment=row, label="late_deliverables", cleared_at=None).exists()
    deliver(row, after, people.worker.user, "c")
    kept = fresh(row)
    assert (kept.files_late_from_at, kept.deliverables_fulfilled) == (None, True)


def test_w4_the_draft_form_asks_for_files_and_groups_of_fields_and_copies_keep_them(people, visitor):
    """W4: files with moment and due time, groups with fields of each kind, a survey; drawn again, copied, kept."""
    row = marked(people, State.DRAFT)
    owner = visitor("owner")
    typed = {
        "wanted-0-title": "Rack before", "wanted-0-kind": "photo", "wanted-0-count": 3, "wanted-0-moment": "before",
        "wanted-0-due_minutes": "1:30", "wanted-0-instructions": "Whole rack.",
        "asked-0-label": "Serials", "asked-0-kind": "serials", "asked-0-count": 4, "asked-0-group": "Router",
        "asked-1-label": "Signal", "asked-1-kind": "number", "asked-1-least": "-90.50", "asked-1-most": "0",
        "asked-1-group": "router", "asked-1-is_required": True,
        "asked-2-label": "How was it?", "asked-2-kind": "choice", "asked-2-choices": "Good, Bad",
        "asked-2-group": "Survey",
        "groups-0-title": "Survey", "groups-0-is_survey": "survey", "groups-0-instructions": "For the store.",
    }  # fmt: skip
    owner.submit(url(row, "edit/"), press="Save draft", **typed)
    wanted = row.requirements.get()
    assert (wanted.moment, wanted.due_minutes, wanted.count) == ("before", 90, 3)
    serials, signal, survey = row.custom_fields.all()
    assert (serials.kind, serials.count, serials.group.title) == ("serials", 4, "Router")
    assert (signal.least, signal.most, signal.group) == (-90.5, 0, serials.group)
    assert (survey.group.title, survey.group.is_survey, survey.group.instructions) == (
        "Survey", True, "For the store.",
    )  # fmt: skip

    page = owner.open(url(row, "edit/"))
    assert page.form_with({"groups-0-title"}).controls["wanted-0-due_minutes"].sent == ["1:30"]
    titles = [page.form_with({"groups-0-title"}).controls[f"groups-{n}-title"].sent[0] for n in (0, 1)]
    assert titles == ["Router", "Survey"]
    again = owner.submit(
        page, press="Save draft", status=422, **{"asked-1-most": "-100", "groups-0-title": "survey"}
    )
    again.has(
        "Enter a largest number above the smallest one.", "This group is in the list already. Enter another name."
    )  # fmt: skip
    owner.submit(url(row, "edit/"), press="Save draft", **{"groups-0-title": "Router cabinet"})
    assert {one.group.title for one in row.custom_fields.all()} == {"Router cabinet", "Survey"}

    owner.submit(url(row, "copy/"))
    copy = type(row).objects.latest("pk")
    assert copy.pk != row.pk
    for made in (copy,):
        assert [(w.title, w.moment, w.due_minutes) for w in made.requirements.all()] == [
            ("Rack before", "before", 90)
        ]
        assert [(f.label, f.group.title, f.count, f.least) for f in made.custom_fields.all()] == [
            ("Serials", "Router cabinet", 4, None), ("Signal", "Router cabinet", 1, signal.least),
            ("How was it?", "Survey", 1, None),
        ]  # fmt: skip
        assert [g.is_survey for g in made.field_groups.all()] == [False, True]


def test_w4_the_client_accepts_each_file_or_asks_for_it_again(people, visitor):
    """W4: an accepted file stays, whatever comes; one asked again opens its place; the worker reads both."""
    row = marked(people, State.IN_PROGRESS, wanted=(RACK,))
    actor, wanted = people.worker.user, row.requirements.get()
    first, second = (deliver(row, wanted, actor, name) for name in ("one", "two"))
    owner, worker = visitor("owner"), visitor("worker")
    owner.submit(url(row, "deliverables/"), action=url(row, f"deliverables/{first.pk}/accept/"))
    owner.post(url(row, f"deliverables/{first.pk}/accept/"), {}, status=403)  # without its token
    owner.submit(url(row, f"deliverables/{second.pk}/reject/"), reason="Too dark")
    first, second = Deliverable.objects.order_by("pk")
    assert (first.accepted_at, first.accepted_by, second.rejected_at) == (
        clock.now(),
        people.owner,
        clock.now(),
    )
    assert fresh(row).deliverables_fulfilled is False
    assert history(row)[-2:] == ["deliverable_accepted", "deliverable_rejected"]
    assert told(people, "worker", row)[-1] == "deliverable_rejected"

    page = worker.open(url(row, f"deliver/{wanted.pk}/"))
    page.has("Accepted by the client", "Asked again: Too dark", "1 of 2 missing")
    assert "Remove one.png" not in page.links
    worker.open(url(row, f"deliverables/{first.pk}/remove/"), 409).has(
        "The client accepted this file. It stays."
    )
    owner.open(url(row, f"deliverables/{first.pk}/reject/"), 409).has("This file is accepted. It stays.")
    deliver(row, wanted, actor, "three")
    first.refresh_from_db()
    assert (first.accepted_by, fresh(row).deliverables_fulfilled) == (people.owner, True)
    visitor("stranger").open(url(row, f"deliverables/{first.pk}/accept/"), 404)
    worker.open(url(row, f"deliverables/{first.pk}/accept/"), 403)


def test_w4_a_photo_is_read_and_kept_without_what_the_camera_wrote(people, visitor):
    """W4: time, place and distance are kept as hints; the file that both sides get has none of it; a thumb beside."""
    row = marked(people, State.IN_PROGRESS, wanted=(RACK,))
    wanted, taken = row.requirements.get(), clock.now() - HOUR
    sent = photo("../../rack.jpg", taken=taken, place=ALBANY)
    original = sent.read()
    sent.seek(0)
    page = visitor("worker").submit(url(row, f"deliver/{wanted.pk}/"), files=sent)
    page.has("1 of 2 missing", "1,200 x 900 pixels, taken Tue, Dec 1", "during the visit, 0 m from the site")
    page.lacks("Hint:")
    kept = Deliverable.objects.get()
    assert (kept.name, kept.taken_at, kept.taken_lat, kept.taken_distance_m) == (
        "rack.jpg",
        taken,
        ALBANY[0],
        0,
    )
    assert kept.original_sha256 != kept.sha256
    for name in ("owner", "worker"):
        page = visitor(name).open(url(row, "deliverables/"))
        page.has("rack.jpg", "0 m from the site")
        full, small = (visitor(name).open(f"/files/deliverables/{kept.uuid}/{end}") for end in ("", "small/"))
        for content in (full.body, small.body):
            assert CAMERA.encode() not in content
            assert b"Exif" not in content
        assert CAMERA.encode() in original
        assert max(Image.open(io.BytesIO(small.body)).size) == 400
        assert small.response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    for name in ("stranger", "applicant", "other_client"):
        visitor(name).open(f"/files/deliverables/{kept.uuid}/small/", 404)


def test_w4_hints_are_there_while_the_worker_still_stands_there_and_block_nothing(people, visitor):
    """W4: blurred, small, alike, old and far are said at once on the worker's page; all of them count."""
    row = marked(people, State.IN_PROGRESS, wanted=(Wanted("Rack photo", count=5),))
    worker, path = visitor("worker"), url(row, f"deliver/{row.requirements.get().pk}/")
    now = clock.now()
    page = worker.submit(
        path,
        files=[
            photo("good.jpg", taken=now - HOUR, place=ALBANY),
            photo("same.jpg", taken=now - HOUR, quality=70),
            photo("grey.jpg", flat=True, size=(640, 480), taken=now - 40 * 24 * HOUR, place=(42.9, -73.7549)),
        ],
    )
    page.has(
        "2 of 5 missing", "Hint: It looks like good.jpg.", "Hint: It may be blurred.",
        "Hint: It is small: 640 pixels on the longest side.", "Hint: It was taken long before the visit.",
        "Hint: It was taken 27.7 km from the site.",
    )  # fmt: skip
    assert page.url == path
    worker.open(url(row, "visit/")).has("3 of 5, 2 missing")
    visitor("owner").open(url(row, "deliverables/")).has("Hint: It may be blurred.")
    worker.submit(path, files=[photo("four.jpg", seed=4), photo("five.jpg", seed=5)]).has("5 of 5 here")
    assert fresh(row).deliverables_fulfilled is True


def test_w4_the_place_stays_in_the_file_only_by_the_workers_choice(people, visitor):
    """W4: a tick keeps place and time in the file itself; nothing else of the camera."""
    row = marked(people, State.IN_PROGRESS, wanted=(RACK,))
    path = url(row, f"deliver/{row.requirements.get().pk}/")
    visitor("worker").submit(path, files=photo(place=ALBANY, taken=clock.now()), keep_place=True)
    content = Deliverable.objects.get().file.read()
    gps = Image.open(io.BytesIO(content)).getexif().get_ifd(0x8825)
    assert float(gps[2][0]) == ALBANY[0]
    assert CAMERA.encode() not in content


def test_w4_a_signature_is_drawn_on_the_page_with_the_name_of_who_signs(people, visitor):
    """W4: the drawing, name and role are kept and shown; an empty pad and a missing name are told at the field."""
    row = marked(people, State.IN_PROGRESS, wanted=(SIGNED,))
    worker, path = visitor("worker"), url(row, f"deliver/{row.requirements.get().pk}/")
    worker.submit(path, status=422, signer_name="", drawing=drawn()).has("Enter name of who signs")
    nothing = worker.submit(path, status=422, signer_name="Sam Site")
    nothing.has("Draw the signature, or tick that it was signed on paper and add a photo.")
    blank = worker.submit(path, status=422, signer_name="Sam Site", drawing=drawn(blank=True))
    blank.has("Draw the signature first.")
    worker.submit(path, status=422, signer_name="Sam Site", drawing="data:image/png;base64,????").has(
        "The drawing did not arrive whole. Draw it again."
    )
    assert Deliverable.objects.count() == 0
    worker.submit(path, signer_name="Sam Site", signer_role="Store manager", drawing=drawn())
    kept = Deliverable.objects.get()
    assert (kept.signer_name, kept.signer_role, kept.is_drawn, kept.content_type) == (
        "Sam Site", "Store manager", True, "image/png",
    )  # fmt: skip
    assert fresh(row).deliverables_fulfilled is True
    for name in ("owner", "worker"):
        page = visitor(name).open(url(row, "deliverables/"))
        page.has("Signed by Sam Site, Store manager, on the screen")
        page.lacks("Hint:")


def test_w4_without_script_the_signed_paper_is_photographed(people, visitor):
    """W4: a tick and a photo of the paper do the same; the tick without a file does not."""
    row = marked(people, State.IN_PROGRESS, wanted=(SIGNED,))
    worker, path = visitor("worker"), url(row, f"deliver/{row.requirements.get().pk}/")
    worker.submit(path, status=422, signer_name="Sam Site", on_paper=True).has(
        "Choose the photo or PDF of the signed paper."
    )
    worker.submit(path, status=422, signer_name="Sam Site", file=photo()).has(
        "Tick that it was signed on paper"
    )
    worker.submit(path, signer_name="Sam Site", on_paper=True, file=photo("paper.jpg"))
    kept = Deliverable.objects.get()
    assert (kept.name, kept.is_drawn, kept.signer_name) == ("paper.jpg", False, "Sam Site")
    visitor("owner").open(url(row, "deliverables/")).has("Signed by Sam Site, on paper")


def test_w4_fields_are_filled_group_by_group_and_the_survey_last(people, visitor):
    """W4: text, number, choice, date, serial list and photo, each judged at its field; the checklist counts with it."""
    asked = [
        Asked("Router serials", "serials", group="Routers", count=4),
        Asked("Signal", "number", group="Routers", least="-90", most="0"),
        Asked("Rating plate", "photo", group="Routers"),
        Asked("How was it?", "choice", ["Good", "Bad"], group="Survey"),
        Asked("Anything else", group="Extra", is_required=True),
        Asked("Spare part", group="Extra", is_required=False),
    ]
    groups = [Grouped("Survey", is_survey=True), Grouped("Routers"), Grouped("Extra", is_required=False)]
    row = marked(people, State.IN_PROGRESS, asked=(Asked("Gone"),))
    CustomField.objects.filter(assignment=row).delete()
    write_fields(row, asked, groups)
    serials, signal, plate, survey, extra, _ = row.custom_fields.all()
    worker = visitor("worker")
    worker.open(url(row, "visit/")).has("Routers 0 of 6, 6 missing", "Survey 0 of 1, 1 missing")
    page = worker.open(url(row, "visit/"))
    lines = [page.text.index(f"{title} 0 of") for title in ("Routers", "Survey")]
    assert lines == sorted(lines)
    assert "Extra 0 of" not in page.text
    path = url(row, f"fields/{serials.group_id}/")
    name = {field.pk: f"custom_{field.pk}" for field in row.custom_fields.all()}
    typed = {
        name[serials.pk]: "SN-1\nSN-2\nsn-1",
        name[signal.pk]: "5",
        name[plate.pk]: SimpleUploadedFile("a.txt", b"x"),
    }
    refused = worker.submit(path, status=422, **typed)
    refused.has("sn-1 is in the list twice.", "Enter 0 or less.", "Add a picture: JPEG, PNG or WebP.", "SN-2")
    assert (CustomValue.objects.count(), FieldPhoto.objects.count()) == (0, 0)
    worker.submit(
        path,
        **{
            **typed,
            name[serials.pk]: "SN-1\n\nSN-2\nSN-3",
            name[signal.pk]: "-61.5",
            name[plate.pk]: photo("plate.jpg", place=ALBANY),
        },
    )
    worker.open(url(row, "visit/")).has("Routers 5 of 6, 1 missing")
    worker.submit(path, **{name[serials.pk]: "SN-1\nSN-2\nSN-3\nSN-4"})
    worker.submit(url(row, f"fields/{survey.group_id}/"), **{name[survey.pk]: "Good"})
    values = dict(CustomValue.objects.values_list("field_id", "value"))
    assert values == {
        serials.pk: "SN-1\nSN-2\nSN-3\nSN-4", signal.pk: "-61.5", plate.pk: "plate.jpg", survey.pk: "Good",
    }  # fmt: skip
    half = worker.submit(url(row, f"fields/{extra.group_id}/"), status=422, **{f"custom_{_.pk}": "Fuse"})
    half.has("Enter an answer, or empty this whole group.")
    worker.submit(path, **{name[plate.pk]: photo("again.jpg", seed=2)})
    first, second = FieldPhoto.objects.order_by("pk")
    assert (first.removed_at is None, second.removed_at, second.taken_lat) == (False, None, None)
    page = visitor("owner").open(url(row, "deliverables/"))
    page.has("Router serials 4 of 4 SN-1 SN-2 SN-3 SN-4", "-61.5", "Good")
    assert visitor("owner").open(f"/files/fields/{second.uuid}/").status == 200
    for who, uuid in (("stranger", second.uuid), ("owner", first.uuid)):
        visitor(who).open(f"/files/fields/{uuid}/", 404)


ONE_OF_EACH = tuple({evil.sentence: evil for evil in all_of_them()}.values())
"""One file for each sentence: that all of them are refused by the one check is told in test_evil_files.py."""


@pytest.mark.parametrize("evil", ONE_OF_EACH, ids=lambda evil: ascii(evil.name))
def test_w4_nothing_bad_is_kept_at_any_door(people, visitor, evil: Evil):
    """W4: bombs, polyglots, scripts, wrong names, empty files and tricks: a sentence at the field, nothing stored."""
    asked = (Asked("Plate", "photo"),)
    row = marked(people, State.IN_PROGRESS, wanted=(Wanted("Any", "document"), SIGNED), asked=asked)
    document, signature = row.requirements.all()
    field = row.custom_fields.get()
    worker, owner = visitor("worker"), visitor("owner")
    draft = marked(people, State.DRAFT)
    before = stored()
    files, said = Attachment.objects.count(), Message.objects.count()
    answers = [
        worker.submit(url(row, f"deliver/{document.pk}/"), status=422, files=evil.upload()),
        worker.submit(
            url(row, f"deliver/{signature.pk}/"), status=422, signer_name="Sam", on_paper=True, file=evil.upload()
        ),
        worker.submit(url(row, f"fields/{field.group_id}/"), status=422, **{f"custom_{field.pk}": evil.upload()}),
        worker.submit(
            url(row, "request/expense/"), status=422, amount="5.00", reason="Parking", receipt=evil.upload()
        ),
        owner.submit(url(draft, "attach/"), status=422, documents=evil.upload()),
        owner.submit(url(row, "messages/"), status=422, body="As it is.", attached=evil.upload()),
        worker.submit(url(row, "report-problem/"), status=422, **PROBLEM, photos=evil.upload()),
        worker.submit(url(row, "changes/"), status=422, what="One more rack", amount="5.00", photo=evil.upload()),
    ]  # fmt: skip
    for answer in answers:
        answer.has(evil.sentence)
    assert stored() == before
    assert (Deliverable.objects.count(), FieldPhoto.objects.count(), MoneyRequest.objects.count()) == (
        0,
        0,
        0,
    )
    assert (Attachment.objects.count(), CustomValue.objects.count()) == (files, 0)
    assert (Message.objects.count(), Problem.objects.count(), ChangeOrder.objects.count()) == (said, 0, 0)


def test_w4_no_other_picture_keeps_what_the_camera_wrote(people, visitor, settings):
    """W4: messages, replies by mail, problem photos and extra work lose the camera's clock, make and place too."""
    settings.ONSITE_REPLY_DOMAIN = "reply.onsite.test"
    row = marked(people, State.IN_PROGRESS)
    worker = visitor("worker")
    worker.submit(url(row, "messages/"), body="As it is.", attached=photo("a.jpg", place=ALBANY))
    worker.submit(url(row, "report-problem/"), **PROBLEM, photos=photo("b.jpg", place=ALBANY))
    worker.submit(
        url(row, "changes/"), what="One more rack", amount="5.00", photo=photo("c.jpg", place=ALBANY)
    )
    letter = EmailMessage()
    letter["To"], letter["From"] = (
        address(Reply(row.pk, people.worker.user.pk, False)),
        people.worker.user.email,
    )
    letter["Message-ID"] = "<one@worker.test>"
    letter.set_content("And the other side of it.")
    letter.add_attachment(photo("d.jpg", place=ALBANY).read(), "image", "jpeg", filename="d.jpg")
    receive_mail(letter.as_bytes())
    kept = [*MessageFile.objects.all(), *ProblemPhoto.objects.all()]
    assert sorted(one.name for one in kept) == ["a.jpg", "b.jpg", "d.jpg"]
    for file in (*(one.file for one in kept), ChangeOrder.objects.get().photo):
        with Image.open(file) as found:
            assert not found.getexif()


def test_w4_downloads_answer_parts_and_names_do_no_harm(people, visitor):
    """W4: one range is served, a wrong one is 416; HEAD has no body; a name cannot break out of its header."""
    row = marked(people, State.IN_PROGRESS, wanted=(Wanted("Log", "document"),))
    sent = SimpleUploadedFile("log.txt", b"0123456789" * 20)
    visitor("worker").submit(url(row, f"deliver/{row.requirements.get().pk}/"), files=sent)
    kept = Deliverable.objects.get()
    Deliverable.objects.update(
        name='a"b\u202etxt.\r\nX-Bad: 1;.txt'
    )  # past the gate, which lets no such name in
    browser, path = visitor("owner").client, f"/files/deliverables/{kept.uuid}/"

    def ask(method: str = "get", **headers: str) -> tuple[int, bytes, str | None]:
        answer = getattr(browser, method)(path, headers=headers)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "X-Bad" not in answer.headers
        return answer.status_code, body, answer.headers.get("Content-Range")

    whole = b"0123456789" * 20
    assert ask() == (200, whole, None)
    assert ask("head") == (200, b"", None)
    assert ask(Range="bytes=0-3") == (206, b"0123", "bytes 0-3/200")
    assert ask(Range="bytes=195-") == (206, b"56789", "bytes 195-199/200")
    assert ask(Range="bytes=-2") == (206, b"89", "bytes 198-199/200")
    assert ask(Range="bytes=190-5000") == (206, whole[190:], "bytes 190-199/200")
    for beyond in ("bytes=200-", "bytes=-0", "bytes=900-901"):
        assert ask(Range=beyond) == (416, b"", "bytes */200")
    for ignored in ("bytes=0-1,5-6", "bytes=5-2", "bytes=-", "lines=1-2", "bytes=a-b"):
        assert ask(Range=ignored) == (200, whole, None)
    tag = browser.get(path).headers["ETag"]
    assert ask(Range="bytes=0-3", **{"If-Range": tag})[0] == 206
    assert ask(Range="bytes=0-3", **{"If-Range": '"other"'})[0] == 200
    shown = browser.get(path).headers["Content-Disposition"]
    assert shown.startswith("attachment; filename")
    assert not set(shown) & set("\r\n\u202e")
    assert visitor("stranger").client.get(path, headers={"Range": "bytes=0-1"}).status_code == 404
