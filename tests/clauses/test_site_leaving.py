"""Leaving: the ways out of a hold, true reasons for removing a worker, revisits, and a standby who steps in."""

from datetime import timedelta

import pytest

from assignments import fault_sweeps, scorecard, tasks
from assignments.actions import holds, visits
from assignments.actions.drafting import Asked, Wanted
from assignments.models import (
    Application,
    Assignment,
    Carried,
    CustomField,
    DeliverableRequirement,
    Engagement,
    Revisit,
    Standby,
)
from assignments.states import EngagementEnd, PricingType, StandbyState, State
from common import clock
from common.money import Money
from payments.models import Invoice
from tests.factories import consent, deliver
from tests.support import markers
from tests.support.books import figures
from tests.support.facts import fresh, history, told, url
from tests.support.markers import marked

TERMS = 2_000_000
GROSS_MINOR = 38_635


def insist(session, address: str, *, status: int = 422, **typed):
    """Send what the page does not offer, as somebody with another page would."""
    session.open(address)
    token = {"csrfmiddlewaretoken": session.client.cookies["csrftoken"].value}
    return session.post(address, {**token, **typed}, status=status)


# --- the ways out of a hold


def held(people, *, date_sent=False, state=State.ASSIGNED) -> Assignment:
    """On hold, with the client's new date sent where asked for."""
    row = marked(people, state)
    holds.hold(row.pk, actor=people.owner, reason="site_not_ready", note="No rack yet.")
    if date_sent:
        schedule = ("fixed", clock.now() + timedelta(days=6), None)
        holds.remove_hold(row.pk, actor=people.owner, schedule=schedule)
    return row


def test_w5_the_page_offers_every_way_out_of_a_hold_with_its_consequence(people, visitor):
    """W5: remove the hold, remove the worker, cancel with or without pay: each says what follows, to clients only."""
    row = held(people)
    page = visitor("owner").open(url(row))
    page.has(
        "Other ways out of the hold",
        "It stays on hold until Wanda Worker accepts.",
        "It is Available again for other workers",
        "The money set aside is yours again.",
        "Wanda Worker is paid the amount that you enter.",
    )
    assert page.links["Cancel without pay"] == url(row, "cancel/")
    assert {url(row, one) for one in ("remove-hold/", "unassign/")} <= page.addresses
    visitor("worker").open(url(row)).lacks("Other ways out of the hold", "Cancel with pay")
    visitor("view_only").open(url(row)).lacks("Other ways out of the hold")


def test_w5_a_date_after_a_hold_that_stays_unanswered_blames_nobody(people, visitor):
    """W5: while the new date waits, reasons that count are refused in words, and the neutral one leaves no mark."""
    row = held(people, date_sent=True)
    visitor("owner").open(url(row)).has("has not answered the new date, so it has no effect on the card")
    page = visitor("owner").open(url(row, "unassign/"))
    page.has("The new date after the hold was not answered")
    page.lacks("Worker cancelled", "No-show", "counts on")
    refused = insist(
        visitor("owner"), url(row, "unassign/"), reason="worker_cancelled", note="Typed with care."
    )
    refused.has("has not answered the new date yet", "Typed with care.")
    assert fresh(row).state == State.ON_HOLD
    visitor("owner").submit(url(row, "unassign/"), reason="hold_unanswered", note="We cannot wait.")
    ended = row.engagements.get()
    assert (ended.end, ended.end_reason, ended.was_late_notice) == (
        EngagementEnd.UNASSIGNED, "hold_unanswered", False,
    )  # fmt: skip
    card = scorecard.card(people.worker.pk).all_time
    assert (card.cancelled, card.abandoned, card.on_time.counted) == (0, 0, 0)
    visitor("worker").open("/work/?stage=former").has("was not answered. It has no effect on your card.")
    assert fresh(row).state == State.SENT


