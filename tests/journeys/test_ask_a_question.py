"""A worker asks on the phone, the client answers for all, and nobody else learns who asked (issue 3, point 4)."""

import pytest

from assignments.models import Question
from assignments.states import State
from tests.factories import assignment_in
from tests.support.axe import layout_faults
from tests.support.browser import PHONE, Desk
from tests.support.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = "Is there a ladder on site? Mine is six feet."
PHONE_NUMBER = "518 555 0100"
ANSWER = "Yes, an eight foot one, at the dock."


def test_r4_a_question_is_asked_without_a_phone_number_and_answered_for_all(
    windows: Desk, cast: Cast
) -> None:
    row = assignment_in(State.SENT, owner=cast.owner)

    # The phone number is named before anything is posted, and every typed word is still there.
    phone = windows.window(cast.worker.user, viewport=PHONE).open(f"/assignments/{row.pk}/questions/")
    phone.has("No questions yet").follow("Ask a question")
    typed = f"{WORDS} Ring {PHONE_NUMBER} if not."
    box = phone.page.get_by_label("Your question")
    box.fill(typed)
    phone.press("Send question", 422).has(f"“{PHONE_NUMBER}” looks like contact data.")
    assert box.input_value() == typed
    assert layout_faults(phone.page, PHONE["width"]) == []
    client = windows.window(cast.owner).open(f"/assignments/{row.pk}/questions/").has("No questions yet")
    assert not Question.objects.exists()

    # Without it the question is posted. Until it is answered nobody but the client reads it.
    box.fill(WORDS)
    phone.press("Send question").has("Question sent.", "You asked", WORDS, "Waiting for an answer.")
    rival = windows.window(cast.rival.user, viewport=PHONE).open(f"/assignments/{row.pk}/questions/")
    rival.has("No questions yet").lacks(WORDS, "Wanda")

    # The client is told, reads who asks, and answers for everybody.
    client.open("/notifications/").press(f"Open : {row.number}: Wanda Worker asked a question")
    client.open(f"/assignments/{row.pk}/questions/").has("Wanda Worker", WORDS)
    client.follow("Answer", inside="main article")
    everybody = client.page.get_by_label(
        "Show question and answer to every worker who can see this assignment"
    )
    assert everybody.is_checked()
    client.page.get_by_label("Your answer").fill(ANSWER)
    client.press("Post answer").has("Wanda Worker", WORDS, ANSWER).lacks("only to the asker")
    question = Question.objects.get()
    assert (question.text, question.answer, question.is_public) == (WORDS, ANSWER, True)

    # Another worker reads both, and nothing on the page says who asked. The asker knows the own question.
    rival.open(f"/assignments/{row.pk}/").follow("Q&A").has("A worker asked", WORDS, ANSWER)
    rival.lacks("Wanda", cast.worker.user.email, PHONE_NUMBER)
    phone.open(f"/assignments/{row.pk}/questions/").has("You asked", WORDS, ANSWER)
