"""Check-in and check-out, whose word a time is, and labels with their history."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from assignments import sweeps
from assignments.actions import holds, reschedules
from assignments.actions.drafting import Wanted
from assignments.models import CheckIn, CheckInEdit, CustomLabel, LabelEvent, SiteCode, SiteLink
from assignments.site_contact import MOST_WRONG
from assignments.states import State
from common import clock
from tests.factories import company, member
from tests.support.facts import fresh, history, told, url
from tests.support.http import Page, Visitor
from tests.support.markers import CLIENTS_OWN, CONTACTS, INSTRUCTIONS, STREET, marked

M, H = timedelta(minutes=1), timedelta(hours=1)
FAR, NEAR = {"lat": "42.70", "lon": "-73.90", "accuracy": "14.6"}, {"lat": "42.6515", "lon": "-73.7549"}
"""Some 13 km and some 30 m from the marked site."""
HERE = "Wanda is here now: give a code"
LEAVES = "Wanda leaves now: give a code"


def visit() -> CheckIn:
    return CheckIn.objects.get()


# --- W2: the position ------------------------------------------------------------------------------------------------


def test_w2_far_from_the_site_the_worker_may_say_why_and_the_client_reads_all_of_it(people, visitor):
    """W2: the check-in counts at once; distance, accuracy and reason stand beside it for both sides."""
    row = marked(people, State.ASSIGNED, hours_ahead=1)
    page = visitor("worker").submit(url(row, "visit/"), action=url(row, "check-in/"), **FAR)
    page.has("In Progress", "Your position was far from the site.", "You need not.")
    assert (visit().in_accuracy_m, visit().in_distance_m > 12_000, visit().in_why) == (15, True, "")
    visitor("owner").open(url(row, "details/")).has("km from the site, accurate to 15 m")
    page = visitor("worker").submit(visitor("worker").follow(page, "say why"), in_why="Parts depot first.")
    page.has("Reason: Parts depot first.")
    page.lacks("You need not.")
    visitor("owner").open(url(row, "details/")).has("km from the site", "Reason: Parts depot first.")
    assert (visit().in_why, history(row)[-1]) == ("Parts depot first.", "visit_explained")
    page = visitor("worker").submit(url(row, f"visits/{visit().pk}/why/"), in_why="", status=422)
    page.has("Enter a reason, or go back.")


def test_w2_a_position_is_never_forced_and_its_absence_is_said(people, visitor):
    """W2: without position and reason it works the same; the form asks for a reason and takes none."""
    row = marked(people, State.ASSIGNED, hours_ahead=1)
    visitor("worker").submit(url(row, "check-in/")).has("Your position was not sent.")
    visitor("owner").open(url(row, "details/")).has("Check-in: location not given")
    with clock.moved(clock.now() + H):
        visitor("worker").submit(url(row, "check-out/"), why="Phone is empty.", **FAR)
        page = visitor("owner").open(url(row, "details/"))
    page.has("Check-out: 13.", "km from the site, accurate to 15 m. Reason: Phone is empty.")
    assert (visit().in_lat, visit().out_why, visit().out_accuracy_m) == (None, "Phone is empty.", 15)


def test_w2_the_radius_is_a_setting(people, visitor, settings):
    """W2: within it nobody is asked; a smaller one asks."""
    row = marked(people, State.ASSIGNED, hours_ahead=1)
    visitor("worker").submit(url(row, "check-in/"), **NEAR).lacks("You need not.")
    settings.ONSITE_SITE_RADIUS_M = 10
    visitor("worker").open(url(row, "visit/")).has("Your position was far from the site.")


# --- W2: without a phone ---------------------------------------------------------------------------------------------


def made_link(owner: Visitor, row) -> str:
    """The address that the client's page shows, as a path."""
    page = owner.submit(url(row, "site-link/"), press="Make the link")
    (address,) = re.findall(r'value="(https?://[^"]+/site/[^"]+)"', page.html)
    assert re.search(r"<svg[^>]*>.*?<path[^>]*d=", page.html, re.DOTALL)
    return urlsplit(address).path