def test_w5_a_held_assignment_is_cancelled_without_and_with_pay(people, visitor):
    """W5: without pay the reserved money is free and the page closes; with pay the worker keeps page and receivable."""
    row = held(people)
    typed = {"reason": "customer_cancelled", "note": "Closed."}
    check = visitor("owner").submit(url(row, "cancel/"), status=200, **typed)
    assert fresh(row).state == State.ON_HOLD
    visitor("owner").submit(check, press="Cancel assignment")
    assert (fresh(row).state, figures(people.client.pk)[3]) == (State.CANCELLED, 0)
    visitor("worker").open(url(row), 404)
    paid = held(people)
    check = visitor("owner").submit(url(paid, "cancel/"), status=200, pay="60.00", **typed)
    visitor("owner").submit(check, press="Cancel assignment and pay $66.00")
    assert (fresh(paid).state, fresh(paid).cancelled_pay_minor) == (State.CANCELLED, 6_000)
    assert Invoice.objects.get(assignment=paid).total_minor == 6_600
    visitor("worker").open(url(paid)).has("You get $60.00.")


# --- removing the worker


def test_w5_removing_a_worker_shows_what_each_price_does_to_the_reserved_money(people, visitor):
    """W5: the posted or the agreed price, each with the money that stays reserved; the note is mandatory."""
    row = marked(people, State.SENT)
    visitor("worker").submit(
        url(row, "counteroffer/"), press="Send counteroffer", price_minor="400.00", reason="Two floors."
    )
    offer = Application.objects.get(worker=people.worker)
    visitor("owner").submit(url(row, f"applications/{offer.pk}/assign/"))
    page = visitor("owner").open(url(row, "unassign/"))
    page.has(
        "Reserved for it now: $440.00",
        "The posted price: $351.23 flat. $386.35 stay reserved, $53.65 are yours again",
        "Keep the agreed price: $400.00 flat. $440.00 stay reserved",
    )
    unsaid = visitor("owner").submit(url(row, "unassign/"), status=422, reason="other", note=" ")
    unsaid.has("Note")
    assert fresh(row).state == State.ASSIGNED
    visitor("owner").submit(url(row, "unassign/"), reason="other", note="Other plans.", budget="present")
    assert (fresh(row).price_minor, figures(people.client.pk)[3]) == (40_000, 44_000)
    visitor("owner").open(url(row)).lacks("Worker Cancelled", "Worker Abandoned")


def test_w5_a_no_show_can_be_said_only_when_it_is_true(people, visitor):
    """W5: refused before the on-time window is 30 minutes over and after a check-in; then it counts like abandoned."""
    row = marked(people, State.ASSIGNED, hours_ahead=1)
    page = visitor("owner").open(url(row, "unassign/"))
    page.has("The worker can still come. A no-show can be reported from")
    page.lacks("No-show (did not")
    early = insist(visitor("owner"), url(row, "unassign/"), reason="no_show", note="Nobody here.")
    early.has("The worker can still come.", "Nobody here.")
    with clock.moved(row.start_at + timedelta(minutes=44)):
        insist(visitor("owner"), url(row, "unassign/"), reason="no_show", note="Nobody here.")
    with clock.moved(row.start_at + timedelta(minutes=45)):
        late = visitor("owner").open(url(row))
        assert late.links["Report a no-show"] == url(row, "unassign/?reason=no_show")
        visitor("owner").submit(url(row, "unassign/"), reason="no_show", note="Nobody here.")
        ended = row.engagements.get()
        assert (ended.end, ended.end_reason) == (EngagementEnd.UNASSIGNED, "no_show")
        card = scorecard.card(people.worker.pk).all_time
        assert (card.abandoned, card.cancelled, card.on_time.counted) == (0, 0, 0)
        visitor("owner").open(url(row, "details/")).has("Worker Abandoned")
        former = visitor("worker").open("/work/?stage=former")
        former.has(
            "Removed by the client: no-show", "once it is settled as your fault", "contest it for 7 days"
        )
        visitor("worker").follow(former, f"Fault record of {row.number}").has("Did not come", "Contest it")
        assert told(people, "worker", row)[-1] == "unassigned"
    with clock.moved(row.start_at + timedelta(days=8)):
        fault_sweeps.settle_due()
        card = scorecard.card(people.worker.pk).all_time
        assert (card.abandoned, card.cancelled, card.on_time.counted) == (1, 0, 1)
        visitor("worker").open("/profile/scorecard/abandoned/").has("No-show")


