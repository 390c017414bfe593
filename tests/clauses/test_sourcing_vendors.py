"""Vendors (issue 3, point 8; domain.md 8.1): a Team Agent applies and acts for the people of a company of workers."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assignments.actions import assigning, closeout, drafting, sourcing, visits
from assignments.actions.closeout import Submission
from assignments.actions.door import change
from assignments.actions.sourcing import Offer
from assignments.models import Application, Assignment, AssignmentRequirement, Invitation
from assignments.policies import OWN, VERBS, refusal
from assignments.queries import visible
from assignments.standing import standing
from assignments.states import ApplicationState, State
from assignments.visibility import sight
from clients.actions import blocks, pools
from clients.models import RequirementKind
from common import clock
from common.errors import Conflict, Invalid, NotAllowed, WrongState
from notifications.mail import render
from notifications.models import Message, Notice
from tests.factories import MemberFactory, People, assignment_in, finish_closeout, worker
from tests.support.facts import fresh, history, told, url
from tests.support.http import Visitor
from timeline.models import Entry
from workers import vendor_actions as vendors
from workers.models import Vendor, VendorMember, VendorRole, VendorState, Worker
from workers.vendors import agents, employees, listed


def hire(vendor: Vendor, agent: Worker, person: Worker) -> VendorMember:
    place = vendors.invite(vendor.pk, actor=agent.user, email=person.user.email)
    vendors.accept(place.pk, actor=person.user)
    return VendorMember.objects.get(pk=place.pk)


@pytest.fixture
def crew(people: People) -> Vendor:
    """`stranger` is the Team Agent of Crew Ltd, `worker` and `invited` its employees; `applicant` is outside."""
    made = vendors.found(actor=people.stranger.user, name="Crew Ltd", about="Racks at night.")
    for person in (people.worker, people.invited):
        hire(made, people.stranger, person)
    return made


def sent(people: People, **more: Any) -> Assignment:
    return assignment_in(State.SENT, owner=people.owner, **more)


def assigned(people: People, **more: Any) -> Assignment:
    return assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker, **more)


def heard(people: People, name: str) -> list[str]:
    found = Notice.objects.filter(user=people.user(name), kind__startswith="worker.vendor_").order_by("pk")
    return [kind.removeprefix("worker.vendor_") for kind in found.values_list("kind", flat=True)]


# --- founding, asking, leaving ---------------------------------------------------------------------------------------


def test_r8_a_vendor_is_founded_and_people_join_by_their_own_word(people, visitor):
    """The founder is its Team Agent; an invitation does nothing until the worker accepts it."""
    agent, person = visitor("stranger"), visitor("worker")
    page = agent.submit("/vendor/new/", name="Crew Ltd", about="Racks at night.")
    page.has("Crew Ltd is founded", "Team Agent", "Racks at night.")
    agent.submit("/vendor/", press="Send invitation", email=people.worker.user.email).has(
        "Wanda Worker is asked."
    )
    assert list(employees(people.stranger.pk)) == []
    assert heard(people, "worker") == ["invited"]
    person.open("/vendor/").has("Crew Ltd", "Invited")
    person.submit("/vendor/", press="Accept the invitation of Crew Ltd").has(
        "You are in this vendor.", "Employee"
    )
    assert list(employees(people.stranger.pk)) == [people.worker]
    assert heard(people, "stranger") == ["joined"]
    assert person.open("/vendor/").buttons().isdisjoint({"Send invitation", "Take out Stan Stranger"})
    kinds = Entry.objects.filter(subject_type="worker", subject_id=people.worker.pk).order_by("sequence")
    assert list(kinds.values_list("kind", flat=True)) == ["worker.vendor_invited", "worker.vendor_joined"]


def test_r8_bad_invitations_are_said_at_the_field(people, visitor, crew):
    """An address without a worker, one who is in or asked; nothing typed is lost."""
    me = visitor("stranger")
    for email, said in (
        ("nobody@onsite.test", "No worker on Onsite uses this address"),
        (people.worker.user.email, "in your vendor already"),
        ("x", "Enter an e-mail address"),
    ):
        me.submit("/vendor/", press="Send invitation", status=422, email=email).has(said)
    assert VendorMember.objects.count() == 3


def test_r8_one_vendor_at_a_time(people, visitor, crew):
    """Who is in one founds and joins no other before leaving; an invitation can be declined or taken back."""
    with pytest.raises(Conflict, match="Crew Ltd"):
        vendors.found(actor=people.worker.user, name="Second", about="")
    other = vendors.found(actor=people.applicant.user, name="Other Ltd", about="")
    place = vendors.invite(other.pk, actor=people.applicant.user, email=people.worker.user.email)
    with pytest.raises(Conflict, match="Crew Ltd"):
        vendors.accept(place.pk, actor=people.worker.user)
    visitor("worker").submit("/vendor/leave/", press="Leave vendor").has("You left the vendor.", "Other Ltd")
    visitor("worker").submit("/vendor/", press="Decline the invitation of Other Ltd")
    with pytest.raises(WrongState):
        vendors.accept(place.pk, actor=people.worker.user)
    again = vendors.invite(other.pk, actor=people.applicant.user, email=people.worker.user.email)
    visitor("applicant").submit("/vendor/", press="Take back the invitation of Wanda Worker")
    again.refresh_from_db()
    assert (again.state, heard(people, "worker")) == (VendorState.LEFT, ["invited", "invited", "invited"])


def test_r8_the_last_team_agent_stays_while_others_are_in(people, visitor, crew):
    """Somebody else becomes Team Agent first; who is taken out is told."""
    with pytest.raises(WrongState, match="needs a Team Agent"):
        vendors.leave(actor=people.stranger.user)
    visitor("stranger").submit("/vendor/", press="Make Team Agent: Ivan Invited")
    visitor("stranger").submit("/vendor/", press="Take out Wanda Worker")
    assert heard(people, "worker")[-1] == "removed"
    assert heard(people, "invited")[-1] == "role_changed"
    vendors.leave(actor=people.stranger.user)
    assert [one.pk for one in agents(crew.pk)] == [people.invited.pk]
    place = VendorMember.objects.get(worker=people.invited)
    with pytest.raises(WrongState):
        vendors.remove(crew.pk, place.pk, actor=people.invited.user)


@pytest.mark.parametrize("who", ["worker", "applicant"])
def test_r8_only_team_agents_run_it(people, who, crew):
    """Employees hear so; people outside find nothing."""
    place = VendorMember.objects.get(worker=people.invited)
    refused = NotAllowed if who == "worker" else Exception
    for run in (
        lambda actor: vendors.invite(crew.pk, actor=actor, email="x@onsite.test"),
        lambda actor: vendors.remove(crew.pk, place.pk, actor=actor),
        lambda actor: vendors.set_role(crew.pk, place.pk, actor=actor, role=VendorRole.AGENT),
        lambda actor: vendors.edit(crew.pk, actor=actor, name="Mine", about=""),
    ):
        with pytest.raises(refused):
            run(people.user(who))
    assert VendorMember.objects.filter(state=VendorState.ACTIVE).count() == 3


def test_r8_the_people_of_a_large_vendor_come_page_by_page(people, visitor, crew, monkeypatch):
    """Who joined first comes first; the number of all stands above each page."""
    monkeypatch.setattr("clients.views.vendors.SIZE", 2)
    names = ("Stan Stranger", people.worker.user.name, people.invited.user.name)
    first = visitor("owner").open(f"/vendors/{crew.pk}/")
    second = visitor("owner").follow(first, "Next page")
    assert [[name for name in names if name in page.links] for page in (first, second)] == [
        list(names[:2]),
        [names[2]],
    ]
    first.has("3 people")
    second.has("3 people")


def test_r8_clients_find_a_vendor_while_somebody_is_open_to_work(people, visitor, crew):
    """With its people and their figures; blocked people are not among them."""
    page = visitor("owner").open("/vendors/?q=racks")
    visitor("owner").follow(page, "Crew Ltd").has(
        "Wanda Worker", "Stan Stranger", "Team Agent", "Racks at night."
    )
    blocks.block_client(people.client.pk, actor=people.worker.user, reason="")
    visitor("owner").open(f"/vendors/{crew.pk}/").lacks("Wanda Worker")
    visitor("other_client").open(f"/vendors/{crew.pk}/").has("Wanda Worker")
    Worker.objects.exclude(pk=people.worker.pk).update(is_available=False)
    visitor("owner").open(f"/vendors/{crew.pk}/", 404)
    visitor("other_client").open("/vendors/").has("Crew Ltd")
    Worker.objects.update(is_available=False)
    assert list(listed()) == []
    visitor("other_client").open("/vendors/").has("No vendors yet")


# --- acting for an employee ------------------------------------------------------------------------------------------


def test_r8_the_agent_applies_for_an_employee(people, visitor, crew):
    """Chosen on the apply form; the employee is told and has it as own; the client reads who acted for whom."""
    row = sent(people)
    page = visitor("stranger").open(url(row, "apply/"))
    page.has("Apply for", "Yourself", "Wanda Worker", "Ivan Invited")
    chosen = visitor("stranger").open(url(row, f"apply/?for={people.worker.pk}"))
    chosen.has("You act for Wanda Worker")
    visitor("stranger").submit(chosen, press="Send application", reason="Our best.")
    offer = Application.objects.get()
    assert (offer.worker, offer.state, offer.reason) == (people.worker, ApplicationState.PENDING, "Our best.")
    assert history(row)[-2:] == ["applied", "put_forward"]
    assert (told(people, "worker", row), told(people, "stranger", row)) == (["put_forward"], [])
    visitor("worker").open("/work/?stage=applied").has(row.title)
    said = visitor("owner").open(url(row, "history/"))
    said.has("Stan Stranger put Wanda Worker forward.")
    assert Entry.objects.get(kind="assignment.applied").facts["acted_for"] == "Wanda Worker"
    visitor("owner").open(url(row, "applications/")).has("Wanda Worker")


def test_r8_the_agent_counteroffers_changes_and_withdraws_for_an_employee(people, visitor, crew):
    """Each on its own line; the agent's own offer is another one."""
    row = sent(people)
    path = url(row, f"counteroffer/?for={people.worker.pk}")
    visitor("stranger").submit(path, press="Send counteroffer", price_minor="400.00", reason="Two floors.")
    visitor("stranger").submit(url(row, "apply/"), press="Send application")
    assert set(Application.objects.values_list("worker", "is_counteroffer")) == {
        (people.worker.pk, True), (people.stranger.pk, False),
    }  # fmt: skip
    listed = visitor("stranger").open("/vendor/work/?list=applied")
    listed.has("Wanda Worker", "$400.00")
    line = visitor("stranger").open("/vendor/work/?list=applied&format=csv").html.splitlines()[1]
    assert line == f"{row.number},{row.title},Acme Retail,Wanda Worker,400.00,USD"
    number = row.number
    page = visitor("stranger").follow(listed, f"Change the offer of Wanda Worker for {number}")
    visitor("stranger").submit(page, press="Save counteroffer", price_minor="390.00")
    gone = visitor("stranger").follow(
        visitor("stranger").open("/vendor/work/?list=applied"),
        f"Withdraw the offer of Wanda Worker for {number}",
    )
    visitor("stranger").submit(gone, press="Withdraw application").has("Nothing here yet")
    assert Application.objects.get(worker=people.worker).state == ApplicationState.WITHDRAWN
    assert Application.objects.get(worker=people.stranger).state == ApplicationState.PENDING


