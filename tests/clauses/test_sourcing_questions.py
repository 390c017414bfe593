"""Questions before assignment: no contact data, a hidden asker, public and private answers (issue 3, point 4)."""

import pytest

from assignments.actions import sourcing
from assignments.models import Question
from assignments.states import State
from common.errors import Invalid
from tests.factories import assignment_in
from tests.support.facts import history, told, url

WORDS = "Is there a ladder on site?"
SECRET = "Marker answer for one"


@pytest.fixture
def row(people):
    return assignment_in(State.SENT, owner=people.owner)


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("Ladder? Call 518 555 0100", "518 555 0100"),
        ("Write to wanda at gmail dot com about the ladder", "wanda at gmail dot com"),
        ("Pictures of my work are on wanda.example.com", "wanda.example.com"),
    ],
)
def test_r4_contact_data_in_a_question_is_named_and_nothing_is_posted(people, visitor, row, text, passage):
    """R4: 422, what was typed is kept, the passage is named, and there is no way around it."""
    page = visitor("worker").submit(url(row, "ask/"), status=422, text=text)
    page.has(f"“{passage}” looks like contact data.", text)
    (form,) = [form for form in page.posts if "text" in form.controls]
    assert {name for name in form.controls if name != "csrfmiddlewaretoken"} == {"text"}
    with pytest.raises(Invalid):
        sourcing.ask(row.pk, text, actor=people.worker.user)
    assert (Question.objects.count(), history(row)[-1], told(people, "owner", row)) == (0, "sent", [])
    visitor("worker").submit(page, text=WORDS)
    assert Question.objects.get().text == WORDS


def test_r4_contact_data_in_an_answer_is_refused_too(people, visitor, row):
    """R4: no worker gets the client's contacts before assignment (S06), not by an answer either."""
    visitor("worker").submit(url(row, "ask/"), text=WORDS)
    asked = Question.objects.get()
    typed = "Ask Olivia, olivia@acme.example, at the desk."
    page = visitor("owner").submit(url(row, f"questions/{asked.pk}/answer/"), status=422, answer=typed)
    page.has("“olivia@acme.example” looks like contact data.", typed)
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_at) == ("", None)


def test_r4_a_public_answer_hides_who_asked(people, visitor, row):
    """R4: every worker who can see the assignment reads both; nobody but the client reads the name."""
    visitor("worker").submit(url(row, "ask/"), text=WORDS)
    visitor("stranger").open(url(row, "questions/")).lacks(WORDS, "Wanda")
    asked = Question.objects.get()
    visitor("owner").submit(
        url(row, f"questions/{asked.pk}/answer/"), answer="Yes, at the dock.", is_public="on"
    )
    visitor("stranger").open(url(row, "questions/")).has("A worker", WORDS, "Yes, at the dock.")
    visitor("stranger").open(url(row, "questions/")).lacks("Wanda Worker")
    visitor("worker").open(url(row, "questions/")).has("You", "Yes, at the dock.")
    visitor("owner").open(url(row, "questions/")).has("Wanda Worker", WORDS)
    assert (told(people, "owner", row), told(people, "worker", row), told(people, "stranger", row)) == (
        ["asked"],
        ["answered"],
        [],
    )


def test_r4_a_private_answer_is_for_its_asker_alone(people, visitor, row):
    """R4: others see neither question nor answer, and cannot count them."""
    visitor("worker").submit(url(row, "ask/"), text=WORDS)
    asked = Question.objects.get()
    visitor("owner").submit(url(row, f"questions/{asked.pk}/answer/"), answer=SECRET, is_public=False)
    asked.refresh_from_db()
    assert (asked.is_public, asked.answered_by) == (False, people.owner)
    visitor("stranger").open(url(row, "questions/")).lacks(WORDS, SECRET)
    visitor("stranger").open(url(row, "questions/")).has("No questions yet")
    visitor("worker").open(url(row, "questions/")).has(SECRET, "only to the asker")


def test_r4_a_question_is_answered_once(people, visitor, row):
    """R4: a second answer, by a colleague or by a doubled click, meets a calm page (D25)."""
    visitor("worker").submit(url(row, "ask/"), text=WORDS)
    path = url(row, f"questions/{Question.objects.get().pk}/answer/")
    page = visitor("manager").open(path)
    visitor("owner").submit(path, answer="Yes.")
    visitor("manager").submit(page, status=409, answer="No.").has("answered already")
    assert Question.objects.get().answer == "Yes."
