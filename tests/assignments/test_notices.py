"""Who is told what: each once, the actor never, and nothing that the reader may not know."""

from typing import Any

import pytest

from assignments.actions import closeout, holds, sourcing, talk
from assignments.actions.sourcing import Offer
from assignments.kinds import KINDS
from assignments.states import State
from clients.models import Member
from notifications.mail import render
from notifications.models import Message, Notice, Preference
from tests.assignments.scenes import apply, assign, scene, unassign
from tests.factories import People, assignment_in

pytestmark = pytest.mark.django_db


def told(kind: str) -> dict[str, str]:
    """Name -> address of the notice."""
    found = Notice.objects.filter(kind=f"assignment.{kind}").select_related("user")
    return {notice.user.name: notice.url for notice in found}


def test_the_actor_is_never_told_even_as_owner_and_follower(people: People):
    row = scene(people, State.ASSIGNED)
    talk.follow(row.pk, actor=people.user_owner)
    holds.hold(row.pk, actor=people.user_owner, reason="weather")
    assert set(told("held")) == {"Fay Follower", "Wanda Worker"}


def test_an_owner_who_follows_is_told_once(people: People):
    row = scene(people, State.ASSIGNED)
    talk.follow(row.pk, actor=people.user_owner)
    holds.hold(row.pk, actor=people.owner, reason="weather")
    assert Notice.objects.filter(kind="assignment.held", user=people.user_owner).count() == 1


def test_a_follower_who_left_the_company_is_not_told(people: People):
    row = scene(people, State.ASSIGNED)
    Member.objects.filter(user=people.follower).update(is_active=False)
    holds.hold(row.pk, actor=people.owner, reason="weather")
    assert set(told("held")) == {"Ugo Owner", "Wanda Worker"}


def test_who_lost_it_is_led_to_the_own_list(people: People):
    row = assignment_in(State.SENT, owner=people.owner, applicants=(people.applicant,))
    assign(row, people.worker, people.manager)
    assert told("filled") == {"Adam Applicant": "/work/"}
    assert told("assigned") == {
        "Wanda Worker": f"/assignments/{row.pk}/",
        "Olivia Owner": f"/assignments/{row.pk}/",
    }
    unassign(row, people.manager)
    assert told("unassigned")["Wanda Worker"] == "/work/"


def test_the_other_side_reads_a_message(people: People):
    row = scene(people, State.ASSIGNED)
    talk.post_message(row.pk, actor=people.worker.user, body="On my way.")
    assert set(told("message_posted")) == {"Ugo Owner", "Fay Follower"}
    Notice.objects.all().delete()
    talk.post_message(row.pk, actor=people.owner, body="Good.")
    assert set(told("message_posted")) == {"Wanda Worker"}


def test_a_private_note_reaches_no_worker(people: People):
    row = scene(people, State.ASSIGNED)
    talk.post_note(row.pk, actor=people.owner, body="He is often late.")
    assert set(told("note_posted")) == {"Ugo Owner", "Fay Follower"}


def test_who_switched_an_event_off_is_not_told(people: People):
    row = scene(people, State.SENT)
    Notice.objects.all().delete()
    Preference.objects.create(user=people.user_owner, kind="assignment.asked", portal=False, email=True)
    sourcing.ask(row.pk, "Is there a ladder?", actor=people.stranger.user)
    assert set(told("asked")) == {"Fay Follower"}
    mails = Message.objects.filter(kind="assignment.asked").values_list("user__name", flat=True)
    assert set(mails) == {"Ugo Owner", "Fay Follower"}


def test_must_have_events_cannot_be_switched_off(people: People):
    row = scene(people, State.ASSIGNED)
    Preference.objects.create(user=people.worker.user, kind="assignment.held", portal=False, email=False)
    holds.hold(row.pk, actor=people.owner, reason="weather")
    assert "Wanda Worker" in told("held")


def everything_said_to(user: Any) -> str:
    """Notices and rendered mails of one person."""
    mails = [render(message) for message in Message.objects.filter(user=user)]
    notices = [f"{n.title} {n.sentence}" for n in Notice.objects.filter(user=user)]
    return " ".join([*notices, *(f"{mail.subject} {mail.text} {mail.html}" for mail in mails)])


def test_workers_hear_nothing_of_each_other_and_nothing_of_the_clients_cost(people: People):
    """Gross is 385.00; the other's offer 361.00; the private note, contact and street stay unsaid."""
    row = assignment_in(State.SENT, owner=people.owner, invite=(people.invited,))
    apply(row, people.applicant, Offer(expenses_minor=1_100))
    talk.post_note(row.pk, actor=people.owner, body="Budget is generous.")
    assign(row, people.worker, people.owner)
    closeout.cancel(row.pk, actor=people.owner, reason="not_needed", note="Gone.")
    secrets = ["385.00", "361.00", "generous", "State Street", "Sam Site", "North Bank"]
    for name, others in (
        ("applicant", ["Wanda", "Ivan", "Olivia"]),
        ("invited", ["Wanda", "Adam", "Olivia"]),
        ("worker", ["Adam", "Ivan"]),
    ):
        said = everything_said_to(people.user(name))
        assert said
        assert [word for word in secrets + others if word in said] == []


def test_every_mail_that_the_life_of_an_assignment_queues_can_be_rendered(people: People):
    scene(people, State.PENDING_APPROVAL)
    mails = [render(message) for message in Message.objects.all()]
    assert len(mails) >= 10
    assert all(mail.subject.startswith("A-") and mail.text and mail.html for mail in mails)


def test_nobody_is_told_of_bookkeeping():
    silent = {name.removeprefix("assignment.") for name, kind in KINDS.items() if not kind.to}
    assert {"created", "deleted", "edited", "sent", "rated", "payment_noted"} <= silent