def test_r8_the_employee_decides_about_it_too(people, visitor, crew):
    """What was put forward is the employee's own offer: to change and to withdraw."""
    row = sent(people)
    sourcing.apply(row.pk, Offer(), actor=people.stranger.user, acting_for=people.worker.pk)
    visitor("worker").submit(url(row, "withdraw/"), press="Withdraw application")
    assert Application.objects.get().state == ApplicationState.WITHDRAWN


def test_r8_an_invitation_of_the_vendor_is_open_to_its_people_through_the_agent(people, visitor, crew):
    """Not on the marketplace: the employee sees it from the application on, not before."""
    row = sent(people, is_marketplace=False, invite=(people.stranger,))
    with pytest.raises(WrongState):
        sourcing.apply(row.pk, Offer(), actor=people.stranger.user, acting_for=people.worker.pk)
    Invitation.objects.update(vendor=crew)
    visitor("worker").open(url(row), 404)
    visitor("stranger").submit(url(row, f"apply/?for={people.worker.pk}"), press="Send application")
    visitor("worker").open(url(row)).has(row.title)


def test_r8_the_agent_does_the_site_work_of_an_employee(people, visitor, crew):
    """Check-in, messages, requests, hand-in: as the assigned worker, and the history says for whom."""
    row = assigned(people)
    visitor("stranger").open("/vendor/work/").has(row.title, "Wanda Worker")
    visitor("stranger").open(url(row)).has("Sam Site", "You act for Wanda Worker")
    visitor("worker").open(url(row)).lacks("You act for")
    visitor("stranger").submit(url(row, "request/expense/"), amount="12.00", reason="Parking.")
    assert told(people, "owner", row)[-1] == "money_requested"
    with clock.moved(row.start_at):
        visits.check_in(row.pk, actor=people.stranger.user)
    assert fresh(row).state == State.IN_PROGRESS
    visitor("owner").open(url(row, "history/")).has("Stan Stranger for Wanda Worker checked in")
    assert Entry.objects.get(kind="assignment.checked_in").actor == people.stranger.user
    with clock.moved(row.start_at + timedelta(hours=2)):
        visits.check_out(row.pk, actor=people.stranger.user)
        finish_closeout(fresh(row))
        closeout.submit(row.pk, Submission("Both switches are in."), actor=people.stranger.user)
    assert (fresh(row).state, told(people, "worker", row)[-1]) == (State.PENDING_APPROVAL, "submitted")
    visitor("stranger").open("/messages/")
    assert row in visible(people.stranger.user)


