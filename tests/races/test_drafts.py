"""Two posts of one form at the same instant make one draft; an act on many pressed twice does each once."""

from functools import partial
from uuid import UUID, uuid4

import pytest
from django.db import connection

from assignments.actions import bulk, copying, saving
from assignments.actions.drafting import Content
from assignments.models import Assignment, BulkAct, BulkResult, BulkRun
from assignments.states import State
from ledger.audit import audit
from tests.factories import assignment_in, company, member
from tests.support.together import at_once
from timeline.models import Entry

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs real row locks"),
]


def save(key: UUID, title: str, actor: object) -> int:
    return saving.save(Content({"title": title, "owner": actor}), actor=actor, key=key).pk


def test_twenty_posts_of_one_form_are_one_draft(frozen):
    owner, key = member(company(), "Olivia Owner"), uuid4()
    made = at_once([partial(save, key, f"Title {n % 2}", owner) for n in range(20)], at=frozen)
    row = Assignment.objects.get()
    assert set(made) == {row.pk}
    entries = Entry.objects.filter(subject_type="assignment", subject_id=row.pk).order_by("sequence")
    assert [entry.kind for entry in entries][:1] == ["assignment.created"]
    assert {entry.kind for entry in entries[1:]} <= {"assignment.edited"}
    assert row.version == entries.count()


def test_one_copy_is_made_of_a_doubled_press(frozen):
    owner, key = member(company(), "Olivia Owner"), uuid4()
    row = assignment_in(State.SENT, owner=owner)
    made = at_once([partial(copying.copy, row.pk, actor=owner, key=key) for _ in range(10)], at=frozen)
    copy = Assignment.objects.get(state=State.DRAFT)
    assert {one.pk for one in made} == {copy.pk}


def test_an_act_on_many_pressed_twice_does_each_once(frozen):
    owner, key = member(company(), "Olivia Owner"), uuid4()
    rows = [assignment_in(State.DRAFT, owner=owner) for _ in range(4)]
    ids = [row.pk for row in rows]
    runs = at_once(
        [partial(bulk.run, BulkAct.SEND, ids, words={}, actor=owner, key=key) for _ in range(6)], at=frozen
    )
    run = BulkRun.objects.get()
    assert {one.pk for one in runs} == {run.pk}
    assert [(item.result, item.sentence) for item in run.items.all()] == [(BulkResult.DONE, "")] * 4
    sent = Entry.objects.filter(kind="assignment.sent", subject_id__in=ids)
    assert sorted(entry.subject_id for entry in sent) == ids
    assert audit() == []
