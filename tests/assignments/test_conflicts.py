"""What was true on the page and is not any more; limits, funds, and files that do not fit."""

from datetime import timedelta
from typing import Any

import pytest

from assignments.actions import (
    assigning,
    closeout,
    deliverables,
    drafting,
    holds,
    money,
    reschedules,
    sourcing,
    visits,
)
from assignments.actions.closeout import Submission
from assignments.actions.drafting import Asked, Content, Wanted
from assignments.actions.sourcing import Offer
from assignments.models import Application, Assignment, CheckIn, CustomField, DeliverableRequirement
from assignments.states import ScheduleKind, State
from common import clock
from common.errors import Conflict, NotAllowed
from common.money import Money
from ledger.errors import InsufficientFunds
from tests.assignments.acts import asked, asked_for_a_date, lifted, new_date
from tests.assignments.scenes import apply, assign, refused, unassign, usd
from tests.factories import People, assignment_in, company, consent, deliver, member

pytestmark = pytest.mark.django_db

H = timedelta(hours=1)


class TestLimits:
    """Own budget and the company's funds."""

    def test_over_the_owners_budget(self, people: People):
        small = member(people.client, "Sid Small", "user", max_budget_minor=38_499)
        row = assignment_in(State.DRAFT, owner=small)
        error = refused(lambda row, people: drafting.send(row.pk, actor=people.owner), row, people)
        assert (error.field, error.sentence) == (
            "price_minor",
            "This costs up to $385.00. Sid Small may send up to $384.99. An administrator can raise that limit.",
        )

    def test_at_the_owners_budget(self, people: People):
        small = member(people.client, "Sid Small", "user", max_budget_minor=38_500)
        row = assignment_in(State.DRAFT, owner=small)
        drafting.send(row.pk, actor=small)

    def test_an_increase_over_the_own_budget(self, people: People):
        row = assignment_in(State.IN_PROGRESS, owner=people.owner, by=people.worker)
        request = asked(row, people)
        people.owner.memberships.update(max_budget_minor=40_000)

        def act(row: Assignment, people: People) -> Any:
            return money.approve_money(row.pk, request.pk, actor=people.owner)

        assert "may send up to $400.00" in refused(act, row, people).sentence

    def test_approving_over_the_own_budget(self, people: People):
        row = assignment_in(State.PENDING_APPROVAL, owner=people.owner, by=people.worker)
        people.owner.memberships.update(max_budget_minor=38_499)
        error = refused(lambda row, people: closeout.approve(row.pk, actor=people.owner), row, people)
        assert error.sentence.startswith("You may approve up to $384.99.")

    @pytest.mark.parametrize(
        ("terms_days", "cash", "limit", "sentence"),
        [
            (0, 38_499, 100_000, "The cash balance is $0.01 short."),
            (30, 8_499, 30_000, "Available to spend is $0.01 short."),
        ],
    )
    def test_funds_are_short(self, people: People, terms_days: int, cash: int, limit: int, sentence: str):
        owner = member(company("Small Shop", cash=cash, terms=limit), "Sue Short")
        row = assignment_in(State.DRAFT, owner=owner, terms_days=terms_days)
        error = refused(lambda row, people: drafting.send(row.pk, actor=owner), row, people)
        assert (type(error), error.sentence) == (InsufficientFunds, sentence)

    def test_an_offer_that_costs_more_than_there_is(self, people: People):
        owner = member(company("Small Shop", cash=0, terms=38_500), "Sue Short")
        row = assignment_in(State.SENT, owner=owner)
        made = apply(row, people.stranger, Offer(expenses_minor=1))
        error = refused(lambda row, people: assigning.assign(row.pk, made.pk, actor=owner), row, people)
        assert error.sentence == "Available to spend is $0.01 short."
        assert Application.objects.get().state == "pending"


