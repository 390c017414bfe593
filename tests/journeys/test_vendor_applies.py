"""A vendor's Team Agent applies for an employee, who is assigned; a blocked pair loses sight of each other in silence
(issue 3, point 8)."""

from typing import Any

import pytest

from assignments.models import Application, Assignment
from assignments.states import State
from clients.models import Block
from notifications.models import Message, Notice
from tests.factories import assignment_in, worker
from tests.support.browser import PHONE, Desk, Window
from tests.support.cast import Cast
from tests.support.waves import vendor_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HERE = {"lat": 42.6512, "lon": -73.7550}
REASON = "Marker: left the cellar door open"


def sent(cast: Cast, title: str, **more: Any) -> Assignment:
    return assignment_in(State.SENT, owner=cast.owner, title=title, site=HERE, **more)


def titles(window: Window, path: str) -> list[str]:
    """What the page lists, by its headings and rows."""
    window.open(path)
    return window.page.locator("main li :is(h2, h3) > a, main tbody th > a").all_inner_texts()


def test_r8_the_agent_applies_and_the_employee_has_it_in_the_schedule(windows: Desk, cast: Cast) -> None:
    row = sent(cast, "Replace two switches")
    vendor_of("Crew Ltd", agent=cast.rival, employees=[cast.worker])

    # The agent chooses for whom; the client reads who put whom forward, and assigns the employee.
    agent = windows.window(cast.rival.user).open("/find-work/").follow(row.title).follow("Apply")
    agent.page.get_by_label("Apply for").select_option(label="Wanda Worker")
    agent.press("Choose").has("You act for Wanda Worker, who is told and sees it as own.")
    agent.fill(reason="Our best.").press("Send application")
    client = windows.window(cast.owner).open(f"/assignments/{row.pk}/history/")
    client.has("Adam Applicant put Wanda Worker forward.")
    client.open(f"/assignments/{row.pk}/applications/").lacks("Review Adam Applicant")
    client.follow("Review Wanda Worker").has("Our best.").follow("Assign").press("Assign Wanda Worker")

    # The employee finds it in the own schedule; the agent has it among the work of the people, and not as own.
    phone = windows.window(cast.worker.user, viewport=PHONE)
    assert titles(phone, "/schedule/") == [row.title]
    phone.follow(row.title).has("Assigned", "12 State Street").lacks("You act for")
    assert titles(agent, "/schedule/") == []
    assert titles(agent, "/vendor/work/") == [row.title]
    agent.has("Wanda Worker").follow(row.title).has("You act for Wanda Worker")
    row.refresh_from_db()
    assert (row.state, row.worker) == (State.ASSIGNED, cast.worker)
    assert list(Application.objects.values_list("worker", flat=True)) == [cast.worker.pk]


def test_r8_a_block_takes_the_work_away_and_nobody_tells_of_it(windows: Desk, cast: Cast) -> None:
    other = worker("Nils Neutral")
    offered, fresh = sent(cast, "Wire the cellar", applicants=(cast.rival,)), sent(cast, "Wire the attic")
    phone = windows.window(cast.rival.user, viewport=PHONE)
    assert set(titles(phone, "/find-work/")) == {fresh.title, offered.title}
    heard = [model.objects.filter(user=cast.rival.user).count() for model in (Notice, Message)]

    # The client blocks the worker from the worker's page, with a reason of its own.
    client = windows.window(cast.owner).open(f"/workers/{cast.rival.pk}/").follow("Block this worker")
    client.fill(reason=REASON).press("Block this worker").has("Adam Applicant is blocked", REASON)
    assert Block.objects.get().worker == cast.rival

    # The worker finds neither, whoever else does; no page, no notice, no mail says why.
    lists = ("/find-work/", "/find-work/?within=any&q=Wire", "/work/?stage=applied", "/work/?stage=former")
    for path in lists:
        assert titles(phone, path) == []
    for path in (*lists, "/home/", "/notifications/", "/schedule/", "/messages/"):
        phone.open(path).lacks(fresh.title, offered.title, "Acme", REASON, "blocked")
    phone.open("/profile/blocks/").has("You block no company").lacks("Acme", REASON)
    missing = phone.open("/assignments/999999/", 404).text
    for gone in (f"/assignments/{fresh.pk}/", f"/assignments/{offered.pk}/", f"/companies/{cast.client.pk}/"):
        assert phone.open(gone, 404).text == missing
    assert [model.objects.filter(user=cast.rival.user).count() for model in (Notice, Message)] == heard
    rest = windows.window(other.user, viewport=PHONE)
    assert set(titles(rest, "/find-work/")) == {fresh.title, offered.title}

    # A worker blocks the client: the company reads nothing of it, and finds the worker no more.
    rest.open(f"/companies/{cast.client.pk}/").follow("Block this company").press("Block this company")
    rest.has("Acme Retail is blocked")
    assert titles(rest, "/find-work/") == []
    client.open(f"/workers/{other.pk}/", 404)
    for path in ("/workers/", "/company/blocks/", "/company/history/", "/notifications/"):
        client.open(path).lacks("Nils Neutral")
