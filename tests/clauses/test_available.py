"""Available: sending, reading the scope, applying, asking, and what nobody may know yet (S01-S07)."""

from datetime import timedelta

from assignments.models import Application, Assignment, Question
from assignments.states import ApplicationState, State
from common import clock
from tests.factories import assignment_in
from tests.support import markers
from tests.support.books import figures
from tests.support.facts import books, fresh, history, moved, told, url
from tests.support.markers import marked

CASH, TERMS = 1_000_000, 2_000_000


def test_s01_a_client_creates_and_sends_and_a_draft_is_seen_by_own_people_only(people, visitor):
    """S01: a client creates an assignment and sends it; a draft is for the company's own people."""
    owner = visitor("owner")
    page = owner.submit(
        "/assignments/new/",
        press="Save draft",
        title="Hang a lobby screen",
        industry="Audio, video and signage",
        description="Hang one 55 inch screen.",
        place="here",
        street=markers.STREET,
        city="Albany",
        region="NY",
        postcode="12207",
        time_zone="America/New_York",
        start_date="2026-12-03",
        start_time="09:00",
        price="320.00",
        terms_days="30",
    )
    row = Assignment.objects.get()
    assert (row.state, row.client, row.owner) == (State.DRAFT, people.client, people.owner)
    assert (row.price_minor, f"{row.start_at:%F %R}") == (32_000, "2026-12-03 14:00")
    page.has("Hang a lobby screen", "Draft")
    visitor("manager").open(url(row)).has("Hang a lobby screen")
    for outsider in ("stranger", "other_client", "staff"):
        visitor(outsider).open(url(row), 404)
    visitor("stranger").open("/find-work/").lacks("Hang a lobby screen")
    assert figures(people.client.pk) == (CASH, TERMS, 0, 0)

    owner.submit(url(row, "send/"), press="Send, $352.00 at most")
    assert fresh(row).state == State.SENT
    assert history(row) == ["created", "sent"]
    assert figures(people.client.pk) == (CASH, TERMS - 35_200, 0, 35_200)
    owner.open("/assignments/").has("Hang a lobby screen", "Sent")
    visitor("stranger").open("/find-work/").has("Hang a lobby screen", "$320.00")


def test_s02_workers_can_review_the_scope_of_work(people, visitor):
    """S02: a worker finds it and reads scope, schedule, area, price and terms; reading changes nothing."""
    row = marked(people, State.SENT, title="Rewire the till", description="Run two cables to till 4.")
    found = visitor("stranger").open("/find-work/")
    page = visitor("stranger").follow(found, "Rewire the till")
    page.has("Run two cables to till 4.", markers.PAY, "Albany, NY", "Thu, Dec 3, 7:00 AM EST", "30 days")
    assert {"Apply", "Counteroffer", "Ask a question"} <= set(page.links)
    found.has("Acme Retail")
    assert fresh(row).version == row.version
    visitor("other_client").open(url(row), 404)


def test_s03_a_worker_can_apply(people, visitor):
    """S03: a worker applies; the client sees it; nobody is assigned and no money moves."""
    row, before = marked(people, State.SENT), books()
    page = visitor("applicant").submit(url(row, "apply/"), reason="I have done ten of these.")
    page.has("Application sent, waiting for the client")
    application = Application.objects.get()
    assert (application.worker, application.state, application.asks.minor, application.is_counteroffer) == (
        people.applicant, ApplicationState.PENDING, markers.PRICE_MINOR, False,
    )  # fmt: skip
    assert fresh(row).state == State.SENT
    assert moved(before) == {}
    visitor("owner").open(url(row, "applications/")).has("Adam Applicant", "I have done ten of these.")
    visitor("stranger").open(url(row)).lacks("Adam Applicant", "ten of these")
    assert told(people, "owner", row) == ["applied"]
    visitor("applicant").open("/work/").has(row.title)