def test_w5_who_came_is_no_no_show_and_who_did_not_left_no_site(people, visitor):
    """W5: a checked-in worker cannot be a no-show, and work that has not begun cannot be abandoned."""
    row = marked(people, State.IN_PROGRESS)
    insist(visitor("owner"), url(row, "unassign/"), reason="no_show", note="Nobody here.").has(
        "has checked in, so it is no no-show"
    )
    ahead = marked(people, State.ASSIGNED)
    insist(visitor("owner"), url(ahead, "unassign/"), reason="worker_abandoned", note="Gone.").has(
        "The work has not begun, so nobody left it."
    )
    assert [fresh(one).state for one in (row, ahead)] == [State.IN_PROGRESS, State.ASSIGNED]
    visitor("owner").submit(url(row, "unassign/"), reason="worker_abandoned", note="Left at noon.")
    assert scorecard.card(people.worker.pk).all_time.abandoned == 0
    with clock.moved(clock.now() + timedelta(days=8)):
        fault_sweeps.settle_due()
        assert scorecard.card(people.worker.pk).all_time.abandoned == 1


# --- the worker's own cancel


@pytest.mark.parametrize(("hours", "is_late"), [(20, True), (48, False)])
def test_w5_the_worker_reads_how_cancelling_is_recorded_before_doing_it(people, visitor, hours, is_late):
    """W5: less than 24 hours before the start is late; the page says so, and asks a reason and a note."""
    row = marked(people, State.ASSIGNED, hours_ahead=hours)
    page = visitor("worker").open(url(row, "back-out/"))
    said = "one late cancellation" if is_late else "one cancellation with notice"
    page.has("How it is recorded", said)
    visitor("worker").submit(url(row, "back-out/"), status=422, reason="ill", note="")
    visitor("worker").submit(url(row, "back-out/"), reason="ill", note="Flu.")
    ended = row.engagements.get()
    assert (ended.end, ended.end_reason, ended.was_late_notice) == (
        EngagementEnd.BACKED_OUT, "ill", is_late,
    )  # fmt: skip
    former = visitor("worker").open("/work/?stage=former")
    former.has("late: less than 24 hours before the start" if is_late else "with notice")


def test_w5_in_progress_the_worker_asks_the_client(people, visitor):
    """W5: after the start there is no cancelling, but a message to the client that is begun already."""
    row = marked(people, State.IN_PROGRESS)
    for path in ("", "visit/"):
        page = visitor("worker").open(url(row, path))
        page.has("only the client can take you off it")
        assert page.links["Ask the client"] == url(row, "messages/?about=leaving")
    visitor("worker").open(url(row, "messages/?about=leaving")).has("I cannot finish this work.")
    visitor("worker").open(url(row, "back-out/"), 409)


# --- revisits


def incomplete(people, **columns) -> Assignment:
    """In progress: one of three photos is there, the report and the serial number are not."""
    row = marked(
        people,
        State.IN_PROGRESS,
        wanted=(Wanted("Rack photos", count=3), Wanted("Report", DeliverableRequirement.Kind.DOCUMENT)),
        asked=(Asked("Serial number"), Asked("Floor", is_required=False)),
        **columns,
    )
    deliver(row, row.requirements.get(title="Rack photos"), people.worker.user, "first")
    return row


def revisit(row, visitor, **typed) -> Assignment:
    visitor("owner").submit(
        url(row, "revisit/"), **{"note": "The second rack is missing.", "price_minor": "120.00", **typed}
    )
    return Assignment.objects.get(follows__original=row)


