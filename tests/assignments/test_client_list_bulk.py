"""Acts on many assignments over HTTP: check page, act, result; each row through its own action (ux.md 6.3)."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from assignments.actions import bulk as acts
from assignments.actions import drafting, talk
from assignments.actions.drafting import Content
from assignments.models import Assignment, Attachment, BulkAct, BulkItem, BulkResult, BulkRun, Invitation
from assignments.states import State
from clients.models import Client
from clients.roles import Role
from ledger.reserve import available, reserved
from notifications.models import Message
from tests import factories as make
from tests.assignments.drafts import SignIn, acme, at, owner, page, sign_in, words
from timeline.models import Entry

__all__ = ["acme", "owner", "page", "sign_in"]
pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("frozen")]
BULK = "/assignments/bulk/"
Make = Callable[..., Assignment]


@pytest.fixture
def draft(owner: User) -> Make:
    return lambda **columns: make.assignment_in(State.DRAFT, owner=owner, **columns)


def ask(page: Browser, act: str, *rows: Assignment | int, **more: Any) -> Any:
    ids = [row if isinstance(row, int) else row.pk for row in rows]
    return page.get(BULK, {"act": act, "row": ids, **more})


def do(page: Browser, act: str, *rows: Assignment | int, key: UUID | None = None, **more: Any) -> Any:
    ids = [row if isinstance(row, int) else row.pk for row in rows]
    return page.post(BULK, {"act": act, "row": ids, "key": str(key or uuid4()), **more}, follow=True)


def able(answer: Any) -> list[tuple[str, str]]:
    return [(line.row.title, line.happens) for line in answer.context["plan"].able]


def unable(answer: Any) -> list[tuple[str, list[str]]]:
    return [(line.row.title, line.problems) for line in answer.context["plan"].unable]


def results(answer: Any) -> dict[str, list[tuple[str, str]]]:
    return {
        name: [(item.title, item.sentence) for item in answer.context[name]] for name in ("done", "refused")
    }


def kinds(row: Assignment) -> list[str]:
    found = Entry.objects.filter(subject_type="assignment", subject_id=row.pk).order_by("sequence")
    return [entry.kind.removeprefix("assignment.") for entry in found]


# --- choosing -------------------------------------------------------------------------------------------------------


def test_the_list_offers_a_box_a_row_and_the_acts(page: Browser, draft: Make) -> None:
    row = draft(title="One of many")
    shown = words(page.get("/assignments/?stage=draft"))
    assert f'name="row" value="{row.pk}"' in shown
    assert 'name="back" value="stage=draft"' in shown
    assert [act for act in ("send", "copy", "cancel", "delete") if f'name="act" value="{act}"' in shown] == [
        "send",
        "copy",
        "cancel",
        "delete",
    ]


@pytest.mark.parametrize("role", [Role.VIEW_ONLY, Role.CONTROLLER])
def test_who_writes_nothing_gets_no_boxes(role: str, acme: Client, draft: Make, sign_in: SignIn) -> None:
    row = draft()
    reader = sign_in(make.member(acme, "Vera View", role))
    assert 'name="row"' not in words(reader.get("/assignments/"))
    assert ask(reader, "delete", row).status_code == 403
    assert do(reader, "delete", row).status_code == 403
    assert Assignment.objects.count() == 1


@pytest.mark.parametrize(
    "query",
    [{}, {"act": "send"}, {"act": "nonsense", "row": "1"}, {"act": "send", "row": ["x", "²", "-1", ""]}],
)
def test_choosing_nothing_says_so(page: Browser, query: dict[str, Any]) -> None:
    shown = page.get(BULK, query)
    assert (shown.status_code, "No assignment is chosen" in words(shown)) == (
        200,
        query.get("act") != "nonsense" or True,
    )
    assert page.post(BULK, query).status_code == 422
    assert BulkRun.objects.count() == 0


def test_fifty_are_enough(page: Browser) -> None:
    ids = list(range(1, 52))
    assert "Choose at most 50 assignments at once." in words(ask(page, "copy", *ids))
    assert do(page, "copy", *ids).status_code == 422
    assert BulkRun.objects.count() == 0


def test_rows_of_others_are_like_missing_ones(page: Browser, draft: Make, sign_in: SignIn) -> None:
    mine, theirs = draft(title="Mine"), make.assignment_in(State.DRAFT, title="Theirs")
    shown = ask(page, "delete", mine, theirs, 999_999)
    assert (able(shown), unable(shown)) == ([("Mine", "It is deleted.")], [])
    assert "2 are no longer there." in words(shown)
    assert "Theirs" not in words(shown)
    answer = do(page, "delete", mine, theirs)
    assert results(answer) == {"done": [("Mine", "")], "refused": [("", "It is no longer there.")]}
    assert list(Assignment.objects.all()) == [theirs]


def test_the_way_back_is_the_filtered_list_and_nothing_else(page: Browser, draft: Make) -> None:
    row = draft()
    shown = ask(page, "copy", row, back="stage=draft&next=//evil.test")
    assert shown.context["back_url"] == "/assignments/?stage=draft"
    answer = do(page, "copy", row, back="//evil.test?stage=draft&city=Albany")
    assert answer.context["back_url"] == "/assignments/?city=Albany"


# --- sending --------------------------------------------------------------------------------------------------------


def test_sending_many_sends_each_as_it_was_saved(
    page: Browser, draft: Make, owner: User, acme: Client
) -> None:
    dana, olga = make.worker("Dana Ruiz"), make.worker("Olga Away")
    market, named = draft(title="Market"), draft(title="Named", is_marketplace=False, price_minor=10_000)
    drafting.edit(named.pk, Content(invitees=[dana, olga]), actor=owner)
    olga.is_available = False
    olga.save()
    unfinished = draft(title="Unfinished", description="", price_minor=0)
    nobody = draft(title="For nobody", is_marketplace=False)
    sent = make.assignment_in(State.SENT, owner=owner, title="Sent before")

    rows = (market, named, unfinished, nobody, sent)
    shown = ask(page, "send", *rows)
    assert able(shown) == [
        ("Market", "Every worker can find it."),
        ("Named", "1 worker is invited."),
    ]
    assert unable(shown) == [
        ("Unfinished", ["Describe the work: this is what is agreed.", "Enter a price above zero."]),
        ("For nobody", ["Post it to the marketplace, or invite at least one worker."]),
        ("Sent before", ["This assignment is now Available. It can no longer be sent."]),
    ]
    assert "Olga Away is not invited: takes no new work at present." in words(shown)
    assert "Send 2 assignments, $495.00 at most" in re.sub("<[^>]*>", "", words(shown))

    before = available(acme.pk, "USD").to_spend
    answer = do(page, "send", *rows)
    assert answer.context["title"] == "2 of 5 assignments are sent"
    assert results(answer) == {
        "done": [
            ("Market", ""),
            ("Named", "1 worker is invited. Olga Away is not invited: takes no new work at present."),
        ],
        "refused": [
            ("Unfinished", "Describe the work: this is what is agreed."),
            ("For nobody", "Post it to the marketplace, or invite at least one worker."),
            ("Sent before", "This assignment is now Available. It can no longer be sent."),
        ],
    }
    assert (before - available(acme.pk, "USD").to_spend).minor == 49_500
    assert [one.worker for one in Invitation.objects.all()] == [dana]
    assert kinds(market) == ["created", "sent"]
    assert kinds(named) == ["created", "edited", "sent", "invited"]


def test_short_funds_stop_those_that_they_do_not_cover_only(sign_in: SignIn) -> None:
    poor = make.member(make.company("Poor Company", cash=50_000, terms=0), "Pat Poor")
    rows = [make.assignment_in(State.DRAFT, owner=poor, title=f"Work {n}") for n in range(2)]
    small = make.assignment_in(State.DRAFT, owner=poor, title="Small", price_minor=5_000)
    browser = sign_in(poor)
    shown = ask(browser, "send", *rows, small)
    assert str(shown.context["plan"].short) == "$325.00"
    assert "They are sent in this order." in words(shown)
    answer = do(browser, "send", *rows, small)
    assert results(answer) == {
        "done": [("Work 0", ""), ("Small", "")],
        "refused": [("Work 1", "Available to spend is $270.00 short.")],
    }


def test_the_limits_of_owner_and_sender_hold(acme: Client, draft: Make, sign_in: SignIn) -> None:
    draft_of_owner = draft(title="Dear")
    mia = make.member(acme, "Mia Manager", Role.MANAGER, max_budget_minor=10_000)
    shown = ask(sign_in(mia), "send", draft_of_owner)
    assert unable(shown) == [
        (
            "Dear",
            [
                "This costs up to $385.00. Mia Manager may send up to $100.00. "
                "An administrator can raise that limit."
            ],
        )
    ]
    assert results(do(sign_in(mia), "send", draft_of_owner))["done"] == []


# --- cancelling, copying, deleting ----------------------------------------------------------------------------------


def test_cancelling_many_has_one_reason_for_all(page: Browser, draft: Make, owner: User) -> None:
    wanda, adam = make.worker("Wanda Worker"), make.worker("Adam Applicant")
    sent = make.assignment_in(State.SENT, owner=owner, title="Open", applicants=(adam,))
    quiet = make.assignment_in(State.SENT, owner=owner, title="Quiet")
    assigned = make.assignment_in(State.ASSIGNED, owner=owner, by=wanda, title="Taken")
    waiting = make.assignment_in(State.PENDING_APPROVAL, owner=owner, by=adam, title="Finished")
    rows = (sent, quiet, assigned, waiting, draft(title="Draft"))
    shown = ask(page, "cancel", *rows)
    assert able(shown) == [
        ("Open", "1 applicant is told."),
        ("Quiet", "Nobody has applied yet."),
        ("Taken", "Wanda Worker is told, can no longer open it, and gets no pay."),
        ("Finished", "Adam Applicant is told, can no longer open it, and gets no pay."),
    ]
    assert unable(shown) == [("Draft", ["This assignment is now Draft. It can no longer be cancelled."])]
    assert "To pay for it, cancel it on its own page." in words(shown)

    key = uuid4()
    missing = do(page, "cancel", *rows[:3], key=key, reason="", note="The store closes.")
    assert missing.status_code == 422
    assert "The store closes." in words(missing)
    assert missing.context["key"] == key
    assert BulkRun.objects.count() == 0

    answer = do(page, "cancel", *rows[:3], key=key, reason="not_needed", note="The store closes.")
    assert answer.context["title"] == "3 assignments are cancelled"
    for row in rows[:3]:
        row.refresh_from_db()
        assert (row.state, row.cancel_reason, row.cancel_note, row.cancelled_pay_minor) == (
            State.CANCELLED,
            "not_needed",
            "The store closes.",
            0,
        )
        assert reserved("assignment", row.pk) is None
    told = Message.objects.filter(kind="assignment.cancelled").values_list("to_email", flat=True)
    assert sorted(told) == sorted([adam.user.email, wanda.user.email])


def test_copies_are_drafts_of_the_one_who_copied(page: Browser, owner: User) -> None:
    row = make.assignment_in(State.ASSIGNED, owner=owner, title="Again", external_id="PO-1")
    plan = SimpleUploadedFile("plan.pdf", b"%PDF-1.7 plan")
    talk.attach(row.pk, actor=owner, file=plan, checked=make.check_upload(plan))
    shown = ask(page, "copy", row)
    assert able(shown) == [("Again", "A new draft with its 1 document.")]
    key = uuid4()
    for _ in range(2):
        answer = do(page, "copy", row, key=key)
        assert answer.context["title"] == "1 assignment is copied"
    copy = Assignment.objects.get(state=State.DRAFT)
    assert (copy.owner, copy.external_id, copy.start_at) == (owner, "", None)
    assert [item.made for item in answer.context["done"]] == [copy]
    assert f'href="{at(copy, "edit/")}"' in words(answer)
    assert Attachment.objects.filter(assignment=copy).count() == 1


def test_only_drafts_are_deleted(page: Browser, draft: Make, owner: User) -> None:
    gone, sent = draft(title="Not wanted"), make.assignment_in(State.SENT, owner=owner, title="On the market")
    shown = ask(page, "delete", gone, sent)
    assert unable(shown) == [
        ("On the market", ["This assignment is now Available. It can no longer be deleted."])
    ]
    key = uuid4()
    answers = [do(page, "delete", gone, sent, key=key) for _ in range(2)]
    assert [results(answer) for answer in answers] == [
        {
            "done": [("Not wanted", "")],
            "refused": [("On the market", "This assignment is now Available. It can no longer be deleted.")],
        }
    ] * 2
    assert f"A-{gone.pk}" in words(answers[0])
    assert at(gone) not in words(answers[0])
    assert list(Assignment.objects.all()) == [sent]


def test_a_colleague_without_the_right_hears_why(acme: Client, draft: Make, sign_in: SignIn) -> None:
    uma = make.member(acme, "Uma User", Role.USER)
    own = make.assignment_in(State.DRAFT, owner=uma, title="Hers")
    foreign = draft(title="Not hers")
    browser = sign_in(uma)
    shown = ask(browser, "delete", own, foreign)
    assert (able(shown), unable(shown)) == (
        [("Hers", "It is deleted.")],
        [("Not hers", ["Your role does not let this assignment be deleted."])],
    )
    answer = do(browser, "delete", own, foreign)
    assert results(answer) == {
        "done": [("Hers", "")],
        "refused": [("Not hers", "Your role does not let this assignment be deleted.")],
    }


# --- again, and half way --------------------------------------------------------------------------------------------


def test_the_same_post_again_is_the_same_result(page: Browser, draft: Make) -> None:
    rows = [draft(title=f"Work {n}") for n in range(3)]
    key = uuid4()
    first = do(page, "send", *rows, key=key)
    again = do(page, "send", *rows, key=key)
    assert (first.redirect_chain, results(first)) == (again.redirect_chain, results(again))
    assert [kinds(row) for row in rows] == [["created", "sent"]] * 3
    assert BulkRun.objects.count() == 1


def test_another_form_for_what_is_done_says_so_calmly(page: Browser, draft: Make) -> None:
    row = draft(title="Work")
    do(page, "send", row)
    answer = do(page, "send", row)
    assert results(answer) == {"done": [("Work", "This is done already.")], "refused": []}
    assert kinds(row) == ["created", "sent"]
    deleted = draft(title="Gone")
    do(page, "delete", deleted)
    assert results(do(page, "delete", deleted)) == {"done": [], "refused": [("", "It is no longer there.")]}


def test_a_key_is_for_one_act_on_the_same_rows(
    page: Browser, draft: Make, acme: Client, sign_in: SignIn
) -> None:
    one, two = draft(), draft()
    key = uuid4()
    do(page, "copy", one, key=key)
    for act, rows in (("copy", (one, two)), ("delete", (one,))):
        answer = do(page, act, *rows, key=key)
        assert answer.status_code == 409
        assert "This was done already with other assignments. Choose them again." in words(answer)
    mia = sign_in(make.member(acme, "Mia Manager"))
    assert do(mia, "copy", one, key=key).status_code == 409
    assert mia.get(f"{BULK}{key}/").status_code == 404
    assert mia.post(f"{BULK}{key}/").status_code == 404
    assert Assignment.objects.count() == 3


def test_what_was_cut_off_goes_on(page: Browser, draft: Make, owner: User) -> None:
    rows = [draft(title=f"Work {n}") for n in range(3)]
    key = uuid4()
    run = acts.start(BulkAct.DELETE, [row.pk for row in rows], words={}, actor=owner, key=key)
    acts._do(run.items.all()[0].pk, run, owner)
    shown = page.get(f"{BULK}{key}/")
    assert shown.context["title"] == "1 of 3 drafts is deleted"
    assert "2 are not deleted yet" in words(shown)
    answer = page.post(f"{BULK}{key}/", follow=True)
    assert answer.context["title"] == "3 drafts are deleted"
    assert set(BulkItem.objects.values_list("result", flat=True)) == {BulkResult.DONE}
    assert Assignment.objects.count() == 0


def test_one_refused_row_takes_nothing_of_the_others_back(
    page: Browser, draft: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [draft(title=f"Work {n}") for n in range(3)]
    rows[1].delete()
    answer = do(page, "send", *rows[:1], rows[2], 999_999)
    assert answer.context["title"] == "2 of 3 assignments are sent"
    assert [row.state for row in Assignment.objects.order_by("pk")] == [State.SENT, State.SENT]


# --- the cost -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["send", "copy", "cancel", "delete"])
def test_the_check_page_costs_the_same_for_one_and_for_many(page: Browser, owner: User, act: str) -> None:
    def cost(rows: list[Assignment]) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert ask(page, act, *rows).status_code == 200
        return len(seen)

    def scene(n: int) -> list[Assignment]:
        dana = make.worker(f"Dana {n}")
        row = make.assignment_in(State.DRAFT, owner=owner)
        drafting.edit(row.pk, Content(invitees=[dana]), actor=owner)
        taken = make.assignment_in(State.ASSIGNED, owner=owner, by=make.worker(f"Wanda {n}"))
        return [row, taken]

    rows = scene(0)
    first = cost(rows)
    for n in range(1, 6):
        rows += scene(n)
    assert cost(rows) == first
    assert first <= 22


def test_the_result_page_costs_the_same_for_one_and_for_many(page: Browser, draft: Make) -> None:
    def cost(count: int) -> int:
        key = uuid4()
        do(page, "copy", *(draft() for _ in range(count)), key=key)
        with CaptureQueriesContext(connection) as seen:
            assert page.get(f"{BULK}{key}/").status_code == 200
        return len(seen)

    assert cost(1) == cost(6)
