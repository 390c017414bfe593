"""Line ends in typed text never make a header, of an answer or of a mail (quality.md 3, row 25)."""

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.urls import reverse

from accounts.models import User
from assignments.actions import sourcing
from assignments.models import Assignment, Attachment
from common.downloads import private_file
from notifications.models import Message
from notifications.outbox import queue_raw
from notifications.sender import deliver_all
from tests.support.scene import Scene, undone

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
ENDS = (
    "\r\nX-Evil: 1",
    "\nX-Evil: 1",
    "\rX-Evil: 1",
    "\u2028X-Evil: 1",
    "%0d%0aX-Evil: 1",
    "\x0bX-Evil: 1",
    "\x85X-Evil: 1",
)


@pytest.mark.parametrize("end", ENDS)
def test_no_header_from_a_name_of_a_file(end: str) -> None:
    answer = private_file(ContentFile(b"x", name="a"), f"plan{end}.pdf", "application/pdf")
    assert "X-Evil" not in answer.headers
    assert [value for value in answer.headers.values() if len(value.splitlines()) > 1] == []


@pytest.mark.parametrize("end", ENDS)
def test_no_header_from_a_kept_name_of_a_file(scene: Scene, end: str) -> None:
    """As a column might hold it that was written by an older release."""
    row = Attachment.objects.first()
    with undone():
        Attachment.objects.filter(pk=row.pk).update(name=f"plan{end}.pdf")
        answer = scene.visitors["owner"].client.get(reverse("assignments:attachment_file", args=[row.uuid]))
        assert (answer.status_code, "X-Evil" in answer.headers) == (200, False)
        assert [value for value in answer.headers.values() if len(value.splitlines()) > 1] == []


@pytest.mark.parametrize("end", ENDS)
def test_no_header_from_an_address_to_return_to(scene: Scene, end: str) -> None:
    with undone():
        answer = scene.visitors["owner"].client.post(
            reverse("accounts:theme"), {"theme": "dark", "next": f"/profile/{end}"}
        )
    assert (answer.status_code, "X-Evil" in answer.headers) == (302, False)
    assert len(answer["Location"].splitlines()) == 1


@pytest.mark.parametrize("end", ENDS)
def test_no_header_of_a_mail_from_a_title_or_a_name(scene: Scene, end: str) -> None:
    people, row = scene.people, scene["sent"]
    mail.outbox = []
    with undone():
        Assignment.objects.filter(pk=row.pk).update(title=f"Rack{end}")
        User.objects.filter(pk=people.stranger.user_id).update(name=f"Stan{end}")
        sourcing.ask(row.pk, "Is a ladder there?", actor=User.objects.get(pk=people.stranger.user_id))
        queue_raw(to_email="x@onsite.test", subject=f"Hello{end}", body="Body", html="")
        deliver_all()
    heads = [one.message() for one in mail.outbox]
    assert len(heads) > 20
    assert [
        head["Subject"] for head in heads if head["X-Evil"] or len(str(head["Subject"]).splitlines()) != 1
    ] == []


def test_an_address_with_a_line_end_gets_no_mail(scene: Scene) -> None:
    mail.outbox = []
    with undone():
        queue_raw(to_email="x@onsite.test\nBcc: y@evil.test", subject="Hello", body="Body", html="")
        deliver_all()
        assert Message.objects.exclude(last_error="").count() == 1
    assert [one for one in mail.outbox if "evil" in str(one.recipients())] == []