def test_w5_a_revisit_carries_the_open_rest_into_a_new_draft(people, visitor):
    """W5: scope, site and documents are copied, only the open rest is asked, and both pages know of each other."""
    row = incomplete(people)
    page = visitor("owner").open(url(row, "revisit/"))
    page.has("Rack photos (2 of 3)", "Report (1 of 1)", "Serial number", "The first visit costs $351.23.")
    reserved = figures(people.client.pk)[3]
    draft = revisit(row, visitor)
    assert (draft.state, draft.title, draft.price_minor, draft.start_at, draft.worker) == (
        State.DRAFT, f"Revisit of {row.number}: {row.title}", 12_000, None, None,
    )  # fmt: skip
    assert (draft.description, draft.site.street, draft.site.contact_name) == (
        row.description, markers.STREET, markers.CONTACT,
    )  # fmt: skip
    asked = DeliverableRequirement.objects.filter(assignment=draft).values_list("title", "count")
    assert list(asked) == [("Rack photos", 2), ("Report", 1)]
    fields = CustomField.objects.filter(assignment=draft).values_list("label", "is_required")
    assert list(fields) == [("Serial number", True), ("Floor", False)]
    assert [one.name for one in draft.attachments.all()] == [markers.DOCUMENT]
    assert (figures(people.client.pk)[3], fresh(row).price_minor) == (reserved, markers.PRICE_MINOR)
    visitor("owner").open(url(row)).has(draft.number, "carried to", "The second rack is missing.")
    visitor("owner").open(url(draft, "details/")).has("It follows", row.number)
    visitor("worker").open(url(row)).has(draft.number, "Rack photos (2 of 3)")
    visitor("worker").open(url(draft), 404)
    assert (history(row)[-1], history(draft)) == (
        "revisit_made",
        ["created", "attachment_added", "revisit_made"],
    )
    assert told(people, "worker", row)[-1] == "revisit_made"


def test_w5_what_went_over_no_longer_blocks_submitting_what_is_done(people, visitor):
    """W5: the checklist says where the rest went; the part that is done is submitted and approved at its own price."""
    row = incomplete(people)
    visits.check_out(row.pk, actor=people.worker.user)
    insist(visitor("worker"), url(row, "submit/"), resolution="Half.").has("3 left to do")
    draft = revisit(row, visitor)
    visitor("worker").open(url(row, "visit/")).has(f"1 of 3, the rest carried to {draft.number}")
    assert fresh(row).deliverables_fulfilled
    visitor("worker").submit(url(row, "submit/"), press="Submit for approval", resolution="One rack is done.")
    assert fresh(row).state == State.PENDING_APPROVAL
    visitor("owner").submit(url(row, "approve/"), action=url(row, "approve/"))
    assert fresh(row).state == State.APPROVED
    assert Invoice.objects.get(assignment=row).total_minor == GROSS_MINOR


def test_w5_a_doubled_click_makes_one_revisit(people, visitor):
    """W5: the second one lands on the draft that is there, and one assignment follows another once."""
    row = incomplete(people)
    draft = revisit(row, visitor)
    token = {"csrfmiddlewaretoken": visitor("owner").client.cookies["csrftoken"].value}
    again = visitor("owner").post(url(row, "revisit/"), {**token, "note": "Again.", "price_minor": "1.00"})
    assert again.url.startswith(url(draft))
    assert (Revisit.objects.count(), Carried.objects.count()) == (1, 4)
    with clock.moved(clock.now() + timedelta(hours=1)):
        visitor("owner").open(url(row, "revisit/"), 409).has(draft.number)
    for name, status in (("controller", 403), ("worker", 403), ("stranger", 404), ("other_client", 404)):
        visitor(name).open(url(row, "revisit/"), status)


def test_w5_hours_that_are_left_go_over_at_the_same_rate(people, visitor):
    """W5: hourly work keeps its cap and its reserved money; the revisit gets the minutes that were not worked."""
    hourly = {"pricing_type": PricingType.HOURLY, "price_minor": 6_000, "max_minutes": 180}
    row = incomplete(people, **hourly)
    visits.check_out(row.pk, actor=people.worker.user)
    page = visitor("owner").open(url(row, "revisit/"))
    page.has("Hours left: 1 h")
    page.lacks("Flat price")
    visitor("owner").submit(url(row, "revisit/"), note="One more hour.")
    draft = Assignment.objects.get(follows__original=row)
    assert (draft.price_minor, draft.max_minutes, draft.pricing_type) == (6_000, 60, PricingType.HOURLY)
    assert (fresh(row).max_minutes, figures(people.client.pk)[3]) == (180, 19_800)