@pytest.mark.parametrize("verb", sorted(OWN - {"invoice"}))
def test_r8_what_only_the_worker_does(people, verb, crew):
    """Amendments, disputes, money and ratings are never the agent's: by the table, at the door."""
    row = assigned(people)
    found = standing(people.stranger.user, row)
    assert (found.worker, found.agent, found.is_assigned) == (people.worker, people.stranger, True)
    assert isinstance(refusal(found, verb, row, clock.now()), NotAllowed)
    with pytest.raises(NotAllowed), change(row.pk, verb, actor=people.stranger.user):
        pytest.fail("came through")
    own = {
        name for name in VERBS if refusal(standing(people.worker.user, row), name, row, clock.now()) is None
    }
    agent = {name for name in VERBS if refusal(found, name, row, clock.now()) is None}
    assert agent == own - OWN


@pytest.mark.parametrize(
    "state", [State.ASSIGNED, State.ON_HOLD, State.APPROVED, State.PAID, State.CANCELLED]
)
def test_r8_the_agent_sees_what_the_employee_sees(people, state, crew):
    """The page and the query agree in every stage; an employee sees nothing of a colleague."""
    row = assignment_in(state, owner=people.owner, by=people.worker)
    for name in ("stranger", "worker", "invited", "applicant"):
        user = people.user(name)
        opens = sight(standing(user, row), row).opens
        assert opens == (row in visible(user))
        assert opens == (name in ("stranger", "worker") and state != State.CANCELLED)