def code_of(page: Page) -> str:
    (digits,) = re.findall(r"\b\d{3} \d{3}\b", page.text)
    return digits


def test_w2_a_worker_without_a_phone_is_checked_in_and_out_by_the_site_contacts_codes(people, visitor):
    """W2: link or QR, one code for each end; typed in at night the visit has the times at which they were given."""
    row = marked(people, State.ASSIGNED, hours_ahead=1, title="Secret project")
    path, contact = made_link(visitor("owner"), row), Visitor()
    came, left = row.start_at, row.start_at + 3 * H
    with clock.moved(came):
        page = contact.open(path)
        page.has("Albany, NY", row.number, "Wanda is expected at")
        page.lacks("Worker", "Secret project", "Acme", STREET, INSTRUCTIONS, *CONTACTS, *CLIENTS_OWN, "$")
        first = code_of(contact.submit(page, press=HERE, status=200))
        contact.open(path).lacks(first, first.replace(" ", ""))
        contact.open(path).has("Wanda has a code for the arrival at")
    with clock.moved(left):
        second = code_of(contact.submit(path, press=LEAVES, status=200))
    with clock.moved(left + 9 * H):
        worker = visitor("worker")
        page = worker.follow(worker.open(url(row, "visit/")), "I have a code from the site contact")
        worker.submit(page, code=first, **FAR).has("In Progress", "confirmed by the site contact")
        worker.submit(url(row, "check-out/"), code=second.replace(" ", ""))
        visitor("owner").open(url(row, "details/")).has(
            "(3 h)", "Check-in: confirmed by the site contact", "Check-out: confirmed by the site contact"
        )
        contact.open(path).has("Wanda left at")
    assert (visit().in_at, visit().out_at, visit().in_source, visit().in_lat) == (came, left, "contact", None)
    assert fresh(row).first_check_in_at == came
    assert set(SiteCode.objects.values_list("visit", flat=True)) == {visit().pk}
    digits = {first.replace(" ", ""), second.replace(" ", "")}
    assert not digits & set(SiteCode.objects.values_list("code_hash", flat=True))
    assert history(row)[-4:] == ["code_given", "code_given", "checked_in", "checked_out"]


def test_w2_a_code_works_once_for_its_own_end_and_for_a_day(people, visitor):
    """W2: a used, a foreign, a wrong and an old one are refused at the field, and nothing changes."""
    row = marked(people, State.ASSIGNED, hours_ahead=1)
    path, contact, worker = made_link(visitor("owner"), row), Visitor(), visitor("worker")
    leaving = code_of(contact.submit(path, press="Give a code for leaving", status=200))
    arrival = code_of(contact.submit(path, press=HERE, status=200))
    worker.submit(url(row, "check-in/"), code=leaving, note="Kept", status=422).has("This code does not fit")
    worker.submit(url(row, "check-in/"), code="12", status=422).has("Enter the six digits of the code.")
    with clock.moved(clock.now() + 24 * H):
        worker.submit(url(row, "check-in/"), code=arrival, status=422).has("too old")
    assert (CheckIn.objects.count(), fresh(row).state) == (0, State.ASSIGNED)
    with clock.moved(clock.now() + H):
        worker.submit(url(row, "check-in/"), code=arrival)
        worker.submit(url(row, "check-out/"), code=leaving, status=422).has("given before the check-in")
        worker.submit(url(row, "check-out/"))
        worker.submit(url(row, "check-in/"), code=arrival, status=422).has("was used")
    assert (CheckIn.objects.count(), SiteLink.objects.get().wrong) == (1, 2)


