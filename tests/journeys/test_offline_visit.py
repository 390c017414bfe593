"""A visit without a signal: kept on the phone, through a killed browser, and sent exactly once (N7)."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Error as PlaywrightError
from pytest_django.live_server_helper import LiveServer

from assignments.actions import holds
from assignments.actions.drafting import Asked, Content, Wanted
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
from tests.factories import assignment_in
from tests.journeys.acts import AT_SITE, STREET, photo
from tests.support.browser import PHONE, Desk, until
from tests.support.cast import Cast
from tests.support.phone import Phone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLE = "Replace two switches"
COLORS = ("red", "blue", "green", "orange", "purple")
PhoneOf = Callable[..., Phone]


@pytest.fixture
def phone_of(chromium_run: Browser, live_server: LiveServer, tmp_path: Path) -> Iterator[PhoneOf]:
    """`phone_of(name)` is a phone with a folder of that name. Complaints of any of them fail the story."""
    made: list[Phone] = []
    playwright = chromium_run.browser_type

    def get(name: str, **options: Any) -> Phone:
        phone = Phone(playwright, tmp_path / name, live_server.url, **options)
        made.append(phone)
        return phone

    yield get
    for phone in made:
        phone.context.close()
    for phone in made:
        phone.calm()


def row_for(cast: Cast) -> Assignment:
    """Assigned yesterday, starting in five minutes, with five photos and a serial number asked."""
    asked = Content(
        wanted=[Wanted("Photos of both", DeliverableRequirement.Kind.PHOTO, 5)],
        asked=[Asked("Serial number")],
    )
    return assignment_in(
        State.ASSIGNED,
        owner=cast.owner,
        by=cast.worker,
        content=asked,
        site={"lat": AT_SITE[0], "lon": AT_SITE[1]},
        start_at=clock.now() + timedelta(minutes=5),
    )


def visit(row: Assignment) -> str:
    return f"/assignments/{row.pk}/visit/"


def opened(phone: Phone, row: Assignment) -> Phone:
    """The visit page, once the phone has it for the time without a signal."""
    phone.window.open(visit(row))
    ready(phone)
    phone.page.locator("[data-visit][data-kept]").wait_for()
    return phone


def ready(phone: Phone) -> None:
    phone.page.locator("[data-visit][data-ready]").wait_for()


def at(phone: Phone, moment: datetime) -> None:
    """What the phone's clock shows."""
    phone.page.clock.set_fixed_time(moment)


def details(phone: Phone, words: str) -> Any:
    """A form of the page that opens in place, opened."""
    found = phone.page.locator("details", has=phone.page.locator("summary", has_text=words))
    found.locator("summary").click()
    return found


def press(phone: Phone, words: str) -> None:
    phone.page.get_by_role("button", name=words, exact=True).click()


def waits(phone: Phone, count: str) -> None:
    phone.page.locator("[data-waiting-count]", has_text=count).wait_for()


def work(phone: Phone, row: Assignment, tmp_path: Path, began: datetime) -> None:
    """Ten minutes without a signal: check-in, five photos, the serial number, a note, check-out."""
    at(phone, began)
    press(phone, "Check in")
    phone.page.get_by_text("waiting to be sent.", exact=False).first.wait_for()
    waits(phone, "1 waiting")
    for number, color in enumerate(COLORS, 1):
        at(phone, began + timedelta(minutes=number))
        form = details(phone, "Photos of both")
        form.locator("input[name=files]").set_input_files(photo(tmp_path, f"rack-{color}", color))
        form.get_by_role("button", name="Add files").click()
        waits(phone, f"{number + 1} waiting")
    at(phone, began + timedelta(minutes=7))
    form = details(phone, "Questions at closeout")
    form.locator("input[type=text]").fill("SN-4711")
    form.get_by_role("button", name="Save answers").click()
    waits(phone, "7 waiting")
    at(phone, began + timedelta(minutes=8))
    form = details(phone, "Note to the client")
    form.locator("textarea").fill("The rack was open.")
    form.get_by_role("button", name="Send note").click()
    waits(phone, "8 waiting")
    at(phone, began + timedelta(minutes=10))
    press(phone, "Check out")
    waits(phone, "9 waiting")


def counts(row: Assignment) -> tuple[int, ...]:
    return (
        CheckIn.objects.filter(assignment=row).count(),
        Deliverable.objects.filter(assignment=row).count(),
        CustomValue.objects.filter(field__assignment=row).count(),
        Message.objects.filter(assignment=row).count(),
        SyncedAct.objects.filter(assignment=row).count(),
    )


