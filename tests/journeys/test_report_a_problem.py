"""A problem on site from a phone, answered and resolved by the client; and what is unread for both (point 7)."""

import re
from pathlib import Path

import pytest

from assignments.models import Message, Problem, ThreadRead
from assignments.states import State
from tests.factories import assignment_in
from tests.journeys.acts import photo
from tests.support.browser import PHONE, Desk, Window
from tests.support.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def at_messages(window: Window) -> str:
    """The words of the tab bar's last entry, with its count as it is read out."""
    words = " ".join(window.page.locator("nav.tabbar li:last-child a > span").inner_text().split())
    return words.replace(" ,", ",")


def fits(window: Window) -> None:
    """No sideways scrolling, and targets of a finger's size."""
    assert window.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), window.path
    small = window.page.locator("main .btn:visible").evaluate_all(
        "all => all.filter(one => one.getBoundingClientRect().height < 44).map(one => one.innerText)"
    )
    assert small == [], window.path


def test_w7_a_problem_from_report_to_resolution(windows: Desk, cast: Cast, tmp_path: Path) -> None:
    row = assignment_in(State.IN_PROGRESS, owner=cast.owner, by=cast.worker)
    worker = windows.window(cast.worker.user, viewport=PHONE).open(f"/assignments/{row.pk}/visit/")
    client = windows.window(cast.owner, viewport=PHONE)

    # From the visit page: kind, severity, words and a photo. What is missing is named, and nothing typed is lost.
    worker.follow(re.compile("Report a problem"))
    worker.fill(text="Both switches are of the wrong model.").press("Report problem", status=422)
    worker.has("There is a problem")
    assert worker.page.locator("textarea[name=text]").input_value() == "Both switches are of the wrong model."
    fits(worker)
    worker.fill(kind="parts", severity="stops", photos=photo(tmp_path, "label", "red"))
    worker.page.locator(".files li").first.wait_for()
    worker.press("Report problem").has("Reported. The client was told.", "At Risk")
    fits(worker)
    assert Problem.objects.get().photos.count() == 1

    # The client finds it in the list, in the queue and on the page, and answers.
    client.open("/assignments/?label=at_risk").has(row.title, "At Risk")
    client.open("/dashboard/").has("reports: parts missing or wrong")
    client.open(f"/assignments/{row.pk}/").has("Wanda Worker reports: parts missing or wrong", "At Risk")
    fits(client)
    client.follow("Message").fill(body="The right ones come by courier.").press("Send message")
    fits(client)

    # The worker sees the count, reads; being seen marks it read, without another click.
    assert at_messages(worker.open("/home/")) == "Messages, 1 unread"
    worker.open("/messages/").has("1 unread", "The right ones come by courier.")
    fits(worker)
    worker.open(f"/assignments/{row.pk}/messages/").has("The right ones come by courier.")
    worker.page.locator(".read-line").scroll_into_view_if_needed()
    worker.page.get_by_text("All messages are read.").wait_for()
    assert ThreadRead.objects.get(user=cast.worker.user).message_id == Message.objects.get().pk
    assert at_messages(worker.open("/home/")) == "Messages"
    worker.open(f"/assignments/{row.pk}/messages/").fill(body="They are here.").press("Send message")

    # The client reads the answer and resolves it with words; nobody is at risk any more.
    assert at_messages(client.open("/dashboard/")) == "Messages, 1 unread"
    client.open(f"/assignments/{row.pk}/problems/").has("Both switches are of the wrong model.", "label.jpg")
    fits(client)
    client.follow(re.compile("Mark as resolved")).fill(resolution="The right ones came by courier.")
    client.press("Mark as resolved").has("Resolved", "The right ones came by courier.")
    assert Problem.objects.get().resolved_by == cast.owner
    for window in (client, worker):
        assert "At Risk" not in window.open(f"/assignments/{row.pk}/").text