def test_s04_a_worker_can_make_a_counteroffer(people, visitor):
    """S04: another price, expenses and date with a reason; the client sees what it would cost, rivals see nothing."""
    row = marked(people, State.SENT)
    page = visitor("applicant").submit(
        url(row, "counteroffer/"),
        press="Send counteroffer",
        price_minor="402.10",
        expenses="20.00",
        start_at="2026-12-04T09:30",
        reason="I come from Troy.",
    )
    page.has("Counteroffer sent, waiting for the client", "$422.10")
    offer = Application.objects.get()
    assert (offer.price_minor, offer.expenses_minor, offer.is_counteroffer) == (40_210, 2_000, True)
    assert f"{offer.start_at:%F %R}" == "2026-12-04 14:30"
    kept = fresh(row)
    assert (kept.price_minor, kept.start_at, kept.state) == (markers.PRICE_MINOR, row.start_at, State.SENT)
    visitor("owner").open(url(row, "applications/")).has("$422.10", "I come from Troy.")
    visitor("stranger").open(url(row)).lacks("402.10", "422.10", "Troy")


def test_s05_a_worker_can_submit_a_question(people, visitor):
    """S05: the client answers it; other workers read both, not who asked."""
    row = marked(people, State.SENT)
    visitor("applicant").submit(url(row, "ask/"), text="Is a ladder on site?").has("Is a ladder on site?")
    question = Question.objects.get()
    assert (question.asker, question.answered_at) == (people.applicant, None)
    asked = visitor("owner").open(url(row, "questions/"))
    asked.has("Adam Applicant", "Is a ladder on site?")
    visitor("stranger").open(url(row, "questions/")).lacks("ladder")
    visitor("owner").submit(
        url(row, f"questions/{question.pk}/answer/"), answer="Yes, two metres.", is_public=True
    )
    seen = visitor("stranger").open(url(row, "questions/"))
    seen.has("Is a ladder on site?", "Yes, two metres.")
    seen.lacks("Adam", "Applicant")
    question.refresh_from_db()
    assert (question.answer, question.answered_by) == ("Yes, two metres.", people.owner)


def pages_before_assignment(visitor, row):
    """Everything about it that a worker can open before assignment: list, tabs, the forms of the verbs."""
    for name in ("stranger", "invited", "applicant"):
        worker = visitor(name)
        yield worker.open("/find-work/")
        for path in ("", "details/", "questions/", "apply/", "counteroffer/", "ask/"):
            yield worker.open(url(row, path))
        for path in ("messages/", "history/", "deliverables/", "requests/", "applications/"):
            worker.open(url(row, path), 404)


def test_s06_before_assignment_no_worker_gets_contact_information(people, visitor):
    """S06: no contact, phone, mail, street, way in, owner's address, not for an applicant nor an invited worker."""
    row = marked(people, State.SENT)
    invite(visitor("owner"), row, people.invited)
    visitor("applicant").submit(url(row, "apply/"))
    for page in pages_before_assignment(visitor, row):
        page.lacks(
            *markers.CONTACTS, markers.STREET, markers.WAY_IN, people.owner.email, *markers.CLIENTS_OWN
        )
    visitor("owner").open(url(row, "details/")).has(*markers.CONTACTS, markers.STREET)


def invite(owner, row, worker):
    """Look the worker up on the invite page, tick the one found, and invite."""
    found = owner.submit(url(row, "invite/"), press="Find workers", status=200, words=str(worker).split()[0])
    owner.submit(found, press="Send", workers=[worker.pk])


def test_s07_before_assignment_no_worker_gets_attached_documents(people, visitor):
    """S07: neither name nor content of a document, nor the instructions, by page or by guessed address."""
    row = marked(people, State.SENT)
    visitor("applicant").submit(url(row, "apply/"))
    invite(visitor("owner"), row, people.invited)
    document = row.attachments.get()
    for page in pages_before_assignment(visitor, row):
        page.lacks(markers.DOCUMENT, markers.DOCUMENT_TEXT, markers.INSTRUCTIONS, str(document.uuid))
    for name in ("stranger", "invited", "applicant", "other_client"):
        visitor(name).open(f"/files/attachments/{document.uuid}/", 404)
    answer = visitor("owner").open(f"/files/attachments/{document.uuid}/")
    assert answer.body.decode() == markers.DOCUMENT_TEXT


def test_s01_beside_a_sent_one_of_another_company_stays_invisible_to_this_one(people, visitor):
    """S01, the other side: a company reads nothing of what another one has sent."""
    row = assignment_in(State.SENT, owner=people.other_client, title="Their own work")
    visitor("owner").open(url(row), 404)
    visitor("owner").open("/assignments/").lacks("Their own work")
    visitor("other_client").open("/assignments/").has("Their own work")
    assert fresh(row).start_at > clock.now() + timedelta(days=1)