def test_r8_an_agent_acts_for_nobody_else(people, visitor, crew):
    """Not for strangers, not for people who left, not for colleagues of the client, not for blocked ones."""
    row = sent(people)
    visitor("stranger").open(url(row, f"apply/?for={people.applicant.pk}"), 404)
    visitor("stranger").open(url(row, "apply/?for=me"), 404)
    visitor("worker").open(url(row, f"apply/?for={people.invited.pk}"), 404)
    blocks.block_worker(people.client.pk, people.worker.pk, actor=people.owner, reason="Late.")
    MemberFactory(client=people.client, user=people.invited.user)
    for person in (people.worker, people.invited, people.applicant):
        with pytest.raises((WrongState, NotAllowed)):
            sourcing.apply(row.pk, Offer(), actor=people.stranger.user, acting_for=person.pk)
    assert Application.objects.count() == 0


def test_r8_an_agent_fulfils_no_requirement_for_an_employee(people, visitor, crew):
    """What counts is what the employee has, cleared in the own account (domain.md 3.4); the page says so."""
    row = sent(people)
    made = pools.save_pool(
        people.client.pk, None, actor=people.owner, name="Night crew", description="", visibility="public",
        requirements_id=None,
    )  # fmt: skip
    AssignmentRequirement.objects.create(assignment=row, kind=RequirementKind.POOL, pool=made)
    pools.join_pool(made.pk, actor=people.stranger.user)
    page = visitor("stranger").open(url(row, f"apply/?for={people.worker.pk}"))
    page.has("You cannot apply for Wanda Worker yet.", "in the own account")
    assert f"/my-pools/{made.pk}/?next" not in page.html
    with pytest.raises(Invalid, match="do not meet"):
        sourcing.apply(row.pk, Offer(), actor=people.stranger.user, acting_for=people.worker.pk)
    pools.join_pool(made.pk, actor=people.worker.user)
    visitor("stranger").submit(url(row, f"apply/?for={people.worker.pk}"), press="Send application")
    assert Application.objects.get().worker == people.worker