def test_w5_a_revisit_goes_directly_to_the_same_worker_who_agreed(people, visitor):
    """W5: with the worker's word for direct assignment the draft offers it; without, it is sent as usual."""
    row = incomplete(people)
    visitor("owner").open(url(row, "revisit/")).has("has not agreed to be assigned directly")
    draft = revisit(row, visitor)
    assert "Assign Wanda Worker directly" not in visitor("owner").open(url(draft, "details/")).links
    consent(people.client, people.worker)
    page = visitor("owner").open(url(draft, "details/"))
    assert page.links["Assign Wanda Worker directly"] == url(
        draft, f"assign-directly/?worker={people.worker.pk}"
    )
    draft.start_at = clock.now() + timedelta(days=9)
    draft.save(update_fields=["start_at"])
    visitor("owner").submit(url(draft, "assign-directly/"), worker=people.worker.pk)
    assert (fresh(draft).state, fresh(draft).worker) == (State.ASSIGNED, people.worker)
    visitor("worker").open(url(draft)).has("This is a revisit", row.number)


# --- standing by


def stands_by(people, visitor, state=State.ASSIGNED, *, agrees=True, tick=False, **columns) -> Assignment:
    """`stranger` is named as standby, found by name, and agrees."""
    row = marked(people, state, **columns)
    typed = {"worker": people.stranger.pk, **({"promote_unconfirmed": "on"} if tick else {})}
    visitor("owner").submit(url(row, "standby/?words=Stan"), press="Ask to stand by", **typed)
    if agrees:
        visitor("stranger").submit(url(row, "standby/accept/"))
    return row


def test_w5_a_standby_reads_the_brief_and_nothing_private(people, visitor):
    """W5: the second worker reads scope and the own price, never address, contacts, files or who has it."""
    row = stands_by(people, visitor, agrees=False)
    assert (told(people, "stranger", row), Standby.objects.get().state) == (["standby_named"], "asked")
    page = visitor("stranger").open(url(row))
    page.has("The client asks you to stand by", row.description, markers.PAY)
    page.lacks(*markers.BEFORE_ASSIGNMENT, *markers.CLIENTS_OWN, "Wanda", "Olivia")
    listed = visitor("stranger").open("/work/?stage=standby")
    listed.has(row.title, markers.PAY)
    listed.lacks(*markers.BEFORE_ASSIGNMENT)
    visitor("stranger").submit(url(row, "standby/accept/"))
    found = Standby.objects.get()
    assert (found.state, found.worker, found.price_minor) == ("ready", people.stranger, markers.PRICE_MINOR)
    for path in ("", "details/", "promise/"):
        shown = visitor("stranger").open(url(row, path))
        shown.lacks(*markers.BEFORE_ASSIGNMENT, *markers.CLIENTS_OWN, "Wanda", "Olivia")
    for path in ("messages/", "history/", "deliverables/", "requests/", "sheet/"):
        visitor("stranger").open(url(row, path), 404)
    visitor("stranger").open(f"/files/attachments/{row.attachments.get().uuid}/", 404)
    visitor("stranger").open(url(row, "visit/")).lacks(*markers.BEFORE_ASSIGNMENT)
    assert told(people, "owner", row)[-1] == "standby_accepted"
    visitor("owner").open(url(row)).has("Standby", "Stan Stranger", "Stands by")
    visitor("worker").open(url(row)).lacks("Stan Stranger")
    visitor("applicant").open(url(row), 404)


def test_w5_when_the_worker_backs_out_the_standby_is_assigned_at_once(people, visitor):
    """W5: at the own terms, in the same step; the money follows; why the first one left is not for the standby."""
    row = stands_by(people, visitor)
    visitor("worker").submit(url(row, "back-out/"), reason="ill", note="Marker flu.")
    kept, standby = fresh(row), Standby.objects.get()
    assert (kept.state, kept.worker, standby.state) == (
        State.ASSIGNED,
        people.stranger,
        StandbyState.PROMOTED,
    )
    assert (kept.start_at, figures(people.client.pk)[3]) == (row.start_at, GROSS_MINOR)
    assert history(row)[-2:] == ["backed_out", "standby_promoted"]
    ends = Engagement.objects.filter(assignment=row).order_by("id").values_list("worker", "end")
    assert list(ends) == [(people.worker.pk, "backed_out"), (people.stranger.pk, "")]
    page = visitor("stranger").open(url(row))
    page.has(*markers.CONTACTS, markers.STREET, markers.DOCUMENT)
    past = visitor("stranger").open(url(row, "history/"))
    past.has("stood by and is assigned now")
    past.lacks("Marker flu", "Wanda")
    visitor("worker").open(url(row), 404)
    visitor("owner").open(url(row)).has("Assigned", "Stan Stranger")
    assert told(people, "stranger", row)[-1] == "standby_promoted"
    assert told(people, "owner", row)[-2:] == ["backed_out", "standby_promoted"]


