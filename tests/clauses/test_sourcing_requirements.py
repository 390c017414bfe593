"""What is asked of workers before they may apply, the proofs and their review, and overrides (issue 3, point 5)."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assignments.actions import drafting, sourcing
from assignments.actions.content import Content
from assignments.actions.sourcing import Offer
from assignments.models import Application, AssignmentRequirement, RequirementOverride
from assignments.requirements import unmet
from assignments.states import State
from clients.models import RequirementSet, Signature
from common import clock
from common.errors import Invalid, NotAllowed
from config.timetable import timetable
from notifications.models import Message, Notice
from tests.factories import StaffFactory, assignment_in, consent, picture
from tests.support.asks import agreement, ask, asks, credential, exam, hand_in, line, prove, result
from tests.support.facts import history, told, url
from timeline.models import Entry
from workers import proving
from workers.models import Evidence
from workers.sweeps import warn_expiring

LICENCE = "Licence: Electrician, Ohio"
NOT_YET = "You do not meet everything that this client asks yet"


@pytest.fixture
def row(people):
    """Available work that asks nothing yet."""
    return assignment_in(State.SENT, owner=people.owner)


def kinds(user) -> list[str]:
    """What this person was told about the own profile, oldest first."""
    found = Notice.objects.filter(user=user, subject_type="worker").order_by("id")
    return list(found.values_list("kind", flat=True))


def test_r5_each_requirement_has_a_tick_or_a_cross_with_a_way_to_clear_it(people, visitor, row):
    """R5: on the page and before applying; the cross leads to where it is cleared, and back again."""
    text = agreement(people.owner)
    ask(row, people.owner, line(credential()), line(text), line("cancelled", 0))
    for path in ("", "apply/", "counteroffer/"):
        page = visitor("stranger").open(url(row, path))
        page.has(LICENCE, "Signed agreement: Confidentiality", "Cancelled at most 0", "You: 0, last 3 months")
        links = {
            words: to for words, to in page.links.items() if words.startswith(("Add it", "Read and sign"))
        }
        back = f"next=/assignments/{row.pk}/{path}"
        assert links == {
            f"Add it: {LICENCE}": f"/profile/evidence/add/?credential={credential().pk}&{back}",
            "Read and sign: Signed agreement: Confidentiality": f"/agreements/{text.pk}/?{back}",
        }
    for path in ("apply/", "counteroffer/"):
        page = visitor("stranger").open(url(row, path))
        page.has("You cannot apply yet.")
        assert "Send application" not in page.buttons() | {"Send counteroffer"} & page.buttons()
    visitor("owner").open(url(row, "details/")).has("Requirements", LICENCE)


def test_r5_unmet_means_no_application_by_any_way(people, visitor, row):
    """R5: the door refuses with the names of what is missing; a form that was open before keeps what was typed."""
    page = visitor("stranger").open(url(row, "apply/"))
    ask(row, people.owner, line(credential()))
    visitor("stranger").submit(page, status=422, reason="I am near.").has(
        f"{NOT_YET}: {LICENCE}.", "I am near."
    )
    with pytest.raises(Invalid, match="Electrician"):
        sourcing.apply(row.pk, Offer(expenses_minor=100), actor=people.stranger.user)
    assert (Application.objects.count(), history(row)[-1]) == (0, "edited")


def test_r5_a_worker_clears_everything_and_applies(people, visitor, row):
    """R5: evidence with a file, reviewed in the administration; an agreement signed; a test recorded by the company."""
    text, test = agreement(people.owner), exam(people.owner)
    ask(row, people.owner, line(credential()), line(text), line(test))
    worker, mine = people.stranger, visitor("stranger")
    start = url(row, "apply/")
    page = mine.open(f"/profile/evidence/add/?credential={credential().pk}&next={start}")
    values = {
        "file": picture("licence"),
        "number": "EL-77",
        "issuer": "State of Ohio",
        "expires_on": "2027-12-01",
    }
    mine.submit(page, press="Send to review", **values).has("It is in review.", "In review", "Apply")
    proof = Evidence.objects.get()
    assert (proof.worker, proof.state, proof.number, proof.name) == (
        worker,
        "submitted",
        "EL-77",
        "licence.png",
    )
    queue = visitor("staff").open("/admin/workers/evidence/")
    queue.has("Electrician, Ohio", "Stan Stranger")
    visitor("staff").open(f"/files/evidence/{proof.uuid}/")
    visitor("staff").submit(f"/admin/workers/evidence/{proof.pk}/change/", press="Accept").has(
        "The worker was told"
    )
    assert kinds(worker.user) == ["worker.evidence_accepted"]

    page = mine.open(f"/agreements/{text.pk}/?next={start}")
    page.has("Say nothing.", text.versions.get().sha256)
    wrong = mine.submit(page, status=422, typed_name="Somebody", agreed=True)
    wrong.has("Type your name as it stands in your profile: Stan Stranger")
    mine.submit(page, status=422, typed_name="Stan Stranger", agreed=False).has("Tick that you have read it")
    mine.submit(page, typed_name="stan  stranger", agreed=True).has("You signed Confidentiality.", "Apply")
    signed = Signature.objects.get()
    assert (signed.worker, signed.version.number, signed.signed_at) == (worker, 1, clock.now())

    mine.open(f"/tests/{test.pk}/").has("At our desk.", "passed from 80%")
    path = f"/company/tests/{test.pk}/result/"
    found = visitor("owner").submit(path, press="Find", status=200, words="Stan", percent="85")
    visitor("owner").submit(found, press="Record result", worker=worker.pk, percent="85").has(
        "Stan Stranger 85%"
    )
    mine.open(f"/tests/{test.pk}/").has("Passed", "85%")

    assert unmet(row, worker) == []
    mine.submit(start, reason="I am near.").has("Application sent.")
    assert Application.objects.get().worker == worker


def test_r5_a_set_is_copied_so_that_a_later_change_changes_nothing(people, visitor):
    """R5: chosen on the draft, copied at save; a new draft starts with the usual sets."""
    owner = visitor("owner")
    owner.submit(
        "/company/requirements/new/",
        press="Save set",
        **{"name": "Basics", "is_default": True, "line-0-what": "cancelled", "line-0-number": "2"},
    ).has("Basics", "Cancelled at most 2", "On every new assignment")
    owner.submit(
        "/company/requirements/new/",
        press="Save set",
        **{"name": "Careful", "line-0-what": "abandoned", "line-0-number": "0"},
    )
    page = owner.open("/assignments/new/")
    (form,) = [form for form in page.posts if "sets" in form.controls]
    assert (form.controls["sets"].offers, form.controls["sets"].sent) == (["Basics", "Careful"], ["Basics"])
    owner.submit(page, press="Save draft", title="Wire it", sets=["Basics", "Careful"])
    draft = people.client.assignments.get()
    basics = RequirementSet.objects.get(name="Basics")
    owner.submit(
        f"/company/requirements/{basics.pk}/",
        press="Save set",
        **{"name": "Basics 2", "line-0-what": "cancelled", "line-0-number": "9"},
    )
    owner.submit(url(draft, "edit/"), press="Save draft", title="Wire it well")

    def lines():
        rows = AssignmentRequirement.objects.filter(assignment=draft)
        return list(rows.values_list("source", "kind", "number"))

    assert lines() == [("Basics", "cancelled", 2), ("Careful", "abandoned", 0)]
    owner.submit(url(draft, "edit/"), press="Save draft", sets=["Basics 2"])
    assert lines() == [("Basics 2", "cancelled", 9)]
    owner.submit(url(draft, "copy/"))
    copy = people.client.assignments.exclude(pk=draft.pk).get()
    assert list(copy.worker_requirements.values_list("source", "number")) == [("Basics 2", 9)]


def test_r5_what_cannot_be_asked_is_said_at_its_line_and_nothing_typed_is_lost(people, visitor):
    """R5: 422 with sentences; more lines are drawn with everything typed."""
    owner = visitor("owner")
    path = "/company/requirements/new/"
    typed = {"name": "Odd", "line-0-what": "satisfaction", "line-0-number": "101", "line-1-what": "on_time"}
    more = owner.submit(path, press="Add lines", status=200, **typed)
    (form,) = [form for form in more.posts if "line-5-what" in form.controls]
    assert form.controls["line-0-number"].sent == ["101"]
    page = owner.submit(path, press="Save set", status=422, **typed)
    page.has("Enter the percent or the count")
    page = owner.submit(path, press="Save set", status=422, **{**typed, "line-1-number": "50"})
    page.has("Enter a number from 0 to 100")
    owner.submit(path, press="Save set", status=422, name="Empty").has("Ask at least one thing")
    assert not RequirementSet.objects.exists()


def test_r5_the_client_lets_one_worker_apply_and_takes_it_back(people, visitor, row):
    """R5: for that worker alone, with a note that stays in the company; told both times; not after applying."""
    ask(row, people.owner, line(credential()))
    path = url(row, "override/")
    owner = visitor("owner")
    owner.open(url(row, "details/")).has("Let a worker apply without them")
    found = owner.submit(path, press="Find workers", status=200, words="Stan", note="Marker reason")
    owner.submit(found, press="Let this worker apply", worker=people.stranger.pk, note="Marker reason").has(
        "Stan Stranger", "Marker reason"
    )
    visitor("stranger").open(url(row)).has("The client lets you apply without it.")
    visitor("stranger").open(url(row)).lacks("Marker reason")
    assert unmet(row, people.stranger) == []
    assert [mark.words for mark in unmet(row, people.worker)] == [LICENCE]
    back = url(row, f"override/{people.stranger.pk}/withdraw/")
    owner.submit(back)
    assert [mark.words for mark in unmet(row, people.stranger)] == [LICENCE]
    owner.submit(path + f"?worker={people.stranger.pk}", worker=people.stranger.pk, note="After all")
    visitor("stranger").submit(url(row, "apply/"))
    owner.submit(owner.open(back), status=409).has("Stan Stranger has applied by now.")
    assert RequirementOverride.objects.count() == 1
    assert told(people, "stranger", row) == ["overridden", "override_withdrawn", "overridden"]
    assert [kind for kind in history(row) if "overrid" in kind] == told(people, "stranger", row)
    mails = Message.objects.filter(user=people.stranger.user, kind__contains="overrid")
    assert not any("Marker reason" in str(mail.context) or "Olivia" in mail.body for mail in mails)


def test_r5_an_override_needs_somebody_who_sees_the_work_and_lacks_something(people, visitor):
    """R5: who cannot open the page is invited first; who meets everything needs none."""
    row = assignment_in(State.SENT, owner=people.owner, invite=(people.invited,), is_marketplace=False)
    ask(row, people.owner, line("abandoned", 5))
    path = url(row, f"override/?worker={people.stranger.pk}")
    page = visitor("owner").submit(path, status=422, worker=people.stranger.pk, note="Known")
    page.has("Stan Stranger cannot open this assignment. Send an invitation first.", "Known")
    path = url(row, f"override/?worker={people.invited.pk}")
    page = visitor("owner").submit(path, status=422, worker=people.invited.pk, note="Known")
    page.has("Ivan Invited meets all requirements and may apply.")


def test_r5_a_screening_is_shown_as_clear_or_not_at_all(people, visitor, row):
    """R5: the worker decides; nobody ever reads that one failed, is in review or is hidden (domain.md 3.4, 4.11)."""
    check = credential("background_check", "Federal")
    ask(row, people.owner, line(check))
    profile = f"/workers/{people.worker.pk}/"
    before = visitor("owner").open(profile).text
    proof = hand_in(people.worker, check, shown=False)
    assert visitor("owner").open(profile).text == before
    proving.accept_evidence(proof.pk, actor=people.staff)
    assert visitor("owner").open(profile).text == before
    assert len(unmet(row, people.worker)) == 1
    page = visitor("worker").open(f"/profile/evidence/{proof.pk}/")
    page.has("Hidden", "Clients see nothing.")
    visitor("worker").submit(page, press="Show clients that it is clear").has("Clear")
    visitor("owner").open(profile).has("Background check: Federal", "Clear")
    assert unmet(row, people.worker) == []
    proving.reject_evidence(proof.pk, actor=people.staff, reason="Marker finding")
    assert visitor("owner").open(profile).text == before
    visitor("worker").open(f"/profile/evidence/{proof.pk}/").has("Not accepted", "Marker finding")
    visitor("owner").open(url(row, "applications/")).lacks("Marker finding")


def test_r5_what_is_not_accepted_says_why_and_another_may_follow(people, visitor):
    """R5: the reviewer needs a reason; the worker reads it, and history does not keep its words (D17)."""
    proof = hand_in(people.worker, credential())
    path = f"/admin/workers/evidence/{proof.pk}/change/"
    staff = visitor("staff")
    staff.submit(path, press="Do not accept", status=422).has("Enter a reason.")
    staff.submit(path, press="Do not accept", reason="The photo is too dark.")
    proof.refresh_from_db()
    assert (proof.state, proof.reviewed_by, proof.reject_reason) == (
        "rejected",
        people.staff,
        "The photo is too dark.",
    )
    staff.submit(staff.open(path), press="Accept", status=422) if "Accept" in staff.open(
        path
    ).buttons() else None
    visitor("worker").open("/profile/evidence/").has("Not accepted", "The photo is too dark.")
    entries = Entry.objects.filter(subject_type="worker", subject_id=people.worker.pk).order_by("sequence")
    assert [entry.kind for entry in entries] == ["worker.evidence_added", "worker.evidence_rejected"]
    assert not any("too dark" in str(entry.facts) for entry in entries)
    hand_in(people.worker, credential(), number="2")
    assert people.worker.evidence.count() == 2


def test_r5_files_are_for_their_worker_and_for_reviewers(people, visitor):
    """R5: each download asks; to everybody else the file is not there, and nobody reviews the own proof."""
    proof = hand_in(people.worker, credential())
    path = f"/files/evidence/{proof.uuid}/"
    clerk = StaffFactory(name="Clara Clerk", is_superuser=False)
    for name in ("owner", "stranger", "other_client", "applicant"):
        visitor(name).open(path, status=404)
    answer = visitor("worker").open(path)
    assert answer.response.headers["Cache-Control"] == "private, no-store"
    for actor in (clerk, people.owner):
        with pytest.raises(NotAllowed):
            proving.accept_evidence(proof.pk, actor=actor)
    visitor("worker").submit(f"/profile/evidence/{proof.pk}/remove/").has("is removed")
    for name in ("worker", "staff"):
        visitor(name).open(path, status=404)
    assert Evidence.objects.get().state == "removed"
    again = visitor("worker").open("/profile/evidence/")  # a doubled click of the button that was there
    data = {"csrfmiddlewaretoken": again.posts[0].controls["csrfmiddlewaretoken"].sent[0]}
    visitor("worker").post(f"/profile/evidence/{proof.pk}/remove/", data).has("It is removed already.")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.pdf", b"", "The file is empty. Choose another file."),
        ("page.html", b"<html><script>alert(1)</script></html>", "This kind of file is not accepted."),
    ],
)
def test_r5_a_file_that_is_none_is_refused_and_what_was_typed_stays(people, visitor, name, content, sentence):
    """R5: by content and not by name; 422, the number is still there."""
    path = f"/profile/evidence/add/?credential={credential().pk}"
    file = SimpleUploadedFile(name, content, content_type="application/pdf")
    page = visitor("worker").submit(path, status=422, file=file, number="EL-77")
    page.has(sentence)
    (form,) = [form for form in page.posts if "number" in form.controls]
    assert form.controls["number"].sent == ["EL-77"]
    assert not Evidence.objects.exists()


def test_r5_a_proof_that_runs_out_is_told_of_30_and_7_days_ahead_once_each(people, row):
    """R5: by the sweep, however often and late it runs; that it counts no more needs no sweep."""
    last = clock.now().date() + timedelta(days=60)
    ask(row, people.owner, line(credential()))
    prove(people.worker, credential(), people.staff, expires_on=last)
    found = []
    for days in (29, 31, 31, 40, 52, 54, 59, 70):
        with clock.moved(clock.now() + timedelta(days=days)):
            found.append((days, warn_expiring(), unmet(row, people.worker) == []))
    assert found == [
        (29, 0, True), (31, 1, True), (31, 0, True), (40, 0, True), (52, 0, True), (54, 1, True), (59, 0, True),
        (70, 0, False),
    ]  # fmt: skip
    assert kinds(people.worker.user) == [
        "worker.evidence_accepted",
        "worker.evidence_expiring",
        "worker.evidence_expiring",
    ]
    mail = Message.objects.filter(kind="worker.evidence_expiring").first()
    assert mail.context["expires_on"] == last.isoformat()
    assert any(timer.task == "workers.tasks.warn_expiring" for timer in timetable())


def test_r5_a_late_sweep_tells_once_and_never_of_what_is_over(people):
    """R5: Onsite slept over both days: one word is enough; slept over the end: none."""
    last = clock.now().date() + timedelta(days=60)
    prove(people.worker, credential(), people.staff, expires_on=last)
    prove(people.stranger, credential(), people.staff, expires_on=last)
    Evidence.objects.filter(worker=people.stranger).update(expires_on=last - timedelta(days=30))
    with clock.moved(clock.now() + timedelta(days=58)):
        assert (warn_expiring(), warn_expiring()) == (1, 0)
    assert kinds(people.stranger.user) == ["worker.evidence_accepted"]


def test_r5_only_what_i_qualify_for_leaves_out_what_asks_more(people, visitor, row):
    """R5: Find Work asks the same rule as the door, with an override too."""
    other = assignment_in(State.SENT, owner=people.owner, title="Asks a licence")
    ask(other, people.owner, line(credential()))

    def shown(query: str) -> list[str]:
        page = visitor("stranger").open(f"/find-work/?within=any&{query}")
        return sorted(card.title for card in page.response.context["cards"])

    both = ["Asks a licence", "Replace two switches"]
    assert (shown(""), shown("qualified=on")) == (both, ["Replace two switches"])
    visitor("owner").submit(
        url(other, f"override/?worker={people.stranger.pk}"), worker=people.stranger.pk, note="Ok"
    )
    assert shown("qualified=on") == both


def test_r5_strangers_read_no_agreement_and_no_test(people, visitor, row):
    """R5: a company's text opens where it is asked, and stays open to who signed; else it is not there."""
    text, test = agreement(people.owner), exam(people.owner)
    for path in (f"/agreements/{text.pk}/", f"/tests/{test.pk}/"):
        visitor("stranger").open(path, status=404)
        visitor("other_client").open(path, status=404)
    ask(row, people.owner, line(text), line(test))
    for path in (f"/agreements/{text.pk}/", f"/tests/{test.pk}/"):
        visitor("stranger").open(path)
        visitor("other_client").open(path, status=404)
    visitor("stranger").submit(f"/agreements/{text.pk}/", typed_name="Stan Stranger", agreed=True)
    drafting.edit(row.pk, Content(sets=[]), actor=people.owner)
    visitor("stranger").open(f"/agreements/{text.pk}/").has("You signed this version")
    visitor("worker").open(f"/agreements/{text.pk}/", status=404)
    visitor("stranger").open(f"/tests/{test.pk}/", status=404)
    result(people.owner, test, people.stranger, 10)
    visitor("stranger").open(f"/tests/{test.pk}/").has("10%")


