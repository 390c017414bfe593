"""A worker clears what the client asks, on the phone: hands a licence in, signs, and applies (issue 3, point 5)."""

import pytest

from assignments.models import Application, Question
from assignments.states import State
from clients.models import Signature
from tests.factories import StaffFactory, assignment_in, picture
from tests.journeys.acts import sign_in
from tests.support.asks import agreement, ask, credential, line
from tests.support.axe import violations
from tests.support.browser import PHONE, Desk
from tests.support.cast import Cast
from workers.models import Evidence

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_worker_clears_the_requirements_and_applies(windows: Desk, cast: Cast) -> None:
    row = assignment_in(State.SENT, owner=cast.owner)
    ask(row, cast.owner, line(credential()), line(agreement(cast.owner)))
    staff = StaffFactory(name="Stella Staff")

    # The crosses lead to where they are cleared, and back.
    phone = windows.window(cast.worker.user, viewport=PHONE).open(f"/assignments/{row.pk}/")
    phone.has("Not all met").follow("Apply").has("You cannot apply yet.")
    phone.follow("Read and sign : Signed agreement: Confidentiality").has("Say nothing.")
    phone.fill(typed_name="Wanda Worker").press("Sign", 422).has("Tick that you have read it and agree")
    phone.fill(agreed=True).press("Sign").has("You signed Confidentiality.", "You cannot apply yet.")
    phone.follow("Add it : Licence: Electrician, Ohio")
    photo = picture("licence")
    file = {"name": photo.name, "mimeType": "image/png", "buffer": photo.read()}
    phone.fill(file=file, number="EL-77", expires_on="2099-12-31").press("Send to review")
    phone.has("It is in review.", "In review", "You cannot apply yet.")

    # A reviewer reads the document and accepts it.
    proof = Evidence.objects.get(worker=cast.worker)
    admin = windows.window()
    sign_in(admin, staff, "/admin/workers/evidence/")
    admin.has("Electrician, Ohio", "Wanda Worker").open(f"/admin/workers/evidence/{proof.pk}/change/")
    assert violations(admin.page) == []
    admin.press("Accept").has("Accepted. The worker was told.")

    # Now nothing stands in the way.
    phone.open("/notifications/").has("Licence: Electrician, Ohio is accepted")
    phone.open(f"/assignments/{row.pk}/apply/").has("Nothing stands in the way", "You: until Dec 31, 2099")
    phone.fill(reason="I am near.").press("Send application").has("Application sent.")
    assert Application.objects.get().worker == Signature.objects.get().worker == cast.worker


def test_contact_data_in_a_question_is_named_before_it_is_posted(windows: Desk, cast: Cast) -> None:
    row = assignment_in(State.SENT, owner=cast.owner)
    phone = windows.window(cast.worker.user, viewport=PHONE).open(f"/assignments/{row.pk}/ask/")
    phone.fill(text="Is there a ladder? Call me at 518 555 0100").press("Send question", 422)
    phone.has("“Call me at” looks like contact data.")
    phone.fill(text="Is there a ladder?").press("Send question").has("Is there a ladder?", "You asked")
    asked = Question.objects.get()
    client = windows.window(cast.owner).open(f"/assignments/{row.pk}/questions/{asked.pk}/answer/")
    client.fill(answer="Yes, ask olivia@acme.example").press("Post answer", 422)
    client.has("“olivia@acme.example” looks like contact data.")
