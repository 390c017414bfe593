"""Replies by mail, from the raw bytes to the thread: what is taken, from whom, once, and what is refused how."""

import io
import sys
from email.message import EmailMessage
from email.mime.image import MIMEImage
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.db import OperationalError

from assignments.actions import receiving, talk
from assignments.actions.receiving import BadMail, receive_mail
from assignments.models import Message, ReceivedMail
from assignments.reply_address import Reply, address, reply_of
from assignments.reply_text import stripped
from assignments.states import State
from notifications.mail import compose
from notifications.models import Message as Mail
from tests.assignments.scenes import unassign
from tests.factories import People, assignment_in, picture

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("frozen", "_domain")]
DOMAIN = "reply.onsite.test"


@pytest.fixture
def _domain(settings: Any) -> None:
    settings.ONSITE_REPLY_DOMAIN = DOMAIN


@pytest.fixture
def row(people: People):
    return assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)


def to(row, user, *, is_note: bool = False) -> str:
    return address(Reply(row.pk, user.pk, is_note))


def mail(row, user, text: str = "I come at nine.", **headers: str) -> EmailMessage:
    made = EmailMessage()
    made["From"] = f"Somebody <{user.email}>"
    made["To"] = to(row, user)
    made["Subject"] = "Re: message"
    made["Message-ID"] = f"<{user.pk}.{abs(hash(text))}@phone.test>"
    for name, value in headers.items():
        del made[name.replace("_", "-")]
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def posted() -> list[tuple[str, str, bool]]:
    return [(m.author.name, m.body, m.is_private) for m in Message.objects.select_related("author")]


def answers(user) -> list[tuple[str, str]]:
    found = Mail.objects.filter(user=user, kind="reply.answered").order_by("queued_at", "pk")
    return [(m.subject, m.body) for m in found]


# --- the address


def test_a_token_names_one_person_one_thread_and_its_kind(people: People, row):
    for is_note in (True, False):
        reply = Reply(row.pk, people.owner.pk, is_note)
        assert reply_of(address(reply)) == reply
        assert reply_of(address(reply).upper()) == reply
    assert len(address(Reply(2**63 - 1, 2**63 - 1, True)).split("@")[0]) <= 64


@pytest.mark.parametrize(
    "change",
    [
        lambda a: a.replace("reply+m", "reply+n"),
        lambda a: a.replace(".", ".1", 1),
        lambda a: a[:-30] + ("a" if a[-30] != "a" else "b") + a[-29:],
        lambda a: a.replace(DOMAIN, "evil.test"),
        lambda a: a.split("@")[0],
        lambda a: "",
        lambda a: "reply+m\x00@" + DOMAIN,
    ],
)
def test_a_changed_token_says_nothing(people: People, row, change):
    assert reply_of(change(to(row, people.owner))) is None


def test_a_token_outlives_a_changed_secret_as_long_as_the_old_one_is_known(people: People, row, settings):
    old, given = settings.SECRET_KEY, to(row, people.owner)
    settings.SECRET_KEY = "another" * 10
    assert reply_of(given) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert reply_of(given) == Reply(row.pk, people.owner.pk, False)


# --- what goes out


def test_notices_of_messages_can_be_answered_and_hang_together(people: People, row):
    talk.post_message(row.pk, actor=people.worker.user, body="I am here.\n\nAt the back door.")
    sent = compose(Mail.objects.get(kind="assignment.message_posted", user=people.owner), None)
    assert sent.reply_to == [to(row, people.owner)]
    assert (
        sent.extra_headers["References"]
        == sent.extra_headers["In-Reply-To"]
        == f"<assignment-{row.pk}@testserver>"
    )
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    assert sent.body.startswith("-- Reply above this line --\n")
    assert "I am here.\n\nAt the back door." in sent.body
    assert "Reply to this mail" in sent.body


def test_a_reply_to_the_notice_of_a_private_note_stays_private(people: People, row):
    talk.follow(row.pk, actor=people.follower)
    talk.post_note(row.pk, actor=people.owner, body="Budget is generous.")
    sent = compose(Mail.objects.get(kind="assignment.note_posted", user=people.follower), None)
    answer = mail(row, people.follower, "Good to know.", To=sent.reply_to[0])
    assert receive_mail(answer.as_bytes()).outcome == "posted"
    assert posted()[-1] == ("Fay Follower", "Good to know.", True)


