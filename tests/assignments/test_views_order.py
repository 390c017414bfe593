"""Who, then when, then what was typed: the order in which every page of a verb answers (decisions.md D25)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from assignments.actions import closeout, drafting, holds, money, reschedules, sourcing, visits
from assignments.models import Application, Assignment, Question
from assignments.states import State
from common import clock
from tests.assignments.acts import asked, asked_for_a_date, new_date
from tests.assignments.scenes import apply, invite
from tests.factories import People, assignment_in
from timeline.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def at(row: Assignment, path: str) -> str:
    return f"/assignments/{row.pk}/{path}"


def browser(people: People, who: str) -> Browser:
    made = Browser()
    made.force_login(people.user(who))
    return made


def both(people: People, who: str, url: str, data: dict[str, Any] | None = None) -> tuple[int, int]:
    """The answers to GET and to POST; a refusal writes nothing."""
    mine, entries = browser(people, who), Entry.objects.count()
    found = (mine.get(url).status_code, mine.post(url, data or {}).status_code)
    assert Entry.objects.count() == entries
    return found


def working(people: People, state: str = State.IN_PROGRESS, **columns: Any) -> Assignment:
    return assignment_in(state, owner=people.owner, by=people.worker, **columns)


class TestNothingToDoItWith:
    """The page is calm where there is nothing to withdraw, decline, decide or end."""

    def test_withdraw_without_an_application(self, people: People):
        row = assignment_in(State.SENT, owner=people.owner)
        url = at(row, "withdraw/")
        assert both(people, "worker", url) == (409, 409)
        page = browser(people, "worker").get(url).content.decode()
        assert "You have no application here that could be withdrawn." in page
        apply(row, people.worker)
        assert browser(people, "worker").get(url).status_code == 200

    @pytest.mark.parametrize("minutes", [0, 11])
    def test_withdrawing_twice_is_done_already_and_later_there_is_nothing(self, people: People, minutes: int):
        row = assignment_in(State.SENT, owner=people.owner, applicants=(people.worker,))
        sourcing.withdraw(row.pk, actor=people.worker.user)
        with clock.moved(clock.now() + timedelta(minutes=minutes)):
            again = browser(people, "worker").post(at(row, "withdraw/"))
            assert (again.status_code, again.get("Location")) == ((409, None) if minutes else (302, "/work/"))
            assert browser(people, "worker").get(at(row, "withdraw/")).status_code == 409
        assert Application.objects.get().state == "withdrawn"

    def test_decline_without_an_invitation(self, people: People):
        row = assignment_in(State.SENT, owner=people.owner)
        url = at(row, "decline-invitation/")
        assert both(people, "stranger", url) == (409, 409)
        page = browser(people, "stranger").get(url).content.decode()
        assert "There is no invitation to decline." in page
        invite(row, people.stranger, people.owner)
        assert browser(people, "stranger").get(url).status_code == 200
        sourcing.decline_invitation(row.pk, actor=people.stranger.user)
        with clock.moved(clock.now() + timedelta(minutes=11)):
            assert both(people, "stranger", url) == (409, 409)

    def test_a_date_is_decided_by_the_other_side_and_withdrawn_by_the_own(self, people: People):
        row = working(people, State.ASSIGNED)
        request = asked_for_a_date(row, people)
        for name, worker, owner in (("accept", 403, 200), ("decline", 403, 200), ("withdraw", 200, 403)):
            url = at(row, f"reschedule/{request.pk}/{name}/")
            found = {who: browser(people, who).get(url).status_code for who in ("worker", "owner")}
            assert found == {"worker": worker, "owner": owner}, name
        assert both(people, "worker", at(row, f"reschedule/{request.pk}/decline/")) == (403, 403)
        assert both(people, "owner", at(row, f"reschedule/{request.pk}/withdraw/")) == (403, 403)

    def test_a_decided_date(self, people: People):
        row = working(people, State.ASSIGNED)
        request = asked_for_a_date(row, people)
        reschedules.decline_reschedule(row.pk, request.pk, actor=people.owner, reason="No.")
        for name, who in (("accept", "owner"), ("decline", "owner"), ("withdraw", "worker")):
            assert both(people, who, at(row, f"reschedule/{request.pk}/{name}/")) == (409, 409), name
        assert both(people, "owner", at(row, "reschedule/9999/accept/")) == (404, 404)

    def test_a_second_date_waits_for_the_first(self, people: People):
        row = working(people, State.ASSIGNED)
        url = at(row, "reschedule/")
        offered = f'href="{url}"'
        assert offered in browser(people, "worker").get(at(row, "")).content.decode()
        asked_for_a_date(row, people)
        assert both(people, "owner", url) == (409, 409)
        assert offered not in browser(people, "worker").get(at(row, "")).content.decode()

    def test_decided_money(self, people: People):
        row = working(people)
        request = asked(row, people)
        money.withdraw_money(row.pk, request.pk, actor=people.worker.user)
        assert both(people, "owner", at(row, f"money/{request.pk}/approve/")) == (409, 409)
        assert both(people, "owner", at(row, f"money/{request.pk}/decline/"), {"reason": ""}) == (409, 409)
        assert both(people, "worker", at(row, f"money/{request.pk}/withdraw/")) == (409, 409)

    def test_a_second_request_of_a_kind_says_so_before_what_was_typed(self, people: People):
        row = working(people)
        asked(row, people)
        answer = browser(people, "worker").post(at(row, "request/increase/"), {"amount": "x"})
        assert answer.status_code == 409

    def test_checking_in_twice_and_out_without_being_in(self, people: People):
        row = working(people)
        with clock.moved(clock.now() + timedelta(hours=1)):
            assert both(people, "worker", at(row, "check-in/"), {"lat": "x"}) == (409, 409)
            visits.check_out(row.pk, actor=people.worker.user)
        with clock.moved(clock.now() + timedelta(hours=2)):
            assert both(people, "worker", at(row, "check-out/")) == (409, 409)

    def test_an_answered_question(self, people: People):
        row = assignment_in(State.SENT, owner=people.owner)
        question = sourcing.ask(row.pk, "Is there a ladder?", actor=people.stranger.user)
        sourcing.answer(row.pk, question.pk, actor=people.owner, text="Yes.", is_public=True)
        assert both(people, "owner", at(row, f"questions/{question.pk}/answer/"), {"answer": ""}) == (
            409,
            409,
        )
        assert both(people, "owner", at(row, "questions/9999/answer/")) == (404, 404)
        assert Question.objects.get().answer == "Yes."

    def test_an_offer_that_ended(self, people: People):
        row = assignment_in(State.SENT, owner=people.owner)
        offer = apply(row, people.worker, sourcing.Offer(expires_at=clock.now() + timedelta(hours=1)))
        with clock.moved(clock.now() + timedelta(hours=1)):
            for name in ("assign", "decline"):
                assert both(people, "owner", at(row, f"applications/{offer.pk}/{name}/")) == (409, 409), name


class TestWho:
    """Somebody without the right hears that, whatever was typed and whatever the stage."""

    @pytest.mark.parametrize("who", ["view_only", "user_member", "controller"])
    @pytest.mark.parametrize("state", [State.SENT, State.ASSIGNED, State.PAID])
    @pytest.mark.parametrize("data", [{}, {"body": ""}, {"body": "Hello"}, {"body": "", "is_private": "on"}])
    def test_an_empty_message(self, people: People, who: str, state: str, data: dict[str, str]):
        row = working(people, state)
        assert browser(people, who).post(at(row, "messages/"), data).status_code == 403

    @pytest.mark.parametrize("path", ["hold/", "unassign/", "add-money/", "send-back/", "edit-site/"])
    def test_a_colleague_who_only_views(self, people: People, path: str):
        row = working(people)
        assert both(people, "view_only", at(row, path)) == (403, 403)

    @pytest.mark.parametrize("path", ["submit/", "back-out/", "request/bonus/", "check-out/"])
    def test_the_client_does_not_do_the_workers_part(self, people: People, path: str):
        row = working(people)
        assert both(people, "owner", at(row, path)) == (403, 403)


class TestWhen:
    """A page that is stale says so before it judges what was typed."""

    @pytest.mark.parametrize(
        ("state", "who", "path"),
        [
            (State.ON_HOLD, "manager", "hold/"),
            (State.ASSIGNED, "owner", "remove-hold/"),
            (State.IN_PROGRESS, "owner", "send-back/"),
            (State.SENT, "owner", "unassign/"),
            (State.PAID, "owner", "add-money/"),
            (State.PAID, "owner", "rate-worker/"),
            (State.ON_HOLD, "worker", "submit/"),
            (State.IN_PROGRESS, "worker", "back-out/"),
            (State.PAID, "worker", "request/increase/"),
            (State.ASSIGNED, "worker", "ask/"),
            (State.PENDING_APPROVAL, "owner", "reschedule/"),
            (State.PENDING_APPROVAL, "worker", "reschedule/"),
            (State.PAID, "owner", "messages/"),
            (State.PAID, "worker", "messages/"),
        ],
    )
    def test_a_stale_verb_with_nothing_typed(self, people: People, state: str, who: str, path: str):
        row = working(people, state) if state != State.SENT else assignment_in(state, owner=people.owner)
        answer = browser(people, who).post(at(row, path), {})
        assert answer.status_code == 409
        assert "This changed while you were looking" in answer.content.decode()

    def test_a_fresh_verb_with_nothing_typed_is_told_what_to_mend(self, people: People):
        row = working(people)
        for who, path in (("owner", "hold/"), ("owner", "messages/"), ("worker", "submit/")):
            assert browser(people, who).post(at(row, path), {}).status_code == 422, path

    def test_a_doubled_click_leads_on(self, people: People):
        row = working(people)
        holds.hold(row.pk, actor=people.owner, reason="weather")
        again = browser(people, "owner").post(at(row, "hold/"), {"reason": "weather"})
        assert (again.status_code, again["Location"]) == (302, at(row, ""))
        assert browser(people, "manager").post(at(row, "hold/"), {"reason": "weather"}).status_code == 409

    def test_a_doubled_request_for_a_date_leads_on(self, people: People):
        row = working(people, State.ASSIGNED)
        reschedules.request_reschedule(
            row.pk, actor=people.worker.user, schedule=new_date(), note="Van broke."
        )
        assert browser(people, "worker").post(at(row, "reschedule/"), {}).status_code == 302

    def test_steps_between_are_refused_as_the_verb_is(self, people: People):
        sent = assignment_in(State.SENT, owner=people.owner)
        assert browser(people, "view_only").post(at(sent, "invite/"), {"find": "1"}).status_code == 403
        drafting.invite(sent.pk, [people.stranger], actor=people.owner)
        row = working(people, State.PENDING_APPROVAL)
        mine = browser(people, "worker")
        assert mine.post(at(row, "submit/"), {"calculate": "1"}).status_code == 409
        assert mine.post(at(row, "counteroffer/"), {"calculate": "1"}).status_code == 409
        closeout.send_back(row.pk, actor=people.owner, reason="Again.")
        assert mine.post(at(row, "submit/"), {"calculate": "1"}).status_code == 200
