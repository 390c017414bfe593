"""The offline visit page (N7): what a phone kept without a signal is sent once, in order, and refused with a reason."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib.staticfiles import finders

from assignments import queries
from assignments.actions import assigning, holds
from assignments.actions.drafting import Asked, Wanted
from assignments.models import (
    Assignment,
    CheckIn,
    CustomValue,
    Deliverable,
    DeliverableRequirement,
    DeviceTime,
    Message,
    SyncedAct,
)
from assignments.states import State
from common import clock
from tests.factories import People, picture
from tests.support import markers
from tests.support.facts import fresh, history, url
from tests.support.http import Visitor
from tests.support.markers import marked

MINUTE = timedelta(minutes=1)


class Phone:
    """A phone that sends what it kept, as static/js/sending.js does: a fresh token, then one act at a time."""

    def __init__(self, browser: Visitor, row: Assignment | int) -> None:
        self.client, self.at = browser.client, url(row, "visit/sync/")

    def send(
        self, kind: str, made: datetime | None = None, *, uuid: UUID | None = None, **fields: Any
    ) -> tuple[int, dict[str, Any]]:
        """(status, answer) of one act that was made at that time."""
        data = {
            "uuid": uuid or uuid4(),
            "kind": kind,
            "device_at": (made or clock.now()).isoformat(),
            **fields,
        }
        told = self.client.get("/visit/token/").json()
        response = self.client.post(self.at, data, headers={"x-csrftoken": told["token"]})
        is_json = response.headers["Content-Type"] == "application/json"
        return response.status_code, response.json() if is_json else {}


def done(sentence: str) -> tuple[int, dict[str, Any]]:
    return 200, {"state": "done", "sentence": sentence, "again": False}


def refused(sentence: str, status: int = 200, *, again: bool = False) -> tuple[int, dict[str, Any]]:
    return status, {"state": "refused", "sentence": sentence, "again": again}


def on_site(people: People, **columns: Any) -> Assignment:
    """Assigned, starting in five minutes, with two photos and a serial number asked."""
    return marked(
        people,
        State.ASSIGNED,
        hours_ahead=columns.pop("hours_ahead", 1 / 12),
        wanted=[Wanted("Photos of both", DeliverableRequirement.Kind.PHOTO, 2)],
        asked=[Asked("Serial number")],
        **columns,
    )


def counts(row: Assignment) -> list[int]:
    """Visits, photos, answers, messages of the worker, kept answers."""
    return [
        CheckIn.objects.filter(assignment=row).count(),
        Deliverable.objects.filter(assignment=row).count(),
        CustomValue.objects.filter(field__assignment=row).count(),
        Message.objects.filter(assignment=row, side="worker").count(),
        SyncedAct.objects.filter(assignment=row).count(),
    ]


def test_n7_a_whole_visit_made_offline_arrives_once_and_keeps_its_times(people, visitor):
    """N7: check-in, photos, fields, note and check-out sent twice are one of each, at the times of the phone."""
    row = on_site(people)
    came, left = clock.now() + 4 * MINUTE, clock.now() + 50 * MINUTE
    field, wanted = row.custom_fields.get(), row.requirements.get()
    acts: list[tuple[str, datetime, Callable[[], dict[str, Any]], str]] = [
        ("check_in", came, lambda: {"lat": "42.6513", "lon": "-73.7549", "accuracy": "12"}, "Checked in."),
        *(
            (
                "deliver",
                came + n * MINUTE,
                lambda n=n: {"requirement": wanted.pk, "file": picture(f"p{n}")},
                "Added: ",
            )
            for n in (1, 2)
        ),
        ("fill_fields", came + 9 * MINUTE, lambda: {f"custom_{field.pk}": "SN-4711"}, "Answers saved."),
        ("post_message", came + 10 * MINUTE, lambda: {"body": "The rack was open."}, "Note sent."),
        ("check_out", left, dict, "Checked out."),
    ]
    sent_at = clock.now() + 3 * timedelta(hours=1)
    ids = [uuid4() for _ in acts]
    with clock.moved(sent_at):
        phone = Phone(visitor("worker"), row)
        for _ in ("first", "again"):
            for uuid, (kind, made, fields, sentence) in zip(ids, acts, strict=True):
                status, told = phone.send(kind, made, uuid=uuid, **fields())
                assert (status, told["state"], told["again"]) == (200, "done", False), told
                assert told["sentence"].startswith(sentence)
    assert counts(row) == [1, 2, 1, 1, 6]
    visit = CheckIn.objects.get()
    assert (visit.in_at, visit.out_at, visit.created_at) == (came, left, sent_at)
    times = DeviceTime.objects.values_list("side", "device_at", "received_at", "doubt")
    assert list(times) == [("in", came, sent_at, ""), ("out", left, sent_at, "")]
    kept = fresh(row)
    assert (kept.state, kept.first_check_in_at) == (State.IN_PROGRESS, came)
    assert history(row)[-6:] == [
        "checked_in", "delivered", "delivered", "fields_filled", "message_posted", "checked_out",
    ]  # fmt: skip
    with clock.moved(sent_at):
        page = visitor("worker").open(url(row, "visit/"))
        page.has("On time", "made offline, sent 10:00 AM", "7:04 AM to 7:50 AM")
        visitor("owner").open(url(row, "history/")).has("7:04 AM EST , offline", "7:50 AM EST , offline")


def test_n7_the_same_id_with_another_content_is_refused(people, visitor):
    """N7: an id stands for one act only; what was sent first stays."""
    row = on_site(people)
    phone, uuid = Phone(visitor("worker"), row), uuid4()
    assert phone.send("post_message", uuid=uuid, body="First.") == done("Note sent.")
    other = "Another act with this id was sent before. Make it again."
    assert phone.send("post_message", uuid=uuid, body="Second.") == refused(other, 409)
    assert phone.send("post_message", clock.now() - MINUTE, uuid=uuid, body="First.") == refused(other, 409)
    assert Message.objects.filter(side="worker").values_list("body", flat=True).get() == "First."


def test_n7_sent_at_once_our_own_clock_counts_and_a_lost_answer_is_given_again(people, visitor):
    """N7: with a signal nothing is said of offline; the try that follows a lost answer is the same act."""
    row = on_site(people)
    phone, uuid, now = Phone(visitor("worker"), row), uuid4(), clock.now()
    made = now - 20 * MINUTE  # a phone whose clock is wrong
    assert phone.send("check_in", made, uuid=uuid, live="1") == done("Checked in.")
    assert phone.send("check_in", made, uuid=uuid) == done("Checked in.")
    assert (CheckIn.objects.get().in_at, DeviceTime.objects.count()) == (now, 0)
    visitor("worker").open(url(row, "visit/")).lacks("made offline")


def test_n7_a_time_that_cannot_be_true_gives_way_to_the_time_of_sending(people, visitor):
    """N7: the future, long ago, before the assignment or the check-in: our time counts, and the page says so."""
    row = on_site(people)
    now = clock.now()
    for made, doubt in (
        (now + 3 * MINUTE, "The phone's clock was ahead."),
        (now - timedelta(hours=73), "It was sent more than 72 hours later."),
        (now - timedelta(hours=41), "The phone's time was before it was possible."),
    ):
        CheckIn.objects.all().delete()
        Assignment.objects.filter(pk=row.pk).update(first_check_in_at=None)
        assert Phone(visitor("worker"), row).send("check_in", made) == done("Checked in."), doubt
        visit = CheckIn.objects.get()
        kept = visit.device_times.get()
        assert (visit.in_at, kept.device_at, kept.received_at, kept.doubt) == (now, made, now, doubt)
        visitor("worker").open(url(row, "visit/")).has(doubt)
    later = now + 30 * MINUTE
    with clock.moved(later):
        assert Phone(visitor("worker"), row).send("check_out", now - MINUTE) == done("Checked out.")
    assert CheckIn.objects.get().out_at == later
    with clock.moved(later + MINUTE):
        slightly_ahead = later + 2 * MINUTE
        assert Phone(visitor("worker"), row).send("check_in", slightly_ahead) == done("Checked in.")
    second = CheckIn.objects.get(out_at=None)
    assert (second.in_at, second.device_times.get().doubt) == (later + MINUTE, "")


def test_n7_lateness_is_measured_by_the_time_that_counts(people, visitor):
    """N7: made in time and sent late is on time; the label Late that came up meanwhile goes away."""
    row = on_site(people)
    on_time = row.start_at + 14 * MINUTE
    with clock.moved(row.start_at + timedelta(hours=2)):
        assert "Late" in [label.text for label in _labels(people, row)]
        assert Phone(visitor("worker"), row).send("check_in", on_time) == done("Checked in.")
        assert "Late" not in [label.text for label in _labels(people, row)]
        visitor("worker").open(url(row, "visit/")).has("On time")


def _labels(people: People, row: Assignment) -> list[Any]:
    return queries.seen(people.owner, row.pk).labels


def test_n7_on_hold_meanwhile_each_act_is_refused_with_the_calm_sentence(people, visitor):
    """N7: nothing is changed, the answer stays the same when sent again, and it may be possible later."""
    row = on_site(people)
    wanted = row.requirements.get()
    holds.hold(row.pk, actor=people.owner, reason="site_not_ready", note="")
    phone, uuid = Phone(visitor("worker"), row), uuid4()
    sentence = "This assignment is now On Hold. It can no longer be checked in."
    made = clock.now()
    for _ in ("first", "again"):
        assert phone.send("check_in", made, uuid=uuid) == refused(sentence, again=True)
    status, told = phone.send("deliver", requirement=wanted.pk, file=picture("rack"))
    assert (status, told["state"], told["again"]) == (200, "refused", True)
    assert phone.send("post_message", body="I am here, and nobody opens.") == done("Note sent.")
    assert counts(row) == [0, 0, 0, 1, 3]
    assert fresh(row).state == State.ON_HOLD


def test_n7_bad_input_is_refused_for_good(people, visitor):
    """N7: an empty note, a text for a picture, a missing answer: the sentence says what to do."""
    row = on_site(people)
    wanted, field = row.requirements.get(), row.custom_fields.get()
    phone = Phone(visitor("worker"), row)
    assert phone.send("post_message", body=" ") == refused("Message: This field is required.")
    assert phone.send("deliver", requirement=wanted.pk) == refused("The file is missing. Add it again.")
    broken = picture("broken")
    broken.file.truncate(0)
    broken.size = 0
    assert phone.send("deliver", requirement=wanted.pk, file=broken)[1]["state"] == "refused"
    assert phone.send("fill_fields", **{f"custom_{field.pk}": ""})[1]["state"] == "refused"
    gone = phone.send("deliver", requirement=999_999, file=picture("x"))
    assert gone == refused("This deliverable is no longer asked for.", again=True)
    for wrong in (
        {"uuid": "x"},
        {"kind": "approve"},
        {"device_at": "9:02"},
        {"device_at": "2026-12-01T09:00"},
    ):
        token = phone.client.get("/visit/token/").json()["token"]
        data = {"uuid": uuid4(), "kind": "check_in", "device_at": clock.now().isoformat(), **wrong}
        assert phone.client.post(phone.at, data, headers={"x-csrftoken": token}).status_code == 422
    assert (counts(row)[:4], fresh(row).state) == ([0, 0, 0, 0], State.ASSIGNED)


def test_n7_each_group_of_fields_is_filled_and_sent_alone(people, visitor):
    """N7: a group stands under its own line, is sent without the others, and one that is gone is refused calmly."""
    row = marked(
        people, State.ASSIGNED, hours_ahead=1 / 12,
        asked=[Asked("Router serial", group="Routers"), Asked("Switch serial", group="Switches")],
    )  # fmt: skip
    routers, switches = row.custom_fields.order_by("pk")
    page = visitor("worker").open(url(row, "visit/"))
    page.lacks("All fields in one form")
    for field, other in ((routers, switches), (switches, routers)):
        form = page.form_with({f"custom_{field.pk}"})
        assert f"custom_{other.pk}" not in form.controls
        assert form.controls["group"].sent == [str(field.group_id)]
        assert form.action == url(row, f"fields/{field.group_id}/")
    phone = Phone(visitor("worker"), row)
    sent = {"group": switches.group_id, f"custom_{switches.pk}": "SW-1"}
    assert phone.send("fill_fields", **sent) == done("Answers saved.")
    assert [(one.field, one.value) for one in CustomValue.objects.all()] == [(switches, "SW-1")]
    gone = phone.send("fill_fields", group=999_999, **{f"custom_{switches.pk}": "SW-2"})
    assert gone == refused("These fields have changed. Load the page again.", again=True)
    both = {f"custom_{routers.pk}": "R-1", f"custom_{switches.pk}": "SW-3"}
    assert phone.send("fill_fields", **both) == done("Answers saved."), "as phones sent them before"
    assert set(CustomValue.objects.values_list("value", flat=True)) == {"R-1", "SW-3"}


def test_n7_nobody_sends_for_somebody_else(people, visitor):
    """N7: strangers get 404, the client 403, visitors the sign-in; ids of others say nothing; no token, no act."""
    row = on_site(people)
    uuid = uuid4()
    assert Phone(visitor("worker"), row).send("check_in", uuid=uuid) == done("Checked in.")
    for name in ("stranger", "applicant"):
        assert Phone(visitor(name), row).send("check_in", uuid=uuid) == (404, {})
    only = refused("Only the assigned worker can send this.", 403)
    assert Phone(visitor("owner"), row).send("check_in", uuid=uuid) == only
    nobody = Visitor()
    assert nobody.client.get("/visit/token/").json()["user"] is None
    status, _ = Phone(nobody, row).send("check_in")
    assert status == 302
    assert visitor("worker").client.get("/visit/token/").json()["user"] == people.worker.user_id
    assert visitor("worker").client.post(url(row, "visit/sync/"), {"uuid": uuid4()}).status_code == 403
    assert SyncedAct.objects.count() == 1


def test_n7_after_being_removed_only_what_was_done_is_still_answered(people, visitor):
    """N7: the repeat of a done act gets its answer; a new one finds no assignment (D10), and nothing leaks."""
    row = on_site(people)
    phone, uuid = Phone(visitor("worker"), row), uuid4()
    made = clock.now()
    assert phone.send("check_in", made, uuid=uuid) == done("Checked in.")
    assigning.unassign(
        row.pk, actor=people.owner, reason="other", note="Somebody else does it.", original_budget=True
    )
    assert phone.send("check_in", made, uuid=uuid) == done("Checked in.")
    response = phone.client.post(
        phone.at,
        {"uuid": uuid4(), "kind": "check_out", "device_at": made.isoformat()},
        headers={"x-csrftoken": phone.client.get("/visit/token/").json()["token"]},
    )
    assert response.status_code == 404
    assert not [one for one in (markers.STREET, markers.NOTE) if one in response.content.decode()]


def test_n7_the_plain_forms_on_the_visit_page_do_the_same_without_script(people, visitor):
    """N7: photos, fields and a note are posted from the visit page to the pages of their verbs."""
    row = on_site(people)
    wanted, field = row.requirements.get(), row.custom_fields.get()
    phone = visitor("worker")
    visit = url(row, "visit/")
    phone.submit(visit, action=url(row, f"deliver/{wanted.pk}/"), files=[picture("one"), picture("two")])
    phone.submit(visit, action=url(row, f"fields/{field.group_id}/"), **{f"custom_{field.pk}": "SN-4711"})
    phone.submit(visit, action=url(row, "messages/"), body="The rack was open.")
    phone.submit(visit, action=url(row, "check-in/"))
    assert counts(row) == [1, 2, 1, 1, 0]


def test_n7_the_note_on_the_visit_page_takes_words_alone(people, visitor):
    """N7: nothing is taken that the phone would not send: the outbox keeps no files of a message."""
    row = on_site(people)
    assert 'name="attached"' not in visitor("worker").open(url(row, "visit/")).html
    assert 'name="attached"' in visitor("worker").open(url(row, "messages/")).html


def test_n7_signing_out_empties_the_device_and_pages_say_whose_it_is(people, visitor):
    """N7: the answer to signing out clears cache and storage; each page names the person to the service worker."""
    row = on_site(people)
    worker = visitor("worker")
    page = worker.open(url(row, "visit/"))
    assert page.response["Onsite-Person"] == str(people.worker.user_id)
    assert "Clear-Site-Data" not in page.response
    told = worker.client.get("/visit/token/").json()
    answer = worker.client.post("/accounts/logout/", headers={"x-csrftoken": told["token"]})
    assert (answer.status_code, answer["Clear-Site-Data"]) == (302, '"cache", "storage"')
    assert worker.open("/").response["Onsite-Person"] == "nobody"


def test_n7_the_portal_can_be_installed_and_its_worker_keeps_what_is_there(people):
    """N7: manifest with icons, service worker for the whole site under the strict policy, a page for no signal."""
    browser = Visitor().client
    app = browser.get("/manifest.webmanifest")
    assert (app["Content-Type"], app.json()["display"], app.json()["start_url"]) == (
        "application/manifest+json", "standalone", "/",
    )  # fmt: skip
    icons = {(icon["sizes"], icon.get("purpose", "any")) for icon in app.json()["icons"]}
    assert icons == {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")}
    script = browser.get("/sw.js")
    assert (script["Content-Type"], script["Service-Worker-Allowed"], script["Cache-Control"]) == (
        "text/javascript; charset=utf-8", "/", "no-cache",
    )  # fmt: skip
    first = script.content.decode().partition("\n")[0]
    told = json.loads(first.removeprefix("self.ONSITE = ").removesuffix(";"))
    kept = [*told["assets"], *(icon["src"] for icon in app.json()["icons"])]
    assert [path for path in kept if finders.find(path.removeprefix("/static/")) is None] == []
    assert told["offline"] == "/offline/"
    policy = browser.get("/offline/")["Content-Security-Policy"]
    assert "worker-src 'self'" in policy and "manifest-src 'self'" in policy
    visitor_page = Visitor().open("/offline/")
    visitor_page.has("No connection")
    signed_in = Visitor(people.worker.user).open("/offline/")
    assert signed_in.html == visitor_page.html