def test_without_a_domain_nothing_says_reply(people: People, row, settings):
    settings.ONSITE_REPLY_DOMAIN = ""
    talk.post_message(row.pk, actor=people.worker.user, body="I am here.")
    sent = compose(Mail.objects.get(kind="assignment.message_posted", user=people.owner), None)
    assert (sent.reply_to, "Reply" in sent.body) == ([], False)
    with pytest.raises(BadMail):
        receive_mail(b"From: a@b.test\nSubject: Hello\n\nHello", "reply+m1.1.aaaaaaaaaaaaaaaaaaaaaaaaaa@")


# --- what comes in

QUOTED = [
    ("Yes.\n\nOn Tue, Dec 1, 2026 at 9:00 AM Wanda <reply+x@y.test> wrote:\n> Is it open?\n", "Yes."),
    (
        "Yes.\n\nOn Tue, Dec 1, 2026 at 9:00 AM Wanda Worker\n<reply+long@y.test> wrote:\n\n> Is it open?",
        "Yes.",
    ),
    (
        "Ja, um neun.\n\nAm 01.12.2026 um 09:00 schrieb Onsite:\n\n> -- Reply above this line --\n> Hallo",
        "Ja, um neun.",
    ),
    ("Oui.\n\nLe 1 déc. 2026 à 09:00, Onsite <a@b.test> a écrit :\n> texte\n> encore", "Oui."),
    ("Fine\n\n-----Original Message-----\nFrom: Onsite\nSent: now\n\nold", "Fine"),
    ("Fine\n\n________________________________\nFrom: Onsite <a@b>\nSent: Tuesday\nTo: me\n\nold", "Fine"),
    ("Fine\n\nFrom: Onsite <a@b>\nDate: Tuesday\n\nold", "Fine"),
    ("Fine\n\n-- \nWanda\n+1 518 555 0199", "Fine"),
    ("Fine\n\nSent from my iPhone\n\n> old", "Fine"),
    ("> Is it open?\nYes.\n> And the roof?\nNo.", "Yes.\nNo."),
    ("A list:\n1. rack\n2. cable\n\n\n\nOn my way", "A list:\n1. rack\n2. cable\n\nOn my way"),
    ("On the roof all is well.\nFrom: here I see it", "On the roof all is well.\nFrom: here I see it"),
    ("\x00\x07bell\r\nline\rend", "bell\nline\nend"),
    ("> only\n> quoted", ""),
]


@pytest.mark.parametrize(("text", "said"), QUOTED)
def test_only_what_the_author_wrote_is_taken(text, said):
    assert stripped(text) == said


def test_a_plain_reply_becomes_a_message_once(people: People, row):
    raw = mail(row, people.worker.user, "I come at nine.\n\n> old words").as_bytes()
    first = receive_mail(raw)
    assert (first.outcome, receive_mail(raw).outcome) == ("posted", "repeated")
    assert posted() == [("Wanda Worker", "I come at nine.", False)]
    kept = ReceivedMail.objects.get()
    assert (kept.outcome, kept.message_id, kept.user) == ("posted", first.message_id, people.worker.user)
    assert answers(people.worker.user) == []


def test_files_pass_the_same_gate_and_refused_ones_are_named(people: People, row):
    made = mail(row, people.owner, "See the photo.")
    made.add_attachment(picture("rack").read(), maintype="image", subtype="png", filename="rack.png")
    made.add_attachment(b"MZ\x90", maintype="application", subtype="octet-stream", filename="virus.exe")
    made.add_attachment("<svg><script>1</script></svg>", subtype="svg+xml", filename="../../evil.svg")
    assert receive_mail(made.as_bytes()).outcome == "posted"
    assert [one.name for one in Message.objects.get().files.all()] == ["rack.png"]
    [(subject, body)] = answers(people.owner)
    assert subject == f"{row.number}: Some files were not taken"
    assert "virus.exe: This kind of file is not accepted." in body
    assert "evil.svg: This kind of file is not accepted." in body


def test_only_five_files_and_no_picture_of_the_signature(people: People, row):
    made = mail(row, people.owner, "Six photos.")
    for number in range(6):
        made.add_attachment(
            picture(f"p{number}").read(), maintype="image", subtype="png", filename=f"p{number}.png"
        )
    assert receive_mail(made.as_bytes()).outcome == "posted"
    assert Message.objects.get().files.count() == 5
    assert "p5.png: At most 5 files go with one message." in answers(people.owner)[0][1]
    page = mail(row, people.owner, "With a logo")
    page.clear_content()
    page.set_content("<p>With a logo</p><img src='cid:logo'>", subtype="html")
    page.add_related(
        picture("logo").read(), "image", "png", cid="<logo>", filename="logo.png", disposition="inline"
    )
    page.replace_header("Message-ID", "<logo@phone.test>")
    assert receive_mail(page.as_bytes()).outcome == "posted"
    assert (posted()[-1][1], Message.objects.last().files.count()) == ("With a logo", 0)