def test_w2_guessing_ends_with_the_link(people, visitor):
    """W2: five tries in a quarter of an hour, and after ten wrong codes none fits any more, not even the right one."""
    row = marked(people, State.ASSIGNED, hours_ahead=3)
    path = made_link(visitor("owner"), row)
    right = code_of(Visitor().submit(path, press=HERE, status=200))
    wrong = "000000" if right != "000 000" else "111111"
    for number in range(MOST_WRONG):
        with clock.moved(clock.now() + number * 5 * M):
            visitor("worker").submit(url(row, "check-in/"), code=wrong, status=422)
    with clock.moved(clock.now() + H):
        visitor("worker").submit(url(row, "check-in/"), code=right, status=422).has(
            "Ask the client for a new"
        )
        for _ in range(4):
            visitor("worker").submit(url(row, "check-in/"), code=wrong, status=422)
        visitor("worker").submit(url(row, "check-in/"), code=wrong, status=429)
        visitor("worker").submit(url(row, "check-in/")).has("In Progress")
    assert SiteLink.objects.get().wrong == MOST_WRONG


def test_w2_the_link_can_be_revoked_and_renewed_and_dies_with_the_stage(people, visitor):
    """W2: a dead address is a missing page by GET and POST; on hold it gives no code; a new link ends old codes."""
    row = marked(people, State.ASSIGNED, hours_ahead=1)
    first = made_link(visitor("owner"), row)
    old = code_of(Visitor().submit(first, press=HERE, status=200))
    page = visitor("owner").submit(url(row, "site-link/"), press="Make another link")
    (second,) = {urlsplit(found).path for found in re.findall(r'value="(https?://[^"]+)"', page.html)}
    visitor("worker").submit(url(row, "check-in/"), code=old, status=422)
    open_page = Visitor().open(second)
    for path in (first, "/site/no-such-token/"):
        Visitor().open(path, 404)
    holds.hold(row.pk, actor=people.owner, reason="weather")
    page = Visitor().open(second)
    page.has("The work is on hold.")
    assert page.buttons() == set()
    visitor("owner").submit(url(row, "site-link/revoke/"))
    Visitor().open(second, 404)
    assert SiteCode.objects.count() == 1
    visitor("owner").open(url(row, "site-link/")).has("The former link is revoked.")
    form = open_page.form_with(set(), press=HERE)
    client = Visitor(csrf=False)
    client.post(second, form.data(HERE), status=404)
    visitor("owner").open(url(row, "site-link/revoke/"), 409)


def test_w2_the_link_ends_with_the_worker(people, visitor):
    """W2: who comes next has another; giving codes too often is stopped."""
    row = marked(people, State.ASSIGNED, hours_ahead=1)
    path, contact = made_link(visitor("owner"), row), Visitor()
    for _ in range(12):
        contact.submit(path, press="Give a code for leaving", status=200)
    contact.submit(path, press="Give a code for leaving", status=429)
    visitor("owner").submit(url(row, "unassign/"), reason="other", note="Another plan.")
    contact.open(path, 404)


# --- W2: edits, on behalf, reminder, on time -------------------------------------------------------------------------


def test_w2_an_edit_keeps_the_original_its_editor_and_the_reason_for_both_sides(people, visitor):
    """W2: the former times stand below the new ones, with who changed them and why."""
    row = marked(people, State.IN_PROGRESS)
    came = visit().in_at
    typed = {"in_at": "2026-12-01T04:45", "reason": "The lift was stuck."}
    visitor("worker").submit(url(row, f"visits/{visit().pk}/edit/"), **typed)
    for name, path in (("worker", "visit/"), ("owner", "details/")):
        visitor(name).open(url(row, path)).has(
            "4:45 AM to now",
            "Before: Tue, Dec 1, 5:00 AM to now. Wanda Worker corrected it",
            "The lift was stuck.",
        )
    (kept,) = CheckInEdit.objects.all()
    assert (kept.old_in_at, kept.edited_by, kept.reason) == (came, people.worker.user, "The lift was stuck.")


