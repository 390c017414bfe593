"""Problem reports: who reports and resolves which, what the label says, what the database refuses."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from assignments import problems as reads
from assignments.actions import closeout, problems, talk, visits
from assignments.actions.closeout import Submission
from assignments.labels import LABELS, filtered, of
from assignments.models import Problem
from assignments.next_action import next_action
from assignments.overview import needs
from assignments.queries import seen
from assignments.states import ProblemKind, State
from clients.queries import membership
from common import clock
from common.errors import AlreadyDone, Conflict, Invalid, NotAllowed
from common.uploads import check_upload
from notifications.models import Notice
from notifications.preferences import Channels, choose
from tests.assignments.scenes import unassign
from tests.factories import People, assignment_in, picture
from timeline.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def row(people: People):
    return assignment_in(State.IN_PROGRESS, owner=people.owner, by=people.worker)


def report(row, actor, severity: str = "stops", **more) -> Problem:
    told = {"kind": "site_not_ready", "text": "The counter is not built.", **more}
    return problems.report_problem(row.pk, actor=actor, severity=severity, **told)


def tones(row, side: str) -> list[tuple[str, str]]:
    return [(one.text, one.kind) for one in of(row, clock.now(), side) if one.key == "at_risk"]


def test_the_label_is_there_for_both_while_a_problem_is_open_and_bad_when_it_stops_the_work(
    people: People, row
):
    assert tones(row, "client") == []
    slow = report(row, people.worker.user, "delays")
    assert tones(row, "client") == tones(row, "worker") == [("At Risk", "warn")]
    fast = report(row, people.worker.user, "stops")
    assert tones(row, "client") == tones(row, "worker") == [("At Risk", "bad")]
    assert list(filtered(type(row).objects.all(), "at_risk", clock.now())) == [row]
    for one in (fast, slow):
        problems.resolve_problem(row.pk, one.pk, actor=people.owner, resolution="It is built.")
    assert (tones(row, "client"), tones(row, "worker")) == ([], [])
    assert LABELS["at_risk"].seen_by == {"client", "worker"}


def test_the_history_keeps_kind_severity_and_time_but_no_words(people: People, row):
    with clock.moved(clock.now() + timedelta(minutes=5)):
        made = report(row, people.worker.user)
        at = clock.now()
    with clock.moved(at + timedelta(hours=1)):
        problems.resolve_problem(row.pk, made.pk, actor=people.worker.user, resolution="They built it.")
    facts = {"problem": made.pk, "kind": "site_not_ready", "severity": "stops"}
    found = Entry.objects.filter(subject_id=row.pk, kind__startswith="assignment.problem").order_by(
        "sequence"
    )
    assert [(one.kind, one.facts, one.at, one.role) for one in found] == [
        ("assignment.problem_reported", facts, at, "worker"),
        ("assignment.problem_resolved", facts, at + timedelta(hours=1), "worker"),
    ]


def test_the_client_is_told_first_of_all_what_to_do(people: People, row):
    report(row, people.worker.user, "delays")
    report(row, people.worker.user, "stops", kind="scope", text="Three racks, not one.")
    view = seen(people.owner, row.pk)
    step = next_action(view.row, view.standing, view.verbs, view.now)
    assert (step.heading, step.reason, step.rank) == (
        "Wanda Worker reports: the scope differs",
        "Stops the work. Three racks, not one.",
        8,
    )
    assert [one.label for one in (step.button, *step.secondary) if one] == [
        "See the problem",
        "Message",
        "Put on hold",
    ]
    queue = needs(membership(people.owner), clock.now())
    assert [(need.row.pk, need.step.heading) for need in queue.first] == [(row.pk, step.heading)]
    onlooker = seen(people.view_only, row.pk)
    assert "reports" not in next_action(onlooker.row, onlooker.standing, onlooker.verbs, onlooker.now).heading


def test_on_hold_it_can_still_be_reported_and_the_hold_stays_the_step(people: People):
    held = assignment_in(State.ON_HOLD, owner=people.owner, by=people.worker)
    report(held, people.worker.user)
    view = seen(people.owner, held.pk)
    step = next_action(view.row, view.standing, view.verbs, view.now)
    assert step.button is not None
    assert (step.button.label, [one.label for one in step.secondary]) == ("Remove hold", ["Open the problem"])
    assert "Wanda Worker reports: site not ready." in step.reason


def test_what_stops_the_work_is_told_whatever_they_switched(people: People, row):
    off = {"assignment.problem_reported": Channels(portal=False, email=False)}
    talk.follow(row.pk, actor=people.follower)
    for user in (people.owner, people.follower):
        choose(user, off)
    report(row, people.worker.user, "delays")
    assert Notice.objects.filter(kind="assignment.problem_reported").count() == 0
    report(row, people.worker.user, "stops")
    told = Notice.objects.filter(kind="assignment.problem_reported").values_list("user", flat=True)
    assert set(told) == {people.owner.pk, people.follower.pk}


def test_the_client_resolves_all_and_the_worker_the_own(people: People, row):
    theirs, ours = report(row, people.owner), report(row, people.worker.user)
    with pytest.raises(NotAllowed, match="The client reported this problem"):
        problems.resolve_problem(row.pk, theirs.pk, actor=people.worker.user, resolution="Fine")
    problems.resolve_problem(row.pk, ours.pk, actor=people.worker.user, resolution="Fine")
    problems.resolve_problem(row.pk, theirs.pk, actor=people.manager, resolution="Fine")
    with pytest.raises(Conflict, match="no longer open"):
        problems.resolve_problem(row.pk, ours.pk, actor=people.owner, resolution="Again")
    assert list(Problem.objects.order_by("id").values_list("resolved_by__name", "resolution")) == [
        ("Mia Manager", "Fine"),
        ("Wanda Worker", "Fine"),
    ]


def test_it_ends_with_the_work_and_with_the_workers_time(people: People, row):
    report(row, people.worker.user)
    visits.check_out(row.pk, actor=people.worker.user)
    closeout.submit(row.pk, Submission("Done after all."), actor=people.worker.user)
    assert Problem.objects.get().resolution == "The work was submitted for approval."
    other = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    report(other, people.worker.user)
    unassign(other, people.owner)
    assert list(reads.of(seen(people.owner, other.pk)).values_list("resolution", flat=True)) == [
        "The worker's time on it ended."
    ]
    assert tones(other, "client") == []


def test_the_next_worker_does_not_read_it(people: People):
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.removed)
    photo = picture("rack")
    made = report(row, people.removed.user, photos=[(photo, check_upload(photo))])
    unassign(row, people.owner)
    again = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    Problem.objects.filter(pk=made.pk).update(assignment=again)
    assert list(reads.of(seen(people.worker.user, again.pk))) == []
    assert list(reads.of(seen(people.owner, again.pk))) == [made]
    with pytest.raises(type(made.photos.get()).DoesNotExist):
        reads.photo(people.worker.user, made.photos.get().uuid)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "aliens"}, "kind"),
        ({"severity": "mild"}, "severity"),
        ({"text": " "}, "text"),
        ({"photos": 6}, "photos"),
        ({"photos": "text"}, "photos"),
    ],
)
def test_what_cannot_be_reported_says_why_at_its_field(people: People, row, change, field):
    if change.get("photos") == "text":
        file = picture("x")
        checked = check_upload(file)
        change = {"photos": [(file, type(checked)("note.txt", 3, "text/plain", checked.sha256, False))]}
    elif "photos" in change:
        file = picture("x")
        change = {"photos": [(file, check_upload(file))] * change["photos"]}
    told = {"kind": "parts", "severity": "stops", "text": "None came.", **change}
    with pytest.raises(Invalid) as refused:
        problems.report_problem(row.pk, actor=people.worker.user, **told)
    assert refused.value.field == field
    assert not Problem.objects.exists()


def test_the_same_key_reports_once_and_ten_are_enough(people: People, row):
    key = uuid4()
    report(row, people.worker.user, key=key)
    with pytest.raises(AlreadyDone):
        report(row, people.worker.user, key=key)
    for _ in range(9):
        report(row, people.worker.user)
    with pytest.raises(Conflict, match="10 problems are open"):
        report(row, people.owner)
    assert Problem.objects.count() == 10


def test_a_problem_is_resolved_with_words(people: People, row):
    made = report(row, people.worker.user)
    with pytest.raises(Invalid):
        problems.resolve_problem(row.pk, made.pk, actor=people.owner, resolution="  ")
    mine = Problem.objects.filter(pk=made.pk)
    for change in (
        {"resolved_at": clock.now()},
        {"resolution": "Words without a time"},
        {"resolved_by": people.owner},
        {"resolved_at": made.reported_at - timedelta(seconds=1), "resolution": "Before it was there"},
        {"kind": "aliens"},
        {"severity": "mild"},
        {"side": "admin"},
        {"text": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            mine.update(**change)
    assert mine.get().is_open


def test_every_kind_has_words(people: People, row):
    for kind in ProblemKind.values:
        report(row, people.worker.user, kind=kind)
    assert Problem.objects.count() == len(ProblemKind.values) == 7