def test_r5_a_newer_version_is_never_signed_unread(people, visitor, row):
    """R5: the page that was open before is answered calmly (409), and the new text asks again."""
    text = agreement(people.owner)
    ask(row, people.owner, line(text))
    page = visitor("stranger").open(f"/agreements/{text.pk}/")
    visitor("owner").submit(f"/company/agreements/{text.pk}/", press="Save agreement", text="Say even less.")
    visitor("stranger").submit(page, status=409, typed_name="Stan Stranger", agreed=True).has("newer version")
    assert not Signature.objects.exists()
    assert list(text.versions.values_list("number", "text")) == [(2, "Say even less."), (1, "Say nothing.")]


def test_r5_only_managers_change_what_is_asked(people, visitor):
    """R5: colleagues read the list; its forms are for administrators and managers."""
    made = asks(people.owner, line("abandoned", 0))
    visitor("view_only").open("/company/requirements/").has("Basics", "Abandoned at most 0")
    visitor("view_only").open("/company/requirements/").lacks("/company/requirements/new/")
    visitor("view_only").open(f"/company/requirements/{made.pk}/", status=403)
    visitor("manager").open(f"/company/requirements/{made.pk}/")
    visitor("other_client").open(f"/company/requirements/{made.pk}/", status=404)


def test_r5_assigning_somebody_who_lacks_something_needs_the_clients_word(people, visitor, row):
    """R5: named on the check page, ticked, and kept as an override; an applicant whose proof ran out meanwhile (T4)."""
    ask(row, people.owner, line(credential()))
    prove(people.worker, credential(), people.staff, expires_on=clock.now().date())
    offer = sourcing.apply(row.pk, Offer(), actor=people.worker.user)
    path = url(row, f"applications/{offer.pk}/assign/")
    visitor("owner").open(path).lacks("Assign all the same")
    with clock.moved(clock.now() + timedelta(hours=36)):
        page = visitor("owner").open(path)
        page.has(f"Wanda Worker does not meet: {LICENCE}.")
        page = visitor("owner").submit(page, status=422)
        page.has("Tick that you assign all the same")
        visitor("owner").submit(page, anyway=True)
    row.refresh_from_db()
    given = RequirementOverride.objects.get()
    assert (row.state, row.worker, given.worker, given.given_by) == (
        State.ASSIGNED,
        people.worker,
        people.worker,
        people.owner,
    )