def test_w2_the_client_checks_in_and_out_for_the_worker_who_is_told_and_may_correct(people, visitor):
    """W2: with time and reason; the visit says who entered it; the worker's own times are the worker's."""
    row = marked(people, State.ASSIGNED, hours_ahead=-1)
    owner = visitor("owner")
    owner.submit(url(row, "check-in-for/"), at="2026-12-01T06:05", reason="", status=422)
    owner.submit(url(row, "check-in-for/"), at="2026-12-01T07:05", reason="Called.", status=422).has(
        "Enter a time that is not after now."
    )
    page = owner.submit(url(row, "check-in-for/"), at="2026-12-01T06:05", reason="She called from the desk.")
    page.has("Check-in: entered by the client (Olivia Owner)", "Reason: She called from the desk.")
    assert (fresh(row).state, visit().in_source, visit().made_by) == (
        State.IN_PROGRESS,
        "client",
        people.owner,
    )
    assert (history(row)[-1], told(people, "worker", row)[-1]) == ("checked_in_for", "checked_in_for")
    owner.open(url(row, "check-in-for/"), 409).has("The worker is checked in already.")
    edit = url(row, f"visits/{visit().pk}/edit/")
    owner.submit(edit, in_at="2026-12-01T06:10", reason="Misheard.").has("Olivia Owner corrected it")
    assert told(people, "worker", row)[-1] == "check_in_edited"
    owner.submit(url(row, "check-out-for/"), at="2026-12-01T06:09", reason="Left.", status=422)
    owner.submit(url(row, "check-out-for/"), at="2026-12-01T06:50", reason="Left.")
    assert (visit().out_source, visit().out_by) == ("client", people.owner)
    visitor("worker").submit(edit, in_at="2026-12-01T06:01", reason="It was earlier.")
    assert CheckInEdit.objects.count() == 2
    with clock.moved(clock.now() + H):
        visitor("worker").submit(url(row, "check-in/"))
        own = CheckIn.objects.latest("pk")
        owner.open(url(row, f"visits/{own.pk}/edit/"), 403).has("Only the worker can correct them.")
        owner.submit(url(row, "check-out-for/"), at="2026-12-01T08:00", reason="x", status=422)


def test_w2_a_forgotten_check_out_is_told_once_an_hour_after_the_planned_end(people, visitor):
    """W2: worker and client are reminded once, however late the sweep comes; a check-out ends it before."""
    row = marked(people, State.ASSIGNED, hours_ahead=1, duration_minutes=120)
    with clock.moved(row.start_at + 10 * M):
        visitor("worker").submit(url(row, "check-in/"))
    due = row.start_at + 10 * M + 2 * H + H
    found = []
    for at in (due - M, due, due + M, due + 90 * H):
        with clock.moved(at):
            found.append(sweeps.remind_check_outs())
    assert found == [0, 1, 0, 0]
    for name in ("worker", "owner"):
        assert told(people, name, row).count("check_out_reminded") == 1
    assert (visit().remind_due_at, visit().reminded_at) == (None, due)
    with clock.moved(due + 90 * H):
        visitor("worker").submit(url(row, "check-out/"))
        visitor("worker").submit(url(row, "check-in/"))
        again = clock.now() + 3 * H
        visitor("worker").open(url(row, "visit/"))
    assert CheckIn.objects.latest("pk").remind_due_at == again
    with clock.moved(due + 91 * H):
        visitor("worker").submit(url(row, "check-out/"))
    with clock.moved(again):
        assert sweeps.remind_check_outs() == 0


