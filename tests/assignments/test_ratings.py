"""Ratings: what the database refuses, and that the rule of "final" is one (assignments/blind.py)."""

from itertools import product

import pytest
from django.db import IntegrityError, transaction

from assignments import blind
from assignments.actions import ratings
from assignments.actions.ratings import Answers, Marks
from assignments.forms.rating import RateClientForm, RateWorkerForm
from assignments.models import Assignment, Rating
from assignments.states import State
from common.errors import AlreadyDone, Conflict, Invalid
from tests.assignments.engagements import ended, rated
from tests.factories import People, assignment_in


@pytest.mark.parametrize(
    "columns",
    [
        {"side": "client", "site_ready": "yes"},
        {"side": "worker", "quality": "excellent"},
        {"side": "client", "quality": "splendid"},
        {"side": "worker", "paid_in_time": "may"},
        {"side": "admin"},
        {"side": "client", "grade": ""},
    ],
)
def test_the_database_refuses_what_no_side_can_say(people: People, columns):
    row = ended(people)
    whole = {"grade": "excellent", "author": people.owner, **columns}
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.create(engagement=row, assignment=row.assignment, **whole)


def test_each_side_rates_an_engagement_once(people: People):
    row = ended(people)
    rated(people, row, client="excellent")
    with pytest.raises(IntegrityError), transaction.atomic():
        rated(people, row, client="satisfied")


@pytest.mark.parametrize(
    ("state", "given"), list(product([State.APPROVED, State.PAID], ["", "c", "w", "cw"]))
)
def test_final_means_the_same_to_pages_and_to_the_door(people: People, state, given):
    row = assignment_in(state, owner=people.owner, by=people.worker)
    rated(
        people,
        row.engagement,
        client="excellent" if "c" in given else "",
        worker="excellent" if "w" in given else "",
    )
    for side in ("client", "worker"):
        is_final = side[0] in given and (given == "cw" or state == State.PAID)
        found = Assignment.objects.annotate(final=blind.is_final(side)).get(pk=row.pk)
        assert (found.final, blind.final_because(row, side)) == (is_final, blind.FINAL if is_final else "")
        shown = {rating.side for rating in blind.readable(side)}
        other = {"client": "worker", "worker": "client"}[side]
        assert (side in shown) == (side[0] in given)
        assert (other in shown) == (other[0] in given and (given == "cw" or state == State.PAID))


def test_marks_and_answers_are_kept_and_changed(people: People):
    row = assignment_in(State.APPROVED, owner=people.owner, by=people.worker)
    ratings.rate_worker(row.pk, actor=people.owner, grade="excellent", marks=Marks(quality="satisfied"))
    ratings.rate_worker(row.pk, actor=people.owner, grade="satisfied", marks=Marks(communication="excellent"))
    ratings.rate_client(row.pk, actor=people.worker.user, grade="excellent", answers=Answers(scope_true="no"))
    kept = list(
        Rating.objects.order_by("side").values_list("grade", "quality", "communication", "scope_true")
    )
    assert kept == [("satisfied", "", "excellent", ""), ("excellent", "", "", "no")]


def test_a_doubled_click_is_done_already_and_another_word_too_late(people: People):
    row = assignment_in(State.APPROVED, owner=people.owner, by=people.worker)
    ratings.rate_client(row.pk, actor=people.worker.user, grade="excellent")
    ratings.rate_worker(row.pk, actor=people.owner, grade="excellent")
    with pytest.raises(AlreadyDone):
        ratings.rate_worker(row.pk, actor=people.owner, grade="excellent")
    with pytest.raises(Conflict, match=r"Your rating is final\."):
        ratings.rate_worker(row.pk, actor=people.owner, grade="satisfied")
    with pytest.raises(Invalid, match=r"Choose one of the answers\."):
        ratings.rate_client(
            row.pk, actor=people.worker.user, grade="satisfied", answers=Answers(site_ready="x")
        )


def test_the_forms_start_with_what_was_given_and_ask_of_payment_only_when_it_is_due():
    given = Rating(side="client", grade="satisfied", quality="excellent", text="Neat.")
    assert RateWorkerForm(given=given).initial == {
        "grade": "satisfied", "text": "Neat.", "quality": "excellent", "professionalism": "", "communication": "",
    }  # fmt: skip
    assert [list(RateClientForm(given=None, is_due=due).small) for due in (False, True)] == [
        ["site_ready", "scope_true"], ["site_ready", "scope_true", "paid_in_time"],
    ]  # fmt: skip
    typed = RateClientForm({"grade": "excellent", "text": "", "site_ready": "yes"}, given=None, is_due=False)
    assert typed.is_valid()
    assert typed.answers == Answers(site_ready="yes")