@pytest.mark.parametrize("place", [True, False], ids=["granted", "denied"])
def test_ten_minutes_without_a_signal_arrive_once(
    phone_of: PhoneOf, cast: Cast, tmp_path: Path, place: bool
) -> None:
    row = row_for(cast)
    where = {"latitude": AT_SITE[0], "longitude": AT_SITE[1]}
    options = {"geolocation": where, "permissions": ["geolocation"]} if place else {}
    phone = opened(phone_of("phone", **options).sign_in(cast.worker.user), row).offline()
    began = (clock.now() - timedelta(minutes=11)).replace(microsecond=0)
    work(phone, row, tmp_path, began)
    assert counts(row) == (0, 0, 0, 0, 0)
    phone.kill()

    phone.switch_on(online=False).sign_in(cast.worker.user)
    phone.page.goto(f"{phone.base_url}{visit(row)}")
    ready(phone)
    waits(phone, "9 waiting")
    phone.window.has(
        "No connection.", "Saved ", "Check in", "rack-red.jpg for Photos of both", "Answers for the client"
    )
    phone.window.has("Note: “The rack was open.”", "Checked out at", "5 waiting to be sent")
    assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.page.evaluate(PUT_ASIDE)
    phone.online()
    until(lambda: SyncedAct.objects.filter(assignment=row).count() == 9, phone.window, 30)
    all_sent(phone)
    phone.window.has("Checked out.", "10 min", "made offline, sent")
    assert counts(row) == (1, 5, 1, 1, 9)
    found = CheckIn.objects.get(assignment=row)
    assert (found.in_at, found.out_at) == (began, began + timedelta(minutes=10))
    assert [one.doubt for one in DeviceTime.objects.all()] == ["", ""]
    assert (found.in_distance_m is not None) is place
    assert Deliverable.objects.values_list("name", flat=True).distinct().count() == 5

    answers: list[int] = []
    phone.page.on("response", lambda one: answers.append(one.status) if one.url.endswith("/sync/") else None)
    phone.page.evaluate(PUT_BACK)
    phone.page.reload()
    until(lambda: len(answers) == 9, phone.window, 30)
    all_sent(phone)
    assert (answers, counts(row)) == ([200] * 9, (1, 5, 1, 1, 9))


def all_sent(phone: Phone) -> None:
    phone.page.locator("[data-said]", has_text="Checked out.").wait_for()
    phone.page.locator("[data-waiting]").wait_for(state="hidden")


PUT_ASIDE = """async () => {
  const outbox = await import("/static/js/outbox.js");
  const acts = await outbox.ofPerson(document.querySelector("[data-visit]").dataset.person);
  const other = await new Promise((done) => {
    const asked = indexedDB.open("aside", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("acts");
    asked.onsuccess = () => done(asked.result);
  });
  other.transaction("acts", "readwrite").objectStore("acts").put(acts, "all");
  other.close();
}"""
PUT_BACK = """async () => {
  const outbox = await import("/static/js/outbox.js");
  const acts = await new Promise((done) => {
    const asked = indexedDB.open("aside", 1);
    asked.onsuccess = () => {
      asked.result.transaction("acts").objectStore("acts").get("all").onsuccess = (event) => done(event.target.result);
    };
  });
  await outbox.add(acts);
}"""
"""The very acts that were sent, in the outbox once more: as after answers that were lost on the way."""


def note(phone: Phone, words: str) -> None:
    form = details(phone, "Note to the client")
    form.locator("textarea").fill(words)
    form.get_by_role("button", name="Send note").click()


def test_what_was_refused_stays_until_it_is_sent_again_or_removed(phone_of: PhoneOf, cast: Cast) -> None:
    row = row_for(cast)
    phone = opened(phone_of("phone").sign_in(cast.worker.user), row).offline()
    press(phone, "Check in")
    waits(phone, "1 waiting")
    note(phone, "Nobody opens.")
    waits(phone, "2 waiting")
    holds.hold(row.pk, actor=cast.owner, reason="site_not_ready", note="The rack is missing.")
    phone.online()
    waits(phone, "1 refused")
    why = "refused: This assignment is now On Hold. It can no longer be checked in."
    phone.page.locator("[data-waiting]", has_text=why).wait_for()
    until(lambda: Message.objects.filter(body="Nobody opens.").count() == 1, phone.window)
    assert CheckIn.objects.count() == 0
    phone.page.locator("[data-said]", has_text="Note sent.").wait_for()
    phone.page.reload()
    ready(phone)
    waits(phone, "1 refused")
    phone.window.has("Check-in waits until the hold is over.", why)
    phone.page.get_by_role("button", name="Try again Check in").click()
    until(lambda: SyncedAct.objects.filter(kind="check_in").count() == 2, phone.window)
    waits(phone, "1 refused")
    phone.page.get_by_role("button", name="Remove Check in").click()
    press(phone, "Keep it")
    phone.page.get_by_role("button", name="Remove Check in").click()
    press(phone, "Remove for good")
    phone.page.locator("[data-waiting]").wait_for(state="hidden")
    assert SyncedAct.objects.filter(state="refused").count() == 2


