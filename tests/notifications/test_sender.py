import smtplib
import time
from datetime import timedelta

import pytest
from django.core import mail as django_mail

from accounts.models import User
from notifications import sender
from notifications.mail import absolute, host, render
from notifications.models import Message
from notifications.sender import deliver, deliver_all, is_temporary
from notifications.tasks import deliver as deliver_task
from tests.support.posts import AT, Server, raw, tell

pytestmark = pytest.mark.django_db
REFUSED = smtplib.SMTPRecipientsRefused({"b@y.example": (550, b"no such user")})
GREYLISTED = smtplib.SMTPRecipientsRefused({"b@y.example": (451, b"try later")})


@pytest.fixture
def server(settings):
    settings.EMAIL_BACKEND = "tests.support.posts.Server"
    Server.reset()
    yield Server
    Server.reset()


def states() -> dict[str, str]:
    return dict(Message.objects.values_list("to_email", "state"))


def test_deliver_writes_the_mail_from_its_template(priya: User):
    tell(priya)
    assert deliver() == 1
    [sent] = django_mail.outbox
    message = Message.objects.get()
    assert (sent.subject, sent.to) == ("Tom & Ann applied to A-10482 for $320.00", ["priya@onsite.example"])
    assert sent.extra_headers["Message-ID"] == f"<{message.pk}@testserver>"
    assert sent.body == (
        "Hello Priya,\n\n"
        "Tom & Ann applied to A-10482 Replace <two> access points & asks $320.00.\nStarts 2026-12-01.\n\n"
        "http://testserver/assignments/1/\n\n--\n"
        "Onsite. You receive this because you take part in this work.\n"
        "Choose what is sent to you: http://testserver/notifications/preferences/\n"
    )
    assert (message.state, message.sent_at is not None) == ("sent", True)


def test_deliver_escapes_in_the_html_part(priya: User):
    tell(priya)
    html = render(Message.objects.get()).html
    assert (
        "<p>Tom &amp; Ann applied to A-10482 Replace &lt;two&gt; access points &amp; asks $320.00.<br>"
        in html
    )
    assert '<a href="http://testserver/assignments/1/">' in html
    assert "<two>" not in html


def test_deliver_without_an_address_to_open_leaves_it_out(priya: User):
    tell(priya, "test.paid", url="")
    parts = render(Message.objects.get())
    assert parts.text.startswith("Hello Priya\n\n--\n")
    assert "Open in Onsite" not in parts.html


def test_deliver_sends_a_ready_mail_as_it_is():
    raw(subject="Confirm your address")
    raw(to="b@y.example", html="<p>Body</p>")
    assert deliver() == 2
    first, second = sorted(django_mail.outbox, key=lambda sent: sent.to[0], reverse=True)
    assert (first.subject, first.body, first.alternatives) == ("Confirm your address", "Body", [])
    assert second.alternatives[0].content == "<p>Body</p>"


def test_deliver_twice_sends_once(priya: User):
    tell(priya)
    assert (deliver(), deliver()) == (1, 0)
    assert len(django_mail.outbox) == 1


def test_deliver_uses_one_connection_for_a_batch(server: type[Server]):
    for n in range(5):
        raw(f"{n}@y.example")
    assert deliver_task() == 5
    assert (len(server.opened), len(server.delivered)) == (1, 5)


def test_deliver_all_goes_on_batch_after_batch(server: type[Server]):
    for n in range(7):
        raw(f"{n}@y.example")
    assert deliver_all(batch=3) == 7
    assert len(server.opened) == 3


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (REFUSED, "failed"),
        (GREYLISTED, "queued"),
        (smtplib.SMTPServerDisconnected("gone"), "queued"),
        (smtplib.SMTPDataError(554, b"spam"), "failed"),
        (smtplib.SMTPDataError(452, b"full"), "queued"),
        (smtplib.SMTPSenderRefused(553, b"who?", "onsite@localhost"), "queued"),
        (TimeoutError(), "queued"),
        (ValueError("odd"), "failed"),
    ],
)
def test_deliver_retries_only_what_may_pass(server: type[Server], error: Exception, state: str):
    for name in ("a", "b", "c"):
        raw(f"{name}@y.example")
    server.refusals["b@y.example"] = error
    assert deliver_all() == 2
    assert states() == {"a@y.example": "sent", "b@y.example": state, "c@y.example": "sent"}
    refused = Message.objects.get(to_email="b@y.example")
    assert refused.last_error.startswith(type(error).__name__)
    assert refused.attempts == 1


def test_deliver_opens_a_new_connection_after_one_broke(server: type[Server]):
    for n, name in enumerate(("a", "b", "c")):
        message = raw(f"{name}@y.example")
        Message.objects.filter(pk=message.pk).update(due_at=AT + timedelta(seconds=n))
    server.refusals |= {"b@y.example": smtplib.SMTPServerDisconnected("gone"), "quit": OSError("gone")}
    assert deliver() == 2
    assert (len(server.opened), [sent.to[0][0] for sent in server.delivered]) == (2, ["a", "c"])


def test_deliver_of_a_broken_template_blocks_nobody(
    priya: User, marcus: User, caplog: pytest.LogCaptureFixture
):
    tell(priya, "test.asked")
    tell(marcus)
    assert deliver_all() == 1
    assert states() == {"priya@onsite.example": "failed", "marcus@onsite.example": "sent"}
    assert Message.objects.get(user=priya).last_error.startswith("TemplateSyntaxError")
    assert "cannot be written" in caplog.text


def test_deliver_while_the_server_is_away_costs_no_attempt(server: type[Server]):
    for n in range(3):
        raw(f"{n}@y.example")
    server.away.append(ConnectionRefusedError("away"))
    for _ in range(10):
        assert deliver_all(batch=2) == 0
    assert set(Message.objects.values_list("state", "attempts")) == {("queued", 0)}
    assert sorted(Message.objects.values_list("last_error", flat=True)) == [
        "",
        "ConnectionRefusedError: away",
        "ConnectionRefusedError: away",
    ]
    server.away.clear()
    assert deliver_all() == 3
    assert set(Message.objects.values_list("state", "last_error")) == {("sent", "")}


def test_deliver_stops_before_its_lease_ends(server: type[Server], monkeypatch: pytest.MonkeyPatch):
    for n in range(3):
        raw(f"{n}@y.example")
    ticks = iter([0.0, 1.0, 1000.0])
    monkeypatch.setattr(sender, "time", type("Clock", (), {"monotonic": staticmethod(lambda: next(ticks))}))
    assert deliver_all() == 1
    monkeypatch.setattr(sender, "time", time)
    assert sorted(states().values()) == ["queued", "queued", "sent"]
    assert deliver_all() == 2


def test_deliver_with_nothing_due_opens_nothing(server: type[Server]):
    assert deliver() == 0
    assert server.opened == []


def test_connection_errors_are_temporary():
    assert is_temporary(ConnectionResetError())
    assert not is_temporary(KeyError("x"))


def test_absolute_addresses_and_the_host(settings):
    assert (absolute("/x/"), absolute(""), host()) == ("http://testserver/x/", "", "testserver")
    settings.ONSITE_BASE_URL = ""
    assert host() == "localhost"