class TestConflicts:
    """What was true on the page and is not any more."""

    def test_the_offer_was_edited(self, people: People):
        row = assignment_in(State.SENT, owner=people.owner)
        read = apply(row, people.worker)
        apply(row, people.worker, Offer(expenses_minor=100))

        def act(row: Assignment, people: People) -> Any:
            return assigning.assign(row.pk, read.pk, actor=people.owner, revision=1)

        error = refused(act, row, people)
        assert error.sentence == "Wanda Worker changed the offer while you were looking. Read it again."
        assigning.assign(row.pk, read.pk, actor=people.owner, revision=2)

    def test_the_offer_ended(self, people: People):
        row = assignment_in(State.SENT, owner=people.owner)
        made = apply(row, people.worker, Offer(expires_at=clock.now() + H))

        def act(row: Assignment, people: People) -> Any:
            return assigning.assign(row.pk, made.pk, actor=people.owner)

        with clock.moved(clock.now() + H):
            error = refused(act, row, people)
        assert error.sentence == "The offer of Wanda Worker has expired. Nothing was changed."
        sourcing.withdraw(row.pk, actor=people.worker.user)
        assert refused(act, row, people).sentence == (
            "The offer of Wanda Worker is withdrawn. Nothing was changed."
        )

    def test_an_offer_of_another_assignment(self, people: People):
        row, other = (assignment_in(State.SENT, owner=people.owner) for _ in range(2))
        made = apply(other, people.worker)

        def act(row: Assignment, people: People) -> Any:
            return assigning.assign(row.pk, made.pk, actor=people.owner)

        assert refused(act, row, people).sentence == "This application is no longer there."

    def test_the_worker_is_booked(self, people: People):
        assignment_in(State.ASSIGNED, owner=people.other_client, by=people.worker)
        row = assignment_in(State.SENT, owner=people.owner)

        def act(row: Assignment, people: People) -> Any:
            return assign(row, people.worker, people.owner)

        made = apply(row, people.worker)
        assert made.state == "pending"
        assert "is booked at that time" in refused(act, row, people).sentence

    def test_the_next_hour_is_free(self, people: People):
        first = assignment_in(State.ASSIGNED, owner=people.other_client, by=people.worker)
        row = assignment_in(State.SENT, owner=people.owner, start_at=first.start_at + 2 * H)
        assert assign(row, people.worker, people.owner).state == State.ASSIGNED

    def test_no_consent_to_direct_assignment(self, people: People):
        row = assignment_in(State.DRAFT, owner=people.owner)

        def act(row: Assignment, people: People) -> Any:
            return assigning.assign_directly(row.pk, people.worker, actor=people.owner)

        assert refused(act, row, people).sentence == (
            "Wanda Worker has not agreed to be assigned directly by your company."
        )
        consent(people.other_client.memberships.get().client, people.worker)
        assert type(refused(act, row, people)) is Conflict

    def test_a_colleague_cannot_be_the_worker(self, people: People):
        row = assignment_in(State.SENT, owner=people.owner)
        made = apply(row, people.worker)
        member_of = people.client.members.create(user=people.worker.user, role="user", is_active=False)

        def act(row: Assignment, people: People) -> Any:
            return assigning.assign(row.pk, made.pk, actor=people.owner)

        assert refused(act, row, people).sentence == "Somebody of your own company cannot be the worker."
        assert member_of.is_active is False

    def test_one_open_request_of_a_kind(self, people: People):
        row = assignment_in(State.IN_PROGRESS, owner=people.owner, by=people.worker)
        asked(row, people)
        assert refused(asked, row, people).sentence == (
            "A budget increase request is open already. It has to be decided first."
        )
        asked(row, people, "expense")

    def test_one_open_reschedule(self, people: People):
        row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
        asked_for_a_date(row, people)
        assert refused(asked_for_a_date, row, people).sentence == (
            "A reschedule request is open already. It has to be decided first."
        )

    def test_nobody_decides_the_own_request(self, people: People):
        row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
        request = asked_for_a_date(row, people)

        def act(row: Assignment, people: People) -> Any:
            return reschedules.accept_reschedule(row.pk, request.pk, actor=people.worker.user)

        assert type(refused(act, row, people)) is NotAllowed

    def test_nobody_withdraws_the_others_request(self, people: People):
        row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
        request = asked_for_a_date(row, people)

        def act(row: Assignment, people: People) -> Any:
            return reschedules.withdraw_reschedule(row.pk, request.pk, actor=people.owner)

        assert refused(act, row, people).sentence == "Only the side that asked can withdraw the request."

    def test_the_date_after_a_hold_is_not_withdrawn(self, people: People):
        row = assignment_in(State.ON_HOLD, owner=people.owner, by=people.worker)
        request = lifted(row, people)

        def act(row: Assignment, people: People) -> Any:
            return reschedules.withdraw_reschedule(row.pk, request.pk, actor=people.owner)

        def again(row: Assignment, people: People) -> Any:
            return holds.remove_hold(row.pk, actor=people.manager, schedule=new_date())

        assert "stays open until the worker answers" in refused(act, row, people).sentence
        assert "A new date was sent already" in refused(again, row, people).sentence

    def test_accepting_a_date_that_has_passed(self, people: People):
        row = assignment_in(State.ON_HOLD, owner=people.owner, by=people.worker)
        request = lifted(row, people)

        def act(row: Assignment, people: People) -> Any:
            return reschedules.accept_reschedule(row.pk, request.pk, actor=people.worker.user)

        with clock.moved(request.start_at):
            assert refused(act, row, people).sentence == (
                "This date has passed, so it cannot be accepted. Declining it does not count against the worker."
            )

    def test_accepting_an_asked_date_that_has_passed(self, people: People):
        row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
        request = reschedules.request_reschedule(
            row.pk, actor=people.owner, schedule=new_date(), note="The site is closed."
        )

        def act(row: Assignment, people: People) -> Any:
            return reschedules.accept_reschedule(row.pk, request.pk, actor=people.worker.user)

        with clock.moved(request.start_at):
            assert refused(act, row, people).sentence == (
                "This date has passed, so it cannot be accepted. Propose another one, or decline it."
            )

    @pytest.mark.parametrize("seen", [38_499, 38_501])
    def test_another_total_than_was_seen(self, people: People, seen: int):
        row = assignment_in(State.PENDING_APPROVAL, owner=people.owner, by=people.worker)

        def act(row: Assignment, people: People) -> Any:
            return closeout.approve(row.pk, actor=people.owner, expected=usd(seen))

        assert refused(act, row, people).sentence == (
            "The total is now $385.00. Look again before you approve."
        )

    def test_open_requests_are_decided_before_approval(self, people: People):
        row = assignment_in(State.IN_PROGRESS, owner=people.owner, by=people.worker)
        asked(row, people)
        visits.check_out(row.pk, actor=people.worker.user)
        closeout.submit(row.pk, Submission("Done."), actor=people.worker.user)
        error = refused(lambda row, people: closeout.approve(row.pk, actor=people.owner), row, people)
        assert error.sentence == ("Decide the open money requests first: undecided ones would not be paid.")

    def test_a_second_visit_waits_for_the_first_to_end(self, people: People):
        row = assignment_in(State.IN_PROGRESS, owner=people.owner, by=people.worker)
        with clock.moved(clock.now() + 24 * H):
            error = refused(
                lambda row, people: visits.check_in(row.pk, actor=people.worker.user), row, people
            )
        assert error.sentence == "You are checked in already. Check out first."

    def test_the_next_worker_can_check_in_after_one_who_was_removed_on_site(self, people: People):
        row = assignment_in(State.IN_PROGRESS, owner=people.owner, by=people.worker)
        later = clock.now() + 3 * H
        unassign(row, people.owner)
        assert CheckIn.objects.get().out_at == clock.now()
        drafting.edit(row.pk, Content({"start_at": later}), actor=people.owner)
        assign(row, people.stranger, people.owner)
        with clock.moved(later):
            visits.check_in(row.pk, actor=people.stranger.user)
        assert Assignment.objects.get(pk=row.pk).first_check_in_at == later

    def test_checking_out_twice(self, people: People):
        row = assignment_in(State.IN_PROGRESS, owner=people.owner, by=people.worker)
        visits.check_out(row.pk, actor=people.worker.user)

        def act(row: Assignment, people: People) -> Any:
            return visits.check_out(row.pk, actor=people.worker.user)

        assert refused(act, row, people).sentence == "This is done already."
        with clock.moved(clock.now() + H):
            assert refused(act, row, people).sentence == "You are not checked in. Nothing was changed."

    def test_visits_do_not_overlap(self, people: People):
        row = assignment_in(State.IN_PROGRESS, owner=people.owner, by=people.worker)
        first = visits.check_out(row.pk, actor=people.worker.user)
        with clock.moved(clock.now() + H):
            second = visits.check_in(row.pk, actor=people.worker.user)

            def act(row: Assignment, people: People) -> Any:
                return visits.edit_check_in(
                    row.pk,
                    second.pk,
                    actor=people.worker.user,
                    in_at=first.out_at - timedelta(minutes=1),
                    out_at=None,
                    reason="Came earlier.",
                )

            assert refused(act, row, people).sentence == "These times overlap another visit."

    def test_a_removed_requirement(self, people: People):
        row = assignment_in(State.IN_PROGRESS, owner=people.owner, by=people.worker)
        wanted = DeliverableRequirement(pk=999_999)

        def act(row: Assignment, people: People) -> Any:
            return deliver(row, wanted, people.worker.user)

        assert refused(act, row, people).sentence == "This deliverable is no longer asked for."

    def test_a_decided_request(self, people: People):
        row = assignment_in(State.IN_PROGRESS, owner=people.owner, by=people.worker)
        request = asked(row, people)
        money.withdraw_money(row.pk, request.pk, actor=people.worker.user)

        def act(row: Assignment, people: People) -> Any:
            return money.approve_money(row.pk, request.pk, actor=people.owner)

        assert refused(act, row, people).sentence == "This request is no longer open."