def test_signed_out_nothing_is_sent_until_the_same_person_is_back(phone_of: PhoneOf, cast: Cast) -> None:
    row = row_for(cast)
    phone = opened(phone_of("phone").sign_in(cast.worker.user), row).offline()
    note(phone, "Only mine.")
    waits(phone, "1 waiting")
    phone.context.clear_cookies()
    phone.online()
    phone.page.locator("[data-other]", has_text="Sign in to send.").wait_for()
    assert Message.objects.count() == 0

    phone.sign_in(cast.rival.user)
    phone.window.open("/work/")
    phone.window.lacks("Only mine.")
    phone.window.open(visit(row), status=404)
    phone.window.lacks("Only mine.", TITLE, STREET)
    phone.offline()
    phone.page.goto(f"{phone.base_url}{visit(row)}")
    assert phone.window.h1 == "No connection"
    phone.window.lacks("Only mine.", TITLE, STREET, "Replace")
    assert phone.page.locator("[data-kept] a").count() == 0
    phone.online()
    assert Message.objects.count() == 0

    phone.context.clear_cookies()
    phone.sign_in(cast.worker.user).window.open("/work/")
    until(lambda: Message.objects.count() == 1, phone.window)
    assert Message.objects.get().author == cast.worker.user


KEPT = """async () => ({
  caches: (await caches.keys()).filter((name) => name !== "onsite-person"),
  stores: (await indexedDB.databases()).map((one) => one.name),
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""


def test_signing_out_warns_of_what_waits_and_leaves_nothing(phone_of: PhoneOf, cast: Cast) -> None:
    row = row_for(cast)
    phone = opened(phone_of("phone").sign_in(cast.worker.user), row).offline()
    press(phone, "Check in")
    waits(phone, "1 waiting")
    press(phone, "Check out")
    waits(phone, "2 waiting")
    dialog = phone.page.get_by_role("dialog", name="Sign out?")
    sign_out(phone)
    dialog.get_by_text("Signing out needs a signal.").wait_for()
    dialog.get_by_role("button", name="Stay signed in").click()
    holds.hold(row.pk, actor=cast.owner, reason="site_not_ready", note="The rack is missing.")
    phone.online()
    waits(phone, "2 refused")
    before = phone.page.evaluate(KEPT)
    assert (len(before["caches"]), before["stores"], before["workers"]) == (2, ["onsite"], 1)
    sign_out(phone)
    dialog.get_by_text("2 items are not sent. Send or discard first.").wait_for()
    with phone.page.expect_response(lambda one: one.url.endswith("/accounts/logout/")) as told:
        dialog.get_by_role("button", name="Discard 2 items and sign out").click()
    assert told.value.all_headers()["clear-site-data"] == '"cache", "storage"'
    until(lambda: phone.window.path == "/", phone.window)
    assert phone.page.evaluate(KEPT) == {"caches": [], "stores": [], "workers": 0}
    phone.offline()
    with pytest.raises(PlaywrightError, match="ERR_INTERNET_DISCONNECTED"):
        phone.page.goto(f"{phone.base_url}{visit(row)}")


def sign_out(phone: Phone) -> None:
    phone.page.locator("details.account > summary").click()
    press(phone, "Sign out")


def test_with_a_signal_the_buttons_work_at_once(phone_of: PhoneOf, cast: Cast, tmp_path: Path) -> None:
    row = row_for(cast)
    phone = opened(phone_of("phone").sign_in(cast.worker.user), row)
    with phone.page.expect_navigation():
        press(phone, "Check in")
    phone.window.has("Checked in.", "Time on site")
    ready(phone)
    form = details(phone, "Photos of both")
    form.locator("input[name=files]").set_input_files([photo(tmp_path, one, one) for one in COLORS[:2]])
    with phone.page.expect_navigation():
        form.get_by_role("button", name="Add files").click()
    phone.window.has("2 of 5").lacks("made offline")
    assert (counts(row), DeviceTime.objects.count()) == ((1, 2, 0, 0, 3), 0)


def test_without_script_the_forms_are_plain(windows: Desk, cast: Cast, tmp_path: Path) -> None:
    row = row_for(cast)
    phone = windows.window(cast.worker.user, script=False, viewport=PHONE).open(visit(row)).press("Check in")
    form = phone.page.locator("details", has=phone.page.locator("summary", has_text="Photos of both"))
    form.locator("summary").click()
    form.locator("input[name=files]").set_input_files([photo(tmp_path, one, one) for one in COLORS])
    form.get_by_role("button", name="Add files").click()
    phone.has("5 of 5 here")
    phone.follow("Go on to the visit page").has("5 of 5")
    phone.page.locator("summary", has_text="Note to the client").click()
    phone.fill(body="The rack was open.").press("Send note").has("The rack was open.")
    phone.open(visit(row)).press("Check out").has("Check in again")
    assert counts(row) == (1, 5, 0, 1, 0)
