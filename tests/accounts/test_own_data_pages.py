"""The page "Your data": a copy in the background, and the way out with its waiting time."""

import json
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core.files.storage import default_storage

from accounts import own_data
from accounts.models import DataExport, Erasure, User
from assignments.actions import sourcing
from assignments.states import State
from clients.models import Member
from clients.roles import Role
from config import tasks
from config.models import Parked
from config.personal import exporting, obstacles
from ledger.models import Account
from tests.factories import PASSWORD, People, StaffFactory, assignment_in
from tests.support.http import Visitor
from tests.support.people import confirmed, member, person, worker

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
At = Callable[[datetime], AbstractContextManager[None]]
PAGE, COPY, ERASE, KEEP = (f"/profile/data/{name}" for name in ("", "copy/", "erase/", "keep/"))
WAIT = timedelta(days=14)


def fresh(user: User) -> Visitor:
    """A browser in which the password was entered a moment ago."""
    visitor = Visitor(user)
    visitor.submit("/accounts/reauthenticate/?next=/profile/", password=PASSWORD)
    return visitor


def test_the_copy_is_made_in_the_background_and_only_its_person_fetches_it(frozen: datetime, at: At) -> None:
    user, other = person(name="Ana Lee"), fresh(person())
    visitor = fresh(user)
    page = visitor.follow(visitor.open("/profile/"), "Your data")
    page = visitor.submit(page, press="Make a copy", action=COPY)
    page.has("Your copy is being made.", "Being made")
    assert tasks.make_exports() == 1
    assert tasks.make_exports() == 0
    page = visitor.open(PAGE)
    page.has("Ready", "can be fetched until")
    url = page.links["Download the copy"]
    fetched = visitor.open(url)
    assert fetched.response.headers["Cache-Control"] == "private, no-store"
    with zipfile.ZipFile(BytesIO(fetched.body)) as archive:
        assert archive.namelist() == ["README.txt", "data.json"]
        rows = json.loads(archive.read("data.json"))["rows"]
    assert [row["name"] for row in rows["accounts.User"]] == ["Ana Lee"]
    other.open(url, 404)
    with at(frozen + own_data.KEPT):
        visitor.submit(f"/accounts/reauthenticate/?next={PAGE}", password=PASSWORD)
        visitor.open(url, 404)
        visitor.open(PAGE).has("Make a copy")
        name = DataExport.objects.get().file.name
        assert (tasks.tidy_exports(), default_storage.exists(name)) == (1, False)


def test_copy_and_erasure_ask_for_the_password_and_lose_no_wish() -> None:
    visitor = Visitor(person())
    (form,) = [form for form in visitor.open(PAGE).posts if form.action == COPY]
    page = visitor.post(COPY, form.data(), referer=PAGE)
    assert (page.url.split("?")[0], DataExport.objects.count()) == ("/accounts/reauthenticate/", 0)
    visitor.submit(page, password=PASSWORD).has("Your copy is being made.")
    assert DataExport.objects.count() == 1


def test_a_second_wish_waits_for_the_first_and_the_fourth_of_a_day_is_too_many(frozen: datetime) -> None:
    visitor = fresh(person())
    (form,) = [form for form in visitor.open(PAGE).posts if form.action == COPY]
    visitor.post(COPY, form.data(), referer=PAGE)
    visitor.post(COPY, form.data(), referer=PAGE).has("Your copy is being made already.")
    for _ in range(own_data.COPIES - 1):
        tasks.make_exports()
        visitor.post(COPY, form.data(), referer=PAGE)
    tasks.make_exports()
    visitor.post(COPY, form.data(), referer=PAGE, status=429).has("This is possible 3 times in 24 hours.")
    assert DataExport.objects.count() == own_data.COPIES


