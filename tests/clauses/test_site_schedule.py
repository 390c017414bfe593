"""W1: several days, counter-proposals, on the way and delays, time off, the schedule and its private calendar feed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from assignments import planned, sweeps
from assignments.actions import (
    assigning,
    copying,
    countering,
    holds,
    on_the_way,
    reschedules,
    templates,
    visits,
)
from assignments.models import AgreementSheet, Assignment, Engagement, RescheduleRequest, WorkDay
from assignments.planned import spans
from assignments.states import RequestState, State
from common import clock
from common.errors import Conflict, Invalid
from common.localtime import local, parse_local_datetime
from payments.actions import approving
from tests.factories import assignment_in, consent
from tests.support.calendars import Component, instant, read
from tests.support.facts import fresh, history, told, url
from tests.support.http import Visitor
from tests.support.markers import STREET, marked
from workers import calendar_actions, feeds
from workers.models import CalendarFeed, TimeOff

NEW_YORK = "America/New_York"
DAY = timedelta(days=1)


def at(text: str) -> datetime:
    """A local time at the site."""
    return parse_local_datetime(datetime.fromisoformat(text), NEW_YORK)


def with_second_day(row: Assignment) -> Assignment:
    WorkDay.objects.create(assignment=row, after_minutes=24 * 60 - 30, duration_minutes=180)
    return row


# --- several days ---------------------------------------------------------------------------------------------------


def test_w1_several_days_are_typed_shown_and_agreed(people, visitor):
    """W1: each further day has its own start and length; both sides read them, and the sheet keeps them."""
    row = assignment_in(State.DRAFT, owner=people.owner, start_at=at("2026-12-03T09:00"))
    client = visitor("owner")
    page = client.submit(
        url(row, "edit/"),
        press="Save draft",
        status=422,
        **{"days-0-day": "2026-12-03", "days-0-clock": "08:00"},
    )
    page.has("Enter a day after the first start.")
    assert page.form_with({"days-0-day"}).controls["days-0-clock"].sent == ["08:00"]
    page = client.submit(url(row, "edit/"), press="Save draft", status=422, **{"days-0-day": "2026-12-04"})
    page.has("Enter when this day starts.")
    client.submit(
        url(row, "edit/"), press="Check and send",
        **{"days-0-day": "2026-12-04", "days-0-clock": "08:30", "days-0-hours": "3",
           "days-1-day": "2026-12-07", "days-1-clock": "13:00"},
    ).has("Further days", "Fri, Dec 4, 8:30 AM to 11:30 AM EST", "Mon, Dec 7, 1:00 PM to 3:00 PM EST")  # fmt: skip
    assert [(one.after_minutes, one.duration_minutes) for one in row.work_days.all()] == [
        (1410, 180),
        (6000, 120),
    ]
    client.submit(url(row, "send/"), press="Send, $385.00 at most")
    worker = visitor("worker")
    worker.open(url(row, "apply/")).has("Fri, Dec 4, 8:30 AM to 11:30 AM EST")
    worker.submit(url(row, "apply/"), press="Send application")
    offer = row.applications.get()
    client.submit(url(row, f"applications/{offer.pk}/assign/"), press="Assign Wanda Worker")
    for name in ("worker", "owner"):
        visitor(name).open(url(row, "details/")).has(
            "3 days", "Day 2", "Fri, Dec 4, 8:30 AM to 11:30 AM EST", "Planned time on site 7 h on 3 days"
        )
    worker.open(url(row, "visit/")).has("Day 3", "Mon, Dec 7, 1:00 PM to 3:00 PM EST")
    sheet = AgreementSheet.objects.get()
    assert [one["minutes"] for one in sheet.parts.shared["schedule"]["further_days"]] == [180, 120]
    worker.open(url(row, "sheet/")).has(
        "Day 2", "Fri, Dec 4, 2026, 8:30 AM EST, 3 h", "planned for Mon, Dec 7, 3:00 PM EST"
    )


def test_w1_a_visit_of_a_further_day_is_judged_by_that_day(people):
    """W1: a check-out is missed an hour after the end of the day to which the visit belongs, not of the first one."""
    row = with_second_day(
        assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker, start_at=at("2026-12-03T09:00"))
    )
    hour = timedelta(hours=1)
    first, second = spans(row)
    early = second.start_at - timedelta(minutes=10)
    assert planned.reminder(row, first.start_at, first.start_at) == first.end_at + hour
    assert planned.reminder(row, early, early) == second.end_at + hour
    late = second.end_at - timedelta(minutes=30)
    assert planned.reminder(row, late, late) == late + timedelta(hours=3) + hour


def test_w1_a_new_date_moves_all_days_and_they_keep_their_time_of_day(people, frozen):
    """W1: over a change of clocks too; the instant that timers use stays the first start."""
    row = with_second_day(
        assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker, start_at=at("2026-12-03T09:00"))
    )
    saturday = at("2027-03-13T10:00")
    asked = reschedules.request_reschedule(
        row.pk, actor=people.owner, schedule=("fixed", saturday, None), note="The site is closed."
    )
    reschedules.accept_reschedule(row.pk, asked.pk, actor=people.worker.user)
    first, second = spans(fresh(row))
    assert first.start_at == fresh(row).start_at == saturday
    assert local(second.start_at, NEW_YORK) == datetime(2027, 3, 14, 9, 30)  # noqa: DTZ001
    assert second.start_at - first.start_at == timedelta(hours=22, minutes=30)
    holds.hold(row.pk, actor=people.owner, reason="weather")
    sent = holds.remove_hold(row.pk, actor=people.owner, schedule=("fixed", at("2027-04-01T10:00"), None))
    reschedules.accept_reschedule(row.pk, sent.pk, actor=people.worker.user)
    assert local(spans(fresh(row))[1].start_at, NEW_YORK) == datetime(2027, 4, 2, 9, 30)  # noqa: DTZ001


def test_w1_copies_and_templates_carry_the_days(people):
    """W1: a copy has no date yet; once it has one, its days follow."""
    row = with_second_day(assignment_in(State.SENT, owner=people.owner, start_at=at("2026-12-03T09:00")))
    made = copying.copy(row.pk, actor=people.owner, key=None)
    template = templates.save_template(row.pk, actor=people.owner, name="Two days", customer_id=None)
    begun = templates.start_from(template.pk, actor=people.owner, key=None)
    for draft in (made, begun):
        assert list(draft.work_days.values_list("after_minutes", "duration_minutes")) == [(1410, 180)]
        assert spans(draft) == []


@pytest.mark.parametrize(
    "values",
    [{"after_minutes": 0}, {"after_minutes": 132_481}, {"duration_minutes": 0}, {"after_minutes": 1410}],
)
def test_w1_the_database_keeps_days_in_order(people, values):
    """W1: after the start, with a length, each once."""
    row = with_second_day(assignment_in(State.DRAFT, owner=people.owner))
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkDay.objects.create(assignment=row, **{"after_minutes": 60, "duration_minutes": 60, **values})


# --- overlaps -------------------------------------------------------------------------------------------------------


def test_w1_nobody_is_booked_twice_on_any_day(people, visitor):
    """W1: further days and picked times count, in assigning, in confirming and in accepting a new date."""
    busy = with_second_day(
        assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker, start_at=at("2026-12-03T09:00"))
    )
    friday = assignment_in(
        State.SENT, owner=people.owner, applicants=(people.worker,), start_at=at("2026-12-04T11:00")
    )
    offer = friday.applications.get()
    with pytest.raises(Conflict, match="Wanda Worker is booked at that time"):
        assigning.assign(friday.pk, offer.pk, actor=people.owner)
    window = assignment_in(
        State.ASSIGNED, owner=people.owner, by=people.worker, schedule_kind="window",
        start_at=at("2026-12-03T08:00"), window_end_at=at("2026-12-03T16:00"), confirm_hours=24,
    )  # fmt: skip
    page = visitor("worker").submit(
        url(window, "confirm/"), press="Confirm schedule", status=422, start_at="2026-12-03T10:00"
    )
    page.has(f"You are booked at that time on {busy.number}. Choose another time.")
    visitor("worker").submit(url(window, "confirm/"), press="Confirm schedule", start_at="2026-12-03T12:00")
    assert fresh(window).start_at == at("2026-12-03T12:00")
    later = assignment_in(
        State.ASSIGNED, owner=people.owner, by=people.worker, start_at=at("2026-12-09T09:00")
    )
    asked = reschedules.request_reschedule(
        later.pk, actor=people.owner, schedule=("fixed", at("2026-12-03T13:00"), None), note="Sooner."
    )
    with pytest.raises(Conflict, match=f"You are booked at that time on {window.number}"):
        reschedules.accept_reschedule(later.pk, asked.pk, actor=people.worker.user)
    assert fresh(later).start_at == at("2026-12-09T09:00")


def test_w1_a_window_accepted_as_a_new_date_still_lets_the_worker_pick(people, visitor):
    """W1: accepting the window is no promise of a time in it."""
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker, start_at=at("2026-12-03T09:00"))
    new = ("window", at("2026-12-04T09:00"), at("2026-12-04T15:00"))
    asked = reschedules.request_reschedule(row.pk, actor=people.owner, schedule=new, note="Any time.")
    reschedules.accept_reschedule(row.pk, asked.pk, actor=people.worker.user)
    assert fresh(row).confirmed_at is None
    visitor("worker").submit(url(row, "confirm/"), press="Confirm schedule", start_at="2026-12-04T11:00")
    assert fresh(row).start_at == at("2026-12-04T11:00")


# --- another date in answer -----------------------------------------------------------------------------------------


def test_w1_a_date_is_answered_with_another_date_from_both_sides(people, visitor):
    """W1: the request is closed, one in the other direction opened, and both hear of it; the agreed date stays."""
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker, start_at=at("2026-12-03T09:00"))
    visitor("worker").submit(
        url(row, "reschedule/"),
        press="Send request",
        start_date="2026-12-04",
        start_time="09:00",
        note="Van broke.",
    )
    first = RescheduleRequest.objects.get()
    client = visitor("owner")
    page = client.follow(client.open(url(row, "requests/")), "Propose another date")
    page.has("Fri, Dec 4, 9:00 AM EST", "Van broke.")
    same = client.submit(
        page, press="Propose this date", status=422, start_date="2026-12-04", note="Why not."
    )
    same.has("This is the date that was asked.")
    client.submit(
        page, press="Propose this date", start_date="2026-12-05", start_time="10:00", note="Friday is full."
    )
    second = RescheduleRequest.objects.get(answers=first)
    first.refresh_from_db()
    assert (first.state, first.decided_by, second.side, second.state) == (
        RequestState.CLOSED, people.owner, "client", RequestState.OPEN,
    )  # fmt: skip
    assert told(people, "worker", row)[-1] == "reschedule_countered"
    client.submit(
        page, press="Propose this date", start_date="2026-12-05", start_time="10:00", note="Again."
    ).has("done already")
    worker = visitor("worker")
    page = worker.open(url(row, "requests/"))
    page.has("Answered with another date", "Proposed instead by Olivia Owner")
    worker.submit(
        worker.follow(page, "Propose another date"), press="Propose this date",
        start_date="2026-12-06", start_time="10:00", note="Saturday I am away.",
    )  # fmt: skip
    third = RescheduleRequest.objects.get(answers=second)
    assert (third.side, history(row)[-2:], fresh(row).start_at) == (
        "worker", ["reschedule_countered", "reschedule_countered"], at("2026-12-03T09:00"),
    )  # fmt: skip
    reschedules.accept_reschedule(row.pk, third.pk, actor=people.owner)
    assert fresh(row).start_at == at("2026-12-06T10:00")


def test_w1_the_date_sent_after_a_hold_takes_no_counter(people, visitor):
    """W1: it is accepted or declined; the page offers nothing else and the address answers calmly."""
    row = assignment_in(State.ON_HOLD, owner=people.owner, by=people.worker)
    sent = holds.remove_hold(row.pk, actor=people.owner, schedule=("fixed", at("2026-12-10T09:00"), None))
    page = visitor("worker").open(url(row, "requests/"))
    assert "Propose another date" not in page.links
    visitor("worker").open(url(row, f"reschedule/{sent.pk}/counter/"), status=409)
    with transaction.atomic(), pytest.raises(IntegrityError):
        RescheduleRequest.objects.filter(pk=sent.pk).update(answers=sent)


def test_w1_an_unanswered_date_reminds_the_asked_side_each_day(people, frozen):
    """W1: after 24 hours and each 24 hours; a counter starts anew, an answer ends it."""
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker, start_at=frozen + 9 * DAY)
    schedule = ("fixed", frozen + 10 * DAY, None)
    asked = reschedules.request_reschedule(
        row.pk, actor=people.worker.user, schedule=schedule, note="Van broke."
    )
    for hours, count in ((23, 0), (24, 1), (47, 0), (48, 1)):
        with clock.moved(frozen + timedelta(hours=hours)):
            assert sweeps.remind_reschedules() == count, hours
    assert told(people, "owner", row).count("reschedule_reminded") == 2
    assert "reschedule_reminded" not in told(people, "worker", row)
    with clock.moved(frozen + timedelta(hours=50)):
        countering.counter_reschedule(
            row.pk, asked.pk, actor=people.owner, schedule=("fixed", frozen + 11 * DAY, None), note="Later."
        )
    with clock.moved(frozen + timedelta(hours=74)):
        assert sweeps.remind_reschedules() == 1
    assert told(people, "worker", row)[-1] == "reschedule_reminded"
    holds.hold(row.pk, actor=people.owner, reason="weather")
    with clock.moved(frozen + timedelta(hours=200)):
        assert sweeps.remind_reschedules() == 0


# --- on the way -----------------------------------------------------------------------------------------------------


def test_w1_on_the_way_and_late_are_told_to_the_client_until_check_in(people, visitor, frozen):
    """W1: both sides see it, owner and followers hear it, lateness stays what it was."""
    row = assignment_in(
        State.ASSIGNED, owner=people.owner, by=people.worker, start_at=frozen + timedelta(hours=2)
    )
    late_from = fresh(row).late_from_at
    worker, client = visitor("worker"), visitor("owner")
    worker.submit(url(row, "set-out/"), press="Tell the client", eta_at="2026-12-01T08:50")
    client.open(url(row)).has("Wanda Worker is on the way", "Expected arrival", "8:50 AM EST")
    page = worker.submit(
        url(row, "delay/"),
        press="Tell the client",
        status=422,
        eta_at="2026-12-01T06:00",
        reason="Snow on I-90",
    )
    page.has("Enter a time that is not before now.")
    worker.submit(
        url(row, "delay/"), press="Tell the client", eta_at="2026-12-01T09:40", reason="Snow on I-90"
    )
    worker.open(url(row, "visit/")).has("You reported a delay", "Snow on I-90", "9:40 AM EST")
    client.open(url(row)).has("Wanda Worker reported a delay", "Snow on I-90", "9:40 AM EST")
    assert told(people, "owner", row)[-2:] == ["set_out", "delay_reported"]
    assert (fresh(row).late_from_at, fresh(row).start_at) == (late_from, frozen + timedelta(hours=2))
    visits.check_in(row.pk, actor=people.worker.user)
    now = fresh(row)
    assert (now.set_out_at, now.eta_at, now.delayed_at, now.delay_reason) == (None, None, None, "")
    client.open(url(row)).lacks("Expected arrival")
    client.open(url(row, "history/")).has("Wanda Worker reported a delay", "Snow on I-90")


def test_w1_on_the_way_opens_with_check_in_and_only_for_the_worker(people, visitor, frozen):
    """W1: from 12 hours before the start; another date forgets it; strangers and the client cannot say it."""
    row = assignment_in(
        State.ASSIGNED, owner=people.owner, by=people.worker, start_at=frozen + timedelta(hours=13)
    )
    visitor("worker").open(url(row, "set-out/"), status=409)
    visitor("owner").open(url(row, "set-out/"), status=403)
    visitor("stranger").open(url(row, "set-out/"), status=404)
    with clock.moved(frozen + timedelta(hours=1)):
        on_the_way.set_out(row.pk, actor=people.worker.user)
        asked = reschedules.request_reschedule(
            row.pk, actor=people.worker.user, schedule=("fixed", frozen + 2 * DAY, None), note="Snow."
        )
        reschedules.accept_reschedule(row.pk, asked.pk, actor=people.owner)
    assert fresh(row).set_out_at is None


# --- time off -------------------------------------------------------------------------------------------------------


def off(people: Any, first: str, last: str, note: str = "Marker holiday") -> TimeOff:
    return calendar_actions.add_time_off(
        people.worker.pk,
        actor=people.worker.user,
        from_on=date.fromisoformat(first),
        to_on=date.fromisoformat(last),
        note=note,
    )


def test_w1_time_off_is_added_and_removed_and_never_overlaps(people, visitor):
    """W1: simple ranges of days; a wrong one is refused at its field with nothing lost."""
    worker = visitor("worker")
    worker.submit(
        "/profile/time-off/", press="Add time off", from_on="2026-12-20", to_on="2026-12-27", note="Family"
    ).has("Sun, Dec 20, 2026 to Sun, Dec 27, 2026", "Family")
    page = worker.submit(
        "/profile/time-off/", press="Add time off", status=422, from_on="2026-12-27", note="More"
    )
    page.has("You have time off then already: Dec 20 to Dec 27.")
    assert page.form_with({"note"}).controls["note"].sent == ["More"]
    worker.submit(
        "/profile/time-off/", press="Add time off", status=422, from_on="2027-01-04", to_on="2027-01-02"
    ).has("Enter a last day that is not before the first.")
    found = TimeOff.objects.get()
    visitor("stranger").post(
        f"/profile/time-off/{found.pk}/remove/", {}, status=403
    )  # no form was read: no token
    with pytest.raises(Exception, match="Only the worker changes"):
        calendar_actions.remove_time_off(people.worker.pk, found.pk, actor=people.stranger.user)
    worker.submit("/profile/time-off/", press="Remove Dec 20")
    assert not TimeOff.objects.exists()


def test_w1_into_time_off_the_worker_cannot_apply_and_the_client_is_warned(people, visitor):
    """W1: the own apply is refused; an earlier offer still stands and warns; nobody else reads the note."""
    row = assignment_in(
        State.SENT, owner=people.owner, applicants=(people.worker,), start_at=at("2026-12-21T09:00")
    )
    offer = row.applications.get()
    off(people, "2026-12-20", "2026-12-27")
    other = assignment_in(State.SENT, owner=people.owner, start_at=at("2026-12-22T09:00"))
    page = visitor("worker").submit(url(other, "apply/"), press="Send application", status=422)
    page.has("You took time off from Dec 20 to Dec 27.")
    assert not other.applications.exists()
    page = visitor("owner").open(url(row, f"applications/{offer.pk}/assign/"))
    page.has("Wanda Worker has time off from Dec 20 to Dec 27.")
    page.lacks("Marker holiday")
    visitor("owner").submit(page, press="Assign Wanda Worker")
    assert fresh(row).worker == people.worker
    consent(people.client, people.worker)
    with pytest.raises(Conflict, match="has time off from Dec 20 to Dec 27"):
        assigning.assign_directly(other.pk, people.worker, actor=people.owner)
    visitor("worker").open("/schedule/?from=2026-12-21").has(
        "Time off: Marker holiday", "You have time off then"
    )


# --- the schedule ---------------------------------------------------------------------------------------------------


def test_w1_week_and_month_are_tables_with_days_overlaps_and_time_off(people, visitor):
    """W1: the address says the view; previous, next and today; times at the site with the own ones added."""
    people.worker.user.time_zone = "America/Los_Angeles"
    people.worker.user.save()
    row = with_second_day(
        assignment_in(
            State.ASSIGNED,
            owner=people.owner,
            by=people.worker,
            start_at=at("2026-12-03T09:00"),
            title="Two days",
        )
    )
    other = assignment_in(
        State.ASSIGNED,
        owner=people.owner,
        by=people.worker,
        start_at=at("2026-12-05T09:00"),
        title="Late one",
    )
    Assignment.objects.filter(pk=other.pk).update(start_at=at("2026-12-04T11:00"))
    off(people, "2026-12-05", "2026-12-05")
    worker = visitor("worker")
    week = worker.open("/schedule/?view=week&from=2026-12-03")
    week.has(
        "Mon, Nov 30 to Sun, Dec 6",
        "America/Los_Angeles",
        "Day 2 of 2",
        "8:30 AM EST",
        "Fri, Dec 4, 5:30 AM for you",
    )
    week.has(
        f"Overlaps {row.number}", f"Overlaps {other.number}", "Time off: Marker holiday", "Nothing booked"
    )
    assert week.html.count('<th scope="row">') == 7
    assert "from=2026-12-07" in week.links["Next page"]
    assert "from=2026-11-29" in week.links["Previous page"]
    month = worker.open("/schedule/?view=month&from=2027-01-15")
    month.has("January 2027")
    assert month.links["Today"].endswith("?view=month")
    month = worker.follow(month, "Today")
    month.has("December 2026", "Two days", "Late one", "Time off")
    assert (month.html.count('<th scope="col">'), month.html.count("<td")) == (7, 35)
    worker.open("/schedule/").has("Thu, Dec 3", "Fri, Dec 4", "Day 2 of 2")


@pytest.mark.parametrize("view", ["day", "week", "month"])
def test_w1_the_schedule_asks_the_same_queries_however_much_there_is(people, visitor, view):
    """W1: constant query counts."""
    counts = []
    for n in range(3):
        start = at("2026-12-03T09:00") + n * timedelta(hours=5)
        with_second_day(assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker, start_at=start))
        off(people, f"2026-12-{10 + n}", f"2026-12-{10 + n}")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            visitor("worker").open(f"/schedule/?view={view}")
        counts.append(len(asked))
    assert len(set(counts)) == 1, counts


# --- the feed -------------------------------------------------------------------------------------------------------


def address(people: Any) -> str:
    feed = calendar_actions.make_feed(people.worker.pk, actor=people.worker.user)
    return f"/ical/{feeds.token_of(feed)}.ics"


def events(client: Any, path: str) -> tuple[Component, dict[str, Component]]:
    """The calendar and its events by UID; each UID once."""
    answer = client.open(path)
    assert answer.response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = read(answer.body)
    found = {one.get("UID").value: one for one in calendar.below("VEVENT")}
    assert len(found) == len(calendar.below("VEVENT"))
    return calendar, found


def test_w1_the_feed_is_made_shown_to_its_owner_and_revoked(people, visitor):
    """W1: secret, unguessable, without sign-in; the database holds no address; a new one closes the former."""
    worker, anybody = visitor("worker"), Visitor(None)
    page = worker.submit("/profile/calendar/", press="Make an address")
    first = page.html.split("/ical/")[1].split(".ics")[0]
    assert len(first) == 64
    assert first not in str(CalendarFeed.objects.values().get())
    assert anybody.open(f"/ical/{first}.ics").response.headers["Cache-Control"].startswith("private")
    worker.submit("/profile/calendar/", press="Make a new address")
    anybody.open(f"/ical/{first}.ics", status=404)
    second = worker.open("/profile/calendar/").html.split("/ical/")[1].split(".ics")[0]
    assert second != first
    anybody.open(f"/ical/{second}.ics")
    worker.submit("/profile/calendar/", press="Close this address")
    for token in (second, "", "x", "é" * 64, "0" * 64, "a" * 4000):
        anybody.open(f"/ical/{token}.ics", status=404)


def test_w1_the_feed_tells_all_days_on_the_sites_clocks(people, visitor):
    """W1: VTIMEZONE, TZID, stable UIDs; booked work with its place, days off as opaque whole days; unchanged: 304."""
    row = with_second_day(marked(people, State.ASSIGNED, title="Café; rack, two", hours_ahead=50))
    off(people, "2026-12-20", "2026-12-22")
    path, anybody = address(people), Visitor(None)
    calendar, found = events(anybody, path)
    assert [one.get("TZID").value for one in calendar.below("VTIMEZONE")] == [NEW_YORK]
    work = [one for one in found.values() if one.text("SUMMARY").startswith("Café; rack, two")]
    assert [(instant(calendar, one.get("DTSTART")), instant(calendar, one.get("DTEND"))) for one in work] == [
        (one.start_at, one.end_at) for one in spans(fresh(row))
    ]
    assert {one.get("DTSTART").parts["TZID"] for one in work} == {NEW_YORK}
    assert {(one.get("STATUS").value, one.get("TRANSP").value) for one in work} == {("CONFIRMED", "OPAQUE")}
    assert STREET in work[0].text("LOCATION")
    assert "Quilla" not in anybody.open(path).body.decode()
    (holiday,) = [one for one in found.values() if one.text("SUMMARY") == "Marker holiday"]
    assert (holiday.get("DTSTART").parts, holiday.get("DTSTART").value, holiday.get("DTEND").value) == (
        {"VALUE": "DATE"}, "20261220", "20261223",
    )  # fmt: skip
    etag = anybody.open(path).response.headers["ETag"]
    assert anybody.client.get(path, HTTP_IF_NONE_MATCH=etag).status_code == 304
    assert anybody.client.head(path).status_code == 200


def test_w1_sequence_grows_with_stage_and_schedule_and_the_uid_stays(people, visitor, frozen):
    """W1: a message changes nothing; a new date, a hold and its end each raise it."""
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker, start_at=frozen + 2 * DAY)
    path, anybody = address(people), Visitor(None)

    def now() -> tuple[str, int, str]:
        _, found = events(anybody, path)
        ((name, one),) = found.items()
        return name, int(one.get("SEQUENCE").value), one.get("STATUS").value

    name, sequence, status = now()
    assert status == "CONFIRMED"
    visitor("worker").submit(url(row, "messages/"), body="Hello")
    assert now() == (name, sequence, "CONFIRMED")
    asked = reschedules.request_reschedule(
        row.pk, actor=people.worker.user, schedule=("fixed", frozen + 3 * DAY, None), note="Van."
    )
    assert now()[1] == sequence
    reschedules.accept_reschedule(row.pk, asked.pk, actor=people.owner)
    assert now() == (name, sequence + 1, "CONFIRMED")
    holds.hold(row.pk, actor=people.owner, reason="weather")
    assert now() == (name, sequence + 2, "TENTATIVE")
    approving.cancel(row.pk, actor=people.owner, reason="not_needed", note="Marker note", pay=None)
    assert now() == (name, sequence + 3, "CANCELLED")


@pytest.mark.parametrize("end", ["unassign", "back_out", "cancel", "decline"])
def test_w1_what_the_worker_lost_is_cancelled_by_title_alone(people, visitor, frozen, end):
    """W1: S41, D10: no address, no description, and nothing that the client changes later."""
    row = with_second_day(marked(people, State.ASSIGNED, title="Rack at the bank", hours_ahead=50))
    path, anybody = address(people), Visitor(None)
    _, before = events(anybody, path)
    start = fresh(row).start_at
    if end == "unassign":
        assigning.unassign(
            row.pk, actor=people.owner, reason="other", note="Marker note", original_budget=True
        )
    elif end == "back_out":
        assigning.back_out(row.pk, actor=people.worker.user, reason="ill", note="Flu")
    elif end == "cancel":
        approving.cancel(row.pk, actor=people.owner, reason="not_needed", note="Marker note", pay=None)
    else:
        holds.hold(row.pk, actor=people.owner, reason="weather")
        sent = holds.remove_hold(row.pk, actor=people.owner, schedule=("fixed", frozen + 9 * DAY, None))
        reschedules.decline_reschedule(row.pk, sent.pk, actor=people.worker.user)
    if end != "cancel":
        Assignment.objects.filter(pk=row.pk).update(title="Marker new title")
    calendar, after = events(anybody, path)
    assert set(after) == set(before)
    for name, one in after.items():
        assert one.get("STATUS").value == "CANCELLED"
        assert one.text("SUMMARY").startswith("Cancelled: Rack at the bank")
        assert int(one.get("SEQUENCE").value) > int(before[name].get("SEQUENCE").value)
        assert {p.name for p in one.properties} == {
            "UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "STATUS", "CLASS", "SUMMARY", "TRANSP", "DTSTART", "DTEND",
        }  # fmt: skip
    assert sorted(instant(calendar, one.get("DTSTART")) for one in after.values())[0] == start
    body = anybody.open(path).body.decode()
    assert not [text for text in (STREET, "Marker", "Albany", f"/assignments/{row.pk}/") if text in body]


def test_w1_a_worker_who_comes_back_has_a_new_event_and_others_none_of_it(people, visitor):
    """W1: the former event stays cancelled; another worker's feed knows nothing of it."""
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    consent(people.client, people.worker)
    assigning.unassign(row.pk, actor=people.owner, reason="other", note="Changed", original_budget=True)
    assigning.assign_directly(row.pk, people.worker, actor=people.owner)
    _, found = events(Visitor(None), address(people))
    assert sorted(one.get("STATUS").value for one in found.values()) == ["CANCELLED", "CONFIRMED"]
    assert Engagement.objects.filter(assignment=row, calendar__isnull=False).count() == 1
    feed = calendar_actions.make_feed(people.stranger.pk, actor=people.stranger.user)
    assert events(Visitor(None), f"/ical/{feeds.token_of(feed)}.ics")[1] == {}