def test_html_only_is_read_as_text(people: People, row):
    made = mail(row, people.owner)
    made.clear_content()
    made.set_content(
        "<html><head><style>p {color: red}</style></head><body><p>Two &amp; <b>three</b><br>at&nbsp;nine</p>"
        "<script>alert(1)</script><div>Bye</div><div class='gmail_quote'>"
        "On Tue, Dec 1, 2026, Onsite &lt;a@b.test&gt; wrote:"
        "<blockquote><p>-- Reply above this line --</p><p>Old words</p></blockquote></div></body></html>",
        subtype="html",
    )
    assert receive_mail(made.as_bytes()).outcome == "posted"
    assert posted()[0][1].split() == ["Two", "&", "three", "at", "nine", "Bye"]


@pytest.mark.parametrize(
    ("head", "body", "said"),
    [
        (b"text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit", "Żółć ☕ 🙂".encode(), "Żółć ☕ 🙂"),
        (b"text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit", "Grüße".encode("latin-1"), "Grüße"),
        (
            b"text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable",
            b"Gr=C3=BC=C3=9Fe, a lo=\r\nng line", "Grüße, a long line",
        ),
        (b"text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64", b"R3LDvMOfZQ==", "Grüße"),
        (b"text/plain; charset=no-such-set\r\nContent-Transfer-Encoding: 8bit", b"Gr\xfc\xdfe", "Grüße"),
        (b"text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit", b"Broken \xff end", "Broken \ufffd end"),
    ],
)  # fmt: skip
def test_letter_sets_and_encodings(people: People, row, head, body, said):
    raw = b"\r\n".join(
        [
            f"From: {people.owner.email}".encode(), f"To: {to(row, people.owner)}".encode(),
            b"Subject: =?utf-8?q?Re=3A_=C5=BB?=", b"Message-ID: <raw@phone.test>", b"MIME-Version: 1.0",
            b"Content-Type: " + head, b"", body,
        ]
    )  # fmt: skip
    assert receive_mail(raw).outcome == "posted"
    assert posted()[0][1] == said


def test_pieces_around_a_picture_are_one_text(people: People, row):
    made = mail(row, people.owner, "Before")
    made.make_mixed()
    image = MIMEImage(picture("between").read())
    image.add_header("Content-Disposition", "inline", filename="between.png")
    made.attach(image)
    after = EmailMessage()
    after.set_content("After")
    made.attach(after)
    assert receive_mail(made.as_bytes()).outcome == "posted"
    assert posted()[0][1].split() == ["Before", "After"]
    assert [one.name for one in Message.objects.get().files.all()] == ["between.png"]


def test_the_envelopes_recipient_counts_before_the_headers(people: People, row):
    made = mail(row, people.owner, To="undisclosed-recipients:;")
    assert receive_mail(made.as_bytes(), to(row, people.owner)).outcome == "posted"
    other = mail(row, people.owner, "Second", To="team@acme.test", Delivered_To=to(row, people.owner))
    assert receive_mail(other.as_bytes()).outcome == "posted"
    with pytest.raises(BadMail):
        receive_mail(mail(row, people.owner, "Third").as_bytes(), "info@reply.onsite.test")


# --- what is refused


def test_from_another_address_is_refused_and_the_account_is_told(people: People, row):
    made = mail(row, people.worker.user, "Let me in", From=f"Otto <{people.other_client.email}>")
    assert receive_mail(made.as_bytes()).outcome == "refused"
    assert posted() == []
    [(subject, body)] = answers(people.worker.user)
    assert subject == f"{row.number}: Your reply was not posted"
    assert "an address that is not yours" in body
    assert "Let me in" not in body
    assert Mail.objects.filter(to_email=people.other_client.email).count() == 0
    assert receive_mail(made.as_bytes()).outcome == "repeated"
    assert len(answers(people.worker.user)) == 1


def test_a_forged_token_is_not_for_us(people: People, row):
    forged = to(row, people.owner).replace("reply+m", "reply+n")
    with pytest.raises(BadMail):
        receive_mail(mail(row, people.owner, To=forged).as_bytes())
    assert (posted(), Mail.objects.filter(kind="reply.answered").count()) == ([], 0)