def test_a_copy_that_fails_is_tried_again_later_and_holds_nobody_up(
    frozen: datetime, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = person(), person()
    own_data.ask_export(first.pk)
    own_data.ask_export(second.pk)
    write = exporting.write

    def broken(user: User, target: Any) -> None:
        if user == first:
            raise OSError("no space left")
        write(user, target)

    monkeypatch.setattr(exporting, "write", broken)
    assert (tasks.make_exports(), tasks.make_exports()) == (1, 0)
    (parked,) = Parked.objects.all()
    export = DataExport.objects.get(user=first)
    assert (parked.model, parked.subject_id, parked.until, parked.error) == (
        "accounts.dataexport", export.pk, export.parked_until, "OSError: no space left",
    )  # fmt: skip
    monkeypatch.setattr(exporting, "write", write)
    assert tasks.make_exports() == 0
    with at(frozen + exporting.BACK_OFF):
        assert tasks.make_exports() == 1


def test_erasure_waits_can_be_taken_back_and_comes_at_its_hour(frozen: datetime, at: At) -> None:
    user = person(name="Ana Lee", email="ana@work.test")
    visitor = fresh(user)
    page = visitor.follow(visitor.open(PAGE), "See what would be erased")
    page.has("What goes", "What stays, and why", "It happens on Tue, Dec 15, 7:00 AM EST")
    page = visitor.submit(page, action=ERASE)
    page.has("Your account waits to be erased.", "Until then everything works as before.")
    assert tasks.erase_due() == 0
    visitor.submit(page, press="Keep my account", action=KEEP).has("Nothing was erased.")
    with at(frozen + WAIT):
        assert tasks.erase_due() == 0
    visitor.post(KEEP, {"csrfmiddlewaretoken": _token(visitor)}, status=409).has(
        "Nothing waits to be erased."
    )
    visitor.submit(ERASE, action=ERASE)
    with at(frozen + WAIT - timedelta(seconds=1)):
        assert tasks.erase_due() == 0
    with at(frozen + WAIT):
        assert (tasks.erase_due(), tasks.erase_due()) == (1, 0)
        assert visitor.client.get("/profile/").status_code == 302
    user.refresh_from_db()
    assert (user.name, user.email, user.is_active) == (
        f"Former member {user.pk}",
        f"erased-{user.pk}@erased.invalid",
        False,
    )
    assert not UserSession.objects.filter(user=user).exists()
    Visitor().submit("/accounts/login/", status=422, login="ana@work.test", password=PASSWORD)
    person(email="ana@work.test")  # the address is free again


def _token(visitor: Visitor) -> str:
    (form,) = [form for form in visitor.open(PAGE).posts if form.action == COPY]
    return form.data()["csrfmiddlewaretoken"][0]


def test_new_work_holds_a_waiting_erasure_and_says_why(people: People, frozen: datetime, at: At) -> None:
    user = people.worker.user
    own_data.ask_erasure(user.pk)
    row = assignment_in(State.SENT, owner=people.owner)
    sourcing.apply(row.pk, sourcing.Offer(reason="Soon"), actor=user)
    with at(frozen + WAIT):
        assert tasks.erase_due() == 0
    said = "You have applications that wait for an answer. Withdraw them first."
    assert Erasure.objects.get().held_why == said
    Visitor(user).open(PAGE).has("It waits longer, because:", said)
    sourcing.withdraw(row.pk, actor=user)
    with at(frozen + WAIT + timedelta(hours=23)):
        assert tasks.erase_due() == 0
    with at(frozen + WAIT + timedelta(days=1)):
        assert tasks.erase_due() == 1


@pytest.mark.parametrize("state", sorted(set(State) - {State.DRAFT, State.SENT, State.PAID, State.CANCELLED}))
def test_open_work_stands_against_it_for_both_sides(people: People, state: str) -> None:
    assignment_in(state, owner=people.owner, by=people.worker)
    assert "You have work that is not finished and paid." in " ".join(obstacles.found(people.worker.user))
    assert any("You own assignments" in one for one in obstacles.found(people.owner))
    page = fresh(people.worker.user).open(ERASE)
    page.has("This has to end first", "You have work that is not finished and paid.")
    assert "Erase my account in 14 days" not in page.buttons()


def test_money_stands_against_it(people: People) -> None:
    assignment_in(State.PAID, owner=people.owner, by=people.worker)
    assert obstacles.found(people.worker.user) == [
        "You have money here, or on its way to your bank. Withdraw it and wait until it has arrived."
    ]
    assert Account.objects.filter(owner_kind="worker", owner_id=people.worker.pk).exists()


def test_a_company_is_not_left_alone() -> None:
    first = member()
    second = member(first.client, Role.MANAGER)
    alone = f"{first.client.name} would be left without an administrator. Name another one first."
    assert (obstacles.found(first.user), obstacles.found(second.user)) == ([alone], [])
    Member.objects.filter(pk=second.pk).update(role=Role.ADMINISTRATOR)
    assert obstacles.found(first.user) == []


def test_platform_admins_and_funds_of_a_company_of_one(people: People) -> None:
    assert obstacles.found(confirmed(StaffFactory(name="Sy"))) == [
        "You are a platform admin. Ask another admin to take that right away first."
    ]
    assert obstacles.found(people.other_client) == [
        "Other Company has open work, open invoices or money here, and you are its only person."
    ]
    assert obstacles.found(worker().user) == []


def test_what_stands_against_it_is_asked_again_at_the_button(people: People) -> None:
    visitor = fresh(people.worker.user)
    page = visitor.open(ERASE)
    assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    visitor.submit(page, action=ERASE, status=409).has("This has to end first")
    assert not Erasure.objects.exists()
