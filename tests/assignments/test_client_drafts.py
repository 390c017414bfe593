"""Drafts over HTTP: one form makes one draft, it saves itself, and the ticked workers stay with it until it is sent."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from accounts.models import User
from assignments.actions import drafting
from assignments.forms.drafting import DraftForm
from assignments.forms.drafting.closeout import MOST_GROUPS
from assignments.forms.drafting.days import DayForm
from assignments.forms.rows import MOST, AskedForm, GroupForm, WantedForm
from assignments.models import Assignment, Attachment, DraftInvitee, Invitation
from assignments.models.days import MOST_DAYS
from assignments.states import State
from clients.models import Client
from clients.roles import Role
from tests import factories as make
from tests.assignments.drafts import SignIn, acme, at, owner, page, sign_in, typed, words
from timeline.models import Entry

__all__ = ["acme", "owner", "page", "sign_in"]
pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("frozen")]
AUTO = {"X-Onsite-Auto-Save": "1"}


def told(row: Assignment) -> list[tuple[str, Any]]:
    """The history of a row: each kind with what changed."""
    found = Entry.objects.filter(subject_type="assignment", subject_id=row.pk).order_by("sequence")
    return [(entry.kind.removeprefix("assignment."), entry.facts.get("changed")) for entry in found]


# --- the largest form -----------------------------------------------------------------------------------------------


def largest() -> dict[str, Any]:
    """Every line that a draft may have, each filled as its form asks."""
    lines: dict[str, Any] = {
        "wanted-lines": MOST, "asked-lines": MOST, "groups-lines": MOST_GROUPS, "days-lines": MOST_DAYS,
    }  # fmt: skip
    for i in range(MOST):
        lines |= {f"wanted-{i}-{name}": "" for name in WantedForm.base_fields}
        lines |= {f"wanted-{i}-title": f"Photo {i}", f"wanted-{i}-kind": "photo", f"wanted-{i}-count": 1}
        lines |= {f"asked-{i}-{name}": "" for name in AskedForm.base_fields}
        lines |= {f"asked-{i}-label": f"Question {i}", f"asked-{i}-kind": "text", f"asked-{i}-count": 1}
    for i in range(MOST_GROUPS):
        lines |= {f"groups-{i}-{name}": "" for name in GroupForm.base_fields}
        lines |= {f"groups-{i}-title": f"Group {i}"}
    for i in range(MOST_DAYS):
        lines |= {f"days-{i}-{name}": "" for name in DayForm.base_fields}
        day = date(2026, 12, 11) + timedelta(days=i)
        lines |= {f"days-{i}-day": f"{day:%Y-%m-%d}", f"days-{i}-clock": "09:00", f"days-{i}-hours": "2"}
    return lines


def test_the_largest_legal_draft_fits_into_one_request(page: Browser, owner: User) -> None:
    """Nobody meets a limit of the framework with a form that the portal itself drew."""
    names = set(DraftForm.base_fields) - {"sets", "invite", "documents"}
    drawn = dict.fromkeys(names, "") | {"key": str(uuid4()), "seen": "", "row": ""}
    sent = drawn | typed(owner, save="1", **largest())
    assert 1_190 < len(sent) < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS * 0.7
    answer = page.post("/assignments/new/", sent)
    assert answer.status_code == 302, answer.context["errors"]
    row = Assignment.objects.get()
    assert answer.headers["Location"] == at(row)
    assert (row.requirements.count(), row.custom_fields.count(), row.work_days.count()) == (
        MOST,
        MOST,
        MOST_DAYS,
    )


def test_more_than_any_form_sends_is_a_calm_page(page: Browser, owner: User) -> None:
    most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    answer = page.post("/assignments/new/", typed(owner, **{f"line-{i}": "x" for i in range(most)}))
    assert answer.status_code == 400
    assert f"At most {most:,} fields can be sent at once." in words(answer)
    assert not Assignment.objects.exists()


# --- one form, one draft --------------------------------------------------------------------------------------------


def test_the_same_form_again_lands_on_the_same_draft_with_what_was_typed_last(
    page: Browser, owner: User
) -> None:
    key = str(uuid4())
    lines = {"wanted-lines": 1, "wanted-0-title": "Photos", "wanted-0-kind": "photo", "wanted-0-count": 1}
    first = page.post("/assignments/new/", typed(owner, key=key, save="1", **lines))
    again = page.post("/assignments/new/", typed(owner, key=key, save="1", **lines))
    later = page.post("/assignments/new/", typed(owner, key=key, title="Better title", save="1", **lines))
    row = Assignment.objects.get()
    assert {one.headers["Location"] for one in (first, again, later)} == {at(row)}
    assert (row.title, [item.title for item in row.requirements.all()]) == ("Better title", ["Photos"])
    assert told(row) == [("created", None), ("edited", ["title"])]


def test_documents_are_added_once(page: Browser, owner: User) -> None:
    key = str(uuid4())
    for _ in range(2):
        plan = SimpleUploadedFile("plan.pdf", b"%PDF-1.7 plan")
        page.post("/assignments/new/", typed(owner, key=key, documents=[plan], save="1"))
    other = SimpleUploadedFile("plan.pdf", b"%PDF-1.7 another plan")
    page.post("/assignments/new/", typed(owner, key=key, documents=[other], save="1"))
    assert Assignment.objects.count() == 1
    assert [file.size for file in Attachment.objects.order_by("pk")] == [13, 21]


def test_a_key_is_one_companys(page: Browser, owner: User, sign_in: SignIn) -> None:
    key = str(uuid4())
    other = make.member(make.company("Other"), "Otto Other")
    page.post("/assignments/new/", typed(owner, key=key, save="1"))
    sign_in(other).post("/assignments/new/", typed(other, key=key, title="Theirs", save="1"))
    found = Assignment.objects.order_by("pk").values_list("client__name", "title")
    assert list(found) == [("Acme Retail", "Replace two access points"), ("Other", "Theirs")]


@pytest.mark.parametrize("key", ["", "abc", "6f1c1f4e", "¤"])
def test_without_a_good_key_each_form_is_a_draft_of_its_own(page: Browser, owner: User, key: str) -> None:
    for _ in range(2):
        page.post("/assignments/new/", typed(owner, key=key, save="1"))
    assert list(Assignment.objects.values_list("create_key", flat=True)) == [None, None]


def test_an_old_form_changes_nothing_that_was_sent(page: Browser, owner: User) -> None:
    key = str(uuid4())
    page.post("/assignments/new/", typed(owner, key=key, save="1"))
    row = Assignment.objects.get()
    drafting.send(row.pk, actor=owner)
    answer = page.post("/assignments/new/", typed(owner, key=key, price="999", save="1"))
    assert answer.status_code == 409
    assert "This assignment is Available by now. Open it to change what was sent." in words(answer)
    row.refresh_from_db()
    assert (row.price_minor, Assignment.objects.count()) == (32_000, 1)


def test_the_key_stays_when_the_page_is_drawn_again(page: Browser, owner: User) -> None:
    key = uuid4()
    drawn = page.post("/assignments/new/", typed(owner, key=str(key), title="", save="1"))
    again = page.post("/assignments/new/", typed(owner, key=str(key), **{"wanted-add": "1"}))
    assert (drawn.context["key"], again.context["key"]) == (key, key)
    fresh = page.get("/assignments/new/").context["key"]
    assert fresh != page.get("/assignments/new/").context["key"]


def test_saving_without_a_change_tells_nothing(page: Browser, owner: User) -> None:
    page.post("/assignments/new/", typed(owner, save="1"))
    row = Assignment.objects.get()
    page.post(at(row, "edit/"), typed(owner, save="1"))
    page.post(at(row, "edit/"), typed(owner, street="14 State Street", skills="Cabling", save="1"))
    assert told(row) == [("created", None), ("edited", ["skills", "street"])]


# --- it saves itself ------------------------------------------------------------------------------------------------


def test_the_first_auto_save_makes_the_draft_and_later_ones_change_it(
    page: Browser, owner: User, at: Any, frozen: datetime
) -> None:
    key = str(uuid4())
    first = page.post("/assignments/new/", typed(owner, key=key, price=""), headers=AUTO)
    row = Assignment.objects.get()
    url = f"/assignments/{row.pk}/edit/"
    assert first.json() == {"saved": "7:00 AM", "url": url, "seen": "2026-12-01T12:00:00+00:00"}
    assert page.post("/assignments/new/", typed(owner, key=key, price="5"), headers=AUTO).json()["url"] == url
    with at(frozen + timedelta(minutes=14)):
        second = page.post(url, typed(owner, price="320", seen=first.json()["seen"]), headers=AUTO)
    assert second.json() == {"saved": "7:14 AM", "url": url, "seen": "2026-12-01T12:14:00+00:00"}
    row.refresh_from_db()
    assert (Assignment.objects.count(), row.price_minor, row.state) == (1, 32_000, State.DRAFT)


def test_the_history_does_not_repeat_a_sitting(
    page: Browser, owner: User, at: Any, frozen: datetime, acme: Client, sign_in: SignIn
) -> None:
    url = page.post("/assignments/new/", typed(owner, key=str(uuid4())), headers=AUTO).json()["url"]
    row = Assignment.objects.get()
    for minute, title in enumerate(("A", "AB", "ABC"), start=1):
        with at(frozen + timedelta(minutes=minute)):
            page.post(url, typed(owner, title=title), headers=AUTO)
    assert told(row) == [("created", None)]
    for minute in (20, 21, 22):
        with at(frozen + timedelta(minutes=minute)):
            page.post(url, typed(owner, title=f"At {minute}"), headers=AUTO)
    with at(frozen + timedelta(minutes=23)):
        page.post(url, typed(owner, title="At 23", price="400"), headers=AUTO)
        mia = make.member(acme, "Mia Manager", Role.MANAGER)
        sign_in(mia).post(url, typed(owner, title="Mine", price="400"), headers=AUTO)
    assert told(row) == [
        ("created", None),
        ("edited", ["title"]),
        ("edited", ["price_minor", "title"]),
        ("edited", ["title"]),
    ]
    row.refresh_from_db()
    assert row.title == "Mine"


def test_what_cannot_be_saved_is_said_and_nothing_is_made(page: Browser, owner: User) -> None:
    untitled = page.post("/assignments/new/", typed(owner, key=str(uuid4()), title=""), headers=AUTO)
    assert (untitled.status_code, untitled.json()) == (422, {"sentence": "Enter title"})
    taken = make.assignment_in(State.DRAFT, owner=owner, external_id="PO-1")
    ruled = page.post("/assignments/new/", typed(owner, external_id="PO-1"), headers=AUTO)
    assert (ruled.status_code, ruled.json()) == (
        422,
        {"sentence": "Another assignment has this number already."},
    )
    assert list(Assignment.objects.all()) == [taken]


def test_a_colleagues_change_is_not_overwritten_by_itself(
    page: Browser, owner: User, moved: datetime, at: Any
) -> None:
    row = make.assignment_in(State.DRAFT, owner=owner)
    seen = row.updated_at.isoformat()
    with at(moved):
        drafting.edit(row.pk, drafting.Content({"title": "By Mia"}), actor=owner)
    answer = page.post(f"/assignments/{row.pk}/edit/", typed(owner, seen=seen), headers=AUTO)
    assert answer.status_code == 409
    assert answer.json() == {
        "sentence": "This draft was changed elsewhere. Save it yourself to keep what is typed here."
    }
    row.refresh_from_db()
    assert row.title == "By Mia"
    assert page.post(f"/assignments/{row.pk}/edit/", typed(owner, seen=seen, save="1")).status_code == 302


@pytest.fixture
def moved(frozen: datetime) -> datetime:
    return frozen + timedelta(minutes=1)


def test_what_was_sent_does_not_save_itself(page: Browser, owner: User) -> None:
    row = make.assignment_in(State.SENT, owner=owner)
    url = f"/assignments/{row.pk}/edit/"
    assert page.post(url, typed(owner, price="1"), headers=AUTO).status_code == 409
    row.refresh_from_db()
    assert row.price_minor == 35_000
    assert "data-autosave" not in words(page.get(url))
    draft = make.assignment_in(State.DRAFT, owner=owner)
    assert "data-autosave" in words(page.get(f"/assignments/{draft.pk}/edit/"))


def test_auto_save_is_for_those_who_may_edit(owner: User, acme: Client, sign_in: SignIn) -> None:
    row = make.assignment_in(State.DRAFT, owner=owner)
    url = f"/assignments/{row.pk}/edit/"
    colleague = sign_in(make.member(acme, "Uma User", Role.USER))
    stranger = sign_in(make.member(make.company("Other"), "Otto Other"))
    answers = [one.post(url, typed(owner, title="Not mine"), headers=AUTO) for one in (colleague, stranger)]
    assert [one.status_code for one in answers] == [403, 404]
    assert answers[0].json() == {"sentence": "Your role does not let this assignment be edited."}
    signed_out = Browser().post(url, typed(owner), headers=AUTO)
    assert signed_out.headers["Location"].startswith("/accounts/login/")
    row.refresh_from_db()
    assert row.title == "Replace two switches"


# --- ticked workers -------------------------------------------------------------------------------------------------


def invited(answer: Any) -> list[str]:
    """The workers that the form offers, the ticked ones with a star."""
    field = answer.context["form"]["invite" if "invite" in answer.context["form"].fields else "workers"]
    chosen = {str(one) for one in field.value() or ()}
    return [f"{'*' if str(w.data['value']) in chosen else ''}{w.choice_label}" for w in field.subwidgets]


def test_ticked_workers_stay_with_the_draft(page: Browser, owner: User) -> None:
    dana, marcus = make.worker("Dana Ruiz"), make.worker("Marcus Obi")
    page.post("/assignments/new/", typed(owner, invite=[dana.pk, marcus.pk], save="1"))
    row = Assignment.objects.get()
    assert (DraftInvitee.objects.count(), Invitation.objects.count()) == (2, 0)
    assert invited(page.get(at(row, "edit/"))) == ["*Dana Ruiz · Albany, NY", "*Marcus Obi · Albany, NY"]
    page.post(at(row, "edit/"), typed(owner, invite=[marcus.pk], save="1"))
    assert invited(page.get(at(row, "edit/"))) == ["*Marcus Obi · Albany, NY"]
    assert invited(page.get(at(row, "send/"))) == ["*Marcus Obi · Albany, NY"]
    assert told(row)[-1] == ("edited", ["workers to invite"])
    page.post(at(row, "edit/"), typed(owner, save="1"))
    assert list(row.draft_invitees.all()) == []


def test_nobody_hears_of_a_draft(page: Browser, owner: User, sign_in: SignIn) -> None:
    dana = make.worker("Dana Ruiz")
    page.post("/assignments/new/", typed(owner, invite=[dana.pk], save="1"))
    row = Assignment.objects.get()
    phone = sign_in(dana.user)
    assert phone.get(at(row)).status_code == 404
    assert "Replace two access points" not in words(phone.get("/work/?stage=invited"))


def test_sending_invites_those_who_still_can_be_and_names_the_others(page: Browser, owner: User) -> None:
    dana, olga = make.worker("Dana Ruiz"), make.worker("Olga Away")
    gone, colleague = make.worker("Gus Gone"), make.worker("Carla Colleague")
    people = [dana.pk, olga.pk, gone.pk, colleague.pk]
    page.post("/assignments/new/", typed(owner, invite=people, save="1"))
    row = Assignment.objects.get()
    olga.is_available = False
    olga.save()
    gone.user.is_active = False
    gone.user.save()
    make.MemberFactory(client=row.client, user=colleague.user)

    shown = page.get(at(row, "send/"))
    assert invited(shown) == [
        "*Carla Colleague · not invited: belongs to your own company",
        "*Dana Ruiz · Albany, NY",
        "*Gus Gone · not invited: does not use Onsite any more",
        "*Olga Away · not invited: takes no new work at present",
    ]
    answer = page.post(at(row, "send/"), {"workers": people, "send": "1"}, follow=True)
    assert [str(one) for one in answer.context["messages"]] == [
        "Carla Colleague is not invited: belongs to your own company.",
        "Gus Gone is not invited: does not use Onsite any more.",
        "Olga Away is not invited: takes no new work at present.",
        "It is sent. What it can cost at most is set aside from your funds.",
    ]
    assert [one.worker for one in Invitation.objects.all()] == [dana]
    assert DraftInvitee.objects.count() == 0


def test_what_is_not_posted_needs_somebody_who_can_be_invited(page: Browser, owner: User) -> None:
    olga = make.worker("Olga Away")
    page.post("/assignments/new/", typed(owner, invite=[olga.pk], is_marketplace="", save="1"))
    row = Assignment.objects.get()
    olga.is_available = False
    olga.save()
    answer = page.post(at(row, "send/"), {"workers": [olga.pk], "send": "1"})
    assert answer.status_code == 422
    assert "Olga Away is not invited: takes no new work at present. Post it to the marketplace" in words(
        answer
    )
    row.refresh_from_db()
    assert (row.state, DraftInvitee.objects.count()) == (State.DRAFT, 1)


def test_a_worker_whom_the_page_does_not_offer_is_refused(page: Browser, owner: User) -> None:
    away = make.worker("Olga Away", is_available=False)
    assert (
        page.post("/assignments/new/", typed(owner, title="x", invite=[away.pk], save="1")).status_code == 422
    )
    row = make.assignment_in(State.DRAFT, owner=owner)
    answer = page.post(at(row, "send/"), {"workers": [away.pk], "send": "1"})
    assert answer.status_code == 422
    assert "Olga Away" not in words(answer)
