"""A draft that saves itself, and acts on many assignments of the list, in a real browser."""

import pytest
from playwright.sync_api import Dialog

from assignments.actions import drafting
from assignments.actions.drafting import Content
from assignments.models import Assignment, BulkRun, SavedView
from assignments.states import State
from tests.factories import assignment_in
from tests.journeys.test_axe_pages import faults_of
from tests.support.browser import Desk, Window, until
from tests.support.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HALF_A_MINUTE = 30_500


def status(window: Window) -> str:
    return window.page.locator("[data-autosave-status]").inner_text()


def wait_half_a_minute(window: Window, words: str) -> None:
    window.page.clock.run_for(HALF_A_MINUTE)
    until(lambda: status(window).startswith(words), window)


def type_on(window: Window, words: str) -> None:
    """Go on with the title: a field that gets the focus by script has its caret at the beginning."""
    title = window.page.locator("[name=title]")
    title.press("End")
    title.press_sequentially(words)


def test_a_draft_saves_itself_and_nothing_typed_is_lost(windows: Desk, cast: Cast) -> None:
    client = windows.window(cast.owner)
    client.page.clock.install()
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    client.page.on("dialog", stay)
    client.open("/assignments/new/")
    wait_half_a_minute(client, "What you type is saved each half minute.")
    assert Assignment.objects.count() == 0

    client.page.locator("textarea[name=description]").press_sequentially("Swap both.")
    wait_half_a_minute(client, "Not saved yet: Enter title")
    client.page.locator("[name=title]").press_sequentially("Two access points")
    client.page.locator("main .crumbs a, .crumbs a").first.click(no_wait_after=True)
    until(lambda: asked == ["beforeunload"], client)
    assert client.path == "/assignments/new/"

    wait_half_a_minute(client, "Saved ")
    row = Assignment.objects.get()
    assert (row.title, row.description) == ("Two access points", "Swap both.")
    assert client.path == f"/assignments/{row.pk}/edit/"

    type_on(client, ", again")
    wait_half_a_minute(client, "Saved ")
    until(lambda: Assignment.objects.get().title == "Two access points, again", client)
    client.complaints.clear()  # Chromium reports the answer 422 to the script as an error

    client.page.context.set_offline(True)
    type_on(client, "!")
    wait_half_a_minute(client, "Not saved: no connection.")
    client.page.context.set_offline(False)
    wait_half_a_minute(client, "Saved ")
    assert Assignment.objects.get().title == "Two access points, again!"
    client.complaints.clear()  # nor does it like the missing connection
    assert faults_of(client) == []

    client.follow("Assignments", inside=".crumbs")
    assert asked == ["beforeunload"]
    assert client.path == "/assignments/"


def test_ctrl_enter_saves_the_draft(windows: Desk, cast: Cast) -> None:
    client = windows.window(cast.owner).open("/assignments/new/").fill(title="By the keyboard")
    with client.page.expect_navigation():
        client.page.locator("[name=title]").press("Control+Enter")
    row = Assignment.objects.get()
    assert (client.path, row.title) == (f"/assignments/{row.pk}/", "By the keyboard")


def test_ticked_workers_come_back_ticked(windows: Desk, cast: Cast) -> None:
    client = windows.window(cast.owner).open("/assignments/new/")
    client.fill(title="With Wanda", worker_words="wanda").press("Find workers")
    client.page.locator(f"[name=invite][value='{cast.worker.pk}']").check()
    client.page.locator(".rail [name=save]").click()
    client.page.wait_for_url("**/assignments/*/")
    row = Assignment.objects.get()
    client.open(f"/assignments/{row.pk}/edit/")
    assert client.page.locator(f"[name=invite][value='{cast.worker.pk}']").is_checked()
    assert faults_of(client) == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_many_are_chosen_checked_and_sent_once(windows: Desk, cast: Cast, script: bool) -> None:
    rows = [assignment_in(State.DRAFT, owner=cast.owner, title=f"Work {n}") for n in range(3)]
    drafting.edit(rows[1].pk, Content({"description": ""}), actor=cast.owner)
    client = windows.window(cast.owner, script=script).open("/assignments/?stage=draft")
    if script:
        client.has("0 selected")
        client.page.locator("[data-select-all]").check()
        client.has("3 selected")
        client.page.locator(f"[name=row][value='{rows[2].pk}']").uncheck()
        client.has("2 selected")
        assert faults_of(client) == []
    else:
        assert "selected" not in client.text
        for row in rows[:2]:
            client.page.locator(f"[name=row][value='{row.pk}']").check()
    client.press("Send the chosen assignments")
    client.has("1 will be sent", "1 cannot be sent", "Describe the work: this is what is agreed.")
    if script:
        assert faults_of(client) == []
    button = client.find("button", "Send 1 assignment, $385.00 at most")
    button.dblclick()
    until(
        lambda: client.path.startswith("/assignments/bulk/") and client.path != "/assignments/bulk/", client
    )
    assert client.h1 == "1 assignment is sent"
    client.has("Work 0").lacks("Work 1")
    if script:
        assert faults_of(client) == []
    client.back().press("Send 1 assignment, $385.00 at most")
    assert client.h1 == "1 assignment is sent"
    assert (BulkRun.objects.count(), Assignment.objects.filter(state=State.SENT).count()) == (1, 1)
    client.follow("Back to the list")
    client.has("Work 1", "Work 2").lacks("Work 0")


def test_filters_become_a_view(windows: Desk, cast: Cast) -> None:
    assignment_in(State.DRAFT, owner=cast.owner, title="A draft")
    assignment_in(State.SENT, owner=cast.owner, title="On the market")
    client = windows.window(cast.owner).open("/assignments/?stage=draft")
    client.follow("Save as a view")
    assert faults_of(client) == []
    client.fill(name="My drafts").press("Save view")
    client.has("My drafts", "A draft").lacks("On the market")
    assert faults_of(client) == []
    client.follow("All assignments").has("On the market")
    client.follow("My drafts").follow("Edit view My drafts").press("Remove view")
    assert SavedView.objects.count() == 0


def test_cancelling_many_asks_one_reason(windows: Desk, cast: Cast) -> None:
    row = assignment_in(State.ASSIGNED, owner=cast.owner, by=cast.worker, title="Taken")
    client = windows.window(cast.owner).open("/assignments/")
    client.page.locator(f"[name=row][value='{row.pk}']").check()
    client.press("Cancel them").press("Cancel 1 assignment", status=422)
    assert client.page.evaluate("document.activeElement.classList.contains('error-summary')")
    assert faults_of(client) == []
    client.fill(reason="not_needed", note="The store closes.").press("Cancel 1 assignment")
    assert client.h1 == "1 assignment is cancelled"
    assert faults_of(client) == []
    row.refresh_from_db()
    assert row.state == State.CANCELLED