def test_w2_the_reminder_waits_for_a_planned_end_that_moved(people, visitor):
    """W2: a new date that was accepted meanwhile counts; a visit that the hold closed is nobody's to remember."""
    row = marked(people, State.IN_PROGRESS)
    due = visit().remind_due_at
    start = clock.now() + 20 * H
    ask = reschedules.request_reschedule(
        row.pk, actor=people.worker.user, schedule=("fixed", start, None), note="Parts."
    )
    reschedules.accept_reschedule(row.pk, ask.pk, actor=people.owner)
    with clock.moved(due):
        assert sweeps.remind_check_outs() == 0
    assert visit().remind_due_at == start + row.duration + H
    holds.hold(row.pk, actor=people.owner, reason="weather")
    assert (visit().remind_due_at, visit().out_source) == (None, "stage")


@pytest.mark.parametrize(("minutes", "is_late"), [(15, True), (40, False)])
def test_w2_the_on_time_rule_is_a_setting(people, visitor, settings, minutes, is_late):
    """W2: 30 minutes before to 15 after a hard start unless the portal says otherwise; label and page follow."""
    settings.ONSITE_ON_TIME_AFTER_MIN = minutes
    row = marked(people, State.ASSIGNED, hours_ahead=1)
    with clock.moved(row.start_at + 20 * M):
        assert sweeps.raise_flags() == int(is_late)
        page = visitor("worker").open(url(row, "visit/"))
        page.has("On time from 7:30 AM to 8:15 AM" if is_late else "On time from 7:30 AM to 8:40 AM")
        visitor("worker").submit(url(row, "check-in/"))
    assert fresh(row).engagement.on_time_until_at == row.start_at + minutes * M


# --- W3 --------------------------------------------------------------------------------------------------------------


def test_w3_the_label_history_says_when_by_which_rule_and_why_it_ended(people, visitor):
    """W3: for both sides; a reader sees only labels of the own side."""
    row = marked(people, State.ASSIGNED, hours_ahead=1)
    late = row.start_at + 15 * M
    with clock.moved(late):
        sweeps.raise_flags()
        visitor("owner").open(url(row, "history/")).has("Late holds now")
    with clock.moved(late + 5 * M):
        visitor("worker").submit(url(row, "check-in/"))
        for name in ("worker", "owner"):
            visitor(name).open(url(row, "history/")).has(
                "Label history",
                "Check-in was due and was not made (rule 1), Tue, Dec 1, 8:15 AM",
                "Cleared Tue, Dec 1, 8:20 AM",
                ": Checked in.",
            )
    (span,) = LabelEvent.objects.all()
    assert (span.rule_version, span.cleared_why) == (1, "assignment.checked_in")


def test_w3_own_labels_are_the_clients_unless_shown_and_stay_in_the_history(people, visitor):
    """W3: text and note; told to owner and followers; the list is filtered by them; the worker reads what is shown."""
    row = marked(people, State.ASSIGNED, hours_ahead=30)
    other = marked(people, State.SENT, hours_ahead=60, title="Without a label")
    visitor("follower").post(url(row, "follow/"), _csrf(visitor("follower"), url(row)))
    owner, worker = visitor("owner"), visitor("worker")
    owner.submit(url(row, "labels/add/"), text="VIP  site", note="Marker of the CEO").has("VIP site")
    assert (history(row)[-1], told(people, "follower", row)[-1]) == ("label_added", "label_added")
    visitor("manager").submit(url(row, "labels/add/"), text="vip Site", status=422).has("there already.")
    owner.submit(url(row, "labels/add/"), known="VIP site", text="New", status=422)
    for path in ("", "history/", "visit/"):
        worker.open(url(row, path)).lacks("VIP site", "Marker of the CEO")
    assert "label_added" not in told(people, "worker", row)
    owner.submit(url(row, "labels/add/"), text="Bring a ladder", note="Marker two", is_shown_to_worker=True)
    for path in ("", "history/", "visit/"):
        worker.open(url(row, path)).has("Bring a ladder")
        worker.open(url(row, path)).lacks("Marker two", "VIP site")
    listed = owner.open("/assignments/?tag=vip+site")
    listed.has(row.title, "VIP site")
    listed.lacks(other.title)
    label = CustomLabel.objects.get(text="VIP site")
    owner.submit(url(row, f"labels/{label.pk}/remove/"), why="She does not come.").has(
        "Set by Olivia Owner", "Removed by Olivia Owner: She does not come.", "Note: Marker of the CEO"
    )
    owner.open(url(row, f"labels/{label.pk}/remove/"), 409)
    owner.open("/assignments/?tag=vip+site").lacks(row.title)
    owner.submit(url(row, "labels/add/"), known="VIP site")
    assert CustomLabel.objects.filter(key="vip site", removed_at=None).count() == 1
    stranger = member(company("Elsewhere"), "Eve Elsewhere")
    Visitor(stranger).open("/assignments/?tag=vip+site").lacks(row.title, "VIP site")


