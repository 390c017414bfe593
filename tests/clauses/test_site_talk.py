"""Messages with files, what is unread, replies by mail, and problem reports (site work, point 7)."""

import re
from email.message import EmailMessage

from django.core.files.uploadedfile import SimpleUploadedFile

from assignments.actions import talk
from assignments.actions.receiving import receive_mail
from assignments.models import Message, MessageFile, Problem, ThreadRead
from assignments.states import State
from notifications.mail import compose
from notifications.models import Message as Mail
from tests.factories import assignment_in, picture
from tests.support.facts import fresh, history, told, url
from tests.support.markers import marked
from tests.support.snapshot import difference

NOTE = "Marker note of point seven"


def count_of(page) -> str:
    """What stands at the entry for messages of the frame; empty without a count."""
    found = (re.search(r"Messages, \d+ unread", one) for one in page.links)
    return next((match[0] for match in found if match), "")


def test_w7_files_go_with_messages_and_notes_to_those_who_read_them(people, visitor):
    """W7: attachments of the thread, private like the words that they came with."""
    row = marked(people, State.ASSIGNED)
    visitor("worker").submit(url(row, "messages/"), body="The rack as it is.", attached=picture("rack"))
    sent = MessageFile.objects.get()
    page = visitor("owner").open(url(row, "messages/"))
    page.has("The rack as it is.", "rack.png")
    path = f"/files/messages/{sent.uuid}/"
    assert visitor("owner").open(path).body == sent.file.open().read()
    for name in ("applicant", "stranger", "other_client", "staff"):
        visitor(name).open(path, 404)
    visitor("owner").submit(
        url(row, "messages/"), body=NOTE, attached=picture("secret-plan"), is_private=True
    )
    mine = MessageFile.objects.exclude(pk=sent.pk).get()
    visitor("worker").open(url(row, "messages/")).lacks(NOTE, "secret-plan", str(mine.uuid))
    visitor("worker").open(f"/files/messages/{mine.uuid}/", 404)
    visitor("view_only").open(f"/files/messages/{mine.uuid}/")
    visitor("owner").submit(url(row, "unassign/"), reason="other", note="Plans changed.")
    visitor("worker").open(path, 404)
    visitor("owner").open(path)
    assert told(people, "owner", row).count("message_posted") == 1


def test_w7_a_file_that_cannot_be_taken_loses_no_word(people, visitor):
    """W7: a clear sentence at the field, the text stays; nothing is sent."""
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    bad = SimpleUploadedFile("<b>run</b>.exe", b"MZ\x90\x00")
    page = visitor("worker").submit(url(row, "messages/"), status=422, body="Read this too.", attached=[bad])
    page.has("This kind of file is not accepted.", "Choose your files again", "Read this too.")
    page.lacks("<b>run</b>")
    many = [picture(f"p{number}") for number in range(6)]
    visitor("worker").submit(url(row, "messages/"), status=422, body="Six", attached=many).has(
        "Choose at most 5 files."
    )
    assert not Message.objects.exists()
    visitor("worker").submit(url(row, "messages/"), status=422, body="").has("Enter your message.")


def test_w7_what_is_unread_is_counted_and_reading_writes_nothing(people, visitor):
    """W7: at the tab, in the list and in the frame, for each person; a button marks it read, no page does."""
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    for body in ("One", "Two"):
        talk.post_message(row.pk, actor=people.worker.user, body=body)
    talk.post_note(row.pk, actor=people.owner, body=NOTE)
    owner, worker = visitor("owner"), visitor("worker")
    for path in ("/messages/", url(row), url(row, "messages/")):
        page, written = difference(lambda path=path: owner.open(path))
        assert (count_of(page), written) == ("Messages, 2 unread", {}), path
    assert "Messages 2" in owner.open(url(row)).links
    owner.open("/messages/").has("2 unread")
    assert count_of(worker.open("/messages/")) == ""
    worker.open("/messages/").lacks("Mark all as read", NOTE)
    page = owner.open(url(row, "messages/"))
    page.has("2 new messages")
    read = owner.submit(page, press="Mark as read")
    assert count_of(read) == ""
    assert ThreadRead.objects.get().user == people.owner
    owner.submit(url(row, "messages/"), body="Three")
    assert count_of(worker.open("/home/")) == "Messages, 1 unread"
    worker.submit("/messages/", press="Mark all as read")
    assert count_of(worker.open("/home/")) == ""


def test_w7_a_message_cannot_be_deleted_and_a_doubled_click_sends_one(people, visitor):
    """W7: the page says so; the same form sent twice is one message."""
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    page = visitor("worker").open(url(row, "messages/"))
    page.has("It cannot be changed or deleted.", "Nothing in it can be deleted.")
    form = page.form_with({"body", "key"})
    for _ in range(2):
        visitor("worker").post(url(row, "messages/"), form.data(body="I am here."), referer=page.url)
    assert list(Message.objects.values_list("body", flat=True)) == ["I am here."]
    assert history(row)[-1] == "message_posted"
    visitor("worker").submit(url(row, "messages/"), body="I am here.")
    assert Message.objects.count() == 2