def test_r5_direct_assignment_says_what_each_worker_lacks(people, visitor, row):
    """R5: beside the name, and refused without the client's word."""
    ask(row, people.owner, line(credential()))
    consent(people.client, people.stranger)
    path = url(row, "assign-directly/")
    visitor("owner").open(path).has(f"lacks {LICENCE}")
    visitor("owner").submit(path, status=422, worker=people.stranger.pk).has(
        "Tick that you assign all the same"
    )
    visitor("owner").submit(path, worker=people.stranger.pk, anyway=True)
    row.refresh_from_db()
    assert row.worker == people.stranger


def test_r5_a_template_keeps_its_sets(people, visitor, row):
    """R5: a draft that starts from it asks what the set asks then; a set that is gone is left out."""
    asks(people.owner, line("abandoned", 0), name="Careful", is_default=True)
    ask(row, people.owner, line("cancelled", 1), name="Kept")
    visitor("owner").submit(url(row, "save-template/"), name="Usual")
    template = people.client.templates.get()
    RequirementSet.objects.filter(name="Careful").update(is_default=False)
    visitor("owner").submit(f"/assignments/templates/{template.pk}/start/")
    draft = people.client.assignments.order_by("-pk")[0]
    assert set(draft.worker_requirements.values_list("source", "number")) == {("Kept", 1), ("Careful", 0)}