def _csrf(visitor: Visitor, path: str) -> dict[str, str]:
    form = next(form for form in visitor.open(path).posts if "csrfmiddlewaretoken" in form.controls)
    return {"csrfmiddlewaretoken": form.controls["csrfmiddlewaretoken"].sent[0]}


@pytest.mark.parametrize("stage", [State.ASSIGNED, State.IN_PROGRESS])
def test_w3_time_on_hold_brings_no_label(people, visitor, stage):
    """W3: neither while it lasts nor after the worker accepts the new date; each limit starts anew with it."""
    row = marked(
        people, stage, hours_ahead=6 if stage == State.ASSIGNED else -2, wanted=(Wanted("Rack photo"),),
        confirm_hours=24,
    )  # fmt: skip
    type(row).objects.filter(pk=row.pk).update(deliverables_due_at=row.start_at + 8 * H)
    LabelEvent.objects.all().delete()
    visitor("owner").submit(url(row, "hold/"), reason="weather")
    resumed = row.start_at + 50 * H
    with clock.moved(resumed):
        assert sweeps.raise_flags() == 0
        visitor("worker").open(url(row)).lacks("Late", "Worker Not Confirmed")
        schedule = ("fixed", clock.now() + 4 * H, None)
        ask = holds.remove_hold(row.pk, actor=people.owner, schedule=schedule)
    with clock.moved(resumed + H):
        reschedules.accept_reschedule(row.pk, ask.pk, actor=people.worker.user)
    kept = fresh(row)
    start = resumed + 4 * H
    assert (kept.state, kept.start_at, kept.deliverables_due_at) == (stage, start, start + 8 * H)
    assert kept.late_from_at == start + 15 * M
    with clock.moved(start + 14 * M):
        assert sweeps.raise_flags() == 0
        visitor("owner").open(url(row)).lacks("Late Deliverables", "Worker Not Confirmed")
    with clock.moved(start + 8 * H):
        sweeps.raise_flags()
    labels = {State.ASSIGNED: {"late", "late_deliverables"}, State.IN_PROGRESS: {"late_deliverables"}}[stage]
    assert set(LabelEvent.objects.values_list("label", flat=True)) == labels


def test_w3_a_hold_of_work_that_began_early_gives_back_its_time(people, visitor):
    """W3: a new start before the old one does not bring the files' deadline nearer than the hold allows."""
    row = marked(people, State.ASSIGNED, hours_ahead=8, wanted=(Wanted("Rack photo"),))
    due = row.start_at + 3 * H
    type(row).objects.filter(pk=row.pk).update(deliverables_due_at=due)
    visitor("worker").submit(url(row, "check-in/"))
    with clock.moved(clock.now() + H):
        holds.hold(row.pk, actor=people.owner, reason="weather")
    with clock.moved(clock.now() + 3 * H):
        ask = holds.remove_hold(row.pk, actor=people.owner, schedule=("fixed", clock.now() + H, None))
        reschedules.accept_reschedule(row.pk, ask.pk, actor=people.worker.user)
    assert fresh(row).deliverables_due_at == due + 2 * H