class TestFiles:
    """Deliverables and fields."""

    def test_the_same_picture_twice(self, people: People):
        content = Content(wanted=[Wanted("Rack photo", count=2)])
        row = assignment_in(State.IN_PROGRESS, owner=people.owner, by=people.worker, content=content)
        wanted = DeliverableRequirement.objects.get()
        deliver(row, wanted, people.worker.user)

        def act(row: Assignment, people: People) -> Any:
            return deliver(row, wanted, people.worker.user)

        assert refused(act, row, people).sentence == "This file is here already."

    def test_an_answer_that_is_none_of_the_choices(self, people: People):
        content = Content(asked=[Asked("Colour", "choice", ("red", "blue"))])
        row = assignment_in(State.IN_PROGRESS, owner=people.owner, by=people.worker, content=content)
        pk = CustomField.objects.get().pk

        def act(row: Assignment, people: People) -> Any:
            return deliverables.fill_fields(row.pk, {pk: "green"}, actor=people.worker.user)

        error = refused(act, row, people)
        assert (error.sentence, error.field) == ("Choose one of the answers.", f"custom_{pk}")

    @pytest.mark.parametrize("units", [0, 4])
    def test_units_done(self, people: People, units: int):
        row = assignment_in(
            State.IN_PROGRESS, owner=people.owner, by=people.worker, pricing_type="unit", max_units=3
        )
        visits.check_out(row.pk, actor=people.worker.user)

        def act(row: Assignment, people: People) -> Any:
            return closeout.submit(row.pk, Submission("Done.", units_done=units), actor=people.worker.user)

        assert refused(act, row, people).sentence == "Enter how many units you did, from 1 to 3."

    @pytest.mark.parametrize("minor", [-1, 35_001])
    def test_the_worker_can_only_lower_the_pay(self, people: People, minor: int):
        row = assignment_in(State.IN_PROGRESS, owner=people.owner, by=people.worker)
        visits.check_out(row.pk, actor=people.worker.user)

        def act(row: Assignment, people: People) -> Any:
            return closeout.submit(row.pk, Submission("Done.", reduced_minor=minor), actor=people.worker.user)

        assert refused(act, row, people).sentence == (
            "You can lower the pay, not raise it: enter at most $350.00."
        )


def test_money_of_two_currencies_is_a_programming_error(people: People):
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    with pytest.raises(TypeError):
        closeout.approve(row.pk, actor=people.staff, pay=Money(1, "EUR"), as_arbiter=True)


def test_schedule_kinds_are_known():
    assert {kind.value for kind in ScheduleKind} == {"fixed", "window", "complete_by"}