def test_w5_an_applicant_stands_by_at_the_own_offer_and_a_no_show_lets_it_step_in(people, visitor):
    """W5: the offer's price rules; after the start the standby gets an hour to come, and the start moves with it."""
    row = marked(people, State.SENT, hours_ahead=5)
    visitor("applicant").submit(
        url(row, "counteroffer/"), press="Send counteroffer", price_minor="380.00", reason="Far away."
    )
    visitor("worker").submit(url(row, "apply/"))
    visitor("owner").open(url(row, "standby/")).has("Adam Applicant", "at most $380.00")
    visitor("owner").submit(url(row, "standby/"), worker=people.applicant.pk, press="Ask to stand by")
    visitor("applicant").submit(url(row, "standby/accept/"))
    chosen = Application.objects.get(worker=people.worker)
    visitor("owner").submit(url(row, f"applications/{chosen.pk}/assign/"))
    assert told(people, "applicant", row)[-1] == "standby_waits"
    brief = visitor("applicant").open(url(row))
    brief.has("You stand by for this assignment", "$380.00")
    brief.lacks("Wanda", markers.PAY)
    with clock.moved(row.start_at + timedelta(minutes=50)):
        page = visitor("owner").open(url(row, "unassign/"))
        page.has("Adam Applicant stands by.", "for up to $380.00", "at most $418.00")
        visitor("owner").submit(url(row, "unassign/"), reason="no_show", note="Nobody came.")
        kept = fresh(row)
        assert (kept.state, kept.worker, kept.price_minor) == (State.ASSIGNED, people.applicant, 38_000)
        assert kept.start_at == clock.now() + timedelta(minutes=60)
        assert figures(people.client.pk)[3] == 41_800
        assert "Late" not in visitor("applicant").open(url(row)).text


def test_w5_a_reason_that_blames_nobody_leaves_the_choice_to_the_client(people, visitor):
    """W5: after a neutral removal the standby waits, and the client assigns it by one button, once."""
    row = stands_by(people, visitor)
    visitor("owner").submit(url(row, "unassign/"), reason="scope_changed", note="Another plan.")
    assert (fresh(row).state, Standby.objects.get().state) == (State.SENT, "ready")
    page = visitor("owner").open(url(row, "standby/promote/"))
    page.has("Stan Stranger", "Reserved now", markers.GROSS)
    visitor("owner").submit(url(row, "standby/promote/"))
    assert (fresh(row).state, fresh(row).worker) == (State.ASSIGNED, people.stranger)


def test_w5_a_missed_confirmation_promotes_the_standby_where_the_client_chose_it(people, visitor):
    """W5: ticked at naming; the worker was warned, is removed without a mark and told, and the standby is assigned."""
    row = stands_by(people, visitor, tick=True, confirm_hours=24)
    warned = visitor("worker").open(url(row))
    warned.has("Somebody stands by. If you do not confirm by")
    warned.lacks("Stan Stranger")
    assert tasks.promote_standbys() == 0
    with clock.moved(fresh(row).confirm_due_at):
        assert tasks.promote_standbys() == 1
        assert tasks.promote_standbys() == 0
        kept = fresh(row)
        assert (kept.state, kept.worker) == (State.ASSIGNED, people.stranger)
        ended = Engagement.objects.get(worker=people.worker)
        assert (ended.end, ended.end_reason) == (EngagementEnd.UNASSIGNED, "not_confirmed")
        card = scorecard.card(people.worker.pk).all_time
        assert (card.cancelled, card.abandoned, card.on_time.counted) == (0, 0, 0)
        assert told(people, "worker", row)[-1] == "unassigned"
        assert told(people, "stranger", row)[-1] == "standby_promoted"
        visitor("worker").open("/work/?stage=former").has("It has no effect on your card.")