def test_w1_the_second_of_a_doubled_hour_is_told_exactly(people, visitor):
    """W1: a calendar reads 1:30 AM as the first; the second is told in UTC."""
    second = datetime(2027, 11, 7, 6, 30, tzinfo=UTC)
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker, start_at=second)
    calendar, found = events(Visitor(None), address(people))
    ((_, one),) = found.items()
    assert one.get("DTSTART").value == "20271107T063000Z"
    assert instant(calendar, one.get("DTSTART")) == fresh(row).start_at


def test_w1_the_feed_answers_only_so_often(people, visitor):
    """W1: 60 times in ten minutes."""
    path, anybody = address(people), Visitor(None)
    for _ in range(60):
        anybody.open(path)
    anybody.open(path, status=429)


# --- the two hours of the year, over HTTP ---------------------------------------------------------------------------


def test_w1_the_missing_hour_is_refused_and_the_doubled_one_is_the_first(people, visitor):
    """W1: in the form of a new date; the zone's letters say which hour it is."""
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    client = visitor("owner")
    page = client.submit(
        url(row, "reschedule/"), press="Send request", status=422,
        start_date="2027-03-14", start_time="02:30", note="At night.",
    )  # fmt: skip
    page.has("2:30 AM does not exist on Mar 14, 2027 there: clocks go forward. Enter another time.")
    client.submit(
        url(row, "reschedule/"),
        press="Send request",
        start_date="2027-11-07",
        start_time="01:30",
        note="At night.",
    )
    assert RescheduleRequest.objects.get().start_at == datetime(2027, 11, 7, 5, 30, tzinfo=UTC)
    visitor("worker").open(url(row, "requests/")).has("Sun, Nov 7, 2027, 1:30 AM EDT")


def test_w1_an_arrival_in_the_past_or_without_reason_is_refused(people, frozen):
    """W1: the actions refuse it too, whoever asks."""
    row = assignment_in(
        State.ASSIGNED, owner=people.owner, by=people.worker, start_at=frozen + timedelta(hours=2)
    )
    user = people.worker.user
    with pytest.raises(Invalid, match="not before now"):
        on_the_way.set_out(row.pk, actor=user, eta_at=frozen - timedelta(minutes=1))
    with pytest.raises(Invalid, match="in the next two days"):
        on_the_way.report_delay(row.pk, actor=user, eta_at=frozen + 2 * DAY, reason="Snow")
    with pytest.raises(Invalid, match="why you are late"):
        on_the_way.report_delay(row.pk, actor=user, eta_at=frozen + DAY, reason="  ")
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.filter(pk=assignment_in(State.SENT, owner=people.owner).pk).update(
            set_out_at=frozen
        )
