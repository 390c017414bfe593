"""What was typed and cannot be taken: the sentence, its field, and nothing changed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assignments.actions import (
    assigning,
    closeout,
    deliverables,
    drafting,
    holds,
    money,
    ratings,
    reschedules,
    sourcing,
    talk,
    visits,
)
from assignments.actions.closeout import Submission
from assignments.actions.drafting import Content
from assignments.actions.money import Ask
from assignments.actions.sourcing import Offer
from assignments.models import Assignment, CheckIn
from assignments.pricing import Terms
from assignments.states import State
from common import clock
from common.errors import Invalid, NotAllowed
from common.money import LARGEST_MINOR
from tests.assignments.acts import new_date
from tests.assignments.scenes import apply, cancel, refused, unassign, usd
from tests.factories import People, assignment_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
Act = Callable[[Assignment, People], Any]
H = timedelta(hours=1)
NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
"""The instant at which the clock stands."""


def back(row: Assignment, people: People, **more: Any) -> None:
    visit = CheckIn.objects.get(assignment=row)
    now = clock.now()
    times = {"in_at": visit.in_at, "out_at": now, "reason": "No signal.", **more}
    visits.edit_check_in(row.pk, visit.pk, actor=people.worker.user, **times)


def ask_money(row: Assignment, people: People, **more: Any) -> None:
    asks = {"kind": "increase", "reason": "More work.", "amount_minor": 500, **more}
    money.request_money(row.pk, Ask(**asks), actor=people.worker.user)


def offer(**more: Any) -> Act:
    return lambda row, people: apply(row, people.stranger, Offer(**more))


def flat(minor: int, currency: str = "USD") -> Terms:
    return Terms("flat", currency, minor)


def edit(columns: dict[str, Any], **more: Any) -> Act:
    return lambda row, people: drafting.edit(row.pk, Content(columns, **more), actor=people.owner)


CASES: dict[str, tuple[str, Act, str, str | None]] = {
    "no title": ("draft", edit({"title": " "}), "Enter a title.", "title"),
    "negative price": ("draft", edit({"price_minor": -1}), "Enter a price above zero.", "price_minor"),
    "no price when Available": ("sent", edit({"price_minor": 0}), "Enter a price above zero.", "price_minor"),
    "huge price": (
        "sent",
        edit({"price_minor": LARGEST_MINOR + 1}),
        "Enter a smaller amount.",
        "price_minor",
    ),
    "no words": (
        "sent",
        edit({"description": ""}),
        "Describe the work: this is what is agreed.",
        "description",
    ),
    "no industry": ("sent", edit({"industry": ""}), "Choose an industry.", "industry"),
    "no street": (
        "sent",
        edit({}, site={"street": ""}),
        "Enter the street address of the site.",
        "street",
    ),
    "no city": ("sent", edit({"city": ""}), "Enter the city of the site.", "city"),
    "no postcode": ("sent", edit({"postcode": ""}), "Enter the postcode of the site.", "postcode"),
    "no start": ("sent", edit({"start_at": None}), "Enter when the work starts.", "start_at"),
    "start in the past": (
        "sent",
        edit({"start_at": NOON - H}),
        "Enter a start time after now.",
        "start_at",
    ),
    "no end of the window": (
        "sent",
        edit({"schedule_kind": "window"}),
        "Enter when the arrival window ends, or by when the work is done.",
        "window_end_at",
    ),
    "window ends before it starts": (
        "draft",
        lambda row, people: edit({"window_end_at": row.start_at - H})(row, people),
        "Enter an end after the start.",
        "window_end_at",
    ),
    "hours without a cap": (
        "sent",
        edit({"pricing_type": "hourly"}),
        "Enter how many hours you pay at most.",
        "max_minutes",
    ),
    "units without a cap": (
        "sent",
        edit({"pricing_type": "unit"}),
        "Enter how many units you pay at most.",
        "max_units",
    ),
    "blended without its second rate": (
        "sent",
        edit({"pricing_type": "blended", "max_minutes": 60}),
        "Enter the rate after the first hours and how many hours more.",
        "extra_price_minor",
    ),
    "deliverables due before the start": (
        "sent",
        lambda row, people: edit({"deliverables_due_at": row.start_at - H})(row, people),
        "Enter a time for the deliverables after the start.",
        "deliverables_due_at",
    ),
    "owner of another company": (
        "draft",
        lambda row, people: edit({"owner": people.other_client})(row, people),
        "Choose an owner from your company.",
        "owner",
    ),
    "nobody to invite": (
        "sent",
        lambda row, people: drafting.invite(row.pk, [], actor=people.owner),
        "Choose at least one worker.",
        "workers",
    ),
    "offer below zero": ("sent", offer(terms=flat(-1)), "Enter a price above zero.", "price_minor"),
    "huge offer": ("sent", offer(terms=flat(LARGEST_MINOR + 1)), "Enter a price above zero.", "price_minor"),
    "offer in another currency": (
        "sent",
        offer(terms=flat(100, "EUR")),
        "Offers here are in USD.",
        "price_minor",
    ),
    "negative expenses": (
        "sent",
        offer(expenses_minor=-1),
        "Enter expenses of zero or more.",
        "expenses",
    ),
    "expired from the start": (
        "sent",
        offer(expires_at=NOON),
        "Enter an expiry after now.",
        "expires_at",
    ),
    "offer in the past": (
        "sent",
        offer(schedule=("fixed", NOON - H, None)),
        "Enter a start time after now.",
        "start_at",
    ),
    "offered window out of order": (
        "sent",
        offer(schedule=("window", NOON + 5 * H, NOON + 4 * H)),
        "Enter an end after the start.",
        "window_end_at",
    ),
    "empty question": (
        "sent",
        lambda row, people: sourcing.ask(row.pk, " ", actor=people.stranger.user),
        "Enter your question.",
        "text",
    ),
    "empty answer": (
        "sent",
        lambda row, people: sourcing.answer(row.pk, 1, actor=people.owner, text="", is_public=True),
        "Enter your answer.",
        "answer",
    ),
    "declined without a reason": (
        "sent",
        lambda row, people: sourcing.decline(row.pk, 1, actor=people.owner, reason=""),
        "Enter a reason. The worker will read it.",
        "reason",
    ),
    "unassigned for no known reason": (
        "assigned",
        lambda row, people: unassign(row, people.owner, reason="mood"),
        "Choose a reason.",
        "reason",
    ),
    "unassigned without a note": (
        "assigned",
        lambda row, people: unassign(row, people.owner, note=" "),
        "Write a note. The worker will read it.",
        "note",
    ),
    "backed out for no known reason": (
        "assigned",
        lambda row, people: assigning.back_out(row.pk, actor=people.worker.user, reason="mood", note=""),
        "Choose a reason.",
        "reason",
    ),
    "held for no known reason": (
        "assigned",
        lambda row, people: holds.hold(row.pk, actor=people.owner, reason="mood"),
        "Choose a reason.",
        "reason",
    ),
    "hold removed for the past": (
        "on_hold",
        lambda row, people: holds.remove_hold(row.pk, actor=people.owner, schedule=("fixed", NOON - H, None)),
        "Enter a start time after now.",
        "start_at",
    ),
    "rescheduled without a note": (
        "assigned",
        lambda row, people: reschedules.request_reschedule(
            row.pk, actor=people.owner, schedule=new_date(), note=""
        ),
        "Enter why the date should change.",
        "note",
    ),
    "empty message": (
        "assigned",
        lambda row, people: talk.post_message(row.pk, actor=people.owner, body=" "),
        "Enter your message.",
        "body",
    ),
    "visit corrected without a reason": (
        "in_progress",
        lambda row, people: back(row, people, reason=""),
        "Enter why you change the times.",
        "reason",
    ),
    "visit in the future": (
        "in_progress",
        lambda row, people: back(row, people, out_at=clock.now() + H),
        "Enter times that are not after now.",
        "in_at",
    ),
    "visit out before in": (
        "in_progress",
        lambda row, people: back(row, people, out_at=row.first_check_in_at - H),
        "Enter a check-out after the check-in.",
        "out_at",
    ),
    "visit before the assignment": (
        "in_progress",
        lambda row, people: back(row, people, in_at=row.assigned_at - H),
        "Enter a check-in after you were assigned.",
        "in_at",
    ),
    "more money for nothing known": (
        "in_progress",
        lambda row, people: money.add_money(row.pk, Ask("tip", "Nice", 100), actor=people.owner),
        "Choose what the money is for.",
        "kind",
    ),
    "no reason for more money": (
        "in_progress",
        lambda row, people: ask_money(row, people, reason=" "),
        "Enter a reason.",
        "reason",
    ),
    "no money": (
        "in_progress",
        lambda row, people: ask_money(row, people, amount_minor=0),
        "Enter an amount above zero.",
        "amount",
    ),
    "huge money": (
        "in_progress",
        lambda row, people: ask_money(row, people, amount_minor=LARGEST_MINOR + 1),
        "Enter an amount above zero.",
        "amount",
    ),
    "request declined without a reason": (
        "in_progress",
        lambda row, people: money.decline_money(row.pk, 1, actor=people.owner, reason=""),
        "Enter a reason. The worker will read it.",
        "reason",
    ),
    "file asked again without a reason": (
        "in_progress",
        lambda row, people: deliverables.reject_deliverable(row.pk, 1, actor=people.owner, reason=""),
        "Enter what is wrong with it. The worker will read it.",
        "reason",
    ),
    "no summary": (
        "in_progress",
        lambda row, people: closeout.submit(row.pk, Submission(" "), actor=people.worker.user),
        "Write a short summary of the work.",
        "resolution",
    ),
    "not checked out": (
        "in_progress",
        lambda row, people: closeout.submit(row.pk, Submission("Done."), actor=people.worker.user),
        "1 left to do: Check out.",
        None,
    ),
    "sent back without a reason": (
        "pending_approval",
        lambda row, people: closeout.send_back(row.pk, actor=people.owner, reason=""),
        "Enter what has to be better. The worker will read it.",
        "reason",
    ),
    "cancelled for no known reason": (
        "assigned",
        lambda row, people: cancel(row, people.owner, reason="mood"),
        "Choose a reason.",
        "reason",
    ),
    "cancelled with too much pay": (
        "assigned",
        lambda row, people: cancel(row, people.owner, pay=usd(35_001)),
        "Enter an amount from zero to $350.00.",
        "pay",
    ),
    "cancelled with negative pay": (
        "assigned",
        lambda row, people: cancel(row, people.owner, pay=usd(-1)),
        "Enter an amount from zero to $350.00.",
        "pay",
    ),
    "cancelled with pay for nobody": (
        "sent",
        lambda row, people: cancel(row, people.owner, pay=usd(1)),
        "Nobody is assigned, so nobody can be paid.",
        "pay",
    ),
    "no known grade": (
        "pending_approval",
        lambda row, people: ratings.rate_worker(row.pk, actor=people.owner, grade="ace"),
        "Choose a grade.",
        "grade",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_invalid(people: People, name: str):
    state, act, sentence, field = CASES[name]
    row = assignment_in(state, owner=people.owner, by=people.worker)
    error = refused(act, row, people)
    assert (type(error), error.sentence, error.field) == (Invalid, sentence, field)


def test_a_price_that_is_not_negotiable(people: People):
    row = assignment_in(State.SENT, owner=people.owner, non_negotiable=True)
    error = refused(offer(terms=flat(36_000)), row, people)
    assert error.sentence == "The client's price is not negotiable. You can offer another schedule."
    assert apply(row, people.stranger, Offer(schedule=new_date())).is_counteroffer


def test_sending_needs_the_market_or_an_invited_worker(people: People):
    row = assignment_in(State.DRAFT, owner=people.owner, is_marketplace=False)
    error = refused(lambda row, people: drafting.send(row.pk, actor=people.owner), row, people)
    assert error.sentence == "Post it to the marketplace, or invite at least one worker."


@pytest.mark.parametrize("role", ["controller", "view_only", "other worker"])
def test_who_may_not_create(people: People, role: str):
    actor = people.stranger.user if role == "other worker" else people.user(role)
    with pytest.raises(NotAllowed, match="Your role does not let you create assignments"):
        drafting.create(Content({"title": "Wire a desk"}), actor=actor)