def test_w7_the_thread_is_asked_for_news_only(people, visitor):
    """W7: newest first, by day; a poll gets an empty answer until there is more, then the thread alone."""
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    first = talk.post_message(row.pk, actor=people.worker.user, body="First words")
    browser = visitor("owner").client
    asked = {"headers": {"HX-Request": "true"}}
    assert browser.get(url(row, f"messages/?after={first.pk}"), **asked).status_code == 204
    talk.post_message(row.pk, actor=people.worker.user, body="Second words")
    answer = browser.get(url(row, f"messages/?after={first.pk}"), **asked)
    html = answer.content.decode()
    assert (answer.status_code, "<html" in html, "HX-Request" in answer.headers["Vary"]) == (200, False, True)
    assert html.index("Second words") < html.index("First words")
    visitor("owner").open(url(row, "messages/")).has("Today", "New")


def test_w7_a_reply_by_mail_is_a_message_of_its_author(people, visitor, settings):
    """W7: the notice can be answered; the answer stands in the thread, and what is not the author's is refused."""
    settings.ONSITE_REPLY_DOMAIN = "reply.onsite.test"
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    visitor("worker").submit(url(row, "messages/"), body="Is the back door open?")
    notice = compose(Mail.objects.get(kind="assignment.message_posted"), None)
    reply = EmailMessage()
    reply["From"], reply["To"] = people.owner.email, notice.reply_to[0]
    reply["Message-ID"] = "<1@mail.test>"
    quoted = "\n".join(f"> {line}" for line in notice.body.splitlines())
    reply.set_content(f"From eight on.\n\nOn Tue, Dec 1, 2026 at 9:00 AM Onsite wrote:\n{quoted}\n")
    assert receive_mail(reply.as_bytes()).outcome == "posted"
    page = visitor("worker").open(url(row, "messages/"))
    page.has("Olivia Owner", "From eight on.")
    page.lacks("Reply above this line")
    assert told(people, "worker", row)[-1] == "message_posted"
    forged = reply
    forged.replace_header("From", people.other_client.email)
    forged.replace_header("Message-ID", "<2@mail.test>")
    assert receive_mail(forged.as_bytes()).outcome == "refused"
    assert Message.objects.count() == 2


def test_w7_a_problem_marks_the_assignment_at_risk_until_it_is_resolved(people, visitor):
    """W7: reported from the visit page with kind, severity and photo; both sides see At Risk; words resolve it."""
    row = marked(people, State.IN_PROGRESS)
    worker, owner = visitor("worker"), visitor("owner")
    page = worker.follow(worker.open(url(row, "visit/")), "Report a problem")
    done = worker.submit(
        page,
        kind="parts",
        severity="stops",
        text="Both switches are of the wrong model.",
        photos=[picture("label")],
    )
    done.has("Reported. The client was told.", "At Risk", "Parts missing or wrong")
    made = Problem.objects.get()
    assert (made.kind, made.severity, made.side, made.photos.count()) == ("parts", "stops", "worker", 1)
    assert history(row)[-1] == "problem_reported"
    assert told(people, "owner", row)[-1] == "problem_reported"
    owner.open("/assignments/?label=at_risk").has("At Risk", row.title)
    owner.open("/dashboard/").has(
        "Wanda Worker reports: parts missing or wrong", "Both switches are of the wrong"
    )
    page = owner.open(url(row))
    page.has("At Risk", "Wanda Worker reports: parts missing or wrong", "Stops the work.")
    assert page.links["Put on hold"] == url(row, "hold/")
    page = owner.follow(page, "See the problem")
    page.has("Both switches are of the wrong model.", "label.png")
    owner.open(f"/files/problems/{made.photos.get().uuid}/")
    for name in ("applicant", "stranger", "other_client", "staff"):
        visitor(name).open(url(row, "problems/"), 404)
        visitor(name).open(f"/files/problems/{made.photos.get().uuid}/", 404)
    path = url(row, f"problems/{made.pk}/resolve/")
    owner.submit(path, status=422, resolution="")
    owner.submit(path, resolution="The right ones came by courier.").has("Resolved", "came by courier")
    assert (history(row)[-1], told(people, "worker", row)[-1]) == ("problem_resolved",) * 2
    for name in ("worker", "owner"):
        visitor(name).open(url(row)).lacks("At Risk")
    owner.open("/assignments/?label=at_risk").lacks(row.title)
    owner.open(path, 409)
    assert fresh(row).state == State.IN_PROGRESS


def test_w7_a_report_keeps_what_was_typed_and_is_for_those_who_take_part(people, visitor):
    """W7: missing answers are named at their fields; who has no part in it is refused."""
    row = assignment_in(State.ON_HOLD, owner=people.owner, by=people.worker)
    text = SimpleUploadedFile("notes.txt", b"plain words")
    page = visitor("worker").submit(
        url(row, "report-problem/"), status=422, text="The door is locked.", photos=[text]
    )
    page.has("The door is locked.", "There is a problem")
    assert not Problem.objects.exists()
    visitor("view_only").open(url(row, "report-problem/"), 403)
    visitor("stranger").open(url(row, "report-problem/"), 404)
    visitor("follower").open(url(row, "report-problem/"), 403)
    visitor("owner").submit(
        url(row, "report-problem/"), kind="access", severity="delays", text="The guard is away."
    ).has("Reported. The worker was told.")
    page = visitor("worker").open(url(row, "problems/"))
    page.has("No access to the site", "The guard is away.")
    assert "Mark as resolved" not in page.text
    visitor("worker").open(url(row, f"problems/{Problem.objects.get().pk}/resolve/"), 403)