def test_a_former_worker_and_a_closed_thread_take_no_reply(people: People, row):
    unassign(row, people.owner)
    assert receive_mail(mail(row, people.worker.user, "Still here?").as_bytes()).outcome == "refused"
    assert "no longer available" in answers(people.worker.user)[0][1]
    paid = assignment_in(State.PAID, owner=people.owner, by=people.worker)
    assert receive_mail(mail(paid, people.owner, "Late word").as_bytes()).outcome == "refused"
    assert "It can no longer take messages" in answers(people.owner)[0][1]
    assert posted() == []


def test_somebody_without_the_right_is_refused(people: People, row):
    assert receive_mail(mail(row, people.view_only, "Hello").as_bytes()).outcome == "refused"
    assert posted() == []


def test_nothing_written_and_too_much_written_is_refused_with_the_reason(people: People, row):
    assert receive_mail(mail(row, people.owner, "> old").as_bytes()).outcome == "refused"
    assert receive_mail(mail(row, people.owner, "word " * 2_000).as_bytes()).outcome == "refused"
    said = [body for _, body in answers(people.owner)]
    assert any("nothing to post" in one for one in said)
    assert any("at most 5,000 characters" in one for one in said)


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated (vacation)"},
        {"Precedence": "bulk"},
        {"Return_Path": "<>"},
        {"List_Id": "<all.acme.test>"},
        {"X_Autoreply": "yes"},
        {"From": "Mail Delivery <MAILER-DAEMON@acme.test>"},
        {"From": "Onsite <onsite@localhost>"},
    ],
)
def test_what_answers_by_itself_is_dropped(people: People, row, headers):
    assert receive_mail(mail(row, people.owner, "Out of office", **headers).as_bytes()).outcome == "dropped"
    assert (posted(), answers(people.owner), ReceivedMail.objects.count()) == ([], [], 0)


def test_a_bounce_is_dropped(people: People, row):
    raw = (
        mail(row, people.owner)
        .as_bytes()
        .replace(b"Content-Type: text/plain", b"Content-Type: multipart/report")
    )
    assert receive_mail(raw).outcome == "dropped"


def test_a_mail_that_somebody_submitted_is_no_automatic_one(people: People, row):
    assert receive_mail(mail(row, people.owner, Auto_Submitted="no").as_bytes()).outcome == "posted"


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\r\n\r\n", b"no headers here", b"\xff\xfe\x00\x01" * 100,
        b"From: a@\nTo: <@>\nContent-Type: ;;\"\nMessage-ID: <\n\nOdd",
    ],
)  # fmt: skip
def test_what_is_no_mail_is_not_for_us(raw):
    with pytest.raises(BadMail):
        receive_mail(raw)


def test_parts_without_end_do_no_harm(people: People, row):
    head = f"From: {people.owner.email}\r\nTo: {to(row, people.owner)}\r\nMessage-ID: <deep@x>\r\nMIME-Version: 1.0\r\n"
    deep = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(60))
    assert receive_mail((head + deep + "Content-Type: text/plain\r\n\r\nDeep").encode()).outcome == "refused"


# --- the command


def run(raw: bytes, *args: str) -> int:
    with patch.object(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw))):
        try:
            call_command("receive_mail", *args, stdout=io.StringIO(), stderr=io.StringIO())
        except SystemExit as left:
            return int(str(left.code))
    return 0


def test_the_command_ends_as_mail_servers_expect(people: People, row, monkeypatch):
    good = mail(row, people.owner).as_bytes()
    assert (run(good), run(good)) == (0, 0)
    assert run(mail(row, people.owner, "Away", Precedence="bulk").as_bytes()) == 0
    assert run(mail(row, people.owner, "Second").as_bytes(), to(row, people.owner)) == 0
    assert run(good, "reply+m1.1.aaaaaaaaaaaaaaaaaaaaaaaaaa@reply.onsite.test") == 65
    assert len(posted()) == 2
    monkeypatch.setattr(receiving, "LARGEST_BYTES", 1_000)
    assert run(mail(row, people.owner, "x" * 2_000).as_bytes()) == 65

    def away(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr(talk, "post_message", away)
    assert run(mail(row, people.owner, "Third").as_bytes()) == 75
    assert len(posted()) == 2


def test_too_many_replies_are_kept_by_the_server(people: People, row, monkeypatch):
    monkeypatch.setattr(talk, "MESSAGES", 2)
    assert [run(mail(row, people.owner, text).as_bytes()) for text in ("One", "Two", "Three")] == [0, 0, 75]
    assert len(posted()) == 2