def test_w5_a_confirmed_worker_stays_and_so_does_one_whose_standby_did_not_opt_in(people, visitor):
    """W5: without the tick a missed confirmation changes nothing; a confirmed schedule never does."""
    row = stands_by(people, visitor, confirm_hours=24)
    with clock.moved(fresh(row).confirm_due_at + timedelta(minutes=1)):
        assert tasks.promote_standbys() == 0
    Standby.objects.update(promote_unconfirmed=True)
    visitor("worker").submit(url(row, "confirm/"))
    with clock.moved(row.start_at - timedelta(hours=1)):
        assert tasks.promote_standbys() == 0
    assert fresh(row).worker == people.worker


def test_w5_a_standby_who_is_booked_by_then_is_dropped_and_told(people, visitor):
    """W5: a failing check lets it go to Available as usual; the client reads why, the standby only that it ended."""
    row = stands_by(people, visitor)
    other = marked(people, State.SENT, hours_ahead=47, title="Elsewhere")
    visitor("stranger").submit(url(other, "apply/"))
    offer = Application.objects.get(assignment=other, worker=people.stranger)
    visitor("owner").submit(url(other, f"applications/{offer.pk}/assign/"))
    visitor("worker").submit(url(row, "back-out/"), reason="ill", note="Flu.")
    kept = fresh(row)
    assert (kept.state, kept.worker, kept.price_minor) == (State.SENT, None, markers.PRICE_MINOR)
    assert Standby.objects.get().state == StandbyState.ENDED
    assert history(row)[-2:] == ["backed_out", "standby_dropped"]
    visitor("owner").open(url(row, "history/")).has(
        "Stan Stranger stood by and could not step in.", "is booked"
    )
    assert told(people, "stranger", row)[-1] == "standby_dropped"
    assert figures(people.client.pk)[3] == 2 * GROSS_MINOR


def test_w5_either_side_ends_standing_by_and_a_new_date_asks_again(people, visitor):
    """W5: another date needs another yes; both may end it without a mark, and the page closes for the standby."""
    row = stands_by(people, visitor)
    visitor("owner").submit(
        url(row, "reschedule/"), start_date="2026-12-09", start_time="09:00", note="The site asks."
    )
    asked = row.reschedules.get()
    visitor("worker").submit(url(row, f"reschedule/{asked.pk}/accept/"))
    assert (Standby.objects.get().state, told(people, "stranger", row)[-1]) == (
        "asked",
        "standby_asked_again",
    )
    visitor("stranger").open(url(row)).has("The client asks you to stand by")
    visitor("stranger").submit(url(row, "standby/accept/"))
    visitor("stranger").submit(url(row, "standby/end/"))
    assert (Standby.objects.get().state, told(people, "owner", row)[-1]) == ("ended", "standby_ended")
    visitor("stranger").open(url(row), 404)
    visitor("owner").submit(
        url(row, "standby/?words=Stan"), press="Ask to stand by", worker=people.stranger.pk
    )
    visitor("owner").submit(url(row, "standby/end/"))
    visitor("stranger").open(url(row), 404)
    visitor("worker").submit(url(row, "back-out/"), reason="ill", note="Flu.")
    assert fresh(row).state == State.SENT


def test_w5_who_cannot_step_in_is_not_named(people, visitor):
    """W5: nobody of the own company, not the worker who has it, no second standby; strangers see no such page."""
    row = stands_by(people, visitor)
    visitor("owner").open(url(row, "standby/"), 409).has("Somebody is named as standby already.")
    visitor("owner").submit(url(row, "standby/end/"))
    page = insist(visitor("owner"), url(row, "standby/?words=Wanda"), worker=people.worker.pk)
    page.has("Choose a worker of this list.")
    for name, status in (("controller", 403), ("worker", 403), ("stranger", 404), ("other_client", 404)):
        visitor(name).open(url(row, "standby/"), status)
    assert Money(figures(people.client.pk)[3], "USD") == Money(GROSS_MINOR, "USD")