def test_r8_who_left_the_vendor_is_out_of_the_agent_s_sight(people, visitor, crew):
    """The work stays the worker's own."""
    row = assigned(people)
    vendors.leave(actor=people.worker.user)
    visitor("stranger").open(url(row), 404)
    visitor("stranger").open("/vendor/work/").lacks(row.title)
    visitor("worker").open(url(row))
    with pytest.raises(WrongState):
        visits.check_in(row.pk, actor=people.stranger.user)


def test_r8_winning_and_losing_for_employees(people, visitor, crew):
    """One of two employees gets it; the other's offer closes; the agent follows the winner."""
    row = sent(people)
    for person in (people.worker, people.invited):
        sourcing.apply(row.pk, Offer(), actor=people.stranger.user, acting_for=person.pk)
    chosen = Application.objects.get(worker=people.worker)
    assigning.assign(row.pk, chosen.pk, actor=people.owner)
    assert (told(people, "worker", row)[-1], told(people, "stranger", row)) == ("assigned", ["assigned"])
    mail = render(Message.objects.get(user=people.stranger.user, kind="assignment.assigned"))
    assert ("Wanda Worker is assigned" in mail.text, "You are assigned" in mail.text + mail.subject) == (
        True,
        False,
    )
    assert told(people, "invited", row)[-1] == "filled"
    visitor("stranger").open(url(row)).has("Sam Site")
    visitor("invited").open(url(row), 404)


@pytest.mark.one_database
def test_r8_lists_cost_the_same_with_many_rows(people, crew):
    """The list of the people's work and the client's list of vendors are a constant number of statements."""
    me, owner = Visitor(people.stranger.user), Visitor(people.owner)
    counts = []
    for many in (1, 4):
        for number in range(many):
            person = worker(f"Member {many} {number}")
            hire(crew, people.stranger, person)
            assignment_in(State.ASSIGNED, owner=people.owner, by=person)
            row = sent(people)
            sourcing.apply(row.pk, Offer(), actor=people.stranger.user, acting_for=person.pk)
        found = []
        for visitor, path in (
            (me, "/vendor/work/"),
            (me, "/vendor/work/?list=applied"),
            (owner, f"/vendors/{crew.pk}/"),
        ):
            visitor.open(path)
            with CaptureQueriesContext(connection) as asked:
                visitor.open(path)
            found.append(len(asked))
        counts.append(found)
    assert counts[0] == counts[1]


def test_r8_a_draft_is_never_open_to_an_agent(people, crew):
    """Nor anything else that is nobody's yet."""
    row = assignment_in(State.DRAFT, owner=people.owner)
    assert not sight(standing(people.stranger.user, row), row).opens
    with pytest.raises((WrongState, NotAllowed, Invalid)):
        sourcing.apply(row.pk, Offer(), actor=people.stranger.user, acting_for=people.worker.pk)
    drafting.send(row.pk, actor=people.owner, invite=())