def test_r5_next_leads_back_into_the_portal_only(people, visitor, row):
    """R5: whoever signs or hands in goes back to the work, never to a foreign address."""
    text = agreement(people.owner)
    ask(row, people.owner, line(text))
    path = f"/agreements/{text.pk}/?next=https://evil.test/"
    page = visitor("stranger").submit(path, typed_name="Stan Stranger", agreed=True)
    assert page.url.startswith("/agreements/")
    what = credential()
    path = f"/profile/evidence/add/?credential={what.pk}&next=//evil.test/"
    assert visitor("stranger").submit(path, file=picture()).url == "/profile/evidence/"


def test_r5_lists_take_the_same_queries_for_one_and_for_many(people, visitor):
    """R5: what the company asks, and what a worker can prove."""
    worker, owner = visitor("worker"), visitor("owner")

    def counted(one, path):
        one.open(path)
        with CaptureQueriesContext(connection) as run:
            one.open(path)
        return len(run)

    counts = []
    for number in (1, 2, 3, 4):
        what = credential("certificate", f"Number {number}")
        text = agreement(people.owner, f"Text {number}")
        asks(
            people.owner,
            line(what),
            line(text),
            line(exam(people.owner, f"Test {number}")),
            name=f"Set {number}",
        )
        hand_in(people.worker, what)
        counts.append((counted(owner, "/company/requirements/"), counted(worker, "/profile/evidence/")))
    assert len(set(counts[1:])) == 1, counts
